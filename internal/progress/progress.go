// Package progress tells how far a long run is: on a terminal a line that
// keeps changing, elsewhere a line now and then, or JSON for programs.
//
// It must not know what is run.
package progress

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/message"
)

// How often a line is shown on a terminal and elsewhere.
const (
	redraw = 200 * time.Millisecond
	Every  = 30 * time.Second
)

// A Display shows the progress of a run and what its log says.
type Display struct {
	w        io.Writer
	width    func() int // of the terminal; nil where there is none
	log      *slog.Logger
	json     bool
	clean    func(string) string
	language message.Language

	mu    sync.Mutex
	shown bool // a line that is to be drawn over
	rate  rate
}

// New makes a display. Width gives the width of the terminal, and is nil where
// w is none; clean makes any text fit for one line. Text comes in the language,
// JSON in English.
func New(w io.Writer, json bool, width func() int, clean func(string) string, l message.Language) *Display {
	d := &Display{w: w, json: json, clean: clean, language: l}
	if json {
		d.log = slog.New(slog.NewJSONHandler(w, nil))
		return d
	}
	d.width = width
	d.log = slog.New(&handler{d: d})
	return d
}

// Log is where a run says what is worth it.
func (d *Display) Log() *slog.Logger { return d.log }

// Write writes lines in the place of the one that is drawn over.
func (d *Display) Write(lines []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.erase()
	return d.w.Write(lines)
}

// Work is what a display shows the progress of.
type Work interface {
	Snapshot() batch.Snapshot
}

// Show shows the progress until stop is called, which draws the last line.
func (d *Display) Show(m Work) (stop func()) {
	every := Every
	if d.width != nil {
		every = redraw
	}
	t := time.NewTicker(every)
	sample := time.NewTicker(time.Second)
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			select {
			case <-done:
				return
			case now := <-sample.C:
				d.mu.Lock()
				d.rate.add(now, m.Snapshot().Finished)
				d.mu.Unlock()
			case <-t.C:
				d.draw(m.Snapshot())
			}
		}
	}()
	return func() {
		t.Stop()
		sample.Stop()
		close(done)
		<-ended
		d.mu.Lock()
		defer d.mu.Unlock()
		d.erase()
	}
}

func (d *Display) draw(s batch.Snapshot) {
	d.mu.Lock()
	defer d.mu.Unlock()
	perSecond := d.rate.perSecond()
	if d.json {
		left := time.Duration(0)
		if perSecond > 0 {
			left = time.Duration(float64(s.Left()) / perSecond * float64(time.Second))
		}
		d.log.Info("progress", "phase", s.Phase, "total", s.Total, "total_known", s.Known, "done", s.Done, "left", s.Left(), "review", s.Flagged,
			"failed", s.Failed, "skipped", s.Skipped, "per_second", round(perSecond), "seconds_left", int(left.Seconds()), "memory_bytes", s.Memory)
		return
	}
	line := Line(d.language, s, perSecond)
	if d.width == nil {
		fmt.Fprintln(d.w, line)
		return
	}
	if n := d.width(); n > 1 {
		line = runewidth.Truncate(line, n-1, "…")
	}
	fmt.Fprint(d.w, "\r", line, "\x1b[K")
	d.shown = true
}

func (d *Display) erase() {
	if d.shown {
		fmt.Fprint(d.w, "\r\x1b[K")
		d.shown = false
	}
}

// Line is the progress in words.
func Line(l message.Language, s batch.Snapshot, perSecond float64) string {
	var b strings.Builder
	if s.Phase != "" && s.Phase != batch.PhaseReading {
		b.WriteString(l.Text("%s: ", l.Text(s.Phase)))
	}
	total := message.Thousands(s.Total)
	if !s.Known {
		total = l.Text("at least %s", total)
	}
	done := "%[1]s of %[2]s pictures done"
	if s.What == batch.OfReports {
		done = "%[1]s of %[2]s reports done"
	}
	b.WriteString(l.Text(done, message.Thousands(s.Done+s.Failed), total))
	if s.Known && s.Total > 0 {
		fmt.Fprintf(&b, " (%d %%)", 100*(s.Done+s.Failed)/s.Total)
	}
	b.WriteString(l.Text(", %s left, %s to review, %s failed", message.Thousands(s.Left()), message.Thousands(s.Flagged), message.Thousands(s.Failed)))
	if perSecond > 0 {
		b.WriteString(l.Text(", %s", Rate(l, perSecond)))
		if s.Known && s.Left() > 0 {
			b.WriteString(l.Text(", %s to go", Span(l, time.Duration(float64(s.Left())/perSecond*float64(time.Second)))))
		}
	}
	return b.String()
}

// Rate writes pictures a second, or an hour where they are few.
func Rate(l message.Language, perSecond float64) string {
	if perSecond < 0.1 {
		return l.Text("%.0f an hour", perSecond*3600)
	}
	return l.Text("%.1f a second", perSecond)
}

// Span writes a time as people say it.
func Span(l message.Language, d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return l.Text("%d s", int(d.Seconds()+0.5))
	case d < 2*time.Hour:
		return l.Text("%d min", int(d.Minutes()+0.5))
	}
	return l.Text("%d h %02d min", int(d.Hours()), int(d.Minutes())%60)
}

func round(v float64) float64 { return float64(int(v*100+0.5)) / 100 }

// A rate is how many pictures were finished in the last minute or so.
type rate struct {
	times  []time.Time
	counts []int64
}

const window = 90

func (r *rate) add(t time.Time, n int64) {
	r.times, r.counts = append(r.times, t), append(r.counts, n)
	if len(r.times) > window {
		r.times, r.counts = r.times[1:], r.counts[1:]
	}
}

func (r *rate) perSecond() float64 {
	n := len(r.times)
	if n < 3 {
		return 0
	}
	return float64(r.counts[n-1]-r.counts[0]) / r.times[n-1].Sub(r.times[0]).Seconds()
}

// A handler prints for people what went wrong: with which picture, and how.
type handler struct {
	d     *Display
	attrs []slog.Attr
}

func (h *handler) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelWarn }

func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &handler{h.d, append(h.attrs[:len(h.attrs):len(h.attrs)], attrs...)}
}

func (h *handler) WithGroup(string) slog.Handler { return h }

func (h *handler) Handle(_ context.Context, r slog.Record) error {
	var picture, problem string
	var rest bytes.Buffer
	each := func(a slog.Attr) bool {
		switch a.Key {
		case "picture":
			picture = a.Value.String()
		case "error":
			problem = a.Value.String()
		case "kind":
		default:
			fmt.Fprintf(&rest, " %s=%s", a.Key, a.Value)
		}
		return true
	}
	for _, a := range h.attrs {
		each(a)
	}
	r.Attrs(each)
	var b strings.Builder
	b.WriteString("biaoge: ")
	if picture != "" {
		b.WriteString(picture + h.d.language.Text(": "))
	}
	b.WriteString(h.d.language.Translate(r.Message))
	if problem != "" {
		b.WriteString(h.d.language.Text(": ") + h.d.language.Translate(problem))
	}
	b.Write(rest.Bytes())
	line := h.d.clean(b.String())
	if !utf8.ValidString(line) {
		line = strings.ToValidUTF8(line, "\ufffd")
	}
	h.d.mu.Lock()
	defer h.d.mu.Unlock()
	h.d.erase()
	_, err := fmt.Fprintln(h.d.w, line)
	return err
}
