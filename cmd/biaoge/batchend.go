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
	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/internal/results"
)

// stopped says why a run ended before it was done, and how far it came.
func stopped(err error, what string, n journal.Counts) error {
	left := language.Text("%s read, %s left", plural(n.States[journal.Done], what), count(n.Left()))
	switch {
	case errors.Is(err, context.Canceled):
		return &exitError{exitInterrupted, fmt.Errorf("stopped (%s); the same command goes on", left)}
	case errors.Is(err, batch.ErrDependency):
		return &exitError{exitDependency, fmt.Errorf("stopped (%s): %w", left, err)}
	}
	return &exitError{exitFailure, fmt.Errorf("stopped (%s): %w", left, err)}
}

// printSummary ends a run in words.
func printSummary(w io.Writer, out, what string, s *results.Summary, n journal.Counts) error {
	var b strings.Builder
	p := s.Pictures
	b.WriteString(language.Text("%s: %s read", plural(int64(p.Total), what), count(int64(p.Done))))
	for _, part := range []struct {
		n    int
		what string
	}{{p.Review, ", %s to review"}, {p.Partly, ", %s in part"}, {p.Failed, ", %s not read"}, {p.Quarantined, ", %s in quarantine"}, {p.Left, ", %s left"}} {
		if part.n > 0 {
			b.WriteString(language.Text(part.what, count(int64(part.n))))
		}
	}
	b.WriteString("\n")
	if what == "picture" {
		b.WriteString(language.Text("%s, ", plural(int64(s.Reports), "report")))
	}
	b.WriteString(language.Text("%s, %s", plural(int64(s.Tables.Total), "table"), plural(int64(s.Values.Total), "value")))
	if s.DuplicateCount > 0 {
		b.WriteString(language.Text(", %s", plural(int64(s.DuplicateCount), "duplicate")))
	}
	if s.ConflictCount > 0 {
		claimed := ", %s claimed by several pictures"
		if what == "report" {
			claimed = ", %s given twice with different values"
		}
		b.WriteString(language.Text(claimed, plural(int64(s.ConflictCount), "table")))
	}
	fmt.Fprintln(&b)
	if n.Stale > 0 {
		fmt.Fprintln(&b, language.Text("%s out of date: changed since, or read by other versions; --refresh reads them again", plural(n.Stale, what)))
	}
	if s.Pattern != "" {
		fmt.Fprintln(&b, language.Text("pictures of a folder contradict one another as those of several reports do; their names part them with --report-pattern '%s' (or auto) and --results-only", s.Pattern))
	} else if s.ConflictCount > 0 && what == "picture" {
		fmt.Fprintln(&b, language.Text("pictures of a report contradict one another; if they are of several reports, --report-pattern parts them (docs/batch.md)"))
	}
	fmt.Fprintln(&b, language.Text("%s says more", oneLine(filepath.Join(out, "summary.html"))))
	_, err := io.WriteString(w, b.String())
	return err
}

// verdict is the exit code of a run that is done.
func verdict(in, what string, s *results.Summary, n journal.Counts) error {
	failed := n.States[journal.Failed] + n.States[journal.Quarantined]
	switch {
	case n.Total() == 0 && n.States[journal.Skipped] == 0:
		if what == "report" {
			return &exitError{exitNothingRead, fmt.Errorf("%s: it is empty, or its files are left out; name a folder that has reports, or other globs", in)}
		}
		return &exitError{exitNothingRead, fmt.Errorf("%s: it is empty, or its files are left out; name a folder that has pictures, or other globs", in)}
	case n.Total() == 0 && what == "report":
		return &exitError{exitNothingRead, fmt.Errorf("%s: no report in it, only %s; name a folder that has some, other globs, or leave out --reports for pictures", in, plural(n.States[journal.Skipped], "other file"))}
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

// plural is a number of things, in the language of the run.
func plural(n int64, what string) string {
	switch {
	case language != message.English:
		return language.Text("%s "+what+"s", count(n))
	case n == 1:
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
