package results

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

const formID = "gov-disclosure/appeals@2019"

var keys = []string{"appeals.reconsideration.upheld", "appeals.reconsideration.corrected"}

// fixture is a journal with one picture for each set of values, a report each.
func fixture(t *testing.T, values ...map[string]string) Options {
	t.Helper()
	return fixtureAt(t, func(i int) string { return fmt.Sprintf("r%d/1.png", i) }, values...)
}

// fixtureAt is the same with pictures of other names.
func fixtureAt(t *testing.T, at func(i int) string, values ...map[string]string) Options {
	t.Helper()
	place := batch.Place{Dir: t.TempDir()}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	unlock, err := place.Lock()
	must(err)
	t.Cleanup(unlock)
	j, err := journal.Create(place.Journal())
	must(err)
	t.Cleanup(func() { j.Close() })
	must(j.Begin(journal.Versions{}, 1))
	var all []journal.Sighting
	for i := range values {
		name := at(i)
		all = append(all, journal.Sighting{Path: name, Name: name, Report: Folder(name), State: journal.Pending})
	}
	_, err = j.See(all)
	must(err)
	pictures, err := j.Take(len(all))
	must(err)
	for i := range pictures {
		p := &pictures[i]
		form := formID
		table := tables.Table{Form: &form, Checks: []tables.Check{{Rule: "a sum", OK: false}}}
		for _, k := range keys {
			if raw, ok := values[i][k]; ok {
				r := tables.Record{Key: k, Labels: []string{"复议", "维持"}, Raw: raw, Confidence: 0.97, Reasons: []string{}}
				var v float64
				if json.Unmarshal([]byte(raw), &v) == nil {
					r.Value = &v
				}
				table.Records = append(table.Records, r)
			}
		}
		docs := []*tables.Document{{Source: tables.Source{Path: p.Name, Page: 1}, Tables: []tables.Table{table}}}
		data, err := worker.Marshal(docs)
		must(err)
		must(place.Write(place.Document(p.Path), data))
		p.State, p.Digest, p.SHA256, p.DocSize = journal.Done, digest.Of(docs), p.Name, int64(len(data))
		must(j.Finish([]*journal.Picture{p}))
	}
	return Options{Place: place, Journal: j, Forms: tables.EmbeddedForms(), CSV: true, Parquet: true}
}

