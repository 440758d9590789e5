package tables_test

import (
	"testing"

	"github.com/biaoge/biaoge/tables"
)

// requestsSheet is the largest of the known forms, filled in and read without
// a mistake.
func requestsSheet(b *testing.B) *tables.Sheet {
	for _, f := range tables.EmbeddedForms() {
		if f.ID == "gov-disclosure/requests@2021" {
			return sheetOf(f, func(string) tables.Reading {
				return tables.Reading{Text: "0", Confidence: 0.999, Alternatives: []tables.Alternative{{Text: "6", Confidence: 4e-4}, {Text: "8", Confidence: 1e-4}}}
			})
		}
	}
	b.Fatal("the form is gone")
	return nil
}

func BenchmarkMatchForm(b *testing.B) {
	s, forms := requestsSheet(b), tables.EmbeddedForms()
	b.ReportAllocs()
	for b.Loop() {
		if tables.MatchForm(s, forms) == nil {
			b.Fatal("no match")
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	s := requestsSheet(b)
	m := tables.MatchForm(s, tables.EmbeddedForms())
	b.ReportAllocs()
	for b.Loop() {
		if t := tables.Build(s, m, tables.DefaultReviewBelow); len(t.Records) == 0 {
			b.Fatal("no records")
		}
	}
}

func BenchmarkParseValue(b *testing.B) {
	for b.Loop() {
		for _, s := range []string{"0", "1,234.5万元", "减2", "—"} {
			tables.ParseValue(s)
		}
	}
}
