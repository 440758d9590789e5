package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// idle opens connections by the thousand that say nothing, or one byte a
// second, three times: the service answers others meanwhile, and the last time
// leaves it no larger than the first.
func idle() {
	most := count(10_000)
	all := load()
	s := start()
	if a := s.send(all[0].data, "idle", "application/json"); a.status != 200 {
		verdict(false, "%d %.200s %v", a.status, a.body, a.err)
	}
	fmt.Printf("memory of the service before: %.0f MB\n", s.memory())
	var after [3]float64
	for round := range after {
		during := s.crowd(all[0], most, round)
		after[round] = s.rested()
		fmt.Printf("memory of the service: %.0f MB at most, %.0f MB afterwards\n", during, after[round])
	}
	verdict(after[2] <= 1.1*after[0], "the third time leaves %.2f times the memory of the first (wanted: 1.1)", after[2]/after[0])
	s.end()
	end()
}

// crowd opens so many connections, every tenth of which sends a request, a byte
// a second, and says how much memory the service had at most.
func (s *service) crowd(p pic, most, round int) (during float64) {
	address := strings.TrimPrefix(s.url, "http://")
	var open []net.Conn
	for i := range most {
		c, err := net.DialTimeout("tcp", address, 10*time.Second)
		if err != nil {
			verdict(false, "connection %d: %v", i, err)
			break
		}
		open = append(open, c)
	}
	fmt.Printf("%d connections are open\n", len(open))
	const slow = "POST /v1/extract HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n"
	var health times
	for second := range 15 {
		for i := 0; i < len(open); i += 10 {
			io.WriteString(open[i], slow[second:second+1])
		}
		for range 10 {
			took, err := s.health()
			if err != nil {
				verdict(false, "/healthz: %v", err)
				continue
			}
			health = append(health, took)
			time.Sleep(90 * time.Millisecond)
		}
		during = max(during, s.memory())
		if second == 5 {
			a := s.send(p.salted(100+round), "meanwhile", "application/json")
			verdict(a.status == 200, "a picture meanwhile: %d in %s", a.status, ms(a.took))
		}
	}
	closed := 0
	for _, c := range open {
		c.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
		var ne net.Error
		if _, err := c.Read(make([]byte, 1)); !errors.As(err, &ne) || !ne.Timeout() { // told so, or hung up on
			closed++
		}
		c.Close()
	}
	verdict(closed == len(open), "the service closed %d of them by itself", closed)
	verdict(health.at(99) <= 20*time.Millisecond, "/healthz: %s at the median, %s at 99 %% (wanted: 20 ms)", ms(health.at(50)), ms(health.at(99)))
	a := s.send(p.salted(200+round), "afterwards", "application/json")
	verdict(a.status == 200, "a picture afterwards: %d", a.status)
	return during
}
