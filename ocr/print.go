package ocr

import (
	"math"
	"strings"
	"unicode"

	"github.com/biaoge/biaoge/models"
)

// PrintEvidence is what speaks for and against the reading of a cell that may
// hold anything: words, numbers, letters, marks.
type PrintEvidence struct {
	Print     float64 // logarithm of the probability that the reader of all print gives the text
	Weakest   float64 // its probability of the least sure character of what it likes best
	Best      bool    // it likes this text best
	Known     bool    // the line reader knows all characters of the text, and what it likes best
	Lines     float64 // then the logarithm of its probability of the text
	Otherwise float64 // else the logarithm of its probability of what it takes the text for; 0 where it says that it knows no such character
	Same      bool    // the line reader likes it best, too
	Asked     bool    // Tesseract read it
	Agrees    bool    // and read the same
	Second    float64 // Tesseract's own confidence, 0 to 1
	Figures   bool    // it was asked for digits, and could say nothing else
	Surely    float64 // the line reader's probability of the least sure character of what it likes best
	Votes     int     // other pictures of its column that read the same
	Share     float64 // of the other pictures of its column
	Height    float64 // of the ink, pixels
	Length    int     // characters
	Class     Class   // of its characters
	Lookalike bool    // it prints like something else: see Lookalike
	Square    float64 // width of a character of a lookalike against its height
	For       float64 // share of the clear cells of its column that are of its class
	Against   float64 // and of another
}

// PrintFeatureNames are the names of the features, in order.
var PrintFeatureNames = []string{"bias", "print_logit", "weakest_logit", "not_best", "lines_logit", "lines_unknown", "lines_same", "lines_differ",
	"second_agrees", "second_disagrees", "second_confidence", "votes_log2", "height_log", "length_log2",
	"lookalike", "lookalike_square", "lookalike_for", "lookalike_against",
	"digits", "letters", "marks", "digits_print_logit", "letters_print_logit", "marks_print_logit", "digits_lines_same", "letters_second_agrees",
	"print_logit_above_3", "print_logit_above_5", "lines_same_print_logit", "lines_same_height", "second_agrees_height", "second_agrees_lines_same", "print_logit_height",
	"lines_otherwise", "votes_share", "votes_print_logit", "lookalike_votes_share", "length_weakest_logit",
	"digits_for", "digits_against", "letters_for", "letters_against", "lines_same_weakest_logit", "lines_same_second_disagrees", "second_of_figures_agrees", "second_of_figures_disagrees"}

// Features are the numbers that the fitted model weighs, in the order of
// PrintFeatureNames.
func (e PrintEvidence) Features() []float64 {
	f := make([]float64, len(PrintFeatureNames))
	f[0], f[1], f[2] = 1, logit(math.Exp(e.Print)), logit(e.Weakest)
	f[3] = yes(!e.Best)
	f[5] = yes(!e.Known)
	if e.Known {
		f[4] = logit(math.Exp(e.Lines))
	}
	f[6], f[7] = yes(e.Same), yes(e.Known && !e.Same)
	switch {
	case e.Asked && e.Agrees:
		f[8], f[10] = 1, e.Second
	case e.Asked:
		f[9] = 1
	}
	f[11] = math.Log2(1 + float64(e.Votes))
	f[12], f[13] = math.Log(min(max(e.Height, 4), 40)/12), math.Log2(1+float64(e.Length))
	if e.Lookalike {
		f[14], f[15], f[16], f[17] = 1, e.Square, e.For, e.Against
	}
	// What holds of Chinese words need not hold of others.
	if e.Class != Hanzi {
		f[18+e.Class], f[21+e.Class] = 1, f[1]
	}
	f[24] = yes(e.Class == Digits && e.Same)
	f[25] = yes(e.Class == Letters && e.Asked && e.Agrees)
	// The odds that a net gives are not those that it is right, least of all of
	// small print, and two that agree are worth more than the sum of both.
	f[26], f[27] = max(0, f[1]-3), max(0, f[1]-5)
	f[28], f[29] = f[6]*f[1], f[6]*f[12]
	f[30], f[31] = f[8]*f[12], f[8]*f[6]
	f[32] = f[1] * f[12]
	if !e.Known && e.Otherwise < 0 {
		f[33] = max(0, logit(math.Exp(e.Otherwise)))
	}
	f[34], f[35] = e.Share, f[11]*f[1]
	f[36], f[37] = f[14]*e.Share, f[13]*f[2]
	switch e.Class {
	case Digits:
		f[38], f[39] = e.For, e.Against
	case Letters:
		f[40], f[41] = e.For, e.Against
	}
	if f[6] > 0 {
		f[42], f[43] = logit(e.Surely), f[9]
	}
	f[44], f[45] = yes(e.Figures)*f[8], yes(e.Figures)*f[9]
	return f
}

// A Class is what kind of characters a text is made of.
type Class int

// The classes.
const (
	Digits Class = iota
	Letters
	Marks
	Hanzi
	Classes int = iota
)

// ClassOf is the class of a text: with a Chinese character it is Chinese, with a
// letter Latin, with a digit a number; so is a dash, which stands for one.
func ClassOf(text string) Class {
	found := Marks
	if text == "-" {
		return Digits
	}
	for _, r := range text {
		switch {
		case unicode.Is(unicode.Han, r) && r != '〇':
			return Hanzi
		case unicode.IsLetter(r):
			found = Letters
		case unicode.IsDigit(r) && found == Marks:
			found = Digits
		}
	}
	return found
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// logit is the logarithm of the odds of a probability, which is kept off 0 and 1.
func logit(p float64) float64 {
	p = min(max(p, 1e-6), 1-1e-6)
	return math.Log(p / (1 - p))
}

var calibratedPrint = fitted("print.json", &models.Print, len(PrintFeatureNames))

// Probability joins the evidence into the probability that the text is exactly
// what is printed.
func (e PrintEvidence) Probability() float64 {
	return calibratedPrint().probability(e.Features())
}

// lookalikes are characters that print like another of another class: a digit
// like a letter, a letter or a word like a mark.
const lookalikes = "0OoQD〇○◎●1Il|8B5S2Z×Xx√V口□一-:"

// Lookalike reports whether a text is so short, and of such characters, that its
// picture alone may not tell what it is.
func Lookalike(text string) bool {
	const most = 3 // characters: nobody writes words of these
	n := 0
	for _, r := range text {
		if n++; n > most || !strings.ContainsRune(lookalikes, r) {
			return false
		}
	}
	return n > 0
}
