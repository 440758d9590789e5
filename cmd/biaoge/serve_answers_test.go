package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/tables"
)

// samples are the pictures of testdata, each copied to a folder of its own, so
// that biaoge extract takes none for the rest of another.
func samples(b *bench) (paths []string) {
	b.Helper()
	for _, pattern := range []string{"*.jpg", "*.png", "*.tiff"} {
		found, err := filepath.Glob("../../testdata/" + pattern)
		b.must(err)
		for _, name := range found {
			data, err := os.ReadFile(name)
			b.must(err)
			rel := filepath.Join(filepath.Base(name)+".d", filepath.Base(name))
			b.put(rel, data)
			paths = append(paths, filepath.Join(b.in, rel))
		}
	}
	slices.Sort(paths)
	if len(paths) == 0 {
		b.Fatal("no pictures in testdata")
	}
	return paths
}

// The service answers, byte for byte, what biaoge extract prints.
func TestServeAnswersWhatExtractPrints(t *testing.T) {
	s := serveReal(t)
	paths := samples(s.bench)
	printed, _ := s.run(exitOK, s.command(append([]string{"extract", "--format", "jsonl"}, paths...)...))
	var got strings.Builder
	for _, path := range paths {
		data, err := os.ReadFile(path)
		s.must(err)
		a := s.post("/v1/extract?name="+path, data, "Accept", "application/x-ndjson")
		if a.StatusCode != 200 || a.Header.Get("Biaoge-Failures") != "0" {
			t.Fatalf("%s: %d %s", path, a.StatusCode, a.body)
		}
		got.Write(a.body)
	}
	compareLines(t, got.String(), printed)
	s.end(exitOK)
}

// Pictures sent together are read as those of a folder: a table may go on.
func TestServeReadsASeriesAsExtractDoes(t *testing.T) {
	s := serveReal(t)
	pages, err := pagesOf("../../testdata/continued.tiff")
	s.must(err)
	var files []any
	for i, page := range pages {
		name := string(rune('a'+i)) + ".png"
		s.put(name, page)
		files = append(files, name, page)
	}
	cmd := s.command("extract", "--format", "jsonl", ".")
	cmd.Dir = s.in
	printed, _ := s.run(exitOK, cmd)
	if !strings.Contains(printed, `"continued_by"`) {
		t.Fatal("the pages are not parts of one table; the test says nothing")
	}
	body, kind := upload(files...)
	a := s.post("/v1/extract", body, "Content-Type", kind, "Accept", "application/x-ndjson")
	compareLines(t, string(a.body), printed)
	again := s.post("/v1/extract", body, "Content-Type", kind, "Accept", "application/x-ndjson")
	compareLines(t, string(again.body), printed)
}

// compareLines compares documents, one a line.
func compareLines(t *testing.T, got, want string) {
	t.Helper()
	g, w := strings.SplitAfter(got, "\n"), strings.SplitAfter(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Errorf("document %d differs:\n%.400s\n%.400s", i+1, g[i], w[i])
		}
	}
	if len(g) != len(w) {
		t.Errorf("%d documents, want %d", len(g)-1, len(w)-1)
	}
}

// The settings of a request go to the worker that reads it, and only with it.
func TestSettingsGoWithTheirRequestOnly(t *testing.T) {
	s := serveReal(t, "--workers", "1")
	data, err := os.ReadFile("../../testdata/appeals.jpg")
	s.must(err)
	flagged := func(query string) (n int) {
		t.Helper()
		a := s.post("/v1/extract"+query, data)
		var got struct{ Documents []tables.Document }
		if err := json.Unmarshal(a.body, &got); err != nil || a.StatusCode != 200 {
			t.Fatalf("%d %s", a.StatusCode, a.body)
		}
		for _, r := range got.Documents[0].Tables[0].Records {
			if r.Review {
				n++
			}
		}
		return n
	}
	few := flagged("")
	if many := flagged("?review_below=1"); many <= few {
		t.Errorf("%d flagged below 1, %d by default", many, few)
	}
	if again := flagged(""); again != few {
		t.Errorf("%d flagged by default, %d before", again, few)
	}
	if a := s.post("/v1/extract?lang=chi_sim%2Beng", data); a.StatusCode != 200 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
	if a := s.post("/v1/extract?lang=tlh", data); a.StatusCode != 400 || !strings.Contains(a.problem().Detail, "tlh") {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

// A probe names the forms of a picture in a part of the time.
func TestAProbeNamesTheForms(t *testing.T) {
	s := serveReal(t)
	data, err := os.ReadFile("../../testdata/appeals.jpg")
	s.must(err)
	var got tables.Probe
	a := s.post("/v1/probe", data)
	if err := json.Unmarshal(a.body, &got); err != nil || a.StatusCode != 200 {
		t.Fatalf("%d %s", a.StatusCode, a.body)
	}
	if got.Tables != 1 || len(got.Forms) != 1 || got.Forms[0].ID != "gov-disclosure/appeals@2019" || got.Forms[0].Confidence < 0.5 || got.Width != 681 || got.Height != 133 {
		t.Errorf("%+v", got)
	}
	if a := s.post("/v1/probe", bytes.Repeat([]byte("no picture "), 10)); a.StatusCode != 415 {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}

// What can't be read whole is told where callers look, and the document stays
// what biaoge extract prints.
func TestWhatIsNotReadWholeIsToldWhereCallersLook(t *testing.T) {
	s := serveReal(t)
	const name = "testdata/second-page-damaged.tiff"
	data, err := os.ReadFile(name)
	s.must(err)
	printed, said := s.run(exitSomeFailed, s.command("extract", "--format", "jsonl", name))
	a := s.post("/v1/extract?name="+name, data, "Accept", "application/x-ndjson")
	if a.StatusCode != 200 || a.Header.Get("Biaoge-Failures") != "1" {
		t.Errorf("%d %v", a.StatusCode, a.Header)
	}
	compareLines(t, string(a.body), printed)
	var got struct {
		Failures []struct {
			Name    string
			Problem struct{ Detail string }
		}
	}
	s.must(json.Unmarshal(s.post("/v1/extract?name="+name, data).body, &got))
	if len(got.Failures) != 1 || got.Failures[0].Name != name || !strings.Contains(said, got.Failures[0].Problem.Detail) {
		t.Errorf("%+v, where extract said %s", got, said)
	}
}
