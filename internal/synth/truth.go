package synth

import (
	"image"
	"math"
	"strings"
)

// A Truth is what is printed in a picture, or on a page of one: a line of
// truth.jsonl. Positions are in pixels of the picture.
type Truth struct {
	ID     string       `json:"id"`
	Set    Kind         `json:"set"`
	Turn   int          `json:"turn"` // degrees clockwise that the picture was turned
	Scale  float64      `json:"dsf"`  // device pixels per CSS pixel it was set at
	Tables []TruthTable `json:"tables"`
	File   string       `json:"file"`
	Page   int          `json:"page,omitempty"` // above 1 only in a TIFF of several pages
	Size   [2]int       `json:"size"`           // width, height
	Fonts  []string     `json:"fonts,omitempty"`
	Notes  []string     `json:"notes,omitempty"` // what was done to it, in order
}

// A TruthTable is a printed table.
type TruthTable struct {
	Kind    string        `json:"kind"`    // the form, or generic
	Edition *string       `json:"edition"` // null where the form has but one, or is none
	Wrong   []string      `json:"wrong"`   // keys whose printed value breaks a sum
	Rows    int           `json:"rows"`
	Cols    int           `json:"cols"`
	Header  int           `json:"header_rows"`
	Caption string        `json:"caption,omitempty"`
	Quad    [4][2]float64 `json:"quad"` // top left, top right, bottom right, bottom left as the table is read
	Cells   []TruthCell   `json:"cells"`
	Lines   TruthLines    `json:"lines"`
}

// TruthLines say where the lines of a table cross, and which of their pieces are
// printed.
type TruthLines struct {
	Crossings [][][2]float64 `json:"crossings"` // of each line above a row, and of that below the last, with those beside the columns
	Level     string         `json:"level"`     // for each of these lines, a character for each column: see pieces
	Plumb     string         `json:"plumb"`     // for each line beside a column, one for each row
}

// pieces is what the truth file says of pieces of lines: - where nothing is printed,
// | for a rule, = for a double one, w for a white one.
func pieces(rules []rule) string {
	var out strings.Builder
	for _, r := range rules {
		switch {
		case r.width == 0:
			out.WriteByte('-')
		case r.ink == grey(math.MaxUint8):
			out.WriteByte('w')
		case r.dash == double:
			out.WriteByte('=')
		default:
			out.WriteByte('|')
		}
	}
	return out.String()
}

// A TruthCell is a printed cell: a value where it has a key, else a label.
type TruthCell struct {
	Row     int        `json:"row"`
	Col     int        `json:"col"`
	RowSpan int        `json:"rowspan"`
	ColSpan int        `json:"colspan"`
	Text    string     `json:"text"`
	Key     string     `json:"key,omitempty"`
	Box     [4]float64 `json:"bbox"`              // x, y, width, height, to the middle of its rules
	Ink     [4]float64 `json:"ink"`               // of its text; all 0 where it has none
	Lines   []string   `json:"lines,omitempty"`   // of a text that is wrapped
	Covered bool       `json:"covered,omitempty"` // by a stamp or the like
}

// truth is what the truth file says of a table, whose pixels of the page are
// where to says in the picture.
func (t *table) truth(to mapping, covers []func(image.Rectangle) bool) TruthTable {
	out := TruthTable{Kind: t.kind, Edition: t.edition, Wrong: t.wrong, Rows: t.rows, Cols: t.cols, Header: t.header, Caption: t.caption}
	if out.Wrong == nil {
		out.Wrong = []string{}
	}
	b := t.bounds()
	for i, p := range [4]image.Point{b.Min, {b.Max.X, b.Min.Y}, b.Max, {b.Min.X, b.Max.Y}} {
		x, y := to(float64(p.X), float64(p.Y))
		out.Quad[i] = [2]float64{tenth(x), tenth(y)}
	}
	out.Lines = TruthLines{Level: pieces(t.level), Plumb: pieces(t.plumb)}
	for _, y := range t.rowY {
		var line [][2]float64
		for _, x := range t.colX {
			px, py := to(float64(x), float64(y))
			line = append(line, [2]float64{tenth(px), tenth(py)})
		}
		out.Lines.Crossings = append(out.Lines.Crossings, line)
	}
	for _, c := range t.cells {
		tc := TruthCell{Row: c.row, Col: c.col, RowSpan: c.rowspan, ColSpan: c.colspan, Text: c.text, Key: c.key, Box: boxOf(c.box, to)}
		if !c.ink.Empty() {
			tc.Ink = boxOf(c.ink, to)
			for _, cover := range covers {
				tc.Covered = tc.Covered || cover(c.ink)
			}
		}
		if len(c.lines) > 1 {
			tc.Lines = c.lines
		}
		tc.Text = strings.ReplaceAll(tc.Text, "\n", "")
		out.Cells = append(out.Cells, tc)
	}
	return out
}

// boxOf is the box around a rectangle of the page in the picture.
func boxOf(r image.Rectangle, to mapping) [4]float64 {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for i := range 5 { // along its sides too, which may be curved
		for _, p := range [4][2]float64{
			{lerp(r.Min.X, r.Max.X, i), float64(r.Min.Y)}, {lerp(r.Min.X, r.Max.X, i), float64(r.Max.Y)},
			{float64(r.Min.X), lerp(r.Min.Y, r.Max.Y, i)}, {float64(r.Max.X), lerp(r.Min.Y, r.Max.Y, i)},
		} {
			x, y := to(p[0], p[1])
			x0, x1 = min(x0, x), max(x1, x)
			y0, y1 = min(y0, y), max(y1, y)
		}
	}
	return [4]float64{tenth(x0), tenth(y0), tenth(x1 - x0), tenth(y1 - y0)}
}

// lerp is i quarters of the way from a to b.
func lerp(a, b, i int) float64 { return float64(a) + float64((b-a)*i)/4 }

func tenth(v float64) float64 { return math.Round(v*10) / 10 }

// A mapping says where a point of the page is in the picture.
type mapping func(x, y float64) (float64, float64)

func (m mapping) then(next mapping) mapping {
	return func(x, y float64) (float64, float64) {
		x, y = m(x, y)
		return next(x, y)
	}
}

func unmoved(x, y float64) (float64, float64) { return x, y }
