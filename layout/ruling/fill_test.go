package ruling

import "testing"

// A rule that was followed in pieces ends at none of them, but where a ground
// does.
func TestPiecesOfARuleAreNoEnds(t *testing.T) {
	left := Rule{Pos: 100, Lo: 20, Hi: 300, Tone: 60}
	for _, k := range []struct {
		name  string
		right Rule
		want  bool
	}{
		{"goes on", Rule{Pos: 100.5, Lo: 303, Hi: 600, Tone: 55}, true},
		{"on another ground", Rule{Pos: 100.5, Lo: 303, Hi: 600, Tone: 30}, false},
		{"light on dark", Rule{Pos: 100.5, Lo: 303, Hi: 600, Tone: 55, Light: true}, false},
		{"another rule", Rule{Pos: 108, Lo: 303, Hi: 600, Tone: 55}, false},
		{"much further on", Rule{Pos: 100.5, Lo: 330, Hi: 600, Tone: 55}, false},
	} {
		rules := []Rule{left, k.right}
		if got := goesOnAt(&rules[0], left.Hi, rules); got != k.want {
			t.Errorf("%s: %v", k.name, got)
		}
	}
}
