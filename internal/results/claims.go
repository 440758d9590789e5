package results

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/tables"
)

// A claim is a picture's table that says to be its report's table of a form. A
// report may have a million, so it is small: what else there is to know of its
// picture is in the journal.
type claim struct {
	picture      int64    // by its id
	says         [16]byte // a hash of its keys and what is printed under them
	page, number int32    // of the table
	family       int32    // of its form, by its place among those of the report
	dropped      bool     // says the same as another one, or another one was chosen
	apart        bool     // contradicts others, and a person says that all are right
	choice       *string  // the picture that counts, of those that contradict, as a person says; "" for all of them
	conflict     *tables.Cause
}

// claims are all of a report, in the order of its pictures and their tables.
type claims struct {
	claims   []claim
	families []string // of their forms, in the order in which they first come
}

// claims counts the pictures of a report, and finds what they claim.
func (w *writer) claims(ctx context.Context, pictures *journal.Report, r *row) (all claims, err error) {
	families := make(map[string]int32)
	err = w.each(ctx, pictures, func(p *counted) error {
		w.sum.picture(p.Picture)
		if p.State == journal.Skipped {
			return nil
		}
		r.report = p.Report
		if of := p.Digest.Report; of != nil {
			r.pictures, r.failed = r.pictures+of.Pictures, r.failed+of.Lost
		} else {
			r.pictures++
		}
		switch {
		case p.State == journal.Failed, p.State == journal.Quarantined:
			r.failed++
		case p.State == journal.Done && p.of != "":
			r.duplicates++
			w.sum.duplicate(Duplicate{p.Name, p.of, r.report, SameBytes})
		}
		if p.State != journal.Done || p.of != "" {
			return nil
		}
		for i := range p.Digest.Tables {
			t := &p.Digest.Tables[i]
			w.sum.table(p.Picture, t)
			if t.Records == 0 {
				continue
			}
			name := digest.Family(t.Form)
			family, ok := families[name]
			if !ok {
				family = int32(len(all.families))
				families[name] = family
				all.families = append(all.families, name)
			}
			all.claims = append(all.claims, p.claim(t, family))
		}
		return nil
	})
	return all, err
}

func (p *counted) claim(t *digest.Table, family int32) claim {
	sum := sha256.Sum256([]byte(t.Hash))
	c := claim{picture: p.ID, page: int32(t.Page), number: int32(t.Number), family: family}
	copy(c.says[:], sum[:])
	if p.corrected != nil {
		if name, ok := p.corrected.Choices[[2]int{t.Page, t.Number}]; ok {
			c.choice = &name
		}
	}
	return c
}

// in names the claim's table in its picture or report.
func (c *claim) in(p *journal.Picture) string {
	switch {
	case p.Digest.Report != nil:
		return fmt.Sprintf("%s (table %d)", p.Name, c.number)
	case c.page > 1 || c.number > 1:
		return fmt.Sprintf("%s (page %d, table %d)", p.Name, c.page, c.number)
	}
	return p.Name
}

// compareAtMost bounds how many different claims to one table are compared
// value by value: where more pictures claim it, the grouping is wrong, and
// they are all reported.
const compareAtMost = 16

// settle decides between pictures of a report that claim the same table.
func (w *writer) settle(r *row, all claims) error {
	for family, name := range all.families {
		var of []*claim
		for i := range all.claims {
			if c := &all.claims[i]; c.family == int32(family) {
				of = append(of, c)
			}
		}
		if len(of) > 1 {
			if err := w.settleOne(r, name, of); err != nil {
				return err
			}
		}
	}
	return nil
}

