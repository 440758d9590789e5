package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/export"
	"github.com/biaoge/biaoge/internal/evaluate"
)

var evaluateCommand = command{
	name:    "evaluate",
	summary: "measure the readings against what is printed",
	args:    "TRUTH.jsonl DIR|OUTPUT.jsonl",
	help: `
TRUTH.jsonl has a line for each picture with what is printed in it, as biaoge
review --export truth.jsonl writes it of what persons answered. Given DIR,
the pictures it names are read there now; given OUTPUT.jsonl (of biaoge
extract or any program that prints such documents), that is scored.

Prints a row for each set of pictures, the calibration of the confidence, what
each --review-below would cost and miss, and the worst mistakes.`,
	example: `
biaoge evaluate devset/truth.jsonl devset
biaoge evaluate --plot reliability.svg --crops mistakes devset/truth.jsonl devset
biaoge evaluate --save out.jsonl --json score.json devset/truth.jsonl devset
biaoge evaluate devset/truth.jsonl out.jsonl`,
	run: runEvaluate,
}

type evaluateFlags struct {
	read     readFlags
	plot     string
	json     string
	save     string
	crops    string
	pictures string
	worst    int
	rows     bool
}

func runEvaluate(ctx context.Context, c *call) error {
	var f evaluateFlags
	f.read.define(c.flags)
	c.flags.StringVar(&f.plot, "plot", "", "draw reliability and the review curve to `FILE` (.svg or .png)")
	c.flags.StringVar(&f.json, "json", "", "write the numbers to `FILE`")
	c.flags.StringVar(&f.save, "save", "", "write the documents that were read to `FILE`, one a line")
	c.flags.StringVar(&f.crops, "crops", "", "write a picture of each of the worst mistakes to `DIR`")
	c.flags.StringVar(&f.pictures, "pictures", "", "where the pictures of OUTPUT.jsonl are, for --crops (`DIR`; default: beside TRUTH.jsonl)")
	c.flags.IntVar(&f.worst, "worst", 20, "print so many mistakes (`N`)")
	c.flags.BoolVar(&f.rows, "rows-only", false, "print the rows and the calibration error alone")
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) != 2 {
		return usagef("evaluate takes a truth file, and a folder of pictures or a file of documents")
	}
	plotFormat := strings.TrimPrefix(filepath.Ext(f.plot), ".")
	if f.plot != "" && plotFormat != "svg" && plotFormat != "png" {
		return usagef("--plot %s: a plot is .svg or .png", f.plot)
	}
	if f.worst < 0 {
		return usagef("--worst %d: give 0 or more", f.worst)
	}
	truth, err := readFile(args[0], evaluate.ReadTruth)
	if err != nil {
		return err
	}
	info, err := os.Stat(args[1])
	if err != nil {
		return &exitError{exitNothingRead, inputError(args[1], err)}
	}

	result := new(evaluate.Result)
	unread := 0
	if info.IsDir() {
		unread, err = f.extract(ctx, c, truth, args[1], result)
		f.pictures = args[1]
	} else {
		if f.save != "" {
			return usagef("--save is for documents read now; %s has them already", args[1])
		}
		err = scoreFile(truth, args[1], result)
		if f.pictures == "" {
			f.pictures = filepath.Dir(args[0])
		}
	}
	if err != nil {
		return err
	}
	if err := f.print(c.stdout, result, plotFormat); err != nil {
		return err
	}
	switch {
	case unread == len(truth):
		return exitWith(exitNothingRead)
	case unread > 0:
		return exitWith(exitSomeFailed)
	}
	return nil
}

func readFile[T any](name string, read func(string, io.Reader) (T, error)) (T, error) {
	var none T
	file, err := os.Open(name)
	if err != nil {
		return none, &exitError{exitNothingRead, inputError(name, err)}
	}
	defer file.Close()
	t, err := read(name, file)
	if err != nil {
		return none, &exitError{exitNothingRead, inputError(name, err)}
	}
	return t, nil
}

func scoreFile(truth []evaluate.Picture, name string, result *evaluate.Result) error {
	docs, err := readFile(name, evaluate.ReadOutput)
	if err != nil {
		return err
	}
	for i := range truth {
		result.Add(&truth[i], docs.Of(&truth[i]))
	}
	return nil
}

