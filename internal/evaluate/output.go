package evaluate

import (
	"encoding/json"
	"io"
	"path/filepath"

	"github.com/biaoge/biaoge/tables"
)

// ReadOutput reads extraction documents, one a line, of this or another
// extractor. It returns them by the picture's file name.
func ReadOutput(name string, r io.Reader) (map[string]*tables.Document, error) {
	docs := make(map[string]*tables.Document)
	err := lines(name, r, func(line []byte) error {
		d := new(tables.Document)
		if err := json.Unmarshal(line, d); err != nil {
			return err
		}
		docs[filepath.Base(d.Source.Path)] = d
		return nil
	})
	return docs, err
}
