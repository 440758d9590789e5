package report_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/tables"
)

// mutants is how many changed inputs of each format are tried; make
// report-mutants tries more.
var mutants = flag.Int("mutants", 100, "try so many changed reports of each format")

// samples are a report of each format, with a native table and a picture.
func samples(t *testing.T) map[string][]byte {
	t.Helper()
	want, _, beside := mixed(12)
	html := page(`<meta charset=gb2312>`, `<img src="11.png">`, want[1].html(), `<picture><source srcset="a.png 2x, pics/33.png 1x"><img src=pics/33.png></picture>`)
	word := heading(titles[0]) + drawing("rId11") + heading(titles[1]) + want[1].word() + vml("rId33")
	book := map[string][]byte{
		"META-INF/container.xml": []byte(`<container><rootfiles><rootfile full-path="c.opf"/></rootfiles></container>`),
		"c.opf":                  []byte(`<package><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>`),
		"a.xhtml":                []byte(`<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body><img src="11.png"/>` + want[1].html() + `</body></html>`),
		"11.png":                 beside["11.png"],
	}
	f := newPDF(t)
	f.AddPage()
	put(f, "a", beside["11.png"], 40, 40, 300, 200)
	want[0].set().PDF(f, 300)
	return map[string][]byte{
		"html":     []byte(html),
		"mhtml":    saved("quoted-printable", []byte(html), false, beside),
		"docx":     wordFile(t, word, beside),
		"pdf":      output(t, f),
		"markdown": []byte("# 标题\n\n![图](11.png)\n\n" + pipes([]string{"甲", "乙"}, []string{"1", "2"}) + "\n" + want[2].html() + "\n> ![引][r]\n\n[r]: pics/33.png\n"),
		"epub":     zipOf(t, []string{"META-INF/container.xml", "c.opf", "a.xhtml", "11.png"}, book),
		"text":     []byte("二、主动公开\n11.png\n规章 | 0 | 0 | 0 |\n规范性文件 | 1 | 2 | 3 |\n\t行政许可\n\t3\n"),
		"zip":      zipOf(t, []string{"a.html", "11.png"}, map[string][]byte{"a.html": []byte(html), "11.png": beside["11.png"]}),
	}
}

// mutant changes some bytes: flips, cuts, copies, and signs that mean something.
func mutant(r *rand.Rand, in []byte) []byte {
	out := bytes.Clone(in)
	signs := []string{"<", ">", "\"", "&", "]]>", "<table>", "</td>", "<w:tbl>", "</w:p>", "--", "\r\n\r\n", "\x00", "%", "()", "](", "`", "|", "colspan=99999", "rowspan=0", "<!--", "obj", "stream"}
	for range 1 + r.IntN(8) {
		if len(out) < 4 {
			return out
		}
		i := r.IntN(len(out))
		j := min(len(out), i+1+r.IntN(64))
		switch r.IntN(6) {
		case 0:
			out[i] ^= 1 << r.IntN(8)
		case 1:
			out[i] = byte(r.IntN(256))
		case 2:
			out = append(out[:i:i], out[j:]...)
		case 3:
			out = append(out[:j:j], out[i:]...)
		case 4:
			out = append(out[:i:i], append([]byte(signs[r.IntN(len(signs))]), out[i:]...)...)
		case 5:
			if r.IntN(10) == 0 {
				out = out[:i]
			}
		}
	}
	return out
}

// A changed report gives an error or a result; nothing outside is asked for.
func TestMutantsGiveAnErrorOrAResult(t *testing.T) {
	for format, sample := range samples(t) {
		t.Run(format, func(t *testing.T) {
			n := *mutants
			if format == "pdf" {
				n = max(1, n/10) // each has a renderer of its own; make report-mutants tries as many
				if *mutants > 100 {
					n = *mutants
				}
			}
			r := rand.New(rand.NewPCG(21, uint64(len(format))))
			opened := 0
			for i := range n {
				in := mutant(r, sample)
				if format == "docx" || format == "epub" || format == "zip" {
					if i%2 == 0 {
						in = repacked(t, r, sample) // its parts, and not what packs them
					}
				}
				if tryReport(t, fmt.Sprint(format, " ", i), in) {
					opened++
				}
			}
			if opened == 0 {
				t.Error("none could be opened: the mutants say nothing")
			}
		})
	}
}

