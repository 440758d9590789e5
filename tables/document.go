// Package tables gives the cells of a grid their meaning: it names the form a
// table was printed on, turns its value cells into records, checks the sums
// the form prints, and says how sure it is of each.
//
// The types in this file are the extraction document (docs/output.md). They
// are plain values: what is in them is what the JSON says.
//
// It must not know pixels, nor how anything was read.
package tables

// Version is the version of the extraction document. It changes when a field
// is renamed or changes its meaning, not when one is added.
const Version = 1

// A Document is everything read from one page of one picture.
type Document struct {
	Version  int       `json:"version"`
	Source   Source    `json:"source"`
	Image    Image     `json:"image"`
	Tables   []Table   `json:"tables"`   // in reading order; empty, not null, where there is no table
	Warnings []Warning `json:"warnings"` // what a reader of the document should know about the picture
}

// Source says which bytes a document was made from.
type Source struct {
	Path      string `json:"path"`       // as the caller named it; "-" for standard input
	SHA256    string `json:"sha256"`     // of the whole file, in hexadecimal
	MediaType string `json:"media_type"` // by content, such as image/png
	Width     int    `json:"width"`      // pixels, as a viewer shows it (EXIF orientation applied)
	Height    int    `json:"height"`     // pixels, likewise
	Page      int    `json:"page"`       // from 1; above 1 only in a TIFF of several pages
}

// Image says what was done to straighten the picture before it was read.
type Image struct {
	Rotation int     `json:"rotation"` // degrees clockwise the picture was turned to stand upright: 0, 90, 180 or 270
	Skew     float64 `json:"skew"`     // degrees; positive where the printed rows fall to the right
	Dewarped bool    `json:"dewarped"` // whether perspective or curl was taken out
}

// A Warning is something about the whole picture that its reader should know.
type Warning struct {
	Code    string `json:"code"` // stable, such as low_resolution; listed in docs/output.md
	Message string `json:"message"`
	Box     *Box   `json:"bbox,omitempty"` // where, if it is about a part of the picture
	Args    Args   `json:"args,omitempty"` // what the message names
}

// A Point is a position in pixels of the source picture, marshalled as [x, y].
type Point [2]float64

// A Box is a rectangle in pixels of the source picture: x, y, width, height.
type Box [4]float64

// Overlaps tells whether two boxes share something.
func (b Box) Overlaps(o Box) bool {
	return b[0] < o[0]+o[2] && o[0] < b[0]+b[2] && b[1] < o[1]+o[3] && o[1] < b[1]+b[3]
}

// A Table is one printed table: a grid of cells that covers Rows × Cols
// positions without gap or overlap, and the records a known form makes of it.
type Table struct {
	Form           *string  `json:"form"`            // id of the form, null for a table that is no known form
	FormConfidence float64  `json:"form_confidence"` // probability that Form is right; 0 where Form is null
	Caption        string   `json:"caption,omitempty"`
	Continues      *Part    `json:"continues,omitempty"`    // the table before it that a page break cut it off from
	ContinuedBy    *Part    `json:"continued_by,omitempty"` // the rest of the table, likewise
	Quad           [4]Point `json:"quad"`                   // corners in the source: top left, top right, bottom right, bottom left
	Rows           int      `json:"rows"`
	Cols           int      `json:"cols"`
	HeaderRows     int      `json:"header_rows"`       // how many of the first rows are headings
	Confidence     float64  `json:"confidence"`        // probability that every value is right
	Review         bool     `json:"review"`            // whether a person should look at the table as a whole
	Reasons        []string `json:"reasons,omitempty"` // why, in English words
	Causes         []Cause  `json:"causes,omitempty"`  // the same as codes
	Cells          []Cell   `json:"cells"`             // in reading order
	Records        []Record `json:"records"`           // in the form's order; empty where Form is null
	Checks         []Check  `json:"checks"`            // the sums of the form that could be computed
}

// A Part is a table of another page or picture that is part of the same
// printed table.
type Part struct {
	Path  string `json:"path"`
	Page  int    `json:"page"`
	Table int    `json:"table"` // its place in the tables of that document, from 0
}

// The kinds of cell.
const (
	KindLabel = "label" // a heading or other printed part of the form
	KindValue = "value" // what the office filled in
)

// A Cell is one printed cell.
type Cell struct {
	Row          int           `json:"row"` // of its top left grid position, from 0
	Col          int           `json:"col"`
	RowSpan      int           `json:"rowspan"` // how many rows it covers, at least 1
	ColSpan      int           `json:"colspan"`
	Kind         string        `json:"kind"`              // KindLabel or KindValue
	Text         string        `json:"text"`              // as printed; lines are parted by a newline
	Confidence   float64       `json:"confidence"`        // probability that Text is exactly what is printed
	Review       bool          `json:"review"`            // whether a person should look
	Reasons      []string      `json:"reasons,omitempty"` // why a person should look, in English words
	Causes       []Cause       `json:"causes,omitempty"`  // the same as codes
	Box          Box           `json:"bbox"`
	Alternatives []Alternative `json:"alternatives,omitempty"`

	// Evidence is what the reading's own probability was weighed from; it is
	// for fitting those weights and no part of the document. Nil where nothing
	// was weighed. Weighed are all texts that were, as often as something new
	// was known.
	Evidence []float64 `json:"-"`
	Weighed  []Weighed `json:"-"`
}

// A Weighed text is one that a cell may hold, and what spoke for it.
type Weighed struct {
	Text     string // folded
	Evidence []float64
}

// An Alternative is another reading of a cell, with its probability, which is less than
// that of the cell's text.
type Alternative struct {
	Text       string  `json:"text"`
	Confidence float64 `json:"confidence"`
}

// A Record is one value of a form under the key the form gives it.
type Record struct {
	Key        string   `json:"key"`
	Labels     []string `json:"labels"`           // the printed labels that lead to the value, outermost first
	Raw        string   `json:"raw"`              // as printed, never as the sums say it should be
	Value      *float64 `json:"value"`            // the number in Raw, null for a blank, a dash or 无
	Unit       *string  `json:"unit"`             // the unit printed in the cell, or null
	Confidence float64  `json:"confidence"`       // probability that Raw is exactly what is printed
	Review     bool     `json:"review"`           // whether a person should look
	Reasons    []string `json:"reasons"`          // why, in English words; empty, not null, where Review is false
	Causes     []Cause  `json:"causes,omitempty"` // the same as codes
	Cell       [2]int   `json:"cell"`             // row and column of its cell

	// Evidence is what the reading's own probability was weighed from, in
	// the order of ocr.FeatureNames; it is for fitting those weights and no
	// part of the document. Nil where nothing was weighed.
	Evidence []float64 `json:"-"`
}

// A Check is one sum that the form says must hold, computed from what is
// printed. A check that fails is the report's mistake or a misreading; the
// records' confidence says which is likelier.
type Check struct {
	Rule     string   `json:"rule"`
	OK       bool     `json:"ok"`
	Expected float64  `json:"expected"` // what the parts add up to
	Actual   float64  `json:"actual"`   // what is printed as their total
	Keys     []string `json:"keys"`
	Reason   string   `json:"reason,omitempty"` // in English words, where the check fails
	Cause    *Cause   `json:"cause,omitempty"`  // the same as a code
}

// RecordAt is the record of a cell; nil where it has none.
func (t *Table) RecordAt(row, col int) *Record {
	for i := range t.Records {
		if t.Records[i].Cell == [2]int{row, col} {
			return &t.Records[i]
		}
	}
	return nil
}
