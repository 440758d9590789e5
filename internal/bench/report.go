package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What is wanted of a picture on one core.
const (
	wantRequests = 250 * time.Millisecond // of the median requests form
	wantPeer     = 8                      // times as long as the median picture takes
	wantPhoto    = 2.5                    // times a clean picture of the same size
	wantTwo      = 1.9                    // times as many pictures with two workers on two processors
	wantPeak     = 400 << 20
	wantStart    = 150 * time.Millisecond
	wantCold     = 220 * time.Millisecond // one requests form by the command, on two processors
)

func isRequests(s sample) bool { return strings.Contains(s.Form, "/requests@") }

func (b *bench) print(w io.Writer) {
	fmt.Fprintf(w, "\n%-22s %8s %9s %9s %9s %11s %9s\n", "", "pictures", "median", "p90", "longest", "median CPU", "p90 CPU")
	line := func(name string, s []sample) {
		wall, cpu := walls(s), cpus(s)
		fmt.Fprintf(w, "%-22s %8d %9s %9s %9s %11s %9s\n", name, len(s), ms(quantile(wall, 0.5)), ms(quantile(wall, 0.9)), ms(quantile(wall, 1)), ms(quantile(cpu, 0.5)), ms(quantile(cpu, 0.9)))
	}
	for _, g := range byKind(b.ours) {
		line("biaoge, "+g.name, g.samples)
	}
	requests := slices.DeleteFunc(slices.Clone(b.ours), func(s sample) bool { return !isRequests(s) })
	if len(requests) > 0 {
		line("biaoge, requests form", requests)
	}
	line("biaoge, all", b.ours)
	if b.peerGone != nil {
		fmt.Fprintf(w, "no comparison: %v\n", b.peerGone)
	} else {
		line("tesseract --psm 6, all", b.peer)
	}

	median := quantile(walls(b.ours), 0.5)
	fmt.Fprintln(w)
	if len(b.peer) > 0 {
		times := ratio(quantile(walls(b.peer), 0.5), median)
		fmt.Fprintf(w, "tesseract takes %.2f times as long  %s (median of each; %.2f times the processor time)\n",
			times, verdict(times >= wantPeer, fmt.Sprintf("wanted: at least %d times", wantPeer)), ratio(quantile(cpus(b.peer), 0.5), quantile(cpus(b.ours), 0.5)))
		fmt.Fprintf(w, "its largest process had %s\n", megabytes(b.peerPeak))
	}
	if len(requests) > 0 {
		median := quantile(walls(requests), 0.5)
		fmt.Fprintf(w, "requests    %9s  %s\n", ms(median), verdict(median <= wantRequests, "wanted: at most "+ms(wantRequests)))
	}
	if photo, clean := b.each("photo"), b.each("clean"); photo > 0 && clean > 0 {
		times := ratio(photo, clean)
		fmt.Fprintf(w, "a photograph takes %.2f times as long as a clean picture of its size  %s (median of each)\n", times, verdict(times <= wantPhoto, fmt.Sprintf("wanted: at most %.1f times", wantPhoto)))
	}
	fmt.Fprintf(w, "peak memory %9s  %s\n", megabytes(b.ourPeak), verdict(b.ourPeak <= wantPeak, "wanted: at most "+megabytes(wantPeak)))
	b.printUnknown(w)
	b.printStart(w)
	fmt.Fprintf(w, "biaoge.New  %9s  once for each worker (%s of processor time)\n", ms(b.opened.Wall), ms(b.opened.CPU))
}

// printStart prints how long the program takes to start, and to read a form from
// nothing.
func (b *bench) printStart(w io.Writer) {
	if b.started.Wall > 0 {
		fmt.Fprintf(w, "start       %9s  %s (biaoge version, the best of 5; %s of processor time)\n", ms(b.started.Wall), verdict(b.started.Wall <= wantStart, "wanted: at most "+ms(wantStart)), ms(b.started.CPU))
	} else {
		fmt.Fprintln(w, "start: not timed, since there is no program; make build makes it")
	}
	if b.cold.Wall > 0 {
		fmt.Fprintf(w, "cold        %9s  %s (biaoge extract of a requests form, the best of 5; %s of processor time)\n", ms(b.cold.Wall), verdict(b.cold.Wall <= wantCold, "wanted: at most "+ms(wantCold)), ms(b.cold.CPU))
	}
}

