package main

import (
	"bufio"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/biaoge/biaoge/internal/journal"
)

// What the plan of TestClusterKilledAnywhereGivesWhatOneMachineGives is made of. make cluster-kill gives what the
// contract asks for.
var (
	clusterSeed     = flag.Uint64("cluster-seed", 1, "of the plan")
	clusterHubs     = flag.Int("cluster-hubs", 1, "hubs: 1 or 3")
	clusterWorkers  = flag.Int("cluster-workers", 2, "machines that read")
	clusterPictures = flag.Int("cluster-pictures", 150, "pictures")
	clusterMillis   = flag.Int("cluster-millis", 250, "how long each takes")
	clusterPlan     = flag.String("cluster-plan", "worker=4,coordinator=2,hub=2,pause=1,wipe=1", "how often what is killed")
)

// A clusterBench is hubs, machines that read and a coordinator, as processes.
type clusterBench struct {
	*bench
	random  *rand.Rand
	ports   []int
	routes  []int
	hubs    []*exec.Cmd
	workers []*exec.Cmd
	batch   *exec.Cmd
	logs    string
}

func newClusterBench(b *bench, hubs, workers int) *clusterBench {
	c := &clusterBench{bench: b, random: rand.New(rand.NewPCG(*clusterSeed, 0)), logs: b.TempDir(), hubs: make([]*exec.Cmd, hubs), workers: make([]*exec.Cmd, workers)}
	for range hubs {
		c.ports, c.routes = append(c.ports, freePort(b)), append(c.routes, freePort(b))
	}
	b.Cleanup(func() {
		for _, cmd := range append(append(c.hubs, c.workers...), c.batch) {
			if cmd != nil {
				cmd.Process.Kill()
				cmd.Wait()
			}
		}
		if b.Failed() {
			names, _ := filepath.Glob(filepath.Join(c.logs, "*"))
			for _, name := range names {
				text, _ := os.ReadFile(name)
				b.Logf("%s:\n%s", filepath.Base(name), text[max(0, len(text)-4000):])
			}
		}
	})
	for i := range c.hubs {
		c.startHub(i, false)
	}
	for i := range c.hubs {
		c.until(func() bool { return c.listens(i) })
	}
	return c
}

func freePort(b *bench) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	b.must(err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func (c *clusterBench) until(is func() bool) {
	c.Helper()
	for end := time.Now().Add(90 * time.Second); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			c.Fatal("it never comes")
		}
	}
}

func (c *clusterBench) listens(i int) bool {
	text, _ := os.ReadFile(filepath.Join(c.logs, fmt.Sprintf("hub-%d.out", i)))
	return strings.Contains(string(text), "listening on nats://127.0.0.1:")
}

// url names all hubs.
func (c *clusterBench) url() string {
	var all []string
	for _, p := range c.ports {
		all = append(all, fmt.Sprintf("127.0.0.1:%d", p))
	}
	return "nats://" + strings.Join(all, ",")
}

