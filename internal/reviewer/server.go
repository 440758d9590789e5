package reviewer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"
)

// A Server is a biaoge review that runs.
type Server struct {
	Addresses []string // that it printed, one a reviewer
	cmd       *exec.Cmd
	errs      *lockedBuffer
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Serve starts biaoge review with arguments, for so many reviewers, and waits
// until it listens.
func Serve(biaoge string, reviewers int, args ...string) (*Server, error) {
	s := &Server{cmd: exec.Command(biaoge, append([]string{"review"}, args...)...), errs: new(lockedBuffer)}
	s.cmd.Stderr = s.errs
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for len(s.Addresses) < reviewers && lines.Scan() {
		if a, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
			s.Addresses = append(s.Addresses, a)
		}
	}
	if len(s.Addresses) < reviewers {
		s.Kill()
		return nil, fmt.Errorf("biaoge review: %s", s.errs)
	}
	go io.Copy(io.Discard, out)
	return s, nil
}

// Stderr is what it said.
func (s *Server) Stderr() string { return s.errs.String() }

// PID is its process.
func (s *Server) PID() int { return s.cmd.Process.Pid }

// Kill ends it without a word.
func (s *Server) Kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// Stop ends it in good order and returns its exit code.
func (s *Server) Stop() int {
	s.cmd.Process.Signal(syscall.SIGTERM)
	t := time.AfterFunc(time.Minute, func() { s.cmd.Process.Kill() })
	defer t.Stop()
	s.cmd.Wait()
	return s.cmd.ProcessState.ExitCode()
}

// At is the host and port it listens at.
func (s *Server) At() string {
	u, _ := url.Parse(s.Addresses[0])
	return u.Host
}

// A Client speaks to the server without a browser.
type Client struct {
	Base, Token string
	HTTP        *http.Client
}

// Client makes one of a reviewer.
func (s *Server) Client(reviewer int) *Client {
	u, _ := url.Parse(s.Addresses[reviewer])
	return &Client{"http://" + u.Host, u.Query().Get("token"), &http.Client{Timeout: 30 * time.Second}}
}

// Do asks and reads the JSON that comes back; it returns the code.
func (c *Client) Do(method, path string, body, into any) (int, error) {
	var in io.Reader
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			return 0, err
		}
		in = bytes.NewReader(b)
	}
	r, err := http.NewRequest(method, c.Base+path, in)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Authorization", "Bearer "+c.Token)
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := c.HTTP.Do(r)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil || into == nil {
		return res.StatusCode, err
	}
	if raw, ok := into.(*[]byte); ok {
		*raw = data
		return res.StatusCode, nil
	}
	if err := json.Unmarshal(data, into); err != nil {
		return res.StatusCode, fmt.Errorf("%s %s: %w: %.200s", method, path, err, data)
	}
	return res.StatusCode, nil
}

// A Question is what the server tells of one, as far as reviewing needs it.
type Question struct {
	ID, Mode, Kind, Key, Picture, Reading, Crop string
	Version, Page                               int
	Targets, Reasons                            []string
}

// Questions are the next ones of a reviewer.
func (c *Client) Questions(query string) (all []Question, left int, err error) {
	var got struct {
		Questions []Question
		Left      int
	}
	code, err := c.Do("GET", "/api/questions?"+query, nil, &got)
	if err == nil && code != http.StatusOK {
		err = fmt.Errorf("questions: %d", code)
	}
	return got.Questions, got.Left, err
}

// Build builds the program to be reviewed with.
func Build(dir string) (string, error) {
	exe := dir + "/biaoge"
	cmd := exec.Command("go", "build", "-o", exe, "github.com/biaoge/biaoge/cmd/biaoge")
	cmd.Stderr = os.Stderr
	return exe, cmd.Run()
}
