package results

import (
	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/tables"
)

// Answers are what persons said about pictures.
type Answers interface {
	// Has reports whether anything was said about the picture with a hash.
	Has(sha256 string) (bool, error)
	// Forms are those of the tables that persons keyed.
	Forms() ([]string, error)
	// Correct takes what was said into copies of its documents; nil where
	// that changes nothing.
	Correct(sha256 string, docs []*tables.Document, forms []*tables.Form) (*Corrected, error)
}

// A Corrected picture is what its documents say with the answers taken in.
type Corrected struct {
	Documents []*tables.Document
	People    map[Cell]Person   // of the values that persons gave
	Answered  map[[2]int]int    // of a page's table: flags that stay though they are answered
	Choices   map[[2]int]string // of a page's table that other pictures claim, too: the one that counts, or none
}

// A Cell says which value of a picture's documents something is of.
type Cell struct {
	Page, Table int // from 1
	Key         string
}

// A Person is who gave a value.
type Person struct {
	Reviewer   string
	MachineRaw string // what the program had read
	Unreadable bool   // the person could not read it either
}

// source says who gave a value that the program or a person did.
func (p Person) source() string {
	if p.Reviewer == "" {
		return "machine"
	}
	return "person"
}

// by says who gave a value of a picture's table.
func (p *counted) by(t *digest.Table, key string) Person {
	if p.corrected == nil {
		return Person{}
	}
	return p.corrected.People[Cell{t.Page, t.Number, key}]
}

// machineRaw is what the program had read of a value.
func (v *value) machineRaw() string {
	if v.by.Reviewer == "" {
		return v.Raw
	}
	return v.by.MachineRaw
}

// correct takes the answers about a picture in, so that what is counted and
// compared from then on is what they say.
func (w *writer) correct(p *counted) error {
	if w.Answers == nil {
		return nil
	}
	has, err := w.Answers.Has(p.SHA256)
	if err != nil || !has {
		return err
	}
	docs, err := read[*tables.Document](w.Place.Document(p.Path))
	if err != nil {
		return nil // that it is damaged is found when its values are wanted
	}
	c, err := w.Answers.Correct(p.SHA256, docs, w.Forms)
	if err != nil || c == nil {
		return err
	}
	p.Digest = digest.Of(c.Documents)
	for i := range p.Digest.Tables {
		t := &p.Digest.Tables[i]
		t.Review -= min(t.Review, c.Answered[[2]int{t.Page, t.Number}])
	}
	p.corrected = c
	return nil
}

// short are documents as far as results need them.
func short(docs []*tables.Document) []document {
	out := make([]document, len(docs))
	for i, d := range docs {
		out[i].Source.Page = d.Source.Page
		for j := range d.Tables {
			out[i].Tables = append(out[i].Tables, tableOf{d.Tables[j].Form, d.Tables[j].Records, d.Tables[j].Checks})
		}
	}
	return out
}
