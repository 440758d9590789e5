package reading

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/ocr/linenet"
	"github.com/biaoge/biaoge/tables"
)

// labelGap is how far below the line reader's best text a known wording may
// be, in nats per character, without Tesseract being asked.
const labelGap = 1.0

// ReadAgain has the other readers read what the line reader cannot be trusted with alone:
// Tesseract every value of a form (one of each group that reads the same), the reader of all
// print every text that is no known label. Then it doubts what speaks against what was
// read. M is the form that the table was printed on, nil for none. Insisted says that nothing
// but labels of a form told of the table. It returns the error of ctx when that ends.
func (t *Table) ReadAgain(ctx context.Context, m *tables.Match, insisted bool) (err error) {
	t.match, t.insisted = m, insisted
	if m == nil {
		t.babble, err = t.babbles(ctx)
	}
	if err == nil && !t.babble {
		err = t.askTesseract(ctx)
	}
	if err == nil {
		t.doubt()
	}
	return err
}

// askTesseract has Tesseract read words cell by cell, and values by groups that
// read the same.
func (t *Table) askTesseract(ctx context.Context) error {
	if err := t.lookCloser(ctx); err != nil {
		return err
	}
	groups := make(map[string][]int)
	var order []string
	var anything []int // cells that may hold anything
	for i := range t.cells {
		c := &t.cells[i]
		if len(c.crops) == 0 || t.knownLabel(i) {
			continue
		}
		switch {
		case t.readsAsValue(i):
			text := c.candidates[0].Text
			if groups[text] == nil {
				order = append(order, text)
			}
			groups[text] = append(groups[text], i)
		case t.valueOfForm(i):
			if err := t.readText(ctx, c); err != nil {
				return err
			}
		default:
			if !t.named(i) {
				if err := t.turnUp(ctx, i); err != nil {
					return err
				}
			}
			anything = append(anything, i)
		}
	}
	if err := t.readPrint(ctx, anything); err != nil {
		return err
	}
	for _, text := range []string{"7", "1"} {
		strokes, rest := t.strokes(groups[text])
		if len(strokes) > 0 && groups["/"] == nil {
			order = append(order, "/")
		}
		groups["/"], groups[text] = append(groups["/"], strokes...), rest
	}
	for _, text := range order {
		if err := t.readGroup(ctx, groups[text]); err != nil {
			return err
		}
	}
	return nil
}

// named reports whether a cell is one of the form.
func (t *Table) named(i int) bool { return t.match != nil && t.match.Of[i] >= 0 }

// ofForm is the form's cell that a cell is; nil if it is none.
func (t *Table) ofForm(i int) *tables.FormCell {
	if !t.named(i) {
		return nil
	}
	return &t.match.Form.Cells[t.match.Of[i]]
}

// valueOfForm reports whether a cell is one in which the form has a value.
func (t *Table) valueOfForm(i int) bool {
	of := t.ofForm(i)
	return of != nil && of.Key != ""
}

// readsAsValue reports whether what stands in a cell is a value on a single
// line. In a table of no form, anything may stand anywhere.
func (t *Table) readsAsValue(i int) bool {
	c := &t.cells[i]
	if t.match == nil {
		return false
	}
	if t.named(i) || len(c.crops) == 1 && ocr.Hyphen(c.crops[0], t.page.LineHeight) {
		c.preferValue()
	}
	return c.isValue() && len(c.crops) == 1
}

// isValue reports whether the likeliest text can be a value.
func (c *cell) isValue() bool {
	_, _, ok := tables.ParseValue(c.candidates[0].Text)
	return ok
}

// lookalikes are characters that print like a part of a number.
var lookalikes = strings.NewReplacer("一", "-", "十", "+", "〇", "0", "二", "=", "_", "-", "~", "-")

// maxValueGap is how much less probable than the best text, in nats, a text
// may be to be preferred for being a value where only values stand.
const maxValueGap = 7

// preferValue puts the best candidate that is a value before better ones that
// are none: in the value cells of a form, 十9 is a badly printed +9. What its
// characters look like there counts for it, and no more: it stays as
// improbable as its picture makes it.
func (c *cell) preferValue() {
	top := c.candidates[0]
	if _, _, ok := tables.ParseValue(top.Text); ok && top.Text != "" {
		return
	}
	best := linenet.Candidate{LogProb: math.Inf(-1)}
	for _, k := range c.candidates {
		text := lookalikes.Replace(k.Text)
		if _, _, ok := tables.ParseValue(text); !ok || text == "" {
			continue
		}
		lp := c.posterior.LogProb(text)
		if text != k.Text {
			lp = max(lp, math.Log(math.Exp(lp)+math.Exp(k.LogProb)))
		}
		if lp > best.LogProb {
			best = linenet.Candidate{Text: text, LogProb: lp}
		}
	}
	if best.LogProb < top.LogProb-maxValueGap {
		return
	}
	rest := slices.DeleteFunc(c.candidates, func(k linenet.Candidate) bool { return lookalikes.Replace(k.Text) == best.Text })
	c.candidates = append([]linenet.Candidate{best}, rest...)
}

