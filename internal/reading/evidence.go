package reading

import (
	"math"
	"strings"
	"unicode/utf8"

	"github.com/biaoge/biaoge/internal/edit"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/linenet"
	"github.com/biaoge/biaoge/tables"
)

// A likeliest is the most probable of the texts that a cell may hold, by what is
// known so far, and what speaks for it.
type likeliest struct {
	text        string
	evidence    ocr.PrintEvidence
	probability float64   // that it is what is printed
	features    []float64 // which that was weighed from
}

func weighed(text string, e ocr.PrintEvidence) likeliest {
	f := e.Features()
	return likeliest{text, e, ocr.PrintProbability(f), f}
}

// A weighing is what cells that may hold anything are weighed by beside what was
// read in each: what else the table holds.
type weighing struct {
	*Table
	columns   map[int]column
	echoes    map[string]int // how many different texts hold some characters
	clear     float64        // how sure the readers of all print are of the least sure character of a cell, in logits, on the average
	likeliest map[int]likeliest
}

// weighing begins to weigh cells, of which some are open: a reader of all print has read
// these.
func (t *Table) weighing(cells, open []int) *weighing {
	w := &weighing{Table: t, columns: t.columnsOf(cells), echoes: make(map[string]int), likeliest: make(map[int]likeliest)}
	seen := make(map[string]bool)
	for _, i := range open {
		p := t.cells[i].sight()
		w.clear += ocr.Logit(p.weakest) / float64(len(open))
		if text := p.best.Text; !seen[text] {
			seen[text] = true
			chars := []rune(text)
			own := make(map[string]bool)
			for at := range chars {
				own[around(chars, at)] = true
			}
			for held := range own {
				w.echoes[held]++
			}
		}
	}
	return w
}

// around is a character of a text with those beside it.
func around(text []rune, at int) string {
	return string(text[max(0, at-1):min(len(text), at+2)])
}

// echo counts the other texts of the table that hold each character of a cell which
// the reader of all print is not sure of, with those beside it: what it reads in many
// places, beside the same, is seldom a guess. The least sure character counts in any
// case.
func (w *weighing) echo(of *printed) int {
	chars := []rune(of.best.Text)
	if len(chars) != len(of.sureness) || len(chars) < 2 {
		return 0
	}
	least := math.MaxInt
	for at, sure := range of.sureness {
		if sure == of.weakest || ocr.Doubtful(sure) {
			least = min(least, w.echoes[around(chars, at)]-1)
		}
	}
	return max(0, least)
}

// glance weighs what the quick reader, the line reader and that of glyphs make of a cell.
func (w *weighing) glance(i int) likeliest {
	c := &w.cells[i]
	text := c.quick.best.Text
	e := w.evidence(i, text, nil)
	f := e.QuickFeatures()
	c.reading.Weighed = append(c.reading.Weighed, tables.Weighed{Text: c.asPrinted(text, nil), Evidence: f})
	return likeliest{text, e, ocr.QuickProbability(f), f}
}

// weigh finds the likeliest text of a cell by what is known of it so far.
func (w *weighing) weigh(i int, second *ocr.Reading) likeliest {
	c, col := &w.cells[i], w.columns[w.Grid.Cells[i].Col]
	says := ""
	if second != nil {
		says = tables.Fold(second.Text)
	}
	if wording, ok := w.wordingOf(i, second); ok {
		w.likeliest[i] = weighed(wording, w.evidence(i, wording, second))
		return w.likeliest[i]
	}
	best := likeliest{probability: -1}
	for _, text := range c.texts(says, col.usual()) {
		l := weighed(text, w.evidence(i, text, second))
		c.reading.Weighed = append(c.reading.Weighed, tables.Weighed{Text: c.asPrinted(text, second), Evidence: l.features})
		if l.probability > best.probability {
			best = l
		}
	}
	w.likeliest[i] = best
	return best
}

