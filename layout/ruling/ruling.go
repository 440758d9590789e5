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

// Measure is the evidence for rules on a page on which they were followed. It
// holds while neither is closed.
func Measure(gray gocv.Mat, found *Traced) (*Evidence, error) {
	px, err := gray.DataPtrUint8()
	if err != nil {
		return nil, fmt.Errorf("layout: %w", err)
	}
	size := image.Pt(gray.Cols(), gray.Rows())
	m := &Evidence{Size: size, hor: found.ridgesHor, ver: found.ridgesVer, dark: found.dark, Page: ink.New(px, size)}
	// On a dark page rules are light: there all is looked at as its negative.
	ground := gray.Clone()
	defer ground.Close()
	if m.dark {
		gocv.BitwiseNot(gray, &ground)
	}
	turned := gocv.NewMat()
	defer turned.Close()
	gocv.Transpose(ground, &turned)
	m.courses[Level] = newCourse(turned.ToBytes(), turned.Cols())
	m.courses[Plumb] = newCourse(ground.ToBytes(), gray.Cols())
	return m, nil
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

// Traced is what was followed on one version of the page.
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

// Follow follows the rules of a page, a share of which lies around the
// picture.
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
