package biaoge_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/export"
	"github.com/biaoge/biaoge/internal/evaluate"
	"github.com/biaoge/biaoge/internal/schematest"
)

var update = flag.Bool("update", false, "write the golden documents anew")

// TestGoldenDocumentsStay reads every picture of testdata and compares with the documents
// beside it (PICTURE.golden.json; a line for each page). Confidences are
// compared to two digits and places to the pixel, so that a model fitted anew
// changes only the documents whose reading it changes. To accept what changed:
//
//	go test -run Golden -update .
func TestGoldenDocumentsStay(t *testing.T) {
	pictures := picturesIn(t, "testdata")
	x, err := biaoge.New()
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for _, path := range pictures {
		t.Run(filepath.Base(path), func(t *testing.T) {
			f, err := os.Open(path)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			docs, err := x.ExtractPages(context.Background(), filepath.Base(path), f)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range docs {
				line, err := export.JSON(d)
				if err != nil {
					t.Fatal(err)
				}
				schematest.Check(t, line)
				covers(t, d)
			}
			compare(t, strings.TrimSuffix(path, filepath.Ext(path))+".golden.json", rounded(t, docs))
		})
	}
}

// TestGoldenIsTrue keeps a mistake from being accepted as golden: in every
// document each value is what is printed, or is flagged.
func TestGoldenIsTrue(t *testing.T) {
	f, err := os.Open("testdata/truth.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	truth, err := evaluate.ReadTruth("testdata/truth.jsonl", f)
	if err != nil {
		t.Fatal(err)
	}
	result := new(evaluate.Result)
	for i := range truth {
		p := &truth[i]
		data, err := os.ReadFile(filepath.Join("testdata", strings.TrimSuffix(p.File, filepath.Ext(p.File))+".golden.json"))
		if err != nil {
			t.Fatal(err)
		}
		d := new(biaoge.Document)
		for dec := json.NewDecoder(bytes.NewReader(data)); d.Source.Page != p.Key().Page; {
			d = new(biaoge.Document)
			if err := dec.Decode(d); err != nil {
				t.Fatal(err)
			}
		}
		result.Add(p, d)
	}
	for _, v := range result.Values {
		if v.Silent() {
			t.Errorf("%s: %s is printed %q and read %q, and nobody is asked to look", v.File, v.Key, v.Printed, v.Read)
		}
	}
	if all := result.All(); all.SilentMissing > 0 || all.MissedTables > 0 || all.ExtraTables > 0 {
		t.Errorf("missing in silence: %d values, %d tables; tables too many: %d", all.SilentMissing, all.MissedTables, all.ExtraTables)
	}
}

func picturesIn(t *testing.T, dir string) []string {
	var all []string
	for _, ext := range []string{"png", "jpg", "tiff", "webp", "gif", "bmp"} {
		found, err := filepath.Glob(filepath.Join(dir, "*."+ext))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		t.Fatalf("no picture in %s", dir)
	}
	return all
}

// rounded is the documents as JSON with less digits.
func rounded(t *testing.T, docs []*biaoge.Document) []byte {
	format, err := export.Lookup("json")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, d := range docs {
		line, err := export.JSON(d)
		if err != nil {
			t.Fatal(err)
		}
		c := new(biaoge.Document)
		if err := json.Unmarshal(line, c); err != nil {
			t.Fatal(err)
		}
		two := func(p *float64) { *p = math.Round(*p*100) / 100 }
		whole := func(p *float64) { *p = math.Round(*p) }
		two(&c.Image.Skew)
		for i := range c.Tables {
			tab := &c.Tables[i]
			two(&tab.FormConfidence)
			two(&tab.Confidence)
			for j := range tab.Quad {
				whole(&tab.Quad[j][0])
				whole(&tab.Quad[j][1])
			}
			for j := range tab.Cells {
				cell := &tab.Cells[j]
				two(&cell.Confidence)
				cell.Alternatives = nil // their order among the improbable is no promise
				for k := range cell.Box {
					whole(&cell.Box[k])
				}
			}
			for j := range tab.Records {
				two(&tab.Records[j].Confidence)
			}
		}
		if err := format.NewWriter(&out, export.Options{Single: true}).Write([]*biaoge.Document{c}); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}

func compare(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test -run Golden -update . writes it", err)
	}
	if d := diff.Diff(path, want, "read now", got); d != nil {
		t.Errorf("%s\ngo test -run Golden -update . accepts it", d)
	}
}

// covers holds the promises of the document that its schema can't say: the
// cells cover the grid once, and each record is what its cell has.
func covers(t *testing.T, d *biaoge.Document) {
	t.Helper()
	for i := range d.Tables {
		tab := &d.Tables[i]
		owned := make(map[[2]int]int)
		texts := make(map[[2]int]string)
		for _, c := range tab.Cells {
			texts[[2]int{c.Row, c.Col}] = c.Text
			for r := c.Row; r < c.Row+c.RowSpan; r++ {
				for k := c.Col; k < c.Col+c.ColSpan; k++ {
					owned[[2]int{r, k}]++
				}
			}
		}
		for r := range tab.Rows {
			for c := range tab.Cols {
				if n := owned[[2]int{r, c}]; n != 1 {
					t.Errorf("table %d: %d cells at row %d, column %d", i, n, r, c)
				}
			}
		}
		if len(owned) != tab.Rows*tab.Cols {
			t.Errorf("table %d: cells outside of its %d×%d", i, tab.Rows, tab.Cols)
		}
		keys := make(map[string]bool)
		for _, rec := range tab.Records {
			if keys[rec.Key] {
				t.Errorf("table %d: two records %s", i, rec.Key)
			}
			keys[rec.Key] = true
			if text, ok := texts[rec.Cell]; !ok || text != rec.Raw {
				t.Errorf("table %d: the record %s has %q, its cell %q", i, rec.Key, rec.Raw, text)
			}
			if rec.Review && len(rec.Reasons) == 0 {
				t.Errorf("table %d: the record %s is flagged without a reason", i, rec.Key)
			}
		}
	}
}
