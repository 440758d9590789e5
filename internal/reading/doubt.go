package reading

import (
	"cmp"
	"image"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/seal"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/tables"
)

// doubts are all that speaks against what both readers made of a cell, in the
// order in which they are asked: each lowers what the ones before it left, and
// reasons are told in this order. The doubts of sums and places come after, in
// package tables.
var doubts = []struct {
	holds  func(t *Table, i int) bool
	lowers func(c *cell)
	code   string // of why
}{
	{(*Table).noWriting, (*cell).asIfTheyDiffered, "no_writing"},
	{(*Table).low, (*cell).maybe, "too_low"},
	{(*Table).faint, (*cell).maybe, "faint_blank"},
	{(*Table).underSeal, (*cell).lessSure, "under_seal"},
	{(*Table).severalLines, (*cell).unlikely, "several_lines"},
	{(*Table).parted, (*cell).unlikely, "digits_apart"},
	{(*Table).twoNumbers, (*cell).bound, "digits_apart"},
	{(*Table).rest, (*cell).maybeBlank, "rest_of_rule"},
	{(*Table).speck, (*cell).maybeBlank, "speck"},
	{(*Table).struck, (*cell).bound, "crossed_out"},
	{(*Table).raised, (*cell).bound, "raised"},
	{(*Table).unsaid, (*cell).bound, "lookalike"},
	{(*Table).boxOrWord, (*cell).bound, "lookalike"},
	{(*Table).commaOrPoint, (*cell).bound, "thousands_comma"},
	{(*Table).eitherWay, (*cell).bound, "either_way"},
	{(*Table).severalCodes, (*cell).bound, "several_codes"},
	{(*Table).spaced, (*cell).bound, "sign_or_space"},
	{(*Table).stopped, (*cell).bound, "mark_after_number"},
	{(*Table).otherScript, (*cell).bound, "other_script"},
	{(*Table).unevenColon, (*cell).bound, "dot_of_colon"},
	{(*Table).faintBeside, (*cell).bound, "faint_beside"},
	{(*Table).signBeside, (*cell).bound, "sign_beside"},
	{(*Table).leftOut, (*cell).boundBesides, "print_left_out"},
	{(*Table).slash, (*cell).boundDoubtful, "slash_shape"},
	{(*Table).tooWide, (*cell).bound, "wider_than_others"},
	{(*Table).openBlank, (*cell).maybeZero, "blank_row_open"},
	{(*Table).cut, (*cell).bound, "cut_off"},
	{(*Table).atBorder, (*cell).bound, "picture_ends"},
	{(*Table).perhapsParted, (*cell).bound, "edge_unsure"},
	{(*Table).onlyInsisted, (*cell).bound, "only_labels"},
}

// doubt asks every doubt of every cell.
func (t *Table) doubt() {
	t.script, t.decimals = t.scriptOfAll(), t.columnsOfDecimals()
	for i := range t.cells {
		for _, d := range doubts {
			if d.holds(t, i) {
				d.lowers(&t.cells[i])
				t.cells[i].because(d.code)
			}
		}
	}
}

// What may hold of a cell.

func (t *Table) blank(i int) bool { return len(t.cells[i].crops) == 0 }

func (t *Table) noWriting(i int) bool { return t.babble && !t.blank(i) }

// lowest is the height of a digit, in lines of Chinese: a lower cell holds
// nothing.
const lowest = 0.7

func (t *Table) low(i int) bool {
	return t.blank(i) && float64(t.Grid.Cells[i].Box.Dy()) < lowest*t.page.LineHeight
}

func (t *Table) faint(i int) bool { return t.blank(i) && t.Grid.Cells[i].Edge && !t.low(i) }

// underSeal leaves out labels that are known: their wording speaks for itself.
func (t *Table) underSeal(i int) bool {
	return !t.babble && (t.blank(i) || t.cells[i].as != asNothing) && t.sealed(i)
}

// sealed reports whether a seal lay over what is printed in a cell, or over a
// blank one.
func (t *Table) sealed(i int) bool {
	if len(t.Seals) == 0 {
		return false
	}
	place := t.Grid.Cells[i].Box
	if lines := t.cells[i].lines; len(lines) > 0 {
		place = lines[0].Box
	}
	b := t.sourceBox(place)
	ink := image.Rect(int(b[0]), int(b[1]), int(b[0]+b[2])+1, int(b[1]+b[3])+1)
	return slices.ContainsFunc(t.Seals, func(s seal.Seal) bool { return s.Box.Overlaps(ink) })
}

