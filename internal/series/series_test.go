package series

import (
	"fmt"
	"testing"
)

func TestASeriesEndsWhereNothingFollows(t *testing.T) {
	split := func(follows func(a, b int) (bool, error), sizes ...int) (got string) {
		s := Splitter[int]{Follows: follows, Size: func(n int) int64 { return int64(n) }}
		for _, n := range sizes {
			ended, err := s.Add(n)
			if err != nil {
				t.Fatal(err)
			}
			if ended != nil {
				got += fmt.Sprint(len(ended), " ")
			}
		}
		return got + fmt.Sprint(len(s.End()), len(s.End()))
	}
	larger := func(a, b int) (bool, error) { return b > a, nil }
	if got := split(larger, 1, 2, 3, 1, 2, 1); got != "3 2 1 0" {
		t.Errorf("by order: %s", got)
	}
	if got := split(larger); got != "0 0" {
		t.Errorf("none: %s", got)
	}
	always := func(int, int) (bool, error) { return true, nil }
	if got := split(always, make([]int, MaxPictures+3)...); got != "50 3 0" {
		t.Errorf("by number: %s", got)
	}
	if got := split(always, MaxBytes/2, MaxBytes/2, 1, MaxBytes+1, 1); got != "2 1 1 1 0" {
		t.Errorf("by bytes: %s", got)
	}
}
