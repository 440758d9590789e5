package main

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// kill kills a run again and again, and compares what comes out in the end
// with what an undisturbed run gives.
func kill(rnd *rand.Rand) {
	generate(rnd, *n)
	hostile(rnd, max(10, *n/50))
	start := time.Now()
	run := func(name string) time.Duration {
		start := time.Now()
		cmd := batch(name)
		err := cmd.Run()
		var ee *exec.ExitError
		if err != nil && !(errors.As(err, &ee) && (ee.ExitCode() == 3 || ee.ExitCode() == 6)) {
			log.Fatal(err)
		}
		return time.Since(start)
	}
	whole := run("undisturbed")
	fmt.Printf("undisturbed: %v\n", whole.Round(time.Second))
	killed := 0
	for killed < *kills {
		cmd := batch("killed")
		check(cmd.Start())
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		// Spread over the whole run, with moments near its start as well.
		after := time.Duration(float64(whole) / float64(*kills) * (0.3 + 1.2*rnd.Float64()))
		if rnd.IntN(5) == 0 {
			after = time.Duration(rnd.IntN(400)) * time.Millisecond
		}
		select {
		case <-done:
			fmt.Printf("it was done after %d kills\n", killed)
			check(os.RemoveAll(out("killed")))
			continue
		case <-time.After(after):
			check(cmd.Process.Signal(syscall.SIGKILL))
			<-done
			killed++
		}
	}
	s := statusOf("killed")
	fmt.Printf("killed %d times; %d read by then, %d left\n", killed, s.Done, s.Left)
	run("killed")
	differ := compare(out("undisturbed"), out("killed"))
	fmt.Printf("%v altogether; %d outputs compared\n", time.Since(start).Round(time.Second), differ.files)
	if len(differ.names) > 0 {
		log.Fatalf("%d differ: %q", len(differ.names), differ.names[:min(10, len(differ.names))])
	}
	fmt.Println("byte for byte the same")
}

type difference struct {
	files int
	names []string
}

func compare(a, b string) (d difference) {
	x, y := tree(a), tree(b)
	for name, sum := range x {
		d.files++
		if y[name] != sum {
			d.names = append(d.names, name)
		}
	}
	for name := range y {
		if _, ok := x[name]; !ok {
			d.names = append(d.names, name)
		}
	}
	return d
}

// tree hashes what must not depend on how often a run was interrupted; of the
// summary all but what it says of the run.
func tree(dir string) map[string][32]byte {
	all := make(map[string][32]byte)
	check(filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		if e.IsDir() {
			if rel == ".biaoge" {
				return fs.SkipDir
			}
			return nil
		}
		if strings.HasPrefix(rel, "journal.sqlite") || rel == "summary.html" {
			return nil
		}
		data, err := os.ReadFile(path)
		if rel == "summary.json" {
			data, _, _ = bytes.Cut(data, []byte("\n  \"run\": {"))
		}
		all[rel] = sha256.Sum256(data)
		return err
	}))
	return all
}
