package batch

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"sync"
	"time"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// A table may go on from one picture to the next. When all pictures have been
// read apart, those whose tables may do so are read once more, together.
//
// What a picture gave apart is kept: it tells what may belong together, in a
// later run as well, and is the picture's document again when its neighbours
// have changed or gone. So what a run leaves depends on the pictures alone,
// not on the runs before it.

// maxSeries bounds how many pictures are read together; biaoge extract has the
// same bound.
const maxSeries = 50

// A series is pictures that are read together, or one that no longer is.
type series []*journal.Picture

// join reads all series together that were not yet.
func (r *run) join() {
	found := make(chan series)
	var find, read sync.WaitGroup
	find.Go(func() {
		defer close(found)
		r.stopFor(r.findSeries(func(s series) {
			select {
			case found <- s:
			case <-r.ctx.Done():
			}
		}))
	})
	for range r.Workers {
		read.Go(func() {
			h := &hand{run: r}
			defer h.close()
			for s := range found {
				if r.ctx.Err() == nil {
					r.stopFor(h.together(s))
				}
			}
		})
	}
	find.Wait()
	read.Wait()
	r.stopFor(r.count()) // what is joined may have nothing to review any more
}

// stopFor stops the run for an error of its own disk.
func (r *run) stopFor(err error) {
	if err != nil && r.ctx.Err() == nil {
		r.stop(r.diskStop(err))
	}
}

// findSeries finds what is to be read together, or was and no longer is to be.
func (r *run) findSeries(each func(series)) error {
	var report []*journal.Picture
	split := func() error {
		defer func() { report = nil }()
		return r.split(report, each)
	}
	err := r.Journal.Each(r.ctx, func(p *journal.Picture) error {
		if len(report) > 0 && report[0].Report != p.Report {
			if err := split(); err != nil {
				return err
			}
		}
		if p.State != journal.Skipped {
			few := *p // there may be very many
			few.Digest = ends(p.Digest)
			report = append(report, &few)
		}
		return nil
	})
	if err == nil {
		err = split()
	}
	return err
}

// ends keeps the first and the last table of a digest.
func ends(d digest.Digest) digest.Digest {
	if n := len(d.Tables); n > 2 {
		d.Tables = []digest.Table{d.Tables[0], d.Tables[n-1]}
	}
	return d
}

// split parts a report's pictures into series, in the order of their names
// with 9 before 10, and finds those that have changed since they were read.
func (r *run) split(report []*journal.Picture, each func(series)) error {
	slices.SortFunc(report, func(a, b *journal.Picture) int {
		return cmp.Or(cmp.Compare(path.Dir(a.Path), path.Dir(b.Path)), intake.ByNumber(path.Base(a.Path), path.Base(b.Path)))
	})
	var s series
	for i, p := range report {
		if i > 0 {
			follows := len(s) < maxSeries
			if follows {
				var err error
				if follows, err = r.follows(report[i-1], p); err != nil {
					return err
				}
			}
			if !follows {
				s.send(each)
				s = nil
			}
		}
		s = append(s, p)
	}
	s.send(each)
	return nil
}

// send passes on a series of which not every picture is what it should be.
func (s series) send(each func(series)) {
	chain := s.chain()
	if slices.ContainsFunc(s, func(p *journal.Picture) bool { return p.State == journal.Done && p.Chain != chain }) {
		each(s)
	}
}

