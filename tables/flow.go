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

// A Flow is a form that was found in a flow of texts.
type Flow struct {
	From, To int    // the texts it takes, half open
	Sheet    *Sheet // as the form lays them out
	Match    *Match
	Strange  []string // texts between its cells that are none of it
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

// What aligning labels is worth; a label that reads as the form has it is 1.
const (
	rightRun   = 0.6  // as many values follow as the form has there
	wrongRun   = -0.4 // another number of values follows
	strangeOne = -0.3 // a text that is no label of the form
	absentOne  = -0.2 // a label of the form that is not there
	absentRun  = -0.6 // one that has values
	reworded   = 0.05 // no label's words, but its values follow
)

// maxFlows bounds how many forms are looked for in one flow, and maxFlowLabel
// how long the text of a label may be, in characters.
const (
	maxFlows     = 100
	maxFlowLabel = 120
	maxPieces    = 3 // of one label, which stands on several lines
)

// MatchFlow finds the forms in a flow of texts; an empty text is a cell in
// which nothing stands. The forms come in the order of the flow.
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

// A flowPath is one alignment: for each run of the form the label of the flow
// that stands for it, -1 for none, and how many labels it takes.
type flowPath struct {
	form     *Form
	runs     []formRun
	label    []int
	pieces   []int
	score    float64 // as a share of the form's best
	from, to int
}

// A flowAligner aligns the labels of a flow with the runs of one form.
type flowAligner struct {
	*flowTexts
	form  *Form
	runs  []formRun
	used  []bool
	alike map[flowPair]float64
	best  [][]float64
	move  [][]int8 // beginsHere, skipsLabel, skipsRun, or how many labels are taken
}

// A flowPair is a text and the run whose label it is compared with.
type flowPair struct {
	text string
	run  int
}

// The moves of an alignment, beside taking one label or more.
const (
	beginsHere int8 = 0
	skipsLabel int8 = -1
	skipsRun   int8 = -2
)

// align finds the part of a flow that is most like a form; nil where none is.
func (s *flowTexts) align(f *Form, used []bool) *flowPath {
	a := &flowAligner{flowTexts: s, form: f, runs: f.runs(), used: used, alike: make(map[flowPair]float64)}
	n, m := len(s.labels), len(a.runs)
	if n == 0 || m == 0 {
		return nil
	}
	a.best, a.move = make([][]float64, n+1), make([][]int8, n+1)
	for i := range a.best {
		a.best[i], a.move[i] = make([]float64, m+1), make([]int8, m+1)
	}
	top, ti, tj := 0.0, 0, 0
	for i := 1; i <= n; i++ {
		for j := 1; j <= m; j++ {
			if used[s.labels[i-1].at] {
				continue
			}
			a.step(i, j)
			if v := a.best[i][j]; v > top {
				top, ti, tj = v, i, j
			}
		}
	}
	return a.path(top, ti, tj)
}

// likeness is how much a text reads like the label of a run.
func (a *flowAligner) likeness(text []rune, run int) float64 {
	if len(text) == 0 {
		return 0
	}
	key := flowPair{string(text), run}
	v, ok := a.alike[key]
	if ok {
		return v
	}
	for _, w := range a.form.wordings()[a.runs[run].cell] {
		if x, y := len(w), len(text); float64(min(x, y)) >= chance*float64(max(x, y)) {
			v = max(v, similarity(w, text))
		}
	}
	if v < chance {
		v = 0
	}
	a.alike[key] = v
	return v
}

// step finds the best alignment that ends at a label and a run.
func (a *flowAligner) step(i, j int) {
	b, move := 0.0, beginsHere
	try := func(v float64, m int8) {
		if v > b {
			b, move = v, m
		}
	}
	try(a.best[i-1][j]+strangeOne, skipsLabel)
	want := len(a.runs[j-1].values)
	absent := absentOne
	if want > 0 {
		absent = absentRun
	}
	try(a.best[i][j-1]+absent, skipsRun)
	has := len(a.labels[i-1].values)
	var text []rune
	for k := 1; k <= maxPieces && k <= i; k++ {
		l := &a.labels[i-k]
		if a.used[l.at] || k > 1 && len(l.values) > 0 {
			break // the pieces of a label have no values between them
		}
		text = append(slices.Clone(l.folded), text...)
		if len(text) > maxFlowLabel {
			break
		}
		v := a.likeness(text, j-1)
		switch {
		case v == 0 && (k > 1 || want == 0 || has != want):
			continue
		case v == 0:
			v = reworded
		case want > 0 && a.labels[i-1].fits(want):
			v += rightRun
		case want > 0 || has > 0:
			v += wrongRun
		}
		try(v+a.best[i-k][j-1], int8(k))
	}
	a.best[i][j], a.move[i][j] = b, move
}

// path goes back over the best alignment; nil where it is too unlike the form.
func (a *flowAligner) path(top float64, i, j int) *flowPath {
	m := len(a.runs)
	p := &flowPath{form: a.form, runs: a.runs, label: slices.Repeat([]int{-1}, m), pieces: make([]int, m)}
	most, named := 0.0, 0.0
	for _, r := range a.runs {
		most++
		if len(r.values) > 0 {
			most += rightRun
		}
	}
	p.score = top / most
	for i > 0 && j > 0 && a.move[i][j] != beginsHere {
		switch move := a.move[i][j]; move {
		case skipsLabel:
			i--
		case skipsRun:
			j--
		default:
			k := int(move)
			p.label[j-1], p.pieces[j-1] = i-1, k
			var text []rune
			for _, l := range a.labels[i-k : i] {
				text = append(text, l.folded...)
			}
			named += a.likeness(text, j-1)
			last := &a.labels[i-1]
			p.to = max(p.to, last.at+1)
			if n := min(len(last.values), len(a.runs[j-1].values)); n > 0 {
				// Values beyond those of the form are no part of it.
				p.to = max(p.to, last.values[n-1]+1)
			}
			p.from = a.labels[i-k].at
			i, j = i-k, j-1
		}
	}
	if p.to == 0 || named < minAgreement*float64(m) || p.score < minAgreement/2 {
		return nil
	}
	return p
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
