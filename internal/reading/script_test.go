package reading

import (
	"testing"

	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/layout/grid"
)

// A table is written in one script: a single traditional character in a simplified one,
// such as 額, is likely a misread simplified one, and the other way round.
func TestACharacterOfTheOtherScriptIsDoubted(t *testing.T) {
	for name, c := range map[string]struct {
		texts []string
		want  []bool
	}{
		"one traditional among simplified": {[]string{"消费总額", "财政厅", "办公桌椅"}, []bool{true, false, false}},
		"one simplified among traditional": {[]string{"消費總额", "財政廳", "辦公桌椅"}, []bool{true, false, false}},
		"all simplified":                   {[]string{"消费总额", "财政厅", "后面"}, []bool{false, false, false}},
		"all traditional":                  {[]string{"消費總額", "財政廳", "后面"}, []bool{false, false, false}},
		"a name":                           {[]string{"王喆", "财政厅", "陈堃"}, []bool{false, false, false}},
		"as much of each":                  {[]string{"额", "額", "人"}, []bool{true, true, false}},
	} {
		table := New(new(layout.Page), &grid.Grid{Cells: make([]grid.Cell, len(c.texts))}, Tools{})
		for i, text := range c.texts {
			table.cells[i].as, table.cells[i].reading.Text = asWords, text
		}
		table.script = table.scriptOfAll()
		for i, text := range c.texts {
			if got := table.otherScript(i); got != c.want[i] {
				t.Errorf("%s: %q: %v, want %v", name, text, got, c.want[i])
			}
		}
	}
}
