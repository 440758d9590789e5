package extract

import (
	"errors"
	"testing"

	"gocv.io/x/gocv"

	"github.com/biaoge/biaoge/internal/reading"
	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/tables"
)

// draftOf is a page with tables that were looked at, and with pixels to free.
func draftOf(to *[]*tables.Document, grids ...grid.Grid) *draft {
	s := &draft{view: &view{page: &layout.Page{Gray: gocv.NewMatWithSize(4, 4, gocv.MatTypeCV8U), Grids: grids}}, doc: &tables.Document{}, to: to}
	for i := range grids {
		s.tables = append(s.tables, reading.New(s.page, &grids[i], reading.Tools{}))
		s.matches = append(s.matches, nil)
	}
	return s
}

// Where it cannot be told whether a table goes on, the page before is finished
// as it stands, and the page that failed is freed and gives no document.
func TestAPageThatCannotBeJoinedLeavesTheOneBeforeAsItStands(t *testing.T) {
	var docs []*tables.Document
	s := &series{e: &Engine{}}
	square := grid.Grid{Rows: 1, Cols: 1, RowLines: []float64{0, 4}, ColLines: []float64{0, 4}}
	prev, next := draftOf(&docs, square), draftOf(&docs, grid.Grid{}) // a grid without lines makes it panic
	if err := s.follow(t.Context(), prev); err != nil {
		t.Fatal(err)
	}
	err := func() (err error) {
		defer caught(&err)
		return s.follow(t.Context(), next)
	}()
	if !errors.Is(err, ErrInternal) {
		t.Fatalf("got %v", err)
	}
	if !next.page.Gray.Closed() || prev.page.Gray.Closed() {
		t.Error("the page that failed is not freed, or the one before it is")
	}
	if err := s.end(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(docs) != 1 || docs[0] != prev.doc || len(prev.doc.Tables) != 1 || !prev.page.Gray.Closed() {
		t.Errorf("%d documents, the first with %d tables", len(docs), len(prev.doc.Tables))
	}
}

// Where a page cannot be finished, neither it nor the next gives a document,
// and both are freed.
func TestAPageThatCannotBeFinishedFreesTheNext(t *testing.T) {
	var docs []*tables.Document
	s := &series{e: &Engine{}}
	prev, next := draftOf(&docs), draftOf(&docs)
	if err := s.follow(t.Context(), prev); err != nil {
		t.Fatal(err)
	}
	prev.tables, prev.matches = []*reading.Table{nil}, []*tables.Match{nil}
	err := func() (err error) {
		defer caught(&err)
		return s.follow(t.Context(), next)
	}()
	if !errors.Is(err, ErrInternal) || !next.page.Gray.Closed() {
		t.Fatalf("got %v, the next page is freed: %t", err, next.page.Gray.Closed())
	}
	if err := s.end(t.Context()); err != nil || len(docs) != 0 {
		t.Errorf("got %v and %d documents", err, len(docs))
	}
	s.close()
	if !prev.page.Gray.Closed() {
		t.Error("the page that failed is not freed")
	}
}
