// Command score reads the reports of a folder and says how many of the values
// that truth.json has of them are right, and how many are flagged.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/tables"
)

type truth struct {
	Edition string            `json:"edition"`
	Records map[string]string `json:"records"`
	Wrong   []string          `json:"wrong"`
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: score FOLDER")
		os.Exit(2)
	}
	if err := score(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "score:", err)
		os.Exit(1)
	}
}

func score(dir string) error {
	data, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		return err
	}
	var all map[string]truth
	if err := json.Unmarshal(data, &all); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	var names []string
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	values, right, silent := 0, 0, 0
	for _, name := range names {
		want := all[name]
		d, err := read(filepath.Join(dir, name+".txt"), content.Folder(root))
		if err != nil {
			return err
		}
		got := make(map[string]report.Record)
		for _, r := range d.Records {
			got[r.Key] = r
		}
		n, ok, flagged, quiet := len(want.Records), 0, 0, 0
		for key, raw := range want.Records {
			r, there := got[key]
			same := there && tables.Fold(r.Raw) == tables.Fold(raw)
			if same {
				ok++
			} else {
				fmt.Printf("%s: %s: %q, want %q\n", name, key, r.Raw, raw)
				if there && !r.Review {
					quiet++
				}
			}
			if r.Review {
				flagged++
			}
		}
		var forms, failed []string
		for _, t := range d.Tables {
			if t.Form != nil {
				forms = append(forms, *t.Form)
			}
			for _, c := range t.Checks {
				if !c.OK {
					failed = append(failed, c.Rule)
				}
			}
		}
		fmt.Printf("%-10s edition %s: %s\n", name, want.Edition, strings.Join(forms, " "))
		fmt.Printf("%-10s %d of %d values right, %d flagged, %d silent errors; sums that fail: %v, wrong as printed: %v; pictures: %d; tables: %d; missing: %v\n", "", ok, n, flagged, quiet, failed, want.Wrong, len(d.Pictures), len(d.Tables), d.Missing)
		values, right, silent = values+n, right+ok, silent+quiet
	}
	fmt.Printf("%d of %d values right, %d silent errors\n", right, values, silent)
	return nil
}

func read(name string, beside content.Files) (*report.Document, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	r, err := report.Open(report.Input{Name: name, Data: data, Beside: beside})
	if err != nil {
		return nil, err
	}
	nobody := func(_ context.Context, files []report.File) ([]report.Reading, error) {
		return make([]report.Reading, len(files)), nil
	}
	return report.Read(context.Background(), r, nobody, report.Options{Forms: tables.EmbeddedForms()})
}
