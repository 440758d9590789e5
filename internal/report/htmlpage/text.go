package htmlpage

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/biaoge/biaoge/internal/report/content"
)

// find is the first element of a kind.
func find(n *html.Node, a atom.Atom) *html.Node {
	if n.Type == html.ElementNode && n.DataAtom == a && n.Namespace == "" {
		return n
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if f := find(c, a); f != nil {
			return f
		}
	}
	return nil
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// blocks begin and end a line of text.
var blocks = map[atom.Atom]bool{}

func init() {
	for _, a := range []atom.Atom{atom.Address, atom.Article, atom.Aside, atom.Blockquote, atom.Body, atom.Br, atom.Caption, atom.Center, atom.Dd, atom.Details, atom.Div, atom.Dl, atom.Dt,
		atom.Fieldset, atom.Figcaption, atom.Figure, atom.Footer, atom.Form, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Header, atom.Hr, atom.Li,
		atom.Main, atom.Nav, atom.Ol, atom.P, atom.Pre, atom.Section, atom.Summary, atom.Table, atom.Td, atom.Th, atom.Tr, atom.Ul, atom.Option, atom.Select} {
		blocks[a] = true
	}
}

// hidden reports whether nothing of an element is shown.
func hidden(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Template, atom.Noscript, atom.Head, atom.Title, atom.Noframes, atom.Textarea, atom.Object:
		return true
	}
	if has(n, "hidden") {
		return true
	}
	style := strings.ToLower(strings.Join(strings.Fields(attr(n, "style")), ""))
	return strings.Contains(style, "display:none") || strings.Contains(style, "visibility:hidden")
}

// textOf is the text of an element as it is shown, without that of tables in
// it. What is shown and is no plain text must not look like it: a picture is
// content.Unread, and so is what is struck out; a raised or lowered part has a
// sign before it.
func textOf(n *html.Node) string {
	var b strings.Builder
	var add func(n *html.Node, top bool)
	add = func(n *html.Node, top bool) {
		switch {
		case n.Type == html.TextNode:
			// White space of the source is no more than a blank.
			b.WriteString(strings.NewReplacer("\n", " ", "\r", " ").Replace(n.Data))
			return
		case n.Type != html.ElementNode || !top && (hidden(n) || n.DataAtom == atom.Table):
			return
		}
		switch n.DataAtom {
		case atom.Rt, atom.Rp:
			return
		case atom.Img, atom.Image, atom.Svg, atom.Canvas:
			b.WriteString(content.Unread)
			return
		case atom.Del, atom.S, atom.Strike:
			if content.Clean(shown(n)) != "" {
				b.WriteString(content.Unread)
			}
			return
		case atom.Sup, atom.Sub:
			if content.Clean(shown(n)) != "" {
				b.WriteString(content.Raised)
			}
		}
		if !top && blocks[n.DataAtom] {
			b.WriteByte('\n')
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			add(c, false)
		}
		if !top && blocks[n.DataAtom] {
			b.WriteByte('\n')
		}
	}
	add(n, true)
	return b.String()
}

// shown is all text of an element.
func shown(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(shown(c))
	}
	return b.String()
}
