package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"unicode"

	"github.com/biaoge/biaoge"
)

// An exitCode is what the program ends with. Scripts rely on the numbers: none
// ever changes its meaning. docs/errors.md has the same table.
type exitCode int

const (
	exitOK          exitCode = 0   // everything asked for was done
	exitFailure     exitCode = 1   // the work could not be done for a reason outside the inputs: a full disk, an output folder that is not writable
	exitUsage       exitCode = 2   // the command line is wrong; nothing was done
	exitSomeFailed  exitCode = 3   // some inputs could not be read; the others were done
	exitNothingRead exitCode = 4   // no input could be read
	exitDependency  exitCode = 5   // something the program needs is not installed; biaoge doctor says what
	exitReview      exitCode = 6   // everything was done, and some of it should be looked at (only where a command says so)
	exitBusy        exitCode = 7   // another run writes to the same folder; nothing was done
	exitInterrupted exitCode = 130 // stopped by Ctrl-C or SIGTERM; what was finished before is printed whole
	exitBrokenPipe  exitCode = 141 // whoever read the output stopped reading, as in biaoge … | head
)

// exitCodes is the table of biaoge help exit-codes.
var exitCodes = []struct {
	code    exitCode
	meaning string
}{
	{exitOK, "everything asked for was done"},
	{exitFailure, "the work could not be done for a reason outside the inputs, such as a full disk"},
	{exitUsage, "the command line is wrong; nothing was done"},
	{exitSomeFailed, "some inputs could not be read; the others were done"},
	{exitNothingRead, "no input could be read"},
	{exitDependency, "something the program needs is not installed; biaoge doctor says what"},
	{exitReview, "everything was done, and some of it should be looked at (batch)"},
	{exitBusy, "another run writes to the same folder; nothing was done (batch, review)"},
	{exitInterrupted, "stopped by Ctrl-C or SIGTERM; what was finished before is printed whole"},
	{exitBrokenPipe, "whoever read the output stopped reading, as in biaoge … | head"},
}

// An exitError ends the program with a code. A nil err prints nothing: what
// went wrong was said already.
type exitError struct {
	code exitCode
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// exitWith ends with a code after everything was said.
func exitWith(code exitCode) error { return &exitError{code: code} }

// said tells whether a command ended with a code after everything was said.
func said(err error) bool {
	var ee *exitError
	return errors.As(err, &ee) && ee.err == nil
}

// usagef is an error of the command line.
func usagef(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// codeOf says what an error that ends a command means to the caller.
func codeOf(err error) exitCode {
	var ee *exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &ee):
		return ee.code
	case errors.Is(err, syscall.EPIPE):
		return exitBrokenPipe
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case errors.Is(err, biaoge.ErrDependency):
		return exitDependency
	}
	return exitFailure
}

// oneLine makes an error fit for a line of the terminal: names of files may
// hold newlines and escape sequences.
func oneLine(s string) string {
	s = strings.TrimRight(s, "\n")
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\n' || r == '\t':
			b.WriteByte(' ')
		case r == unicode.ReplacementChar && !strings.HasPrefix(s[i:], string(unicode.ReplacementChar)):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
