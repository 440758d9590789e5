package tables

import "slices"

// chance is the similarity, from 0 to 1, below which two labels share no more than any two
// do by chance. Set by hand.
const chance = 0.4

// What speaks for two rows or columns being the same, beside their labels.
const (
	samePlace = 1.05 // factor on the likeness of labels that stand at one place of their rows: the same words stand in several rows
	sameCount = 0.3  // rows in which as many cells begin
	likeCount = 0.6  // columns, by the share of cells that begin in both
)

// An aligner compares one sheet with one form.
type aligner struct {
	sheet *Sheet
	form  *Form
	texts sheetTexts
	words [][][]rune  // the wordings of each label of the form
	known [][]float64 // of each label the likeness of each text of the sheet; nil before it is asked for

	formRows, sheetRows [][]int // the cells that begin in each row
	formCols, sheetCols [][]int // and in each column
}

// align finds which cell of a sheet is which of a form's, and how well the two
// agree; nil where their sizes are too different.
func align(s *Sheet, f *Form, texts sheetTexts) (*Match, float64) {
	if s.Rows*s.Cols == 0 || f.Rows > 3*s.Rows || s.Rows > 3*f.Rows+6 || f.Cols > 3*s.Cols || s.Cols > 3*f.Cols+6 {
		return nil, 0
	}
	a := newAligner(s, f, texts)
	rows := a.alignRows()
	cols := a.alignColumns(rows)
	return a.match(rows, cols)
}

func newAligner(s *Sheet, f *Form, texts sheetTexts) *aligner {
	begin := func(n, count int, at func(i int) int) [][]int {
		out := make([][]int, n)
		for i := range count {
			out[at(i)] = append(out[at(i)], i)
		}
		return out
	}
	return &aligner{
		sheet: s, form: f, texts: texts, words: f.wordings(), known: make([][]float64, len(f.Cells)),
		formRows:  begin(f.Rows, len(f.Cells), func(i int) int { return f.Cells[i].Row }),
		sheetRows: begin(s.Rows, len(s.Cells), func(i int) int { return s.Cells[i].Row }),
		formCols:  begin(f.Cols, len(f.Cells), func(i int) int { return f.Cells[i].Col }),
		sheetCols: begin(s.Cols, len(s.Cells), func(i int) int { return s.Cells[i].Col }),
	}
}

// isLabel tells whether a cell of the form is a label with a text.
func (a *aligner) isLabel(fc int) bool { return len(a.words[fc]) > 0 }

// alike is how much a cell of the sheet reads like a label of the form, 0 to 1;
// 0 where that is chance, or the form's cell is no label.
func (a *aligner) alike(fc, sc int) float64 {
	if !a.isLabel(fc) {
		return 0
	}
	if a.known[fc] == nil {
		a.known[fc] = make([]float64, len(a.texts.all))
		for k, text := range a.texts.all {
			a.known[fc][k] = likeness(a.words[fc], text)
		}
	}
	return a.known[fc][a.texts.of[sc]]
}

// likeness is how much a text reads like the best of a label's wordings, all of
// them folded; 0 where that is chance.
func likeness(wordings [][]rune, text []rune) float64 {
	best := 0.0
	for _, w := range wordings {
		// Texts of so different a length are not compared.
		if n, m := len(w), len(text); float64(min(n, m)) >= chance*float64(max(n, m)) {
			best = max(best, similarity(w, text))
		}
	}
	if best < chance {
		return 0
	}
	return best
}

// alignRows finds the sheet's row for each of the form's, or -1.
func (a *aligner) alignRows() []int {
	ofForm, ofSheet := a.valueLabels()
	return alignLines(a.form.Rows, a.sheet.Rows, func(i, j int) float64 {
		sum := 0.0
		for _, fc := range a.formRows[i] {
			if a.isLabel(fc) {
				sum += a.bestInRow(fc, a.sheetRows[j])
			}
		}
		if len(a.formRows[i]) == len(a.sheetRows[j]) {
			sum += sameCount
		}
		// Labels that span rows stand in whichever is the first; where the
		// top of a table is cut off, that is another one than the form's.
		if ofForm[i] >= 0 && ofSheet[j] >= 0 {
			v := a.alike(ofForm[i], ofSheet[j])
			sum *= max(otherLabel, v*v)
		}
		return sum
	})
}

// bestInRow is how alike a label of the form is to the cell of a row of the
// sheet that is most like it.
func (a *aligner) bestInRow(fc int, row []int) float64 {
	best := 0.0
	for _, sc := range row {
		v := a.alike(fc, sc)
		if a.form.Cells[fc].Col*max(1, a.sheet.Cols) == a.sheet.Cells[sc].Col*max(1, a.form.Cols) {
			v *= samePlace
		}
		best = max(best, v)
	}
	return best
}

// valueLabels finds in each row the label just before its first value, of the
// form and of the sheet; -1 where none begins in the row.
func (a *aligner) valueLabels() (ofForm, ofSheet []int) {
	labels := func(rows [][]int, isValue func(i int) bool) []int {
		out := make([]int, len(rows))
		for r, row := range rows {
			out[r] = -1
			if k := slices.IndexFunc(row, isValue); k > 0 {
				out[r] = row[k-1]
			}
		}
		return out
	}
	ofForm = labels(a.formRows, func(i int) bool { return a.form.Cells[i].Key != "" })
	ofSheet = labels(a.sheetRows, func(i int) bool {
		_, _, ok := ParseValue(a.sheet.Cells[i].Reading.Text)
		return ok
	})
	return ofForm, ofSheet
}

