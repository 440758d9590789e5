package biaoge

import (
	"cmp"
	"context"
	"image"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/ocr/linenet"
	"github.com/biaoge/biaoge/tables"
)

// A task is the reading of one table: for each cell its line pictures and what
// each reader made of them.
type task struct {
	page   *layout.Page
	grid   *layout.Grid
	reader *ocr.Reader
	cells  []cellTask
	stamps []layout.Stamp // that lay over the picture

	reviewBelow float64 // values with less than this probability are flagged

	futile int     // cells that were turned for Tesseract in vain
	babble bool    // neither reader makes sense of it
	unread bool    // there is much, and what was looked at made no sense
	spent  int     // how much the line reader read, by width
	sense  float64 // sum of how legible the words are
	words  int     // how many those are
}

type cellTask struct {
	crops  []*image.Gray
	height float64 // of the tallest line's ink, pixels

	posterior  *linenet.Posterior
	candidates []linenet.Candidate // most probable first
	turned     []cellTask          // as it reads when it is turned, once that was asked
	stroke     bool                // a slash by its shape, or by the shape of others that read like it
	leftOut    bool                // something else that is in the cell is not on the crops

	reading tables.Reading
}

func newTask(page *layout.Page, grid *layout.Grid, reader *ocr.Reader) *task {
	return &task{page: page, grid: grid, reader: reader, cells: make([]cellTask, len(grid.Cells))}
}

// blankConfidence is how sure it is that a cell without ink is blank.
const blankConfidence = 0.999

// doubtfulBlank is how sure it is where something might be printed after all.
const doubtfulBlank = 0.9

// candidatesKept is how many texts of a value are kept as alternatives.
const candidatesKept = 4

// plenty is the width of lines, as the line reader scales them, that a picture
// may have before anyone asks whether they are writing at all: some three
// times that of the largest form, pixels.
const plenty = 40_000

// glance is the width of lines that tells whether there is sense in them.
const glance = 7_000

// babbling is how legible what is no writing seems at most to the line reader.
const babbling = 0.4

// lines crops the lines of the table.
func (t *task) lines() ([]linenet.Line, error) {
	px, err := t.page.Gray.DataPtrUint8()
	if err != nil {
		return nil, err
	}
	size := t.page.Size()
	gray := &image.Gray{Pix: px, Stride: size.X, Rect: image.Rectangle{Max: size}}
	var lines []linenet.Line
	for i := range t.cells {
		c := &t.grid.Cells[i]
		lines = append(lines, t.cells[i].crop(gray, c.Lines, c.Box, c.Dark, t.floor())...)
	}
	return lines, nil
}

// crop cuts a cell's lines out of a picture, each with what is around it in the
// room that it has, and returns them for the line reader.
func (c *cellTask) crop(gray *image.Gray, found []layout.Line, room image.Rectangle, dark bool, floor float64) []linenet.Line {
	c.crops, c.height = nil, 0
	var lines []linenet.Line
	for _, l := range found {
		crop, top := ocr.Crop(gray, l.Box, room, dark)
		c.crops = append(c.crops, crop)
		c.height = max(c.height, float64(l.Box.Dy()))
		lines = append(lines, linenet.Line{Gray: crop, Top: top, Bottom: top + l.Box.Dy(), Floor: floor})
	}
	return lines
}

// floor keeps a mark as low as a dash from being blown up to the height of a
// digit.
func (t *task) floor() float64 { return 0.6 * t.page.LineHeight }

// width is how much work lines are to the line reader.
func (t *task) width(lines []linenet.Line) int {
	sum := 0
	for _, l := range lines {
		sum += t.reader.Width(l)
	}
	return sum
}

// some picks lines from all over the table that are long enough to be words.
func (t *task) some(lines []linenet.Line) []linenet.Line {
	words := slices.DeleteFunc(slices.Clone(lines), func(l linenet.Line) bool { return l.Gray.Rect.Dx() < 2*l.Gray.Rect.Dy() })
	every := max(1, (t.width(words)+glance/2)/glance)
	var out []linenet.Line
	for i := every / 2; i < len(words); i += every {
		out = append(out, words[i])
	}
	return out
}

