package worker

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"

	"github.com/disintegration/imaging"
	"gonum.org/v1/gonum/mat"

	"github.com/biaoge/biaoge/internal/picture"
	"github.com/biaoge/biaoge/tables"
)

// A Crop says which part of a picture is wanted.
type Crop struct {
	SHA256 string     `json:"sha256"` // of the picture, by which a child knows it again
	Page   int        `json:"page"`   // from 1
	Box    tables.Box `json:"box"`    // in pixels of the picture; empty for the whole of it

	// Quad has the corners of the table that the box is in: the crop is
	// straightened as that stands on the picture.
	Quad [4]tables.Point `json:"quad"`

	Rotation int  `json:"rotation"` // of the whole picture, degrees clockwise that make it upright
	AsIs     bool `json:"as_is"`    // without margin and not made larger, as for training a reader
}

// What a crop is made to be.
const (
	glyph     = 40   // pixels that print is high at least
	mostTimes = 8    // as much larger a crop is made at most: beyond that there is nothing more to see
	widest    = 2400 // pixels of a crop that was made larger, and of the whole picture
	margin    = 0.15 // of the box's height that is shown around it
)

// Crop has a child cut a part out of a picture and returns it in PNG, encoded
// anew. Data is the picture's. Errors are those of Pool.
func (p *Pool) Crop(ctx context.Context, r Request, c Crop, data []byte) ([]byte, error) {
	_, out, err := crops.ask(ctx, p, r, c, data)
	return out, err
}

var crops = operation[Crop, struct{}]{"crop", func(c *child, _ Settings, q Crop, data []byte) (struct{}, []byte, error) {
	p, err := c.held.of(q, data)
	if err != nil {
		return struct{}{}, nil, err
	}
	out, err := crop(p, q)
	return struct{}{}, out, err
}}

// A heldPage is the page that a child cut something out of last: most requests
// come in rows about one page.
type heldPage struct {
	sha256 string
	page   int
	image  image.Image
}

func (h *heldPage) of(q Crop, data []byte) (image.Image, error) {
	if h.image != nil && h.sha256 == q.SHA256 && h.page == q.Page && q.SHA256 != "" {
		return h.image, nil
	}
	h.image = nil
	f, err := picture.Read(bytes.NewReader(data), picture.Limits{})
	if err != nil {
		return nil, err
	}
	if q.SHA256 != "" && f.SHA256 != q.SHA256 {
		return nil, fmt.Errorf("%w: it is no longer the picture that was read; run biaoge batch --refresh", picture.ErrDamaged)
	}
	p, err := f.Page(max(1, q.Page))
	if err != nil {
		return nil, err
	}
	h.sha256, h.page, h.image = q.SHA256, q.Page, p.Gray
	if p.Coloured {
		h.image = colours(p)
	}
	return h.image, nil
}

func colours(p *picture.Page) image.Image {
	bgr := p.BGR()
	out := image.NewNRGBA(image.Rect(0, 0, p.Width, p.Height))
	for i, o := 0, 0; i < len(bgr); i, o = i+3, o+4 {
		out.Pix[o], out.Pix[o+1], out.Pix[o+2], out.Pix[o+3] = bgr[i+2], bgr[i+1], bgr[i], 255
	}
	return out
}

// crop cuts out what is asked for.
func crop(p image.Image, q Crop) ([]byte, error) {
	if q.Box == (tables.Box{}) {
		return encode(whole(p, q.Rotation))
	}
	t, w, h := straight(q)
	around := margin * min(h, w)
	if q.AsIs {
		around = 0
	}
	cut := sample(p, t, w, h, around)
	if q.AsIs {
		return encode(cut)
	}
	times := min(max(1, glyph/printHeight(cut, int(around))), mostTimes, max(1, widest/float64(cut.Bounds().Dx())))
	if times > 1 {
		cut = imaging.Resize(cut, int(math.Round(times*float64(cut.Bounds().Dx()))), 0, imaging.CatmullRom)
	}
	return encode(cut)
}

// whole is the whole picture, upright, no larger than a screen can show.
func whole(p image.Image, rotation int) image.Image {
	out := imaging.Fit(p, widest, widest, imaging.Box)
	switch rotation {
	case 90:
		out = imaging.Rotate270(out) // imaging turns counter-clockwise
	case 180:
		out = imaging.Rotate180(out)
	case 270:
		out = imaging.Rotate90(out)
	}
	return out
}

