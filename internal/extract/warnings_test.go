package extract

import (
	"slices"
	"testing"

	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/tables"
)

func TestLowPrintIsWarnedOf(t *testing.T) {
	for height, want := range map[float64]bool{0: false, 8.9: true, 9: false} {
		got := warnings(&view{page: &layout.Page{PrintHeight: height}}, nil)
		if is := slices.ContainsFunc(got, func(w tables.Warning) bool { return w.Code == "low_resolution" }); is != want {
			t.Errorf("print of %g pixels is warned of: %t", height, is)
		}
	}
}
