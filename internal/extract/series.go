package extract

import (
	"context"
	"fmt"

	"github.com/biaoge/biaoge/internal/picture"
	"github.com/biaoge/biaoge/internal/reading"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/tables"
)

// A series reads pages that follow one another. The last table of a page may
// go on on the next one, so a page waits for the next to be looked at; where a
// form is cut, its pages wait for its end, since its sums are those of all
// parts.
type series struct {
	e      *Engine
	reader *ocr.Reader

	held   []*draft      // the page looked at last, and those before it that its first form began on
	stack  *tables.Stack // of the table that goes on to the page looked at last; nil if none does
	broken bool          // a page could not be finished, and with it those that wait for it
}

// A draft is a page on its way to a document: its tables are found, read by the
// line reader and named, and later read by Tesseract as well.
type draft struct {
	*view
	doc    *tables.Document
	to     *[]*tables.Document // where the document goes
	sheets []*tables.Sheet     // the tables once all readers have read them

	continues, continuedBy *tables.Part // which the first table and the last one do
	again                  int          // how many rows of the first table print its headings once more

	doubtFirst, doubtLast *tables.Cause // why a person should look at the first table and the last one
}

// pages reads the pages of a picture, so many at most.
func (s *series) pages(ctx context.Context, in Input, most int, to *[]*tables.Document) error {
	file, err := decode(in, s.e.o)
	if err != nil {
		return err
	}
	if s.reader == nil {
		if s.reader, err = s.e.take(ctx); err != nil {
			return err
		}
		s.reader.Prepare() // beside decoding and layout
	}
	for n := 1; n <= min(file.Pages, most); n++ {
		page, err := file.Page(n)
		if err != nil {
			if file.Pages > 1 {
				err = fmt.Errorf("page %d of %d: %w", n, file.Pages, err)
			}
			return err
		}
		source := tables.Source{Path: in.Path, SHA256: file.SHA256, MediaType: file.MediaType, Width: page.Width, Height: page.Height, Page: n}
		if err := s.add(ctx, page, newDocument(source, file.Animated), to); err != nil {
			return err
		}
	}
	return nil
}

// newDocument is that of a page of which nothing is read yet.
func newDocument(source tables.Source, animated bool) *tables.Document {
	doc := &tables.Document{Version: tables.Version, Tables: []tables.Table{}, Warnings: []tables.Warning{}, Source: source}
	if animated {
		doc.Warnings = append(doc.Warnings, tables.Warn("animated"))
	}
	return doc
}

// add reads a page, and finishes those before it that wait for nothing more.
func (s *series) add(ctx context.Context, pic *picture.Page, doc *tables.Document, to *[]*tables.Document) (err error) {
	defer caught(&err)
	v, seals, err := s.e.look(ctx, s.reader, pic)
	if err != nil {
		return err
	}
	doc.Image = tables.Image{Rotation: v.page.Turn, Skew: v.page.Skew, Dewarped: v.page.Dewarped}
	doc.Warnings = append(doc.Warnings, warnings(v, seals)...)
	return s.follow(ctx, &draft{view: v, doc: doc, to: to})
}

// follow finishes the pages that wait for no more than the next one, which it
// takes over: it is held, or closed if something fails, since then nothing is
// known of it.
func (s *series) follow(ctx context.Context, next *draft) error {
	done := false
	defer func() {
		if !done {
			next.close()
		}
	}()
	var join *tables.Stack
	if len(s.held) > 0 {
		var err error
		if join, err = s.join(ctx, s.last(), next); err != nil {
			return err
		}
		if err = s.finish(ctx, join); err != nil {
			return err
		}
	}
	s.held, s.stack, done = append(s.held, next), join, true
	return nil
}

// end finishes the pages that are left.
func (s *series) end(ctx context.Context) (err error) {
	defer caught(&err)
	if len(s.held) == 0 || s.broken {
		return nil
	}
	return s.finish(ctx, nil)
}

// close frees the pages that an error has left, and the reader.
func (s *series) close() {
	for _, p := range s.held {
		p.close()
	}
	if s.reader != nil {
		s.e.readers <- s.reader
	}
}

func (s *series) last() *draft { return s.held[len(s.held)-1] }

