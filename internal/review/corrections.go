package review

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/biaoge/biaoge/export"
	"github.com/biaoge/biaoge/tables"
)

// correctionColumns are the columns of corrections.csv.
var correctionColumns = []string{"sha256", "path", "page", "table", "form", "row", "col", "rowspan", "colspan", "key", "kind", "machine_raw", "raw", "changed", "unreadable", "audit", "reviewer", "at"}

func (s *Session) exportCSV(out io.Writer) error {
	io.WriteString(out, "\uFEFF") // by which Excel knows UTF-8
	w := csv.NewWriter(out)
	w.UseCRLF = true
	if err := w.Write(correctionColumns); err != nil {
		return err
	}
	err := s.truths(func(t *Truth, _ *tables.Document) error {
		for _, tab := range t.Tables {
			form := ""
			if tab.Form != nil {
				form = *tab.Form
			}
			for _, c := range tab.Cells {
				line := []string{t.SHA256, t.Path, strconv.Itoa(t.Page), strconv.Itoa(tab.Table), form,
					strconv.Itoa(c.Row), strconv.Itoa(c.Col), strconv.Itoa(c.RowSpan), strconv.Itoa(c.ColSpan), c.Key, c.kind,
					c.machine, c.Text, strconv.FormatBool(c.machine != c.Text), strconv.FormatBool(c.Unreadable), strconv.FormatBool(c.Audit), c.By, c.at.UTC().Format(time.RFC3339)}
				for i := range line {
					line[i] = export.Harmless(line[i])
				}
				if err := w.Write(line); err != nil {
					return err
				}
			}
		}
		return nil
	})
	w.Flush()
	if err != nil {
		return err
	}
	return w.Error()
}

func readCorrections(in io.Reader, f func(*Truth) error) error {
	r := csv.NewReader(in)
	head, err := r.Read()
	if err != nil || !slices.Equal(head, correctionColumns) {
		return fmt.Errorf("its first line is not that of corrections.csv")
	}
	for n := 2; ; n++ {
		line, err := r.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		field := func(name string) string {
			s := line[slices.Index(correctionColumns, name)]
			if rest, ok := strings.CutPrefix(s, "'"); ok && export.Harmless(rest) == s {
				return rest // the apostrophe was put there for spreadsheets
			}
			return s
		}
		number := func(name string) int {
			v, e := strconv.Atoi(field(name))
			if e != nil && err == nil {
				err = fmt.Errorf("line %d: %s is no number", n, name)
			}
			return v
		}
		c := TruthCell{Row: number("row"), Col: number("col"), RowSpan: number("rowspan"), ColSpan: number("colspan"), Text: field("raw"),
			Key: field("key"), By: field("reviewer"), Unreadable: field("unreadable") == "true"}
		t := &Truth{SHA256: field("sha256"), Path: field("path"), Page: number("page")}
		tab := TruthTable{Table: number("table"), Cells: []TruthCell{c}}
		if form := field("form"); form != "" {
			tab.Form = &form
		}
		t.Tables = []TruthTable{tab}
		if err != nil {
			return err
		}
		if err := f(t); err != nil {
			return err
		}
	}
}
