// Command fittable measures what may be a table in pictures of which it is known where
// their tables are, for models/train/table.py to fit to: one line of JSON for each.
//
//	fittable FOLDER... > FILE
//
// A folder holds pictures and truth.jsonl, as `biaoge synth` and models/office write them.
// It must not know how a table is told.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/biaoge/biaoge/internal/picture"
	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/seal"
)

// An example is what may be a table, what was measured of it, and whether it is one.
type example struct {
	Picture string    `json:"picture"`
	Set     string    `json:"set"`
	Ruled   bool      `json:"ruled"` // rules make what may be a table; else text in rows and columns
	Table   bool      `json:"table"`
	Signs   []float64 `json:"signs"`
}

// truth is what is known of a picture.
type truth struct {
	File, Set string
	Page      int
	Lines     *struct { // where the rules of its one table are, before it was turned, and how it was
		Rows, Cols []float64
		Map        [6]float64
	}
	Tables []struct {
		Rows, Cols int
		Quad       [][2]float64
	}
}

func main() {
	w := bufio.NewWriter(os.Stdout)
	for _, folder := range os.Args[1:] {
		if err := measure(w, folder); err != nil {
			fmt.Fprintln(os.Stderr, "fittable:", err)
			os.Exit(1)
		}
	}
	if err := w.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, "fittable:", err)
		os.Exit(1)
	}
}

func measure(w *bufio.Writer, folder string) error {
	data, err := os.ReadFile(filepath.Join(folder, "truth.jsonl"))
	if err != nil {
		return err
	}
	for line := range bytes.Lines(data) {
		var t truth
		if err := json.Unmarshal(line, &t); err != nil {
			return fmt.Errorf("%s: truth.jsonl: %w", folder, err)
		}
		places, known := t.places()
		if !known {
			continue
		}
		examples, err := examplesIn(filepath.Join(folder, t.File), max(1, t.Page), places)
		if err != nil {
			return fmt.Errorf("%s: %w", t.File, err)
		}
		for _, e := range examples {
			e.Set = t.Set
			out, err := json.Marshal(e)
			if err != nil {
				return err
			}
			w.Write(append(out, '\n')) //nolint:errcheck // Flush tells
		}
	}
	return nil
}

// A place is where a table is on a picture, pixels, and of how many rows and columns. Where the
// table is the only one, its box may be unknown.
type place struct {
	box        box
	rows, cols int
}

// places are those of all tables; known is false where it is not known where one of several is.
func (t *truth) places() (out []place, known bool) {
	for _, table := range t.Tables {
		b := nowhere()
		switch {
		case t.Lines != nil && len(t.Tables) == 1:
			m := t.Lines.Map
			for _, x := range t.Lines.Cols {
				for _, y := range t.Lines.Rows {
					b.add(m[0]*x+m[1]*y+m[2], m[3]*x+m[4]*y+m[5])
				}
			}
		case len(table.Quad) > 0:
			for _, at := range table.Quad {
				b.add(at[0], at[1])
			}
		case len(t.Tables) > 1:
			return nil, false
		}
		out = append(out, place{b, table.Rows, table.Cols})
	}
	return out, true
}

// examplesIn are all that may be tables on a page of a picture, but for those of which it
// cannot be said whether they are.
func examplesIn(path string, page int, places []place) (out []example, err error) {
	f, err := picture.ReadFile(path)
	if err != nil {
		return nil, err
	}
	pic, err := f.Page(page)
	if err != nil {
		return nil, err
	}
	gray := pic.Gray
	if pic.Coloured {
		gray, _ = seal.Without(pic.Gray, pic.BGR())
	}
	p, err := layout.Analyze(context.Background(), gray, 0)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	for i := range p.Candidates {
		c := &p.Candidates[i]
		if c.Signs == nil {
			continue // there is more of it than is measured
		}
		is, sure := tableAt(p, c, places)
		if sure {
			out = append(out, example{Picture: path, Ruled: c.Ruled, Table: is, Signs: c.Signs})
		}
	}
	return out, nil
}

// tableAt tells whether a candidate is a table or a good part of one, by where tables are
// on the picture; sure is false where it is neither that nor beside them.
func tableAt(p *layout.Page, c *grid.Candidate, places []place) (is, sure bool) {
	if len(places) == 1 && places[0].box == nowhere() {
		return places[0].like(c)
	}
	const same, inside, beside = 0.7, 0.9, 0.1 // shares of areas
	at := nowhere()
	for _, x := range []int{c.Box.Min.X, c.Box.Max.X} {
		for _, y := range []int{c.Box.Min.Y, c.Box.Max.Y} {
			at.add(p.Source(float64(x), float64(y)))
		}
	}
	most := 0.
	for _, t := range places {
		in := at.and(t.box).area()
		half := 2*c.Rows >= t.rows && 2*c.Cols >= t.cols
		whole := in/(at.area()+t.box.area()-in) > same && half
		part := in > inside*at.area() && c.Rows*c.Cols > 3 && 2*in > t.box.area()
		if whole || part {
			return true, true
		}
		most = max(most, in)
	}
	return false, most <= beside*at.area()
}

// like tells whether a candidate is the only table of its picture, or a good part of it, by how
// many rows and columns it has; sure is false where it may be a part.
func (p place) like(c *grid.Candidate) (is, sure bool) {
	const scraps = 4 // so many times as many cells has the table as what is none of it; set by hand
	whole := 2*c.Rows >= p.rows && 2*c.Cols >= p.cols
	return whole, whole || scraps*c.Rows*c.Cols < p.rows*p.cols
}

// A box is where something lies on a picture, pixels.
type box struct{ x0, y0, x1, y1 float64 }

func nowhere() box { return box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)} }

func (b *box) add(x, y float64) {
	b.x0, b.y0, b.x1, b.y1 = min(b.x0, x), min(b.y0, y), max(b.x1, x), max(b.y1, y)
}

func (b box) and(o box) box {
	return box{max(b.x0, o.x0), max(b.y0, o.y0), min(b.x1, o.x1), min(b.y1, o.y1)}
}

func (b box) area() float64 { return max(0, b.x1-b.x0) * max(0, b.y1-b.y0) }
