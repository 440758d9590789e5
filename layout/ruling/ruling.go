package ruling

import (
	"context"
	"fmt"
	"image"
	"slices"

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
	return &Evidence{size, found.ridgesHor, found.ridgesVer, found.dark, ink.New(px, size)}, nil
}

// Rules takes what of the followed traces can be rules on the straight page.
// Unsettled tells whether so many of them look like rules, but broken ones, that
// it is worth while to look for these.
func (m *Evidence) Rules(found *Traced) (hor, ver []Rule, unsettled bool) {
	strong := StrongLength(m.Size)
	hor, unsettledHor := m.toRules(Level, found.Hor, strong)
	ver, unsettledVer := m.toRules(Plumb, found.Ver, strong)
	hor, ver = m.withoutColumns(Level, hor, ver), m.withoutColumns(Plumb, ver, hor)
	// Columns of digits are even, too, but not for so many dashes, and what the
	// compression draws is faint.
	const many = 20
	sure := slices.DeleteFunc(slices.Clone(ver), func(r Rule) bool { return r.Beat*many > r.Length() || r.Tone < Faint })
	return alike(hor, slices.Concat(hor, ver)), alike(ver, slices.Concat(hor, sure)), unsettledHor || unsettledVer
}

func (m *Evidence) toRules(axis Axis, ts []Trace, strong float64) (out []Rule, unsettled bool) {
	var broken, sure float64
	for i := range ts {
		t := &ts[i]
		r, ok := m.toRule(axis, t, strong)
		if ok {
			out = append(out, r)
		}
		switch {
		case t.Length() < strong:
		case ok && !r.doubtful:
			sure += t.Length()
		case m.likeBroken(axis, t, &r):
			broken += t.Length()
		}
	}
	return out, broken > 0.02*sure
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
