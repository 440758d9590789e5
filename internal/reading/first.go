package reading

import (
	"context"
	"image"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/biaoge/biaoge/ocr/linenet"
	"github.com/biaoge/biaoge/ocr/strip"
	"github.com/biaoge/biaoge/tables"
)

// Plenty is the width of lines, as the line reader scales them, that a picture
// may have before anyone asks whether they are writing at all: some three
// times that of the largest form, pixels.
const Plenty = 40_000

// glance is the width of lines that tells whether there is sense in them.
const glance = 7_000

// babbling is how legible what is no writing seems at most to the line reader.
const babbling = 0.4

// Sensible is how legible the words of a table that is the right way up are.
const Sensible = 0.6

// Clearer is how much surer the reader of all print must be of what is turned than
// of what is not for it to stay turned.
const Clearer = 0.03

// A Sense is how legible words are to the line reader: the sum over so many.
type Sense struct {
	Sum   float64 // 1 for each word that is surely read
	Words int
}

// Add is the sense of two lots of words.
func (s Sense) Add(o Sense) Sense { return Sense{s.Sum + o.Sum, s.Words + o.Words} }

// Mean is how legible a word is, between 0 and 1; 0 where there is none.
func (s Sense) Mean() float64 { return s.Sum / float64(max(1, s.Words)) }

// none reports whether the words make no sense.
func (s Sense) none() bool { return s.Sum < Sensible*float64(max(1, s.Words)) }

// babble reports whether they are no words at all.
func (s Sense) babble() bool { return s.Sum < babbling*float64(s.Words) || s.Words == 0 }

// Read has the line reader read all lines of the table. Where there are more
// than room and a glance at some makes no sense, the rest is left alone.
func (t *Table) Read(ctx context.Context, room int) error {
	lines, err := t.crop(ctx)
	if err != nil {
		return err
	}
	if t.spent = t.width(lines); t.spent > room {
		sense, err := t.glance(ctx, lines)
		if err != nil {
			return err
		}
		if sense.babble() {
			t.spent, t.unread, t.sense = glance, true, sense
			for i := range t.cells {
				if c := &t.cells[i]; len(c.crops) == 0 {
					c.read(nil)
				}
			}
			return nil
		}
	}
	return t.readAll(ctx, lines)
}

// Glance has the line reader read a few of the lines, from all over the table,
// that are long enough to be words, and says how legible they are.
func (t *Table) Glance(ctx context.Context) (Sense, error) {
	lines, err := t.crop(ctx)
	if err != nil {
		return Sense{}, err
	}
	return t.glance(ctx, lines)
}

func (t *Table) glance(ctx context.Context, lines []linenet.Line) (sense Sense, err error) {
	ps, err := t.Reader.Lines(ctx, t.some(lines))
	for _, p := range ps {
		sense = sense.Add(legible(p.Best(1)[0]))
	}
	return sense, err
}

// width is how much work lines are to the line reader.
func (t *Table) width(lines []linenet.Line) int {
	sum := 0
	for _, l := range lines {
		sum += t.Reader.Width(l)
	}
	return sum
}

// some picks lines from all over the table that are long enough to be words.
func (t *Table) some(lines []linenet.Line) []linenet.Line {
	words := slices.DeleteFunc(slices.Clone(lines), func(l linenet.Line) bool { return !long(l.Gray) })
	every := max(1, (t.width(words)+glance/2)/glance)
	var out []linenet.Line
	for i := every / 2; i < len(words); i += every {
		out = append(out, words[i])
	}
	return out
}

// long reports whether a line is long enough to be words.
func long(line *image.Gray) bool { return line.Rect.Dx() >= 2*line.Rect.Dy() }

