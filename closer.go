package biaoge

import (
	"context"
	"math"

	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/ocr/linenet"
	"github.com/biaoge/biaoge/tables"
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
func (t *task) lookCloser(ctx context.Context, m *tables.Match) error {
	if m == nil {
		return nil
	}
	faint := t.page.Faint()
	for _, how := range []strictness{{inside: true}, {least: faint}, {inside: true, least: faint}} {
		if err := t.readCloser(ctx, m, how); err != nil {
			return err
		}
	}
	var left []*layout.Cell
	for i := range t.cells {
		if t.noValue(m, i) {
			left = append(left, &t.grid.Cells[i])
		}
	}
	seal, err := t.page.Sealed(left)
	if err != nil || seal == 0 {
		return err
	}
	return t.readCloser(ctx, m, strictness{least: seal, sealed: true})
}

// noValue reports whether what is printed in a value cell of a form does not
// read as a value.
func (t *task) noValue(m *tables.Match, i int) bool {
	c := &t.cells[i]
	return len(c.crops) > 0 && m.Of[i] >= 0 && m.Form.Cells[m.Of[i]].Key != "" && c.clearly() <= likely
}

// readCloser looks closer at the values that make no sense so far.
func (t *task) readCloser(ctx context.Context, m *tables.Match, how strictness) error {
	faint := how.least > 0 && !how.sealed
	type look struct {
		cell int
		line layout.Line
		as   cellTask
	}
	var looks []look
	var lines []linenet.Line
	for i := range t.cells {
		c, cell := &t.cells[i], &t.grid.Cells[i]
		if !t.noValue(m, i) || faint && c.clearly() > 0 && !t.stamped(i) {
			continue
		}
		print, ls, err := t.page.Print(cell, how.inside, how.least)
		if err != nil {
			return err
		}
		if len(ls) == 0 && faint && !how.inside && t.stamped(i) {
			// What stays of a seal is weaker than print.
			*c, cell.Lines = cellTask{}, nil
			t.blank(i)
		}
		if len(ls) != 1 {
			continue
		}
		as := cellTask{leftOut: true}
		lines = append(lines, as.crop(print, ls, cell.Box, cell.Dark, t.floor())...)
		looks = append(looks, look{i, ls[0], as})
	}
	ps, err := t.reader.Lines(ctx, lines)
	if err != nil {
		return err
	}
	for k, l := range looks {
		was, c := &t.cells[l.cell], l.as
		c.read(ps[k : k+1])
		if p := c.clearly(); p > likely && p > was.clearly() {
			*was = c
			t.grid.Cells[l.cell].Lines = []layout.Line{l.line}
		}
	}
	return nil
}

// clearly is how sure the line reader is of a value on a single line, 0 if it
// is none.
func (c *cellTask) clearly() float64 {
	c.preferValue()
	text := c.candidates[0]
	if _, _, ok := tables.ParseValue(text.Text); !ok || text.Text == "" || len(c.crops) > 1 {
		return 0
	}
	return math.Exp(text.LogProb)
}

// besides is how likely a value is right, at most, where something beside it
// was left out as no print of the cell.
const besides = 0.95

// doubtLeftOut flags a value beside which something was left out.
func (t *task) doubtLeftOut(i int) {
	if c := &t.cells[i]; c.leftOut {
		c.atMost(besides)
		c.reading.Reasons = append(c.reading.Reasons, "something that runs over its side, or is fainter than the print, was left out")
	}
}
