// Package batch reads a folder of pictures into a folder of documents, and may
// be killed at any moment while it does.
//
// A run is a row of stages with a few pictures between them:
//
//	walk     finds files and notes them in the journal, which is the queue
//	fetch    takes the next ones, reads their bytes, and finds copies
//	extract  has child processes read them, one a core
//	store    writes documents, each in one move, and then the journal
//
// then the pictures that cost a child its life are read once more, one at a
// time with nothing else under way, and quarantined if it happens again; those
// whose tables may go on from one to the next are read once more, together;
// and at the end package results writes what is made of all documents.
//
// The rule that makes it safe to kill: a document is on the disk under its
// name before the journal says so. What was in between is found by the next
// run, which takes over a whole document of the right picture and versions.
package batch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/escape"
	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// A Config says what to do.
type Config struct {
	Folder  *intake.Folder
	Place   Place
	Journal *journal.Journal // of a run that has begun

	Report func(path string) string // the report that a picture belongs to
	Forms  []*tables.Form           // by which is told what may be part of a table

	Workers int
	Pool    *worker.Pool               // of as many children
	Advice  func(*worker.Death) string // what may be done about a death, to be said after it; may be nil
	Time    time.Duration              // how long it may take to read a file's bytes; 0 for no limit
	Bytes   int64                      // the largest file that is read

	Refresh     bool // read again what has changed or was read by other versions
	RetryFailed bool // read again what failed

	Log     *slog.Logger
	Monitor *Monitor
}

// A Stop is why a run ended before it was done. Nothing is lost: the next run
// goes on.
type Stop struct {
	Cause string // what is wrong and what to do about it
	Err   error
}

func (s *Stop) Error() string { return s.Cause }
func (s *Stop) Unwrap() error { return s.Err }

// ErrDependency is wrapped by the Stop of a run whose workers lack something.
var ErrDependency = errors.New("a dependency is missing")

// How many pictures in a row may go wrong the same way before the run asks
// whether anything still works.
const (
	deathsInARow     = 10
	internalInARow   = 50
	unreadableInARow = 50
)

// takeAtOnce is how many pictures are taken from the journal at a time.
const takeAtOnce = 64

// storeAtOnce is how many results are noted in one transaction.
const storeAtOnce = 64

// Run reads all pictures that are not read yet. Its error is a *Stop, ctx's
// cause when it was told to end, or nil when every picture is through.
func Run(ctx context.Context, c Config) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	inHand, end := Linger(ctx)
	defer end()
	r := &run{Config: c, ctx: ctx, inHand: inHand, stop: stop, flying: make(map[string][]*journal.Picture), room: newRoom()}
	r.fresh.L = &r.mu
	if err := errors.Join(c.Place.sweep(), c.Place.Load()); err != nil {
		return r.diskStop(err)
	}
	if err := r.count(); err != nil {
		return r.diskStop(err)
	}
	done := make(chan struct{})
	var watch sync.WaitGroup
	watch.Go(func() { r.watch(done) })
	defer watch.Wait()
	defer close(done)
	// A second round is only needed where documents were removed or damaged
	// while the first one ran.
	for range 3 {
		r.Monitor.phase.Store(PhaseReading)
		start := time.Now()
		r.read()
		r.Monitor.reading.Add(int64(time.Since(start)) * int64(r.Workers))
		r.Monitor.phase.Store(PhaseAlone)
		r.readAlone()
		r.Monitor.phase.Store(PhaseTogether)
		r.join()
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n, err := c.Journal.Count()
		if err != nil {
			return r.diskStop(err)
		}
		if n.Left() == 0 {
			return nil
		}
	}
	return &Stop{"documents keep disappearing from " + c.Place.Dir + "; find out what removes them and run again to go on", nil}
}

// linger is how long what is in hand may go on when a run is told to stop: most
// pictures are finished by then, and the run is over within a second. The others
// are read by the next run.
const linger = 600 * time.Millisecond

// Linger returns a context that ends a little later than ctx, for what is nearly
// done. The caller calls end when that is done.
func Linger(ctx context.Context) (later context.Context, end context.CancelFunc) {
	later, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		t := time.NewTimer(linger)
		defer t.Stop()
		select {
		case <-t.C:
			cancel(context.Cause(ctx))
		case <-later.Done():
		}
	})
	return later, func() { stop(); cancel(nil) }
}

type run struct {
	Config
	ctx    context.Context
	inHand context.Context // of what is in hand when ctx ends
	stop   context.CancelCauseFunc

	mu     sync.Mutex
	walked bool      // all files are in the journal
	fresh  sync.Cond // there may be new pictures in the journal

	tallyMu sync.Mutex // while the journal and the monitor change together

	flightMu sync.Mutex
	flying   map[string][]*journal.Picture // by the hash of pictures being read, others with the same bytes

	room *room
	health
}

