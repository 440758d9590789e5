package typeset

import (
	"bytes"
	"os"

	"codeberg.org/go-pdf/fpdf"
)

// songFont is the font of PDFs; the Makefile installs it for tests.
const songFont = "/usr/share/fonts/truetype/arphic-gbsn00lp/gbsn00lp.ttf"

// NewPDF begins a PDF of pages in A4.
func NewPDF() (*fpdf.Fpdf, error) {
	f := fpdf.New("P", "pt", "A4", "")
	font, err := os.ReadFile(songFont)
	if err != nil {
		return nil, err
	}
	f.AddUTF8FontFromBytes("song", "", font)
	return f, nil
}

// PDF draws the table at a height of the page, with its rules, and returns where
// it ends, in points.
func (t Table) PDF(f *fpdf.Fpdf, y float64) float64 {
	const left, width, high, size = 40.0, 515.0, 25.0, 6.0
	wide := make([]float64, t.Form.Cols)
	for i := range wide {
		wide[i] = width / float64(t.Form.Cols)
		if t.Form.Cols == 10 { // long labels stand in the third
			wide[i] = []float64{45, 45, 145, 40, 40, 40, 40, 40, 40, 40}[i]
		}
	}
	span := func(from, n int) (sum float64) {
		for _, w := range wide[from : from+n] {
			sum += w
		}
		return sum
	}
	f.SetFont("song", "", size)
	for _, c := range t.Form.Cells {
		x, top, w, h := left+span(0, c.Col), y+high*float64(c.Row), span(c.Col, c.ColSpan), high*float64(c.RowSpan)
		f.Rect(x, top, w, h, "D")
		text := []rune(t.Text(c))
		for n := 0; len(text) > 0; n++ {
			k := len(text)
			for k > 1 && f.GetStringWidth(string(text[:k])) > w-3 {
				k--
			}
			f.Text(x+2, top+size*float64(n+1)+1, string(text[:k]))
			text = text[k:]
		}
	}
	return y + high*float64(t.Form.Rows)
}

// Line writes a line at a height of the page, and returns where it ends.
func Line(f *fpdf.Fpdf, y float64, text string) float64 {
	f.SetFont("song", "", 12)
	f.Text(40, y+16, text)
	return y + 24
}

// Output is the file.
func Output(f *fpdf.Fpdf) ([]byte, error) {
	var b bytes.Buffer
	err := f.Output(&b)
	return b.Bytes(), err
}
