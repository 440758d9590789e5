package report_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"mime/quotedprintable"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/tables"
)

// mixed is a report of a table as a picture, a real one, and another picture.
func mixed(seed uint64) (want []made, pictures map[string]*tables.Document, beside map[string][]byte) {
	want = makeReport(seed)
	pictures = map[string]*tables.Document{"11.png": want[0].document("11.png"), "33.png": want[2].document("33.png")}
	beside = map[string][]byte{"11.png": picture(300, 200, 1), "pics/33.png": picture(300, 200, 3), "logo.png": picture(16, 16, 5)}
	return want, pictures, beside
}

func zipOf(t *testing.T, names []string, all map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, n := range names {
		w, err := z.Create(n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(all[n]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// saved is a page with its pictures in one file, as browsers save it.
func saved(encoding string, body []byte, cid bool, all map[string][]byte) []byte {
	var b bytes.Buffer
	b.WriteString("From: <Saved by Blink>\r\nSubject: =?utf-8?Q?=E6=8A=A5=E5=91=8A?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----MultipartBoundary--x----\"\r\n\r\n")
	fmt.Fprintf(&b, "------MultipartBoundary--x----\r\nContent-Type: text/html\r\nContent-ID: <frame@mhtml>\r\nContent-Transfer-Encoding: %s\r\nContent-Location: http://office.example/a/report.html\r\n\r\n", encoding)
	switch encoding {
	case "quoted-printable":
		w := quotedprintable.NewWriter(&b)
		w.Write(body)
		w.Close()
	case "base64":
		text := base64.StdEncoding.EncodeToString(body)
		for len(text) > 76 {
			b.WriteString(text[:76] + "\r\n")
			text = text[76:]
		}
		b.WriteString(text)
	default:
		b.Write(body)
	}
	for _, name := range []string{"11.png", "pics/33.png", "logo.png"} {
		at := "Content-Location: http://office.example/a/" + name
		if cid {
			at = "Content-ID: <" + name + ">"
		}
		fmt.Fprintf(&b, "\r\n------MultipartBoundary--x----\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n%s\r\n\r\n%s", at, base64.StdEncoding.EncodeToString(all[name]))
	}
	b.WriteString("\r\n------MultipartBoundary--x------\r\n")
	return b.Bytes()
}

func TestSavedPagesAreReadWithTheirPictures(t *testing.T) {
	for _, encoding := range []string{"quoted-printable", "base64", "8bit"} {
		for _, cid := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, cid %v", encoding, cid), func(t *testing.T) {
				want, pictures, beside := mixed(3)
				prefix := ""
				if cid {
					prefix = "cid:"
				}
				tag := []string{`<img src="` + prefix + `11.png">`, `<img src="` + prefix + `pics/33.png">`}
				body, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(strings.Replace(page(`<meta charset=gbk>`, tag[0], want[1].html(), tag[1]), "'logo.png'", "'"+prefix+"logo.png'", 1)))
				if err != nil {
					t.Fatal(err)
				}
				in := saved(encoding, body, cid, beside)
				r, d := read(t, report.Input{Name: "x.mhtml", Data: in}, pictures)
				hasAll(t, d, want)
				if r.Format != "mhtml" || d.Source.MediaType != "multipart/related" || *d.Source.Charset != "gbk" {
					t.Errorf("%s, %s, %s", r.Format, d.Source.MediaType, *d.Source.Charset)
				}
				out, err := report.Same(r, d, report.Given{Drop: true})
				if err != nil {
					t.Fatal(err)
				}
				again, back := read(t, report.Input{Name: "x.mhtml", Data: out}, nil)
				if again.Format != "mhtml" || len(back.Tables) != 3 || len(back.Records) != len(d.Records) {
					t.Errorf("the output has %d tables and %d records", len(back.Tables), len(back.Records))
				}
				// The parts but the page stay; of the page, decoded, what is
				// outside of the pictures.
				parts := func(data []byte) (string, string) {
					page, rest, _ := strings.Cut(string(data), "\r\n------MultipartBoundary--x----\r\nContent-Type: image/png")
					return page, rest
				}
				inPage, inRest := parts(in)
				outPage, outRest := parts(out)
				if inRest != outRest {
					t.Error("other parts have changed")
				}
				outside(t, decodePage(t, encoding, inPage), decodePage(t, encoding, outPage), []byte(tag[0]), []byte(tag[1]))
			})
		}
	}
}

