package tables

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Match says which form a sheet was printed on, and which of its cells is
// which of the form's.
type Match struct {
	Form       *Form
	Confidence float64 // probability that Form is right
	Cells      []int   // for each cell of the form its cell on the sheet, or -1
	Of         []int   // for each cell of the sheet its cell of the form, or -1
	Strange    []int   // cells of the sheet that the form does not know
	Agreement  float64 // share of the form's labels that read as they should, 0 to 1

	rows, cols []int // for each of the form's the sheet's, or -1
}

// minAgreement is how well a form's labels must read, on average, for the
// sheet to be taken for that form at all.
const minAgreement = 0.5

// otherLabel is what is left at least of the likeness of two rows whose values
// have different labels beside them.
const otherLabel = 0.3

// MatchForm finds the form that a sheet was printed on; nil if none fits. Rows
// and columns may be missing or added and labels reworded: rows are aligned
// with rows, and columns with columns, by the labels that begin in them
// (Needleman and Wunsch 1970).
func MatchForm(s *Sheet, forms []*Form) *Match {
	m := nearest(s, textsOf(s), forms)
	if m == nil || m.Agreement < minAgreement {
		return nil
	}
	return m
}

// resemblance is how well the labels of a form must read for a sheet that is
// not taken for it to be suspected of being it.
const resemblance = 0.08

// Resembles names a form that a sheet which matches none may have been printed
// on all the same; it is empty where there is no sign of that. Labels alone
// decide: how many numbers there are says nothing.
func Resembles(s *Sheet, forms []*Form) string {
	texts := textsOf(s)
	if form := quoted(texts.all, forms, 5, 0.9, 0.5); form != "" {
		return form
	}
	// Where rules were not found, labels share a cell, on lines of their own or
	// side by side.
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
	if m := nearest(s, texts, forms); m != nil && m.Agreement > resemblance {
		return m.Form.ID
	}
	return ""
}

// allowed names the form of which the pictures of a sheet's cells allow several
// labels, whatever was read there: print of four pixels still does. Words that
// are clearly none of its labels speak against it.
func allowed(s *Sheet, forms []*Form) string {
	const (
		long   = 4   // characters; shorter words stand in other tables, too
		gap    = 2.5 // nats a character below the best text: labels in print of 4 to 6 pixels are within 2, words of other tables beyond 4
		enough = 2   // labels
		clear  = 0.5 // probability of a text
		sure   = 0.9 // probability of a text that is no other
	)
	best, most := "", enough-1
	for _, f := range forms {
		said := make(map[string]bool)
		same, other := 0, 0
		for _, c := range s.Cells {
			text := Fold(c.Reading.Text)
			if c.Reading.Score == nil || text == "" {
				continue
			}
			_, _, value := ParseValue(text)
			known := c.Reading.Confidence >= sure || value && c.Reading.Confidence >= clear // nobody needs to ask its picture
			is := false
			for _, ws := range f.wordings() {
				for _, w := range ws {
					if label := string(w); len(w) >= long && (text == label || !known && c.Reading.Score(label) > -gap*float64(len(w))) {
						is, said[label] = true, true
					}
				}
			}
			switch {
			case is:
				same++
			case !value && c.Reading.Confidence >= clear && utf8.RuneCountInString(text) >= long:
				other++
			}
		}
		if len(said) > most && same >= other {
			best, most = f.ID, len(said)
		}
	}
	return best
}

// Quoted names the form whose labels stand among texts that were read of a
// picture in which no table was found; it is empty where they are those of
// none. The print may be so poor that its rules are lost, and half of each label.
func Quoted(texts []string, forms []*Form) string {
	var folded [][]rune
	for _, t := range texts {
		folded = append(folded, []rune(Fold(t)))
	}
	return quoted(folded, forms, 4, 0.6, 0.3)
}

// contained names the form of which several long labels stand somewhere in texts.
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

// quoted names the form of which there are some rows, be they so few that they
// are not like the whole: least of its labels at least, and more than a share of
// the texts, are said in enough of their characters.
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

// nearest is the form that fits a sheet best, if only a little.
func nearest(s *Sheet, texts sheetTexts, forms []*Form) *Match {
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
	if best == nil {
		return nil
	}
	// How sure: by how well the labels agree, and by how much better than
	// the next form they do.
	lead := bestScore
	if second != nil {
		lead = bestScore - secondScore
	}
	best.Confidence = 1 / (1 + math.Exp(-12*(best.Agreement-0.55))) * (1 - math.Exp(-120*max(lead, 0)))
	return best
}

