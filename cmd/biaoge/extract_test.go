package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// A picture that costs a worker its life costs extract that picture, and one
// for which another one may be to blame is read once more.
func TestExtractOutlivesItsWorkers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.picture("1.png", fakePicture{Salt: 1})
	b.picture("2.png", fakePicture{Do: "once:" + filepath.Join(t.TempDir(), "crashed")})
	b.picture("3.png", fakePicture{Do: "crash"})
	b.picture("4.png", fakePicture{Do: "half"})
	b.picture("5.png", fakePicture{Do: "eat"})
	b.picture("6.png", fakePicture{Salt: 6})
	stdout, stderr := b.run(exitSomeFailed, b.command("extract", "--jobs", "1", "--memory", "200", "--format", "jsonl", b.in))
	if n := strings.Count(stdout, "\n"); n != 4 {
		t.Errorf("%d documents: %s", n, stdout)
	}
	for _, want := range []string{
		"3.png: the worker process crashed: SIGSEGV",
		"4.png: page 2 of 2: the picture is damaged: it ends early\n",
		"5.png: reading it took more than 200 MB of memory; --memory allows more\n",
	} {
		if !strings.Contains(stderr, want) {
			t.Errorf("stderr lacks %q: %s", want, stderr)
		}
	}
	if n := strings.Count(stderr, "\n"); n != 3 {
		t.Errorf("%d lines: %s", n, stderr)
	}

	b.env = []string{fakeWorkers + "=dead"}
	if _, stderr := b.run(exitFailure, b.command("extract", b.in)); strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "the workers can't start: ") {
		t.Errorf("stderr: %s", stderr)
	}
	b.env = []string{fakeWorkers + "=missing"}
	if _, stderr := b.run(exitDependency, b.command("extract", b.in)); strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "apt-get install tesseract-ocr-chi-sim") {
		t.Errorf("stderr: %s", stderr)
	}
}
