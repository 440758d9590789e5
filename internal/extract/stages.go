package extract

import (
	"context"
	"fmt"
	"image"

	"github.com/biaoge/biaoge/internal/picture"
	"github.com/biaoge/biaoge/internal/reading"
	"github.com/biaoge/biaoge/layout"
	"github.com/biaoge/biaoge/layout/seal"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/tables"
)

// The stages of the pipeline, in order. Each makes something of what the one
// before it made, and changes nothing of that. Pages of a series go through the
// first five before it is known what they are parts of, and then through the
// last two.

// decode reads a file: *picture.File, whose pages are decoded one by one.
func decode(in Input, o Options) (*picture.File, error) {
	return picture.Read(in.Reader, picture.Limits{Pixels: o.MaxPixels})
}

// unseal takes red seals off a picture: grey pixels, and where the seals lay.
func unseal(pic *picture.Page) (*image.Gray, []seal.Seal) {
	if !pic.Coloured {
		return pic.Gray, nil
	}
	return seal.Without(pic.Gray, pic.BGR())
}

// straighten straightens a picture that is first turned by so many degrees, and
// finds the tables on it: a *layout.Page with its grids.
func straighten(ctx context.Context, gray *image.Gray, turn int) (*layout.Page, error) {
	return layout.Analyze(ctx, gray, turn)
}

// cellsWithin refuses a page whose tables have more cells than there may be.
func cellsWithin(page *layout.Page, most int) error {
	cells := 0
	for i := range page.Grids {
		cells += len(page.Grids[i].Cells)
	}
	if most > 0 && cells > most {
		return fmt.Errorf("%w: its tables have %d cells and %d are allowed; cut it into parts", picture.ErrTooLarge, cells, most)
	}
	return nil
}

// readCells has the line reader read the tables of a page.
func readCells(ctx context.Context, page *layout.Page, tools reading.Tools) ([]*reading.Table, error) {
	var read []*reading.Table
	room := reading.Plenty
	for i := range page.Grids {
		t := reading.New(page, &page.Grids[i], tools)
		if err := t.Read(ctx, room); err != nil {
			return nil, err
		}
		room -= t.Spent()
		read = append(read, t)
	}
	return read, nil
}

// nameForms tells for each table which form it is; nil if it is none.
func nameForms(read []*reading.Table, forms []*tables.Form) []*tables.Match {
	var matches []*tables.Match
	for _, t := range read {
		matches = append(matches, tables.MatchForm(t.Sheet(), forms))
	}
	return matches
}

// readAgain has Tesseract read what needs another reader, and doubts what speaks
// against the readings: a sheet for each table.
func readAgain(ctx context.Context, v *view) ([]*tables.Sheet, error) {
	var sheets []*tables.Sheet
	for i, t := range v.tables {
		m := v.matches[i]
		if err := t.ReadAgain(ctx, m, v.insisted); err != nil {
			return nil, err
		}
		sheet := t.Sheet()
		var err error
		if sheet.Caption, err = t.Caption(ctx, m); err != nil {
			return nil, err
		}
		sheets = append(sheets, sheet)
	}
	return sheets, nil
}

// checkSums makes tables of the sheets: records, sums, and what is doubted for
// them. A form that goes on on another page is left to be built with its other
// parts.
func checkSums(sheets []*tables.Sheet, matches []*tables.Match, reviewBelow float64) []tables.Table {
	built := make([]tables.Table, len(sheets))
	for i, sheet := range sheets {
		if m := matches[i]; m == nil || m.Whole() {
			built[i] = tables.Build(sheet, m, reviewBelow)
		}
	}
	return built
}

// A look is a picture that is being looked at.
type look struct {
	gray  *image.Gray // without seals
	tools reading.Tools
	forms []*tables.Form
	most  int // cells that its tables may have; 0 for any number
}

// look is the first half of the pipeline for a page: what it shows, the right
// way up, and where seals lay over it.
func (e *Engine) look(ctx context.Context, reader *ocr.Reader, pic *picture.Page) (*view, []seal.Seal, error) {
	gray, seals := unseal(pic)
	l := &look{gray, reading.Tools{Reader: reader, Seals: seals, ReviewBelow: e.o.ReviewBelow}, e.forms, e.o.MaxCells}
	v, err := l.view(ctx, 0)
	if err != nil {
		return nil, nil, err
	}
	done := false
	defer func() {
		if !done {
			v.close()
		}
	}()
	if len(v.tables) > 0 && !v.known() && v.sense() < plain {
		if v, err = l.upend(ctx, v); err != nil {
			return nil, nil, err
		}
	}
	if len(v.tables) == 0 && v.page.Sideways {
		if v, err = l.stand(ctx, v); err != nil {
			return nil, nil, err
		}
	}
	v, done = v.withoutChance(e.forms), true
	return v, seals, nil
}

// tell is the second half, for the tables as they are known by then.
func (e *Engine) tell(ctx context.Context, p *draft) (err error) {
	if p.sheets, err = readAgain(ctx, p.view); err != nil {
		return err
	}
	p.doc.Tables = checkSums(p.sheets, p.matches, e.o.ReviewBelow)
	for i, t := range p.tables {
		if p.matches[i] == nil {
			doubtUnknown(&p.doc.Tables[i], t, p.view, p.sheets[i], e.forms)
		}
	}
	return nil
}
