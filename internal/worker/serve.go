package worker

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync/atomic"
	"syscall"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/tables"
)

// An Extractor is what a child reads pictures with.
type Extractor interface {
	ExtractPages(ctx context.Context, path string, r io.Reader) ([]*tables.Document, error)
	ExtractSeries(ctx context.Context, pictures ...biaoge.Input) ([][]*tables.Document, error)
	Close() error
}

// A Child is what Serve needs to know.
type Child struct {
	// Open makes the extractor. Its error ends the child.
	Open func() (Extractor, error)
	// Kind puts an error of the extractor into a word: see package intake
	// for some, and KindDependency.
	Kind func(error) string
	// Memory is what the child may use, in bytes; 0 for no limit.
	Memory int64
}

// Serve is a child's whole life: it reads pictures from in and answers on out
// until in ends.
func Serve(in io.Reader, out *os.File, c Child) error {
	if c.Memory > 0 {
		limitMemory(c.Memory)
	}
	out, err := privateStdout(out)
	if err != nil {
		return err
	}
	defer out.Close()
	x, err := c.Open()
	if err != nil {
		return writeFrame(out, Reply{Err: c.failure(err)}, nil)
	}
	defer x.Close()
	if err := writeFrame(out, Reply{Peak: peak()}, nil); err != nil {
		return err
	}

	type job struct {
		request
		data []byte
	}
	jobs := make(chan job)
	var busy atomic.Bool
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
	for j := range jobs {
		reply, payload := c.answer(x, j.request, j.data)
		reply.Peak = peak()
		if MemoryOf(os.Getpid()) > tidyAbove {
			debug.FreeOSMemory()
		}
		busy.Store(false)
		if err := writeFrame(out, reply, payload); err != nil {
			return err
		}
	}
	return nil
}

// tidyAbove is the memory above which a child gives back what it can after a
// picture; that takes some milliseconds.
const tidyAbove = 300 << 20

func (c *Child) answer(x Extractor, q request, data []byte) (reply Reply, payload []byte) {
	defer func() {
		if v := recover(); v != nil {
			fmt.Fprintf(os.Stderr, "panic: %v\n%s", v, debug.Stack())
			reply = Reply{Err: &Failure{KindInternal, fmt.Sprintf("internal error: %v; please report it with the picture", v)}}
			payload = nil
		}
	}()
	switch q.Op {
	case opLook:
		print, small, err := look(data)
		if err != nil {
			return Reply{Err: c.failure(err)}, nil
		}
		return Reply{Fingerprint: print}, small
	case opSeries:
		parts, payload, err := readSeries(x, q.Series, data)
		if err != nil {
			return Reply{Err: c.failure(err)}, nil
		}
		return Reply{Series: parts}, payload
	}
	docs, err := x.ExtractPages(context.Background(), q.Name, bytes.NewReader(data))
	switch {
	case err != nil && len(docs) > 0 && c.failure(err).Kind != KindDependency:
		// The pages before a damaged one are worth having, but nobody should
		// take them for all.
		last := docs[len(docs)-1]
		last.Warnings = append(last.Warnings, tables.Warning{Code: digest.Incomplete, Message: err.Error()})
	case err != nil:
		return Reply{Err: c.failure(err)}, nil
	}
	payload, err = Marshal(docs)
	if err != nil {
		return Reply{Err: c.failure(err)}, nil
	}
	return Reply{Digest: digest.Of(docs)}, payload
}

// readSeries reads pictures together; data is that of one after the other, as
// is the payload of their documents.
func readSeries(x Extractor, pictures []part, data []byte) (parts []part, payload []byte, err error) {
	each, err := split(data, pictures)
	if err != nil {
		return nil, nil, err
	}
	inputs := make([]biaoge.Input, len(each))
	for i := range each {
		inputs[i] = biaoge.Input{Path: pictures[i].Name, Reader: bytes.NewReader(each[i])}
	}
	all, err := x.ExtractSeries(context.Background(), inputs...)
	if err != nil {
		return nil, nil, err
	}
	for _, docs := range all {
		b, err := Marshal(docs)
		if err != nil {
			return nil, nil, err
		}
		parts = append(parts, part{Size: len(b), Digest: digest.Of(docs)})
		payload = append(payload, b...)
	}
	return parts, payload, nil
}

func (c *Child) failure(err error) *Failure {
	kind := KindInternal
	if c.Kind != nil {
		kind = c.Kind(err)
	}
	return &Failure{kind, err.Error()}
}

// Marshal writes documents as a file of documents/ holds them: one line each,
// so that the file of a picture with one page is a JSON document.
func Marshal(docs []*tables.Document) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, d := range docs {
		if err := enc.Encode(d); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

// Unmarshal reads what Marshal wrote.
func Unmarshal(data []byte) ([]*tables.Document, error) {
	var docs []*tables.Document
	dec := json.NewDecoder(bytes.NewReader(data))
	for {
		d := new(tables.Document)
		err := dec.Decode(d)
		if err == io.EOF {
			if len(docs) == 0 {
				return nil, io.ErrUnexpectedEOF
			}
			return docs, nil
		}
		if err != nil {
			return nil, err
		}
		docs = append(docs, d)
	}
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

// limitMemory has the kernel refuse memory well above the limit, for the case
// that it is asked for faster than the parent looks, and has Go's own share
// collected in time.
func limitMemory(n int64) {
	debug.SetMemoryLimit(n / 2)
	hard := uint64(n) + uint64(n)/2
	syscall.Setrlimit(2 /* RLIMIT_DATA, which package syscall names on some systems only */, &syscall.Rlimit{Cur: hard, Max: hard})
}

// peak is the most memory the process has had so far.
func peak() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return u.Maxrss * 1024
}
