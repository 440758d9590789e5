package report_test

import (
	"testing"

	"github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/internal/report/docx"
	"github.com/biaoge/biaoge/internal/report/htmlpage"
	"github.com/biaoge/biaoge/internal/report/mhtml"
	"github.com/biaoge/biaoge/tables"
)

// pictureEverywhere is beside every report that is fuzzed.
func pictureEverywhere(string) ([]byte, error) { return []byte("x"), nil }

// replaceAll puts a small table in the place of every picture.
func replaceAll(s content.Replacer) ([]byte, error) {
	table := plainTable()
	with := make(map[int]content.Replacement)
	for i, item := range s.Content().Items {
		if item.Picture != nil {
			with[i] = content.Replacement{Name: "x", Tables: []*tables.Table{&table}, Drop: i%2 == 0}
		}
	}
	return s.Replace(with)
}

// FuzzHTMLSplice wants a page without pictures to come back as it was, and one
// with pictures to be a page again.
func FuzzHTMLSplice(f *testing.F) {
	f.Add([]byte(`<html><meta charset=gbk><p>x<img src=a.png><table><tr><td rowspan=2>1`))
	f.Add([]byte("\xff\xfe<\x00i\x00m\x00g\x00 \x00s\x00r\x00c\x00=\x00a\x00>\x00"))
	f.Add([]byte(`<picture><source srcset="a 2x,b"><img></picture><frameset><frame src=a>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := htmlpage.Parse(data, htmlpage.Options{Finder: content.Finder{Beside: pictureEverywhere}})
		if err != nil {
			return
		}
		same, err := p.Replace(nil)
		if err != nil || string(same) != string(data) {
			t.Fatalf("a page changed in which nothing is replaced: %q, %v", same, err)
		}
		out, err := replaceAll(p)
		if err != nil {
			t.Fatal(err)
		}
		if len(out) < len(data)/2 && len(data) > 1000 {
			t.Errorf("%d bytes became %d", len(data), len(out))
		}
	})
}

func FuzzDOCX(f *testing.F) {
	f.Add([]byte(`<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/><w:vMerge/></w:tcPr><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr></w:tbl>`))
	f.Add([]byte(`<w:p><w:r><w:drawing><a:blip r:embed="rId11"/></w:drawing></w:r><w:del><w:r><w:delText>1</w:delText></w:r></w:del></w:p>`))
	f.Add([]byte(`<w:p><w:r><w:pict><v:shape style="width:9pt;height:900pt"><v:imagedata r:id="rId11"/></v:shape></w:pict></w:r></w:p>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		data := wordFile(new(testing.T), string(body), map[string][]byte{"11.png": []byte("x")})
		r, err := report.Open(report.Input{Name: "x.docx", Data: data})
		if err != nil {
			return
		}
		out, err := replaceAll(r.Source.(*docx.Document))
		if err != nil {
			t.Fatal(err)
		}
		if err := wellFormed(partOf(t, out, "word/document.xml")); err != nil {
			t.Errorf("the document is no XML any more: %v", err)
		}
	})
}

func FuzzMHTML(f *testing.F) {
	f.Add([]byte("Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<img src=3Dcid:a>=\r\n\r\n--b\r\nContent-ID: <a>\r\n\r\nx\r\n--b--\r\n"))
	f.Add([]byte("MIME-Version: 1.0\nContent-Type: text/html; charset=gbk\nContent-Transfer-Encoding: base64\n\nPGltZyBzcmM9YT4="))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := mhtml.Parse(data, content.Finder{Beside: pictureEverywhere})
		if err != nil {
			return
		}
		out, err := replaceAll(m)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := mhtml.Parse(out, content.Finder{}); err != nil {
			t.Errorf("it is no page any more: %v", err)
		}
	})
}
