package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A service is biaoge serve, running, and what its log says of requests.
type service struct {
	cmd    *exec.Cmd
	url    string
	client *http.Client

	mu    sync.Mutex
	lines map[string]logLine // by request id
	over  chan struct{}
}

// A logLine is what the log says of a request.
type logLine struct {
	ID      string  `json:"request_id"`
	Msg     string  `json:"msg"`
	Read    float64 `json:"read_ms"`
	Wait    float64 `json:"wait_ms"`
	Receive float64 `json:"receive_ms"`
}

func start(flags ...string) *service {
	s := &service{lines: make(map[string]logLine), over: make(chan struct{})}
	s.client = &http.Client{Timeout: 5 * time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 1000}}
	s.cmd = exec.Command(*program, append([]string{"serve", "--listen", "127.0.0.1:0", "--log", "json"}, flags...)...)
	out, err := s.cmd.StdoutPipe()
	check(err)
	said, err := s.cmd.StderrPipe()
	check(err)
	check(s.cmd.Start())
	go s.follow(said)
	line, err := bufio.NewReader(out).ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if !ok {
		log.Fatalf("the service does not start: %q %v", line, err)
	}
	s.url = url
	return s
}

// follow keeps what the log says of requests that were read.
func (s *service) follow(said io.Reader) {
	defer close(s.over)
	in := bufio.NewScanner(said)
	for in.Scan() {
		var l logLine
		if json.Unmarshal(in.Bytes(), &l) == nil && l.Msg == "request" && l.Read > 0 {
			s.mu.Lock()
			s.lines[l.ID] = l
			s.mu.Unlock()
		}
	}
}

// end ends the service, which must end well.
func (s *service) end() {
	s.client.CloseIdleConnections()
	check(s.cmd.Process.Signal(syscall.SIGTERM))
	<-s.over
	if err := s.cmd.Wait(); err != nil {
		verdict(false, "the service ended with %v", err)
	}
}

// An answer is what came back, and after how long.
type answer struct {
	status int
	body   []byte
	took   time.Duration
	err    error
}

// send sends a picture, and waits for the answer in the format given.
func (s *service) send(data []byte, id, accept string) answer {
	return s.sendTo("/v1/extract", data, id, accept)
}

// sendTo does so to a route.
func (s *service) sendTo(route string, data []byte, id, accept string) (a answer) {
	req, err := http.NewRequest("POST", s.url+route, bytes.NewReader(data))
	check(err)
	req.Header.Set("Accept", accept)
	req.Header.Set("X-Request-Id", id)
	begun := time.Now()
	resp, err := s.client.Do(req)
	if err != nil {
		return answer{err: err}
	}
	defer resp.Body.Close()
	a.body, a.err = io.ReadAll(resp.Body)
	a.status, a.took = resp.StatusCode, time.Since(begun)
	return a
}

// logged is what the log says of a request, once it does.
func (s *service) logged(id string) (logLine, bool) {
	for range 200 {
		s.mu.Lock()
		l, ok := s.lines[id]
		s.mu.Unlock()
		if ok {
			return l, true
		}
		time.Sleep(time.Millisecond)
	}
	return logLine{}, false
}

// memory is what the service itself has, without its workers, in MB.
func (s *service) memory() float64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", s.cmd.Process.Pid))
	check(err)
	pages, err := strconv.ParseFloat(strings.Fields(string(text))[1], 64)
	check(err)
	return pages * float64(os.Getpagesize()) / 1e6
}

// children are the process ids of the workers.
func (s *service) children() (pids []int) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", s.cmd.Process.Pid))
	for _, name := range tasks {
		text, _ := os.ReadFile(name)
		for f := range strings.FieldsSeq(string(text)) {
			if pid, err := strconv.Atoi(f); err == nil {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

// health asks whether the service is alive, and says how long that took.
func (s *service) health() (time.Duration, error) {
	begun := time.Now()
	resp, err := s.client.Get(s.url + "/healthz")
	if err != nil {
		return 0, err
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s", resp.Status)
	}
	return time.Since(begun), nil
}
