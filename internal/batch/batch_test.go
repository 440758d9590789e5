package batch

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/renameio/v2"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// The test program is its own worker.
func TestMain(m *testing.M) {
	if os.Getenv("BATCH_TEST_WORKER") == "" {
		os.Exit(m.Run())
	}
	if err := worker.Serve(os.Stdin, os.Stdout, worker.Child{Open: func(worker.Settings) (worker.Extractor, error) { return blankReader{}, nil }}); err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// A blankReader finds no table on any picture, after as many milliseconds as
// the picture says.
type blankReader struct{}

func (blankReader) Probe(context.Context, io.Reader) (p tables.Probe, err error) { return p, nil }

func (blankReader) Close() error { return nil }

func (blankReader) ExtractPages(_ context.Context, path string, r io.Reader) ([]*tables.Document, error) {
	data, err := io.ReadAll(r)
	var millis, n int
	fmt.Sscanf(string(bytes.TrimPrefix(data, []byte(pngMagic))), "%d %d", &millis, &n)
	time.Sleep(time.Duration(millis) * time.Millisecond)
	return []*tables.Document{{Source: tables.Source{Path: path, SHA256: fmt.Sprintf("%x", sha256.Sum256(data)), Page: 1}}}, err
}

func (blankReader) ExtractSeries(context.Context, ...biaoge.Input) ([][]*tables.Document, error) {
	panic("blank pictures do not go on")
}

const pngMagic = "\x89PNG\r\n\x1a\n"

type fixture struct {
	*testing.T
	in      string
	place   Place
	log     bytes.Buffer
	workers int
	queue   Queue // nil for the run's own
}

func newFixture(t *testing.T, pictures, millis int) *fixture {
	dir := t.TempDir()
	f := &fixture{T: t, in: filepath.Join(dir, "in"), place: Place{Dir: filepath.Join(dir, "out")}, workers: 2}
	for _, d := range []string{f.in, f.place.Dir} {
		f.must(os.Mkdir(d, 0o777))
	}
	for i := range pictures {
		f.must(os.WriteFile(filepath.Join(f.in, fmt.Sprintf("%05d.png", i)), fmt.Appendf(nil, "%s%d %d", pngMagic, millis, i), 0o666))
	}
	return f
}

func (f *fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) pool() *worker.Pool {
	p := worker.NewPool(worker.Options{Workers: f.workers, Limits: worker.Limits{Time: time.Minute}, Command: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "BATCH_TEST_WORKER=1")
		return cmd
	}})
	f.Cleanup(func() { p.Close(context.Background()) })
	return p
}

func (f *fixture) run(ctx context.Context) (Snapshot, journal.Counts, error) {
	f.Helper()
	unlock, err := f.place.Lock()
	f.must(err)
	defer unlock()
	j, err := journal.Create(f.place.Journal())
	f.must(err)
	defer j.Close()
	f.must(j.Begin(journal.Versions{Program: "test"}, f.workers))
	folder, err := intake.Open(f.in, intake.Options{})
	f.must(err)
	defer folder.Close()
	m := new(Monitor)
	pool := f.pool()
	err = Run(ctx, Config{
		Folder: folder, Place: f.place, Journal: j, Report: func(string) string { return "" },
		Workers: f.workers, Bytes: 1 << 20, Pool: pool, Queue: f.queue, Time: time.Minute,
		Log: slog.New(slog.NewTextHandler(&f.log, nil)), Monitor: m,
	})
	n, e := j.Count()
	f.must(e)
	f.must(j.End(m.Snapshot().Finished, "", ""))
	return m.Snapshot(), n, err
}

// A disk that is full is no picture's fault: the run stops, says so, and goes
// on when there is room.
func TestAFullDiskIsNoPicturesFault(t *testing.T) {
	f := newFixture(t, 300, 0)
	var written atomic.Int64
	var room atomic.Int64
	room.Store(40)
	writeFile = func(name string, data []byte, mode os.FileMode, o ...renameio.Option) error {
		if written.Add(1) > room.Load() {
			return &os.PathError{Op: "write", Path: name, Err: syscall.ENOSPC}
		}
		return renameio.WriteFile(name, data, mode, o...)
	}
	defer func() { writeFile = renameio.WriteFile }()
	_, n, err := f.run(t.Context())
	var stop *Stop
	if !errors.As(err, &stop) || !errors.Is(err, syscall.ENOSPC) || !strings.Contains(stop.Cause, "is full; make room") {
		t.Fatalf("got %v", err)
	}
	before := n.States[journal.Done]
	if before == 0 || before > 40 || n.States[journal.Failed] != 0 {
		t.Errorf("counts %v", n.States)
	}
	room.Store(1 << 30)
	s, n, err := f.run(t.Context())
	if err != nil || n.States[journal.Done] != 300 || s.Finished != 300-before {
		t.Errorf("%v, counts %v, %d finished by the second run", err, n.States, s.Finished)
	}
}