// glance has the line reader read a few of the lines, from all over the table,
// that are long enough to be words, and says how legible they are.
func (t *task) glance(ctx context.Context, lines []linenet.Line) (sum float64, n int, err error) {
	ps, err := t.reader.Lines(ctx, t.some(lines))
	for _, p := range ps {
		s, k := legible(p.Best(1)[0])
		sum, n = sum+s, n+k
	}
	return sum, n, err
}

// readLines reads all lines of the table with the line reader. Where there are
// more than room and a glance at some makes no sense, the rest is left alone.
func (t *task) readLines(ctx context.Context, room int) error {
	lines, err := t.lines()
	if err != nil {
		return err
	}
	if t.spent = t.width(lines); t.spent > room {
		sum, n, err := t.glance(ctx, lines)
		if err != nil {
			return err
		}
		if sum < babbling*float64(n) || n == 0 {
			t.spent, t.unread, t.sense, t.words = glance, true, sum, n
			for i := range t.cells {
				if t.blank(i) {
					continue
				}
				t.cells[i].reading = tables.Reading{Reasons: []string{noWriting}}
			}
			return nil
		}
	}
	return t.readAll(ctx, lines)
}

// noWriting is why something was left unread.
const noWriting = "what is printed here does not look like writing"

// readAll reads all lines of the table with the line reader.
func (t *task) readAll(ctx context.Context, lines []linenet.Line) error {
	posteriors, err := t.reader.Lines(ctx, lines)
	if err != nil {
		return err
	}
	t.unread, t.sense, t.words = false, 0, 0
	at := 0
	for i := range t.cells {
		c := &t.cells[i]
		if t.blank(i) {
			continue
		}
		n := len(c.crops)
		ps := posteriors[at : at+n]
		at += n
		c.read(ps)
		if !t.grid.Cells[i].Box.Empty() {
			s, k := legible(c.candidates[0])
			t.sense, t.words = t.sense+s, t.words+k
		}
	}
	if senseless(t.sense, t.words) {
		return nil // all of it may be turned
	}
	return t.readUpended(ctx)
}

// read takes what the line reader made of the cell's lines.
func (c *cellTask) read(ps []*linenet.Posterior) {
	c.posterior = linenet.Join(ps...)
	if len(ps) == 1 {
		c.candidates = c.posterior.Best(candidatesKept)
	} else {
		var texts []string
		whole := linenet.Candidate{}
		for _, p := range ps {
			best := p.Best(1)[0]
			texts = append(texts, best.Text)
			whole.LogProb += best.LogProb
		}
		whole.Text = strings.Join(texts, "")
		c.candidates = []linenet.Candidate{whole}
		c.reading.Text = unstacked(strings.Join(texts, "\n"))
	}
	post, top := c.posterior, c.candidates[0].LogProb
	if len(ps) == 1 {
		c.reading.Text = c.candidates[0].Text
	}
	c.reading.Confidence, c.reading.Reasons = math.Exp(top), nil
	c.reading.Score = func(text string) float64 { return post.LogProb(text) - top }
}

// blank reads a cell that has no lines; it reports whether it has none.
func (t *task) blank(i int) bool {
	c := &t.cells[i]
	if len(c.crops) > 0 {
		return false
	}
	c.reading = tables.Reading{Confidence: blankConfidence}
	if t.grid.Cells[i].Edge {
		c.reading.Confidence = doubtfulBlank
		c.reading.Reasons = []string{"it looks blank, but something faint or at its side may be print"}
	}
	if box := t.grid.Cells[i].Box; float64(box.Dy()) < lowest*t.page.LineHeight {
		c.reading.Confidence = doubtfulBlank
		c.reading.Reasons = []string{"it is too low to hold print; a false rule may have made it"}
	}
	return true
}

// lowest is the height of a digit, in lines of Chinese: a lower cell holds
// nothing.
const lowest = 0.7