// tryReport does all that is done with a report and wants it to end soon.
func tryReport(t *testing.T, name string, in []byte) bool {
	t.Helper()
	start := time.Now()
	defer func() {
		if v := recover(); v != nil {
			t.Fatalf("%s: panic: %v", name, v)
		}
		if d := time.Since(start); d > 20*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}()
	beside := func(file string) ([]byte, error) {
		if !fs.ValidPath(file) {
			return nil, &fs.PathError{Op: "open", Path: file, Err: errors.New("path escapes from parent")}
		}
		return nil, fs.ErrNotExist
	}
	r, err := report.Open(report.Input{Name: "x", Data: in, Beside: beside, PDF: render(t)})
	if err != nil {
		if strings.TrimSpace(err.Error()) == "" {
			t.Errorf("%s: an error without words", name)
		}
		return false
	}
	m := makeReport(1)[2]
	everything := func(files []report.File) map[string]*tables.Document {
		all := make(map[string]*tables.Document)
		for _, f := range files {
			all[f.Name[strings.LastIndexByte(f.Name, '/')+1:]] = m.document(f.Name)
		}
		return all
	}
	reader := func(files []report.File) report.Reader { return fakeReader(everything(files)) }
	d, err := report.Read(t.Context(), r, func(ctx context.Context, files []report.File) ([]report.Reading, error) {
		return reader(files)(ctx, files)
	}, report.Options{Forms: tables.EmbeddedForms()})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	checkJSON(t, d)
	if report.CanGiveBack(r.Format) {
		if _, err := report.Same(r, d, report.Given{}); err != nil && !errors.Is(err, content.ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	return true
}

// repacked changes the parts of an archive and packs it anew.
func repacked(t *testing.T, r *rand.Rand, in []byte) []byte {
	t.Helper()
	names, all := unpacked(t, in)
	for range 1 + r.IntN(2) {
		n := names[r.IntN(len(names))]
		all[n] = mutant(r, all[n])
	}
	return zipOf(t, names, all)
}

// What is made to harm gives a clear error, or is not followed.
func TestHostileReportsGiveAClearError(t *testing.T) {
	bomb := make([]byte, 150_000_000)
	word := func(body string) []byte { return wordFile(t, body, nil) }
	many := make(map[string][]byte)
	var names []string
	for i := range 20_001 {
		names = append(names, fmt.Sprint(i))
	}
	parts := "MIME-Version: 1.0\r\n"
	for i := range 40 {
		parts += fmt.Sprintf("Content-Type: multipart/related; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	for name, c := range map[string]struct {
		in   []byte
		want string // of the error
	}{
		"zip bomb":          {zipOf(t, []string{"a.html"}, map[string][]byte{"a.html": bomb}), "it has more than 100 MB, which are allowed"},
		"many files":        {zipOf(t, names, many), "it holds 20001 files, where 20000 are allowed"},
		"entities":          {word(`<!DOCTYPE a [<!ENTITY x "y">]><w:p/>`), "it declares a document type"},
		"unknown entity":    {word(`<w:p><w:r><w:t>&lol;</w:t></w:r></w:p>`), "entity"},
		"deep tables":       {word(strings.Repeat(`<w:tbl><w:tr><w:tc>`, 200) + strings.Repeat(`</w:tc></w:tr></w:tbl>`, 200)), "tables are nested more than 50 deep"},
		"deep page":         {[]byte("<html>" + strings.Repeat("<div>", 100_000)), "512"},
		"deep parts":        {[]byte(parts), "nested more than 8 deep"},
		"archive within":    {zipOf(t, []string{"a.html"}, map[string][]byte{"a.html": zipOf(t, []string{"b.html"}, map[string][]byte{"b.html": []byte("<html>")})}), "an archive in an archive"},
		"pages":             {zipOf(t, []string{"a.html", "b.html"}, nil), "it has 2 pages (a.html, b.html …)"},
		"nothing":           {zipOf(t, []string{"a.png"}, nil), "it has no page or document in it"},
		"workbook":          {zipOf(t, []string{"[Content_Types].xml", "xl/workbook.xml"}, nil), "an Excel workbook"},
		"huge span":         {[]byte("<html><table>" + strings.Repeat("<tr>"+strings.Repeat("<td colspan=1000 rowspan=60000>x", 3), 500) + "</table>"), ""},
		"many tables":       {[]byte("<html>" + strings.Repeat("<table><tr><td>1<td>2<tr><td>3<td>4</table>", 20_000)), ""},
		"long lines":        {[]byte("规章|" + strings.Repeat("1|", 300_000)), ""},
		"many pictures":     {[]byte("<html>" + strings.Repeat("<img src=../../x.png>", 20_000)), ""},
		"unclosed comments": {[]byte("<html><!--" + strings.Repeat("<!--", 10_000)), ""},
		"brackets":          {[]byte("# x\n" + strings.Repeat("![", 50_000)), ""},
	} {
		t.Run(name, func(t *testing.T) {
			if c.want == "" {
				if !tryReport(t, name, c.in) {
					t.Error("it is not read")
				}
				return
			}
			_, err := report.Open(report.Input{Name: "x", Data: c.in})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// A page that shows itself in a frame ends.
func TestFramesThatShowThemselves(t *testing.T) {
	beside := files(map[string][]byte{"a.html": []byte(`<frameset><frame src=b.html><frame src=a.html></frameset>`), "b.html": []byte(`<table><tr><td>甲<td>乙<tr><td>1<td>2</table><iframe src="a.html"></iframe><iframe src=b.html></iframe>`)})
	_, d := read(t, report.Input{Name: "a.html", Data: []byte(`<html><frameset><frame src=b.html><frame src=a.html></frameset>`), Beside: beside}, nil)
	if len(d.Tables) == 0 || len(d.Tables) > 3 {
		t.Errorf("%d tables", len(d.Tables))
	}
	if at := d.Tables[0].At; at != "frameset > frame:nth-of-type(1) | body > table" {
		t.Errorf("it is at %q", at)
	}
}

func unpacked(t *testing.T, in []byte) (names []string, all map[string][]byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(in), int64(len(in)))
	if err != nil {
		t.Fatal(err)
	}
	all = make(map[string][]byte)
	for _, f := range z.File {
		names = append(names, f.Name)
		all[f.Name] = partOf(t, in, f.Name)
	}
	return names, all
}
