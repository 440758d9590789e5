// Package layout finds the tables of a picture: it straightens the page by the
// tables' own rules and returns each table as a grid of cells, with the lines
// of text in each. It knows geometry only, nothing of what is written. Where
// rules cannot be seen, white cells on a coloured ground, gaps in the text and
// how it is aligned tell of the cells.
//
// Rules are found as ridges: thin structures darker or lighter than both sides
// (morphological black hat and top hat), followed through the picture so that
// they may be faint, broken, dashed, slanted or bent.
package layout

import (
	"context"
	"image"
	"math"
	"slices"

	"gocv.io/x/gocv"
)

// A Page is a straightened picture and the tables on it. Positions on it are
// in its own pixels; Source takes them to the picture's. Close frees it.
type Page struct {
	Gray       gocv.Mat  // 8 bit, one channel; specks of dirt in the cells are wiped off
	Grids      []Grid    // in reading order
	LineHeight float64   // usual height of a line of text in the tables, pixels; 0 without text
	Contrast   float64   // of the tables' print, usually: the share it takes of its ground's light
	Turn       int       // degrees clockwise the picture was turned before all else: 0, 90, 180 or 270
	Skew       float64   // degrees; positive where the printed rows fall to the right
	Dewarped   bool      // perspective or bend was taken out
	Streaks    bool      // lines from border to border, such as folds, were taken off
	Broken     bool      // there are rules in pieces that account for more than the tables first found
	Left       []LeftOut // what may be a table, but was not made one
	Loose      []Cell    // of a page without tables, a few lines that are as short as labels, each with the room around it; in no row or column
	Sideways   bool      // there is no table, and its text seems to lie on its side
	Above      int       // full lines of text above the first table: at least half as wide as it
	Below      int       // full lines of text below the last table, likewise

	warps   warps
	picture image.Point // size before it was turned
	grain   int         // of the tables' ground, usually: how many grey levels it varies
}

// SetThreads bounds the threads that OpenCV uses in this process.
func SetThreads(n int) { gocv.SetNumThreads(n) }

// Close frees the page's pixels.
func (p *Page) Close() error { return p.Gray.Close() }

// Source returns where a page position lies on the picture, in its pixels.
func (p *Page) Source(x, y float64) (float64, float64) {
	v := p.unturn(p.warps.source(vec{x, y}))
	return v.x, v.y
}

// unturn takes a position on the turned picture to the picture as it came.
func (p *Page) unturn(v vec) vec {
	w, h := float64(p.picture.X), float64(p.picture.Y)
	switch p.Turn {
	case 90:
		return vec{v.y, h - v.x}
	case 180:
		return vec{w - v.x, h - v.y}
	case 270:
		return vec{w - v.y, v.x}
	}
	return v
}

// Illegible tells whether the print of the page's tables is too small to be read.
func (p *Page) Illegible() bool { return p.LineHeight > 0 && p.LineHeight < illegible }

// Picture is the size of the picture as it came, pixels.
func (p *Page) Picture() image.Point { return p.picture }

// Size is the page's extent in pixels.
func (p *Page) Size() image.Point { return image.Pt(p.Gray.Cols(), p.Gray.Rows()) }

// Analyze finds the tables of a grey picture after turning it by 0, 90, 180 or
// 270 degrees clockwise. It returns the error of ctx when that ends.
func Analyze(ctx context.Context, gray *image.Gray, turn int) (*Page, error) {
	return analyze(ctx, gray, turn, false)
}

// Expect is Analyze of a page that is known to have a table: what looks like a
// drawing, and any text in rows and columns, is one too.
func Expect(ctx context.Context, gray *image.Gray, turn int) (*Page, error) {
	return analyze(ctx, gray, turn, true)
}

