package tables_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/tables"
)

func equal[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func show[T any](p *T) string {
	if p == nil {
		return "null"
	}
	return fmt.Sprint(*p)
}

// readForm reads a form that is right.
func readForm(t testing.TB, src string) *tables.Form {
	t.Helper()
	f, err := tables.ReadForm("test.yaml", strings.NewReader(src))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const smallForm = `id: test/sum@1
title: 测试表
layout:
  - [{text: "项目名称"}, {text: "本年数量"}]
  - [{text: "甲类事项"}, {key: a}]
  - [{text: "乙类事项"}, {key: b}]
  - [{text: "合计"}, {key: total}]
variants:
  "甲类事项": ["第一类事项"]
checks:
  - {rule: total, printed: 合计, sum: [a, b], equals: [total]}
`

func TestAFormFileIsReadAsItIsWritten(t *testing.T) {
	f := readForm(t, smallForm)
	if f.ID != "test/sum@1" || f.Title != "测试表" || f.Rows != 4 || f.Cols != 2 || len(f.Cells) != 8 {
		t.Errorf("read %s %q, %d×%d, %d cells", f.ID, f.Title, f.Rows, f.Cols, len(f.Cells))
	}
	if c := f.Cells[5]; c.Key != "b" || c.Row != 2 || c.Col != 1 || c.RowSpan != 1 || c.ColSpan != 1 {
		t.Errorf("the cell of b is %+v", c)
	}
	if w := f.Wordings("甲类事项"); !slices.Equal(w, []string{"甲类事项", "第一类事项"}) {
		t.Errorf("wordings %q", w)
	}
	if string(f.Source()) != smallForm {
		t.Error("Source is not the file")
	}
}

// A grid line stands only where a cell has an edge, however large the spans
// in the file are.
func TestReadFormDropsEmptyLines(t *testing.T) {
	f := readForm(t, `id: a
layout:
  - [{text: 甲, colspan: 4}, {text: 乙}]
  - [{key: a, colspan: 2}, {key: b, colspan: 3}]
`)
	if f.Rows != 2 || f.Cols != 3 {
		t.Fatalf("%d×%d, want 2×3", f.Rows, f.Cols)
	}
	var got []string
	for _, c := range f.Cells {
		got = append(got, fmt.Sprintf("%d,%d %dx%d", c.Row, c.Col, c.RowSpan, c.ColSpan))
	}
	if want := []string{"0,0 1x2", "0,2 1x1", "1,0 1x1", "1,1 1x2"}; !slices.Equal(got, want) {
		t.Errorf("cells %q, want %q", got, want)
	}
}

func TestEachMistakeInAFormFileIsNamedWithItsLine(t *testing.T) {
	for _, c := range []struct {
		name, src string
		want      []string // one for each error: line and the words that matter
	}{
		{"empty", "", []string{"0 empty"}},
		{"no yaml", "id: [\n", []string{"1 "}},
		{"no id", "layout:\n  - [{text: a}, {key: k}]\n", []string{"1 id is missing"}},
		{"no layout", "id: a\n", []string{"1 layout is missing"}},
		{"unknown field", "id: a\nlayuot: []\n", []string{`2 unknown field "layuot"; known are id, title, layout, variants, checks`}},
		{"unknown field of a cell", "id: a\nlayout:\n  - [{text: a}]\n  - [{key: k, rowspann: 2}]\n", []string{`4 unknown field "rowspann"`}},
		{"text and key", "id: a\nlayout:\n  - [{text: a, key: k}]\n", []string{"3 either a text"}},
		{"neither", "id: a\nlayout:\n  - [{rowspan: 1}]\n", []string{"3 either a text"}},
		{"empty key", "id: a\nlayout:\n  - [{key: \"\"}]\n", []string{"3 the key is empty"}},
		{"no mapping", "id: a\nlayout:\n  - [x]\n", []string{"3 want a mapping"}},
		{"a key twice", "id: a\nlayout:\n  - [{key: k}]\n  - [{key: k}]\n", []string{"4 the key k stands in two cells"}},
		{"zero span", "id: a\nlayout:\n  - [{key: k, rowspan: 0}]\n", []string{"3 must be 1 to 500"}},
		{"great span", "id: a\nlayout:\n  - [{key: k, colspan: 501}]\n", []string{"3 must be 1 to 500"}},
		{"too many columns", "id: a\nlayout:\n  - [{key: k, colspan: 300}, {key: l, colspan: 300}]\n", []string{"3 wider than the 500 columns"}},
		{"too many rows", "id: a\nlayout:\n" + strings.Repeat("  - [{text: a}]\n", 501), []string{"503 501 rows, where 500"}},
		{"a span that is no number", "id: a\nlayout:\n  - [{key: k, colspan: wide}]\n", []string{"3 wide"}},
		{"past the last row", "id: a\nlayout:\n  - [{key: k, rowspan: 2}]\n", []string{"3 spans 2 rows, but only 1"}},
		{"overlap", "id: a\nlayout:\n  - [{text: a}, {text: b, rowspan: 2}]\n  - [{text: c, colspan: 2}]\n", []string{"4 overlaps the one of line 3"}},
		{"a hole", "id: a\nlayout:\n  - [{text: a}, {text: b}]\n  - [{text: c}]\n", []string{"4 leaves column 2 of 2 empty"}},
		{"an empty row", "id: a\nlayout:\n  - [{text: a}]\n  - []\n", []string{"0 row 2 has no cells"}},
		{"variants of nothing", "id: a\nlayout:\n  - [{text: a}, {key: k}]\nvariants:\n  b: [c]\n", []string{`5 no cell of the layout has the text "b"`}},
		{"check without a rule", "id: a\nlayout:\n  - [{key: k}]\nchecks:\n  - {sum: [k], equals: [k]}\n", []string{"5 needs a rule"}},
		{"check without equals", "id: a\nlayout:\n  - [{key: k}]\nchecks:\n  - {rule: r, sum: [k]}\n", []string{"5 both sum and equals"}},
		{"check of nothing", "id: a\nlayout:\n  - [{key: k}]\nchecks:\n  - {rule: r, sum: [k, l], equals: [k]}\n", []string{"5 no cell of the layout has the key l"}},
		{"a rule twice", "id: a\nlayout:\n  - [{key: k}, {key: l}]\nchecks:\n  - {rule: r, sum: [k], equals: [l]}\n  - {rule: r, sum: [l], equals: [k]}\n", []string{"6 another check has the rule r"}},
		{"all at once", "layout:\n  - [{key: k, x: 1}]\n  - [{key: \"\"}]\nchecks:\n  - {sum: [k], equals: [k]}\n",
			[]string{"1 id is missing", `2 unknown field "x"`, "3 the key is empty", "5 needs a rule", "5 no cell of the layout has the key k", "5 no cell of the layout has the key k"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := tables.ReadForm("f.yaml", strings.NewReader(c.src))
			if err == nil {
				t.Fatal("no error")
			}
			got := formErrors(err)
			if len(got) != len(c.want) {
				t.Fatalf("%d errors, want %d:\n%v", len(got), len(c.want), err)
			}
			for i, e := range got {
				var line int
				fmt.Sscan(c.want[i], &line)
				_, words, _ := strings.Cut(c.want[i], " ")
				if e.File != "f.yaml" || e.Line != line || !strings.Contains(e.Msg, words) {
					t.Errorf("error %q, want line %d and %q", e, line, words)
				}
			}
		})
	}
}

// formErrors takes joined errors apart.
func formErrors(err error) []*tables.FormError {
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*tables.FormError
		for _, e := range j.Unwrap() {
			all = append(all, formErrors(e)...)
		}
		return all
	}
	var fe *tables.FormError
	if errors.As(err, &fe) {
		return []*tables.FormError{fe}
	}
	return nil
}

func TestReadFormRefusesAGreatFile(t *testing.T) {
	_, err := tables.ReadForm("f.yaml", strings.NewReader(strings.Repeat("# \n", 1<<19)))
	if len(formErrors(err)) != 1 || !strings.Contains(err.Error(), "larger than 1 MiB") {
		t.Errorf("error %v", err)
	}
}

func TestTheFormsOfAFolderAreLoaded(t *testing.T) {
	dir := t.TempDir()
	write := func(name, src string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(src), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("a.yaml", smallForm)
	write("notes.txt", "no form")
	forms, err := tables.LoadForms(dir)
	if err != nil || len(forms) != 1 {
		t.Fatalf("%d forms, error %v", len(forms), err)
	}
	write("b.yml", smallForm)
	write("c.yaml", "id: c\n")
	_, err = tables.LoadForms(dir)
	if got := formErrors(err); len(got) != 2 || got[0].File != filepath.Join(dir, "b.yml") || got[1].File != filepath.Join(dir, "c.yaml") {
		t.Errorf("errors %v, want one of b.yml (the id again) and one of c.yaml", err)
	}
	if _, err := tables.LoadForms(filepath.Join(dir, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// The program panics at its start where an embedded form is wrong, so what is
// wrong with it has to be said here.
func TestEmbeddedForms(t *testing.T) {
	forms := tables.EmbeddedForms()
	var ids []string
	for _, f := range forms {
		ids = append(ids, f.ID)
		if f.Title == "" {
			t.Errorf("%s has no title", f.ID)
		}
	}
	want := []string{"gov-disclosure/appeals@2019", "gov-disclosure/proactive@2019", "gov-disclosure/proactive@2021", "gov-disclosure/requests@2019", "gov-disclosure/requests@2021"}
	if !slices.Equal(ids, want) {
		t.Errorf("embedded: %q, want %q", ids, want)
	}
}
