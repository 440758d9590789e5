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
	"fmt"
	"image"
	"math"
	"slices"

	"gocv.io/x/gocv"
)

// A Page is a straightened picture and the tables on it. Positions on it are
// in its own pixels; Source takes them to the picture's. Close frees it.
type Page struct {
	Gray       gocv.Mat // 8 bit, one channel; specks of dirt in the cells are wiped off
	Grids      []Grid   // in reading order
	LineHeight float64  // usual height of a line of text in the tables, pixels; 0 without text
	Contrast   float64  // of the tables' print, usually: the share it takes of its ground's light
	Turn       int      // degrees clockwise the picture was turned before all else: 0, 90, 180 or 270
	Skew       float64  // degrees; positive where the printed rows fall to the right
	Dewarped   bool     // perspective or bend was taken out
	Streaks    bool     // lines from border to border, such as folds, were taken off
	Broken     bool     // there are rules in pieces that account for more than the tables first found
	Figures    int      // drawings with rules like those of a table that were left out
	Columns    bool     // some text in rows and columns was not taken for a table
	Loose      []Cell   // of a page without tables, a few lines that are as short as labels, each with the room around it; in no row or column
	Sideways   bool     // there is no table, and its text seems to lie on its side
	Above      int      // full lines of text above the first table: at least half as wide as it
	Below      int      // full lines of text below the last table, likewise

	charts  []image.Rectangle // left out
	around  float64           // share of the page that is outside of the picture
	warps   []*warp           // applied last to first
	picture image.Point       // size before it was turned
	grain   int               // of the tables' ground, usually: how many grey levels it varies

	expected bool // it is known to have a table
}

// SetThreads bounds the threads that OpenCV uses in this process.
func SetThreads(n int) { gocv.SetNumThreads(n) }

// Close frees the page's pixels.
func (p *Page) Close() error { return p.Gray.Close() }

// Source returns where a page position lies on the picture, in its pixels.
func (p *Page) Source(x, y float64) (float64, float64) {
	v := p.unturn(p.source(vec{x, y}))
	return v.x, v.y
}

