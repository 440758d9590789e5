package tables

import (
	"slices"
	"strings"
)

// A table whose grid is lost is still a flow of texts: the cells as they come
// when it is read row by row. Programs that take the text out of a page leave
// it so, and so do editors that cut a form into several tables. The labels of
// a form come in one order, with a known number of values after each; so the
// flow is aligned with the form's labels (Smith and Waterman 1981), and each
// run of values with the run of the form that follows the same label. Where
// their numbers differ, nothing tells which value is missing, and all of the
// run are doubted.

// A Flow is a form that was found in a flow of texts: the texts of cells in reading
// order, whose rows and columns are not known, as text extractors leave them.
type Flow struct {
	From, To int      // its texts: from From up to To, which is not one of them
	Sheet    *Sheet   // the texts as the form lays them out
	Match    *Match   // of Sheet with the form
	Strange  []string // texts between its cells that are no part of it
}

// Values is how many values of the form the flow has.
func (f *Flow) Values() int {
	n := 0
	for i, c := range f.Match.Form.Cells {
		if c.Key != "" && f.Match.Cells[i] >= 0 {
			n++
		}
	}
	return n
}

// maxFlows bounds how many forms are looked for in one flow, and maxFlowLabel
// how long the text of a label may be, in characters.
const (
	maxFlows     = 100
	maxFlowLabel = 120
	maxPieces    = 3 // of one label, which stands on several lines
)

