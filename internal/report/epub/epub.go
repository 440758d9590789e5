// Package epub finds the pictures and tables of an EPUB, page by page in the
// order of its spine. It knows the archive; the pages are package htmlpage's.
//
// It must not know forms, nor how a page is built.
package epub

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"path"
	"strings"

	"github.com/biaoge/biaoge/internal/report/bundle"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/internal/report/htmlpage"
)

// maxPages bounds the pages of a book.
const maxPages = 2000

// A Book is an EPUB. It has no form of its own to be given back in.
type Book struct{ content content.Content }

// Content says what is in the book.
func (b *Book) Content() *content.Content { return &b.content }

// container and pack are what the two files of its index say.
type container struct {
	Roots []struct {
		Path string `xml:"full-path,attr"`
	} `xml:"rootfiles>rootfile"`
}

type pack struct {
	Title []string `xml:"metadata>title"`
	Items []struct {
		ID    string `xml:"id,attr"`
		Href  string `xml:"href,attr"`
		Media string `xml:"media-type,attr"`
	} `xml:"manifest>item"`
	Spine []struct {
		ID string `xml:"idref,attr"`
	} `xml:"spine>itemref"`
}

// Is reports whether an archive is an EPUB.
func Is(z *bundle.Zip) bool { return z.Has("META-INF/container.xml") }

// Parse reads a book.
func Parse(z *bundle.Zip, fetched content.Files) (*Book, error) {
	b := &Book{}
	b.content.MediaType = "application/epub+zip"
	var c container
	if err := index(z, "META-INF/container.xml", &c); err != nil {
		return nil, err
	}
	if len(c.Roots) == 0 {
		return nil, fmt.Errorf("%w: it does not say where its index is", content.ErrDamaged)
	}
	var p pack
	if err := index(z, c.Roots[0].Path, &p); err != nil {
		return nil, err
	}
	if len(p.Title) > 0 {
		b.content.Title = content.Clean(p.Title[0])
	}
	names := make(map[string]string)
	for _, i := range p.Items {
		if i.Media == "application/xhtml+xml" || i.Media == "text/html" {
			names[i.ID] = i.Href
		}
	}
	if len(p.Spine) > maxPages {
		return nil, fmt.Errorf("%w: it has %d pages, where %d are allowed", content.ErrTooLarge, len(p.Spine), maxPages)
	}
	dir := path.Dir(c.Roots[0].Path)
	for _, s := range p.Spine {
		if href, ok := names[s.ID]; ok {
			if un, err := url.PathUnescape(href); err == nil {
				href = un
			}
			b.page(z, path.Join(dir, href), fetched)
		}
	}
	return b, nil
}

// index reads a file of the index. No entities are known but those of XML, so
// that none can grow.
func index(z *bundle.Zip, name string, into any) error {
	data, err := z.Read(name)
	if err != nil {
		return fmt.Errorf("%w: its index: %w", content.ErrDamaged, err)
	}
	d := xml.NewDecoder(bytes.NewReader(data))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%w: its index %s: %w", content.ErrDamaged, name, err)
	}
	return nil
}

// page adds a page of the book.
func (b *Book) page(z *bundle.Zip, name string, fetched content.Files) {
	data, err := z.Read(name)
	if err == nil {
		var p *htmlpage.Page
		p, err = htmlpage.Parse(data, htmlpage.Options{XHTML: xhtml(data), Within: name + " | ", Finder: content.Finder{Beside: z.Read, Dir: path.Dir(name), Fetched: fetched}})
		if err == nil {
			c := p.Content()
			b.content.Items, b.content.Lines = append(b.content.Items, c.Items...), append(b.content.Lines, c.Lines...)
			return
		}
	}
	b.content.Warn("page_unread", name, err.Error())
}

// xhtml tells a page in which tags may end themselves.
func xhtml(data []byte) bool {
	head := strings.ToLower(string(data[:min(len(data), 1024)]))
	return strings.Contains(head, "<?xml") || strings.Contains(head, "http://www.w3.org/1999/xhtml")
}
