package export_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"github.com/biaoge/biaoge/export"
	"github.com/biaoge/biaoge/internal/schematest"
	"github.com/biaoge/biaoge/tables"
)

var update = flag.Bool("update", false, "write the golden files anew")

// sample has what is hard to export: merged cells both ways, a flagged value,
// a blank, signs, text that looks like a formula or markup, a table of no
// known form, a second page.
func sample(t testing.TB) []*tables.Document {
	t.Helper()
	data, err := os.ReadFile("testdata/sample.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var docs []*tables.Document
	for line := range bytes.Lines(data) {
		schematest.Check(t, line)
		d := new(tables.Document)
		if err := json.Unmarshal(line, d); err != nil {
			t.Fatal(err)
		}
		docs = append(docs, d)
	}
	return docs
}

func render(t testing.TB, name string, o export.Options, pictures ...[]*tables.Document) string {
	t.Helper()
	f, err := export.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := f.NewWriter(&b, o)
	for _, docs := range pictures {
		if err := w.Write(docs); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; go test -update writes it", err)
	}
	if d := diff.Diff(path, want, "got", []byte(got)); d != nil {
		t.Errorf("%s\ngo test -update accepts it", d)
	}
}

func TestGolden(t *testing.T) {
	docs := sample(t)
	files := map[string]string{"json": "sample.golden.json", "jsonl": "sample.golden.jsonl", "csv": "sample.golden.csv",
		"records-csv": "sample.golden.records.csv", "html": "sample.golden.html", "markdown": "sample.golden.md"}
	for _, f := range export.Formats {
		if f.Binary {
			continue // TestAWorkbookHasWhatTheDocumentsHave reads it back
		}
		t.Run(f.Name, func(t *testing.T) {
			switch file := files[f.Name]; {
			case file == "":
				t.Error("this test does not know the format: name a file for it")
			case f.Name == "json":
				golden(t, file, render(t, f.Name, export.Options{Single: true}, docs[:1]))
			default:
				golden(t, file, render(t, f.Name, export.Options{}, docs[:1], docs[1:]))
			}
		})
	}
	t.Run("pretty", func(t *testing.T) {
		var b bytes.Buffer
		for _, d := range docs {
			if err := export.Pretty(&b, d, export.Terminal{Width: 72}); err != nil {
				t.Fatal(err)
			}
		}
		golden(t, "sample.golden.txt", b.String())
	})
}

// What is indented is the same document, and the lines are the documents.
func TestJSONSaysTheSame(t *testing.T) {
	docs := sample(t)
	indented := render(t, "json", export.Options{Single: true}, docs[:1])
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(indented)); err != nil {
		t.Fatal(err)
	}
	line, err := export.JSON(docs[0])
	if err != nil {
		t.Fatal(err)
	}
	if compact.String() != string(line) {
		t.Error("the indented document differs from the line")
	}
	if strings.Contains(string(line), `\u003c`) {
		t.Error("< is escaped")
	}
	lines := render(t, "json", export.Options{}, docs[:1], docs[1:])
	if lines != render(t, "jsonl", export.Options{}, docs[:1], docs[1:]) {
		t.Error("json with several pictures is not one line each")
	}
	for l := range strings.Lines(lines) {
		schematest.Check(t, []byte(l))
	}
}

func TestNothingIsWrittenForNothing(t *testing.T) {
	for _, f := range export.Formats {
		if got := render(t, f.Name, export.Options{}); got != "" {
			t.Errorf("%s writes %q", f.Name, got)
		}
	}
}

func TestCSVReadsBack(t *testing.T) {
	docs := sample(t)
	for _, noBOM := range []bool{false, true} {
		out := render(t, "records-csv", export.Options{NoBOM: noBOM}, docs)
		text, had := strings.CutPrefix(out, "\uFEFF")
		if had == noBOM {
			t.Errorf("byte order mark: %v, want %v", had, !noBOM)
		}
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(rows[0], export.RecordColumns) {
			t.Errorf("columns %v", rows[0])
		}
		n := 0
		for _, d := range docs {
			for i := range d.Tables {
				for range d.Tables[i].Records {
					n++
				}
			}
		}
		if len(rows) != n+1 {
			t.Errorf("%d rows for %d records", len(rows), n)
		}
	}
}

