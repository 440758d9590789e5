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
