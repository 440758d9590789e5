package results

import (
	"slices"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/journal"
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
func (w *writer) by(p *journal.Picture, t *digest.Table, key string) Person {
	if c := w.corrected[p]; c != nil {
		return c.People[Cell{t.Page, t.Number, key}]
	}
	return Person{}
}

// machineRaw is what the program had read of a value.
func (v *value) machineRaw() string {
	if v.by.Reviewer == "" {
		return v.Raw
	}
	return v.by.MachineRaw
}

// correct takes the answers about pictures in, so that what is counted and
// compared from then on is what they say.
func (w *writer) correct(group []*journal.Picture) error {
	clear(w.corrected)
	if w.Answers == nil {
		return nil
	}
	for _, p := range group {
		if p.State != journal.Done {
			continue
		}
		has, err := w.Answers.Has(p.SHA256)
		if err != nil {
			return err
		}
		if !has {
			continue
		}
		docs, err := read[*tables.Document](w.Place.Document(p.Path))
		if err != nil {
			continue // that it is damaged is found when its values are wanted
		}
		c, err := w.Answers.Correct(p.SHA256, docs, w.Forms)
		if err != nil {
			return err
		}
		if c == nil {
			continue
		}
		p.Digest = digest.Of(c.Documents)
		for i := range p.Digest.Tables {
			t := &p.Digest.Tables[i]
			t.Review -= min(t.Review, c.Answered[[2]int{t.Page, t.Number}])
		}
		w.corrected[p] = c
	}
	return nil
}

// choose settles a conflict as a person did: of the pictures that contradict,
// one counts, or all stay apart. It reports whether anybody did.
func (w *writer) choose(contra []*claim) bool {
	chosen := ""
	for i, c := range contra {
		k := w.corrected[c.p]
		if k == nil {
			return false
		}
		name, ok := k.Choices[[2]int{c.t.Page, c.t.Number}]
		if !ok || i > 0 && name != chosen {
			return false
		}
		chosen = name
	}
	if chosen != "" && !slices.ContainsFunc(contra, func(c *claim) bool { return c.p.Name == chosen }) {
		return false
	}
	for _, c := range contra {
		c.dropped = chosen != "" && c.p.Name != chosen
		c.apart = chosen == ""
	}
	return true
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
