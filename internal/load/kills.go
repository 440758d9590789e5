package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// kills kills workers at random while pictures are read, and holds every answer
// against what biaoge extract prints.
func kills() {
	all := load()
	want := extracted(all)
	for i := range want {
		want[i] = saltless(want[i])
	}
	s := start()
	most := count(100)
	pause := s.pause(all)
	stop := make(chan struct{})
	go func() {
		defer close(stop)
		rnd := rand.New(rand.NewPCG(1, 2))
		until := time.Now().Add(8 * time.Minute)
		for killed := 0; killed < most && time.Now().Before(until); {
			time.Sleep(time.Duration(rnd.Int64N(int64(2 * pause))))
			if pids := s.children(); len(pids) > 0 && syscall.Kill(pids[rnd.IntN(len(pids))], syscall.SIGKILL) == nil {
				killed++
			}
		}
	}()
	var sent, right, twice, later, wrong atomic.Int64
	var callers sync.WaitGroup
	begun := time.Now()
	for range 6 {
		callers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				i := int(sent.Add(1))
				a := s.send(all[i%len(all)].salted(i), fmt.Sprint("kills-", i), "application/x-ndjson")
				switch {
				case a.status == 200 && bytes.Equal(saltless(a.body), want[i%len(all)]):
					right.Add(1)
				case a.status == 422:
					twice.Add(1)
				case a.status == 503:
					later.Add(1)
				default:
					wrong.Add(1)
					fmt.Printf("%s: %d %.200s %v\n", all[i%len(all)].name, a.status, a.body, a.err)
				}
			}
		})
	}
	callers.Wait()
	took := time.Since(begun)
	fmt.Printf("a worker is killed every %v on average\n", pause.Round(time.Millisecond))
	verdict(wrong.Load() == 0, "%d kills in %v, %d requests: %d right, %d killed both times they were read (422), %d told to come again (503), %d wrong or without an answer",
		most, took.Round(time.Second), sent.Load(), right.Load(), twice.Load(), later.Load(), wrong.Load())
	s.end()
	end()
}

// pause is four times what a picture takes on average: so most are read between
// two kills, as with workers that die now and then.
func (s *service) pause(all []pic) time.Duration {
	begun := time.Now()
	for i, p := range all {
		s.send(p.salted(-1-i), fmt.Sprint("pause-", i), "application/x-ndjson")
	}
	return 4 * time.Since(begun) / time.Duration(len(all))
}
