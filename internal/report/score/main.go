// Command score has the program read the reports of a folder, and says how many
// of the values that truth.json has of them are right, and how many are flagged:
// as text extractors left them, and set anew in HTML, Word and PDF. For a report
// whose text only names its pictures they are drawn, with known values.
//
// It must not know how reports are read.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/tables"
)

// A truth is what a report prints.
type truth struct {
	Edition string            `json:"edition"`
	Records map[string]string `json:"records"`
	Wrong   []string          `json:"wrong"`
}

func main() {
	sets := flag.Int("sets", 3, "so many sets of pictures are drawn")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: score [-sets N] BIAOGE FOLDER")
		os.Exit(2)
	}
	if err := score(flag.Arg(0), flag.Arg(1), *sets); err != nil {
		fmt.Fprintln(os.Stderr, "score:", err)
		os.Exit(1)
	}
}

func score(biaoge, dir string, sets int) error {
	data, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		return err
	}
	var all map[string]truth
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "biaoge-score-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	texts, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil {
		return err
	}
	t := tally{biaoge: biaoge}
	var drawn []string
	for _, text := range texts {
		name := strings.TrimSuffix(filepath.Base(text), ".txt")
		want, known := all[name]
		if !known {
			drawn = append(drawn, text)
			continue
		}
		if err := t.read(name+".txt", text, want); err != nil {
			return err
		}
		for _, set := range settings {
			file := filepath.Join(work, name+"."+set.ending)
			if err := set.write(file, want); err != nil {
				return err
			}
			if err := t.read(name+"."+set.ending, file, want); err != nil {
				return err
			}
		}
	}
	t.total("real tables")
	for _, text := range drawn {
		pictures := tally{biaoge: biaoge}
		for seed := range sets {
			folder := filepath.Join(work, fmt.Sprint(filepath.Base(text), seed))
			file, want, err := draw(text, folder, uint64(seed))
			if err == nil {
				err = pictures.read(fmt.Sprintf("%s, set %d", filepath.Base(text), seed+1), file, want)
			}
			if err != nil {
				return err
			}
		}
		pictures.total("pictures of " + filepath.Base(text))
		t.wrongs += pictures.silent
	}
	if t.wrongs > 0 {
		return fmt.Errorf("%d values are wrong, or silently so in pictures", t.wrongs)
	}
	return nil
}

// A tally counts values.
type tally struct {
	biaoge                         string
	values, right, flagged, silent int
	wrongs                         int // of which none may be
}

// read has the program read a report, and counts.
func (t *tally) read(name, file string, want truth) error {
	d, err := read(t.biaoge, file)
	if err != nil {
		return err
	}
	got := make(map[string]report.Record)
	for _, r := range d.Records {
		got[r.Key] = r
	}
	one := tally{values: len(want.Records)}
	for key, raw := range want.Records {
		r, there := got[key]
		if there && tables.Fold(r.Raw) == tables.Fold(raw) {
			one.right++
		} else {
			fmt.Printf("%s: %s: %q, want %q\n", name, key, r.Raw, raw)
			if there && !r.Review {
				one.silent++
			}
		}
		if r.Review {
			one.flagged++
		}
	}
	var forms, failed []string
	for _, table := range d.Tables {
		if table.Form != nil {
			forms = append(forms, strings.TrimPrefix(*table.Form, "gov-disclosure/"))
		}
		for _, c := range table.Checks {
			if !c.OK {
				failed = append(failed, c.Rule)
			}
		}
	}
	fmt.Printf("%-16s edition %s (%s): %d of %d values right, %d flagged, %d silent errors; pictures: %d", name, want.Edition, strings.Join(forms, " "), one.right, one.values, one.flagged, one.silent, len(d.Pictures))
	if len(failed)+len(want.Wrong) > 0 {
		fmt.Printf("; sums that fail: %v, wrong as printed: %v", failed, want.Wrong)
	}
	fmt.Println()
	for _, key := range want.Wrong {
		if !slices.ContainsFunc(failed, func(rule string) bool { return strings.HasPrefix(rule, key) || strings.HasPrefix(key, rule) }) {
			fmt.Printf("%s: no sum that fails names %s, which is wrong as printed\n", name, key)
			t.wrongs++
		}
	}
	t.values, t.right, t.flagged, t.silent = t.values+one.values, t.right+one.right, t.flagged+one.flagged, t.silent+one.silent
	t.wrongs += one.values - one.right
	return nil
}

func (t *tally) total(of string) {
	fmt.Printf("%s: %d of %d values right, %d flagged, %d silent errors\n", of, t.right, t.values, t.flagged, t.silent)
}

// read is what biaoge report says of a file. That a picture is not there is no
// end.
func read(biaoge, file string) (*report.Document, error) {
	cmd := exec.Command(biaoge, "report", file)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil && (len(out) == 0 || !errors.As(err, new(*exec.ExitError))) {
		return nil, fmt.Errorf("%s report %s: %w\n%s", biaoge, file, err, errs.String())
	}
	os.Stderr.Write(errs.Bytes())
	d := new(report.Document)
	return d, json.Unmarshal(out, d)
}
