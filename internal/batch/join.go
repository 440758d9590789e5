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
	"syscall"
	"time"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/series"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// A table may go on from one picture to the next. When all pictures have been
// read apart, those whose tables may do so are read once more, together.
//
// What a picture gave apart is kept: it tells what may belong together, in a
// later run as well, and is the picture's document again when its neighbours
// have changed or gone. So what a run leaves depends on the pictures alone,
// not on the runs before it. A series that cannot be read now is left as it is,
// and the next run tries again.

// A chain is a series of pictures that are read together, or one picture that no
// longer is.
type chain []*journal.Picture

// join reads all series together that were not yet.
func (r *run) join() {
	found := make(chan chain)
	var find, read sync.WaitGroup
	find.Go(func() {
		defer close(found)
		r.stopFor(r.findSeries(func(s chain) {
			select {
			case found <- s:
			case <-r.ctx.Done():
			}
		}))
	})
	for range max(r.Workers, r.Ahead) {
		read.Go(func() {
			for s := range found {
				if r.ctx.Err() == nil {
					r.stopFor(r.together(s))
				}
			}
		})
	}
	find.Wait()
	read.Wait()
	r.stopFor(r.count()) // what is joined may have nothing to review any more
}

// findSeries finds what is to be read together, or was and no longer is to be.
func (r *run) findSeries(each func(chain)) error {
	kept, _ := os.ReadDir(r.Place.apart())
	return r.Journal.EachReport(r.ctx, byNumber, func(report *journal.Report) error {
		return r.split(report, len(kept) > 0, each)
	})
}

// byNumber is the order in which pictures follow one another: by folder, and
// there by name with 9 before 10.
func byNumber(a, b string) int {
	return cmp.Or(cmp.Compare(path.Dir(a), path.Dir(b)), intake.ByNumber(path.Base(a), path.Base(b)))
}

// ends keeps the first and the last table of a digest.
func ends(d digest.Digest) digest.Digest {
	if n := len(d.Tables); n > 2 {
		d.Tables = []digest.Table{d.Tables[0], d.Tables[n-1]}
	}
	return d
}

// split parts a report's pictures into series, and finds those that have changed
// since they were read. Kept says that documents are kept of pictures that were
// read apart first.
func (r *run) split(report *journal.Report, kept bool, each func(chain)) error {
	var last lookback
	parts := series.Splitter[*journal.Picture]{
		Follows: func(before, after *journal.Picture) (bool, error) { return r.follows(before, after, &last) },
		Size:    func(p *journal.Picture) int64 { return p.Size },
	}
	err := report.Each(r.ctx, func(p *journal.Picture) error {
		if p.Chain == "" && kept {
			os.Remove(r.Place.Apart(p.Path)) // its document says it, since it left its series
		}
		if p.State == journal.Skipped {
			return nil
		}
		p.Digest = ends(p.Digest)
		ended, err := parts.Add(p)
		if err == nil {
			chain(ended).send(each)
		}
		return err
	})
	if err == nil {
		chain(parts.End()).send(each)
	}
	return err
}

// send passes on a series of which not every picture is what it should be.
func (s chain) send(each func(chain)) {
	name := s.name()
	if slices.ContainsFunc(s, func(p *journal.Picture) bool { return p.State == journal.Done && p.Chain != name }) {
		each(s)
	}
}