// start starts a command, with its log in a file.
func (c *clusterBench) start(name string, args ...string) *exec.Cmd {
	c.Helper()
	cmd := c.command(args...)
	f, err := os.OpenFile(filepath.Join(c.logs, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	c.must(err)
	defer f.Close()
	out, err := os.OpenFile(filepath.Join(c.logs, name+".out"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	c.must(err)
	defer out.Close()
	cmd.Stderr, cmd.Stdout = f, out
	c.must(cmd.Start())
	return cmd
}

func (c *clusterBench) startHub(i int, wipe bool) {
	c.Helper()
	store := filepath.Join(c.logs, fmt.Sprintf("store-%d", i))
	if wipe {
		c.must(os.RemoveAll(store))
	}
	args := []string{"hub", "--listen", fmt.Sprintf("127.0.0.1:%d", c.ports[i]), "--store", store}
	if n := len(c.routes); n > 1 {
		var all []string
		for k := range n {
			all = append(all, fmt.Sprintf("127.0.0.1:%d", c.routes[(i+k)%n]))
		}
		args = append(args, "--cluster", strings.Join(all, ","))
	}
	c.hubs[i] = c.start(fmt.Sprintf("hub-%d", i), args...)
}

func (c *clusterBench) startWorker(i int) {
	c.Helper()
	c.workers[i] = c.start(fmt.Sprintf("worker-%d", i), "work", c.url(), "--jobs", "2")
}

func (c *clusterBench) startBatch() {
	c.Helper()
	replicas := "1"
	if len(c.hubs) == 3 {
		replicas = "3"
	}
	c.batch = c.start("batch", "batch", "--hub", c.url(), "--replicas", replicas, "--jobs", "0", c.in, c.out)
}

// restarts is how often a coordinator may be started again that found no hub: as
// whatever supervises services does.
const restarts = 20

// supervise starts again what has ended because it found no hub, until the batch
// has ended with a verdict.
func (c *clusterBench) supervise() exitCode {
	c.Helper()
	for try := 0; ; try++ {
		time.Sleep(time.Second) // what was started last may find no hub
		for i := range c.workers {
			if c.gone(c.workers[i]) {
				c.startWorker(i)
			}
		}
		c.batch.Wait()
		code := exitCode(c.batch.ProcessState.ExitCode())
		if code != exitFailure || try == restarts {
			c.batch = nil
			return code
		}
		c.startBatch()
	}
}

// gone tells whether a process has ended by itself.
func (c *clusterBench) gone(cmd *exec.Cmd) bool {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", cmd.Process.Pid))
	_, rest, _ := strings.Cut(string(text), ") ")
	return err != nil || strings.HasPrefix(rest, "Z")
}

func end(cmd *exec.Cmd) {
	cmd.Process.Signal(syscall.SIGCONT)
	cmd.Process.Kill()
	cmd.Wait()
}

// pauseTime is longer than it takes until another machine gets a picture.
const pauseTime = 33 * time.Second

// strike does one thing of the plan. What it kills it starts again.
func (c *clusterBench) strike(what string) {
	c.Helper()
	w, h := c.random.IntN(len(c.workers)), c.random.IntN(len(c.hubs))
	switch what {
	case "worker":
		end(c.workers[w])
		c.startWorker(w)
	case "coordinator":
		end(c.batch)
		c.startBatch()
	case "hub":
		end(c.hubs[h])
		c.startHub(h, false)
	case "wipe":
		for _, cmd := range c.hubs {
			end(cmd)
		}
		for i := range c.hubs {
			c.startHub(i, true)
		}
	case "pause":
		cmd := c.workers[w]
		cmd.Process.Signal(syscall.SIGSTOP)
		time.Sleep(pauseTime)
		cmd.Process.Signal(syscall.SIGCONT)
	default:
		c.Fatalf("the plan has a %s", what)
	}
	c.Logf("%-12s worker %d, hub %d", what, w, h)
}

// plan is what happens, in an order that the seed gives.
func (c *clusterBench) plan() (all []string) {
	for part := range strings.SplitSeq(*clusterPlan, ",") {
		var n int
		what, count, _ := strings.Cut(part, "=")
		fmt.Sscan(count, &n)
		for range n {
			all = append(all, what)
		}
	}
	c.random.Shuffle(len(all), func(i, k int) { all[i], all[k] = all[k], all[i] })
	return all
}

// Whatever is killed on the way, a batch over a hub gives byte for byte what one
// on one machine gives, and every picture counts once.
func TestClusterKilledAnywhereGivesWhatOneMachineGives(t *testing.T) {
	b := newBench(t)
	b.some(*clusterPictures, 1)
	b.picture("crash/1.png", fakePicture{Do: "crash", Salt: 1})
	b.picture("crash/2.png", fakePicture{Do: "damaged", Salt: 2})
	b.batch(exitSomeFailed)
	want := b.outputs()
	documents := len(b.pictures())

	// The same pictures, which now take their time: how long is not in them.
	b.out = filepath.Join(t.TempDir(), "out")
	b.env = append(b.env, fmt.Sprintf("%s=%dms", fakePause, *clusterMillis))
	t.Logf("seed %d, plan %s", *clusterSeed, *clusterPlan)
	c := newClusterBench(b, *clusterHubs, *clusterWorkers)
	for i := range c.workers {
		c.startWorker(i)
	}
	c.startBatch()
	for _, what := range c.plan() {
		time.Sleep(time.Second + time.Duration(c.random.Int64N(int64(time.Second))))
		c.strike(what)
	}
	if code := c.supervise(); code != exitSomeFailed {
		t.Fatalf("the batch ended with code %d", code)
	}
	b.same(want)
	all := b.pictures()
	for name, p := range all {
		if p.State == journal.Pending || p.State == journal.Taken || p.State == journal.Running {
			t.Errorf("%s is %s", name, p.State)
		}
	}
	if len(all) != documents {
		t.Errorf("%d pictures in the journal, want %d", len(all), documents)
	}
}

// Status shows who reads; a machine that is told to end does so with code 0.
func TestClusterStatusShowsWhoReads(t *testing.T) {
	b := newBench(t)
	b.some(60, 1)
	b.env = append(b.env, fakePause+"=700ms") // so that it lasts until its machines are noted
	c := newClusterBench(b, 1, 1)
	c.startWorker(0)
	c.startBatch()
	var said string
	c.until(func() bool {
		out, _ := b.command("status", b.out).Output()
		said = string(out)
		return strings.Contains(said, "machines")
	})
	lines := bufio.NewScanner(strings.NewReader(said))
	found := false
	for lines.Scan() {
		found = found || strings.Contains(lines.Text(), "2 at once")
	}
	if !found {
		t.Errorf("status does not show the machine:\n%s", said)
	}
	if err := c.batch.Wait(); err != nil && exitCode(c.batch.ProcessState.ExitCode()) != exitReview {
		t.Errorf("the batch: %v", err)
	}
	c.batch = nil
	for _, cmd := range []*exec.Cmd{c.workers[0], c.hubs[0]} {
		cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("%v: %v", cmd.Args, err)
		}
	}
	c.workers, c.hubs = nil, nil
}

// With real readers as well: pictures that are read together, and a form that
// travels with the batch.
func TestClusterReadsSeriesAndFormsThatTravel(t *testing.T) {
	b := newBench(t)
	b.env = nil
	pages, err := pagesOf(filepath.Join("..", "..", "testdata", "continued.tiff"))
	b.must(err)
	b.put("a/9.png", pages[0])
	b.put("a/10.png", pages[1])
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "requests-2021-lowres.jpg"))
	b.must(err)
	b.put("b/1.jpg", data)
	form, _ := b.run(exitOK, b.command("forms", "show", requests))
	forms := t.TempDir()
	b.must(os.WriteFile(filepath.Join(forms, "own.yaml"), []byte(strings.ReplaceAll(form, requests, "test/requests@2021")), 0o666))
	first := b.command("batch", "--forms", forms, b.in, b.out)
	b.must(verdictOf(first))
	want := b.outputs()
	if len(want) < 6 {
		t.Fatalf("%d outputs", len(want))
	}

	b.out = filepath.Join(t.TempDir(), "out")
	c := newClusterBench(b, 1, 1)
	c.startWorker(0)
	c.batch = c.start("batch", "batch", "--hub", c.url(), "--jobs", "0", "--forms", forms, c.in, c.out)
	c.batch.Wait()
	if got, want := c.batch.ProcessState.ExitCode(), first.ProcessState.ExitCode(); got != want {
		t.Errorf("exit code %d, on one machine %d", got, want)
	}
	c.batch = nil
	b.same(want)
	for _, name := range []string{"a/9.png", "a/10.png"} {
		if p := b.pictures()[name]; p.Chain == "" {
			t.Errorf("%s was not read together with the other", name)
		}
	}
}

// verdictOf runs a batch whose exit code is a verdict on its pictures.
func verdictOf(cmd *exec.Cmd) error {
	err := cmd.Run()
	switch exitCode(cmd.ProcessState.ExitCode()) {
	case exitOK, exitReview, exitSomeFailed:
		return nil
	}
	return err
}
