package grid

import (
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
	"github.com/biaoge/biaoge/layout/ruling"
)

// Rules that are printed on a small part of the height of a table alone, as the side of its heading, make no columns
// beside the long sides of grounds.
func TestRulesArePrintedOnHalfOfAHeight(t *testing.T) {
	c := sketch.New(400, 400, 255)
	c.Plumb(200, 20, 380, 0)
	m := evidenceOf(t, c)
	side := ruling.Rule{Pos: 300.5, Lo: 20, Hi: 380, Thick: 1, Side: true}
	for _, k := range []struct {
		hi      float64
		printed bool
	}{{60, false}, {190, false}, {210, true}, {380, true}} {
		rule := ruling.Rule{Pos: 200.5, Lo: 20, Hi: k.hi, Thick: 1}
		if halfPrinted(m, ruling.Plumb, []ruling.Rule{side, rule}) != k.printed {
			t.Errorf("a rule of %.0f pixels beside a side of 360: printed is %v", k.hi-20, !k.printed)
		}
	}
	if halfPrinted(m, ruling.Plumb, []ruling.Rule{side}) {
		t.Error("the side of a ground is a rule")
	}
}