// legible is how sure the line reader is of a text of words, and 1 to count
// it. Characters that it is sure it does not know are not legible: upside down
// most are none. Numbers don't count, nor does a single character that looks like
// a part of one: many a 0 and 8 reads the same upside down, on its side a 0 is a
// 〇 or a 二, and a table may have far more of these than of words.
func legible(c linenet.Candidate) (sure float64, words int) {
	digits, n := lookalikes.Replace(c.Text), utf8.RuneCountInString(c.Text)
	if _, _, number := tables.ParseValue(digits); number || n == 0 || n == 1 && digits != c.Text {
		return 0, 0
	}
	all := float64(n)
	known := 1 - float64(strings.Count(c.Text, string(linenet.Other)))/all
	return known * math.Exp(c.LogProb/all), 1
}

// sheet is the table as far as it has been read.
func (t *task) sheet() *tables.Sheet {
	s := &tables.Sheet{Rows: t.grid.Rows, Cols: t.grid.Cols, Open: t.grid.Open, Cells: make([]tables.SheetCell, len(t.grid.Cells))}
	g := t.grid
	for i, p := range [4][2]float64{{g.ColLines[0], g.RowLines[0]}, {g.ColLines[g.Cols], g.RowLines[0]}, {g.ColLines[g.Cols], g.RowLines[g.Rows]}, {g.ColLines[0], g.RowLines[g.Rows]}} {
		x, y := t.page.Source(p[0], p[1])
		s.Quad[i] = tables.Point{tenth(x), tenth(y)}
	}
	left, width := g.ColLines[0], g.ColLines[g.Cols]-g.ColLines[0]
	for _, x := range g.ColLines {
		s.Edges = append(s.Edges, (x-left)/width)
	}
	for i := range t.grid.Cells {
		c := &t.grid.Cells[i]
		s.Cells[i] = tables.SheetCell{Row: c.Row, Col: c.Col, RowSpan: c.RowSpan, ColSpan: c.ColSpan, Box: t.sourceBox(c.Box), Reading: t.cells[i].reading}
	}
	return s
}

func tenth(v float64) float64 { return math.Round(v*10) / 10 }

// sourceBox is the upright box on the picture around a box on the page.
func (t *task) sourceBox(r image.Rectangle) tables.Box {
	lo, hi := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	for _, p := range []image.Point{r.Min, {X: r.Max.X, Y: r.Min.Y}, r.Max, {X: r.Min.X, Y: r.Max.Y}} {
		x, y := t.page.Source(float64(p.X), float64(p.Y))
		lo, hi = [2]float64{min(lo[0], x), min(lo[1], y)}, [2]float64{max(hi[0], x), max(hi[1], y)}
	}
	return tables.Box{tenth(lo[0]), tenth(lo[1]), tenth(hi[0] - lo[0]), tenth(hi[1] - lo[1])}
}

// many is the width of lines from which Tesseract is asked to read a few of a
// table that makes no sense before it reads them all, pixels.
const many = 10_000

// babbles reports whether neither reader can make sense of a table that is no
// known form: rules that were not found leave great cells full of anything,
// and Tesseract can read pictures of nothing for minutes.
func (t *task) babbles(ctx context.Context) (bool, error) {
	if !t.unread && (t.words == 0 || t.spent < many || !senseless(t.sense, t.words)) {
		return false, nil
	}
	lines, err := t.lines()
	if err != nil {
		return false, err
	}
	sure, n := 0.0, 0.0
	for _, l := range t.some(lines) {
		got, err := t.reader.Text(ctx, []*image.Gray{l.Gray}, t.page.LineHeight)
		if err != nil {
			return false, err
		}
		k := float64(len([]rune(got.Text)))
		sure, n = sure+k*got.Confidence, n+k
	}
	if sure >= babbling*n && n > 0 {
		if t.unread {
			err = t.readAll(ctx, lines)
		}
		return false, err
	}
	for i := range t.cells {
		if c := &t.cells[i]; len(c.crops) > 0 {
			c.reading.Confidence *= 0.8 // as where the other reader differs
			c.reading.Reasons = []string{noWriting}
		}
	}
	return true, nil
}

// labelGap is how far below the line reader's best text a known wording may
// be, in nats per character, without Tesseract being asked.
const labelGap = 1.0

