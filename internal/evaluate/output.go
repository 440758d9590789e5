package evaluate

import (
	"encoding/json"
	"io"
	"path/filepath"

	"github.com/biaoge/biaoge/internal/escape"
	"github.com/biaoge/biaoge/tables"
)

// ReadOutput reads extraction documents, one a line, of this or another
// extractor. It returns them by file name and page; names are as on the disk,
// their escapes undone.
func ReadOutput(name string, r io.Reader) (map[Page]*tables.Document, error) {
	docs := make(map[Page]*tables.Document)
	err := lines(name, r, func(line []byte) error {
		d := new(tables.Document)
		if err := json.Unmarshal(line, d); err != nil {
			return err
		}
		docs[Page{escape.Undo(filepath.Base(d.Source.Path)), max(1, d.Source.Page)}] = d
		return nil
	})
	return docs, err
}