// MatchFlow finds the forms in a flow of texts, in the order of the flow. A text that is
// empty stands for a blank cell.
func MatchFlow(texts []string, forms []*Form) []Flow {
	s := newFlow(texts)
	used := make([]bool, len(texts))
	paths := make([]*flowPath, len(forms))
	for i, f := range forms {
		paths[i] = s.align(f, used)
	}
	var found []Flow
	for range maxFlows {
		best := -1
		for i, p := range paths {
			if p != nil && (best < 0 || p.score > paths[best].score) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		p := paths[best]
		for i := p.from; i < p.to; i++ {
			used[i] = true
		}
		if fl := s.flow(p, forms); fl != nil {
			found = append(found, *fl)
		}
		for i, q := range paths { // what they would take may be taken
			if q != nil && q.from < p.to && p.from < q.to {
				paths[i] = s.align(forms[i], used)
			}
		}
	}
	slices.SortFunc(found, func(a, b Flow) int { return a.From - b.From })
	return found
}

// A flowText is a flow's labels, each with the values that follow it.
type flowTexts struct {
	texts  []string
	labels []flowLabel
}

type flowLabel struct {
	at     int // its text
	folded []rune
	values []int // the texts of those that follow it, before the next label
	blanks []int // the empty ones among and after them
}

func newFlow(texts []string) *flowTexts {
	s := &flowTexts{texts: texts}
	for i, t := range texts {
		last := len(s.labels) - 1
		_, _, value := ParseValue(t)
		switch {
		case t == "":
			if last >= 0 {
				s.labels[last].blanks = append(s.labels[last].blanks, i)
			}
		case value:
			if last >= 0 {
				s.labels[last].values = append(s.labels[last].values, i)
			}
		default:
			l := flowLabel{at: i}
			if len(t) <= 4*maxFlowLabel {
				if l.folded = []rune(Fold(t)); len(l.folded) > maxFlowLabel {
					l.folded = nil
				}
			}
			s.labels = append(s.labels, l)
		}
	}
	return s
}

// A formRun is a label of a form and the values that follow it in reading
// order.
type formRun struct {
	cell   int
	values []int
}

func (f *Form) runs() (runs []formRun) {
	for i, c := range f.Cells {
		switch {
		case c.Key == "":
			runs = append(runs, formRun{cell: i})
		case len(runs) > 0:
			runs[len(runs)-1].values = append(runs[len(runs)-1].values, i)
		}
	}
	return runs
}

// fits tells whether so many values follow, with or without the empty cells.
func (l *flowLabel) fits(want int) bool { return l.run(want) != nil }

// run picks the texts of a run of so many values; nil where nothing tells which
// they are.
func (l *flowLabel) run(want int) []int {
	if len(l.values) == want {
		return l.values
	}
	inner := slices.Clone(l.values)
	all := slices.Clone(l.values)
	for _, b := range l.blanks {
		all = append(all, b)
		if len(l.values) > 0 && b > l.values[0] && b < l.values[len(l.values)-1] {
			inner = append(inner, b)
		}
	}
	for _, try := range [][]int{inner, all} {
		if len(try) == want {
			slices.Sort(try)
			return try
		}
	}
	return nil
}

// Why values of a flow are doubted, and the greatest probability they have.
const (
	lostPlace = 0.5
)

// flow lays an alignment out as its form does and matches that sheet. Rows of
// which nothing is there are left out.
func (s *flowTexts) flow(p *flowPath, forms []*Form) *Flow {
	f := p.form
	readings := make([]*Reading, len(f.Cells))
	taken := make(map[int]bool)
	for j, r := range p.runs {
		at := p.label[j]
		if at < 0 {
			continue
		}
		var words []string
		for _, l := range s.labels[at-p.pieces[j]+1 : at+1] {
			words = append(words, s.texts[l.at])
			taken[l.at] = true
		}
		readings[r.cell] = &Reading{Text: strings.Join(words, "\n"), Confidence: 1, Typed: true}
		s.values(&s.labels[at], r, readings, taken)
	}
	sheet := layOut(f, readings)
	m := MatchForm(sheet, forms)
	if m == nil || m.Form != f {
		return nil
	}
	out := &Flow{From: p.from, To: p.to, Sheet: sheet, Match: m}
	for i := p.from; i < p.to; i++ {
		if !taken[i] && s.texts[i] != "" {
			out.Strange = append(out.Strange, s.texts[i])
		}
	}
	return out
}

// values gives the cells of a run what follows its label.
func (s *flowTexts) values(l *flowLabel, r formRun, readings []*Reading, taken map[int]bool) {
	want := len(r.values)
	if run := l.run(want); run != nil {
		for k, i := range run {
			readings[r.values[k]] = &Reading{Text: s.texts[i], Confidence: 1, Typed: true}
			taken[i] = true
		}
		return
	}
	why := Because("text_few_values", len(l.values), want)
	switch {
	case len(l.values) == 0:
		why = Because("text_no_value")
	case len(l.values) > want:
		why = Because("text_many_values", len(l.values), want)
	}
	for k, cell := range r.values {
		readings[cell] = &Reading{Confidence: lostPlace, AtMost: lostPlace, Typed: true, Causes: []Cause{why}}
		if k < len(l.values) {
			readings[cell].Text = s.texts[l.values[k]]
			taken[l.values[k]] = true
		}
	}
}

// layOut makes a sheet of a form's cells, without the rows of which nothing was
// read.
func layOut(f *Form, readings []*Reading) *Sheet {
	row := make([]int, f.Rows+1) // of the sheet, for each of the form
	keep := make([]bool, f.Rows)
	for i, c := range f.Cells {
		keep[c.Row] = keep[c.Row] || readings[i] != nil
	}
	for r := range f.Rows {
		row[r+1] = row[r]
		if keep[r] {
			row[r+1]++
		}
	}
	s := &Sheet{Rows: row[f.Rows], Cols: f.Cols, Edges: make([]float64, f.Cols+1)}
	for i := range s.Edges {
		s.Edges[i] = float64(i) / float64(f.Cols)
	}
	for i, c := range f.Cells {
		top, bottom := row[c.Row], row[c.Row+c.RowSpan]
		if top == bottom {
			continue
		}
		r := readings[i]
		if r == nil {
			r = &Reading{Confidence: lostPlace, AtMost: lostPlace, Typed: true, Causes: []Cause{Because("text_no_value")}}
			if c.Key == "" {
				r = &Reading{Confidence: 1, Typed: true}
			}
		}
		s.Cells = append(s.Cells, SheetCell{Row: top, Col: c.Col, RowSpan: bottom - top, ColSpan: c.ColSpan, Reading: *r})
	}
	return s
}
