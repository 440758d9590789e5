package results

import (
	"regexp"
	"testing"
)

// The pattern that parts a folder with everything in it is found by the names.
func TestPatternsPartByNames(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  string // a report that comes of it; empty where names don't tell
	}{
		{[]string{"xian-1.png", "xian-2.png", "beijing-1.png", "beijing-2.png"}, "xian"},
		{[]string{"西安市1.jpg", "西安市2.jpg", "北京市1.jpg", "北京市2.jpg"}, "西安市"},
		{[]string{"xian_requests.png", "xian_appeals.png", "beijing_requests.png", "beijing_appeals.png"}, "xian"},
		{[]string{"xian-2021-1.png", "xian-2021-2.png", "xian-2022-1.png", "xian-2022-2.png"}, "xian-2021"},
		{[]string{"all/xian-1.png", "all/xian-2.png", "all/beijing-1.png", "all/beijing-2.png"}, "all/xian"},
		{[]string{"img001.png", "img002.png", "img003.png", "img004.png"}, ""},
	} {
		var all []claimed
		for i, n := range c.names { // each report has a table of two families
			all = append(all, claimed{n, []string{"requests", "appeals"}[i%2], n})
		}
		best := suggest(all)
		got := ""
		if best != "" {
			got = ReportBy(regexp.MustCompile(best))(c.names[0])
		}
		if got != c.want {
			t.Errorf("%v: by %s the first is of %q, want %q", c.names, best, got, c.want)
		}
	}
	// Folders that part them are left alone, though a picture in one of them
	// contradicts another.
	if best := suggest([]claimed{{"a/1.png", "requests", "x"}, {"a/2.png", "requests", "y"}, {"b/1.png", "requests", "z"}}); best != "" {
		t.Errorf("a folder with two versions of a table is parted by %s", best)
	}
}
