package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// hostile sends pictures that are cut short, changed, or none, and those of make
// hostile, each as a picture and some as reports, while others send a byte a second:
// each is answered, the service is alive afterwards, no larger, and reads as before.
func hostile() {
	all := load()
	want := extracted(all)
	s := start("--timeout", "30s", "--memory", "600")
	for i, p := range all {
		s.send(p.salted(i), fmt.Sprint("before-", i), "application/json")
	}
	before := s.rested()
	slow := slowSenders(strings.TrimPrefix(s.url, "http://"), 20)
	spoiled := s.throw(func(yield func(pic) bool) {
		rnd := rand.New(rand.NewPCG(3, 4))
		for range count(300) {
			p := all[rnd.IntN(len(all))]
			if !yield(pic{p.name, spoil(rnd, p.data)}) {
				return
			}
		}
	})
	fmt.Printf("spoiled pictures, by status: %v\n", spoiled)
	made := s.throw(hostileFiles)
	fmt.Printf("hostile pictures, by status: %v\n", made)
	lost := 0
	for _, statuses := range []map[int]int{spoiled, made} {
		lost += statuses[0] + statuses[500] + statuses[503]
	}
	verdict(lost == 0, "each is a document or a problem of its own")
	closed := 0
	for _, told := range slow {
		if <-told {
			closed++
		}
	}
	verdict(closed == len(slow), "%d of %d callers that send a byte a second are told so", closed, len(slow))
	same := 0
	for i, p := range all {
		if a := s.send(p.data, fmt.Sprint("after-", i), "application/x-ndjson"); bytes.Equal(a.body, want[i]) {
			same++
		}
	}
	verdict(same == len(all), "%d of %d pictures afterwards as biaoge extract prints them", same, len(all))
	after := s.rested()
	verdict(after <= 1.1*before, "memory of the service: %.0f MB before, %.0f MB afterwards (wanted: within 10 %%)", before, after)
	s.end()
	end()
}

// hostileFiles are those of make hostile.
func hostileFiles(yield func(pic) bool) {
	names, err := filepath.Glob(filepath.Join(*hostileDir, "*"))
	check(err)
	for _, name := range names {
		data, err := os.ReadFile(name)
		check(err)
		if !yield(pic{name, data}) {
			return
		}
	}
}

// reportEvery is of how many pictures one is also sent as a report.
const reportEvery = 10

// throw sends pictures, some of them also as what a report shows, and counts the
// answers by status; 0 is for none.
func (s *service) throw(all iter.Seq[pic]) map[int]int {
	var mu sync.Mutex
	statuses := make(map[int]int)
	note := func(p pic, a answer) {
		mu.Lock()
		defer mu.Unlock()
		statuses[a.status]++
		if a.err != nil {
			verdict(false, "%s: %v", p.name, a.err)
		}
		if a.status == 500 || a.status == 503 {
			fmt.Printf("%s: %d %.300s\n", p.name, a.status, a.body)
		}
	}
	next := make(chan pic)
	var callers sync.WaitGroup
	for range 4 {
		callers.Go(func() {
			n := 0
			for p := range next {
				id := fmt.Sprint("hostile-", filepath.Base(p.name))
				note(p, s.send(p.data, id, "application/json"))
				if n++; n%reportEvery == 0 {
					note(p, s.sendTo("/v1/report", p.data, id, "application/json"))
					note(p, s.sendTo("/v1/report", reportOf(p.data), id, "application/json"))
				}
			}
		})
	}
	for p := range all {
		next <- p
	}
	close(next)
	callers.Wait()
	return statuses
}

// reportOf is a page with a picture in it, and tables that do not end.
func reportOf(data []byte) []byte {
	var b bytes.Buffer
	b.WriteString("<html><p><img src=\"data:image/png;base64,")
	b.WriteString(base64.StdEncoding.EncodeToString(data))
	b.WriteString("\">")
	for range 1000 {
		b.WriteString("<table><tr><td colspan=99999 rowspan=99999>")
	}
	return b.Bytes()
}

// rested is what the service has when it has had nothing to do for so long that it
// has given memory back, in MB.
func (s *service) rested() float64 {
	time.Sleep(restTime)
	return s.memory()
}

// restTime is longer than it takes a service to give memory back.
const restTime = 35 * time.Second

// spoil makes something of a picture that no honest program makes.
func spoil(rnd *rand.Rand, data []byte) []byte {
	data = slices.Clone(data)
	switch rnd.IntN(6) {
	case 0: // cut short
		return data[:rnd.IntN(len(data))]
	case 1: // some bytes changed
		for range 1 + rnd.IntN(20) {
			data[rnd.IntN(len(data))] ^= byte(1 + rnd.IntN(255))
		}
	case 2: // a header that tells of another size
		for i := 16; i < min(24, len(data)); i++ {
			data[i] = byte(rnd.IntN(256))
		}
	case 3: // a piece twice
		at, n := rnd.IntN(len(data)), rnd.IntN(4096)
		data = slices.Insert(data, at, data[at:min(len(data), at+n)]...)
	case 4: // nothing but noise behind the first bytes
		for i := 64; i < len(data); i++ {
			data[i] = byte(rnd.IntN(256))
		}
	case 5: // no picture
		return []byte(strings.Repeat("<html>", rnd.IntN(1000)+1))
	}
	return data
}

// slowSenders send a byte of a body a second, and say whether they were told
// that they are slow, or hung up on.
func slowSenders(address string, n int) (all []<-chan bool) {
	for range n {
		told := make(chan bool, 1)
		all = append(all, told)
		go func() {
			c, err := net.Dial("tcp", address)
			check(err)
			defer c.Close()
			fmt.Fprint(c, "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n")
			go func() {
				for range 60 {
					if _, err := io.WriteString(c, "x"); err != nil {
						return
					}
					time.Sleep(time.Second)
				}
			}()
			c.SetReadDeadline(time.Now().Add(50 * time.Second))
			b := make([]byte, 64)
			k, err := c.Read(b)
			told <- bytes.HasPrefix(b[:k], []byte("HTTP/1.1 408")) || bytes.HasPrefix(b[:k], []byte("HTTP/1.1 429")) || err == io.EOF
		}()
	}
	return all
}