// join tells whether the last table of a page goes on as the first of the next,
// and returns the stack of its parts if so. Paragraphs between them speak
// against it, and for a table that is no known form a heading of its own.
func (s *series) join(ctx context.Context, prev, next *draft) (*tables.Stack, error) {
	n := len(prev.tables) - 1
	if n < 0 || len(next.tables) == 0 {
		return nil, nil
	}
	tail, head := prev.tables[n], next.tables[0]
	if tail.Unread() || head.Unread() {
		return nil, nil
	}
	stack := s.stack // of a table that may run through the page
	if stack == nil || n > 0 {
		stack = tables.Alone(tail.Sheet(), prev.matches[n])
	}
	text := prev.below > 1 || next.above > 1
	before := stack.Match
	stack = stack.Continue(head.Sheet(), next.matches[0], text, s.e.forms)
	if stack == nil {
		doubtParts(prev, next, before, next.matches[0])
		return nil, nil
	}
	if stack.Match == nil {
		if own, err := s.ownHeading(ctx, tail, head); own || err != nil {
			return nil, err
		}
	}
	parts := stack.Parts()
	prev.matches[n], next.matches[0] = stack.Part(parts-2), stack.Part(parts-1)
	next.again = stack.Again(parts - 1)
	prev.continuedBy, next.continues = next.part(0), prev.part(n)
	prev.doubtLast, next.doubtFirst = stack.Doubt, stack.Doubt
	prev.goesOn(n, "goes_on", next.doc)
	next.goesOn(0, "rest_of", prev.doc)
	return stack, nil
}

// doubtParts flags what may be part of a form that is cut, and could not be
// joined to it; before and after are what the tables that meet match.
func doubtParts(prev, next *draft, before, after *tables.Match) {
	switch {
	case before != nil && after == nil && before.LacksEnd():
		why := tables.Because("rest_unmatched")
		next.doubtFirst = &why
	case before == nil && after != nil && after.LacksBeginning():
		why := tables.Because("beginning_unmatched")
		prev.doubtLast = &why
	}
}

// ownHeading tells whether a table has a heading above it that is neither that
// of the table before it nor says that it goes on.
func (s *series) ownHeading(ctx context.Context, before, t *reading.Table) (bool, error) {
	heading, err := t.Caption(ctx, nil)
	if err != nil || !tables.OwnHeading("", heading) {
		return false, err
	}
	first, err := before.Caption(ctx, nil)
	return tables.OwnHeading(first, heading), err
}

// finish reads the rest of the page looked at last, now that it is known what
// its tables are and whether the last of them goes on, and passes on the
// documents that wait for nothing more.
func (s *series) finish(ctx context.Context, join *tables.Stack) error {
	page := s.last()
	s.broken = true // until it has gone well
	if err := s.e.tell(ctx, page); err != nil {
		return err
	}
	formGoesOn := join != nil && join.Match != nil
	if formGoesOn {
		join.Reread(join.Parts()-2, page.sheets[len(page.sheets)-1])
	}
	wait := 0 // so many of the pages
	if formGoesOn {
		wait = 1
		if s.stack != nil && len(page.tables) == 1 {
			wait = len(s.held) // the form began before the page and ends after it
		}
	}
	if s.stack != nil && s.stack.Match != nil && wait < 2 {
		s.settle(page)
	}
	for range len(s.held) - wait {
		p := s.held[0]
		s.held = s.held[1:]
		if err := s.deliver(p); err != nil {
			return err
		}
	}
	s.broken = false
	return nil
}

// deliver passes on the document of a page that is done.
func (s *series) deliver(p *draft) error {
	defer p.close()
	if n := len(p.doc.Tables) - 1; n >= 0 {
		first := &p.doc.Tables[0]
		if first.Continues = p.continues; p.continues != nil && first.Form == nil {
			first.HeaderRows = p.again
		}
		p.doc.Tables[n].ContinuedBy = p.continuedBy
		if p.doubtFirst != nil {
			first.Doubt(*p.doubtFirst)
		}
		if p.doubtLast != nil {
			p.doc.Tables[n].Doubt(*p.doubtLast)
		}
	}
	if p.insisted {
		for i := range p.doc.Tables {
			p.doc.Tables[i].Doubt(tables.Because("only_labels"))
		}
	}
	if dir := s.e.o.DebugDir; dir != "" {
		if err := drawDebug(dir, p); err != nil {
			return err
		}
	}
	*p.to = append(*p.to, p.doc)
	return nil
}

// settle builds the tables of a form that ends on a page.
func (s *series) settle(page *draft) {
	n := s.stack.Parts() - 1
	s.stack.Reread(n, page.sheets[0])
	built := s.stack.Build(s.e.o.ReviewBelow)
	page.doc.Tables[0] = built[n]
	for i, p := range s.held[:n] {
		p.doc.Tables[len(p.doc.Tables)-1] = built[i]
	}
}

// part names a table of the page.
func (p *draft) part(table int) *tables.Part {
	return &tables.Part{Path: p.doc.Source.Path, Page: p.doc.Source.Page, Table: table}
}

// goesOn warns that a table of the page was joined with one of another.
func (p *draft) goesOn(table int, how string, other *tables.Document) {
	where := tables.Because(how+"_page", other.Source.Page)
	if other.Source.Path != p.doc.Source.Path {
		where = tables.Because(how+"_picture", other.Source.Path, other.Source.Page)
	}
	p.doc.Warnings = append(p.doc.Warnings, tables.Warn("continues", table+1, where))
}
