package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/biaoge/biaoge/export"
	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/tables"
)

// A splice is bytes of the XML that others take the place of.
type splice struct {
	from, to int
	with     []byte
}

// Replace puts tables in the place of pictures: each above the paragraph that
// its picture stands in, where the picture stays, small, or goes.
func (d *Document) Replace(with map[int]content.Replacement) ([]byte, error) {
	var splices []splice
	for i, r := range with {
		p := d.places[i]
		if len(r.Tables) == 0 || p.to == 0 {
			continue
		}
		var b bytes.Buffer
		for _, t := range r.Tables {
			d.table(&b, r.Language, t)
		}
		if !r.Drop {
			d.line(&b, export.Original(r.Language, r.Name), grey)
		}
		picture := smaller(d.xml[p.from:p.to])
		if r.Drop {
			picture = nil
		}
		splices = append(splices, splice{p.paragraph, p.paragraph, b.Bytes()}, splice{p.from, p.to, picture})
	}
	// Several pictures of one paragraph keep their order.
	order := func(s splice) int { return s.from }
	slices.SortStableFunc(splices, func(a, b splice) int { return order(a) - order(b) })
	var out bytes.Buffer
	at := 0
	for _, s := range splices {
		if s.from < at {
			continue
		}
		out.Write(d.xml[at:s.from])
		out.Write(s.with)
		at = s.to
	}
	out.Write(d.xml[at:])
	return d.packed(out.Bytes())
}

