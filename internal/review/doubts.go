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

func tableDoubts(sha256 string, t *tables.Table, page, number int, audit float64) (all []doubt) {
	form := ""
	if t.Form != nil {
		form = *t.Form
	}
	records := make(map[[2]int]*tables.Record, len(t.Records))
	for i := range t.Records {
		records[t.Records[i].Cell] = &t.Records[i]
	}
	failing := make(map[string]bool)
	for _, c := range t.Checks {
		for _, k := range c.Keys {
			failing[k] = failing[k] || !c.OK
		}
	}
	groups := make(map[string]int)
	for i := range t.Cells {
		c := &t.Cells[i]
		r := records[[2]int{c.Row, c.Col}]
		q := doubt{kind: KindLabel, mode: ModeConfirm, form: form, reading: c.Text, confidence: c.Confidence, reasons: c.Reasons, causes: c.Causes,
			spots: []spot{{page, number, c.Row, c.Col, c.Box}}}
		flagged := c.Review
		if c.Kind == tables.KindValue || r != nil {
			q.kind = KindValue
		}
		if r != nil {
			q.key, q.reading, q.confidence, q.reasons, q.causes, flagged = r.Key, r.Raw, r.Confidence, r.Reasons, r.Causes, r.Review
		}
		if !flagged {
			if q.kind != KindValue {
				continue
			}
			if q.draw = chance(sha256, page, number, c.Row, c.Col); q.draw >= audit {
				continue
			}
			q.why, q.reasons, q.causes = whyAudit, nil, nil
		}
		fails := q.key != "" && failing[q.key]
		q.rank = rankOf(&q, fails && mends(t, r, c))
		if q.why == whyAudit || fails || q.confidence < blindBelow || strings.Contains(q.reading, unreadable) {
			q.mode = ModeKey
		}
		if q.why == "" && !fails && !strings.Contains(q.reading, unreadable) {
			// The same doubt of the same reading is answered once.
			name := q.kind + "\x00" + q.reading + "\x00" + strings.Join(q.reasons, "\x00")
			if g, ok := groups[name]; ok && len(all[g].spots) < carpetAtMost {
				all[g].join(&q)
				continue
			}
			groups[name] = len(all)
		}
		all = append(all, q)
	}
	if t.Review {
		all = append(all, doubt{kind: KindTable, mode: ModeTable, form: form, confidence: t.Confidence, reasons: t.Reasons, causes: t.Causes,
			rank: rankTable, spots: []spot{{page, number, -1, -1, quadBox(t)}}})
	}
	return all
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
