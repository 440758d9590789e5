package report_test

import (
	"testing"

	"github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/tables"
)

// BenchmarkPage is what a page costs beside the reading of its pictures.
func BenchmarkPage(b *testing.B) {
	want := makeReport(1)
	native := []byte(page(`<meta charset=utf-8>`, want[0].html(), want[1].html(), want[2].html()))
	pictures := []byte(page(`<meta charset=utf-8>`, "<img src=11.png>", "<img src=22.png>", "<img src=33.png>"))
	documents := map[string]*tables.Document{"11.png": want[0].document("11.png"), "22.png": want[1].document("22.png"), "33.png": want[2].document("33.png")}
	beside := files(map[string][]byte{"11.png": picture(300, 200, 1), "22.png": picture(300, 200, 2), "33.png": picture(300, 200, 3)})
	for name, data := range map[string][]byte{"native": native, "pictures": pictures} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				r, err := report.Open(report.Input{Name: "x.html", Data: data, Beside: beside})
				if err != nil {
					b.Fatal(err)
				}
				d, err := report.Read(b.Context(), r, fakeReader(documents), report.Options{Forms: tables.EmbeddedForms()})
				if err != nil {
					b.Fatal(err)
				}
				if _, err := report.Same(r, d, report.Given{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
