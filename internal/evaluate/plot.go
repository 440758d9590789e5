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
	plotHeight = 12 * vg.Centimeter
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
	whole := draw.New(canvas)
	for i, p := range []*plot.Plot{reliability, curve} {
		p.Draw(tiles.At(whole, i, 0))
	}
	_, err = canvas.WriteTo(w)
	return err
}

// leastShare is where the axes of shares begin. They are logarithmic, since
// what matters is the difference between 1 in 1,000 and 1 in 10,000.
const leastShare = 1e-6

// decades are the marks on those axes. The logarithm is taken here rather
// than by a plot.LogScale, which leaves too much room for the axis label.
var decades = plot.ConstantTicks{
	{Value: -6, Label: "1e-6"}, {Value: -5, Label: "1e-5"}, {Value: -4, Label: "1e-4"},
	{Value: -3, Label: "0.001"}, {Value: -2, Label: "0.01"}, {Value: -1, Label: "0.1"}, {Value: 0, Label: "1"},
}

func onLog(share float64) float64 { return math.Log10(max(leastShare, share)) }

// reliability draws the share that is wrong against the share that the
// confidence says is; what is right lies on the line.
func (r *Result) reliability() (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = "Reliability"
	p.X.Label.Text = "1 − confidence (mean of the bin)"
	p.Y.Label.Text = "share wrong, 95 % interval (ring: none)"
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Tick.Marker = decades
		axis.Min, axis.Max = onLog(leastShare), onLog(1)
	}
	ideal, err := plotter.NewLine(plotter.XYs{{X: onLog(leastShare), Y: onLog(leastShare)}, {X: onLog(1), Y: onLog(1)}})
	if err != nil {
		return nil, err
	}
	ideal.Dashes = []vg.Length{vg.Points(3), vg.Points(3)}
	p.Add(plotter.NewGrid(), ideal)
	var seen, none plotter.XYs
	for _, l := range r.Calibration() {
		x := onLog(1 - l.Confidence)
		bar, err := plotter.NewLine(plotter.XYs{{X: x, Y: onLog(l.Low)}, {X: x, Y: onLog(l.High)}})
		if err != nil {
			return nil, err
		}
		p.Add(bar)
		if l.Wrong == 0 {
			none = append(none, plotter.XY{X: x, Y: onLog(l.High)})
		} else {
			seen = append(seen, plotter.XY{X: x, Y: onLog(float64(l.Wrong) / float64(l.N))})
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

// leastAxis is how far the axes of the review curve go at least: to 1 % of the
// values, and to one silent error in 10,000.
const leastAxis = 1

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
	for _, pt := range r.Curve() {
		line = append(line, plotter.XY{X: 100 * float64(pt.Review) / n, Y: 1e4 * float64(pt.Silent) / n})
		names = append(names, " "+short(pt.Below))
		if pt.Silent == 0 {
			break // what follows costs more and saves nothing
		}
	}
	spread(line, names)
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
	// Where nothing is wrong there is but one point, and axes of no length.
	p.X.Min, p.X.Max = 0, max(p.X.Max, leastAxis)
	p.Y.Max = max(p.Y.Max, leastAxis)
	return p, nil
}

// spread takes away the names of points too near to one that has its name
// already: they would be printed over each other.
func spread(at plotter.XYs, names []string) {
	xmin, xmax, ymin, ymax := plotter.XYRange(at)
	far := func(a, b, span float64, part float64) bool { return math.Abs(a-b) > part*span }
	for i := range at {
		for j := range i {
			if names[j] != "" && !far(at[i].X, at[j].X, xmax-xmin, 0.15) && !far(at[i].Y, at[j].Y, ymax-ymin, 0.06) {
				names[i] = ""
				break
			}
		}
	}
}