// chain names the pictures of a series and what read them; one alone has no
// name.
func (s series) chain() string {
	if len(s) < 2 {
		return ""
	}
	h := sha256.New()
	for _, p := range s {
		fmt.Fprintf(h, "%q %s %d\n", p.Path, p.SHA256, p.Version)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// follows tells whether the last table of a picture may go on in the next one.
func (r *run) follows(before, after *journal.Picture) (bool, error) {
	for _, p := range []*journal.Picture{before, after} {
		if p.State != journal.Done || p.Digest.Missing != "" || len(p.Digest.Tables) == 0 {
			return false, nil
		}
	}
	last, first := before.Digest.Tables[len(before.Digest.Tables)-1], after.Digest.Tables[0]
	if path.Dir(before.Path) != path.Dir(after.Path) || last.Page < before.Digest.Pages || first.Page > 1 ||
		!tables.MayBePart(last.Form, last.Records, r.Forms) || !tables.MayBePart(first.Form, first.Records, r.Forms) {
		return false, nil
	}
	var docs [2][]*tables.Document
	for i, p := range []*journal.Picture{before, after} {
		var err error
		if docs[i], _, err = r.apart(p); err != nil {
			// Removed or damaged under our eyes; it will be read again.
			return false, r.Journal.Requeue(p.ID)
		}
	}
	return tables.MayContinue(docs[0][len(docs[0])-1], docs[1][0], r.Forms), nil
}

// apart returns what a picture gave alone, and the file that says so.
func (r *run) apart(p *journal.Picture) (docs []*tables.Document, file []byte, err error) {
	name := r.Place.Document(p.Path)
	if p.Chain != "" {
		name = r.Place.Apart(p.Path)
	}
	if file, err = os.ReadFile(name); err != nil {
		return nil, nil, err
	}
	docs, err = worker.Unmarshal(file)
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("%s: %w", name, err)
	case joined(docs):
		return nil, nil, fmt.Errorf("%s: it was read together with another picture, and the journal does not know", name)
	}
	return docs, file, nil
}

// joined tells whether a table of a picture goes on in another picture.
func joined(docs []*tables.Document) bool {
	for _, d := range docs {
		for _, t := range d.Tables {
			for _, p := range []*tables.Part{t.Continues, t.ContinuedBy} {
				if p != nil && p.Path != d.Source.Path {
					return true
				}
			}
		}
	}
	return false
}

// together reads a series and puts its documents in the place of those of its
// pictures alone. These take their place again where it is none any more, or
// can't be read.
func (h *hand) together(s series) error {
	apart := make([][]byte, len(s))
	for i, p := range s {
		docs, file, err := h.apart(p)
		if err != nil {
			return h.Journal.Requeue(p.ID)
		}
		apart[i], p.Digest = file, digest.Of(docs)
	}
	docs, err := h.readTogether(s)
	if err != nil {
		return err
	}
	if h.ctx.Err() != nil {
		return nil
	}
	start := time.Now()
	defer func() { h.Monitor.spent(start) }()
	chain := s.chain()
	for i, p := range s {
		if p.Chain == "" {
			if err := h.Place.Write(h.Place.Apart(p.Path), apart[i]); err != nil {
				return err
			}
		}
		data := apart[i]
		if docs != nil {
			data, p.Digest = docs[i].Data, docs[i].Digest
		}
		if err := h.Place.Write(h.Place.Document(p.Path), data); err != nil {
			return err
		}
		p.DocSize, p.DocSHA256, p.Chain = int64(len(data)), hash(data), chain
	}
	if err := h.Journal.Join(s); err != nil {
		return err
	}
	if chain == "" {
		os.Remove(h.Place.Apart(s[0].Path)) // is its document now
	}
	return nil
}

// readTogether has the child read a series; it returns nothing where that is
// none, or it can't be read.
func (h *hand) readTogether(s series) ([]worker.Documents, error) {
	if len(s) < 2 || slices.ContainsFunc(s, func(p *journal.Picture) bool { return p.Version != h.Journal.Version() }) {
		return nil, nil
	}
	var pictures []worker.Picture
	size := int64(0)
	for _, p := range s {
		size += p.Size
	}
	leave := h.room.enter(size)
	defer leave()
	for _, p := range s {
		now := *p
		data, err := h.load(&now)
		if err != nil || now.SHA256 != p.SHA256 {
			return nil, nil // it has gone or changed since; --refresh reads it again
		}
		pictures = append(pictures, worker.Picture{Name: p.Name, Data: data})
	}
	if err := h.ready(); err != nil {
		return nil, err
	}
	docs, err := h.child.Series(pictures)
	if err == nil {
		h.Log.Debug("read together", "first", s[0].Name, "last", s[len(s)-1].Name)
		return docs, nil
	}
	var fail *worker.Failure
	if errors.As(err, &fail) && fail.Kind == worker.KindDependency {
		return nil, &Stop{fail.Message, ErrDependency}
	}
	if errors.As(err, new(*worker.Death)) {
		h.lost()
	}
	h.Log.Warn("tables that may go on from picture to picture could not be read together; they stay as they were read apart", "first", s[0].Name, "last", s[len(s)-1].Name, "error", err)
	return nil, nil
}
