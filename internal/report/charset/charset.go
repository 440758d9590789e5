// Package charset turns the bytes of a page or text into UTF-8 and knows of
// each tag where it stands in the bytes, so that what is put into a page
// leaves all else as it was. It knows nothing of what the text says.
package charset

import (
	"bytes"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// A Text is bytes in some charset and what they say.
type Text struct {
	Name    string // of the charset, such as gb18030
	Guessed bool   // its declaration is missing or wrong, and its content told
	UTF8    string

	data  []byte
	enc   encoding.Encoding // nil for UTF-8
	puts  encoding.Encoding // what characters are put in with, where that is another
	ascii bool              // what is put in is ASCII: other characters become references
	gb    bool              // declared as GB2312: no characters beyond it are put in
	mark  int               // bytes of the byte order mark

	// Where pieces begin, in UTF8 and in data: before each < and after each >,
	// and each line.
	to, from []int
}

// Decode finds out the charset of data. Declared is what a header says, or
// empty; a page may say it itself. Both may be wrong, which the content tells.
func Decode(data []byte, declared string) *Text {
	t := &Text{data: data}
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		t.Name, t.mark = "utf-8", 3
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		t.Name, t.mark, t.enc = "utf-16le", 2, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		t.Name, t.mark, t.enc = "utf-16be", 2, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	default:
		t.judge(declared)
	}
	t.decode()
	return t
}

// inPage is how a page names its charset, be it HTML or XHTML.
var inPage = regexp.MustCompile(`(?i)<(?:meta[^>]*?\bcharset|\?xml[^>]*?\bencoding)\s*=\s*["']?\s*([-\w:.]+)`)

// declarationWithin is how far into a page its charset is looked for: browsers
// look at 1,024 bytes, but pages with long scripts before it are read right by
// those that go on.
const declarationWithin = 16 << 10

// judge weighs the declared charset against those of Chinese pages by what the
// content is in each.
func (t *Text) judge(declared string) {
	if declared == "" {
		if m := inPage.FindSubmatch(t.data[:min(len(t.data), declarationWithin)]); m != nil {
			declared = string(m[1])
		}
	}
	enc, name := charset.Lookup(declared)
	t.gb = strings.EqualFold(strings.TrimSpace(declared), "gb2312") || strings.EqualFold(strings.TrimSpace(declared), "gb_2312-80")
	if strings.HasPrefix(name, "utf-16") || name == "x-user-defined" || name == "replacement" {
		enc, name = nil, "" // a page that could be read this far is none of these
	}
	if enc == nil && zeros(t.data) {
		t.Name, t.enc, t.Guessed = "utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), true
		return
	}
	sample := t.data[min(firstBeyondASCII(t.data), len(t.data)):]
	sample = sample[:min(len(sample), sampleBytes)]
	if len(sample) == 0 {
		t.Name, t.enc = name, enc
		if enc == nil {
			t.Name = "utf-8"
		}
	} else {
		best := -1.0
		try := func(n string, e encoding.Encoding, prior float64) {
			if p := likely(sample, e) + prior; p > best {
				best, t.Name, t.enc = p, n, e
			}
		}
		if enc != nil {
			try(name, enc, declaredPrior)
		}
		try("utf-8", nil, 0)
		try("gb18030", simplifiedchinese.GB18030, 0)
		try("big5", traditionalchinese.Big5, 0)
		t.Guessed = t.Name != name
	}
	if t.Name == "utf-8" {
		t.enc = nil
	}
	if t.Name != name {
		t.gb = false
	}
	if t.Name == "gbk" {
		// Browsers read it as GB 18030, of which it is a part.
		t.enc, t.puts = simplifiedchinese.GB18030, simplifiedchinese.GBK
		if t.gb {
			t.Name = "gb2312"
		}
	}
}

// declaredPrior is how much less sense, as a share of the characters, a text
// may make in the charset it says it has than in another.
const declaredPrior = 0.05

// likely is how much sense bytes make in a charset: the share of what is not
// ASCII that is frequent in Chinese, less what is no character at all.
func likely(data []byte, enc encoding.Encoding) float64 {
	text := data
	if enc != nil {
		out, err := enc.NewDecoder().Bytes(data)
		if err != nil {
			return 0
		}
		text = out
	}
	all, frequent, wrong := 0, 0, 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		i += n
		if r < utf8.RuneSelf {
			continue
		}
		all++
		switch {
		case r == utf8.RuneError:
			wrong++
		case strings.ContainsRune(common, r):
			frequent++
		}
	}
	if all == 0 {
		return 0
	}
	return float64(frequent)/float64(all)/2 - float64(wrong)/float64(all) + 0.5
}

// common are characters that make up a good part of any Chinese text of an
// office, in both scripts, with its punctuation.
const common = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严龙飞，。、；：？！“”‘’（）《》〈〉【】—…·　　申请政府信息公开报告情况說這個為與經對會來時們國開關機學業東實電車員產應發動話門問間長見現進過還點體從兩書當無給種節務區處務據單總結變線級統級連達選適書樣樹權歡歷氣決況測濟為無爭狀獨現產畫當療發盡監盤眾督碼確礎禮種稱積穩競筆節範築簡類紀約紅納純紙級細終組結統經維綠網線編緣縣總績織續罰職聯聲聽臨舉舊藝處號術補裝裡複見規視覽觀訂計訊記許設評試話該詳認語誤說調談請論證識議護讀變讓費資質購車軟較輕輯輸辦運過達遠適選還邊郵鄉釋針錄錢錯鎮長門開間關陸陳陽隊階際隨險雙難電靜響頁項順須預領頭題願類顧風飛養館驗體點黨"

