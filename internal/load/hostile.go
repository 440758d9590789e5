package main

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"time"
)

// hostile sends pictures that are cut short, changed, or none, each as the body
// and as a part, while others send a byte a second: each is answered, the
// service is alive afterwards and reads as before.
func hostile() {
	all := load()
	want := extracted(all)
	s := start("--timeout", "30s", "--memory", "600")
	before := s.memory()
	slow := slowSenders(strings.TrimPrefix(s.url, "http://"), 20)
	rnd := rand.New(rand.NewPCG(3, 4))
	statuses := make(map[int]int)
	most := count(300)
	for i := range most {
		p := all[rnd.IntN(len(all))]
		a := s.send(spoil(rnd, p.data), fmt.Sprint("hostile-", i), "application/json")
		if a.err != nil {
			verdict(false, "%s: %v", p.name, a.err)
		}
		statuses[a.status]++
	}
	fmt.Printf("%d spoiled pictures, by status: %v\n", most, statuses)
	verdict(statuses[500]+statuses[503]+statuses[0] == 0, "each is a document or a problem of its own")
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
	fmt.Printf("memory of the service: %.0f MB before, %.0f MB afterwards\n", before, s.memory())
	s.end()
	end()
}

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