// straight finds how the box stands on the picture: a map from its own plane,
// in which it is upright with its middle at (0, 0), and how wide and high it is
// there.
func straight(q Crop) (t func(x, y float64) (float64, float64), w, h float64) {
	mx, my := q.Box[0]+q.Box[2]/2, q.Box[1]+q.Box[3]/2
	level := func(x, y float64) (float64, float64) { return mx + x, my + y }
	plane, ok := homography(q.Quad)
	if !ok {
		return level, q.Box[2], q.Box[3]
	}
	ux, uy, ok := invert(plane, mx, my)
	if !ok {
		return level, q.Box[2], q.Box[3]
	}
	// How the plane lies on the picture near the middle of the box.
	const step = 0.5
	rx, ry := project(plane, ux+step, uy)
	lx, ly := project(plane, ux-step, uy)
	dx, dy := project(plane, ux, uy+step)
	tx, ty := project(plane, ux, uy-step)
	a, b, c, d := rx-lx, dx-tx, ry-ly, dy-ty
	// The upright box around a box of w × h that lies so is as wide as
	// |a|w + |b|h and as high as |c|w + |d|h.
	det := math.Abs(a)*math.Abs(d) - math.Abs(b)*math.Abs(c)
	if math.Abs(det) < 0.2 {
		return level, q.Box[2], q.Box[3] // at 45° that tells nothing
	}
	w = (math.Abs(d)*q.Box[2] - math.Abs(b)*q.Box[3]) / det
	h = (math.Abs(a)*q.Box[3] - math.Abs(c)*q.Box[2]) / det
	if w < 1 || h < 1 {
		return level, q.Box[2], q.Box[3]
	}
	if math.Abs(b) < flat && math.Abs(c) < flat && math.Abs(a-1) < flat && math.Abs(d-1) < flat {
		return level, w, h
	}
	return func(x, y float64) (float64, float64) { return project(plane, ux+x, uy+y) }, w, h
}

// flat is the slope below which nothing is resampled: a cell would be out by
// less than a pixel or two, and sharpness is worth more.
const flat = 0.004

// homography maps the plane of a table, in pixels, to where its corners are on
// the picture; ok is false where these are none of a table.
func homography(quad [4]tables.Point) (h [9]float64, ok bool) {
	dist := func(a, b tables.Point) float64 { return math.Hypot(a[0]-b[0], a[1]-b[1]) }
	w := (dist(quad[0], quad[1]) + dist(quad[3], quad[2])) / 2
	ht := (dist(quad[0], quad[3]) + dist(quad[1], quad[2])) / 2
	if w < 2 || ht < 2 {
		return h, false
	}
	from := [4]tables.Point{{0, 0}, {w, 0}, {w, ht}, {0, ht}}
	a, b := mat.NewDense(8, 8, nil), mat.NewVecDense(8, nil)
	for i, p := range from {
		x, y, u, v := p[0], p[1], quad[i][0], quad[i][1]
		a.SetRow(2*i, []float64{x, y, 1, 0, 0, 0, -u * x, -u * y})
		a.SetRow(2*i+1, []float64{0, 0, 0, x, y, 1, -v * x, -v * y})
		b.SetVec(2*i, u)
		b.SetVec(2*i+1, v)
	}
	var x mat.VecDense
	if x.SolveVec(a, b) != nil {
		return h, false
	}
	copy(h[:], x.RawVector().Data)
	h[8] = 1
	return h, true
}

func project(h [9]float64, x, y float64) (float64, float64) {
	d := h[6]*x + h[7]*y + h[8]
	return (h[0]*x + h[1]*y + h[2]) / d, (h[3]*x + h[4]*y + h[5]) / d
}

