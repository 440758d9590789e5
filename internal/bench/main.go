// Command bench measures what one core reads: how long biaoge.Extract takes,
// how long the tesseract command takes for the same pictures in the same run,
// what memory it needs, and how fast it starts.
//
//	go run ./internal/bench [-workers] [-repeat N] [-bin FILE] PICTURE…
//	go run ./internal/bench -cold [-bin FILE] PICTURE
//	go run ./internal/bench -figures [-bin FILE]
//
// Both readers are held to one processor and one thread, and take turns with
// each picture, so that what else the machine does hits both alike. Processor
// time is printed beside the time that passed: on a busy machine it is the
// figure to trust.
//
// It must not know how a picture is read, only what the reading costs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	bin := flag.String("bin", "bin/biaoge", "the program whose start is timed")
	workers := flag.Bool("workers", false, "also compare two workers on two processors with one")
	repeat := flag.Int("repeat", 0, "also read all pictures `N` times and watch the memory")
	numbers := flag.Bool("figures", false, "only time tables of nothing but numbers, and what the readers of all print take")
	cold := flag.Bool("cold", false, "only time the program on the first picture, from nothing")
	child := flag.Int("child", 0, "for itself: read what standard input names with so many workers")
	flag.Parse()
	if *child > 0 {
		return serve(ctx, *child)
	}
	if *numbers {
		return errors.Join(netMemory(ctx, os.Stdout), figures(ctx, os.Stdout, *bin))
	}
	pictures := flag.Args()
	if len(pictures) == 0 {
		for _, ext := range []string{"jpg", "png"} {
			found, err := filepath.Glob("testdata/*." + ext)
			if err != nil {
				return err
			}
			pictures = append(pictures, found...)
		}
	}
	if len(pictures) == 0 {
		return errors.New("no pictures; name some, or run it where testdata is")
	}
	b := bench{ctx: ctx, cpu: lastCPU()}
	if *cold {
		b.ours = []sample{{File: pictures[0], Form: "/requests@"}}
		b.start(*bin)
		b.printStart(os.Stdout)
		return nil
	}
	fmt.Printf("%d pictures, one core", len(pictures))
	if b.cpu != "" {
		fmt.Printf(" (processor %s of %d)", b.cpu, runtime.NumCPU())
	} else {
		fmt.Print(" (not pinned: no taskset)")
	}
	fmt.Printf(", one thread, after one warm-up; %s\n", load())

	if err := b.compare(pictures); err != nil {
		return err
	}
	b.start(*bin)
	b.print(os.Stdout)
	if *workers {
		if err := b.workers(pictures); err != nil {
			return err
		}
	}
	if *repeat > 0 {
		return b.repeat(pictures, *repeat)
	}
	return nil
}

// A bench is one run's measurements.
type bench struct {
	ctx context.Context
	cpu string // the processor everything is pinned to; empty where it can't be

	ours, peer []sample
	ourPeak    int64 // bytes
	peerPeak   int64 // of its largest process
	opened     cost  // biaoge.New
	started    cost  // biaoge version; zero where there is no program
	cold       cost  // biaoge extract of a requests form; zero where there is neither
	peerGone   error // why there is no peer to compare with
}

// A cost is the time something took.
type cost struct {
	Wall, CPU time.Duration
}

// A sample is one picture read once.
type sample struct {
	File   string
	Form   string // of its first table
	Pixels int
	cost
}

// command is one process that is held to the bench's processor.
func (b *bench) command(name string, args ...string) *exec.Cmd {
	if b.cpu != "" {
		name, args = "taskset", append([]string{"-c", b.cpu, name}, args...)
	}
	cmd := exec.CommandContext(b.ctx, name, args...)
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "OMP_THREAD_LIMIT=1")
	return cmd
}

func (b *bench) compare(pictures []string) error {
	c, err := b.child(1, true)
	if err != nil {
		return err
	}
	defer c.close()
	b.opened = c.opened
	if _, err := c.read(pictures[:1]); err != nil {
		return err
	}
	for _, p := range pictures {
		got, err := c.read([]string{p})
		if err != nil {
			return err
		}
		b.ours = append(b.ours, got.Samples...)
		b.ourPeak = got.Peak
		if b.peerGone != nil {
			continue
		}
		s, peak, err := b.tesseract(p)
		if err != nil {
			if b.ctx.Err() != nil {
				return b.ctx.Err()
			}
			b.peerGone = err
			continue
		}
		b.peer = append(b.peer, s)
		b.peerPeak = max(b.peerPeak, peak)
	}
	return nil
}