func (p *Page) source(v vec) vec {
	for i := len(p.warps) - 1; i >= 0; i-- {
		v = p.warps[i].source(v)
	}
	return v
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

// Size is the page's extent in pixels.
func (p *Page) Size() image.Point { return image.Pt(p.Gray.Cols(), p.Gray.Rows()) }

// maxStraighten bounds how often the page is straightened: once by the rules
// as photographed, once more by what the first left.
const maxStraighten = 2

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

func analyze(ctx context.Context, gray *image.Gray, turn int, expected bool) (*Page, error) {
	size := gray.Rect.Size()
	if size.X < 1 || size.Y < 1 {
		return nil, fmt.Errorf("layout: a picture of %d×%d pixels", size.X, size.Y)
	}
	pix := gray.Pix
	if gray.Stride != size.X || len(pix) != size.X*size.Y {
		pix = make([]uint8, size.X*size.Y)
		for y := range size.Y {
			copy(pix[y*size.X:(y+1)*size.X], gray.Pix[y*gray.Stride:])
		}
	}
	source, err := gocv.NewMatFromBytes(size.Y, size.X, gocv.MatTypeCV8UC1, pix)
	if err != nil {
		return nil, fmt.Errorf("layout: %w", err)
	}
	defer func() { source.Close() }()
	if code, ok := turns[turn]; ok {
		turned := gocv.NewMat()
		gocv.Rotate(source, &turned, code)
		source.Close()
		source = turned
	}
	p := &Page{Gray: source.Clone(), Turn: turn, picture: size, expected: expected}
	done := false
	defer func() {
		if !done {
			p.Close()
		}
	}()
	found, err := traceRules(ctx, p.Gray, 0)
	if err != nil {
		return nil, err
	}
	defer func() {
		if found != nil {
			found.Close()
		}
	}()
	if p.Streaks = withoutStreaks(&p.Gray, found); p.Streaks {
		source.Close()
		source = p.Gray.Clone()
		found.Close()
		found = nil
	}
	for range maxStraighten {
		if found == nil {
			if found, err = traceRules(ctx, p.Gray, p.around); err != nil {
				return nil, err
			}
		}
		w := estimate(found.hor, found.ver, p.Size())
		if w == nil {
			break
		}
		found.Close()
		found = nil
		p.warps = append(p.warps, w)
		if len(p.warps) == 1 {
			p.Skew = w.skew
		} else {
			p.Skew += w.skew
		}
		p.Dewarped = p.Dewarped || w.projective
		straight, around := apply(source, w.size, p.source)
		p.around = around
		p.Gray.Close()
		p.Gray = straight
	}
	if found == nil {
		if found, err = traceRules(ctx, p.Gray, p.around); err != nil {
			return nil, err
		}
	}
	p.Skew = math.Round(p.Skew*100) / 100

	hor, ver, px, err := p.findRuled(ctx, found)
	if err != nil {
		return nil, err
	}
	prints := printsOutside(px, p.ruled(), found.hor)
	if w := p.levelled(prints); w != nil {
		// Nothing but its text tells how the page lies.
		p.warps = append(p.warps, w)
		p.Skew = math.Round((p.Skew+w.skew)*100) / 100
		straight, around := apply(source, w.size, p.source)
		p.around = around
		p.Gray.Close()
		p.Gray = straight
		found.Close()
		if found, err = traceRules(ctx, p.Gray, p.around); err != nil {
			return nil, err
		}
		if hor, ver, px, err = p.findRuled(ctx, found); err != nil {
			return nil, err
		}
		prints = printsOutside(px, p.ruled(), found.hor)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	open, doubtful := openTables(prints, hor, ver, p.expected)
	if len(open) > 0 {
		p.Grids = outermost(append(p.Grids, open...))
	}
	p.Columns = len(p.Grids) == 0 && doubtful > 0
	if len(p.Grids) == 0 {
		p.Loose = looseLabels(px, prints)
	}
	p.Sideways = len(p.Grids) == 0 && len(prints) == 1 && sideways(prints[0].marks, prints[0].height)
	p.LineHeight, p.Contrast, p.grain = readLines(px, p.Grids)
	findCut(px, p.Grids, p.LineHeight)
	findCaptions(px, p.Grids, p.LineHeight)
	p.Above, p.Below = fullLines(prints, p.Grids)
	done = true
	return p, nil
}

// findRuled finds the page's rules and the tables they make.
func (p *Page) findRuled(ctx context.Context, found *tracing) (hor, ver []rule, px pixels, err error) {
	m, err := newMeasured(p.Gray, found)
	if err != nil {
		return nil, nil, pixels{}, err
	}
	hor, ver, unsettled := m.rules(found)
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
	made := slices.Clone(all)
	n := netted(all)
	p.Grids = all
	if !p.expected {
		p.Grids, p.charts = withoutFigures(m.page, all)
	}
	p.Figures = n - netted(p.Grids)
	// The bars of a chart have a colour, too, and white between them.
	grounds := slices.DeleteFunc(groundTables(m.page, p.Grids), func(g Grid) bool {
		return slices.ContainsFunc(p.charts, g.Box.Overlaps)
	})
	p.Grids = onGrounds(p.Grids, grounds)
	made = append(made, p.Grids...)
	// The pieces of rules beside a drawing alone are part of it.
	p.Broken = slices.ContainsFunc(p.Grids, func(g Grid) bool { return g.broken }) ||
		likeTable(lostOf(h, true, made), lostOf(v, false, made)) && (len(p.Grids) > 0 || p.Figures == 0)
	weak := func(r rule) bool { return r.weak }
	return slices.DeleteFunc(hor, weak), slices.DeleteFunc(ver, weak), m.page, ctx.Err()
}

// levelled is the warp that levels a page whose text alone tells how it lies;
// nil where it need not.
func (p *Page) levelled(prints []print) *warp {
	if len(p.Grids) > 0 || len(prints) != 1 {
		return nil
	}
	if d := textSkew(prints[0].marks, prints[0].height); math.Abs(d) >= minTextSkew {
		return turned(p.Size(), d)
	}
	return nil
}

// strongLength is how long a rule must be, in pixels, to count by itself.
func strongLength(size image.Point) float64 {
	return max(36, 0.025*min(float64(max(size.X, size.Y)), 1.4*float64(min(size.X, size.Y))))
}

func newMeasured(gray gocv.Mat, found *tracing) (*measured, error) {
	px, err := gray.DataPtrUint8()
	if err != nil {
		return nil, fmt.Errorf("layout: %w", err)
	}
	size := image.Pt(gray.Cols(), gray.Rows())
	return &measured{size, found.ridgesHor, found.ridgesVer, found.dark, newPixels(px, size)}, nil
}

// rules takes what of the followed traces can be rules on the straight page.
// Unsettled tells whether so many of them look like rules, but broken ones, that
// it is worth while to look for these.
func (m *measured) rules(found *tracing) (hor, ver []rule, unsettled bool) {
	strong := strongLength(m.size)
	hor, unsettledHor := m.toRules(true, found.hor, strong)
	ver, unsettledVer := m.toRules(false, found.ver, strong)
	hor, ver = m.withoutColumns(true, hor, ver), m.withoutColumns(false, ver, hor)
	// Columns of digits are even, too, but not for so many dashes, and what the
	// compression draws is faint.
	const many = 20
	sure := slices.DeleteFunc(slices.Clone(ver), func(r rule) bool { return r.beat*many > r.length() || r.tone < faint })
	return alike(hor, slices.Concat(hor, ver)), alike(ver, slices.Concat(hor, sure)), unsettledHor || unsettledVer
}

func (m *measured) toRules(horizontal bool, ts []trace, strong float64) (out []rule, unsettled bool) {
	var broken, sure float64
	for i := range ts {
		t := &ts[i]
		r, ok := m.toRule(horizontal, t, strong)
		if ok {
			out = append(out, r)
		}
		switch {
		case t.length() < strong:
		case ok && !r.doubtful:
			sure += t.length()
		case m.likeBroken(horizontal, t, &r):
			broken += t.length()
		}
	}
	return out, broken > 0.02*sure
}

// tracing is what was followed on one version of the page.
type tracing struct {
	hor, ver             []trace
	ridgesHor, ridgesVer *ridges // ridgesHor is of the transposed page
	dark                 bool    // most of the page is dark
}

func (t *tracing) Close() {
	t.ridgesHor.Close()
	t.ridgesVer.Close()
}

// minTrace is the shortest piece of a rule that is followed, pixels.
const minTrace = 9

// traceRules follows the rules of a page, a share of which lies around the
// picture.
func traceRules(ctx context.Context, gray gocv.Mat, around float64) (*tracing, error) {
	turned := gocv.NewMat()
	defer turned.Close()
	gocv.Transpose(gray, &turned)
	shaded, dark := shares(gray)
	// Where there is print on a shade, light rules are looked for.
	lights := shaded > minLights
	t := &tracing{dark: dark > 0.5, ridgesHor: newRidges(turned, lights, around), ridgesVer: newRidges(gray, lights, around)}
	t.hor, t.ver = t.ridgesHor.follow(false, minTrace), t.ridgesVer.follow(false, minTrace)
	if lights {
		t.hor = append(t.hor, t.ridgesHor.follow(true, minTrace)...)
		t.ver = append(t.ver, t.ridgesVer.follow(true, minTrace)...)
	}
	if err := ctx.Err(); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}
