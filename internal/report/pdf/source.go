package pdf

import (
	"fmt"
	"strings"

	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/tables"
)

// A Source is a PDF as a report.
type Source struct{ content content.Content }

// Content says what is in the PDF.
func (s *Source) Content() *content.Content { return &s.content }

// New makes a report of what a renderer found.
func New(f *File) *Source {
	s := &Source{content.Content{MediaType: "application/pdf", Title: content.Clean(f.Title), Pages: f.Total}}
	var outline content.Outline
	for i := range f.Pages {
		s.page(&f.Pages[i], &outline)
	}
	if n := len(f.Pages); n < f.Total {
		s.content.Warn("pages", n, f.Total)
	}
	s.content.Lines = outline.Lines()
	if s.content.Title == "" && len(s.content.Lines) > 0 {
		s.content.Title = s.content.Lines[0]
	}
	return s
}

// page adds what is on a page, from top to bottom.
func (s *Source) page(p *Page, outline *content.Outline) {
	if p.Err != "" {
		s.content.Items = append(s.content.Items, content.Item{At: fmt.Sprintf("page %d", p.Number), Page: p.Number, Heading: outline.Heading(),
			Picture: &content.Picture{Name: fmt.Sprintf("page-%d", p.Number), Failed: p.Err}})
		return
	}
	found, rest := tablesOf(p)
	if p.Busy {
		s.content.Warn("drawing", p.Number)
	}
	lines := rowsOf(rest)
	pictures := p.Pictures
	var loose []content.Text
	flush := func() {
		if len(loose) > 1 {
			s.content.Items = append(s.content.Items, content.Item{At: loose[0].At, Page: p.Number, Heading: outline.Heading(), Texts: loose})
		}
		loose = nil
	}
	for len(found)+len(lines)+len(pictures) > 0 {
		top := func(n int, y func() float64) float64 {
			if n == 0 {
				return p.Height + 1e6
			}
			return y()
		}
		table := top(len(found), func() float64 { return found[0].box[1] })
		picture := top(len(pictures), func() float64 { return pictures[0].Box[1] })
		text := top(len(lines), func() float64 { return lines[0].mid })
		switch {
		case text <= table && text <= picture:
			for _, piece := range pieces(lines[0], columnGap) {
				piece = content.Clean(piece)
				outline.Line(piece, false)
				loose = append(loose, content.Text{Text: piece, At: at(p.Number, boxOf(lines[0].chars))})
			}
			lines = lines[1:]
		case table <= picture:
			flush()
			g := found[0].grid
			b := found[0].box
			g.Box = &tables.Box{b[0], b[1], b.Width(), b.Height()}
			s.content.Items = append(s.content.Items, content.Item{At: at(p.Number, b), Page: p.Number, Heading: outline.Heading(), Table: g})
			outline.Past()
			found = found[1:]
		default:
			flush()
			pic := pictures[0]
			s.content.Items = append(s.content.Items, content.Item{At: at(p.Number, pic.Box), Page: p.Number, Heading: outline.Heading(),
				Picture: &content.Picture{Name: fmt.Sprintf("page-%d.png", p.Number), Data: pic.Data, Failed: pic.Err}})
			outline.Past()
			pictures = pictures[1:]
		}
	}
	flush()
}

func boxOf(chars []Char) Box {
	b := chars[0].Box
	for _, c := range chars {
		b = Box{min(b[0], c.Box[0]), min(b[1], c.Box[1]), max(b[2], c.Box[2]), max(b[3], c.Box[3])}
	}
	return b
}

// at is a place on a page: a box in points, left, top, width, height.
func at(page int, b Box) string {
	parts := make([]string, 4)
	for i, v := range [4]float64{b[0], b[1], b.Width(), b.Height()} {
		parts[i] = strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
	}
	return fmt.Sprintf("page %d, box %s", page, strings.Join(parts, " "))
}