// each is what a million pixels of a kind of picture take: the median.
func (b *bench) each(name string) time.Duration {
	var all []time.Duration
	for _, s := range b.ours {
		if kind(s.File) == name && s.Pixels > 0 {
			all = append(all, s.Wall*1_000_000/time.Duration(s.Pixels))
		}
	}
	return quantile(all, 0.5)
}

func verdict(ok bool, want string) string {
	if ok {
		return "ok, " + want
	}
	return "MISSED, " + want
}

// A group is the samples of one kind of picture.
type group struct {
	name    string
	samples []sample
}

// byKind groups pictures by what their names begin with: clean-003.png is
// clean.
func byKind(samples []sample) []group {
	var groups []group
	for _, s := range samples {
		name := kind(s.File)
		i := slices.IndexFunc(groups, func(g group) bool { return g.name == name })
		if i < 0 {
			i = len(groups)
			groups = append(groups, group{name: name})
		}
		groups[i].samples = append(groups[i].samples, s)
	}
	slices.SortFunc(groups, func(a, b group) int { return strings.Compare(a.name, b.name) })
	return groups
}

func kind(file string) string {
	name := filepath.Base(file)
	name = strings.TrimSuffix(name, filepath.Ext(name))
	name, _, _ = strings.Cut(name, "-")
	return name
}

func walls(s []sample) []time.Duration {
	out := make([]time.Duration, len(s))
	for i := range s {
		out[i] = s[i].Wall
	}
	return out
}

func cpus(s []sample) []time.Duration {
	out := make([]time.Duration, len(s))
	for i := range s {
		out[i] = s[i].CPU
	}
	return out
}

// quantile is the least of the values that a share q of them does not exceed.
func quantile[T cmp.Ordered](v []T, q float64) T {
	if len(v) == 0 {
		var none T
		return none
	}
	v = slices.Sorted(slices.Values(v))
	return v[min(max(int(math.Ceil(q*float64(len(v))))-1, 0), len(v)-1)]
}

func ratio(a, b time.Duration) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

func ms(d time.Duration) string {
	return fmt.Sprintf("%.0f ms", float64(d)/float64(time.Millisecond))
}

func megabytes(n int64) string { return fmt.Sprintf("%d MB", (n+1<<19)>>20) }

// growth judges memory after each of several rounds. The first rounds fill
// what is kept for reuse, so the later half is compared with itself: its two
// halves by their medians, since a leak raises every round that follows it and
// one round alone tells how the allocators' free pages happened to lie.
func growth(rss []int64) string {
	if len(rss) < 4 {
		return "too few rounds to tell whether it grows; give 4 or more"
	}
	late := rss[len(rss)/2:]
	mid := len(late) / 2
	before, after := quantile(late[:mid], 0.5), quantile(late[mid:], 0.5)
	if d := after - before; float64(d) > 0.02*float64(before) {
		return fmt.Sprintf("GROWS: by %s in the last %d rounds (median)", megabytes(d), len(late)-mid)
	}
	return fmt.Sprintf("flat: the last %d rounds keep %s, those before %s (median)", len(late)-mid, megabytes(after), megabytes(before))
}

// field finds the value of a line "name: value" of /proc/self/status.
func field(status, name string) string {
	for line := range strings.Lines(status) {
		if v, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// kilobytes reads a size such as "1234 kB" into bytes.
func kilobytes(s string) int64 {
	n, err := strconv.ParseInt(strings.TrimSuffix(s, " kB"), 10, 64)
	if err != nil {
		return 0
	}
	return n << 10
}

// lastOf is the last processor of a list such as 0-1,4-7.
func lastOf(list string) string { return list[strings.LastIndexAny(list, ",-")+1:] }
