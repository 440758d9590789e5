package synth

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// anyPrint is a ruled table of no known form whose cells hold whatever tables
// hold besides numbers and usual words.
func (g *Generator) anyPrint(r *rand.Rand) *shot {
	way := r.IntN(10)
	l := g.screenLook(r, one(r, 1.0, 1, 1.25, 1.5, 2))
	if way >= 7 {
		l = g.paperLook(r, scanned)
	}
	column := func(r *rand.Rand, a *author, english bool) func() string { return printColumn(r, l, a) }
	return g.finishGeneric(r, l, g.genericShot(r, l, true, column), way)
}

// hanzi are the characters of GB 2312, the usual ones of its first level first.
var hanzi = sync.OnceValue(func() (all []rune) {
	for high := byte(0xb0); high <= 0xf7; high++ {
		for low := byte(0xa1); low <= 0xfe; low++ {
			text, err := simplifiedchinese.GBK.NewDecoder().String(string([]byte{high, low}))
			if c := []rune(text); err == nil && len(c) == 1 && c[0] >= 0x4e00 && c[0] <= 0x9fff {
				all = append(all, c[0])
			}
		}
	}
	return all
})

// usual is how many characters the first level of GB 2312 has.
const usual = 3755

// Characters of tables that are no words.
const (
	latinLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	likeDigits   = "ABDEGHIOQSTUZbglo"
	rareNames    = "昇堃喆玥珺祎赟頔晞翀瑀璟甯"
	marksOfLists = "□■☑√×○●◎△▲☆★"
)

// A printWriter writes the cells of one column: what it chose once holds for all of
// them.
type printWriter struct {
	r      *rand.Rand
	mark   rune
	grades string
	dash   string
	round  string
	few    []string // all that the column says
	whole  int      // digits of a number in a column of codes
	odd    int      // of how many of them one has a letter
}

func newPrintWriter(r *rand.Rand) *printWriter {
	p := &printWriter{r: r}
	p.mark = []rune(marksOfLists)[r.IntN(len([]rune(marksOfLists)))]
	p.grades = one(r, "ABCD", "ABCDE", "优良中差", "甲乙丙丁", "SABC")
	p.dash = one(r, "—", "-", "－", "一")
	p.round = one(r, "○●", "○◎", "●◎", "○×", "√×", "○●△", "□■", "☑☒", "✓✗", "✓", "☐☑")
	p.few = []string{p.words(1, 2), p.words(1, 4), one(r, "指", "是", "否", "无", "有", "元", "个", "件", "人", "万元", "合格", "同上")}[r.IntN(2):]
	p.whole = 1 + r.IntN(5)
	p.odd = 4 + r.IntN(20)
	return p
}

// some is lo to hi of some characters.
func (p *printWriter) some(chars []rune, lo, hi int) string {
	var b strings.Builder
	for range lo + p.r.IntN(hi-lo+1) {
		b.WriteRune(chars[p.r.IntN(len(chars))])
	}
	return b.String()
}

func (p *printWriter) words(lo, hi int) string {
	return p.some(hanzi()[:one(p.r, usual, usual, usual, len(hanzi()))], lo, hi)
}

func (p *printWriter) digit() string { return strconv.Itoa(p.r.IntN(10)) }

// drawn tells whether the fonts of a look can draw a text.
func (l *look) drawn(s string) bool {
	for _, c := range s {
		if c != ' ' && l.value.stack.face(c) == nil {
			return false
		}
	}
	return true
}

// printColumn chooses what a column holds. Nothing is written that the fonts of
// the look can't draw.
func printColumn(r *rand.Rand, l *look, a *author) func() string {
	p := newPrintWriter(r)
	write := one(r, append(slices.Concat(p.namesAndCodes(), p.marksAndUnits(), p.lettersAndLists()), a.date)...)
	return func() string {
		for range 20 {
			if s := write(); l.drawn(s) {
				return s
			}
		}
		return p.digit()
	}
}