// analyze is the table of stages: each makes something of what those before it
// made, and changes none of it.
func analyze(ctx context.Context, gray *image.Gray, turn int, expected bool) (*Page, error) {
	source, err := upright(gray, turn)
	if err != nil {
		return nil, err
	}
	size := image.Pt(source.Cols(), source.Rows())
	s, err := straightened(ctx, source)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	r, err := findLattice(ctx, s, expected)
	if err != nil {
		return nil, err
	}
	if w := levelled(r, s.size()); w != nil {
		// Nothing but its text tells how the page lies.
		if err := s.by(ctx, w); err != nil {
			return nil, err
		}
		s.skew = hundredth(s.skew)
		if r, err = findLattice(ctx, s, expected); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	open, columns := openTables(r.prints, strongOf(r.hor), strongOf(r.ver), expected)
	grids := outermost(slices.Concat(r.grids, open, thickNets(r.page, r.prints)))
	t := readLines(r.page, grids)
	grids = withCaptions(t.page, withCuts(t.page, t.grids, t.line, border{s.warps, size}), t.line)
	p := &Page{Grids: grids, LineHeight: t.line, Contrast: t.contrast, Turn: turn, Skew: s.skew, Dewarped: s.dewarped,
		Streaks: s.streaks, Broken: r.broken, Left: leavings(r, s.found.ver, grids, columns), warps: s.warps, picture: gray.Rect.Size(), grain: t.grain}
	if len(grids) == 0 {
		p.Loose = looseLabels(t.page, r.prints)
		p.Sideways = len(r.prints) == 1 && sideways(r.prints[0].marks, r.prints[0].height)
	}
	p.Above, p.Below = fullLines(r.prints, grids)
	if p.Gray, err = t.page.mat(); err != nil {
		return nil, err
	}
	return p, nil
}

// A lattice is what the page's rules tell.
type lattice struct {
	page     pixels
	hor, ver []rule
	grids    []Grid            // the tables that they make
	charts   []image.Rectangle // drawings with bars that were left out
	drawings []image.Rectangle // all grids that were left out as part of a drawing
	broken   bool              // there are rules in pieces that account for more than the tables first found
	prints   []print           // what stands above, between and below the tables
}

// findLattice finds the page's rules, the tables they make, and what is printed
// outside of these.
func findLattice(ctx context.Context, s *straight, expected bool) (*lattice, error) {
	m, err := newMeasured(s.gray, s.found)
	if err != nil {
		return nil, err
	}
	hor, ver, unsettled := m.rules(s.found)
	all := tablesFrom(slices.Clone(hor), slices.Clone(ver), m)
	var h, v []rule
	if unsettled {
		h, v = missed(m, all, hor, ver)
	}
	if len(h)+len(v) > 0 {
		hs, vs := slices.Concat(h, hor), slices.Concat(v, ver)
		if more := tablesFrom(slices.Clone(hs), slices.Clone(vs), m); better(m, more, all) {
			hor, ver, all = hs, vs, more
			for i := range all {
				all[i].broken = true
			}
		}
	}
	r := &lattice{page: m.page, grids: all}
	if !expected {
		r.grids, r.charts = withoutFigures(m.page, all)
	}
	r.drawings = netted(all, r.grids)
	// The bars of a chart have a colour, too, and white between them.
	grounds := slices.DeleteFunc(groundTables(m.page, r.grids), func(g Grid) bool {
		return slices.ContainsFunc(r.charts, g.Box.Overlaps)
	})
	r.grids = onGrounds(r.grids, grounds)
	made := slices.Concat(all, r.grids)
	// The pieces of rules beside a drawing alone are part of it.
	r.broken = slices.ContainsFunc(r.grids, func(g Grid) bool { return g.broken }) ||
		likeTable(lostOf(h, true, made), lostOf(v, false, made)) && (len(r.grids) > 0 || len(r.drawings) == 0)
	r.hor, r.ver = hor, ver
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	r.prints = printsOutside(r.page, r.taken(), s.found.hor)
	return r, nil
}

// strongOf are the rules that count by themselves.
func strongOf(rs []rule) []rule {
	return slices.DeleteFunc(slices.Clone(rs), func(r rule) bool { return r.weak })
}

// taken are the parts of the page that are taken by what its rules make: tables
// and charts, whose axes and bars have texts in rows and columns, too.
func (r *lattice) taken() []image.Rectangle {
	out := slices.Clone(r.charts)
	for _, g := range r.grids {
		out = append(out, g.Box)
	}
	return out
}

// levelled is the warp that levels a page of a size whose text alone tells how
// it lies; nil where it need not.
func levelled(r *lattice, size image.Point) *warp {
	if len(r.grids) > 0 || len(r.prints) != 1 {
		return nil
	}
	if d := textSkew(r.prints[0].marks, r.prints[0].height); math.Abs(d) >= minTextSkew {
		return turned(size, d)
	}
	return nil
}