// sheetTexts are the different texts of a sheet, folded, and which of them
// stands in each cell: a table says the same thing over and over.
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

// wordings returns the folded wordings of every label of a form.
func (f *Form) wordings() [][][]rune {
	f.fold.Do(func() {
		f.folded = make([][][]rune, len(f.Cells))
		for i, c := range f.Cells {
			if c.Key != "" {
				continue
			}
			for _, w := range f.Wordings(c.Text) {
				f.folded[i] = append(f.folded[i], []rune(Fold(w)))
			}
		}
	})
	return f.folded
}

// chance is the similarity below which what two labels share is chance.
const chance = 0.4

func align(s *Sheet, f *Form, texts sheetTexts) (*Match, float64) {
	if s.Rows*s.Cols == 0 || f.Rows > 3*s.Rows || s.Rows > 3*f.Rows+6 || f.Cols > 3*s.Cols || s.Cols > 3*f.Cols+6 {
		return nil, 0
	}
	words := f.wordings()
	// What is known of each label of the form, by the texts of the sheet.
	known := make([][]float64, len(f.Cells))
	alike := func(fc, sc int) float64 {
		if len(words[fc]) == 0 {
			return 0
		}
		row := known[fc]
		if row == nil {
			row = make([]float64, len(texts.all))
			for k, text := range texts.all {
				for _, w := range words[fc] {
					// Texts of so different a length are not compared.
					if a, b := len(w), len(text); float64(min(a, b)) >= chance*float64(max(a, b)) {
						row[k] = max(row[k], similarity(w, text))
					}
				}
				if row[k] < chance {
					row[k] = 0
				}
			}
			known[fc] = row
		}
		return row[texts.of[sc]]
	}
	// The cells that begin in each row and in each column.
	begin := func(n int, count int, at func(i int) int) [][]int {
		out := make([][]int, n)
		for i := range count {
			out[at(i)] = append(out[at(i)], i)
		}
		return out
	}
	fr := begin(f.Rows, len(f.Cells), func(i int) int { return f.Cells[i].Row })
	sr := begin(s.Rows, len(s.Cells), func(i int) int { return s.Cells[i].Row })
	fcol := begin(f.Cols, len(f.Cells), func(i int) int { return f.Cells[i].Col })
	scol := begin(s.Cols, len(s.Cells), func(i int) int { return s.Cells[i].Col })

	// The label beside a row's values, if one begins in the row.
	beside := func(row []int, value func(i int) bool) int {
		for k, i := range row {
			if value(i) {
				if k == 0 {
					return -1
				}
				return row[k-1]
			}
		}
		return -1
	}
	fb, sb := make([]int, f.Rows), make([]int, s.Rows)
	for i := range fb {
		fb[i] = beside(fr[i], func(i int) bool { return f.Cells[i].Key != "" })
	}
	for j := range sb {
		sb[j] = beside(sr[j], func(i int) bool {
			_, _, ok := ParseValue(s.Cells[i].Reading.Text)
			return ok
		})
	}

	rows := alignLines(f.Rows, s.Rows, func(i, j int) float64 {
		sum := 0.0
		for _, fc := range fr[i] {
			if len(words[fc]) == 0 {
				continue
			}
			best := 0.0
			for _, sc := range sr[j] {
				v := alike(fc, sc)
				// The same words stand in several rows; their place in the
				// row tells them apart.
				if f.Cells[fc].Col*max(1, s.Cols) == s.Cells[sc].Col*max(1, f.Cols) {
					v *= 1.05
				}
				best = max(best, v)
			}
			sum += best
		}
		if len(fr[i]) == len(sr[j]) {
			sum += 0.3
		}
		// Labels that span rows stand in whichever is the first; where the
		// top of a table is cut off, that is another one than the form's.
		if fb[i] >= 0 && sb[j] >= 0 {
			v := alike(fb[i], sb[j])
			sum *= max(otherLabel, v*v)
		}
		return sum
	})
	cols := alignLines(f.Cols, s.Cols, func(i, j int) float64 {
		sum, n := 0.0, 0.0
		for _, fc := range fcol[i] {
			r := rows[f.Cells[fc].Row]
			if len(words[fc]) == 0 || r < 0 {
				continue
			}
			weight := 1.0
			if s.Open { // it may stand in any of its columns
				weight = 1 / float64(f.Cells[fc].ColSpan)
			}
			n += weight
			for _, sc := range scol[j] {
				if s.Cells[sc].Row == r || s.Open && s.Cells[sc].Row > r && s.Cells[sc].Row < r+f.Cells[fc].RowSpan {
					sum += weight * alike(fc, sc)
				}
			}
		}
		n = max(n, 1)
		// A column under a spanning heading has no label of its own; that
		// as many cells begin in it tells it.
		a, b := float64(len(fcol[i])), float64(len(scol[j]))
		return 2*sum/n + 0.6*min(a, b)/max(a, b)
	})

	m := &Match{Form: f, Cells: make([]int, len(f.Cells)), Of: make([]int, len(s.Cells)), rows: rows, cols: cols}
	for i := range m.Of {
		m.Of[i] = -1
	}
	at := make(map[[2]int]int, len(s.Cells))
	for i, c := range s.Cells {
		at[[2]int{c.Row, c.Col}] = i
	}
	labels, agreed, shape := 0, 0.0, 0
	for i, c := range f.Cells {
		m.Cells[i] = -1
		r, k := rows[c.Row], cols[c.Col]
		if len(words[i]) > 0 {
			labels++
		}
		// A label that spans rows begins in the first of them that is there.
		for n := 1; r < 0 && n < c.RowSpan && c.Key == ""; n++ {
			r = rows[c.Row+n]
		}
		if r < 0 || k < 0 {
			continue
		}
		sc, ok := at[[2]int{r, k}]
		if s.Open {
			in := area{r, k, end(rows, c.Row+c.RowSpan, s.Rows), end(cols, c.Col+c.ColSpan, s.Cols)}
			sc, ok = s.only(in, c.Key == "", func(sc int) float64 { return alike(i, sc) })
		}
		if !ok || r != rows[c.Row] && alike(i, sc) == 0 {
			continue
		}
		m.Cells[i], m.Of[sc] = sc, i
		if len(words[i]) > 0 {
			agreed += alike(i, sc)
		}
		// Spans agree if they end where the form's next row or column is.
		if end(rows, c.Row+c.RowSpan, s.Rows) == s.Cells[sc].Row+s.Cells[sc].RowSpan && end(cols, c.Col+c.ColSpan, s.Cols) == s.Cells[sc].Col+s.Cells[sc].ColSpan {
			shape++
		}
	}
	strangeLabels := 0
	for i, of := range m.Of {
		if of < 0 {
			if s.Open && len(texts.all[texts.of[i]]) == 0 {
				continue // part of another, or of none
			}
			m.Strange = append(m.Strange, i)
			if _, _, value := ParseValue(s.Cells[i].Reading.Text); !value {
				strangeLabels++
			}
		}
	}
	m.Agreement = agreed / float64(max(1, labels))
	// The form's shape counts as well, and what the form does not explain: a
	// printed label that it lacks as much as one of its own that is not
	// printed, or a table with a row missing would pass for the edition that
	// never had it.
	score := m.Agreement + 0.5*float64(shape)/float64(len(f.Cells)) - 0.5*float64(len(m.Strange))/float64(len(s.Cells)) - float64(strangeLabels)/float64(max(1, labels))
	return m, score
}

