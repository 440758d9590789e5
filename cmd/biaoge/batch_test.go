package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg"
	"image/png"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/results"
)

const (
	requests = "gov-disclosure/requests@2021"
	appeals  = "gov-disclosure/appeals@2019"
	keyA     = "appeals.reconsideration.upheld"
	keyB     = "appeals.reconsideration.corrected"
	keyR     = "requests.new.natural_person"
)

// A bench is an input and an output folder for runs of the program.
type bench struct {
	*testing.T
	in, out string
	env     []string
}

func newBench(t *testing.T) *bench {
	t.Helper()
	dir := t.TempDir()
	b := &bench{T: t, in: filepath.Join(dir, "in"), out: filepath.Join(dir, "out"), env: []string{fakeWorkers + "=1"}}
	b.must(os.Mkdir(b.in, 0o777))
	return b
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) put(name string, data []byte) {
	b.Helper()
	name = filepath.Join(b.in, name)
	b.must(os.MkdirAll(filepath.Dir(name), 0o777))
	b.must(os.WriteFile(name, data, 0o666))
}

func (b *bench) picture(name string, p fakePicture) {
	b.Helper()
	b.put(name, p.bytes())
}

func (b *bench) command(args ...string) *exec.Cmd {
	b.Helper()
	exe, err := os.Executable()
	b.must(err)
	cmd := exec.Command(exe)
	cmd.Args = append([]string{"biaoge"}, args...)
	cmd.Env = append(os.Environ(), b.env...)
	return cmd
}

// batch runs biaoge batch and wants an exit code.
func (b *bench) batch(want exitCode, flags ...string) (stdout, stderr string) {
	b.Helper()
	cmd := b.command(append(append([]string{"batch"}, flags...), b.in, b.out)...)
	return b.run(want, cmd)
}

func (b *bench) run(want exitCode, cmd *exec.Cmd) (stdout, stderr string) {
	b.Helper()
	var so, se bytes.Buffer
	cmd.Stdout, cmd.Stderr = &so, &se
	err := cmd.Run()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		b.Fatal(err)
	}
	if got := exitCode(cmd.ProcessState.ExitCode()); got != want {
		b.Fatalf("exit code %d, want %d\nstdout: %s\nstderr: %s", got, want, so.String(), se.String())
	}
	return so.String(), se.String()
}

// outputs are the files that must not depend on how often and when a run was
// interrupted, by name.
func (b *bench) outputs() map[string]string {
	b.Helper()
	all := make(map[string]string)
	for _, top := range []string{"documents", "quarantine", "records.csv", "reports.csv"} {
		err := filepath.WalkDir(filepath.Join(b.out, top), func(path string, e fs.DirEntry, err error) error {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			if err != nil || e.IsDir() {
				return err
			}
			data, err := os.ReadFile(path)
			rel, _ := filepath.Rel(b.out, path)
			all[rel] = fmt.Sprintf("%x", sha256.Sum256(data))
			return err
		})
		b.must(err)
	}
	// The summary too, but for what it says of the run.
	s := b.summary()
	s.Run = results.RunInfo{}
	text, err := json.Marshal(s)
	b.must(err)
	all["summary.json"] = string(text)
	return all
}

func (b *bench) summary() (s results.Summary) {
	b.Helper()
	data, err := os.ReadFile(filepath.Join(b.out, "summary.json"))
	b.must(err)
	b.must(json.Unmarshal(data, &s))
	return s
}

func (b *bench) csv(name string) []map[string]string {
	b.Helper()
	data, err := os.ReadFile(filepath.Join(b.out, name))
	b.must(err)
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\uFEFF")))).ReadAll()
	b.must(err)
	var all []map[string]string
	for _, r := range rows[1:] {
		m := make(map[string]string)
		for i, k := range rows[0] {
			m[k] = r[i]
		}
		all = append(all, m)
	}
	return all
}

func (b *bench) same(want map[string]string) {
	b.Helper()
	got := b.outputs()
	for name := range want {
		if got[name] != want[name] {
			b.Errorf("%s differs:\n%s\nwant\n%s", name, got[name], want[name])
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			b.Errorf("%s should not be there", name)
		}
	}
}

// pictures reads the journal.
func (b *bench) pictures() map[string]journal.Picture {
	b.Helper()
	j, err := journal.Open(batch.Place{Dir: b.out}.Journal())
	b.must(err)
	defer j.Close()
	all := make(map[string]journal.Picture)
	b.must(j.Each(b.Context(), func(p *journal.Picture) error {
		all[p.Name] = *p
		return nil
	}))
	return all
}

