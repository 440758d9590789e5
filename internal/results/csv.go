package results

import (
	"bufio"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"

	"github.com/google/renameio/v2"

	"github.com/biaoge/biaoge/export"
	"github.com/biaoge/biaoge/internal/batch"
)

// RecordColumns are the columns of records.csv.
var RecordColumns = []string{"report", "picture", "page", "table", "form", "key", "labels", "raw", "value", "unit", "confidence", "review", "reasons", "codes", "source", "reviewer", "machine_raw"}

// ReportColumns are the columns of reports.csv before those of the keys.
var ReportColumns = []string{"report", "pictures", "failed", "duplicates", "conflicts", "review", "failed_checks"}

// csvOutput writes records.csv and reports.csv.
type csvOutput struct {
	keys             []string
	records, reports *csvFile
}

type csvFile struct {
	file *renameio.PendingFile
	buf  *bufio.Writer
	csv  *csv.Writer
}

func newCSV(place batch.Place, keys []string, bom bool) (*csvOutput, error) {
	records, err := newCSVFile(place, "records.csv", bom)
	if err != nil {
		return nil, err
	}
	reports, err := newCSVFile(place, "reports.csv", bom)
	if err != nil {
		records.file.Cleanup()
		return nil, err
	}
	c := &csvOutput{keys, records, reports}
	return c, errors.Join(records.write(RecordColumns), reports.write(append(append([]string(nil), ReportColumns...), keys...)))
}

func newCSVFile(place batch.Place, name string, bom bool) (*csvFile, error) {
	f, err := place.Create(place.File(name))
	if err != nil {
		return nil, err
	}
	b := bufio.NewWriterSize(f, 256<<10)
	if bom {
		b.WriteString("\uFEFF") // by which Excel knows UTF-8
	}
	w := csv.NewWriter(b)
	w.UseCRLF = true
	return &csvFile{f, b, w}, nil
}

func (f *csvFile) write(line []string) error {
	for i := range line {
		line[i] = export.Harmless(line[i])
	}
	return f.csv.Write(line)
}

func (f *csvFile) commit() error {
	f.csv.Flush()
	if err := f.csv.Error(); err != nil {
		return err
	}
	if err := f.buf.Flush(); err != nil {
		return err
	}
	return f.file.CloseAtomicallyReplace()
}

func (c *csvOutput) record(v *value) error {
	number, unit := "", ""
	if v.Value != nil {
		number = strconv.FormatFloat(*v.Value, 'f', -1, 64)
	}
	if v.Unit != nil {
		unit = *v.Unit
	}
	return c.records.write([]string{
		v.report, v.picture, strconv.Itoa(v.page), strconv.Itoa(v.table), v.form, v.Key,
		strings.Join(v.Labels, " > "), v.Raw, number, unit,
		strconv.FormatFloat(v.Confidence, 'f', -1, 64), strconv.FormatBool(v.review()),
		strings.Join(v.reasons(), "; "), export.Codes(v.causes()),
		v.by.source(), v.by.Reviewer, v.machineRaw(),
	})
}

// report writes one line: the number where there is one, else what is printed.
func (c *csvOutput) report(r *row) error {
	line := []string{
		r.report, strconv.Itoa(r.pictures), strconv.Itoa(r.failed), strconv.Itoa(r.duplicates),
		strconv.Itoa(r.conflicts), strconv.Itoa(r.review), strconv.Itoa(r.badChecks),
	}
	for _, k := range c.keys {
		s := ""
		if v := r.values[k]; v != nil {
			if s = v.Raw; v.Value != nil {
				s = strconv.FormatFloat(*v.Value, 'f', -1, 64)
			}
		}
		line = append(line, s)
	}
	return c.reports.write(line)
}

func (c *csvOutput) commit() error {
	return errors.Join(c.records.commit(), c.reports.commit())
}

func (c *csvOutput) discard() {
	c.records.file.Cleanup()
	c.reports.file.Cleanup()
}
