// Command negatives reads pictures that hold no table, and says which tables were
// found in them all the same, and how long that took. make negatives runs it.
//
// Half of the pictures are drawn by package synth, half are free pictures that
// Debian's packages have put on the machine. It must not know how tables are found.
package main

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/synth"
)

func main() {
	n := flag.Int("n", 50, "so many pictures of each half")
	seed := flag.Uint64("seed", 1, "of the pictures that are made")
	dir := flag.String("dir", "/usr/share", "where to look for the others")
	flag.Parse()
	if err := run(*n, *seed, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "negatives:", err)
		os.Exit(1)
	}
}

type picture struct {
	name string
	data []byte
}

func run(n int, seed uint64, dir string) error {
	made, err := drawn(n, seed)
	if err != nil {
		return err
	}
	free, err := installed(n, dir)
	if err != nil {
		return err
	}
	x, err := biaoge.New()
	if err != nil {
		return err
	}
	defer x.Close()
	all := slices.Concat(made, free)
	var took []time.Duration
	tables, unread := 0, 0
	for i, p := range all {
		start := time.Now()
		doc, err := x.Extract(context.Background(), bytes.NewReader(p.data))
		if i == 0 && err == nil { // the first waits for models to be loaded
			start = time.Now()
			doc, err = x.Extract(context.Background(), bytes.NewReader(p.data))
		}
		if err != nil {
			unread++
			fmt.Printf("%s: %v\n", p.name, err)
			continue
		}
		took = append(took, time.Since(start))
		for _, t := range doc.Tables {
			tables++
			fmt.Printf("%s: a table of %d rows and %d columns\n", p.name, t.Rows, t.Cols)
		}
	}
	if len(took) == 0 {
		return fmt.Errorf("no picture could be read")
	}
	slices.Sort(took)
	fmt.Printf("%d pictures without a table (%d made, %d from %s, %d of them unreadable): %d tables; median %d ms, 90 %% below %d ms\n",
		len(all), len(made), len(free), dir, unread, tables, took[len(took)/2].Milliseconds(), took[len(took)*9/10].Milliseconds())
	return nil
}

// drawn makes pictures of the kind none.
func drawn(n int, seed uint64) ([]picture, error) {
	g, err := synth.New(synth.Options{Seed: seed, Kinds: []synth.Kind{"none"}})
	if err != nil {
		return nil, err
	}
	var out []picture
	for i := range n {
		p, err := g.Picture(i)
		if err != nil {
			return nil, err
		}
		out = append(out, picture{p.File, p.Data})
	}
	return out, nil
}

// installed takes the n largest pictures of a folder, but no two of one
// folder until each has given one: the largest are photographs and drawings,
// not buttons.
func installed(n int, dir string) ([]picture, error) {
	type file struct {
		path string
		size int64
		turn int // of its folder
	}
	var files []file
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // what may not be read is left out
		}
		if ext := filepath.Ext(path); ext != ".png" && ext != ".jpg" && ext != ".jpeg" {
			return nil
		}
		if info, err := d.Info(); err == nil && info.Size() >= 1<<10 && info.Size() < 8<<20 {
			files = append(files, file{path: path, size: info.Size()})
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(files, func(a, b file) int {
		return cmp.Or(cmp.Compare(b.size, a.size), cmp.Compare(a.path, b.path))
	})
	seen := make(map[string]int)
	for i := range files {
		folder := filepath.Dir(files[i].path)
		files[i].turn = seen[folder]
		seen[folder]++
	}
	slices.SortStableFunc(files, func(a, b file) int { return cmp.Compare(a.turn, b.turn) })
	var out []picture
	for _, f := range files[:min(n, len(files))] {
		data, err := os.ReadFile(f.path)
		if err != nil {
			return nil, err
		}
		out = append(out, picture{f.path, data})
	}
	return out, nil
}