// some puts n pictures into folders of four, each a report.
func (b *bench) some(n, millis int) {
	for i := range n {
		b.picture(fmt.Sprintf("r%03d/%d.png", i/4, i%4), fakePicture{Form: fmt.Sprintf("gov-disclosure/form%d@2021", i%4), Values: map[string]string{fmt.Sprintf("k%d", i%4): fmt.Sprint(i)}, Millis: millis, Salt: i})
	}
}

func TestBatchAccountsForEveryFile(t *testing.T) {
	b := newBench(t)
	b.picture("a/good.png", fakePicture{Form: appeals, Values: map[string]string{keyA: "3", keyB: "无"}})
	b.picture("a/no\nline\xff.png", fakePicture{Salt: 1})
	b.picture("a/damaged.png", fakePicture{Do: "damaged"})
	b.picture("b/half.tiff", fakePicture{Do: "half", Form: requests, Values: map[string]string{keyR: "7"}})
	b.picture("b/panic.png", fakePicture{Do: "panic"})
	b.picture("b/chatter.png", fakePicture{Do: "chatter"})
	b.put("b/empty.png", nil)
	b.put("b/notes.txt", []byte("no picture"))
	b.put("b/.hidden.png", []byte("hidden"))
	b.put("b/"+strings.Repeat("长", 80)+".png", fakePicture{Salt: 2}.bytes())
	b.must(os.Symlink("/etc/passwd", filepath.Join(b.in, "out.png")))
	b.must(os.Symlink("a/good.png", filepath.Join(b.in, "within.png")))
	b.must(os.Symlink("..", filepath.Join(b.in, "b", "loop")))
	b.must(syscall.Mkfifo(filepath.Join(b.in, "pipe.png"), 0o666))
	stdout, stderr := b.batch(exitSomeFailed, "--jobs", "2")
	got := b.pictures()
	want := map[string]string{
		"a/good.png": "done", "a/no%0Aline%FF.png": "done", "a/damaged.png": "failed damaged",
		"b/half.tiff": "done incomplete", "b/panic.png": "failed internal", "b/chatter.png": "done",
		"b/empty.png": "failed", "b/notes.txt": "skipped no_picture", "b/" + strings.Repeat("长", 80) + ".png": "done",
		"out.png": "skipped link", "within.png": "done", "b/loop": "skipped link", "pipe.png": "skipped special",
	}
	for name, state := range want {
		p, ok := got[name]
		if s := strings.TrimSpace(string(p.State) + " " + p.Kind); !ok || !strings.HasPrefix(s, state) {
			t.Errorf("%q is %q, want %q", name, s, state)
		}
	}
	if len(got) != len(want) {
		t.Errorf("the journal has %d files, want %d", len(got), len(want))
	}
	if !strings.Contains(stdout, "9 pictures: 6 read, 1 in part, 3 not read") {
		t.Errorf("stdout: %s", stdout)
	}
	if !strings.Contains(stderr, "a/damaged.png: not read: the picture is damaged: it ends early\n") {
		t.Errorf("stderr: %s", stderr)
	}
	for _, doc := range []string{"a/good.png.json", "a/no%0Aline%FF.png.json"} {
		if _, err := os.Stat(filepath.Join(b.out, "documents", doc)); err != nil {
			t.Error(err)
		}
	}
	rows := b.csv("reports.csv")
	if len(rows) != 3 || rows[1]["report"] != "a" || rows[1][keyA] != "3" || rows[1][keyB] != "无" || rows[1]["failed"] != "1" {
		t.Errorf("reports.csv: %v", rows)
	}
	html, err := os.ReadFile(filepath.Join(b.out, "summary.html"))
	b.must(err)
	if m := regexp.MustCompile(`(?i)(src|href)="?(https?:|//)`).Find(html); m != nil || !bytes.Contains(html, []byte("a/damaged.png")) {
		t.Errorf("summary.html needs a network (%s) or lacks failures", m)
	}
	out, _ := b.run(exitOK, b.command("status", "--failures", b.out))
	if !strings.Contains(out, "b/panic.png\tinternal\t") {
		t.Errorf("status --failures: %s", out)
	}
	out, _ = b.run(exitOK, b.command("status", b.out))
	if !strings.Contains(out, "done at") || !regexp.MustCompile(`(?m)^read +6`).MatchString(out) {
		t.Errorf("status: %s", out)
	}
}

