package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptrace"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// overload sends ten times more than the service can read, for a minute, and
// then as many requests as make ten thousand.
func overload() {
	all := load()
	most := count(10_000)
	batch := batchRate(all)
	fmt.Printf("biaoge batch reads %.2f pictures a second\n", batch)
	s := start()
	o := &overloaded{service: s, all: all}
	stop := make(chan struct{})
	var health times
	var watch sync.WaitGroup
	watch.Go(func() { health = o.watch(stop) })

	begun := time.Now()
	o.offer(10*batch, func() bool { return time.Since(begun) >= time.Duration(*seconds)*time.Second })
	took := time.Since(begun)
	o.callers.Wait()
	done, refused := o.done.Load(), o.refused.Load()
	read := float64(o.doneBy(begun.Add(took))) / took.Seconds()
	fmt.Printf("%d requests in %v: %d read, %d told 429, %d others\n", o.sent.Load(), took.Round(time.Second), done, refused, o.others.Load())
	verdict(o.others.Load() == 0, "every request is read or told 429")
	verdict(o.told.at(95) <= 50*time.Millisecond, "429 after the header: %s at the median, %s at 95 %% (wanted: 50 ms)", ms(o.told.at(50)), ms(o.told.at(95)))
	verdict(read >= 0.95*batch, "%.2f pictures a second are read, %.2f times a batch's (wanted: 0.95)", read, read/batch)

	// On to ten thousand requests, most of which are refused.
	o.offer(300, func() bool { return o.sent.Load() >= int64(most) })
	o.callers.Wait()
	close(stop)
	watch.Wait()
	verdict(health.at(99) <= 20*time.Millisecond, "/healthz: %s at the median, %s at 99 %% (wanted: 20 ms)", ms(health.at(50)), ms(health.at(99)))
	first, last := o.memoryAt(1000), s.memory()
	verdict(last <= 1.1*first, "memory of the service: %.0f MB at request 1,000, %.0f MB at %d (wanted: within 10 %%)", first, last, o.sent.Load())
	s.end()
	end()
}

// end ends the program with 1 where something was missed.
func end() {
	if missed > 0 {
		log.Fatalf("%d figures were missed", missed)
	}
}

// batchRate is how many pictures a second biaoge batch reads, of some 30 s of
// work.
func batchRate(all []pic) float64 {
	dir, err := os.MkdirTemp("", "load")
	check(err)
	defer os.RemoveAll(dir)
	in, out := filepath.Join(dir, "in"), filepath.Join(dir, "out")
	check(os.Mkdir(in, 0o777))
	const copies = 2
	for i := range copies * len(all) {
		p := all[i%len(all)]
		check(os.MkdirAll(filepath.Join(in, fmt.Sprint(i)), 0o777)) // none is the rest of another
		check(os.WriteFile(filepath.Join(in, fmt.Sprint(i), filepath.Base(p.name)), p.salted(i), 0o666))
	}
	cmd := exec.Command(*program, "batch", in, out)
	if text, err := cmd.CombinedOutput(); err != nil && cmd.ProcessState.ExitCode() != 6 {
		log.Fatalf("biaoge batch: %v\n%s", err, text)
	}
	var summary struct {
		Run struct {
			Rate float64 `json:"pictures_per_second"`
		}
	}
	text, err := os.ReadFile(filepath.Join(out, "summary.json"))
	check(err)
	check(json.Unmarshal(text, &summary))
	if summary.Run.Rate <= 0 {
		log.Fatalf("biaoge batch tells no rate: %s", text)
	}
	return summary.Run.Rate
}

// An overloaded service, and what became of requests.
type overloaded struct {
	*service
	all                         []pic
	callers                     sync.WaitGroup
	sent, done, refused, others atomic.Int64

	mu     sync.Mutex
	told   times // from a request's header to the beginning of its 429
	ends   []time.Time
	memory []float64 // by thousands of requests
}

// offer sends so many requests a second until it is enough.
func (o *overloaded) offer(perSecond float64, enough func() bool) {
	t := time.NewTicker(time.Duration(float64(time.Second) / perSecond))
	defer t.Stop()
	for !enough() {
		<-t.C
		i := int(o.sent.Add(1))
		if i%1000 == 0 {
			o.mu.Lock()
			o.memory = append(o.memory, o.service.memory())
			o.mu.Unlock()
		}
		o.callers.Go(func() { o.one(i) })
	}
}

// memoryAt is the memory of the service when so many requests had been sent.
func (o *overloaded) memoryAt(i int) float64 {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.memory) < i/1000 {
		return 0
	}
	return o.memory[i/1000-1]
}

// doneBy is how many requests had been read by then.
func (o *overloaded) doneBy(t time.Time) (n int) {
	for _, e := range o.ends {
		if e.Before(t) {
			n++
		}
	}
	return n
}

func (o *overloaded) one(i int) {
	var wrote, first time.Time
	trace := &httptrace.ClientTrace{
		WroteHeaders:         func() { wrote = time.Now() },
		GotFirstResponseByte: func() { first = time.Now() },
	}
	req, err := http.NewRequest("POST", o.url+"/v1/extract", bytes.NewReader(o.all[i%len(o.all)].salted(i)))
	check(err)
	resp, err := o.client.Do(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	if err != nil {
		fmt.Println(err)
		o.others.Add(1)
		return
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
	o.mu.Lock()
	defer o.mu.Unlock()
	switch resp.StatusCode {
	case http.StatusOK:
		o.done.Add(1)
		o.ends = append(o.ends, time.Now())
	case http.StatusTooManyRequests:
		o.refused.Add(1)
		o.told = append(o.told, first.Sub(wrote))
	default:
		fmt.Println(resp.Status)
		o.others.Add(1)
	}
}

// watch asks for the health of the service, twenty times a second.
func (o *overloaded) watch(stop <-chan struct{}) (all times) {
	for {
		select {
		case <-stop:
			return all
		case <-time.After(50 * time.Millisecond):
		}
		took, err := o.health()
		if err != nil {
			verdict(false, "/healthz: %v", err)
			continue
		}
		all = append(all, took)
	}
}
