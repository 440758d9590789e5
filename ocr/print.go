package ocr

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/biaoge/biaoge/models"
)

// PrintEvidence is what speaks for and against the reading of a cell that may
// hold anything: words, numbers, letters, marks.
type PrintEvidence struct {
	Print       float64 // logarithm of the probability that the reader of all print gives the text, whatever its spaces
	Weakest     float64 // its probability of the least sure character of what it likes best
	Unsure      int     // how many of its characters are less sure than unsure
	Doubtful    int     // and than doubtful
	Best        bool    // it likes this text best
	Redrawn     bool    // it was asked again, of the line drawn otherwise
	Again       float64 // then the logarithm of the probability that it gives the text there
	AgainBest   bool    // and whether it likes this text best
	AgainWeak   float64 // and its probability of the least sure character of what it likes best there
	Both        float64 // where it reads the same both times, the probability of the character that is least sure in the better of the two
	Mean        float64 // and of that least sure by the mean of both, in logits
	Echo        int     // how many other texts of the table hold each character that it is not sure of, with those beside it
	Clear       float64 // the mean of the logits of the least sure characters of all cells of the table
	Known       bool    // the line reader knows all characters of the text, and what it likes best
	Lines       float64 // then the logarithm of its probability of the text
	Otherwise   float64 // else the logarithm of its probability of what it takes the text for; 0 where it says that it knows no such character
	Same        bool    // the line reader likes it best, too
	Surely      float64 // its probability of the least sure character of what it likes best
	Told        bool    // the reader of glyphs tells all characters of the text from others
	Glyphs      float64 // then the logarithm of the probability that it gives the text
	GlyphsBest  bool    // it likes this text best
	GlyphsWeak  float64 // its probability of the least sure character of what it likes best
	Seen        float64 // the share of the text's characters that are in that
	Unseen      float64 // the probability that the reader of all print gives the least sure of the others; 1 where there are none
	Contrary    float64 // the reader of glyphs' probability of the surest character that it likes best and that is not in the text; 0 where there is none
	Asked       bool    // Tesseract read it
	Agrees      bool    // and read the same
	Second      float64 // Tesseract's own confidence, 0 to 1
	Figures     bool    // it was asked for digits, and could say nothing else
	Confirmed   float64 // the share of its characters that are in what Tesseract read
	Unconfirmed float64 // the probability that the reader of all print gives the least sure of the others; 1 where there are none
	Unread      float64 // how far ink lies from the characters that were read, in heights of the line: see Unread
	Unpaired    int     // quotes and brackets without a partner
	Votes       int     // other pictures of its column that read the same
	Share       float64 // of the other pictures of its column
	Height      float64 // of the ink, pixels
	Length      int     // characters
	Class       Class   // of its characters
	For         float64 // share of the clear cells of its column that are of its class
	Against     float64 // and of another
	Lookalike   bool    // it prints like something else: see Lookalike
	Shape       Shape   // of the ink of a lookalike
}

// A character is unsure, or at least doubtful, to the reader of all print below these
// probabilities.
const (
	unsure   = 0.9
	doubtful = 0.99
)

// Doubts counts the characters that are unsure and that are doubtful of those that
// are so sure.
func Doubts(sureness []float64) (unsureOnes, doubtfulOnes int) {
	for _, p := range sureness {
		if p < unsure {
			unsureOnes++
		}
		if Doubtful(p) {
			doubtfulOnes++
		}
	}
	return unsureOnes, doubtfulOnes
}

// Doubtful reports whether a character that the reader of all print gives a probability
// is at least doubtful.
func Doubtful(p float64) bool { return p < doubtful }

// Seconded reports whether a reader that shares nothing with those of all print reads the
// text, too: the line reader or, where that knows no such characters and does not take
// them for others either, the reader of glyphs. What is not Chinese that one was taught little.
func (e PrintEvidence) Seconded() bool {
	takenOtherwise := e.Known || e.Otherwise < 0 && math.Exp(e.Otherwise) > 0.5 // rather than not
	return e.Same || e.GlyphsBest && e.Class == Hanzi && !takenOtherwise
}

// PrintFeatureNames are the names of the features, in order.
var PrintFeatureNames = slices.Concat([]string{"bias",
	"print_logit", "print_logit_above_3", "print_logit_above_5", "print_logit_height", "weakest_logit", "length_weakest_logit", "not_best", "unsure_log2", "doubtful_log2", "echo_log2", "echo_weakest_logit", "clear", "clear_weakest_logit", "unread", "unpaired",
	"redrawn", "redrawn_logit", "redrawn_same", "redrawn_same_print_logit", "redrawn_least_logit", "redrawn_weakest_logit", "redrawn_both_logit", "redrawn_mean_logit",
	"lines_logit", "lines_unknown", "lines_otherwise", "lines_same", "lines_differ", "lines_same_print_logit", "lines_same_height", "lines_same_weakest_logit",
	"glyphs_unknown", "glyphs_logit", "glyphs_mean", "glyphs_same", "glyphs_same_print_logit", "glyphs_differ_print_logit", "glyphs_same_height", "glyphs_differ_height", "glyphs_weakest_logit", "glyphs_seen", "glyphs_unseen_logit", "glyphs_contrary_logit", "glyphs_same_lines_same", "glyphs_differ_lines_same",
	"second_agrees", "second_disagrees", "second_confidence", "second_agrees_height", "second_disagrees_height", "second_agrees_lines_same", "second_disagrees_lines_same",
	"second_disagrees_print_logit", "second_confirmed", "second_unconfirmed_logit", "second_of_figures_agrees", "second_of_figures_disagrees",
	"votes_log2", "votes_share", "votes_print_logit", "votes_share_lines_same", "votes_share_not_best", "height_log", "length_log2"},
	ofClasses("", "print_logit", "for", "against", "lines_same", "second_agrees"),
	ofClasses("lookalike", "votes_share", "for", "against", "square", "fill", "tall", "parts"))

