package evaluate

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/biaoge/biaoge/internal/escape"
	"github.com/biaoge/biaoge/tables"
)

// Documents are extraction documents by what they are found by. Names are as
// on the disk, their escapes undone.
type Documents struct {
	hash, path, name map[Page]*tables.Document
}

// ReadOutput reads extraction documents, one a line, of this or another
// extractor.
func ReadOutput(name string, r io.Reader) (*Documents, error) {
	docs := &Documents{make(map[Page]*tables.Document), make(map[Page]*tables.Document), make(map[Page]*tables.Document)}
	err := lines(name, r, func(line []byte) error {
		d := new(tables.Document)
		if err := json.Unmarshal(line, d); err != nil {
			return err
		}
		n := max(1, d.Source.Page)
		if d.Source.SHA256 != "" {
			docs.hash[Page{d.Source.SHA256, n}] = d
		}
		path := escape.Undo(d.Source.Path)
		docs.path[Page{path, n}] = d
		docs.name[Page{filepath.Base(path), n}] = d
		return nil
	})
	return docs, err
}

// Of is the document of a picture, found by its hash, else by its path, else
// by its name; nil where there is none.
func (d *Documents) Of(p *Picture) *tables.Document {
	n := max(1, p.Page)
	if doc := d.hash[Page{p.SHA256, n}]; doc != nil && p.SHA256 != "" {
		return doc
	}
	if doc := d.path[Page{escape.Undo(p.Path), n}]; doc != nil && p.Path != "" {
		return doc
	}
	return d.name[Page{escape.Undo(p.File), n}]
}

// Files finds the pictures of a truth in a folder, likewise: the file of each,
// in their order. The folder is gone through only where a hash is known and
// the file at its path has another one.
func Files(dir string, truth []Picture) ([]string, error) {
	var hashes map[string]string
	files := make([]string, len(truth))
	for i := range truth {
		p := &truth[i]
		files[i] = filepath.Join(dir, p.File)
		if p.Path == "" {
			continue
		}
		at := filepath.Join(dir, filepath.FromSlash(escape.Undo(p.Path)))
		there := hashOf(at)
		if p.SHA256 != "" && there != p.SHA256 {
			if hashes == nil {
				var err error
				if hashes, err = hashAll(dir); err != nil {
					return nil, err
				}
			}
			if file, ok := hashes[p.SHA256]; ok {
				files[i] = file
				continue
			}
		}
		if there != "" {
			files[i] = at
		}
	}
	return files, nil
}

// hashAll is where the files of a folder are, by their hashes.
func hashAll(dir string) (map[string]string, error) {
	all := make(map[string]string)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if h := hashOf(path); h != "" {
				all[h] = path
			}
		}
		return err
	})
	return all, err
}

// hashOf is the hash of a file; empty where it can't be read.
func hashOf(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}