// A fetched picture has been read from the disk.
type fetched struct {
	*journal.Picture
	data  []byte
	leave func() // for when the bytes are no longer needed
}

// A result is what became of a picture.
type result struct {
	*journal.Picture
	docs    []byte           // to be written; nil where nothing is
	keep    bool             // the document on the disk is the one
	copyOf  *journal.Picture // whose outcome it shares
	data    []byte           // of a picture that is quarantined
	dropped bool             // was not read; waits again
}

// count sets the monitor to what earlier runs have done.
func (r *run) count() error {
	r.tallyMu.Lock()
	defer r.tallyMu.Unlock()
	n, err := r.Journal.Count()
	if err != nil {
		return err
	}
	m := r.Monitor
	m.total.Store(n.Total())
	m.done.Store(n.States[journal.Done])
	m.failed.Store(n.States[journal.Failed] + n.States[journal.Quarantined])
	m.skipped.Store(n.States[journal.Skipped])
	m.flagged.Store(n.Flagged)
	return nil
}

// read runs the stages until every picture has been through them, or the run
// is stopped.
func (r *run) read() {
	jobs := make(chan *journal.Picture)
	ready := make(chan fetched, r.Workers)
	results := make(chan result, r.Workers) // few: what is in it is lost to a kill

	var find, fetch, extract, store sync.WaitGroup
	// What waits for news must hear of the end, too.
	defer context.AfterFunc(r.ctx, func() { r.mu.Lock(); r.fresh.Broadcast(); r.mu.Unlock() })()
	if !r.walked {
		find.Go(r.walk)
	}
	find.Go(func() { r.hand(jobs) })
	for range r.Workers {
		fetch.Go(func() {
			for p := range jobs {
				if r.ctx.Err() == nil {
					r.fetch(p, ready, results)
				}
			}
		})
		extract.Go(func() {
			for f := range ready {
				res := result{Picture: f.Picture, dropped: true}
				if r.ctx.Err() == nil {
					res = r.extract(f, false)
				}
				f.leave()
				results <- res
			}
		})
	}
	store.Go(func() { r.store(results) })
	find.Wait()
	fetch.Wait()
	close(ready)
	extract.Wait()
	close(results)
	store.Wait()
}

// watch notes how the run goes while it goes: in the journal, for biaoge
// status, and in the monitor.
func (r *run) watch(done <-chan struct{}) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	defer func() { raise(&r.Monitor.peak, r.Pool.Stats().Peak) }()
	for n := 0; ; n++ {
		children := r.Pool.Stats()
		r.Monitor.memory.Store(worker.MemoryOf(os.Getpid()) + children.Memory)
		raise(&r.Monitor.peak, children.Peak)
		if n%5 == 0 {
			// That the journal can't be written shows where it matters more.
			_ = r.Journal.Beat(r.Monitor.finished.Load())
		}
		select {
		case <-done:
			return
		case <-t.C:
		}
	}
}

// walk notes all files in the journal, and checks that the documents it has
// are still on the disk.
func (r *run) walk() {
	defer func() {
		r.mu.Lock()
		r.walked = true
		r.fresh.Broadcast()
		r.mu.Unlock()
		r.Monitor.known.Store(r.ctx.Err() == nil)
	}()
	if err := r.checkDocuments(); err != nil {
		r.stop(r.diskStop(err))
		return
	}
	var batch []journal.Sighting
	limit := 200 // the first ones at once, so that work begins
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		start := time.Now()
		added, err := r.Journal.See(batch)
		r.Monitor.spent(start)
		if err != nil {
			return r.diskStop(err)
		}
		batch, limit = batch[:0], 2000
		r.Monitor.total.Add(int64(added)) // files that are none among them; put right at the end
		r.mu.Lock()
		r.fresh.Broadcast()
		r.mu.Unlock()
		return nil
	}
	err := r.Folder.Walk(r.ctx, func(i intake.Item) error {
		s := journal.Sighting{Path: i.Path, Name: escape.Name(i.Path), Report: r.Report(i.Path), Size: i.Size, MTime: i.MTime, State: journal.Pending}
		if i.Err != nil {
			s.State, s.Kind, s.Error = stateOf(i.Err.Kind), i.Err.Kind, i.Err.Msg
			if s.State == journal.Failed {
				r.Log.Warn("not read", "picture", s.Name, "kind", s.Kind, "error", s.Error)
			}
		}
		batch = append(batch, s)
		if len(batch) >= limit {
			return flush()
		}
		return nil
	})
	if err != nil && full(err) == nil && !errors.As(err, new(*Stop)) {
		err = &Stop{"looking for pictures failed: " + err.Error() + "; run again to go on", err}
	}
	if err == nil {
		err = flush()
	}
	if err == nil && r.Refresh {
		err = r.diskStop(r.Journal.Refresh())
	}
	if err == nil && r.RetryFailed {
		err = r.diskStop(r.Journal.RetryFailed())
	}
	if err == nil {
		err = r.diskStop(r.count())
	}
	r.stopFor(err)
}