// invert finds where on the plane a point of the picture lies.
func invert(h [9]float64, x, y float64) (float64, float64, bool) {
	var inv mat.Dense
	if inv.Inverse(mat.NewDense(3, 3, h[:])) != nil {
		return 0, 0, false
	}
	var back [9]float64
	copy(back[:], inv.RawMatrix().Data)
	u, v := project(back, x, y)
	return u, v, !math.IsNaN(u) && !math.IsInf(u, 0) && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// sample takes the pixels of a box and what is around it, one for each of the
// picture's; beyond the picture is paper.
func sample(p image.Image, t func(x, y float64) (float64, float64), w, h, around float64) image.Image {
	size := image.Pt(max(1, min(widest*4, int(math.Ceil(w+2*around)))), max(1, min(widest*4, int(math.Ceil(h+2*around)))))
	b := p.Bounds()
	x0, y0 := t(-float64(size.X)/2, -float64(size.Y)/2)
	x1, y1 := t(float64(size.X)/2, float64(size.Y)/2)
	if x1-x0 == float64(size.X) && y1-y0 == float64(size.Y) {
		at := image.Pt(int(math.Round(x0)), int(math.Round(y0)))
		out := imaging.New(size.X, size.Y, color.White)
		return imaging.Paste(out, imaging.Crop(p, image.Rectangle{at, at.Add(size)}), image.Pt(max(0, b.Min.X-at.X), max(0, b.Min.Y-at.Y)))
	}
	out := image.NewNRGBA(image.Rect(0, 0, size.X, size.Y))
	for y := range size.Y {
		for x := range size.X {
			sx, sy := t(float64(x)+0.5-float64(size.X)/2, float64(y)+0.5-float64(size.Y)/2)
			out.SetNRGBA(x, y, bilinear(p, sx-0.5, sy-0.5))
		}
	}
	return out
}

func bilinear(p image.Image, x, y float64) color.NRGBA {
	fx, fy := math.Floor(x), math.Floor(y)
	ax, ay := x-fx, y-fy
	var sum [3]float64
	for i, k := range [4]float64{(1 - ax) * (1 - ay), ax * (1 - ay), (1 - ax) * ay, ax * ay} {
		r, g, b := at(p, int(fx)+i%2, int(fy)+i/2)
		sum[0], sum[1], sum[2] = sum[0]+k*float64(r), sum[1]+k*float64(g), sum[2]+k*float64(b)
	}
	return color.NRGBA{uint8(sum[0] + 0.5), uint8(sum[1] + 0.5), uint8(sum[2] + 0.5), 255}
}

func at(p image.Image, x, y int) (r, g, b uint8) {
	if !image.Pt(x, y).In(p.Bounds()) {
		return 255, 255, 255
	}
	switch p := p.(type) {
	case *image.Gray:
		v := p.GrayAt(x, y).Y
		return v, v, v
	case *image.NRGBA:
		c := p.NRGBAAt(x, y)
		return c.R, c.G, c.B
	}
	return 255, 255, 255
}

// printHeight measures how high the print in a cut is: the longest run of rows
// that have ink, of those that leave the rules at its sides alone. Where there
// is none it is half of the cell.
func printHeight(cut image.Image, around int) float64 {
	g := imaging.Grayscale(cut)
	b := g.Bounds()
	inset := around + max(1, (b.Dy()-2*around)/12)
	inner := image.Rect(b.Min.X+around+max(1, min(b.Dx()/20, 6)), b.Min.Y+inset, b.Max.X-around-max(1, min(b.Dx()/20, 6)), b.Max.Y-inset)
	half := max(1, float64(b.Dy()-2*around)/2)
	if inner.Empty() {
		return half
	}
	var levels []uint8
	for y := inner.Min.Y; y < inner.Max.Y; y++ {
		for x := inner.Min.X; x < inner.Max.X; x++ {
			levels = append(levels, g.NRGBAAt(x, y).R)
		}
	}
	sorted := slices.Clone(levels)
	slices.Sort(sorted)
	ground, dark, light := sorted[len(sorted)/2], sorted[len(sorted)/200], sorted[len(sorted)-1-len(sorted)/200]
	far := max(int(ground)-int(dark), int(light)-int(ground))
	if far < 24 {
		return half // nothing is printed
	}
	longest, run := 0, 0
	for y := range inner.Dy() {
		inked := 0
		for _, v := range levels[y*inner.Dx() : (y+1)*inner.Dx()] {
			if d := int(ground) - int(v); max(d, -d) > far/2 {
				inked++
			}
		}
		if run++; inked == 0 || inked > inner.Dx()*9/10 {
			run = 0
		}
		longest = max(longest, run)
	}
	if longest < 4 {
		return half
	}
	return float64(longest)
}

func encode(m image.Image) ([]byte, error) {
	if g, ok := grey(m); ok {
		m = g
	}
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	err := enc.Encode(&b, m)
	return b.Bytes(), err
}

// grey is a picture without colour in a third of its bytes.
func grey(m image.Image) (*image.Gray, bool) {
	n, ok := m.(*image.NRGBA)
	if !ok {
		return nil, false
	}
	out := image.NewGray(image.Rect(0, 0, n.Rect.Dx(), n.Rect.Dy()))
	for y := range n.Rect.Dy() {
		row := n.Pix[y*n.Stride : y*n.Stride+4*n.Rect.Dx()]
		for x := range n.Rect.Dx() {
			r, g, b := row[4*x], row[4*x+1], row[4*x+2]
			if r != g || g != b {
				return nil, false
			}
			out.Pix[y*out.Stride+x] = r
		}
	}
	return out, true
}
