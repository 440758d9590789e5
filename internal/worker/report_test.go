package worker

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	reports "github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/tables"
)

// A child takes a report apart, says which pictures it has, and makes of it and
// of what these gave what is asked for.
func TestPoolReport(t *testing.T) {
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
