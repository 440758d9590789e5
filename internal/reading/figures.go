package reading

import (
	"slices"
	"strings"

	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/ocr/linenet"
)

// Most of a large table are numbers, and the line reader reads them at a tenth
// of the cost. What it does not know is letters and marks: it takes some for
// digits. So the readers of all print are given some numbers of each column, and
// whatever may be no number by its look; the others are left to the line reader
// where these samples bear it out.

// sampled is how many numbers of a column the reader of all print is given at
// least, and oneIn how many there are for one beyond that.
const sampled = 6

// sample parts cells into those that the reader of all print has to read, and
// numbers that may do without it.
func (t *Table) sample(cells []int) (read []int, figures []int) {
	columns := make(map[int][]int)
	for _, i := range cells {
		if t.cells[i].figure() {
			at := t.Grid.Cells[i].Col
			columns[at] = append(columns[at], i)
		}
	}
	left := make(map[int]bool)
	for _, column := range columns {
		pictures := t.distinct(column)
		asked := make(map[*linenet.Posterior]bool)
		n := max(sampled, len(pictures)/oneIn)
		for k := range min(n, len(pictures)) {
			asked[t.cells[pictures[k*len(pictures)/n]].posterior] = true
		}
		for _, i := range column {
			left[i] = !asked[t.cells[i].posterior]
		}
	}
	for _, i := range cells {
		if left[i] {
			figures = append(figures, i)
		} else {
			read = append(read, i)
		}
	}
	return read, figures
}

// distinct are the cells whose pictures differ, one for each: those that look the
// same share what the line reader makes of them.
func (t *Table) distinct(cells []int) (out []int) {
	seen := make(map[*linenet.Posterior]bool)
	for _, i := range cells {
		if p := t.cells[i].posterior; !seen[p] {
			seen[p], out = true, append(out, i)
		}
	}
	return out
}

// figure reports whether the line reader reads a number of several digits that is
// no mark or letter by its look. A single digit may be anything.
func (c *cell) figure() bool {
	text := c.candidates[0].Text
	return len(c.crops) == 1 && len(text) > 1 && c.isValue() && strings.ContainsAny(text, "0123456789") &&
		strings.Trim(text, "0123456789.,-+%") == "" && !ocr.Lookalike(text) && ocr.Raised(c.strips[0]) == 0
}

// settleFigures takes the numbers that the line reader reads surely enough, and
// returns the others, which the reader of all print has to read.
func (t *Table) settleFigures(read, figures []int) (open []int) {
	type sample struct{ agreed, differed int }
	samples := make(map[int]sample)
	for _, i := range read {
		if c := &t.cells[i]; c.figure() {
			at := t.Grid.Cells[i].Col
			s := samples[at]
			if c.sight().best.Text == c.candidates[0].Text {
				s.agreed++
			} else {
				s.differed++
			}
			samples[at] = s
		}
	}
	votes := make(map[string]int)
	for _, i := range t.distinct(slices.Concat(read, figures)) {
		votes[t.cells[i].candidates[0].Text]++
	}
	for _, i := range figures {
		c := &t.cells[i]
		text, s := c.candidates[0], samples[t.Grid.Cells[i].Col]
		e := ocr.FigureEvidence{
			Lines: text.LogProb, Weakest: c.posterior.Weakest(), Height: t.printHeight(c),
			Length: len(text.Text), Letters: ocr.LikeLetters(text.Text), Votes: max(0, votes[text.Text]-1),
			Agreed: s.agreed, Differed: s.differed,
		}
		if p := e.Probability(); p >= t.ReviewBelow {
			c.settleFigure(p, e)
		} else {
			open = append(open, i)
		}
	}
	return open
}

// settleFigure takes the line reader's number for the cell's.
func (c *cell) settleFigure(p float64, e ocr.FigureEvidence) {
	c.as = asWords
	r := &c.reading
	r.Text, r.Confidence, r.Evidence = c.candidates[0].Text, p, e.Features()
	r.Causes, r.Alternatives = nil, nil
}
