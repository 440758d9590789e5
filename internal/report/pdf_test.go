package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"

	"github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/report/pdf"
	"github.com/biaoge/biaoge/internal/report/pdf/pdfium"
	"github.com/biaoge/biaoge/internal/report/typeset"
	"github.com/biaoge/biaoge/tables"
)

func newPDF(t testing.TB) *fpdf.Fpdf {
	t.Helper()
	f, err := typeset.NewPDF()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// render reads a PDF in this process.
func render(t testing.TB) func([]byte) (*pdf.File, error) {
	return func(data []byte) (*pdf.File, error) { return pdfium.Read(t.Context(), data, pdf.Limits{}) }
}

func output(t testing.TB, f *fpdf.Fpdf) []byte {
	t.Helper()
	data, err := typeset.Output(f)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func put(f *fpdf.Fpdf, name string, data []byte, x, y, w, h float64) {
	f.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(data))
	f.ImageOptions(name, x, y, w, h, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
}

func TestNativeTablesOfPDFAreRead(t *testing.T) {
	want := makeReport(9)
	f := newPDF(t)
	f.SetTitle("某市报告", true)
	for i, m := range want {
		f.AddPage()
		m.set().PDF(f, typeset.Line(f, 10, titles[i]))
	}
	_, d := read(t, report.Input{Name: "x.pdf", Data: output(t, f), PDF: render(t)}, nil)
	hasAll(t, d, want)
	if d.Source.MediaType != "application/pdf" || *d.Source.Pages != 3 || d.Source.Title != "某市报告" {
		t.Errorf("%+v", d.Source)
	}
	for i, table := range d.Tables {
		if table.Heading != titles[i] || !strings.HasPrefix(table.At, fmt.Sprintf("page %d, box 40 34 515 ", i+1)) {
			t.Errorf("%q at %q", table.Heading, table.At)
		}
	}
}

// A wide table is drawn on its side on a page that is turned to be shown.
func TestATurnedPageOfPDFIsRead(t *testing.T) {
	m := makeReport(9)[2]
	f := newPDF(t)
	f.AddPage()
	_, high := f.GetPageSize()
	f.TransformBegin()
	f.Transform(fpdf.TransformMatrix{B: 1, C: -1, E: high})
	m.set().PDF(f, 100)
	f.TransformEnd()
	data := bytes.ReplaceAll(output(t, f), []byte("/Type /Page\n"), []byte("/Type /Page\n/Rotate 90\n"))
	_, d := read(t, report.Input{Name: "x.pdf", Data: data, PDF: render(t)}, nil)
	for _, r := range d.Records {
		if r.Raw != m.values[r.Key] || r.Review {
			t.Errorf("%s: %q, want %q; %v", r.Key, r.Raw, m.values[r.Key], r.Reasons)
		}
	}
	if len(d.Records) != len(m.values) || !strings.HasPrefix(d.Tables[0].At, "page 1, box 40 100 515 100") {
		t.Errorf("%d records of tables %v", len(d.Records), d.Tables)
	}
}

// A table without rules stands in its columns; the form tells what is what.
func TestATableOfPDFNeedsNoRules(t *testing.T) {
	m := makeReport(11)[1]
	f := newPDF(t)
	f.AddPage()
	f.SetFont("song", "", 6)
	for _, c := range m.form.Cells {
		f.Text(20+55*float64(c.Col), 40+26*float64(c.Row), m.text(c))
	}
	_, d := read(t, report.Input{Name: "x.pdf", Data: output(t, f), PDF: render(t)}, nil)
	if len(d.Tables) != 1 || d.Tables[0].Form == nil {
		t.Fatalf("%d tables", len(d.Tables))
	}
	for _, r := range d.Records {
		if r.Raw != m.values[r.Key] && !r.Review {
			t.Errorf("%s: %q, want %q", r.Key, r.Raw, m.values[r.Key])
		}
	}
	if !strings.HasPrefix(d.Tables[0].At, "page 1, box ") {
		t.Errorf("it is at %q", d.Tables[0].At)
	}
}

// A number that is wider than its cell runs over into the next: neither is sure.
func TestPrintThatRunsOverRulesIsUnsure(t *testing.T) {
	m := makeReport(17)[2]
	for key := range m.values {
		m.values[key] = "0"
	}
	f := newPDF(t)
	f.AddPage()
	m.set().PDF(f, 40)
	f.SetFont("song", "", 6)
	f.Text(40+515.0/15*3-8, 40+3*25+18, "1234567") // over the end of the third column
	_, d := read(t, report.Input{Name: "x.pdf", Data: output(t, f), PDF: render(t)}, nil)
	flagged := ""
	for _, r := range d.Records {
		if r.Review {
			flagged += r.Key + " "
		}
	}
	if flagged != "appeals.reconsideration.other appeals.reconsideration.pending " {
		t.Errorf("flagged: %s", flagged)
	}
}

// The number of a note beside a value is no digit of it, and a sign of another
// font changes nothing.
func TestARaisedDigitIsNoneOfTheValue(t *testing.T) {
	m := makeReport(17)[2]
	for key := range m.values {
		m.values[key] = "3"
	}
	f := newPDF(t)
	f.AddPage()
	m.set().PDF(f, 40)
	f.SetFont("song", "", 4)
	f.Text(40+2+6*0.52, 40+3*25+5, "1") // raised, in the first column
	f.SetFont("song", "", 9)
	f.Text(40+515.0/15+2+12, 40+3*25+7, "元") // larger, in the second
	_, d := read(t, report.Input{Name: "x.pdf", Data: output(t, f), PDF: render(t)}, nil)
	if len(d.Records) != 15 {
		t.Fatalf("%d records", len(d.Records))
	}
	for i, r := range d.Records[:3] {
		if want := []string{"3^1", "3元", "3"}[i]; r.Raw != want || r.Review != (i < 1) && i != 1 {
			t.Errorf("%s: %q, want %q; flagged: %v", r.Key, r.Raw, want, r.Review)
		}
	}
}

func TestPicturesOfPDFAreRead(t *testing.T) {
	want, _, beside := mixed(10)
	pictures := map[string]*tables.Document{"page-1.png": want[0].document("page-1.png"), "page-3.png": want[2].document("page-3.png")}
	f := newPDF(t)
	f.AddPage()
	put(f, "a", beside["11.png"], 40, typeset.Line(f, 10, titles[0]), 300, 200)
	put(f, "logo", beside["logo.png"], 500, 780, 16, 16)
	f.AddPage()
	want[1].set().PDF(f, typeset.Line(f, 10, titles[1]))
	f.AddPage()
	// A scanner cuts its pictures into strips.
	y := typeset.Line(f, 10, titles[2])
	for i := range 4 {
		put(f, fmt.Sprint("s", i), picture(600, 100, uint8(i)), 40, y+50*float64(i), 300, 50)
	}
	r, d := read(t, report.Input{Name: "x.pdf", Data: output(t, f), PDF: render(t)}, pictures)
	hasAll(t, d, want)
	var got []string
	for _, p := range d.Pictures {
		got = append(got, fmt.Sprintf("%s %d %s at %s", p.Name, *p.Page, p.Outcome, p.At))
	}
	if s := strings.Join(got, "; "); s != "page-1.png 1 tables at page 1, box 40 34 300 200; page-1 (2).png 1 small at page 1, box 500 780 16 16; page-3.png 3 tables at page 3, box 40 34 300 200" {
		t.Errorf("pictures: %s", s)
	}
	if _, err := report.Same(r, d, report.Given{}); err == nil {
		t.Error("a PDF is given back")
	}
}

// Pictures are rendered at their own resolution.
func TestPicturesOfPDFKeepTheirPixels(t *testing.T) {
	f := newPDF(t)
	f.AddPage()
	put(f, "a", picture(1234, 777, 77), 40, 40, 400, 251.8)
	file, err := render(t)(output(t, f))
	if err != nil {
		t.Fatal(err)
	}
	p := file.Pages[0].Pictures[0]
	if !bytes.Contains(p.Data[:64], []byte{0, 0, 1234 >> 8, 1234 & 0xff, 0, 0, 777 >> 8, 777 & 0xff}) {
		t.Errorf("its header is % x", p.Data[:32])
	}
}

func TestPDFsThatCannotBeReadSayWhy(t *testing.T) {
	locked := newPDF(t)
	locked.SetProtection(0, "secret", "owner")
	locked.AddPage()
	whole := newPDF(t)
	whole.AddPage()
	good := output(t, whole)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"locked":  {output(t, locked), "locked with a password; save a copy without it"},
		"damaged": {good[:40], "it is no whole PDF; fetch it again"},
		"nothing": {[]byte("%PDF-1.7\n"), "it is no whole PDF; fetch it again"},
	} {
		if _, err := report.Open(report.Input{Name: "x.pdf", Data: c.data, PDF: render(t)}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestALongPDFIsBounded(t *testing.T) {
	f := newPDF(t)
	for range 510 {
		f.AddPage()
	}
	_, d := read(t, report.Input{Name: "x.pdf", Data: output(t, f), PDF: render(t)}, nil)
	if *d.Source.Pages != 510 || len(d.Warnings) != 1 || d.Warnings[0].Message != "only the first 500 of 510 pages were read; split the PDF" {
		t.Errorf("%d pages, %v", *d.Source.Pages, d.Warnings)
	}
}

// BenchmarkPDF is what a page of a PDF costs beside the reading of its
// pictures, once the renderer has started: a page of a form, a page of prose,
// a page with a picture.
func BenchmarkPDF(b *testing.B) {
	f := newPDF(b)
	f.AddPage()
	makeReport(1)[1].set().PDF(f, 40)
	f.AddPage()
	for i := range 40 {
		typeset.Line(f, float64(20*i), strings.Repeat("全年主动公开政府信息，", 4))
	}
	f.AddPage()
	put(f, "a", picture(1200, 800, 9), 40, 40, 500, 333)
	data := output(b, f)
	if _, err := render(b)(data); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		file, err := render(b)(data)
		if err != nil {
			b.Fatal(err)
		}
		pdf.New(file)
	}
	b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N)/3, "ms/page")
}
