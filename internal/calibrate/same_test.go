package main

import "testing"

func TestWhatPrintsAlikeIsTheSame(t *testing.T) {
	for _, c := range []struct {
		printed, truth string
		want           bool
	}{
		{"财政 拨款", "财政拨款", true},
		{"□是 √否", "☐是 ✓否", true},
		{"averag-\ne", "average", true},
		{"A-\n1", "A-1", true},
		{"1-\n2", "12", false},
		{"“甲”", "”甲“", false},
		{"己经", "已经", false},
	} {
		if got := same(c.printed, c.truth); got != c.want {
			t.Errorf("%q and %q: %v", c.printed, c.truth, got)
		}
	}
}
