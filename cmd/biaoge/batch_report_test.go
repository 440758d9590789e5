package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/biaoge/biaoge/internal/journal"
	reports "github.com/biaoge/biaoge/internal/report"
)

// page puts a page that shows pictures, and these beside it.
func (b *bench) page(name string, pictures map[string]fakePicture) {
	b.Helper()
	text := "<html><meta charset=utf-8><title>" + name + "</title>"
	for _, p := range []string{"11.png", "22.png", "33.png"} {
		if f, ok := pictures[p]; ok {
			text += "<p><img src=" + p + ">"
			b.picture(filepath.Join(filepath.Dir(name), p), f)
		}
	}
	b.put(name, []byte(text))
}

// A report whose picture no child survives comes to an end, with all that can be
// read, and the picture is in quarantine.
func TestAReportWhosePictureNoChildSurvivesComesToAnEnd(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	good := fakePicture{Form: appeals, Values: map[string]string{keyA: "3"}}
	b.page("bad/2021.html", map[string]fakePicture{"11.png": {Do: "crash"}, "22.png": good})
	b.page("hang/2021.html", map[string]fakePicture{"11.png": {Do: "hang"}})
	b.page("good/2021.html", map[string]fakePicture{"22.png": good})
	once := filepath.Join(t.TempDir(), "crashed")
	b.page("once/2021.html", map[string]fakePicture{"11.png": {Do: "once:" + once}, "22.png": good})
	b.put("old/2021.doc", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	b.put("old/style.css", []byte("p { color: red }"))
	_, stderr := b.batch(exitSomeFailed, "--reports", "--jobs", "2", "--timeout", "3s")
	got := b.pictures()
	for name, want := range map[string]string{
		"bad/2021.html": "done incomplete 2", "hang/2021.html": "done incomplete 2", "good/2021.html": "done  1", "old/2021.doc": "failed unsupported 1", "old/style.css": "skipped no_picture 0",
	} {
		p := got[name]
		if s := fmt.Sprintf("%s %s %d", p.State, p.Kind, p.Attempts); s != want {
			t.Errorf("%s: %s, want %s (%s)", name, s, want, p.Error)
		}
	}
	if p := got["once/2021.html"]; p.State != journal.Done || p.Kind != "" {
		t.Errorf("once: %s %s", p.State, p.Error)
	}
	kept, err := os.ReadFile(filepath.Join(b.out, "quarantine/bad/2021.html/11.png"))
	b.must(err)
	if sent, _ := os.ReadFile(filepath.Join(b.in, "bad/11.png")); !bytes.Equal(kept, sent) {
		t.Error("the picture in quarantine is another one")
	}
	if why, err := os.ReadFile(filepath.Join(b.out, "quarantine/bad/2021.html/11.png.error.json")); err != nil || !bytes.Contains(why, []byte(`"kind": "crash"`)) {
		t.Errorf("%v, %s", err, why)
	}
	if !strings.Contains(stderr, "bad/2021.html: not all pictures in it could be read: picture 11.png: failed: the worker process crashed") {
		t.Errorf("stderr: %s", stderr)
	}
	rows := b.csv("records.csv")
	if len(rows) != 3 || rows[0]["report"] != "bad/2021.html" || rows[0]["picture"] != "bad/2021.html/22.png" || rows[0]["raw"] != "3" {
		t.Errorf("records: %v", rows)
	}
	for _, r := range b.csv("reports.csv") {
		if r["report"] == "bad/2021.html" && (r["pictures"] != "2" || r["failed"] != "1") {
			t.Errorf("reports: %v", r)
		}
	}

	// What is mended is read again when that is asked for.
	b.picture("bad/11.png", fakePicture{Form: requests, Values: map[string]string{keyR: "8"}})
	b.picture("hang/11.png", fakePicture{})
	b.must(os.Remove(filepath.Join(b.in, "old/2021.doc")))
	b.batch(exitSomeFailed, "--reports", "--retry-failed", "--timeout", "3s") // the .doc is counted as gone
	if p := b.pictures()["bad/2021.html"]; p.Kind != "" || p.Error != "" {
		t.Errorf("after mending: %s %s", p.Kind, p.Error)
	}
	if _, err := os.Stat(filepath.Join(b.out, "quarantine/bad")); err == nil {
		if left, _ := filepath.Glob(filepath.Join(b.out, "quarantine/bad/*")); len(left) > 0 {
			t.Errorf("left in quarantine: %v", left)
		}
	}
}

// Kills in between leave what an undisturbed run leaves.
func TestKillsAmongReportsLeaveWhatAnUndisturbedRunLeaves(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i := range 60 {
		b.page(fmt.Sprintf("r%02d/2021.html", i), map[string]fakePicture{
			"11.png": {Form: appeals, Values: map[string]string{keyA: fmt.Sprint(i)}, Millis: 15, Salt: i},
			"22.png": {Form: requests, Values: map[string]string{keyR: fmt.Sprint(i)}, Millis: 15, Salt: i},
		})
	}
	b.page("x/bad.html", map[string]fakePicture{"11.png": {Do: "crash"}})
	undisturbed := *b
	undisturbed.out += "-undisturbed"
	undisturbed.batch(exitSomeFailed, "--reports", "--jobs", "2")
	rnd := rand.New(rand.NewPCG(1, 3))
	kills := 0
	for range 8 {
		if b.killed(time.Duration(150+rnd.IntN(350))*time.Millisecond, "--reports", "--jobs", "2") {
			break
		}
		kills++
	}
	b.batch(exitSomeFailed, "--reports", "--jobs", "2")
	b.same(undisturbed.outputs())
	if kills < 2 {
		t.Error("the run was too short to be killed")
	}
}

// What lies beside a page is part of the report: two pages of the same bytes are
// two reports. A zip with one page at its top is one, any other a folder.
func TestBatchReportsAndWhatIsBeside(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.page("a/index.html", map[string]fakePicture{"11.png": {Form: appeals, Values: map[string]string{keyA: "1"}}})
	b.page("b/index.html", map[string]fakePicture{"11.png": {Form: appeals, Values: map[string]string{keyA: "2"}}})
	same, err := os.ReadFile(filepath.Join(b.in, "a/index.html"))
	b.must(err)
	b.put("b/index.html", same)
	b.put("saved.html", []byte("<html><img src=saved_files/11.png>"))
	b.put("saved_files/frame.html", []byte("<html><p>an advertisement"))
	b.picture("saved_files/11.png", fakePicture{Form: appeals, Values: map[string]string{keyA: "3"}})
	picture := func(n string) []byte {
		return fakePicture{Form: appeals, Values: map[string]string{keyA: n}}.bytes()
	}
	b.put("one.zip", zipOf(t, map[string][]byte{"index.html": []byte("<html><img src=img/11.png>"), "img/11.png": picture("4")}))
	b.put("two.zip", zipOf(t, map[string][]byte{
		"x/index.html": []byte("<html><img src=11.png><img src=../y/11.png>"), "x/11.png": picture("5"),
		"y/index.html": []byte("<html><img src=11.png>"), "y/11.png": picture("6"),
	}))
	_, stderr := b.batch(exitSomeFailed, "--reports")
	if want := "two.zip/x/index.html: not all pictures in it could be read: picture 11 (2).png: missing: ../y/11.png leads out of the folder of the report"; !strings.Contains(stderr, want) {
		t.Errorf("stderr: %s, want %s", stderr, want)
	}
	values := make(map[string]string)
	for _, r := range b.csv("records.csv") {
		values[r["picture"]] = r["raw"]
	}
	for name, want := range map[string]string{"a/index.html/11.png": "1", "b/index.html/11.png": "2", "saved.html/11.png": "3",
		"one.zip/11.png": "4", "two.zip/x/index.html/11.png": "5", "two.zip/y/index.html/11.png": "6"} {
		if values[name] != want {
			t.Errorf("%s: %q, want %s", name, values[name], want)
		}
	}
	if len(values) != 6 {
		t.Errorf("records: %v", values)
	}

	// Each document is what biaoge report says of the file.
	var got, want reports.Document
	data, err := os.ReadFile(filepath.Join(b.out, "documents/one.zip.json"))
	b.must(err)
	b.must(json.Unmarshal(data, &got))
	stdout, _ := b.run(exitOK, b.command("report", filepath.Join(b.in, "one.zip")))
	b.must(json.Unmarshal([]byte(stdout), &want))
	want.Source.Path = "one.zip"
	if g, w := fmt.Sprintf("%+v", asJSON(t, got)), fmt.Sprintf("%+v", asJSON(t, want)); g != w {
		t.Errorf("the document is\n%s\nwant\n%s", g, w)
	}

	// Pictures and reports don't mix in one output.
	if _, stderr := b.batch(exitUsage); !strings.Contains(stderr, "has data of reports; give another one for pictures") {
		t.Errorf("stderr: %s", stderr)
	}
}

func asJSON(t *testing.T, d reports.Document) string {
	t.Helper()
	b, err := reports.JSON(&d)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func zipOf(t *testing.T, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, data := range files {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write(data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
