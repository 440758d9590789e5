package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/results"
)

// stopped says why a run ended before it was done, and how far it came.
func stopped(err error, n journal.Counts) error {
	left := fmt.Sprintf("%s read, %s left", plural(n.States[journal.Done], "picture"), count(n.Left()))
	switch {
	case errors.Is(err, context.Canceled):
		return &exitError{exitInterrupted, fmt.Errorf("stopped (%s); the same command goes on", left)}
	case errors.Is(err, batch.ErrDependency):
		return &exitError{exitDependency, fmt.Errorf("stopped (%s): %w", left, err)}
	}
	return &exitError{exitFailure, fmt.Errorf("stopped (%s): %w", left, err)}
}

// printSummary ends a run in words.
func printSummary(w io.Writer, out string, s *results.Summary, n journal.Counts) error {
	var b strings.Builder
	p := s.Pictures
	fmt.Fprintf(&b, "%s: %s read", plural(int64(p.Total), "picture"), count(int64(p.Done)))
	for _, part := range []struct {
		n    int
		what string
	}{{p.Review, "to review"}, {p.Partly, "in part"}, {p.Failed, "not read"}, {p.Quarantined, "in quarantine"}, {p.Left, "left"}} {
		if part.n > 0 {
			fmt.Fprintf(&b, ", %s %s", count(int64(part.n)), part.what)
		}
	}
	fmt.Fprintf(&b, "\n%s, %s, %s", plural(int64(s.Reports), "report"), plural(int64(s.Tables.Total), "table"), plural(int64(s.Values.Total), "value"))
	if s.DuplicateCount > 0 {
		fmt.Fprintf(&b, ", %s", plural(int64(s.DuplicateCount), "duplicate"))
	}
	if s.ConflictCount > 0 {
		fmt.Fprintf(&b, ", %s claimed by several pictures", plural(int64(s.ConflictCount), "table"))
	}
	fmt.Fprintln(&b)
	if n.Stale > 0 {
		fmt.Fprintf(&b, "%s out of date: changed since, or read by other versions; --refresh reads them again\n", plural(n.Stale, "picture"))
	}
	fmt.Fprintf(&b, "%s says more\n", oneLine(filepath.Join(out, "summary.html")))
	_, err := io.WriteString(w, b.String())
	return err
}

// verdict is the exit code of a run that is done.
func verdict(in string, s *results.Summary, n journal.Counts) error {
	failed := n.States[journal.Failed] + n.States[journal.Quarantined]
	switch {
	case n.Total() == 0 && n.States[journal.Skipped] == 0:
		return &exitError{exitNothingRead, fmt.Errorf("%s: it is empty, or its files are left out; name a folder that has pictures, or other globs", in)}
	case n.Total() == 0:
		return &exitError{exitNothingRead, fmt.Errorf("%s: no picture in it, only %s; name a folder that has some, or other globs", in, plural(n.States[journal.Skipped], "other file"))}
	case n.States[journal.Done] == 0 && failed > 0:
		return exitWith(exitNothingRead)
	case failed > 0 || n.Partly > 0:
		return exitWith(exitSomeFailed)
	case s.Pictures.Review > 0 || s.ConflictCount > 0:
		return exitWith(exitReview)
	}
	return nil
}

func plural(n int64, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return count(n) + " " + what + "s"
}

// count writes a number with commas.
func count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