// settleOne decides between those that claim one table. Those that say the same
// count once and are named; parts of one table that share no value all count; the
// others contradict, and none of them is taken.
func (w *writer) settleOne(r *row, family string, all []*claim) error {
	distinct, err := w.distinct(r, all)
	if err != nil || len(distinct) < 2 {
		return err
	}
	which, err := Contradicting(len(distinct), func(i int) (map[string]bool, error) { return w.keysOf(distinct[i]) })
	if err != nil {
		return err
	}
	var contra []*claim
	for _, i := range which {
		contra = append(contra, distinct[i])
	}
	if len(contra) == 0 {
		return nil
	}
	if chosen, err := w.choose(contra); chosen || err != nil {
		return err
	}
	r.conflicts++
	var names []string
	for _, c := range contra[:min(len(contra), namesAtMost)] {
		p, err := w.Journal.Picture(c.picture)
		if err != nil {
			return err
		}
		names = append(names, c.in(&p))
	}
	w.sum.conflict(Conflict{r.report, family, names, len(contra)})
	few := names
	if len(few) > 4 {
		few = few[:4]
	}
	list := strings.Join(few, ", ")
	if len(contra) > len(few) {
		list += ", …"
	}
	why := tables.Because("claimed_by_several", len(contra), list)
	if w.Reports {
		why = tables.Because("claimed_by_tables", len(contra), list)
	}
	for _, c := range contra {
		c.conflict = &why
	}
	return nil
}

// distinct drops of the claims to one table those that say what one before them
// says.
func (w *writer) distinct(r *row, all []*claim) (distinct []*claim, err error) {
	same := make(map[[16]byte]*claim)
	for _, c := range all {
		f, ok := same[c.says]
		if !ok {
			same[c.says] = c
			distinct = append(distinct, c)
			continue
		}
		c.dropped = true
		if c.picture == f.picture {
			continue
		}
		r.duplicates++
		var p, of journal.Picture
		if p, err = w.Journal.Picture(c.picture); err == nil {
			of, err = w.Journal.Picture(f.picture)
		}
		if err != nil {
			return nil, err
		}
		kind := SameValues
		if w.alike(p.Path, of.Path) {
			kind = SamePicture
		}
		w.sum.duplicate(Duplicate{p.Name, of.Name, r.report, kind})
	}
	return distinct, nil
}

// alike says whether two pictures look like the same one.
func (w *writer) alike(a, b string) bool {
	if w.Look == nil {
		return false
	}
	x, _, err := w.Look(a)
	if err != nil {
		return false
	}
	y, _, err := w.Look(b)
	return err == nil && w.Alike(x, y)
}

// keysOf are the keys under which a claim has values.
func (w *writer) keysOf(c *claim) (map[string]bool, error) {
	of, err := w.Journal.Picture(c.picture)
	if err != nil {
		return nil, err
	}
	p := &counted{Picture: &of}
	if err := w.correct(p); err != nil {
		return nil, err
	}
	docs, err := w.document(p)
	if err != nil {
		return nil, err
	}
	keys := make(map[string]bool)
	if t := find(docs, &digest.Table{Page: int(c.page), Number: int(c.number)}); t != nil {
		for j := range t.Records {
			keys[t.Records[j].Key] = true
		}
	}
	return keys, nil
}

// Contradicting says which of n claims to one table share a key with another
// one of them, and so contradict it; parts of one table share none. Keys gives
// those of a claim.
func Contradicting(n int, keys func(i int) (map[string]bool, error)) ([]int, error) {
	var contra []int
	if n > compareAtMost {
		for i := range n {
			contra = append(contra, i)
		}
		return contra, nil
	}
	all := make([]map[string]bool, n)
	for i := range all {
		var err error
		if all[i], err = keys(i); err != nil {
			return nil, err
		}
	}
	for i := range all {
		for j := range all {
			if i != j && overlap(all[i], all[j]) {
				contra = append(contra, i)
				break
			}
		}
	}
	return contra, nil
}

func overlap(a, b map[string]bool) bool {
	for k := range a {
		if b[k] {
			return true
		}
	}
	return false
}

// choose settles a conflict as a person did: of the pictures that contradict,
// one counts, or all stay apart. It reports whether anybody did.
func (w *writer) choose(contra []*claim) (bool, error) {
	for _, c := range contra {
		if c.choice == nil || *c.choice != *contra[0].choice {
			return false, nil
		}
	}
	chosen := *contra[0].choice
	names := make([]string, len(contra))
	if chosen != "" {
		for i, c := range contra {
			p, err := w.Journal.Picture(c.picture)
			if err != nil {
				return false, err
			}
			names[i] = p.Name
		}
		if !slices.Contains(names, chosen) {
			return false, nil
		}
	}
	for i, c := range contra {
		c.dropped = chosen != "" && names[i] != chosen
		c.apart = chosen == ""
	}
	return true, nil
}
