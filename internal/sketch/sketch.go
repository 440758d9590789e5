// Package sketch draws the pictures that the tests of layout and its rooms look
// at: rules, dots and something like characters. It knows nothing of how they
// are found.
package sketch

import (
	"image"
	"image/color"
	"image/draw"
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

// Text prints n characters 8 wide and 12 high, each a ring with a bar.
func (c Canvas) Text(x, y, n int, tone uint8) {
	for i := range n {
		x := x + 10*i
		c.Level(y, x, x+8, tone)
		c.Level(y+5+i%2, x+2, x+6, tone)
		c.Level(y+11, x, x+8, tone)
		c.Plumb(x, y, y+12, tone)
		c.Plumb(x+7, y, y+12, tone)
	}
}
