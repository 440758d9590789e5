package reviewer

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// FormID is the form that all pictures of a Folder are printed on: one row of
// values, three sums.
const FormID = "gov-disclosure/appeals@2019"

// Form is it.
func Form() *tables.Form {
	i := slices.IndexFunc(tables.EmbeddedForms(), func(f *tables.Form) bool { return f.ID == FormID })
	return tables.EmbeddedForms()[i]
}

// A Value is one value of a picture: what is printed, and what the program is
// made to have read.
type Value struct {
	Printed, Read string
	Confidence    float64 // below 0.995 it is flagged
	Causes        []tables.Cause
	Alternatives  []string
}

// A Sheet is one picture.
type Sheet struct {
	Path    string
	Values  map[string]Value // by key; those left out are a sure 0
	Review  bool             // the table as a whole is doubted
	Missing bool             // the table was not found, but labels of it
	None    bool             // nothing of a table was found
	Unknown bool             // a table was found that is of no known form
	Salt    int              // makes pictures differ that say the same
	Plain   bool             // nothing is drawn: for a hundred thousand of them
	Times   int              // as large the picture is; 0 is 1
	Off     int              // pixels that the document has all cells too far to the right
}

// A Folder is a batch as biaoge batch leaves it, of pictures that are drawn and
// not read: what a review is of, in a moment.
type Folder struct{ In, Out string }

// MakeFolder makes one below a folder.
func MakeFolder(dir string, sheets []Sheet) (*Folder, error) {
	f := &Folder{filepath.Join(dir, "in"), filepath.Join(dir, "out")}
	place := batch.Place{Dir: f.Out}
	if err := os.MkdirAll(f.Out, 0o777); err != nil {
		return nil, err
	}
	unlock, err := place.Lock() // makes the folder for files that are being written
	if err != nil {
		return nil, err
	}
	defer unlock()
	j, err := journal.Create(place.Journal())
	if err != nil {
		return nil, err
	}
	defer j.Close()
	if err := j.SetMeta("in", f.In); err != nil {
		return nil, err
	}
	if err := j.Begin(journal.Versions{Program: "test"}, 1); err != nil {
		return nil, err
	}
	if err := f.store(j, place, sheets); err != nil {
		return nil, err
	}
	return f, j.End(int64(len(sheets)), journal.OutcomeDone, "")
}

// Again has all pictures read again, as batch --refresh does; they must be those
// that were there.
func (f *Folder) Again(sheets []Sheet) error {
	place := batch.Place{Dir: f.Out}
	j, err := journal.Create(place.Journal())
	if err != nil {
		return err
	}
	defer j.Close()
	if err := j.Begin(journal.Versions{Program: "another"}, 1); err != nil {
		return err
	}
	var seen []journal.Sighting
	for i := range sheets {
		seen = append(seen, sheets[i].sighting())
	}
	if _, err := j.See(seen); err != nil {
		return err
	}
	if err := errors.Join(j.Refresh(), f.store(j, place, sheets)); err != nil {
		return err
	}
	return j.End(int64(len(sheets)), journal.OutcomeDone, "")
}

// step is how many pictures are stored at once.
const step = 1000

func (s *Sheet) sighting() journal.Sighting {
	return journal.Sighting{Path: s.Path, Name: s.Path, Report: filepath.Dir(s.Path), State: journal.Pending}
}

func (f *Folder) store(j *journal.Journal, place batch.Place, sheets []Sheet) error {
	for some := range slices.Chunk(sheets, step) {
		var seen []journal.Sighting
		byPath := make(map[string]*Sheet)
		for i := range some {
			s := &some[i]
			byPath[s.Path] = s
			seen = append(seen, s.sighting())
		}
		if _, err := j.See(seen); err != nil {
			return err
		}
		taken, err := j.Take(len(some))
		if err != nil {
			return err
		}
		var done []*journal.Picture
		for i := range taken {
			p := &taken[i]
			if err := f.write(place, p, byPath[p.Path]); err != nil {
				return err
			}
			done = append(done, p)
		}
		if err := j.Finish(done); err != nil {
			return err
		}
	}
	return nil
}

func (f *Folder) write(place batch.Place, p *journal.Picture, s *Sheet) error {
	data := s.draw()
	file := filepath.Join(f.In, s.Path)
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return err
	}
	if err := os.WriteFile(file, data, 0o666); err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	docs := []*tables.Document{s.document(hex.EncodeToString(sum[:]))}
	b, err := worker.Marshal(docs)
	if err != nil {
		return err
	}
	doc := place.Document(s.Path)
	if err := os.MkdirAll(filepath.Dir(doc), 0o777); err != nil {
		return err
	}
	if err := os.WriteFile(doc, b, 0o666); err != nil {
		return err
	}
	ds := sha256.Sum256(b)
	p.State, p.SHA256, p.DocSize, p.DocSHA256, p.Digest = journal.Done, docs[0].Source.SHA256, int64(len(b)), hex.EncodeToString(ds[:]), digest.Of(docs)
	return nil
}

