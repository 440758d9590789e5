package borderless

import (
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/likely"
)

// tableSigns are what is measured of text in rows and columns, to tell whether it is a
// table. Shares are from 0 to 1; lengths are in heights of its print, and their logarithms
// natural.
var tableSigns = slices.Concat(signsOfTexts, signsOfWords, signsOfDrawings, signsOfPlaces, signsOfEdges, signsOfMarks)

// signs measures the tableSigns of rows.
func (t *table) signs(rows []row) []float64 {
	return slices.Concat(t.ofTexts(rows), t.ofWords(rows), t.ofDrawings(), t.ofPlaces(rows), t.ofEdges(rows), t.ofMarks())
}

var signsOfTexts = []string{
	"rows, logarithm", "columns, logarithm", "texts, logarithm", "share of positions with text",
	"share of rows with several texts", "share of rows with one", "share of rows with all",
	"share of width across columns", "share of columns with long texts", "share of columns like prose", "share of aligned columns",
	"columns without a text of their own",
}

func (t *table) ofTexts(rows []row) []float64 {
	v := t.evidence(rows)
	R, C, texts := float64(v.rows), float64(v.cols), float64(v.texts)
	return []float64{
		math.Log(R), math.Log(C), math.Log(max(1, texts)), texts / (R * C),
		float64(v.full) / R, float64(v.titles) / R, float64(v.whole) / R,
		float64(v.crossing) / float64(max(1, v.width)), float64(v.long) / C, float64(v.prose) / C, float64(v.aligned) / C,
		likely.One(v.hollow),
	}
}

var signsOfWords = []string{
	"rules through it", "share of rows without room below", "share of low words", "share of squares in a column", "share of lines of one word",
}

// ofWords are signs of what stands in a figure or a seal at any height, of strokes of a
// drawing and dots of a code, which are lower than any character and no dashes, and of boxes
// to tick or pieces of a frame: no character is as narrow as those.
func (t *table) ofWords(rows []row) []float64 {
	var crowded, low, alone likely.Mean
	for i := 1; i < len(rows); i++ {
		crowded.Is(rows[i].box.Min.Y < rows[i-1].box.Max.Y)
	}
	for i := range t.lines {
		alone.Is(len(t.lines[i].words) <= 1)
		for _, w := range t.lines[i].words {
			h := float64(w.box.Dy())
			low.Is(h < lowest*t.H && float64(w.box.Dx()) < dash*h)
		}
	}
	squares := 0.
	for _, col := range t.cols {
		var square likely.Mean
		for i := range t.lines {
			for _, w := range t.lines[i].words {
				if w.box.Min.X < col.Hi && w.box.Max.X > col.Lo {
					square.Is(w.square || slim*w.box.Dx() < w.box.Dy())
				}
			}
		}
		squares = max(squares, square.Value())
	}
	return []float64{float64(len(t.levels)), crowded.Value(), low.Value(), squares, alone.Value()}
}

// What the signs of words ask: how high characters are at least, in heights of print; how
// many times as wide as high a dash is; how many times as high as wide no character is. Set by
// hand.
const (
	lowest = 0.6
	dash   = 2
	slim   = 6
)

var signsOfDrawings = []string{"area of drawings", "drawings", "plumb rules across text", "plumb rules between columns"}

// ofDrawings are signs of what else than text stands in the table: lines, bars, pictures.
func (t *table) ofDrawings() []float64 {
	area, n, across, between := 0, 0, 0, 0
	for _, f := range t.print.Figures {
		if in := f.Intersect(t.box); in.Dx() > 0 && t.tall(in.Dy()) && !t.shade(f) {
			area += in.Dx() * in.Dy()
			n++
		}
	}
	for _, r := range t.ver {
		at, along := int(r.Pos), ink.Span{Lo: max(int(r.Lo), t.box.Min.Y), Hi: min(int(r.Hi), t.box.Max.Y)}
		switch {
		case at <= t.box.Min.X+2 || at >= t.box.Max.X-2 || !t.tall(along.Hi-along.Lo):
		case t.partsColumns(r):
			between++
		default:
			across++
		}
	}
	return []float64{float64(area) / float64(max(1, t.box.Dx()*t.box.Dy())), float64(n), float64(across), float64(between)}
}

