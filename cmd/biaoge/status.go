package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/cluster"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/progress"
)

var statusCommand = command{
	name:    "status",
	summary: "show how far a batch is, while it runs or later",
	args:    "OUT",
	help: `
OUT is the output folder of biaoge batch. With --health the exit code is 0
while a run is alive and goes on, or is done, and 1 otherwise.`,
	example: `
biaoge status out
biaoge status --failures out
biaoge status --json out`,
	run: runStatus,
}

// A status is what biaoge status --json prints.
type status struct {
	State       string       `json:"state"` // running, done, stopped or killed
	Kind        string       `json:"kind"`  // of the files: picture or report
	Total       int64        `json:"total"`
	Done        int64        `json:"done"`
	Review      int64        `json:"review"`
	Left        int64        `json:"left"`
	Failed      int64        `json:"failed"`
	Quarantined int64        `json:"quarantined"`
	Skipped     int64        `json:"skipped"`
	Stale       int64        `json:"stale"`
	Rate        float64      `json:"pictures_per_second"`
	Run         *journal.Run `json:"run"`
	Runs        int          `json:"runs"`

	// Workers are the machines that read for a run that is under way over a hub.
	Workers []cluster.Worker `json:"workers,omitempty"`
}

func runStatus(ctx context.Context, c *call) (err error) {
	asJSON := c.flags.Bool("json", false, "print the status as JSON")
	failures := c.flags.Bool("failures", false, "list the pictures that could not be read: name, kind, what to do")
	health := c.flags.Bool("health", false, "print nothing unless a run hangs or has died")
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return usagef("status takes the output folder of a batch")
	}
	place := batch.Place{Dir: args[0]}
	busy := place.Busy()
	j, err := journal.Open(place.Journal())
	if errors.Is(err, fs.ErrNotExist) {
		return usagef("%s has no journal of a batch; give the output folder of one", args[0])
	}
	if err != nil {
		return journalError(args[0], err)
	}
	defer j.Close()
	defer func() {
		if errors.Is(err, journal.ErrDamaged) { // which may show late
			err = journalError(args[0], err)
		}
	}()
	answered, err := answeredIn(place, j)
	if err != nil {
		return err
	}
	if *failures {
		return listFailures(ctx, c.stdout, j)
	}
	s, err := statusOf(j, busy)
	if err != nil {
		return err
	}
	s.Review -= answered
	switch {
	case *health:
		return s.health()
	case *asJSON:
		enc := json.NewEncoder(c.stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(s)
	}
	return s.print(c.stdout, args[0])
}

func statusOf(j *journal.Journal, busy bool) (*status, error) {
	n, err := j.Count()
	if err != nil {
		return nil, err
	}
	runs, err := j.Runs()
	if err != nil {
		return nil, err
	}
	kind, err := batchKind(j)
	if err != nil {
		return nil, err
	}
	s := &status{Kind: kind,
		Total: n.Total(), Done: n.States[journal.Done], Review: n.Flagged, Left: n.Left(),
		Failed: n.States[journal.Failed], Quarantined: n.States[journal.Quarantined], Skipped: n.States[journal.Skipped],
		Stale: n.Stale, Runs: len(runs), State: "killed",
	}
	if len(runs) == 0 {
		return s, nil
	}
	s.Run = &runs[0]
	switch {
	case busy && s.Run.Ended.IsZero():
		s.State = "running"
	case s.Run.Outcome != "":
		s.State = s.Run.Outcome
	}
	if s.State == "running" {
		note, err := j.Meta(workersNote)
		if err != nil {
			return nil, err
		}
		_ = json.Unmarshal([]byte(note), &s.Workers) // nothing is noted before there are some
	}
	if t := s.Run.Beat.Sub(s.Run.Started).Seconds(); t > 1 {
		s.Rate = float64(s.Run.Finished) / t
	}
	return s, nil
}

// alive is how long a run may be silent. It says something every few seconds,
// whatever picture it is at.
const alive = 2 * time.Minute

