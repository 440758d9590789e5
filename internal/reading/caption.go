package reading

import (
	"context"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/ocr/linenet"
	"github.com/biaoge/biaoge/ocr/strip"
	"github.com/biaoge/biaoge/tables"
)

// clearCaption is how sure the line reader must be of a character of a heading, on
// average, for the reader of all print not to be asked.
const clearCaption = 0.9

// anyCaption is how sure the line reader is at least of a character of what is
// writing at all, known to it or not.
const anyCaption = 0.2

// titleGap is how much less probable than the line reader's best text a form's
// heading may be, in nats per character, to be taken for what is printed: less
// than another number before it costs. Where that text is itself in doubt, it
// may be as much less as that.
const titleGap = 0.35

// Caption reads the line above a table; empty where there is none, or it
// is the end of a paragraph.
func (t *Table) Caption(ctx context.Context, m *tables.Match) (string, error) {
	k := t.Grid.Caption
	if k == nil {
		return "", nil
	}
	gray, err := t.gray()
	if err != nil {
		return "", err
	}
	crop, top := ocr.Crop(gray, k.Line.Box, k.Room, k.LightInk)
	line := linenet.Line{Gray: crop, Top: top, Bottom: top + k.Line.Box.Dy()}
	posteriors, err := t.Reader.Lines(ctx, []linenet.Line{line})
	if err != nil {
		return "", err
	}
	best := posteriors[0].Best(1)[0]
	text := best.Text
	doubt := -best.LogProb / float64(max(1, len([]rune(text)))) // nats per character
	if m != nil {
		// The form's own heading, where the picture allows it.
		if title := tables.Fold(m.Form.Title); title != "" && posteriors[0].LogProb(title) > best.LogProb-(titleGap+doubt)*float64(len([]rune(title))) {
			return m.Form.Title, nil
		}
	}
	sure := math.Exp(-doubt)
	if sure < anyCaption {
		return "", nil // no writing
	}
	if sure < clearCaption || strings.ContainsRune(text, linenet.Other) {
		got, clarity, err := t.surely.printed(ctx, []strip.Line{line})
		if err != nil {
			return "", err
		}
		if clarity < Writing {
			return "", nil // a picture, or too faint to make words of
		}
		text = got.text
	}
	text = strings.TrimSpace(strings.ReplaceAll(text, "\n", " "))
	if prose(text) {
		return "", nil
	}
	return text, nil
}

// maxCaption is how many characters a heading has at most.
const maxCaption = 40

// prose reports whether a line above a table is no heading but part of a
// paragraph, or a lone mark.
func prose(text string) bool {
	n := len([]rune(text))
	if n < 2 || n > maxCaption || n > 16 && strings.ContainsAny(text, "，,。；·") { // a comma of small print reads as a dot
		return true
	}
	last, _ := utf8.DecodeLastRuneInString(text)
	return strings.ContainsRune("。；，.;,", last)
}
