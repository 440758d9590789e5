package tables

import (
	"math"
	"slices"
	"strings"
	"sync"

	"github.com/biaoge/biaoge/internal/trees"
	"github.com/biaoge/biaoge/models"
)

// FormFigures names what is measured of a Match, in the order of Match.Figures.
var FormFigures = []string{"agreement", "shown", "denied", "absent", "strange", "shape", "many"}

// doubtful is the least score of a label's picture that is asked for, nats a character: below
// it the label is as good as not there.
const doubtful = 6

// figures measures how well a sheet agrees with the form that it was matched with.
//
//   - agreement: share of the form's labels that read as they should, by their likeness
//   - shown: of the labels that have a cell, the share whose pictures show them, by how
//     probable they are against what was read
//   - denied: likewise, the share that surely reads otherwise; a piece of the label denies nothing
//   - absent: the share of the form's labels that have no cell
//   - strange: cells of the sheet that surely are labels and none of the form's, as a share
//     of all its labels
//   - shape: share of the form's cells whose spans end where the form's do
//   - many: how many labels are shown, as a logarithm
func (m *Match) figures(s *Sheet, texts sheetTexts) []float64 {
	l := m.labels(s, texts)
	strange := 0.0
	for _, sc := range m.Strange {
		r := &s.Cells[sc].Reading
		if _, _, value := ParseValue(r.Text); !value && !slices.ContainsFunc(m.Form.wordings(), piece(texts.all[texts.of[sc]])) {
			strange += r.Confidence
		}
	}
	share := func(n, all float64) float64 { return n / max(1, all) }
	return []float64{
		m.Agreement, share(l.shown, l.placed), share(l.denied, l.placed), share(l.all-l.placed, l.all),
		share(strange, strange+l.placed), m.shape, math.Log1p(l.shown),
	}
}

// formTrees say by the figures whether a sheet was printed on a form of any edition.
var formTrees = sync.OnceValue(func() *trees.Model {
	m, err := trees.New(models.Form, FormFigures)
	if err != nil {
		panic(err) // the tests ask them
	}
	return m
})

// aheadBy is how far the next form is behind, by the score of align, where there is a
// probability of 1/e that it is the right one. Set by hand: of 524 forms of four programs the
// next one is 0.03 and more behind.
const aheadBy = 1. / 300

// weigh gives a match its Confidence. Lead is how far its form is ahead of the next, which
// may be another edition of the same.
func (m *Match) weigh(s *Sheet, texts sheetTexts, lead float64) {
	m.Figures = m.figures(s, texts)
	m.Confidence = trees.Probability(formTrees().Odds(m.Figures)) * (1 - math.Exp(-max(lead, 0)/aheadBy))
}

// labelled is how many labels a form has, how many of them have a cell on a sheet, and of
// these, how many are shown there and how many denied, by probability.
type labelled struct{ all, placed, shown, denied float64 }

// labels tells of each label of the form whether a sheet has it.
func (m *Match) labels(s *Sheet, texts sheetTexts) (l labelled) {
	for i, wordings := range m.Form.wordings() {
		if len(wordings) == 0 {
			continue
		}
		l.all++
		sc := m.Cells[i]
		if sc < 0 {
			continue
		}
		l.placed++
		text := texts.all[texts.of[sc]]
		p := shows(&s.Cells[sc].Reading, wordings, text)
		l.shown += p
		if !piece(text)(wordings) {
			l.denied += (1 - p) * s.Cells[sc].Reading.Confidence
		}
	}
	return l
}

// piece tells whether a text is a piece of a wording, as one line of a label is that was
// taken for a cell. No text is a piece of all.
func piece(text []rune) func(wordings [][]rune) bool {
	return func(wordings [][]rune) bool {
		return slices.ContainsFunc(wordings, func(w []rune) bool { return strings.Contains(string(w), string(text)) })
	}
}

// shows is how probable one of the wordings of a label is in the picture of a cell against
// what was read there, a character each, from 0 to 1.
func shows(r *Reading, wordings [][]rune, text []rune) float64 {
	best := 0.0
	for _, w := range wordings {
		switch label := string(w); {
		case label == string(text):
			return 1
		case r.Score == nil:
			best = max(best, similarity(w, text))
		case r.scores(label, -doubtful*float64(len(w))):
			best = max(best, math.Exp(min(0, r.Score(label)/float64(len(w)))))
		}
	}
	return best
}
