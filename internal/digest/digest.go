// Package digest boils the documents of a picture down to what a batch keeps
// of each: enough to count, to group and to find doubles without opening a
// hundred thousand documents again.
//
// It must not know folders, journals or pixels.
package digest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/biaoge/biaoge/tables"
)

// A Digest is about all pages of one picture, or about one report.
type Digest struct {
	Report    *Report  `json:"report,omitempty"` // nil for a picture
	MediaType string   `json:"media,omitempty"`
	Pages     int      `json:"pages"`
	Tables    []Table  `json:"tables,omitempty"`
	Warnings  []string `json:"warnings,omitempty"` // their codes
	Missing   string   `json:"missing,omitempty"`  // why pages, or pictures of a report, are missing, where some are
}

// A Report is what a digest says of a report beside its tables.
type Report struct {
	Pictures int `json:"pictures"`
	Lost     int `json:"lost,omitempty"` // of those, how many are failed, missing, or only linked
}

// Incomplete is the code of the warning that a document ends with whose
// picture has pages that could not be read.
const Incomplete = "incomplete"

// A Table is about one table of a picture.
type Table struct {
	Page       int      `json:"page"`              // from 1
	Number     int      `json:"number"`            // on its page or in its report, from 1
	Picture    string   `json:"picture,omitempty"` // of a report that it was read from; empty for a real table
	Form       string   `json:"form,omitempty"`    // empty for no known form
	Cells      int      `json:"cells"`
	Records    int      `json:"records"`
	Review     int      `json:"review"` // records flagged, or 1 where the table is and none of its records
	Checks     int      `json:"checks,omitempty"`
	Failed     []string `json:"failed,omitempty"` // rules of the checks that fail
	Confidence Bins     `json:"confidence"`       // of its records
	Hash       string   `json:"hash,omitempty"`   // of its keys and what is printed under them
}

// Edges part the confidences of records into bins: a bin goes from its edge
// up to the next one, the last one up to 1. They are close where it matters,
// near certainty.
var Edges = [...]float64{0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999}

// Bins counts records by confidence.
type Bins [len(Edges)]int

// Add counts one record.
func (b *Bins) Add(confidence float64) {
	i := len(Edges) - 1
	for i > 0 && confidence < Edges[i] {
		i--
	}
	b[i]++
}

// Of makes the digest of a picture's documents.
func Of(docs []*tables.Document) Digest {
	d := Digest{Pages: len(docs)}
	for _, doc := range docs {
		d.MediaType = doc.Source.MediaType
		for _, w := range doc.Warnings {
			d.Warnings = append(d.Warnings, w.Code)
			if w.Code == Incomplete {
				d.Missing = w.Message
			}
		}
		for i := range doc.Tables {
			d.Tables = append(d.Tables, table(&doc.Tables[i], max(1, doc.Source.Page), i+1))
		}
	}
	return d
}

func table(t *tables.Table, page, number int) Table {
	out := Table{Page: page, Number: number, Cells: len(t.Cells), Records: len(t.Records), Checks: len(t.Checks)}
	if t.Form != nil {
		out.Form = *t.Form
	}
	for i := range t.Records {
		out.Confidence.Add(t.Records[i].Confidence)
		if t.Records[i].Review {
			out.Review++
		}
	}
	if t.Review && out.Review == 0 {
		out.Review = 1
	}
	for _, c := range t.Checks {
		if !c.OK {
			out.Failed = append(out.Failed, c.Rule)
		}
	}
	if len(t.Records) > 0 {
		h := sha256.New()
		for i := range t.Records {
			fmt.Fprintf(h, "%q %q\n", t.Records[i].Key, t.Records[i].Raw)
		}
		out.Hash = hex.EncodeToString(h.Sum(nil)[:16])
	}
	return out
}

// Family is the id of a form without its edition: a report has one table of
// each family, whichever edition it is printed on.
func Family(form string) string {
	f, _, _ := strings.Cut(form, "@")
	return f
}

// Review says whether a person should look at something in the picture.
func (d *Digest) Review() bool {
	for i := range d.Tables {
		if d.Tables[i].Review > 0 {
			return true
		}
	}
	return false
}
