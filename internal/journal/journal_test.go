package journal

import (
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/mattn/go-sqlite3"
)

func create(t *testing.T, path string, v Versions) *Journal {
	t.Helper()
	j, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Begin(v, 1); err != nil {
		t.Fatal(err)
	}
	return j
}

func see(t *testing.T, j *Journal, n int) {
	t.Helper()
	var all []Sighting
	for i := range n {
		all = append(all, Sighting{Path: fmt.Sprintf("%d\xff.png", i), Name: fmt.Sprintf("%d%%FF.png", i), State: Pending})
	}
	if _, err := j.See(all); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, j *Journal) Counts {
	t.Helper()
	n, err := j.Count()
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestARunThatDiesLeavesAJournalThatGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a ?#%b.sqlite") // all of which mean something in a URL
	for died := range suspectAfter {
		j := create(t, path, Versions{})
		see(t, j, 4)
		all, err := j.Take(3)
		if err != nil || len(all) != 3 || all[0].Path != "0\xff.png" {
			t.Fatalf("%v %v", all, err)
		}
		if err := j.Start(&all[0]); err != nil {
			t.Fatal(err)
		}
		if died == 0 {
			all[1].State = Done
			if err := j.Finish([]*Picture{&all[1]}); err != nil {
				t.Fatal(err)
			}
			see(t, j, 5) // one more, and what is done stays so
		}
		j.db.Close() // and no End
		if _, err := os.Stat(path); err != nil {
			t.Fatal(err)
		}
	}
	j := create(t, path, Versions{})
	defer j.Close()
	n := count(t, j)
	if n.States[Retry] != 1 || n.States[Pending] != 3 || n.States[Done] != 1 || n.Total() != 5 || n.Left() != 4 {
		t.Errorf("%v", n.States)
	}
	if j.Last() != j.Version() {
		t.Error("the versions are not the same")
	}
	runs, err := j.Runs()
	if err != nil || len(runs) != 4 || !runs[1].Ended.IsZero() || runs[0].PID != os.Getpid() {
		t.Errorf("%v %v", runs, err)
	}
}

func TestEndIsNoDeath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	for range 2 * suspectAfter {
		j := create(t, path, Versions{})
		see(t, j, 1)
		all, err := j.Take(1)
		if err != nil || len(all) != 1 || all[0].Interrupted != 0 {
			t.Fatalf("%v %v", all, err)
		}
		if err := errors.Join(j.Start(&all[0]), j.End(0, OutcomeStopped, "Ctrl-C"), j.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatOtherVersionsReadIsStale(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	j := create(t, path, Versions{Models: "old"})
	see(t, j, 2)
	all, _ := j.Take(2)
	for i := range all {
		all[i].State, all[i].SHA256 = Done, "same"
	}
	if err := errors.Join(j.Finish([]*Picture{&all[0], &all[1]}), j.Close()); err != nil {
		t.Fatal(err)
	}
	j = create(t, path, Versions{Models: "new"})
	if _, ok, err := j.Known("same"); ok || err != nil {
		t.Errorf("what older models read is known: %v", err)
	}
	if n := count(t, j); n.Stale != 2 {
		t.Errorf("%d are stale", n.Stale)
	}
	see(t, j, 1)
	if err := j.Refresh(); err != nil {
		t.Fatal(err)
	}
	if n := count(t, j); n.States[Pending] != 1 {
		t.Errorf("%v: what is no longer in IN can't be read again", n.States)
	}
	j.Close()
	j = create(t, path, Versions{Models: "old"})
	defer j.Close()
	if p, ok, err := j.Known("same"); !ok || err != nil || p.Name != "1%FF.png" {
		t.Errorf("%v %v %v", p, ok, err)
	}
}

func TestAJournalIsOpenedWhileItIsWrittenTo(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "j")
	if _, err := Open(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	j := create(t, path, Versions{})
	see(t, j, 3)
	r, err := Open(path) // while it is written to
	if err != nil {
		t.Fatal(err)
	}
	if n := count(t, r); n.Total() != 3 {
		t.Errorf("%v", n)
	}
	if err := r.SetMeta("a", "b"); err == nil {
		t.Error("it can be written to")
	}
	r.Close()
	if _, err := j.db.Exec("PRAGMA user_version = 99"); err != nil {
		t.Fatal(err)
	}
	j.Close()
	if _, err := Open(path); !errors.Is(err, ErrFormat) {
		t.Errorf("got %v", err)
	}
	if _, err := Create(path); !errors.Is(err, ErrFormat) {
		t.Errorf("got %v", err)
	}
	if left, _ := filepath.Glob(path + "-*"); left != nil {
		t.Errorf("a closed journal is more than one file: %v", left)
	}
}

// A journal of version 1 is not to be looked at, but goes on where it was.
func TestAJournalOfVersion1GoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "j")
	j := create(t, path, Versions{})
	if _, err := j.See([]Sighting{{Path: "a.png", State: Pending}}); err != nil {
		t.Fatal(err)
	}
	if _, err := j.db.Exec("ALTER TABLE pictures DROP COLUMN chain; PRAGMA user_version = 1"); err != nil {
		t.Fatal(err)
	}
	j.Close()
	if _, err := Open(path); !errors.Is(err, ErrEarlier) {
		t.Errorf("opened: %v", err)
	}
	j = create(t, path, Versions{})
	if all, err := j.Pictures([]State{Pending}); err != nil || len(all) != 1 || all[0].Path != "a.png" || all[0].Chain != "" {
		t.Errorf("after it was brought up to date: %v, %v", all, err)
	}
	j.Close()
	if j, err := Open(path); err != nil {
		t.Error(err)
	} else {
		j.Close()
	}
}

