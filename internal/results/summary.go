package results

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/tables"
)

// A Summary is what summary.json holds. docs/batch.md describes it.
type Summary struct {
	Version        int            `json:"version"`
	Pictures       Pictures       `json:"pictures"`
	Reports        int            `json:"reports"`
	Tables         Tables         `json:"tables"`
	Values         Values         `json:"values"`
	Forms          []Form         `json:"forms"`
	Checks         []Check        `json:"failed_checks"`
	Confidence     []Bin          `json:"confidence"`
	Media          map[string]int `json:"media_types"`
	Warnings       map[string]int `json:"warnings"`
	Failures       []Failure      `json:"failures"`   // ordered by report and picture; at most listAtMost
	Duplicates     []Duplicate    `json:"duplicates"` // likewise
	Conflicts      []Conflict     `json:"conflicts"`  // likewise
	Kinds          map[string]int `json:"failure_kinds"`
	DuplicateCount int            `json:"duplicate_count"`
	ConflictCount  int            `json:"conflict_count"`

	// Run is about this run and the ones before it. All else depends on the
	// pictures alone.
	Run RunInfo `json:"run"`

	// Pattern is the --report-pattern that would part reports whose pictures
	// contradict, by their names; empty where none would.
	Pattern string `json:"report_pattern,omitempty"`

	forms   map[string]*Form
	checks  map[[2]string]*Check
	bins    digest.Bins
	shown   []shown       // pictures that summary.html shows
	flagged []flagged     // values that it lists, at most rowsAtMost
	failed  []failedCheck // likewise
}

// Lists in the summary are cut here; the journal has everything.
const (
	listAtMost  = 10_000
	namesAtMost = 100
	rowsAtMost  = 500 // of a list in summary.html
	showAtMost  = 48  // pictures in summary.html
)

// Pictures counts pictures.
type Pictures struct {
	Total       int `json:"total"`
	Done        int `json:"done"`
	Review      int `json:"review"` // done, with something that a person should look at
	NoTable     int `json:"no_table"`
	Partly      int `json:"partly"` // done, but for some pages
	Failed      int `json:"failed"`
	Quarantined int `json:"quarantined"`
	Left        int `json:"left"`
	Skipped     int `json:"skipped"` // files that are no pictures; not in total
	Duplicates  int `json:"duplicates"`
}

// Tables counts tables, of duplicates one.
type Tables struct {
	Total   int `json:"total"`
	Unknown int `json:"unknown"` // of no known form
}

// Values counts values of known forms.
type Values struct {
	Total  int `json:"total"`
	Review int `json:"review"`
}

// A Form counts the tables on one edition of a form.
type Form struct {
	Form         string `json:"form"`
	Tables       int    `json:"tables"`
	Values       int    `json:"values"`
	Review       int    `json:"review"`
	FailedChecks int    `json:"failed_checks"`
}

// A Check is a sum that does not hold, and where.
type Check struct {
	Form     string   `json:"form"`
	Rule     string   `json:"rule"`
	Failed   int      `json:"failed"`
	Pictures []string `json:"pictures"` // the first namesAtMost
}

// A Bin counts values by confidence: from From up to, not including, To.
type Bin struct {
	From   float64 `json:"from"`
	To     float64 `json:"to"`
	Values int     `json:"values"`
}

// A Failure is a picture that could not be read.
type Failure struct {
	Picture     string        `json:"picture"`
	Report      string        `json:"report"`
	Kind        string        `json:"kind"`
	Error       string        `json:"error"`
	Cause       *tables.Cause `json:"cause,omitempty"` // the same as a code
	Quarantined bool          `json:"quarantined,omitempty"`

	path string
}

// A Duplicate is a picture that says what another one says. It counts once.
type Duplicate struct {
	Picture string `json:"picture"`
	Of      string `json:"of"`
	Report  string `json:"report"`
	Kind    string `json:"kind"`
}

// The kinds of Duplicate. OtherReport counts in both reports: which of them
// the picture belongs to, a person has to say.
const (
	SameBytes   = "same bytes"
	SamePicture = "same picture, other size or compression"
	SameValues  = "same values"
	OtherReport = "same bytes, other report"
)

// A Conflict is a table of a report that several pictures claim to be.
type Conflict struct {
	Report   string   `json:"report"`
	Table    string   `json:"table"`    // the form without its edition
	Pictures []string `json:"pictures"` // the first namesAtMost
	Count    int      `json:"count"`
}

// RunInfo tells of the run that wrote the summary.
type RunInfo struct {
	In       string           `json:"in"`
	Versions journal.Versions `json:"versions"`
	Runs     int              `json:"runs"` // so many, this one included, have worked on the folder
	Started  time.Time        `json:"started"`
	Ended    time.Time        `json:"ended"`
	Seconds  float64          `json:"seconds"`
	Workers  int              `json:"workers"`
	Read     int64            `json:"read"`   // pictures finished in this run
	Copies   int64            `json:"copies"` // of those, not read because one with the same bytes was
	Rate     float64          `json:"pictures_per_second"`
	Overhead float64          `json:"overhead"` // time spent on journal and writing, beside the workers, as a part of seconds
	Busy     float64          `json:"busy"`     // part of the time that workers had a picture in hand
	Peak     int64            `json:"peak_worker_bytes"`
	Stale    int64            `json:"stale"` // read by other versions than this run's, or changed since
	Slowest  []Slow           `json:"slowest"`
}

// BusyPercent is Busy for people.
func (r RunInfo) BusyPercent() float64 { return 100 * r.Busy }

// Slow is a picture that took long.
type Slow struct {
	Picture      string `json:"picture"`
	Milliseconds int64  `json:"milliseconds"`
}

