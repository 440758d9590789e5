package worker

import (
	"errors"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode"
)

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
	Msg    string // what happened; what to do about it is the caller's to say
	Detail string // the child's last words

	// Outside says that it was not the limit of memory that it died of, but a
	// system that is short of it.
	Outside bool
	// Before is how many pictures the child had read before.
	Before int
}

func (d *Death) Error() string { return d.Msg }

// Again tells whether a new child may fare better with the same picture: what
// this one read before may have been to blame. Time that ran out would only do
// so again.
func (d *Death) Again() bool { return d.Before > 0 && d.Kind != Timeout }

// overLimit is the death of a child that took more memory than it may.
func overLimit(limit int64, detail string) *Death {
	return &Death{Kind: Memory, Msg: fmt.Sprintf("reading it took more than %d MB of memory", limit>>20), Detail: detail}
}

// outOfMemory is the death of a child that was refused memory: by the limit
// that it set itself, or by the system, which may allow a process less.
func outOfMemory(limit int64, detail string) *Death {
	if limit > 0 && addressSpace() > hardLimit(limit) {
		return overLimit(limit, detail)
	}
	return &Death{Kind: Memory, Msg: "there is not enough memory for reading it", Detail: detail, Outside: true}
}

// died says how a child ended that stopped talking.
func (p *Process) died(err error) *Death {
	// It is on its way out, or talks nonsense and has to go.
	t := time.AfterFunc(2*time.Second, func() { p.cmd.Process.Kill() })
	p.in.Close()
	<-p.ended
	p.pipe.Close()
	killed := !t.Stop()
	d := &Death{Kind: Crash, Detail: p.stderr.String()}
	said := lastWords(d.Detail)
	var ee *exec.ExitError
	switch {
	case killed:
		d.Msg = "the worker process said nothing of sense: " + err.Error()
	case noMemory.MatchString(d.Detail) || p.starved(said):
		d = outOfMemory(p.limit, d.Detail)
	case said != "":
		d.Msg = "the worker process crashed: " + said
	case errors.As(p.state, &ee):
		ws, ok := ee.Sys().(syscall.WaitStatus)
		switch {
		case ok && ws.Signaled() && ws.Signal() == syscall.SIGKILL:
			d.Kind, d.Outside = Memory, true
			d.Msg = "the worker process was killed from outside, as a system does that is short of memory"
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

// starved reports whether a child most likely was refused memory. C libraries abort
// then without a word, near the limit of the child or wherever memory is bounded
// from outside, as by ulimit -v; there they use what they were not given, too.
func (p *Process) starved(said string) bool {
	if addressSpace() != unbounded {
		return p.endedBy(said, syscall.SIGABRT, syscall.SIGSEGV, syscall.SIGBUS)
	}
	return p.limit > 0 && p.peak.Load() > p.limit/2 && p.endedBy(said, syscall.SIGABRT)
}

// mistakes are the signals that a mistake raises, as last words begin with them.
var mistakes = map[syscall.Signal]string{syscall.SIGABRT: "SIGABRT", syscall.SIGSEGV: "SIGSEGV", syscall.SIGBUS: "SIGBUS"}

// endedBy reports whether one of some mistakes ended a child, which may have said
// nothing of it, or not all.
func (p *Process) endedBy(said string, signals ...syscall.Signal) bool {
	var ended syscall.WaitStatus
	var ee *exec.ExitError
	if errors.As(p.state, &ee) {
		ended, _ = ee.Sys().(syscall.WaitStatus)
	}
	return slices.ContainsFunc(signals, func(s syscall.Signal) bool {
		return ended.Signaled() && ended.Signal() == s || strings.HasPrefix(said, mistakes[s])
	})
}

// noMemory is what Go, C and C++ print when they are refused memory.
var noMemory = regexp.MustCompile(`(?m)^fatal error: .*(out of memory|cannot allocate|malloc failed|cannot map pages|newosproc)|std::bad_alloc|Insufficient memory|^runtime/cgo: .*(pthread_create|pthread_attr_init) failed|failed to map segment|[Cc]annot allocate memory`)

// cause is the line of a crash that says why.
var cause = regexp.MustCompile(`(?m)^(?:(SIG[A-Z]+: [a-z ]+)|fatal error: (.*)|(?:runtime: )?panic: (.*)|terminate called after (.*)|\[signal (SIG[A-Z]+: [a-z ]+))`)

// mostWords is how long last words may be, in bytes.
const mostWords = 300

// lastWords is what a dying process printed, in one line: the one that says
// why, or the first.
func lastWords(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	m := cause.FindStringSubmatch(s)
	for i := 1; i < len(m); i++ {
		if m[i] != "" {
			line = m[i]
			break
		}
	}
	line = strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, line))
	return strings.ToValidUTF8(line[:min(len(line), mostWords)], "")
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