func TestBatchReadsArchivesLikeFolders(t *testing.T) {
	b := newBench(t)
	one := fakePicture{Form: appeals, Values: map[string]string{keyA: "1"}}.bytes()
	two := fakePicture{Form: requests, Values: map[string]string{keyR: "2"}}.bytes()
	var z bytes.Buffer
	w := zip.NewWriter(&z)
	for name, data := range map[string][]byte{"\xb1\xa8\xb8\xe6/11.png": one, "../../evil.png": two, "__MACOSX/._x.png": two, "x.txt": []byte("text")} {
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, NonUTF8: true, Method: zip.Deflate})
		b.must(err)
		f.Write(data)
	}
	b.must(w.Close())
	b.put("2023/pack.zip", z.Bytes())
	var tarred bytes.Buffer
	tw := tar.NewWriter(&tarred)
	for _, f := range []struct {
		name string
		data []byte
	}{{"r/11.png", one}, {"r/22.png", two}} {
		b.must(tw.WriteHeader(&tar.Header{Name: f.name, Size: int64(len(f.data)), Mode: 0o666}))
		tw.Write(f.data)
	}
	b.must(tw.Close())
	b.put("pack.tar", tarred.Bytes())
	var zipped bytes.Buffer
	gz := gzip.NewWriter(&zipped)
	gz.Write(tarred.Bytes())
	b.must(gz.Close())
	b.put("pack.tar.gz", zipped.Bytes())
	b.put("broken.zip", []byte("PK\x03\x04 and no more"))
	b.batch(exitSomeFailed)
	var names []string
	for name, p := range b.pictures() {
		names = append(names, name+" "+string(p.State))
	}
	slices.Sort(names)
	want := []string{
		"2023/pack.zip/evil.png done", "2023/pack.zip/x.txt skipped", "2023/pack.zip/报告/11.png done", "broken.zip failed",
		"pack.tar.gz/r/11.png done", "pack.tar.gz/r/22.png done", "pack.tar/r/11.png done", "pack.tar/r/22.png done",
	}
	if !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
	if left, _ := filepath.Glob(filepath.Join(b.out, "*.tar")); left != nil {
		t.Errorf("left behind: %v", left)
	}
}

