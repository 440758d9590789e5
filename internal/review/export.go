package review

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/biaoge/biaoge/export"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// Exports are what the answers can be written as.
var Exports = []string{"truth.jsonl", "corrections.csv", "label-studio.json", "lines"}

// A Truth is a line of truth.jsonl: what persons say is printed on a page.
type Truth struct {
	SHA256  string       `json:"sha256"`
	Path    string       `json:"path"`
	File    string       `json:"file"` // its last part, for programs that match by that
	Page    int          `json:"page"`
	Partial bool         `json:"partial"` // always true: cells that nobody answered are left out
	Tables  []TruthTable `json:"tables"`
}

// A TruthTable is a table of it.
type TruthTable struct {
	Form  *string     `json:"form"`            // the full id, null for no known form
	Table int         `json:"table"`           // its place among those of the page, from 1
	Whole bool        `json:"whole,omitempty"` // a person went through all of it
	Rows  int         `json:"rows,omitempty"`
	Cols  int         `json:"cols,omitempty"`
	Cells []TruthCell `json:"cells"`
}

// A TruthCell is a cell that a person answered.
type TruthCell struct {
	Row        int    `json:"row"`
	Col        int    `json:"col"`
	RowSpan    int    `json:"rowspan"`
	ColSpan    int    `json:"colspan"`
	Text       string `json:"text"`
	Key        string `json:"key,omitempty"`
	Audit      bool   `json:"audit,omitempty"`
	By         string `json:"by"`
	Unreadable bool   `json:"unreadable,omitempty"` // nobody knows what is printed; only in corrections.csv

	machine string
	kind    string
	box     tables.Box
	quad    [4]tables.Point
	at      time.Time
}

// truths calls f with what persons say of each page, in the order of reports
// and pictures; the same bytes once.
func (s *Session) truths(f func(*Truth, *tables.Document) error) error {
	rows, err := s.Store.r.Query(`SELECT DISTINCT p.sha256 FROM pictures p JOIN targets t ON t.picture = p.id JOIN questions q ON q.id = t.question
		WHERE q.settled <> 0 AND q.gone = 0 AND q.why <> 'known' AND q.kind <> 'conflict'`)
	if err != nil {
		return err
	}
	var hashes []string
	for rows.Next() {
		var h string
		if err := rows.Scan(&h); err != nil {
			rows.Close()
			return err
		}
		hashes = append(hashes, h)
	}
	rows.Close()
	if err := rows.Err(); err != nil {
		return err
	}
	type first struct {
		p    picture
		hash string
	}
	var all []first
	for _, h := range hashes {
		var id int64
		if err := s.Store.r.QueryRow("SELECT id FROM pictures WHERE sha256 = ? ORDER BY report, path LIMIT 1", h).Scan(&id); err != nil {
			return err
		}
		p, err := s.Store.picture(id)
		if err != nil {
			return err
		}
		all = append(all, first{p, h})
	}
	slices.SortFunc(all, func(a, b first) int { return strings.Compare(a.p.report+"\x00"+a.p.path, b.p.report+"\x00"+b.p.path) })
	docs := &documents{place: s.Place}
	for _, a := range all {
		d, err := docs.of(a.p.path)
		if err != nil {
			s.Log.Warn("a document can't be read", "picture", a.p.name, "error", err)
			continue
		}
		if err := s.truth(a.p, d, f); err != nil {
			return err
		}
	}
	return nil
}