// What was written by a run that died before it could note so is taken over.
func TestAdoptsDocuments(t *testing.T) {
	f := newFixture(t, 20, 0)
	if _, _, err := f.run(t.Context()); err != nil {
		t.Fatal(err)
	}
	j, err := journal.Create(f.place.Journal())
	f.must(err)
	f.must(j.Begin(journal.Versions{Program: "test"}, 1))
	all, err := j.Pictures([]journal.State{journal.Done})
	f.must(err)
	for i := range all {
		f.must(j.Forget(all[i].ID)) // as if power had failed before it was noted
	}
	f.must(j.End(0, "", ""))
	f.must(j.Close())
	s, n, err := f.run(t.Context())
	if err != nil || n.States[journal.Done] != 20 || s.Finished != 20 {
		t.Fatalf("%v, %v", err, n.States)
	}
	j, err = journal.Open(f.place.Journal())
	f.must(err)
	defer j.Close()
	all, err = j.Pictures([]journal.State{journal.Done})
	f.must(err)
	for _, p := range all {
		if p.Attempts != 0 {
			t.Errorf("%s was read again", p.Name)
		}
	}
}

// The run itself must not cost what a second worker gains.
func TestTwoWorkersAreTwiceAsFast(t *testing.T) {
	took := func(workers int) time.Duration {
		f := newFixture(t, 24, 100) // as long as real ones take, about
		f.workers = workers
		start := time.Now()
		s, _, err := f.run(t.Context())
		f.must(err)
		d := time.Since(start)
		t.Logf("%d workers: %v, of which the journal and writing %.1f %%", workers, d, 100*s.Overhead.Seconds()/d.Seconds())
		return d
	}
	one, two := took(1), took(2)
	// Other programs on the machine may be slow at the wrong moment.
	for try := 0; float64(one) < 1.6*float64(two) && try < 3; try++ {
		one, two = took(1), took(2)
	}
	if float64(one) < 1.6*float64(two) {
		t.Errorf("one worker takes %v, two take %v", one, two)
	}
}

func TestAFolderIsLockedByOneRun(t *testing.T) {
	p := Place{Dir: t.TempDir()}
	if p.Busy() {
		t.Error("an empty folder is busy")
	}
	unlock, err := p.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Lock(); !errors.Is(err, ErrBusy) || !p.Busy() {
		t.Errorf("a second lock: %v", err)
	}
	unlock()
	if p.Busy() {
		t.Error("still busy")
	}
}

func TestALargePictureWaitsForRoom(t *testing.T) {
	r := newRoom(roomBytes)
	small, other := r.enter(roomBytes/2), r.enter(roomBytes/2)
	in := make(chan func())
	go func() { in <- r.enter(10 * roomBytes) }()
	select {
	case <-in:
		t.Fatal("there was room for more than fits")
	case <-time.After(20 * time.Millisecond):
	}
	small()
	small() // twice is once
	select {
	case <-in:
		t.Fatal("there was room for more than fits")
	case <-time.After(20 * time.Millisecond):
	}
	other()
	(<-in)()
	if r.used != 0 {
		t.Errorf("%d bytes are left in use", r.used)
	}
}

// Work begins while names are still being found.
func TestFirstResultOfManyNames(t *testing.T) {
	f := newFixture(t, 10_000, 0)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	start := time.Now()
	first := make(chan time.Duration, 1)
	go func() {
		defer cancel()
		for ctx.Err() == nil {
			if found, _ := filepath.Glob(f.place.Document("*")); len(found) > 0 {
				first <- time.Since(start)
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	if _, _, err := f.run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	d := <-first
	t.Logf("the first of 10,000 after %v", d)
	if d > 5*time.Second {
		t.Errorf("the first of 10,000 takes %v", d)
	}
}

// A forgetful queue loses every task once, and tells some answers twice.
type forgetful struct {
	*local
	mu   sync.Mutex
	lost map[int64]bool
}

func (q *forgetful) Take(ctx context.Context) (*Task, error) {
	for {
		t, err := q.local.Take(ctx)
		if err != nil {
			return nil, err
		}
		q.mu.Lock()
		first := !q.lost[t.ID]
		q.lost[t.ID] = true
		q.mu.Unlock()
		if !first {
			return t, nil
		}
		q.Began(t)
		q.Lost(t)
	}
}

func (q *forgetful) Done(t *Task, a Answer) error {
	q.local.Done(t, a)
	if t.ID%2 == 0 {
		q.local.Done(t, a)
	}
	return nil
}

// What a queue loses is handed out again, and what it tells twice counts once.
func TestWhatAQueueLosesIsHandedOutAgain(t *testing.T) {
	f := newFixture(t, 30, 1)
	q := &forgetful{local: newLocal(), lost: make(map[int64]bool)}
	f.queue = q
	ctx, end := context.WithCancel(t.Context())
	var reading sync.WaitGroup
	pool := f.pool()
	reading.Go(func() { Read(ctx, q, pool, 2) })
	_, n, err := f.run(t.Context())
	end()
	reading.Wait()
	if err != nil || n.States[journal.Done] != 30 || n.Left() != 0 {
		t.Errorf("%+v, %v", n, err)
	}
	if len(q.lost) != 30 {
		t.Errorf("%d were lost", len(q.lost))
	}
}
