package main

import (
	"bufio"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// overheadRounds is how often each is measured; the medians count.
const overheadRounds = 3

// mostOverhead is how much longer a batch may take over a hub.
const mostOverhead = 0.03

// overhead compares a batch with one over a hub on the same cores, which the
// hub has a part of: in turn, each time into a new folder.
func overhead(rnd *rand.Rand) {
	generate(rnd, *n)
	var cpuWithout, cpuWith time.Duration
	plain := func(round int) time.Duration {
		took, cpu := timed(batch(fmt.Sprint("plain-", round)))
		cpuWithout += cpu
		return took
	}
	over := func(round int) time.Duration {
		hub, url := startHub(round)
		took, cpu := timed(batch(fmt.Sprint("hub-", round), "--hub", url))
		check(hub.Process.Signal(syscall.SIGTERM))
		check(hub.Wait())
		cpuWith += cpu + cpuOf(hub)
		return took
	}
	var without, with []time.Duration
	for round := range overheadRounds {
		// Which comes first alternates, too: what is read before is in memory.
		if round%2 == 0 {
			without, with = append(without, plain(round)), append(with, over(round))
		} else {
			with, without = append(with, over(round)), append(without, plain(round))
		}
		fmt.Printf("round %d: %v without a hub, %v over one\n", round+1, without[round].Round(time.Millisecond), with[round].Round(time.Millisecond))
	}
	if d := compare(out("plain-0"), out("hub-0")); len(d.names) > 0 {
		log.Fatalf("%d outputs differ: %q", len(d.names), d.names[:min(10, len(d.names))])
	}
	slices.Sort(without)
	slices.Sort(with)
	more := float64(with[overheadRounds/2])/float64(without[overheadRounds/2]) - 1
	fmt.Printf("processor time altogether: %v without a hub, %v over one, %.1f %% more\n", cpuWithout.Round(time.Millisecond), cpuWith.Round(time.Millisecond), 100*(float64(cpuWith)/float64(cpuWithout)-1))
	fmt.Printf("%d pictures: over a hub %.1f %% longer (medians of %d; wanted: %.0f %% at most)\n", *n, 100*more, overheadRounds, 100*mostOverhead)
	if more > mostOverhead {
		os.Exit(1)
	}
}

// startHub starts a hub with nothing in it.
func startHub(round int) (hub *exec.Cmd, url string) {
	hub = exec.Command(*program, "hub", "--listen", "127.0.0.1:0", "--store", filepath.Join(*work, fmt.Sprint("store-", round)))
	said, err := hub.StdoutPipe()
	check(err)
	check(hub.Start())
	line, err := bufio.NewReader(said).ReadString('\n')
	check(err)
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if !ok {
		log.Fatalf("the hub does not start: %q", line)
	}
	return hub, url
}

// timed runs a batch, whose exit code may tell of what is on its pictures, and
// says how long that took, and how much processor time with its children.
func timed(cmd *exec.Cmd) (took, cpu time.Duration) {
	start := time.Now()
	text, err := cmd.CombinedOutput()
	took = time.Since(start)
	if code := cmd.ProcessState.ExitCode(); code != 0 && code != 3 && code != 6 {
		log.Fatalf("biaoge batch: %v\n%s", err, text)
	}
	return took, cpuOf(cmd)
}

func cpuOf(cmd *exec.Cmd) time.Duration {
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}
