package htmlpage

import (
	"html"
	"slices"
	"strconv"
	"strings"

	nethtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/biaoge/biaoge/internal/report/content"
)

// lazy are the attributes in which scripts that load pictures late keep the
// address; src is then that of a placeholder.
var lazy = []string{"data-src", "data-original", "data-lazy-src", "data-lazyload", "data-lazy", "data-actualsrc", "data-echo", "data-url", "data-image", "_src", "original", "zoomfile"}

// picture adds a picture of the page.
func (w *walk) picture(n *nethtml.Node) {
	p := w.page
	refs := refsOf(n)
	if len(refs) == 0 {
		return
	}
	var pic content.Picture
	for i, ref := range refs {
		found := p.o.Finder.Find(ref)
		// Where none is at hand, the best of those that are linked is named.
		if found.Data != nil || i == 0 || pic.Remote == "" && found.Remote != "" {
			pic = found
		}
		if found.Data != nil {
			break
		}
	}
	item := content.Item{At: w.at(n), Heading: w.outline.Heading(), Picture: &pic}
	p.add(item, w.tag(n))
	w.outline.Past()
}

// number is that of a node's tag in the source; -1 for one that the parser made
// up.
func (w *walk) number(n *nethtml.Node) int {
	i, err := strconv.Atoi(attr(n, w.source.mark))
	if err != nil || i < 0 || i >= len(w.source.tags) {
		return -1
	}
	return i
}

// start is where the source has a node's tag, of which nothing is replaced.
func (w *walk) start(n *nethtml.Node) tag {
	i := w.number(n)
	if i < 0 {
		return tag{}
	}
	return tag{from: w.source.tags[i].from, to: w.source.tags[i].from}
}

// tag is where the source has a picture, with what to keep of it.
func (w *walk) tag(n *nethtml.Node) tag {
	i := w.number(n)
	if i < 0 {
		return tag{}
	}
	t := tag{w.source.tags[i].from, w.source.tags[i].to, harmless(n, w.source.mark)}
	if n.Parent != nil && n.Parent.DataAtom == atom.Picture {
		if k := w.number(n.Parent); k >= 0 {
			if end := w.source.end[k]; end >= t.to {
				t.from, t.to = w.source.tags[k].from, end
			}
		}
	}
	return t
}

// kept are the attributes of a picture that stays below its table: what shows
// it, and nothing that runs.
var kept = []string{"src", "srcset", "sizes", "alt", "title", "width", "height", "class", "id"}

// harmless is the picture's tag without what could run or be triggered.
func harmless(n *nethtml.Node, mark string) string {
	var b strings.Builder
	b.WriteString("<img")
	for _, a := range n.Attr {
		if a.Key == mark || !slices.Contains(kept, a.Key) && !slices.Contains(lazy, a.Key) && a.Key != "data-srcset" {
			continue
		}
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
			continue
		}
		b.WriteString(" " + a.Key + `="` + html.EscapeString(a.Val) + `"`)
	}
	b.WriteString(" style=\"max-width:100%\"/>")
	return b.String()
}

// refsOf are the addresses a picture may be had from, the best first: the
// largest of a set, what a script would load, and what is shown at first.
func refsOf(n *nethtml.Node) []string {
	var refs []string
	add := func(ref string) {
		if ref = strings.TrimSpace(ref); ref != "" && !slices.Contains(refs, ref) {
			refs = append(refs, ref)
		}
	}
	set := attr(n, "srcset") + " ," + attr(n, "data-srcset")
	if n.Parent != nil && n.Parent.DataAtom == atom.Picture {
		for s := n.Parent.FirstChild; s != nil; s = s.NextSibling {
			if s.DataAtom == atom.Source {
				set += " ," + attr(s, "srcset") + " ," + attr(s, "data-srcset")
			}
		}
	}
	for _, c := range candidates(set) {
		add(c)
	}
	for _, name := range lazy {
		add(attr(n, name))
	}
	add(attr(n, "src"))
	if n.DataAtom == atom.Image {
		add(attr(n, "href"))
	}
	return refs
}

// candidates are the addresses of a srcset, the largest first. A comma within
// an address is none that parts two: white space follows that.
func candidates(set string) []string {
	type candidate struct {
		ref  string
		size float64
	}
	var all []candidate
	for rest := set; ; {
		rest = strings.TrimLeft(rest, " \t\r\n\f,")
		if rest == "" {
			break
		}
		end := strings.IndexAny(rest, " \t\r\n\f")
		if end < 0 {
			end = len(rest)
		}
		ref := rest[:end]
		rest = rest[end:]
		size := 1.0
		if bare := strings.TrimRight(ref, ","); bare != ref {
			ref = bare
		} else {
			var descriptor string
			descriptor, rest, _ = strings.Cut(rest, ",")
			for _, d := range strings.Fields(descriptor) {
				if v, err := strconv.ParseFloat(d[:len(d)-1], 64); err == nil && (d[len(d)-1] == 'w' || d[len(d)-1] == 'x') {
					size = v
				}
			}
		}
		if ref != "" {
			all = append(all, candidate{ref, size})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		switch {
		case a.size > b.size:
			return -1
		case a.size < b.size:
			return 1
		}
		return 0
	})
	var refs []string
	for _, c := range all {
		refs = append(refs, c.ref)
	}
	return refs
}
