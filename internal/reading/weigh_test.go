package reading

import (
	"image"
	"math"
	"slices"
	"testing"

	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/ocr/linenet"
)

func candidates(texts ...string) (out []linenet.Candidate) {
	p := 0.6
	for _, t := range texts {
		out = append(out, linenet.Candidate{Text: t, LogProb: math.Log(p)})
		p /= 2
	}
	return out
}

func TestBothReadersSettleAReading(t *testing.T) {
	for name, c := range map[string]struct {
		second ocr.Reading
		height float64
		want   string
	}{
		"the other agrees":                {ocr.Reading{Text: "1.884", Confidence: 0.9}, 20, "1.884"},
		"the other has the second best":   {ocr.Reading{Text: "1,884", Confidence: 0.9}, 20, "1,884"},
		"the same of small print":         {ocr.Reading{Text: "1884", Confidence: 0.9}, 7, "1.884"},
		"the other has something strange": {ocr.Reading{Text: "7", Confidence: 0.9}, 20, "1.884"},
		"the other reads nothing":         {ocr.Reading{}, 20, "1.884"},
	} {
		cell := cell{candidates: candidates("1.884", "1,884", "1884"), height: c.height}
		e := cell.settle(cell.evidence(0), c.second, cell.height)
		if got := cell.candidates[0].Text; got != c.want || e.Posterior != math.Exp(cell.candidates[0].LogProb) {
			t.Errorf("%s: %q with %+v, want %q", name, got, e, c.want)
		}
	}
}

func TestASignIsNotSettledAway(t *testing.T) {
	cell := cell{candidates: candidates("-3", "3"), height: 20}
	cell.settle(cell.evidence(0), ocr.Reading{Text: "3", Confidence: 0.9}, cell.height)
	if got := cell.candidates[0].Text; got != "-3" {
		t.Errorf("%q", got)
	}
}

func TestManyStrokesSpeakForTheOthers(t *testing.T) {
	stroke, bar := image.NewGray(image.Rect(0, 0, 14, 14)), image.NewGray(image.Rect(0, 0, 14, 14))
	for i := range stroke.Pix {
		stroke.Pix[i], bar.Pix[i] = 250, 250
	}
	for y := 2; y < 12; y++ {
		for x := range 2 {
			stroke.Pix[14*y+11-y*2/3+x] = 30
			bar.Pix[14*y+11-y*2/3+x] = 30
		}
	}
	for x := 2; x < 11; x++ {
		bar.Pix[14*2+x] = 30
	}
	for name, c := range map[string]struct {
		crops []*image.Gray
		want  int
	}{
		"one stroke of two": {[]*image.Gray{stroke, bar}, 2},
		"one of four":       {[]*image.Gray{stroke, bar, bar, bar}, 1},
		"none":              {[]*image.Gray{bar, bar}, 0},
	} {
		line := ink.Line{Box: image.Rect(4, 4, 14, 14)}
		var g grid.Grid
		var cells []int
		for i := range c.crops {
			g.Cells = append(g.Cells, grid.Cell{Box: image.Rect(0, 0, 18, 18), Lines: []ink.Line{line}})
			cells = append(cells, i)
		}
		table := New(&layout.Page{}, &g, Tools{})
		for i, crop := range c.crops {
			table.cells[i].crops, table.cells[i].candidates = []*image.Gray{crop}, candidates("7", "/")
		}
		strokes, rest := table.strokes(cells)
		if len(strokes) != c.want || len(strokes)+len(rest) != len(cells) {
			t.Errorf("%s: %d are strokes, want %d", name, len(strokes), c.want)
		}
		for _, i := range strokes {
			c := &table.cells[i]
			e := c.settle(c.evidence(0), ocr.Reading{Text: "7", Confidence: 0.9}, table.printHeight(c))
			c.weigh(e, ocr.Reading{Text: "7", Confidence: 0.9})
		}
		table.doubt()
		for _, i := range strokes {
			c := &table.cells[i]
			if c.reading.Text != "/" || c.reading.AtMost != doubtful {
				t.Errorf("%s: a stroke that Tesseract reads 7 is %q, at most %v sure", name, c.reading.Text, c.reading.AtMost)
			}
		}
	}
}

// Each doubt has words in every language.
func TestDoubtsAreOfTheCatalogue(t *testing.T) {
	codes := message.Codes()
	for _, d := range doubts {
		if !slices.Contains(codes, d.code) {
			t.Errorf("the code %q is not in internal/message/zh.po", d.code)
		}
	}
}

// A lone stroke may be a dash, the rest of a rule at the cell's side, or dirt. Print is 20
// pixels high.
func TestALoneStrokeMayBeNoValue(t *testing.T) {
	box := image.Rect(100, 100, 180, 130)
	for name, c := range map[string]struct {
		ink         image.Rectangle
		rest, speck bool
	}{
		"a hyphen":                      {image.Rect(130, 114, 137, 116), false, false},
		"a long dash":                   {image.Rect(130, 114, 150, 116), false, false},
		"a digit":                       {image.Rect(130, 105, 140, 125), false, false},
		"a speck":                       {image.Rect(130, 114, 135, 116), false, true},
		"a thin stroke below the rule":  {image.Rect(130, 101, 150, 103), true, false},
		"a thin stroke beside the rule": {image.Rect(101, 105, 103, 125), true, false},
	} {
		g := &grid.Grid{Cells: []grid.Cell{{Box: box, Lines: []ink.Line{{Box: c.ink}}}}}
		table := New(&layout.Page{LineHeight: 20}, g, Tools{})
		table.cells[0].as = asValue
		if table.rest(0) != c.rest || table.speck(0) != c.speck {
			t.Errorf("%s: the rest of a rule %v, a speck %v", name, table.rest(0), table.speck(0))
		}
		table.cells[0].as = asWords
		if table.rest(0) || table.speck(0) {
			t.Errorf("%s: words are doubted", name)
		}
	}
}

func TestASpaceInChineseMayBeASign(t *testing.T) {
	for text, want := range map[string]bool{
		"罪状 有民国": true, "（5人） 班长": true, "罪状、有民国": false, "TextIn 产品": false, "第 3 条": false, "罪状\n有民国": false,
	} {
		table := New(new(layout.Page), &grid.Grid{Cells: make([]grid.Cell, 1)}, Tools{})
		table.cells[0].as, table.cells[0].reading.Text = asWords, text
		if got := table.spaced(0); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
