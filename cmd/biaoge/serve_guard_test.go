package main

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Over a loopback address a page of the web gets nothing: neither under a name
// of its own that it points at this machine, nor from another origin.
func TestAPageOfTheWebGetsNothingOverLoopback(t *testing.T) {
	s := serve(t)
	picture := form("1", 0).bytes()
	for _, c := range []struct {
		host, origin, site string
		want               int
	}{
		{"", "", "", 200},
		{"localhost", "", "", 200},
		{"LOCALHOST:8642", "", "", 200},
		{"127.0.0.2:1", "", "", 200},
		{"[::1]:8642", "", "", 200},
		{"evil.example", "", "", 403},
		{"localhost.evil.example", "", "", 403},
		{"127.0.0.1.evil.example:8642", "", "", 403},
		{"192.168.0.1", "", "", 403},
		{"", "http://evil.example", "", 403},
		{"", "null", "", 403},
		{"", "http://evil.example", "cross-site", 403},
		{"", "", "cross-site", 403},
		{"localhost", "http://localhost", "same-origin", 200},
	} {
		r := s.request("POST", "/v1/extract", bytes.NewReader(picture))
		r.Host = c.host
		for name, value := range map[string]string{"Origin": c.origin, "Sec-Fetch-Site": c.site} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		if a := s.send(r); a.StatusCode != c.want || c.want == 403 && a.problem().Kind != "forbidden" {
			t.Errorf("%+v: %d %s", c, a.StatusCode, a.body)
		}
	}
	r := s.request("GET", "/healthz", nil)
	r.Host = "evil.example"
	if a := s.send(r); a.StatusCode != 403 {
		t.Errorf("/healthz under a foreign name: %d", a.StatusCode)
	}
}

// With a token every route wants it but those that tell whether the service
// lives. The file is made, for its owner alone, and the token never told.
func TestEveryRouteWantsTheTokenButLiveness(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	s := serve(t, "--listen", "0.0.0.0:0", "--token-file", file)
	_, port, err := net.SplitHostPort(strings.TrimPrefix(s.url, "http://"))
	s.must(err)
	s.url = "http://127.0.0.1:" + port
	info, err := os.Stat(file)
	s.must(err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode is %v", info.Mode())
	}
	text, err := os.ReadFile(file)
	s.must(err)
	token := strings.TrimSpace(string(text))
	if len(token) < 32 || strings.Contains(s.stderr.String(), token) || !strings.Contains(s.stderr.String(), file) {
		t.Errorf("token of %d characters; the log: %s", len(token), s.stderr)
	}
	for _, path := range []string{"/v1/extract", "/v1/report", "/v1/probe", "/v1/jobs", "/v1/jobs/0", "/v1/jobs/0/result", "/v1/forms", "/v1/schema", "/openapi.json", "/version", "/metrics", "/nowhere", "/"} {
		for _, shown := range []string{"", "Bearer", "Bearer ", "Bearer wrong", "Basic " + token, token, "Bearer " + token[1:], "Bearer " + token + "x"} {
			r := s.request("GET", path, nil)
			if shown != "" {
				r.Header.Set("Authorization", shown)
			}
			if a := s.send(r); a.StatusCode != 401 || a.Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s with %q: %d", path, shown, a.StatusCode)
			}
		}
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if a := s.get(path); a.StatusCode != 200 {
			t.Errorf("%s: %d", path, a.StatusCode)
		}
	}
	// Under any name: that is what the token is for.
	r := s.request("POST", "/v1/extract", bytes.NewReader(form("1", 0).bytes()), "Authorization", "bearer "+token)
	r.Host = "biaoge.example"
	if a := s.send(r); valueIn(a) != "1" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	// Whether it is ready anybody may ask, as a container's health check does.
	s.run(exitOK, s.command("serve", "--listen", "0.0.0.0:"+port, "--check"))
	s.end(exitOK)
	_, said := s.run(exitFailure, s.command("serve", "--listen", "0.0.0.0:"+port, "--check"))
	if !strings.Contains(said, "nothing answers at localhost:"+port) {
		t.Error(said)
	}

	again := serve(t, "--token-file", file)
	if a := again.get("/version"); a.StatusCode != 401 {
		t.Errorf("on loopback, with a token file: %d", a.StatusCode)
	}
	if a := again.get("/version", "Authorization", "Bearer "+token); a.StatusCode != 200 {
		t.Errorf("the same token again: %d", a.StatusCode)
	}
}

// Over a Unix socket the file's mode says who may ask: neither token nor Host is
// looked at. What a killed service left is no obstacle.
func TestTheModeOfAUnixSocketSaysWhoMayAsk(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "biaoge.sock")
	s := serve(t, "--listen", "unix:"+path, "--token-file", filepath.Join(dir, "token"))
	info, err := os.Stat(path)
	s.must(err)
	if info.Mode().Perm() != 0o660 {
		t.Errorf("the socket's mode is %v", info.Mode())
	}
	if a := s.read(form("1", 0)); valueIn(a) != "1" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	_, said := s.run(exitFailure, s.command("serve", "--listen", "unix:"+path))
	if !strings.Contains(said, "another service listens there") {
		t.Error(said)
	}
	s.must(s.cmd.Process.Kill())
	err = <-s.ended
	s.ended <- err
	if a := serve(t, "--listen", "unix:"+path).get("/readyz"); a.StatusCode != 200 {
		t.Errorf("after a kill: %d", a.StatusCode)
	}
}

// A socket that systemd hands over is served as one of the service's own.
func TestASocketOfSystemdIsServed(t *testing.T) {
	b := newBench(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	b.must(err)
	file, err := l.(*net.TCPListener).File()
	b.must(err)
	b.must(l.Close())
	s := serveHanded(b, file)
	if s.url != "http://"+l.Addr().String() {
		t.Errorf("%s, want %s", s.url, l.Addr())
	}
	if a := s.read(form("1", 0)); valueIn(a) != "1" {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	r := s.request("GET", "/version", nil)
	r.Host = "evil.example"
	if a := s.send(r); a.StatusCode != 403 {
		t.Errorf("under a foreign name: %d", a.StatusCode)
	}
	s.end(exitOK)
}

// A request keeps its names, in the answer and in every line of the log.
func TestServeNames(t *testing.T) {
	s := serve(t, "--log", "json")
	const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	a := s.read(fakePicture{Do: "damaged"}, "X-Request-Id", "ours-1", "Traceparent", trace)
	if a.Header.Get("X-Request-Id") != "ours-1" || a.problem().RequestID != "ours-1" || !strings.HasPrefix(a.Header.Get("Traceparent"), trace[:36]) {
		t.Errorf("%v %s", a.Header, a.body)
	}
	bad := s.read(form("1", 0), "X-Request-Id", "two words", "Traceparent", "00-"+strings.Repeat("0", 32)+"-b7ad6b7169203331-01")
	if id := bad.Header.Get("X-Request-Id"); len(id) != 32 {
		t.Errorf("X-Request-Id: %q", id)
	}
	s.end(exitOK)
	if log := s.stderr.String(); !strings.Contains(log, `"request_id":"ours-1","trace_id":"0af7651916cd43dd8448eb211c80319c"`) || strings.Contains(log, "two words") {
		t.Error(log)
	}
}

// Where something is not installed, it ends with the code that says so.
func TestServeEndsWithItsCodeWithoutADependency(t *testing.T) {
	b := newBench(t)
	b.env = []string{fakeWorkers + "=missing"}
	_, said := b.run(exitDependency, b.command("serve", "--listen", "127.0.0.1:0"))
	if !strings.Contains(said, "chi_sim") {
		t.Error(said)
	}
}
