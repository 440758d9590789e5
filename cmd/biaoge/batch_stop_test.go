package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/slowpic"
)

// A batch that is told to stop does so within a second, whatever is in hand, and
// as often as that happens no picture is suspected for it.
func TestBatchStopsPromptly(t *testing.T) {
	b := newBench(t)
	b.env = nil // real workers
	b.put("slow.png", slowpic.Grid(120, 120))
	for range 4 {
		cmd := b.command("batch", "--jobs", "1", b.in, b.out)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		b.must(cmd.Start())
		b.until(func(s status) bool { return s.State == "running" && s.Total == 1 })
		time.Sleep(500 * time.Millisecond)
		told := time.Now()
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
		if took := time.Since(told); took > promptly {
			t.Errorf("it went on for %v", took)
		}
		if got := cmd.ProcessState.ExitCode(); got != int(exitInterrupted) || !strings.Contains(stderr.String(), "stopped (0 pictures read, 1 left); the same command goes on") {
			t.Errorf("exit code %d: %s", got, stderr.String())
		}
		if p := b.pictures()["slow.png"]; p.State != journal.Pending || p.Interrupted != 0 {
			t.Errorf("it is %s, interrupted %d times", p.State, p.Interrupted)
		}
	}
}

// Pictures that are nearly done are finished.
func TestBatchFinishesWhatIsNearlyDone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.picture("a.png", fakePicture{Millis: 1200})
	cmd := b.command("batch", b.in, b.out)
	b.must(cmd.Start())
	b.until(func(s status) bool { return s.State == "running" && s.Total == 1 })
	time.Sleep(time.Second)
	cmd.Process.Signal(os.Interrupt)
	cmd.Wait()
	if p := b.pictures()["a.png"]; p.State != journal.Done {
		t.Errorf("it is %s", p.State)
	}
}

// A batch that is told to stop when everything is done ends with the code of
// what is done.
func TestBatchToldToStopWhenDone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.picture("a.png", fakePicture{Form: appeals, Values: map[string]string{keyA: "3"}, Review: true})
	// Whoever reads its output reads nothing yet, so that it can't end.
	r, w, err := os.Pipe()
	b.must(err)
	defer r.Close()
	w.SetWriteDeadline(time.Now().Add(200 * time.Millisecond))
	for {
		if _, err := w.Write(make([]byte, 1024)); err != nil {
			break
		}
	}
	cmd := b.command("batch", b.in, b.out)
	cmd.Stdout = w
	b.must(cmd.Start())
	w.Close()
	b.until(func(s status) bool { return s.State == "done" })
	cmd.Process.Signal(os.Interrupt)
	time.Sleep(300 * time.Millisecond)
	go io.Copy(io.Discard, r)
	cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != int(exitReview) {
		t.Errorf("exit code %d, want %d", got, exitReview)
	}
	if s := b.status(); s.State != "done" {
		t.Errorf("status %+v", s)
	}
}

// A journal that is damaged is set aside, and a new one takes over the documents
// that are finished.
func TestADamagedJournalIsSetAsideAndFinishedDocumentsAreKept(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func(file string, data []byte) []byte{
		"no journal": func(_ string, data []byte) []byte { return bytes.Repeat([]byte("x"), len(data)) },
		"cut":        func(_ string, data []byte) []byte { return data[:len(data)/2] },
		"a page": func(_ string, data []byte) []byte {
			for i := 4096; i < len(data); i += 4096 {
				copy(data[i:], bytes.Repeat([]byte{0xee}, 64))
			}
			return data
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.some(6, 0)
			b.batch(exitOK)
			want := b.outputs()
			file := batch.Place{Dir: b.out}.Journal()
			data, err := os.ReadFile(file)
			b.must(err)
			b.must(os.WriteFile(file, damage(file, data), 0o666))

			_, stderr := b.run(exitFailure, b.command("status", b.out))
			if n := strings.Count(stderr, "\n"); n != 1 || !strings.Contains(stderr, "the journal is damaged") || !strings.Contains(stderr, "run the batch once more") {
				t.Errorf("status says: %s", stderr)
			}
			cmd := b.command("batch", b.in, b.out)
			var said bytes.Buffer
			cmd.Stderr = &said
			if cmd.Run(); cmd.ProcessState.ExitCode() == int(exitFailure) { // it showed on the way
				if n := strings.Count(said.String(), "damaged ("); n > 1 || !strings.Contains(said.String(), "the same command begins a new one") {
					t.Errorf("it says: %s", said.String())
				}
				b.batch(exitOK)
			} else if !strings.Contains(said.String(), "the journal is damaged; a new one takes over") {
				t.Errorf("it says: %s", said.String())
			}
			b.same(want)
			for name, p := range b.pictures() {
				if p.Attempts != 0 {
					t.Errorf("%s was read again", name)
				}
			}
			if aside, _ := filepath.Glob(file + ".damaged-1"); len(aside) != 1 {
				t.Error("the damaged journal is gone")
			}
		})
	}
}

// Documents of other versions are not taken over by a journal that is new.
func TestDocumentsOfOtherVersionsAreNotTakenOverByANewJournal(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.some(4, 0)
	b.batch(exitOK)
	b.batch(exitOK, "--review-below", "0.5")
	b.must(os.Remove(batch.Place{Dir: b.out}.Journal()))
	b.batch(exitOK)
	for name, p := range b.pictures() {
		if p.Attempts != 1 {
			t.Errorf("%s was read %d times", name, p.Attempts)
		}
	}
}