// sampleBytes is how much of a text its charset is told by, from the first
// character beyond ASCII on.
const sampleBytes = 1 << 20

func firstBeyondASCII(data []byte) int {
	for i, b := range data {
		if b >= utf8.RuneSelf {
			return i
		}
	}
	return len(data)
}

// zeros tells UTF-16 without a mark: every other byte of markup is 0.
func zeros(data []byte) bool {
	head := data[:min(len(data), 64)]
	n := 0
	for i := 1; i < len(head); i += 2 {
		if head[i] == 0 && head[i-1] != 0 {
			n++
		}
	}
	return len(head) >= 8 && n > len(head)/4
}

// decode makes UTF8 of data piece by piece, so that places can be taken back.
// No charset of two bytes has < > or a line's end as a second one.
func (t *Text) decode() {
	var b strings.Builder
	b.Grow(len(t.data) + len(t.data)/2)
	unit := 1
	if strings.HasPrefix(t.Name, "utf-16") {
		unit = 2
	}
	piece := func(from, to int) {
		if from == to {
			return
		}
		t.to, t.from = append(t.to, b.Len()), append(t.from, from)
		p := t.data[from:to]
		if t.enc == nil {
			b.WriteString(strings.ToValidUTF8(string(p), "\ufffd"))
			return
		}
		if out, err := t.enc.NewDecoder().Bytes(p); err == nil {
			b.Write(out)
		}
	}
	start := t.mark
	for i := t.mark; i+unit <= len(t.data); i += unit {
		c := t.data[i]
		if unit == 2 {
			hi, lo := t.data[i+1], t.data[i]
			if t.Name == "utf-16be" {
				hi, lo = lo, hi
			}
			if c = lo; hi != 0 {
				continue
			}
		}
		switch c {
		case '<':
			piece(start, i)
			start = i
		case '>', '\n':
			piece(start, i+unit)
			start = i + unit
		}
	}
	piece(start, len(t.data))
	t.to, t.from = append(t.to, b.Len()), append(t.from, len(t.data))
	t.UTF8 = b.String()
}

// Offset takes a place in UTF8 back to the bytes. One before a < or behind a >
// or a line's end is exact, whatever stands between; another is unless bytes
// before it on its line are no characters.
func (t *Text) Offset(u int) int {
	i := sort.SearchInts(t.to, u)
	if i < len(t.to) && t.to[i] == u {
		return t.from[i]
	}
	if i == 0 || i == len(t.to) {
		return t.from[min(i, len(t.from)-1)]
	}
	// Within a piece: what stands before it is as long as it is written.
	at, before := t.from[i-1], t.UTF8[t.to[i-1]:min(u, len(t.UTF8))]
	written := []byte(before)
	if t.enc != nil {
		written, _ = t.enc.NewEncoder().Bytes(written)
	}
	if bytes.HasPrefix(t.data[at:], written) {
		return at + len(written)
	}
	return at
}

// OnlyASCII has all other characters that are put in written as references, for
// texts that are carried so.
func (t *Text) OnlyASCII() { t.ascii = true }

// Encode makes bytes of the text's charset. A character that it lacks becomes
// a reference, as HTML has them.
func (t *Text) Encode(s string) []byte {
	if t.enc == nil && !t.ascii {
		return []byte(s)
	}
	var out bytes.Buffer
	if t.ascii {
		for _, r := range s {
			if r < utf8.RuneSelf {
				out.WriteRune(r)
			} else {
				out.WriteString("&#" + strconv.Itoa(int(r)) + ";")
			}
		}
		return out.Bytes()
	}
	enc := t.enc.NewEncoder()
	if t.puts != nil {
		enc = t.puts.NewEncoder()
	}
	for _, r := range s {
		b, err := enc.Bytes([]byte(string(r)))
		enc.Reset()
		if err != nil || t.gb && !inGB2312(b) {
			ref, _ := enc.Bytes([]byte("&#" + strconv.Itoa(int(r)) + ";"))
			out.Write(ref)
			continue
		}
		out.Write(b)
	}
	return out.Bytes()
}

// inGB2312 reports whether a character of GBK is one of GB2312.
func inGB2312(b []byte) bool {
	return len(b) == 1 || len(b) == 2 && b[0] >= 0xa1 && b[0] <= 0xf7 && b[1] >= 0xa1
}

// A Splice is bytes of a text that others take the place of.
type Splice struct {
	From, To int // in UTF8, at a < or behind a >
	With     string
}

// Replace returns the bytes with splices made, which are in order; one that
// overlaps the one before it is left out. All other bytes are as they were.
func (t *Text) Replace(splices []Splice) []byte {
	var out bytes.Buffer
	at := 0
	for _, s := range splices {
		from, to := t.Offset(s.From), t.Offset(s.To)
		if from < at || to < from {
			continue
		}
		out.Write(t.data[at:from])
		out.Write(t.Encode(s.With))
		at = to
	}
	out.Write(t.data[at:])
	return out.Bytes()
}
