package cluster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/hub"
	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// The test program is its own child.
func TestMain(m *testing.M) {
	if os.Getenv("CLUSTER_TEST_WORKER") == "" {
		os.Exit(m.Run())
	}
	if err := worker.Serve(os.Stdin, os.Stdout, worker.Child{Open: func(worker.Settings) (worker.Extractor, error) { return plainReader{}, nil }}); err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// A plainReader reads pictures that say how long they take and what they do.
type plainReader struct{}

func (plainReader) Probe(context.Context, io.Reader) (p tables.Probe, err error) { return p, nil }

func (plainReader) Close() error { return nil }

func (plainReader) ExtractPages(_ context.Context, path string, r io.Reader) ([]*tables.Document, error) {
	data, err := io.ReadAll(r)
	var millis, n int
	var do string
	fmt.Sscanf(string(bytes.TrimPrefix(data, []byte(pngMagic))), "%d %d %s", &millis, &n, &do)
	time.Sleep(time.Duration(millis) * time.Millisecond)
	if do == "crash" {
		os.Exit(9)
	}
	d := &tables.Document{Source: tables.Source{Path: path, SHA256: fmt.Sprintf("%x", sha256.Sum256(data)), Page: 1}}
	if do == "large" {
		d.Source.MediaType = strings.Repeat("x", 2*inlineBytes)
	}
	return []*tables.Document{d}, err
}

func (plainReader) ExtractSeries(context.Context, ...biaoge.Input) ([][]*tables.Document, error) {
	panic("blank pictures do not go on")
}

const pngMagic = "\x89PNG\r\n\x1a\n"

// A fixture is a folder of pictures, a hub, and who reads.
type fixture struct {
	*testing.T
	in    string
	store string
	hub   *hub.Hub
	url   string
	log   *syncBuffer

	replicas int
}

// A syncBuffer is written to by many.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}
func (s *syncBuffer) String() string { s.mu.Lock(); defer s.mu.Unlock(); return s.b.String() }

func newFixture(t *testing.T, pictures int, picture func(i int) string) *fixture {
	f := &fixture{T: t, in: filepath.Join(t.TempDir(), "in"), store: t.TempDir(), log: new(syncBuffer)}
	f.must(os.Mkdir(f.in, 0o777))
	for i := range pictures {
		f.must(os.WriteFile(filepath.Join(f.in, fmt.Sprintf("%05d.png", i)), []byte(pngMagic+picture(i)), 0o666))
	}
	f.start("127.0.0.1:0")
	t.Cleanup(func() {
		f.hub.Stop()
		if t.Failed() {
			t.Log(f.log)
		}
	})
	return f
}

func (f *fixture) start(at string) {
	f.Helper()
	var err error
	f.hub, err = hub.Start(hub.Options{Listen: at, Store: f.store, Log: slog.New(slog.DiscardHandler)})
	f.must(err)
	f.url = "nats://" + f.hub.Address
}

func (f *fixture) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) pool(n int) *worker.Pool {
	p := worker.NewPool(worker.Options{Workers: n, Limits: worker.Limits{Time: time.Minute}, Command: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CLUSTER_TEST_WORKER=1")
		return cmd
	}})
	f.Cleanup(func() { p.Close(context.Background()) })
	return p
}

