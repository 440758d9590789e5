package report_test

import (
	"bytes"
	"io/fs"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/tables"
)

var errNotExist = fs.ErrNotExist

var titles = []string{"二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况"}

// page is a report as offices publish it: a table to lay out, headings, prose.
func page(meta string, parts ...string) string {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\r\n<html><head>" + meta + "<title>某市2021年政府信息公开工作年度报告</title>\r\n<script>if (a<b) document.write('<img src=x.png>')</script>" +
		"<!-- <img src=comment.png> --></head>\r\n<body><table width=100%><tr><td><a href=/>首页</a></td><td><div class=main>\r\n<p>一、总体情况</p><p>全年主动公开信息３２１条，镕基鎔堃。</p>\r\n")
	for i, part := range parts {
		b.WriteString("<p style='text-indent:2em'><b>" + titles[i] + "</b></p>\r\n<p style=\"text-align:center\">" + part + "</p>\r\n")
	}
	b.WriteString("<p>五、存在的主要问题</p><img src='logo.png' width=16></div></td></tr></table></body></html>\r\n")
	return b.String()
}

// charsets are those that pages of offices are in, as they say it.
var charsets = []struct {
	name, meta, want string
	enc              encoding.Encoding
}{
	{"utf-8", `<meta charset="utf-8">`, "utf-8", unicode.UTF8},
	{"utf-8 with mark", ``, "utf-8", unicode.UTF8BOM},
	{"utf-8 undeclared", ``, "utf-8", unicode.UTF8},
	{"utf-8 that says gb2312", `<meta charset=gb2312>`, "utf-8", unicode.UTF8},
	{"gb18030", `<meta http-equiv="Content-Type" content="text/html; charset=gb18030">`, "gb18030", simplifiedchinese.GB18030},
	{"gbk", `<meta charset='GBK'>`, "gbk", simplifiedchinese.GBK},
	{"gb2312", `<meta http-equiv=Content-Type content="text/html;charset=gb2312">`, "gb2312", simplifiedchinese.GBK},
	{"gb18030 undeclared", ``, "gb18030", simplifiedchinese.GB18030},
	{"gb18030 that says utf-8", `<meta charset=utf-8>`, "gb18030", simplifiedchinese.GB18030},
	{"gb18030 that says latin", `<meta charset=iso-8859-1>`, "gb18030", simplifiedchinese.GB18030},
	{"utf-16", ``, "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)},
}

func TestNativeTablesOfPagesAreRead(t *testing.T) {
	for _, c := range charsets {
		t.Run(c.name, func(t *testing.T) {
			want := makeReport(1)
			data, err := c.enc.NewEncoder().Bytes([]byte(page(c.meta, want[0].html(), want[1].html(), want[2].html())))
			if err != nil {
				t.Fatal(err)
			}
			_, d := read(t, report.Input{Name: "x.html", Data: data}, nil)
			hasAll(t, d, want)
			if *d.Source.Charset != c.want || d.Source.Title != "某市2021年政府信息公开工作年度报告" {
				t.Errorf("charset %s, want %s; title %q", *d.Source.Charset, c.want, d.Source.Title)
			}
			if len(d.Tables) != 3 {
				t.Fatalf("%d tables", len(d.Tables))
			}
			for i, table := range d.Tables {
				if table.Heading != titles[i] {
					t.Errorf("heading %q", table.Heading)
				}
			}
		})
	}
}

func TestATraditionalPageIsRead(t *testing.T) {
	text := "<html><title>資訊公開</title><p>這個機關的資訊公開報告說明，對於國家與人民</p><table><tr><td>年度<td>件數<tr><td>一百零九年<td>12</table>"
	data, err := traditionalchinese.Big5.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	_, d := read(t, report.Input{Name: "x.html", Data: data}, nil)
	if *d.Source.Charset != "big5" || d.Source.Title != "資訊公開" || len(d.Tables) != 1 || d.Tables[0].Cells[3].Text != "12" {
		t.Errorf("%s %q %v", *d.Source.Charset, d.Source.Title, d.Tables)
	}
}

// What is around a replaced picture stays as it is, byte for byte.
func TestTablesTakeThePlaceOfPicturesOnAPage(t *testing.T) {
	for _, c := range charsets {
		t.Run(c.name, func(t *testing.T) {
			want := makeReport(2)
			tags := []string{`<img src="11.png" onload="steal()">`, want[1].html(), `<IMG alt='a>b' SRC=pics/33.png>`}
			data, err := c.enc.NewEncoder().Bytes([]byte(page(c.meta, tags...)))
			if err != nil {
				t.Fatal(err)
			}
			documents := map[string]*tables.Document{"11.png": want[0].document("11.png"), "33.png": want[2].document("33.png")}
			beside := files(map[string][]byte{"11.png": picture(300, 200, 1), "pics/33.png": picture(300, 200, 3), "logo.png": picture(16, 16, 5)})
			r, d := read(t, report.Input{Name: "x.html", Data: data, Beside: beside}, documents)
			hasAll(t, d, want)
			outcomes := ""
			for _, p := range d.Pictures {
				outcomes += p.Name + " " + p.Outcome + ", "
			}
			if outcomes != "11.png tables, 33.png tables, logo.png small, " || d.Incomplete() {
				t.Errorf("pictures: %s", outcomes)
			}
			for _, drop := range []bool{false, true} {
				out, err := report.Same(r, d, report.Given{Drop: drop})
				if err != nil {
					t.Fatal(err)
				}
				outside(t, data, out, encoded(t, c.enc, tags[0]), encoded(t, c.enc, tags[2]))
				again, back := read(t, report.Input{Name: "x.html", Data: out, Beside: beside}, nil)
				if back.Source.Charset == nil || *back.Source.Charset != c.want || again == nil {
					t.Errorf("charset of the output is %v", back.Source.Charset)
				}
				for _, table := range back.Tables {
					if table.Form == nil {
						t.Errorf("a table of the output is no form: %v", table.Cells[:3])
					}
				}
				if len(back.Records) != len(d.Records) {
					t.Errorf("%d records of the output, want %d", len(back.Records), len(d.Records))
				}
				if drop != (len(back.Pictures) == 1) {
					t.Errorf("dropped: %v, but %d pictures", drop, len(back.Pictures))
				}
				if bytes.Contains(out, encoded(t, c.enc, "<img src=\"11.png\" onload")) || bytes.Contains(out, encoded(t, c.enc, "steal()")) {
					t.Error("an event attribute of a replaced picture is kept")
				}
			}
		})
	}
}

func encoded(t *testing.T, enc encoding.Encoding, s string) []byte {
	t.Helper()
	if enc == unicode.UTF8BOM {
		enc = unicode.UTF8
	}
	out, err := enc.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.TrimPrefix(out, []byte("\xff\xfe"))
}

// outside wants all bytes of a report but those of some parts in its output, in
// order, with something in the place of each part.
func outside(t *testing.T, in, out []byte, parts ...[]byte) {
	t.Helper()
	for i, p := range parts {
		before, after, ok := bytes.Cut(in, p)
		if !ok {
			t.Fatalf("%q is not in the report", p)
		}
		if !bytes.HasPrefix(out, before) {
			t.Fatalf("bytes before replaced picture %d have changed", i)
		}
		out, in = out[len(before):], after
		// What is kept up to the next one is found again behind the replacement.
		next := after
		if i+1 < len(parts) {
			next, _, _ = bytes.Cut(after, parts[i+1])
		}
		at := bytes.Index(out, next)
		if at <= 0 {
			t.Fatalf("bytes behind replaced picture %d have changed", i)
		}
		out = out[at:]
	}
	if !bytes.Equal(in, out) {
		t.Fatal("bytes behind the last replaced picture have changed")
	}
}

// A page of XML stays one that is well formed.
func TestXHTMLIsReadAsHTML(t *testing.T) {
	m := makeReport(16)[2]
	m.values["appeals.reconsideration.upheld"] = "1\n2"
	in := `<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/><script src="x.js"/></head><body><p><img src="a.png" alt="&lt;"/></p></body></html>`
	r, d := read(t, report.Input{Name: "x.xhtml", Data: []byte(in), Beside: files(map[string][]byte{"a.png": picture(300, 200, 1)})}, map[string]*tables.Document{"a.png": m.document("a.png")})
	out, err := report.Same(r, d, report.Given{})
	if err != nil {
		t.Fatal(err)
	}
	if err := wellFormed(out); err != nil || !strings.Contains(string(out), "1<br/>2") {
		t.Errorf("%v: %s", err, out)
	}
}
