// Command printscore says how well tables of no form are read: pictures whose
// truth stands beside them as a table in HTML.
//
//	go run ./internal/printscore [-cells FILE] DIR…
//
// For each folder it prints the error rate of characters in the cells that are
// where they are printed, of all and of each class of characters, how many cells
// are right, how many of the right ones are flagged, for what, and how many of the
// wrong ones are not. FILE gets a line of JSON for each cell: what is printed, what
// was read, and what that was weighed from.
//
// It must not know how a text is read.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/edit"
	"github.com/biaoge/biaoge/tables"
)

// A score counts cells, and characters of those whose place is right.
type score struct {
	pictures, cells, placed, right, flagged, silent int
	characters, wrong                               int
	why                                             map[string]int // right cells that are flagged, by the code of the first reason
	classes                                         classes
}

func (s *score) add(o score) {
	s.pictures += o.pictures
	s.cells += o.cells
	s.placed += o.placed
	s.right += o.right
	s.flagged += o.flagged
	s.silent += o.silent
	s.characters += o.characters
	s.wrong += o.wrong
	s.classes.add(o.classes)
	if s.why == nil {
		s.why = make(map[string]int)
	}
	for code, n := range o.why {
		s.why[code] += n
	}
}

func (s score) String() string {
	share := func(a, b int) float64 { return 100 * float64(a) / float64(max(1, b)) }
	return fmt.Sprintf("cells %d, in place %.1f %%, right %.1f %%, right but flagged %.1f %% of these, wrong and not flagged %d (%.2f %%); characters wrong of those in place %.2f %%",
		s.cells, share(s.placed, s.cells), share(s.right, s.cells), share(s.flagged, s.right), s.silent, share(s.silent, s.cells), share(s.wrong, s.characters))
}

func main() {
	log.SetFlags(0)
	cells := flag.String("cells", "", "write what was made of each cell to `FILE`")
	flag.Parse()
	if flag.NArg() == 0 {
		log.Fatal("name folders of pictures with NAME.html beside NAME.png or .jpg")
	}
	x, err := biaoge.New()
	if err != nil {
		log.Fatal(err)
	}
	defer x.Close()
	var out ledger
	for _, dir := range flag.Args() {
		total, err := scoreFolder(x, dir, &out)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: %d pictures, %v\n", dir, total.pictures, total)
		fmt.Printf("  right but flagged, for: %s\n", total.reasons())
		fmt.Printf("  characters wrong: %v\n", total.classes)
	}
	if *cells != "" {
		if err := out.write(*cells); err != nil {
			log.Fatal(err)
		}
	}
}

// scoreFolder reads the pictures of a folder that have a truth.
func scoreFolder(x *biaoge.Extractor, dir string, out *ledger) (total score, err error) {
	pictures, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		return total, err
	}
	for _, picture := range pictures {
		ext := filepath.Ext(picture)
		truth, err := os.Open(strings.TrimSuffix(picture, ext) + ".html")
		if ext == ".html" || err != nil {
			continue
		}
		printed, err := readTables(truth)
		truth.Close()
		if err != nil {
			return total, fmt.Errorf("%s: %w", truth.Name(), err)
		}
		doc, err := extract(x, picture)
		if err != nil {
			return total, fmt.Errorf("%s: %w", picture, err)
		}
		out.picture = filepath.Base(picture)
		s := compare(printed, doc.Tables, out)
		s.pictures = 1
		fmt.Printf("%-40s %v\n", filepath.Base(picture), s)
		total.add(s)
	}
	if total.pictures == 0 {
		return total, fmt.Errorf("%s: no picture has a table in HTML beside it", dir)
	}
	return total, nil
}

func extract(x *biaoge.Extractor, path string) (*biaoge.Document, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return x.Extract(context.Background(), f)
}

// compare counts the cells of printed tables, each against the table read that
// has most of its cells.
func compare(printed []grid, read []tables.Table, out *ledger) (s score) {
	for _, want := range printed {
		s.cells += len(want)
		if table := closest(want, read); table != nil {
			s.compare(want, table, out)
		}
	}
	return s
}

func closest(want grid, read []tables.Table) (best *tables.Table) {
	most := 0
	for i := range read {
		same := 0
		for _, c := range read[i].Cells {
			if _, ok := want[placeOf(c)]; ok {
				same++
			}
		}
		if same > most {
			best, most = &read[i], same
		}
	}
	return best
}

func (s *score) compare(want grid, table *tables.Table, out *ledger) {
	s.why = make(map[string]int)
	for _, c := range table.Cells {
		text, ok := want[placeOf(c)]
		if !ok {
			continue
		}
		s.placed++
		got := []rune(tables.Fold(c.Text))
		wrong := edit.Distance([]rune(text), got)
		s.characters += len([]rune(text))
		s.wrong += wrong
		s.classes.count(text, string(got))
		out.add(text, c)
		review := c.Review || table.Review
		switch {
		case wrong == 0:
			s.right++
			if c.Review {
				s.flagged++
				s.why[firstCause(c)]++
			}
		case !review:
			s.silent++
		}
	}
}
