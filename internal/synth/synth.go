// Package synth makes pictures of tables with the truth of what is printed in
// them: what confidence is calibrated with and the program is measured against.
// (What the line readers are trained on is drawn by models/train/lines.py.)
//
//	g, err := synth.New(synth.Options{Seed: 1, Kinds: synth.Kinds()})
//	if err != nil { … }
//	p, err := g.Picture(0) // p.Data is a file, p.Truth a line of truth.jsonl
//
// A picture depends on the seed, its kind, its number and the installed fonts,
// and on nothing else: not on which pictures were made before it, nor on the
// other kinds asked for. The same program on the same kind of processor gives
// the same bytes.
//
// It must not know how any of it is read.
package synth

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"slices"

	"github.com/biaoge/biaoge/tables"
)

// Options say what a Generator makes.
type Options struct {
	Seed  uint64
	Kinds []Kind // in turn; all where it is empty
	Fonts Split  // All where it is empty
	Forms []*tables.Form
	Dirs  []string // where fonts are; FontDirs where it is empty
}

// A Generator makes pictures. It is not safe for concurrent use: make one for
// each goroutine.
type Generator struct {
	seed  uint64
	kinds []Kind
	forms []*tables.Form
	fonts *fontSet
	pen   pen
}

// New makes a generator. It fails with ErrNoFonts where no font is installed,
// and says what to install.
func New(o Options) (*Generator, error) {
	g := &Generator{seed: o.Seed, kinds: o.Kinds, forms: o.Forms}
	if len(g.kinds) == 0 {
		g.kinds = Kinds()
	}
	for _, k := range g.kinds {
		if recipeOf(k) == nil {
			return nil, fmt.Errorf("no kind of picture is called %q; there are %v", k, Kinds())
		}
	}
	if len(g.forms) == 0 {
		g.forms = tables.EmbeddedForms()
	}
	if o.Fonts == "" {
		o.Fonts = All
	}
	if len(o.Dirs) == 0 {
		o.Dirs = FontDirs
	}
	var err error
	g.fonts, err = findFonts(o.Fonts, o.Dirs)
	return g, err
}

// A Picture is an encoded picture and what is printed in it.
type Picture struct {
	Truth
	Pages []Truth // of the pages after the first
	Data  []byte  // PNG, JPEG, or a TIFF of several pages
}

// turn is the kind of the i-th picture, and how many of it come before.
func (g *Generator) turn(i int) (kind Kind, before int) {
	round, at := i/len(g.kinds), i%len(g.kinds)
	kind = g.kinds[at]
	among := func(kinds []Kind) (n int) {
		for _, k := range kinds {
			if k == kind {
				n++
			}
		}
		return n
	}
	return kind, round*among(g.kinds) + among(g.kinds[:at])
}

// Picture makes the i-th picture, from 0: the kinds take turns. One that is named twice has two.
func (g *Generator) Picture(i int) (*Picture, error) {
	kind, n := g.turn(i)
	h := fnv.New64a()
	fmt.Fprintf(h, "%s %d", kind, n)
	r := rand.New(rand.NewPCG(g.seed, h.Sum64()))
	s := recipeOf(kind).make(g, r)
	if err := g.fonts.err(); err != nil {
		return nil, err
	}
	p := new(Picture)
	ext, err := s.encode(&p.Data)
	id := fmt.Sprintf("%s-%04d", kind, n)
	if err != nil {
		return nil, fmt.Errorf("encoding %s: %w", id, err)
	}
	p.Truth = s.truth(id, kind, id+ext)
	for page := s.next; page != nil; page = page.next {
		t := page.truth(id, kind, id+ext)
		t.Page = len(p.Pages) + 2
		p.Pages = append(p.Pages, t)
	}
	return p, nil
}

// truth is what the truth file says of a page.
func (s *shot) truth(id string, kind Kind, file string) Truth {
	p := Truth{
		ID: id, Set: kind, Turn: s.turn, Scale: s.scale, File: file,
		Tables: []TruthTable{}, Size: [2]int{s.Rect.Dx(), s.Rect.Dy()}, Notes: s.notes,
	}
	for _, t := range s.tables {
		p.Tables = append(p.Tables, t.truth(s.to, s.covers))
		for _, c := range t.cells {
			for _, r := range c.text {
				if f := c.style.stack.face(r); f != nil && !slices.Contains(p.Fonts, f.Family) {
					p.Fonts = append(p.Fonts, f.Family)
				}
			}
		}
	}
	return p
}

// encoding says how a shot is written.
type encoding struct {
	png     bool
	tiff    bool // with the pages that follow
	quality int  // of the JPEG
}

// encode writes the picture as its notes of colour allow and returns the
// file's extension.
func (s *shot) encode(data *[]byte) (string, error) {
	if stored := map[int]int{3: 180, 6: 270, 8: 90}[s.orientation]; stored != 0 {
		lying := *s
		lying.quarter(stored)
		s = &lying
	}
	if s.as.tiff {
		var pages []image.Image
		for p := s; p != nil; p = p.next {
			pages = append(pages, p.image())
		}
		var err error
		*data, err = encodeTIFF(pages)
		return ".tiff", err
	}
	img := s.image()
	buf := new(bytes.Buffer)
	var err error
	ext := ".jpg"
	if s.as.png {
		ext = ".png"
		e := png.Encoder{CompressionLevel: png.BestSpeed}
		err = e.Encode(buf, img)
	} else {
		err = jpeg.Encode(buf, img, &jpeg.Options{Quality: s.as.quality})
	}
	*data = buf.Bytes()
	if s.orientation > 0 && err == nil {
		*data = slices.Insert(*data, 2, exif(byte(s.orientation))...)
	}
	return ext, err
}

// image is the picture with as much colour as it is to be written with.
func (s *shot) image() image.Image {
	switch {
	case s.bits:
		return s.reduced(image.NewPaletted(s.Rect, color.Palette{color.Black, color.White}))
	case s.grey:
		return s.reduced(image.NewGray(s.Rect))
	}
	return s.RGBA
}

// exif is a JPEG segment with nothing but an orientation.
func exif(orientation byte) []byte {
	return []byte{0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0,
		'M', 'M', 0, 42, 0, 0, 0, 8, // big endian; the directory starts at 8
		0, 1, // with one entry:
		1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, // the orientation, a short
		0, 0, 0, 0, // and no other directory
	}
}

// reduced copies the red of every pixel, which is its grey, to a picture of a
// byte for each: the level, or 1 for white in a picture of two colours.
func (s *shot) reduced(to image.Image) image.Image {
	put := func(pix []uint8, stride int, f func(uint8) uint8) {
		for y := range s.Rect.Dy() {
			src, dst := s.Pix[y*s.Stride:], pix[y*stride:]
			for x := range s.Rect.Dx() {
				dst[x] = f(src[4*x])
			}
		}
	}
	switch to := to.(type) {
	case *image.Paletted:
		put(to.Pix, to.Stride, func(v uint8) uint8 { return v >> 7 })
	case *image.Gray:
		put(to.Pix, to.Stride, func(v uint8) uint8 { return v })
	}
	return to
}

// recompress puts the picture through a JPEG of a quality, as a site does
// before the picture is saved again.
func (s *shot) recompress(quality int) {
	buf := new(bytes.Buffer)
	if jpeg.Encode(buf, s.RGBA, &jpeg.Options{Quality: quality}) != nil {
		return // only an impossible size fails
	}
	img, err := jpeg.Decode(buf)
	if err != nil {
		return
	}
	drawOver(s.RGBA, img)
}
