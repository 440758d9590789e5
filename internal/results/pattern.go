package results

import (
	"context"
	"errors"
	"regexp"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/escape"
	"github.com/biaoge/biaoge/internal/journal"
)

// patterns are how names of pictures tell the report that they belong to: what
// stands before the picture's number, up to a year, before the first or the
// last separator, or after a number.
var patterns = []string{
	`^(.*?[^\d\-_. /])[-_. ]*\d{1,3}\.[^./]+$`, // xian-1.png, xian-2.png
	`^(.*?(?:19|20)\d\d)`,                      // xian-2023-requests.png
	`^((?:.*/)?[^/\-_ ]+)[-_ ][^/]*$`,          // xian_requests.png
	`^((?:.*/)?[^/]+)[-_ ][^/\-_ ]+$`,          // xi_an_requests.png
	`^(?:.*/)?\d{1,3}[-_. ]+([^/]+?)\.[^./]+$`, // 1-xian.png
}

// ReportBy makes the function that says which report a picture belongs to by a
// pattern: the same match, the same first group, or the same group named
// report. Where the pattern does not match, that is its folder.
func ReportBy(re *regexp.Regexp) func(path string) string {
	group := max(0, min(1, re.NumSubexp()))
	if i := re.SubexpIndex("report"); i > 0 {
		group = i
	}
	return func(path string) string {
		m := re.FindStringSubmatch(path)
		if m == nil || m[group] == "" {
			return Folder(path)
		}
		return escape.Name(m[group])
	}
}

// A claimed table is what a picture says to be its report's table of a form.
type claimed struct {
	path, family, hash string
}

// suggestFrom is how many claims names are judged by: more would not change what
// is suggested, and are not to be in memory.
const suggestFrom = 100_000

var errEnough = errors.New("enough is known")

// Suggest finds the pattern by which names part the reports of a batch: that
// with the fewest pictures that contradict others of their report, and of
// those the one with the fewest reports. It is empty where folders part them
// well, or names don't tell: a pattern must settle more than half of what
// contradicts.
func Suggest(ctx context.Context, j *journal.Journal) (string, error) {
	var all []claimed
	err := j.EachIn(ctx, []journal.State{journal.Done}, func(p *journal.Picture) error {
		for i := range p.Digest.Tables {
			if t := &p.Digest.Tables[i]; t.Records > 0 {
				all = append(all, claimed{p.Path, digest.Family(t.Form), t.Hash})
			}
		}
		if len(all) >= suggestFrom {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return "", err
	}
	return suggest(all), nil
}

func suggest(all []claimed) string {
	now, _ := contradictions(all, Folder)
	best, least, fewest := "", (now+1)/2, 0
	for _, pattern := range patterns {
		n, reports := contradictions(all, ReportBy(regexp.MustCompile(pattern)))
		if n < least || best != "" && n == least && reports < fewest {
			best, least, fewest = pattern, n, reports
		}
	}
	return best
}

// contradictions counts the pictures that claim a table of their report which
// another one claims with other values, and the reports.
func contradictions(all []claimed, report func(path string) string) (pictures, reports int) {
	type table struct{ report, family string }
	hashes := make(map[table]map[string]bool)
	seen := make(map[string]bool)
	for _, c := range all {
		r := report(c.path)
		seen[r] = true
		t := table{r, c.family}
		if hashes[t] == nil {
			hashes[t] = make(map[string]bool)
		}
		hashes[t][c.hash] = true
	}
	in := make(map[string]bool)
	for _, c := range all {
		if len(hashes[table{report(c.path), c.family}]) > 1 {
			in[c.path] = true
		}
	}
	return len(in), len(seen)
}
