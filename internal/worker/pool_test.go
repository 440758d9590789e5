package worker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/tables"
)

// The test program is its own child.
func TestMain(m *testing.M) {
	if os.Getenv("WORKER_TEST_CHILD") == "" {
		os.Exit(m.Run())
	}
	if os.Getenv("WORKER_TEST_CHILD") == "dead" {
		os.Exit(9)
	}
	err := Serve(os.Stdin, os.Stdout, Child{
		Open: func(s Settings) (Extractor, error) {
			if s.Lang == "none" {
				return nil, biaoge.ErrDependency
			}
			return &obedient{s}, nil
		},
		Kind: func(err error) string {
			if errors.Is(err, biaoge.ErrDependency) {
				return KindDependency
			}
			return "damaged"
		},
	})
	if err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// An obedient extractor does what the picture says.
type obedient struct{ s Settings }

func (*obedient) Probe(context.Context, io.Reader) (p tables.Probe, err error) { return p, nil }

func (*obedient) Close() error { return nil }

var grown [][]byte

func (o *obedient) ExtractPages(_ context.Context, path string, r io.Reader) ([]*tables.Document, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	switch what := string(data); what {
	case "hang":
		for time.Now().Year() > 2000 {
		}
	case "crash":
		syscall.Kill(os.Getpid(), syscall.SIGSEGV)
		time.Sleep(time.Second)
	case "kill":
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		time.Sleep(time.Second)
	case "grow", "eat":
		for i := 0; i == 0 || what == "eat"; i++ {
			grown = append(grown, bytes.Repeat([]byte{1}, 8<<20))
		}
	case "damaged":
		return nil, errors.New("it ends early")
	case "slow":
		time.Sleep(300 * time.Millisecond)
	}
	// What the test wants to know stands in for the media type.
	return []*tables.Document{{Source: tables.Source{Path: path, MediaType: fmt.Sprint(os.Getpid(), o.s)}}}, nil
}

func (o *obedient) ExtractSeries(ctx context.Context, pictures ...biaoge.Input) (all [][]*tables.Document, err error) {
	for _, p := range pictures {
		docs, err := o.ExtractPages(ctx, p.Path, p.Reader)
		if err != nil {
			return nil, err
		}
		all = append(all, docs)
	}
	return all, nil
}

type testPool struct {
	*testing.T
	*Pool
}

func newTestPool(t *testing.T, workers int, l Limits) testPool {
	p := NewPool(Options{Workers: workers, Limits: l, Command: func() *exec.Cmd { return childCommand("1") }})
	t.Cleanup(func() { p.Close(context.Background()) })
	return testPool{t, p}
}

func childCommand(mode string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "WORKER_TEST_CHILD="+mode)
	return cmd
}

// read returns the child that has read a picture, and its settings.
func (p testPool) read(ctx context.Context, r Request, what string) (string, error) {
	d, err := p.Documents(ctx, r, Picture{Name: "a.png", Data: []byte(what)})
	if err != nil {
		return "", err
	}
	docs, err := Unmarshal(d.Data)
	if err != nil || docs[0].Source.Path != "a.png" {
		p.Fatalf("%v of %s", err, d.Data)
	}
	return docs[0].Source.MediaType, nil
}

func (p testPool) mustRead(r Request, what string) string {
	p.Helper()
	by, err := p.read(p.Context(), r, what)
	if err != nil {
		p.Fatal(err)
	}
	return by
}

// Few requests keep to a child that is warm; as many as there are places have
// one each.
func TestFewRequestsKeepToAChildThatIsWarm(t *testing.T) {
	p := newTestPool(t, 3, Limits{})
	if by := p.mustRead(Request{}, "x"); by != p.mustRead(Request{}, "x") {
		t.Error("a second child was started though one had nothing to do")
	}
	var by [3]string
	var all sync.WaitGroup
	for i := range by {
		all.Go(func() { by[i], _ = p.read(t.Context(), Request{}, "slow") })
	}
	all.Wait()
	if slices.Sort(by[:]); by[0] == "" || len(slices.Compact(by[:])) != 3 {
		t.Errorf("three requests were read by %q", by)
	}
	s := p.Stats()
	if s.Workers != 3 || s.Busy != 0 || s.Started != 3 || len(s.PIDs) != 3 || s.Memory <= 0 || s.Peak <= 0 {
		t.Errorf("%+v", s)
	}
	p.Rest()
	if s := p.Stats(); len(s.PIDs) != 0 {
		t.Errorf("children are left: %+v", s)
	}
	p.mustRead(Request{}, "x")
}

