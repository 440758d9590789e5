package review

import (
	"fmt"
	"os"
	"sync"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// documentsKept is how many pictures' documents are kept parsed: those of the
// questions that a few reviewers have before them. One of a large form takes
// half a megabyte.
const documentsKept = 32

// documents reads the documents of pictures and keeps the last ones.
type documents struct {
	place batch.Place
	mu    sync.Mutex
	kept  map[string]*kept
	clock int
}

type kept struct {
	docs []*tables.Document
	size int64
	time int64
	used int
}

// of returns the documents of a picture, given its path. They are shared: who
// changes them makes a copy first.
func (d *documents) of(path string) ([]*tables.Document, error) {
	file := d.place.Document(path)
	info, err := os.Stat(file)
	if err != nil {
		return nil, fmt.Errorf("the document of %s: %w; run biaoge batch again", path, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clock++
	if k := d.kept[path]; k != nil && k.size == info.Size() && k.time == info.ModTime().UnixNano() {
		k.used = d.clock
		return k.docs, nil
	}
	docs, err := d.read(file)
	if err != nil {
		return nil, fmt.Errorf("the document of %s: %w; run biaoge batch again", path, err)
	}
	if d.kept == nil {
		d.kept = make(map[string]*kept)
	}
	if len(d.kept) >= documentsKept {
		oldest, least := "", d.clock
		for p, k := range d.kept {
			if k.used < least {
				oldest, least = p, k.used
			}
		}
		delete(d.kept, oldest)
	}
	d.kept[path] = &kept{docs, info.Size(), info.ModTime().UnixNano(), d.clock}
	return docs, nil
}

func (d *documents) read(file string) ([]*tables.Document, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return worker.Unmarshal(data)
}

// page is a picture's document of a page, counted from 1; nil where there is
// none.
func page(docs []*tables.Document, n int) *tables.Document {
	for _, d := range docs {
		if max(1, d.Source.Page) == n {
			return d
		}
	}
	return nil
}

// tableOf is a table of a page, counted from 1; nil where there is none.
func tableOf(docs []*tables.Document, n, table int) *tables.Table {
	d := page(docs, n)
	if d == nil || table < 1 || table > len(d.Tables) {
		return nil
	}
	return &d.Tables[table-1]
}

// cellAt is the cell of a table whose first position is at a place; nil where
// there is none.
func cellAt(t *tables.Table, row, col int) *tables.Cell {
	for i := range t.Cells {
		if c := &t.Cells[i]; c.Row == row && c.Col == col {
			return c
		}
	}
	return nil
}