func (t *Table) severalLines(i int) bool {
	c := &t.cells[i]
	return c.as == asWords && t.valueOfForm(i) && c.isValue()
}

// parted reports whether the digits of a value stand far apart: a rule between
// two cells may not have been seen.
func (t *Table) parted(i int) bool {
	c := &t.cells[i]
	return c.as == asValue && 5*c.lines[0].Gap >= 6*c.lines[0].Box.Dy()
}

// twoNumbers reports whether a cell over several columns or rows holds numbers side by side or
// below one another: a rule between them may not have been seen.
func (t *Table) twoNumbers(i int) bool {
	c := &t.Grid.Cells[i]
	return t.anything(i) && c.RowSpan*c.ColSpan > 1 && numbersApart.MatchString(t.cells[i].reading.Text)
}

// number is a number as it is printed in tables; numbers are one or several, which stand beside or
// below one another.
const number = `[-+−]?[0-9][0-9.,，]*`

var (
	numbers      = regexp.MustCompile(`^` + number + `([ \n]` + number + `)*$`)
	numbersApart = regexp.MustCompile(`^` + number + `([ \n]` + number + `)+$`)
)

// rest reports whether a value is a lone thin stroke at the side of its cell: it
// may be what is left of a rule.
func (t *Table) rest(i int) bool {
	const near = 2 // pixels
	if t.cells[i].as != asValue {
		return false
	}
	stroke, cell := t.cells[i].lines[0].Box, t.Grid.Cells[i].Box
	upright := stroke.Dx() <= ink.Rest && (stroke.Min.X <= cell.Min.X+near || stroke.Max.X >= cell.Max.X-near)
	level := stroke.Dy() <= ink.Rest && (stroke.Min.Y <= cell.Min.Y+near || stroke.Max.Y >= cell.Max.Y-near)
	return upright || level
}

// speck reports whether a value is a lone stroke that is shorter than any dash is: in
// the pictures of fonts that are drawn and set here, a hyphen is a third of a line's
// height long and more.
func (t *Table) speck(i int) bool {
	if t.cells[i].as != asValue {
		return false
	}
	stroke := t.cells[i].lines[0].Box
	return 4*float64(max(stroke.Dx(), stroke.Dy())) <= t.page.LineHeight
}

// boxOrWord reports whether a cell was read as a Chinese character that prints like a mark,
// such as 口 and □: how it prints is weighed for digits, letters and marks alone.
func (t *Table) boxOrWord(i int) bool {
	text := tables.Fold(t.cells[i].reading.Text)
	return t.anything(i) && ocr.Lookalike(text) && ocr.ClassOf(text) == ocr.Hanzi
}

// eitherWay reports whether characters stand one below the other in a cell, or lie on their side from its foot to its head: they
// are the same.
func (t *Table) eitherWay(i int) bool { return t.anything(i) && t.cells[i].eitherWay }

// commaOrPoint reports whether a point of a number may be the comma of thousands, which looks like one in small print: there are
// several, or no other number of its column shows that three decimals are printed there.
func (t *Table) commaOrPoint(i int) bool {
	text := tables.Fold(t.cells[i].reading.Text)
	return t.anything(i) && (thousandsByPoints.MatchString(text) || tables.MayBeThousands(text) && !t.decimals[t.Grid.Cells[i].Col])
}

var thousandsByPoints = regexp.MustCompile(`^[-+]?[0-9]{1,3}(,[0-9]{3})*[.][0-9]{3}([.,][0-9]{3})+$`)

// columnsOfDecimals are the columns a number of which has three decimals for sure.
func (t *Table) columnsOfDecimals() map[int]bool {
	out := map[int]bool{}
	for i := range t.cells {
		if threeDecimals.MatchString(tables.Fold(t.cells[i].reading.Text)) {
			out[t.Grid.Cells[i].Col] = true
		}
	}
	return out
}

