package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/biaoge/biaoge/internal/apitest"
	"github.com/biaoge/biaoge/internal/server"
)

// A service is biaoge serve, running. Every answer that a test gets of it is
// held against its own description.
type service struct {
	*bench
	cmd    *exec.Cmd
	url    string // http://ADDRESS
	client *http.Client
	stderr *bytes.Buffer
	ended  chan error
}

var description = sync.OnceValues(func() (*apitest.API, error) { return apitest.Read(server.OpenAPI()) })

// serve starts one with fake workers.
func serve(t *testing.T, flags ...string) *service {
	t.Helper()
	return serveWith(newBench(t), flags...)
}

// serveReal starts one with the real ones.
func serveReal(t *testing.T, flags ...string) *service {
	t.Helper()
	b := newBench(t)
	b.env = nil
	return serveWith(b, flags...)
}

func serveWith(b *bench, flags ...string) *service {
	b.Helper()
	return start(b, b.command(append([]string{"serve", "--listen", "127.0.0.1:0"}, flags...)...))
}

// serveHanded starts one that is handed a socket, as systemd does it: the
// variables name the process that they are for, which only the process itself
// can set before it becomes the service.
func serveHanded(b *bench, socket *os.File) *service {
	b.Helper()
	of := b.command("serve")
	cmd := exec.Command("bash", "-c", `LISTEN_PID=$$ LISTEN_FDS=1 exec -a biaoge "$0" serve`, of.Path)
	cmd.Env = of.Env
	cmd.ExtraFiles = []*os.File{socket}
	return start(b, cmd)
}

// start runs a service and waits until it takes requests.
func start(b *bench, cmd *exec.Cmd) *service {
	b.Helper()
	s := &service{bench: b, cmd: cmd, stderr: new(bytes.Buffer), ended: make(chan error, 1), client: &http.Client{Timeout: time.Minute}}
	s.cmd.Stderr = s.stderr
	out, err := s.cmd.StdoutPipe()
	b.must(err)
	b.must(s.cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if !ok {
		s.cmd.Wait()
		b.Fatalf("%q, %v\n%s", line, err, s.stderr)
	}
	go func() { s.ended <- s.cmd.Wait() }()
	b.Cleanup(func() {
		s.client.CloseIdleConnections()
		s.cmd.Process.Kill()
		<-s.ended
		if b.Failed() {
			b.Logf("%.4000s", s.stderr)
		}
	})
	s.url = url
	if path, ok := strings.CutPrefix(url, "http://unix:"); ok {
		s.url = "http://unix"
		s.client.Transport = &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		}}
	}
	return s
}

// An answer is what came back.
type answer struct {
	*http.Response
	body []byte
}

// problem is what the answer is, if it is one.
func (a *answer) problem() (p server.Problem) {
	json.Unmarshal(a.body, &p)
	return p
}

// send sends a request and checks the answer.
func (s *service) send(r *http.Request) *answer {
	s.Helper()
	a, err := s.try(r)
	s.must(err)
	return a
}

func (s *service) try(r *http.Request) (*answer, error) {
	s.Helper()
	resp, err := s.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	api, err := description()
	if err != nil {
		return nil, err
	}
	if err := api.Check(r, resp, body); err != nil {
		s.Error(err)
	}
	return &answer{resp, body}, nil
}

func (s *service) request(method, path string, body io.Reader, headers ...string) *http.Request {
	s.Helper()
	r, err := http.NewRequest(method, s.url+path, body)
	s.must(err)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func (s *service) get(path string, headers ...string) *answer {
	s.Helper()
	return s.send(s.request("GET", path, nil, headers...))
}

func (s *service) post(path string, body []byte, headers ...string) *answer {
	s.Helper()
	return s.send(s.request("POST", path, bytes.NewReader(body), headers...))
}

// read sends a fake picture.
func (s *service) read(p fakePicture, headers ...string) *answer {
	s.Helper()
	return s.post("/v1/extract", p.bytes(), headers...)
}

// background sends a request and returns where its answer will be.
func (s *service) background(r *http.Request) <-chan *answer {
	done := make(chan *answer, 1)
	go func() {
		a, err := s.try(r)
		if err != nil {
			s.Error(err)
			a = &answer{Response: &http.Response{Header: http.Header{}}}
		}
		done <- a
	}()
	return done
}

// metric is a metric's value, by name and labels as Prometheus writes them.
func (s *service) metric(name string) float64 {
	s.Helper()
	for line := range strings.Lines(string(s.get("/metrics").body)) {
		if v, ok := strings.CutPrefix(line, name+" "); ok {
			n, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
			s.must(err)
			return n
		}
	}
	return 0
}

// eventually waits until something holds.
func (s *service) eventually(what string, holds func() bool) {
	s.Helper()
	for until := time.Now().Add(20 * time.Second); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(until) {
			s.Fatalf("%s: not within 20 s", what)
		}
	}
}

// children are the process ids of the workers.
func (s *service) children() (pids []int) {
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", s.cmd.Process.Pid))
	for _, name := range tasks {
		text, _ := os.ReadFile(name)
		for f := range strings.FieldsSeq(string(text)) {
			pid, err := strconv.Atoi(f)
			s.must(err)
			pids = append(pids, pid)
		}
	}
	return pids
}

// end tells the service to end and wants an exit code.
func (s *service) end(want exitCode) {
	s.Helper()
	s.must(s.cmd.Process.Signal(syscall.SIGTERM))
	s.wait(want)
}

func (s *service) wait(want exitCode) {
	s.Helper()
	err := <-s.ended
	s.ended <- err
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		s.Fatal(err)
	}
	if got := exitCode(s.cmd.ProcessState.ExitCode()); got != want {
		s.Fatalf("exit code %d, want %d\n%s", got, want, s.stderr)
	}
}

// upload makes a multipart body of files: name, bytes, name, bytes…
func upload(files ...any) (body []byte, contentType string) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, _ := m.CreateFormFile("picture", files[i].(string))
		w.Write(files[i+1].([]byte))
	}
	m.Close()
	return b.Bytes(), m.FormDataContentType()
}
