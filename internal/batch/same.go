package batch

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"time"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/worker"
)

// What is next for a picture whose bytes are known.
type next int

const (
	extractIt next = iota // nobody has read these bytes: it is this picture that flies
	storeIt               // what it gives is known
	waitForIt             // one with the same bytes is being read
)

// shortcut finds what makes it needless to extract a picture: its document is
// there already, or one with the same bytes has been read or is being.
func (r *run) shortcut(p *journal.Picture) (result, next, error) {
	if res, ok := r.adopt(p); ok {
		return res, storeIt, nil
	}
	if r.Reports != nil { // the same page may have other pictures beside it
		return result{}, extractIt, nil
	}
	// One lock over both questions: between the answers the other picture
	// may land.
	r.flightMu.Lock()
	defer r.flightMu.Unlock()
	if others, ok := r.flying[p.SHA256]; ok {
		r.flying[p.SHA256] = append(others, p)
		return result{}, waitForIt, nil
	}
	start := time.Now()
	known, ok, err := r.Journal.Known(p.SHA256)
	r.Monitor.spent(start)
	switch {
	case err != nil:
		return result{}, storeIt, err
	case ok && known.ID != p.ID:
		return result{Picture: p, copyOf: &known}, storeIt, nil
	}
	r.flying[p.SHA256] = nil
	return result{}, extractIt, nil
}

// land ends the flight of a picture and returns those that waited for it.
func (r *run) land(p *journal.Picture) []*journal.Picture {
	r.flightMu.Lock()
	defer r.flightMu.Unlock()
	others := r.flying[p.SHA256]
	delete(r.flying, p.SHA256)
	return others
}

// adopt takes over a document that is on the disk already: written by a run
// that died before it could note so, or of a picture that only seemed changed.
func (r *run) adopt(p *journal.Picture) (result, bool) {
	now := r.Journal.Version()
	if p.Version != now && p.Trying != now && !(p.Trying == 0 && r.Journal.Last() == now) {
		return result{}, false
	}
	data, err := os.ReadFile(r.Place.Document(p.Path))
	if err != nil {
		return result{}, false
	}
	if r.Reports != nil {
		return r.adoptReport(p, data)
	}
	if sum := hash(data); sum == p.DocSHA256 {
		// It is what the journal knows: of any use only if the same versions
		// wrote it.
		if p.Version != now {
			return result{}, false
		}
	} else if p.Trying != now && !(p.Trying == 0 && r.Journal.Last() == now) {
		return result{}, false
	}
	docs, err := worker.Unmarshal(data)
	if err != nil || joined(docs) {
		return result{}, false
	}
	for _, d := range docs {
		if d.Source.SHA256 != p.SHA256 || d.Source.Path != p.Name {
			return result{}, false
		}
	}
	p.Digest = digest.Of(docs)
	read(p)
	return result{Picture: p, docs: data, keep: true}, true
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// copyResult gives a picture what became of another one with the same bytes.
func (r *run) copyResult(res *result) error {
	p, of := res.Picture, res.copyOf
	p.State, p.Kind, p.Error, p.Detail, p.SHA256 = of.State, of.Kind, of.Error, of.Detail, of.SHA256
	p.Took = 0
	if p.State != journal.Done {
		return nil
	}
	docs, _, err := r.apart(of)
	if err != nil {
		return err
	}
	for _, d := range docs {
		d.Source.Path = p.Name
	}
	p.Digest = digest.Of(docs)
	res.docs, err = worker.Marshal(docs)
	return err
}
