package tables

import (
	"regexp"
	"slices"
	"strings"
)

// Some misreadings are made of every copy alike, and then the sums hold all
// the same: no sum may speak for a value that may be one of them.

// maxAlike is the greatest probability of a value that may be misread like
// others of its table.
const maxAlike = 0.9

// thousands are numbers whose points may be the commas of thousands.
var thousands = regexp.MustCompile(`^[+-]?\d{1,3}(\.\d{3})+$`)

// manyPoints is how many values of a table may well have three decimals.
const manyPoints = 2

// signedZero is a 0 as no one prints it.
var signedZero = regexp.MustCompile(`^[+-]0+(\.0+)?%?$`)

// count is how many values of a table are printed so.
func (t *Table) count(so func(text string) bool) (n int) {
	for _, c := range t.Cells {
		if c.Kind == KindValue && so(Fold(c.Text)) {
			n++
		}
	}
	return n
}

// misreadAlike is the code of how a value may be misread that others of its
// table may be misread like; it is empty if it is not likely.
func (t *Table) misreadAlike(text string, alternatives []Alternative) string {
	text = Fold(text)
	if thousands.MatchString(text) {
		comma := strings.ReplaceAll(text, ".", ",")
		if slices.ContainsFunc(alternatives, func(a Alternative) bool { return Fold(a.Text) == comma }) || t.count(thousands.MatchString) > manyPoints {
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

// digitsApart are digits with a blank between them, lineBetween those with the
// end of a line.
var (
	digitsApart = regexp.MustCompile(`[\d０-９]\s+[\d０-９]`)
	lineBetween = regexp.MustCompile(`[\d０-９][^\n]*\n\D*[\d０-９]`)
)

// twoValues says why what is typed in one cell may be two values, which to Fold
// are one; it is empty if it is not likely. Of what is read off a picture its
// reader tells.
func twoValues(text string) string {
	switch {
	case lineBetween.MatchString(text):
		return "several_lines"
	case digitsApart.MatchString(text):
		return "digits_apart"
	}
	return ""
}
