package reading

import (
	"context"
	"image"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/biaoge/biaoge/tables"
)

// upended is how many times higher than wide, and than a line, the ink of a
// cell is at least if its text may run up or down, as that of headings over
// narrow columns does.
const upended = 1.5

// maxFutile is how many cells are turned in vain before no more are: a picture
// of anything but writing may have hundreds that look like it.
const maxFutile = 20

// mayRunUp tells whether the text of a cell may run up or down: nothing else
// makes ink so high, and the line reader makes no sense of it as it stands.
// Characters that stand upright one below the other are legible.
func (t *Table) mayRunUp(i int) bool {
	c := &t.cells[i]
	if len(c.crops) == 0 {
		return false
	}
	var ink image.Rectangle
	for _, l := range c.lines {
		ink = ink.Union(l.Box)
	}
	if float64(ink.Dy()) < upended*max(float64(ink.Dx()), t.page.LineHeight) {
		return false
	}
	sense := legible(c.candidates[0])
	return sense.Words == 0 && len(c.crops) > 1 || sense.Words > 0 && sense.none()
}

// standings are how a cell reads to the line reader when it is turned either
// way. They are kept, since the reader of all print may be asked for the same.
func (t *Table) standings(ctx context.Context, i int) ([]cell, error) {
	if out := t.cells[i].turned; out != nil {
		return out, nil
	}
	at := &t.Grid.Cells[i]
	var out []cell
	for _, degrees := range []int{90, 270} {
		gray, found := t.page.TurnedCell(at, degrees)
		if len(found) == 0 {
			continue
		}
		var c cell
		ps, err := t.Reader.Lines(ctx, c.crop(gray, found, gray.Rect, at.LightInk, t.floor()))
		if err != nil {
			return nil, err
		}
		c.read(ps)
		out = append(out, c)
	}
	t.cells[i].turned = out
	return out, nil
}

// known is how legible a turned cell is at least to the line reader if it knows
// the characters: of others it may make half a sense either way.
const known = 0.9

// readUpended has the line reader read the cells whose text may run up or down
// both ways, and keeps what makes sense to it.
func (t *Table) readUpended(ctx context.Context) error {
	futile := 0
	for i := range t.cells {
		if futile == maxFutile || !t.mayRunUp(i) {
			continue
		}
		ways, err := t.standings(ctx, i)
		if err != nil {
			return err
		}
		best := legible(t.cells[i].candidates[0]).Sum
		turned := false
		for _, w := range ways {
			if sense := legible(w.candidates[0]); sense.Words > 0 && sense.Sum > max(best, known) {
				t.cells[i].replace(w)
				best, turned = sense.Sum, true
			}
		}
		if !turned {
			futile++
		}
	}
	return nil
}

// turnUp turns a cell whose text may run up or down the way in which the reader of
// all print is surest of it: it knows characters that the line reader does not.
func (t *Table) turnUp(ctx context.Context, i int) error {
	if t.futile == maxFutile || !t.mayRunUp(i) {
		return nil
	}
	standing, upright, err := t.surely.printed(ctx, t.cells[i].strips)
	if err != nil {
		return err
	}
	ways, err := t.standings(ctx, i)
	if err != nil {
		return err
	}
	best, turned, eitherWay := 0., false, false
	for _, w := range ways {
		got, clarity, err := t.surely.printed(ctx, w.strips)
		if err != nil {
			return err
		}
		text := []rune(got.best.Text)
		least := upright + Clearer
		if slices.Reverse(text); len(text) > 1 && string(text) == standing.best.Text {
			// The same characters: the reader knows such as lie on their side, too, and is mostly surer of those that stand.
			least, eitherWay = upright, true
		}
		if len(text) > 1 && clarity > max(best, least) {
			t.cells[i].replace(w)
			best, turned = clarity, true
		}
	}
	t.cells[i].eitherWay = eitherWay
	if !turned {
		t.futile++
	}
	return nil
}

// OnItsSide tells whether most of the texts of a table had to be turned to be read: all of it may lie on its side then.
func (t *Table) OnItsSide() bool {
	texts, turned := 0, 0
	for i := range t.cells {
		if c := &t.cells[i]; utf8.RuneCountInString(tables.Fold(c.reading.Text)) > 1 {
			texts++
			if c.onSide {
				turned++
			}
		}
	}
	return 2*turned > texts
}

// unstacked joins a text of which each line is one Chinese character: it is
// written down the cell and has no line breaks.
func unstacked(text string) string {
	lines := strings.Split(text, "\n")
	if len(lines) < 2 || slices.ContainsFunc(lines, func(l string) bool {
		r, n := utf8.DecodeRuneInString(l)
		return n != len(l) || !unicode.Is(unicode.Han, r)
	}) {
		return text
	}
	return strings.Join(lines, "")
}
