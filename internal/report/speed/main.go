// Command speed says what a report costs beside the reading of its pictures: a
// page in HTML, a page of a PDF, and the first start of what renders PDFs.
//
// It must not know how reports are read.
package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"codeberg.org/go-pdf/fpdf"

	"github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/report/pdf"
	"github.com/biaoge/biaoge/internal/report/pdf/pdfium"
	"github.com/biaoge/biaoge/internal/report/typeset"
	"github.com/biaoge/biaoge/tables"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: speed BIAOGE")
		os.Exit(2)
	}
	if err := measure(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
}

// forms are those of the report that is measured.
var forms = []string{"gov-disclosure/proactive@2021", "gov-disclosure/requests@2021", "gov-disclosure/appeals@2019"}

// filled are the forms with a number in every value's place.
func filled() (all []typeset.Table) {
	for _, id := range forms {
		for _, f := range tables.EmbeddedForms() {
			if f.ID != id {
				continue
			}
			t := typeset.Table{Form: f, Values: make(map[string]string)}
			for i, c := range f.Cells {
				if c.Key != "" {
					t.Values[c.Key] = fmt.Sprint(i % 7)
				}
			}
			all = append(all, t)
		}
	}
	return all
}

func measure(biaoge string) error {
	if err := pages(); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "biaoge-speed-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	if err := starts(biaoge, work); err != nil {
		return err
	}
	return rendered()
}

// pages times a page in HTML with three tables: opened, read, given back.
func pages() error {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><html><meta charset=utf-8>")
	for _, t := range filled() {
		b.WriteString("<h2>" + t.Form.Title + "</h2>" + t.HTML())
	}
	data := []byte(b.String())
	nobody := func(context.Context, []report.File) ([]report.Reading, error) { return nil, nil }
	return each("a page in HTML (20 ms promised)", 50, 1, func() error {
		r, err := report.Open(report.Input{Name: "x.html", Data: data})
		if err != nil {
			return err
		}
		d, err := report.Read(context.Background(), r, nobody, report.Options{Forms: tables.EmbeddedForms()})
		if err != nil {
			return err
		}
		_, err = report.Same(r, d, report.Given{})
		return err
	})
}

// starts times the program with a PDF of one page: with nothing in the user's
// cache folder, and once more; and with another of sixty pages after it.
func starts(biaoge, work string) error {
	one, many := filepath.Join(work, "one.pdf"), filepath.Join(work, "many.pdf")
	const more = 60
	for file, n := range map[string]int{one: 1, many: more} {
		data, err := document(n, false)
		if err == nil {
			err = os.WriteFile(file, data, 0o666)
		}
		if err != nil {
			return err
		}
	}
	run := func(files ...string) (time.Duration, error) {
		cmd := exec.Command(biaoge, append([]string{"report", "--format", "jsonl"}, files...)...)
		cmd.Env = append(os.Environ(), "XDG_CACHE_HOME="+filepath.Join(work, "cache"))
		start := time.Now()
		out, err := cmd.CombinedOutput()
		if err != nil {
			return 0, fmt.Errorf("%v: %w\n%s", cmd.Args, err, out)
		}
		return time.Since(start), nil
	}
	cold, err := run(one)
	if err != nil {
		return err
	}
	fmt.Printf("%-54s %8.0f ms\n", "the first PDF of all (5 s promised)", ms(cold))
	warm, err := run(one)
	if err != nil {
		return err
	}
	fmt.Printf("%-54s %8.0f ms\n", "the first PDF of a later process", ms(warm))
	all, err := run(one, many)
	if err != nil {
		return err
	}
	fmt.Printf("%-54s %8.1f ms\n", "each page of another PDF (150 ms promised)", ms(all-warm)/more)
	return nil
}

// rendered times pages of forms, prose and pictures, without what reads these.
func rendered() error {
	const n = 15
	data, err := document(n, true)
	if err != nil {
		return err
	}
	if _, err := pdfium.Read(context.Background(), data, pdf.Limits{}); err != nil { // which starts it
		return err
	}
	return each("a page of forms, prose or a picture (150 ms promised)", 5, n, func() error {
		f, err := pdfium.Read(context.Background(), data, pdf.Limits{})
		if err == nil {
			pdf.New(f)
		}
		return err
	})
}

// each times something that is done n times, with so many pages in it.
func each(what string, n, pages int, do func() error) error {
	start, busy := time.Now(), processor()
	for range n {
		if err := do(); err != nil {
			return err
		}
	}
	count := float64(n * pages)
	fmt.Printf("%-54s %8.1f ms, of a processor %.1f ms\n", what, ms(time.Since(start))/count, ms(processor()-busy)/count)
	return nil
}

// processor is the time that processors have worked for this process, which
// others that are busy change little.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err) // of this process there is always one
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// document is a PDF of so many pages: forms and prose in turn, and pictures.
func document(pages int, withPictures bool) ([]byte, error) {
	f, err := typeset.NewPDF()
	if err != nil {
		return nil, err
	}
	kinds := 2
	if withPictures {
		kinds = 3
		photo := image.NewGray(image.Rect(0, 0, 1200, 800))
		for y := range 800 {
			for x := range 1200 {
				photo.SetGray(x, y, color.Gray{Y: uint8(x*y) | 128})
			}
		}
		var b bytes.Buffer
		if err := png.Encode(&b, photo); err != nil {
			return nil, err
		}
		f.RegisterImageOptionsReader("photo", fpdf.ImageOptions{ImageType: "PNG"}, &b)
	}
	all := filled()
	for i := range pages {
		f.AddPage()
		switch i % kinds {
		case 0:
			all[i/kinds%len(all)].PDF(f, 40)
		case 1:
			for line := range 40 {
				typeset.Line(f, float64(20*line), strings.Repeat("全年主动公开政府信息，", 4))
			}
		case 2:
			f.ImageOptions("photo", 40, 40, 500, 333, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
		}
	}
	return typeset.Output(f)
}
