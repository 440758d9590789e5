package ruling

import (
	"context"
	"image"

	"gocv.io/x/gocv"
)

// strongLength is how long a rule must be, in pixels, to count by itself.
func strongLength(size image.Point) float64 {
	return max(36, 0.025*min(float64(max(size.X, size.Y)), 1.4*float64(min(size.X, size.Y))))
}

// Traced is what was followed on one version of the page.
type Traced struct {
	Hor, Ver []Trace
	Over     bool // there are more pieces than are put together: dashed rules may be missed
}

// minTrace is the shortest piece of a rule that is followed, pixels.
const minTrace = 9

// Follow follows the rules of a page, dark ones, and light ones where there is print on a
// shade. Around is the share of the page, from 0 to 1, that lies outside of the picture.
// It returns the error of ctx when that ends. The method is that of ridges (newRidges).
func Follow(ctx context.Context, gray gocv.Mat, around float64) (*Traced, error) {
	lights := shaded(gray) > minLights
	turned, err := turnedOver(gray)
	if err != nil {
		return nil, err
	}
	defer turned.Close()
	t := &Traced{}
	if t.Hor, err = t.follow(ctx, turned, lights, around); err != nil {
		return nil, err
	}
	if t.Ver, err = t.follow(ctx, gray, lights, around); err != nil {
		return nil, err
	}
	return t, nil
}

// follow follows the rules that run down a picture, dark ones, and light ones where they are asked for.
func (t *Traced) follow(ctx context.Context, gray gocv.Mat, lights bool, around float64) ([]Trace, error) {
	r, err := newRidges(gray, lights, around)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	dark := r.follow(ctx, false, minTrace)
	t.Over = t.Over || len(dark) > maxPieces
	if !lights {
		return dark, ctx.Err()
	}
	light := r.follow(ctx, true, minTrace)
	t.Over = t.Over || len(light) > maxPieces
	return append(dark, light...), ctx.Err()
}
