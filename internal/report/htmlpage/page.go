// Package htmlpage finds the pictures and tables of a web page and puts tables
// in the place of pictures; all other bytes of the page stay as they are. It
// knows HTML, and neither forms nor where a page came from.
package htmlpage

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/biaoge/biaoge/internal/report/charset"
	"github.com/biaoge/biaoge/internal/report/content"
)

// MaxBytes bounds a page, which may have its pictures in it. What is parsed of it
// takes some ten times as much memory.
const MaxBytes = 64_000_000

// Options say where a page comes from.
type Options struct {
	Charset string // as a header says; empty where none does
	XHTML   bool   // tags that end themselves do so, as in EPUB
	Finder  content.Finder
	ASCII   bool   // what is put in is ASCII
	Within  string // put before each place, for a page that is part of another

	frames []string // the pages that this one is a frame of, against cycles
}

// A Page is a web page.
type Page struct {
	text    *charset.Text
	content content.Content
	tags    []tag // of items, by their index
	full    bool  // there are more than are looked at
	o       Options
}

// A tag is where the source has what an item is of.
type tag struct {
	from, to int // in text.UTF8; equal where there is nothing to replace
	keep     string
}

// Parse reads a page.
func Parse(data []byte, o Options) (*Page, error) {
	if len(data) > MaxBytes {
		return nil, fmt.Errorf("%w: a page of %d MB, where %d are allowed; cut it into parts", content.ErrTooLarge, len(data)/1_000_000, MaxBytes/1_000_000)
	}
	p := &Page{text: charset.Decode(data, o.Charset), o: o}
	if o.ASCII {
		p.text.OnlyASCII()
	}
	p.content.MediaType, p.content.Charset = "text/html", p.text.Name
	if p.text.Guessed {
		p.content.Warn("charset", p.text.Name)
	}
	if err := p.read(); err != nil {
		return nil, err
	}
	return p, nil
}

// Content says what is on the page.
func (p *Page) Content() *content.Content { return &p.content }

// marked is an attribute that no page has, so that a node of the parsed page
// can be taken back to its tag: the parser keeps no places.
func marked(source string) string {
	for i := 0; ; i++ {
		name := "biaoge" + strconv.Itoa(i)
		if !strings.Contains(source, name) {
			return name
		}
	}
}

// A source is a page's tags, with numbers as the parsed page has them.
type source struct {
	mark string
	tags []span
	end  map[int]int // of a picture element, by its tag: behind its end tag
}

type span struct{ from, to int }

// mark numbers the tags of what may be replaced, and ends the tags that end
// themselves where the page is XHTML.
func (p *Page) mark() (*source, string) {
	s := &source{mark: marked(p.text.UTF8), end: make(map[int]int)}
	z := html.NewTokenizer(strings.NewReader(p.text.UTF8))
	var out strings.Builder
	out.Grow(len(p.text.UTF8) + len(p.text.UTF8)/8)
	at := 0
	var pictures []int
	for {
		kind := z.Next()
		raw := string(z.Raw())
		from := at
		at += len(raw)
		if kind == html.ErrorToken {
			out.WriteString(raw)
			return s, out.String()
		}
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken && kind != html.EndTagToken {
			out.WriteString(raw)
			continue
		}
		nameBytes, _ := z.TagName()
		name := string(nameBytes)
		if kind == html.EndTagToken {
			if name == "picture" && len(pictures) > 0 {
				s.end[pictures[len(pictures)-1]] = at
				pictures = pictures[:len(pictures)-1]
			}
			out.WriteString(raw)
			continue
		}
		closes := kind == html.SelfClosingTagToken && p.o.XHTML && !void[name]
		switch name {
		case "img", "picture", "image", "table":
			if name == "picture" {
				pictures = append(pictures, len(s.tags))
			}
			// Behind the name, whatever follows.
			head := raw[:1+len(name)]
			out.WriteString(head + " " + s.mark + "=\"" + strconv.Itoa(len(s.tags)) + "\"" + raw[len(head):])
			s.tags = append(s.tags, span{from, at})
		default:
			out.WriteString(raw)
		}
		if closes {
			z.NextIsNotRawText()
			out.WriteString("</" + name + ">")
		}
	}
}

