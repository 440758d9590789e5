package evaluate

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// normal makes two ways to type the same print equal: full and half width,
// white space, kinds of dash and quotation mark.
func normal(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '－', '—', '–', '―', '‐', '‑', '−', '─':
			return '-'
		case '“', '”':
			return '"'
		case '‘', '’':
			return '\''
		}
		// Python's white space has the four separators of ASCII too.
		if unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
	return strings.ReplaceAll(s, "--", "-")
}

// distance is the number of characters to insert, delete or replace to make
// one text the other.
func distance(a, b []rune) int {
	prev := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i, x := range a {
		diag := prev[0]
		prev[0] = i + 1
		for j, y := range b {
			d := diag
			if x != y {
				d++
			}
			diag = prev[j+1]
			prev[j+1] = min(prev[j+1]+1, prev[j]+1, d)
		}
	}
	return prev[len(b)]
}
