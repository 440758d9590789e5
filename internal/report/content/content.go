// Package content says what a report holds, whatever its format: pictures and
// tables in reading order, and where each stands. The packages beside it make
// it of one format each; package report reads it. It must not know any format or
// form.
package content

import (
	"errors"

	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/tables"
)

// What can be wrong with a report as a whole. Errors wrap one of these and say
// in words what to do.
var (
	ErrUnsupported = errors.New("not a report of a known format")
	ErrDamaged     = errors.New("the report is damaged")
	ErrTooLarge    = errors.New("the report is too large")
	ErrLocked      = errors.New("the report is locked with a password")
)

// A Source is a report in one of the formats.
type Source interface {
	// Content says what is in the report.
	Content() *Content
}

// A Replacer is a report that can be given back with tables in the place of
// its pictures.
type Replacer interface {
	Source
	// Replace returns the report with each item of the content that has
	// tables here (by its index) replaced by them. All other bytes stay.
	Replace(with map[int]Replacement) ([]byte, error)
}

// A Replacement is what is put in the place of a picture.
type Replacement struct {
	Name   string // of the picture
	Tables []*tables.Table
	Drop   bool // leave the picture out; else it stays below the tables, folded away

	Language message.Language // of what is said of the tables
}

// Content is what a report holds.
type Content struct {
	MediaType string
	Title     string
	Charset   string // empty where the format has none
	Pages     int    // 0 where the format has none
	Items     []Item // in reading order
	Lines     []string
	Warnings  []tables.Warning
}

// Warn adds something that the reader of the report should know.
func (c *Content) Warn(code string, args ...any) {
	c.Warnings = append(c.Warnings, tables.Warn(code, args...))
}

// An Item is a picture, a table, or texts among which tables are whose grid is
// lost: one of the three is set.
type Item struct {
	At      string // where it stands, so that a program finds it again
	Page    int    // from 1; 0 where the format has no pages
	Heading string // of the section it stands in

	Picture *Picture
	Table   *Grid
	Texts   []Text
	Grids   []TextGrid // rows that Texts may stand in, where they are parted by signs
}

// A Picture is one picture of a report, or why it is not there.
type Picture struct {
	Name    string
	Data    []byte
	Missing string // why there are no bytes
	Failed  string // why it could not be rendered
	Remote  string // the address of a picture that is only linked
}

// A Text is what stands in one cell, or may do so, of a table whose grid is
// lost.
type Text struct {
	Text string
	Line int    // from 1
	At   string // where it stands, in formats without lines
}

// A TextGrid is a table that lines of text make, of the texts From to To.
type TextGrid struct {
	From, To int
	Grid     *Grid
}
