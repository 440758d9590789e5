// Package evaluate measures extraction documents against hand-made truth: how
// many values are right, how many are wrong without a flag, and whether the
// confidence is true.
//
// The definitions are those of the scorer that came with the development set,
// and so are the first lines of the report, so that numbers can be compared.
//
// It must not know how documents came about.
package evaluate

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"path"
)

// A Picture is one line of a truth file: what is printed in a picture, or on a
// page of one.
type Picture struct {
	ID     string  `json:"id"`
	File   string  `json:"file"` // without folder
	Page   int     `json:"page"` // 0 and 1 for the first
	Set    string  `json:"set"`  // the kind of picture, a row of the report
	Tables []Table `json:"tables"`

	// What biaoge review writes has these, too.
	SHA256  string `json:"sha256"`  // of the picture's bytes, by which it is found first
	Path    string `json:"path"`    // below the folder of the pictures, by which it is found next
	Partial bool   `json:"partial"` // only these cells are known: nothing else is scored
}

// A Page says which page of which file something is of.
type Page struct {
	File string // without folder
	Page int    // from 1
}

// Key is what the documents of the picture are found by.
func (p *Picture) Key() Page { return Page{p.File, max(1, p.Page)} }

// A Table is a printed table.
type Table struct {
	Kind    string   `json:"kind"`    // the form without edition, such as requests
	Edition *string  `json:"edition"` // null where any edition is right
	Form    *string  `json:"form"`    // instead of both: the full id
	Number  int      `json:"table"`   // its place on the page, from 1, where that is known
	Wrong   []string `json:"wrong"`   // keys whose printed value breaks a sum
	Cells   []Cell   `json:"cells"`
}

// A Cell is a printed cell: a value where it has a key, else a label.
type Cell struct {
	Row     int    `json:"row"`
	Col     int    `json:"col"`
	RowSpan int    `json:"rowspan"`
	ColSpan int    `json:"colspan"`
	Text    string `json:"text"`
	Key     string `json:"key"`
}

// FormID is what a document should call the table: the id of its form, empty where it has none.
func (t *Table) FormID() string {
	switch {
	case t.Form != nil:
		return *t.Form
	case t.Kind == "":
		return "" // of no known form
	}
	if t.Edition == nil {
		return "gov-disclosure/" + t.Kind
	}
	return "gov-disclosure/" + t.Kind + "@" + *t.Edition
}

// maxLine bounds a line of a truth or output file, in bytes.
const maxLine = 64 << 20

// ReadTruth reads a truth file, a JSON object on each line. Name is used in
// errors.
func ReadTruth(name string, r io.Reader) ([]Picture, error) {
	var all []Picture
	err := lines(name, r, func(line []byte) error {
		var p Picture
		if err := json.Unmarshal(line, &p); err != nil {
			return err
		}
		if p.File == "" && p.Path != "" {
			p.File = path.Base(p.Path)
		}
		if p.File == "" {
			return fmt.Errorf("no field \"file\": the picture's name")
		}
		all = append(all, p)
		return nil
	})
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("%s: the file is empty; it needs a JSON object a line for each picture", name)
	}
	return all, err
}

// lines calls each for every line that is not blank.
func lines(name string, r io.Reader, each func([]byte) error) error {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 64<<10), maxLine)
	for n := 1; s.Scan(); n++ {
		if len(s.Bytes()) == 0 {
			continue
		}
		if err := each(s.Bytes()); err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}
