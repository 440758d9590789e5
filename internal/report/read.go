package report

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	_ "image/gif" // what tells the size of a picture
	_ "image/jpeg"
	_ "image/png"
	"path"
	"slices"
	"strings"

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"

	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/tables"
)

// A File is a picture and what its documents call it.
type File struct {
	Name string
	Data []byte
}

// A Reading is what one picture gave: a document for each of its pages.
type Reading struct {
	Docs []*tables.Document
	Err  error
}

// A Reader reads pictures that follow one another, so that a table may go on
// from one to the next. It gives a reading for each; its error ends the report.
type Reader func(ctx context.Context, pictures []File) ([]Reading, error)

// Options are what Read needs to know.
type Options struct {
	Forms       []*tables.Form
	ReviewBelow float64 // 0 for the default
}

// The smallest table that can be read: two rows and two columns of print nine
// pixels high, below which documents warn of a low resolution, with a pixel of
// rule and two of room around each.
const (
	leastWidth  = 48
	leastHeight = 28
)

// Read makes one record set of a report.
func Read(ctx context.Context, r *Report, reader Reader, o Options) (*Document, error) {
	if o.ReviewBelow == 0 {
		o.ReviewBelow = tables.DefaultReviewBelow
	}
	c := r.Source.Content()
	sum := sha256.Sum256(r.Data)
	d := &Document{Version: Version, Source: Source{Path: r.Name, SHA256: hex.EncodeToString(sum[:]), MediaType: c.MediaType, Title: c.Title},
		Pictures: []Picture{}, Tables: []Table{}, Records: []Record{}, Conflicts: []Conflict{}, Warnings: []tables.Warning{}, Missing: []string{}, items: make(map[int]int)}
	if c.Charset != "" {
		d.Source.Charset = &c.Charset
	}
	if c.Pages > 0 {
		d.Source.Pages = &c.Pages
	}
	d.Warnings = append(d.Warnings, c.Warnings...)
	if err := d.readPictures(ctx, r, reader); err != nil {
		return nil, err
	}
	native := nativeTables(c, o)
	pictureOf := make(map[int]int) // by item
	for k, i := range d.items {
		pictureOf[i] = k
	}
	for i, item := range c.Items {
		if k, ok := pictureOf[i]; ok {
			d.fromPicture(&d.Pictures[k], item.Heading)
		}
		d.Tables = append(d.Tables, native[i]...)
	}
	d.finish(c, o.Forms)
	return d, nil
}

// Pictures are those of a report that may hold a table: what its Reader is asked
// for.
func Pictures(r *Report) []File {
	var d Document
	d.items = make(map[int]int)
	files, _ := d.pictures(r)
	return files
}

// pictures lists the pictures of the report, and returns those that may hold a
// table, each with its place in that list.
func (d *Document) pictures(r *Report) (files []File, of []int) {
	names := make(map[string]int)
	for i, item := range r.Source.Content().Items {
		if item.Picture == nil {
			continue
		}
		p := Picture{Index: len(d.Pictures), Name: unique(names, item.Picture.Name), At: item.At}
		if item.Page > 0 {
			p.Page = &item.Page
		}
		switch pic := item.Picture; {
		case pic.Remote != "":
			p.Outcome, p.Detail = OutcomeRemote, pic.Remote
		case pic.Failed != "":
			p.Outcome, p.Detail = OutcomeFailed, pic.Failed
		case pic.Missing != "":
			p.Outcome, p.Detail = OutcomeMissing, pic.Missing
		default:
			if w, h, ok := size(pic.Data); ok && (w < leastWidth || h < leastHeight) {
				p.Outcome, p.Detail = OutcomeSmall, fmt.Sprintf("%d×%d pixels", w, h)
				break
			}
			files, of = append(files, File{path.Join(path.Base(r.Name), p.Name), pic.Data}), append(of, p.Index)
		}
		d.items[p.Index] = i
		d.Pictures = append(d.Pictures, p)
	}
	return files, of
}

// readPictures has all pictures of the report read that may hold a table.
func (d *Document) readPictures(ctx context.Context, r *Report, reader Reader) error {
	files, of := d.pictures(r)
	if len(files) == 0 {
		return nil
	}
	readings, err := reader(ctx, files)
	if err != nil {
		return err
	}
	for k, reading := range readings {
		p := &d.Pictures[of[k]]
		p.Outcome = OutcomeNone
		if len(reading.Docs) > 0 {
			p.Document, p.Further = reading.Docs[0], reading.Docs[1:]
		}
		if slices.ContainsFunc(reading.Docs, func(d *tables.Document) bool { return len(d.Tables) > 0 }) {
			p.Outcome = OutcomeTables
		}
		if reading.Err != nil {
			p.Outcome, p.Detail = OutcomeFailed, strings.TrimPrefix(reading.Err.Error(), files[k].Name+": ")
		}
	}
	return nil
}

// unique gives pictures that are called the same a number.
func unique(names map[string]int, name string) string {
	if name == "" {
		name = "picture"
	}
	names[name]++
	if n := names[name]; n > 1 {
		ext := path.Ext(name)
		return unique(names, fmt.Sprintf("%s (%d)%s", strings.TrimSuffix(name, ext), n, ext))
	}
	return name
}

// size tells how large a picture is by its header.
func size(data []byte) (w, h int, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false // its reader says what is wrong with it
		}
	}()
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	return c.Width, c.Height, err == nil
}

// fromPicture adds the tables of a picture.
func (d *Document) fromPicture(p *Picture, heading string) {
	for _, t := range p.tables() {
		d.Tables = append(d.Tables, Table{Origin: OriginPicture, Picture: &p.Index, At: p.At, Heading: heading, Table: *t})
	}
}

// tables are those of all pages of a picture.
func (p *Picture) tables() (all []*tables.Table) {
	if p.Document == nil {
		return nil
	}
	for _, doc := range append([]*tables.Document{p.Document}, p.Further...) {
		for i := range doc.Tables {
			all = append(all, &doc.Tables[i])
		}
	}
	return all
}

// Given says how a report is given back.
type Given struct {
	Drop     bool             // without the pictures that tables stand for
	Language message.Language // of what is said of the tables
}

// Same gives a report back in its own format, with tables in the place of the
// pictures they were read from.
func Same(r *Report, d *Document, g Given) ([]byte, error) {
	s, ok := r.Source.(content.Replacer)
	if !ok {
		return nil, fmt.Errorf("%w: a report in %s can't be given back in its own format", content.ErrUnsupported, d.Source.MediaType)
	}
	with := make(map[int]content.Replacement)
	for i := range d.Pictures {
		if ts := d.Pictures[i].tables(); len(ts) > 0 {
			with[d.items[i]] = content.Replacement{Name: d.Pictures[i].Name, Tables: ts, Drop: g.Drop, Language: g.Language}
		}
	}
	return s.Replace(with)
}