func decodePage(t *testing.T, encoding, part string) []byte {
	t.Helper()
	_, body, ok := strings.Cut(part, "report.html\r\n\r\n")
	if !ok {
		t.Fatal("the head of the page has changed")
	}
	switch encoding {
	case "quoted-printable":
		var b bytes.Buffer
		if _, err := b.ReadFrom(quotedprintable.NewReader(strings.NewReader(body))); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	case "base64":
		data, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(body, "\r\n", ""))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	return []byte(body)
}

func TestAZipOfAPageIsOneReport(t *testing.T) {
	want, pictures, beside := mixed(4)
	html := []byte(page(`<meta charset=utf-8>`, `<img src="11.png">`, want[1].html(), `<img src=pics/33.png>`))
	all := map[string][]byte{"a/page.html": html, "__MACOSX/a/._page.html": {0}}
	names := []string{"a/page.html", "__MACOSX/a/._page.html"}
	for n, data := range beside {
		all["a/"+n] = data
		names = append(names, "a/"+n)
	}
	r, d := read(t, report.Input{Name: "x.zip", Data: zipOf(t, names, all)}, pictures)
	hasAll(t, d, want)
	if d.Source.MediaType != "application/zip" || r.Format != "html" || r.Page != "a/page.html" {
		t.Errorf("%s %s %s", d.Source.MediaType, r.Format, r.Page)
	}
	out, err := report.Same(r, d, report.Given{})
	if err != nil {
		t.Fatal(err)
	}
	outside(t, html, out, []byte(`<img src="11.png">`), []byte(`<img src=pics/33.png>`))
}

func TestABookIsReadInItsOrder(t *testing.T) {
	want, pictures, beside := mixed(5)
	chapter := func(body string) []byte {
		return []byte(`<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="x.js"/></head><body>` + body + `</body></html>`)
	}
	xhtml := strings.ReplaceAll(want[1].html(), "border=1", `border="1"`)
	all := map[string][]byte{
		"mimetype":               []byte("application/epub+zip"),
		"META-INF/container.xml": []byte(`<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="OEBPS/content.opf"/></rootfiles></container>`),
		"OEBPS/content.opf": []byte(`<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>年度报告</dc:title></metadata>
			<manifest><item id="b" href="two.xhtml" media-type="application/xhtml+xml"/><item id="a" href="text/one.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>`),
		"OEBPS/text/one.xhtml":  chapter(`<h1>` + titles[0] + `</h1><p><img src="../11.png"/></p><h1>` + titles[1] + `</h1>` + xhtml),
		"OEBPS/two.xhtml":       chapter(`<h1>` + titles[2] + `</h1><img src="pics/33.png"/>`),
		"OEBPS/11.png":          beside["11.png"],
		"OEBPS/pics/33.png":     beside["pics/33.png"],
		"../../outside/evil.sh": []byte("x"),
	}
	names := []string{"mimetype", "META-INF/container.xml", "OEBPS/content.opf", "OEBPS/text/one.xhtml", "OEBPS/two.xhtml", "OEBPS/11.png", "OEBPS/pics/33.png", "../../outside/evil.sh"}
	r, d := read(t, report.Input{Name: "x.epub", Data: zipOf(t, names, all)}, pictures)
	hasAll(t, d, want)
	if d.Source.Title != "年度报告" || d.Tables[0].Heading != titles[0] || d.Pictures[0].At != "OEBPS/text/one.xhtml | body > p > img" {
		t.Errorf("%q %q %q", d.Source.Title, d.Tables[0].Heading, d.Pictures[0].At)
	}
	if _, err := report.Same(r, d, report.Given{}); err == nil || report.CanGiveBack(r.Format) {
		t.Error("a book is given back")
	}
}

