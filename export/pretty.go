package export

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"

	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/tables"
)

// Terminal says what a terminal can show.
type Terminal struct {
	Width int  // columns; 0 is DefaultWidth
	Color bool // whether escape sequences are understood and wanted
	ASCII bool // draw with + - | where the terminal makes other lines wide
	// Language is what is said in beside the tables, "en" or "zh".
	Language message.Language
}

// DefaultWidth is how many columns a terminal is taken to have where that is not known, as
// in a pipe.
const DefaultWidth = 100

// flagText stands behind a flagged text: unlike ⚠ it is one column wide on
// every terminal.
const flagText = "!"

// Pretty writes the tables of a document for people: drawn with their merged
// cells, flagged cells marked, and below what a person should look at.
func Pretty(w io.Writer, d *tables.Document, o Terminal) error {
	if o.Width <= 0 {
		o.Width = DefaultWidth
	}
	var b bytes.Buffer
	p := painter{&b, o}
	if len(d.Tables) == 0 {
		fmt.Fprintln(&b, o.Language.Text("%s: no table in this picture", p.bold(clean(caption(o.Language, d, 0)))))
	}
	for i := range d.Tables {
		p.table(d, i)
	}
	for i := range d.Warnings {
		fmt.Fprintln(&b, o.Language.Text("note: %s", clean(warningText(o.Language, &d.Warnings[i]))))
	}
	b.WriteByte('\n')
	_, err := w.Write(b.Bytes())
	return err
}

type painter struct {
	b *bytes.Buffer
	Terminal
}

