package worker

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/biaoge/biaoge/internal/digest"
)

// Limits are what one picture may cost.
type Limits struct {
	Time   time.Duration
	Memory int64 // bytes; 0 for no limit
}

// The kinds of Death.
const (
	Crash   = "crash"
	Timeout = "timeout"
	Memory  = "memory"
	Start   = "start" // it did not even begin
)

// A Death is the end of a child that was reading a picture.
type Death struct {
	Kind   string
	Msg    string // what happened and what to do about it
	Detail string // the child's last words
}

func (d *Death) Error() string { return d.Msg }

// startTime is how long a child may take to load its recognisers.
const startTime = 60 * time.Second

// watch is how often a child's memory is looked at.
const watch = 50 * time.Millisecond

// A Process is a child. It reads one picture, or one series, at a time.
type Process struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	stderr *tail
	limits Limits

	// Peak is the most memory it has used so far, in bytes.
	Peak int64
	// Read is how many pictures it has been given.
	Read int
}

// StartProcess starts a child and waits until it is ready. A *Failure is why
// the child refuses, a *Death that it could not even do that.
func StartProcess(cmd *exec.Cmd, limits Limits) (*Process, error) {
	p := &Process{cmd: cmd, limits: limits, stderr: new(tail)}
	cmd.Stderr = p.stderr
	// Ctrl-C in a terminal goes to all of a group, but the picture in hand
	// is to be finished.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	p.in, p.out = in, bufio.NewReaderSize(out, 64<<10)
	// A process that the dead child left behind must not keep us waiting.
	cmd.WaitDelay = 5 * time.Second
	if err := cmd.Start(); err != nil {
		return nil, &Death{Start, "a worker process can't be started: " + err.Error(), ""}
	}
	reply, _, err := p.wait(startTime, func() (Reply, []byte, error) {
		var r Reply
		_, err := readFrame(p.out, &r)
		return r, nil, err
	})
	if err != nil {
		var d *Death
		if errors.As(err, &d) {
			d.Kind = Start
			d.Msg = "a worker process does not get ready: " + d.Msg
		}
		return nil, err
	}
	if reply.Err != nil {
		p.Close()
		return nil, reply.Err
	}
	return p, nil
}

// Documents has the child read a picture, which the documents call name.
// Errors are of type *Failure, then the picture is at fault and the child goes
// on, or *Death, then the child is gone.
func (p *Process) Documents(name string, data []byte) (Reply, []byte, error) {
	return p.ask(request{Op: opRead, Name: name}, data, 1)
}

// A Picture is one of a series.
type Picture struct {
	Name string // what the documents call it
	Data []byte
}

// Documents are those of one picture, as Marshal writes them.
type Documents struct {
	Data   []byte
	Digest digest.Digest
}

// Series has the child read pictures together whose tables may go on from one
// to the next, and returns the documents of each. Errors are as those of
// Documents.
func (p *Process) Series(pictures []Picture) ([]Documents, error) {
	q := request{Op: opSeries}
	var data []byte
	for _, pic := range pictures {
		q.Series = append(q.Series, part{Name: pic.Name, Size: len(pic.Data)})
		data = append(data, pic.Data...)
	}
	reply, payload, err := p.ask(q, data, len(pictures))
	if err != nil {
		return nil, err
	}
	each, err := split(payload, reply.Series)
	if err != nil || len(each) != len(pictures) {
		return nil, p.died(cmp.Or(err, io.ErrUnexpectedEOF))
	}
	docs := make([]Documents, len(each))
	for i := range each {
		docs[i] = Documents{each[i], reply.Series[i].Digest}
	}
	return docs, nil
}

// Look has the child say what a picture looks like: its fingerprint and a
// small copy of it in JPEG.
func (p *Process) Look(data []byte) (fingerprint string, thumb []byte, err error) {
	r, thumb, err := p.ask(request{Op: opLook}, data, 1)
	return r.Fingerprint, thumb, err
}

// ask has the child do something with so many pictures.
func (p *Process) ask(q request, data []byte, pictures int) (Reply, []byte, error) {
	p.Read += pictures
	p.stderr.reset()
	reply, payload, err := p.wait(time.Duration(pictures)*p.limits.Time, func() (Reply, []byte, error) {
		var r Reply
		if err := writeFrame(p.in, q, data); err != nil {
			return r, nil, err
		}
		payload, err := readFrame(p.out, &r)
		return r, payload, err
	})
	if err != nil {
		return Reply{}, nil, err
	}
	if reply.Err != nil {
		return reply, nil, reply.Err
	}
	return reply, payload, nil
}