type shown struct {
	Picture, Why string
	Image        template.URL
	path         string
}

func newSummary() *Summary {
	return &Summary{
		Version: 1, Media: map[string]int{}, Warnings: map[string]int{}, Kinds: map[string]int{},
		Forms: []Form{}, Checks: []Check{}, Failures: []Failure{}, Duplicates: []Duplicate{}, Conflicts: []Conflict{},
		forms: map[string]*Form{}, checks: map[[2]string]*Check{},
	}
}

func (s *Summary) picture(p *journal.Picture) {
	if p.State == journal.Skipped {
		s.Pictures.Skipped++
		return
	}
	s.Pictures.Total++
	switch p.State {
	case journal.Done:
		s.Pictures.Done++
		s.Media[p.Digest.MediaType]++
		for _, w := range p.Digest.Warnings {
			s.Warnings[w]++
		}
		if p.Digest.Review() {
			s.Pictures.Review++
		}
		if len(p.Digest.Tables) == 0 {
			s.Pictures.NoTable++
		}
		if p.Error != "" {
			s.Pictures.Partly++
			s.failure(p)
		}
	case journal.Failed, journal.Quarantined:
		if p.State == journal.Quarantined {
			s.Pictures.Quarantined++
		} else {
			s.Pictures.Failed++
		}
		s.failure(p)
	default:
		s.Pictures.Left++
	}
}

func (s *Summary) failure(p *journal.Picture) {
	s.Kinds[p.Kind]++
	if len(s.Failures) < listAtMost {
		s.Failures = append(s.Failures, Failure{p.Name, p.Report, p.Kind, p.Error, causeOf(p.Error), p.State == journal.Quarantined, p.Path})
	}
}

// causeOf is a failure as a code; nil where its words have none.
func causeOf(text string) *tables.Cause {
	if c, ok := message.Failure(text); ok {
		return &c
	}
	return nil
}

func (s *Summary) table(p *journal.Picture, t *digest.Table) {
	s.Tables.Total++
	if t.Form == "" {
		s.Tables.Unknown++
		return
	}
	s.Values.Total += t.Records
	s.Values.Review += t.Review
	for i, n := range t.Confidence {
		s.bins[i] += n
	}
	f := s.forms[t.Form]
	if f == nil {
		f = &Form{Form: t.Form}
		s.forms[t.Form] = f
	}
	f.Tables++
	f.Values += t.Records
	f.Review += t.Review
	f.FailedChecks += len(t.Failed)
	for _, rule := range t.Failed {
		k := [2]string{t.Form, rule}
		c := s.checks[k]
		if c == nil {
			c = &Check{Form: t.Form, Rule: rule}
			s.checks[k] = c
		}
		c.Failed++
		if len(c.Pictures) < namesAtMost {
			c.Pictures = append(c.Pictures, p.Name)
		}
	}
	if len(t.Failed) > 0 && len(s.shown) < showAtMost/2 {
		s.shown = append(s.shown, shown{Picture: p.Name, path: p.Path, Why: "does not add up: " + strings.Join(t.Failed, ", ")})
	}
}

func (s *Summary) duplicate(d Duplicate) {
	s.DuplicateCount++
	if d.Kind != OtherReport {
		s.Pictures.Duplicates++
	}
	if len(s.Duplicates) < listAtMost {
		s.Duplicates = append(s.Duplicates, d)
	}
}

func (s *Summary) conflict(c Conflict) {
	s.ConflictCount++
	if len(s.Conflicts) < listAtMost {
		s.Conflicts = append(s.Conflicts, c)
	}
}

// complete puts what was counted in order and adds what is about the run.
func (s *Summary) complete(ctx context.Context, o Options) error {
	for _, id := range slices.Sorted(maps.Keys(s.forms)) {
		s.Forms = append(s.Forms, *s.forms[id])
	}
	for _, c := range s.checks {
		s.Checks = append(s.Checks, *c)
	}
	slices.SortFunc(s.Checks, func(a, b Check) int {
		return cmp.Or(cmp.Compare(b.Failed, a.Failed), strings.Compare(a.Form, b.Form), strings.Compare(a.Rule, b.Rule))
	})
	for i, n := range s.bins {
		to := 1.0
		if i+1 < len(digest.Edges) {
			to = digest.Edges[i+1]
		}
		s.Confidence = append(s.Confidence, Bin{digest.Edges[i], to, n})
	}
	s.Run = o.Run
	slow, err := o.Journal.Slowest(20)
	if err != nil {
		return err
	}
	s.Run.Slowest = []Slow{}
	for i := range slow {
		s.Run.Slowest = append(s.Run.Slowest, Slow{slow[i].Name, slow[i].Took.Milliseconds()})
	}
	for _, f := range s.Failures {
		if len(s.shown) >= showAtMost {
			break
		}
		s.shown = append(s.shown, shown{Picture: f.Picture, path: f.path, Why: f.Error})
	}
	all := s.shown
	s.shown = nil
	for _, p := range all {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if o.Look == nil {
			break
		}
		// One that can't be decoded is in the list of failures alone.
		if _, thumb, err := o.Look(p.path); err == nil {
			p.Image = template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(thumb))
			s.shown = append(s.shown, p)
		}
	}
	return nil
}

// write writes summary.json and summary.html.
func (s *Summary) write(o Options) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		return err
	}
	if err := o.Place.Write(o.Place.File("summary.json"), b.Bytes()); err != nil {
		return err
	}
	page, err := s.html(o)
	if err != nil {
		return err
	}
	return o.Place.Write(o.Place.File("summary.html"), page)
}

func head[T any](all []T) []T { return all[:min(len(all), rowsAtMost)] }