func (p painter) sgr(code, s string) string {
	if !p.Color {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (p painter) bold(s string) string    { return p.sgr("1", s) }
func (p painter) flagged(s string) string { return p.sgr("1;30;43", s) }

// widthOf counts columns as terminals do: 2 for a Chinese character, 1 for
// characters whose width differs between fonts.
var widthOf = runewidth.Condition{EastAsianWidth: false, StrictEmojiNeutral: true}

func (p painter) table(d *tables.Document, i int) {
	t := &d.Tables[i]
	head := p.bold(clean(caption(p.Language, d, i)))
	if t.Caption != "" {
		head += " “" + clean(t.Caption) + "”"
	}
	head += p.Language.Text(": ")
	if t.Form != nil {
		flags := 0
		for _, r := range t.Records {
			if r.Review {
				flags++
			}
		}
		head += p.Language.Text("%[1]s, %[2]d values, %[3]d to look at, confidence %.3[4]f", clean(*t.Form), len(t.Records), flags, t.Confidence)
	} else {
		head += p.Language.Text("no known form, %d×%d", t.Rows, t.Cols)
	}
	fmt.Fprintln(p.b, head)
	newDrawing(t, p.Terminal).draw(p)

	for _, why := range inWords(p.Language, t.Causes, t.Reasons) {
		fmt.Fprintf(p.b, "%s %s\n", p.flagged(flagText), clean(why))
	}
	for j := range t.Cells {
		c := &t.Cells[j]
		why := ReasonsFor(p.Language, t, c)
		if why == nil {
			continue
		}
		where := p.Language.Text("row %[1]d, column %[2]d", c.Row+1, c.Col+1)
		if r := t.RecordAt(c.Row, c.Col); r != nil {
			where += " (" + r.Key + ")"
		}
		colon := p.Language.Text(": ")
		fmt.Fprintf(p.b, "%s %s%s%s%s%s\n", p.flagged(flagText), where, colon, clean(c.Text), colon, clean(strings.Join(why, p.Language.Text("; "))))
	}
	for _, c := range t.Checks {
		if !c.OK {
			fmt.Fprintf(p.b, "%s %s\n", p.flagged(flagText), p.Language.Text("sum %s", clean(checkText(p.Language, &c))))
		}
	}
}

// clean keeps a text from steering the terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control):
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// A drawing is a table with the widths and heights its texts need.
type drawing struct {
	cells         []drawnCell
	owner         [][]int // the cell of each grid position
	width, height []int   // of columns and rows in characters, without lines and padding
	ascii         bool
}

type drawnCell struct {
	tables.Cell
	flag  bool
	lines []string
}

// gap is what separates two columns: a blank, a line, a blank.
const gap = 3

func newDrawing(t *tables.Table, o Terminal) *drawing {
	dr := &drawing{ascii: o.ASCII, width: make([]int, t.Cols), height: make([]int, t.Rows)}
	dr.owner = make([][]int, t.Rows)
	for r := range dr.owner {
		dr.owner[r] = make([]int, t.Cols)
		for c := range dr.owner[r] {
			dr.owner[r][c] = -1
		}
	}
	for i := range t.Cells {
		c := &t.Cells[i]
		cell := drawnCell{Cell: *c, flag: ReasonsFor(o.Language, t, c) != nil}
		cell.Text = cellText(c.Text)
		if cell.flag {
			cell.Text = strings.TrimSpace(cell.Text + " " + flagText)
		}
		dr.add(cell)
	}
	for r := range dr.owner { // a document from elsewhere may leave gaps
		for c := range dr.owner[r] {
			if dr.owner[r][c] < 0 {
				dr.add(drawnCell{Cell: tables.Cell{Row: r, Col: c, RowSpan: 1, ColSpan: 1}})
			}
		}
	}
	dr.fitWidth(o.Width)
	dr.fitHeight()
	return dr
}

// cellText joins the printed lines of a cell: the room is another here, and
// where a line must break is found anew.
func cellText(s string) string {
	var b strings.Builder
	last := ' '
	for line := range strings.Lines(s) {
		line = strings.TrimSpace(clean(line))
		first, _ := utf8.DecodeRuneInString(line)
		if line == "" {
			continue
		}
		if last < utf8.RuneSelf && first < utf8.RuneSelf && b.Len() > 0 {
			b.WriteByte(' ') // words in Latin letters; Chinese needs none
		}
		b.WriteString(line)
		last, _ = utf8.DecodeLastRuneInString(line)
	}
	return b.String()
}

func (dr *drawing) add(c drawnCell) {
	for r := c.Row; r < c.Row+c.RowSpan; r++ {
		for k := c.Col; k < c.Col+c.ColSpan; k++ {
			dr.owner[r][k] = len(dr.cells)
		}
	}
	dr.cells = append(dr.cells, c)
}

// inner is the room for text of a cell.
func (dr *drawing) inner(c *drawnCell) int {
	w := gap * (c.ColSpan - 1)
	for k := range c.ColSpan {
		w += dr.width[c.Col+k]
	}
	return w
}

// fitWidth gives each column what its texts need, then takes from the widest
// until the table fits: numbers stay on one line, long labels wrap.
func (dr *drawing) fitWidth(limit int) {
	for i := range dr.width {
		dr.width[i] = 1
	}
	for span := 1; span <= len(dr.width); span++ {
		for i := range dr.cells {
			c := &dr.cells[i]
			if c.ColSpan != span {
				continue
			}
			need := widthOf.StringWidth(c.Text)
			if span > 1 {
				need = min(need, limit/2) // wraps sooner than it widens its columns
			}
			for k := 0; dr.inner(c) < need; k++ {
				dr.width[c.Col+k%span]++
			}
		}
	}
	total := 1 + gap*len(dr.width)
	for _, w := range dr.width {
		total += w
	}
	for ; total > limit; total-- {
		widest := 0
		for i, w := range dr.width {
			if w > dr.width[widest] {
				widest = i
			}
		}
		if dr.width[widest] <= 2 { // one Chinese character
			break
		}
		dr.width[widest]--
	}
}

// fitHeight wraps the texts and gives each row the lines it needs.
func (dr *drawing) fitHeight() {
	for i := range dr.height {
		dr.height[i] = 1
	}
	for span := 1; span <= len(dr.height); span++ {
		for i := range dr.cells {
			c := &dr.cells[i]
			if c.RowSpan != span {
				continue
			}
			c.lines = strings.Split(widthOf.Wrap(c.Text, max(2, dr.inner(c))), "\n")
			room := span - 1
			for k := range span {
				room += dr.height[c.Row+k]
			}
			dr.height[c.Row+span-1] += max(0, len(c.lines)-room)
		}
	}
}

// Whether a line is printed above row r in column c, and left of column c in
// row r.
func (dr *drawing) above(r, c int) bool {
	return r == 0 || r == len(dr.height) || dr.owner[r-1][c] != dr.owner[r][c]
}

func (dr *drawing) before(r, c int) bool {
	return c == 0 || c == len(dr.width) || dr.owner[r][c-1] != dr.owner[r][c]
}

// Characters of a crossing by the lines that meet in it: up, down, left,
// right are bits 1, 2, 4, 8.
var crossings = [16]string{" ", "│", "│", "│", "─", "┘", "┐", "┤", "─", "└", "┌", "├", "─", "┴", "┬", "┼"}

func (dr *drawing) crossing(r, c int) string {
	bits := 0
	if r > 0 && dr.before(r-1, c) {
		bits |= 1
	}
	if r < len(dr.height) && dr.before(r, c) {
		bits |= 2
	}
	if c > 0 && dr.above(r, c-1) {
		bits |= 4
	}
	if c < len(dr.width) && dr.above(r, c) {
		bits |= 8
	}
	if dr.ascii {
		switch bits {
		case 1, 2, 3:
			return "|"
		case 4, 8, 12:
			return "-"
		}
		return "+"
	}
	return crossings[bits]
}

func (dr *drawing) draw(p painter) {
	rule, bar := "─", "│"
	if dr.ascii {
		rule, bar = "-", "|"
	}
	used := make([]int, len(dr.cells)) // how many lines of each cell are drawn
	content := func(i int) {
		c := &dr.cells[i]
		text := ""
		if used[i] < len(c.lines) {
			text = c.lines[used[i]]
		}
		used[i]++
		pad := strings.Repeat(" ", max(0, dr.inner(c)-widthOf.StringWidth(text)))
		if c.flag && text != "" {
			text = p.flagged(text)
		}
		if c.Kind == tables.KindValue {
			text = pad + text
		} else {
			text += pad
		}
		p.b.WriteString(" " + text + " ")
	}
	for r := 0; r <= len(dr.height); r++ {
		for c := 0; c < len(dr.width); {
			p.b.WriteString(dr.crossing(r, c))
			if dr.above(r, c) {
				p.b.WriteString(strings.Repeat(rule, dr.width[c]+2))
				c++
				continue
			}
			content(dr.owner[r][c])
			c += dr.cells[dr.owner[r][c]].ColSpan
		}
		p.b.WriteString(dr.crossing(r, len(dr.width)) + "\n")
		if r == len(dr.height) {
			break
		}
		for range dr.height[r] {
			for c := 0; c < len(dr.width); {
				p.b.WriteString(bar)
				content(dr.owner[r][c])
				c += dr.cells[dr.owner[r][c]].ColSpan
			}
			p.b.WriteString(bar + "\n")
		}
	}
}
