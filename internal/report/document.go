// Package report reads reports as they were published: pages and documents in
// which tables are pictures, real tables, or both. Open says what a report is,
// Read makes one record set of it, and Same gives the report back with tables
// in the place of pictures. The formats are packages below this one; how a
// picture is read is the caller's, and forms are those of package tables.
//
// It must not know how a picture is read, nor the bytes of any format.
package report

import (
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/tables"
)

// Version is the version of the report document, which changes as that of the
// extraction document does.
const Version = 1

// A Document is everything read from one report.
type Document struct {
	Version   int              `json:"version"`
	Source    Source           `json:"source"`
	Pictures  []Picture        `json:"pictures"` // in reading order
	Tables    []Table          `json:"tables"`   // in reading order
	Records   []Record         `json:"records"`  // of all tables
	Conflicts []Conflict       `json:"conflicts"`
	Warnings  []tables.Warning `json:"warnings"`
	Missing   []string         `json:"missing"` // forms of the edition that the report does not have

	items map[int]int // for each picture its item of the content
}

// Source says which bytes a document was made from.
type Source struct {
	Path      string  `json:"path"` // as the caller named it; "-" for standard input
	SHA256    string  `json:"sha256"`
	MediaType string  `json:"media_type"` // by content
	Title     string  `json:"title"`
	Charset   *string `json:"charset"` // null where the format has none
	Pages     *int    `json:"pages"`   // null where the format has none
}

// The outcomes of a picture.
const (
	OutcomeTables  = "tables"  // it has tables
	OutcomeNone    = "none"    // it was read and has none
	OutcomeSmall   = "small"   // it is smaller than a table can be, and was not read
	OutcomeFailed  = "failed"  // it could not be read
	OutcomeMissing = "missing" // it is not where the report says
	OutcomeRemote  = "remote"  // it is only linked; nothing is fetched
)

// A Picture is one picture of a report.
type Picture struct {
	Index    int                `json:"index"` // its place among the pictures, from 0
	Name     string             `json:"name"`
	At       string             `json:"at"`
	Page     *int               `json:"page"`
	Outcome  string             `json:"outcome"`
	Detail   string             `json:"detail"` // why it failed, or the address of a remote one
	Document *tables.Document   `json:"document"`
	Further  []*tables.Document `json:"further,omitempty"` // of the other pages of a TIFF
}

// The origins of a table.
const (
	OriginPicture = "picture"
	OriginNative  = "native"
)

// A Table is one table of a report.
type Table struct {
	Origin  string   `json:"origin"`
	Picture *int     `json:"picture"` // index of the picture it was read from; null for a native one
	At      string   `json:"at"`
	Parts   []string `json:"parts,omitempty"` // where its parts stand, if an editor cut it into several tables
	Heading string   `json:"heading"`
	tables.Table
}

// A Record is a value of a report.
type Record struct {
	Table int `json:"table"` // index of its table
	tables.Record
}

// A Conflict is a key that several tables give different values for.
type Conflict struct {
	Key    string   `json:"key"`
	Tables []int    `json:"tables"`
	Raws   []string `json:"raws"`
}

// Incomplete reports whether something could not be read that may matter: a
// picture failed or is missing, or is only linked where a form is lacking.
func (d *Document) Incomplete() bool {
	lacks := len(d.Missing) > 0 || !slices.ContainsFunc(d.Tables, func(t Table) bool { return t.Form != nil })
	return slices.ContainsFunc(d.Pictures, func(p Picture) bool {
		return p.Outcome == OutcomeFailed || p.Outcome == OutcomeMissing || p.Outcome == OutcomeRemote && lacks
	})
}

// finish makes what follows from the tables.
func (d *Document) finish(c *content.Content, forms []*tables.Form) {
	for i, t := range d.Tables {
		for _, r := range t.Records {
			d.Records = append(d.Records, Record{i, r})
		}
	}
	d.conflicts()
	d.Missing = d.missing(c, forms)
}

// conflicts finds keys with more than one value.
func (d *Document) conflicts() {
	at := make(map[string]int)
	all := []Conflict{}
	for _, r := range d.Records {
		i, ok := at[r.Key]
		if !ok {
			i = len(all)
			at[r.Key] = i
			all = append(all, Conflict{Key: r.Key})
		}
		all[i].Tables, all[i].Raws = append(all[i].Tables, r.Table), append(all[i].Raws, r.Raw)
	}
	d.Conflicts = slices.DeleteFunc(all, func(c Conflict) bool {
		return !slices.ContainsFunc(c.Raws, func(raw string) bool { return tables.Fold(raw) != tables.Fold(c.Raws[0]) })
	})
}

// missing names the forms that belong to those that were found, going by the
// edition, or whose heading is printed, and were not found.
func (d *Document) missing(c *content.Content, forms []*tables.Form) []string {
	found, edition := make(map[string]bool), make(map[string]string) // by name; by family
	for _, t := range d.Tables {
		if t.Form != nil {
			name, e, _ := strings.Cut(*t.Form, "@")
			found[name] = true
			edition[family(name)] = max(edition[family(name)], e)
		}
	}
	titles := make(map[string]bool)
	for _, l := range c.Lines {
		titles[tables.Fold(l)] = true
	}
	missing := []string{}
	for _, f := range forms {
		name, e, _ := strings.Cut(f.ID, "@")
		of, known := edition[family(name)]
		if found[name] || slices.Contains(missing, name) {
			continue
		}
		// The newest edition alone tells; a form that came later is not of it.
		if known && (e <= of || of == "") || !known && f.Title != "" && titles[tables.Fold(f.Title)] {
			missing = append(missing, name)
		}
	}
	return missing
}

func family(name string) string {
	i := strings.LastIndexByte(name, '/')
	return name[:max(i, 0)]
}
