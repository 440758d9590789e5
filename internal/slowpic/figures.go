package slowpic

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"

	"github.com/biaoge/biaoge/internal/sketch"
	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
)

// Figures draws a ruled table of amounts, as budgets have them, on a page of so
// many rows and columns, as a PNG. All of them are different, and in a
// proportional font, so that hardly two crops are the same.
func Figures(rows, cols int) []byte {
	const width, height, margin, pixels = 110, 26, 20, 15
	m := image.NewGray(image.Rect(0, 0, cols*width+2*margin, rows*height+2*margin))
	draw.Draw(m, m.Rect, image.White, image.Point{}, draw.Src)
	for r := range rows + 1 {
		draw.Draw(m, image.Rect(margin, margin+r*height, margin+cols*width+1, margin+r*height+1), image.NewUniform(color.Gray{}), image.Point{}, draw.Src)
	}
	for c := range cols + 1 {
		draw.Draw(m, image.Rect(margin+c*width, margin, margin+c*width+1, margin+rows*height), image.NewUniform(color.Gray{}), image.Point{}, draw.Src)
	}
	random := rand.New(rand.NewPCG(uint64(rows), uint64(cols)))
	d := font.Drawer{Dst: m, Src: image.Black, Face: sketch.Face(pixels)}
	for r := range rows {
		for c := range cols {
			text := amount(random, c)
			d.Dot = fixed.P(margin+(c+1)*width-6, margin+(r+1)*height-8)
			d.Dot.X -= d.MeasureString(text)
			d.DrawString(text)
		}
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, m); err != nil {
		panic(err) // a buffer takes all
	}
	return b.Bytes()
}

// amount writes a number as the columns of a budget do by turns: with two
// decimals, with thousands parted, whole.
func amount(r *rand.Rand, column int) string {
	n := r.IntN(1 << r.IntN(24))
	switch column % 3 {
	case 0:
		return fmt.Sprintf("%d.%02d", n/100, n%100)
	case 1:
		text := fmt.Sprint(n)
		for i := len(text) - 3; i > 0; i -= 3 {
			text = text[:i] + "," + text[i:]
		}
		return text
	default:
		return fmt.Sprint(n)
	}
}