// markdown sets a table of plain rows.
func pipes(rows ...[]string) string {
	var b strings.Builder
	for i, r := range rows {
		b.WriteString("| " + strings.Join(r, " | ") + " |\n")
		if i == 0 {
			b.WriteString(strings.Repeat("|---", len(r)) + "|\n")
		}
	}
	return b.String()
}

func TestMarkdownIsReadAndWritten(t *testing.T) {
	want, pictures, beside := mixed(6)
	list := pipes([]string{"名称", `金额\|元`}, []string{"一月<br>二月", "**12**"}, []string{"三月", "7"}, []string{"四月", "9"})
	beside["list.png"], beside["list2.png"] = picture(300, 200, 9), picture(300, 200, 8)
	pictures["list.png"] = &tables.Document{Version: 1, Source: tables.Source{Page: 1}, Tables: []tables.Table{plainTable()}, Warnings: []tables.Warning{}}
	pictures["list2.png"] = pictures["list.png"]
	text := "# 年度报告\n\n## " + titles[0] + "\n\n![表 \\] (一)](11.png \"图) 一\")\n\n```\n![不是](code.png)\n<table><tr><td>1\n```\n\n## " + titles[1] + "\n\n" + want[1].html() +
		"\n## " + titles[2] + "\n\n文字 `![x](y.png)` 之前![四][p]之后。\n\n" + list + "\n\n> ![引](list.png)\n\n正文![单](list2.png)正文\n\n[p]: pics/33.png\n\n<p align=center><img src=\"logo.png\"></p>\n"
	for name, enc := range map[string]func(string) []byte{
		"utf-8":   func(s string) []byte { return []byte(s) },
		"gb18030": func(s string) []byte { b, _ := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s)); return b },
	} {
		t.Run(name, func(t *testing.T) {
			r, d := read(t, report.Input{Name: "x.md", Data: enc(text), Beside: files(beside)}, pictures)
			hasAll(t, d, want)
			if d.Source.Title != "年度报告" || *d.Source.Charset != name {
				t.Errorf("title %q, charset %s", d.Source.Title, *d.Source.Charset)
			}
			var cells []string
			for _, table := range d.Tables {
				if table.Form == nil && table.Origin == report.OriginNative {
					for _, c := range table.Cells {
						cells = append(cells, c.Text)
					}
				}
			}
			if got := strings.Join(cells, " "); got != "名称 金额|元 一月\n二月 12 三月 7 四月 9" {
				t.Errorf("cells of the list: %q", got)
			}
			out, err := report.Same(r, d, report.Given{})
			if err != nil {
				t.Fatal(err)
			}
			outside(t, enc(text), out, enc(`![表 \] (一)](11.png "图) 一")`), enc("![四][p]"), enc("![引](list.png)"), enc("![单](list2.png)"))
			s := string(out)
			if name == "utf-8" && !strings.Contains(s, "正文\n\n**单表**\n\n| 甲 | 乙 |\n| --- | --- |\n| 3 | 4 |\n\n<details") {
				t.Errorf("a plain table is not set as one:\n%s", s[strings.Index(s, "正文"):])
			}
			_, back := read(t, report.Input{Name: "x.md", Data: out, Beside: files(beside)}, nil)
			if len(back.Records) != len(d.Records) {
				t.Errorf("%d records of the output, want %d", len(back.Records), len(d.Records))
			}
		})
	}
}

func plainTable() tables.Table {
	s := &tables.Sheet{Rows: 2, Cols: 2, Caption: "单表"}
	for i, text := range []string{"甲", "乙", "3", "4"} {
		s.Cells = append(s.Cells, tables.SheetCell{Row: i / 2, Col: i % 2, RowSpan: 1, ColSpan: 1, Reading: tables.Reading{Text: text, Confidence: 1}})
	}
	return tables.Build(s, nil, tables.DefaultReviewBelow)
}
