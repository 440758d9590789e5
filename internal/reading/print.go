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
		texts := c.texts("", columns[t.Grid.Cells[i].Col].usual())
		text, e := t.likeliest(i, texts, columns, nil)
		if e.Probability() >= t.ReviewBelow {
			if sure++; sure%oneIn != 0 {
				c.settlePrint(text, e, nil)
				continue
			}
		}
		second, err := t.secondPrint(ctx, c, text, e)
		if err != nil {
			return err
		}
		text, e = t.likeliest(i, c.texts(tables.Fold(second.Text), columns[t.Grid.Cells[i].Col].usual()), columns, &second)
		c.settlePrint(text, e, &second)
	}
	return nil
}

// secondPrint has Tesseract read a cell: as a number where both nets read one, since
// it makes words of single digits otherwise.
func (t *Table) secondPrint(ctx context.Context, c *cell, text string, e ocr.PrintEvidence) (ocr.Reading, error) {
	if asFigures(text, e) && len(c.crops) == 1 {
		return t.Reader.Digits(ctx, c.crops, max(c.height, t.floor()))
	}
	return t.Reader.Text(ctx, c.crops, t.page.LineHeight)
}

// asFigures reports whether Tesseract is asked for a text as for a number.
func asFigures(text string, e ocr.PrintEvidence) bool {
	return e.Best && e.Same && strings.Trim(text, "0123456789.,+-%/") == "" && strings.ContainsAny(text, "0123456789")
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

// possible is how much less probable than its best text, in nats, the reader of all
// print may hold what a column's cells mostly read like for it to be asked about.
const possible = 6

// texts are those that a cell may hold, folded: what each reader likes best, what
// others of its column mostly read like where the picture allows that, and a dash
// for what is the Chinese one, which looks the same.
func (c *cell) texts(second, usual string) []string {
	out := []string{c.print.best.Text}
	dash := ""
	if out[0] == "一" {
		dash = "-"
	}
	if usual != "" && c.print.logProb(usual) < c.print.best.LogProb-possible {
		usual = ""
	}
	for _, text := range []string{c.candidates[0].Text, second, usual, dash} {
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
	says := !strings.ContainsRune(c.candidates[0].Text, ctc.Other)
	known := says && c.posterior.Knows(text)
	n := max(1, len([]rune(text)))
	ink := c.lines[0].Box
	e := ocr.PrintEvidence{
		Print: c.print.logProb(text), Weakest: c.print.weakest, Best: text == c.print.best.Text,
		Known: known, Same: text == c.candidates[0].Text,
		Height: c.height, Length: n, Class: ocr.ClassOf(text),
		Lookalike: ocr.Lookalike(text),
		Square:    float64(ink.Dx()) / float64(n*max(1, ink.Dy())),
	}
	e.Votes, e.Share = col.others(c, text)
	if says && !known {
		e.Otherwise = c.candidates[0].LogProb
	}
	if known {
		e.Lines = c.candidates[0].LogProb
		if !e.Same {
			e.Lines = c.reading.Score(text) + c.candidates[0].LogProb
		}
	}
	e.For, e.Against = col.shares(ocr.ClassOf(text), c.liked())
	e.Surely = c.posterior.Weakest()
	if second != nil {
		e.Figures = asFigures(text, e)
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

// A column is what the cells of a column hold: what each reads like best, those
// that look the same counting once, and of which class the clear ones are.
type column struct {
	votes    map[string]int   // of each text
	pictures int              // that look different
	clear    [ocr.Classes]int // cells that are no lookalikes
}

// columnsOf are the columns of cells, as their readers like them best. A
// heading's words say nothing of what stands below it.
func (t *Table) columnsOf(cells []int) map[int]column {
	out := make(map[int]column)
	type picture struct {
		column int
		*ctc.Posterior
	}
	seen := make(map[picture]bool)
	for _, i := range cells {
		at := t.Grid.Cells[i].Col
		col, ok := out[at]
		if !ok {
			col.votes = make(map[string]int)
		}
		text := t.cells[i].liked()
		if p := (picture{at, t.cells[i].posterior}); !seen[p] {
			seen[p] = true
			col.votes[text]++
			col.pictures++
		}
		if !ocr.Lookalike(text) {
			col.clear[ocr.ClassOf(text)]++
		}
		out[at] = col
	}
	return out
}

// others are how many other pictures of a cell's column read like a text, and what
// share of them these are.
func (c column) others(of *cell, text string) (votes int, share float64) {
	votes = c.votes[text]
	if of.liked() == text {
		votes--
	}
	return votes, float64(votes) / float64(max(1, c.pictures-1))
}

// usual is the text that most pictures of a column read like, if several do.
func (c column) usual() (text string) {
	most := 1
	for t, n := range c.votes {
		if n > most || n == most && n > 1 && t < text {
			text, most = t, n
		}
	}
	return text
}

// shares are the share of the other clear cells of a column that are of a class, and
// of another, own being what the cell itself reads like. Chinese ones, which may be
// headings, count for Chinese only.
func (c column) shares(of ocr.Class, own string) (same, other float64) {
	n, alike := 0, c.clear[of]
	for k, count := range c.clear {
		if ocr.Class(k) != ocr.Hanzi || of == ocr.Hanzi {
			n += count
		}
	}
	if k := ocr.ClassOf(own); !ocr.Lookalike(own) && (k != ocr.Hanzi || of == ocr.Hanzi) {
		if n--; k == of {
			alike--
		}
	}
	if n <= 0 {
		return 0, 0
	}
	same = float64(alike) / float64(n)
	return same, 1 - same
}
