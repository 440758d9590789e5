package synth

import (
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"sync"
	"unicode"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
	"golang.org/x/image/vector"
)

// A typeface is a family in its two weights.
type typeface struct {
	family
	ascent  float64 // em, above the baseline
	descent float64 // em, below it
	digit   float64 // em, height of a 0

	paths [2]string // of the regular and the bold file; the latter may be empty
	files [2]*fontFile
	err   error // why a file could not be read
}

// weight is one of the files, read when it is first asked for. It is nil where
// the family has no such weight.
func (t *typeface) weight(bold bool) *fontFile {
	i := 0
	if bold {
		i = 1
	}
	if t.files[i] == nil && t.paths[i] != "" {
		f, err := openFont(t.paths[i], t.Face, t.Pixel)
		if err != nil {
			t.err = fmt.Errorf("font %s: %w", t.paths[i], err)
			t.paths[i] = ""
			f = &fontFile{}
		}
		t.files[i] = f
		if i == 0 {
			t.ascent, t.descent = f.extent()
			t.digit = f.height('0')
		}
	}
	return t.files[i]
}

// has tells whether the typeface can print a character.
func (t *typeface) has(r rune) bool { return t.weight(false).outline(r).there }

// A fontFile is one weight of a family: outlines or a bitmap for each
// character.
type fontFile struct {
	face    *font.Face
	bitmaps *bitmapFont // where face is nil
	glyphs  map[rune]*outline
}

// An outline is a glyph as the font file has it.
type outline struct {
	there    bool    // whether the font has the character
	advance  float64 // em
	segments []font.Segment
}

// opened has every font that was read, for all generators: a Chinese font
// takes a third of a second and 100 MB.
var opened = struct {
	sync.Mutex
	fonts map[string]*font.Font
}{fonts: make(map[string]*font.Font)}

// openFont reads a file: face is which font of a collection, pixel the size of
// a bitmap font.
func openFont(path string, face, pixel int) (*fontFile, error) {
	f := &fontFile{glyphs: make(map[rune]*outline)}
	if filepath.Ext(path) == ".pcf" {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		f.bitmaps, err = readPCF(data, pixel)
		return f, err
	}
	opened.Lock()
	defer opened.Unlock()
	key := fmt.Sprint(path, "#", face)
	if opened.fonts[key] == nil {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		all, err := opentype.NewLoaders(file)
		if err != nil {
			return nil, err
		}
		if face >= len(all) {
			return nil, fmt.Errorf("the collection has %d fonts, not %d", len(all), face+1)
		}
		if opened.fonts[key], err = font.NewFont(all[face]); err != nil {
			return nil, err
		}
	}
	f.face = font.NewFace(opened.fonts[key])
	return f, nil
}

// extent is how far the font reaches above and below the baseline, in em.
func (f *fontFile) extent() (ascent, descent float64) {
	if f.bitmaps != nil {
		h := float64(f.bitmaps.size)
		return float64(f.bitmaps.ascent) / h, float64(f.bitmaps.descent) / h
	}
	if f.face == nil {
		return 0.88, 0.12
	}
	e, ok := f.face.FontHExtents()
	if !ok {
		return 0.88, 0.12
	}
	em := float64(f.face.Upem())
	// Some fonts leave room for scripts that no table has.
	return min(float64(e.Ascender)/em, 1.1), min(-float64(e.Descender)/em, 0.4)
}

// outline returns a glyph, which is not there where the font lacks it.
func (f *fontFile) outline(r rune) *outline {
	if g := f.glyphs[r]; g != nil {
		return g
	}
	g := new(outline)
	switch {
	case f.bitmaps != nil:
		if b, ok := f.bitmaps.glyphs[r]; ok {
			g.there, g.advance = true, float64(b.advance)/float64(f.bitmaps.size)
		}
	case f.face != nil:
		id, ok := f.face.NominalGlyph(r)
		if !ok || id == 0 {
			break
		}
		o, ok := f.face.GlyphDataOutline(id)
		if !ok || len(o.Segments) == 0 && !unicode.IsSpace(r) {
			break // a damaged or empty glyph is as good as none
		}
		em := float64(f.face.Upem())
		g.there, g.advance, g.segments = true, float64(f.face.HorizontalAdvance(id))/em, o.Segments
	default:
		return g
	}
	f.glyphs[r] = g
	return g
}