// readAgain has Tesseract read what the line reader cannot be trusted with
// alone: every value (one of each group that looks the same), and every text
// that is no known label.
func (t *task) readAgain(ctx context.Context, m *tables.Match) (err error) {
	if m == nil {
		if t.babble, err = t.babbles(ctx); err != nil || t.babble {
			return err
		}
	}
	if err := t.lookCloser(ctx, m); err != nil {
		return err
	}
	groups := make(map[string][]int)
	var order []string
	for i := range t.cells {
		c := &t.cells[i]
		if len(c.crops) == 0 {
			t.doubtStamped(i)
			continue
		}
		named := m != nil && m.Of[i] >= 0
		value := !named || m.Form.Cells[m.Of[i]].Key != ""
		if !value && knownLabel(c, m.Form.Wordings(m.Form.Cells[m.Of[i]].Text)) {
			continue
		}
		dash := !named && len(c.crops) == 1 && ocr.Hyphen(c.crops[0], t.page.LineHeight)
		if named || dash {
			c.preferValue()
		}
		text := c.candidates[0].Text
		// Where anything may stand, what only looks like a number may be words.
		words := m == nil && !dash && math.Exp(c.candidates[0].LogProb) < certain
		if _, _, ok := tables.ParseValue(text); !ok || words || len(c.crops) > 1 {
			if !named {
				if err := t.turnUp(ctx, i); err != nil {
					return err
				}
			}
			if err := t.readText(ctx, c, m != nil); err != nil {
				return err
			}
			t.doubtStamped(i)
			if ok && named && value {
				c.doubt("there are several lines in it; these may be several values")
			}
			continue
		}
		if groups[text] == nil {
			order = append(order, text)
		}
		groups[text] = append(groups[text], i)
	}
	for _, text := range []string{"7", "1"} {
		strokes, rest := t.strokes(groups[text])
		if len(strokes) > 0 && groups["/"] == nil {
			order = append(order, "/")
		}
		groups["/"], groups[text] = append(groups["/"], strokes...), rest
	}
	for _, text := range order {
		if err := t.readGroup(ctx, groups[text]); err != nil {
			return err
		}
	}
	return nil
}

// lookalikes are characters that print like a part of a number.
var lookalikes = strings.NewReplacer("一", "-", "十", "+", "〇", "0", "二", "=", "_", "-", "~", "-")

// maxValueGap is how much less probable than the best text, in nats, a text
// may be to be preferred for being a value where only values stand.
const maxValueGap = 7

// preferValue puts the best candidate that is a value before better ones that
// are none: in the value cells of a form, 十9 is a badly printed +9. What its
// characters look like there counts for it, and no more: it stays as
// improbable as its picture makes it.
func (c *cellTask) preferValue() {
	top := c.candidates[0]
	if _, _, ok := tables.ParseValue(top.Text); ok && top.Text != "" {
		return
	}
	best := linenet.Candidate{LogProb: math.Inf(-1)}
	for _, k := range c.candidates {
		text := lookalikes.Replace(k.Text)
		if _, _, ok := tables.ParseValue(text); !ok || text == "" {
			continue
		}
		lp := c.posterior.LogProb(text)
		if text != k.Text {
			lp = max(lp, math.Log(math.Exp(lp)+math.Exp(k.LogProb)))
		}
		if lp > best.LogProb {
			best = linenet.Candidate{Text: text, LogProb: lp}
		}
	}
	if best.LogProb < top.LogProb-maxValueGap {
		return
	}
	rest := slices.DeleteFunc(c.candidates, func(k linenet.Candidate) bool { return lookalikes.Replace(k.Text) == best.Text })
	c.candidates = append([]linenet.Candidate{best}, rest...)
}

func knownLabel(c *cellTask, wordings []string) bool {
	for _, w := range wordings {
		f := tables.Fold(w)
		if f == c.candidates[0].Text || c.reading.Score(f) > -labelGap*float64(len([]rune(f))) {
			return true
		}
	}
	return false
}

// clearWords is how sure Tesseract must be of words that are of no known form
// for the line reader, which does not know all characters, to be overruled.
const clearWords = 0.6