func (s *Session) truth(p picture, docs []*tables.Document, f func(*Truth, *tables.Document) error) error {
	outs, err := s.Store.outcomes(s.Store.r, p.sha256, 0)
	if err != nil {
		return err
	}
	c, err := s.Store.correct(p.sha256, docs, s.Forms, 0)
	if err != nil || c == nil {
		return err
	}
	for i, doc := range c.Documents {
		n := max(1, doc.Source.Page)
		t := &Truth{SHA256: p.sha256, Path: p.name, File: p.name[strings.LastIndexByte(p.name, '/')+1:], Page: n, Partial: true}
		for j := range doc.Tables {
			if tt := s.truthTable(outs, docs, doc, n, j+1); len(tt.Cells) > 0 {
				t.Tables = append(t.Tables, tt)
			}
		}
		if len(t.Tables) > 0 {
			if err := f(t, docs[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// truthTable lists the cells of a table that persons answered, with the last
// word on each.
func (s *Session) truthTable(outs []outcome, docs []*tables.Document, now *tables.Document, page, number int) TruthTable {
	t := &now.Tables[number-1]
	out := TruthTable{Form: t.Form, Table: number, Cells: []TruthCell{}}
	was := tableOf(docs, page, number)
	answered := make(map[[2]int]outcome)
	for _, o := range outs {
		found := o.at.table == number || o.at.table == 0 && was == nil
		if o.at.page != page || !found {
			continue
		}
		switch o.kind {
		case KindTable:
			if len(o.answer.Table.Cells) == 0 {
				continue
			}
			out.Whole, out.Rows, out.Cols = true, t.Rows, t.Cols
			clear(answered)
			for _, c := range t.Cells {
				answered[[2]int{c.Row, c.Col}] = o
			}
		case KindValue, KindLabel:
			if _, ok := o.answer.text(); ok && !slices.Contains(o.answer.Except, idOf(cmp.Or(o.at.copy, o.at.id))) {
				answered[[2]int{o.at.row, o.at.col}] = o
			}
		}
	}
	for i := range t.Cells {
		c := &t.Cells[i]
		o, ok := answered[[2]int{c.Row, c.Col}]
		if !ok {
			continue
		}
		cell := TruthCell{Row: c.Row, Col: c.Col, RowSpan: max(1, c.RowSpan), ColSpan: max(1, c.ColSpan), Text: c.Text, By: o.settlers,
			Audit: o.why == whyAudit, Unreadable: strings.Contains(c.Text, unreadable), kind: o.kind, box: c.Box, quad: t.Quad, at: time.Unix(0, o.time)}
		if r := t.RecordAt(c.Row, c.Col); r != nil {
			cell.Key = r.Key
		}
		if was != nil {
			if old := cellAt(was, c.Row, c.Col); old != nil {
				cell.machine = old.Text
			}
			if r := was.RecordAt(c.Row, c.Col); r != nil {
				cell.machine = r.Raw
			}
		}
		out.Cells = append(out.Cells, cell)
	}
	return out
}

// Export writes the answers in one of the forms that are one file.
func (s *Session) Export(out io.Writer, what string) error {
	w := bufio.NewWriter(out)
	var err error
	switch what {
	case "truth.jsonl":
		err = s.exportTruth(w)
	case "corrections.csv":
		err = s.exportCSV(w)
	default:
		err = s.exportLabelStudio(w)
	}
	if err != nil {
		return err
	}
	return w.Flush()
}

// exportTruth leaves out what nobody could read: it is no truth.
func (s *Session) exportTruth(w io.Writer) error {
	return s.truths(func(t *Truth, _ *tables.Document) error {
		for i := range t.Tables {
			t.Tables[i].Cells = slices.DeleteFunc(t.Tables[i].Cells, func(c TruthCell) bool { return c.Unreadable })
		}
		t.Tables = slices.DeleteFunc(t.Tables, func(t TruthTable) bool { return len(t.Cells) == 0 })
		if len(t.Tables) == 0 {
			return nil
		}
		b, err := marshal(t)
		if err == nil {
			_, err = w.Write(append(b, '\n'))
		}
		return err
	})
}

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

// exportLabelStudio writes tasks as Label Studio imports them for its template
// of optical character recognition: a rectangle and a transcription for each
// cell, in per cent of the picture.
func (s *Session) exportLabelStudio(w io.Writer) error {
	io.WriteString(w, "[")
	first := true
	err := s.truths(func(t *Truth, d *tables.Document) error {
		var regions []map[string]any
		for _, tab := range t.Tables {
			for _, c := range tab.Cells {
				if c.Unreadable || c.box[2] <= 0 || d.Source.Width == 0 {
					continue
				}
				id := fmt.Sprintf("%d-%d-%d-%d", t.Page, tab.Table, c.Row, c.Col)
				wide, high := float64(d.Source.Width), float64(d.Source.Height)
				place := map[string]any{"x": 100 * c.box[0] / wide, "y": 100 * c.box[1] / high, "width": 100 * c.box[2] / wide, "height": 100 * c.box[3] / high, "rotation": 0}
				for _, r := range []struct {
					kind, name string
					more       any
				}{{"rectangle", "bbox", nil}, {"labels", "label", []string{c.kind}}, {"textarea", "transcription", []string{c.Text}}} {
					value := map[string]any{}
					for k, v := range place {
						value[k] = v
					}
					if r.kind == "labels" {
						value["labels"] = r.more
					} else if r.more != nil {
						value["text"] = r.more
					}
					regions = append(regions, map[string]any{"id": id, "type": r.kind, "from_name": r.name, "to_name": "image",
						"original_width": d.Source.Width, "original_height": d.Source.Height, "image_rotation": 0, "value": value, "meta": map[string]any{"key": c.Key, "by": c.By}})
				}
			}
		}
		if len(regions) == 0 {
			return nil
		}
		task := map[string]any{"data": map[string]any{"image": t.Path, "ocr": t.Path, "sha256": t.SHA256, "page": t.Page}, "annotations": []any{map[string]any{"result": regions}}}
		b, err := marshal(task)
		if err != nil {
			return err
		}
		if !first {
			io.WriteString(w, ",")
		}
		first = false
		_, err = fmt.Fprintf(w, "\n%s", b)
		return err
	})
	io.WriteString(w, "\n]\n")
	return err
}

// ExportLines writes a picture of each line that a person answered, as it is
// on the page, with its text beside it: what a reader of lines is trained on.
func (s *Session) ExportLines(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	index, err := os.Create(filepath.Join(dir, "lines.jsonl"))
	if err != nil {
		return err
	}
	defer index.Close()
	n := 0
	err = s.truths(func(t *Truth, _ *tables.Document) error {
		p, err := s.pathOf(t.SHA256)
		if err != nil {
			return err
		}
		for _, tab := range t.Tables {
			for _, c := range tab.Cells {
				if c.Unreadable || c.Text == "" || strings.Contains(c.Text, "\n") || c.box[2] <= 0 {
					continue
				}
				data, err := s.Cutter.picture(ctx, p)
				if err == nil {
					data, err = s.Cutter.Cut(ctx, worker.Crop{SHA256: t.SHA256, Page: t.Page, Box: c.box, Quad: c.quad, AsIs: true}, data)
				}
				if err != nil {
					if ctx.Err() != nil {
						return context.Cause(ctx)
					}
					s.Log.Warn("a picture can't be cut", "picture", t.Path, "error", err)
					break
				}
				n++
				if err := writeLine(dir, index, n, data, t, &c); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return index.Sync()
}

func writeLine(dir string, index io.Writer, n int, png []byte, t *Truth, c *TruthCell) error {
	name := fmt.Sprintf("%06d", n)
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o666); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, name+".gt.txt"), []byte(c.Text+"\n"), 0o666); err != nil {
		return err
	}
	b, err := marshal(map[string]any{"file": name + ".png", "text": c.Text, "sha256": t.SHA256, "path": t.Path, "page": t.Page, "bbox": c.box, "by": c.By})
	if err == nil {
		_, err = index.Write(append(b, '\n'))
	}
	return err
}

func (s *Session) pathOf(sha256 string) (string, error) {
	var path []byte
	err := s.Store.r.QueryRow("SELECT path FROM pictures WHERE sha256 = ? ORDER BY report, path LIMIT 1", sha256).Scan(&path)
	return string(path), err
}

// readTruths reads what Export wrote as truth.jsonl or corrections.csv.
func readTruths(in io.Reader, f func(*Truth) error) error {
	r := bufio.NewReaderSize(in, 1<<20)
	if head, _ := r.Peek(3); string(head) == "\uFEFF" {
		r.Discard(3)
	}
	if head, _ := r.Peek(1); len(head) == 0 {
		return fmt.Errorf("the file is empty; give truth.jsonl or corrections.csv of another review")
	} else if head[0] != '{' {
		return readCorrections(r, f)
	}
	d := json.NewDecoder(r)
	for n := 1; d.More(); n++ {
		t := new(Truth)
		if err := d.Decode(t); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		if t.SHA256 == "" {
			return fmt.Errorf("line %d: no sha256; give truth.jsonl or corrections.csv of another review", n)
		}
		if err := f(t); err != nil {
			return err
		}
	}
	return nil
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