// height is how far a character reaches above the baseline, in em.
func (f *fontFile) height(r rune) float64 {
	top := float32(0)
	g := f.outline(r)
	for i := range g.segments {
		for _, p := range g.segments[i].ArgsSlice() {
			top = max(top, p.Y)
		}
	}
	if f.face == nil {
		return 0
	}
	return float64(top) / float64(f.face.Upem())
}

// unit is the size of the outlines' em square.
func (f *fontFile) unit() float64 { return float64(f.face.Upem()) }

// A matrix places an outline, whose y grows upwards, on a page, whose y grows
// downwards: x' = a·x + c·y + tx, y' = b·x + d·y + ty.
type matrix struct{ a, b, c, d, tx, ty float64 }

// upright scales an em to a size in pixels, at a fraction of a pixel.
func upright(size, fx, fy float64) matrix { return matrix{size, 0, 0, -size, fx, fy} }

// of is the matrix for outlines in a font's units.
func (m matrix) of(f *fontFile) matrix {
	k := 1 / f.unit()
	return matrix{m.a * k, m.b * k, m.c * k, m.d * k, m.tx, m.ty}
}

func (m matrix) apply(p opentype.SegmentPoint) (x, y float64) {
	px, py := float64(p.X), float64(p.Y)
	return m.a*px + m.c*py + m.tx, m.b*px + m.d*py + m.ty
}

// A mask is a glyph in pixels: how much of each it covers.
type mask struct {
	image.Alpha
	origin image.Point // of the glyph's origin within the mask
}

// A pen turns outlines into masks. The zero value is ready to use; it is not
// safe for concurrent use.
type pen struct {
	raster vector.Rasterizer
}

// mask draws an outline. Bold is how many pixels it is smeared to the right.
func (p *pen) mask(g *outline, m matrix, bold float64) *mask {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for i := range g.segments {
		for _, pt := range g.segments[i].ArgsSlice() {
			x, y := m.apply(pt)
			x0, x1 = min(x0, x), max(x1, x)
			y0, y1 = min(y0, y), max(y1, y)
		}
	}
	if x0 > x1 {
		return &mask{}
	}
	ox, oy := math.Floor(x0)-1, math.Floor(y0)-1
	w, h := int(math.Ceil(x1+bold)-ox)+1, int(math.Ceil(y1)-oy)+1
	p.raster.Reset(w, h)
	p.add(g, m, -ox, -oy)
	if bold > 0 {
		p.add(g, m, -ox+bold/2, -oy)
		p.add(g, m, -ox+bold, -oy)
	}
	a := image.NewAlpha(image.Rect(0, 0, w, h))
	p.raster.Draw(a, a.Rect, image.Opaque, image.Point{})
	return &mask{*a, image.Pt(int(-ox), int(-oy))}
}

func (p *pen) add(g *outline, m matrix, dx, dy float64) {
	m.tx += dx
	m.ty += dy
	at := func(pt opentype.SegmentPoint) (float32, float32) {
		x, y := m.apply(pt)
		return float32(x), float32(y)
	}
	open := false
	for _, s := range g.segments {
		ax, ay := at(s.Args[0])
		switch s.Op {
		case opentype.SegmentOpMoveTo:
			if open {
				p.raster.ClosePath()
			}
			p.raster.MoveTo(ax, ay)
			open = true
		case opentype.SegmentOpLineTo:
			p.raster.LineTo(ax, ay)
		case opentype.SegmentOpQuadTo:
			bx, by := at(s.Args[1])
			p.raster.QuadTo(ax, ay, bx, by)
		case opentype.SegmentOpCubeTo:
			bx, by := at(s.Args[1])
			cx, cy := at(s.Args[2])
			p.raster.CubeTo(ax, ay, bx, by, cx, cy)
		}
	}
	if open {
		p.raster.ClosePath()
	}
}
