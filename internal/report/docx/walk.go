package docx

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/biaoge/biaoge/internal/report/content"
)

// elements that hold what is not shown, or what is there a second time.
var skipped = map[string]bool{"del": true, "moveFrom": true, "Fallback": true, "instrText": true, "rt": true, "delText": true, "delInstrText": true,
	"pPrChange": true, "rPrChange": true, "tblPrChange": true, "tcPrChange": true, "trPrChange": true, "sectPrChange": true, "tblGridChange": true}

// isWord tells an element of WordprocessingML.
func isWord(n xml.Name) bool { return strings.Contains(n.Space, "wordprocessingml") }

// A walk goes over the XML of a document.
type walk struct {
	d       *Document
	decoder *xml.Decoder
	outline content.Outline

	number     int // of the paragraph
	tables     []*table
	paragraphs []*paragraph
	count      int // of tables

	picture      int // where the picture began that is open; -1 for none
	pictureDeep  int // how many elements deep that was
	pictureFirst int // how many items there were before it
	deep         int
}

type paragraph struct {
	from    int
	text    strings.Builder
	run     int // where its run began
	hidden  bool
	struck  bool
	heading bool
}

func (w *walk) all() error {
	w.picture = -1
	skip := 0
	for {
		from := int(w.decoder.InputOffset())
		t, err := w.decoder.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.Directive:
			return errors.New("it declares a document type, which no Word document does")
		case xml.StartElement:
			w.deep++
			if skip > 0 || w.skips(t) {
				skip++
				continue
			}
			if err := w.start(t, from); err != nil {
				return err
			}
		case xml.EndElement:
			w.deep--
			if skip > 0 {
				skip--
				continue
			}
			w.end(t.Name)
		case xml.CharData:
			// Only what stands in w:t is text; see start.
		}
	}
}

// skips tells an element of which nothing is shown. A row that was deleted says
// so by an empty one.
func (w *walk) skips(t xml.StartElement) bool {
	if !skipped[t.Name.Local] || !isWord(t.Name) && t.Name.Local != "Fallback" {
		return false
	}
	if row := w.row(); t.Name.Local == "del" && row != nil && row.properties {
		row.deleted = true
	}
	return true
}

func (w *walk) row() *row {
	if len(w.tables) == 0 {
		return nil
	}
	return w.tables[len(w.tables)-1].row
}

func value(t xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// on tells a property that is set from one that is set off.
func on(t xml.StartElement) bool {
	v := value(t, "val")
	return v != "0" && v != "false" && v != "off"
}

func (w *walk) start(t xml.StartElement, from int) error {
	switch t.Name.Local {
	case "drawing", "pict", "object":
		if isWord(t.Name) && w.picture < 0 {
			w.picture, w.pictureDeep, w.pictureFirst = from, w.deep, len(w.d.places)
		}
		return nil
	case "blip":
		w.addPicture(value(t, "embed"), value(t, "link"))
		return nil
	case "imagedata":
		w.addPicture(value(t, "id"), "")
		return nil
	case "t":
		// Of equations as well.
		if p := w.last(); p != nil && (isWord(t.Name) || strings.HasSuffix(t.Name.Space, "/math")) {
			return w.text(p)
		}
	}
	if !isWord(t.Name) {
		return nil
	}
	switch t.Name.Local {
	case "p":
		return w.startParagraph(t.Name.Space, from)
	case "tbl":
		return w.startTable()
	case "tr", "tc", "trPr", "gridBefore", "gridSpan", "vMerge", "hMerge":
		w.startCell(t)
	default:
		if p := w.last(); p != nil {
			p.start(t)
		}
	}
	return nil
}

func (w *walk) startParagraph(space string, from int) error {
	if len(w.paragraphs) > maxNesting {
		return &tooMuch{fmt.Sprintf("text boxes are nested more than %d deep", maxNesting)}
	}
	w.d.space = space
	w.number++
	w.paragraphs = append(w.paragraphs, &paragraph{from: from})
	return nil
}

// start takes an element of a paragraph: what it says of its style or of its
// run, or a sign that is no text.
func (p *paragraph) start(t xml.StartElement) {
	switch t.Name.Local {
	case "pStyle":
		p.heading = p.heading || isHeading(value(t, "val"))
	case "outlineLvl":
		p.heading = p.heading || value(t, "val") < "9"
	case "r":
		p.run, p.hidden, p.struck = p.text.Len(), false, false
	case "vanish":
		p.hidden = p.hidden || on(t)
	case "strike", "dstrike":
		p.struck = p.struck || on(t)
	case "vertAlign":
		if v := value(t, "val"); v == "superscript" || v == "subscript" {
			p.text.WriteString(content.Raised)
		}
	case "tab":
		p.text.WriteString("\t")
	case "br", "cr":
		p.text.WriteString("\n")
	case "noBreakHyphen":
		p.text.WriteString("-")
	case "sym":
		p.text.WriteString(content.Unread)
	}
}

// text takes what stands up to the end of the element.
func (w *walk) text(p *paragraph) error {
	for {
		t, err := w.decoder.Token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.CharData:
			p.text.Write(t)
		case xml.EndElement:
			w.deep--
			return nil
		case xml.StartElement:
			return fmt.Errorf("an element %s in text", t.Name.Local)
		}
	}
}

