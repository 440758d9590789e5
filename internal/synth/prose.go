package synth

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// proseTable is a ruled table of no known form whose cells hold real words: names of
// persons, firms and places, terms and what they mean, titles, sentences. Half of it is
// small print, and in a third the lines of a cell stand far apart, as in contracts.
func (g *Generator) proseTable(r *rand.Rand) *shot {
	return g.proseIn(r, proseScales, 0, nil)
}

// proseScales are how many pixels a CSS pixel of prose is.
var proseScales = []float64{0.7, 0.75, 0.8, 0.9, 1, 1, 1.25, 1.5}

// alikeTable is a table of real words, most of it in small print, half of whose columns hold
// one word in nearly each row, as lists of terms and of units do.
func (g *Generator) alikeTable(r *rand.Rand) *shot {
	return g.proseIn(r, []float64{0.6, 0.65, 0.7, 0.75, 0.8, 1}, 50, (*proseWriter).oneWord)
}

// misprintTable is a table of real words most of whose columns hold words of characters that
// look like others, some of them misprinted so.
func (g *Generator) misprintTable(r *rand.Rand) *shot {
	return g.proseIn(r, proseScales, 70, func(p *proseWriter) func() string { return p.lookalikes })
}

// proseIn is a table of real words on a screen of one of some scales, of which so many
// columns of a hundred are written otherwise.
func (g *Generator) proseIn(r *rand.Rand, scales []float64, share int, otherwise func(*proseWriter) func() string) *shot {
	way := r.IntN(10)
	l := g.screenLook(r, one(r, scales...))
	if way >= 8 {
		l = g.paperLook(r, scanned)
	}
	if chance(r, 33) {
		leading := between(r, 1.6, 2.3)
		l.label.leading, l.value.leading = leading, leading
	}
	p := newProseWriter(r)
	column := func(_ *rand.Rand, a *author, _ bool) func() string {
		write := one(r, append(append(p.names(), p.texts(a)...), p.numbersBeside(a)...)...)
		if share > 0 && chance(r, share) {
			write = otherwise(p)
		}
		return func() string {
			for range 20 {
				if s := write(); l.drawn(s) {
					return s
				}
			}
			return "无"
		}
	}
	return g.finishGeneric(r, l, g.genericShot(r, l, true, column), way)
}

// A proseWriter writes the cells of one table: firms and phrases come up again in it.
type proseWriter struct {
	r       *rand.Rand
	firms   []string // what firms of the table are called
	seat    string   // where most of them are
	phrases []string // that many cells end in
	product string   // of Latin letters
}

func newProseWriter(r *rand.Rand) *proseWriter {
	p := &proseWriter{r: r, seat: lexicons()[place].any(r), product: one(r, words().Latin...)}
	for range 1 + r.IntN(5) {
		p.firms = append(p.firms, p.called())
	}
	for range 1 + r.IntN(3) {
		p.phrases = append(p.phrases, one(r, "系", "为", "指", "属于", "归", "由")+p.terms(1, 3)+one(r, "", "之")+p.terms(1, 2))
	}
	if chance(r, 50) {
		p.product = strings.ToUpper(p.product[:1]) + p.product[1:] + one(r, "In", "Pay", "Lab", "Pro", "X", "AI", "Net", "Go")
	}
	return p
}

// called is what a firm or a product is called: few of these are words, and some of
// their characters are rare.
func (p *proseWriter) called() string {
	if chance(p.r, 40) {
		return lexicons()[noun].any(p.r)
	}
	var b strings.Builder
	for range 2 + p.r.IntN(2) {
		of := hanzi()[:usual]
		if chance(p.r, 12) {
			of = append([]rune(rareNames), hanzi()[usual:]...)
		}
		b.WriteRune(one(p.r, of...))
	}
	return b.String()
}

// terms are so many nouns and verbs, as frequent ones mostly.
func (p *proseWriter) terms(lo, hi int) string {
	var b strings.Builder
	for range lo + p.r.IntN(hi-lo+1) {
		of := lexicons()[one(p.r, noun, noun, verb)]
		if chance(p.r, 70) {
			b.WriteString(of.usual(p.r))
		} else {
			b.WriteString(of.any(p.r))
		}
	}
	return b.String()
}

func (p *proseWriter) person() string {
	given := string(one(p.r, hanzi()[:usual]...))
	if chance(p.r, 60) {
		given += string(one(p.r, append([]rune(rareNames), hanzi()...)...))
	}
	return string(one(p.r, []rune("王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤")...)) + given
}

func (p *proseWriter) place() string {
	if chance(p.r, 60) {
		return p.seat
	}
	return lexicons()[place].any(p.r)
}

func (p *proseWriter) firm() string {
	return p.place() + one(p.r, "", "市") + one(p.r, p.firms...) + p.terms(0, 2) +
		one(p.r, "有限公司", "有限公司", "股份有限公司", "集团有限公司", "有限责任公司", "工程有限公司", "企业（有限合伙）", "研究院", "中心", "股份有限公司"+p.place()+"分公司")
}

