// Package docx finds the pictures and tables of a Word document (ECMA-376) and
// puts tables in the place of pictures; all parts of the file but the document
// itself, and all paragraphs that have no such picture, stay as they are. It
// knows WordprocessingML and nothing of forms.
package docx

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/biaoge/biaoge/internal/report/bundle"
	"github.com/biaoge/biaoge/internal/report/content"
)

// MediaType is that of the format.
const MediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

// What a document may hold.
const (
	maxItems   = 10_000
	maxNesting = 50 // tables and text boxes in one another
)

// A Document is a Word document.
type Document struct {
	content content.Content
	data    []byte // of the whole file
	part    string // the name of the document in it
	xml     []byte // of that part
	space   string // the namespace of its elements
	places  []place
	finder  content.Finder
	rels    map[string]relation
}

// A place is where a picture stands in the XML.
type place struct {
	paragraph int // where its paragraph begins
	from, to  int // the picture itself
}

// A relation is what a reference in the document stands for.
type relation struct {
	target   string
	external bool
}

// Is reports whether an archive is a Word document.
func Is(z *bundle.Zip) bool { return z.Has("[Content_Types].xml") && mainPart(z) != "" }

// mainPart is the name of the document in the file; empty where there is none.
func mainPart(z *bundle.Zip) string {
	for _, r := range relations(z, "_rels/.rels") {
		if name := strings.TrimPrefix(path.Clean("/"+r.target), "/"); strings.HasSuffix(r.kind, "/officeDocument") && z.Has(name) {
			types, err := z.Read("[Content_Types].xml")
			if err != nil || !bytes.Contains(types, []byte("wordprocessingml")) && !bytes.Contains(types, []byte("ms-word")) {
				return ""
			}
			return name
		}
	}
	if z.Has("word/document.xml") {
		return "word/document.xml"
	}
	return ""
}

type namedRelation struct {
	id, kind string
	relation
}

// relations reads a list of relations; an unreadable one is empty.
func relations(z *bundle.Zip, name string) (all []namedRelation) {
	data, err := z.Read(name)
	if err != nil {
		return nil
	}
	var list struct {
		All []struct {
			ID     string `xml:"Id,attr"`
			Type   string `xml:"Type,attr"`
			Target string `xml:"Target,attr"`
			Mode   string `xml:"TargetMode,attr"`
		} `xml:"Relationship"`
	}
	if xml.Unmarshal(data, &list) != nil {
		return nil
	}
	for _, r := range list.All {
		all = append(all, namedRelation{r.ID, r.Type, relation{r.Target, r.Mode == "External"}})
	}
	return all
}

// Parse reads a document.
func Parse(z *bundle.Zip, data []byte, fetched content.Files) (*Document, error) {
	d := &Document{data: data, part: mainPart(z), rels: make(map[string]relation)}
	d.content.MediaType = MediaType
	if d.part == "" {
		return nil, fmt.Errorf("%w: an archive without a Word document in it", content.ErrUnsupported)
	}
	var err error
	if d.xml, err = z.Read(d.part); err != nil {
		return nil, err
	}
	dir, file := path.Split(d.part)
	for _, r := range relations(z, dir+"_rels/"+file+".rels") {
		d.rels[r.id] = r.relation
	}
	d.finder = content.Finder{Beside: z.Read, Dir: path.Clean(dir), Fetched: fetched}
	w := &walk{d: d, decoder: xml.NewDecoder(bytes.NewReader(d.xml))}
	if err := w.all(); err != nil {
		var limit *tooMuch
		if errors.As(err, &limit) {
			return nil, fmt.Errorf("%w: %s", content.ErrTooLarge, limit.what)
		}
		return nil, fmt.Errorf("%w: %s: %w; open it in Word or WPS and save it again", content.ErrDamaged, d.part, err)
	}
	for _, l := range w.outline.Lines() {
		d.content.Title = l
		break
	}
	d.content.Lines = w.outline.Lines()
	return d, nil
}

// Content says what is in the document.
func (d *Document) Content() *content.Content { return &d.content }

type tooMuch struct{ what string }

func (t *tooMuch) Error() string { return t.what }

// find gets the picture of a reference.
func (d *Document) find(id string) content.Picture {
	r, ok := d.rels[id]
	switch {
	case !ok:
		return content.Picture{Name: id, Missing: "the document refers to a picture that is not in it"}
	case r.external:
		f := d.finder
		f.Beside = nil // what lies beside it in the file is none of a link's
		return f.Find(r.target)
	}
	f := d.finder
	if strings.HasPrefix(r.target, "/") {
		f.Dir = ""
		return f.Find(strings.TrimLeft(r.target, "/"))
	}
	return f.Find(r.target)
}
