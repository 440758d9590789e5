package ocr

import (
	"math"
	"strings"

	"github.com/biaoge/biaoge/models"
)

// FigureEvidence is what speaks for a number that the line reader alone has read
// in a cell that may hold anything. It knows no letters: it reads those that look
// like a digit as that digit, and is less sure of it.
type FigureEvidence struct {
	Lines    float64 // logarithm of its probability of the text
	Weakest  float64 // its probability of the least sure character
	Height   float64 // of the ink, pixels
	Length   int     // characters
	Letters  int     // of them that print like a letter
	Votes    int     // other pictures of the table that read the same
	Agreed   int     // numbers of its column that the readers of all print read the same
	Differed int     // and otherwise
}

// FigureFeatureNames are the names of the features, in order.
var FigureFeatureNames = []string{"bias", "lines_logit", "weakest_logit", "lines_logit_above_3", "height_log", "lines_logit_height", "length_log2", "letters_share", "letters_weakest", "votes_log2", "agreed_log2", "differed_log2", "differed_share"}

// Features are the numbers that the fitted model weighs, in the order of
// FigureFeatureNames.
func (e FigureEvidence) Features() []float64 {
	f := make([]float64, len(FigureFeatureNames))
	f[0], f[1], f[2] = 1, Logit(math.Exp(e.Lines)), Logit(e.Weakest)
	f[3] = max(0, f[1]-3)
	f[4] = math.Log(min(max(e.Height, 4), 40) / 12)
	f[5] = f[1] * f[4]
	f[6] = math.Log2(1 + float64(e.Length))
	f[7] = float64(e.Letters) / float64(max(1, e.Length))
	f[8] = f[7] * f[2]
	f[9], f[10], f[11] = math.Log2(1+float64(e.Votes)), math.Log2(1+float64(e.Agreed)), math.Log2(1+float64(e.Differed))
	f[12] = float64(e.Differed) / float64(max(1, e.Agreed+e.Differed))
	return f
}

var calibratedFigures = fitted("figures.json", &models.Figures, len(FigureFeatureNames))

// Probability joins the evidence into the probability that the number is exactly
// what is printed.
func (e FigureEvidence) Probability() float64 {
	return calibratedFigures().probability(e.Features())
}

// likeLetters are the digits that print like a letter.
const likeLetters = "0125689"

// LikeLetters counts the characters of a number that print like a letter.
func LikeLetters(number string) (n int) {
	for _, r := range number {
		if strings.ContainsRune(likeLetters, r) {
			n++
		}
	}
	return n
}
