package reading

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/strip"
	"github.com/biaoge/biaoge/tables"
)

// A printed cell is one that may hold anything: words, numbers, letters, marks.
// The reader of all print reads it; Tesseract is asked where that one and the
// line reader leave it open.
type printed struct {
	posterior *ctc.Posterior
	best      ctc.Candidate // that it likes best, folded
	text      string        // the same as it is printed, with its spaces and lines
	weakest   float64
}

// oneIn is how many cells that nobody doubts there are for one that Tesseract
// reads all the same: what it makes of these says how sure the others are.
const oneIn = 24

// readPrint reads cells that may hold anything.
func (t *Table) readPrint(ctx context.Context, cells []int) error {
	if len(cells) == 0 {
		return nil
	}
	read, figures := t.sample(cells)
	if err := t.printLines(ctx, read); err != nil {
		return err
	}
	open := t.settleFigures(read, figures)
	if err := t.printLines(ctx, open); err != nil {
		return err
	}
	columns := t.columnsOf(cells)
	sure := 0
	for _, i := range slices.Concat(read, open) {
		if err := ctx.Err(); err != nil {
			return err
		}
		c := &t.cells[i]
		texts := c.texts("")
		text, e := t.likeliest(i, texts, columns, nil)
		if e.Probability() >= t.ReviewBelow {
			if sure++; sure%oneIn != 0 {
				c.settlePrint(text, e, nil)
				continue
			}
		}
		second, err := t.Reader.Text(ctx, c.crops, t.page.LineHeight)
		if err != nil {
			return err
		}
		text, e = t.likeliest(i, c.texts(tables.Fold(second.Text)), columns, &second)
		c.settlePrint(text, e, &second)
	}
	return nil
}

// printLines has the reader of all print read the lines of cells.
func (t *Table) printLines(ctx context.Context, cells []int) error {
	var lines []strip.Line
	for _, i := range cells {
		lines = append(lines, t.cells[i].strips...)
	}
	posteriors, err := t.Reader.Print(ctx, lines)
	if err != nil {
		return err
	}
	for _, i := range cells {
		c := &t.cells[i]
		n := len(c.strips)
		c.print = printOf(posteriors[:n])
		posteriors = posteriors[n:]
	}
	return nil
}

// printOf joins what the reader made of the lines of a cell.
func printOf(lines []*ctc.Posterior) *printed {
	p := &printed{weakest: 1}
	var texts []string
	for _, l := range lines {
		best := l.Best(1)[0]
		texts = append(texts, strings.TrimSpace(best.Text))
		p.best.LogProb += best.LogProb
		p.weakest = min(p.weakest, l.Weakest())
	}
	p.text = unstacked(strings.Join(texts, "\n"))
	p.best.Text = tables.Fold(p.text)
	if len(lines) == 1 {
		p.posterior = lines[0]
	}
	return p
}

// logProb is the logarithm of how probable a text is to the reader; it is told
// only of cells of one line, or of the text that it likes best.
func (p *printed) logProb(text string) float64 {
	if text == p.best.Text {
		return p.best.LogProb
	}
	if p.posterior == nil {
		return math.Inf(-1)
	}
	return p.posterior.LogProb(text)
}

// liked is the text that a reader likes best which knows whatever may be there: the
// line reader, where the other was not asked.
func (c *cell) liked() string {
	if c.print == nil {
		return c.candidates[0].Text
	}
	return c.print.best.Text
}