// evidence is what speaks for a text of a cell.
func (w *weighing) evidence(i int, text string, second *ocr.Reading) ocr.PrintEvidence {
	c, col := &w.cells[i], w.columns[w.Grid.Cells[i].Col]
	says := !strings.ContainsRune(c.candidates[0].Text, ctc.Other)
	n := max(1, utf8.RuneCountInString(text))
	p, asPrinted := c.sight(), c.asPrinted(text, second)
	e := ocr.PrintEvidence{
		Print: p.logProb(text), Weakest: p.weakest, Best: text == p.best.Text,
		Known: says && c.posterior.Knows(text), Same: text == c.candidates[0].Text, Surely: c.posterior.Weakest(),
		Height: w.printHeight(c), Length: n, Class: ocr.ClassOf(text), Lookalike: ocr.Lookalike(text), Clear: w.clear,
		Unread: c.unread(text), Unpaired: ocr.Unpaired(asPrinted),
	}
	e.Unsure, e.Doubtful = ocr.Doubts(p.sureness)
	if e.Best {
		e.Echo = w.echo(p)
	}
	if e.Lookalike && len(c.strips) == 1 {
		e.Shape = ocr.ShapeOf(c.strips[0], n, w.page.LineHeight)
	}
	e.Votes, e.Share = col.others(c, text)
	switch {
	case e.Known && e.Same:
		e.Lines = c.candidates[0].LogProb
	case e.Known:
		e.Lines = c.reading.Score(text) + c.candidates[0].LogProb
	case says:
		e.Otherwise = c.candidates[0].LogProb
	}
	if g := c.glyphs; linenet.Tells(text) {
		e.Told, e.Glyphs, e.GlyphsWeak = true, g.logProb(text), g.weakest
		e.GlyphsBest = text == g.best.Text && linenet.Alike(asPrinted, g.text) // ① is 1 in texts, and no 1
		e.Seen, e.Unseen = c.confirmed(text, g.best.Text)
		e.Contrary = g.contrary(text)
	}
	e.For, e.Against = col.shares(e.Class, c.liked())
	if c.again != nil {
		e.Redrawn, e.Again, e.AgainBest, e.AgainWeak = true, c.again.logProb(text), text == c.again.best.Text, c.again.weakest
		e.Both, e.Mean = bothWays(c.print, c.again)
	}
	if second != nil {
		e.Figures = asFigures(text, e)
		says := tables.Fold(second.Text)
		e.Asked, e.Agrees, e.Second = true, says == text, second.Confidence
		e.Confirmed, e.Unconfirmed = c.confirmed(text, says)
	}
	return e
}

// unread is how far ink lies from the characters of a text, where the reader of all
// print told where these are.
func (c *cell) unread(text string) float64 {
	switch {
	case text == c.sight().best.Text:
		return c.sight().unread
	case c.again != nil && text == c.again.best.Text:
		return c.again.unread
	}
	return 0
}

// confirmed is the share of the characters of a text that another reader says, too, and the
// probability that the reader of all print gives the least sure of the others.
func (c *cell) confirmed(text, says string) (share, unconfirmed float64) {
	chars, p := []rune(text), c.sight()
	unconfirmed = 1
	for i, kept := range edit.Kept(chars, []rune(says)) {
		switch {
		case kept:
			share += 1 / float64(len(chars))
		case text == p.best.Text && len(chars) == len(p.sureness):
			sure := p.sureness[i]
			if c.again != nil && len(c.again.sureness) == len(chars) {
				sure = max(sure, c.again.sureness[i])
			}
			unconfirmed = min(unconfirmed, sure)
		default:
			unconfirmed = min(unconfirmed, p.weakest)
		}
	}
	return share, unconfirmed
}

// contrary is how sure the reader is of the surest character of what it likes best that is not in
// a text; 0 where all are.
func (p *printed) contrary(text string) float64 {
	sure := 0.0
	chars := []rune(p.best.Text)
	for i, kept := range edit.Kept(chars, []rune(text)) {
		if !kept && len(chars) == len(p.sureness) {
			sure = max(sure, p.sureness[i])
		}
	}
	return sure
}

// bothWays joins how sure the reader of all print is of each character of two drawings
// of a text: the probability of the character that is least sure in the better of the
// two, and the logit of that least sure by the mean of both. Where it finds another
// number of characters, it is that of the less sure drawing.
func bothWays(a, b *printed) (better, mean float64) {
	if len(a.sureness) != len(b.sureness) {
		weakest := min(a.weakest, b.weakest)
		return weakest, ocr.Logit(weakest)
	}
	better, mean = 1, ocr.Logit(1)
	for i, p := range a.sureness {
		q := b.sureness[i]
		better = min(better, max(p, q))
		mean = min(mean, (ocr.Logit(p)+ocr.Logit(q))/2)
	}
	return better, mean
}
