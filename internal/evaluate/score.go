package evaluate

import (
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/edit"
	"github.com/biaoge/biaoge/tables"
)

// bins are the upper bounds of the confidence bins of the calibration error;
// what is not below the last is in one more bin.
var bins = [...]float64{0.5, 0.9, 0.99, 0.999}

// A Bin counts values of like confidence.
type Bin struct {
	N          int     `json:"n"`
	Right      int     `json:"right"`
	Confidence float64 `json:"confidence"` // sum
}

// A Tally is the bins of values, of blanks or of forms.
type Tally [len(bins) + 1]Bin

func (t *Tally) count(confidence float64, right bool) {
	q := min(0.9999999, max(0, confidence))
	b := 0
	for b < len(bins) && q >= bins[b] {
		b++
	}
	t[b].N++
	t[b].Confidence += q
	if right {
		t[b].Right++
	}
}

func (t *Tally) n() (n int) {
	for _, b := range t {
		n += b.N
	}
	return n
}

// calibrationError is how far confidences are off on the average, bin by bin.
func (t *Tally) calibrationError() float64 {
	n, off := 0, 0.0
	for _, b := range t {
		n += b.N
		off += abs(float64(b.Right) - b.Confidence)
	}
	return off / float64(max(1, n))
}

// Counts are what is counted over a set of pictures.
type Counts struct {
	Images           int     `json:"images"`
	NoOutput         int     `json:"no_output"` // pictures without a document
	Tables           int     `json:"tables"`
	MissedTables     int     `json:"missed_table"`
	ExtraTables      int     `json:"extra"`
	FormRight        int     `json:"form_ok"`
	GridExact        int     `json:"grid_exact"` // tables with every cell at its place and none besides
	Records          int     `json:"records"`
	Right            int     `json:"right"`
	Wrong            int     `json:"wrong"`
	Missing          int     `json:"missing"`
	Silent           int     `json:"silent"`         // wrong and not flagged
	SilentMissing    int     `json:"silent_missing"` // missing from a table that is not flagged
	Review           int     `json:"review"`         // flagged, right or wrong
	LabelChars       int     `json:"label_chars"`
	LabelErrors      int     `json:"label_err"`
	Mistakes         int     `json:"mistakes"` // tables that print a sum that is wrong
	MistakesFlagged  int     `json:"mistakes_flagged"`
	FalseAlarms      int     `json:"false_alarm"` // tables without one whose checks fail
	Bins             Tally   `json:"bins"`
	CalibrationError float64 `json:"ece"` // expected; only of a whole Result
}

func (c *Counts) add(o *Counts) {
	c.Images += o.Images
	c.NoOutput += o.NoOutput
	c.Tables += o.Tables
	c.MissedTables += o.MissedTables
	c.ExtraTables += o.ExtraTables
	c.FormRight += o.FormRight
	c.GridExact += o.GridExact
	c.Records += o.Records
	c.Right += o.Right
	c.Wrong += o.Wrong
	c.Missing += o.Missing
	c.Silent += o.Silent
	c.SilentMissing += o.SilentMissing
	c.Review += o.Review
	c.LabelChars += o.LabelChars
	c.LabelErrors += o.LabelErrors
	c.Mistakes += o.Mistakes
	c.MistakesFlagged += o.MistakesFlagged
	c.FalseAlarms += o.FalseAlarms
	for i := range c.Bins {
		c.Bins[i].N += o.Bins[i].N
		c.Bins[i].Right += o.Bins[i].Right
		c.Bins[i].Confidence += o.Bins[i].Confidence
	}
}

// A Value is one value that was read, beside what is printed.
type Value struct {
	File       string     `json:"file"`
	Page       int        `json:"page,omitempty"` // above 1 only in a TIFF of several pages
	Key        string     `json:"key"`
	Printed    string     `json:"printed"`
	Read       string     `json:"read"`
	Confidence float64    `json:"confidence"`
	Review     bool       `json:"review"`
	Right      bool       `json:"right"`
	Box        tables.Box `json:"bbox"` // of its cell in the picture, if the document says
}

// Silent says whether the value is wrong and nobody is asked to look.
func (v *Value) Silent() bool { return !v.Right && !v.Review }

// A Set is the pictures of one kind.
type Set struct {
	Name string
	Counts
}

// A Gap is a printed table of which values are missing.
type Gap struct {
	File   string `json:"file"`
	Form   string `json:"form"`   // what it should have been called
	Read   string `json:"read"`   // what it was called; empty where it was found but not named
	Found  bool   `json:"found"`  // whether the table was found at all
	Values int    `json:"values"` // how many are missing
	Silent bool   `json:"silent"` // whether nobody is asked to look
}

// A Result is what is known after some pictures.
type Result struct {
	Sets   []*Set // in the order they first came
	Values []Value
	Gaps   []Gap
	Forms  Tally // of the tables that were named
}

