package pdf

import (
	"math"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/report/content"
)

// A row is characters that stand beside one another.
type row struct {
	chars []Char
	mid   float64
	high  float64
}

// rowsOf parts characters into rows, each from left to right.
func rowsOf(chars []Char) []row {
	sorted := slices.DeleteFunc(slices.Clone(chars), func(c Char) bool { return strings.TrimSpace(c.Text) == "" })
	slices.SortStableFunc(sorted, func(a, b Char) int {
		return int(math.Copysign(1, (a.Box[1]+a.Box[3])-(b.Box[1]+b.Box[3])))
	})
	var rows []row
	for _, c := range sorted {
		mid, high := (c.Box[1]+c.Box[3])/2, c.Box.Height()
		if n := len(rows); n > 0 && mid-rows[n-1].mid <= 0.6*max(rows[n-1].high, high) {
			r := &rows[n-1]
			r.chars = append(r.chars, c)
			if high > r.high { // small signs tell little of where a row is
				r.high, r.mid = high, mid
			}
			continue
		}
		rows = append(rows, row{[]Char{c}, mid, high})
	}
	for _, r := range rows {
		slices.SortStableFunc(r.chars, func(a, b Char) int { return int(math.Copysign(1, a.Box[0]-b.Box[0])) })
	}
	return rows
}

// textOf is what characters say, a line for each row.
func textOf(chars []Char) string {
	var lines []string
	for _, r := range rowsOf(chars) {
		lines = append(lines, strings.Join(pieces(r, math.Inf(1)), " "))
	}
	return content.Clean(strings.Join(lines, "\n"))
}

// overRule is how close, as a share of their height, characters stand that are of
// one word though a rule lies between them; cells leave more room.
const overRule = 0.1

// wordGap and columnGap are how wide a gap parts words, and texts of different
// columns, as a share of the height of the print.
const (
	wordGap   = 0.4
	columnGap = 1.2
)

// pieces are the texts of a row, parted where there is a gap of so many
// heights.
func pieces(r row, gap float64) (out []string) {
	var b strings.Builder
	for i, c := range r.chars {
		if i > 0 {
			space := c.Box[0] - r.chars[i-1].Box[2]
			switch {
			case space > gap*r.high:
				out = append(out, b.String())
				b.Reset()
			case space > wordGap*r.high && western(c.Text) && western(r.chars[i-1].Text):
				b.WriteByte(' ') // Chinese has none
			}
		}
		if i > 0 && raised(r.chars[i-1].Box, c.Box) {
			b.WriteString(content.Raised)
		}
		b.WriteString(c.Text)
	}
	return append(out, b.String())
}

// How high a character is at most that is set as a note's number is, and how far
// it ends above or below the one before it at least, as shares of the height of
// that. Characters of other fonts on the same line end where it does.
const (
	raisedHeight = 0.8
	raisedBy     = 0.2
)

// raised tells a character that is set smaller and higher, or lower, than the one
// before it.
func raised(before, c Box) bool {
	high := before.Height()
	return c.Height() < raisedHeight*high && math.Abs(before[3]-c[3]) > raisedBy*high
}

// western tells characters of scripts that part words by blanks.
func western(s string) bool {
	const ideographs = 0x2e80 // and all that is set like them
	for _, r := range s {
		return r < ideographs
	}
	return false
}
