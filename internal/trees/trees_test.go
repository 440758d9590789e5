package trees

import (
	"math"
	"strings"
	"testing"
)

// Two trees: one asks of warmth, and of rain where it is warm; one of rain alone.
const weather = `{"signs": ["warm", "rain"], "base": 0.5, "trees": [0, 5], "nodes": {
	"sign": [ 0,    0, 1,   0, 0,   1,   0,    0],
	"most": [20,    0, 0.5, 0, 0,   0.5, 0,    0],
	"less": [ 1,    0, 3,   0, 0,   6,   0,    0],
	"more": [ 2,    0, 4,   0, 0,   7,   0,    0],
	"odds": [ 0.25, -1, 1.5, 2, 1,  0,   0.5, -0.5]}}`

func TestWhatTreesSayIsAddedUp(t *testing.T) {
	m, err := New([]byte(weather), []string{"warm", "rain"})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ warm, rain, want float64 }{{10, 0, 0.5 - 1 + 0.5}, {20, 1, 0.5 - 1 - 0.5}, {25, 0.5, 0.5 + 2 + 0.5}, {25, 1, 0.5 + 1 - 0.5}} {
		if got := m.Odds([]float64{c.warm, c.rain}); got != c.want {
			t.Errorf("warm %v, rain %v: odds %v, want %v", c.warm, c.rain, got, c.want)
		}
	}
}

func TestThePartsOfTheSignsMakeUpTheOdds(t *testing.T) {
	m, err := New([]byte(weather), []string{"warm", "rain"})
	if err != nil {
		t.Fatal(err)
	}
	parts := m.Parts([]float64{25, 1})
	if parts[0].Sign != "warm" || parts[0].Value != 25 || parts[1].Sign != "rain" {
		t.Errorf("parts %+v, want what warmth says first", parts)
	}
	if got := parts[0].Odds + parts[1].Odds; math.Abs(got-(1-0.5-0.25)) > 1e-9 {
		t.Errorf("the parts add up to %v, want what was added since nothing was known", got)
	}
}

func TestTreesForOtherSignsAreRefused(t *testing.T) {
	for _, c := range []struct{ data, signs, want string }{
		{weather, "warm wind", "fit them again"},
		{`{"signs": ["warm"], "trees": [0], "nodes": {"sign": [0], "most": [20], "less": [0], "more": [2], "odds": [0]}}`, "warm", "asks for what there is not"},
		{`{"signs": ["warm"], "trees": [0], "nodes": {"sign": [0]}}`, "warm", "not whole"},
		{`{"signs": ["warm"], "trees": [0]}`, "warm", "has no node"},
		{`{"signs": 3}`, "warm", "fit them again"},
	} {
		if _, err := New([]byte(c.data), strings.Fields(c.signs)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %q", c.data, err, c.want)
		}
	}
}

func TestEvenOddsAreHalfAProbability(t *testing.T) {
	if got := Probability(0); got != 0.5 {
		t.Errorf("probability %v, want 0.5", got)
	}
}
