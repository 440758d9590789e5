package ruling

import (
	"context"
	"fmt"
	"image"

	"github.com/biaoge/biaoge/layout/ink"
	"gocv.io/x/gocv"
)

// StrongLength is how long a rule must be, in pixels, to count by itself.
func StrongLength(size image.Point) float64 {
	return max(36, 0.025*min(float64(max(size.X, size.Y)), 1.4*float64(min(size.X, size.Y))))
}

// Measure is the evidence for rules on a page on which they were followed. It holds while
// neither gray nor found is closed. It fails only where gray is not 8 bit grey in one
// piece.
func Measure(gray gocv.Mat, found *Traced) (*Evidence, error) {
	px, err := gray.DataPtrUint8()
	if err != nil {
		return nil, fmt.Errorf("layout: %w", err)
	}
	size := image.Pt(gray.Cols(), gray.Rows())
	m := &Evidence{Size: size, hor: found.ridgesHor, ver: found.ridgesVer, dark: found.dark, Page: ink.New(px, size)}
	page := gray
	if found.dark {
		page = DarkOnLight(gray, found)
		defer page.Close()
		px = page.ToBytes()
	}
	m.courses[Plumb] = newCourse(px, size.X)
	m.courses[Level] = newCourse(downward(page, Level))
	return m, nil
}

// DarkOnLight is a copy of a page as its blocks are looked at: of a dark page, whose rules
// are light, the negative. The caller closes it.
func DarkOnLight(gray gocv.Mat, found *Traced) gocv.Mat {
	page := gray.Clone()
	if found.dark {
		gocv.BitwiseNot(gray, &page)
	}
	return page
}

// downward are the pixels of a page turned so that the rules of a direction run down
// it, and its width.
func downward(gray gocv.Mat, axis Axis) (px []uint8, w int) {
	if axis == Plumb {
		return gray.ToBytes(), gray.Cols()
	}
	turned := gocv.NewMat()
	defer turned.Close()
	gocv.Transpose(gray, &turned)
	return turned.ToBytes(), turned.Cols()
}

// Rules takes what of the followed traces can be rules on the straight page.
func (m *Evidence) Rules(found *Traced) (hor, ver []Rule) {
	strong := StrongLength(m.Size)
	return m.toRules(Level, found.Hor, strong), m.toRules(Plumb, found.Ver, strong)
}

func (m *Evidence) toRules(axis Axis, ts []Trace, strong float64) (out []Rule) {
	for i := range ts {
		if r, ok := m.toRule(axis, &ts[i], strong); ok {
			out = append(out, r)
		}
	}
	return out
}

// Traced is what was followed on one version of the page. Close frees it.
type Traced struct {
	Hor, Ver             []Trace
	ridgesHor, ridgesVer *ridges // ridgesHor is of the transposed page
	dark                 bool    // most of the page is dark
	Over                 bool    // there are more pieces than are put together: dashed rules may be missed
}

// Close frees what the rules were seen in.
func (t *Traced) Close() {
	t.ridgesHor.Close()
	t.ridgesVer.Close()
}

// minTrace is the shortest piece of a rule that is followed, pixels.
const minTrace = 9

// Follow follows the rules of a page, dark ones, and light ones where there is print on a
// shade. Around is the share of the page, from 0 to 1, that lies outside of the picture.
// It returns the error of ctx when that ends. The method is that of ridges (newRidges).
func Follow(ctx context.Context, gray gocv.Mat, around float64) (*Traced, error) {
	turned := gocv.NewMat()
	defer turned.Close()
	gocv.Transpose(gray, &turned)
	shaded, dark := shares(gray)
	// Where there is print on a shade, light rules are looked for.
	lights := shaded > minLights
	t := &Traced{dark: dark > 0.5, ridgesHor: newRidges(turned, lights, around), ridgesVer: newRidges(gray, lights, around)}
	follow := func(r *ridges, light bool) []Trace {
		ts := r.follow(ctx, light, minTrace)
		t.Over = t.Over || len(ts) > maxPieces
		return ts
	}
	t.Hor, t.Ver = follow(t.ridgesHor, false), follow(t.ridgesVer, false)
	if lights {
		t.Hor, t.Ver = append(t.Hor, follow(t.ridgesHor, true)...), append(t.Ver, follow(t.ridgesVer, true)...)
	}
	if err := ctx.Err(); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}
