package tables

import (
	"math"
	"slices"
	"strings"
)

// DefaultReviewBelow is the probability below which a value is flagged.
const DefaultReviewBelow = 0.995

// Build makes a table of a sheet. Match may be nil: a table that is no known
// form comes out as cells. Values with a probability below reviewBelow are
// flagged, with the reason in words.
func Build(s *Sheet, m *Match, reviewBelow float64) Table {
	t := Table{Quad: s.Quad, Caption: s.Caption, Rows: s.Rows, Cols: s.Cols, Cells: make([]Cell, len(s.Cells)), Records: []Record{}, Checks: []Check{}}
	for i, c := range s.Cells {
		r := c.Reading
		t.Cells[i] = Cell{Row: c.Row, Col: c.Col, RowSpan: c.RowSpan, ColSpan: c.ColSpan, Kind: KindLabel, Box: c.Box,
			Text: r.Text, Confidence: r.Confidence, Alternatives: r.Alternatives, Review: r.Confidence < reviewBelow, Causes: slices.Clone(r.Causes), Evidence: r.Evidence, Weighed: r.Weighed}
		if _, _, ok := ParseValue(r.Text); ok && r.Text != "" {
			t.Cells[i].Kind = KindValue
		}
	}
	if m == nil {
		t.HeaderRows = headerRows(&t)
	} else {
		fillForm(&t, s, m, reviewBelow)
	}
	for i := range t.Cells {
		t.Cells[i].explain()
	}
	t.Confidence = confidence(&t)
	t.FormConfidence = round(t.FormConfidence)
	return t
}

// explain gives a cell reasons if it is flagged, and none if it is not.
func (c *Cell) explain() {
	switch {
	case !c.Review:
		c.Causes = nil
	case len(c.Causes) == 0:
		c.Causes = []Cause{unclear}
	}
	if c.Reasons = nil; len(c.Causes) > 0 {
		c.Reasons = InWords(c.Causes)
	}
	c.Confidence = round(c.Confidence)
}

// confidence is the probability that all values of a table are right, or of a table that is
// no known form, all cells: the product of theirs.
func confidence(t *Table) float64 {
	p := 1.0
	for _, c := range t.Cells {
		if t.Form == nil || c.Kind == KindValue {
			p *= c.Confidence
		}
	}
	return round(p)
}

// noNumber is the greatest confidence of a value whose text is no number, dash or blank. Set
// by hand.
const noNumber = 0.5

// unclear is why a cell is flagged of which nothing more is known.
var unclear = Because("unclear")

// round keeps what digits of a probability mean anything; nothing is certain.
func round(p float64) float64 { return min(math.Round(p*1e6)/1e6, 0.999999) }

// A filling makes records of the values of a form that was recognised.
type filling struct {
	table       *Table
	sheet       *Sheet
	match       *Match
	index       map[string]int // the record of each key
	reviewBelow float64
}

// fillForm names the cells of a known form and makes records of its values.
func fillForm(t *Table, s *Sheet, m *Match, reviewBelow float64) {
	f := &filling{t, s, m, make(map[string]int), reviewBelow}
	t.Form, t.FormConfidence = &m.Form.ID, m.Confidence
	if s.Open {
		t.fillAreas(m)
		defer t.withoutFilled()
	}
	f.nameCells()
	check(t, s, m, f.index, reviewBelow)
	// No sum speaks for a row that was taken for another, nor for what is
	// misread like its parts.
	f.doubtRecords()
	if !s.typed() {
		t.doubtUnits()
	}
	for i := range t.Records {
		f.flag(&t.Records[i])
	}
	f.doubtTable()
}

// nameCells gives the labels that were found the form's wordings, and the
// values their keys.
func (f *filling) nameCells() {
	t := f.table
	t.HeaderRows = t.Rows
	for fi, fc := range f.match.Form.Cells {
		si := f.match.Cells[fi]
		switch {
		case si < 0:
		case fc.Key == "":
			nameLabel(&t.Cells[si], &f.sheet.Cells[si].Reading, f.match.Form.Wordings(fc.Text), f.reviewBelow)
		default:
			t.HeaderRows = min(t.HeaderRows, t.Cells[si].Row)
			f.record(fc.Key, si)
		}
	}
	if t.HeaderRows == t.Rows {
		t.HeaderRows = 0
	}
}

