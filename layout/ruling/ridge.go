package ruling

import (
	"image"
	"math"

	"gocv.io/x/gocv"
)

// ridges holds the responses to thin dark and thin light structures that run
// in one direction, which the picture is turned so that it is vertical.
type ridges struct {
	dark, light gocv.Mat // grey levels above or below the surroundings
	threshold   [2]float64
	maxThick    int
	maxGap      int
}

func (r *ridges) Close() {
	r.dark.Close()
	r.light.Close()
}

// maxRule returns the thickest line that is taken for a rule, in pixels.
func maxRule(size image.Point) int {
	return min(max(int(math.Sqrt(float64(size.X)*float64(size.Y))/110), 4), 10)
}

// newRidges finds structures thinner than a rule can be by a morphological
// black hat and top hat across the direction (Serra 1982); for rules that run
// down the picture, so the other kind needs the picture turned over.
func newRidges(gray gocv.Mat, lights bool, around float64) (*ridges, error) {
	size := image.Pt(gray.Cols(), gray.Rows())
	r := &ridges{maxThick: maxRule(size)}
	r.maxGap = r.maxThick + 3
	var err error
	if r.dark, err = thin(gray, r.maxThick, false); err != nil {
		return nil, err
	}
	r.threshold[0] = ridgeThreshold(r.dark, around)
	if !lights {
		r.light = gocv.NewMat()
		return r, nil
	}
	if r.light, err = thin(gray, r.maxThick, true); err != nil {
		r.dark.Close()
		return nil, err
	}
	r.threshold[1] = ridgeThreshold(r.light, around)
	return r, nil
}

// maxRidgeThreshold is the response, in grey levels, from which a structure is
// looked at whatever lies around it.
const maxRidgeThreshold = 40

// ridgeThreshold is a response above what the grain of the paper gives, which
// is that of most pixels; but in a small picture of a dense table rules and
// strokes may be a third of them. Around the picture there is no grain.
func ridgeThreshold(m gocv.Mat, around float64) float64 {
	px, err := m.DataPtrUint8()
	if err != nil {
		return 255
	}
	var hist [256]int
	n := 0
	for i := 0; i < len(px); i += 7 {
		hist[px[i]]++
		n++
	}
	sum, inside := 0.0, (1-around)*float64(n)
	for v, c := range hist {
		sum += float64(c)
		if sum-around*float64(n) >= 0.7*inside {
			return max(7, min(2.2*float64(v), maxRidgeThreshold))
		}
	}
	return 255
}
