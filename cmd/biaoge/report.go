package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"

	reports "github.com/biaoge/biaoge/internal/report"
)

var reportCommand = command{
	name:    "report",
	summary: "read reports: pages and documents with tables as pictures, or real ones",
	args:    "IN…",
	help: `
IN is a report as it was published: ` + reportKinds + `,
a zip of a page and what belongs to it, or a folder with one page in it; - is
standard input. Pictures in it and real tables become one record set, or, with
--format same, the report comes back with tables in the place of pictures.

Nothing is fetched: of a picture that is only linked the address is told, and
--fetched names a folder that has such pictures by the paths of their addresses.
docs/report.md tells the rest.

The exit code is 3 where a picture could not be read or is not there, or is only
linked in a report that lacks a form.`,
	example: `
biaoge report 2021.html
biaoge report -o with-tables.docx annual-report.docx
biaoge report --format records-csv reports/*.html > records.csv
biaoge report --fetched mirror -o report.xlsx saved-page.mhtml`,
	run: runReport,
}

const reportKinds = "HTML, MHTML, DOCX, PDF, Markdown, EPUB, plain text"

// reportFlags are the flags of biaoge report.
type reportFlags struct {
	readFlags
	out, format, input, fetched string
	drop, noBOM                 bool
}

func (r *reportFlags) define(fs *flag.FlagSet) {
	r.defineReading(fs)
	r.defineCost(fs)
	fs.StringVar(&r.out, "o", "", "write to `OUT`: a file, or with --format same a folder for several reports")
	fs.StringVar(&r.format, "format", "", "`FORMAT` of the output: "+strings.Join(reports.OutputFormats, ", ")+",\nor same, the report's own (default: what -o's name says, else json)")
	fs.StringVar(&r.input, "input", "", "take IN for `KIND`: "+strings.Join(reports.Formats, ", ")+" (default: by content)")
	fs.StringVar(&r.fetched, "fetched", "", "`DIR` has pictures that are only linked, by the paths of their addresses")
	fs.BoolVar(&r.drop, "drop-pictures", false, "with --format same, leave out the pictures that tables stand for")
	fs.BoolVar(&r.noBOM, "no-bom", false, "leave out the byte order mark by which Excel knows CSV as UTF-8")
}

func runReport(ctx context.Context, c *call) error {
	var r reportFlags
	r.define(c.flags)
	args, err := c.parse()
	if err != nil {
		return err
	}
	if err := r.check(c, args); err != nil {
		return err
	}
	forms, err := knownForms(r.forms)
	if err != nil {
		return err
	}
	run := &reportRun{reportFlags: r, c: c, known: forms, several: len(args) > 1, apart: r.reportPool(1)}
	defer run.close()
	if r.fetched != "" {
		if run.mirror, err = os.OpenRoot(r.fetched); err != nil {
			return &exitError{exitUsage, fmt.Errorf("--fetched: %w", inputError(r.fetched, err))}
		}
	}
	if err := run.prepare(); err != nil {
		return err
	}
	for _, in := range args {
		if err := run.one(ctx, in); err != nil {
			run.discard()
			return err
		}
	}
	if err := run.finish(); err != nil {
		return err
	}
	switch {
	case run.read == 0:
		return exitWith(exitNothingRead)
	case run.failed > 0:
		return exitWith(exitSomeFailed)
	}
	return nil
}

func (r *reportFlags) check(c *call, args []string) error {
	if len(args) == 0 {
		return usagef("report needs a report: a file, a folder with a page in it, or - for standard input")
	}
	if err := r.readFlags.check(); err != nil {
		return err
	}
	if r.format != "" && r.format != reports.FormatSame && !slices.Contains(reports.OutputFormats, r.format) {
		return usagef("--format: there is no format %s; there are %s, and %s", r.format, strings.Join(reports.OutputFormats, ", "), reports.FormatSame)
	}
	if r.input != "" && !slices.Contains(reports.Formats, r.input) {
		return usagef("--input: there is no kind %s; there are %s", r.input, strings.Join(reports.Formats, ", "))
	}
	if n := slices.Index(args, stdinName); n >= 0 {
		if slices.Contains(args[n+1:], stdinName) {
			return usagef("standard input (-) is named twice; it can be read once")
		}
		if isTerminal(c.stdin) {
			return usagef("- is standard input, and that is the keyboard; pipe a report into it")
		}
	}
	if r.format == "xlsx" && r.out == "" && isTerminal(c.stdout) {
		return usagef("xlsx is no text; give -o FILE")
	}
	return nil
}
