package reading

import (
	"math"
	"slices"
	"testing"

	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/ocr/ctc"
)

// said is what a reader of all print makes of a cell, with how sure it is of each
// character.
func said(text string, sureness ...float64) *printed {
	return &printed{best: ctc.Candidate{Text: text}, sureness: sureness, weakest: slices.Min(sureness)}
}

func TestOtherTextsEchoWhatIsUnsure(t *testing.T) {
	for name, c := range map[string]struct {
		cell   *printed
		others []string
		want   int
	}{
		"beside the same in two others":         {said("华阳国际", 1, .4, 1, 1), []string{"深圳华阳国家", "华阳国法", "华阳"}, 2},
		"beside something else":                 {said("华阳国际", 1, .4, 1, 1), []string{"中阳光"}, 0},
		"the same text is no other":             {said("华阳国际", 1, .4, 1, 1), []string{"华阳国际"}, 0},
		"each unsure character wants its own":   {said("华阳国际", 1, .4, 1, .5), []string{"华阳国家"}, 0},
		"the least sure of what is all sure":    {said("华阳国际", 1, .999, 1, 1), []string{"华阳国家"}, 1},
		"a single character stands beside none": {said("华", .5), []string{"华阳"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			table := New(new(layout.Page), &grid.Grid{Cells: make([]grid.Cell, 1+len(c.others))}, Tools{})
			open := []int{0}
			table.cells[0].quick = c.cell
			for i, other := range c.others {
				one := make([]float64, len([]rune(other)))
				for k := range one {
					one[k] = 1
				}
				table.cells[i+1].quick = said(other, one...)
				open = append(open, i+1)
			}
			if got := table.weighing(open, open).echo(c.cell); got != c.want {
				t.Errorf("%d texts, want %d", got, c.want)
			}
		})
	}
}

func TestTheSurestCharacterThatIsNotInATextIsContrary(t *testing.T) {
	for text, want := range map[string]float64{"箱孑": 0, "箱子": .9, "相孑": .6, "甲乙": .9, "箱孑甲": 0} {
		if got := said("箱孑", .6, .9).contrary(text); got != want {
			t.Errorf("%s: %g, want %g", text, got, want)
		}
	}
}

func TestTwoDrawingsMakeUpForOneAnother(t *testing.T) {
	for name, c := range map[string]struct {
		a, b         *printed
		better, mean float64
	}{
		"each is sure where the other is not": {said("甲乙", .9, .5), said("甲乙", .5, .8), .8, (ocr.Logit(.5) + ocr.Logit(.8)) / 2},
		"of other lengths the less sure":      {said("甲乙", .9, .5), said("甲", .7), .5, ocr.Logit(.5)},
	} {
		better, mean := bothWays(c.a, c.b)
		if better != c.better || math.Abs(mean-c.mean) > 1e-9 {
			t.Errorf("%s: %g and %g, want %g and %g", name, better, mean, c.better, c.mean)
		}
	}
}
