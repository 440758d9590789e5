package review

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/escape"
	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/internal/results"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// Options say what is reviewed, and with what.
type Options struct {
	Place batch.Place
	In    string // the folder of the pictures; empty for where the batch found them
	Forms []*tables.Form
	Rules *Rules       // nil for those of the last review
	Pool  *worker.Pool // whose children decode pictures
	Bytes int64        // the largest picture that is read
	Log   *slog.Logger
}

// A Session is a review that is open: the answers, what they are about, and
// the pictures.
type Session struct {
	Options
	Store   *Store
	Journal *journal.Journal
	Index   *Index
	Cutter  *Cutter

	folderMu sync.Mutex
	folder   *intake.Folder
	writing  sync.Mutex // one at a time writes results
	indexed  string     // what the batch was like when its questions were last made
}

// ErrNoBatch means that the folder is not the output of a batch.
var ErrNoBatch = errors.New("it has no journal of a batch; give the output folder of one")

// Begin opens a review. The batch's own files are only read.
func Begin(o Options) (*Session, error) {
	s := &Session{Options: o}
	var err error
	if s.Journal, err = journal.Open(o.Place.Journal()); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, ErrNoBatch
		}
		return nil, err
	}
	if o.In == "" {
		in, err := s.Journal.Meta("in")
		if err != nil {
			s.Journal.Close()
			return nil, err
		}
		s.In = escape.Undo(in)
	}
	if s.Store, err = Open(o.Place.Review(), o.Rules); err != nil {
		s.Journal.Close()
		return nil, err
	}
	s.Cutter = &Cutter{Read: s.read, Cut: func(ctx context.Context, c worker.Crop, data []byte) ([]byte, error) {
		return o.Pool.Crop(ctx, worker.Request{}, c, data)
	}}
	s.Index = &Index{Store: s.Store, Place: o.Place, Journal: s.Journal,
		Look: func(ctx context.Context, path string) (string, error) {
			print, _, err := s.look(ctx, path)
			return print, err
		},
		Alike: worker.Alike,
		Damaged: func(path string, err error) {
			o.Log.Warn("a document can't be read; biaoge batch makes it again", "picture", path, "error", err)
		},
	}
	return s, nil
}

// Close closes what Begin opened.
func (s *Session) Close() error {
	s.folderMu.Lock()
	defer s.folderMu.Unlock()
	err := errors.Join(s.Store.Close(), s.Journal.Close())
	if s.folder != nil {
		err = errors.Join(err, s.folder.Close())
	}
	return err
}

// read reads a picture. That the folder is not there is told then, not
// before: what is asked for may be had without it.
func (s *Session) read(ctx context.Context, path string) ([]byte, error) {
	s.folderMu.Lock()
	if s.folder == nil {
		f, err := intake.Open(s.In, intake.Options{Spool: s.Place.Dir, Leave: s.Place.Dir})
		if err != nil {
			s.folderMu.Unlock()
			return nil, err
		}
		s.folder = f
	}
	f := s.folder
	s.folderMu.Unlock()
	return f.Read(ctx, path, s.Bytes)
}

func (s *Session) look(ctx context.Context, path string) (string, []byte, error) {
	data, err := s.read(ctx, path)
	if err != nil {
		return "", nil, err
	}
	return s.Pool.Look(ctx, worker.Request{}, data)
}

// Server makes the server of the page, which asks only about what fits.
func (s *Session) Server(a Access, only, at string) *Server {
	return &Server{Store: s.Store, Index: s.Index, Place: s.Place, Forms: s.Forms, Cutter: s.Cutter, Access: a, Only: only, Log: s.Log,
		Results: func(ctx context.Context) error { return s.WriteResults(ctx, at) }}
}

// lookAgain is how often a server looks for documents that have changed.
const lookAgain = 15 * time.Second

