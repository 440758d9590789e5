package worker

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// Limits are what one request may cost.
type Limits struct {
	Time   time.Duration // for each of its pictures; 0 for no limit
	Memory int64         // bytes; 0 for no limit
}

// startTime is how long a child may take to load its recognisers.
const startTime = 60 * time.Second

// watch is how often a child's memory is looked at.
const watch = 50 * time.Millisecond

// A Process is a child. It does one thing at a time.
type Process struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	pipe   io.Closer // what out reads from
	stderr *tail
	limit  int64 // of memory, of what it does now

	ended chan struct{} // closed when it has ended, whoever ended it
	state error         // how; from then on

	began atomic.Bool  // it has all that it needs for what it was asked last, and is at it
	peak  atomic.Int64 // the most memory it has used so far, in bytes
	read  int          // how many pictures it has been given
}

// gone tells whether it has ended.
func (p *Process) gone() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// startProcess starts a child and waits until it is ready. A *Failure is why
// the child refuses, a *Death that it could not even do that; ctx's cause is
// why nobody wants it any more.
func startProcess(ctx context.Context, cmd *exec.Cmd) (*Process, error) {
	p := &Process{cmd: cmd, stderr: new(tail), ended: make(chan struct{})}
	cmd.Stderr = p.stderr
	// Ctrl-C in a terminal goes to all of a group, but what becomes of the
	// picture in hand is the parent's to say.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	// A pipe of our own: what the child said last can be read when it has ended.
	out, theirs, err := os.Pipe()
	if err != nil {
		in.Close()
		return nil, err
	}
	cmd.Stdout = theirs
	p.in, p.out, p.pipe = in, bufio.NewReaderSize(out, 64<<10), out
	// A process that the dead child left behind must not keep us waiting.
	cmd.WaitDelay = 5 * time.Second
	err = cmd.Start()
	theirs.Close()
	if err != nil {
		out.Close()
		return nil, &Death{Kind: Start, Msg: "a worker process can't be started: " + err.Error()}
	}
	go func() {
		p.state = cmd.Wait()
		close(p.ended)
	}()
	first, _, err := p.wait(ctx, Limits{Time: startTime}, func() (reply, []byte, error) {
		var r reply
		_, err := readFrame(p.out, &r)
		return r, nil, err
	})
	if err != nil {
		var d *Death
		if errors.As(err, &d) {
			d.Kind = Start
			d.Msg = "a worker process does not get ready: " + d.Msg
			if n := addressSpace(); n < math.MaxInt64 {
				d.Msg += fmt.Sprintf(" (a process may have %d MB of memory here, by ulimit -v)", n>>20)
			}
		}
		return nil, err
	}
	if first.Err != nil {
		p.kill()
		return nil, first.Err
	}
	return p, nil
}

// ask has the child do something. Errors are of type *Failure, then the
// picture is at fault and the child goes on, or *Death or ctx's cause, then the
// child is gone.
func (p *Process) ask(ctx context.Context, q request, data []byte, l Limits) (reply, []byte, error) {
	p.stderr.reset()
	p.began.Store(false)
	r, payload, err := p.wait(ctx, l, func() (reply, []byte, error) {
		var r reply
		if err := writeFrame(p.in, q, data); err != nil {
			return r, nil, err
		}
		for {
			r = reply{}
			payload, err := readFrame(p.out, &r)
			if err != nil || !r.Began {
				return r, payload, err
			}
			p.began.Store(true)
		}
	})
	if err != nil {
		return reply{}, nil, err
	}
	if r.Err != nil {
		return r, nil, r.Err
	}
	return r, payload, nil
}

// wait runs a conversation with the child, within its limits and while ctx
// lasts. Otherwise the child is killed.
func (p *Process) wait(ctx context.Context, l Limits, talk func() (reply, []byte, error)) (reply, []byte, error) {
	p.limit = l.Memory
	type result struct {
		reply   reply
		payload []byte
		err     error
	}
	done := make(chan result, 1)
	go func() {
		r, b, err := talk()
		done <- result{r, b, err}
	}()
	var late <-chan time.Time
	if l.Time > 0 {
		t := time.NewTimer(l.Time)
		defer t.Stop()
		late = t.C
	}
	look := time.NewTicker(watch)
	defer look.Stop()
	for {
		select {
		case r := <-done:
			if r.err != nil {
				return reply{}, nil, p.died(r.err)
			}
			p.raise(r.reply.Peak)
			return r.reply, r.payload, nil
		case <-ctx.Done():
			p.kill()
			return reply{}, nil, context.Cause(ctx)
		case <-late:
			p.kill()
			return reply{}, nil, &Death{Kind: Timeout, Msg: fmt.Sprintf("reading it took longer than %v", l.Time), Detail: p.stderr.String()}
		case <-look.C:
			used := p.memory()
			p.raise(used)
			if l.Memory > 0 && used > l.Memory {
				p.kill()
				return reply{}, nil, overLimit(l.Memory, p.stderr.String())
			}
		}
	}
}

func (p *Process) raise(used int64) {
	if used > p.peak.Load() {
		p.peak.Store(used)
	}
}

// memory is how much memory the child has now, in bytes.
func (p *Process) memory() int64 { return MemoryOf(p.cmd.Process.Pid) }

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

// addressSpace is how much memory the system allows a process, in bytes.
func addressSpace() uint64 {
	var most syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_AS, &most) != nil {
		return unbounded
	}
	return most.Cur
}

// unbounded is the address space where nothing bounds it: RLIM_INFINITY.
const unbounded = math.MaxUint64

// kill ends the child at once, whatever it does, and all that it may have
// started. One that does nothing has nothing to lose: it keeps no state.
func (p *Process) kill() {
	syscall.Kill(-p.cmd.Process.Pid, syscall.SIGKILL)
	p.in.Close()
	<-p.ended
	p.pipe.Close()
}
