// Package layout finds the tables of a picture: it straightens the page by the
// tables' own rules and returns each table as a grid of cells, with the lines
// of text in each. It is the order of its stages; each of them is a package of
// its own below: ink, seal, straighten, rulemap, ruling, grid, borderless.
//
// It must not know how a stage does its work, nor anything of what is written.
package layout

import (
	"context"
	"image"
	"slices"

	"github.com/biaoge/biaoge/layout/borderless"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
	"github.com/biaoge/biaoge/layout/straighten"
	"gocv.io/x/gocv"
)

// A Page is a straightened picture and the tables on it. Positions on it are in its own
// pixels, x right and y down; Source takes them to the picture's. Close frees it.
type Page struct {
	Gray        gocv.Mat         // 8 bit, one channel; specks of dirt in the cells are wiped off
	Grids       []grid.Grid      // in reading order
	LineHeight  float64          // usual height of a line of text in the tables, pixels; 0 without text
	PrintHeight float64          // the same in pixels of the picture as it came, or of the page where these are fewer: what there is to read
	Contrast    float64          // usual contrast of the tables' print (ink.Contrast), 0 to 1
	Turn        int              // degrees clockwise the picture was turned before all else: 0, 90, 180 or 270
	Skew        float64          // degrees; positive where the printed rows fall to the right
	Dewarped    bool             // perspective or bend was taken out
	Streaks     bool             // lines from border to border, such as folds, were taken off
	Broken      bool             // there are rules in pieces that account for more than the tables first found
	Left        []grid.LeftOut   // what may be a table, but was not made one
	Candidates  []grid.Candidate // what was asked whether it is a table
	Loose       []grid.Cell      // of a page without tables: a few lines of text that are as short as labels, each as a cell with the room around it, of no row or column
	Sideways    bool             // there is no table, and its text seems to lie on its side
	Above       int              // how many lines of text stand above the first table that are at least half as wide as it
	Below       int              // likewise, below the last table

	warps   straighten.Warps
	picture image.Point // size before it was turned
	scale   scale       // from what was straightened to it
	words   float64     // usual height of the words outside of tables where they are lowest, pixels; 0 without any
	grain   int         // of the tables' ground, usually: how many grey levels it varies
}

// SetThreads bounds how many threads OpenCV uses in this process, for all pages.
func SetThreads(n int) { gocv.SetNumThreads(n) }

// Close frees the page's pixels.
func (p *Page) Close() error { return p.Gray.Close() }

// Source returns where a position on the page lies on the picture as it came, in its
// pixels.
func (p *Page) Source(x, y float64) (float64, float64) {
	x, y = p.warps.Source(x, y)
	return p.unturn(x*p.scale.x, y*p.scale.y)
}

// unturn takes a position on the turned picture to the picture as it came.
func (p *Page) unturn(x, y float64) (float64, float64) {
	w, h := float64(p.picture.X), float64(p.picture.Y)
	switch p.Turn {
	case 90:
		return y, h - x
	case 180:
		return w - x, h - y
	case 270:
		return w - y, x
	}
	return x, y
}

// Illegible tells whether the print of the page's tables is too small to be read: lower
// than ink.Illegible.
func (p *Page) Illegible() bool { return p.PrintHeight > 0 && p.PrintHeight < ink.Illegible }

// Picture is the size of the picture as it came, pixels.
func (p *Page) Picture() image.Point { return p.picture }

// Size is the page's extent in pixels.
func (p *Page) Size() image.Point { return image.Pt(p.Gray.Cols(), p.Gray.Rows()) }

// Analyze finds the tables of a grey picture after turning it by 0, 90, 180 or 270 degrees
// clockwise. A picture without tables gives a page without them, which is no error. It
// returns the error of ctx when that ends, and otherwise fails only with OpenCV. The
// caller closes the page. It may be called from several goroutines.
func Analyze(ctx context.Context, gray *image.Gray, turn int) (*Page, error) {
	return analyze(ctx, gray, turn, byRules)
}

// Expect is Analyze of a page that is known to have a table: what looks like a drawing,
// and any text in rows and columns, is taken for a table, too.
func Expect(ctx context.Context, gray *image.Gray, turn int) (*Page, error) {
	return analyze(ctx, gray, turn, anything)
}

// Aligned is Analyze of a page whose rules part no cells, such as folds and those of a heading: its
// tables are told by how their text is aligned alone.
func Aligned(ctx context.Context, gray *image.Gray, turn int) (*Page, error) {
	return analyze(ctx, gray, turn, byText)
}

// A sought is what a page is looked through for.
type sought int

const (
	byRules  sought = iota // tables that rules make, and outside of these text in rows and columns
	byText                 // text in rows and columns, whatever rules run among it
	anything               // as byRules, and what would be taken for a drawing or for prose as well
)

