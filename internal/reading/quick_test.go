package reading

import (
	"image"
	"math"
	"slices"
	"testing"

	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/strip"
	"github.com/biaoge/biaoge/tables"
)

// sees is what a net makes of a line that it reads as a text, giving each character
// some probability and the rest to none.
func sees(text string, p float64) *ctc.Posterior {
	var names []string
	for _, r := range text {
		names = append(names, string(r))
	}
	a := ctc.NewAlphabet(append(names, string(ctc.Other)))
	var logp []float32
	var busy, counts []int32
	for i := range names {
		seen, gap := make([]float32, a.Classes()), make([]float32, a.Classes())
		for k := range seen {
			seen[k], gap[k] = ctc.Floor, ctc.Floor
		}
		seen[0], seen[i+1], gap[0] = float32(math.Log(1-p)), float32(math.Log(p)), 0
		logp = append(append(logp, seen...), gap...)
		busy, counts = append(busy, 0, int32(i+1), 0), append(counts, 2, 1)
	}
	return ctc.New(a, logp, busy, counts)
}

// tableOf is a table of no form of one column, of whose cells the line reader and the
// quick reader and that of glyphs made the same, with some probability of each character.
func tableOf(sureness ...float64) *Table {
	return tableWith([]string{"财政拨款", "事业收入", "经营支出", "上级补助", "其他收入", "年末结转"}, sureness...)
}

// tableWith is a table as that of tableOf, whose cells hold some texts in turn.
func tableWith(texts []string, sureness ...float64) *Table {
	t := New(new(layout.Page), &grid.Grid{Cells: make([]grid.Cell, len(sureness))}, Tools{ReviewBelow: tables.DefaultReviewBelow})
	for i, p := range sureness {
		text := texts[i%len(texts)]
		gray := image.NewGray(image.Rect(0, 0, 96, 24))
		for k := range gray.Pix {
			gray.Pix[k] = uint8(255 * (k / 2 % 2))
		}
		line := strip.Line{Gray: gray, Bottom: 24}
		c := &t.cells[i]
		c.lines, c.crops, c.strips, c.height = []ink.Line{{Box: gray.Rect}}, []*image.Gray{gray}, []strip.Line{line}, 24
		c.read([]*ctc.Posterior{sees(text, p)})
		c.quick = printOf([]*ctc.Posterior{sees(text, p)}, c.strips)
		c.glyphs = printOf([]*ctc.Posterior{sees(text, p)}, c.strips)
		c.quick.unread, c.glyphs.unread = 0, 0 // the drawing is none of the text
	}
	return t
}

// What the quick reader reads surely nobody else reads, where the line reader or, if that does not
// know the characters, the reader of glyphs reads the same.
func TestTheQuickReaderSettlesWhatItIsSureOf(t *testing.T) {
	sure, unsure := slices.Repeat([]float64{.99999}, 48), slices.Repeat([]float64{.7}, 48)
	for name, c := range map[string]struct {
		sureness      []float64
		reviewBelow   float64
		lines, glyphs string // what the line reader and that of glyphs read; as the quick one where they are empty
		want          int    // cells that are read on
	}{
		"sure":                                {sure, .995, "", "", 0},
		"unsure":                              {unsure, .995, "", "", 48},
		"one of them unsure":                  {append(slices.Clone(sure[:23]), .5), .995, "", "", 1},
		"neither reads the same":              {sure, .995, "一般公共", "一般公共", 48},
		"the line reader does not know it":    {sure, .995, string(ctc.Other), "", 0},
		"nor does that of glyphs":             {sure, .995, string(ctc.Other), "一般公共", 48},
		"the line reader takes it for others": {sure, .995, "一般公共", "", 48},
		"everything is flagged":               {sure, 1, "", "", 48},
		"less is flagged than by default":     {unsure, .5, "", "", 48},
	} {
		table := tableOf(c.sureness...)
		table.ReviewBelow = c.reviewBelow
		var cells []int
		for i := range c.sureness {
			cells = append(cells, i)
			if c.lines != "" {
				table.cells[i].read([]*ctc.Posterior{sees(c.lines, .99999)})
			}
			if c.glyphs != "" {
				table.cells[i].glyphs = printOf([]*ctc.Posterior{sees(c.glyphs, .99999)}, table.cells[i].strips)
			}
		}
		open := table.weighing(cells, cells).settleQuick(cells)
		if len(open) != c.want {
			t.Errorf("%s: %d cells are read on, want %d", name, len(open), c.want)
		}
		for i := range cells {
			if text := table.cells[i].reading.Text; !slices.Contains(open, i) && text != table.cells[i].quick.text {
				t.Errorf("%s: cell %d is %q, and the quick reader read %q", name, i, text, table.cells[i].quick.text)
			}
		}
	}
}

// A comma of small print reads as a point to both, so a number of which either may be printed is read on.
func TestTheQuickReaderSettlesNoCommaBetweenThousands(t *testing.T) {
	table := tableWith([]string{"839.12", "5,204", "397.215", "7638.25"}, slices.Repeat([]float64{.999999}, 48)...)
	var cells, want []int
	for i := range table.cells {
		cells = append(cells, i)
		if i%4 == 2 {
			want = append(want, i)
		}
	}
	if open := table.weighing(cells, cells).settleQuick(cells); !slices.Equal(open, want) {
		t.Errorf("cells %v are read on, want %v: those of 397.215", open, want)
	}
}

// A point before three digits may be a comma, where nothing in its column shows three decimals.
func TestACommaBetweenThousandsMayReadAsAPoint(t *testing.T) {
	for _, c := range []struct {
		column []string
		want   []int // cells that are doubted
	}{
		{[]string{"12", "5.204", "397.215元"}, []int{1, 2}},
		{[]string{"12.5", "5.204", "0.25"}, []int{1}},
		{[]string{"5.204", "1839.125"}, nil},
		{[]string{"5.204", "0.125"}, nil},
		{[]string{"5,204", "12.50", "3.1415", "2019.5.12"}, nil},
	} {
		table := tableWith(c.column, make([]float64, len(c.column))...)
		var doubted []int
		for i, text := range c.column {
			table.cells[i].reading.Text, table.cells[i].as = text, asWords
		}
		table.decimals = table.columnsOfDecimals()
		for i := range c.column {
			if table.commaOrPoint(i) {
				doubted = append(doubted, i)
			}
		}
		if !slices.Equal(doubted, c.want) {
			t.Errorf("%q: cells %v are doubted, want %v", c.column, doubted, c.want)
		}
	}
}
