package htmlpage

import (
	"slices"

	"github.com/biaoge/biaoge/export"
	"github.com/biaoge/biaoge/internal/report/charset"
	"github.com/biaoge/biaoge/internal/report/content"
)

// Replace puts tables in the place of pictures.
func (p *Page) Replace(with map[int]content.Replacement) ([]byte, error) {
	var splices []charset.Splice
	for i, r := range with {
		t := p.tags[i]
		if t.to == t.from || len(r.Tables) == 0 {
			continue // of a frame
		}
		keep := t.keep
		if r.Drop {
			keep = ""
		}
		splices = append(splices, charset.Splice{From: t.from, To: t.to, With: export.Fragment(r.Language, r.Tables, r.Name, keep)})
	}
	slices.SortFunc(splices, func(a, b charset.Splice) int { return a.From - b.From })
	return p.text.Replace(splices), nil
}

// Place is where an item's tag stands in the text and what of it is kept, for
// formats that have HTML in them.
func (p *Page) Place(item int) (from, to int, keep string) {
	t := p.tags[item]
	return t.from, t.to, t.keep
}