func TestWarmStartsEveryChild(t *testing.T) {
	p := newTestPool(t, 2, Limits{})
	if err := p.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s := p.Stats(); s.Started != 2 || len(s.PIDs) != 2 {
		t.Errorf("%+v", s)
	}
	dead := NewPool(Options{Workers: 2, Command: func() *exec.Cmd { return childCommand("dead") }})
	defer dead.Close(t.Context())
	var start *StartError
	var death *Death
	if err := dead.Warm(t.Context()); !errors.As(err, &start) || !errors.As(err, &death) || death.Kind != Start {
		t.Errorf("got %v", err)
	}
}

// Requests wait in the order in which they came; one that gives up frees its
// turn.
func TestRequestsWaitInTheirOrder(t *testing.T) {
	p := newTestPool(t, 1, Limits{})
	var order []int
	var mu sync.Mutex
	var all sync.WaitGroup
	gone, leave := context.WithCancel(t.Context())
	for i := range 6 {
		ctx := t.Context()
		if i == 3 {
			ctx = gone
		}
		all.Go(func() {
			_, err := p.read(ctx, Request{Begin: func() error {
				mu.Lock()
				defer mu.Unlock()
				order = append(order, i)
				return nil
			}}, "slow")
			if (err != nil) != (i == 3) {
				t.Errorf("%d: %v", i, err)
			}
		})
		for s := p.Stats(); s.Busy+s.Waiting <= i; s = p.Stats() {
			time.Sleep(time.Millisecond)
		}
	}
	leave()
	all.Wait()
	if !slices.Equal(order, []int{0, 1, 2, 4, 5}) {
		t.Errorf("turns were had by %v", order)
	}
}

// A caller that hangs up has its child killed, whatever that does.
func TestACallerThatHangsUpHasItsChildKilled(t *testing.T) {
	p := newTestPool(t, 1, Limits{})
	ctx, hangUp := context.WithCancel(t.Context())
	var pid atomic.Int64
	var at time.Time
	_, err := p.read(ctx, Request{Begin: func() error {
		pid.Store(int64(p.Stats().PIDs[0]))
		time.AfterFunc(200*time.Millisecond, func() { at = time.Now(); hangUp() })
		return nil
	}}, "hang")
	if !errors.Is(err, context.Canceled) || time.Since(at) > time.Second {
		t.Errorf("got %v after %v", err, time.Since(at))
	}
	if err := syscall.Kill(int(pid.Load()), 0); err == nil {
		t.Error("the child goes on")
	}
	p.mustRead(Request{}, "x")
	if s := p.Stats(); len(s.Deaths) != 0 {
		t.Errorf("it counts as a death: %+v", s)
	}
}

func TestADeathIsToldAndAnotherChildTakesOver(t *testing.T) {
	p := newTestPool(t, 1, Limits{Time: time.Minute, Memory: 200 << 20})
	short := &Limits{Time: time.Second}
	for _, c := range []struct{ what, kind, says string }{
		{"crash", Crash, "the worker process crashed: SIGSEGV"},
		{"kill", Memory, "killed from outside"},
		{"hang", Timeout, "reading it took longer than 1s"},
		{"eat", Memory, "reading it took more than 200 MB of memory"},
	} {
		r := Request{}
		if c.kind == Timeout {
			r.Limits = short
		}
		_, err := p.read(t.Context(), r, c.what)
		var d *Death
		if !errors.As(err, &d) || d.Kind != c.kind || !strings.Contains(d.Msg, c.says) || d.Outside != (c.what == "kill") {
			t.Errorf("%s: got %#v", c.what, err)
		}
		if strings.Contains(err.Error(), "--") {
			t.Errorf("%s: names flags that a caller may not have: %v", c.what, err)
		}
		p.mustRead(Request{}, "x")
	}
	if s := p.Stats(); s.Deaths[Crash] != 1 || s.Deaths[Memory] != 2 || s.Deaths[Timeout] != 1 || s.Started != 5 {
		t.Errorf("%+v", s)
	}
	before := p.mustRead(Request{}, "x")
	var f *Failure
	if _, err := p.read(t.Context(), Request{}, "damaged"); !errors.As(err, &f) || f.Kind != "damaged" {
		t.Errorf("got %v", err)
	}
	if p.mustRead(Request{}, "x") != before {
		t.Error("a picture at fault cost the child its life")
	}
	if _, err := p.read(t.Context(), Request{Limits: &Limits{Time: 100 * time.Millisecond}}, "slow"); err == nil {
		t.Error("a request's own limit does not hold")
	}
}

