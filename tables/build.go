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
			Text: r.Text, Confidence: r.Confidence, Alternatives: r.Alternatives, Review: r.Confidence < reviewBelow, Causes: slices.Clone(r.Causes), Evidence: r.Evidence}
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

// confidence is how sure it is that all values of a table are right; of a table
// that is no known form, all cells.
func confidence(t *Table) float64 {
	p := 1.0
	for _, c := range t.Cells {
		if t.Form == nil || c.Kind == KindValue {
			p *= c.Confidence
		}
	}
	return round(p)
}

// unclear is why a cell is flagged of which nothing more is known.
var unclear = Because("unclear")

// round keeps what digits of a probability mean anything; nothing is certain.
func round(p float64) float64 { return min(math.Round(p*1e6)/1e6, 0.999999) }

// fillForm names the cells of a known form and makes records of its values.
func fillForm(t *Table, s *Sheet, m *Match, reviewBelow float64) {
	f := m.Form
	t.Form, t.FormConfidence = &f.ID, m.Confidence
	if s.Open {
		t.fillAreas(m)
		defer t.withoutFilled()
	}
	index := make(map[string]int)
	t.HeaderRows = t.Rows
	for fi, fc := range f.Cells {
		si := m.Cells[fi]
		if fc.Key == "" {
			if si >= 0 {
				nameLabel(&t.Cells[si], &s.Cells[si].Reading, f.Wordings(fc.Text), reviewBelow)
			}
			continue
		}
		if si < 0 {
			continue
		}
		c := &t.Cells[si]
		c.Kind = KindValue
		t.HeaderRows = min(t.HeaderRows, c.Row)
		v, u, ok := ParseValue(c.Text)
		rec := Record{Key: fc.Key, Labels: labelsOf(t, c), Raw: c.Text, Value: v, Unit: u, Confidence: c.Confidence, Cell: [2]int{c.Row, c.Col}, Evidence: s.Cells[si].Reading.Evidence, Causes: slices.Clone(s.Cells[si].Reading.Causes)}
		if !ok {
			rec.Confidence = min(rec.Confidence, 0.5)
			rec.Causes = append(rec.Causes, Because("no_number", c.Text))
		}
		index[fc.Key] = len(t.Records)
		t.Records = append(t.Records, rec)
	}
	if t.HeaderRows == t.Rows {
		t.HeaderRows = 0
	}
	check(t, s, m, index, reviewBelow)
	// No sum speaks for a row that was taken for another, nor for what is
	// misread like its parts.
	place := newPlacing(t, m)
	for fi, fc := range f.Cells {
		if fc.Key == "" || m.Cells[fi] < 0 {
			continue
		}
		r := &t.Records[index[fc.Key]]
		if why, doubted := place.doubt(fi); doubted {
			r.Confidence = min(r.Confidence, misplaced)
			r.Causes = append(r.Causes, why)
		}
		if most := s.Cells[m.Cells[fi]].Reading.AtMost; most > 0 {
			r.Confidence = min(r.Confidence, most)
		}
		why := twoValues(r.Raw)
		if reading := &s.Cells[m.Cells[fi]].Reading; !reading.Typed {
			why = t.misreadAlike(r.Raw, reading.Alternatives)
		}
		if why != "" {
			r.Confidence = min(r.Confidence, maxAlike)
			r.Causes = append(r.Causes, Because(why))
		}
	}
	if !s.typed() {
		t.doubtUnits()
	}
	for i := range t.Records {
		r := &t.Records[i]
		r.Confidence = round(r.Confidence)
		r.Review = r.Confidence < reviewBelow
		c := t.cellAt(r.Cell[0], r.Cell[1])
		c.Confidence, c.Review = r.Confidence, r.Review
		if r.Review && len(r.Causes) == 0 {
			r.Causes = append(r.Causes, unclear)
		}
		if !r.Review {
			r.Causes = nil
		}
		r.Reasons, c.Causes = InWords(r.Causes), slices.Clone(r.Causes)
	}
	if missing := f.missing(m); len(missing) > 0 {
		t.Doubt(Because("values_missing", len(missing), strings.Join(head(missing, 5), ", ")))
	}
	if m.Confidence < 0.9 {
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
	best, bestScore := "", math.Inf(-1)
	for _, w := range wordings {
		fw := Fold(w)
		if fw == folded {
			c.Confidence, c.Review = max(c.Confidence, 0.9995), false
			return
		}
		if r.Score == nil {
			continue
		}
		if s := r.Score(fw) / float64(len([]rune(fw))); s > bestScore {
			best, bestScore = w, s
		}
	}
	if best != "" && bestScore > -maxLabelGap {
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

// bare is how many values without a unit make one doubtful that has one.
const bare = 40

// doubtUnits flags values whose unit no other value has, among many that have
// none: what stands behind such a one is no part of it, but the rest of a seal.
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
			rs[0].Confidence = min(rs[0].Confidence, misplaced)
			rs[0].Causes = append(rs[0].Causes, Because("lone_unit"))
		}
	}
}
