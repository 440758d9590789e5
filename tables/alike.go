package tables

import (
	"regexp"
	"slices"
	"strings"
)

// Readers misread some prints in the same way wherever they stand: a / as a 7, the
// comma of 1,234 as a point. If all values of a sum are misread alike, the sum still
// holds. So no sum may raise the probability of a value that may be one of these.

// maxAlike is the greatest probability that such a value gets. Set by hand, below
// DefaultReviewBelow, so that it is flagged.
const maxAlike = 0.9

// thousands matches numbers whose points may be commas between thousands: those that begin with a nought are not.
var thousands = regexp.MustCompile(`^[+-]?[1-9]\d{0,2}(\.\d{3})+\D*$`)

// MayBeThousands tells whether the points of a number, as Fold has it, with a unit or without, may be commas between thousands.
func MayBeThousands(text string) bool { return thousands.MatchString(text) }

// manyPoints is up to how many values of a table may well have three decimals; where
// more have, their points are likelier commas. Set by hand.
const manyPoints = 2

// signedZero matches a 0 with a sign, which nobody prints.
var signedZero = regexp.MustCompile(`^[+-]0+(\.0+)?%?$`)

// count is how many values of a table have a text of which so is true.
func (t *Table) count(so func(text string) bool) (n int) {
	for _, c := range t.Cells {
		if c.Kind == KindValue && so(Fold(c.Text)) {
			n++
		}
	}
	return n
}

// misreadAlike says how a value may be misread in the same way as others of its table:
// the code of the cause, or an empty text if that is not likely. Alternatives are the
// other readings of the value.
func (t *Table) misreadAlike(text string, alternatives []Alternative) string {
	text = Fold(text)
	if MayBeThousands(text) {
		comma := strings.ReplaceAll(text, ".", ",")
		if slices.ContainsFunc(alternatives, func(a Alternative) bool { return Fold(a.Text) == comma }) || t.count(MayBeThousands) > manyPoints {
			return "thousands_comma"
		}
	}
	if signedZero.MatchString(text) {
		return "signed_zero"
	}
	if text == "7" || text == "1" {
		strokes := t.count(func(text string) bool { return text == "/" })
		if 2*strokes > t.count(func(string) bool { return true }) {
			return "stroke_among_strokes"
		}
	}
	return ""
}

// digitsApart matches digits with a blank between them, lineBetween digits on two
// lines.
var (
	digitsApart = regexp.MustCompile(`[\d０-９]\s+[\d０-９]`)
	lineBetween = regexp.MustCompile(`[\d０-９][^\n]*\n\D*[\d０-９]`)
)

// twoValues says why a text that was typed, in a web page or a Word file, may be two
// values in one cell: the code of the cause, or an empty text if that is not likely.
// Fold would make one number of them. For what is read off a picture, its reader asks
// the same.
func twoValues(text string) string {
	switch {
	case lineBetween.MatchString(text):
		return "several_lines"
	case digitsApart.MatchString(text):
		return "digits_apart"
	}
	return ""
}