func TestTextThatLooksLikeAFormulaIsNone(t *testing.T) {
	for text, want := range map[string]string{
		"":                  "",
		"8":                 "8",
		"-3":                "-3",
		"+3":                "+3",
		"－3":                "－3",
		"-1,234.5":          "-1,234.5",
		"-3万元":              "-3万元",
		"+12%":              "+12%",
		"-":                 "-",
		"——":                "——",
		"增3":                "增3",
		"=1+1":              "'=1+1",
		"@SUM(A1)":          "'@SUM(A1)",
		"＝1":                "'＝1",
		"+cmd|' /C calc'!A": "'+cmd|' /C calc'!A",
		"-A1":               "'-A1",
		"-2+3+cmd|'x'!A0":   "'-2+3+cmd|'x'!A0",
		"\t=1":              "'\t=1",
	} {
		d := &tables.Document{Tables: []tables.Table{{Rows: 1, Cols: 1, Cells: []tables.Cell{{RowSpan: 1, ColSpan: 1, Text: text}}}}}
		out := render(t, "csv", export.Options{NoBOM: true}, []*tables.Document{d})
		r := csv.NewReader(strings.NewReader(out))
		r.LazyQuotes = true
		rec, err := r.Read()
		got := ""
		if err == nil {
			got = rec[0]
		}
		if got != want {
			t.Errorf("%q is written as %q, want %q", text, got, want)
		}
	}
}

func TestHTMLIsSound(t *testing.T) {
	out := render(t, "html", export.Options{}, sample(t))
	root, err := html.Parse(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	counts := make(map[string]int)
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		counts[n.Data]++
		for _, a := range n.Attr {
			counts[n.Data+" "+a.Key]++
		}
	}
	if counts["table"] != 3 || counts["script"] != 0 || counts["b"] != 0 {
		t.Errorf("elements: %v", counts)
	}
	if counts["th rowspan"] == 0 || counts["th colspan"] == 0 || counts["td class"] != 2 {
		t.Errorf("spans or marks are missing: %v", counts)
	}
}