// tall tells whether something is higher than two lines of print.
func (t *table) tall(height int) bool { return float64(height) > 2*t.H }

var signsOfPlaces = []string{
	"width, logarithm", "height, logarithm", "unevenness of rows", "usual distance of rows", "narrowest gap between columns", "usual gap between columns",
	"height of print, logarithm", "share of lines of the print", "share of its width",
}

func (t *table) ofPlaces(rows []row) []float64 {
	var steps, gaps []float64
	for i := 1; i < len(rows); i++ {
		steps = append(steps, (rows[i].mid-rows[i-1].mid)/t.H)
	}
	for c := 1; c < len(t.cols); c++ {
		gaps = append(gaps, float64(t.cols[c].Lo-t.cols[c-1].Hi)/t.H)
	}
	mean, uneven := likely.Spread(steps)
	return []float64{
		math.Log(float64(max(1, t.box.Dx())) / t.H), math.Log(float64(max(1, t.box.Dy())) / t.H), uneven, mean, slices.Min(gaps), ink.Median(gaps),
		math.Log(t.H), float64(len(t.lines)) / float64(max(1, len(t.all))), float64(t.box.Dx()) / float64(max(1, t.band.Dx())),
	}
}

var signsOfEdges = []string{"worst unevenness of a column's edge", "usual unevenness of a column's edge", "usual width of texts, logarithm", "unevenness of widths"}

// ofEdges are signs of how well the texts of a column begin, end or have their middles below
// one another.
func (t *table) ofEdges(rows []row) []float64 {
	var widths []float64
	boxes := make([][]image.Rectangle, len(t.cols))
	for _, r := range rows {
		for _, e := range r.entries {
			widths = append(widths, float64(e.box.Dx())/t.H)
			if e.hi-e.lo == 1 {
				boxes[e.lo] = append(boxes[e.lo], e.box)
			}
		}
	}
	var uneven []float64
	for _, of := range boxes {
		if len(of) > 1 {
			uneven = append(uneven, t.unevenEdge(of))
		}
	}
	if len(uneven) == 0 {
		uneven = []float64{float64(t.box.Dx()) / t.H} // nothing tells that they stand below one another
	}
	all, _ := likely.Spread(uneven)
	width, differ := likely.Spread(widths)
	return []float64{slices.Max(uneven), all, math.Log(max(1, width)), differ}
}

// unevenEdge is how far the edges, or the middles, of texts are from their usual place, on
// average: of those that differ least.
func (t *table) unevenEdge(texts []image.Rectangle) float64 {
	least := math.Inf(1)
	for _, place := range []func(image.Rectangle) int{
		func(b image.Rectangle) int { return 2 * b.Min.X },
		func(b image.Rectangle) int { return 2 * b.Max.X },
		func(b image.Rectangle) int { return b.Min.X + b.Max.X },
	} {
		var at []float64
		for _, b := range texts {
			at = append(at, float64(place(b))/2/t.H)
		}
		usual := ink.Median(at)
		var off likely.Mean
		for _, x := range at {
			off.Add(math.Abs(x - usual))
		}
		least = min(least, off.Value())
	}
	return least
}

var signsOfMarks = []string{"shape of marks", "narrowest marks of a column", "widest marks of a column", "height of marks"}

// ofMarks are signs of how wide against their height the marks are that text is made of.
func (t *table) ofMarks() []float64 {
	var shape, high likely.Mean
	var ofColumns []float64
	for _, col := range t.cols {
		var of likely.Mean
		for _, m := range t.print.Marks {
			if m.In(t.box) && m.Min.X >= col.Lo && m.Max.X <= col.Hi && m.Dy() >= ink.Rest {
				of.Add(float64(m.Dx()) / float64(m.Dy()))
				shape.Add(float64(m.Dx()) / float64(m.Dy()))
				high.Add(float64(m.Dy()) / t.H)
			}
		}
		if v := of.Value(); v > 0 {
			ofColumns = append(ofColumns, v)
		}
	}
	if len(ofColumns) == 0 {
		ofColumns = []float64{0}
	}
	return []float64{shape.Value(), slices.Min(ofColumns), slices.Max(ofColumns), high.Value()}
}
