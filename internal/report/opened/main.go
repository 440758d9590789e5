// Command opened checks that what biaoge report gives back opens in other
// programs with its tables in their places: it prints the page with Chromium
// and the Word document with LibreOffice, and reads the PDFs.
//
// It must not know how the reports were made.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/report/typeset"
	"github.com/biaoge/biaoge/tables"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: opened BIAOGE FOLDER")
		os.Exit(2)
	}
	if err := check(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "opened:", err)
		os.Exit(1)
	}
}

// limit is how long one program may take.
const limit = 3 * time.Minute

func run(name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, errs.String())
	}
	return out, nil
}

func check(biaoge, dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	word := filepath.Join(dir, "report.docx")
	data, err := wordReport()
	if err != nil {
		return err
	}
	if err := os.WriteFile(word, data, 0o666); err != nil {
		return err
	}
	for _, c := range []struct {
		in, out string
		print   func(file, pdf string) error
	}{
		{"testdata/report.html", "report.html", func(file, pdf string) error {
			abs, err := filepath.Abs(file)
			if err != nil {
				return err
			}
			_, err = run("chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--print-to-pdf="+pdf, "file://"+abs)
			return err
		}},
		{word, "given.docx", func(file, pdf string) error {
			_, err := run("soffice", "--headless", "--convert-to", "pdf", "--outdir", filepath.Dir(pdf), file)
			return err
		}},
	} {
		out := filepath.Join(dir, c.out)
		pdf := strings.TrimSuffix(out, filepath.Ext(out)) + ".pdf"
		if _, err := run(biaoge, "report", "--drop-pictures", "-o", out, c.in); err != nil {
			return err
		}
		os.Remove(pdf)
		if err := c.print(out, pdf); err != nil {
			return err
		}
		if err := alike(biaoge, c.in, pdf); err != nil {
			return fmt.Errorf("%s: %w", out, err)
		}
		fmt.Printf("%s opens, with its tables in their places\n", out)
	}
	return nil
}

// alike wants the tables of a report under the same headings in what was
// printed, with the same values.
func alike(biaoge, in, pdf string) error {
	want, err := read(biaoge, in)
	if err != nil {
		return err
	}
	got, err := read(biaoge, pdf)
	if err != nil {
		return err
	}
	headings := func(d *report.Document) (all []string) {
		for _, t := range d.Tables {
			all = append(all, strings.ReplaceAll(t.Heading, " ", ""))
		}
		return all
	}
	if w, g := strings.Join(headings(want), ", "), strings.Join(headings(got), ", "); w != g {
		return fmt.Errorf("its tables stand under %s, want %s", g, w)
	}
	raws := make(map[string]string)
	for _, r := range got.Records {
		raws[r.Key] = strings.TrimSuffix(tables.Fold(r.Raw), "⚠")
	}
	for _, r := range want.Records {
		if raw, ok := raws[r.Key]; !ok || raw != tables.Fold(r.Raw) {
			return fmt.Errorf("%s is %q, want %q", r.Key, raw, r.Raw)
		}
	}
	return nil
}

func read(biaoge, in string) (*report.Document, error) {
	out, err := run(biaoge, "report", in)
	if err != nil {
		return nil, err
	}
	d := new(report.Document)
	return d, json.Unmarshal(out, d)
}

// wordReport is a document with the pictures of the page, as Word makes one.
func wordReport() ([]byte, error) {
	body, rels, media := "", "", make(map[string][]byte)
	for i, p := range []struct{ heading, file string }{
		{"二、主动公开政府信息情况", "proactive.png"}, {"三、收到和处理政府信息公开申请情况", "requests-2021-lowres.jpg"}, {"四、政府信息公开行政复议、行政诉讼情况", "appeals.jpg"},
	} {
		data, err := os.ReadFile(filepath.Join("testdata", p.file))
		if err != nil {
			return nil, err
		}
		id := fmt.Sprintf("p%d", i)
		media[p.file], rels = data, rels+typeset.ImageRelationship(id, "media/"+p.file)
		body += typeset.Paragraph(p.heading) + typeset.Picture(id, i+1)
	}
	return typeset.WordFile(body, rels, media)
}