// stateOf says what becomes of a file that can't be read: it fails, unless it
// never was a picture.
func stateOf(kind string) journal.State {
	switch kind {
	case intake.NoPicture, intake.Link, intake.Special:
		return journal.Skipped
	}
	return journal.Failed
}

// checkDocuments has pictures read again whose documents are gone or cut
// short: someone removed them, or the power failed.
func (r *run) checkDocuments() error {
	const step = 5000
	lost := 0
	for after := int64(0); r.ctx.Err() == nil; {
		docs, err := r.Journal.Documents(after, step)
		if err != nil {
			return err
		}
		if len(docs) == 0 {
			break
		}
		var gone []int64
		for _, d := range docs {
			info, err := os.Lstat(r.Place.Document(d.Path))
			if err != nil || info.Size() != d.Size {
				gone = append(gone, d.ID)
			}
		}
		if err := r.Journal.Requeue(gone...); err != nil {
			return err
		}
		lost += len(gone)
		after = docs[len(docs)-1].ID
	}
	if lost > 0 {
		r.Log.Warn("documents are gone from the output folder; their pictures are read again", "pictures", lost)
		return r.count()
	}
	return nil
}

// hand hands out what waits in the journal.
func (r *run) hand(jobs chan<- *journal.Picture) {
	defer close(jobs)
	for r.ctx.Err() == nil {
		// Whether more will come must be known before looking for the last
		// ones, not after.
		r.mu.Lock()
		last := r.walked
		r.mu.Unlock()
		start := time.Now()
		all, err := r.Journal.Take(takeAtOnce)
		r.Monitor.spent(start)
		if err != nil {
			r.stop(r.diskStop(err))
			return
		}
		for i := range all {
			select {
			case jobs <- &all[i]:
			case <-r.ctx.Done():
				return
			}
		}
		if len(all) == 0 {
			if last {
				return
			}
			r.mu.Lock()
			if !r.walked && r.ctx.Err() == nil {
				r.fresh.Wait()
			}
			r.mu.Unlock()
		}
	}
}

// fetch reads a picture's bytes and sends it on to be extracted, unless that
// is not needed.
func (r *run) fetch(p *journal.Picture, ready chan<- fetched, results chan<- result) {
	leave := r.room.enter(p.Size)
	data, err := r.load(p)
	if err != nil {
		leave()
		if res, ok := r.notRead(p, err); ok {
			results <- res
		}
		return
	}
	res, next, err := r.shortcut(p)
	if err != nil {
		leave()
		r.stop(r.diskStop(err))
		return
	}
	if next == extractIt {
		ready <- fetched{p, data, leave}
		return
	}
	leave()
	if next == storeIt {
		results <- res
	}
}

// load reads a picture's bytes and hashes them.
func (r *run) load(p *journal.Picture) ([]byte, error) {
	ctx := r.ctx
	if r.Time > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, r.Time, &intake.Error{Kind: intake.Unreadable, Msg: fmt.Sprintf("reading the file took longer than %v; check the disk or network it is on", r.Time)})
		defer cancel()
	}
	data, err := r.Folder.Read(ctx, p.Path, r.Bytes)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(data)
	p.SHA256 = hex.EncodeToString(sum[:])
	return data, nil
}

// notRead is the result of a picture whose bytes can't be had, unless it is
// not the picture's fault.
func (r *run) notRead(p *journal.Picture, err error) (result, bool) {
	if r.ctx.Err() != nil {
		return result{}, false
	}
	if stop := r.outOfReach(err); stop != nil {
		r.stop(stop)
		return result{}, false
	}
	var e *intake.Error
	if !errors.As(err, &e) {
		e = &intake.Error{Kind: intake.Unreadable, Msg: err.Error()}
	}
	p.State, p.Kind, p.Error, p.Detail = stateOf(e.Kind), e.Kind, e.Msg, ""
	if (e.Kind == intake.Vanished || e.Kind == intake.Unreadable) && r.unreadableStreak(e) {
		return result{}, false
	}
	return result{Picture: p}, true
}

