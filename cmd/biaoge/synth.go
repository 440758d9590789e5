package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/biaoge/biaoge/internal/synth"
)

var synthCommand = command{
	name:    "synth",
	summary: "make pictures of tables whose contents are known",
	args:    "DIR",
	help: `
Writes pictures of forms and other tables to DIR, and to DIR/truth.jsonl a line
for each (and each page) with what is printed in it: what biaoge evaluate
measures against.
The same seed, kinds and fonts give the same pictures.

--fonts train leaves out the fonts that models and calibration never saw,
--fonts test takes those alone. The kinds of picture:`,
	list: kindsHelp(),
	example: `
biaoge synth -n 500 --seed 1 made
biaoge synth -n 100 --kinds scan,photo --fonts test made && biaoge evaluate made/truth.jsonl made`,
	run: runSynth,
}

func kindsHelp() string {
	w := new(strings.Builder)
	for _, k := range synth.Kinds() {
		fmt.Fprintf(w, "  %-10s  %s\n", k, k.About())
	}
	return w.String()
}

func runSynth(ctx context.Context, c *call) error {
	n := c.flags.Int("n", 100, "make so many pictures, the kinds in turn (`N`)")
	seed := c.flags.Uint64("seed", 1, "where the random numbers start (`N`)")
	names := c.flags.String("kinds", "", "make these kinds alone, parted by commas (`LIST`; default: all)")
	fonts := c.flags.String("fonts", string(synth.All), "which fonts to set them in: train, test or all (`SPLIT`)")
	workers := c.flags.Int("j", runtime.NumCPU(), "make so many at a time (`N`)")
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return usagef("synth takes the folder to write to")
	}
	if *n < 1 {
		return usagef("-n %d: give 1 or more", *n)
	}
	if *workers < 1 {
		return usagef("-j %d: give 1 or more", *workers)
	}
	o := synth.Options{Seed: *seed, Fonts: synth.Split(*fonts)}
	switch o.Fonts {
	case synth.Train, synth.Test, synth.All:
	default:
		return usagef("--fonts %s: it is train, test or all", *fonts)
	}
	for name := range strings.SplitSeq(*names, ",") {
		if name == "" {
			continue
		}
		if synth.Kind(name).About() == "" {
			return usagef("--kinds %s: no kind has that name; see biaoge synth --help", name)
		}
		o.Kinds = append(o.Kinds, synth.Kind(name))
	}
	if err := os.MkdirAll(args[0], 0o777); err != nil {
		return &exitError{exitFailure, err}
	}
	return synthesise(ctx, o, *n, min(*workers, *n), args[0], c.stdout)
}

// made is a picture that was written, or why it was not.
type made struct {
	pages []synth.Truth
	err   error
}

// synthesise makes n pictures in a folder. Picture i is made by worker i mod
// workers, and the lines of truth are written in order.
func synthesise(ctx context.Context, o synth.Options, n, workers int, dir string, stdout io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make([]chan made, workers)
	for w := range results {
		g, err := synth.New(o)
		if errors.Is(err, synth.ErrNoFonts) {
			return &exitError{exitDependency, err}
		}
		if err != nil {
			return &exitError{exitFailure, err}
		}
		results[w] = make(chan made, 4)
		go func() {
			defer close(results[w])
			for i := w; i < n && ctx.Err() == nil; i += workers {
				m := makeOne(g, i, dir)
				select {
				case results[w] <- m:
				case <-ctx.Done():
				}
				if m.err != nil {
					return
				}
			}
		}()
	}
	file, err := os.Create(filepath.Join(dir, "truth.jsonl"))
	if err != nil {
		return &exitError{exitFailure, err}
	}
	defer file.Close()
	buf := bufio.NewWriter(file)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	tables := 0
	for i := range n {
		m, ok := <-results[i%workers]
		if !ok {
			return errors.Join(buf.Flush(), context.Cause(ctx))
		}
		if m.err != nil {
			return &exitError{exitFailure, m.err}
		}
		for _, page := range m.pages {
			if err := enc.Encode(page); err != nil {
				return &exitError{exitFailure, err}
			}
			tables += len(page.Tables)
		}
	}
	if err := errors.Join(buf.Flush(), file.Close()); err != nil {
		return &exitError{exitFailure, err}
	}
	fmt.Fprintf(stdout, "%d pictures with %d tables in %s\n", n, tables, dir)
	return nil
}

func makeOne(g *synth.Generator, i int, dir string) made {
	p, err := g.Picture(i)
	if err != nil {
		return made{err: err}
	}
	return made{append([]synth.Truth{p.Truth}, p.Pages...), os.WriteFile(filepath.Join(dir, p.File), p.Data, 0o666)}
}