func (f *fixture) dial() *Conn {
	f.Helper()
	c, err := Dial(f.Context(), Options{URL: f.url, Replicas: f.replicas, Log: slog.New(slog.NewTextHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	f.must(err)
	f.Cleanup(func() { c.Close() })
	return c
}

var testVersions = journal.Versions{Program: "test"}

// reader reads with two children until the test ends.
func (f *fixture) reader(versions journal.Versions) (end func()) {
	c := f.dial()
	ctx, cancel := context.WithCancel(context.Background())
	r := c.NewReader(ReaderConfig{Slots: 2, Log: c.log, Open: func(Settings, string) (*Tools, error) { return &Tools{f.pool(2), versions}, nil }})
	var all sync.WaitGroup
	all.Go(func() {
		if err := r.Run(ctx); err != nil {
			f.Error(err)
		}
	})
	end = sync.OnceFunc(func() { cancel(); all.Wait() })
	f.Cleanup(end)
	return end
}

// run runs the batch of a folder's name into that folder; over the hub where it says so.
func (f *fixture) run(ctx context.Context, out string, over bool) (*Queue, error) {
	f.Helper()
	f.must(os.MkdirAll(out, 0o777))
	place := batch.Place{Dir: out}
	unlock, err := place.Lock()
	f.must(err)
	defer unlock()
	j, err := journal.Create(place.Journal())
	f.must(err)
	defer j.Close()
	f.must(j.Begin(testVersions, 2))
	folder, err := intake.Open(f.in, intake.Options{})
	f.must(err)
	defer folder.Close()
	m := new(batch.Monitor)
	config := batch.Config{
		Folder: folder, Place: place, Journal: j, Report: func(string) string { return "" },
		Workers: 2, Bytes: 10 << 20, Pool: f.pool(2), Time: time.Minute, Log: slog.New(slog.NewTextHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug})), Monitor: m,
	}
	ctx, cancel := context.WithTimeout(ctx, 100*time.Second) // rather than hang
	defer cancel()
	var q *Queue
	if over {
		q, err = f.dial().Open(ctx, Batch{ID: filepath.Base(out), Versions: testVersions, Settings: Settings{Time: time.Minute}})
		if ctx.Err() != nil { // stopped before it began
			return nil, ctx.Err()
		}
		f.must(err)
		config.Queue, config.Ahead = q, 50
	}
	err = batch.Run(ctx, config)
	if q != nil {
		f.must(q.Close(err == nil))
	}
	f.must(j.End(m.Snapshot().Finished, "", ""))
	return q, err
}

// tree is what lies in a folder of documents, by name.
func (f *fixture) tree(out string) map[string]string {
	f.Helper()
	all := make(map[string]string)
	for _, dir := range []string{"documents", "quarantine"} {
		err := filepath.WalkDir(filepath.Join(out, dir), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return nil
			}
			b, err := os.ReadFile(path)
			all[strings.TrimPrefix(path, out)] = string(b)
			return err
		})
		f.must(err)
	}
	return all
}

// same compares what a batch over the hub gave with what one on one machine gives.
func (f *fixture) same(out string, pictures int) {
	f.Helper()
	alone := filepath.Join(f.TempDir(), "alone")
	if _, err := f.run(f.Context(), alone, false); err != nil {
		f.Fatal(err)
	}
	want, got := f.tree(alone), f.tree(out)
	if len(want) < pictures {
		f.Fatalf("%d documents on one machine", len(want))
	}
	for name, text := range want {
		if got[name] != text {
			f.Errorf("%s differs", name)
		}
	}
	if len(got) != len(want) {
		f.Errorf("%d files, want %d", len(got), len(want))
	}
}

// empty holds that a batch that is done leaves nothing in NATS.
func (f *fixture) empty() {
	f.Helper()
	c := f.dial()
	for _, name := range []string{tasksStream, resultsStream} {
		s, err := c.js.Stream(f.Context(), name)
		f.must(err)
		if n := s.CachedInfo().State.Msgs; n > 0 {
			f.Errorf("%d messages are left in %s", n, name)
		}
	}
}

// A batch over a hub gives what a batch on one machine gives: pictures and
// documents that are too large for a message, and one that kills its readers,
// among them.
func TestAHubGivesWhatOneMachineGives(t *testing.T) {
	f := newFixture(t, 60, func(i int) string {
		switch i {
		case 7:
			return fmt.Sprintf("0 %d crash", i)
		case 11:
			return fmt.Sprintf("0 %d large", i)
		case 13:
			return fmt.Sprintf("0 %d plain %s", i, strings.Repeat(" ", 2*inlineBytes))
		}
		return fmt.Sprintf("0 %d", i)
	})
	f.reader(testVersions)
	out := filepath.Join(t.TempDir(), "out")
	q, err := f.run(t.Context(), out, true)
	f.must(err)
	f.same(out, 60)
	f.empty()
	if n := q.count.differ.Load(); n > 0 {
		t.Errorf("%d results differ", n)
	}
}

