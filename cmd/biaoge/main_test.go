package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"testing"

	"github.com/biaoge/biaoge"
)

func TestAMessageIsOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"plain 表格.png":        "plain 表格.png",
		"two\nlines\n":        "two lines",
		"red\x1b[31m":         `red\u001b[31m`,
		"\xff.png":            `\xff.png`,
		"a\u202egnp.exe":      `a\u202egnp.exe`,
		"said \ufffd already": "said \ufffd already",
	} {
		if got := oneLine(in); got != want {
			t.Errorf("oneLine(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestEachErrorHasItsExitCode(t *testing.T) {
	for _, c := range []struct {
		err  error
		want exitCode
	}{
		{nil, exitOK},
		{errors.New("the disk is full"), exitFailure},
		{usagef("no"), exitUsage},
		{exitWith(exitSomeFailed), exitSomeFailed},
		{fmt.Errorf("new: %w", biaoge.ErrDependency), exitDependency},
		{fmt.Errorf("writing: %w", &fs.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.EPIPE}), exitBrokenPipe},
		{fmt.Errorf("cell 3: %w", context.Canceled), exitInterrupted},
	} {
		if got := codeOf(c.err); got != c.want {
			t.Errorf("codeOf(%v) is %d, want %d", c.err, got, c.want)
		}
	}
}

func TestReportIsALineForEachError(t *testing.T) {
	var b strings.Builder
	report(&b, &exitError{exitUsage, errors.Join(errors.New("one"), fmt.Errorf("two: %w", fs.ErrNotExist), errors.Join(errors.New("three"), errors.New("four\nfive")))})
	const want = "biaoge: one\nbiaoge: two: file does not exist\nbiaoge: three\nbiaoge: four five\n"
	if b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