// outOfReach is the Stop of a run for which it is no picture's fault that its
// bytes can't be had: the disk is full, or all of the input is gone. It is nil
// where it may be the picture's.
func (r *run) outOfReach(err error) error {
	if full(err) != nil {
		return r.diskStop(err)
	}
	var e *intake.Error
	if errors.As(err, &e) && e.Kind != intake.Vanished && e.Kind != intake.Unreadable {
		return nil
	}
	if gone := r.Folder.Gone(); gone != nil {
		return &Stop{"the input folder is gone (" + gone.Error() + "); bring it back and run again to go on", gone}
	}
	return nil
}

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

// read sets a picture's state to that of one which has been read, maybe but
// for some pages.
func read(p *journal.Picture) {
	p.State, p.Kind, p.Error, p.Detail = journal.Done, "", "", ""
	if p.Digest.Missing != "" {
		p.Kind, p.Error = digest.Incomplete, p.Digest.Missing
	}
}

func hash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// store writes results until there are no more, many at a time where there are
// many.
func (r *run) store(results <-chan result) {
	for res := range results {
		group := []result{res}
	more:
		for len(group) < storeAtOnce {
			select {
			case res, ok := <-results:
				if !ok {
					break more
				}
				group = append(group, res)
			default:
				break more
			}
		}
		start := time.Now()
		err := r.storeGroup(group)
		r.Monitor.spent(start)
		if err != nil {
			r.stop(r.diskStop(err))
		}
	}
}

// storeGroup writes the documents of some results and notes them in the
// journal, then those of the copies that waited for them. What can't be written
// is not noted, and waits for the next run.
func (r *run) storeGroup(group []result) error {
	var failed error
	for len(group) > 0 {
		var written []result
		var all []*journal.Picture
		for _, res := range group {
			if res.dropped || failed != nil {
				continue
			}
			again, err := r.storeOne(&res)
			switch {
			case err != nil:
				failed = err
			case !again:
				written = append(written, res)
				all = append(all, res.Picture)
			}
		}
		if len(all) > 0 {
			r.tallyMu.Lock()
			err := r.Journal.Finish(all)
			if err == nil {
				for _, res := range written {
					r.tell(res)
				}
			}
			r.tallyMu.Unlock()
			if err != nil {
				failed = errors.Join(failed, err)
				written = nil
			}
		}
		var copies []result
		for _, res := range group {
			for _, p := range r.land(res.Picture) {
				if slices.ContainsFunc(written, func(w result) bool { return w.Picture == res.Picture }) {
					copies = append(copies, result{Picture: p, copyOf: res.Picture})
				}
			}
		}
		group = copies
	}
	return failed
}

// storeOne writes what a result leaves on the disk beside the journal. Again
// means that it came to nothing and the picture has to be read after all.
func (r *run) storeOne(res *result) (again bool, err error) {
	p := res.Picture
	if res.copyOf != nil {
		if err := r.copyResult(res); err != nil {
			// The other document has just been removed or damaged.
			r.Log.Warn("a document is gone from the output folder; its picture is read again", "picture", res.copyOf.Name)
			return true, r.Journal.Requeue(p.ID, res.copyOf.ID)
		}
	}
	name := r.Place.Document(p.Path)
	p.Chain = ""
	if p.State != journal.Done {
		// A document of what the picture was before would be taken for one of
		// what it is now.
		if p.State.Final() && p.DocSize > 0 {
			if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return false, err
			}
			p.DocSize, p.DocSHA256 = 0, ""
		}
		if p.State == journal.Quarantined {
			return false, r.quarantine(p, res.data)
		}
		return false, nil
	}
	if p.Attempts > 1 {
		os.Remove(r.Place.Quarantine(p.Path)) // where it may be from an earlier run
		os.Remove(r.Place.Quarantine(p.Path) + ".error.json")
	}
	p.DocSize, p.DocSHA256 = int64(len(res.docs)), hash(res.docs)
	if res.keep {
		return false, nil
	}
	err = r.Place.Write(name, res.docs)
	if errors.Is(err, syscall.ENAMETOOLONG) {
		p.State, p.Kind, p.Error = journal.Failed, "name", "its path is too long for a document beside it; move it further up"
		p.DocSize, p.DocSHA256 = 0, ""
		err = nil
	}
	return false, err
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