// readAll reads all lines of the table with the line reader.
func (t *Table) readAll(ctx context.Context, lines []linenet.Line) error {
	posteriors, err := t.Reader.Lines(ctx, lines)
	if err != nil {
		return err
	}
	t.unread, t.sense = false, Sense{}
	for i := range t.cells {
		if err := ctx.Err(); err != nil {
			return err
		}
		c := &t.cells[i]
		n := len(c.crops)
		c.read(posteriors[:n])
		posteriors = posteriors[n:]
		if n > 0 && !t.Grid.Cells[i].Box.Empty() {
			t.sense = t.sense.Add(legible(c.candidates[0]))
		}
	}
	if t.sense.none() {
		return nil // all of it may be turned
	}
	return t.readUpended(ctx)
}

// legible is how sure the line reader is of a text of words. Characters that it
// is sure it does not know are not legible: upside down most are none. Numbers
// don't count whose digits all look like digits upside down, nor does a single
// character that looks like a part of one: many a 0 and 8 reads the same upside
// down, on its side a 0 is a 〇 or a 二, and a table may have far more of these than
// of words.
func legible(c linenet.Candidate) Sense {
	digits, n := lookalikes.Replace(c.Text), utf8.RuneCountInString(c.Text)
	if _, _, number := tables.ParseValue(digits); number && !upright(c.Text) || n == 0 || n == 1 && digits != c.Text {
		return Sense{}
	}
	all := float64(n)
	known := 1 - float64(strings.Count(c.Text, string(linenet.Other)))/all
	return Sense{known * math.Exp(c.LogProb/all), 1}
}

// upright reports whether a number of several digits has one that looks like no
// digit upside down or on its side.
func upright(number string) bool { return len(number) > 1 && strings.ContainsAny(number, "347") }

// A Line is a line of text as readers are given it.
type Line = strip.Line

// LongLines are the lines that are long enough to be words, upright, for Clarity.
func (t *Table) LongLines(ctx context.Context) ([]Line, error) {
	if !t.cropped {
		if _, err := t.crop(ctx); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(t.lines(), func(l Line) bool { return !long(l.Gray) }), nil
}

// lines are the lines of all cells, once they are cut out of the page.
func (t *Table) lines() (out []Line) {
	for i := range t.cells {
		out = append(out, t.cells[i].strips...)
	}
	return out
}

// Clarity is how sure the reader of all print is of a character of lines, on the
// average: more than nine tenths where they are the right way up.
func (t *Table) Clarity(ctx context.Context, lines ...Line) (float64, error) {
	_, clarity, err := t.surely.printed(ctx, lines)
	return clarity, err
}

// QuickClarity is Clarity by the quick reader, which is less sure of small print.
func (t *Table) QuickClarity(ctx context.Context, lines ...Line) (float64, error) {
	_, clarity, err := t.quickly.printed(ctx, lines)
	return clarity, err
}

// printed has a reader read lines, and tells how sure it is of a character, on the
// average.
func (o once) printed(ctx context.Context, lines []strip.Line) (*printed, float64, error) {
	ps, err := o.read(ctx, lines)
	if err != nil {
		return nil, 0, err
	}
	p := printOf(ps, lines)
	n := utf8.RuneCountInString(p.best.Text)
	if n == 0 {
		return p, 0, nil
	}
	return p, math.Exp(p.spaced / float64(n)), nil
}

// Writing is how sure the reader of all print is of a character of what is writing
// at all, the right way up: it is half as sure of print that is upside down.
const Writing = 0.75

// many is the width of lines from which the reader of all print is asked to read a
// few of a table that makes no sense before it reads them all, pixels.
const many = 10_000

// babbles reports whether neither reader can make sense of a table that is no
// known form: rules that were not found leave great cells full of anything,
// and reading pictures of nothing takes minutes.
func (t *Table) babbles(ctx context.Context) (bool, error) {
	if !t.unread && (t.sense.Words == 0 || t.spent < many || !t.sense.none()) {
		return false, nil
	}
	lines := t.lines()
	clarity, err := t.Clarity(ctx, t.some(lines)...)
	if err != nil || clarity < Writing {
		return err == nil, err
	}
	if t.unread {
		err = t.readAll(ctx, lines)
	}
	return false, err
}