func TestAWorkbookHasWhatTheDocumentsHave(t *testing.T) {
	docs := sample(t)
	out := render(t, "xlsx", export.Options{}, docs, docs[:1])
	f, err := excelize.OpenReader(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	want := []string{"records", "checks", "22 t1", "22 t2", "22 p2", "22 t1 (2)", "22 t2 (2)"}
	if got := f.GetSheetList(); !reflect.DeepEqual(got, want) {
		t.Errorf("sheets %q, want %q", got, want)
	}
	const sheet = "22 t1"
	merged, err := f.GetMergeCells(sheet)
	if err != nil {
		t.Fatal(err)
	}
	var ranges []string
	for _, m := range merged {
		ranges = append(ranges, m.GetStartAxis()+":"+m.GetEndAxis())
	}
	if got := strings.Join(ranges, " "); got != "A1:A2 B1:C1" {
		t.Errorf("merged %s", got)
	}
	comments, err := f.GetComments(sheet)
	if err != nil {
		t.Fatal(err)
	}
	if len(comments) != 1 || comments[0].Cell != "C3" || !strings.Contains(comments[0].Text, "two readings") {
		t.Errorf("comments %+v", comments)
	}
	comments, err = f.GetComments("22 p2")
	if err != nil {
		t.Fatal(err)
	}
	if len(comments) != 1 || comments[0].Cell != "A1" || !strings.Contains(comments[0].Text, "附表") {
		t.Errorf("the caption is not on the first cell: %+v", comments)
	}
	for cell, want := range map[string]struct {
		text string
		kind excelize.CellType
	}{
		"B3": {"-3", excelize.CellTypeUnset}, // a number
		"B4": {"=1+1", excelize.CellTypeSharedString},
		"B5": {"+3", excelize.CellTypeSharedString},
		"C5": {"1,234", excelize.CellTypeSharedString},
	} {
		text, err := f.GetCellValue(sheet, cell)
		if err != nil || text != want.text {
			t.Errorf("%s has %q, %v; want %q", cell, text, err, want.text)
		}
		if kind, _ := f.GetCellType(sheet, cell); kind != want.kind {
			t.Errorf("%s has the type %v, want %v", cell, kind, want.kind)
		}
		if formula, _ := f.GetCellFormula(sheet, cell); formula != "" {
			t.Errorf("%s has the formula %s", cell, formula)
		}
	}
	rows, err := f.GetRows("records")
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 13 || rows[1][4] != "demo.a.two" || rows[3][4] != "demo.a.one" {
		t.Errorf("records: %q", rows)
	}
	if rows, _ := f.GetRows("checks"); len(rows) != 3 || rows[1][4] != "FALSE" {
		t.Errorf("checks: %q", rows)
	}
}

// Rows of a workbook are as high as the lines in them, and sheets are printed on
// pages as wide as they are.
func TestAWorkbookFitsItsPages(t *testing.T) {
	cell := func(row, col, span int, text string, wide float64) tables.Cell {
		return tables.Cell{Row: row, Col: col, RowSpan: span, ColSpan: 1, Kind: tables.KindLabel, Text: text, Box: tables.Box{0, 0, wide, 10}}
	}
	d := &tables.Document{Version: 1, Source: tables.Source{Path: "x.png", Page: 1}, Tables: []tables.Table{{Rows: 3, Cols: 2, Cells: []tables.Cell{
		cell(0, 0, 1, "短", 900), cell(0, 1, 1, "结果维持结果维持结果维持", 60), cell(1, 0, 2, "甲\n乙\n丙", 900), cell(1, 1, 1, "1", 60), cell(2, 1, 1, "2", 60),
	}}}}
	f, err := excelize.OpenReader(strings.NewReader(render(t, "xlsx", export.Options{}, []*tables.Document{d})))
	if err != nil {
		t.Fatal(err)
	}
	for row, want := range map[int]float64{1: 5 * 16, 2: 2 * 16, 3: 2 * 16} { // 24 characters in not quite 6 a line, and 3 lines in 2 rows
		if got, err := f.GetRowHeight("x", row); err != nil || got != want {
			t.Errorf("row %d is %v points high, want %v; %v", row, got, want, err)
		}
	}
	for _, sheet := range f.GetSheetList() {
		props, err := f.GetSheetProps(sheet)
		if err != nil || props.FitToPage == nil || !*props.FitToPage {
			t.Errorf("%s is not fitted to the width of a page: %v", sheet, err)
		}
	}
}

// The sheets of a workbook are to be worked with: what is to be looked at comes
// first and leads to where it stands, heads stay in sight, columns are filtered,
// what is true or false is no text.
func TestAWorkbookShowsFirstWhatIsToBeLookedAt(t *testing.T) {
	f, err := excelize.OpenReader(strings.NewReader(render(t, "xlsx", export.Options{}, sample(t))))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if ok, target, err := f.GetCellHyperLink("records", "G2"); err != nil || !ok || target != "'22 t1'!C3" {
		t.Errorf("the flagged value leads to %q (%t, %v)", target, ok, err)
	}
	if ok, _, _ := f.GetCellHyperLink("records", "G3"); ok {
		t.Error("a value that is not flagged has a link")
	}
	for cell, sheet := range map[string]string{"K2": "records", "K3": "records", "E2": "checks"} {
		if kind, err := f.GetCellType(sheet, cell); err != nil || kind != excelize.CellTypeBool {
			t.Errorf("%s!%s has the type %v, %v", sheet, cell, kind, err)
		}
	}
	for sheet, frozen := range map[string]int{"records": 1, "checks": 1, "22 t1": 2} {
		if p, err := f.GetPanes(sheet); err != nil || !p.Freeze || p.YSplit != frozen {
			t.Errorf("%s: panes %+v, %v", sheet, p, err)
		}
	}
	filters := map[string]bool{}
	for _, n := range f.GetDefinedName() {
		if n.Name == "_xlnm._FilterDatabase" {
			filters[n.RefersTo] = true
		}
	}
	if !filters["'records'!$A$1:$M$7"] || !filters["'checks'!$A$1:$I$2"] {
		t.Errorf("filters %v", filters)
	}
	if name := f.GetSheetName(f.GetActiveSheetIndex()); name != "22 t1" {
		t.Errorf("it opens on %q", name)
	}
}

// A -0 stays as printed where a spreadsheet has none; paths are seen whole, and
// long reasons broken into lines that are all seen.
func TestWorkbookShowsAll(t *testing.T) {
	d := sample(t)[0]
	d.Source.Path = "reports/2023/a-city-with-a-long-name/22.jpg"
	table := &d.Tables[0]
	i := slices.IndexFunc(table.Records, func(r tables.Record) bool { return r.Review })
	r := &table.Records[i]
	r.Reasons, r.Causes = []string{strings.Repeat("the print is unclear here; ", 5)}, nil
	for j := range table.Cells {
		if c := &table.Cells[j]; [2]int{c.Row, c.Col} == r.Cell {
			c.Text = "-0"
		}
	}
	f, err := excelize.OpenReader(strings.NewReader(render(t, "xlsx", export.Options{}, []*tables.Document{d})))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cell, _ := excelize.CoordinatesToCellName(r.Cell[1]+1, r.Cell[0]+1)
	sheet := f.GetSheetName(2)
	if text, err := f.GetCellValue(sheet, cell); err != nil || text != "-0" {
		t.Errorf("%s!%s shows %q, %v", sheet, cell, text, err)
	}
	if w, err := f.GetColWidth("records", "A"); err != nil || w < float64(len(d.Source.Path)) {
		t.Errorf("the paths are cut off at %v characters, %v", w, err)
	}
	if h, err := f.GetRowHeight("records", 2); err != nil || h < 3*15 {
		t.Errorf("a reason of three lines has a row %v high, %v", h, err)
	}
}

// What people read comes in their language; what programs read stays as it is.
func TestWhatPeopleReadComesInTheirLanguage(t *testing.T) {
	why := tables.Because("readers_differ", "3", "8")
	form := "demo/budget@2024"
	doc := func() []*tables.Document {
		return []*tables.Document{{Source: tables.Source{Path: "甲.png", Page: 2}, Warnings: []tables.Warning{tables.Warn("low_resolution", 8)}, Tables: []tables.Table{{
			Form: &form, Rows: 1, Cols: 1, Review: true, Confidence: 0.5,
			Reasons: []string{tables.Because("form_unsure").String()}, Causes: []tables.Cause{tables.Because("form_unsure")},
			Cells:   []tables.Cell{{RowSpan: 1, ColSpan: 1, Kind: tables.KindValue, Text: "3", Review: true, Reasons: []string{why.String()}, Causes: []tables.Cause{why}}},
			Records: []tables.Record{{Key: "demo.a", Raw: "3", Review: true, Reasons: []string{why.String()}, Causes: []tables.Cause{why}}},
			Checks:  []tables.Check{{Rule: "demo.sum", Expected: 3, Actual: 4, Keys: []string{"demo.a"}}},
		}}}}
	}
	chinese := "两个识读器读法不同：“3”或“8”"
	for _, format := range []string{"html", "markdown"} {
		out := render(t, format, export.Options{Language: "zh"}, doc())
		for _, want := range []string{chinese, "字高仅 8 像素", "不能确定这是哪一种表单", "各项相加为 3", "甲.png，第 2 页"} {
			if format == "markdown" && strings.HasPrefix(want, "字高") {
				continue // Markdown has no warnings
			}
			if !strings.Contains(out, want) {
				t.Errorf("%s has no %q:\n%s", format, want, out)
			}
		}
	}
	var b bytes.Buffer
	if err := export.Pretty(&b, doc()[0], export.Terminal{Language: "zh"}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{chinese, "注意：字高仅 8 像素", "甲.png，第 2 页", "第 1 行第 1 列"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the terminal has no %q:\n%s", want, b.String())
		}
	}
	f, err := excelize.OpenReader(strings.NewReader(render(t, "xlsx", export.Options{Language: "zh"}, doc())))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := f.GetSheetList(); got[0] != "数值" || got[1] != "合计核对" {
		t.Errorf("sheets %q", got)
	}
	if rows, _ := f.GetRows("数值"); len(rows) != 2 || rows[0][0] != "图片" || rows[1][11] != chinese || rows[1][12] != "readers_differ" {
		t.Errorf("records %q", rows)
	}
	for _, format := range []string{"json", "jsonl", "csv", "records-csv"} {
		if render(t, format, export.Options{Language: "zh"}, doc()) != render(t, format, export.Options{}, doc()) {
			t.Errorf("%s is in another language", format)
		}
	}
	if out := render(t, "records-csv", export.Options{NoBOM: true}, doc()); !strings.HasSuffix(out, "the two readers differ: “3” or “8”,readers_differ\r\n") {
		t.Errorf("records-csv: %q", out)
	}
}

// A page of one picture says once what it is called.
func TestHTMLNamesAPictureOnce(t *testing.T) {
	doc := &tables.Document{Source: tables.Source{Path: "22.png", Page: 1}, Tables: []tables.Table{{Rows: 1, Cols: 1,
		Cells: []tables.Cell{{RowSpan: 1, ColSpan: 1, Kind: tables.KindLabel, Text: "甲"}}}}}
	if out := render(t, "html", export.Options{}, []*tables.Document{doc}); strings.Count(out, "22.png") != 1 {
		t.Errorf("the page names the picture %d times:\n%s", strings.Count(out, "22.png"), out)
	}
}

// A caption comes from a stranger's picture: it is shown, and is no markup.
func TestACaptionIsShownAndIsNoMarkup(t *testing.T) {
	one := func() *tables.Document {
		return &tables.Document{Source: tables.Source{Path: "a.png", Page: 1}, Tables: []tables.Table{{Caption: "表1 <i>*支出*</i>\x1b[2J", Rows: 1, Cols: 1,
			Cells: []tables.Cell{{RowSpan: 1, ColSpan: 1, Kind: tables.KindLabel, Text: "甲"}}}}}
	}
	for format, want := range map[string]string{
		"html":     "<caption>表1 &lt;i&gt;*支出*&lt;/i&gt;",
		"markdown": `\n**表1 &lt;i>\*支出\*&lt;/i>`,
	} {
		want = strings.ReplaceAll(want, `\n`, "\n")
		if out := render(t, format, export.Options{}, []*tables.Document{one()}); !strings.Contains(out, want) {
			t.Errorf("%s has no %q:\n%s", format, want, out)
		}
	}
	var b bytes.Buffer
	if err := export.Pretty(&b, one(), export.Terminal{}); err != nil {
		t.Fatal(err)
	}
	if want := "a.png “表1 <i>*支出*</i>\uFFFD[2J”: no known form, 1×1\n"; !strings.HasPrefix(b.String(), want) {
		t.Errorf("the terminal has %q, want %q", b.String(), want)
	}
}

func TestPrettyFitsAndMarks(t *testing.T) {
	docs := sample(t)
	var b bytes.Buffer
	if err := export.Pretty(&b, docs[0], export.Terminal{Width: 40, Color: true}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "\x1b[1;30;43m") {
		t.Error("the flagged cell has no colour")
	}
	b.Reset()
	if err := export.Pretty(&b, docs[0], export.Terminal{Width: 60, ASCII: true}); err != nil {
		t.Fatal(err)
	}
	if strings.ContainsAny(b.String(), "─│┌\x1b") || !strings.Contains(b.String(), "+--") {
		t.Errorf("not drawn with ASCII:\n%s", b.String())
	}
}