func TestBatchReadsReports(t *testing.T) {
	b := newBench(t)
	a := func(v string, salt int) fakePicture {
		return fakePicture{Form: appeals, Values: map[string]string{keyA: v}, Salt: salt}
	}
	b.picture("dup/1.png", a("1", 0))
	b.picture("dup/2.png", a("1", 0))   // same bytes
	b.picture("dup/3.png", a("1", 1))   // same values
	b.picture("other/1.png", a("1", 0)) // same bytes, another report
	b.picture("clash/1.png", a("1", 2)) // these two contradict
	b.picture("clash/2.png", a("2", 3)) //
	b.picture("parts/1.png", a("5", 4)) // these are parts of one table
	b.picture("parts/2.png", fakePicture{Form: "gov-disclosure/appeals@2021", Values: map[string]string{keyB: "6"}, Salt: 5})
	b.batch(exitReview, "--jobs", "2")
	rows := make(map[string]map[string]string)
	for _, r := range b.csv("reports.csv") {
		rows[r["report"]] = r
	}
	for report, want := range map[string]string{"dup": "1//2/0", "other": "1//0/0", "clash": "//0/1", "parts": "5/6/0/0"} {
		r := rows[report]
		if got := r[keyA] + "/" + r[keyB] + "/" + r["duplicates"] + "/" + r["conflicts"]; got != want {
			t.Errorf("%s: %s, want %s", report, got, want)
		}
	}
	clash := 0
	for _, r := range b.csv("records.csv") {
		if r["report"] == "clash" {
			clash++
			if r["review"] != "true" || !strings.Contains(r["reasons"], "clash/1.png, clash/2.png") {
				t.Errorf("a contradiction is not flagged: %v", r)
			}
		}
	}
	s := b.summary()
	if clash != 2 || s.ConflictCount != 1 || len(s.Duplicates) != 3 {
		t.Errorf("%d records, summary %+v %+v", clash, s.Conflicts, s.Duplicates)
	}
	if got := b.pictures()["other/1.png"]; got.Attempts+b.pictures()["dup/1.png"].Attempts+b.pictures()["dup/2.png"].Attempts != 1 {
		t.Errorf("the same bytes were read more than once")
	}

	// Another grouping needs no reading.
	b.batch(exitReview, "--report-pattern", `/(\d)\.png$`, "--results-only", "--format", "csv,parquet")
	if rows := b.csv("reports.csv"); len(rows) != 3 || rows[0]["report"] != "1" {
		t.Errorf("reports.csv: %v", rows)
	}
	for _, name := range []string{"records.parquet", "reports.parquet"} {
		if info, err := os.Stat(filepath.Join(b.out, name)); err != nil || info.Size() < 500 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAPictureThatKillsWorkersIsQuarantined(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.some(8, 0)
	once := filepath.Join(t.TempDir(), "crashed")
	b.picture("bad/crash.png", fakePicture{Do: "crash"})
	b.picture("bad/copy.png", fakePicture{Do: "crash"})
	b.picture("bad/hang.png", fakePicture{Do: "hang"})
	b.picture("bad/eat.png", fakePicture{Do: "eat"})
	b.picture("bad/once.png", fakePicture{Do: "once:" + once})
	_, stderr := b.batch(exitSomeFailed, "--jobs", "2", "--timeout", "4s", "--memory", "300")
	got := b.pictures()
	for name, want := range map[string]string{
		"bad/crash.png": "quarantined crash", "bad/copy.png": "quarantined crash", "bad/hang.png": "quarantined timeout",
		"bad/eat.png": "quarantined memory", "bad/once.png": "done ",
	} {
		p := got[name]
		if s := string(p.State) + " " + p.Kind; s != want {
			t.Errorf("%s: %s, want %s (%s)", name, s, want, p.Error)
		}
		if p.State == journal.Quarantined {
			kept, err1 := os.ReadFile(filepath.Join(b.out, "quarantine", name))
			sent, err2 := os.ReadFile(filepath.Join(b.in, name))
			why, err3 := os.ReadFile(filepath.Join(b.out, "quarantine", name+".error.json"))
			if err := errors.Join(err1, err2, err3); err != nil || !bytes.Equal(kept, sent) || !bytes.Contains(why, []byte(p.Kind)) {
				t.Errorf("%s in quarantine: %v, %s", name, err, why)
			}
		}
	}
	if got["bad/hang.png"].Attempts != 2 || got["bad/once.png"].Attempts != 2 {
		t.Errorf("attempts: %d and %d, want 2", got["bad/hang.png"].Attempts, got["bad/once.png"].Attempts)
	}
	if !strings.Contains(stderr, "bad/hang.png: quarantined: reading it took longer than 4s; --timeout allows more") {
		t.Errorf("stderr: %s", stderr)
	}
	// What is in quarantine stays there until it is asked for.
	if _, stderr := b.batch(exitSomeFailed); strings.Contains(stderr, "hang") {
		t.Errorf("stderr: %s", stderr)
	}
}

func TestBatchLeakCostsNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for i := range 150 {
		b.picture(fmt.Sprintf("%d.png", i), fakePicture{Do: "leak", Salt: i})
	}
	b.batch(exitOK, "--jobs", "1", "--memory", "300")
}

// killed runs the batch and kills it after a while; done says that it ended
// before.
func (b *bench) killed(after time.Duration, flags ...string) (done bool) {
	b.Helper()
	cmd := b.command(append(append([]string{"batch"}, flags...), b.in, b.out)...)
	b.must(cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-ended:
		return true
	case <-time.After(after):
		cmd.Process.Signal(syscall.SIGKILL)
		<-ended
		return false
	}
}

func TestABatchThatIsKilledGoesOn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.some(160, 8)
	b.picture("x/crash.png", fakePicture{Do: "crash"})
	b.picture("x/bad.png", fakePicture{Do: "damaged"})
	for i := range 10 {
		b.picture(fmt.Sprintf("x/same%d.png", i), fakePicture{Form: appeals, Values: map[string]string{keyA: "1"}, Millis: 20})
	}
	undisturbed := *b
	undisturbed.out += "-undisturbed"
	undisturbed.batch(exitSomeFailed, "--jobs", "2")
	want := undisturbed.outputs()

	rnd := rand.New(rand.NewPCG(1, 2))
	kills := 0
	for range 12 {
		if b.killed(time.Duration(150+rnd.IntN(350))*time.Millisecond, "--jobs", "2") {
			break
		}
		kills++
		// Whatever was written by then is whole.
		err := filepath.WalkDir(filepath.Join(b.out, "documents"), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return nil
			}
			data, err := os.ReadFile(path)
			if err == nil && !json.Valid(data) {
				err = fmt.Errorf("%s is not whole", path)
			}
			return err
		})
		b.must(err)
	}
	b.batch(exitSomeFailed, "--jobs", "2")
	b.same(want)
	for name, p := range b.pictures() {
		if p.State == journal.Done && p.Attempts-p.Interrupted > 1 {
			t.Errorf("%s was read %d times, %d of them interrupted", name, p.Attempts, p.Interrupted)
		}
	}
	t.Logf("killed %d times", kills)
	if kills < 2 {
		t.Error("the run was too short to be killed")
	}
	// With nothing left to do, nothing is done.
	before := b.pictures()
	b.batch(exitSomeFailed)
	for name, p := range b.pictures() {
		if !p.Finished.Equal(before[name].Finished) {
			t.Errorf("%s was done again", name)
		}
	}
}