// analyze makes large print smaller, unless that of the tables is small.
func analyze(ctx context.Context, gray *image.Gray, turn int, what sought) (*Page, error) {
	picture, err := upright(gray, turn)
	if err != nil {
		return nil, err
	}
	source, by, err := reduced(picture)
	if err != nil {
		return nil, err
	}
	p, err := analyzed(ctx, source, by, what)
	if err == nil && by != (scale{1, 1}) && p.LowPrint() {
		p.Close()
		if picture, err = upright(gray, turn); err != nil {
			return nil, err
		}
		p, err = analyzed(ctx, picture, scale{1, 1}, what)
	}
	if err != nil {
		return nil, err
	}
	p.Turn, p.picture = turn, gray.Rect.Size()
	return p, nil
}

// Rescaled is Analyze of a picture made so many times larger, as OtherScales says.
func Rescaled(ctx context.Context, gray *image.Gray, turn int, times float64) (*Page, error) {
	picture, err := upright(gray, turn)
	if err != nil {
		return nil, err
	}
	source, by, err := rescaled(picture, times)
	if err != nil {
		return nil, err
	}
	p, err := analyzed(ctx, source, by, byRules)
	if err != nil {
		return nil, err
	}
	p.Turn, p.picture = turn, gray.Rect.Size()
	return p, nil
}

// analyzed is the table of stages: each makes something of what those before it made, and
// changes none of it. It takes the picture over; by is how many pixels of the picture as it
// came one of its pixels is. How the picture was turned is not on its page.
func analyzed(ctx context.Context, source gocv.Mat, by scale, what sought) (*Page, error) {
	size := image.Pt(source.Cols(), source.Rows())
	s, err := straighten.ByRules(ctx, source, min(by.x, by.y))
	if err != nil {
		return nil, err
	}
	defer s.Close()
	r, prints, err := findRuled(ctx, s, what)
	if err != nil {
		return nil, err
	}
	if len(r.Grids) == 0 && len(prints) == 1 {
		// Nothing but its text tells how the page lies.
		askew, err := s.ByText(ctx, prints[0].Marks, prints[0].Height)
		if err == nil && askew {
			r, prints, err = findRuled(ctx, s, what)
		}
		if err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r, found := openTables(r, s.Found.Hor, prints, what == anything)
	prints = found.prints
	grids := grid.Outermost(slices.Concat(r.Grids, found.grids))
	t, err := readLines(ctx, r.Page, grids)
	if err != nil {
		return nil, err
	}
	grids = withCaptions(t.page, withCuts(t.page, t.grids, t.height, border{s.Warps, size}), t.height)
	grids = withRowsBeside(t.page, grids, t.height)
	p := &Page{Grids: grids, LineHeight: t.height, PrintHeight: by.ofPrint(t.height), Contrast: t.contrast, Skew: s.Skew, Dewarped: s.Dewarped,
		Streaks: s.Streaks, Broken: r.InPieces(len(grids)), warps: s.Warps, scale: by, grain: t.grain}
	if len(grids) == 0 {
		p.Loose = looseLabels(t.page, prints)
		p.Sideways = len(prints) == 1 && straighten.Sideways(prints[0].Marks, prints[0].Height)
	}
	// No table is sought beside another, but text in columns there is said.
	sides := borderless.AtSides(r.Page, r.Taken(), s.Found.Hor)
	aside, asked := borderless.Tables(sides, ruling.StrongOf(r.Hor), ruling.StrongOf(r.Ver), false)
	columns := inDoubt(slices.Concat(found.asked, asked))
	for _, g := range aside {
		columns = append(columns, g.Box)
	}
	other := elsewhere(slices.Concat(prints, sides), columns)
	if s.Found.Over && len(grids) == 0 {
		other.Over = append(other.Over, image.Rectangle{Max: image.Pt(t.page.W, t.page.H)})
	}
	p.Left = grid.Leavings(r, grids, other)
	p.Candidates = slices.Concat(r.Candidates, found.asked)
	p.Above, p.Below = fullLines(prints, grids)
	for i := range prints {
		if h := prints[i].Height; p.words == 0 || h > 0 && h < p.words {
			p.words = h
		}
	}
	if p.Gray, err = t.page.Mat(); err != nil {
		return nil, err
	}
	return p, nil
}

// findRuled finds the tables that the page's rules make, if these are sought, and what is
// printed outside of them.
func findRuled(ctx context.Context, s *straighten.Straight, what sought) (*grid.Lattice, []borderless.Print, error) {
	m, err := s.Measured(ctx)
	if err != nil {
		return nil, nil, err
	}
	l, err := grid.Find(ctx, m, what == anything)
	if err != nil {
		return nil, nil, err
	}
	if what == byText {
		l, _ = l.Without(func(grid.Grid) bool { return true })
	}
	return l, borderless.Outside(l.Page, l.Taken(), s.Found.Hor), nil
}

// elsewhere is what stands outside of tables and tells of others there.
func elsewhere(prints []borderless.Print, columns []image.Rectangle) grid.Elsewhere {
	o := grid.Elsewhere{Columns: columns}
	for i := range prints {
		o.Words = append(o.Words, prints[i].Boxes()...)
		if prints[i].Over {
			o.Over = append(o.Over, prints[i].Box)
		}
	}
	return o
}
