package tables

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Match says on which form a sheet was printed, and which cell of the sheet is
// which cell of the form. Cells are numbered as in Sheet.Cells and Form.Cells.
type Match struct {
	Form       *Form
	Confidence float64   // probability that Form is right
	Cells      []int     // for each cell of the form its cell on the sheet, or -1
	Of         []int     // for each cell of the sheet its cell of the form, or -1
	Strange    []int     // cells of the sheet that the form does not know
	Agreement  float64   // share of the form's labels that read as they should, 0 to 1
	Figures    []float64 // what Confidence was weighed from, for fitting the weights anew

	shape      float64 // share of the form's cells that end where they should
	rows, cols []int   // for each of the form's the sheet's, or -1
}

// Unsure tells whether a person is to be asked if this is the form: it is less probable than what
// is not flagged.
func (m *Match) Unsure(reviewBelow float64) bool { return m.Confidence < reviewBelow }

// otherLabel is the share of their likeness that two rows keep at least, however
// different the labels beside their values are. Set by hand.
const otherLabel = 0.3

// MatchForm finds the form on which a sheet was printed; nil if none is likelier than not.
// The sheet may lack rows and columns of the form, have others, and word labels otherwise:
// rows are aligned with rows, and columns with columns, by the labels that begin in them
// (Needleman and Wunsch 1970).
func MatchForm(s *Sheet, forms []*Form) *Match {
	m := Nearest(s, forms)
	if m == nil || m.Confidence < 0.5 {
		return nil
	}
	return m
}

// resemblance is the Agreement, from 0 to 1, above which a sheet that is taken for no
// form is suspected of being one all the same. Set by hand.
const resemblance = 0.08

// Resembles is for a sheet that MatchForm finds no form for. It returns the id of a
// form on which the sheet may have been printed all the same, badly or in part; empty
// where there is no sign of one. Labels alone decide; how many numbers there are says
// nothing.
func Resembles(s *Sheet, forms []*Form) string {
	texts := textsOf(s)
	if form := quoted(texts.all, forms, 5, 0.9, 0.5); form != "" {
		return form
	}
	// Where rules were not found, several labels are in one cell: on lines of their
	// own (Quoted), or side by side (contained).
	var lines []string
	for _, c := range s.Cells {
		lines = append(lines, strings.Split(c.Reading.Text, "\n")...)
	}
	if form := Quoted(lines, forms); form != "" {
		return form
	}
	if form := contained(texts.all, forms); form != "" {
		return form
	}
	if form := allowed(s, forms); form != "" {
		return form
	}
	if m, _ := nearest(s, texts, forms); m != nil && m.Agreement > resemblance {
		return m.Form.ID
	}
	return ""
}

// behind is how many nats a character a label may be below the best text of its picture, to
// be what is printed there all the same: labels in print of 4 to 6 pixels are within 2, words
// of other tables beyond 4. clearly is the probability from which a text is read. Both were
// set by hand.
const (
	behind  = 2.5
	clearly = 0.5
)

// allowed asks the pictures of a sheet's cells, rather than what was read in them,
// which labels they may show: in print of four pixels a label is still likelier than
// other words, though hardly anything is read right. It returns the id of the form of
// which most labels are allowed; empty where fewer than two are, or where more words
// are clearly none of its labels.
func allowed(s *Sheet, forms []*Form) string {
	const (
		long   = 4   // characters; shorter words stand in other tables, too
		enough = 2   // labels
		sure   = 0.9 // probability of a text that is no other
	)
	best, most := "", enough-1
	for _, f := range forms {
		var labels []string
		for _, w := range f.words() {
			if utf8.RuneCountInString(w) >= long {
				labels = append(labels, w)
			}
		}
		said := make(map[string]bool)
		same, other := 0, 0
		for _, c := range s.Cells {
			text := Fold(c.Reading.Text)
			if c.Reading.Score == nil || text == "" {
				continue
			}
			_, _, value := ParseValue(text)
			known := c.Reading.Confidence >= sure || value && c.Reading.Confidence >= clearly // nobody needs to ask its picture
			is := false
			for _, label := range labels {
				if text == label || !known && c.Reading.scores(label, -behind*float64(utf8.RuneCountInString(label))) {
					is, said[label] = true, true
				}
			}
			switch {
			case is:
				same++
			case !value && c.Reading.Confidence >= clearly && utf8.RuneCountInString(text) >= long:
				other++
			}
		}
		if len(said) > most && same >= other {
			best, most = f.ID, len(said)
		}
	}
	return best
}