// namesAndCodes are what columns of words, names, grades and codes hold.
func (p *printWriter) namesAndCodes() []func() string {
	return []func() string{
		func() string { return p.words(2, 8) },
		func() string { return p.words(1, 3) },
		func() string { return p.words(1, 2) + p.some([]rune(rareNames), 1, 1) },
		func() string { return one(p.r, strings.Split(p.grades, "")...) },
		func() string { return p.some([]rune(latinLetters), 1, 1) },
		func() string { return p.some([]rune(latinLetters), 1, 2) + "-" + strconv.Itoa(p.r.IntN(1000)) },
		func() string { return p.some([]rune(latinLetters), 2, 5) },
		func() string { return one(p.r, p.few...) },
		func() string { return one(p.r, p.few...) },
		func() string {
			code := []byte(p.some([]rune("0123456789"), p.whole, p.whole+1))
			if p.r.IntN(p.odd) == 0 {
				code[p.r.IntN(len(code))] = likeDigits[p.r.IntN(len(likeDigits))]
			}
			return string(code)
		},
		func() string { return p.some([]rune("0123456789"), p.whole, p.whole+2) },
		func() string { return p.some([]rune("ABCDEFGHKMNPRTUVWXY"), 1, 1) + p.digit() },
		func() string { return one(p.r, string(p.mark), string(p.mark), "") },
		func() string { return string(p.mark) + p.words(1, 3) },
	}
}

// marksAndUnits are what columns of marks, signs and numbers with units hold.
func (p *printWriter) marksAndUnits() []func() string {
	return []func() string{
		func() string { return one(p.r, "√", "×") },
		func() string { return one(p.r, "￥", "¥", "$", "€", "£") + printed(number(p.r, 60), true) },
		func() string {
			return p.digit() + p.digit() + one(p.r, "℃", "‰", "%", "kg", "km", "吨", "亩", "m", "元/吨")
		},
		func() string { return one(p.r, "±", "≥", "≤", "＞", "＜", "≈") + p.digit() + "." + p.digit() },
		func() string {
			b := one(p.r, "（）", "〈〉", "《》", "【】", "“”")
			pair := []rune(b)
			return p.words(0, 3) + string(pair[0]) + p.words(1, 4) + string(pair[1])
		},
		func() string { return string([]rune("①②③④⑤⑥⑦⑧⑨⑩")[p.r.IntN(10)]) + p.words(1, 4) },
		func() string { return one(p.r, "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "Ⅵ") },
		func() string { return p.words(2, 5) + one(p.r, "、", "。", "；", "：") + p.words(1, 5) },
		func() string { return p.digit() + one(p.r, "×", "~", "/", ":") + p.digit() },
		func() string { return "第" + p.digit() + "条" + p.words(1, 4) },
		func() string { return fmt.Sprintf("%d.%d", p.r.IntN(100), p.r.IntN(100)) },
		func() string { return one(p.r, "—", "-", strconv.Itoa(number(p.r, 40))) },
	}
}

// lettersAndLists are what columns of numerals, signs alone and short lists hold.
func (p *printWriter) lettersAndLists() []func() string {
	return []func() string{
		func() string { return one(p.r, strings.Split("一二三四五六七八九十", "")...) },
		func() string { return p.dash },
		func() string { return one(p.r, strings.Split(p.round, "")...) },
		func() string { return one(p.r, strings.Split(p.round, "")...) },
		func() string { return one(p.r, "I", "II", "III", "IV", "V", "VI", "VII") },
		func() string { return one(p.r, "I", "II", "III") + one(p.r, "类", "级", "期", "型") },
		func() string { return p.some([]rune(likeDigits), 1, 1) + p.digit() },
		func() string { return p.some([]rune(likeDigits), 1, 1) },
		func() string { return one(p.r, "/", "、", "·", "O", "0", "-", "。") },
		func() string { return p.digit() + one(p.r, "m²", "m³", "km²", "㎡", "㎝", "㎏", "μm", "Ω") },
		func() string { return one(p.r, "№", "№ ", "No.") + p.digit() + p.digit() },
		func() string {
			return one(p.r, "□", "■", "☑") + p.words(1, 1) + " " + one(p.r, "□", "■", "☑") + p.words(1, 1)
		},
		func() string { return printed(number(p.r, 60), true) },
		func() string { return one(p.r, "（", "(") + printed(number(p.r, 60), true) + ")" },
	}
}
