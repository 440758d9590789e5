package batch

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path"
	"syscall"
	"time"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/worker"
)

// The input of a batch may be reports: files with tables and pictures of tables
// in them. Each is a line of the journal as a picture is, and comes to an end in
// the same ways. What is in one is read on this machine, by the same children.

// A ReportReader reads reports.
type ReportReader interface {
	// Read reads one report. Its errors are those that a worker.Pool has for a
	// picture: a Failure is the report's own fault, a Death that of what was
	// made of it.
	Read(ctx context.Context, r Report) (Reported, error)
	// Digest says what a report's document on the disk holds, and the name and
	// the hash of the report that it is of.
	Digest(document []byte) (d digest.Digest, name, sha256 string, err error)
}

// A Report is a report to be read.
type Report struct {
	Name   string
	Data   []byte
	Beside func(name string) ([]byte, error) // reads the files that lie beside it
	Fresh  bool                              // by new children alone
}

// Reported is what became of a report.
type Reported struct {
	Document []byte // one line of JSON
	Digest   digest.Digest
	Deaths   []ReportDeath // of pictures in it that cost a child its life
}

// A ReportDeath is a picture of a report that no child survived.
type ReportDeath struct {
	Name  string // in the report
	Data  []byte
	Death *worker.Death
}

// ask has a file read, and waits for the answer.
func (r *run) ask(f fetched, alone bool) (Answer, []ReportDeath, error) {
	began := func() {
		start := time.Now()
		r.stopFor(r.Journal.Start(f.Picture))
		r.Monitor.spent(start)
	}
	if r.Reports == nil {
		a, err := r.desk.ask(r.ctx, &Task{f.ID, []worker.Picture{{Name: f.Name, Data: f.data}}, alone}, began)
		return a, nil, err
	}
	later, end := Linger(r.ctx)
	defer end()
	beside, done, err := r.Folder.Beside(later, f.Path, r.Bytes)
	if err != nil {
		return Answer{Err: &worker.Failure{Kind: intake.Unreadable, Message: err.Error()}}, nil, nil
	}
	defer done()
	began()
	start := time.Now()
	got, err := r.Reports.Read(later, Report{Name: f.Name, Data: f.data, Beside: beside, Fresh: alone})
	if later.Err() != nil {
		return Answer{}, nil, context.Cause(later)
	}
	return Answer{Documents: []worker.Documents{{Data: got.Document, Digest: got.Digest}}, Err: err, Took: time.Since(start)}, got.Deaths, nil
}

// adoptReport takes over a report's document that a run wrote which died before
// it could note so. One that the journal knows is of no use here: what lies
// beside the report may have changed.
func (r *run) adoptReport(p *journal.Picture, data []byte) (result, bool) {
	if hash(data) == p.DocSHA256 {
		return result{}, false
	}
	d, name, sha, err := r.Reports.Digest(data)
	if err != nil || name != p.Name || sha != p.SHA256 {
		return result{}, false
	}
	p.Digest = d
	read(p)
	return result{Picture: p, docs: data, keep: true}, true
}

// killers notes what cost children their lives in a report that is read for the
// last time: copies of the pictures are in quarantine, below the report's name.
func (r *run) killers(p *journal.Picture, all []ReportDeath) error {
	for _, k := range all {
		name := r.Place.Quarantine(path.Join(p.Path, k.Name))
		err := r.Place.Write(name, k.Data)
		if err == nil {
			err = r.Place.Write(name+".error.json", quarantineNote(path.Join(p.Name, k.Name), hash(k.Data), k.Death.Kind, r.advised(k.Death)))
		}
		if err != nil && !errors.Is(err, syscall.ENAMETOOLONG) {
			return err
		}
	}
	return nil
}

// release removes what was kept of a file when it was in quarantine.
func (r *run) release(p *journal.Picture) {
	name := r.Place.Quarantine(p.Path)
	os.Remove(name + ".error.json")
	if r.Reports != nil {
		os.RemoveAll(name) // pictures of a report
	} else {
		os.Remove(name)
	}
}

// quarantineNote says why a picture is in quarantine.
func quarantineNote(name, sha256, kind, why string) []byte {
	b, err := json.MarshalIndent(struct {
		Picture string `json:"picture"`
		SHA256  string `json:"sha256"`
		Kind    string `json:"kind"`
		Error   string `json:"error"`
	}{name, sha256, kind, why}, "", "  ")
	if err != nil {
		panic(err) // texts alone
	}
	return append(b, '\n')
}
