package linenet

import (
	"context"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/biaoge/biaoge/ocr/internal/samples"
	"github.com/biaoge/biaoge/ocr/kernel"
)

// BenchmarkRead reads the lines of testdata, told apart so that each is read,
// and prints what a column of the output costs. A table of the longest form is
// some 2,500 columns.
func BenchmarkRead(b *testing.B) {
	n, lines := bench(b)
	columns := 0
	b.ReportAllocs()
	start := processor()
	for b.Loop() {
		ps, err := n.Read(context.Background(), lines)
		if err != nil {
			b.Fatal(err)
		}
		for _, p := range ps {
			columns += p.Columns()
		}
	}
	perColumn(b, start, columns)
}

// BenchmarkNet is the part of BenchmarkRead that computes logits, with each kernel
// of this processor.
func BenchmarkNet(b *testing.B) {
	n, _ := drawn(b)
	for _, k := range kernel.All() {
		b.Run(k.String(), func(b *testing.B) {
			n.stack.Kernel = k
			columns := 0
			start := processor()
			for b.Loop() {
				seen, some := n.stack.Run(stripWidth)
				n.stack.Logits(seen, some, n.end.(*few).logits)
				columns += some
			}
			perColumn(b, start, columns)
		})
	}
}

// BenchmarkDraw is the part of BenchmarkRead that scales lines onto strips.
func BenchmarkDraw(b *testing.B) {
	n, lines := bench(b)
	pixels, row := n.stack.Strip()
	columns := 0
	start := processor()
	for b.Loop() {
		for _, l := range lines {
			j := job{scale: n.scale(l)}
			j.width = min(int(float64(l.Gray.Rect.Dx())*j.scale)+2*n.info.Margin, stripWidth)
			n.draw(l, j, pixels, row)
			columns += j.width / n.info.Stride
		}
	}
	perColumn(b, start, columns)
}

// BenchmarkPosterior is the part of BenchmarkRead that turns the net's output
// into probabilities.
func BenchmarkPosterior(b *testing.B) {
	n, lines := bench(b)
	if _, err := n.Read(context.Background(), lines); err != nil {
		b.Fatal(err)
	}
	columns, cols := 0, stripWidth/n.info.Stride
	start := processor()
	for b.Loop() {
		n.end.(*few).of(&n.stack, cols)
		columns += cols
	}
	perColumn(b, start, columns)
}

func BenchmarkBest(b *testing.B) {
	n, lines := bench(b)
	ps, err := n.Read(context.Background(), lines)
	if err != nil {
		b.Fatal(err)
	}
	columns := 0
	start := processor()
	for b.Loop() {
		for _, p := range ps {
			p.Best(4)
			columns += p.Columns()
		}
	}
	perColumn(b, start, columns)
}

func BenchmarkLogProb(b *testing.B) {
	n, lines := bench(b)
	ps, err := n.Read(context.Background(), lines)
	if err != nil {
		b.Fatal(err)
	}
	text := strings.Repeat("政府", 5)
	columns := 0
	start := processor()
	for b.Loop() {
		for _, p := range ps {
			p.LogProb(text)
			columns += p.Columns()
		}
	}
	perColumn(b, start, columns)
}

func bench(b *testing.B) (*Net, []Line) {
	n, err := New()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { n.Close() })
	var lines []Line
	for range 8 {
		for _, s := range samples.Read(b, "testdata") {
			s.Line.Floor = 1 + float64(len(lines))/1000 // no two the same
			lines = append(lines, s.Line)
		}
	}
	return n, lines
}

// perColumn reports the time for a column by the clock and by the processor:
// the second is the one to compare where the machine is shared.
func perColumn(b *testing.B, start time.Duration, columns int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(columns)/1000, "µs/column")
	b.ReportMetric(float64((processor()-start).Nanoseconds())/float64(columns)/1000, "cpu-µs/column")
}

// processor is the processor time this process has used.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
