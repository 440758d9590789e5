// Package pdf finds the pictures and tables on the pages of a PDF, going by the
// rules and characters that a renderer found there. It knows geometry, in
// points, and neither the file format nor forms. Package pdfium below it is
// the renderer, which runs in a process of its own.
package pdf

// A File is what a renderer found in a PDF.
type File struct {
	Title string
	Pages []Page
	Total int // pages that the file has; more than Pages where there are too many
}

// A Page is one page as it is shown: turned, and cut to its crop box. Places
// are in points from its top left corner.
type Page struct {
	Number        int // from 1
	Width, Height float64
	Chars         []Char // in the order of the file
	Rules         []Rule
	Pictures      []Picture
	Busy          bool   // it has more drawn on it than is looked at: its rules are not told
	Err           string // why it could not be read
}

// A Box is a rectangle: left, top, right, bottom.
type Box [4]float64

// Width and Height are the box's.
func (b Box) Width() float64  { return b[2] - b[0] }
func (b Box) Height() float64 { return b[3] - b[1] }

func (b Box) mid() (x, y float64) { return (b[0] + b[2]) / 2, (b[1] + b[3]) / 2 }

// Holds tells whether a point lies in the box.
func (b Box) Holds(x, y float64) bool { return x >= b[0] && x <= b[2] && y >= b[1] && y <= b[3] }

// A Char is a character as it is printed.
type Char struct {
	Text string
	Box  Box
}

// A Rule is a level or a plumb line.
type Rule struct{ Box Box }

// A Picture is a place where pictures are drawn, those that touch as one.
type Picture struct {
	Box  Box
	Data []byte // PNG, at the resolution of what is drawn
	Err  string // why it could not be rendered
}

// Limits bound what one PDF may cost.
type Limits struct {
	Pages  int // that are read; default 500
	Pixels int // of one picture; default 40,000,000
	All    int // of all pictures; default 2,000,000,000
}

// WithDefaults fills in what is not set.
func (l Limits) WithDefaults() Limits {
	if l.Pages <= 0 {
		l.Pages = 500
	}
	if l.Pixels <= 0 {
		l.Pixels = 40_000_000
	}
	if l.All <= 0 {
		l.All = 2_000_000_000
	}
	return l
}