// record makes a cell the value of a key.
func (f *filling) record(key string, cell int) {
	t, reading := f.table, &f.sheet.Cells[cell].Reading
	c := &t.Cells[cell]
	c.Kind = KindValue
	v, u, ok := ParseValue(c.Text)
	rec := Record{Key: key, Labels: labelsOf(t, c), Raw: c.Text, Value: v, Unit: u, Confidence: c.Confidence, Cell: [2]int{c.Row, c.Col}, Evidence: reading.Evidence, Causes: slices.Clone(reading.Causes)}
	if !ok {
		rec.Confidence = min(rec.Confidence, noNumber)
		rec.Causes = append(rec.Causes, Because("no_number", c.Text))
	}
	f.index[key] = len(t.Records)
	t.Records = append(t.Records, rec)
}

// doubtRecords lowers the confidence of values that may be another row's, or
// that are misread in a way of which no sum tells.
func (f *filling) doubtRecords() {
	place := newPlacing(f.table, f.sheet, f.match)
	for fi, fc := range f.match.Form.Cells {
		if fc.Key == "" || f.match.Cells[fi] < 0 {
			continue
		}
		r, reading := &f.table.Records[f.index[fc.Key]], &f.sheet.Cells[f.match.Cells[fi]].Reading
		if why, doubted := place.doubt(fi); doubted {
			r.atMost(misplaced, why)
		}
		if reading.AtMost > 0 {
			r.Confidence = min(r.Confidence, reading.AtMost)
		}
		why := twoValues(r.Raw)
		if !reading.Typed {
			why = f.table.misreadAlike(r.Raw, reading.Alternatives)
		}
		if why != "" {
			r.atMost(maxAlike, Because(why))
		}
	}
}

// atMost bounds the confidence of a record, for a reason.
func (r *Record) atMost(confidence float64, why Cause) {
	r.Confidence = min(r.Confidence, confidence)
	r.Causes = append(r.Causes, why)
}

// flag gives a record and its cell reasons if a person should look at it, and
// none if not. No value is surer than that the form is the one that gives it its key.
func (f *filling) flag(r *Record) {
	if f.match.Unsure(f.reviewBelow) {
		r.atMost(f.match.Confidence, Because("form_unsure"))
	}
	r.Confidence = round(r.Confidence)
	r.Review = r.Confidence < f.reviewBelow
	switch {
	case !r.Review:
		r.Causes = nil
	case len(r.Causes) == 0:
		r.Causes = append(r.Causes, unclear)
	}
	r.Reasons = InWords(r.Causes)
	c := f.table.cellAt(r.Cell[0], r.Cell[1])
	c.Confidence, c.Review, c.Causes = r.Confidence, r.Review, slices.Clone(r.Causes)
}

// doubtTable says what of the form is missing or strange.
func (f *filling) doubtTable() {
	t, m := f.table, f.match
	if missing := m.Form.missing(m); len(missing) > 0 {
		t.Doubt(Because("values_missing", len(missing), strings.Join(head(missing, 5), ", ")))
	}
	if m.Unsure(f.reviewBelow) {
		t.Doubt(Because("form_unsure"))
	}
	if n := len(m.Strange); n > 0 {
		t.because(Because("cells_added", n))
		t.Review = t.Review || n > t.Cols
	}
}

// typed tells whether nothing of a sheet was read off a picture.
func (s *Sheet) typed() bool {
	return !slices.ContainsFunc(s.Cells, func(c SheetCell) bool { return !c.Reading.Typed })
}

func head(s []string, n int) []string {
	if len(s) > n {
		return append(slices.Clone(s[:n]), "…")
	}
	return s
}

