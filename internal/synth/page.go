package synth

import (
	"image"
	"math/rand/v2"
	"strings"

	"github.com/biaoge/biaoge/tables"
)

// page is a whole page of a report: prose, headings, one to three forms, and
// sometimes what else an office prints.
func (g *Generator) page(r *rand.Rand) *shot {
	way := r.IntN(10)
	var l *look
	if way < 5 {
		l = g.screenLook(r, one(r, 1.0, 1, 1.25, 1.5))
	} else {
		l = g.paperLook(r, scanned)
	}
	m := between(r, 20, 60)
	l.margin = [4]float64{m, m, m, m}
	l.withHeading = true
	l.body.leading = max(l.body.leading, between(r, 1.4, 2))
	s := g.report(r, l)
	switch {
	case way < 3:
		return s.save(r, 40, 70, 95)
	case way < 5:
		s.toLowres(r, l)
		return s.save(r, 10, 60, 90)
	case way < 9:
		s.toScan(r, l.paper, 60, 20)
	default:
		s.toPhoto(r)
	}
	return s.save(r, 10, 65, 92)
}

// report sets the annual report of an office, or some of it.
func (g *Generator) report(r *rand.Rand, l *look) *shot {
	a := newAuthor(r)
	l.evenColumns, l.padY = false, min(l.padY, 6)
	width := l.body.size * between(r, 46, 60)
	var blocks []block
	heading := func(text string) {
		blocks = append(blocks, &paragraph{text: text, style: &l.heading, above: between(r, 4, 12), below: between(r, 4, 10)})
	}
	prose := func(n int) {
		for range n {
			blocks = append(blocks, &paragraph{text: a.prose(1 + r.IntN(4)), style: &l.body, indent: true, below: between(r, 0, 6)})
		}
	}
	if chance(r, 60) {
		title := l.heading
		title.size *= 1.4
		if title.bitmap() {
			title.size = l.heading.size
		}
		blocks = append(blocks, &paragraph{text: a.title(), style: &title, align: alignMiddle, below: between(r, 8, 30)})
	}
	if chance(r, 70) {
		prose(1)
		heading(words().Sections[0])
		prose(1 + r.IntN(3))
	}
	for _, form := range g.reportForms(r) {
		t := formTable(r, form, l)
		heading(t.caption)
		if chance(r, 15) {
			prose(1)
		}
		tw := width
		if !strings.Contains(form.ID, "/requests") && chance(r, 30) {
			tw = width * between(r, 0.7, 1)
		}
		blocks = append(blocks, &tableBlock{table: t, width: tw}, space(between(r, 6, 24)))
	}
	if chance(r, 15) {
		blocks = append(blocks, &figure{w: width * 0.6, h: width * 0.3, align: alignMiddle, draw: func(c *canvas, at image.Rectangle) { barChart(r, c, &l.body, at) }}, space(12))
	}
	if chance(r, 60) {
		for _, h := range words().Sections[1:] {
			heading(h)
			prose(1 + r.IntN(2))
		}
	}
	if chance(r, 50) {
		end := a.place + a.office
		blocks = append(blocks, space(20),
			&paragraph{text: end + "　　", style: &l.body, align: alignEnd},
			&paragraph{text: a.date() + "　　　", style: &l.body, align: alignEnd})
		if chance(r, 40) {
			blocks = append(blocks, &figure{w: 130, h: 46, align: alignEnd, draw: func(c *canvas, at image.Rectangle) { signature(r, c, at) }})
		}
	}
	return g.compose(l, width, blocks...)
}

// reportForms are forms of one edition, in the order of a report.
func (g *Generator) reportForms(r *rand.Rand) []*tables.Form {
	edition := one(r, "2019", "2021")
	var of []*tables.Form
	for _, section := range []string{"/proactive@", "/requests@", "/appeals@"} {
		for _, f := range g.forms {
			if strings.Contains(f.ID, section) && (strings.HasSuffix(f.ID, edition) || section == "/appeals@") {
				of = append(of, f)
			}
		}
	}
	if len(of) == 0 {
		of = g.forms // forms of a user's own
	}
	switch n := len(of); {
	case n > 1 && chance(r, 25):
		return of[n-1-r.IntN(n-1):]
	case n > 1 && chance(r, 25):
		return of[:1+r.IntN(n-1)]
	}
	return of
}
