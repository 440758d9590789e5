package textnet

import (
	"testing"

	"github.com/biaoge/biaoge/ocr/internal/samples"
	"github.com/biaoge/biaoge/ocr/kernel"
)

// BenchmarkTen reads a line of ten Chinese characters with both networks and each
// kernel of this processor.
func BenchmarkTen(b *testing.B) {
	n := open(b)
	for _, s := range samples.Read(b, "testdata") {
		if s.Name != "ten" {
			continue
		}
		for _, k := range kernel.All() {
			for _, by := range []struct {
				name string
				*network
				narrow float64
			}{{"all", n.small, narrow}, {"quick", n.quick, broad}} {
				b.Run(by.name+"/"+k.String(), func(b *testing.B) {
					n.kernel = k
					for b.Loop() {
						n.read(s.Line, by.network, by.narrow)
					}
				})
			}
		}
	}
}
