package results

import (
	"errors"

	"github.com/google/renameio/v2"
	"github.com/parquet-go/parquet-go"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/tables"
)

// parquetRecord is a line of records.parquet.
type parquetRecord struct {
	Report     string   `parquet:"report,dict"`
	Picture    string   `parquet:"picture,dict"`
	Page       int32    `parquet:"page"`
	Table      int32    `parquet:"table"`
	Form       string   `parquet:"form,dict"`
	Key        string   `parquet:"key,dict"`
	Labels     []string `parquet:"labels,list,dict"`
	Raw        string   `parquet:"raw,dict"`
	Value      *float64 `parquet:"value,optional"`
	Unit       *string  `parquet:"unit,optional,dict"`
	Confidence float64  `parquet:"confidence"`
	Review     bool     `parquet:"review"`
	Reasons    []string `parquet:"reasons,list,dict"`
	Codes      []string `parquet:"codes,list,dict"`
	Source     string   `parquet:"source,dict"`
	Reviewer   string   `parquet:"reviewer,dict"`
	MachineRaw string   `parquet:"machine_raw,dict"`
}

// rowGroup is how many lines are kept before they are written.
const rowGroup = 100_000

// parquetOutput writes records.parquet and reports.parquet.
type parquetOutput struct {
	keys                   []string
	recordFile, reportFile *renameio.PendingFile
	records                *parquet.GenericWriter[parquetRecord]
	reports                *parquet.GenericWriter[any]
	schema                 *parquet.Schema
	buffer                 []parquetRecord
	inGroup                int
}

func newParquet(place batch.Place, keys []string) (*parquetOutput, error) {
	p := &parquetOutput{keys: keys}
	var err error
	if p.recordFile, err = place.Create(place.File("records.parquet")); err != nil {
		return nil, err
	}
	if p.reportFile, err = place.Create(place.File("reports.parquet")); err != nil {
		p.recordFile.Cleanup()
		return nil, err
	}
	group := parquet.Group{"report": parquet.String()}
	for _, c := range ReportColumns[1:] {
		group[c] = parquet.Int(32)
	}
	for _, k := range keys {
		group[k] = parquet.Optional(parquet.Leaf(parquet.DoubleType))
	}
	p.schema = parquet.NewSchema("report", group)
	p.records = parquet.NewGenericWriter[parquetRecord](p.recordFile, parquet.Compression(&parquet.Zstd))
	p.reports = parquet.NewGenericWriter[any](p.reportFile, p.schema, parquet.Compression(&parquet.Zstd))
	return p, nil
}

func (p *parquetOutput) record(v *value) error {
	p.buffer = append(p.buffer, parquetRecord{
		v.report, v.picture, int32(v.page), int32(v.table), v.form, v.Key, v.Labels, v.Raw, v.Value, v.Unit,
		v.Confidence, v.review(), v.reasons(), codes(v.causes()), v.by.source(), v.by.Reviewer, v.machineRaw(),
	})
	if len(p.buffer) < 1000 {
		return nil
	}
	return p.flush()
}

func (p *parquetOutput) flush() error {
	_, err := p.records.Write(p.buffer)
	p.inGroup += len(p.buffer)
	p.buffer = p.buffer[:0]
	if err == nil && p.inGroup >= rowGroup {
		p.inGroup = 0
		err = p.records.Flush()
	}
	return err
}

func codes(causes []tables.Cause) []string {
	all := make([]string, len(causes))
	for i, c := range causes {
		all[i] = c.Code
	}
	return all
}

// report writes one line: numbers only, a text such as 无 is null.
func (p *parquetOutput) report(r *row) error {
	columns := map[string]parquet.Value{"report": parquet.ValueOf(r.report)}
	for i, n := range []int{r.pictures, r.failed, r.duplicates, r.conflicts, r.review, r.badChecks} {
		columns[ReportColumns[i+1]] = parquet.ValueOf(int32(n))
	}
	var line parquet.Row
	for i, c := range p.schema.Columns() {
		v, ok := columns[c[0]]
		level := 0
		if !ok {
			if rec := r.values[c[0]]; rec != nil && rec.Value != nil {
				v, level = parquet.ValueOf(*rec.Value), 1
			} else {
				v = parquet.NullValue()
			}
		}
		line = append(line, v.Level(0, level, i))
	}
	_, err := p.reports.WriteRows([]parquet.Row{line})
	return err
}

func (p *parquetOutput) commit() error {
	if err := errors.Join(p.flush(), p.records.Close(), p.reports.Close()); err != nil {
		return err
	}
	return errors.Join(p.recordFile.CloseAtomicallyReplace(), p.reportFile.CloseAtomicallyReplace())
}

func (p *parquetOutput) discard() {
	p.recordFile.Cleanup()
	p.reportFile.Cleanup()
}