// readText has Tesseract read a cell of words, in a known form or elsewhere.
func (t *task) readText(ctx context.Context, c *cellTask, form bool) error {
	got, err := t.reader.Text(ctx, c.crops, t.page.LineHeight)
	if err != nil {
		return err
	}
	got.Text = unstacked(got.Text)
	net := c.candidates[0]
	p := math.Exp(net.LogProb)
	switch {
	case tables.Fold(got.Text) == net.Text:
		c.reading.Confidence = max(p, 0.99)
	case !strings.ContainsRune(net.Text, linenet.Other) && p > 0.5 && (form || got.Confidence < clearWords):
		// The line reader knows these characters well; Tesseract guesses by
		// its language.
		c.reading.Confidence = 0.8 * p
		c.reading.Alternatives = []tables.Alternative{{Text: got.Text, Confidence: tenth(10*0.2*got.Confidence) / 10}}
		c.reading.Reasons = append(c.reading.Reasons, "the two readers differ: "+quote(net.Text)+" or "+quote(got.Text))
	default:
		c.reading.Text, c.reading.Confidence = got.Text, 0.9*got.Confidence
		c.reading.Alternatives = []tables.Alternative{{Text: net.Text, Confidence: 0.1}}
		c.reading.Reasons = append(c.reading.Reasons, "the words are not known, and only one reader could read them")
	}
	return nil
}

// strokes parts a group of values that read as a digit that small print of a
// slash looks like: the first are slashes by their shape. Blur and compression
// hide the shape of some, so where a third of the group have it, all that may
// be one are taken for slashes; none of them is sure.
func (t *task) strokes(cells []int) (strokes, rest []int) {
	n := 0
	for _, i := range cells {
		c := &t.cells[i]
		if c.stroke = ocr.Slash(c.crops[0]); c.stroke {
			n++
		}
	}
	for _, i := range cells {
		c := &t.cells[i]
		at := slices.IndexFunc(c.candidates, func(k linenet.Candidate) bool { return k.Text == "/" })
		if c.stroke = at > 0 && (c.stroke || 3*n >= len(cells)); !c.stroke {
			rest = append(rest, i)
			continue
		}
		slash := c.candidates[at]
		c.candidates = slices.Insert(slices.Delete(c.candidates, at, at+1), 0, slash)
		strokes = append(strokes, i)
	}
	return strokes, rest
}

// doubtStroke flags what both readers may read as a digit, and is taken for a
// slash for its shape.
func (t *task) doubtStroke(i int) {
	if c := &t.cells[i]; c.stroke {
		c.atMost(doubtfulBlank)
		c.reading.Reasons = append(c.reading.Reasons, "it looks like a digit, but is a slash by its shape")
	}
}

// asked is how many cells of a group that reads the same Tesseract is given,
// the least clear first, beside the clearest, where it does not agree at once.
const asked = 2

// certain is the line reader's probability from which a value that reads the
// same as others is taken to be what they are.
const certain = 0.98

// readGroup has Tesseract read some of a group of values that read the same,
// and weighs the evidence for each. Where even the least clear is clear and
// Tesseract reads the same in it, that goes for all of them. Elsewhere it reads
// beside the least clear and the clearest those that are unclear, if they would
// be flagged should it differ.
func (t *task) readGroup(ctx context.Context, cells []int) error {
	if len(cells) == 0 {
		return nil // all that read like a 7 or a 1 are slashes
	}
	slices.SortStableFunc(cells, func(a, b int) int {
		return cmp.Compare(t.cells[a].candidates[0].LogProb, t.cells[b].candidates[0].LogProb)
	})
	votes := len(cells) - 1
	var known ocr.Reading // what was read in one cell that stands for the clear ones
	whole := false
	if least := &t.cells[cells[0]]; votes > 0 && least.evidence(votes).Posterior > certain {
		var err error
		if known, err = t.second(ctx, least); err != nil {
			return err
		}
		whole = tables.Fold(known.Text) == least.candidates[0].Text
	}
	for k := len(cells) - 1; k >= 0; k-- {
		i := cells[k]
		c := &t.cells[i]
		e := c.evidence(votes)
		clear := e.Posterior > certain
		e.Asked = true
		if !whole && (k < asked || k == votes || !clear && e.Probability() < t.reviewBelow) {
			got, err := t.second(ctx, c)
			if err != nil {
				return err
			}
			if k == votes {
				known = got
			}
			e = c.settle(e, got)
			e.Asked = true
			t.weigh(c, e, got)
		} else {
			e.Asked = clear
			t.weigh(c, e, known)
		}
		t.doubtStamped(i)
		t.doubtParted(i)
		t.doubtRest(i)
		t.doubtLeftOut(i)
		t.doubtStroke(i)
	}
	t.doubtWide(cells)
	return nil
}