// The size of a drawn cell in pixels, and how much larger than its font print
// is drawn.
const (
	cellWidth, cellHeight = 96, 44
	times                 = 2
)

func box(c *tables.FormCell) image.Rectangle {
	return image.Rect(20+c.Col*cellWidth, 20+c.Row*cellHeight, 20+(c.Col+c.ColSpan)*cellWidth, 20+(c.Row+c.RowSpan)*cellHeight)
}

func size(f *tables.Form) image.Point {
	return image.Pt(40+f.Cols*cellWidth, 40+f.Rows*cellHeight)
}

// printed is what stands in a cell; labels are numbered, since the font that
// comes with Go has no others.
func (s *Sheet) printed(c *tables.FormCell) string {
	if c.Key == "" {
		return fmt.Sprintf("L%d.%d", c.Row, c.Col)
	}
	return s.value(c.Key).Printed
}

func (s *Sheet) value(key string) Value {
	if v, ok := s.Values[key]; ok {
		return v
	}
	return Value{Printed: "0", Read: "0", Confidence: 0.9999}
}

func (s *Sheet) draw() []byte {
	if s.Plain {
		m := image.NewGray(image.Rect(0, 0, 8, 8))
		copy(m.Pix, strconv.Itoa(s.Salt))
		return encode(m)
	}
	f := Form()
	m := image.NewGray(image.Rectangle{Max: size(f)})
	draw.Draw(m, m.Rect, image.White, image.Point{}, draw.Src)
	for i := range f.Cells {
		c := &f.Cells[i]
		b := box(c)
		for _, edge := range []image.Rectangle{{b.Min, image.Pt(b.Max.X, b.Min.Y+1)}, {b.Min, image.Pt(b.Min.X+1, b.Max.Y)}, {image.Pt(b.Min.X, b.Max.Y-1), b.Max}, {image.Pt(b.Max.X-1, b.Min.Y), b.Max}} {
			draw.Draw(m, edge, image.Black, image.Point{}, draw.Src)
		}
		text := s.printed(c)
		small := image.NewGray(image.Rect(0, 0, max(1, 7*len(text)), 13))
		draw.Draw(small, small.Rect, image.White, image.Point{}, draw.Src)
		(&font.Drawer{Dst: small, Src: image.Black, Face: basicfont.Face7x13, Dot: fixed.P(0, 11)}).DrawString(text)
		at := image.Pt((b.Min.X+b.Max.X)/2-times*small.Rect.Dx()/2, (b.Min.Y+b.Max.Y)/2-times*13/2)
		draw.NearestNeighbor.Scale(m, image.Rectangle{at, at.Add(image.Pt(times*small.Rect.Dx(), times*13))}, small, small.Rect, draw.Src, nil)
	}
	for i := range 32 {
		m.SetGray(m.Rect.Max.X-1-i, m.Rect.Max.Y-1, color.Gray{Y: uint8(255 - s.Salt>>i&1)})
	}
	if s.Times < 2 {
		return encode(m)
	}
	large := image.NewGray(image.Rect(0, 0, s.Times*m.Rect.Dx(), s.Times*m.Rect.Dy()))
	draw.NearestNeighbor.Scale(large, large.Rect, m, m.Rect, draw.Src, nil)
	return encode(large)
}

func encode(m image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err) // of memory, which nothing can fail of
	}
	return b.Bytes()
}

// flagBelow is the confidence below which a value is flagged.
const flagBelow = tables.DefaultReviewBelow