func (s *status) health() error {
	switch {
	case s.State == "running" && time.Since(s.Run.Beat) > alive:
		return fmt.Errorf("the run has been silent since %s", s.Run.Beat.Format(time.DateTime))
	case s.State == "killed":
		return errors.New("the run was killed; the same command goes on")
	case s.State == "stopped":
		return fmt.Errorf("the run was stopped: %s", s.Run.Cause)
	}
	return nil
}

func (s *status) print(w io.Writer, out string) error {
	var b strings.Builder
	when := func(t time.Time) string { return t.Format("2006-01-02 15:04:05") }
	b.WriteString(oneLine(out) + language.Text(": "))
	switch s.State {
	case "running":
		fmt.Fprintln(&b, language.Text("under way since %s (process %d on %s)", when(s.Run.Started), s.Run.PID, s.Run.Host))
	case "done":
		fmt.Fprintln(&b, language.Text("done at %s", when(s.Run.Ended)))
	case "stopped":
		fmt.Fprintln(&b, language.Text("stopped at %s: %s", when(s.Run.Ended), oneLine(language.Translate(s.Run.Cause))))
	default:
		if s.Run == nil {
			fmt.Fprintln(&b, language.Text("nothing has been read yet"))
		} else {
			fmt.Fprintln(&b, language.Text("killed, last heard of at %s; the same biaoge batch goes on", when(s.Run.Beat)))
		}
	}
	line := func(what string, n int64, more string) {
		fmt.Fprintf(&b, "%s %10s%s\n", runewidth.FillRight(language.Text(what), 12), count(n), more)
	}
	line(s.Kind+"s", s.Total, "")
	review := ""
	if s.Review > 0 {
		review = language.Text("  (%s to review)", count(s.Review))
	}
	line("read", s.Done, review)
	left := ""
	if s.State == "running" && s.Rate > 0 && s.Left > 0 {
		left = language.Text("  (%s, %s to go)", progress.Rate(language, s.Rate), progress.Span(language, time.Duration(float64(s.Left)/s.Rate*float64(time.Second))))
	}
	line("left", s.Left, left)
	failed := ""
	if s.Failed+s.Quarantined > 0 {
		failed = language.Text("  (--failures lists them)")
	}
	line("not read", s.Failed, failed)
	line("quarantined", s.Quarantined, "")
	if s.Skipped > 0 {
		line("no "+s.Kind+"s", s.Skipped, "")
	}
	if s.Stale > 0 {
		line("out of date", s.Stale, language.Text("  (biaoge batch --refresh reads them again)"))
	}
	s.machines(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

// machines writes a line for each machine that reads.
func (s *status) machines(b *strings.Builder) {
	if len(s.Workers) == 0 {
		return
	}
	fmt.Fprintf(b, "%s %10s\n", runewidth.FillRight(language.Text("machines"), 12), count(int64(len(s.Workers))))
	for _, w := range s.Workers {
		parts := []string{language.Text("%d at once, %d in hand", w.Slots, w.Busy), progress.Rate(language, w.Rate), language.Text("%s read", count(w.Read)), plural(w.Deaths, "death")}
		if w.Versions.Program != "" {
			parts = append(parts, language.Text("biaoge %s", oneLine(w.Versions.Program)))
		}
		if w.Refused != "" {
			parts = append(parts, language.Text("refused: %s", oneLine(language.Translate(w.Refused))))
		}
		fmt.Fprintf(b, "  %s: %s\n", oneLine(w.Host), strings.Join(parts, ", "))
	}
}

func listFailures(ctx context.Context, w io.Writer, j *journal.Journal) error {
	return j.EachIn(ctx, []journal.State{journal.Failed, journal.Quarantined}, func(p *journal.Picture) error {
		_, err := fmt.Fprintf(w, "%s\t%s\t%s\n", p.Name, p.Kind, oneLine(language.Translate(p.Error)))
		return err
	})
}
