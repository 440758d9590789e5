package batch

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/journal"
)

// SetJournalAside renames a journal that is damaged, and what SQLite has beside
// it. It returns the new name.
func (p Place) SetJournalAside() (name string, err error) {
	for n := 1; ; n++ {
		name = fmt.Sprintf("%s.damaged-%d", p.Journal(), n)
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	for _, beside := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(p.Journal()+beside, name+beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return name, nil
}

// versionsFile has a line for each combination of versions that has ever written
// to the folder. A journal says which of them wrote what; this is for when it is
// lost.
func (p Place) versionsFile() string { return filepath.Join(p.work(), "versions") }

// NoteVersions notes the versions of the runs in the journal. Alone says that
// those of the latest run, and no others, have ever written to the folder.
func (p Place) NoteVersions(runs []journal.Run) (alone bool, err error) {
	noted, err := os.ReadFile(p.versionsFile())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	known := err == nil
	lines := strings.Fields(string(noted))
	for _, r := range runs {
		sum := sha256.Sum256(fmt.Appendf(nil, "%q", []string{r.Versions.Program, r.Versions.Forms, r.Versions.Models, r.Versions.Settings}))
		if line := fmt.Sprintf("%x", sum[:16]); !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	if text := strings.Join(lines, "\n") + "\n"; text != string(noted) {
		err = p.Write(p.versionsFile(), []byte(text))
	} else {
		err = nil
	}
	return known && len(lines) == 1, err
}
