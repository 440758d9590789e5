package main

import (
	"context"
	"flag"
	"regexp"
	"strings"

	"github.com/biaoge/biaoge/internal/results"
)

var batchCommand = command{
	name:    "batch",
	summary: "read a folder of pictures into a folder of data; may be stopped and goes on",
	args:    "IN OUT",
	help: `
IN is a folder, searched with all folders and zip and tar archives in it, or
one picture. Below OUT come documents/ (as IN, one JSON file for each picture),
records.csv (a line for each value), reports.csv (a line for each report, a
column for each key), summary.html and summary.json, and quarantine/ for
pictures that no worker survives. A report is a folder of pictures; with
--reports each page or document (` + reportKinds + `,
a zip with one page at its top) is one, and is read as biaoge report does.

A run may be killed at any moment; the same command goes on where it was.
biaoge status OUT shows how far it is. Ctrl-C ends it within a second, a second
one at once. The exit code is 0 when all is done, 6 when some
of it should be looked at, 3 when some pictures could not be read, 130 or 1
when it was stopped before it was done; biaoge help exit-codes lists all.
docs/batch.md tells the rest.`,
	example: `
biaoge batch scraped out
biaoge batch --exclude '*thumb*' --report-pattern '^[^/]+/[^/]+' scraped out
find scraped -newer stamp -name '*.jpg' | biaoge batch --manifest - . out
biaoge batch --refresh scraped out
biaoge batch --reports --fetched mirror pages out
biaoge batch --hub nats://10.0.0.1 scraped out`,
	run: runBatch,
}

// batchFlags are the flags of biaoge batch.
type batchFlags struct {
	readFlags
	batchHubFlags
	include, exclude list
	manifest         string
	nulls            bool
	pattern          string
	formats          string
	noBOM            bool
	refresh, retry   bool
	resultsOnly      bool
	moved            bool
	reports          bool
	fetched          string
	log              string
}

// A list is a flag that may be given several times.
type list []string

func (l *list) String() string     { return strings.Join(*l, ", ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// largestFile is the largest picture that is read, as in biaoge extract.
const largestFile = 100_000_000

func (b *batchFlags) define(fs *flag.FlagSet) {
	b.readFlags.defineReading(fs)
	b.readFlags.defineLimits(fs)
	b.batchHubFlags.define(fs)
	fs.Var(&b.include, "include", "only pictures that match `GLOB`, such as '*.jpg' or '2023/**'; may be repeated")
	fs.Var(&b.exclude, "exclude", "no files or folders that match `GLOB`; may be repeated")
	fs.StringVar(&b.manifest, "manifest", "", "only what `FILE` lists, one path in IN a line; - is standard input")
	fs.BoolVar(&b.nulls, "null", false, "the manifest's paths are parted by NUL, as find -print0 does")
	fs.StringVar(&b.pattern, "report-pattern", "", "pictures belong together whose path has the same match of `REGEXP`,\nor of its first group (default: those of a folder); auto finds one by the names")
	fs.StringVar(&b.formats, "format", "csv", "`FORMATS` of records and reports: csv, parquet, or csv,parquet")
	fs.BoolVar(&b.noBOM, "no-bom", false, "leave out the byte order mark by which Excel knows CSV as UTF-8")
	fs.BoolVar(&b.refresh, "refresh", false, "read again what has changed, or was read by other versions")
	fs.BoolVar(&b.retry, "retry-failed", false, "read again what could not be read, or in part only")
	fs.BoolVar(&b.resultsOnly, "results-only", false, "read nothing; write records, reports and summary of what has been read")
	fs.BoolVar(&b.moved, "moved", false, "go on though IN has another name than before")
	fs.BoolVar(&b.reports, "reports", false, "read reports, not pictures: pages and documents with tables in them")
	fs.StringVar(&b.fetched, "fetched", "", "`DIR` has pictures that are only linked, by the paths of their addresses")
	fs.StringVar(&b.log, "log", "text", "`FORMAT` of messages on standard error: text or json")
}

func runBatch(ctx context.Context, c *call) error {
	var b batchFlags
	b.define(c.flags)
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) != 2 {
		return usagef("batch takes the folder with the pictures and the folder for the output")
	}
	return b.run(ctx, c, args[0], args[1])
}

func (b *batchFlags) check() error {
	if err := b.readFlags.check(); err != nil {
		return err
	}
	var err error
	if b.jobs, err = b.batchHubFlags.check(); err != nil {
		return err
	}
	if b.log != "text" && b.log != "json" {
		return usagef("--log %s: it is text or json", b.log)
	}
	switch {
	case b.reports && b.pattern != "":
		return usagef("--report-pattern is for pictures; with --reports each file is a report")
	case b.reports && b.hub != "":
		return usagef("--reports reads on this machine alone; leave out --hub")
	case b.fetched != "" && !b.reports:
		return usagef("--fetched is for reports; give --reports too")
	}
	if b.nulls && b.manifest == "" {
		return usagef("--null says how a manifest is written; give --manifest too")
	}
	return nil
}

type batchFormats struct{ csv, parquet bool }

func parseBatchFormats(s string) (f batchFormats, err error) {
	for name := range strings.SplitSeq(s, ",") {
		switch strings.TrimSpace(name) {
		case "csv":
			f.csv = true
		case "parquet":
			f.parquet = true
		default:
			return f, usagef("--format %s: it is csv, parquet, or csv,parquet", s)
		}
	}
	return f, nil
}

// auto is the --report-pattern that is found by the names of the pictures.
const auto = "auto"

// reportOf makes the function that says which report a picture belongs to.
func reportOf(pattern string) (func(string) string, error) {
	if pattern == "" || pattern == auto {
		return results.Folder, nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, usagef("--report-pattern: %w", err)
	}
	return results.ReportBy(re), nil
}
