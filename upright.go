package biaoge

import (
	"cmp"
	"context"
	"image"
	"slices"

	"github.com/biaoge/biaoge/internal/picture"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/ocr/linenet"
	"github.com/biaoge/biaoge/tables"
)

// upend turns a picture that does not read well as it stands the way up in
// which it reads best. The line reader tells by a known form, or by words that
// it knows well. Of writing that it does not know it cannot tell which way up
// it is (Latin letters make more sense to it upside down), so Tesseract says
// that of all else.
func (x *Extractor) upend(ctx context.Context, reader *ocr.Reader, pic *picture.Page, upright *view) (*view, error) {
	if upright.senseless() {
		ways, err := upright.sensibleWays(ctx)
		if err != nil {
			return upright, err
		}
		for _, turn := range ways {
			v, err := x.view(ctx, reader, pic, turn)
			if err != nil {
				return upright, err
			}
			if v.known() || v.sense() >= plain {
				upright.page.Close()
				return v, nil
			}
			v.page.Close()
		}
	}
	clear, lines, err := upright.clarity(ctx)
	if err != nil || clear >= readable {
		return upright, err
	}
	turn, err := upright.clearest(ctx, max(readable, clear+clearer), lines)
	if err != nil || turn == 0 {
		return upright, err
	}
	v, err := x.view(ctx, reader, pic, turn)
	if err != nil {
		return upright, err
	}
	if len(v.tasks) == 0 {
		v.page.Close()
		return upright, nil
	}
	upright.page.Close()
	return v, nil
}

// stand looks at a picture without tables whose text seems to lie on its side
// both ways up, and returns the view in which there are tables that make sense.
func (x *Extractor) stand(ctx context.Context, reader *ocr.Reader, pic *picture.Page, lying *view) (*view, error) {
	best := lying
	for _, turn := range []int{90, 270} {
		v, err := x.view(ctx, reader, pic, turn)
		if err != nil {
			return best, err
		}
		if len(best.tasks) == 0 && best.missed == "" {
			best.missed = v.missed
		}
		if len(v.tasks) > 0 && !v.senseless() && (len(best.tasks) == 0 || v.sense() > best.sense()) {
			best, v = v, best
		}
		v.page.Close()
	}
	return best, nil
}

// turns are the ways up in which a picture may lie, beside upright.
var turns = []int{90, 270, 180}

// about turns what was found in a view, without looking for it again, and
// passes on what it is then, with the lines of each table. It goes when look
// returns.
func (v *view) about(turn int, look func(*view, [][]linenet.Line) error) error {
	page, err := v.page.Turned(turn)
	if err != nil {
		return err
	}
	defer page.Close()
	w := &view{page: page}
	var lines [][]linenet.Line
	for i := range page.Grids {
		t := newTask(page, &page.Grids[i], v.tasks[i].reader)
		ls, err := t.lines()
		if err != nil {
			return err
		}
		w.tasks, lines = append(w.tasks, t), append(lines, ls)
	}
	return look(w, lines)
}

// promising is how much more legible a few lines must be in another way up for
// it to be looked at.
const promising = 0.05

// sensibleWays are the ways up in which some lines of a view make more sense to
// the line reader, the most sensible first.
func (v *view) sensibleWays(ctx context.Context) ([]int, error) {
	sense := make(map[int]float64)
	for _, turn := range turns {
		err := v.about(turn, func(w *view, lines [][]linenet.Line) error {
			sum, n := 0.0, 0
			for i, t := range w.tasks {
				s, k, err := t.glance(ctx, lines[i])
				if err != nil {
					return err
				}
				sum, n = sum+s, n+k
			}
			sense[turn] = sum / float64(max(1, n))
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	ways := slices.DeleteFunc(slices.Clone(turns), func(turn int) bool { return sense[turn] <= v.sense()+promising })
	slices.SortStableFunc(ways, func(a, b int) int { return cmp.Compare(sense[b], sense[a]) })
	return ways, nil
}

// clearest is the way up in which Tesseract is surest of some lines of a view;
// 0 where it is not as sure as that in any. The right way up there are about as
// many long lines as in any other: text that lies on its side makes short ones.
func (v *view) clearest(ctx context.Context, least float64, lines int) (best int, err error) {
	for _, turn := range turns {
		err := v.about(turn, func(w *view, _ [][]linenet.Line) error {
			clear, n, err := w.clarity(ctx)
			if err == nil && clear >= least && 2*n >= lines {
				best, least = turn, clear
			}
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	return best, nil
}

// askedLines is how many lines of a picture Tesseract is asked about.
const askedLines = 8

// readable is how sure Tesseract is at least of lines that are the right way
// up, and clearer how much surer it must be of them when they are turned.
const (
	readable = 0.6
	clearer  = 0.1
)

// clarity is how sure Tesseract is of some of the longer lines of a view, from
// all over it: the mean. It also returns how many such lines there are.
func (v *view) clarity(ctx context.Context) (mean float64, lines int, err error) {
	type line struct {
		task *task
		crop *image.Gray
	}
	var long []line
	for _, t := range v.tasks {
		for i := range t.cells {
			for _, crop := range t.cells[i].crops {
				if crop.Rect.Dx() >= 2*crop.Rect.Dy() {
					long = append(long, line{t, crop})
				}
			}
		}
	}
	sum, n := 0.0, min(askedLines, len(long))
	for k := range n {
		l := long[k*len(long)/n]
		got, err := l.task.reader.Text(ctx, []*image.Gray{l.crop}, l.task.page.LineHeight)
		if err != nil {
			return 0, 0, err
		}
		sum += got.Confidence
	}
	return sum / float64(max(1, n)), len(long), nil
}

// plain is how legible the words of a table are that the line reader knows
// well: there is no doubt that it is the right way up.
const plain = 0.8

// sensible is how legible the words of a table that is the right way up are.
const sensible = 0.6

// senseless reports whether words that are that legible in sum make no sense.
func senseless(sum float64, n int) bool { return sum < sensible*float64(max(1, n)) }

// sense is how well the words of a view read, between 0 and 1; more than 1
// where they are a known form.
func (v *view) sense() float64 {
	sum, n := 0.0, 0
	for i, t := range v.tasks {
		if v.matches[i] != nil {
			return 1 + v.matches[i].Agreement
		}
		sum, n = sum+t.sense, n+t.words
	}
	return sum / float64(max(1, n))
}

// known tells whether a table of the view is a known form.
func (v *view) known() bool {
	return slices.ContainsFunc(v.matches, func(m *tables.Match) bool { return m != nil })
}

// senseless reports whether a view has words, but none that can be read.
func (v *view) senseless() bool { return len(v.tasks) > 0 && v.sense() < sensible }