// Quoted is for a picture in which no table was found, though its print may be so poor
// that rules and half of each label are lost. It returns the id of the form of which
// at least four labels stand among the texts that were read; empty where there is
// none.
func Quoted(texts []string, forms []*Form) string {
	var folded [][]rune
	for _, t := range texts {
		folded = append(folded, []rune(Fold(t)))
	}
	return quoted(folded, forms, 4, 0.6, 0.3)
}

// contained returns the id of the form of which most long labels stand anywhere in
// texts, within other words too; empty where fewer than three do.
func contained(texts [][]rune, forms []*Form) string {
	const long, enough = 6, 3 // characters, texts
	all := make([]string, len(texts))
	for i, t := range texts {
		all[i] = string(t)
	}
	best, most := "", enough-1
	for _, f := range forms {
		n := 0
		for _, ws := range f.wordings() {
			if slices.ContainsFunc(ws, func(w []rune) bool {
				return len(w) >= long && slices.ContainsFunc(all, func(t string) bool { return strings.Contains(t, string(w)) })
			}) {
				n++
			}
		}
		if n > most {
			best, most = f.ID, n
		}
	}
	return best
}

// quoted returns the id of the form of which most labels stand among texts; empty
// where there is none. A text says a label if enough of its characters agree, a share
// from 0 to 1. At least least labels must be said, and by more than a share of those
// texts that are long enough to count. So a few rows of a form are known that are
// nothing like the whole.
func quoted(texts [][]rune, forms []*Form, least int, enough, share float64) string {
	const long = 4 // characters; shorter words stand in other tables, too
	best, most := "", least-1
	for _, f := range forms {
		all, same, said := 0, 0, make(map[int]bool)
		for _, text := range texts {
			if len(text) < long || !slices.ContainsFunc(text, unicode.IsLetter) {
				continue
			}
			all++
			at, alike := -1, enough
			for i, ws := range f.wordings() {
				for _, w := range ws {
					if float64(min(len(w), len(text))) < enough*float64(max(len(w), len(text))) {
						continue
					}
					if s := similarity(w, text); s >= enough && (at < 0 || s > alike) {
						at, alike = i, s
					}
				}
			}
			if at >= 0 {
				same++
				said[at] = true
			}
		}
		if len(said) > most && float64(same) > share*float64(all) {
			best, most = f.ID, len(said)
		}
	}
	return best
}

// Nearest is what MatchForm chooses from, however little it is.
func Nearest(s *Sheet, forms []*Form) *Match {
	texts := textsOf(s)
	m, lead := nearest(s, texts, forms)
	if m != nil {
		m.weigh(s, texts, lead)
	}
	return m
}

// nearest matches a sheet with the form that fits it best, however little, and says how far
// that is ahead of the next; nil if none is of a size that can be compared with it.
func nearest(s *Sheet, texts sheetTexts, forms []*Form) (*Match, float64) {
	var best, second *Match
	var bestScore, secondScore float64
	for _, f := range forms {
		m, score := align(s, f, texts)
		if m == nil {
			continue
		}
		switch {
		case best == nil || score > bestScore:
			best, second, bestScore, secondScore = m, best, score, bestScore
		case second == nil || score > secondScore:
			second, secondScore = m, score
		}
	}
	if second == nil {
		return best, bestScore
	}
	return best, bestScore - secondScore
}

// sheetTexts are the different texts of a sheet, folded (Fold), and for each cell which
// of them stands there. Most tables repeat their texts, and comparing one with all
// labels of a form is slow.
type sheetTexts struct {
	all [][]rune
	of  []int
}

func textsOf(s *Sheet) sheetTexts {
	t := sheetTexts{of: make([]int, len(s.Cells))}
	at := make(map[string]int)
	for i, c := range s.Cells {
		text := Fold(c.Reading.Text)
		k, ok := at[text]
		if !ok {
			k = len(t.all)
			at[text], t.all = k, append(t.all, []rune(text))
		}
		t.of[i] = k
	}
	return t
}

// wordings returns for each cell of a form the folded wordings of its label; nil for a
// value.
func (f *Form) wordings() [][][]rune {
	f.fold.Do(func() {
		f.folded = make([][][]rune, len(f.Cells))
		for i, c := range f.Cells {
			if c.Key != "" {
				continue
			}
			for _, w := range f.Wordings(c.Text) {
				folded := Fold(w)
				f.folded[i] = append(f.folded[i], []rune(folded))
				f.allFolded = append(f.allFolded, folded)
			}
		}
	})
	return f.folded
}

// words are all wordings, in the order of their cells.
func (f *Form) words() []string {
	f.wordings()
	return f.allFolded
}