// wait runs a conversation with the child, within its limits.
func (p *Process) wait(limit time.Duration, talk func() (Reply, []byte, error)) (Reply, []byte, error) {
	type result struct {
		reply   Reply
		payload []byte
		err     error
	}
	done := make(chan result, 1)
	go func() {
		r, b, err := talk()
		done <- result{r, b, err}
	}()
	var late <-chan time.Time
	if limit > 0 {
		t := time.NewTimer(limit)
		defer t.Stop()
		late = t.C
	}
	look := time.NewTicker(watch)
	defer look.Stop()
	for {
		select {
		case r := <-done:
			if r.err != nil {
				return Reply{}, nil, p.died(r.err)
			}
			p.Peak = max(p.Peak, r.reply.Peak)
			return r.reply, r.payload, nil
		case <-late:
			p.kill()
			return Reply{}, nil, &Death{Timeout, fmt.Sprintf("reading it took longer than %v; --timeout allows more", limit), p.stderr.String()}
		case <-look.C:
			used := p.Memory()
			p.Peak = max(p.Peak, used)
			if p.limits.Memory > 0 && used > p.limits.Memory {
				p.kill()
				return Reply{}, nil, &Death{Memory, fmt.Sprintf("reading it took more than %d MB of memory; --memory allows more", p.limits.Memory>>20), p.stderr.String()}
			}
		}
	}
}

// Memory is how much memory the child has now, in bytes.
func (p *Process) Memory() int64 { return MemoryOf(p.cmd.Process.Pid) }

// MemoryOf is how much memory a process has now, in bytes, 0 where there is no
// such process.
func MemoryOf(pid int) int64 {
	b, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "statm"))
	if err != nil {
		return 0
	}
	f := strings.Fields(string(b))
	if len(f) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(f[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

// died says how a child ended that stopped talking.
func (p *Process) died(err error) *Death {
	// It is on its way out, or talks nonsense and has to go.
	t := time.AfterFunc(2*time.Second, func() { p.cmd.Process.Kill() })
	p.in.Close()
	state := p.cmd.Wait()
	killed := !t.Stop()
	d := &Death{Kind: Crash, Detail: p.stderr.String()}
	said := firstWords(d.Detail)
	var ee *exec.ExitError
	switch {
	case killed:
		d.Msg = "the worker process said nothing of sense: " + err.Error()
	case strings.Contains(said, "out of memory") || strings.Contains(said, "cannot allocate") || strings.Contains(d.Detail, "std::bad_alloc"):
		d.Kind = Memory
		d.Msg = fmt.Sprintf("reading it took more than %d MB of memory; --memory allows more", p.limits.Memory>>20)
	case said != "":
		d.Msg = "the worker process crashed: " + said
	case errors.As(state, &ee):
		ws, ok := ee.Sys().(syscall.WaitStatus)
		switch {
		case ok && ws.Signaled() && ws.Signal() == syscall.SIGKILL:
			d.Kind = Memory
			d.Msg = "the worker process was killed from outside, as a system does that is short of memory; give it more or fewer --jobs"
		case ok && ws.Signaled():
			d.Msg = "the worker process crashed: " + ws.Signal().String()
		default:
			d.Msg = fmt.Sprintf("the worker process ended with code %d", ee.ExitCode())
		}
	default:
		d.Msg = "the worker process ended: " + err.Error()
	}
	return d
}

var lastWords = regexp.MustCompile(`(?m)^(?:(SIG[A-Z]+: [a-z ]+)|fatal error: (.*)|(?:runtime: )?panic: (.*)|terminate called after (.*)|\[signal (SIG[A-Z]+: [a-z ]+))`)

// firstWords finds in what a dying process printed the line that says why.
func firstWords(s string) string {
	m := lastWords.FindStringSubmatch(s)
	for i := 1; i < len(m); i++ {
		if m[i] != "" {
			return strings.TrimSpace(m[i])
		}
	}
	return ""
}

func (p *Process) kill() {
	p.cmd.Process.Kill()
	p.in.Close()
	p.cmd.Wait()
}

// Close ends the child, which has nothing to do.
func (p *Process) Close() {
	p.in.Close()
	t := time.AfterFunc(5*time.Second, func() { p.cmd.Process.Kill() })
	defer t.Stop()
	p.cmd.Wait()
}

// A tail keeps the first and last of what is written to it: a crash says what
// it is at its beginning.
type tail struct {
	mu   sync.Mutex
	head []byte
	last []byte
}

const keep = 4 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(b)
	if free := keep - len(t.head); free > 0 {
		k := min(free, len(b))
		t.head = append(t.head, b[:k]...)
		b = b[k:]
	}
	t.last = append(t.last, b...)
	if len(t.last) > keep {
		t.last = append(t.last[:0], t.last[len(t.last)-keep:]...)
	}
	return n, nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.ToValidUTF8(string(t.head)+string(t.last), "\ufffd")
}

func (t *tail) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.head, t.last = t.head[:0], t.last[:0]
}
