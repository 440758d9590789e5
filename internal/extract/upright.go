package extract

import (
	"cmp"
	"context"
	"slices"

	"github.com/biaoge/biaoge/internal/reading"
)

// upend turns a picture that does not read well as it stands the way up in
// which it reads best. The line reader tells by a known form, or by words that
// it knows well. Of writing that it does not know it cannot tell which way up
// it is (Latin letters make more sense to it upside down), so the reader of
// all print says that of all else.
func (l *look) upend(ctx context.Context, upright *view) (*view, error) {
	if upright.senseless() {
		ways, err := upright.sensibleWays(ctx)
		if err != nil {
			return upright, err
		}
		for _, turn := range ways {
			v, err := l.view(ctx, turn)
			if err != nil {
				return upright, err
			}
			if v.known() || v.sense() >= plain {
				upright.close()
				return v, nil
			}
			v.close()
		}
	}
	clear, lines, err := clarity(ctx, upright.tables, (*reading.Table).QuickClarity)
	if err == nil && clear < readable {
		clear, lines, err = clarity(ctx, upright.tables, (*reading.Table).Clarity)
	}
	if err != nil || clear >= readable {
		return upright, err
	}
	turn, err := upright.clearest(ctx, max(readable, clear+reading.Clearer), lines)
	if err != nil || turn == 0 {
		return upright, err
	}
	v, err := l.view(ctx, turn)
	if err != nil {
		return upright, err
	}
	if len(v.tables) == 0 {
		v.close()
		return upright, nil
	}
	upright.close()
	v.guessed = lines < askedLines || clear >= reading.Writing
	return v, nil
}

// stand looks at a picture without tables whose text seems to lie on its side
// both ways up, and returns the view in which there are tables that make sense.
func (l *look) stand(ctx context.Context, lying *view) (*view, error) {
	best := lying
	for _, turn := range []int{90, 270} {
		v, err := l.view(ctx, turn)
		if err != nil {
			return best, err
		}
		if len(best.tables) == 0 && best.missed == "" {
			also := *best
			also.missed = v.missed
			best = &also
		}
		if len(v.tables) > 0 && !v.senseless() && (len(best.tables) == 0 || v.sense() > best.sense()) {
			best, v = v, best
		}
		v.close()
	}
	return best, nil
}

// turns are the ways up in which a picture may lie, beside upright.
var turns = []int{90, 270, 180}

// about turns what was found in a view, without looking for it again, and
// passes on the tables as they are then, of which nothing is read. They go when
// look returns.
func (v *view) about(ctx context.Context, turn int, look func([]*reading.Table) error) error {
	page, err := v.page.Turned(ctx, turn)
	if err != nil {
		return err
	}
	defer page.Close()
	var turned []*reading.Table
	for i := range page.Grids {
		turned = append(turned, reading.New(page, &page.Grids[i], v.tables[i].Tools))
	}
	return look(turned)
}

// promising is how much more legible a few lines must be in another way up for
// it to be looked at.
const promising = 0.05

// sensibleWays are the ways up in which some lines of a view make more sense to
// the line reader, the most sensible first.
func (v *view) sensibleWays(ctx context.Context) ([]int, error) {
	sense := make(map[int]float64)
	for _, turn := range turns {
		err := v.about(ctx, turn, func(turned []*reading.Table) error {
			var sum reading.Sense
			for _, t := range turned {
				s, err := t.Glance(ctx)
				if err != nil {
					return err
				}
				sum = sum.Add(s)
			}
			sense[turn] = sum.Mean()
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

// clearest is the way up in which the reader of all print is surest of some lines
// of a view; 0 where it is not as sure as that in any. The right way up there are about as
// many long lines as in any other: text that lies on its side makes short ones.
func (v *view) clearest(ctx context.Context, least float64, lines int) (best int, err error) {
	for _, turn := range turns {
		err := v.about(ctx, turn, func(turned []*reading.Table) error {
			clear, n, err := clarity(ctx, turned, (*reading.Table).Clarity)
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

// askedLines is how many lines of a picture the reader of all print is asked about.
const askedLines = 8

// readable is how sure a reader of all print is of lines that are the right way up, for
// certain. The quick one, which is surest of print that is upside down, is so by less than
// 0.73 (120 times eight lines of drawn tables, two thirds of them worn).
const readable = 0.93

// clarity is how sure a reader of all print is of some of the longer lines of tables, from
// all over them: the mean. It also returns how many such lines there are.
func clarity(ctx context.Context, read []*reading.Table, by func(*reading.Table, context.Context, ...reading.Line) (float64, error)) (mean float64, lines int, err error) {
	type line struct {
		table *reading.Table
		crop  reading.Line
	}
	var long []line
	for _, t := range read {
		crops, err := t.LongLines(ctx)
		if err != nil {
			return 0, 0, err
		}
		for _, crop := range crops {
			long = append(long, line{t, crop})
		}
	}
	sum, n := 0.0, min(askedLines, len(long))
	for k := range n {
		l := long[k*len(long)/n]
		clear, err := by(l.table, ctx, l.crop)
		if err != nil {
			return 0, 0, err
		}
		sum += clear
	}
	return sum / float64(max(1, n)), len(long), nil
}

// plain is how legible the words of a table are that the line reader knows
// well: there is no doubt that it is the right way up.
const plain = 0.8
