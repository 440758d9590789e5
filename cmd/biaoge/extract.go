package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/biaoge/biaoge/export"
)

var extractCommand = command{
	name:    "extract",
	summary: "read the tables of pictures and print them",
	args:    "FILE|DIR|-…",
	help: `
Pictures are PNG, JPEG, GIF, BMP, TIFF (each page is a document) and WebP,
recognised by content. A DIR is searched for them, hidden files left out; - is
standard input. Documents come in the order of the arguments. A table that goes
on in the next picture of a folder is read as one.

Formats:
` + formatHelp() + `
A picture that can't be read is one line on stderr: which, why, what to do.
The others are printed all the same, and the exit code is 3.`,
	example: `
biaoge extract 22.jpg
biaoge extract --pretty 22.jpg
biaoge extract -o report.xlsx 11.png 22.jpg 33.png
biaoge extract --format records-csv scraped/ > records.csv
curl -s https://example.org/22.jpg | biaoge extract -`,
	run: runExtract,
}

func formatHelp() string {
	var b strings.Builder
	for _, f := range export.Formats {
		fmt.Fprintf(&b, "  %-12s %s\n", f.Name, f.Summary)
	}
	return b.String()
}

// extractFlags are what the command takes beside the flags of every reading.
type extractFlags struct {
	read       readFlags
	formatName *string
	out        *string
	pretty     *bool
	noBOM      *bool
}

func (f *extractFlags) define(c *call) {
	f.read.define(c.flags)
	f.formatName = c.flags.String("format", "", "`FORMAT` of the output (default: what -o's name says, else json)")
	f.out = c.flags.String("o", "", "write to `FILE`, which appears only when it is whole")
	f.pretty = c.flags.Bool("pretty", false, "show the tables in the terminal (with -o: as well)")
	f.noBOM = c.flags.Bool("no-bom", false, "leave out the byte order mark by which Excel knows CSV as UTF-8")
}

// toStdout tells whether the documents go to standard output in a format.
func (f *extractFlags) toStdout() bool { return *f.out == "" && !*f.pretty }

// check refuses what contradicts itself, and chooses the format.
func (f *extractFlags) check(c *call, args []string) (format export.Format, err error) {
	if len(args) == 0 {
		return format, usagef("extract needs a picture, a folder of pictures, or - for standard input")
	}
	if format, err = chooseFormat(*f.formatName, *f.out); err != nil {
		return format, err
	}
	switch {
	case *f.pretty && *f.out == "" && *f.formatName != "":
		return format, usagef("--pretty and --format both go to standard output; give -o FILE for one of them")
	case format.Binary && f.toStdout() && isTerminal(c.stdout):
		return format, usagef("%s is no text; give -o FILE", format.Name)
	}
	for _, a := range args {
		if a == stdinName && isTerminal(c.stdin) {
			return format, usagef("- is standard input, and that is the keyboard; pipe a picture into it")
		}
	}
	return format, nil
}

func runExtract(ctx context.Context, c *call) (err error) {
	var f extractFlags
	f.define(c)
	args, err := c.parse()
	if err != nil {
		return err
	}
	format, err := f.check(c, args)
	if err != nil {
		return err
	}
	inputs, err := expand(ctx, args)
	if err != nil {
		return err
	}
	x, err := f.read.newReader(ctx, c, len(inputs))
	if err != nil {
		return err
	}
	defer x.close()

	o, err := newOutput(*f.out, c.stdout)
	if err != nil {
		return err
	}
	t := tally{total: int64(len(inputs))}
	stderr, stopShowing := showProgress(c, &t, *f.out == "" || *f.pretty)
	p := printer{c: c, stderr: stderr, tally: &t, flags: &f.read, toTerminal: *f.pretty, terminal: terminalOf(c.stdout)}
	if *f.out != "" || f.toStdout() {
		p.w = format.NewWriter(o, export.Options{Single: len(inputs) == 1, NoBOM: *f.noBOM, Language: language})
	}
	err = x.all(ctx, inputs, p.print)
	stopShowing()
	if err := p.finish(o, err, *f.out == "" && !format.Whole); err != nil {
		return err
	}
	return p.exit()
}

// finish ends the output, after err has ended the reading, if anything has. What
// goes out piece by piece is ended even then, so that what is printed is whole.
func (p *printer) finish(o *output, err error, piecewise bool) error {
	if err == nil && p.w != nil {
		if cerr := p.w.Close(); cerr != nil {
			err = writeError{cerr}
		}
	}
	if err == nil && p.read > 0 {
		if cerr := o.commit(); cerr != nil {
			return writeError{cerr}
		}
		return nil
	}
	// A workbook or page that lacks pictures looks like a whole one; what was
	// there before is better.
	o.discard()
	if p.w != nil && piecewise && err != nil && p.read > 0 && !errors.As(err, new(writeError)) {
		return errors.Join(err, p.w.Close())
	}
	return err
}

// exit says by the exit code what could not be read.
func (p *printer) exit() error {
	switch {
	case p.starved:
		return exitWith(exitFailure)
	case p.read == 0:
		return exitWith(exitNothingRead)
	case p.failed > 0:
		return exitWith(exitSomeFailed)
	}
	return nil
}

func chooseFormat(name, file string) (export.Format, error) {
	if name == "" {
		if f, ok := export.ForFile(file); ok {
			return f, nil
		}
		return export.Formats[0], nil
	}
	f, err := export.Lookup(name)
	if err != nil {
		return f, usagef("--format: %s", err.Error()+didYouMean(name, export.Names()))
	}
	if other, ok := export.ForFile(file); ok && !f.Fits(file) {
		return f, usagef("--format %s and -o %s contradict: that name means %s; give one or the other", name, file, other.Name)
	}
	return f, nil
}

// A writeError says that the output, not an input, is the trouble.
type writeError struct{ err error }

func (e writeError) Error() string {
	return fmt.Sprintf("the output could not be written: %v; make room, or name another place with -o", e.err)
}

func (e writeError) Unwrap() error { return e.err }

// A printer prints readings as they come and counts them.
type printer struct {
	c            *call
	stderr       io.Writer
	tally        *tally
	w            export.Writer // nil where only the terminal is asked for
	toTerminal   bool
	terminal     export.Terminal
	read, failed int
	flags        *readFlags
	starved      bool // some input could not be read for want of memory
}

func (p *printer) print(r reading) error {
	p.tally.count(r)
	if r.err != nil {
		p.failed++
		p.starved = p.starved || p.flags.starved(r.err)
		report(p.stderr, inputError(r.in.path, deathAdvice(r.err)))
	}
	if len(r.docs) == 0 {
		return nil
	}
	p.read++
	if p.w != nil {
		if err := p.w.Write(r.docs); err != nil {
			return writeError{err}
		}
	}
	if p.toTerminal {
		for _, d := range r.docs {
			if err := export.Pretty(p.c.stdout, d, p.terminal); err != nil {
				return writeError{err}
			}
		}
	}
	return nil
}