// void are the elements that have no end tag in HTML.
var void = map[string]bool{"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "image": true, "input": true,
	"link": true, "meta": true, "param": true, "source": true, "track": true, "wbr": true}

func parse(text string) (root *html.Node, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%w: %v", content.ErrDamaged, v)
		}
	}()
	root, err = html.Parse(strings.NewReader(text))
	if err != nil {
		err = fmt.Errorf("%w: %s; save the page again, or set its tables apart", content.ErrDamaged, strings.TrimPrefix(err.Error(), "html: "))
	}
	return root, err
}

func (p *Page) read() error {
	s, text := p.mark()
	root, err := parse(text)
	if err != nil {
		return err
	}
	if base := find(root, atom.Base); base != nil && attr(base, "href") != "" {
		p.o.Finder.Rebase(attr(base, "href"))
	}
	if t := find(root, atom.Title); t != nil {
		p.content.Title = content.Clean(textOf(t))
	}
	w := &walk{page: p, source: s, ranks: make(map[*html.Node]rank)}
	w.node(root, false)
	w.flush(false)
	p.content.Lines = w.outline.Lines()
	return nil
}

// A walk goes over the parsed page in reading order.
type walk struct {
	page    *Page
	source  *source
	outline content.Outline
	line    strings.Builder
	ranks   map[*html.Node]rank
}

// flush ends a line of text.
func (w *walk) flush(heading bool) {
	w.outline.Line(w.line.String(), heading)
	w.line.Reset()
}

// node walks; quiet is within a table of data, where nothing is a heading.
func (w *walk) node(n *html.Node, quiet bool) {
	switch n.Type {
	case html.TextNode:
		if !quiet {
			w.line.WriteString(n.Data)
		}
		return
	case html.ElementNode:
		if hidden(n) {
			return
		}
	case html.DocumentNode:
	default:
		return
	}
	heading := isHeading(n)
	breaks := blocks[n.DataAtom]
	if breaks {
		w.flush(false)
	}
	switch n.DataAtom {
	case atom.Img, atom.Image:
		w.picture(n)
	case atom.Frame, atom.Iframe:
		w.frame(n)
		return
	case atom.Table:
		quiet = w.table(n) || quiet
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c, quiet)
	}
	if breaks {
		w.flush(heading)
	}
	if n.DataAtom == atom.Table {
		w.outline.Past()
	}
}

func isHeading(n *html.Node) bool {
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

// at is the CSS path of an element in the page as a browser parses it.
func (w *walk) at(n *html.Node) string {
	var parts []string
	for ; n != nil && n.Type == html.ElementNode && n.DataAtom != atom.Html; n = n.Parent {
		part := n.Data
		if of := w.among(n); of.all > 1 {
			part += fmt.Sprintf(":nth-of-type(%d)", of.before+1)
		}
		parts = append(parts, part)
	}
	for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
		parts[i], parts[j] = parts[j], parts[i]
	}
	return w.page.o.Within + strings.Join(parts, " > ")
}

// A rank is how many elements of its name an element's parent has, and how many
// of them come before it.
type rank struct{ before, all int }

// among ranks an element among its kind, and all its parent's children at once:
// a page may have very many side by side.
func (w *walk) among(n *html.Node) rank {
	if r, ok := w.ranks[n]; ok || n.Parent == nil {
		return r
	}
	count := make(map[string]int)
	for c := n.Parent.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			w.ranks[c] = rank{before: count[c.Data]}
			count[c.Data]++
		}
	}
	for c := n.Parent.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			w.ranks[c] = rank{w.ranks[c].before, count[c.Data]}
		}
	}
	return w.ranks[n]
}

// maxItems bounds the pictures and tables of a page.
const maxItems = 10_000

func (p *Page) add(item content.Item, t tag) {
	if p.full {
		return
	}
	if p.full = len(p.content.Items) == maxItems; p.full {
		p.content.Warn("items", maxItems)
		return
	}
	p.content.Items, p.tags = append(p.content.Items, item), append(p.tags, t)
}
