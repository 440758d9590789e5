package htmlpage

import (
	"path"
	"strings"

	"golang.org/x/net/html"
)

// maxFrames bounds frames within frames.
const maxFrames = 8

// frame reads a page that is shown in a frame, if it lies beside this one.
func (w *walk) frame(n *html.Node) {
	p := w.page
	ref := attr(n, "src")
	if ref == "" || p.o.Finder.Beside == nil && p.o.Finder.Parts == nil && p.o.Finder.Fetched == nil {
		return
	}
	lower := strings.ToLower(ref)
	if strings.HasPrefix(lower, "about:") || strings.HasPrefix(lower, "javascript:") || strings.HasPrefix(lower, "data:") {
		return
	}
	found := p.o.Finder.Find(ref)
	if found.Data == nil {
		if found.Remote != "" {
			p.content.Warn("frame", found.Remote)
		}
		return
	}
	name := path.Join(p.o.Finder.Dir, ref)
	for _, f := range p.o.frames {
		if f == name {
			return // it would show itself
		}
	}
	if len(p.o.frames) >= maxFrames {
		return
	}
	o := p.o
	o.Within = w.at(n) + " | "
	o.Charset, o.frames = "", append(o.frames[:len(o.frames):len(o.frames)], name)
	o.Finder.Dir = path.Dir(name)
	inner, err := Parse(found.Data, o)
	if err != nil {
		p.content.Warn("frame_unread", found.Name, err.Error())
		return
	}
	for _, item := range inner.content.Items {
		p.add(item, tag{})
	}
	for _, l := range inner.content.Lines {
		w.outline.Line(l, false)
	}
	p.content.Warnings = append(p.content.Warnings, inner.content.Warnings...)
}
