package tables

import (
	"slices"
)

// Build makes the tables of the parts. The form, its missing values and its
// sums are those of the whole: a sum is told by the last part that has a value
// of it, and a form's reasons by every part. Rows and columns are each part's
// own.
func (st *Stack) Build(reviewBelow float64) []Table {
	out := make([]Table, len(st.parts))
	for n, p := range st.parts {
		out[n] = Build(p, nil, reviewBelow)
		if n > 0 {
			out[n].HeaderRows = st.again[n]
		}
	}
	if st.Match == nil {
		return out
	}
	whole := Build(st.whole, st.Match, reviewBelow)
	st.doubtJoints(&whole, reviewBelow)
	part := make(map[string]int) // of each key
	for _, r := range whole.Records {
		part[r.Key] = st.owner[whole.indexAt(r.Cell)][0]
	}
	doubtSums(&whole, part)
	for n := range out {
		t := &out[n]
		t.Form, t.FormConfidence, t.Review = whole.Form, whole.FormConfidence, whole.Review
		t.Reasons, t.Causes = slices.Clone(whole.Reasons), slices.Clone(whole.Causes)
		if n == 0 {
			t.HeaderRows = min(whole.HeaderRows, t.Rows)
		}
		for i := range t.Cells {
			st.nameCell(t, n, i, &whole, reviewBelow)
		}
	}
	for _, r := range whole.Records {
		at := st.owner[whole.indexAt(r.Cell)]
		c := &out[at[0]].Cells[at[1]]
		r.Cell = [2]int{c.Row, c.Col}
		out[at[0]].Records = append(out[at[0]].Records, r)
	}
	for _, c := range whole.Checks {
		last := 0
		for _, k := range c.Keys {
			last = max(last, part[k])
		}
		out[last].Checks = append(out[last].Checks, c)
	}
	for n := range out {
		out[n].Confidence = confidence(&out[n])
	}
	return out
}

// nameCell gives a cell of a part what the whole says of it.
func (st *Stack) nameCell(t *Table, part, i int, whole *Table, reviewBelow float64) {
	at := st.cells[part][i]
	c, w := &t.Cells[i], &whole.Cells[at]
	switch {
	case st.owner[at] == [2]int{part, i}:
		c.Kind, c.Text, c.Confidence, c.Alternatives = w.Kind, w.Text, w.Confidence, w.Alternatives
		c.Review, c.Reasons, c.Causes = w.Review, w.Reasons, w.Causes
	case st.Match.Of[at] >= 0:
		// A label that is printed once more, or not on this page.
		c.Kind = KindLabel
		if f := st.Match.Form; c.Text != "" {
			nameLabel(c, &st.parts[part].Cells[i].Reading, f.Wordings(f.Cells[st.Match.Of[at]].Text), reviewBelow)
			c.explain()
		}
	}
}

// doubtJoints doubts the values beside a joint where a row is missing or too many:
// the page break may have cut a row in two.
func (st *Stack) doubtJoints(whole *Table, reviewBelow float64) {
	for n := 1; n < len(st.parts); n++ {
		above, below := st.joint(n)
		if meet(above, below) {
			continue
		}
		for i := range whole.Records {
			r := &whole.Records[i]
			c := &whole.Cells[whole.indexAt(r.Cell)]
			if row := r.Cell[0]; row != st.Match.rows[above.form] && row != st.Match.rows[below.form] {
				continue
			}
			r.Confidence = min(r.Confidence, incomplete)
			r.Review = r.Confidence < reviewBelow
			if r.Review {
				r.Causes = append(r.Causes, Because("row_cut"))
				r.Reasons = InWords(r.Causes)
			}
			c.Confidence, c.Review = r.Confidence, r.Review
			c.Reasons, c.Causes = slices.Clone(r.Reasons), slices.Clone(r.Causes)
		}
	}
}

// doubtSums flags a table half of whose sums over several parts fail, or more:
// they may be parts of different ones. Part is that of each key.
func doubtSums(whole *Table, part map[string]int) {
	failed, all := 0, 0
	for _, c := range whole.Checks {
		over := slices.ContainsFunc(c.Keys, func(k string) bool { return part[k] != part[c.Keys[0]] })
		if !over || c.Expected == 0 && c.Actual == 0 {
			continue
		}
		all++
		if !c.OK {
			failed++
		}
	}
	if all > 0 && 2*failed >= all {
		whole.Doubt(Because("parts_do_not_add_up", failed, all))
	}
}
