package extract

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"github.com/biaoge/biaoge/internal/reading"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/tables"
)

// Colours of the debug drawing.
const (
	labelColour = "#2a7fff"
	valueColour = "#1a9641"
	flagColour  = "#e01b24"

	candidateColour = "#c0f"
)

// drawDebug writes the straightened page with what was found and read on it,
// as one SVG file: a viewer brings the fonts for the readings, and their
// confidence and reasons show when the pointer rests on a cell.
func drawDebug(dir string, p *draft) error {
	page, doc := p.page, p.doc
	px, err := page.Gray.DataPtrUint8()
	if err != nil {
		return err
	}
	size := page.Size()
	var picture bytes.Buffer
	if err := png.Encode(&picture, &image.Gray{Pix: px, Stride: size.X, Rect: image.Rectangle{Max: size}}); err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="%d" height="%d" viewBox="0 0 %d %d" font-family="sans-serif">`+"\n", size.X, size.Y, size.X, size.Y)
	fmt.Fprintf(&b, "<title>%s, page %d</title>\n", html.EscapeString(doc.Source.Path), doc.Source.Page)
	fmt.Fprintf(&b, `<image width="%d" height="%d" xlink:href="data:image/png;base64,%s"/>`+"\n", size.X, size.Y, base64.StdEncoding.EncodeToString(picture.Bytes()))
	for i := range page.Candidates {
		drawCandidate(&b, &page.Candidates[i])
	}
	for i := range doc.Tables {
		drawTable(&b, p.tables[i], &doc.Tables[i])
	}
	b.WriteString("</svg>\n")
	// Two pictures of one name, or two pages, have drawings of their own.
	name := fmt.Sprintf("%s-%s-%d.svg", base(doc.Source.Path), doc.Source.SHA256[:8], doc.Source.Page)
	if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o666); err != nil {
		return fmt.Errorf("writing the debug drawing: %w", err)
	}
	return nil
}

func base(path string) string {
	if path == "" || path == "-" {
		return "picture"
	}
	return strings.ToValidUTF8(filepath.Base(path), "_")
}

// drawCandidate frames what may be a table. How likely that is a table, and what its
// signs say for or against it, natural logarithms of odds, shows over the frame.
func drawCandidate(b *bytes.Buffer, c *grid.Candidate) {
	colour, what := candidateColour, "a table"
	if !c.Table() {
		colour, what = flagColour, "no table"
	}
	said := []string{fmt.Sprintf("%s: %d rows, %d columns, probability of a table %.4f", what, c.Rows, c.Cols, c.Probability())}
	for _, p := range c.Parts() {
		if p.Odds != 0 {
			said = append(said, fmt.Sprintf("%+.2f %s: %.3g", p.Odds, p.Sign, p.Value))
		}
	}
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="none" stroke="%s" stroke-width="3" stroke-dasharray="9 6"><title>%s</title></rect>`+"\n",
		c.Box.Min.X, c.Box.Min.Y, c.Box.Dx(), c.Box.Dy(), colour, html.EscapeString(strings.Join(said, "\n")))
}

func drawTable(b *bytes.Buffer, read *reading.Table, t *tables.Table) {
	g := read.Grid
	for _, y := range g.RowLines {
		fmt.Fprintf(b, `<path d="M%.1f %.1fH%.1f" stroke="#f0f" stroke-opacity=".25"/>`+"\n", g.ColLines[0], y, g.ColLines[g.Cols])
	}
	for _, x := range g.ColLines {
		fmt.Fprintf(b, `<path d="M%.1f %.1fV%.1f" stroke="#f0f" stroke-opacity=".25"/>`+"\n", x, g.RowLines[0], g.RowLines[g.Rows])
	}
	reasons := make(map[[2]int][]string)
	keys := make(map[[2]int]string)
	for _, r := range t.Records {
		reasons[r.Cell], keys[r.Cell] = r.Reasons, r.Key
	}
	// A cell of a known form without rules takes the place of several.
	over := make(map[[2]int]*tables.Cell)
	for i := range t.Cells {
		c := &t.Cells[i]
		for r := range c.RowSpan {
			for k := range c.ColSpan {
				over[[2]int{c.Row + r, c.Col + k}] = c
			}
		}
	}
	for i, c := range g.Cells {
		cell := over[[2]int{c.Row, c.Col}]
		if cell == nil {
			continue
		}
		colour, fill := labelColour, 0.04
		if cell.Kind == tables.KindValue {
			colour = valueColour
		}
		if cell.Review {
			colour, fill = flagColour, 0.2
		}
		at := [2]int{cell.Row, cell.Col}
		fmt.Fprintf(b, `<g><title>%s</title>`, html.EscapeString(strings.Join(append([]string{
			fmt.Sprintf("row %d, column %d, confidence %.4f", cell.Row, cell.Col, cell.Confidence), keys[at]}, reasons[at]...), "\n")))
		fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="%s" fill-opacity="%g" stroke="%s"/>`,
			c.Box.Min.X, c.Box.Min.Y, c.Box.Dx(), c.Box.Dy(), colour, fill, colour)
		lines := strings.Split(cell.Text, "\n")
		for k, l := range read.Lines(i) {
			fmt.Fprintf(b, `<rect x="%d" y="%d" width="%d" height="%d" fill="none" stroke="%s" stroke-opacity=".5" stroke-dasharray="2"/>`, l.Box.Min.X, l.Box.Min.Y, l.Box.Dx(), l.Box.Dy(), colour)
			if k < len(lines) && lines[k] != "" {
				s := 0.45 * float64(l.Box.Dy())
				fmt.Fprintf(b, `<text x="%d" y="%.1f" font-size="%.1f" fill="%s" stroke="#fff" stroke-width="%.1f" paint-order="stroke">%s</text>`,
					l.Box.Min.X, float64(l.Box.Max.Y)+0.8*s, max(6, s), colour, 0.2*s, html.EscapeString(lines[k]))
			}
		}
		b.WriteString("</g>\n")
	}
	title := "no known form"
	if t.Form != nil {
		title = fmt.Sprintf("%s (%.3f)", *t.Form, t.FormConfidence)
	}
	if p := t.Continues; p != nil {
		title += fmt.Sprintf(", the rest of table %d in %s, page %d", p.Table+1, base(p.Path), p.Page)
	}
	if p := t.ContinuedBy; p != nil {
		title += fmt.Sprintf(", goes on in table %d in %s, page %d", p.Table+1, base(p.Path), p.Page)
	}
	fmt.Fprintf(b, `<text x="%.0f" y="%.0f" font-size="14" fill="#c0f" stroke="#fff" stroke-width="3" paint-order="stroke">%s</text>`+"\n", g.ColLines[0], max(12, g.RowLines[0]-4), html.EscapeString(title))
}