// Add scores one picture. Doc is nil where there is no document of it.
func (r *Result) Add(p *Picture, doc *tables.Document) {
	s := r.set(p.Set)
	s.Images++
	var read []tables.Table
	if doc == nil {
		s.NoOutput++
	} else {
		read = doc.Tables
	}
	pairs, extra := match(p.Tables, read)
	if !p.Partial {
		s.ExtraTables += extra
		for i := range read {
			if t := &read[i]; t.Form != nil && !slices.Contains(pairs, t) {
				r.Forms.count(t.FormConfidence, false)
			}
		}
	}
	for i := range p.Tables {
		r.table(s, p, &p.Tables[i], pairs[i])
	}
}

func (r *Result) set(name string) *Set {
	for _, s := range r.Sets {
		if s.Name == name {
			return s
		}
	}
	s := &Set{Name: name}
	r.Sets = append(r.Sets, s)
	return s
}

func (r *Result) table(s *Set, p *Picture, truth *Table, read *tables.Table) {
	s.Tables++
	keys, labels := 0, make(map[place]string)
	for _, c := range truth.Cells {
		if c.Key != "" {
			keys++
		} else {
			labels[placeOf(c)] = normal(c.Text)
		}
	}
	s.Records += keys
	if read == nil {
		s.MissedTables++
		s.Missing += keys
		s.SilentMissing += keys
		if keys > 0 {
			r.Gaps = append(r.Gaps, Gap{File: p.File, Form: truth.FormID(), Values: keys, Silent: true})
		}
		return
	}
	form := r.form(s, truth, read)
	tc, rc := truthCells(truth), readCells(read)
	if !p.Partial && samePlaces(tc, rc) {
		s.GridExact++
	}
	before := s.Missing
	r.values(s, p, truth, read)
	if n := s.Missing - before; n > 0 {
		r.Gaps = append(r.Gaps, Gap{File: p.File, Form: truth.FormID(), Read: form, Found: true, Values: n, Silent: !read.Review})
	}
	for at, text := range labels {
		want := []rune(text)
		s.LabelChars += len(want)
		if got, ok := rc[at]; ok {
			s.LabelErrors += min(len(want), edit.Distance(want, []rune(got)))
		} else {
			s.LabelErrors += len(want)
		}
	}
	failed := false
	for _, c := range read.Checks {
		failed = failed || !c.OK
	}
	switch {
	case p.Partial: // which sums are printed wrong is not known
	case len(truth.Wrong) > 0:
		s.Mistakes++
		if failed {
			s.MistakesFlagged++
		}
	case failed:
		s.FalseAlarms++
	}
}

// form counts what a table is named, and returns that; empty where it is not named.
func (r *Result) form(s *Set, truth *Table, read *tables.Table) string {
	form := ""
	if read.Form != nil {
		form = *read.Form
	}
	base, _, _ := strings.Cut(form, "@")
	right := form == truth.FormID() || truth.Edition == nil && base == truth.FormID()
	if right {
		s.FormRight++
	}
	if read.Form != nil {
		r.Forms.count(read.FormConfidence, right)
	}
	return form
}

func (r *Result) values(s *Set, p *Picture, truth *Table, read *tables.Table) {
	records := make(map[string]*tables.Record, len(read.Records))
	for i := range read.Records {
		records[read.Records[i].Key] = &read.Records[i]
	}
	boxes := make(map[[2]int]tables.Box, len(read.Cells))
	for _, c := range read.Cells {
		boxes[[2]int{c.Row, c.Col}] = c.Box
	}
	for _, c := range truth.Cells {
		if c.Key == "" {
			continue
		}
		rec, ok := records[c.Key]
		if !ok {
			s.Missing++
			if !read.Review {
				s.SilentMissing++
			}
			continue
		}
		v := Value{
			File: p.File, Page: p.Page, Key: c.Key, Printed: c.Text, Read: rec.Raw,
			Confidence: rec.Confidence, Review: rec.Review,
			Right: normal(rec.Raw) == normal(c.Text), Box: boxes[rec.Cell],
		}
		r.Values = append(r.Values, v)
		s.count(&v)
	}
}

func (s *Set) count(v *Value) {
	s.Bins.count(v.Confidence, v.Right)
	if v.Review {
		s.Review++
	}
	if v.Right {
		s.Right++
		return
	}
	s.Wrong++
	if v.Silent() {
		s.Silent++
	}
}

// All adds the sets up.
func (r *Result) All() *Counts {
	all := new(Counts)
	for _, s := range r.Sets {
		all.add(&s.Counts)
	}
	all.CalibrationError = all.Bins.calibrationError()
	return all
}

func abs(x float64) float64 {
	if x < 0 {
		return -x
	}
	return x
}