// sentence is words as frequent as in texts, with signs between them.
func (p *proseWriter) sentence(lo, hi int) string {
	var b strings.Builder
	n := lo + p.r.IntN(hi-lo+1)
	for i := range n {
		b.WriteString(lexicons()[anyWord].usual(p.r))
		if i < n-1 && chance(p.r, 18) {
			b.WriteString(one(p.r, "，", "，", "、", "；", "：", "。"))
		}
	}
	return b.String()
}

// names are what columns of names and terms hold.
func (p *proseWriter) names() []func() string {
	same := one(p.r, "指", "是", "否", "有", p.terms(1, 1))
	return []func() string{
		p.firm, p.firm, p.person,
		func() string { return one(p.r, p.firms...) + p.terms(0, 2) },
		func() string { return p.terms(1, 1) },
		func() string { return p.terms(1, 3) },
		func() string { return p.terms(2, 4) },
		func() string { return lexicons()[anyWord].usual(p.r) },
		func() string { return same },
		func() string { return one(p.r, same, same, p.terms(1, 1)) },
		func() string { return p.product + one(p.r, "", " ") + p.terms(1, 2) },
		func() string { return p.person() + one(p.r, "、", "/", "，") + p.person() },
	}
}

// oneWord writes the same in nearly each row: a character mostly.
func (p *proseWriter) oneWord() func() string {
	character := func() string { return string(one(p.r, hanzi()[:usual]...)) }
	same := one(p.r, one(p.r, "指", "是", "否", "有", "无", "元", "个"), character(), character(), p.terms(1, 1))
	return func() string {
		if chance(p.r, 90) {
			return same
		}
		return one(p.r, character(), p.terms(1, 1))
	}
}

// lookalike are characters that look like one another, each with those beside it.
var lookalike = strings.Fields("己已巳 未末 日曰 人入八 干千于 天夭无 土士 戊戌戍 大犬太 王玉 自白 目日 间问 暖暧 崇祟 刺剌 博搏 领颔 口囗 候侯 拨拔 徒徙 折拆 免兔 毫亳 " +
	"子孑 鸟乌 治冶洽 准淮 历厉 茶荼 睛晴 幼幻 甲由申 今令 代伐 衷衰哀 洒酒 待侍 形彤 析柝 赢羸嬴 辨辩 栗粟 竟竞 炙灸 盲肓 载戴 锻煅 辍缀 伦沦 备各 指拍 衔街 誉誊 迁迂 毛乇")

// othersLike are the characters that look like one.
func othersLike(r rune) []rune {
	for _, alike := range lookalike {
		if strings.ContainsRune(alike, r) {
			return []rune(strings.ReplaceAll(alike, string(r), ""))
		}
	}
	return nil
}

// lookalikes writes words with a character that looks like another, two in five of them
// misprinted: with the other in its place.
func (p *proseWriter) lookalikes() string {
	for range 50 {
		word := []rune(p.terms(1, 2))
		at := p.r.IntN(len(word))
		if others := othersLike(word[at]); others != nil {
			if chance(p.r, 40) {
				word[at] = one(p.r, others...)
			}
			return string(word)
		}
	}
	return p.terms(1, 2)
}

// texts are what columns of longer texts hold.
func (p *proseWriter) texts(a *author) []func() string {
	return []func() string{
		func() string { return p.firm() + "，" + one(p.r, p.phrases...) },
		func() string { return p.firm() + "，" + one(p.r, p.phrases...) },
		func() string {
			return p.firm() + "（" + one(p.r, "曾用名", "简称", "以下简称") + "“" + one(p.r, p.firm(), p.terms(1, 2)) + "”）" + one(p.r, "", "，"+one(p.r, p.phrases...))
		},
		func() string { return p.sentence(3, 8) },
		func() string { return p.sentence(4, 14) + one(p.r, "", "。") },
		func() string { return p.sentence(10, 26) + "。" },
		func() string { return p.terms(1, 3) + "、" + p.terms(1, 3) + "、" + p.terms(1, 2) },
		func() string { return a.write(one(p.r, words().Sentences...)) },
		func() string { return "《" + p.terms(2, 5) + one(p.r, "办法", "规定", "条例", "通知") + "》" },
		func() string {
			return p.place() + p.terms(1, 1) + one(p.r, "路", "街", "大道") + strconv.Itoa(1+p.r.IntN(400)) + "号" + one(p.r, "", p.terms(1, 1)+"楼", strconv.Itoa(1+p.r.IntN(20))+"层")
		},
		func() string {
			return one(p.r, "（一）", "1.", "2、", "一、", "第一组（3人）：") + p.sentence(3, 9)
		},
		func() string { return p.sentence(2, 5) + p.product + p.sentence(2, 5) },
	}
}

// numbersBeside are numbers and dates as they stand beside texts.
func (p *proseWriter) numbersBeside(a *author) []func() string {
	return []func() string{
		a.date,
		func() string {
			return fmt.Sprintf("%02d:%02d-%02d:%02d", p.r.IntN(24), 5*p.r.IntN(12), p.r.IntN(24), 5*p.r.IntN(12))
		},
		func() string { return printed(number(p.r, 60), true) + one(p.r, "", "元", "万元", "人", "%") },
	}
}
