package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/biaoge/biaoge/internal/slowpic"
)

// grid draws a picture that takes long to read: grid ROWS COLS FILE
func grid(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: grid ROWS COLS FILE")
	}
	rows, err := strconv.Atoi(args[0])
	ts.Check(err)
	cols, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), slowpic.Grid(rows, cols), 0o666))
}

// promptly is how soon a program ends that was told to.
const promptly = time.Second

// interrupt sends a signal to a command after so many seconds, and wants it to
// end promptly: interrupt INT|TERM SECONDS CODE COMMAND…
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 4 {
		ts.Fatalf("usage: interrupt INT|TERM SECONDS CODE COMMAND…")
	}
	seconds, err := strconv.ParseFloat(args[1], 64)
	ts.Check(err)
	sig := map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM}[args[0]]
	cmd := exec.Command(args[3], args[4:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "HOME="+ts.Getenv("HOME"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	ts.Check(cmd.Start())
	time.Sleep(time.Duration(seconds * float64(time.Second)))
	told := time.Now()
	if err := cmd.Process.Signal(sig); err != nil {
		ts.Fatalf("it had ended by itself: %s", stderr.String())
	}
	cmd.Wait()
	if took := time.Since(told); took > promptly {
		ts.Fatalf("it went on for %v; stderr: %s", took, stderr.String())
	}
	if got := strconv.Itoa(cmd.ProcessState.ExitCode()); got != args[2] {
		ts.Fatalf("exit code %s, want %s; stderr: %s", got, args[2], stderr.String())
	}
	fmt.Fprintf(ts.Stdout(), "%s", stderr.String())
}
