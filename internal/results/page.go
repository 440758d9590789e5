package results

import (
	"bytes"
	"cmp"
	"fmt"
	"html/template"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"time"

	_ "embed"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/escape"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/tables"
)

// reviewAt is where biaoge review serves its page unless it is told otherwise.
const reviewAt = "http://127.0.0.1:8643/"

//go:embed summary.html
var page string

// A source is a picture as summary.html names it: with links to itself and to
// what was read from it, as far as they can be opened.
type source struct {
	Name, Picture, Document string
}

// A flagged value is a row of summary.html.
type flagged struct {
	Source                   source
	Labels, Raw, Why, Report string
	Code                     string // of the first reason
	Confidence               float64
}

// A failedCheck is a sum of one picture that does not hold.
type failedCheck struct {
	Source          source
	Form, Rule, Why string
}

// link says where the picture of a table and its document are, seen from
// summary.html.
func (o *Options) link(p *journal.Picture, t *digest.Table) source {
	s := source{Name: nameOf(p, t), Document: relative(o.Place, o.Place.Document(p.Path))}
	if o.Pictures != "" && !inArchive(p.Path) {
		s.Picture = relative(o.Place, filepath.Join(o.Pictures, filepath.FromSlash(p.Path)))
	}
	return s
}

// inArchive tells whether a path leads into an archive, which a browser can't.
func inArchive(p string) bool {
	for dir := path.Dir(p); dir != "." && dir != "/"; dir = path.Dir(dir) {
		switch ext := strings.ToLower(path.Ext(dir)); ext {
		case ".zip", ".tar", ".tgz", ".gz":
			return true
		}
	}
	return false
}

// relative is the address of a file, seen from summary.html; empty where there
// is none.
func relative(place batch.Place, file string) string {
	dir, err1 := filepath.Abs(place.Dir)
	abs, err2 := filepath.Abs(file)
	if err1 != nil || err2 != nil {
		return ""
	}
	rel, err := filepath.Rel(dir, abs)
	if err != nil {
		return ""
	}
	return (&url.URL{Path: "./" + filepath.ToSlash(rel)}).String()
}

// note keeps what summary.html lists of a picture's table.
func (s *Summary) note(o *Options, p *journal.Picture, t *digest.Table, values []value, checks []tables.Check) {
	for i := range values {
		// Tables that several claim have a list of their own.
		if v := &values[i]; v.Review && len(s.flagged) < rowsAtMost {
			why := make([]string, 0, len(v.Causes))
			for _, c := range v.Causes {
				why = append(why, c.In(o.Language))
			}
			if len(why) == 0 {
				why = v.Reasons
			}
			s.flagged = append(s.flagged, flagged{o.link(p, t), strings.Join(v.Labels, " > "), v.Raw, strings.Join(why, o.Language.Text("; ")), v.report, firstCode(v.Causes), v.Confidence})
		}
	}
	for i := range checks {
		if c := &checks[i]; !c.OK && len(s.failed) < rowsAtMost {
			why := c.Reason
			if c.Cause != nil {
				why = c.Cause.In(o.Language)
			}
			s.failed = append(s.failed, failedCheck{o.link(p, t), t.Form, c.Rule, why})
		}
	}
}

// firstCode is the code of the first cause; empty where there is none.
func firstCode(causes []tables.Cause) string {
	if len(causes) == 0 {
		return ""
	}
	return causes[0].Code
}

// functions are what the page's template calls.
func functions(l message.Language) template.FuncMap {
	return template.FuncMap{
		"t":         func(english string, args ...any) string { return l.Text(english, args...) },
		"say":       l.Translate,
		"thousands": message.Thousands,
		"many":      func(n int, what string) string { return many(l, n, what) },
		"percent": func(part, whole int) string {
			if whole == 0 {
				return "–"
			}
			return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(whole))
		},
		"width": func(part, whole int) template.CSS {
			return template.CSS(fmt.Sprintf("width: %.1f%%", 100*float64(part)/float64(max(1, whole))))
		},
		"megabytes": func(n int64) string { return fmt.Sprintf("%d MB", n>>20) },
		"duration":  func(s float64) string { return time.Duration(s * float64(time.Second)).Round(time.Second).String() },
		"at":        func(t time.Time) string { return t.Format("2006-01-02 15:04:05 MST") },
		"quoted":    quoted,
	}
}

// many is a number of things: 1 report, 2,000 reports.
func many(l message.Language, n int, what string) string {
	if n == 1 && l == message.English {
		return "1 " + what
	}
	return l.Text("%s "+what+"s", message.Thousands(n))
}

// quoted writes a word for a shell.
func quoted(s string) string {
	if s != "" && !strings.ContainsAny(s, " \t\n'\"\\$`!*?[](){}<>|&;~#^") {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// html makes summary.html.
func (s *Summary) html(o Options) ([]byte, error) {
	most := 0
	for _, c := range s.Confidence {
		most = max(most, c.Values)
	}
	t, err := template.New("summary").Funcs(functions(o.Language)).Parse(page)
	if err != nil {
		return nil, err
	}
	lang := "en"
	if o.Language == message.Chinese {
		lang = "zh-Hans"
	}
	at := cmp.Or(o.Review, reviewAt)
	if o.Reports {
		at = "" // the page of a review shows pictures
	}
	var b bytes.Buffer
	err = t.Execute(&b, struct {
		*Summary
		Lang          string
		Out           string
		Shown         []shown
		FailureRows   []Failure
		DuplicateRows []Duplicate
		ConflictRows  []Conflict
		FlaggedRows   []flagged
		FailedChecks  []failedCheck
		Most          int
		FailedAll     int
		At            string
		Whole         bool
	}{s, lang, escape.Name(o.Place.Dir), s.shown, head(s.Failures), head(s.Duplicates), head(s.Conflicts), s.flagged, s.failed, most, s.Pictures.Failed + s.Pictures.Quarantined, at, o.Reports})
	return b.Bytes(), err
}
