package evaluate

import (
	"fmt"
	"io"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

const (
	plotWidth  = 24 * vg.Centimeter
	plotHeight = 11 * vg.Centimeter
)

// Plot draws the reliability diagram and the review curve side by side, as
// "svg" or "png".
func (r *Result) Plot(w io.Writer, format string) error {
	reliability, err := r.reliability()
	if err != nil {
		return err
	}
	curve, err := r.curve()
	if err != nil {
		return err
	}
	var canvas interface {
		vg.CanvasSizer
		io.WriterTo
	}
	switch strings.ToLower(format) {
	case "svg":
		canvas = vgsvg.New(plotWidth, plotHeight)
	case "png":
		canvas = vgimg.PngCanvas{Canvas: vgimg.New(plotWidth, plotHeight)}
	default:
		return fmt.Errorf("a plot is .svg or .png, not %q", format)
	}
	tiles := draw.Tiles{Rows: 1, Cols: 2, PadX: vg.Centimeter, PadTop: vg.Millimeter * 3, PadBottom: vg.Millimeter * 3, PadLeft: vg.Millimeter * 3, PadRight: vg.Millimeter * 5}
	both := []*plot.Plot{reliability, curve}
	for i, c := range plot.Align([][]*plot.Plot{both}, tiles, draw.New(canvas))[0] {
		both[i].Draw(c)
	}
	_, err = canvas.WriteTo(w)
	return err
}

// leastShare is where the axes of shares begin: they are logarithmic, since
// what matters is the difference between 1 in 1,000 and 1 in 10,000.
const leastShare = 1e-6

// reliability draws the share that is wrong against the share that the
// confidence says is; what is right lies on the line.
func (r *Result) reliability() (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = "Reliability"
	p.X.Label.Text = "1 − confidence (mean of the bin)"
	p.Y.Label.Text = "values wrong (95 % interval; open: none seen)"
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Scale = plot.LogScale{}
		axis.Tick.Marker = plot.LogTicks{Prec: -1}
		axis.Min, axis.Max = leastShare, 1
	}
	ideal, err := plotter.NewLine(plotter.XYs{{X: leastShare, Y: leastShare}, {X: 1, Y: 1}})
	if err != nil {
		return nil, err
	}
	ideal.Dashes = []vg.Length{vg.Points(3), vg.Points(3)}
	p.Add(plotter.NewGrid(), ideal)
	var seen, none plotter.XYs
	for _, l := range r.Calibration() {
		x := max(leastShare, 1-l.Confidence)
		bar, err := plotter.NewLine(plotter.XYs{{X: x, Y: max(leastShare, l.Low)}, {X: x, Y: max(leastShare, l.High)}})
		if err != nil {
			return nil, err
		}
		p.Add(bar)
		if l.Wrong == 0 {
			none = append(none, plotter.XY{X: x, Y: max(leastShare, l.High)})
		} else {
			seen = append(seen, plotter.XY{X: x, Y: float64(l.Wrong) / float64(l.N)})
		}
	}
	for _, dots := range []struct {
		at    plotter.XYs
		shape draw.GlyphDrawer
	}{{seen, draw.CircleGlyph{}}, {none, draw.RingGlyph{}}} {
		if len(dots.at) == 0 {
			continue
		}
		s, err := plotter.NewScatter(dots.at)
		if err != nil {
			return nil, err
		}
		s.GlyphStyle.Shape, s.GlyphStyle.Radius = dots.shape, vg.Points(3)
		p.Add(s)
	}
	return p, nil
}

// curve draws the silent errors that are left against the values that people
// must look at.
func (r *Result) curve() (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = "Review load and silent errors"
	p.X.Label.Text = "values to review, %"
	p.Y.Label.Text = "silent errors in 10,000 values"
	p.Y.Min = 0
	n := float64(max(1, len(r.Values)))
	var line plotter.XYs
	var names []string
	last := math.NaN()
	for _, pt := range r.Curve() {
		x := 100 * float64(pt.Review) / n
		line = append(line, plotter.XY{X: x, Y: 1e4 * float64(pt.Silent) / n})
		name := ""
		if x != last { // of points in one place only the first has room for its name
			name = short(pt.Below)
		}
		last = x
		names = append(names, name)
	}
	l, dots, err := plotter.NewLinePoints(line)
	if err != nil {
		return nil, err
	}
	labels, err := plotter.NewLabels(plotter.XYLabels{XYs: line, Labels: names})
	if err != nil {
		return nil, err
	}
	dots.Shape = draw.CircleGlyph{}
	p.Add(plotter.NewGrid(), l, dots, labels)
	return p, nil
}