// texts are those that a cell may hold, folded: what each reader likes best, and
// a dash for what is the Chinese one, which looks the same.
func (c *cell) texts(second string) []string {
	out := []string{c.print.best.Text}
	dash := ""
	if out[0] == "一" {
		dash = "-"
	}
	for _, text := range []string{c.candidates[0].Text, second, dash} {
		if text != "" && !strings.ContainsRune(text, ctc.Other) && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

// likeliest is the most probable of some texts, and what speaks for it.
func (t *Table) likeliest(i int, texts []string, columns map[int]column, second *ocr.Reading) (string, ocr.PrintEvidence) {
	var all []ocr.PrintEvidence
	for _, text := range texts {
		all = append(all, t.printEvidence(i, text, columns[t.Grid.Cells[i].Col], second))
	}
	best := 0
	for k, e := range all {
		if e.Probability() > all[best].Probability() {
			best = k
		}
	}
	return texts[best], all[best]
}

// printEvidence is what speaks for a text of a cell.
func (t *Table) printEvidence(i int, text string, col column, second *ocr.Reading) ocr.PrintEvidence {
	c := &t.cells[i]
	known := !strings.ContainsRune(c.candidates[0].Text, ctc.Other)
	n := max(1, len([]rune(text)))
	ink := c.lines[0].Box
	e := ocr.PrintEvidence{
		Print: c.print.logProb(text), Weakest: c.print.weakest, Best: text == c.print.best.Text,
		Known: known, Same: text == c.candidates[0].Text,
		Height: c.height, Length: n, Class: ocr.ClassOf(text),
		Votes:     max(0, col.votes[text]-1),
		Lookalike: ocr.Lookalike(text),
		Square:    float64(ink.Dx()) / float64(n*max(1, ink.Dy())),
	}
	if known {
		e.Lines = c.candidates[0].LogProb
		if !e.Same {
			e.Lines = c.reading.Score(text) + c.candidates[0].LogProb
		}
	}
	e.For, e.Against = col.shares(ocr.ClassOf(text))
	if second != nil {
		e.Asked, e.Agrees, e.Second = true, tables.Fold(second.Text) == text, second.Confidence
	}
	return e
}

// settlePrint takes a text for the cell's.
func (c *cell) settlePrint(text string, e ocr.PrintEvidence, second *ocr.Reading) {
	c.as = asWords
	r := &c.reading
	r.Causes, r.Alternatives, r.Evidence = nil, nil, e.Features()
	r.Confidence = e.Probability()
	switch {
	case text == c.print.best.Text:
		r.Text = c.print.text
	case second != nil && tables.Fold(second.Text) == text:
		r.Text = unstacked(second.Text)
	}
	if r.Text == "" || strings.ContainsRune(r.Text, ctc.Other) {
		r.Text = cmp.Or(r.Text, string(ctc.Other))
		c.unlikely()
		c.because("unreadable")
		return
	}
	for _, other := range c.others(text, second) {
		r.Alternatives = append(r.Alternatives, tables.Alternative{Text: other, Confidence: (1 - r.Confidence) / 2})
	}
	if len(r.Alternatives) > 0 {
		c.differ(r.Text, r.Alternatives[0].Text)
	} else if e.Lookalike {
		c.because("lookalike")
	}
}

// others are what readers made of a cell that is read as a text, but for what no
// reader knows.
func (c *cell) others(text string, second *ocr.Reading) (out []string) {
	all := []string{c.print.text, c.candidates[0].Text}
	if second != nil {
		all = append(all, second.Text)
	}
	for _, s := range all {
		if f := tables.Fold(s); f != "" && f != text && !strings.ContainsRune(f, ctc.Other) && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// A column is what the cells of a column hold that are clear.
type column struct {
	votes map[string]int   // of each text
	clear [ocr.Classes]int // cells that are no lookalikes
}

// columnsOf are the columns of cells, as their readers like them best. A
// heading's words say nothing of what stands below it.
func (t *Table) columnsOf(cells []int) map[int]column {
	out := make(map[int]column)
	for _, i := range cells {
		at := t.Grid.Cells[i].Col
		col, ok := out[at]
		if !ok {
			col.votes = make(map[string]int)
		}
		text := t.cells[i].liked()
		col.votes[text]++
		if !ocr.Lookalike(text) {
			col.clear[ocr.ClassOf(text)]++
		}
		out[at] = col
	}
	return out
}

// shares are the share of the clear cells of a column that are of a class, and of
// another. Chinese ones, which may be headings, count for Chinese only.
func (c column) shares(of ocr.Class) (same, other float64) {
	n := 0
	for k, count := range c.clear {
		if ocr.Class(k) != ocr.Hanzi || of == ocr.Hanzi {
			n += count
		}
	}
	if n == 0 {
		return 0, 0
	}
	same = float64(c.clear[of]) / float64(n)
	return same, 1 - same
}
