// Package sketch draws the pictures that the tests of layout and its rooms look
// at: rules, dots and digits. It knows nothing of how they are found.
package sketch

import (
	"image"
	"image/color"
	"image/draw"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// A Canvas is a picture to draw tables on.
type Canvas struct{ *image.Gray }

// New is a canvas of a size, in pixels, all of one tone of paper.
func New(w, h int, paper uint8) Canvas {
	c := Canvas{image.NewGray(image.Rect(0, 0, w, h))}
	c.Fill(c.Rect, paper)
	return c
}

// Fill paints a box in a tone.
func (c Canvas) Fill(r image.Rectangle, tone uint8) {
	draw.Draw(c, r, image.NewUniform(color.Gray{Y: tone}), image.Point{}, draw.Src)
}

// Level draws a level rule of one pixel.
func (c Canvas) Level(y, x0, x1 int, tone uint8) { c.Fill(image.Rect(x0, y, x1, y+1), tone) }

// Plumb draws a plumb rule of one pixel.
func (c Canvas) Plumb(x, y0, y1 int, tone uint8) { c.Fill(image.Rect(x, y0, x+1, y1), tone) }

// Dotted draws every other pixel of a rule.
func (c Canvas) Dotted(x0, y0, x1, y1 int, tone uint8) {
	for x, y := x0, y0; x < x1 || y < y1; {
		c.SetGray(x, y, color.Gray{Y: tone})
		if x < x1 {
			x += 2
		} else {
			y += 2
		}
	}
}

// Text prints n digits 12 pixels high in a row, 10 pixels apart, from the upper left (x, y).
func (c Canvas) Text(x, y, n int, tone uint8) { c.Digits(x, y, 12, n, tone) }

// Digits prints n digits of a height in a row, 5/6 of it apart, from the upper left (x, y). Which
// digits they are goes by the place: seldom do two of a kind stand below one another.
func (c Canvas) Digits(x, y, height, n int, tone uint8) {
	face, ink := Face(float64(height)*4/3), image.NewUniform(color.Gray{Y: tone})
	for i := range n {
		x := x + i*height*5/6
		digit := rune('0' + (x*31+y*17)%97%10)
		box, mask, at, _, _ := face.Glyph(fixed.P(x, y+height), digit)
		draw.DrawMask(c, box, ink, image.Point{}, mask, at, draw.Over)
	}
}

// Face is a proportional font with digits three quarters as high as its size, in pixels.
func Face(size float64) font.Face {
	face, err := opentype.NewFace(typeface(), &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		panic(err) // sizes are those of tests
	}
	return face
}

var typeface = sync.OnceValue(func() *opentype.Font {
	f, err := opentype.Parse(goregular.TTF)
	if err != nil {
		panic(err) // the font is part of the program
	}
	return f
})
