package batch

import (
	"errors"
	"os"
	"time"

	"github.com/biaoge/biaoge/internal/escape"
	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/journal"
)

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
