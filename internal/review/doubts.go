package review

import (
	"slices"
	"strings"

	"github.com/biaoge/biaoge/tables"
)

// A spot is where on a picture a target is.
type spot struct {
	page, table int // from 1; table 0 for one that was not found
	row, col    int // -1 for a whole table
	box         tables.Box
}

// A doubt is a question before it is stored.
type doubt struct {
	kind, mode, why string
	form, key       string
	reading         string
	confidence      float64
	reasons         []string
	causes          []tables.Cause // the same as codes
	rank, draw      float64
	spots           []spot
}

// The order of questions within a picture: values before labels, first what
// would mend a sum that fails, and within each what is least sure.
const (
	rankMends = iota
	rankValue
	rankLabel
	rankTable
	rankConflict
	rankLacks
)

// doubts makes questions of a picture's documents: of everything that is
// flagged, and of so large a share of the values that are not.
func doubts(sha256 string, docs []*tables.Document, audit float64) (all []doubt) {
	for _, d := range docs {
		n := max(1, d.Source.Page)
		for i := range d.Tables {
			all = append(all, tableDoubts(sha256, &d.Tables[i], n, i+1, audit)...)
		}
		for _, w := range d.Warnings {
			if w.Code == "missed_form" {
				all = append(all, missing(n, w, d))
			}
		}
	}
	return all
}

// missing asks for a table that was not found on a page.
func missing(page int, why tables.Warning, d *tables.Document) doubt {
	return doubt{kind: KindTable, mode: ModeTable, reasons: []string{why.Message}, causes: []tables.Cause{why.Cause()}, rank: rankTable,
		spots: []spot{{page, 0, -1, -1, tables.Box{0, 0, float64(d.Source.Width), float64(d.Source.Height)}}}}
}

// A tableDoubter makes the questions of one table.
type tableDoubter struct {
	table        *tables.Table
	form         string
	sha256       string // of the picture
	page, number int
	audit        float64 // the share of values to ask for that are not flagged

	records map[[2]int]*tables.Record // by their cells
	failing map[string]bool           // keys that stand in a sum that fails
	groups  map[string]int            // where in all a doubt is that others may join
	all     []doubt
}

func tableDoubts(sha256 string, t *tables.Table, page, number int, audit float64) []doubt {
	d := &tableDoubter{table: t, sha256: sha256, page: page, number: number, audit: audit,
		records: make(map[[2]int]*tables.Record, len(t.Records)), failing: make(map[string]bool), groups: make(map[string]int)}
	if t.Form != nil {
		d.form = *t.Form
	}
	for i := range t.Records {
		d.records[t.Records[i].Cell] = &t.Records[i]
	}
	for _, c := range t.Checks {
		for _, k := range c.Keys {
			d.failing[k] = d.failing[k] || !c.OK
		}
	}
	for i := range t.Cells {
		if q, asks := d.doubt(&t.Cells[i]); asks {
			d.add(q)
		}
	}
	if t.Review {
		d.all = append(d.all, doubt{kind: KindTable, mode: ModeTable, form: d.form, confidence: t.Confidence, reasons: t.Reasons, causes: t.Causes,
			rank: rankTable, spots: []spot{{page, number, -1, -1, quadBox(t)}}})
	}
	return d.all
}

// doubt is the question that a cell asks, if it asks any: what is flagged does,
// and values that are drawn.
func (d *tableDoubter) doubt(c *tables.Cell) (q doubt, asks bool) {
	r := d.records[[2]int{c.Row, c.Col}]
	q = doubt{kind: KindLabel, mode: ModeConfirm, form: d.form, reading: c.Text, confidence: c.Confidence, reasons: c.Reasons, causes: c.Causes,
		spots: []spot{{d.page, d.number, c.Row, c.Col, c.Box}}}
	flagged := c.Review
	if c.Kind == tables.KindValue || r != nil {
		q.kind = KindValue
	}
	if r != nil {
		q.key, q.reading, q.confidence, q.reasons, q.causes, flagged = r.Key, r.Raw, r.Confidence, r.Reasons, r.Causes, r.Review
	}
	if !flagged {
		if q.kind != KindValue {
			return q, false
		}
		if q.draw = chance(d.sha256, d.page, d.number, c.Row, c.Col); q.draw >= d.audit {
			return q, false
		}
		q.why, q.reasons, q.causes = whyAudit, nil, nil
	}
	fails := d.fails(&q)
	q.rank = rankOf(&q, fails && mends(d.table, r, c))
	if q.why == whyAudit || fails || q.confidence < blindBelow || strings.Contains(q.reading, unreadable) {
		q.mode = ModeKey
	}
	return q, true
}

// fails tells whether a value stands in a sum that fails.
func (d *tableDoubter) fails(q *doubt) bool { return q.key != "" && d.failing[q.key] }

// add asks a question, once for all cells that raise the same doubt of the same
// reading.
func (d *tableDoubter) add(q doubt) {
	if q.why == "" && !d.fails(&q) && !strings.Contains(q.reading, unreadable) {
		name := q.kind + "\x00" + q.reading + "\x00" + strings.Join(q.reasons, "\x00")
		if g, ok := d.groups[name]; ok && len(d.all[g].spots) < carpetAtMost {
			d.all[g].join(&q)
			return
		}
		d.groups[name] = len(d.all)
	}
	d.all = append(d.all, q)
}

// join adds a doubt to one that is the same.
func (q *doubt) join(other *doubt) {
	q.mode, q.key = ModeCarpet, ""
	q.spots = append(q.spots, other.spots...)
	q.confidence, q.rank = min(q.confidence, other.confidence), min(q.rank, other.rank)
}

func rankOf(q *doubt, mends bool) float64 {
	switch {
	case mends:
		return rankMends + 0.9*q.confidence
	case q.kind == KindLabel:
		return rankLabel + 0.9*q.confidence
	}
	return rankValue + 0.9*q.confidence
}

// mends reports whether a sum that fails would hold with another reading of
// the cell.
func mends(t *tables.Table, r *tables.Record, c *tables.Cell) bool {
	if r == nil {
		return false
	}
	number := func(v *float64) float64 {
		if v == nil {
			return 0
		}
		return *v
	}
	for _, alt := range c.Alternatives {
		v, _, ok := tables.ParseValue(alt.Text)
		if !ok {
			continue
		}
		change := number(v) - number(r.Value)
		for _, k := range t.Checks {
			off := k.Actual - k.Expected
			if !k.OK && slices.Contains(k.Keys, r.Key) && change != 0 && (tables.SameAmount(off, change) || tables.SameAmount(off, -change)) {
				return true
			}
		}
	}
	return false
}

// quadBox is the upright box around a table.
func quadBox(t *tables.Table) tables.Box {
	lo, hi := t.Quad[0], t.Quad[0]
	for _, p := range t.Quad {
		lo = tables.Point{min(lo[0], p[0]), min(lo[1], p[1])}
		hi = tables.Point{max(hi[0], p[0]), max(hi[1], p[1])}
	}
	return tables.Box{lo[0], lo[1], hi[0] - lo[0], hi[1] - lo[1]}
}