// KeepIndexed makes the questions that are missing, again whenever a batch has
// gone on, until ctx ends.
func (s *Session) KeepIndexed(ctx context.Context) {
	for {
		err := s.catchUp(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			s.Log.Error("questions can't be made", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(lookAgain):
		}
	}
}

// indexedNote is what the batch was like when its questions were last made.
const indexedNote = "indexed"

// catchUp makes the questions that are missing, if a batch has read something
// since, or more is to be drawn.
func (s *Session) catchUp(ctx context.Context) error {
	state, ended, err := s.batchState()
	if err != nil {
		return err
	}
	if state == s.indexed || ended && state == s.Store.meta(indexedNote) {
		s.Index.running.Store(false)
		return nil
	}
	if err := s.Index.Run(ctx); err != nil {
		return err
	}
	s.indexed = state
	if !ended {
		return nil // it may have read more than it says
	}
	return s.Store.setMeta(indexedNote, state)
}

// batchState changes when a batch has read something. Ended says that it will
// read no more.
func (s *Session) batchState() (state string, ended bool, err error) {
	runs, err := s.Journal.Runs()
	if err != nil || len(runs) == 0 {
		return "none", false, err
	}
	return fmt.Sprint(runs[0].ID, runs[0].Finished, runs[0].Ended.UnixNano(), s.Store.audit), !runs[0].Ended.IsZero(), nil
}

// WriteResults writes records, reports and summary with the answers in, as the
// last run of the batch wrote them. The folder is this process's alone
// meanwhile.
func (s *Session) WriteResults(ctx context.Context, at string) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	unlock, err := s.Place.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	var last int64
	if err := s.Store.r.QueryRow("SELECT coalesce(max(seq), 0) FROM answers").Scan(&last); err != nil {
		return err
	}
	o := results.Options{
		Place: s.Place, Journal: s.Journal, Forms: s.Forms, Answers: s.Store, Review: at,
		Language: message.Environment(), Pictures: s.pictures(),
		Look:  func(path string) (string, []byte, error) { return s.look(ctx, path) },
		Alike: worker.Alike, Run: s.lastRun(),
	}
	o.CSV, o.NoBOM, o.Parquet = s.formats()
	if _, err := results.Write(ctx, o); err != nil {
		return err
	}
	return s.Store.setMeta("written", fmt.Sprint(last))
}

// pictures is the folder that the pictures are in; empty where that is none.
func (s *Session) pictures() string {
	if info, err := os.Stat(s.In); err != nil || !info.IsDir() {
		return ""
	}
	return s.In
}

// lastRun is what the summary says of the run before.
func (s *Session) lastRun() results.RunInfo {
	var before struct {
		Run results.RunInfo `json:"run"`
	}
	data, err := os.ReadFile(s.Place.File("summary.json"))
	if err != nil || json.Unmarshal(data, &before) != nil {
		now := time.Now()
		return results.RunInfo{In: escape.Name(s.In), Started: now, Ended: now}
	}
	return before.Run
}

// formats are those in which the last run wrote.
func (s *Session) formats() (csv, noBOM, parquet bool) {
	_, err := os.Stat(s.Place.File("records.parquet"))
	parquet = err == nil
	f, err := os.Open(s.Place.File("records.csv"))
	if err != nil {
		return !parquet, false, parquet
	}
	defer f.Close()
	head := make([]byte, 3)
	n, _ := f.Read(head)
	return true, !bytes.Equal(head[:n], []byte("\uFEFF")), parquet
}

// Unwritten counts the answers that results have not taken in.
func (s *Session) Unwritten() (n int, err error) {
	err = s.Store.r.QueryRow("SELECT count(*) FROM answers WHERE seq > coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'written'), 0)").Scan(&n)
	return n, err
}

// Reviewed are the answers beside a batch's output, for its results; nil where
// there are none. Done is to be called when they are no longer needed.
func Reviewed(place batch.Place) (answers *Store, done func(), err error) {
	if _, err := os.Stat(place.Review()); err != nil {
		return nil, func() {}, nil
	}
	s, err := Open(place.Review(), nil)
	if err != nil {
		return nil, func() {}, err
	}
	return s, func() { s.Close() }, nil
}

// Answered counts the pictures of which every flag was answered, as far as
// the questions are those of the documents that are there.
func (s *Store) Answered(j *journal.Journal) (n int64, err error) {
	err = j.EachIn(context.Background(), []journal.State{journal.Done}, func(p *journal.Picture) error {
		if !p.Digest.Review() {
			return nil
		}
		var done bool
		err := s.r.QueryRow(`SELECT NOT EXISTS (SELECT 1 FROM targets t JOIN questions q ON q.id = t.question WHERE t.picture = p.id AND `+open+` AND q.kind IN ('value', 'table') AND q.why IN ('', 'except'))
			FROM pictures p WHERE p.path = ? AND p.doc = ?`, []byte(p.Path), p.DocSHA256).Scan(&done)
		if err == nil && done {
			n++
		}
		if errors.Is(err, errNoRows) {
			return nil
		}
		return err
	})
	return n, err
}