// missing lists the keys whose cells are not on the sheet.
func (f *Form) missing(m *Match) []string {
	var out []string
	for i, c := range f.Cells {
		if c.Key != "" && m.Cells[i] < 0 {
			out = append(out, c.Key)
		}
	}
	return out
}

func (t *Table) cellAt(row, col int) *Cell { return &t.Cells[t.indexAt([2]int{row, col})] }

// indexAt is the cell at a place; there is one.
func (t *Table) indexAt(place [2]int) int {
	return slices.IndexFunc(t.Cells, func(c Cell) bool { return c.Row == place[0] && c.Col == place[1] })
}

// maxLabelGap is how much less probable than the best reading, in nats per
// character, a known wording may be and still be taken for what is printed.
const maxLabelGap = 1.1

// nameLabel gives a label cell the known wording that is printed there, if its
// picture allows one.
func nameLabel(c *Cell, r *Reading, wordings []string, reviewBelow float64) {
	c.Kind = KindLabel
	folded := Fold(r.Text)
	var best, bestFolded string
	total, bestScore := 0., math.Inf(-1) // of the best: of the whole, and a character
	for _, w := range wordings {
		fw := Fold(w)
		if fw == folded {
			c.Confidence, c.Review = max(c.Confidence, 0.9995), false
			return
		}
		if r.Score == nil {
			continue
		}
		score := r.Score(fw)
		if each := score / float64(len([]rune(fw))); each > bestScore {
			best, bestFolded, total, bestScore = w, fw, score, each
		}
	}
	if best != "" && r.near(bestFolded, total, maxLabelGap) {
		c.Alternatives = []Alternative{{c.Text, c.Confidence}}
		c.Text = best
		c.Confidence = max(0.5, 0.9995-0.05*max(0, -bestScore))
		c.Review = c.Confidence < min(reviewBelow, 0.95)
	}
}

// labelsOf returns the labels that lead to a value: those to its left in its
// row, outermost first, then those above it in its column.
func labelsOf(t *Table, v *Cell) []string {
	out := []string{}
	add := func(c *Cell) {
		text := strings.ReplaceAll(c.Text, "\n", "")
		if text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	for i := range t.Cells {
		c := &t.Cells[i]
		if c.Kind == KindLabel && c.Col < v.Col && c.Row <= v.Row && c.Row+c.RowSpan >= v.Row+v.RowSpan {
			add(c)
		}
	}
	// Above it only the headings that are nearest: a form of several parts
	// repeats them.
	bottom := v.Row
	var above []*Cell
	for i := len(t.Cells) - 1; i >= 0; i-- {
		c := &t.Cells[i]
		if c.Row+c.RowSpan > bottom || c.Col >= v.Col+v.ColSpan || c.Col+c.ColSpan <= v.Col {
			continue
		}
		if c.Kind == KindValue {
			if len(above) > 0 {
				break
			}
			continue
		}
		if c.Col <= v.Col && c.Col+c.ColSpan >= v.Col+v.ColSpan {
			above = append(above, c)
			bottom = c.Row
		}
	}
	slices.Reverse(above)
	for _, c := range above {
		add(c)
	}
	return out
}

func (f *Form) cellOf(key string) int {
	return slices.IndexFunc(f.Cells, func(c FormCell) bool { return c.Key == key })
}

// bare is from how many values without a unit on one with a unit is doubted. Set by hand.
const bare = 40

// doubtUnits flags a value with a unit that no other value has, where many have none: what
// stands behind its number may be no unit, but the rest of a seal.
func (t *Table) doubtUnits() {
	of := make(map[string][]*Record)
	without := 0
	for i := range t.Records {
		if r := &t.Records[i]; r.Unit == nil {
			without++
		} else {
			of[*r.Unit] = append(of[*r.Unit], r)
		}
	}
	for _, rs := range of {
		if len(rs) == 1 && without >= bare {
			rs[0].atMost(incomplete, Because("lone_unit"))
		}
	}
}
