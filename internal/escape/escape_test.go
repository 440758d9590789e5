package escape

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestANameShowsNoControlCharacters(t *testing.T) {
	for in, want := range map[string]string{
		"报告/22.jpg":        "报告/22.jpg",
		"a b'\"\\.png":     "a b'\"\\.png",
		"two\nlines.png":   "two%0Alines.png",
		"\x1b[31mred.png":  "%1B[31mred.png",
		"100%.png":         "100%25.png",
		"\xb1\xa8.jpg":     "%B1%A8.jpg",
		"a\u202egnp.exe":   "a%E2%80%AEgnp.exe",
		"\u0085x":          "%C2%85x",
		"kept \ufffd.png":  "kept \ufffd.png",
		"line\u2028sep.gz": "line%E2%80%A8sep.gz",
	} {
		if got := Name(in); got != want {
			t.Errorf("Name(%q) = %q, want %q", in, got, want)
		}
		if got := Undo(want); got != in {
			t.Errorf("Undo(%q) = %q, want %q", want, got, in)
		}
	}
}

func TestFileKeepsNamesApart(t *testing.T) {
	long := strings.Repeat("长", 80)
	names := []string{
		"x.png", "x.png.json/y.png", "x.png%2Ejson/y.png", "x.png%252Ejson/y.png",
		long + "1.png", long + "2.png", long + "1.png/z", "a\nb", "a%0Ab",
	}
	seen := map[string]string{}
	folders := map[string]string{}
	for _, n := range names {
		f := File(n, ".json")
		if other, ok := seen[f]; ok {
			t.Errorf("%q and %q are both %q", n, other, f)
		}
		seen[f] = n
		for i, c := range f {
			if c == '/' {
				folders[f[:i]] = n
			}
		}
		for part := range strings.SplitSeq(f, "/") {
			if len(part) > 250 || !utf8.ValidString(part) {
				t.Errorf("%q becomes %q", n, part)
			}
		}
	}
	for f, n := range seen {
		if other, ok := folders[f]; ok {
			t.Errorf("the file of %q is a folder of %q: %q", n, other, f)
		}
	}
}

func FuzzName(f *testing.F) {
	f.Add("a\nb%\xff")
	f.Fuzz(func(t *testing.T, s string) {
		e := Name(s)
		if !utf8.ValidString(e) || strings.ContainsAny(e, "\n\r\x00\x1b") {
			t.Fatalf("Name(%q) = %q", s, e)
		}
		if Undo(e) != s {
			t.Fatalf("Undo(%q) = %q, want %q", e, Undo(e), s)
		}
	})
}
