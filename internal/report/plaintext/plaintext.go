// Package plaintext finds pictures and tables in a report of which a program
// left nothing but the text: cells parted by signs, or standing as lines one
// below the other. It knows lines; which of them are a form's cells is told by
// package tables.
//
// It must not know forms, nor which program made the text.
package plaintext

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/biaoge/biaoge/internal/report/charset"
	"github.com/biaoge/biaoge/internal/report/content"
)

// MaxBytes bounds a text.
const MaxBytes = 16_000_000

// maxTexts bounds the lines and cells that are looked at.
const maxTexts = 50_000

// A Text is a report in plain text.
type Text struct {
	content content.Content
	outline content.Outline
	texts   []content.Text
	grids   []content.TextGrid
	rows    []row
}

// A row is a line whose cells are parted by signs.
type row struct {
	from  int // its first text
	cells []string
}

// pictureName is a line that is only the name of a picture.
var pictureName = regexp.MustCompile(`(?i)^[^\s<>|]{1,120}\.(png|jpe?g|gif|bmp|tiff?|webp)$`)

// bookmark is what some programs leave of a mark that nobody sees.
var bookmark = regexp.MustCompile(`\[bookmark: [^\]]*\]`)

// Parse reads a text.
func Parse(data []byte, finder content.Finder) (*Text, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("%w: a text of %d MB, where %d are allowed; cut it into parts", content.ErrTooLarge, len(data)/1_000_000, MaxBytes/1_000_000)
	}
	in := charset.Decode(data, "")
	t := &Text{}
	t.content.MediaType, t.content.Charset = "text/plain", in.Name
	number := 0
	for line := range strings.SplitSeq(in.UTF8, "\n") {
		number++
		line = strings.TrimRight(bookmark.ReplaceAllString(line, ""), "\r")
		name := content.Clean(line)
		if pictureName.MatchString(name) {
			t.endRows()
			t.endTexts()
			pic := finder.Find(name)
			t.content.Items = append(t.content.Items, content.Item{At: fmt.Sprintf("line %d", number), Heading: t.outline.Heading(), Picture: &pic})
			t.outline.Past()
			continue
		}
		t.line(line, number)
		if len(t.texts) > maxTexts {
			t.content.Warn("texts", maxTexts)
			break
		}
	}
	t.endRows()
	t.endTexts()
	for _, l := range t.outline.Lines() {
		t.content.Title = l
		break
	}
	t.content.Lines = t.outline.Lines()
	return t, nil
}

// Content says what is in the text.
func (t *Text) Content() *content.Content { return &t.content }

// line takes a line apart.
func (t *Text) line(line string, number int) {
	cells := cellsOf(line)
	if len(cells) > 1 {
		t.rows = append(t.rows, row{len(t.texts), cells})
	} else if strings.TrimSpace(line) != "" {
		t.endRows()
	}
	for _, c := range cells {
		t.texts = append(t.texts, content.Text{Text: c, Line: number})
		t.outline.Line(c, false)
	}
}

// cellsOf are the cells of a line; none where nothing is on it. A sign at its
// beginning or end parts nothing.
func cellsOf(line string) []string {
	sign := ""
	switch {
	case strings.Contains(line, "|"):
		sign = "|"
	case strings.Contains(line, "｜"):
		sign = "｜"
	case strings.Contains(line, "\t"):
		sign = "\t"
	default:
		if c := content.Clean(line); c != "" {
			return []string{c}
		}
		return nil
	}
	cells := strings.Split(line, sign)
	for i, c := range cells {
		cells[i] = content.Clean(c)
	}
	if cells[0] == "" {
		cells = cells[1:]
	}
	if n := len(cells) - 1; n > 0 && cells[n] == "" && sign != "\t" {
		cells = cells[:n]
	}
	return cells
}

// endRows makes a grid of rows that follow one another, if they have the same
// number of cells; what stands in rows of other lengths has lost its places.
func (t *Text) endRows() {
	rows := t.rows
	t.rows = nil
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && len(rows[n].cells) == len(rows[0].cells) {
			n++
		}
		if n > 1 {
			var cells [][]content.Cell
			for _, r := range rows[:n] {
				var line []content.Cell
				for _, c := range r.cells {
					line = append(line, content.Cell{Text: c, RowSpan: 1, ColSpan: 1})
				}
				cells = append(cells, line)
			}
			last := rows[n-1]
			if g := content.NewGrid(cells); g != nil {
				t.grids = append(t.grids, content.TextGrid{From: rows[0].from, To: last.from + len(last.cells), Grid: g})
			}
		}
		rows = rows[n:]
	}
}

// endTexts ends the texts between two pictures.
func (t *Text) endTexts() {
	if len(t.texts) > 0 {
		t.content.Items = append(t.content.Items, content.Item{At: fmt.Sprintf("lines %d-%d", t.texts[0].Line, t.texts[len(t.texts)-1].Line), Texts: t.texts, Grids: t.grids})
	}
	t.texts, t.grids = nil, nil
}
