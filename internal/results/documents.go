package results

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"slices"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/tables"
)

// A document as far as results need it: to decode the cells as well would take
// twice as long.
type document struct {
	Source struct {
		Page int `json:"page"`
	} `json:"source"`
	Tables []tableOf `json:"tables"`
}

type tableOf struct {
	Form    *string         `json:"form"`
	Records []tables.Record `json:"records"`
	Checks  []tables.Check  `json:"checks"`
}

type table struct {
	Records []tables.Record
	Checks  []tables.Check
}

func find(docs []document, d *digest.Table) *table {
	for i := range docs {
		if max(1, docs[i].Source.Page) == d.Page && d.Number <= len(docs[i].Tables) {
			return &table{docs[i].Tables[d.Number-1].Records, docs[i].Tables[d.Number-1].Checks}
		}
	}
	return nil
}

// document reads the documents of a picture.
func (w *writer) document(p *counted) ([]document, error) {
	if p.corrected != nil {
		return short(p.corrected.Documents), nil
	}
	docs, err := read[document](w.Place.Document(p.Path))
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, errDamaged), err == nil && len(docs) != p.Digest.Pages:
		return nil, w.damage(p.Picture)
	}
	return docs, err
}

var errDamaged = errors.New("the document is damaged")

// read reads the documents of a file, or as much of each as T has.
func read[T any](name string) ([]T, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var docs []T
	dec := json.NewDecoder(f)
	for dec.More() {
		var d T
		if dec.Decode(&d) != nil {
			return nil, errDamaged
		}
		docs = append(docs, d)
	}
	return docs, nil
}

func (w *writer) damage(p *journal.Picture) error {
	if !slices.Contains(w.damaged, p.ID) {
		w.damaged = append(w.damaged, p.ID)
	}
	return &Damaged{w.damaged}
}