// extract reads the pictures and scores each as it comes. It returns how many
// could not be read.
func (f *evaluateFlags) extract(ctx context.Context, c *call, truth []evaluate.Picture, dir string, result *evaluate.Result) (unread int, err error) {
	// The pages of a file follow one another.
	var files [][]evaluate.Picture
	var inputs []input
	where, err := evaluate.Files(dir, truth)
	if err != nil {
		return 0, inputError(dir, err)
	}
	for i := range truth {
		if i > 0 && where[i] == where[i-1] {
			files[len(files)-1] = append(files[len(files)-1], truth[i])
			continue
		}
		files = append(files, truth[i:i+1:i+1])
		inputs = append(inputs, input{path: where[i]})
	}
	x, err := f.read.newReader(ctx, c, len(inputs))
	if err != nil {
		return 0, err
	}
	defer x.close()
	var save *output
	if f.save != "" {
		if save, err = newOutput(f.save, nil); err != nil {
			return 0, err
		}
		defer save.discard() // does nothing once it is committed
	}
	next := 0
	err = x.all(ctx, inputs, func(r reading) error {
		pages := files[next]
		next++
		if r.err != nil {
			unread += len(pages)
			report(c.stderr, inputError(r.in.path, deathAdvice(r.err)))
		}
		for i := range pages {
			var doc *biaoge.Document
			if n := pages[i].Key().Page; n <= len(r.docs) {
				doc = r.docs[n-1]
			}
			result.Add(&pages[i], doc)
		}
		if save == nil || len(r.docs) == 0 {
			return nil
		}
		lines, err := export.Lookup("jsonl")
		if err != nil {
			return err
		}
		return lines.NewWriter(save, export.Options{}).Write(r.docs)
	})
	if err == nil && save != nil {
		err = save.commit()
	}
	return unread, err
}

func (f *evaluateFlags) print(stdout io.Writer, result *evaluate.Result, plotFormat string) error {
	w := bufio.NewWriter(stdout)
	if err := result.Rows(w); err != nil {
		return err
	}
	worst := result.Worst(f.worst)
	var crops []string
	if f.crops != "" {
		var err error
		if crops, err = evaluate.WriteCrops(f.crops, f.pictures, worst); err != nil {
			return fmt.Errorf("--crops: %w", err)
		}
	}
	if !f.rows {
		if err := result.Report(w); err != nil {
			return err
		}
		printWorst(w, worst, crops)
		printGaps(w, result.Gaps)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if f.plot != "" {
		if err := writeWhole(f.plot, func(o io.Writer) error { return result.Plot(o, plotFormat) }); err != nil {
			return err
		}
	}
	if f.json != "" {
		return writeWhole(f.json, func(o io.Writer) error { return writeScore(o, result, worst) })
	}
	return nil
}

func printWorst(w io.Writer, worst []evaluate.Value, crops []string) {
	if len(worst) == 0 {
		return
	}
	fmt.Fprint(w, "\nworst mistakes: file, key, printed, read, confidence\n")
	for i, v := range worst {
		silent := ""
		if v.Silent() {
			silent = "\tSILENT"
		}
		crop := ""
		if crops != nil && crops[i] != "" {
			crop = "\t" + crops[i]
		}
		fmt.Fprintf(w, "%s\t%s\t%q\t%q\t%.4f%s%s\n", v.File, v.Key, v.Printed, v.Read, v.Confidence, silent, crop)
	}
}

func printGaps(w io.Writer, gaps []evaluate.Gap) {
	if len(gaps) == 0 {
		return
	}
	fmt.Fprint(w, "\nvalues missing: file, how many, why\n")
	for _, g := range gaps {
		why := "no table was found"
		switch {
		case g.Found && g.Read == "":
			why = "the table was found but not known as " + g.Form
		case g.Found && g.Read != g.Form:
			why = "the table was taken for " + g.Read + ", not " + g.Form
		case g.Found:
			why = "the table was named right"
		}
		silent := ""
		if g.Silent {
			silent = "\tSILENT"
		}
		fmt.Fprintf(w, "%s\t%d\t%s%s\n", g.File, g.Values, why, silent)
	}
}

// writeScore writes the rows as JSON, under the names that the scorer of the
// development set uses, and more.
func writeScore(w io.Writer, result *evaluate.Result, worst []evaluate.Value) error {
	sets := make(map[string]evaluate.Counts)
	for _, s := range result.Sets {
		sets[s.Name] = s.Counts
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(map[string]any{
		"sets":        sets,
		"all":         result.All(),
		"calibration": result.Calibration(),
		"curve":       result.Curve(),
		"worst":       worst,
		"gaps":        result.Gaps,
	})
}

// writeWhole writes a file that appears only when it is whole.
func writeWhole(name string, write func(io.Writer) error) error {
	o, err := newOutput(name, nil)
	if err != nil {
		return err
	}
	if err := write(o); err != nil {
		o.discard()
		return err
	}
	return o.commit()
}
