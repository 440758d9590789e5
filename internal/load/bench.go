package main

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// bench tells what the service adds to reading, how soon a repeated picture is
// answered, and what a second worker gives.
func bench() {
	all := load()
	requests := count(3 * len(all))
	s := start("--workers", "1")
	added, repeated := addition(s, all, requests)
	s.end()
	verdict(added.at(50) <= 5*time.Millisecond && added.at(95) <= 20*time.Millisecond,
		"one worker, %d pictures one after the other: the service adds %s at the median, %s at 95 %% (wanted: 5 ms, 20 ms)", requests, ms(added.at(50)), ms(added.at(95)))
	verdict(repeated.at(50) <= 10*time.Millisecond, "a repeated picture: %s at the median, %s at 95 %% (wanted: 10 ms)", ms(repeated.at(50)), ms(repeated.at(95)))

	var one, two []float64
	for range 3 {
		one = append(one, rate(1, all, requests))
		two = append(two, rate(2, all, requests))
	}
	slices.Sort(one)
	slices.Sort(two)
	fmt.Printf("pictures a second, one worker %.2f, two %.2f\n", one, two)
	verdict(two[1] >= 1.9*one[1], "two workers read %.2f times as fast as one (median of three; wanted: 1.9)", two[1]/one[1])
	end()
}

// addition sends pictures one after the other, each once more: what their
// answers took beyond the reading, and what the second ones took.
func addition(s *service, all []pic, requests int) (added, repeated times) {
	for i := range requests {
		data := all[i%len(all)].salted(i)
		id := fmt.Sprint("bench-", i)
		a := s.send(data, id, "application/json")
		if a.status != 200 {
			verdict(false, "%s: %d %.200s %v", all[i%len(all)].name, a.status, a.body, a.err)
			continue
		}
		if l, ok := s.logged(id); ok {
			added = append(added, a.took-time.Duration(l.Read*float64(time.Millisecond)))
		}
		if a := s.send(data, id+"-again", "application/json"); a.status == 200 {
			repeated = append(repeated, a.took)
		}
	}
	return added, repeated
}

// rate is how many pictures a second so many workers read, with twice as many
// callers.
func rate(workers int, all []pic, requests int) float64 {
	s := start("--workers", fmt.Sprint(workers))
	defer s.end()
	next := make(chan int)
	var callers sync.WaitGroup
	for range 2 * workers {
		callers.Go(func() {
			for i := range next {
				if a := s.send(all[i%len(all)].salted(i), fmt.Sprint(i), "application/json"); a.status != 200 {
					verdict(false, "%s: %d %.200s %v", all[i%len(all)].name, a.status, a.body, a.err)
				}
			}
		})
	}
	begun := time.Now()
	for i := range requests {
		next <- i
	}
	close(next)
	callers.Wait()
	return float64(requests) / time.Since(begun).Seconds()
}
