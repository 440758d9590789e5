package review

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/tables"
)

// A Question is what the page is given of one.
type Question struct {
	ID           string          `json:"id"`
	Version      int             `json:"version"`
	Mode         string          `json:"mode"`
	Kind         string          `json:"kind"`
	Key          string          `json:"key"`
	Picture      string          `json:"picture"`
	Page         int             `json:"page"`
	Crop         string          `json:"crop"`
	Reading      string          `json:"reading"`
	Reasons      []string        `json:"reasons"`
	Targets      []string        `json:"targets"`
	Report       string          `json:"report"`
	Form         string          `json:"form"`
	Table        int             `json:"table"` // of the page, from 1; 0 for one that was not found
	Confidence   float64         `json:"confidence"`
	Causes       []tables.Cause  `json:"causes"` // the reasons as codes
	Chinese      []string        `json:"reasons_zh"`
	Alternatives []string        `json:"alternatives"`
	Labels       []Label         `json:"labels"`          // that lead to it, as printed
	Sums         []Sum           `json:"sums"`            // that it stands in
	Whole        string          `json:"whole"`           // the whole picture
	Outline      [4]tables.Point `json:"outline"`         // of the cell on it, as shares of its sides
	Spots        []Spot          `json:"spots,omitempty"` // of a carpet, one a target
	Grid         *Grid           `json:"grid,omitempty"`  // of a whole table
	Sides        []Side          `json:"sides,omitempty"` // of a conflict, or where a table may be that its report lacks

	moot bool // other answers have settled it since
}

// A Label is a heading of the value's row or column.
type Label struct {
	Of   string `json:"of"` // row or column
	Text string `json:"text"`
	Crop string `json:"crop"`
}

// A Spot is where one of many like cells is.
type Spot struct {
	Labels  []Label         `json:"labels"`
	Outline [4]tables.Point `json:"outline"`
}

// A Sum is one that a form says must hold, as far as it is known.
type Sum struct {
	Rule       string   `json:"rule"`
	Sum        []Part   `json:"sum"`
	Equals     []Part   `json:"equals"`
	Difference *float64 `json:"difference"` // what is printed as total, less what the parts add up to; nil where one is no number
}

// A Part is one value in a sum.
type Part struct {
	Key   string   `json:"key"`
	Label string   `json:"label"`
	Raw   string   `json:"raw"`
	Value *float64 `json:"value"`
}

// A Grid is a table to be gone through or keyed.
type Grid struct {
	Form  string     `json:"form"`
	Rows  int        `json:"rows"`
	Cols  int        `json:"cols"`
	Cells []GridCell `json:"cells"`
}

// A GridCell is one cell of it.
type GridCell struct {
	TableCell
	Kind    string          `json:"kind"`
	Key     string          `json:"key,omitempty"`
	Label   string          `json:"label,omitempty"` // the labels that lead to a value
	Flagged bool            `json:"flagged,omitempty"`
	Person  bool            `json:"person,omitempty"` // what it says is a person's
	Outline [4]tables.Point `json:"outline"`
}

// A Side is one of the pictures of a conflict, or one where a table may be that
// its report lacks.
type Side struct {
	Target  string          `json:"target"`
	Picture string          `json:"picture"`
	Page    int             `json:"page"`
	Whole   string          `json:"whole"`
	Grid    *Grid           `json:"grid,omitempty"` // the table that was read there
	Differ  []string        `json:"differ"`         // keys whose values are not the same everywhere
	Outline [4]tables.Point `json:"outline"`        // of that table
}

// A picture as the store has it.
type picture struct {
	id                         int64
	path, name, report, sha256 string
}

func (s *Store) picture(id int64) (p picture, err error) {
	var path []byte
	err = s.r.QueryRow("SELECT id, path, name, report, sha256 FROM pictures WHERE id = ?", id).Scan(&p.id, &path, &p.name, &p.report, &p.sha256)
	p.path = string(path)
	return p, err
}

// pictureAt is the number of the picture at a path.
func pictureAt(tx *sql.Tx, path string) (id int64, err error) {
	err = tx.QueryRow("SELECT id FROM pictures WHERE path = ?", []byte(path)).Scan(&id)
	return id, err
}

// A desk shows questions: it knows the documents and the forms beside the
// answers.
type desk struct {
	store *Store
	docs  *documents
	forms []*tables.Form
}

// show tells all that a page needs of a question.
func (d *desk) show(q *question, who Reviewer) (*Question, error) {
	version, err := d.store.version(d.store.r, q, who.ID)
	if err != nil {
		return nil, err
	}
	targets, err := targetsOf(d.store.r, "question = ? AND copy = 0", q.id)
	if err != nil || len(targets) == 0 {
		return nil, fmt.Errorf("question %d has no targets: %w", q.id, err)
	}
	first := targets[0]
	p, err := d.store.picture(first.picture)
	if err != nil {
		return nil, err
	}
	out := &Question{ID: idOf(q.id), Version: version, Mode: q.mode, Kind: q.kind, Key: q.key, Picture: p.name, Page: first.page,
		Crop: cropURL(cropCell, first.id), Reading: q.reading, Report: p.report, Form: q.form, Table: first.table, Confidence: q.confidence,
		Alternatives: []string{}, Labels: []Label{}, Sums: []Sum{}, Whole: cropURL(cropWhole, p.id, int64(first.page))}
	if err := json.Unmarshal([]byte(q.reasons), &out.Reasons); err != nil {
		return nil, err
	}
	if err := json.Unmarshal([]byte(q.causes), &out.Causes); err != nil {
		return nil, err
	}
	out.Chinese = []string{}
	for _, c := range out.Causes {
		out.Chinese = append(out.Chinese, c.In(message.Chinese))
	}
	for _, t := range targets {
		out.Targets = append(out.Targets, idOf(t.id))
	}
	docs, err := d.docs.of(p.path)
	if err != nil {
		return nil, err
	}
	now := docs
	c, err := d.store.correct(p.sha256, docs, d.forms, who.ID)
	if err != nil {
		return nil, err
	}
	if c != nil {
		now = c.Documents
	}
	switch q.kind {
	case KindConflict:
		out.Reading = ""
		err = d.showConflict(out, targets)
	case KindTable:
		out.Reading = ""
		if q.why == whyLacks {
			err = d.showLacking(out, q, targets)
		} else {
			d.showTable(out, first, docs, now, c)
		}
	default:
		d.showCell(out, first, docs, now)
		if q.mode == ModeCarpet {
			out.Spots = spots(targets, docs)
		}
	}
	return out, err
}

func idOf(n int64) string { return strconv.FormatInt(n, 10) }
