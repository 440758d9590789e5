package synth

import (
	"fmt"
	"math/rand/v2"
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

// printColumn chooses what a column holds. Nothing is written that the fonts of
// the look can't draw.
func printColumn(r *rand.Rand, l *look, a *author) func() string {
	drawn := func(s string) bool {
		for _, c := range s {
			if c != ' ' && l.value.stack.face(c) == nil {
				return false
			}
		}
		return true
	}
	some := func(chars []rune, lo, hi int) string {
		var b strings.Builder
		for range lo + r.IntN(hi-lo+1) {
			b.WriteRune(chars[r.IntN(len(chars))])
		}
		return b.String()
	}
	words := func(lo, hi int) string { return some(hanzi()[:one(r, usual, usual, usual, len(hanzi()))], lo, hi) }
	digit := func() string { return strconv.Itoa(r.IntN(10)) }
	mark := []rune(marksOfLists)[r.IntN(len([]rune(marksOfLists)))]
	grades := one(r, "ABCD", "ABCDE", "优良中差", "甲乙丙丁", "SABC")
	dash := one(r, "—", "-", "－", "一")
	round := one(r, "○●", "○◎", "●◎", "○×", "√×", "○●△", "□■", "☑☒", "✓✗", "✓", "☐☑")
	few := []string{words(1, 2), words(1, 4), one(r, "指", "是", "否", "无", "有", "元", "个", "件", "人", "万元", "合格", "同上")}[r.IntN(2):]
	whole := 1 + r.IntN(5) // digits of a number in a column of codes
	odd := 4 + r.IntN(20)  // of how many of them one has a letter
	write := one(r,
		func() string { return words(2, 8) },
		func() string { return words(1, 3) },
		func() string { return words(1, 2) + some([]rune(rareNames), 1, 1) },
		func() string { return one(r, strings.Split(grades, "")...) },
		func() string { return some([]rune(latinLetters), 1, 1) },
		func() string { return some([]rune(latinLetters), 1, 2) + "-" + strconv.Itoa(r.IntN(1000)) },
		func() string { return some([]rune(latinLetters), 2, 5) },
		func() string { return one(r, few...) },
		func() string { return one(r, few...) },
		func() string {
			code := []byte(some([]rune("0123456789"), whole, whole+1))
			if r.IntN(odd) == 0 {
				code[r.IntN(len(code))] = likeDigits[r.IntN(len(likeDigits))]
			}
			return string(code)
		},
		func() string { return some([]rune("0123456789"), whole, whole+2) },
		func() string { return some([]rune("ABCDEFGHKMNPRTUVWXY"), 1, 1) + digit() },
		func() string { return one(r, string(mark), string(mark), "") },
		func() string { return string(mark) + words(1, 3) },
		func() string { return one(r, "√", "×") },
		func() string { return one(r, "￥", "¥", "$", "€", "£") + printed(number(r, 60), true) },
		func() string {
			return digit() + digit() + one(r, "℃", "‰", "%", "kg", "km", "吨", "亩", "m", "元/吨")
		},
		func() string { return one(r, "±", "≥", "≤", "＞", "＜", "≈") + digit() + "." + digit() },
		func() string {
			b := one(r, "（）", "〈〉", "《》", "【】", "“”")
			pair := []rune(b)
			return words(0, 3) + string(pair[0]) + words(1, 4) + string(pair[1])
		},
		func() string { return string([]rune("①②③④⑤⑥⑦⑧⑨⑩")[r.IntN(10)]) + words(1, 4) },
		func() string { return one(r, "Ⅰ", "Ⅱ", "Ⅲ", "Ⅳ", "Ⅴ", "Ⅵ") },
		func() string { return words(2, 5) + one(r, "、", "。", "；", "：") + words(1, 5) },
		func() string { return digit() + one(r, "×", "~", "/", ":") + digit() },
		func() string { return "第" + digit() + "条" + words(1, 4) },
		func() string { return fmt.Sprintf("%d.%d", r.IntN(100), r.IntN(100)) },
		func() string { return one(r, "—", "-", strconv.Itoa(number(r, 40))) },
		func() string { return one(r, strings.Split("一二三四五六七八九十", "")...) },
		func() string { return dash },
		func() string { return one(r, strings.Split(round, "")...) },
		func() string { return one(r, strings.Split(round, "")...) },
		func() string { return one(r, "I", "II", "III", "IV", "V", "VI", "VII") },
		func() string { return one(r, "I", "II", "III") + one(r, "类", "级", "期", "型") },
		func() string { return some([]rune(likeDigits), 1, 1) + digit() },
		func() string { return some([]rune(likeDigits), 1, 1) },
		func() string { return one(r, "/", "、", "·", "O", "0", "-", "。") },
		func() string { return digit() + one(r, "m²", "m³", "km²", "㎡", "㎝", "㎏", "μm", "Ω") },
		func() string { return one(r, "№", "№ ", "No.") + digit() + digit() },
		func() string {
			return one(r, "□", "■", "☑") + words(1, 1) + " " + one(r, "□", "■", "☑") + words(1, 1)
		},
		func() string { return printed(number(r, 60), true) },
		func() string { return one(r, "（", "(") + printed(number(r, 60), true) + ")" },
		a.date)
	return func() string {
		for range 20 {
			if s := write(); drawn(s) {
				return s
			}
		}
		return digit()
	}
}
