package extract

import (
	"testing"

	"github.com/biaoge/biaoge/internal/reading"
	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/tables"
)

// A form with many cells that it does not know is not given up for a view in which there is
// none.
func TestAFormWithStrangeCellsIsNotGivenUpForNothing(t *testing.T) {
	form := &view{page: &layout.Page{}, matches: []*tables.Match{{Cells: []int{0, 1, -1}, Strange: []int{2, 3, 4, 5, 6}}}}
	nothing := &view{page: &layout.Page{}}
	if nothing.showsMore(form) {
		t.Error("a view without a form shows more than one with it")
	}
	if form.whole() || nothing.whole() {
		t.Errorf("whole: %v and %v", form.whole(), nothing.whole())
	}
}

// A view that has all of a form is whole whatever else it has.
func TestAFormIsWholeBesideAnotherTable(t *testing.T) {
	v := &view{matches: []*tables.Match{nil, {Cells: []int{0, 1}}}}
	if !v.whole() {
		t.Error("not whole")
	}
	v.matches[1].Strange = []int{7}
	if v.whole() {
		t.Error("whole with a cell that the form does not know")
	}
}

// A form that is whole, but of which it is not sure which it is, is looked at in another scale;
// of two views that show as much of it, the one is taken whose labels agree better.
func TestAFormThatIsNotSureIsLookedAtInAnotherScale(t *testing.T) {
	of := func(confidence, agreement float64) *view {
		return &view{page: &layout.Page{}, matches: []*tables.Match{{Cells: []int{0, 1}, Confidence: confidence, Agreement: agreement}}}
	}
	l := &look{tools: reading.Tools{ReviewBelow: 0.95}}
	unsure, sure := of(0.8, 0.45), of(0.99, 0.7)
	if l.content(unsure) || !l.content(sure) {
		t.Errorf("no need to look once more: %v where it is not sure, %v where it is", l.content(unsure), l.content(sure))
	}
	if !sure.showsMore(unsure) || unsure.showsMore(sure) {
		t.Error("the view whose labels agree less is taken")
	}
}