// doubtWide flags the values of a group that are far wider than most that read
// the same: a worn digit beside another may have gone unread, and sums of values
// that are misread alike agree.
func (t *task) doubtWide(cells []int) {
	const enough, wider = 5, 1.5
	if len(cells) < enough {
		return
	}
	// In heights of the print, which may be larger in headings; a dash has none.
	width := func(i int) float64 {
		box := t.grid.Cells[i].Lines[0].Box
		return float64(box.Dx()) / max(float64(box.Dy()), t.floor())
	}
	var widths []float64
	for _, i := range cells {
		widths = append(widths, width(i))
	}
	slices.Sort(widths)
	usual := widths[len(widths)/2]
	for _, i := range cells {
		if w := width(i); w > wider*usual && w-usual > 0.5 {
			t.cells[i].bound("it is far wider than others that read the same; a character may have gone unread")
		}
	}
}

// second has Tesseract read a value.
func (t *task) second(ctx context.Context, c *cellTask) (ocr.Reading, error) {
	read := t.reader.Digits
	if strings.ContainsFunc(c.candidates[0].Text, func(r rune) bool { return r > 0x7f }) {
		read = t.reader.Text
	}
	return read(ctx, c.crops, max(c.height, t.floor()))
}

// evidence is what speaks for a value before Tesseract has been asked.
func (c *cellTask) evidence(votes int) ocr.Evidence {
	text := c.candidates[0]
	return ocr.Evidence{Posterior: math.Exp(text.LogProb), Votes: votes, Height: c.height, Length: len([]rune(text.Text))}
}

// sway is how much less probable than its best text, in nats, the line reader
// may hold what Tesseract reads for that to be the reading; swaySmall is that
// for print of less than small pixels, of which Tesseract guesses more often
// than the line reader, which was trained on it.
const (
	sway      = 3.0
	swaySmall = 0.7
	small     = 9.0
)

// settle puts what Tesseract read before the line reader's best text, if that
// is nearly as probable to the line reader. Others of the picture that read
// like the best text don't speak for it.
func (c *cellTask) settle(e ocr.Evidence, second ocr.Reading) ocr.Evidence {
	if c.stroke {
		return e // both readers take it for a digit
	}
	text := tables.Fold(second.Text)
	at := slices.IndexFunc(c.candidates, func(k linenet.Candidate) bool { return k.Text == text })
	if _, _, ok := tables.ParseValue(text); !ok || text == "" || at < 1 {
		return e
	}
	other, most := c.candidates[at], sway
	if c.height < small {
		most = swaySmall
	}
	// Tesseract overlooks signs, and sees none that is not there.
	unsigned := strings.TrimLeft(c.candidates[0].Text, "+-") == text
	if c.candidates[0].LogProb-other.LogProb > most || unsigned {
		return e
	}
	c.candidates = slices.Insert(slices.Delete(c.candidates, at, at+1), 0, other)
	return c.evidence(0)
}

// weigh joins what is known of a value into one probability.
func (t *task) weigh(c *cellTask, e ocr.Evidence, second ocr.Reading) {
	text := c.candidates[0].Text
	if e.Asked {
		e.Agrees, e.Second = tables.Fold(second.Text) == text, second.Confidence
	}
	c.reading.Text, c.reading.Confidence, c.reading.Evidence = text, e.Probability(), e.Features()
	if text == "" {
		// There is ink, so something is printed, and no sum may take it for
		// a blank.
		c.reading.Text = string(linenet.Other)
		c.doubt("something is printed here that neither reader can read")
	}
	rest := 1 - c.reading.Confidence
	// What is left goes to the other candidates as the line reader weighs
	// them, and half of it to what nobody thought of.
	others := math.Max(1e-9, 1-e.Posterior)
	c.reading.Alternatives = nil
	for _, k := range c.candidates[1:] {
		c.reading.Alternatives = append(c.reading.Alternatives, tables.Alternative{Text: k.Text, Confidence: 0.5 * rest * min(1, math.Exp(k.LogProb)/others)})
	}
	if e.Asked && !e.Agrees && second.Text != "" {
		c.reading.Alternatives = append(c.reading.Alternatives, tables.Alternative{Text: second.Text, Confidence: 0.3 * rest})
		c.reading.Reasons = append(c.reading.Reasons, "the two readers differ: "+quote(text)+" or "+quote(second.Text))
	}
}

