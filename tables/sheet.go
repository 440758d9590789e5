package tables

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/biaoge/biaoge/internal/edit"
)

// A Sheet is what the tables of a picture look like before anyone knows what
// they say: a grid of cells, each with its readings.
type Sheet struct {
	Rows, Cols int
	Edges      []float64 // where its Cols+1 lines between columns are, as a share of its width
	Quad       [4]Point
	Caption    string
	Open       bool        // no rules bound its cells, so that their spans are not known
	Cells      []SheetCell // in reading order
}

// A SheetCell is one printed cell and what was read in it.
type SheetCell struct {
	Row, Col         int
	RowSpan, ColSpan int
	Box              Box
	Reading          Reading
}

// A Reading is all that is known of the text of one cell.
type Reading struct {
	Text         string        // lines parted by newlines
	Confidence   float64       // probability that Text is what is printed, without regard to forms and sums
	Alternatives []Alternative // less probable texts, most probable first
	AtMost       float64       // the greatest probability that sums may give it; 0 where that is not bounded
	Causes       []Cause       // why it is unsure
	Evidence     []float64     // what Confidence was weighed from, for fitting the weights anew
	Weighed      []Weighed     // all texts that were weighed, likewise, as often as something new was known
	Typed        bool          // it was not read off a picture: only its place can be doubted

	// Score returns the logarithm of how probable a text is, relative to
	// the best text its reader can find; nil where the reader can't tell.
	Score func(text string) float64
	// Bound is what Score is at most, told at a glance; it may be nil.
	Bound func(text string) float64
}

// scores reports whether Score of a text is above least.
func (r *Reading) scores(text string, least float64) bool {
	return (r.Bound == nil || r.Bound(text) > least) && r.Score(text) > least
}

// allows tells whether a label of a form, folded, may be what is printed (near).
func (r *Reading) allows(label string, gap float64) bool {
	return r.Score != nil && r.near(label, r.Score(label), gap)
}

// near tells whether a label of a form, folded, which has a score, may be what is printed: it is
// not too many nats a character below what was read, and not surely another text. Of a long label
// the characters that agree may not speak for one that was read clearly and differs. Where nothing
// but marks differs it is taken for the same, since of small print a comma is read as a point.
func (r *Reading) near(label string, score, gap float64) bool {
	if score <= -gap*float64(utf8.RuneCountInString(label)) {
		return false
	}
	return r.Confidence < clearly || score > math.Log(1-DefaultReviewBelow) || withoutMarks(Fold(r.Text)) == withoutMarks(label)
}

// withoutMarks are the letters and digits of a text.
func withoutMarks(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// Fold makes texts comparable that print the same thing: NFKC, no white space,
// one kind of dash, straight quotes.
func Fold(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for _, r := range norm.NFKC.String(s) {
		switch r {
		case ' ', '\n', '\t', '\r', '\u00a0', '\u3000':
			continue
		case '－', '—', '–', '―', '‐', '‑', '−', '─':
			r = '-'
		case '“', '”', '„', '‟':
			r = '"'
		case '‘', '’':
			r = '\''
		}
		b.WriteRune(r)
	}
	return b.String()
}

func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f {
			return false
		}
	}
	return true
}

// similarity is 1 for equal texts and 0 for texts with nothing in common; both
// are folded already.
func similarity(a, b []rune) float64 {
	n := max(len(a), len(b))
	if n == 0 {
		return 1
	}
	return 1 - float64(edit.Distance(a, b))/float64(n)
}
