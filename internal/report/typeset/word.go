package typeset

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"maps"
	"slices"
	"strings"
)

// Word sets the table as Word does: cells that go on below are cells of their
// own. Paragraph makes that of a text, as Paragraph does.
func (t Table) Word(paragraph func(text string) string) string {
	var b strings.Builder
	b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:tblBorders><w:top w:val="single"/></w:tblBorders></w:tblPr><w:tblGrid>` + strings.Repeat(`<w:gridCol w:w="800"/>`, t.Form.Cols) + `</w:tblGrid>`)
	owner := make(map[[2]int]int)
	for i, c := range t.Form.Cells {
		for y := range c.RowSpan {
			for x := range c.ColSpan {
				owner[[2]int{c.Row + y, c.Col + x}] = i
			}
		}
	}
	for y := range t.Form.Rows {
		b.WriteString(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		for x := 0; x < t.Form.Cols; {
			c := t.Form.Cells[owner[[2]int{y, x}]]
			merge, text := "", t.Text(c)
			switch {
			case c.RowSpan > 1 && y == c.Row:
				merge = `<w:vMerge w:val="restart"/>`
			case c.RowSpan > 1:
				merge, text = `<w:vMerge/>`, ""
			}
			fmt.Fprintf(&b, `<w:tc><w:tcPr><w:tcW w:w="800" w:type="dxa"/><w:gridSpan w:val="%d"/>%s</w:tcPr>%s</w:tc>`, c.ColSpan, merge, paragraph(text))
			x = c.Col + c.ColSpan
		}
		b.WriteString(`</w:tr>`)
	}
	return b.String() + `</w:tbl>`
}

// Paragraph is one of Word's, with a text.
func Paragraph(text string) string {
	if text == "" {
		return `<w:p/>`
	}
	return `<w:p><w:r><w:t xml:space="preserve">` + html.EscapeString(text) + `</w:t></w:r></w:p>`
}

// Picture is a paragraph with the picture of a relationship, the n-th of its
// document.
func Picture(id string, n int) string {
	return fmt.Sprintf(`<w:p><w:r><w:drawing><wp:inline><wp:extent cx="5000000" cy="3000000"/><wp:docPr id="%[1]d" name="p"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="%[1]d" name="p"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="%[2]s"/></pic:blipFill><pic:spPr/></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`, n, id)
}

const (
	xmlHead    = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\r\n"
	ofPackages = `http://schemas.openxmlformats.org/package/2006/`
	ofOffice   = `http://schemas.openxmlformats.org/officeDocument/2006/relationships`
)

// WordFile is a document of paragraphs and tables, with the relationships that
// these name (as elements, beside their list's) and the files in word/media.
func WordFile(body, relationships string, media map[string][]byte) ([]byte, error) {
	type part struct {
		name string
		data []byte
	}
	parts := []part{
		{"[Content_Types].xml", []byte(xmlHead + `<Types xmlns="` + ofPackages + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="png" ContentType="image/png"/><Default Extension="jpg" ContentType="image/jpeg"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`)},
		{"_rels/.rels", []byte(`<Relationships xmlns="` + ofPackages + `relationships"><Relationship Id="rId1" Type="` + ofOffice + `/officeDocument" Target="word/document.xml"/></Relationships>`)},
		{"word/document.xml", []byte(xmlHead + `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="` + ofOffice + `" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:body>` + body + `<w:sectPr/></w:body></w:document>`)},
		{"word/_rels/document.xml.rels", []byte(`<Relationships xmlns="` + ofPackages + `relationships">` + relationships + `</Relationships>`)},
	}
	for _, name := range slices.Sorted(maps.Keys(media)) {
		parts = append(parts, part{"word/media/" + name, media[name]})
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p.name)
		if err == nil {
			_, err = w.Write(p.data)
		}
		if err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

// ImageRelationship is that of a picture, by an address as WordFile's media have
// it (media/NAME) or another one.
func ImageRelationship(id, target string) string {
	mode := ""
	if strings.Contains(target, ":") {
		mode = ` TargetMode="External"`
	}
	return `<Relationship Id="` + id + `" Type="` + ofOffice + `/image" Target="` + target + `"` + mode + `/>`
}
