package reading

import (
	"context"
	"math"

	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/ocr/linenet"
)

// likely is the line reader's probability from which a text that can be a
// value is taken to be one.
const likely = 0.5

// A strictness is what is left out where a value makes no sense.
type strictness struct {
	inside bool    // what runs over the cell's sides
	least  float64 // ink of less contrast
	sealed bool    // that is a seal's
}

// lookCloser looks once more, and more strictly, at values that make no sense:
// a seal, a signature or the rest of a bent rule may lie beside the print or
// over it. Where the line reader is surer of a value in what is left, that is
// the reading; but something was left out, so it is flagged in any case.
func (t *Table) lookCloser(ctx context.Context) error {
	if t.match == nil {
		return nil
	}
	faint := t.page.Faint()
	for _, how := range []strictness{{inside: true}, {least: faint}, {inside: true, least: faint}} {
		if err := t.readCloser(ctx, how); err != nil {
			return err
		}
	}
	var left []*grid.Cell
	for i := range t.cells {
		if t.noValue(i) {
			left = append(left, &t.Grid.Cells[i])
		}
	}
	seal, err := t.page.Sealed(left)
	if err != nil || seal == 0 {
		return err
	}
	return t.readCloser(ctx, strictness{least: seal, sealed: true})
}

// noValue reports whether what is printed in a value cell of a form does not
// read as a value.
func (t *Table) noValue(i int) bool {
	c := &t.cells[i]
	return len(c.crops) > 0 && t.valueOfForm(i) && c.clearly() <= likely
}

// readCloser looks closer at the values that make no sense so far.
func (t *Table) readCloser(ctx context.Context, how strictness) error {
	faint := how.least > 0 && !how.sealed
	type look struct {
		cell int
		as   cell
	}
	var looks []look
	var lines []linenet.Line
	for i := range t.cells {
		c, at := &t.cells[i], &t.Grid.Cells[i]
		if !t.noValue(i) || faint && c.clearly() > 0 && !t.sealed(i) {
			continue
		}
		print, ls, err := t.page.Print(at, how.inside, how.least)
		if err != nil {
			return err
		}
		if len(ls) == 0 && faint && !how.inside && t.sealed(i) {
			// What stays of a seal is weaker than print.
			*c = cell{}
			c.read(nil)
		}
		if len(ls) != 1 {
			continue
		}
		as := cell{lines: ls, leftOut: true}
		lines = append(lines, as.crop(print, ls, at.Box, at.LightInk, t.floor())...)
		looks = append(looks, look{i, as})
	}
	ps, err := t.Reader.Lines(ctx, lines)
	if err != nil {
		return err
	}
	for k, l := range looks {
		was, c := &t.cells[l.cell], l.as
		c.read(ps[k : k+1])
		if p := c.clearly(); p > likely && p > was.clearly() {
			*was = c
		}
	}
	return nil
}

// clearly is how sure the line reader is of a value on a single line, 0 if it
// is none.
func (c *cell) clearly() float64 {
	c.preferValue()
	text := c.candidates[0]
	if !c.isValue() || text.Text == "" || len(c.crops) > 1 {
		return 0
	}
	return math.Exp(text.LogProb)
}
