package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/tables"
)

// nativeTables are the tables that stand in a report as such, by the item that
// they begin with.
func nativeTables(c *content.Content, o Options) map[int][]Table {
	found := make(map[int][]Table)
	var group []*native
	flush := func() {
		for _, n := range joinCut(group, o) {
			if t, ok := n.build(o); ok {
				found[n.item] = append(found[n.item], t)
			}
		}
		group = nil
	}
	for i, item := range c.Items {
		switch {
		case item.Table != nil:
			s := item.Table.Sheet()
			group = append(group, &native{item: i, at: item.At, heading: item.Heading, grid: item.Table, sheet: s, match: tables.MatchForm(s, o.Forms)})
		case item.Texts != nil:
			found[i] = append(found[i], flowing(item, o)...)
		default:
			flush()
		}
	}
	flush()
	return found
}

// A native table is one grid of a report, or several that an editor cut a form
// into.
type native struct {
	item    int
	at      string
	parts   []string
	heading string
	grid    *content.Grid // nil for one that was put together
	sheet   *tables.Sheet
	match   *tables.Match
	strange []string

	table *tables.Table // once it is built
}

// built is the table with its records.
func (n *native) built(o Options) *tables.Table {
	if n.table == nil {
		t := tables.Build(n.sheet, n.match, o.ReviewBelow)
		n.table = &t
	}
	return n.table
}

// build makes the table; ok is false for what only lays the page out.
func (n *native) build(o Options) (Table, bool) {
	if n.match == nil && !n.grid.IsTable() {
		return Table{}, false
	}
	t := Table{Origin: OriginNative, At: n.at, Parts: n.parts, Heading: n.heading, Table: *n.built(o)}
	if len(n.strange) > 0 {
		t.Doubt(strangeTexts(n.strange))
	}
	return t, true
}

// strangeTexts says which texts between the cells of a form are none of it.
func strangeTexts(texts []string) tables.Cause {
	shown := texts
	if len(shown) > 5 {
		shown = append(slices.Clone(shown[:5]), "…")
	}
	return tables.Because("strange_texts", len(texts), strings.Join(shown, ", "))
}

// values is how many values of its form a table has.
func (n *native) values() int {
	if n.match == nil {
		return 0
	}
	return (&tables.Flow{Match: n.match}).Values()
}

// doubts is how many values of a table would be flagged.
func (n *native) doubts(o Options) (count int) {
	for _, r := range n.built(o).Records {
		if r.Review {
			count++
		}
	}
	return count
}

// whole tells whether a table is all of a form, with every value in its place.
func (n *native) whole(o Options) bool {
	if n.match == nil {
		return false
	}
	want := 0
	for _, c := range n.match.Form.Cells {
		if c.Key != "" {
			want++
		}
	}
	return n.values() == want && n.doubts(o) == 0
}

// joinCut puts forms together that were cut into several tables, or whose spans
// are so wrong that the grid misleads: the texts of tables that follow one
// another are looked through for the form's own order.
func joinCut(group []*native, o Options) []*native {
	var out, open []*native
	flush := func() {
		out = append(out, joined(open, o)...)
		open = nil
	}
	for _, n := range group {
		if n.whole(o) {
			flush()
			out = append(out, n)
			continue
		}
		open = append(open, n)
	}
	flush()
	return out
}

func joined(open []*native, o Options) []*native {
	if len(open) == 0 {
		return nil
	}
	var texts []string
	var of []int
	for i, n := range open {
		for _, c := range n.sheet.Cells {
			if c.Reading.Text == "" && c.Reading.AtMost > 0 {
				continue // there is no such cell
			}
			texts, of = append(texts, c.Reading.Text), append(of, i)
		}
	}
	gone := make(map[int]*native)
	for _, f := range tables.MatchFlow(texts, o.Forms) {
		first, last := of[f.From], of[f.To-1]
		n := &native{item: open[first].item, at: open[first].at, heading: open[first].heading, sheet: f.Sheet, match: f.Match, strange: f.Strange}
		had, taken := 0, false
		for i := first; i <= last; i++ {
			had += open[i].values()
			taken = taken || gone[i] != nil
			if last > first {
				n.parts = append(n.parts, open[i].at)
			}
		}
		better := n.values() > had
		if n.values() == had {
			better = last > first || n.doubts(o) < open[first].doubts(o)
		}
		if taken || !better {
			continue
		}
		for i := first; i <= last; i++ {
			gone[i] = n
		}
	}
	var out []*native
	for i, n := range open {
		switch by := gone[i]; {
		case by == nil:
			out = append(out, n)
		case i == 0 || gone[i-1] != by:
			out = append(out, by)
		}
	}
	return out
}

// flowing are the tables of texts whose grid is lost.
func flowing(item content.Item, o Options) (found []Table) {
	texts := make([]string, len(item.Texts))
	for i, t := range item.Texts {
		texts[i] = t.Text
	}
	flows := tables.MatchFlow(texts, o.Forms)
	grids := item.Grids
	add := func(from, to int, n *native) {
		n.heading, n.at = headingAt(item, from), item.Texts[from].At
		if n.at == "" {
			n.at = fmt.Sprintf("lines %d-%d", item.Texts[from].Line, item.Texts[to-1].Line)
		}
		if t, ok := n.build(o); ok {
			found = append(found, t)
		}
	}
	for len(flows)+len(grids) > 0 {
		switch {
		case len(flows) == 0 || len(grids) > 0 && grids[0].To <= flows[0].From:
			g := grids[0]
			s := g.Grid.Sheet()
			add(g.From, g.To, &native{grid: g.Grid, sheet: s, match: tables.MatchForm(s, o.Forms)})
			grids = grids[1:]
		case len(grids) > 0 && grids[0].From < flows[0].To:
			grids = grids[1:] // part of the form
		default:
			f := flows[0]
			add(f.From, f.To, &native{sheet: f.Sheet, match: f.Match, strange: f.Strange})
			flows = flows[1:]
		}
	}
	return found
}

// headingAt is the heading that a text stands under, among texts.
func headingAt(item content.Item, at int) string {
	var o content.Outline
	for _, t := range item.Texts[:at] {
		o.Line(t.Text, false)
	}
	if h := o.Heading(); h != "" {
		return h
	}
	return item.Heading
}