// tesseract times the command line of the peer, start included, as whoever
// calls it pays for it.
func (b *bench) tesseract(picture string) (sample, int64, error) {
	cmd := b.command("tesseract", picture, "-", "-l", "chi_sim", "--psm", "6")
	t := time.Now()
	if err := cmd.Run(); err != nil {
		return sample{}, 0, fmt.Errorf("tesseract %s: %w", picture, err)
	}
	u := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return sample{File: picture, cost: cost{time.Since(t), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}}, u.Maxrss << 10, nil
}

// start times the program's start, and one requests form read by it from nothing,
// as whoever calls it for each picture pays for it, on all processors there are.
func (b *bench) start(bin string) {
	path, err := filepath.Abs(bin)
	if err != nil {
		return
	}
	b.started = fastest(func() *exec.Cmd { return b.command(path, "version") })
	for _, s := range b.ours {
		if isRequests(s) {
			b.cold = fastest(func() *exec.Cmd { return exec.CommandContext(b.ctx, path, "extract", s.File) })
			return
		}
	}
}

// fastest is what a command takes, the best of five: what the machine does
// besides can only make it longer. Zero where it fails.
func fastest(command func() *exec.Cmd) (best cost) {
	for range 5 {
		cmd := command()
		t := time.Now()
		if cmd.Run() != nil {
			return cost{}
		}
		c := cost{time.Since(t), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
		if best.Wall == 0 || c.Wall < best.Wall {
			best = c
		}
	}
	return best
}

// workers compares how many pictures a second one and two workers read. They
// take turns, so that both meet the machine fast and slow, and the median of how
// each round of two compares with that of one just before counts. How many
// processors they got is printed too: on a busy machine two workers don't get
// two.
func (b *bench) workers(pictures []string) error {
	const rounds = 5
	// Enough of them that the last, read alone, does not count for much.
	for len(pictures) < 160 {
		pictures = append(pictures, pictures...)
	}
	var team [2]*child
	var used [2]time.Duration
	var rate, busy [2][]float64
	var times []float64
	for i := range team {
		c, err := b.child(i+1, false)
		if err != nil {
			return err
		}
		defer c.close()
		warm, err := c.read(pictures[:len(pictures)/4])
		if err != nil {
			return err
		}
		team[i], used[i] = c, warm.CPU
	}
	for range rounds {
		var now [2]float64
		for i, c := range team {
			t := time.Now()
			r, err := c.read(pictures)
			if err != nil {
				return err
			}
			d := time.Since(t)
			now[i] = float64(len(pictures)) / d.Seconds()
			rate[i] = append(rate[i], now[i])
			busy[i] = append(busy[i], ratio(r.CPU-used[i], d))
			used[i] = r.CPU
		}
		times = append(times, now[1]/now[0])
	}
	median := func(v []float64) float64 { return quantile(v, 0.5) }
	one, two, more := median(rate[0]), median(rate[1]), median(times)
	fmt.Printf("\none worker: %.2f pictures a second on %.2f processors; two: %.2f on %.2f (GOMAXPROCS=2; median of %d rounds of %d pictures, in turns)\n",
		one, median(busy[0]), two, median(busy[1]), rounds, len(pictures))
	fmt.Printf("two workers read %.2f times as much  %s\n", more, verdict(more >= wantTwo, fmt.Sprintf("wanted: at least %.1f times", wantTwo)))
	return nil
}

// repeat reads everything again and again in one process.
func (b *bench) repeat(pictures []string, n int) error {
	c, err := b.child(1, true)
	if err != nil {
		return err
	}
	defer c.close()
	var rss []int64
	var peak int64
	for range n {
		got, err := c.read(pictures)
		if err != nil {
			return err
		}
		rss, peak = append(rss, got.Resident), got.Peak
	}
	fmt.Printf("\nmemory kept after each of %d rounds of %d pictures (at most %s in between):", n, len(pictures), megabytes(peak))
	for _, r := range rss {
		fmt.Printf(" %s", megabytes(r))
	}
	fmt.Printf("\n%s\n", growth(rss))
	return nil
}

// lastCPU is the last processor this process may use, where it can be pinned.
func lastCPU() string {
	if _, err := exec.LookPath("taskset"); err != nil {
		return ""
	}
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return ""
	}
	return lastOf(field(string(status), "Cpus_allowed_list"))
}

// load says how busy the machine is with other things.
func load() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "load unknown"
	}
	one, _, _ := strings.Cut(string(data), " ")
	return "load before it " + one
}