// knownLabel reports whether a cell is a label of the form whose wording the
// line reader holds for possible.
func (t *Table) knownLabel(i int) bool {
	of := t.ofForm(i)
	if of == nil || of.Key != "" {
		return false
	}
	c := &t.cells[i]
	for _, w := range t.match.Form.Wordings(of.Text) {
		f := tables.Fold(w)
		if f == c.candidates[0].Text || c.reading.Score(f) > -labelGap*float64(len([]rune(f))) {
			return true
		}
	}
	return false
}

// readText has Tesseract read a cell of words.
func (t *Table) readText(ctx context.Context, c *cell) error {
	got, err := t.Reader.Text(ctx, c.crops, t.page.LineHeight)
	if err != nil {
		return err
	}
	c.weighWords(got)
	return nil
}

// strokes parts a group of values that read as a digit that small print of a
// slash looks like: the first are slashes by their shape. Blur and compression
// hide the shape of some, so where a third of the group have it, all that may
// be one are taken for slashes; none of them is sure.
func (t *Table) strokes(cells []int) (strokes, rest []int) {
	n := 0
	for _, i := range cells {
		c := &t.cells[i]
		if c.stroke = ocr.Slash(c.crops[0]); c.stroke {
			n++
		}
	}
	for _, i := range cells {
		c := &t.cells[i]
		at := slices.IndexFunc(c.candidates, func(k linenet.Candidate) bool { return k.Text == "/" })
		if c.stroke = at > 0 && (c.stroke || 3*n >= len(cells)); !c.stroke {
			rest = append(rest, i)
			continue
		}
		slash := c.candidates[at]
		c.candidates = slices.Insert(slices.Delete(c.candidates, at, at+1), 0, slash)
		strokes = append(strokes, i)
	}
	return strokes, rest
}

// asked is how many cells of a group that reads the same Tesseract is given,
// the least clear first, beside the clearest, where it does not agree at once.
const asked = 2

// certain is the line reader's probability from which a value that reads the
// same as others is taken to be what they are.
const certain = 0.98

// readGroup has Tesseract read some of a group of values that read the same,
// and weighs the evidence for each. Where even the least clear is clear and
// Tesseract reads the same in it, that goes for all of them. Elsewhere it reads
// beside the least clear and the clearest those that are unclear, if they would
// be flagged should it differ.
func (t *Table) readGroup(ctx context.Context, cells []int) error {
	if len(cells) == 0 {
		return nil // all that read like a 7 or a 1 are slashes
	}
	slices.SortStableFunc(cells, func(a, b int) int {
		return cmp.Compare(t.cells[a].candidates[0].LogProb, t.cells[b].candidates[0].LogProb)
	})
	votes := len(cells) - 1
	var known ocr.Reading // what was read in one cell that stands for the clear ones
	whole := false
	if least := &t.cells[cells[0]]; votes > 0 && least.evidence(votes).Posterior > certain {
		var err error
		if known, err = t.second(ctx, least); err != nil {
			return err
		}
		whole = tables.Fold(known.Text) == least.candidates[0].Text
	}
	for k := len(cells) - 1; k >= 0; k-- {
		c := &t.cells[cells[k]]
		e := c.evidence(votes)
		clear := e.Posterior > certain
		e.Asked = true
		if !whole && (k < asked || k == votes || !clear && e.Probability() < t.ReviewBelow) {
			got, err := t.second(ctx, c)
			if err != nil {
				return err
			}
			if k == votes {
				known = got
			}
			e = c.settle(e, got, t.printHeight(c))
			e.Asked = true
			c.weigh(e, got)
		} else {
			e.Asked = clear
			c.weigh(e, known)
		}
	}
	t.markWide(cells)
	return nil
}

// second has Tesseract read a value.
func (t *Table) second(ctx context.Context, c *cell) (ocr.Reading, error) {
	read := t.Reader.Digits
	if strings.ContainsFunc(c.candidates[0].Text, func(r rune) bool { return r > 0x7f }) {
		read = t.Reader.Text
	}
	return read(ctx, c.crops, max(c.height, t.floor()))
}

// markWide marks the values of a group that are far wider than most that read
// the same.
func (t *Table) markWide(cells []int) {
	const enough, wider = 5, 1.5
	if len(cells) < enough {
		return
	}
	// In heights of the print, which may be larger in headings; a dash has none.
	width := func(i int) float64 {
		box := t.cells[i].lines[0].Box
		return float64(box.Dx()) / max(float64(box.Dy()), t.floor())
	}
	var widths []float64
	for _, i := range cells {
		widths = append(widths, width(i))
	}
	usual := ink.Median(widths)
	for _, i := range cells {
		w := width(i)
		t.cells[i].wide = w > wider*usual && w-usual > 0.5
	}
}
