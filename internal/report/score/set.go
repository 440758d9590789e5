package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/report/typeset"
	"github.com/biaoge/biaoge/internal/synth"
	"github.com/biaoge/biaoge/tables"
)

// settings are the formats that the tables of a report are set in.
var settings = []struct {
	ending string
	write  func(file string, want truth) error
}{
	{"html", func(file string, want truth) error {
		page := "<!DOCTYPE html><html><meta charset=utf-8><title>年度报告</title>\n"
		for _, t := range tablesOf(want) {
			page += "<h2>" + t.Form.Title + "</h2>\n" + t.HTML()
		}
		return os.WriteFile(file, []byte(page), 0o666)
	}},
	{"docx", func(file string, want truth) error {
		body := ""
		for _, t := range tablesOf(want) {
			body += typeset.Paragraph(t.Form.Title) + t.Word(typeset.Paragraph)
		}
		data, err := typeset.WordFile(body, "", nil)
		if err != nil {
			return err
		}
		return os.WriteFile(file, data, 0o666)
	}},
	{"pdf", func(file string, want truth) error {
		f, err := typeset.NewPDF()
		if err != nil {
			return err
		}
		for _, t := range tablesOf(want) {
			f.AddPage()
			t.PDF(f, typeset.Line(f, 10, t.Form.Title))
		}
		data, err := typeset.Output(f)
		if err != nil {
			return err
		}
		return os.WriteFile(file, data, 0o666)
	}},
}

// order is that of the forms in a report.
var order = []string{"gov-disclosure/proactive", "gov-disclosure/requests", "gov-disclosure/appeals"}

// formsOf are the forms of an edition, in their order; one that was never
// changed is of all.
func formsOf(edition string) []*tables.Form {
	all := make([]*tables.Form, len(order))
	for _, f := range tables.EmbeddedForms() {
		name, of, _ := strings.Cut(f.ID, "@")
		if i := slices.Index(order, name); i >= 0 && (all[i] == nil || of == edition) {
			all[i] = f
		}
	}
	return all
}

// tablesOf are the tables of a report.
func tablesOf(want truth) (all []typeset.Table) {
	for _, f := range formsOf(want.Edition) {
		all = append(all, typeset.Table{Form: f, Values: want.Records})
	}
	return all
}

// kindsDrawn are the kinds of picture that offices put in their pages, one for
// each picture of a report in turn.
var kindsDrawn = []synth.Kind{"clean", "lowres", "scan"}

var pictureLine = regexp.MustCompile(`(?m)^\s*(\S+\.(?:png|jpe?g))\s*$`)

// draw copies a text to a folder and draws the pictures that it names beside it,
// one for each form of the edition that the text is of.
func draw(text, folder string, seed uint64) (file string, want truth, err error) {
	data, err := os.ReadFile(text)
	if err == nil {
		err = os.MkdirAll(folder, 0o777)
	}
	if err != nil {
		return "", want, err
	}
	want = truth{Edition: "2021", Records: make(map[string]string)}
	if strings.Contains(string(data), "2019年度") {
		want.Edition = "2019"
	}
	file = filepath.Join(folder, filepath.Base(text))
	if err := os.WriteFile(file, data, 0o666); err != nil {
		return "", want, err
	}
	forms := formsOf(want.Edition)
	for i, m := range pictureLine.FindAllStringSubmatch(string(data), -1) {
		if i == len(forms) {
			return "", want, fmt.Errorf("%s names more pictures than its edition has forms", text)
		}
		g, err := synth.New(synth.Options{Seed: seed, Kinds: []synth.Kind{kindsDrawn[(i+int(seed))%len(kindsDrawn)]}, Forms: forms[i : i+1]})
		if err != nil {
			return "", want, err
		}
		p, err := g.Picture(0)
		if err != nil {
			return "", want, err
		}
		for _, t := range p.Tables {
			want.Wrong = append(want.Wrong, t.Wrong...)
			for _, c := range t.Cells {
				if c.Key != "" {
					want.Records[c.Key] = c.Text
				}
			}
		}
		if err := os.WriteFile(filepath.Join(folder, m[1]), p.Data, 0o666); err != nil {
			return "", want, err
		}
	}
	return file, want, nil
}
