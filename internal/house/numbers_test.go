package main

import (
	"strings"
	"testing"
)

func TestNumbersThatCount(t *testing.T) {
	for body, want := range map[string]int{
		"const low = 0.7":                   1,
		"const most = 40_000":               1,
		"const most = 0x1F":                 1,
		"const half, two = 1/2.0, 2":        0,
		"const none, all, neg = 0, 1.0, -1": 0,
		"const back = -2":                   1,
		"const deep = -0.5":                 1,
		"var a = [4]int{1, 2, 3}":           2,
		"var s, c = \"3.14\", '7'":          0,
		"func f(x int) int { return x-3 }":  1,
		"func f(x int) int { return x-2 }":  0,
		"const ( a = iota; b )":             0,
	} {
		got, err := numbersIn("x.go", []byte("package x\n\n"+body+"\n"))
		if err != nil || got != want {
			t.Errorf("%s: got %d, %v, want %d", body, got, err, want)
		}
	}
}

func TestCountedRoomsAreThoseThatLookAtPixels(t *testing.T) {
	for path, want := range map[string]bool{"layout": true, "layout/grid": true, "layouts": false, "internal/reading": true, "internal/readings": false, "tables": false} {
		if isCounted(path) != want {
			t.Errorf("%s is counted: %t", path, !want)
		}
	}
}

func TestNumbersMayOnlyFall(t *testing.T) {
	of := func(layout, reading int) *tally {
		return &tally{[]string{"layout", "reading"}, map[string]int{"layout": layout, "reading": reading}}
	}
	for name, c := range map[string]struct {
		now, allowed *tally
		want         string
	}{
		"the same": {of(5, 3), of(5, 3), ""},
		"more":     {of(5, 4), of(5, 3), "1 numbers more are set by hand than internal/house/numbers.txt allows (9, not 8), in reading 4, not 3"},
		"fewer":    {of(4, 3), of(5, 3), "make numbers writes them anew"},
		"moved":    {of(4, 4), of(5, 3), "layout 4, not 5, reading 4, not 3"},
	} {
		err := compare(c.now, c.allowed)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
