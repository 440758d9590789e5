package batch

import (
	"time"

	"github.com/biaoge/biaoge/internal/journal"
)

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
