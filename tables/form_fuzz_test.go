package tables_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/tables"
)

// FuzzReadForm holds what every form that is accepted promises: its cells
// cover its grid without overlap, its keys are unique, its sums are of its
// keys, and a table printed on it is recognised without a crash.
func FuzzReadForm(f *testing.F) {
	// The larger ones have nothing more to mutate, and cost time.
	f.Add(tables.EmbeddedForms()[0].Source())
	f.Add([]byte(smallForm))
	f.Add([]byte("id: a\nlayout:\n  - [{text: a, colspan: 4}, {text: b}]\n  - [{key: a, colspan: 2}, {key: b, colspan: 3}]\n"))
	f.Add([]byte("id: &x a\nlayout: &l\n  - [&c {text: *x}, {key: k}]\n  - [*c, {key: l}]\n"))
	f.Add([]byte("id: a\nlayout:\n  - [{key: k, rowspan: 500, colspan: 500}]\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		form, err := tables.ReadForm("f.yaml", bytes.NewReader(src))
		if err != nil {
			if len(formErrors(err)) == 0 {
				t.Fatalf("an error without a place: %v", err)
			}
			return
		}
		taken := make(map[[2]int]bool)
		keys := make(map[string]bool)
		for _, c := range form.Cells {
			if (c.Key != "") == keys[c.Key] && c.Key != "" {
				t.Fatalf("two cells have the key %q", c.Key)
			}
			keys[c.Key] = true
			for r := c.Row; r < c.Row+c.RowSpan; r++ {
				for k := c.Col; k < c.Col+c.ColSpan; k++ {
					if at := [2]int{r, k}; taken[at] {
						t.Fatalf("two cells at %v", at)
					} else {
						taken[at] = true
					}
				}
			}
		}
		if len(taken) != form.Rows*form.Cols {
			t.Fatalf("%d of %d×%d positions are covered", len(taken), form.Rows, form.Cols)
		}
		for _, c := range form.Checks {
			for _, k := range append(c.Sum, c.Equals...) {
				if !keys[k] {
					t.Fatalf("check %s is of %q, which is no key", c.Rule, k)
				}
			}
		}
		if len(form.Cells) > 64 {
			return // matching such a form is right, but no use of the fuzzer's time
		}
		s := sheetOf(form, func(string) tables.Reading { return tables.Reading{Text: "1", Confidence: 0.9} })
		if m := tables.MatchForm(s, []*tables.Form{form}); m != nil {
			tables.Build(s, m, tables.DefaultReviewBelow)
		}
		if _, err := tables.ReadForm("f.yaml", strings.NewReader(string(form.Source()))); err != nil {
			t.Fatalf("its source is refused: %v", err)
		}
	})
}
