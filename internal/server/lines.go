package server

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/tables"
)

// Documents pass through the service as the lines that workers write: to take
// them apart and write them again would cost more than all else that it does.

// linesOf are the documents that worker.Marshal wrote, one at least.
func linesOf(docs []byte) ([][]byte, error) {
	docs = bytes.TrimSuffix(docs, []byte("\n"))
	if len(docs) == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	return bytes.Split(docs, []byte("\n")), nil
}

// parsed are the documents of some lines.
func parsed(lines [][]byte) ([]*tables.Document, error) {
	docs := make([]*tables.Document, len(lines))
	for i, l := range lines {
		docs[i] = new(tables.Document)
		if err := json.Unmarshal(l, docs[i]); err != nil {
			return nil, err
		}
	}
	return docs, nil
}

// named are documents that call their picture by another name than the one by
// which it is read. Quotation marks in texts are escaped: what is replaced is
// the value of a key, and never what is printed.
func named(lines [][]byte, name string) ([][]byte, error) {
	if name == standardName {
		return lines, nil
	}
	to, err := field("path", name)
	if err != nil {
		return nil, err
	}
	from, err := field("path", standardName)
	if err != nil {
		return nil, err
	}
	out := make([][]byte, len(lines))
	for i, l := range lines {
		out[i] = bytes.ReplaceAll(l, from, to)
	}
	return out, nil
}

// field is a key with its value as documents have it.
func field(key, value string) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return nil, err
	}
	return append([]byte(`"`+key+`":`), bytes.TrimSuffix(b.Bytes(), []byte("\n"))...), nil
}

// incomplete says the warning that pages are missing, with which a last document
// ends, as the problem of its picture as well, since that is where callers look.
func incomplete(last []byte) (*Problem, error) {
	code, err := field("code", digest.Incomplete)
	if err != nil || !bytes.Contains(last, code) {
		return nil, err
	}
	docs, err := parsed([][]byte{last})
	if err != nil {
		return nil, err
	}
	for _, w := range docs[0].Warnings {
		if w.Code == digest.Incomplete {
			return newProblem(http.StatusUnprocessableEntity, "damaged", "%s", w.Message), nil
		}
	}
	return nil, nil
}