func TestABatchThatIsInterruptedGoesOn(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.some(40, 100)
	cmd := b.command("batch", "--jobs", "2", b.in, b.out)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	b.must(cmd.Start())
	b.until(func(s status) bool { return s.Done >= 3 })
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != int(exitInterrupted) || !strings.Contains(stderr.String(), "the same command goes on") {
		t.Fatalf("exit code %d: %s", got, stderr.String())
	}
	s := b.status()
	if s.State != "stopped" || s.Left == 0 || s.Run.Cause != "interrupted" {
		t.Errorf("status %+v", s)
	}
	for name, p := range b.pictures() {
		if p.State != journal.Done && p.Attempts > 0 {
			t.Errorf("%s was in hand and is %s", name, p.State)
		}
	}
	b.run(exitFailure, b.command("status", "--health", b.out))
	b.batch(exitOK)

	// Twice: at once, though the picture in hand takes a minute.
	b = newBench(t)
	b.picture("slow.png", fakePicture{Millis: 60_000})
	cmd = b.command("batch", b.in, b.out)
	b.must(cmd.Start())
	b.until(func(s status) bool { return s.State == "running" && s.Total == 1 })
	time.Sleep(300 * time.Millisecond)
	cmd.Process.Signal(os.Interrupt)
	time.Sleep(300 * time.Millisecond)
	start := time.Now()
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
	// The worker does not outlive it.
	b.picture("slow.png", fakePicture{})
	b.batch(exitOK)
}

// status asks for the status until there is one.
func (b *bench) status() (s status) {
	b.Helper()
	out, _ := b.run(exitOK, b.command("status", "--json", b.out))
	b.must(json.Unmarshal([]byte(out), &s))
	return s
}