// isHeading tells the style of a heading by its name.
func isHeading(style string) bool {
	s := strings.ToLower(style)
	return strings.HasPrefix(s, "heading") || strings.HasPrefix(s, "标题") || s == "title" || len(s) == 1 && s[0] >= '1' && s[0] <= '9'
}

func (w *walk) end(n xml.Name) {
	if w.picture >= 0 && w.deep < w.pictureDeep {
		to := int(w.decoder.InputOffset())
		for i := len(w.d.places) - 1; i >= w.pictureFirst; i-- {
			if w.d.places[i].from == w.picture {
				w.d.places[i].to = to
			}
		}
		w.picture = -1
	}
	if !isWord(n) {
		return
	}
	switch n.Local {
	case "r":
		if p := w.last(); p != nil && (p.hidden || p.struck) {
			all := p.text.String()
			kept := all[:min(p.run, len(all))]
			if p.struck && !p.hidden && content.Clean(all[len(kept):]) != "" {
				kept += content.Unread
			}
			p.text.Reset()
			p.text.WriteString(kept)
			p.hidden, p.struck = false, false
		}
	case "p":
		w.endParagraph()
	case "tbl":
		w.endTable()
	case "tc":
		w.endCell()
	case "tr":
		w.endRow()
	case "trPr":
		if r := w.row(); r != nil {
			r.properties = false
		}
	}
}

func (w *walk) last() *paragraph {
	if n := len(w.paragraphs); n > 0 {
		return w.paragraphs[n-1]
	}
	return nil
}

func (w *walk) endParagraph() {
	p := w.last()
	if p == nil {
		return
	}
	w.paragraphs = w.paragraphs[:len(w.paragraphs)-1]
	text := p.text.String()
	if n := len(w.tables); n > 0 && w.tables[n-1].cell != nil {
		c := w.tables[n-1].cell
		c.text.WriteString(text + "\n")
		return
	}
	for line := range strings.SplitSeq(text, "\n") {
		w.outline.Line(line, p.heading)
	}
}

// addPicture adds a picture of the document.
func (w *walk) addPicture(id, link string) {
	p := w.last()
	if p == nil || id == "" && link == "" || w.full() {
		return
	}
	if id == "" {
		id = link
	}
	pic := w.d.find(id)
	if n := len(w.tables); n > 0 && w.tables[n-1].cell != nil {
		p.text.WriteString(content.Unread)
	}
	item := content.Item{At: fmt.Sprintf("%s paragraph %d", w.d.part, w.number), Heading: w.outline.Heading(), Picture: &pic}
	at := place{paragraph: p.from}
	if w.picture >= 0 {
		at.from = w.picture
		// In a text box of a drawing, it is the outermost paragraph that the
		// drawing stands in.
		for _, q := range w.paragraphs {
			if q.from < w.picture {
				at.paragraph = q.from
			}
		}
	}
	w.d.content.Items, w.d.places = append(w.d.content.Items, item), append(w.d.places, at)
	w.outline.Past()
}

func (w *walk) full() bool {
	if len(w.d.content.Items) < maxItems {
		return false
	}
	if len(w.d.content.Warnings) == 0 {
		w.d.content.Warn("items", maxItems)
	}
	return true
}
