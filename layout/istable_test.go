package layout

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/biaoge/biaoge/internal/picture"
	"github.com/biaoge/biaoge/layout/grid"
)

// Pages of the web (models/office/pages.py) whose rules make a grid, but no table: that is
// left out, and said.
func TestFlowChartsPlansAndMenusAreNoTables(t *testing.T) {
	paths, err := filepath.Glob("testdata/none/*")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := picture.Read(bytes.NewReader(data), picture.Limits{Pixels: 1 << 24})
		if err != nil {
			t.Fatal(err)
		}
		pic, err := f.Page(1)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Analyze(context.Background(), pic.Gray, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		said := false
		for _, l := range p.Left {
			said = said || l.Why == grid.LeftDrawing
		}
		if len(p.Grids) > 0 || !said {
			t.Errorf("%s: %d tables, left out %v", path, len(p.Grids), p.Left)
		}
		for i := range p.Candidates {
			if c := &p.Candidates[i]; c.Table() || c.Probability() > 0.5 {
				t.Errorf("%s: a table of %d rows and %d columns, probability %v", path, c.Rows, c.Cols, c.Probability())
			}
		}
	}
}
