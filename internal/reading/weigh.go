package reading

import (
	"math"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/ocr/linenet"
	"github.com/biaoge/biaoge/tables"
)

// evidence is what speaks for a value before Tesseract has been asked. Its height is that of
// what the line reader was given: of print made larger it is too sure at the height printed.
func (c *cell) evidence(votes int) ocr.Evidence {
	text := c.candidates[0]
	return ocr.Evidence{Posterior: math.Exp(text.LogProb), Votes: votes, Height: c.height, Length: len([]rune(text.Text))}
}

// sway is how much less probable than its best text, in nats, the line reader
// may hold what Tesseract reads for that to be the reading; swaySmall is that
// for print of less than small pixels, of which Tesseract guesses more often
// than the line reader, which was trained on it.
const (
	sway      = 3.0
	swaySmall = 0.7
	small     = 9.0
)

// settle puts what Tesseract read before the line reader's best text, if that
// is nearly as probable to the line reader. Others of the picture that read
// like the best text don't speak for it. Height is that of the print, pixels.
func (c *cell) settle(e ocr.Evidence, second ocr.Reading, height float64) ocr.Evidence {
	if c.stroke {
		return e // both readers take it for a digit
	}
	text := tables.Fold(second.Text)
	at := slices.IndexFunc(c.candidates, func(k linenet.Candidate) bool { return k.Text == text })
	if _, _, ok := tables.ParseValue(text); !ok || text == "" || at < 1 {
		return e
	}
	other, most := c.candidates[at], sway
	if height < small {
		most = swaySmall
	}
	// Tesseract overlooks signs, and sees none that is not there.
	unsigned := strings.TrimLeft(c.candidates[0].Text, "+-") == text
	if c.candidates[0].LogProb-other.LogProb > most || unsigned {
		return e
	}
	c.candidates = slices.Insert(slices.Delete(c.candidates, at, at+1), 0, other)
	return c.evidence(0)
}

// weigh joins what is known of a value into one probability.
func (c *cell) weigh(e ocr.Evidence, second ocr.Reading) {
	text := c.candidates[0].Text
	if e.Asked {
		e.Agrees, e.Second = tables.Fold(second.Text) == text, second.Confidence
	}
	c.as = asValue
	c.reading.Text, c.reading.Confidence, c.reading.Evidence = text, e.Probability(), e.Features()
	if text == "" {
		// There is ink, so something is printed, and no sum may take it for
		// a blank.
		c.reading.Text = string(linenet.Other)
		c.unlikely()
		c.because("unreadable")
	}
	rest := 1 - c.reading.Confidence
	// What is left goes to the other candidates as the line reader weighs
	// them, and half of it to what nobody thought of.
	others := math.Max(1e-9, 1-e.Posterior)
	c.reading.Alternatives = nil
	for _, k := range c.candidates[1:] {
		c.reading.Alternatives = append(c.reading.Alternatives, tables.Alternative{Text: k.Text, Confidence: 0.5 * rest * min(1, math.Exp(k.LogProb)/others)})
	}
	if e.Asked && !e.Agrees && second.Text != "" {
		c.reading.Alternatives = append(c.reading.Alternatives, tables.Alternative{Text: second.Text, Confidence: 0.3 * rest})
		c.differ(text, second.Text)
	}
}

// weighWords chooses between what the two readers made of words that stand where
// a form has a value.
func (c *cell) weighWords(got ocr.Reading) {
	c.as = asWords
	got.Text = unstacked(got.Text)
	net := c.candidates[0]
	p := math.Exp(net.LogProb)
	switch {
	case tables.Fold(got.Text) == net.Text:
		c.reading.Confidence = max(p, 0.99)
	case !strings.ContainsRune(net.Text, linenet.Other) && p > likely:
		// The line reader knows these characters well; Tesseract guesses by
		// its language.
		c.reading.Confidence = differing * p
		c.reading.Alternatives = []tables.Alternative{{Text: got.Text, Confidence: tenth(10*0.2*got.Confidence) / 10}}
		c.differ(net.Text, got.Text)
	default:
		c.reading.Text, c.reading.Confidence = got.Text, doubtful*got.Confidence
		c.reading.Alternatives = []tables.Alternative{{Text: net.Text, Confidence: 0.1}}
		c.because("words_unknown")
	}
}

func (c *cell) differ(a, b string) {
	onOneLine := func(s string) string { return strings.ReplaceAll(s, "\n", "") }
	c.because("readers_differ", onOneLine(a), onOneLine(b))
}
