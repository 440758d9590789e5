package reading

import "testing"

func TestStackedCharactersAreReadAsALine(t *testing.T) {
	for text, want := range map[string]string{
		"总\n计":     "总计",
		"自\n然\n人":  "自然人",
		"商业\n企业":   "商业\n企业",
		"1\n2":     "1\n2",
		"共\n3":     "共\n3",
		"计":        "计",
		"":         "",
		"政\n\n府":   "政\n\n府",
		"法律\n服\n务": "法律\n服\n务",
	} {
		if got := unstacked(text); got != want {
			t.Errorf("%q became %q, not %q", text, got, want)
		}
	}
}

// Where most texts had to be turned, all of the table may lie on its side; single characters and blanks do not count.
func TestATableLiesOnItsSideWhereMostOfItsTextsDo(t *testing.T) {
	for _, c := range []struct {
		onSide []bool
		texts  []string
		want   bool
	}{
		{[]bool{true, true, false}, []string{"合计", "年度", "128"}, true},
		{[]bool{true, false, false}, []string{"合计", "年度", "128"}, false},
		{[]bool{true, false, false}, []string{"合计", "7", ""}, true},
		{[]bool{false, false}, []string{"7", ""}, false},
	} {
		table := tableWith(c.texts, make([]float64, len(c.texts))...)
		for i, text := range c.texts {
			table.cells[i].reading.Text, table.cells[i].onSide = text, c.onSide[i]
		}
		if got := table.OnItsSide(); got != c.want {
			t.Errorf("%q, turned %v: on its side %v", c.texts, c.onSide, got)
		}
	}
}