// name names the pictures of a series and what read them; one alone has no
// name.
func (s chain) name() string {
	if len(s) < 2 {
		return ""
	}
	h := sha256.New()
	for _, p := range s {
		fmt.Fprintf(h, "%q %s %d\n", p.Path, p.SHA256, p.Version)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// A lookback keeps what the picture gave apart that was looked at last: the next
// two begin with it.
type lookback struct {
	of   *journal.Picture
	docs []*tables.Document
}

// follows tells whether the last table of a picture may go on in the next one.
func (r *run) follows(before, after *journal.Picture, last *lookback) (bool, error) {
	for _, p := range []*journal.Picture{before, after} {
		if p.State != journal.Done || p.Digest.Missing != "" || len(p.Digest.Tables) == 0 {
			return false, nil
		}
	}
	end, begin := before.Digest.Tables[len(before.Digest.Tables)-1], after.Digest.Tables[0]
	if path.Dir(before.Path) != path.Dir(after.Path) || before.Version != after.Version || end.Page < before.Digest.Pages || begin.Page > 1 ||
		before.Chain == "" && !tables.MayBePart(end.Form, end.Records, r.Forms) ||
		after.Chain == "" && !tables.MayBePart(begin.Form, begin.Records, r.Forms) {
		return false, nil
	}
	var docs [2][]*tables.Document
	for i, p := range []*journal.Picture{before, after} {
		if last.of != p {
			of, _, err := r.apart(p)
			if err != nil {
				return false, r.missing(p, err)
			}
			*last = lookback{p, of}
		}
		docs[i] = last.docs
	}
	return tables.MayContinue(docs[0][len(docs[0])-1], docs[1][0], r.Forms), nil
}

// missing has a picture read again whose document has been removed or damaged
// under our eyes. Where only what it gave apart is gone, its document stays.
func (r *run) missing(p *journal.Picture, err error) error {
	if p.Chain == "" {
		return r.Journal.Requeue(p.ID)
	}
	r.Log.Warn("what a picture gave apart from its neighbours is gone; its document stays as it is, and --refresh or removing it reads it again", "picture", p.Name, "error", err)
	return nil
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
// pictures alone. These take their place again where it is none any more, or is
// at fault itself.
func (r *run) together(s chain) error {
	apart := make([][]byte, len(s))
	for i, p := range s {
		docs, file, err := r.apart(p)
		if err != nil {
			return r.missing(p, err)
		}
		apart[i], p.Digest = file, digest.Of(docs)
	}
	answer, done, err := r.readTogether(s)
	docs := answer.Documents
	if err != nil || !done {
		return err
	}
	start := time.Now()
	defer func() { r.Monitor.spent(start) }()
	name := s.name()
	// All of them first: half a series would be worse than none.
	for i, p := range s {
		if p.Chain == "" {
			err := r.Place.Write(r.Place.Apart(p.Path), apart[i])
			if errors.Is(err, syscall.ENAMETOOLONG) {
				r.Log.Warn("its tables stay apart from those of the pictures beside it: its path is too long for what it gave apart; move it further up", "picture", p.Name)
				return nil
			}
			if err != nil {
				return err
			}
		}
	}
	for i, p := range s {
		data := apart[i]
		if docs != nil {
			data, p.Digest = docs[i].Data, docs[i].Digest
		}
		if err := r.Place.Write(r.Place.Document(p.Path), data); err != nil {
			return err
		}
		p.DocSize, p.DocSHA256, p.Chain = int64(len(data)), hash(data), name
	}
	if err := r.Journal.Join(s); err != nil {
		return err
	}
	answer.noted()
	if name == "" {
		os.Remove(r.Place.Apart(s[0].Path)) // is its document now
	}
	return nil
}

// readTogether has the child read a series. The answer has no documents where the
// series is none any more, or is at fault itself; done is false where it could
// not be read for now.
func (r *run) readTogether(s chain) (answer Answer, done bool, err error) {
	if len(s) < 2 {
		return Answer{}, true, nil
	}
	if s[0].Version != r.Journal.Version() {
		return Answer{}, false, nil // --refresh reads them all again
	}
	size := int64(0)
	for _, p := range s {
		size += p.Size
	}
	leave := r.room.enter(2 * size)
	defer leave()
	var pictures []worker.Picture
	for _, p := range s {
		now := *p
		data, err := r.load(&now)
		if err != nil {
			if stop := r.outOfReach(err); stop != nil {
				return Answer{}, false, stop
			}
		}
		if err != nil || now.SHA256 != p.SHA256 {
			r.Log.Debug("not read together: a picture has gone or changed since it was read", "picture", p.Name)
			return Answer{}, false, nil
		}
		pictures = append(pictures, worker.Picture{Name: p.Name, Data: data})
	}
	r.sound(pictures[0].Data) // it was read alone
	answer, err = r.desk.ask(r.ctx, &Task{ID: s[0].ID, Pictures: pictures}, func() {})
	if err != nil {
		return Answer{}, false, r.talking(err)
	}
	if answer.Err == nil {
		r.well(nil)
		r.Log.Debug("read together", "first", s[0].Name, "last", s[len(s)-1].Name)
		return answer, true, nil
	}
	err = answer.Err
	fail, death, stop := r.sort(err)
	if stop != nil {
		return Answer{}, false, stop
	}
	if death != nil {
		answer.noted() // that it is tried again later is all there is to know
		if r.deathStreak(death) {
			return Answer{}, false, nil
		}
		err = errors.New(r.advised(death))
	}
	if r.ctx.Err() == nil {
		next := "run again to try once more"
		if fail != nil {
			next = "please report it with these pictures"
		}
		r.Log.Warn("tables that may go on from picture to picture could not be read together; "+next, "first", s[0].Name, "last", s[len(s)-1].Name, "error", err)
	}
	return answer, fail != nil, nil
}
