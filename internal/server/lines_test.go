package server

import (
	"bytes"
	"testing"

	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// Documents that pass through as lines are what they would be with their
// picture's name from the beginning, whatever that name and whatever is printed.
func TestDocumentsArePassedOnAsIfReadUnderTheirName(t *testing.T) {
	document := func(name string) []byte {
		docs := []*tables.Document{{
			Source: tables.Source{Path: name, Page: 1},
			Tables: []tables.Table{{
				Continues: &tables.Part{Path: name, Page: 2},
				Cells:     []tables.Cell{{Text: `"path":"-"`}, {Text: "<-&>\n\"path\":\"-\""}, {Text: `path":"-`}},
			}},
			Warnings: []tables.Warning{},
		}, {Source: tables.Source{Path: name, Page: 2}, Tables: []tables.Table{}, Warnings: []tables.Warning{}}}
		data, err := worker.Marshal(docs)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, name := range []string{"-", "22.jpg", `"quoted".png`, "<年报>&.jpg", "a\u2028b.png", `\`} {
		lines, err := linesOf(document(standardName))
		if err != nil {
			t.Fatal(err)
		}
		if lines, err = named(lines, name); err != nil {
			t.Fatal(err)
		}
		if got, want := append(bytes.Join(lines, []byte("\n")), '\n'), document(name); !bytes.Equal(got, want) {
			t.Errorf("%q:\n%s\n%s", name, got, want)
		}
	}
	if _, err := linesOf(nil); err == nil {
		t.Error("no document is taken for one")
	}
}