func TestErrorsOfTheDiskAreSaidAsSuch(t *testing.T) {
	for code, want := range map[sqlite3.ErrNo]error{sqlite3.ErrFull: syscall.ENOSPC, sqlite3.ErrReadonly: syscall.EROFS, sqlite3.ErrIoErr: syscall.EIO, sqlite3.ErrCantOpen: fs.ErrPermission} {
		if err := said("writing", sqlite3.Error{Code: code}); !errors.Is(err, want) {
			t.Errorf("%v is not %v", err, want)
		}
	}
	// A real one: a journal that may not grow.
	j := create(t, filepath.Join(t.TempDir(), "j"), Versions{})
	defer j.Close()
	if _, err := j.db.Exec("PRAGMA max_page_count = 20"); err != nil {
		t.Fatal(err)
	}
	var all []Sighting
	for i := range 10_000 {
		all = append(all, Sighting{Path: fmt.Sprint("long enough to fill a page or two ", i), State: Pending})
	}
	if _, err := j.See(all); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v", err)
	}
	if n := count(t, j); n.Total() != 0 {
		t.Errorf("half of it was noted: %v", n)
	}
}

func TestPicturesAreGroupedIntoReports(t *testing.T) {
	j := create(t, filepath.Join(t.TempDir(), "j"), Versions{})
	defer j.Close()
	see(t, j, 6000)
	if err := j.Group(t.Context(), func(p string) string { return p[:1] }); err != nil {
		t.Fatal(err)
	}
	var got sql.NullString
	if err := j.db.QueryRow("SELECT group_concat(DISTINCT report) FROM (SELECT report FROM pictures ORDER BY report)").Scan(&got); err != nil || got.String != "0,1,2,3,4,5,6,7,8,9" {
		t.Errorf("%v %v", got, err)
	}
}

func TestEachReportHasItsPictures(t *testing.T) {
	j := create(t, filepath.Join(t.TempDir(), "j"), Versions{})
	defer j.Close()
	var all []Sighting
	want := make(map[string]int)
	for report, n := range map[string]int{"a": 2, "b": 3*step + 1, "c": 1, "d": step, "": 1} {
		for i := range n {
			name := fmt.Sprintf("%s/%d.png", report, i)
			all = append(all, Sighting{Path: name, Name: name, Report: report, State: Pending})
		}
		want[report] = n
	}
	if _, err := j.See(all); err != nil {
		t.Fatal(err)
	}
	backwards := func(a, b string) int { return strings.Compare(b, a) }
	for _, order := range []func(a, b string) int{nil, backwards} {
		got, last := make(map[string]int), ""
		err := j.EachReport(t.Context(), order, func(r *Report) error {
			for round := range 2 { // it may be gone through again
				var before *Picture
				n := 0
				err := r.Each(t.Context(), func(p *Picture) error {
					if before != nil && (before.Report != p.Report || before.Path == p.Path || (before.Path < p.Path) != (order == nil)) {
						t.Fatalf("%s of %s after %s of %s", p.Path, p.Report, before.Path, before.Report)
					}
					if round == 0 && before == nil && p.Report < last {
						t.Fatalf("%q after %q", p.Report, last)
					}
					before, last = p, p.Report
					n++
					return nil
				})
				if err != nil {
					return err
				}
				got[last] = n
			}
			return nil
		})
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%v %v, want %v", err, got, want)
		}
	}
}