func (b *bench) until(f func(status) bool) {
	b.Helper()
	for range 200 {
		cmd := b.command("status", "--json", b.out)
		if out, err := cmd.Output(); err == nil {
			var s status
			if json.Unmarshal(out, &s) == nil && f(s) {
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.Fatal("it did not come to that")
}

func TestASecondRunOfABatchIsRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.some(10, 300)
	cmd := b.command("batch", "--jobs", "1", b.in, b.out)
	b.must(cmd.Start())
	b.until(func(s status) bool { return s.State == "running" })
	_, stderr := b.batch(exitBusy)
	if !strings.Contains(stderr, fmt.Sprintf("another run is writing there (process %d", cmd.Process.Pid)) {
		t.Errorf("stderr: %s", stderr)
	}
	b.run(exitOK, b.command("status", "--health", b.out))
	b.must(cmd.Wait())
}

func TestRefreshReadsAgainWhatHasChanged(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.picture("a/1.png", fakePicture{Form: appeals, Values: map[string]string{keyA: "1"}})
	b.picture("a/2.png", fakePicture{Salt: 1})
	b.picture("a/3.png", fakePicture{Salt: 2})
	b.batch(exitOK)
	before := b.pictures()
	time.Sleep(20 * time.Millisecond)
	b.picture("a/1.png", fakePicture{Form: appeals, Values: map[string]string{keyA: "2"}, Salt: 1})
	b.picture("a/3.png", fakePicture{Salt: 2}) // touched only
	stdout, _ := b.batch(exitOK)
	if !strings.Contains(stdout, "2 pictures out of date") || b.csv("records.csv")[0]["raw"] != "1" {
		t.Errorf("stdout: %s", stdout)
	}
	b.batch(exitOK, "--refresh")
	after := b.pictures()
	if b.csv("records.csv")[0]["raw"] != "2" || after["a/1.png"].Attempts != 2 {
		t.Error("a changed picture was not read again")
	}
	if after["a/2.png"].Attempts != 1 || !after["a/2.png"].Finished.Equal(before["a/2.png"].Finished) || after["a/3.png"].Attempts != 1 {
		t.Error("an unchanged picture was read again")
	}
	// Other settings are another version.
	stdout, _ = b.batch(exitOK, "--review-below", "0.5")
	if !strings.Contains(stdout, "3 pictures out of date") {
		t.Errorf("stdout: %s", stdout)
	}
	b.batch(exitOK, "--review-below", "0.5", "--refresh")
	if got := b.pictures()["a/2.png"].Attempts; got != 2 {
		t.Errorf("%d attempts after --refresh with other settings", got)
	}
	// A picture that becomes unreadable takes its document with it.
	b.picture("a/1.png", fakePicture{Do: "damaged"})
	b.batch(exitSomeFailed, "--review-below", "0.5", "--refresh")
	if _, err := os.Stat(filepath.Join(b.out, "documents/a/1.png.json")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the document of what it was is still there: %v", err)
	}
	// A document that was removed or cut short is made again.
	b.must(os.Remove(filepath.Join(b.out, "documents/a/2.png.json")))
	b.must(os.Truncate(filepath.Join(b.out, "documents/a/3.png.json"), 10))
	b.batch(exitSomeFailed, "--review-below", "0.5")
	if n := len(b.outputs()); n != 2+2+1 {
		t.Errorf("%d outputs", n)
	}
}

func TestManifestAndGlobsChooseThePictures(t *testing.T) {
	b := newBench(t)
	b.picture("a/1.png", fakePicture{})
	b.picture("a/thumb1.png", fakePicture{Salt: 1})
	b.picture("b/2.jpg", fakePicture{Salt: 2})
	b.picture("b/new\nline.png", fakePicture{Salt: 3})
	list := func(want exitCode, text string, flags ...string) string {
		b.Helper()
		b.must(os.RemoveAll(b.out))
		cmd := b.command(append(append([]string{"batch"}, flags...), b.in, b.out)...)
		cmd.Stdin = strings.NewReader(text)
		b.run(want, cmd)
		var names []string
		for name, p := range b.pictures() {
			names = append(names, name+" "+string(p.State))
		}
		slices.Sort(names)
		return strings.Join(names, ", ")
	}
	for _, c := range []struct {
		code  exitCode
		text  string
		flags []string
		want  string
	}{
		{exitSomeFailed, "a/1.png\r\nb\nmissing.png\n", []string{"--manifest", "-"}, "a/1.png done, b/2.jpg done, b/new%0Aline.png done, missing.png failed"},
		{exitOK, "b/new\nline.png\x00" + b.in + "/a/1.png", []string{"--manifest", "-", "--null"}, "a/1.png done, b/new%0Aline.png done"},
		{exitNothingRead, "../../etc/passwd\n/etc/hosts", []string{"--manifest", "-"}, "outside/etc/hosts failed, outside/etc/passwd failed"},
		{exitOK, "", []string{"--include", "*.png", "--exclude", "*thumb*"}, "a/1.png done, b/new%0Aline.png done"},
		{exitOK, "", []string{"--exclude", "a"}, "b/2.jpg done, b/new%0Aline.png done"},
		{exitOK, "", []string{"--include", "b/**"}, "b/2.jpg done, b/new%0Aline.png done"},
	} {
		if got := list(c.code, c.text, c.flags...); got != c.want {
			t.Errorf("%q %v: %s, want %s", c.text, c.flags, got, c.want)
		}
	}
}

func TestABatchWhoseWorkersCannotStartStops(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.some(60, 0)
	b.env = []string{fakeWorkers + "=missing"}
	_, stderr := b.batch(exitDependency)
	if !strings.Contains(stderr, "apt-get install tesseract-ocr-chi-sim") || strings.Count(stderr, "\n") > 2 {
		t.Errorf("stderr: %s", stderr)
	}
	b.env = []string{fakeWorkers + "=dead"}
	_, stderr = b.batch(exitFailure)
	if !strings.Contains(stderr, "the workers can't start") {
		t.Errorf("stderr: %s", stderr)
	}
	if s := b.status(); s.State != "stopped" || s.Left != 60 || s.Failed != 0 {
		t.Errorf("status %+v", s)
	}
	b.env = []string{fakeWorkers + "=1"}
	b.batch(exitOK)

	// Many pictures in a row that cost a worker its life are no reason to stop
	// while sound ones can be read.
	b = newBench(t)
	for i := range 12 {
		b.picture(fmt.Sprintf("crash%d.png", i), fakePicture{Do: "crash", Salt: i})
	}
	b.picture("z.png", fakePicture{})
	b.batch(exitSomeFailed, "--jobs", "1")
	if s := b.status(); s.Quarantined != 12 || s.Done != 1 {
		t.Errorf("status %+v", s)
	}

	// The input folder goes away under the run.
	b = newBench(t)
	b.some(40, 50)
	cmd := b.command("batch", "--jobs", "1", b.in, b.out)
	var se bytes.Buffer
	cmd.Stderr = &se
	b.must(cmd.Start())
	b.until(func(s status) bool { return s.Done > 2 })
	away := b.in + "-away"
	b.must(os.Mkdir(away, 0o777))
	move := func(from, to string) {
		t.Helper()
		entries, err := os.ReadDir(from)
		b.must(err)
		for _, e := range entries {
			b.must(os.Rename(filepath.Join(from, e.Name()), filepath.Join(to, e.Name())))
		}
		b.must(os.Remove(from))
	}
	move(b.in, away)
	cmd.Wait()
	if cmd.ProcessState.ExitCode() != int(exitFailure) || !strings.Contains(se.String(), "the input folder is gone") {
		t.Errorf("exit code %d: %s", cmd.ProcessState.ExitCode(), se.String())
	}
	b.must(os.Mkdir(b.in, 0o777))
	move(away, b.in)
	b.batch(exitOK)
	if s := b.status(); s.Failed != 0 || s.Done != 40 {
		t.Errorf("status %+v", s)
	}
}

func TestPicturesThatVanishAreNamed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.some(20, 100)
	cmd := b.command("batch", "--jobs", "1", b.in, b.out)
	b.must(cmd.Start())
	b.until(func(s status) bool { return s.Done > 0 })
	b.must(os.Remove(filepath.Join(b.in, "r004/3.png")))
	cmd.Wait()
	if p := b.pictures()["r004/3.png"]; p.State != journal.Failed || p.Kind != "vanished" {
		t.Errorf("%s %s", p.State, p.Kind)
	}
	// When it is back, it is read.
	b.picture("r004/3.png", fakePicture{})
	b.batch(exitOK)
}

func TestWrongUseOfBatchIsSaid(t *testing.T) {
	b := newBench(t)
	b.picture("a.png", fakePicture{})
	b.batch(exitUsage, "--format", "xml")
	b.batch(exitUsage, "--report-pattern", "(")
	b.batch(exitUsage, "--include", "[")
	b.batch(exitUsage, "--log", "loud")
	b.run(exitUsage, b.command("batch", b.in))
	b.run(exitUsage, b.command("batch", b.in, b.in))
	b.run(exitUsage, b.command("batch", filepath.Join(b.in, "none"), b.out))
	b.run(exitUsage, b.command("status", b.in))
	b.batch(exitOK)
	other := *b
	other.in += "2"
	b.must(os.Rename(b.in, other.in))
	_, stderr := other.batch(exitUsage)
	if !strings.Contains(stderr, "--moved") {
		t.Errorf("stderr: %s", stderr)
	}
	other.batch(exitOK, "--moved")
	// OUT in IN is left out.
	inside := *b
	inside.in, inside.out = other.in, filepath.Join(other.in, "out")
	inside.batch(exitOK)
	inside.batch(exitOK)
	if n := len(inside.pictures()); n != 1 {
		t.Errorf("%d files", n)
	}
	// One picture, and a folder without any.
	one := *b
	one.in, one.out = filepath.Join(other.in, "a.png"), b.out+"1"
	one.batch(exitOK)
	empty := newBench(t)
	empty.batch(exitNothingRead)
}

func TestTheLogIsJSONWhereAskedFor(t *testing.T) {
	b := newBench(t)
	b.picture("bad.png", fakePicture{Do: "damaged"})
	b.picture("good.png", fakePicture{})
	_, stderr := b.batch(exitSomeFailed, "--log", "json")
	var messages []string
	for line := range strings.Lines(stderr) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		messages = append(messages, m["msg"].(string))
	}
	if !slices.Equal(messages, []string{"not read", "done"}) {
		t.Errorf("messages %q", messages)
	}
}

