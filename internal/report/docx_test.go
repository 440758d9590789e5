package report_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/report/typeset"
)

// word sets the table as Word does, with words of old and new.
func (m made) word() string { return m.set().Word(paragraphOf) }

func paragraphOf(text string) string {
	var b strings.Builder
	b.WriteString(`<w:p>`)
	// Words of old and new: what was deleted does not count.
	if len(text) > 1 {
		half := len([]rune(text)) / 2
		r := []rune(text)
		fmt.Fprintf(&b, `<w:r><w:t xml:space="preserve">%s</w:t></w:r><w:del w:id="1"><w:r><w:delText>9</w:delText></w:r></w:del><w:ins w:id="2"><w:r><w:t>%s</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>暗</w:t></w:r>`, string(r[:half]), string(r[half:]))
	} else if text != "" {
		b.WriteString(`<w:r><w:t>` + text + `</w:t></w:r>`)
	}
	return b.String() + `</w:p>`
}

// drawing is a picture as Word has it, with what older ones show in its place.
func drawing(id string) string {
	return `<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:inline><wp:extent cx="5400000" cy="3600000"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:blipFill><a:blip r:embed="` + id + `"/></pic:blipFill><pic:spPr><a:xfrm><a:ext cx="5400000" cy="3600000"/></a:xfrm></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:imagedata r:id="` + id + `"/></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`
}

// vml is a picture as Word had it.
func vml(id string) string {
	return `<w:p><w:r><w:t>见图</w:t></w:r><w:r><w:pict><v:shape style="width:425pt;height:283.5pt"><v:imagedata r:id="` + id + `" o:title="x"/></v:shape></w:pict></w:r></w:p>`
}

func wordFile(t *testing.T, body string, pictures map[string][]byte) []byte {
	t.Helper()
	rels, media := "", make(map[string][]byte)
	for _, id := range []string{"rId11", "rId33", "rIdLogo"} {
		name := map[string]string{"rId11": "11.png", "rId33": "pics/33.png", "rIdLogo": "logo.png"}[id]
		if data := pictures[name]; data != nil {
			file := name[strings.LastIndexByte(name, '/')+1:]
			rels += typeset.ImageRelationship(id, "media/"+file)
			media[file] = data
		}
	}
	rels += typeset.ImageRelationship("rIdFar", "http://office.example/far.png") + typeset.ImageRelationship("rIdFile", "file:///etc/passwd") + typeset.ImageRelationship("rIdOut", "../../../../etc/passwd")
	data, err := typeset.WordFile(body, rels, media)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func heading(text string) string { return `<w:p><w:r><w:t>` + text + `</w:t></w:r></w:p>` }

func partOf(t *testing.T, data []byte, name string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	f, err := z.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	part, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return part
}

func TestNativeTablesOfWordAreRead(t *testing.T) {
	want := makeReport(7)
	body := heading("某市2021年年度报告") + heading("一、总体情况")
	for i, m := range want {
		body += heading(titles[i]) + m.word()
	}
	// A table that was deleted is none.
	body += `<w:tbl><w:tr><w:trPr><w:del w:id="4"/></w:trPr><w:tc><w:p><w:del><w:r><w:delText>1</w:delText></w:r></w:del></w:p></w:tc></w:tr></w:tbl>`
	r, d := read(t, report.Input{Name: "x.docx", Data: wordFile(t, body, nil)}, nil)
	hasAll(t, d, want)
	if r.Format != "docx" || d.Source.Title != "某市2021年年度报告" || len(d.Tables) != 3 {
		t.Errorf("%s %q, %d tables", r.Format, d.Source.Title, len(d.Tables))
	}
	for i, table := range d.Tables {
		if table.Heading != titles[i] || !strings.HasPrefix(table.At, fmt.Sprintf("word/document.xml table %d, paragraph ", i+1)) {
			t.Errorf("%q at %q", table.Heading, table.At)
		}
	}
}

func TestTablesTakeThePlaceOfPicturesInWord(t *testing.T) {
	want, pictures, beside := mixed(8)
	paragraphs := []string{heading("某市报告"), heading(titles[0]), drawing("rId11"), heading(titles[1]), want[1].word(), heading(titles[2]), vml("rId33"), heading("五、问题"), drawing("rIdLogo"), drawing("rIdFar"), drawing("rIdFile"), drawing("rIdOut"), drawing("rIdNone")}
	in := wordFile(t, strings.Join(paragraphs, "\n"), beside)
	r, d := read(t, report.Input{Name: "x.docx", Data: in}, pictures)
	hasAll(t, d, want)
	var outcomes []string
	for _, p := range d.Pictures {
		outcomes = append(outcomes, p.Name+" "+p.Outcome)
	}
	if got := strings.Join(outcomes, ", "); got != "11.png tables, 33.png tables, logo.png small, far.png remote, passwd missing, passwd (2) missing, rIdNone missing" {
		t.Errorf("pictures: %s", got)
	}
	if d.Pictures[0].At != "word/document.xml paragraph 3" {
		t.Errorf("the first picture is at %s", d.Pictures[0].At)
	}
	for _, drop := range []bool{false, true} {
		out, err := report.Same(r, d, report.Given{Drop: drop})
		if err != nil {
			t.Fatal(err)
		}
		// All parts but the document are as they were, packed.
		before, _ := zip.NewReader(bytes.NewReader(in), int64(len(in)))
		after, err := zip.NewReader(bytes.NewReader(out), int64(len(out)))
		if err != nil || len(before.File) != len(after.File) {
			t.Fatalf("the file is no archive of as many parts: %v", err)
		}
		for i, f := range before.File {
			g := after.File[i]
			if f.Name != g.Name || f.Name != "word/document.xml" && (f.CRC32 != g.CRC32 || f.CompressedSize64 != g.CompressedSize64) {
				t.Errorf("part %s has changed", f.Name)
			}
		}
		document := partOf(t, out, "word/document.xml")
		if err := wellFormed(document); err != nil {
			t.Error(err)
		}
		// Paragraphs without a replaced picture are as they were, in order.
		rest := string(document)
		for i, p := range paragraphs {
			if i == 2 || i == 6 {
				continue
			}
			at := strings.Index(rest, p)
			if at < 0 {
				t.Fatalf("paragraph %d has changed", i)
			}
			rest = rest[at+len(p):]
		}
		_, back := read(t, report.Input{Name: "x.docx", Data: out}, nil)
		if len(back.Records) != len(d.Records) || len(back.Conflicts) > 0 {
			t.Errorf("%d records of the output, want %d", len(back.Records), len(d.Records))
		}
		if drop != (len(back.Pictures) == len(d.Pictures)-2) {
			t.Errorf("drop %v, but %d pictures", drop, len(back.Pictures))
		}
	}
}

func wellFormed(data []byte) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func TestOldAndLockedWordIsRefused(t *testing.T) {
	ole := "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)
	locked := ole + "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00"
	for data, want := range map[string]string{
		ole:    "soffice --convert-to docx",
		locked: "locked with a password; open it in Word or WPS, take the password off",
	} {
		if _, err := report.Open(report.Input{Name: "x.doc", Data: []byte(data)}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