func TestParquetSaysWhatCSVSays(t *testing.T) {
	o := fixture(t, map[string]string{keys[0]: "3", keys[1]: "无"}, map[string]string{keys[1]: "-2.5"})
	s, err := Write(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if s.Reports != 2 || s.Values.Total != 3 || len(s.Checks) != 1 || s.Checks[0].Failed != 2 || s.Confidence[4].Values != 3 {
		t.Errorf("%+v", s)
	}
	records, err := parquet.ReadFile[parquetRecord](o.Place.File("records.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	three, half := 3.0, -2.5
	want := []parquetRecord{
		{Report: "r0", Picture: "r0/1.png", Page: 1, Table: 1, Form: formID, Key: keys[0], Labels: []string{"复议", "维持"}, Raw: "3", Value: &three, Confidence: 0.97, Reasons: []string{}, Codes: []string{}, Source: "machine", MachineRaw: "3"},
		{Report: "r0", Picture: "r0/1.png", Page: 1, Table: 1, Form: formID, Key: keys[1], Labels: []string{"复议", "维持"}, Raw: "无", Confidence: 0.97, Reasons: []string{}, Codes: []string{}, Source: "machine", MachineRaw: "无"},
		{Report: "r1", Picture: "r1/1.png", Page: 1, Table: 1, Form: formID, Key: keys[1], Labels: []string{"复议", "维持"}, Raw: "-2.5", Value: &half, Confidence: 0.97, Reasons: []string{}, Codes: []string{}, Source: "machine", MachineRaw: "-2.5"},
	}
	for i := range records {
		if len(records[i].Reasons) == 0 {
			records[i].Reasons, records[i].Codes = []string{}, []string{}
		}
	}
	if !reflect.DeepEqual(records, want) {
		t.Errorf("got %+v\nwant %+v", records, want)
	}
	f, err := os.Open(o.Place.File("reports.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := parquet.NewReader(f)
	defer r.Close()
	for i, want := range []map[string]any{{keys[0]: 3.0, keys[1]: nil}, {keys[0]: nil, keys[1]: -2.5}} {
		row := make(map[string]any)
		if err := r.Read(&row); err != nil {
			t.Fatal(err)
		}
		for k, v := range want {
			if row[k] != v {
				t.Errorf("row %d, %s: %v, want %v", i, k, row[k], v)
			}
		}
		if fmt.Sprint(row["failed_checks"]) != "1" {
			t.Errorf("row %d: %v", i, row)
		}
	}
	// One format less the next time: what is out of date goes.
	o.Parquet = false
	if _, err := Write(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if left, _ := filepath.Glob(o.Place.File("*.parquet")); left != nil {
		t.Errorf("left: %v", left)
	}
}

// A report may have more pictures than are in memory at a time.
func TestAReportMayHaveMorePicturesThanFitIntoMemory(t *testing.T) {
	const many = 1200
	var values []map[string]string
	for i := range many {
		values = append(values, map[string]string{keys[0]: fmt.Sprint(i)})
	}
	values[many-1] = values[0]
	s, err := Write(t.Context(), fixtureAt(t, func(i int) string { return fmt.Sprintf("all/%05d.png", i) }, values...))
	if err != nil {
		t.Fatal(err)
	}
	if s.Reports != 1 || s.Pictures.Done != many || s.Values.Total != many || s.DuplicateCount != 1 || s.ConflictCount != 1 {
		t.Errorf("%d reports, %d pictures, %d values, %d duplicates, %d conflicts", s.Reports, s.Pictures.Done, s.Values.Total, s.DuplicateCount, s.ConflictCount)
	}
	if d := s.Duplicates[0]; d.Picture != fmt.Sprintf("all/%05d.png", many-1) || d.Of != "all/00000.png" || d.Kind != SameValues {
		t.Errorf("%+v", d)
	}
	if c := s.Conflicts[0]; c.Count != many-1 || len(c.Pictures) != namesAtMost || c.Pictures[1] != "all/00001.png" {
		t.Errorf("%d contradict, %v", c.Count, c.Pictures)
	}
}

// Damaged documents are all found at once, and nothing is written over what
// was there.
func TestDamagedDocumentsAreAllNamedAndNothingIsWritten(t *testing.T) {
	o := fixture(t, map[string]string{keys[0]: "1"}, map[string]string{keys[0]: "2"}, map[string]string{keys[0]: "3"})
	if _, err := Write(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(o.Place.File("records.csv"))
	if err := errors.Join(os.Remove(o.Place.Document("r0/1.png")), os.Truncate(o.Place.Document("r2/1.png"), 20)); err != nil {
		t.Fatal(err)
	}
	_, err := Write(t.Context(), o)
	var d *Damaged
	if !errors.As(err, &d) || len(d.IDs) != 2 {
		t.Errorf("got %v", err)
	}
	if after, _ := os.ReadFile(o.Place.File("records.csv")); string(after) != string(before) {
		t.Error("records.csv has changed")
	}
	if left, _ := filepath.Glob(filepath.Join(o.Place.Dir, ".biaoge", "*.csv*")); left != nil {
		t.Errorf("left: %v", left)
	}
}

func TestConfidencesAreCountedInBins(t *testing.T) {
	var b digest.Bins
	for _, c := range []float64{0, 0.49, 0.5, 0.989, 0.99, 0.9989, 0.999, 1} {
		b.Add(c)
	}
	if want := (digest.Bins{2, 1, 0, 0, 0, 1, 1, 1, 2}); b != want {
		t.Errorf("%v, want %v", b, want)
	}
}
