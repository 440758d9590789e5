package report_test

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/internal/report"
)

var cellTag = regexp.MustCompile(`(?s)<td[^>]*>.*?</td>`)

// damage breaks a table as editors do: a cell left out or put in, spans that are
// wrong, cells that change places within a row. It says what it did.
func damage(r *rand.Rand, html string) (string, string) {
	cells := cellTag.FindAllStringIndex(html, -1)
	i := r.IntN(len(cells))
	c := cells[i]
	switch r.IntN(5) {
	case 0:
		return html[:c[0]] + html[c[1]:], "left out " + html[c[0]:c[1]]
	case 1:
		return html[:c[0]] + "<td>9</td>" + html[c[0]:], "a 9 before " + html[c[0]:c[1]]
	case 2:
		return html[:c[0]] + strings.Replace(html[c[0]:c[1]], "colspan=\"", fmt.Sprintf("colspan=\"%d", 1+r.IntN(2)), 1) + html[c[1]:], "a wider " + html[c[0]:c[1]]
	case 3:
		return html[:c[0]] + strings.Replace(html[c[0]:c[1]], "rowspan=", fmt.Sprintf("rowspan=%d", 1+r.IntN(2)), 1) + html[c[1]:], "a longer " + html[c[0]:c[1]]
	}
	return html[:c[0]] + "<td></td>" + html[c[0]:], "a blank before " + html[c[0]:c[1]]
}

// However a table is broken, no value stands under another's key without a flag.
func TestBrokenTablesAreNotSilent(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 5))
	for n := range 3 * *mutants {
		m := makeReport(uint64(n) + 100)[n%3]
		html := m.html()
		html, did := damage(r, html)
		_, d := read(t, report.Input{Name: "x.html", Data: []byte("<html><meta charset=utf-8>" + html)}, nil)
		for _, rec := range d.Records {
			if rec.Raw != m.values[rec.Key] && !rec.Review {
				t.Errorf("%s: %s is %q, want %q, without a flag", did, rec.Key, rec.Raw, m.values[rec.Key])
			}
		}
	}
}

// However a text lost or won a line, no value stands under another's key without
// a flag.
func TestBrokenTextsAreNotSilent(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 6))
	for n := range 3 * *mutants {
		m := makeReport(uint64(n) + 5000)[n%3]
		var lines []string
		for _, c := range m.form.Cells {
			lines = append(lines, m.text(c))
		}
		i := r.IntN(len(lines))
		did := "left out " + lines[i]
		switch r.IntN(3) {
		case 0:
			lines = slices.Delete(lines, i, i+1)
		case 1:
			did = "twice " + lines[i]
			lines = slices.Insert(lines, i, lines[i])
		case 2:
			did = "a 9 before " + lines[i]
			lines = slices.Insert(lines, i, "9")
		}
		sign := []string{"\n\n", " |\n", "\n\t"}[n/3%3]
		_, d := read(t, report.Input{Name: "x.txt", Data: []byte("报告\n\n\t" + strings.Join(lines, sign))}, nil)
		for _, rec := range d.Records {
			if rec.Raw != m.values[rec.Key] && !rec.Review {
				t.Errorf("%s: %s is %q, want %q, without a flag", did, rec.Key, rec.Raw, m.values[rec.Key])
			}
		}
	}
}
