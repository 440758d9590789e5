package edit

import "testing"

func TestTheDistanceIsTheFewestEdits(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "", 3}, {"", "政府", 2}, {"信息公开", "信息公升", 1}, {"自然人", "自然人", 0}, {"自然人", "目然人", 1}, {"kitten", "sitting", 3}, {"12", "2", 1}, {"ab", "ba", 2},
	} {
		if got := Distance([]rune(c.a), []rune(c.b)); got != c.want {
			t.Errorf("from %q to %q: %d, not %d", c.a, c.b, got, c.want)
		}
		if got := Distance([]rune(c.b), []rune(c.a)); got != c.want {
			t.Errorf("from %q to %q: %d, not %d", c.b, c.a, got, c.want)
		}
	}
}
