package main

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestAQuantileIsOfTheSortedValues(t *testing.T) {
	v := []time.Duration{5, 1, 4, 2, 3}
	for _, c := range []struct {
		q    float64
		want time.Duration
	}{{0, 1}, {0.2, 1}, {0.5, 3}, {0.9, 5}, {1, 5}} {
		if got := quantile(v, c.q); got != c.want {
			t.Errorf("quantile %v is %d, want %d", c.q, got, c.want)
		}
	}
	if v[0] != 5 {
		t.Error("the values were sorted in place")
	}
	if quantile([]time.Duration(nil), 0.5) != 0 {
		t.Error("of nothing it is not 0")
	}
}

func TestSamplesAreGroupedByKind(t *testing.T) {
	got := byKind([]sample{{File: "d/scan-001.jpg"}, {File: "d/clean-000.png"}, {File: "d/scan-002.jpg"}, {File: "requests.png"}})
	var names []string
	for _, g := range got {
		names = append(names, g.name)
	}
	if s := strings.Join(names, " "); s != "clean requests scan" || len(got[2].samples) != 2 {
		t.Errorf("kinds %q, %d scans", s, len(got[2].samples))
	}
}

func TestFieldsOfProcAreRead(t *testing.T) {
	const status = "Name:\tbench\nVmHWM:\t  2048 kB\nVmRSS:\t  1024 kB\nCpus_allowed_list:\t0-1,4-7\n"
	if n := kilobytes(field(status, "VmHWM")); n != 2<<20 {
		t.Errorf("VmHWM is %d", n)
	}
	if n := kilobytes(field(status, "VmSwap")); n != 0 {
		t.Errorf("what is not there is %d", n)
	}
	for list, want := range map[string]string{"0-1,4-7": "7", "0,2": "2", "3": "3", "": ""} {
		if got := lastOf(list); got != want {
			t.Errorf("the last of %q is %q, want %q", list, got, want)
		}
	}
}

func TestGrowthIsToldFromNoise(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		rss  []int64
		want string
	}{
		{[]int64{100 * mb}, "too few"},
		{[]int64{50 * mb, 90 * mb, 100 * mb, 101 * mb, 100 * mb, 101 * mb}, "flat"},
		{[]int64{50 * mb, 90 * mb, 100 * mb, 99 * mb, 100 * mb, 101 * mb, 99 * mb, 100 * mb, 100 * mb, 120 * mb, 99 * mb, 100 * mb}, "flat"},
		{[]int64{100 * mb, 101 * mb, 102 * mb, 103 * mb, 104 * mb, 105 * mb, 106 * mb, 107 * mb}, "flat"},
		{[]int64{100 * mb, 110 * mb, 120 * mb, 130 * mb, 140 * mb, 150 * mb}, "GROWS"},
	} {
		if got := growth(c.rss); !strings.Contains(got, c.want) {
			t.Errorf("%v: %q, want %q", c.rss, got, c.want)
		}
	}
}

func TestTheReportPrintsWhatWasMeasured(t *testing.T) {
	b := bench{
		ours:    []sample{{File: "clean-0.png", Form: "gov-disclosure/requests@2021", Pixels: 1e6, cost: cost{300 * time.Millisecond, 200 * time.Millisecond}}, {File: "photo-0.jpg", Pixels: 3e6, cost: cost{900 * time.Millisecond, 800 * time.Millisecond}}},
		peer:    []sample{{File: "clean-0.png", cost: cost{time.Second, time.Second}}, {File: "photo-0.jpg", cost: cost{2 * time.Second, 2 * time.Second}}},
		ourPeak: 500 << 20,
		started: cost{Wall: 20 * time.Millisecond},
		cold:    cost{300 * time.Millisecond, 280 * time.Millisecond},
	}
	var out strings.Builder
	b.print(&out)
	for _, want := range []string{"biaoge, clean ", "biaoge, photo ", "biaoge, requests form ", "tesseract takes 3.33 times as long  MISSED, wanted: at least 8 times (median of each; 5.00 times", "300 ms  MISSED, wanted: at most 250 ms", "takes 1.00 times as long as a clean picture of its size  ok, wanted: at most 2.5 times", "500 MB  MISSED, wanted: at most 400 MB", "20 ms  ok", "cold           300 ms  MISSED, wanted: at most 220 ms"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	b.peer, b.peerGone, b.started = nil, errors.New("no tesseract"), cost{}
	out.Reset()
	b.print(&out)
	for _, want := range []string{"no comparison: no tesseract", "make build"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}
