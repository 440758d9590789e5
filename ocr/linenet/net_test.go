package linenet

import (
	"context"
	"errors"
	"image"
	"image/draw"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/internal/samples"
)

func load(t testing.TB) *Net { return opened(t, New) }

func opened(t testing.TB, open func() (*Net, error)) *Net {
	t.Helper()
	n, err := open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return n
}

func read(t testing.TB, n *Net, lines ...Line) []*Posterior {
	t.Helper()
	ps, err := n.Read(context.Background(), lines)
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

func TestLinesAreReadAsTheyArePrinted(t *testing.T) {
	n := load(t)
	all := samples.Read(t, "testdata")
	var lines []Line
	for _, s := range all {
		lines = append(lines, s.Line)
	}
	for i, p := range read(t, n, lines...) {
		best := p.Best(3)
		if best[0].Text != all[i].Text {
			t.Errorf("%s: read %q, want %q", all[i].Name, best[0].Text, all[i].Text)
		}
		for k, c := range best {
			if k > 0 && c.LogProb > best[k-1].LogProb {
				t.Errorf("%s: candidate %d is more probable than the one before", all[i].Name, k)
			}
			// A beam sums over fewer paths than the forward algorithm.
			if full := p.LogProb(c.Text); c.LogProb > full+1e-3 || c.LogProb > 1e-6 {
				t.Errorf("%s: %q: log probability %g by beam search, %g by the forward algorithm", all[i].Name, c.Text, c.LogProb, full)
			}
		}
		if full := p.LogProb(best[0].Text); math.Abs(best[0].LogProb-full) > 0.01 {
			t.Errorf("%s: %q: log probability %g by beam search, %g by the forward algorithm", all[i].Name, best[0].Text, best[0].LogProb, full)
		}
		if w := p.Weakest(); w <= 0 || w > 1 {
			t.Errorf("%s: the least sure character has probability %g", all[i].Name, w)
		}
		for _, wrong := range []string{"", "7", all[i].Text + "0", "政府信息"} {
			if p.LogProb(wrong) >= best[0].LogProb {
				t.Errorf("%s: %q fits no worse than %q", all[i].Name, wrong, best[0].Text)
			}
		}
	}
}

// A line's text may be wrapped anywhere.
func TestAWrappedTextIsReadAsOne(t *testing.T) {
	n := load(t)
	all := samples.Read(t, "testdata")
	var lines []Line
	var text []string
	for _, s := range all {
		if strings.HasPrefix(s.Name, "wrapped") {
			lines, text = append(lines, s.Line), append(text, s.Text)
		}
	}
	p := Join(read(t, n, lines...)...)
	whole := strings.Join(text, "")
	if got := p.LogProb(whole); got < -1 {
		t.Errorf("LogProb(%q) = %g over its two lines", whole, got)
	}
}

// How a line is read does not depend on what is read with it.
func TestALineIsReadTheSameAloneAndAmongOthers(t *testing.T) {
	n := load(t)
	var lines []Line
	for range 3 {
		for _, s := range samples.Read(t, "testdata") {
			s.Line.Floor += float64(len(lines)) * 1e-9 // not the same line again
			lines = append(lines, s.Line)
		}
	}
	for i, p := range read(t, n, lines...) {
		alone := read(t, n, lines[i])[0]
		if alone.Columns() != p.Columns() {
			t.Fatalf("line %d: %d columns alone, %d among others", i, alone.Columns(), p.Columns())
		}
		ofAlone := alone.LogProbs()
		for k, v := range p.LogProbs() {
			// Sums are taken in another order.
			if math.Abs(float64(v-ofAlone[k])) > 1e-3 {
				t.Fatalf("line %d, column %d, class %d: %g alone, %g among others", i, k/p.Classes(), k%p.Classes(), ofAlone[k], v)
			}
		}
	}
}

func TestLinesThatLookTheSameShareAReading(t *testing.T) {
	n := load(t)
	s := samples.Read(t, "testdata")
	again := s[0].Line
	again.Gray = image.NewGray(s[0].Line.Gray.Rect)
	copy(again.Gray.Pix, s[0].Line.Gray.Pix)
	higher := s[0].Line
	higher.Floor *= 3
	ps := read(t, n, s[0].Line, s[1].Line, again, higher)
	if ps[0] != ps[2] {
		t.Error("two lines that look the same were read twice")
	}
	if ps[0] == ps[1] || ps[0] == ps[3] {
		t.Error("lines that differ share a reading")
	}
}

// A view into a larger picture reads as the picture cut out does.
func TestAViewIsReadAsWhatItShows(t *testing.T) {
	n := load(t)
	s := samples.Read(t, "testdata")[2]
	page := image.NewGray(image.Rect(0, 0, 400, 60))
	for i := range page.Pix {
		page.Pix[i] = uint8(i)
	}
	r := s.Line.Gray.Rect.Add(image.Pt(30, 7))
	draw.Draw(page, r, s.Line.Gray, image.Point{}, draw.Src)
	view := s.Line
	view.Gray = page.SubImage(r).(*image.Gray)
	if got := read(t, n, view)[0].Best(1)[0].Text; got != s.Text {
		t.Errorf("read %q, want %q", got, s.Text)
	}
}

func TestLinesOfAnySizeAreRead(t *testing.T) {
	n := load(t)
	gray := func(w, h int, v uint8) *image.Gray {
		g := image.NewGray(image.Rect(0, 0, w, h))
		for i := range g.Pix {
			g.Pix[i] = v
		}
		return g
	}
	for _, l := range []Line{
		{Gray: gray(1, 1, 0), Bottom: 1}, {Gray: gray(1, 1, 255), Bottom: 1}, {Gray: gray(9, 40, 128), Top: 30, Bottom: 35, Floor: 12},
		{Gray: gray(30000, 12, 200), Bottom: 12}, {Gray: gray(20, 3000, 0), Top: 10, Bottom: 20}, {Gray: gray(5, 5, 9)},
	} {
		p := read(t, n, l)[0]
		if p.Columns() == 0 || len(p.LogProbs()) != p.Columns()*p.Classes() {
			t.Errorf("%v: %d columns", l.Gray.Rect, p.Columns())
		}
		for _, v := range p.LogProbs() {
			if v > 0 || v < ctc.Floor {
				t.Fatalf("%v: a log probability of %g", l.Gray.Rect, v)
			}
		}
		p.Best(4)
	}
	if ps := read(t, n); len(ps) != 0 {
		t.Errorf("%d posteriors of no lines", len(ps))
	}
}

func TestReadingEndsWithItsContext(t *testing.T) {
	n := load(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := n.Read(ctx, []Line{samples.Read(t, "testdata")[0].Line}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want %v", err, context.Canceled)
	}
}

func TestCloseFreesTheNet(t *testing.T) {
	before := Live()
	n, err := New()
	if err != nil {
		t.Fatal(err)
	}
	if Live() != before+1 {
		t.Errorf("%d nets open, want %d", Live(), before+1)
	}
	for range 2 { // closing twice does no harm
		if err := n.Close(); err != nil {
			t.Error(err)
		}
	}
	if Live() != before {
		t.Errorf("%d nets open, want %d", Live(), before)
	}
}

// sight is what the layers of the net make it: changed pixels farther off than
// that leave a column as it was.
func TestChangesBeyondSightLeaveAColumnAsItWas(t *testing.T) {
	n := load(t)
	line := Line{Gray: image.NewGray(image.Rect(0, 0, 400, 24)), Bottom: 24}
	for i := range line.Gray.Pix {
		line.Gray.Pix[i] = uint8(i * i >> 3)
	}
	a := read(t, n, line)[0]
	line.Gray.Pix[24/2*400+200] ^= 0xff
	b := read(t, n, line)[0]
	x := 200 + n.info.Margin
	far := func(col int) bool {
		px := col * n.info.Stride
		return px < x-sight || px > x+sight
	}
	changed := false
	for c := range a.Columns() {
		same := slices.Equal(a.LogProbs()[c*a.Classes():][:a.Classes()], b.LogProbs()[c*a.Classes():][:a.Classes()])
		changed = changed || !same
		if !same && far(c) {
			t.Errorf("column %d, %d pixels off, changed", c, c*n.info.Stride-x)
		}
	}
	if !changed {
		t.Error("no column changed")
	}
}
