package worker

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/biaoge/biaoge/tables"
)

// Marshal writes documents as a file of documents/ holds them: one line each,
// so that the file of a picture with one page is a JSON document.
func Marshal(docs []*tables.Document) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, d := range docs {
		if err := enc.Encode(d); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// Unmarshal reads what Marshal wrote.
func Unmarshal(data []byte) ([]*tables.Document, error) {
	var docs []*tables.Document
	dec := json.NewDecoder(bytes.NewReader(data))
	for {
		d := new(tables.Document)
		err := dec.Decode(d)
		if err == io.EOF {
			if len(docs) == 0 {
				return nil, io.ErrUnexpectedEOF
			}
			return docs, nil
		}
		if err != nil {
			return nil, err
		}
		docs = append(docs, d)
	}
}