// threeDecimals matches numbers that have three decimals for sure: no comma stands behind a nought or four digits.
var threeDecimals = regexp.MustCompile(`^[-+]?(0|[0-9]{4,})[.][0-9]{3}[^0-9]*$`)

// smallPrint is the height of a line, in pixels of the picture as it came, below which
// strokes are hardly wider than a pixel, so that thin ones are faint. Set by hand.
const smallPrint = 2 * ink.Illegible

// faintBeside reports whether something faint beside larger print was read with it: a
// hairline, or what shows through, or a part of a watermark.
func (t *Table) faintBeside(i int) bool {
	faint := func(l ink.Line) bool { return l.Faint }
	return cmp.Or(t.page.PrintHeight, t.page.LineHeight) >= smallPrint && slices.ContainsFunc(t.Grid.Cells[i].Lines, faint)
}

// signBeside reports whether a level stroke stands beside a number that is too faint to be read
// with it: what is left of a minus, or dirt.
func (t *Table) signBeside(i int) bool {
	beside := func(l ink.Line) bool { return l.Beside }
	isNumber := t.cells[i].as == asValue || t.anything(i) && numbers.MatchString(t.cells[i].reading.Text)
	return isNumber && slices.ContainsFunc(t.Grid.Cells[i].Lines, beside)
}

func (t *Table) leftOut(i int) bool { return t.cells[i].leftOut }

// anything reports whether a cell was read as one that may hold anything: the form,
// where there is one, says nothing of it.
func (t *Table) anything(i int) bool { return t.cells[i].as == asWords && !t.named(i) }

// struck reports whether one of a cell's lines is crossed out. What is read there
// holds more than a dash.
func (t *Table) struck(i int) bool {
	c := &t.cells[i]
	return t.anything(i) && hasDigitOrLetter(c.reading.Text) && slices.ContainsFunc(c.strips, ocr.Struck)
}

func hasDigitOrLetter(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool { return unicode.IsDigit(r) || unicode.IsLetter(r) && r != '一' })
}

// raised reports whether a number or word of Latin letters ends in what is raised
// and was read as if it was not.
func (t *Table) raised(i int) bool { return t.anything(i) && t.cells[i].raised > 0 }

// raisedEnd counts the characters at the end of a text which stand higher than the
// rest, though they were read as if they did not.
func (c *cell) raisedEnd() int {
	if len(c.strips) != 1 || !level(c.reading.Text) {
		return 0
	}
	return ocr.Raised(c.strips[0])
}

