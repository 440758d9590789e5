package biaoge_test

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/slowpic"
)

// An asked context notes how much processor time passes between two times that
// it is asked whether it has ended: as much as a caller waits who ends it.
type asked struct {
	context.Context
	mu      sync.Mutex
	last    time.Duration
	from    string
	longest time.Duration
	where   string
}

func (a *asked) note() {
	a.mu.Lock()
	defer a.mu.Unlock()
	now, here := processorTime(), caller()
	if d := now - a.last; d > a.longest {
		a.longest, a.where = d, fmt.Sprintf("between %s and %s", a.from, here)
	}
	a.last, a.from = now, here
}

func (a *asked) Err() error {
	a.note()
	return a.Context.Err()
}

func (a *asked) Done() <-chan struct{} {
	a.note()
	return a.Context.Done()
}

// caller is who asks, with whom it was called by.
func caller() string {
	var at []string
	pc := make([]uintptr, 6)
	frames := runtime.CallersFrames(pc[:runtime.Callers(4, pc)])
	for {
		f, more := frames.Next()
		at = append(at, fmt.Sprintf("%s:%d", f.Function[strings.LastIndexByte(f.Function, '/')+1:], f.Line))
		if !more || len(at) == 3 {
			return strings.Join(at, " in ")
		}
	}
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// The end of a context takes effect within a second, wherever the library is in
// the pictures that take longest: it is asked that often. Processor time is
// measured, since what else a machine does is not the library's fault.
func TestContextIsAskedOften(t *testing.T) {
	const most = time.Second
	x, err := biaoge.New()
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	for _, size := range [][2]int{{120, 120}, {300, 110}} {
		picture := slowpic.Grid(size[0], size[1])
		ctx := &asked{Context: t.Context(), last: processorTime()}
		if _, err := x.Extract(ctx, bytes.NewReader(picture)); err != nil {
			t.Fatal(err)
		}
		ctx.note()
		t.Logf("%d×%d cells: %v at most, %s", size[0], size[1], ctx.longest, ctx.where)
		if ctx.longest > most {
			t.Errorf("%d×%d cells: %v of processor time %s", size[0], size[1], ctx.longest, ctx.where)
		}
	}
}
