package ocr

import (
	"encoding/json"
	"math"
	"sync"

	"github.com/biaoge/biaoge/models"
)

// Evidence is what speaks for and against the reading of a value.
type Evidence struct {
	Posterior float64 // the line reader's probability of the text
	Asked     bool    // Tesseract read it too
	Agrees    bool    // and read the same
	Second    float64 // Tesseract's own confidence, 0 to 1
	Votes     int     // other cells of the picture that look alike and read the same
	Height    float64 // of the ink, pixels
	Length    int     // characters
}

// Features are the numbers that the fitted model weighs, in the order of
// FeatureNames.
func (e Evidence) Features() []float64 {
	f := []float64{1, Logit(e.Posterior), 0, 0, 0, math.Log2(1 + float64(e.Votes)), math.Log(min(max(e.Height, 4), 40) / 12), float64(min(e.Length, 10))}
	switch {
	case e.Asked && e.Agrees:
		f[2], f[4] = 1, e.Second
	case e.Asked:
		f[3] = 1
	}
	return f
}

// FeatureNames are the names of the features, in order.
var FeatureNames = []string{"bias", "posterior_logit", "second_agrees", "second_disagrees", "second_confidence", "votes_log2", "height_log", "length"}

// calibration is a logistic regression (Platt 1999) fitted on generated
// pictures.
type calibration struct {
	Features []string  `json:"features"`
	Weights  []float64 `json:"weights"`
}

var calibrated = fitted("confidence.json", &models.Confidence, len(FeatureNames))

// fitted is a calibration of so many features, which is read when it is first
// needed.
func fitted(name string, text *[]byte, features int) func() calibration {
	return sync.OnceValue(func() calibration {
		var c calibration
		if err := json.Unmarshal(*text, &c); err != nil || len(c.Weights) != features {
			panic("ocr: models/" + name + " does not fit this program") // a test reads it
		}
		return c
	})
}

// probability is that of what has these features.
func (c calibration) probability(features []float64) float64 {
	sum := 0.0
	for i, f := range features {
		sum += f * c.Weights[i]
	}
	return 1 / (1 + math.Exp(-sum))
}

// Probability joins the evidence into the probability that the text is exactly
// what is printed.
func (e Evidence) Probability() float64 { return calibrated().probability(e.Features()) }