// ofClasses names features of which each class but that of words has its own.
func ofClasses(of string, features ...string) (names []string) {
	for _, class := range []string{"digits", "letters", "marks"} {
		names = append(names, strings.Trim(class+"_"+of, "_"))
		for _, f := range features {
			names = append(names, strings.Trim(class+"_"+of, "_")+"_"+f)
		}
	}
	return names
}

// Features are the numbers that the fitted model weighs, in the order of
// PrintFeatureNames.
func (e PrintEvidence) Features() []float64 {
	print, weakest, height, length := Logit(math.Exp(e.Print)), Logit(e.Weakest), math.Log(min(max(e.Height, 4), 40)/12), math.Log2(1+float64(e.Length))
	votes, same, worse := math.Log2(1+float64(e.Votes)), yes(e.Same), yes(!e.Best)
	agrees, differs := yes(e.Asked && e.Agrees), yes(e.Asked && !e.Agrees)
	// The odds that a net gives are not those that it is right, least of all of
	// small print, and two that agree are worth more than the sum of both.
	f := make([]float64, 0, len(PrintFeatureNames))
	echo := math.Log2(1 + float64(e.Echo))
	f = append(f, 1, print, max(0, print-3), max(0, print-5), print*height, weakest, length*weakest, worse,
		math.Log2(1+float64(e.Unsure)), math.Log2(1+float64(e.Doubtful)), echo, echo*weakest, e.Clear, e.Clear*weakest,
		e.Unread, float64(e.Unpaired))
	f = append(f, e.again(print)...)
	f = append(f, e.lines(print, height)...)
	f = append(f, e.glyphs(print, height)...)
	f = append(f, agrees, differs, agrees*e.Second, agrees*height, differs*height, agrees*same, differs*same, differs*print, e.Confirmed, yes(e.Asked)*Logit(e.Unconfirmed), agrees*yes(e.Figures), differs*yes(e.Figures))
	f = append(f, votes, e.Share, votes*print, e.Share*same, e.Share*worse, height, length)
	// What holds of Chinese words need not hold of others.
	f = append(f, e.ofClass(true, print, e.For, e.Against, same, agrees)...)
	s := e.Shape
	return append(f, e.ofClass(e.Lookalike, e.Share, e.For, e.Against, s.Square, s.Fill, s.Tall, s.Parts)...)
}

// again are the features of what the reader of all print made of the line drawn
// otherwise.
func (e PrintEvidence) again(print float64) []float64 {
	if !e.Redrawn {
		return make([]float64, 8)
	}
	again, same := Logit(math.Exp(e.Again)), yes(e.AgainBest)
	f := []float64{1, again, same, same * print, min(again, print), Logit(e.AgainWeak), 0, 0}
	if e.Best && e.AgainBest {
		f[6], f[7] = Logit(e.Both), e.Mean
	}
	return f
}

// lines are the features of what the line reader made of it.
func (e PrintEvidence) lines(print, height float64) []float64 {
	known, otherwise, same := 0.0, 0.0, yes(e.Same)
	if e.Known {
		known = Logit(math.Exp(e.Lines))
	} else if e.Otherwise < 0 {
		otherwise = max(0, Logit(math.Exp(e.Otherwise)))
	}
	return []float64{known, yes(!e.Known), otherwise, same, yes(e.Known && !e.Same), same * print, same * height, same * Logit(e.Surely)}
}

// glyphs are the features of what the reader of glyphs made of it.
func (e PrintEvidence) glyphs(print, height float64) []float64 {
	if !e.Told {
		return append([]float64{1}, make([]float64, 13)...)
	}
	contrary := 0.0
	if e.Contrary > 0 {
		contrary = Logit(e.Contrary) - Logit(0) // more than nothing, however unsure
	}
	same, differs, lines := yes(e.GlyphsBest), yes(!e.GlyphsBest), yes(e.Same)
	return []float64{0, Logit(math.Exp(e.Glyphs)), max(Logit(0), e.Glyphs/float64(max(1, e.Length))), same, same * print, differs * print, same * height, differs * height,
		Logit(e.GlyphsWeak), e.Seen, Logit(e.Unseen), contrary, same * lines, differs * lines}
}

