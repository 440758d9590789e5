package ruling

import (
	"context"
	"image"

	"gocv.io/x/gocv"
)

// StrongLength is how long a rule must be, in pixels, to count by itself.
func StrongLength(size image.Point) float64 {
	return max(36, 0.025*min(float64(max(size.X, size.Y)), 1.4*float64(min(size.X, size.Y))))
}

// Traced is what was followed on one version of the page. Close frees it.
type Traced struct {
	Hor, Ver             []Trace
	turned               gocv.Mat // the page, turned over
	ridgesHor, ridgesVer *ridges  // ridgesHor is of the transposed page
	dark                 bool     // most of the page is dark
	Over                 bool     // there are more pieces than are put together: dashed rules may be missed
}

// Close frees what the rules were seen in.
func (t *Traced) Close() {
	t.turned.Close()
	t.ridgesHor.Close()
	t.ridgesVer.Close()
}

// minTrace is the shortest piece of a rule that is followed, pixels.
const minTrace = 9

// Follow follows the rules of a page, dark ones, and light ones where there is print on a
// shade. Around is the share of the page, from 0 to 1, that lies outside of the picture.
// It returns the error of ctx when that ends. The method is that of ridges (newRidges).
func Follow(ctx context.Context, gray gocv.Mat, around float64) (*Traced, error) {
	shaded, dark := shares(gray)
	// Where there is print on a shade, light rules are looked for.
	lights := shaded > minLights
	t, err := newTraced(gray, lights, around)
	if err != nil {
		return nil, err
	}
	t.dark = dark > 0.5
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

// newTraced is a page on which nothing was followed yet.
func newTraced(gray gocv.Mat, lights bool, around float64) (t *Traced, err error) {
	t = &Traced{}
	if t.turned, err = turnedOver(gray); err != nil {
		return nil, err
	}
	if t.ridgesHor, err = newRidges(t.turned, lights, around); err != nil {
		t.turned.Close()
		return nil, err
	}
	if t.ridgesVer, err = newRidges(gray, lights, around); err != nil {
		t.turned.Close()
		t.ridgesHor.Close()
		return nil, err
	}
	return t, nil
}
