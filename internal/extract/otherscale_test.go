package extract

import (
	"testing"

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
