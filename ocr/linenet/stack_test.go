package linenet

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/internal/samples"

	"github.com/biaoge/biaoge/models"
	"github.com/biaoge/biaoge/ocr/kernel"
)

// logits has a net make logits of the first columns of its strip.
func logits(n *Net, width int) []float32 {
	seen, columns := n.stack.Run(width)
	out := make([]float32, columns*n.stack.Last().Stride())
	n.stack.Logits(seen, columns, out)
	return out
}

// drawn returns a net that has drawn the lines of testdata on its strip, and how
// wide that is.
func drawn(t testing.TB) (*Net, int) { return drawnBy(t, load(t)) }

func drawnBy(t testing.TB, n *Net) (*Net, int) {
	pixels, row := n.stack.Strip()
	at := sight
	for _, s := range samples.Read(t, "testdata") {
		j := job{scale: n.scale(s.Line), width: n.Width(s.Line), at: at}
		if at = n.whole(at + j.width + sight); at > stripWidth {
			break
		}
		n.draw(s.Line, j, pixels, row)
	}
	return n, min(at, stripWidth)
}

// nets are both nets, by name.
func nets(t testing.TB) map[string]*Net {
	return map[string]*Net{"lines": load(t), "glyphs": glyphNet(t)}
}

// Kernels give the same bits, for strips of any width.
func TestKernelsGiveTheSameBits(t *testing.T) {
	if len(kernel.All()) == 1 {
		t.Log("this processor runs one kernel only")
	}
	for name, n := range nets(t) {
		_, width := drawnBy(t, n)
		for _, w := range []int{4, 8, 20, 236, width, stripWidth} {
			var want []float32
			for _, k := range kernel.All() {
				n.stack.Kernel = k
				got := logits(n, w)
				if want == nil {
					want = got
				}
				if !slices.Equal(got, want) {
					t.Errorf("%s, width %d: %v gives other logits than %v", name, w, k, kernel.All()[0])
				}
			}
		}
	}
}

// What is left of a wider strip does not change a narrower one.
func TestAWiderStripBeforeChangesNothing(t *testing.T) {
	n, width := drawn(t)
	clean := load(t)
	const w = 100
	from, row := n.stack.Strip()
	to, _ := clean.stack.Strip()
	for y := range n.info.Height {
		copy(to[y*row:][:w], from[y*row:][:w])
	}
	n.stack.Run(width)
	for y := range n.info.Height {
		clear(from[y*row+w:][:stripWidth-w])
	}
	if !slices.Equal(logits(n, w), logits(clean, w)) {
		t.Error("a strip reads otherwise after a wider one")
	}
}

// Of neighbouring weights those of one sign add up to so little that products with
// bytes don't overflow 16 bits, in which AVX2 adds them.
func TestPairsOfWeightsDoNotOverflow(t *testing.T) {
	for name, parse := range map[string]func() (*files, error){"lines": embedded, "glyphs": embeddedGlyphs} {
		f, err := parse()
		if err != nil {
			t.Fatal(err)
		}
		for i, l := range f.layers {
			for k := 0; k < len(l.Weights); k += 2 {
				a, b := int(l.Weights[k]), int(l.Weights[k+1])
				if high, low := max(a, 0)+max(b, 0), min(a, 0)+min(b, 0); 255*high > math.MaxInt16 || 255*low < math.MinInt16 {
					t.Fatalf("%s, layer %d: weights %d and %d lie together", name, i+1, a, b)
				}
			}
		}
	}
}

