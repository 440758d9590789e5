package reviewer

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// post sends an answer and returns the code and what came back.
func post(t *testing.T, c *Client, body map[string]any) (int, map[string]any) {
	t.Helper()
	var got map[string]any
	code, err := c.Do("POST", "/api/answers", body, &got)
	if err != nil {
		t.Fatal(err)
	}
	return code, got
}

// ask gives what waits, once the questions have been made.
func ask(t *testing.T, c *Client) []Question {
	t.Helper()
	for {
		var p struct{ Indexing bool }
		if _, err := c.Do("GET", "/api/progress", nil, &p); err != nil {
			t.Fatal(err)
		}
		if !p.Indexing {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	all, _, err := c.Questions("limit=50")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// command runs the program and returns its code and what it printed.
func command(t *testing.T, args ...string) (int, string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	out, err := cmd.CombinedOutput()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

// The same answer twice is one; another one to a version that is past is none.
func TestAnAnswerToAVersionThatIsPastIsNone(t *testing.T) {
	k := Keys()
	_, s := serve(t, []Sheet{doubt("a/1.png", map[string]Value{k[5]: unclear("3"), k[9]: sure("3")})}, 2, "--reviewer", "Li", "--reviewer", "Wang")
	li, wang := s.Client(0), s.Client(1)
	q := ask(t, li)[0]
	if q.Version != 1 || q.Mode != "confirm" || q.Kind != "value" || q.Key != k[5] || q.Picture != "a/1.png" || q.Page != 1 || q.Reading != "3" || len(q.Targets) != 1 || len(q.Reasons) != 1 {
		t.Errorf("%+v", q)
	}
	body := map[string]any{"id": "5b1c6a8e-0000-4000-8000-000000000001", "question": q.ID, "version": 1, "mode": "confirm", "shown": "3", "answer": map[string]any{"raw": "3"}, "ms": 900}
	for range 2 {
		if code, got := post(t, li, body); code != 200 || got["version"] != 2.0 || got["left"] != 0.0 {
			t.Errorf("%d %v", code, got)
		}
	}
	code, got := post(t, wang, map[string]any{"question": q.ID, "version": 1, "mode": "key", "shown": "", "answer": map[string]any{"raw": "8"}, "ms": 1})
	if code != 409 || got["version"] != 2.0 || got["theirs"].(map[string]any)["raw"] != "3" || got["yours"].(map[string]any)["raw"] != "8" {
		t.Errorf("%d %v", code, got)
	}
	var undone map[string]any
	for range 2 {
		if code, err := li.Do("POST", "/api/undo", map[string]any{"id": body["id"]}, &undone); code != 200 || err != nil || undone["left"] != 1.0 {
			t.Errorf("undo: %d %v %v", code, undone, err)
		}
	}
	if code, err := wang.Do("POST", "/api/undo", map[string]any{"id": body["id"]}, nil); code != 404 || err != nil {
		t.Errorf("another's answer was taken back: %d %v", code, err)
	}
	for name, bad := range map[string]any{"nothing": map[string]any{}, "two": map[string]any{"blank": true, "raw": "3"}, "a table": map[string]any{"form": nil, "rows": 0, "cols": 0, "cells": []any{}},
		"control characters": map[string]any{"raw": "3\x00"}, "a stranger": map[string]any{"raw": "3", "except": []string{"99"}}} {
		if code, _ := post(t, li, map[string]any{"question": q.ID, "version": 3, "mode": "confirm", "shown": "3", "answer": bad, "ms": 1}); code != 400 {
			t.Errorf("%s: %d", name, code)
		}
	}
}

// With --agree 2 nobody sees what another one said, two must say the same, and
// a third decides.
func TestTwoReviewersMustSayTheSame(t *testing.T) {
	k := Keys()
	f, s := serve(t, []Sheet{doubt("a/1.png", map[string]Value{k[5]: doubtful("3", "3"), k[9]: sure("3")})}, 3, "--agree", "2", "--known", "1", "--reviewer", "Li", "--reviewer", "Wang", "--reviewer", "Zhao")
	say := func(c *Client, raw string, left float64) {
		t.Helper()
		q := ask(t, c)[0]
		if q.Version != 1 {
			t.Errorf("another's answer shows in the version: %d", q.Version)
		}
		if code, got := post(t, c, map[string]any{"question": q.ID, "version": 1, "mode": "key", "shown": "", "answer": map[string]any{"raw": raw}, "ms": 1}); code != 200 || got["left"] != left {
			t.Errorf("%s: %d %v", raw, code, got)
		}
	}
	say(s.Client(0), "8", 0)
	// Said again in another tab: the person's own word is what was said before.
	if code, got := post(t, s.Client(0), map[string]any{"question": "1", "version": 1, "mode": "key", "shown": "", "answer": map[string]any{"raw": "9"}, "ms": 1}); code != 409 || fmt.Sprint(got["theirs"]) != "map[raw:8]" {
		t.Errorf("said twice: %d %v", code, got)
	}
	say(s.Client(1), "3", 0)
	if len(corrections(t, f)) != 0 {
		t.Error("two that differ settled it")
	}
	if _, out := command(t, "review", "--status", f.Out); !strings.Contains(out, "differing") {
		t.Errorf("status: %s", out)
	}
	say(s.Client(2), "3", 1) // a known one is asked again
	if got := corrections(t, f)["a/1.png "+k[5]]; got != "3" {
		t.Errorf("settled as %q", got)
	}
	again := ask(t, s.Client(0))
	if len(again) != 1 || again[0].Mode != "key" {
		t.Fatalf("two keyed it alike: it is asked again: %+v", again)
	}
	post(t, s.Client(0), map[string]any{"question": again[0].ID, "version": again[0].Version, "mode": "key", "shown": "", "answer": map[string]any{"raw": "8"}, "ms": 1})
	var p struct {
		Errors struct{ N, Wrong int }
	}
	if _, err := s.Client(0).Do("GET", "/api/progress", nil, &p); err != nil || p.Errors.N != 1 || p.Errors.Wrong != 1 {
		t.Errorf("Li's errors: %+v %v", p, err)
	}
	if got := corrections(t, f)["a/1.png "+k[5]]; got != "3" {
		t.Errorf("a known cell changed what was settled: %q", got)
	}
}

// When all flags are answered, the results say so, and the batch ends with 0.
func TestTheBatchEndsWellWhenAllIsAnswered(t *testing.T) {
	k := Keys()
	f, s := serve(t, []Sheet{
		doubt("a/1.png", map[string]Value{k[5]: doubtful("3", "8"), k[6]: unclear("4"), k[9]: sure("7")}),
		doubt("b/22.png", map[string]Value{k[0]: doubtful("=1", "=1")}),
	}, 1, "--reviewer", "=Li", "--audit", "0")
	if code, out := command(t, "batch", "--results-only", f.In, f.Out); code != 6 {
		t.Errorf("code %d while flags are open: %s", code, out)
	}
	c := s.Client(0)
	for _, q := range ask(t, c) {
		answer := map[string]any{"raw": map[string]string{k[5]: "3", k[6]: "4"}[q.Key]}
		if q.Key == k[0] {
			answer = map[string]any{"unreadable": true}
		}
		if code, got := post(t, c, map[string]any{"question": q.ID, "version": 1, "mode": q.Mode, "shown": "", "answer": answer, "ms": 5}); code != 200 {
			t.Fatal(got)
		}
	}
	if code := s.Stop(); code != 0 {
		t.Errorf("SIGTERM: code %d: %s", code, s.Stderr())
	}
	records, err := os.ReadFile(filepath.Join(f.Out, "records.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		",reasons,codes,source,reviewer,machine_raw\r\n",
		"a/1.png,1,1," + FormID + "," + k[5] + "," + k[5] + ",3,3,,1,false,,,person,'=Li,8\r\n",
		"b/22.png,1,1," + FormID + "," + k[0] + "," + k[0] + ",\uFFFD,,,0.5,true,",
		",machine,,0\r\n",
	} {
		if !strings.Contains(string(records), want) {
			t.Errorf("records.csv lacks %q:\n%s", want, records)
		}
	}
	reports, _ := os.ReadFile(filepath.Join(f.Out, "reports.csv"))
	if !strings.Contains(string(reports), "a,1,0,0,0,0,0,") { // nothing to review, no sum that fails
		t.Errorf("reports.csv: %s", reports)
	}
	if code, out := command(t, "batch", "--results-only", f.In, f.Out); code != 0 {
		t.Errorf("code %d when all flags are answered: %s", code, out)
	}
	if _, out := command(t, "status", f.Out); strings.Contains(out, "to review") {
		t.Errorf("status: %s", out)
	}
	// What was answered is the user's own truth, and another review's.
	truth := filepath.Join(t.TempDir(), "truth.jsonl")
	if code, out := command(t, "review", "--export", "truth.jsonl", "-o", truth, f.Out); code != 0 {
		t.Fatal(out)
	}
	docs := filepath.Join(t.TempDir(), "docs.jsonl")
	one, _ := os.ReadFile(filepath.Join(f.Out, "documents/a/1.png.json"))
	os.WriteFile(docs, one, 0o666)
	if code, out := command(t, "evaluate", "--rows-only", truth, docs); code != 0 || !regexp.MustCompile(`(?m)^.*\b2\b.*$`).MatchString(out) {
		t.Errorf("evaluate: %d %s", code, out)
	}
	other, err := MakeFolder(t.TempDir(), []Sheet{doubt("x/9.png", map[string]Value{k[5]: doubtful("3", "8"), k[6]: unclear("4"), k[9]: sure("7")})})
	if err != nil {
		t.Fatal(err)
	}
	_, out := command(t, "review", "--import", truth, other.Out)
	if !strings.HasPrefix(out, "2 answers taken over") {
		t.Errorf("import: %s", out)
	}
	expect(t, other, map[string]string{"x/9.png " + k[5]: "3", "x/9.png " + k[6]: "4"})
	lines := t.TempDir()
	if code, out := command(t, "review", "--export", "lines", "-o", lines, f.Out); code != 0 {
		t.Error(out)
	}
	if text, err := os.ReadFile(filepath.Join(lines, "000001.gt.txt")); err != nil || string(text) != "3\n" {
		t.Errorf("lines: %q %v", text, err)
	}
}

// Who has no token, another name or comes from another page, is refused, and
// every answer has the same headers.
func TestWhoMayNotAskIsRefused(t *testing.T) {
	k := Keys()
	f, s := serve(t, []Sheet{doubt("a/1.png", map[string]Value{k[5]: unclear("3"), k[9]: sure("3")})}, 1)
	if info, err := os.Stat(filepath.Join(f.Out, "review.sqlite")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("review.sqlite: %v %v", info, err)
	}
	c := s.Client(0)
	ask(t, c)
	if !regexp.MustCompile(`^[A-Za-z0-9_-]{22,}$`).MatchString(c.Token) {
		t.Errorf("token %s", c.Token)
	}
	for _, r := range []struct {
		method, path, token, host, origin string
		code                              int
	}{
		{"GET", "/?token=" + c.Token, "", "", "", 200},
		{"GET", "/main.js", "", "", "", 200},
		{"GET", "/style.css", "", "", "", 200},
		{"GET", "/api/questions", "", "", "", 401},
		{"GET", "/api/questions", "wrong", "", "", 401},
		{"GET", "/api/questions?token=" + c.Token, "", "", "", 401},
		{"GET", "/api/progress", c.Token, "", "", 200},
		{"GET", "/api/crops/1.png", "", "", "", 401},
		{"GET", "/api/crops/1.png", c.Token, "", "", 200},
		{"GET", "/api/crops/99.png", c.Token, "", "", 404},
		{"GET", "/api/crops/..%2f..%2freview.sqlite", c.Token, "", "", 404},
		{"GET", "/nothing", "", "", "", 401},
		{"GET", "/nothing", c.Token, "", "", 404},
		{"GET", "/../review.sqlite", "", "", "", 401},
		{"POST", "/api/answers", c.Token, "", "", 400},
		{"GET", "/api/progress", c.Token, "evil.example", "", 403},
		{"GET", "/?token=" + c.Token, "", "evil.example:80", "", 403},
		{"GET", "/api/progress", c.Token, "localhost", "", 200},
		{"GET", "/api/progress", c.Token, "", "https://evil.example", 403},
		{"GET", "/api/progress", c.Token, "", "null", 403},
		{"POST", "/api/answers", c.Token, "", "http://evil.example", 403},
		{"GET", "/api/progress", c.Token, "", "http://" + s.At(), 200},
	} {
		req, err := http.NewRequest(r.method, c.Base+r.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = r.host
		if r.token != "" {
			req.Header.Set("Authorization", "Bearer "+r.token)
		}
		if r.origin != "" {
			req.Header.Set("Origin", r.origin)
		}
		res, err := c.HTTP.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		h := res.Header
		if res.StatusCode != r.code {
			t.Errorf("%+v: %d", r, res.StatusCode)
		}
		policy := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none';") || strings.Contains(policy, "unsafe") || h.Get("Referrer-Policy") != "no-referrer" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "no-store" || len(h.Values("Set-Cookie")) > 0 {
			t.Errorf("%+v: headers %v", r, h)
		}
	}
	page, _ := os.ReadFile("../review/page/index.html")
	if regexp.MustCompile(`(?i)\son\w+=|style=|<style|<script>|https?://`).Match(page) {
		t.Error("the page has something inline, or loads from elsewhere")
	}
}

// A second review of a folder is refused; answers may be looked at meanwhile.
func TestASecondReviewOfAFolderIsRefused(t *testing.T) {
	f, s := serve(t, []Sheet{doubt("a/1.png", map[string]Value{Keys()[5]: unclear("3")})}, 1)
	if code, out := command(t, "review", "--listen", "127.0.0.1:0", f.Out); code != 7 {
		t.Errorf("a second review: %d %s", code, out)
	}
	if code, out := command(t, "review", "--status", f.Out); code != 0 || !strings.Contains(out, "questions") {
		t.Errorf("status beside it: %d %s", code, out)
	}
	if code := s.Stop(); code != 0 {
		t.Errorf("SIGTERM: %d", code)
	}
	for _, args := range [][]string{{"--listen", "0.0.0.0:0", f.Out}, {"--agree", "2", f.Out}, {"--agree", "3", f.Out}, {"--audit", "2", f.Out}, {"--export", "xml", f.Out}, {"--export", "lines", f.Out}, {t.TempDir()}, {}} {
		if code, out := command(t, append([]string{"review"}, args...)...); code != 2 {
			t.Errorf("%v: %d %s", args, code, out)
		}
	}
}

// A conflict that answers settle by themselves is asked no more, and is again
// when one of them is taken back.
func TestConflictThatAnswersSettle(t *testing.T) {
	k := Keys()
	_, s := serve(t, []Sheet{
		{Path: "a/1.png", Salt: 1, Values: map[string]Value{k[5]: sure("3"), k[9]: sure("3")}},
		{Path: "a/2.png", Salt: 2, Values: map[string]Value{k[5]: doubtful("3", "8"), k[9]: sure("3")}},
	}, 1)
	c := s.Client(0)
	all := ask(t, c)
	if len(all) != 2 || all[0].Kind != "conflict" || all[1].Kind != "value" {
		t.Fatalf("%+v", all)
	}
	post(t, c, map[string]any{"id": "one", "question": all[1].ID, "version": 1, "mode": "key", "shown": "", "answer": map[string]any{"raw": "3"}, "ms": 1})
	if all = ask(t, c); len(all) != 0 {
		t.Errorf("no conflict is left: %+v", all)
	}
	if _, err := c.Do("POST", "/api/undo", map[string]any{"id": "one"}, nil); err != nil {
		t.Fatal(err)
	}
	if all = ask(t, c); len(all) != 2 {
		t.Errorf("there is a conflict again: %+v", all)
	}
}
