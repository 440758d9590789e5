package content

import (
	"regexp"
	"strings"
)

// An Outline keeps which heading what follows stands under.
type Outline struct {
	lines   []string
	heading string
	near    string // the line right above, if it may be a title
}

// section is how reports begin the headings of their sections, and title how
// tables are named.
var (
	section = regexp.MustCompile(`^[一二三四五六七八九十]+[、.．]`)
	title   = regexp.MustCompile(`^(附?表|图)\s*[0-9一二三四五六七八九十]`)
)

// maxHeading is the longest heading, in characters.
const maxHeading = 60

// maxLines and maxLine bound what is kept of a report's text: headings and
// titles of forms are looked for in it.
const (
	maxLines = 20_000
	maxLine  = 400
)

// Line takes the next line of text; heading says that the format calls it one.
func (o *Outline) Line(text string, heading bool) {
	text = strings.ReplaceAll(Clean(text), "\n", " ")
	if text == "" {
		return
	}
	if len(o.lines) < maxLines && len(text) <= maxLine {
		o.lines = append(o.lines, text)
	}
	n := len([]rune(text))
	switch {
	case n > maxHeading:
		o.near = ""
	case heading || section.MatchString(text):
		o.heading, o.near = text, ""
	case strings.HasSuffix(text, "。") || strings.HasSuffix(text, "；") || strings.HasSuffix(text, "，"):
		o.near = ""
	default:
		o.near = text
	}
}

// Heading is the heading that what comes next stands under.
func (o *Outline) Heading() string {
	if o.heading == "" || title.MatchString(o.near) {
		return o.near
	}
	return o.heading
}

// Past says that a table or picture was passed: the line above it is not above
// the next.
func (o *Outline) Past() { o.near = "" }

// Lines are the lines taken so far.
func (o *Outline) Lines() []string { return o.lines }
