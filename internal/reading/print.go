package reading

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/strip"
	"github.com/biaoge/biaoge/tables"
)

// A printed cell is one that may hold anything: words, numbers, letters, marks.
// The reader of glyphs reads it, and in a table of no form the quick reader of all print; what
// that one and the line reader, or that of glyphs, read the same is settled where they are
// sure. The reader of all print reads the others; where these leave one open, it reads it
// again, drawn otherwise, and then Tesseract is asked.
type printed struct {
	posterior *ctc.Posterior // without spaces; nil where there are several lines
	best      ctc.Candidate  // that the reader likes best, folded, whatever its spaces
	text      string         // the same as it is printed, with its spaces and lines
	spaced    float64        // the logarithm of the probability of that
	sureness  []float64      // how sure it is of each of its characters
	weakest   float64        // and of the least sure
	unread    float64        // how far ink lies from what was read: see ocr.Unread
}

// oneIn is how many cells that the reader of all print has read, and nobody doubts, there
// are for one that Tesseract reads all the same: what it makes of these says how sure the
// others are.
const oneIn = 24

// readPrint reads cells that may hold anything.
func (t *Table) readPrint(ctx context.Context, cells []int) error {
	if len(cells) == 0 {
		return nil
	}
	read, figures := t.sample(cells)
	open, err := t.tellAndPrint(ctx, cells, read)
	if err != nil {
		return err
	}
	left := t.settleFigures(read, figures)
	more, err := t.tellAndPrint(ctx, cells, left)
	if err != nil {
		return err
	}
	open = slices.Concat(open, more)
	w := t.weighing(cells, slices.Concat(read, left))
	var unsure []int
	for _, i := range open {
		if l := w.weigh(i, nil); l.probability < t.ReviewBelow && (t.match != nil || t.mayBeSettled(l.evidence)) {
			unsure = append(unsure, i)
		}
	}
	if err := t.printAgain(ctx, unsure); err != nil {
		return err
	}
	for _, i := range unsure {
		w.weigh(i, nil)
	}
	sure := 0
	for _, i := range open {
		if err := ctx.Err(); err != nil {
			return err
		}
		l := w.likeliest[i]
		if l.probability >= t.ReviewBelow {
			if sure++; sure%oneIn != 0 {
				t.cells[i].settlePrint(l, nil)
				continue
			}
		} else if t.match == nil && !t.mayBeSettled(l.evidence) {
			t.cells[i].settlePrint(l, nil)
			continue
		}
		second, err := t.secondPrint(ctx, &t.cells[i], l)
		if err != nil {
			return err
		}
		t.cells[i].settlePrint(w.weigh(i, &second), &second)
	}
	return nil
}

// tellAndPrint has the reader of glyphs read some of the cells, and those of all print: in a table
// of no form the quick one all of them, and the other those that are not settled by that,
// which it returns.
func (t *Table) tellAndPrint(ctx context.Context, cells, some []int) (open []int, err error) {
	if err := t.tellGlyphs(ctx, some); err != nil {
		return nil, err
	}
	open = some
	if t.match == nil {
		if err := t.glanceAt(ctx, some); err != nil {
			return nil, err
		}
		open = t.weighing(cells, some).settleQuick(some)
	}
	return open, t.printLines(ctx, open)
}

// settleQuick takes what the quick reader has read surely enough where one that shares nothing with it
// reads the same, and returns the other cells: also where less is flagged than by default. All
// may read a comma as a point.
func (w *weighing) settleQuick(cells []int) (open []int) {
	for _, i := range cells {
		if l := w.glance(i); l.evidence.Seconded() && !tables.MayBeThousands(l.text) && l.probability >= max(w.ReviewBelow, tables.DefaultReviewBelow) {
			w.cells[i].settlePrint(l, nil)
		} else {
			open = append(open, i)
		}
	}
	return open
}