// packed is the file with another document in it; all other parts are copied as
// they are, packed.
func (d *Document) packed(document []byte) ([]byte, error) {
	r, err := zip.NewReader(bytes.NewReader(d.data), int64(len(d.data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, err
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	if err := w.SetComment(r.Comment); err != nil {
		return nil, err
	}
	for _, f := range r.File {
		if f.Name != d.part {
			if err := w.Copy(f); err != nil {
				return nil, fmt.Errorf("%w: part %s can't be copied: %w", content.ErrDamaged, f.Name, err)
			}
			continue
		}
		part, err := w.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: f.Modified})
		if err != nil {
			return nil, err
		}
		if _, err := part.Write(document); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// The colours of what is put in, as in pages.
const (
	labelFill = "F3F3F3"
	flagFill  = "FFE08A"
	red       = "A40000"
	grey      = "666666"
	black     = "222222"
)

// Type of what is put in, in half points, and the width of a page's text in
// twentieths of a point, for the columns before Word fits them.
const (
	typeSize  = 18
	textWidth = 9000
)

// table writes a table with its caption above and what is to be looked at
// below.
func (d *Document) table(b *bytes.Buffer, l message.Language, t *tables.Table) {
	if t.Caption != "" {
		d.line(b, t.Caption, black)
	}
	fmt.Fprintf(b, `<w:tbl xmlns:w="%s"><w:tblPr><w:tblW w:w="5000" w:type="pct"/><w:jc w:val="center"/><w:tblBorders>`, d.space)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		fmt.Fprintf(b, `<w:%s w:val="single" w:sz="4" w:space="0" w:color="888888"/>`, side)
	}
	b.WriteString(`</w:tblBorders></w:tblPr><w:tblGrid>`)
	widths := widthsOf(t)
	for _, w := range widths {
		fmt.Fprintf(b, `<w:gridCol w:w="%d"/>`, w)
	}
	b.WriteString(`</w:tblGrid>`)
	owner := make([]int, t.Rows*t.Cols)
	for i, c := range t.Cells {
		for y := c.Row; y < c.Row+c.RowSpan; y++ {
			for x := c.Col; x < c.Col+c.ColSpan; x++ {
				owner[y*t.Cols+x] = i
			}
		}
	}
	var notes []string
	for y := range t.Rows {
		b.WriteString(`<w:tr>`)
		for x := 0; x < t.Cols; {
			c := &t.Cells[owner[y*t.Cols+x]]
			width := 0
			for _, w := range widths[c.Col : c.Col+c.ColSpan] {
				width += w
			}
			notes = append(notes, d.cell(b, l, t, c, y, width)...)
			x = c.Col + c.ColSpan
		}
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl>`)
	for _, n := range append(notes, export.Notes(l, t)...) {
		d.line(b, "⚠ "+n, red)
	}
	if len(notes) == 0 {
		d.line(b, "", black) // tables that touch become one
	}
}

// widthsOf keeps the proportions of the printed columns; where nothing tells
// them, all are alike.
func widthsOf(t *tables.Table) []int {
	share, total := make([]float64, t.Cols), 0.0
	for _, c := range t.Cells {
		for k := range c.ColSpan {
			if w := c.Box[2] / float64(c.ColSpan); share[c.Col+k] == 0 || c.ColSpan == 1 {
				share[c.Col+k] = w
			}
		}
	}
	for _, w := range share {
		total += w
	}
	widths := make([]int, t.Cols)
	for i := range widths {
		widths[i] = textWidth / t.Cols
		if total > 0 {
			widths[i] = max(1, int(textWidth*share[i]/total))
		}
	}
	return widths
}

// cell writes a cell, or where it goes on in a row below, and says why it is
// flagged.
func (d *Document) cell(b *bytes.Buffer, l message.Language, t *tables.Table, c *tables.Cell, row, width int) (notes []string) {
	b.WriteString(`<w:tc><w:tcPr>`)
	fmt.Fprintf(b, `<w:tcW w:w="%d" w:type="dxa"/>`, width)
	if c.ColSpan > 1 {
		fmt.Fprintf(b, `<w:gridSpan w:val="%d"/>`, c.ColSpan)
	}
	text := c.Text
	switch {
	case c.RowSpan > 1 && row == c.Row:
		b.WriteString(`<w:vMerge w:val="restart"/>`)
	case c.RowSpan > 1:
		b.WriteString(`<w:vMerge/>`)
		text = ""
	}
	fill := ""
	if c.Kind == tables.KindLabel {
		fill = labelFill
	}
	if why := export.ReasonsFor(l, t, c); why != nil {
		fill = flagFill
		if row == c.Row {
			text = strings.TrimSpace(text + " ⚠")
			notes = append(notes, l.Text("row %d, column %d: %s", c.Row+1, c.Col+1, strings.Join(why, l.Text("; "))))
		}
	}
	if fill != "" {
		fmt.Fprintf(b, `<w:shd w:val="clear" w:color="auto" w:fill="%s"/>`, fill)
	}
	b.WriteString(`<w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:ind w:left="0" w:right="0" w:firstLine="0"/><w:jc w:val="center"/></w:pPr>`)
	d.run(b, text, black)
	b.WriteString(`</w:p></w:tc>`)
	return notes
}

// line writes a paragraph.
func (d *Document) line(b *bytes.Buffer, text, color string) {
	fmt.Fprintf(b, `<w:p xmlns:w="%s"><w:pPr><w:spacing w:before="0" w:after="0"/><w:ind w:left="0" w:firstLine="0"/></w:pPr>`, d.space)
	d.run(b, text, color)
	b.WriteString(`</w:p>`)
}

func (d *Document) run(b *bytes.Buffer, text, color string) {
	if text == "" {
		return
	}
	fmt.Fprintf(b, `<w:r><w:rPr><w:color w:val="%s"/><w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr>`, color, typeSize, typeSize)
	for i, l := range strings.Split(text, "\n") {
		if i > 0 {
			b.WriteString(`<w:br/>`)
		}
		b.WriteString(`<w:t xml:space="preserve">`)
		xml.EscapeText(b, []byte(l))
		b.WriteString(`</w:t>`)
	}
	b.WriteString(`</w:r>`)
}

// smallHeight is how high a picture is that stays below its table, in EMU: two
// centimetres, enough to know it by.
const smallHeight = 720_000

var (
	extent    = regexp.MustCompile(`(<\w+:ext(?:ent)?\b[^>]*?\bcx=")(\d+)("[^>]*?\bcy=")(\d+)(")`)
	vmlHeight = regexp.MustCompile(`\b(width|height):\s*([\d.]+)(pt|px|in|cm|mm)`)
)

// smaller makes a picture small, in its own proportions. One that is no higher
// stays as it is.
func smaller(drawing []byte) []byte {
	factor := 1.0
	if m := extent.FindSubmatch(drawing); m != nil {
		if cy, err := strconv.ParseFloat(string(m[4]), 64); err == nil && cy > smallHeight {
			factor = smallHeight / cy
		}
		return extent.ReplaceAllFunc(drawing, func(e []byte) []byte {
			m := extent.FindSubmatch(e)
			return slices.Concat(m[1], scaled(m[2], factor, 0), m[3], scaled(m[4], factor, 0), m[5])
		})
	}
	const emu = 12_700 // to a point
	for _, m := range vmlHeight.FindAllSubmatch(drawing, -1) {
		points := map[string]float64{"pt": 1, "px": 0.75, "in": 72, "cm": 28.35, "mm": 2.835}[string(m[3])]
		if h, err := strconv.ParseFloat(string(m[2]), 64); err == nil && string(m[1]) == "height" && h*points*emu > smallHeight {
			factor = smallHeight / (h * points * emu)
			break
		}
	}
	return vmlHeight.ReplaceAllFunc(drawing, func(e []byte) []byte {
		m := vmlHeight.FindSubmatch(e)
		return slices.Concat(m[1], []byte(":"), scaled(m[2], factor, 2), m[3])
	})
}

func scaled(number []byte, factor float64, digits int) []byte {
	v, err := strconv.ParseFloat(string(number), 64)
	if err != nil {
		return number
	}
	return strconv.AppendFloat(nil, v*factor, 'f', digits, 64)
}
