package batch

import (
	"context"
	"errors"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/worker"
)

// extract has a picture read: alone means by a new child that reads nothing
// else, and that the picture is quarantined if it costs that its life. The
// result says dropped where the run ends instead.
func (r *run) extract(f fetched, alone bool) result {
	p := f.Picture
	dropped := result{Picture: p, dropped: true}
	answer, deaths, err := r.ask(f, alone)
	if err != nil {
		r.stop(r.talking(err))
		return dropped
	}
	p.Took = answer.Took
	r.Monitor.busy.Add(int64(p.Took))
	if answer.Err == nil && (alone || len(deaths) == 0) {
		if r.Reports != nil {
			f.data = nil // no picture to try out later
		}
		r.well(f.data)
		p.Digest = answer.Documents[0].Digest
		read(p)
		return result{Picture: p, docs: answer.Documents[0].Data, deaths: deaths, answer: answer}
	}
	if answer.Err == nil {
		answer.Err = deaths[0].Death
	}
	fail, death, stop := r.sort(answer.Err)
	switch {
	case stop != nil:
		r.stop(stop)
		return dropped
	case fail != nil:
		p.State, p.Kind, p.Error, p.Detail = journal.Failed, fail.Kind, fail.Message, ""
		if fail.Kind != worker.KindInternal {
			r.well(nil)
		} else if r.internalStreak(fail) {
			return dropped
		}
		return result{Picture: p, answer: answer}
	}
	p.Kind, p.Error, p.Detail = death.Kind, r.advised(death), death.Detail
	if alone {
		p.State = journal.Quarantined
		return result{Picture: p, data: f.data, answer: answer}
	}
	p.State = journal.Retry
	if r.deathStreak(death) {
		return dropped
	}
	return result{Picture: p, answer: answer}
}

// talking is the Stop of a run whose queue fails; its own end stays what it is.
func (r *run) talking(err error) error {
	if r.ctx.Err() != nil {
		return context.Cause(r.ctx)
	}
	return &Stop{"handing out pictures failed: " + err.Error() + "; run again to go on", err}
}

// sort says what an error of who read means: that the picture is at fault, that
// it cost a child its life, or that the run can't go on.
func (r *run) sort(err error) (fail *worker.Failure, death *worker.Death, stop error) {
	var unstarted *worker.StartError
	errors.As(err, &fail)
	errors.As(err, &death)
	switch {
	case fail != nil && fail.Kind == worker.KindDependency:
		stop = &Stop{fail.Message, ErrDependency}
	case errors.As(err, &unstarted) && death != nil:
		stop = &Stop{err.Error() + "; biaoge doctor may say why", err}
	case unstarted != nil:
		stop = &Stop{err.Error(), err}
	case fail == nil && death == nil:
		stop = &Stop{"talking to a worker failed: " + err.Error() + "; run again to go on", err}
	}
	return fail, death, stop
}

// advised is what a death says and what may be done about it.
func (r *run) advised(d *worker.Death) string {
	if r.Advice == nil {
		return d.Msg
	}
	return d.Msg + r.Advice(d)
}

// read sets a picture's state to that of one which has been read, maybe but
// for some pages.
func read(p *journal.Picture) {
	p.State, p.Kind, p.Error, p.Detail = journal.Done, "", "", ""
	if p.Digest.Missing != "" {
		p.Kind, p.Error = digest.Incomplete, p.Digest.Missing
	}
}