// Batches at the same time over one hub each get their own answers, and leave
// nothing of themselves in it.
func TestTwoBatchesOverOneHubGetTheirOwnAnswers(t *testing.T) {
	f := newFixture(t, 40, func(i int) string { return fmt.Sprintf("5 %d", i) })
	f.reader(testVersions)
	one, two := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "two")
	done := make(chan error, 1)
	go func() {
		_, err := f.run(t.Context(), two, true)
		done <- err
	}()
	_, err := f.run(t.Context(), one, true)
	if err := errors.Join(err, <-done); err != nil {
		t.Fatal(err)
	}
	f.same(one, 40)
	f.same(two, 40)
	f.empty()
}

// All that NATS has is deleted in the middle of a batch; the batch goes on.
func TestABatchGoesOnWhereAHubLosesEverything(t *testing.T) {
	f := newFixture(t, 150, func(i int) string { return fmt.Sprintf("20 %d", i) })
	f.reader(testVersions)
	out := filepath.Join(t.TempDir(), "out")
	go func() {
		time.Sleep(700 * time.Millisecond)
		at := f.hub.Address
		f.hub.Stop()
		f.must(os.RemoveAll(f.store))
		f.start(at)
	}()
	if _, err := f.run(t.Context(), out, true); err != nil {
		t.Fatal(err)
	}
	f.same(out, 150)
}

// A coordinator that ends and begins again takes what was read meanwhile.
func TestCoordinatorThatGoesOn(t *testing.T) {
	f := newFixture(t, 80, func(i int) string { return fmt.Sprintf("20 %d", i) })
	f.reader(testVersions)
	out := filepath.Join(t.TempDir(), "out")
	for i := range 4 {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		if _, err := f.run(ctx, out, true); err == nil && i == 0 {
			t.Error("it was done before it could be stopped")
		}
		cancel()
	}
	if _, err := f.run(t.Context(), out, true); err != nil {
		t.Fatal(err)
	}
	f.same(out, 80)
}

// What a reader took that is gone, another reads.
func TestReaderThatIsGone(t *testing.T) {
	t.Parallel() // it mostly waits
	f := newFixture(t, 5, func(i int) string { return fmt.Sprintf("0 %d", i) })
	c := f.dial()
	f.must(c.ensure(t.Context()))
	consumer, err := c.readers(t.Context())
	f.must(err)
	taken := make(chan time.Time, 1)
	go func() {
		for msg := (jetstream.Msg)(nil); msg == nil; {
			msg, _ = next(t.Context(), consumer)
		}
		taken <- time.Now()
		f.reader(testVersions)
	}()
	out := filepath.Join(t.TempDir(), "out")
	if _, err := f.run(t.Context(), out, true); err != nil {
		t.Fatal(err)
	}
	took := time.Since(<-taken)
	t.Logf("it was read elsewhere after %v", took)
	if took > 45*time.Second {
		t.Errorf("it took %v until another had read it, more than 45 s", took)
	}
}

// A machine of another version reads nothing and says what to do; another one
// reads what it leaves.
func TestAReaderOfAnotherVersionReadsNothing(t *testing.T) {
	t.Parallel() // it mostly waits
	f := newFixture(t, 10, func(i int) string { return fmt.Sprintf("0 %d", i) })
	f.reader(journal.Versions{Program: "older"})
	go func() {
		time.Sleep(time.Second)
		f.reader(testVersions)
	}()
	out := filepath.Join(t.TempDir(), "out")
	if _, err := f.run(t.Context(), out, true); err != nil {
		t.Fatal(err)
	}
	f.same(out, 10)
	if !strings.Contains(f.log.String(), "this machine has another program (older) than the batch (test); install the same version here") {
		t.Errorf("it does not say so:\n%s", f.log)
	}
}

// until waits for something that comes soon.
func (f *fixture) until(is func() bool) {
	f.Helper()
	for end := time.Now().Add(30 * time.Second); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			f.Fatal("it never comes")
		}
	}
}
