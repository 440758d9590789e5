package pdfium

import (
	"bytes"
	"image"
	"image/png"
	"math"
	"slices"

	"github.com/klippa-app/go-pdfium/requests"

	"github.com/biaoge/biaoge/internal/report/pdf"
)

// Pictures that touch, or nearly so, are one: scanners cut pages into strips.
const touching = 1.5

// Background is how many characters, seen and printed over a picture that
// covers most of the page, make it the page's background.
const (
	backgroundChars = 40
	mostOfPage      = 0.5
)

// smallest and largest resolution of a picture, in pixels to a point.
const (
	leastScale = 1.0
	mostScale  = 600.0 / 72
)

// pictures renders the pictures, each at its own resolution, with all that is
// drawn over it.
func (r *reader) pictures(limits pdf.Limits, left *int) {
	for _, i := range joined(r.images) {
		over := 0
		for _, c := range r.out.Chars {
			if i.box.Holds((c.Box[0]+c.Box[2])/2, (c.Box[1]+c.Box[3])/2) {
				over++
			}
		}
		if over >= backgroundChars && i.box.Width()*i.box.Height() > mostOfPage*r.out.Width*r.out.Height {
			continue
		}
		r.out.Pictures = append(r.out.Pictures, r.render(i, limits, left))
	}
	slices.SortStableFunc(r.out.Pictures, func(a, b pdf.Picture) int {
		if d := a.Box[1] - b.Box[1]; math.Abs(d) > touching {
			return int(math.Copysign(1, d))
		}
		return int(math.Copysign(1, a.Box[0]-b.Box[0]))
	})
}

// maxImages bounds the pictures of a page that are joined with one another; of
// more, the smallest are left out.
const maxImages = 2000

// joined puts pictures together that touch.
func joined(images []imageObject) []imageObject {
	all := slices.Clone(images)
	if len(all) > maxImages {
		slices.SortFunc(all, func(a, b imageObject) int {
			return int(math.Copysign(1, b.box.Width()*b.box.Height()-a.box.Width()*a.box.Height()))
		})
		all = all[:maxImages]
	}
	for again := true; again; {
		again = false
		for i := 0; i < len(all); i++ {
			for j := i + 1; j < len(all); j++ {
				a, b := all[i].box, all[j].box
				if a[0] > b[2]+touching || b[0] > a[2]+touching || a[1] > b[3]+touching || b[1] > a[3]+touching {
					continue
				}
				all[i] = imageObject{pdf.Box{min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])}, max(all[i].scale, all[j].scale)}
				all = slices.Delete(all, j, j+1)
				again = true
				j--
			}
		}
	}
	return all
}

// render makes a picture of a part of the page.
func (r *reader) render(i imageObject, limits pdf.Limits, left *int) pdf.Picture {
	p := pdf.Picture{Box: i.box}
	scale := min(max(i.scale, leastScale), mostScale)
	if n := i.box.Width() * i.box.Height() * scale * scale; n > float64(limits.Pixels) {
		scale *= math.Sqrt(float64(limits.Pixels) / n)
	}
	w, h := max(1, int(math.Round(i.box.Width()*scale))), max(1, int(math.Round(i.box.Height()*scale)))
	if *left -= w * h; *left < 0 {
		p.Err = "the pictures of the report have more pixels than are allowed; split it"
		return p
	}
	got, err := r.instance.RenderPageInPixels(&requests.RenderPageInPixels{Page: r.page, Width: w, Height: h,
		Crop: &requests.RenderPageCrop{X: i.box[0], Y: i.box[1], Width: i.box.Width(), Height: i.box.Height()}})
	if err != nil {
		p.Err = "the renderer failed: " + err.Error()
		return p
	}
	defer got.Cleanup()
	var b bytes.Buffer
	enc := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := enc.Encode(&b, opaque(got.Result.RenderedImage)); err != nil {
		p.Err = err.Error()
		return p
	}
	p.Data = b.Bytes()
	return p
}

// opaque is the picture without its transparency, which a rendered page has
// not: PNG is smaller and faster then.
func opaque(m image.Image) image.Image {
	if rgba, ok := m.(*image.RGBA); ok && rgba.Opaque() {
		grey := image.NewGray(rgba.Rect)
		for y := range rgba.Rect.Dy() {
			row := rgba.Pix[y*rgba.Stride:]
			for x := range rgba.Rect.Dx() {
				if row[4*x] != row[4*x+1] || row[4*x] != row[4*x+2] {
					return m
				}
				grey.Pix[y*grey.Stride+x] = row[4*x]
			}
		}
		return grey
	}
	return m
}
