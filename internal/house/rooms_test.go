package main

import (
	"os"
	"strings"
	"testing"
)

// The table of rooms in docs/design.md is true: each package imports what its
// row lets it import.
func TestEachPackageImportsWhatItsRoomMay(t *testing.T) {
	design, err := os.ReadFile("../../docs/design.md")
	if err != nil {
		t.Fatal(err)
	}
	rooms, err := rooms(string(design))
	if err != nil {
		t.Fatal(err)
	}
	packages, err := list("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, sentence := range breaches(packages, rooms) {
		t.Error(sentence)
	}
}

const table = `
| package | may import | knows | must not know |
| --- | --- | --- | --- |
| ` + "`.` | `layout` | the public face | everything else |" + `
| ` + "`layout` | none | geometry | what is written |" + `
| ` + "`cmd/x` | any | flags | pixels |" + `
| ` + "`attic/…` | `attic/…` | what nobody needs | what anybody needs |" + `

Text.
`

func TestABreachIsASentence(t *testing.T) {
	rooms, err := rooms(table)
	if err != nil {
		t.Fatal(err)
	}
	root := &pkg{path: ".", uses: []string{"layout"}}
	layout := &pkg{path: "layout"}
	cmd, box := &pkg{path: "cmd/x", uses: []string{".", "layout"}}, &pkg{path: "attic/box", uses: []string{"attic/lid"}}
	for name, c := range map[string]struct {
		packages []*pkg
		want     string
	}{
		"as the table has it": {[]*pkg{root, layout, cmd, box}, ""},
		"an import too many": {[]*pkg{root, {path: "layout", uses: []string{"cmd/x"}}, cmd, box},
			"layout imports cmd/x, but by docs/design.md it may import none of the others. It knows geometry; it must not know what is written"},
		"a package without a room":          {[]*pkg{root, layout, cmd, box, {path: "cellar"}}, "cellar is in no room"},
		"a room without a package":          {[]*pkg{root, layout, box}, "names cmd/x, which is no package"},
		"a row that allows too much":        {[]*pkg{{path: "."}, layout, cmd, box}, "the row of . allows the import of layout, which none of them needs"},
		"a package in the folder of a room": {[]*pkg{root, layout, cmd, box}, ""},
		"an import of one in a folder":      {[]*pkg{root, layout, cmd, {path: "attic/box", uses: []string{"layout"}}}, "attic/box imports layout, but by docs/design.md it may import only attic/…"},
	} {
		got := strings.Join(breaches(c.packages, rooms), "\n")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestATableThatCannotBeReadIsAnError(t *testing.T) {
	for name, text := range map[string]string{
		"no table":         "Text.\n",
		"a cell too few":   table[:strings.Index(table, "\n| `layout`")] + "\n| `layout` | none | geometry |\n",
		"nothing imported": strings.Replace(table, "none", "", 1),
	} {
		if _, err := rooms(text); err == nil || !strings.Contains(err.Error(), "docs/design.md") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
