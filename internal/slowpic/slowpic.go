// Package slowpic draws the pictures that take longest to read: ruled grids of
// very many cells, each with a number. Tests of time, memory and of being told
// to stop read them.
//
// It must not know what reads them.
package slowpic

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// The size of a cell, in pixels.
const (
	cellWidth  = 40
	cellHeight = 22
)

// Grid draws so many rows and columns of numbers, as a PNG.
func Grid(rows, cols int) []byte {
	m := image.NewGray(image.Rect(0, 0, cols*cellWidth+40, rows*cellHeight+40))
	draw.Draw(m, m.Rect, image.White, image.Point{}, draw.Src)
	for r := range rows + 1 {
		for x := range cols*cellWidth + 1 {
			m.SetGray(20+x, 20+r*cellHeight, color.Gray{})
		}
	}
	for c := range cols + 1 {
		for y := range rows*cellHeight + 1 {
			m.SetGray(20+c*cellWidth, 20+y, color.Gray{})
		}
	}
	d := font.Drawer{Dst: m, Src: image.Black, Face: basicfont.Face7x13}
	for r := range rows {
		for c := range cols {
			d.Dot = fixed.P(20+c*cellWidth+6, 20+r*cellHeight+16)
			d.DrawString(fmt.Sprint((r*7919 + c*104729) % 9973))
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, m); err != nil {
		panic(err) // a buffer takes all
	}
	return b.Bytes()
}