// alignColumns finds the sheet's column for each of the form's, or -1, by the
// labels that stand in rows that were aligned.
func (a *aligner) alignColumns(rows []int) []int {
	s := a.sheet
	return alignLines(a.form.Cols, s.Cols, func(i, j int) float64 {
		sum, n := 0.0, 0.0
		for _, fc := range a.formCols[i] {
			c := &a.form.Cells[fc]
			r := rows[c.Row]
			if !a.isLabel(fc) || r < 0 {
				continue
			}
			weight := 1.0
			if s.Open { // it may stand in any of its columns
				weight = 1 / float64(c.ColSpan)
			}
			n += weight
			for _, sc := range a.sheetCols[j] {
				if at := s.Cells[sc].Row; at == r || s.Open && at > r && at < r+c.RowSpan {
					sum += weight * a.alike(fc, sc)
				}
			}
		}
		n = max(n, 1)
		// A column under a spanning heading has no label of its own; that
		// as many cells begin in it tells it.
		ours, theirs := float64(len(a.formCols[i])), float64(len(a.sheetCols[j]))
		return 2*sum/n + likeCount*min(ours, theirs)/max(ours, theirs)
	})
}

// match names the cells by the rows and columns that were aligned, and weighs
// how well the sheet agrees with the form.
func (a *aligner) match(rows, cols []int) (*Match, float64) {
	m := &Match{Form: a.form, Cells: make([]int, len(a.form.Cells)), Of: slices.Repeat([]int{-1}, len(a.sheet.Cells)), rows: rows, cols: cols}
	at := make(map[[2]int]int, len(a.sheet.Cells))
	for i, c := range a.sheet.Cells {
		at[[2]int{c.Row, c.Col}] = i
	}
	labels, agreed, shape := 0, 0.0, 0
	for i := range a.form.Cells {
		m.Cells[i] = -1
		if a.isLabel(i) {
			labels++
		}
		sc, ok := a.place(m, i, at)
		if !ok {
			continue
		}
		m.Cells[i], m.Of[sc] = sc, i
		if a.isLabel(i) {
			agreed += a.alike(i, sc)
		}
		if a.sameEnds(m, i, sc) {
			shape++
		}
	}
	m.Agreement = agreed / float64(max(1, labels))
	m.shape = float64(shape) / float64(len(a.form.Cells))
	strangeLabels := a.strange(m)
	// The form's shape counts as well, and what the form does not explain: a
	// printed label that it lacks as much as one of its own that is not
	// printed, or a table with a row missing would pass for the edition that
	// never had it.
	score := m.Agreement + 0.5*m.shape - 0.5*float64(len(m.Strange))/float64(len(a.sheet.Cells)) - float64(strangeLabels)/float64(max(1, labels))
	return m, score
}

// place finds the cell of the sheet where a cell of the form should be; at has
// those of the sheet by row and column.
func (a *aligner) place(m *Match, fc int, at map[[2]int]int) (sc int, ok bool) {
	s, c := a.sheet, &a.form.Cells[fc]
	r, k := m.rows[c.Row], m.cols[c.Col]
	// A label that spans rows begins in the first of them that is there.
	for n := 1; r < 0 && n < c.RowSpan && c.Key == ""; n++ {
		r = m.rows[c.Row+n]
	}
	if r < 0 || k < 0 {
		return -1, false
	}
	sc, ok = at[[2]int{r, k}]
	if s.Open {
		in := area{r, k, end(m.rows, c.Row+c.RowSpan, s.Rows), end(m.cols, c.Col+c.ColSpan, s.Cols)}
		sc, ok = s.only(in, c.Key == "", func(sc int) float64 { return a.alike(fc, sc) })
	}
	return sc, ok && (r == m.rows[c.Row] || a.alike(fc, sc) != 0)
}

// sameEnds tells whether the spans of a cell of the sheet end where the next
// row and the next column of the form's are.
func (a *aligner) sameEnds(m *Match, fc, sc int) bool {
	f, s := &a.form.Cells[fc], &a.sheet.Cells[sc]
	return end(m.rows, f.Row+f.RowSpan, a.sheet.Rows) == s.Row+s.RowSpan && end(m.cols, f.Col+f.ColSpan, a.sheet.Cols) == s.Col+s.ColSpan
}

// strange lists the cells of the sheet that are none of the form's, and counts
// the labels among them.
func (a *aligner) strange(m *Match) (labels int) {
	for i, of := range m.Of {
		if of >= 0 || a.sheet.Open && len(a.texts.all[a.texts.of[i]]) == 0 { // part of another, or of none
			continue
		}
		m.Strange = append(m.Strange, i)
		if _, _, value := ParseValue(a.sheet.Cells[i].Reading.Text); !value {
			labels++
		}
	}
	return labels
}

// end is the place on the sheet of the far side of a span that ends at line i of the form:
// that of the next line which the sheet has; n where it has none. Lines has for each line of
// the form its place on the sheet, or -1.
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
	const absent = -0.15 // what a line without a partner costs
	best := make([][]float64, n+1)
	for i := range best {
		best[i] = make([]float64, m+1)
	}
	vals := make([]float64, n*m)
	for i := range n {
		best[i+1][0] = best[i][0] + absent
	}
	for j := range m {
		best[0][j+1] = best[0][j] + absent
	}
	for i := range n {
		for j := range m {
			v := value(i, j)
			vals[i*m+j] = v
			best[i+1][j+1] = max(best[i][j]+v, best[i][j+1]+absent, best[i+1][j]+absent)
		}
	}
	out := slices.Repeat([]int{-1}, n)
	for i, j := n, m; i > 0 && j > 0; {
		switch b := best[i][j]; {
		case b == best[i-1][j-1]+vals[(i-1)*m+j-1]:
			i, j = i-1, j-1
			out[i] = j
		case b == best[i-1][j]+absent:
			i--
		default:
			j--
		}
	}
	return out
}
