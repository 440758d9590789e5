package worker

import (
	"fmt"

	"github.com/biaoge/biaoge/internal/digest"
	reports "github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/tables"
)

// ReportDigest boils a report's document down to what a batch keeps of it.
func ReportDigest(doc *reports.Document) digest.Digest {
	all := tables.Document{Source: tables.Source{MediaType: doc.Source.MediaType}, Warnings: doc.Warnings}
	for i := range doc.Tables {
		all.Tables = append(all.Tables, doc.Tables[i].Table)
	}
	d := digest.Of([]*tables.Document{&all})
	d.Report, d.Missing = &digest.Report{Pictures: len(doc.Pictures), Lost: len(lost(doc))}, troubles(doc)
	for i := range d.Tables {
		if p := doc.Tables[i].Picture; p != nil {
			d.Tables[i].Picture = doc.Pictures[*p].Name
		}
	}
	return d
}

// troubles says which pictures of a report are not there that may matter; empty
// where none is.
func troubles(doc *reports.Document) string {
	if !doc.Incomplete() {
		return ""
	}
	all := lost(doc)
	first := fmt.Sprintf("picture %s: %s: %s", all[0].Name, all[0].Outcome, all[0].Detail)
	if len(all) > 1 {
		return fmt.Sprintf("%d of its pictures are not there; of the first: %s", len(all), first)
	}
	return first
}

// lost are the pictures of a report that nothing was read from, and should.
func lost(doc *reports.Document) (all []reports.Picture) {
	for _, p := range doc.Pictures {
		switch p.Outcome {
		case reports.OutcomeFailed, reports.OutcomeMissing, reports.OutcomeRemote:
			all = append(all, p)
		}
	}
	return all
}
