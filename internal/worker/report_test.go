package worker

import (
	"errors"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	reports "github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/tables"
)

// A child takes a report apart, says which pictures it has, and makes of it and
// of what these gave what is asked for.
func TestAChildTakesAReportApart(t *testing.T) {
	p := newTestPool(t, 1, Limits{})
	file := func(path, data string) reports.SentFile {
		return reports.SentFile{File: reports.File{Name: path[strings.LastIndex(path, "/")+1:], Data: []byte(data)}, Path: path}
	}
	sent := &reports.Sent{Files: []reports.SentFile{
		file("r/page.html", `<html><p>before<img src="img/1.png">between<img src="2.png"><img src="gone.png"><table><tr><td>a<td>1<tr><td>b<td>2</table></html>`),
		file("img/1.png", "the first"), file("2.png", "the second"), file("other/2.png", "not this one"),
	}}
	opened, err := p.OpenReport(t.Context(), Request{}, sent)
	if err != nil || opened.Format != "html" || opened.MediaType != "text/html" || len(opened.Pictures) != 2 ||
		string(opened.Pictures[0].Data) != "the first" || string(opened.Pictures[1].Data) != "the second" {
		t.Fatalf("%+v %v", opened, err)
	}
	own := []*tables.Document{{Source: tables.Source{Path: "1.png", Page: 1}, Tables: []tables.Table{{Rows: 1, Cols: 1, Cells: []tables.Cell{{Text: "from the picture", RowSpan: 1, ColSpan: 1}}}}}}
	readings := []reports.Reading{{Docs: own}, {Err: errors.New("it is damaged")}}
	made, failed, err := p.MakeReport(t.Context(), Request{}, sent, readings, Making{Format: "jsonl"})
	if err != nil || failed != 2 || !strings.Contains(string(made), "from the picture") || !strings.Contains(string(made), "it is damaged") {
		t.Errorf("%d failed, %v, %s", failed, err, made)
	}
	p.Rest() // another child makes the same of it
	again, _, err := p.MakeReport(t.Context(), Request{}, sent, readings, Making{Format: "jsonl"})
	if err != nil || !reflect.DeepEqual(again, made) {
		t.Errorf("%v: %s, where another child made %s", err, again, made)
	}
	page, _, err := p.MakeReport(t.Context(), Request{}, sent, readings, Making{Format: reports.FormatSame, Drop: true})
	if err != nil || !strings.Contains(string(page), "from the picture") || strings.Contains(string(page), "img/1.png") || !strings.Contains(string(page), "gone.png") {
		t.Errorf("%v %s", err, page)
	}
	sent.Files[0].Data = []byte("PK\x03\x04 and no more")
	var f *Failure
	if _, err := p.OpenReport(t.Context(), Request{}, sent); !errors.As(err, &f) {
		t.Errorf("an archive cut short: %v", err)
	}
	if s := p.Stats(); len(s.Deaths) != 0 {
		t.Errorf("%+v", s)
	}
}

// What a report refers to is looked for by who has it, frame by frame, and what
// became of that is told.
func TestWhatAReportRefersToIsLookedFor(t *testing.T) {
	p := newTestPool(t, 1, Limits{})
	files := map[string]string{"inner/frame.html": `<img src="1.png"><iframe src="last.html"></iframe>`, "inner/last.html": `<img src="2.png"><img src="../up.png"><img src="../../out.png">`,
		"inner/1.png": "the first", "inner/2.png": "the second", "up.png": "the third"}
	var looked []string
	sent := &reports.Sent{
		Files: []reports.SentFile{{File: reports.File{Name: "page.html", Data: []byte(`<iframe src="inner/frame.html"></iframe><img src="https://example.gov.cn/a/4.png"><img src="gone.png">`)}}},
		Look: func(w reports.Wanted) reports.Found {
			looked = append(looked, w.Name)
			return reports.FoundIn(func(name string) ([]byte, error) {
				switch {
				case w.Fetched && name == "a/4.png":
					return []byte("the fourth"), nil
				case strings.HasPrefix(name, ".."):
					return nil, &os.PathError{Op: "open", Path: name, Err: errors.New("path escapes from parent")}
				case w.Fetched || files[name] == "":
					return nil, fs.ErrNotExist
				}
				return []byte(files[name]), nil
			}, w)
		},
	}
	opened, err := p.OpenReport(t.Context(), Request{}, sent)
	var got []string
	for _, f := range opened.Pictures {
		got = append(got, string(f.Data))
	}
	if want := []string{"the first", "the second", "the third", "the fourth"}; err != nil || !slices.Equal(got, want) {
		t.Fatalf("%q, not %q, %v", got, want, err)
	}
	n := len(looked)
	d, err := p.ReportDocument(t.Context(), Request{}, sent, make([]reports.Reading, len(got)), 0)
	if err != nil || len(looked) != n {
		t.Errorf("%v, and looked for %q", err, looked[n:])
	}
	for _, want := range []string{"../out.png leads out of the folder of the report", "gone.png is not there"} {
		if !strings.Contains(string(d.Data), want) {
			t.Errorf("no word that %s: %s", want, d.Data)
		}
	}
	if r := d.Digest.Report; r == nil || r.Pictures != 6 || r.Lost != 2 {
		t.Errorf("the digest says %+v", r)
	}
}

// A report that would take all memory costs its child's life, and not ours.
func TestAReportThatTakesAllMemoryCostsItsChildOnly(t *testing.T) {
	p := newTestPool(t, 1, Limits{Time: time.Minute, Memory: 200 << 20})
	page := "<table>" + strings.Repeat("<tr>"+strings.Repeat("<td>1", 100), 10_000) + "</table>"
	_, err := p.OpenReport(t.Context(), Request{}, &reports.Sent{Files: []reports.SentFile{{File: reports.File{Name: "a.html", Data: []byte(page)}}}})
	var d *Death
	if !errors.As(err, &d) || d.Kind != Memory {
		t.Errorf("%v", err)
	}
}
