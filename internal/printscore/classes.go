package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/biaoge/biaoge/internal/edit"
)

// classNames are the classes of characters that are told apart, in the order in
// which they are printed; each character belongs to the first that has it.
var classNames = []string{"digits", "Latin", "brackets", "currency", "units and signs", "stops", "marks", "rare Chinese", "Chinese", "others"}

// members tell the characters of a class, once they are folded.
var members = []func(rune) bool{
	func(r rune) bool { return unicode.IsDigit(r) },
	func(r rune) bool { return unicode.Is(unicode.Latin, r) || unicode.Is(unicode.Greek, r) },
	in("()〈〉《》【】[]{}<>\"'「」『』〔〕"),
	in("$¥€£￥"),
	in("%‰°℃±×÷≤≥≠≈~+=/^#&@*"),
	in(",.:;、。!?·-_|\\…"),
	in("□■☑☒✓√●○◎▲△★☆→↑↓〇"),
	func(r rune) bool { return unicode.Is(unicode.Han, r) && !usual(r) },
	func(r rune) bool { return unicode.Is(unicode.Han, r) },
	func(rune) bool { return true },
}

func in(all string) func(rune) bool { return func(r rune) bool { return strings.ContainsRune(all, r) } }

// usual reports whether a character is one of the first level of GB 2312, which
// has those of everyday Chinese; the others are those of names.
func usual(r rune) bool {
	b, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(string(r)))
	return err == nil && len(b) == 2 && b[0] >= 0xb0 && b[0] <= 0xd7 && b[1] >= 0xa1
}

// classes count, for each class, the characters that are printed and those that
// were not read.
type classes struct{ printed, missed [10]int }

func (c *classes) add(o classes) {
	for i := range c.printed {
		c.printed[i] += o.printed[i]
		c.missed[i] += o.missed[i]
	}
}

func classOf(r rune) int {
	return slices.IndexFunc(members, func(has func(rune) bool) bool { return has(r) })
}

// count compares a printed text with what was read. A character is missed where
// leaving it out makes the texts less different: it has nothing to stand for.
func (c *classes) count(printed, read string) {
	want, got := []rune(printed), []rune(read)
	all := edit.Distance(want, got)
	for i, r := range want {
		k := classOf(r)
		c.printed[k]++
		if all > 0 && edit.Distance(slices.Concat(want[:i], want[i+1:]), got) < all {
			c.missed[k]++
		}
	}
}

func (c classes) String() string {
	var out []string
	for i, name := range classNames {
		if n := c.printed[i]; n > 0 {
			out = append(out, fmt.Sprintf("%s %d of %d (%.1f %%)", name, c.missed[i], n, 100*float64(c.missed[i])/float64(n)))
		}
	}
	return strings.Join(out, ", ")
}
