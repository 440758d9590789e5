// Command fitrules describes pages whose rules are known, for the fit of the nets that say where
// rules run, which edges of cells are printed, which cells were taken together, and where rows and
// columns lost their rule (models/train/rulemap.py and rules.py):
//
//	go run ./internal/fitrules -of edges|spans|rows|columns|lost -o FILE [-rules FILE] FOLDER…
//	go run ./internal/fitrules -of pages -o DIR FOLDER…
//
// FOLDER holds pictures and their truth.jsonl, as biaoge synth and models/office/office.py write
// them; or, for edges and pages, pictures and pages.jsonl, as models/train/rulemap_pages.py and this
// command write them. FILE gets the examples. DIR gets the pages, straightened, and pages.jsonl: of each page its
// file, and where level rules (h) and plumb ones (v) are printed on it, in pixels:
//
//	{"file":"…","h":[{"Pos":…,"Lo":…,"Hi":…},…],"v":[…]}
//
// It must not know how the nets are made, nor what becomes of their answers.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/png"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"

	"github.com/biaoge/biaoge/internal/picture"
	"github.com/biaoge/biaoge/internal/synth"
	"github.com/biaoge/biaoge/layout/grid"
	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
	"github.com/biaoge/biaoge/layout/straighten"
	"github.com/biaoge/biaoge/models"
	"github.com/google/renameio/v2"
	"gocv.io/x/gocv"
)

// An interval is where a rule is printed on a page: across it at Pos, along it from Lo to Hi, pixels. By
// Rise it lies farther across at Hi than at Lo.
type interval struct {
	Pos, Lo, Hi float64
	Rise        float64 `json:",omitempty"`
}

type cell struct{ Row, Col, RowSpan, ColSpan int }

// A truth is a line of truth.jsonl, or of pages.jsonl, which tells of rules and of no tables. Lines, which office.py writes, are where the
// rules are. Its tables have none of their own then: what it set may have been drawn by
// biaoge synth before, with lines elsewhere.
type truth struct {
	File  string
	Lines *struct {
		Rows, Cols []float64
		Apart      [2]float64 // of the two of a double rule
		Map        [6]float64
	}
	Tables []table
	Level  []interval `json:"h"`
	Plumb  []interval `json:"v"`
}

// A table's lines, which biaoge synth writes, are where its lines cross, and which
// of their pieces are printed (internal/synth).
type table struct {
	Rows, Cols int
	Cells      []cell
	Lines      *synth.TruthLines
}

// An example is a line of the file: which picture of its folder, which direction, whether
// a rule is printed there, and the figures.
type example struct {
	picture  int
	axis     ruling.Axis
	printed  bool
	features []float32
}

func main() {
	log.SetFlags(0)
	of := flag.String("of", "edges", "describe `WHAT`: edges, spans, rows, columns, lost or pages")
	rules := flag.String("rules", "", "the nets in `FILE` instead of those that the program has: spans, rows and columns are those of tables that these find")
	out := flag.String("o", "", "write the examples to `FILE`: 32 bit floats, the first of which says how many make an example; of pages, the folder that gets them")
	flag.Parse()
	if !slices.Contains([]string{"edges", "spans", "rows", "columns", "lost", "pages"}, *of) || *out == "" || flag.NArg() == 0 {
		log.Fatal("usage: fitrules -of edges|spans|rows|columns|lost -o FILE [-rules FILE] FOLDER…\n       fitrules -of pages -o DIR FOLDER…")
	}
	if info, err := os.Stat(*out); err == nil && *of != "pages" && !info.Mode().IsRegular() {
		log.Fatalf("%s would be replaced, which is no file; name one", *out)
	}
	if *rules != "" {
		data, err := os.ReadFile(*rules)
		if err != nil {
			log.Fatal(err)
		}
		models.Rules = data
	}
	write := func() error { return describe(*of, *out, flag.Args()) }
	if *of == "pages" {
		write = func() error { return writePages(*out, flag.Args()) }
	}
	if err := write(); err != nil {
		log.Fatal(err)
	}
}

// eachPage does something with each page of some folders whose rules are known. It gets the path of
// the picture and its number in its folder, from 1 on: what is made of it does not depend on what
// other folders there are. Of a picture whose rules are not known it says so.
func eachPage(dirs []string, do func(path string, picture int, p *page) error) error {
	for _, dir := range dirs {
		pictures, err := truths(dir)
		if err != nil {
			return err
		}
		used := 0
		for i, t := range pictures {
			path := filepath.Join(dir, t.File)
			p, err := known(path, t)
			if err != nil {
				log.Printf("%s: %v: left out", path, err)
				continue
			}
			err = do(path, i+1, p)
			p.Close()
			if err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			used++
		}
		log.Printf("%s: %d of %d pictures", dir, used, len(pictures))
	}
	return nil
}

