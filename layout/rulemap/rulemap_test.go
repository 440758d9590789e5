package rulemap

import (
	"image"
	"image/draw"
	"image/png"
	"math"
	"os"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/biaoge/biaoge/internal/sketch"
	"github.com/biaoge/biaoge/models"
	"github.com/biaoge/biaoge/ocr/kernel"
)

// drawn is a page with a table of a solid frame, rules of the kind that draw draws within it, and text in
// its cells; and where its level and plumb rules are, each a box of one pixel across.
func drawn(draw func(c sketch.Canvas, rule image.Rectangle)) (c sketch.Canvas, level, plumb []image.Rectangle) {
	const x, y, w, h, rows, cols = 40, 41, 90, 34, 6, 4
	c = sketch.New(450, 300, 250)
	for i := range rows + 1 {
		level = append(level, image.Rect(x, y+i*h, x+cols*w+1, y+i*h+1))
	}
	for i := range cols + 1 {
		plumb = append(plumb, image.Rect(x+i*w, y, x+i*w+1, y+rows*h+1))
	}
	for _, rules := range [][]image.Rectangle{level, plumb} {
		for i, r := range rules {
			if i == 0 || i == len(rules)-1 {
				c.Fill(r, 60)
			} else {
				draw(c, r)
			}
		}
	}
	for r := range rows {
		for i := range cols {
			c.Text(x+i*w+14+7*(r%3), y+r*h+11, 3+(r+i)%3, 40)
		}
	}
	return c, level, plumb
}

// near tells whether a place lies within so many pixels of a rule.
func near(rules []image.Rectangle, at image.Point, pixels int) bool {
	return slices.ContainsFunc(rules, func(r image.Rectangle) bool { return at.In(r.Inset(-pixels)) })
}

// mapOf is the map that a kernel makes of pixels.
func mapOf(t *testing.T, k kernel.Kernel, px []uint8, w int) *Map {
	t.Helper()
	m, err := of(t.Context(), k, px, w)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTheMapSaysWhereRulesRun(t *testing.T) {
	dashed := func(on, period int) func(c sketch.Canvas, r image.Rectangle) {
		return func(c sketch.Canvas, r image.Rectangle) {
			for y := r.Min.Y; y < r.Max.Y; y += period {
				for x := r.Min.X; x < r.Max.X; x += period {
					c.Fill(image.Rect(x, y, x+on, y+on).Intersect(r), 90)
				}
			}
		}
	}
	for name, draw := range map[string]func(c sketch.Canvas, r image.Rectangle){
		"solid":  func(c sketch.Canvas, r image.Rectangle) { c.Fill(r, 60) },
		"thick":  func(c sketch.Canvas, r image.Rectangle) { c.Fill(r.Inset(-1), 60) },
		"pale":   func(c sketch.Canvas, r image.Rectangle) { c.Fill(r, 215) },
		"dashed": dashed(4, 7),
		"dotted": dashed(1, 2),
	} {
		t.Run(name, func(t *testing.T) {
			c, level, plumb := drawn(draw)
			m := mapOf(t, fastest(), c.Pix, c.Rect.Dx())
			for axis, rules := range [][]image.Rectangle{level, plumb} {
				said := [][]float32{m.Level, m.Plumb}[axis]
				for _, r := range rules {
					if share := saidOn(m, said, r); share < 0.9 {
						t.Errorf("the map sees %.2f of the rule %v", share, r)
					}
				}
				for i, v := range said {
					const far = 4 // pixels
					if at := image.Pt(i%m.W, i/m.W).Mul(Cell); v > 0 && !near(rules, at, far) {
						t.Errorf("the map says %.1f at %v, where no rule of the direction is", v, at)
					}
				}
			}
		})
	}
}

// saidOn is the share of the places of a rule at which the map says that it runs there.
func saidOn(m *Map, said []float32, r image.Rectangle) float64 {
	yes, all := 0, 0
	for y := r.Min.Y / Cell; y*Cell < r.Max.Y; y++ {
		for x := r.Min.X / Cell; x*Cell < r.Max.X; x++ {
			all++
			if said[y*m.W+x] > 0 {
				yes++
			}
		}
	}
	return float64(yes) / float64(all)
}

// Around a page nothing is made up, whatever its size.
func TestAnEmptyPageHasNoRules(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {2, 3}, {15, 17}, {16, 16}, {33, 250}, {301, 64}} {
		for _, paper := range []uint8{0, 128, 255} {
			c := sketch.New(size.X, size.Y, paper)
			m := mapOf(t, fastest(), c.Pix, size.X)
			if m.W != (size.X+1)/2 || m.H != (size.Y+1)/2 || len(m.Level) != m.W*m.H || len(m.Plumb) != m.W*m.H {
				t.Fatalf("a page of %v: a map of %d by %d", size, m.W, m.H)
			}
			if most := max(slices.Max(m.Level), slices.Max(m.Plumb)); most > 0 {
				t.Errorf("a page of %v, all %d: the map says %.1f", size, paper, most)
			}
		}
	}
}