// mayBeSettled reports whether a cell would not be flagged if whoever is asked next
// were to read surely what speaks for itself most so far: where it would be all the
// same, and no form says what else may stand there, asking costs more than it tells.
// Where everything is flagged, everybody is asked.
func (t *Table) mayBeSettled(e ocr.PrintEvidence) bool {
	if t.ReviewBelow >= 1 {
		return true
	}
	if !e.Redrawn {
		e.Redrawn, e.AgainBest, e.AgainWeak, e.Both, e.Mean = true, true, 1, 1, ocr.Logit(1)
	}
	e.Asked, e.Agrees, e.Second, e.Confirmed, e.Unconfirmed = true, true, 1, 1, 1
	return e.Probability() >= t.ReviewBelow
}

// wordingOf is the wording of the form's label that a cell is which a reader read
// there, if one did.
func (t *Table) wordingOf(i int, second *ocr.Reading) (text string, ok bool) {
	of := t.ofForm(i)
	if of == nil || of.Key != "" {
		return "", false
	}
	wordings := t.match.Form.Wordings(of.Text)
	for _, said := range t.cells[i].readings(second) {
		text = tables.Fold(said)
		if slices.ContainsFunc(wordings, func(w string) bool { return tables.Fold(w) == text }) {
			return text, true
		}
	}
	return "", false
}

// printAgain has the reader of all print read the lines of cells another time, drawn
// otherwise.
func (t *Table) printAgain(ctx context.Context, cells []int) error {
	return t.printBy(ctx, t.Reader.PrintAgain, cells, func(c *cell, p *printed) { c.again = p })
}

// printBy has a reader read the lines of cells, and hands what each cell holds by it to keep.
func (t *Table) printBy(ctx context.Context, read func(context.Context, []strip.Line) ([]*ctc.Posterior, error), cells []int, keep func(*cell, *printed)) error {
	posteriors, err := read(ctx, t.stripsOf(cells))
	if err != nil {
		return err
	}
	for _, i := range cells {
		c := &t.cells[i]
		n := len(c.strips)
		keep(c, printOf(posteriors[:n], c.strips))
		posteriors = posteriors[n:]
	}
	return nil
}

// stripsOf are the lines of cells.
func (t *Table) stripsOf(cells []int) (lines []strip.Line) {
	for _, i := range cells {
		lines = append(lines, t.cells[i].strips...)
	}
	return lines
}

// secondPrint has Tesseract read a cell: as a number where the line reader and that of all print read one, since
// it makes words of single digits otherwise.
func (t *Table) secondPrint(ctx context.Context, c *cell, l likeliest) (ocr.Reading, error) {
	if asFigures(l.text, l.evidence) && len(c.crops) == 1 {
		return t.Reader.Digits(ctx, c.crops, max(c.height, t.floor()))
	}
	return t.Reader.Text(ctx, c.crops, t.page.LineHeight)
}

// asFigures reports whether Tesseract is asked for a text as for a number.
func asFigures(text string, e ocr.PrintEvidence) bool {
	return e.Best && e.Same && strings.Trim(text, "0123456789.,+-%/") == "" && strings.ContainsAny(text, "0123456789")
}

// tellGlyphs has the reader of glyphs read the lines of cells.
func (t *Table) tellGlyphs(ctx context.Context, cells []int) error {
	return t.printBy(ctx, t.Reader.Glyphs, cells, func(c *cell, p *printed) { c.glyphs = p })
}

// glanceAt has the quick reader of all print read the lines of cells.
func (t *Table) glanceAt(ctx context.Context, cells []int) error {
	return t.printBy(ctx, t.quickly.read, cells, func(c *cell, p *printed) { c.quick = p })
}

// printLines has the reader of all print read the lines of cells.
func (t *Table) printLines(ctx context.Context, cells []int) error {
	return t.printBy(ctx, t.surely.read, cells, func(c *cell, p *printed) { c.print = p })
}