// exact computes the net with what its weights and scales stand for, without
// rounding in between.
func exact(layers []kernel.Layer, strip [][]float64) [][]float64 {
	in := make([][][]float64, len(strip)) // row, column, channel
	for y, row := range strip {
		for _, v := range row {
			in[y] = append(in[y], []float64{v})
		}
	}
	for i, l := range layers {
		rows, cols := l.Size(len(in), len(in[0]))
		out := make([][][]float64, rows/int(l.Pool))
		for y := range rows {
			for x := range cols {
				pixel := make([]float64, l.Out)
				for o := range pixel {
					sum, w := float64(l.Bias[o]), l.Weights[o*len(l.Weights)/int(l.Out):]
					for ky := range int(l.Height) {
						for kx := range int(l.Width) {
							sy, sx := y*int(l.Down)+ky-int(l.Above), x*int(l.Right)+kx-int(l.Left)
							if sy < 0 || sy >= len(in) || sx < 0 || sx >= len(in[0]) {
								continue
							}
							for c, v := range in[sy][sx] {
								sum += v * float64(w[(ky*int(l.Width)+kx)*int(l.In)+c])
							}
						}
					}
					if pixel[o] = sum * float64(l.Scale[o]); i < len(layers)-1 {
						pixel[o] = max(0, min(255, pixel[o]))
					}
				}
				if to := &out[y/int(l.Pool)]; y%int(l.Pool) == 0 {
					*to = append(*to, pixel)
				} else {
					for o, v := range pixel {
						(*to)[x][o] = max((*to)[x][o], v)
					}
				}
			}
		}
		in = out
	}
	return in[0]
}

// Rounding to bytes changes little: the logits are those of exact arithmetic, near
// enough that the probabilities are, too.
func TestRoundingToBytesChangesLittle(t *testing.T) {
	layers, err := kernel.Parse(models.Lines)
	if err != nil {
		t.Fatal(err)
	}
	n, _ := drawn(t)
	const width = 400
	strip := make([][]float64, n.info.Height)
	pixels, row := n.stack.Strip()
	for y := range strip {
		for x := range width {
			strip[y] = append(strip[y], float64(pixels[y*row+x]))
		}
		clear(pixels[y*row+width:][:stripWidth-width])
	}
	got, stride := logits(n, width), n.stack.Last().Stride()
	want := exact(layers, strip)
	if cols := len(got) / stride; cols != len(want) {
		t.Fatalf("%d columns, want %d", cols, len(want))
	}
	var sum, worst float64
	for i, column := range want {
		for c, v := range column {
			d := math.Abs(float64(got[i*stride+c]) - v)
			sum, worst = sum+d, max(worst, d)
		}
	}
	if mean := sum / float64(len(want)*len(want[0])); mean > 0.1 || worst > 1.5 {
		t.Errorf("logits are %.3f off on the average and %.3f at most", mean, worst)
	} else {
		t.Logf("logits are %.3f off on the average and %.3f at most", mean, worst)
	}
}

func TestLogSoftmaxIsItsFormula(t *testing.T) {
	const rows, classes, stride = 40, 45, 48
	r := rand.New(rand.NewPCG(1, 1))
	logits := make([]float32, rows*stride)
	for i := range logits {
		logits[i] = float32(r.NormFloat64()*4*float64(i/stride%3) - 7) // the first row of each three is flat
	}
	var same []float32
	for _, k := range kernel.All() {
		logp, busy, counts := make([]float32, rows*classes), make([]int32, rows*classes), make([]int32, rows)
		k.LogSoftmax(logits, stride, classes, ctc.Floor, ctc.Likely, logp, busy, counts)
		for y := range rows {
			sum := 0.0
			for _, v := range logits[y*stride:][:classes] {
				sum += math.Exp(float64(v))
			}
			var likelies []int32
			for c, v := range logits[y*stride:][:classes] {
				want := max(float64(v)-math.Log(sum), ctc.Floor)
				if want > ctc.Likely {
					likelies = append(likelies, int32(c))
				}
				if got := logp[y*classes+c]; math.Abs(float64(got)-want) > 2e-6 {
					t.Fatalf("%v: row %d class %d: %g, want %g", k, y, c, got, want)
				}
			}
			if got := busy[:counts[y]]; !slices.Equal(got, likelies) {
				t.Errorf("%v: row %d: likely %v, want %v", k, y, got, likelies)
			}
			busy = busy[counts[y]:]
		}
		if same == nil {
			same = logp
		} else if !slices.Equal(same, logp) {
			t.Errorf("%v gives other probabilities than %v", k, kernel.All()[0])
		}
	}
}

func TestADamagedFileIsNoNet(t *testing.T) {
	for _, data := range [][]byte{nil, []byte("ONNX"), models.Lines[:100], models.Lines[:len(models.Lines)-1], append([]byte("q8 1\x01\x00\x00\x00"), make([]byte, 36)...)} {
		if layers, err := kernel.Parse(data); err == nil {
			t.Errorf("%d bytes are %d layers", len(data), len(layers))
		}
	}
}