func (s *Sheet) document(sha string) *tables.Document {
	f := Form()
	size := size(f).Mul(max(1, s.Times))
	d := &tables.Document{Version: tables.Version, Source: tables.Source{Path: s.Path, SHA256: sha, MediaType: "image/png", Width: size.X, Height: size.Y, Page: 1},
		Tables: []tables.Table{}, Warnings: []tables.Warning{}}
	if s.None {
		return d
	}
	if s.Missing {
		d.Warnings = append(d.Warnings, tables.Warn("missed_form", f.ID))
		return d
	}
	id := f.ID
	lo := float64(20 * max(1, s.Times))
	hi := tables.Point{float64(size.X) - lo, float64(size.Y) - lo}
	t := tables.Table{Form: &id, FormConfidence: 0.999, Rows: f.Rows, Cols: f.Cols, HeaderRows: f.Rows - 1, Confidence: 0.9, Review: s.Review,
		Quad: [4]tables.Point{{lo, lo}, {hi[0], lo}, hi, {lo, hi[1]}}, Records: []tables.Record{}}
	if s.Review {
		t.Doubt(tables.Because("unclear"))
	}
	for i := range f.Cells {
		c := &f.Cells[i]
		b := box(c)
		b = image.Rectangle{b.Min.Mul(max(1, s.Times)), b.Max.Mul(max(1, s.Times))}.Add(image.Pt(s.Off, 0))
		cell := tables.Cell{Row: c.Row, Col: c.Col, RowSpan: c.RowSpan, ColSpan: c.ColSpan, Kind: tables.KindLabel, Text: c.Text, Confidence: 0.9999,
			Box: tables.Box{float64(b.Min.X), float64(b.Min.Y), float64(b.Dx()), float64(b.Dy())}}
		if c.Key != "" {
			v := s.value(c.Key)
			cell.Kind, cell.Text, cell.Confidence, cell.Review = tables.KindValue, v.Read, v.Confidence, v.Confidence < flagBelow
			if cell.Review {
				if cell.Causes = v.Causes; len(v.Causes) == 0 {
					cell.Causes = []tables.Cause{tables.Because("unclear")}
				}
				cell.Reasons = tables.InWords(cell.Causes)
			}
			for _, a := range v.Alternatives {
				cell.Alternatives = append(cell.Alternatives, tables.Alternative{Text: a, Confidence: 0.01})
			}
			n, unit, _ := tables.ParseValue(v.Read)
			r := tables.Record{Key: c.Key, Labels: []string{c.Key}, Raw: v.Read, Value: n, Unit: unit, Confidence: v.Confidence, Review: cell.Review, Reasons: tables.InWords(cell.Causes), Causes: cell.Causes, Cell: [2]int{c.Row, c.Col}}
			t.Records = append(t.Records, r)
		}
		t.Cells = append(t.Cells, cell)
	}
	t.Checks = f.Check(t.Records)
	if s.Unknown {
		t.Form, t.FormConfidence, t.Records, t.Checks = nil, 0, []tables.Record{}, []tables.Check{}
	}
	d.Tables = append(d.Tables, t)
	return d
}

// Keys are those of the form's values.
func Keys() (keys []string) {
	for _, c := range Form().Cells {
		if c.Key != "" {
			keys = append(keys, c.Key)
		}
	}
	return keys
}

// Random makes pictures of which each value is any number, and so large a
// share of them is doubted with a confidence; none of it is read wrong.
func Random(n int, share, confidence float64, seed uint64) []Sheet {
	rnd := rand.New(rand.NewPCG(seed, 0))
	all := make([]Sheet, n)
	for i := range all {
		s := Sheet{Path: fmt.Sprintf("r%06d/%06d.png", i, i), Values: make(map[string]Value), Salt: i}
		for _, k := range Keys() {
			text := strconv.Itoa(rnd.IntN(1000))
			v := Value{Printed: text, Read: text, Confidence: 0.9999}
			if rnd.Float64() < share {
				v.Confidence = confidence
				v.Causes = []tables.Cause{tables.Because("readers_differ", text, k)}
			}
			s.Values[k] = v
		}
		all[i] = s
	}
	return all
}

// Hold makes the sums of pictures hold, so that what is doubted is not keyed
// for them.
func Hold(sheets []Sheet) {
	for i := range sheets {
		for _, c := range Form().Checks {
			total := 0
			for _, k := range c.Sum {
				n, _ := strconv.Atoi(sheets[i].Values[k].Read)
				total += n
			}
			text := strconv.Itoa(total)
			v := sheets[i].Values[c.Equals[0]]
			v.Printed, v.Read = text, text
			sheets[i].Values[c.Equals[0]] = v
		}
	}
}

// Records are the lines of records.csv, by column.
func (f *Folder) Records() ([]map[string]string, error) {
	data, err := os.ReadFile(filepath.Join(f.Out, "records.csv"))
	if err != nil {
		return nil, err
	}
	lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF")))).ReadAll()
	if err != nil {
		return nil, err
	}
	var all []map[string]string
	for _, l := range lines[1:] {
		m := make(map[string]string)
		for i, name := range lines[0] {
			m[name] = l[i]
		}
		all = append(all, m)
	}
	return all, nil
}
