// Package escape writes names of files so that any program can hold them.
//
// On Linux a name is any bytes but / and NUL: newlines, escape sequences of
// terminals, and text in GBK are all met in scraped folders. JSON, CSV and
// terminals want one line of UTF-8. So each byte that is a control character,
// part of a bidirectional control, or no valid UTF-8 is written as %XX, and %
// itself as %25, as in a URL. All other names stay as they are, and Undo gives
// every name back byte for byte.
//
// It must not know what is in a file, or whether there is one.
package escape

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Name escapes a name or a path; slashes stay.
func Name(s string) string {
	if plain(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if escaped(r, n) {
			for _, c := range []byte(s[i : i+n]) {
				fmt.Fprintf(&b, "%%%02X", c)
			}
		} else {
			b.WriteString(s[i : i+n])
		}
		i += n
	}
	return b.String()
}

func plain(s string) bool {
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if escaped(r, n) {
			return false
		}
		i += n
	}
	return true
}

func escaped(r rune, n int) bool {
	switch {
	case r == '%', r == '\u2028', r == '\u2029':
		return true
	case r == utf8.RuneError && n <= 1:
		return true
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}

// Undo takes back what Name did. What is no escape stays as it is.
func Undo(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if c, err := hex.DecodeString(s[i+1 : i+3]); err == nil {
				b = append(b, c[0])
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return string(b)
}

// maxName is how long a name of a file may get before it is cut: file systems
// take 255 bytes, and something may still be added to it.
const maxName = 200

// File is where a file that is made from the one at a path belongs in a mirror
// of its folder: the escaped path with a suffix such as .json. No two paths
// give the same one.
//
// A folder whose name ends in the suffix would meet the file made from the
// picture beside it (x.png.json/ and x.png), so the dot of its suffix is
// escaped; a name that is too long once escaped is cut and ends in a hash of
// the whole.
func File(p, suffix string) string {
	parts := strings.Split(p, "/")
	for i, s := range parts {
		e := Name(s)
		if i < len(parts)-1 && suffix != "" && strings.HasSuffix(e, suffix) {
			e = strings.TrimSuffix(e, suffix) + "%2E" + suffix[1:]
		}
		if len(e) > maxName {
			sum := sha256.Sum256([]byte(s))
			n := maxName
			for !utf8.RuneStart(e[n]) {
				n--
			}
			// %~ is no escape that Name makes: no short name is the same.
			e = e[:n] + "%~" + hex.EncodeToString(sum[:8])
		}
		parts[i] = e
	}
	return path.Join(parts...) + suffix
}
