package ruling

import (
	"image"
	"math"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// leaning is a table of 6 rows and 4 columns whose rules fall by so many pixels for each pixel along.
func leaning(slope float64) sketch.Canvas {
	c := sketch.New(900, 340, 255)
	at := func(x, y int) (int, int) {
		return x - int(math.Round(slope*float64(y))), y + int(math.Round(slope*float64(x)))
	}
	for i := range 7 {
		for x := 40; x <= 840; x++ {
			x, y := at(x, 30+45*i)
			c.Level(y, x, x+1, 40)
		}
	}
	for i := range 5 {
		for y := 30; y <= 300; y++ {
			x, y := at(40+200*i, y)
			c.Plumb(x, y, y+1, 40)
		}
	}
	for r := range 6 {
		for i := range 4 {
			x, y := at(70+200*i+7*(r%3), 46+45*r)
			c.Text(x, y, 3+(r+i)%4, 40)
		}
	}
	return c
}

func TestRulesTellByHowManyDegreesAPageFalls(t *testing.T) {
	for _, degrees := range []float64{-0.9, -0.4, 0, 0.4, 0.9} {
		if got := measured(t, leaning(math.Tan(degrees*math.Pi/180))).Lean(); math.Abs(got-degrees) > 0.1 {
			t.Errorf("%.2f degrees, want %.2f", got, degrees)
		}
	}
}

// One rule that leans where the others do not is given in pieces, each of which lies where it is printed.
func TestARuleThatLeansComesInPieces(t *testing.T) {
	const upper, lower, side, slope = 30, 300, 840, 8. / (300 - 30)
	c := leaning(0)
	c.Fill(image.Rect(side-40, upper-5, side+40, lower+5), 255)
	for y := upper; y <= lower; y++ {
		x := side - int(math.Round(slope*float64(y-upper)))
		c.Plumb(x, y, y+1, 40)
		if (y-upper)%45 == 0 {
			c.Level(y, side-40, x, 40)
		}
	}
	from, to, pieces := math.Inf(1), 0., 0
	for _, r := range measured(t, c).Rules(Plumb) {
		where := func(y float64) float64 { return side + 1./2 - slope*(y-upper) }
		if middle := (r.Lo + r.Hi) / 2; math.Abs(r.Pos-where(middle)) < 1.5 {
			from, to, pieces = min(from, r.Lo), max(to, r.Hi), pieces+1
		}
	}
	if pieces < 3 || from > upper+6 || to < lower-6 {
		t.Errorf("%d pieces from %.0f to %.0f", pieces, from, to)
	}
}