// underStamp is how many times likelier a misreading is where a seal was taken
// off, by the generated pictures with seals.
const underStamp = 4

// stamped reports whether a seal lay over what is printed in a cell, or over a
// blank one.
func (t *task) stamped(i int) bool {
	if len(t.stamps) == 0 {
		return false
	}
	cell := &t.grid.Cells[i]
	place := cell.Box
	if len(cell.Lines) > 0 {
		place = cell.Lines[0].Box
	}
	b := t.sourceBox(place)
	ink := image.Rect(int(b[0]), int(b[1]), int(b[0]+b[2])+1, int(b[1]+b[3])+1)
	return slices.ContainsFunc(t.stamps, func(s layout.Stamp) bool { return s.Box.Overlaps(ink) })
}

// doubtStamped lowers the confidence of what a seal lay over, or over what may
// not be blank.
func (t *task) doubtStamped(i int) {
	if !t.stamped(i) {
		return
	}
	c := &t.cells[i]
	if len(t.grid.Cells[i].Lines) == 0 {
		c.reading.Confidence = min(c.reading.Confidence, doubtfulBlank)
	} else {
		c.reading.Confidence = 1 - min(1, underStamp*(1-c.reading.Confidence))
	}
	c.reading.Reasons = append(c.reading.Reasons, "a seal lay over it")
}

// doubtRest lowers the confidence of a lone thin stroke at the side of its
// cell: it may be what is left of a rule.
func (t *task) doubtRest(i int) {
	const thin, near = 3, 2 // pixels
	ink, cell := t.grid.Cells[i].Lines[0].Box, t.grid.Cells[i].Box
	upright := ink.Dx() <= thin && (ink.Min.X <= cell.Min.X+near || ink.Max.X >= cell.Max.X-near)
	level := ink.Dy() <= thin && (ink.Min.Y <= cell.Min.Y+near || ink.Max.Y >= cell.Max.Y-near)
	if upright || level {
		r := &t.cells[i].reading
		r.Confidence = min(r.Confidence, doubtfulBlank)
		r.Alternatives = append(r.Alternatives, tables.Alternative{Confidence: 1 - r.Confidence})
		r.Reasons = append(r.Reasons, "it stands at the side of its cell and may be what is left of a rule")
	}
}

// doubtParted flags a value whose digits stand far apart: a rule between two
// cells may not have been seen.
func (t *task) doubtParted(i int) {
	l := t.grid.Cells[i].Lines[0]
	if 5*l.Gap < 6*l.Box.Dy() {
		return
	}
	t.cells[i].doubt("its digits stand far apart; these may be two values")
}

// atMost bounds how sure a value can be, whatever the sums say.
func (c *cellTask) atMost(p float64) {
	c.reading.Confidence, c.reading.AtMost = min(c.reading.Confidence, p), p
}

// bound flags a value that may not be what it was taken for, whatever the sums
// say.
func (c *cellTask) bound(reason string) {
	if most := c.reading.AtMost; most == 0 || most > doubtfulBlank {
		c.atMost(doubtfulBlank)
	}
	c.reading.Reasons = append(c.reading.Reasons, reason)
}

// doubt flags a value that is likely not what it was taken for.
func (c *cellTask) doubt(reason string) {
	c.reading.Confidence = min(c.reading.Confidence, 0.3)
	c.reading.Reasons = append(c.reading.Reasons, reason)
}

func quote(s string) string { return "“" + strings.ReplaceAll(s, "\n", "") + "”" }