// Kernels give the same bits.
func TestKernelsMakeTheSameMap(t *testing.T) {
	if len(kernel.All()) == 1 {
		t.Log("this processor runs one kernel only")
	}
	c, _, _ := drawn(func(c sketch.Canvas, r image.Rectangle) { c.Fill(r, 200) })
	for _, rows := range []int{c.Rect.Dy(), 40, 7} {
		px := c.Pix[:rows*c.Rect.Dx()]
		want := mapOf(t, fastest(), px, c.Rect.Dx())
		for _, k := range kernel.All() {
			if got := mapOf(t, k, px, c.Rect.Dx()); !slices.Equal(got.Level, want.Level) || !slices.Equal(got.Plumb, want.Plumb) {
				t.Errorf("%d rows: %v makes another map", rows, k)
			}
		}
	}
}

// Of neighbouring weights those of one sign add up to so little that products with
// bytes don't overflow 16 bits, in which AVX2 adds them.
func TestPairsOfWeightsDoNotOverflow(t *testing.T) {
	layers, err := kernel.Parse(models.RuleMap)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range layers {
		l = l.Pack()
		for k := 0; k < len(l.Weights); k += 2 {
			a, b := int(l.Weights[k]), int(l.Weights[k+1])
			if high, low := max(a, 0)+max(b, 0), min(a, 0)+min(b, 0); 255*high > math.MaxInt16 || 255*low < math.MinInt16 {
				t.Fatalf("layer %d: weights %d and %d lie together", i+1, a, b)
			}
		}
	}
}

// A pixel of a larger plane gets what that of a smaller one has, and no more than a byte holds.
func TestBytesAreAddedUpTo255(t *testing.T) {
	const size = 256
	var to, from, want []uint8
	for a := range size {
		for b := range size {
			to, from, want = append(to, uint8(a)), append(from, uint8(b)), append(want, uint8(min(255, a+b)))
		}
	}
	if addBytes(to, from); !slices.Equal(to, want) {
		t.Error("sums of bytes are wrong")
	}
}

// benchGray is a clean screenshot of the largest form.
func benchGray(b *testing.B) *image.Gray {
	b.Helper()
	f, err := os.Open("../../testdata/requests.png")
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		b.Fatal(err)
	}
	g := image.NewGray(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(g, g.Rect, img, img.Bounds().Min, draw.Src)
	return g
}

// processor is the time that the processor has spent on this program.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkOf also prints what a million pixels cost the processor.
func BenchmarkOf(b *testing.B) {
	g := benchGray(b)
	b.ReportAllocs()
	start := processor()
	for b.Loop() {
		if _, err := Of(b.Context(), g.Pix, g.Rect.Dx()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64((processor()-start).Microseconds())/float64(b.N)/float64(len(g.Pix)), "s/Mpixel")
}
