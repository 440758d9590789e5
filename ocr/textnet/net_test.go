package textnet

import (
	"context"
	"errors"
	"image"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/models"
	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/internal/head"
	"github.com/biaoge/biaoge/ocr/internal/samples"
	"github.com/biaoge/biaoge/ocr/kernel"
	"github.com/biaoge/biaoge/ocr/strip"
)

func open(t testing.TB) *Net {
	t.Helper()
	n, err := New()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { n.Close() })
	return n
}

func read(t testing.TB, n *Net, lines ...strip.Line) []*ctc.Posterior {
	t.Helper()
	ps, err := n.Read(context.Background(), lines)
	if err != nil {
		t.Fatal(err)
	}
	return ps
}

// folded is a text as the net reads it: of what prints the same one character stands
// for all, but quotes open and close.
func folded(s string) string {
	var out []rune
	for _, r := range s {
		out = append(out, head.Fold(r))
	}
	return string(out)
}

// Lines of all kinds of print are read as they are printed, by either network.
func TestLinesAreReadAsTheyArePrinted(t *testing.T) {
	n := open(t)
	for _, s := range samples.Read(t, "testdata") {
		quick, err := n.ReadQuick(context.Background(), []strip.Line{s.Line})
		if err != nil {
			t.Fatal(err)
		}
		readsAsPrinted(t, s, read(t, n, s.Line)[0])
		readsAsPrinted(t, s, quick[0])
	}
}

func readsAsPrinted(t *testing.T, s samples.Sample, p *ctc.Posterior) {
	t.Helper()
	best := p.Best(1)[0]
	if strings.ReplaceAll(folded(best.Text), " ", "") != strings.ReplaceAll(folded(s.Text), " ", "") {
		t.Errorf("%s: read %q, want %q", s.Name, best.Text, folded(s.Text))
	}
	// A beam sums over fewer paths than the forward algorithm.
	if full := p.LogProb(best.Text); best.LogProb > full+1e-3 || best.LogProb < full-0.05 {
		t.Errorf("%s: %q: log probability %g by beam search, %g by the forward algorithm", s.Name, best.Text, best.LogProb, full)
	}
	if folded := p.LogProb(folded(best.Text)); math.Abs(folded-p.LogProb(best.Text)) > 1e-6 {
		t.Errorf("%s: what prints like %q is not as probable", s.Name, best.Text)
	}
	for _, wrong := range []string{"", "7", best.Text + "0", "政府信息"} {
		if p.LogProb(wrong) >= best.LogProb {
			t.Errorf("%s: %q fits no worse than %q", s.Name, wrong, best.Text)
		}
	}
}

// All kernels of this processor give the same bits.
func TestKernelsGiveTheSameBits(t *testing.T) {
	n := open(t)
	for _, s := range samples.Read(t, "testdata")[:6] {
		var want []float32
		for _, k := range kernel.All() {
			n.kernel = k
			got := slices.Concat(n.read(s.Line, n.small, narrow).LogProbs(), n.read(s.Line, n.quick, broad).LogProbs())
			if want == nil {
				want = got
			} else if !slices.Equal(got, want) {
				t.Errorf("%s: %v gives other probabilities than %v", s.Name, k, kernel.All()[0])
			}
		}
	}
}

// How a line is read depends neither on those read before it nor on those beside
// it.
func TestALineIsReadTheSameAloneAndAmongOthers(t *testing.T) {
	n := open(t)
	var lines []strip.Line
	for _, s := range samples.Read(t, "testdata") {
		lines = append(lines, s.Line)
	}
	for i, p := range read(t, n, lines...) {
		if alone := read(t, open(t), lines[i])[0]; !slices.Equal(alone.LogProbs(), p.LogProbs()) {
			t.Errorf("line %d reads otherwise alone than among others", i)
		}
	}
}

func TestLinesThatLookTheSameShareAReading(t *testing.T) {
	n := open(t)
	s := samples.Read(t, "testdata")
	ps := read(t, n, s[0].Line, s[1].Line, s[0].Line)
	if ps[0] != ps[2] || ps[0] == ps[1] {
		t.Error("lines that look the same are to share a reading, others not")
	}
}

func TestLinesOfAnySizeAreRead(t *testing.T) {
	n := open(t)
	gray := func(w, h int, v uint8) *image.Gray {
		g := image.NewGray(image.Rect(0, 0, w, h))
		for i := range g.Pix {
			g.Pix[i] = v
		}
		return g
	}
	for _, l := range []strip.Line{
		{Gray: gray(1, 1, 0), Bottom: 1}, {Gray: gray(1, 1, 255), Bottom: 1}, {Gray: gray(9, 40, 128), Top: 30, Bottom: 35, Floor: 12},
		{Gray: gray(30000, 12, 200), Bottom: 12}, {Gray: gray(20, 3000, 0), Top: 10, Bottom: 20}, {Gray: gray(5, 5, 9)},
	} {
		p := read(t, n, l)[0]
		if p.Columns() != width(l, narrow)/stride || len(p.LogProbs()) != p.Columns()*p.Classes() {
			t.Errorf("%v: %d columns", l.Gray.Rect, p.Columns())
		}
		for _, v := range p.LogProbs() {
			if v > 0 || v < ctc.Floor || math.IsNaN(float64(v)) {
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
	n := open(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := n.Read(ctx, []strip.Line{samples.Read(t, "testdata")[0].Line}); !errors.Is(err, context.Canceled) {
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

// A damaged file is an error, and never a net.
func TestADamagedFileIsNoNet(t *testing.T) {
	for _, data := range [][]byte{nil, []byte("ONNX"), models.Text[:100], models.Text[:len(models.Text)-1], append([]byte("t8 1\x01\x00\x00\x00\x01xb\x02"), make([]byte, 36)...)} {
		if _, err := parse(data); err == nil {
			t.Errorf("%d bytes are a net", len(data))
		}
	}
	whole, err := parse(models.Text)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newNetwork(whole, []string{"a", "b"}, small); err == nil {
		t.Error("a net of 18,710 classes has two characters")
	}
	delete(whole.bytes, "head.w")
	if _, err := newNetwork(whole, nil, small); err == nil {
		t.Error("a net without its last layer is whole")
	}
	if _, err := newNetwork(whole, nil, quick); err == nil {
		t.Error("the layers of one network are another's")
	}
}

// Of neighbouring weights those of one sign add up to so little that products with
// bytes don't overflow 16 bits, in which AVX2 adds them.
func TestPairsOfWeightsDoNotOverflow(t *testing.T) {
	layers := make(map[string]tensor[int8])
	for of, data := range map[string][]byte{"small": models.Text, "quick": models.Quick} {
		whole, err := parse(data)
		if err != nil {
			t.Fatal(err)
		}
		for name, w := range whole.bytes {
			layers[of+" "+name] = w
		}
	}
	for name, w := range layers {
		perRow := w.shape[2] * w.shape[3]
		for k, a := range w.values {
			if k%perRow%2 == 1 || k%perRow+1 == perRow {
				continue
			}
			a, b := int(a), int(w.values[k+1])
			if high, low := max(a, 0)+max(b, 0), min(a, 0)+min(b, 0); 255*high > math.MaxInt16 || 255*low < math.MinInt16 {
				t.Fatalf("layer %s: weights %d and %d lie together", name, a, b)
			}
		}
	}
}