// level reports whether a text ends in a letter or digit, and nothing in it stands
// higher than the rest.
func level(text string) bool {
	last, _ := utf8.DecodeLastRuneInString(text)
	return last < 0x80 && (unicode.IsDigit(last) || unicode.IsLetter(last)) &&
		strings.Trim(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,-+×/() ") == ""
}

// unsaid reports whether no reader read what a cell is taken for, but for a second
// look: how it looks and what stands in its column speak for that, and little else.
func (t *Table) unsaid(i int) bool { return t.anything(i) && t.cells[i].unsaid }

// severalCodes reports whether a cell that may hold anything holds a mark that is
// printed like others which no reader can say: a box, and a colon of full width
// between digits, which is the sign of a ratio as well.
func (t *Table) severalCodes(i int) bool {
	c := &t.cells[i]
	return t.anything(i) && (strings.ContainsRune(c.reading.Text, '□') || ratio.MatchString(c.reading.Text) && c.wideColon())
}

// spaced reports whether a space stands in Chinese text: the reader of all print takes
// an ideographic comma or a colon of some typefaces for one.
func (t *Table) spaced(i int) bool {
	return t.anything(i) && spaceInChinese.MatchString(t.cells[i].reading.Text)
}

var spaceInChinese = regexp.MustCompile(`[\p{Han}，。、；：）》”】] +[\p{Han}（《“【]`)

// stopped reports whether a number ends in a mark: few do, and a speck of dirt behind a
// number looks like one.
func (t *Table) stopped(i int) bool { return numberAndMark.MatchString(t.cells[i].reading.Text) }

var numberAndMark = regexp.MustCompile(`^[-+−]?[0-9][0-9.,:：%％]*[.,，。、]$|\p{Han}[.,]$`)

// unevenColon reports whether the dots of a colon between digits differ: a speck of dirt
// above a decimal point makes a colon of it.
func (t *Table) unevenColon(i int) bool {
	c := &t.cells[i]
	return t.anything(i) && ratio.MatchString(c.reading.Text) && slices.ContainsFunc(c.strips, ocr.Uneven)
}

var ratio = regexp.MustCompile(`[0-9][:：][0-9]`)

// wideColon reports whether there is more room around the colon of a text of one
// line than digits leave.
func (c *cell) wideColon() bool {
	return len(c.lines) == 1 && 5*c.lines[0].Gap >= 2*c.lines[0].Box.Dy()
}

// slash reports whether both readers may read a value as a digit that is taken
// for a slash for its shape.
func (t *Table) slash(i int) bool { return t.cells[i].stroke }

// tooWide reports whether a value is far wider than most that read the same: a
// worn digit beside another may have gone unread, and sums of values that are
// misread alike agree.
func (t *Table) tooWide(i int) bool { return t.cells[i].wide }

// openBlank reports whether a value of the form is blank that no rule bounds:
// what belongs there may have been put into another row.
func (t *Table) openBlank(i int) bool {
	return t.Grid.Open && t.valueOfForm(i) && t.cells[i].reading.Text == ""
}

// cut reports whether a cell stands at a side of the table where print goes on.
func (t *Table) cut(i int) bool { return t.Grid.Cells[i].Cut }

// atBorder reports whether a cell stands at a side of the table where the picture
// ends.
func (t *Table) atBorder(i int) bool { return t.Grid.Cells[i].Cropped }

// unsureEdges reports whether a rule may be printed at the side of a cell, or through it,
// that was not found, or was found where none is: its edges are as doubtful as what readers
// differ about.
func (t *Table) unsureEdges(i int) bool { return t.Grid.Cells[i].Doubt > 1-differing }

// perhapsParted reports whether what is printed in a cell may be but a part of what its row
// says there, or more than that.
func (t *Table) perhapsParted(i int) bool { return t.anything(i) && t.unsureEdges(i) }

func (t *Table) onlyInsisted(int) bool { return t.insisted }

// How it lowers the confidence.

const (
	doubtful  = 0.9  // how sure a reading is where it may well be something else
	besides   = 0.95 // where something beside it was left out as no print of the cell
	misread   = 0.3  // where it is likely not what it was taken for
	differing = 0.8  // the share of it that is left where the other reader differs
	underInk  = 4    // how many times likelier a misreading is where a seal was taken off, by the generated pictures with seals
)

func (c *cell) because(code string, args ...any) {
	c.reading.Causes = append(c.reading.Causes, tables.Because(code, args...))
}

func (c *cell) asIfTheyDiffered() { c.reading.Confidence *= differing }

func (c *cell) unlikely() { c.reading.Confidence = min(c.reading.Confidence, misread) }

func (c *cell) maybe() { c.reading.Confidence = min(c.reading.Confidence, doubtful) }

func (c *cell) lessSure() {
	if len(c.crops) == 0 {
		c.maybe()
	} else {
		c.reading.Confidence = 1 - min(1, underInk*(1-c.reading.Confidence))
	}
}

func (c *cell) maybeBlank() {
	c.maybe()
	c.reading.Alternatives = append(c.reading.Alternatives, tables.Alternative{Confidence: 1 - c.reading.Confidence})
}

// maybeZero keeps a 0 as an alternative: it leaves every sum as it is, so no sum
// speaks against it.
func (c *cell) maybeZero() {
	c.maybe()
	c.reading.Alternatives = []tables.Alternative{{Text: "0", Confidence: 1 - doubtful}}
}

// atMost bounds how sure a value can be, whatever the sums say.
func (c *cell) atMost(p float64) {
	c.reading.Confidence, c.reading.AtMost = min(c.reading.Confidence, p), p
}

func (c *cell) boundBesides() { c.atMost(besides) }

func (c *cell) boundDoubtful() { c.atMost(doubtful) }

// bound is atMost for what may have been bounded more tightly already.
func (c *cell) bound() {
	if most := c.reading.AtMost; most == 0 || most > doubtful {
		c.atMost(doubtful)
	}
}