// describe writes the examples of some folders to a file, which appears when it is
// whole.
func describe(of, out string, dirs []string) error {
	f, err := renameio.NewPendingFile(out)
	if err != nil {
		return err
	}
	defer func() { _ = f.Cleanup() }()
	w := bufio.NewWriter(f)
	first := true
	err = eachPage(dirs, func(_ string, picture int, p *page) error {
		es, err := p.examples(of, picture)
		if err != nil {
			return err
		}
		for _, e := range es {
			row := append([]float32{float32(e.picture), float32(e.axis), number(e.printed)}, e.features...)
			if first {
				first = false
				row = append([]float32{float32(len(row))}, row...)
			}
			if err := binary.Write(w, binary.LittleEndian, row); err != nil {
				return fmt.Errorf("%s: %w", out, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if first {
		return fmt.Errorf("%s: no example in any picture of %v: are they those that office.py and biaoge synth make?", out, dirs)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("%s: %w", out, err)
	}
	return f.CloseAtomicallyReplace()
}

// A pageLine is a line of pages.jsonl.
type pageLine struct {
	File  string     `json:"file"`
	Level []interval `json:"h"`
	Plumb []interval `json:"v"`
}

// writePages writes the pages of some folders to another, and then pages.jsonl.
func writePages(out string, dirs []string) error {
	if err := os.MkdirAll(out, 0o777); err != nil {
		return err
	}
	var lines bytes.Buffer
	of := map[string]string{} // the picture that a page was made of
	err := eachPage(dirs, func(path string, _ int, p *page) error {
		line := pageLine{
			File:  filepath.Base(filepath.Dir(path)) + "-" + filepath.Base(path) + ".png",
			Level: append([]interval{}, slices.Concat(p.printed[ruling.Level], p.unsure[ruling.Level])...),
			Plumb: append([]interval{}, slices.Concat(p.printed[ruling.Plumb], p.unsure[ruling.Plumb])...),
		}
		name := filepath.Join(out, line.File)
		if other := of[name]; other != "" {
			return fmt.Errorf("%s is the page of %s already: folders of one name", name, other)
		}
		of[name] = path
		if err := writePNG(name, p.straight.Gray); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		return json.NewEncoder(&lines).Encode(line)
	})
	if err != nil {
		return err
	}
	return renameio.WriteFile(filepath.Join(out, "pages.jsonl"), lines.Bytes(), 0o666)
}

// writePNG writes a page of 8 bit grey in one piece.
func writePNG(name string, gray gocv.Mat) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	picture := &image.Gray{Pix: gray.ToBytes(), Stride: gray.Cols(), Rect: image.Rect(0, 0, gray.Cols(), gray.Rows())}
	return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(f, picture)
}

func number(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

// truths are the pictures of a folder.
func truths(dir string) (out []*truth, err error) {
	data, err := os.ReadFile(filepath.Join(dir, "truth.jsonl"))
	if errors.Is(err, os.ErrNotExist) {
		data, err = os.ReadFile(filepath.Join(dir, "pages.jsonl"))
	}
	if err != nil {
		return nil, err
	}
	for line := range bytes.Lines(data) {
		t := new(truth)
		if err := json.Unmarshal(line, t); err != nil {
			return nil, fmt.Errorf("%s: %w", dir, err)
		}
		for i := range t.Tables {
			if t.Lines != nil {
				t.Tables[i].Lines = nil
			}
		}
		out = append(out, t)
	}
	return out, nil
}

// examples are those of a page, given the number of its picture in its folder.
func (p *page) examples(of string, picture int) (out []example, err error) {
	switch of {
	case "edges":
		return p.edges(picture), nil
	case "spans":
		return p.spans(picture)
	case "rows":
		return p.textGaps(picture, ruling.Level)
	case "columns":
		return p.textGaps(picture, ruling.Plumb)
	case "lost":
		return p.lostRules(picture)
	}
	return nil, fmt.Errorf("no examples of %s are known", of)
}

// edges are the places at which edges of the tables that are found may be, whether one is printed there or
// not. One that is printed in part is no example.
func (p *page) edges(picture int) (out []example) {
	var wrong, all [2]int // by direction: where truth and the map are sure of the contrary, and all
	for _, e := range grid.EdgePlaces(p.evidence) {
		near := 4 + e.Thick/2 // pixels
		on := 0.
		for _, i := range slices.Concat(p.printed[e.Axis], p.unsure[e.Axis]) {
			if math.Abs(i.Pos-e.Pos) <= near {
				on += max(0, min(i.Hi, e.Hi)-max(i.Lo, e.Lo))
			}
		}
		if share := on / max(1, e.Hi-e.Lo); share < 0.3 || share > 0.7 {
			out = append(out, example{picture, e.Axis, share > 0.7, e.Figures[:]})
			all[e.Axis]++
			if share > 0.7 && e.Probable < 0.1 || share < 0.3 && e.Probable > 0.9 {
				wrong[e.Axis]++
			}
		}
	}
	// Where much is so, the page was not straightened as the truth was, which lies elsewhere then.
	return slices.DeleteFunc(out, func(e example) bool { return 10*wrong[e.axis] > all[e.axis] })
}

// spans are the places at which cells of the tables that are found span a line, whether a rule is
// printed there or not.
func (p *page) spans(picture int) (out []example, err error) {
	es, err := grid.SpanExamples(context.Background(), p.evidence)
	for _, e := range es {
		const near = 5 // pixels
		printed := slices.ContainsFunc(p.printed[e.Axis], func(i interval) bool {
			return math.Abs(i.Pos-e.Pos) <= near && i.Lo <= e.Along && e.Along <= i.Hi
		})
		out = append(out, example{picture, e.Axis, printed, e.Figures[:]})
	}
	return out, err
}

// gaps are those between texts in the rows and columns of the tables that are found, or in what would be one without some of their
// rules: whether two meet there or not. Where they do on part of it alone, or beside it, it is no example.
func (p *page) gaps(picture int, shares ...float64) (out []grid.GapExample, lost []bool, err error) {
	es, err := grid.GapExamples(context.Background(), p.evidence, shares, rand.New(rand.NewPCG(uint64(picture), 7)))
	for _, e := range es {
		if !e.Found && len(p.cells) == 0 {
			continue // no table is there, and its rules are not known
		}
		if on := p.meet(e.Axis, e.Gap, e.Along); on > 0.6 || p.meet(e.Axis, e.Between, e.Along) < 0.1 {
			out, lost = append(out, e), append(lost, on > 0.6)
		}
	}
	return out, lost, err
}

// textGaps are what the text says of gaps where a rule of an axis may have been lost.
func (p *page) textGaps(picture int, axis ruling.Axis) (out []example, err error) {
	gaps, lost, err := p.gaps(picture, 0, 0.1, 0.3, 0.7)
	for i := range gaps {
		if gaps[i].Axis == axis {
			out = append(out, example{picture, axis, lost[i], gaps[i].Figures})
		}
	}
	return out, err
}

// lostRules are what all evidence says of the gaps that are there.
func (p *page) lostRules(picture int) (out []example, err error) {
	gaps, lost, err := p.gaps(picture, 0)
	for i, says := range grid.LostEvidence(gaps, lost) {
		out = append(out, example{picture, gaps[i].Axis, lost[i], says})
	}
	return out, err
}

// meet is on which share of a stretch along rules of an axis two rows (or columns) of cells meet in a gap, pixels.
func (p *page) meet(axis ruling.Axis, gap, along ink.Span) float64 {
	const near = 2 // pixels
	on := 0.
	for _, i := range p.between[axis] {
		if i.Pos >= float64(gap.Lo)-near && i.Pos <= float64(gap.Hi)+near {
			on += max(0, min(i.Hi, float64(along.Hi))-max(i.Lo, float64(along.Lo)))
		}
	}
	return on / float64(max(1, along.Hi-along.Lo))
}

// A page is straightened, and all of its rules are known: where they are printed and
// where none is though others are in line, by direction, and its cells.
type page struct {
	straight *straighten.Straight
	evidence *ruling.Evidence
	printed  [2][]interval
	unsure   [2][]interval // double rules, and white ones
	between  [2][]interval // two rows of cells, or two columns, a rule or none
	cells    []image.Rectangle
}

// known straightens a picture and says where its rules are, as its truth has it.
func known(path string, t *truth) (*page, error) {
	file, err := picture.ReadFile(path)
	if err != nil {
		return nil, err
	}
	src, err := file.Page(1)
	if err != nil {
		return nil, err
	}
	mat, err := gocv.NewMatFromBytes(src.Gray.Rect.Dy(), src.Gray.Rect.Dx(), gocv.MatTypeCV8UC1, src.Gray.Pix)
	if err != nil {
		return nil, err
	}
	defer mat.Close()
	s, err := straighten.ByRules(context.Background(), mat.Clone(), 1)
	if err != nil {
		return nil, err
	}
	m, err := s.Measured(context.Background())
	if err != nil {
		s.Close()
		return nil, err
	}
	p := &page{straight: s, evidence: m}
	for _, r := range t.Level {
		x0, y0 := onPage(s.Warps, r.Lo, r.Pos-r.Rise/2)
		x1, y1 := onPage(s.Warps, r.Hi, r.Pos+r.Rise/2)
		p.print(x0, y0, x1, y1)
	}
	for _, r := range t.Plumb {
		x0, y0 := onPage(s.Warps, r.Pos-r.Rise/2, r.Lo)
		x1, y1 := onPage(s.Warps, r.Pos+r.Rise/2, r.Hi)
		p.print(x0, y0, x1, y1)
	}
	for i := range t.Tables {
		table := &t.Tables[i]
		switch {
		case table.Lines != nil && len(table.Lines.Crossings) == table.Rows+1:
			p.lay(table, func(r, c int) (float64, float64) {
				at := table.Lines.Crossings[r][c]
				return onPage(s.Warps, at[0], at[1])
			})
		case t.Lines != nil && len(t.Tables) == 1:
			m := t.Lines.Map
			p.lay(table, func(r, c int) (float64, float64) {
				x, y := t.Lines.Cols[c], t.Lines.Rows[r]
				return onPage(s.Warps, m[0]*x+m[1]*y+m[2], m[3]*x+m[4]*y+m[5])
			})
			for axis, apart := range t.Lines.Apart {
				p.printed[axis] = twice(p.printed[axis], apart)
			}
		default:
			s.Close()
			return nil, fmt.Errorf("nothing tells where the rules of table %d are", i+1)
		}
	}
	return p, nil
}

// Close frees the page.
func (p *page) Close() {
	p.straight.Close()
}

// lay notes where the rules of a table are printed, at tells where its lines cross.
func (p *page) lay(t *table, at func(r, c int) (x, y float64)) {
	owner := map[[2]int]int{}
	for i, c := range t.Cells {
		for r := c.Row; r < c.Row+c.RowSpan; r++ {
			for k := c.Col; k < c.Col+c.ColSpan; k++ {
				owner[[2]int{r, k}] = i + 1
			}
		}
	}
	// note notes a piece of a line from one crossing to the next.
	note := func(apart bool, piece byte, x0, y0, x1, y1 float64) {
		axis, i := between(x0, y0, x1, y1)
		if apart {
			p.between[axis] = append(p.between[axis], i)
		}
		switch {
		case !apart:
		case piece == '|':
			p.printed[axis] = append(p.printed[axis], i)
		case piece != '-':
			p.unsure[axis] = append(p.unsure[axis], i)
		}
	}
	piece := func(pieces string, i int) byte {
		if t.Lines == nil {
			return '|'
		}
		return pieces[i]
	}
	lines := t.Lines
	if lines == nil {
		lines = new(synth.TruthLines)
	}
	for r := range t.Rows + 1 {
		for c := range t.Cols {
			x0, y0 := at(r, c)
			x1, y1 := at(r, c+1)
			note(owner[[2]int{r - 1, c}] != owner[[2]int{r, c}], piece(lines.Level, r*t.Cols+c), x0, y0, x1, y1)
		}
	}
	for c := range t.Cols + 1 {
		for r := range t.Rows {
			x0, y0 := at(r, c)
			x1, y1 := at(r+1, c)
			note(owner[[2]int{r, c - 1}] != owner[[2]int{r, c}], piece(lines.Plumb, c*t.Rows+r), x0, y0, x1, y1)
		}
	}
	for _, c := range t.Cells {
		x0, y0 := at(c.Row, c.Col)
		x1, y1 := at(c.Row+c.RowSpan, c.Col+c.ColSpan)
		p.cells = append(p.cells, image.Rect(int(x0), int(y0), int(x1)+1, int(y1)+1).Inset(2))
	}
}

// print notes that a rule is printed from one place to another.
func (p *page) print(x0, y0, x1, y1 float64) {
	axis, i := between(x0, y0, x1, y1)
	p.printed[axis] = append(p.printed[axis], i)
}

// between is the interval from one place to another, pixels. The picture may be turned.
func between(x0, y0, x1, y1 float64) (ruling.Axis, interval) {
	if math.Abs(y1-y0) > math.Abs(x1-x0) {
		return ruling.Plumb, interval{Pos: (x0 + x1) / 2, Lo: min(y0, y1), Hi: max(y0, y1)}
	}
	return ruling.Level, interval{Pos: (y0 + y1) / 2, Lo: min(x0, x1), Hi: max(x0, x1)}
}

// twice are double rules, whose middles are given.
func twice(rs []interval, apart float64) (out []interval) {
	if apart == 0 {
		return rs
	}
	for _, r := range rs {
		a, b := r, r
		a.Pos -= apart / 2
		b.Pos += apart / 2
		out = append(out, a, b)
	}
	return out
}

// onPage is where a position on the picture, in its pixels, lies on the page: the
// other way of Source, whose maps are smooth enough to be followed back.
func onPage(ws straighten.Warps, x, y float64) (px, py float64) {
	const steps = 12
	px, py = x, y
	for range steps {
		sx, sy := ws.Source(px, py)
		px, py = px+x-sx, py+y-sy
	}
	return px, py
}