// A child that is killed while it has nothing to do, or before it has begun, costs
// no request anything, and another takes its place.
func TestAChildThatDiesIdleCostsNoRequest(t *testing.T) {
	p := newTestPool(t, 1, Limits{})
	kill := func(by string) (pid int) {
		fmt.Sscan(by, &pid)
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		return pid
	}
	for range 30 { // the next request comes before anybody can know
		kill(p.mustRead(Request{}, "x"))
	}
	before := p.Stats().Started
	pid := kill(p.mustRead(Request{}, "x"))
	for s := p.Stats(); len(s.PIDs) == 0 || s.PIDs[0] == pid; s = p.Stats() {
		time.Sleep(time.Millisecond) // another is started though nobody asks
	}
	p.mustRead(Request{}, "x")
	if s := p.Stats(); len(s.Deaths) != 0 || s.Started != before+2 {
		t.Errorf("%d children before, then %+v", before, s)
	}
}

// A fresh child reads one picture and nothing else, while the others go on.
func TestAFreshChildReadsOnePicture(t *testing.T) {
	p := newTestPool(t, 2, Limits{})
	if err := p.Warm(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := p.Stats().PIDs
	by := p.mustRead(Request{Fresh: true}, "x")
	var pid int
	fmt.Sscan(by, &pid)
	after := p.Stats().PIDs
	if slices.Contains(before, pid) || slices.Contains(after, pid) || len(after) != 1 || !slices.Contains(before, after[0]) {
		t.Errorf("children %v, then %d, then %v", before, pid, after)
	}
}

func TestSettingsGoToTheChild(t *testing.T) {
	p := newTestPool(t, 1, Limits{})
	for _, s := range []Settings{{}, {Lang: "eng", ReviewBelow: 0.5}, {}, {ReviewBelow: 0.25}} {
		if by := p.mustRead(Request{Settings: s}, "x"); !strings.HasSuffix(by, fmt.Sprint(s)) {
			t.Errorf("asked for %v, read by %s", s, by)
		}
	}
	var f *Failure
	if _, err := p.read(t.Context(), Request{Settings: Settings{Lang: "none"}}, "x"); !errors.As(err, &f) || f.Kind != KindDependency {
		t.Errorf("got %v", err)
	}
	p.mustRead(Request{}, "x")
}

// A child that grows is replaced while it has nothing to do.
func TestAChildThatGrowsIsReplaced(t *testing.T) {
	p := newTestPool(t, 1, Limits{Memory: 600 << 20})
	for range 80 {
		p.mustRead(Request{}, "grow")
	}
	if s := p.Stats(); s.Started < 2 {
		t.Errorf("%+v", s)
	}
}

// A pool that is closed finishes what is in hand as long as it may.
func TestAPoolThatIsClosedFinishesWhatIsInHand(t *testing.T) {
	for _, c := range []struct {
		what string
		want error
		wait time.Duration
	}{{"slow", nil, time.Minute}, {"hang", ErrClosed, time.Second}} {
		p := newTestPool(t, 1, Limits{})
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := p.read(t.Context(), Request{}, c.what); !errors.Is(err, c.want) {
				t.Errorf("%s in hand: %v", c.what, err)
			}
		})
		for p.Stats().Busy == 0 {
			time.Sleep(time.Millisecond)
		}
		all.Go(func() {
			if _, err := p.read(t.Context(), Request{}, "x"); !errors.Is(err, ErrClosed) {
				t.Errorf("waiting: %v", err)
			}
		})
		for p.Stats().Waiting == 0 {
			time.Sleep(time.Millisecond)
		}
		ctx, cancel := context.WithTimeout(t.Context(), c.wait)
		if err := p.Close(ctx); (err != nil) != (c.want != nil) {
			t.Errorf("%s: closed with %v", c.what, err)
		}
		cancel()
		all.Wait()
		if s := p.Stats(); len(s.PIDs) != 0 {
			t.Errorf("children are left: %+v", s)
		}
		if _, err := p.read(t.Context(), Request{}, "x"); !errors.Is(err, ErrClosed) {
			t.Errorf("after it: %v", err)
		}
	}
}
