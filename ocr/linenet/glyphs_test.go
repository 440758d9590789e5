package linenet

import (
	"testing"

	"github.com/biaoge/biaoge/ocr/internal/samples"
)

func glyphNet(t testing.TB) *Net { return opened(t, NewGlyphs) }

// What is printed is read, and not what is usual: 孑 for 子, 己 for 已, 預 for 预.
func TestGlyphsAreReadAsTheyArePrinted(t *testing.T) {
	n := glyphNet(t)
	for _, s := range samples.Read(t, "testdata/glyphs") {
		if best := read(t, n, s.Line)[0].Best(1)[0]; best.Text != s.Text {
			t.Errorf("%s: read %q, want %q", s.Name, best.Text, s.Text)
		}
	}
}

// How a line is read does not depend on the lines beside it, nor on how long it is.
func TestGlyphsAreReadTheSameBesideOthers(t *testing.T) {
	n := glyphNet(t)
	var lines []Line
	all := samples.Read(t, "testdata/glyphs")
	for _, s := range all {
		lines = append(lines, s.Line)
	}
	for i, p := range read(t, n, lines...) {
		together, alone := p.Best(1)[0], read(t, n, lines[i])[0].Best(1)[0]
		if together != alone {
			t.Errorf("%s: %v beside others, %v alone", all[i].Name, together, alone)
		}
	}
}

func TestWhatPrintsTheSameIsToldAlike(t *testing.T) {
	for text, want := range map[string]bool{"箱孑": true, "預算": true, "（，": true, "(,": true, "—": true, "①": true, "ж": false, "箱ж": false} {
		if got := Tells(text); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}

// BenchmarkGlyphs reads the lines of testdata/glyphs, and prints what a column of the
// output costs. A character of Chinese is some six columns.
func BenchmarkGlyphs(b *testing.B) {
	n, columns := glyphNet(b), 0
	var lines []Line
	for _, s := range samples.Read(b, "testdata/glyphs") {
		lines = append(lines, s.Line)
	}
	start := processor()
	for b.Loop() {
		for _, p := range read(b, n, lines...) {
			columns += p.Columns()
		}
	}
	perColumn(b, start, columns)
}
