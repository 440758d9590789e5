package tables

import (
	"slices"
)

// What aligning labels is worth; a label that reads as the form has it is 1.
const (
	rightRun   = 0.6  // as many values follow as the form has there
	wrongRun   = -0.4 // another number of values follows
	strangeOne = -0.3 // a text that is no label of the form
	absentOne  = -0.2 // a label of the form that is not there
	absentRun  = -0.6 // one that has values
	reworded   = 0.05 // no label's words, but its values follow
)

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
	v = likeness(a.form.wordings()[a.runs[run].cell], text)
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

// minAgreement is the least share of a form's runs, from 0 to 1, that lines of text must
// name to be taken for the form at all. Set by hand.
const minAgreement = 0.5

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