// end maps the far side of a span: the place of the next line that is there.
func end(lines []int, i, n int) int {
	for ; i < len(lines); i++ {
		if lines[i] >= 0 {
			return lines[i]
		}
	}
	return n
}

// alignLines matches n lines of a form with m of a sheet in order, so that the
// sum of their values is greatest; unmatched form lines are -1.
func alignLines(n, m int, value func(i, j int) float64) []int {
	const gap = -0.15
	best := make([][]float64, n+1)
	for i := range best {
		best[i] = make([]float64, m+1)
	}
	vals := make([]float64, n*m)
	for i := range n {
		best[i+1][0] = best[i][0] + gap
	}
	for j := range m {
		best[0][j+1] = best[0][j] + gap
	}
	for i := range n {
		for j := range m {
			v := value(i, j)
			vals[i*m+j] = v
			best[i+1][j+1] = max(best[i][j]+v, best[i][j+1]+gap, best[i+1][j]+gap)
		}
	}
	out := slices.Repeat([]int{-1}, n)
	for i, j := n, m; i > 0 && j > 0; {
		switch b := best[i][j]; {
		case b == best[i-1][j-1]+vals[(i-1)*m+j-1]:
			i, j = i-1, j-1
			out[i] = j
		case b == best[i-1][j]+gap:
			i--
		default:
			j--
		}
	}
	return out
}