// printOf joins what the reader made of the lines of a cell, which look so.
func printOf(lines []*ctc.Posterior, strips []strip.Line) *printed {
	p := &printed{weakest: 1}
	var texts []string
	for i, l := range lines {
		best := l.Best(1)[0]
		texts = append(texts, strings.TrimSpace(best.Text))
		p.spaced += best.LogProb
		p.posterior = l.Without(' ')
		p.best.LogProb += p.posterior.LogProb(strings.ReplaceAll(best.Text, " ", ""))
		var places []float64
		for _, s := range p.posterior.Sights() {
			p.sureness, places = append(p.sureness, s.Sure), append(places, s.Place)
		}
		p.unread = max(p.unread, ocr.Unread(strips[i], places))
	}
	for _, sure := range p.sureness {
		p.weakest = min(p.weakest, sure)
	}
	p.text = unstacked(strings.Join(texts, "\n"))
	p.best.Text = tables.Fold(p.text)
	if len(lines) != 1 {
		p.posterior = nil
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

// sight is what the reader of all print makes of a cell, or the quick one where that
// was not asked; nil where neither was.
func (c *cell) sight() *printed { return cmp.Or(c.print, c.quick) }

// liked is the text that a reader likes best which knows whatever may be there: the
// line reader, where no other was asked.
func (c *cell) liked() string {
	if p := c.sight(); p != nil {
		return p.best.Text
	}
	return c.candidates[0].Text
}

// texts are those that a cell may hold, folded: what each reader likes best, what
// others of its column mostly read like, and what prints like these.
func (c *cell) texts(second, usual string) []string {
	out := []string{c.print.best.Text}
	add := func(texts ...string) {
		for _, text := range texts {
			if text != "" && !strings.ContainsRune(text, ctc.Other) && !slices.Contains(out, text) {
				out = append(out, text)
			}
		}
	}
	add(c.candidates[0].Text, second, usual)
	if text := c.glyphs.best.Text; ocr.ClassOf(text) == ocr.Hanzi && utf8.RuneCountInString(text) == utf8.RuneCountInString(c.print.best.Text) {
		add(text) // other characters in the same places; of what is not Chinese it was taught little
	}
	if c.again != nil {
		add(c.again.best.Text)
	}
	for _, text := range slices.Clone(out) {
		if ocr.Lookalike(text) {
			add(ocr.Alike(text)...)
		}
	}
	if len(c.strips) == 1 {
		if n := ocr.Upright(c.strips[0]); n > 0 {
			add(ocr.Strokes(n)...)
		}
	}
	return out
}

// settlePrint takes a text for the cell's.
func (c *cell) settlePrint(l likeliest, second *ocr.Reading) {
	text, e := l.text, l.evidence
	c.as = asWords
	r := &c.reading
	r.Causes, r.Alternatives, r.Evidence = nil, nil, l.features
	r.Text, r.Confidence = c.asPrinted(text, second), l.probability
	c.unsaid = text != c.sight().best.Text && text != c.candidates[0].Text && text != c.glyphs.best.Text && (second == nil || text != tables.Fold(second.Text))
	if r.Text == "" || strings.ContainsRune(r.Text, ctc.Other) {
		r.Text = cmp.Or(r.Text, string(ctc.Other))
		c.unlikely()
		c.because("unreadable")
		return
	}
	if c.raised = c.raisedEnd(); c.raised > 0 {
		r.Text = ocr.Superscript(r.Text, c.raised)
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

// asPrinted is a text of a cell as the reader has it that read it, with its spaces and
// signs; folded, where none did.
func (c *cell) asPrinted(text string, second *ocr.Reading) string {
	switch {
	case text == c.sight().best.Text:
		return c.sight().text
	case c.again != nil && text == c.again.best.Text:
		return c.again.text
	case second != nil && tables.Fold(second.Text) == text:
		return unstacked(second.Text)
	case text == c.glyphs.best.Text:
		return c.glyphs.text // without spaces, of which it knows none
	}
	return text
}

// others are what readers made of a cell that is read as a text, but for what no
// reader knows. What is the same but for spaces and signs is told once.
func (c *cell) others(text string, second *ocr.Reading) (out []string) {
	told := []string{"", text}
	for _, s := range c.readings(second) {
		if f := tables.Fold(s); !strings.ContainsRune(f, ctc.Other) && !slices.Contains(told, f) {
			out, told = append(out, s), append(told, f)
		}
	}
	return out
}

// readings are what the readers made of a cell.
func (c *cell) readings(second *ocr.Reading) []string {
	out := []string{c.sight().text, c.candidates[0].Text}
	if c.again != nil {
		out = append(out, c.again.text)
	}
	if second != nil {
		out = append(out, second.Text)
	}
	return append(out, c.glyphs.text)
}