// quarantine keeps a copy of a picture that no worker survives, and why.
func (r *run) quarantine(p *journal.Picture, data []byte) error {
	name := r.Place.Quarantine(p.Path)
	if data != nil {
		if err := r.Place.Write(name, data); err != nil && !errors.Is(err, syscall.ENAMETOOLONG) {
			return err
		}
	}
	why, err := json.MarshalIndent(struct {
		Picture string `json:"picture"`
		SHA256  string `json:"sha256"`
		Kind    string `json:"kind"`
		Error   string `json:"error"`
	}{p.Name, p.SHA256, p.Kind, p.Error}, "", "  ")
	if err != nil {
		return err
	}
	err = r.Place.Write(name+".error.json", append(why, '\n'))
	if errors.Is(err, syscall.ENAMETOOLONG) {
		return nil
	}
	return err
}

// tell counts a result and says so where it is none to be glad of.
func (r *run) tell(res result) {
	m, p := r.Monitor, res.Picture
	if p.State == journal.Retry {
		r.Log.Warn("read again later, alone", "picture", p.Name, "kind", p.Kind, "error", p.Error)
		return
	}
	m.finished.Add(1)
	if res.copyOf != nil {
		m.copies.Add(1)
	}
	switch p.State {
	case journal.Done:
		m.done.Add(1)
		if p.Digest.Review() {
			m.flagged.Add(1)
		}
		if p.Error != "" {
			r.Log.Warn("not all pages could be read", "picture", p.Name, "kind", p.Kind, "error", p.Error)
		}
		r.Log.Debug("read", "picture", p.Name, "ms", p.Took.Milliseconds(), "tables", len(p.Digest.Tables))
	case journal.Skipped:
		m.skipped.Add(1)
		m.total.Add(-1)
		r.Log.Debug("skipped", "file", p.Name, "kind", p.Kind)
	case journal.Failed:
		m.failed.Add(1)
		r.Log.Warn("not read", "picture", p.Name, "kind", p.Kind, "error", p.Error)
	case journal.Quarantined:
		m.failed.Add(1)
		r.Log.Error("quarantined", "picture", p.Name, "kind", p.Kind, "error", p.Error)
	}
}

// readAlone reads what cost a worker its life once more, with nothing else
// under way, and quarantines what does so again.
func (r *run) readAlone() {
	all, err := r.Journal.Retries()
	if err != nil {
		r.stop(r.diskStop(err))
		return
	}
	r.Pool.Rest() // all memory is for the one that is read
	for i := range all {
		if r.ctx.Err() != nil {
			return
		}
		res, ok := r.alone(&all[i])
		if !ok {
			return
		}
		start := time.Now()
		err := r.storeGroup([]result{res})
		r.Monitor.spent(start)
		if err != nil {
			r.stop(r.diskStop(err))
		}
	}
}

func (r *run) alone(p *journal.Picture) (result, bool) {
	data, err := r.load(p)
	if err != nil {
		return r.notRead(p, err)
	}
	res, next, err := r.shortcut(p)
	if err != nil {
		r.stop(r.diskStop(err))
		return result{}, false
	}
	if next == storeIt {
		res.data = data
		return res, true
	}
	return r.extract(fetched{p, data, func() {}}, true), true
}

// full returns the error in err that says that the disk takes no more, in one
// way or another.
func full(err error) error {
	for _, e := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS} {
		if errors.Is(err, e) {
			return e
		}
	}
	return nil
}

// stopFor stops the run for an error, if there is one, in writing the output.
func (r *run) stopFor(err error) {
	if err != nil && r.ctx.Err() == nil {
		r.stop(r.diskStop(err))
	}
}

// diskStop makes a Stop of an error in writing the output. A Stop stays what
// it is, as does nil.
func (r *run) diskStop(err error) error {
	return DiskStop(r.Place.Dir, err)
}

// DiskStop makes a Stop of an error in writing to the output folder.
func DiskStop(dir string, err error) error {
	var s *Stop
	if err == nil || errors.As(err, &s) || errors.Is(err, context.Canceled) {
		return err
	}
	abs, e := filepath.Abs(dir)
	if e != nil {
		abs = dir
	}
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return &Stop{"the disk of " + abs + " is full; make room and run again to go on", err}
	case errors.Is(err, syscall.EDQUOT):
		return &Stop{"the quota for " + abs + " is used up; make room and run again to go on", err}
	case errors.Is(err, syscall.EROFS):
		return &Stop{abs + " can't be written to any more (read-only); mount it for writing and run again to go on", err}
	case errors.Is(err, fs.ErrPermission):
		return &Stop{abs + " can't be written to by this user (" + err.Error() + "); change its owner or give another output folder", err}
	}
	return &Stop{"writing to " + abs + " failed: " + err.Error() + "; check the disk and run again to go on", err}
}
