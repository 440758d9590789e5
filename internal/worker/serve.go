package worker

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync/atomic"
	"syscall"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/tables"
)

// An Extractor is what a child reads pictures with.
type Extractor interface {
	ExtractPages(ctx context.Context, path string, r io.Reader) ([]*tables.Document, error)
	ExtractSeries(ctx context.Context, pictures ...biaoge.Input) ([][]*tables.Document, error)
	Probe(ctx context.Context, r io.Reader) (tables.Probe, error)
	Close() error
}

// A Child is what Serve needs to know.
type Child struct {
	// Open makes an extractor with settings; those left out are the child's
	// own. That the first one can't be made, which has only these, ends the
	// child.
	Open func(Settings) (Extractor, error)
	// Kind puts an error of the extractor into a word: see package intake
	// for some, and KindDependency.
	Kind func(error) string
	// Forms are those by which it knows the tables of reports.
	Forms []*tables.Form
	// Memory is what the child may use, in bytes; 0 for no limit.
	Memory int64
}

// A child is a process while it serves.
type child struct {
	Child
	ctx context.Context
	own Extractor // with its own settings

	// One more is kept for requests with others: callers who set some mostly
	// set the same.
	other    Extractor
	settings Settings // of other

	held   heldPage // for crops
	report heldReport
}

// extractor returns the extractor for some settings.
func (c *child) extractor(s Settings) (Extractor, error) {
	switch {
	case s == Settings{}:
		return c.own, nil
	case c.other != nil && s == c.settings:
		return c.other, nil
	}
	if c.other != nil {
		if err := c.other.Close(); err != nil {
			return nil, err
		}
		c.other = nil
	}
	x, err := c.Open(s)
	if err != nil {
		return nil, err
	}
	c.other, c.settings = x, s
	return x, nil
}

func (c *child) close() error {
	err := c.own.Close()
	if c.other != nil {
		err = errors.Join(err, c.other.Close())
	}
	return err
}

// Serve is a child's whole life: it does what requests from in ask and answers
// on out until in ends.
func Serve(in io.Reader, out *os.File, config Child) error {
	yield()
	if config.Memory > 0 {
		limitMemory(config.Memory)
	}
	out, err := privateStdout(out)
	if err != nil {
		return err
	}
	defer out.Close()
	c := &child{Child: config, ctx: context.Background()}
	if c.own, err = c.Open(Settings{}); err != nil {
		return writeFrame(out, reply{Err: c.failure(err)}, nil)
	}
	defer c.close()
	if err := writeFrame(out, reply{Peak: cost().Memory}, nil); err != nil {
		return err
	}
	var busy atomic.Bool
	for j := range jobs(in, &busy) {
		if err := writeFrame(out, reply{Began: true}, nil); err != nil {
			return err
		}
		r, payload := c.answer(j.request, j.data)
		r.Peak = cost().Memory
		if MemoryOf(os.Getpid()) > tidyAbove {
			debug.FreeOSMemory()
		}
		busy.Store(false)
		if err := writeFrame(out, r, payload); err != nil {
			return err
		}
	}
	return nil
}

type job struct {
	request
	data []byte
}

// jobs are the requests from in. It looks for the end of in meanwhile, also
// while the child is busy.
func jobs(in io.Reader, busy *atomic.Bool) <-chan job {
	jobs := make(chan job)
	go func() {
		defer close(jobs)
		r := bufio.NewReaderSize(in, 64<<10)
		for {
			var j job
			data, err := readFrame(r, &j.request)
			if err != nil {
				// No more work; or the parent is gone, since it never hangs
				// up on a child it waits for. Native code may go on for
				// minutes then, and nobody wants what it finds.
				if busy.Load() {
					os.Exit(1)
				}
				return
			}
			j.data = data
			busy.Store(true)
			jobs <- j
		}
	}()
	return jobs
}

// tidyAbove is the memory above which a child gives back what it can after a
// picture; that takes some milliseconds.
const tidyAbove = 300 << 20

func (c *child) answer(q request, data []byte) (r reply, payload []byte) {
	defer func() {
		if v := recover(); v != nil {
			fmt.Fprintf(os.Stderr, "panic: %v\n%s", v, debug.Stack())
			r = reply{Err: &Failure{KindInternal, fmt.Sprintf("internal error: %v; please report it with the picture", v)}}
			payload = nil
		}
	}()
	op, ok := operations[q.Op]
	if !ok {
		return reply{Err: &Failure{KindInternal, "internal error: a child is asked for " + q.Op}}, nil
	}
	a, payload, err := op.answer(c, q, data)
	if err != nil {
		return reply{Err: c.failure(err)}, nil
	}
	return reply{Answer: a}, payload
}

func (c *child) failure(err error) *Failure {
	kind := KindInternal
	if c.Kind != nil {
		kind = c.Kind(err)
	}
	return &Failure{kind, err.Error()}
}

// privateStdout moves standard output to where no library can write to it: one
// line of chatter between frames would end the conversation. What libraries
// print goes to standard error.
func privateStdout(out *os.File) (*os.File, error) {
	fd, err := syscall.Dup(int(out.Fd()))
	if err != nil {
		return nil, err
	}
	syscall.CloseOnExec(fd)
	if err := syscall.Dup3(2, int(out.Fd()), 0); err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), "answers"), nil
}

// hardLimit is the memory that the kernel refuses a child whose limit is n.
func hardLimit(n int64) uint64 { return uint64(n) + uint64(n)/2 }

// limitMemory has the kernel refuse memory well above the limit, for the case
// that it is asked for faster than the parent looks, and has Go's own share
// collected in time.
func limitMemory(n int64) {
	debug.SetMemoryLimit(n / 2)
	hard := hardLimit(n)
	syscall.Setrlimit(2 /* RLIMIT_DATA, which package syscall names on some systems only */, &syscall.Rlimit{Cur: hard, Max: hard})
}