// ofClass are the features that each class but that of words has for itself: 1 and
// some numbers where the text is of the class, and 0 elsewhere.
func (e PrintEvidence) ofClass(holds bool, numbers ...float64) []float64 {
	n := 1 + len(numbers)
	f := make([]float64, int(Hanzi)*n)
	if holds && e.Class != Hanzi {
		at := f[int(e.Class)*n:]
		at[0] = 1
		copy(at[1:n], numbers)
	}
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

// Logit is the logarithm of the odds of a probability, which is kept off 0 and 1.
func Logit(p float64) float64 {
	p = min(max(p, 1e-6), 1-1e-6)
	return math.Log(p / (1 - p))
}

// printNet is a net with one hidden layer: how it is fitted stands in
// models/README.md.
type printNet struct {
	Features []string    `json:"features"`
	Hidden   [][]float64 `json:"hidden"` // weights of each unit
	Bias     []float64   `json:"bias"`
	Out      []float64   `json:"out"`
	OutBias  float64     `json:"outBias"`
}

// loadPrint makes a function that loads a fitted net for these features when it is
// first asked.
func loadPrint(file string, data *[]byte, features *[]string) func() *printNet {
	return sync.OnceValue(func() *printNet {
		n := new(printNet)
		if err := json.Unmarshal(*data, n); err != nil || !slices.Equal(n.Features, *features) {
			panic("ocr: models/" + file + " does not fit this program") // a test reads it
		}
		return n
	})
}

var (
	fittedPrint = loadPrint("print.json", &models.Print, &PrintFeatureNames)
	fittedQuick = loadPrint("quick.json", &models.QuickWeights, &QuickFeatureNames)
)

// probability is that of what has these features.
func (n *printNet) probability(features []float64) float64 {
	odds := n.OutBias
	for i, weights := range n.Hidden {
		sum := n.Bias[i]
		for k, w := range weights {
			sum += w * features[k]
		}
		odds += n.Out[i] * max(0, sum)
	}
	return 1 / (1 + math.Exp(-odds))
}

// Probability joins the evidence into the probability that the text is exactly
// what is printed.
func (e PrintEvidence) Probability() float64 { return PrintProbability(e.Features()) }

// PrintProbability is that of what has the features of a PrintEvidence.
func PrintProbability(features []float64) float64 { return fittedPrint().probability(features) }

// QuickFeatureNames are the names of the features of what the quick reader, the line reader
// and that of glyphs have read: those that another drawing and Tesseract have no part in.
var QuickFeatureNames = func() (names []string) {
	for _, i := range ofQuick {
		names = append(names, PrintFeatureNames[i])
	}
	return names
}()

// ofQuick are the places of these features among all.
var ofQuick = func() (places []int) {
	for i, name := range PrintFeatureNames {
		if !strings.HasPrefix(name, "redrawn") && !strings.Contains(name, "second_") {
			places = append(places, i)
		}
	}
	return places
}()

// QuickFeatures are the numbers that the fitted model weighs of what the quick reader, the
// line reader and that of glyphs have read, in the order of QuickFeatureNames. The quick reader
// stands in the place of the reader of all print.
func (e PrintEvidence) QuickFeatures() []float64 {
	all := e.Features()
	f := make([]float64, len(ofQuick))
	for i, at := range ofQuick {
		f[i] = all[at]
	}
	return f
}

// QuickProbability is that of what has the features QuickFeatures.
func QuickProbability(features []float64) float64 { return fittedQuick().probability(features) }

// alike are characters that print like one another though they are of several
// classes: a digit like a letter, a letter or a word like a mark.
var alike = []string{"0OoQD〇○◎●", "1Il|", "8B", "5S", "2Z", "×Xx", "√V", "口□", "一-", ":"}

var lookalikes = strings.Join(alike, "")

// mostLookalike is how many characters a lookalike has at most: nobody writes words
// of more of these.
const mostLookalike = 3

// Lookalike reports whether a text is so short, and of such characters, that its
// picture alone may not tell what it is.
func Lookalike(text string) bool {
	n := 0
	for _, r := range text {
		if n++; n > mostLookalike || !strings.ContainsRune(lookalikes, r) {
			return false
		}
	}
	return n > 0
}

// Alike are other texts that print like a lookalike: with one of its characters
// replaced by one of its kind, and with all that are the same.
func Alike(text string) (out []string) {
	chars := []rune(text)
	for i, r := range chars {
		for _, kind := range alike {
			if !strings.ContainsRune(kind, r) {
				continue
			}
			for _, other := range kind {
				if other == r {
					continue
				}
				one := slices.Clone(chars)
				one[i] = other
				out = append(out, string(one), strings.ReplaceAll(text, string(r), string(other)))
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Strokes are what a text of so many upright strokes may be.
func Strokes(n int) []string {
	if n > mostLookalike {
		return nil
	}
	return []string{strings.Repeat("1", n), strings.Repeat("I", n), strings.Repeat("|", n)}
}