// A disk that fills up, and then has room again. The disk is a small one in
// memory that only this test's processes see, which takes unshare --mount.
func TestABatchGoesOnAfterAFullDisk(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.some(400, 0)
	undisturbed := *b
	undisturbed.out += "-undisturbed"
	undisturbed.batch(exitOK)
	want := undisturbed.outputs()

	dir := t.TempDir()
	exe, err := os.Executable()
	b.must(err)
	b.must(os.Symlink(exe, filepath.Join(dir, "biaoge")))
	script := `
mount -t tmpfs -o size=1400k none "$DISK" || exit 77
"$BIAOGE" batch --jobs 2 "$IN" "$DISK/out"; echo "first: $?"
"$BIAOGE" status "$DISK/out"
"$BIAOGE" batch --jobs 2 "$IN" "$DISK/out"; echo "again: $?"
mount -o remount,size=100m "$DISK"
"$BIAOGE" batch --jobs 2 "$IN" "$DISK/out"; echo "then: $?"
cp -r "$DISK/out" "$OUT"
`
	disk := filepath.Join(dir, "disk")
	b.must(os.Mkdir(disk, 0o777))
	cmd := exec.Command("unshare", "--mount", "--map-root-user", "sh", "-c", script)
	cmd.Env = append(os.Environ(), append(b.env, "DISK="+disk, "BIAOGE="+filepath.Join(dir, "biaoge"), "IN="+b.in, "OUT="+b.out)...)
	text, err := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code == 77 || code == 1 && bytes.Contains(text, []byte("unshare")) {
		t.Fatalf("no disk of one's own here: run the tests where unshare --mount is allowed (as root, or in a container with --cap-add SYS_ADMIN): %s", text)
	}
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for _, s := range []string{"first: 1\n", "again: 1\n", "then: 0\n", "the disk of " + disk + "/out is full; make room and run again to go on", "stopped at "} {
		if !bytes.Contains(text, []byte(s)) {
			t.Errorf("%q is missing in:\n%s", s, text)
		}
	}
	b.same(want)
}

