package borderless

import (
	"image"
	"testing"

	"github.com/biaoge/biaoge/layout/ink"
)

// mark is a mark of so many pixels at a place, half of them ink.
func mark(x, y, w, h int) ink.Blob {
	return ink.Blob{Box: image.Rect(x, y, x+w, y+h), Area: max(w*h/2, 1)}
}

func TestMarksAreOneWordUpToHalfTheirHeightApart(t *testing.T) {
	const H = 20
	for _, c := range []struct {
		what  string
		marks []ink.Blob
		words int
	}{
		{"close", []ink.Blob{mark(0, 0, 18, 20), mark(29, 0, 18, 20)}, 1},
		{"farther apart", []ink.Blob{mark(0, 0, 18, 20), mark(30, 0, 18, 20)}, 2},
		{"on two lines", []ink.Blob{mark(0, 0, 18, 20), mark(20, 24, 18, 20)}, 2},
		{"the two strokes of 二", []ink.Blob{mark(2, 2, 14, 3), mark(0, 16, 18, 3)}, 1},
		{"a speck", []ink.Blob{mark(0, 0, 3, 3)}, 0},
		{"a comma", []ink.Blob{mark(0, 0, 4, 5)}, 1},
	} {
		if got := wordsOf(c.marks, H, nil); len(got) != c.words {
			t.Errorf("%s: %d words, not %d", c.what, len(got), c.words)
		}
	}
}

func TestNeighboursAreOneColumnOnlyIfNeitherHasTextBesideTheOther(t *testing.T) {
	const o, x = false, true
	for _, c := range []struct {
		what string
		a, b []bool
		want bool
	}{
		{"two each, never on one line", []bool{x, x, o, o}, []bool{o, o, x, x}, true},
		{"on one line once", []bool{x, x, x, o}, []bool{o, o, x, x}, false},
		{"a heading above numbers", []bool{x, o, o}, []bool{o, x, x}, true},
		{"a heading above one number", []bool{x, o}, []bool{o, x}, false},
		{"one text that is no heading", []bool{o, x, o, o}, []bool{o, o, x, x}, false},
	} {
		if got := exclusive(c.a, c.b); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}

func TestARowBesideATableIsOfItWhereARuleBoundsItOutside(t *testing.T) {
	at := func(y int) *row { return &row{box: image.Rect(100, y, 500, y+20)} }
	for _, c := range []struct {
		what     string
		rule     image.Rectangle
		side     side
		enclosed bool
	}{
		{"a rule right above", image.Rect(100, 90, 500, 92), above, true},
		{"a rule far above", image.Rect(100, 50, 500, 52), above, false},
		{"a rule below", image.Rect(100, 125, 500, 127), above, false},
		{"a rule below, seen from below", image.Rect(100, 125, 500, 127), below, true},
		{"a short rule above", image.Rect(100, 90, 440, 92), above, false},
	} {
		tab := &table{print: &Print{}, H: 20, box: image.Rect(100, 100, 500, 400), rules: []image.Rectangle{c.rule}}
		if got := tab.enclosed(at(100), c.side); got != c.enclosed {
			t.Errorf("%s: enclosed is %v", c.what, got)
		}
	}
}

func TestFiveDashesAreARuleAndFourAreText(t *testing.T) {
	for n, kept := range map[int]int{4: 4, 5: 0} {
		p := Print{Box: image.Rect(0, 0, 600, 200), Height: 20}
		var marks []ink.Blob
		for i := range n {
			marks = append(marks, mark(100+16*i, 50, 8, 2))
		}
		if got := p.withoutDashes(marks, nil); len(got) != kept {
			t.Errorf("of %d dashes %d are text", n, len(got))
		}
	}
}
