// Command load puts biaoge serve through what is too long for a test: how much
// the service adds to reading, ten times more callers than it has places for,
// workers killed at random, connections by the thousand, senders and pictures
// that no honest caller has. The targets of make/service.mk run it. It starts the
// service itself, asks it over loopback, and ends after a time and a number of
// requests that are known before.
//
// It must not know what is behind the service's address.
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

var (
	program    = flag.String("program", "bin/biaoge", "the `PROGRAM` to test")
	pictures   = flag.String("pictures", "testdata", "pictures from this `DIR` are sent")
	hostileDir = flag.String("hostile", "", "hostile also sends what lies in this `DIR`")
	n          = flag.Int("n", 0, "how many requests, kills or connections; 0 for what the mode needs")
	seconds    = flag.Int("seconds", 60, "how long overload lasts")
)

func main() {
	log.SetFlags(0)
	flag.Parse()
	modes := map[string]func(){"bench": bench, "overload": overload, "kills": kills, "idle": idle, "hostile": hostile, "equal": equal}
	mode, ok := modes[flag.Arg(0)]
	if !ok {
		log.Fatal("usage: load [flags] bench|overload|kills|idle|hostile|equal")
	}
	start := time.Now()
	mode()
	fmt.Printf("(%s in %v; service, workers and load generator on the same cores)\n", flag.Arg(0), time.Since(start).Round(time.Second))
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// count is *n, or what a mode needs.
func count(needs int) int {
	if *n > 0 {
		return *n
	}
	return needs
}

// A pic is a picture to be sent.
type pic struct {
	name string
	data []byte
}

// load reads the pictures of the folder and those below it, by name.
func load() (all []pic) {
	check(filepath.WalkDir(*pictures, func(name string, e fs.DirEntry, err error) error {
		if err != nil || !slices.Contains([]string{".jpg", ".png", ".tiff"}, filepath.Ext(name)) {
			return err
		}
		data, err := os.ReadFile(name)
		all = append(all, pic{name, data})
		return err
	}))
	if len(all) == 0 {
		log.Fatalf("%s has no pictures", *pictures)
	}
	slices.SortFunc(all, func(a, b pic) int { return strings.Compare(a.name, b.name) })
	return all
}

// salted is a picture with a few bytes of its own behind it, so that no answer
// to another serves for it.
func (p pic) salted(i int) []byte { return fmt.Appendf(slices.Clone(p.data), "copy %d", i) }

// times are durations of which shares are told.
type times []time.Duration

// at is the time below which so many per cent of the times are.
func (t times) at(percent float64) time.Duration {
	if len(t) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(t))
	return s[min(len(s)-1, int(percent/100*float64(len(s))))]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000) }

// verdict tells what was wanted and whether it holds; a command ends with 1
// where something that must hold does not.
func verdict(ok bool, format string, args ...any) {
	mark := "ok    "
	if !ok {
		mark = "MISSED"
		missed++
	}
	fmt.Printf("%s %s\n", mark, fmt.Sprintf(format, args...))
}

var missed int