// With the real reader: what a batch writes is what extract prints, and the
// same picture in another file counts once.
func TestABatchWritesWhatExtractPrints(t *testing.T) {
	b := newBench(t)
	b.env = nil
	const name = "appeals.jpg"
	data, err := os.ReadFile(filepath.Join("../../testdata", name))
	b.must(err)
	b.put("r/"+name, data)
	img, _, err := image.Decode(bytes.NewReader(data))
	b.must(err)
	var again bytes.Buffer
	b.must(png.Encode(&again, img))
	b.put("r/again.png", again.Bytes())
	b.put("r/cut.jpg", data[:len(data)/2])
	text, err := os.ReadFile("../../testdata/text-only.png")
	b.must(err)
	b.put("r/text.png", text)
	stdout, _ := b.batch(exitSomeFailed)
	cmd := b.command("extract", "--format", "jsonl", name)
	cmd.Dir = filepath.Join(b.in, "r")
	want, _ := b.run(exitOK, cmd)
	want = strings.Replace(want, `"path":"`+name, `"path":"r/`+name, 1)
	got, err := os.ReadFile(filepath.Join(b.out, "documents/r", name+".json"))
	b.must(err)
	if string(got) != want {
		t.Errorf("batch and extract differ:\n%s\n%s", got, want)
	}
	s := b.summary()
	if s.Pictures.Done != 3 || s.Pictures.NoTable != 1 || len(s.Duplicates) != 1 || s.Duplicates[0].Kind != results.SamePicture {
		t.Errorf("%s%+v", stdout, s)
	}
	html, err := os.ReadFile(filepath.Join(b.out, "summary.html"))
	b.must(err)
	if bytes.Contains(html, []byte("ZgotmplZ")) || !bytes.Contains(html, []byte("r/cut.jpg")) {
		t.Error("summary.html is not what it should be")
	}
	if p := b.pictures()["r/"+name]; p.Took <= 0 || p.SHA256 == "" {
		t.Errorf("%+v", p)
	}
}

func TestMemoryIsShared(t *testing.T) {
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		name = filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	want := func(n int64) {
		t.Helper()
		if got := machineMemory(root); got != n {
			t.Errorf("%d bytes, want %d", got, n)
		}
	}
	want(0)
	write("proc/meminfo", "MemFree:  5 kB\nMemTotal:       16384 kB\n")
	want(16 << 20)
	write("sys/fs/cgroup/memory.max", "max\n")
	want(16 << 20)
	write("sys/fs/cgroup/memory.max", "1048576\n")
	want(1 << 20)

	for _, c := range []struct {
		has     int64 // MB
		jobs    int
		memory  int
		workers int
		each    int64 // MB
	}{
		{64_000, 8, 0, 8, 2048},
		{4_000, 4, 0, 4, (4000*9/10 - 150) / 4},
		{700, 2, 0, 2, 240},       // as asked for, though little is left for each
		{1_000, 2, 3000, 2, 3000}, // likewise
		{0, 3, 0, 3, 2048},
	} {
		b := readFlags{jobs: c.jobs, memory: c.memory}
		n, limits := b.shareOf(c.has<<20, math.MaxInt)
		if n != c.workers || limits.Memory>>20 != c.each {
			t.Errorf("%+v: %d workers with %d MB each", c, n, limits.Memory>>20)
		}
	}
	if n, limits := new(readFlags).shareOf(700<<20, math.MaxInt); n != 1 || limits.Memory>>20 != 480 {
		t.Errorf("%d workers with %d MB each in 700 MB", n, limits.Memory>>20)
	}
}

// A file that this user may not read is named, with what to do, and read by
// the next run that may.
func TestAFileThatMayNotBeReadIsNamedAndReadLater(t *testing.T) {
	b := newBench(t)
	b.some(4, 0)
	locked := filepath.Join(b.in, "r000/2.png")
	b.must(os.Chmod(locked, 0))
	cmd := b.command("batch", b.in, b.out)
	if os.Geteuid() == 0 { // who may read everything
		program := filepath.Join(t.TempDir(), "biaoge")
		data, err := os.ReadFile(cmd.Path)
		b.must(err)
		b.must(os.WriteFile(program, data, 0o755))
		b.must(os.Mkdir(b.out, 0o777))
		b.must(os.Chmod(b.out, 0o777))
		for dir := filepath.Dir(b.out); strings.HasPrefix(dir, os.TempDir()+"/"); dir = filepath.Dir(dir) {
			b.must(os.Chmod(dir, 0o755))
		}
		b.must(os.Chmod(filepath.Dir(program), 0o755))
		cmd.Path = program
		cmd.Dir = b.out
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	_, stderr := b.run(exitSomeFailed, cmd)
	if want := "biaoge: r000/2.png: not read: permission denied; make it readable for this user (chmod u+r)\n"; stderr != want {
		t.Errorf("stderr: %q, want %q", stderr, want)
	}
	b.must(os.Chmod(locked, 0o644))
	b.batch(exitOK)
}
