// Package bundle finds the page in a zip or a folder of a page and what belongs
// to it. It knows files by their names and nothing of what a page says. Names
// of an archive are only looked up and never written to a disk.
package bundle

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/biaoge/biaoge/internal/report/content"
)

// What an archive or a folder may hold; a saved page has some hundred files.
const (
	maxNames    = 20_000
	maxUnpacked = 1_000_000_000
)

// A Zip is an archive whose files are read one by one, no more than may be
// unpacked in all.
type Zip struct {
	names []string
	files map[string]*zip.File

	mu   sync.Mutex
	left int64
}

// OpenZip reads the table of contents of an archive.
func OpenZip(data []byte) (*Zip, error) {
	r, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fmt.Errorf("%w: %s; fetch or pack it again", content.ErrDamaged, strings.TrimPrefix(err.Error(), "zip: "))
	}
	if len(r.File) > maxNames {
		return nil, fmt.Errorf("%w: it holds %d files, where %d are allowed; unpack it and name the page", content.ErrTooLarge, len(r.File), maxNames)
	}
	z := &Zip{files: make(map[string]*zip.File), left: maxUnpacked}
	for _, f := range r.File {
		name := f.Name
		if f.NonUTF8 {
			// Windows in China writes names in GBK and does not say so.
			if s, err := simplifiedchinese.GB18030.NewDecoder().String(name); err == nil {
				name = s
			}
		}
		name = strings.ReplaceAll(name, `\`, "/")
		if strings.HasSuffix(name, "/") || !f.Mode().IsRegular() {
			continue
		}
		// A name that leaves the archive is none of what belongs to a page.
		if name = strings.TrimPrefix(name, "./"); !fs.ValidPath(name) {
			continue
		}
		if z.files[name] == nil {
			z.names = append(z.names, name)
		}
		z.files[name] = f
	}
	return z, nil
}

// Names are the files of the archive.
func (z *Zip) Names() []string { return z.names }

// Has reports whether there is a file of a name.
func (z *Zip) Has(name string) bool { return z.files[name] != nil }

// Read unpacks one file.
func (z *Zip) Read(name string) ([]byte, error) {
	f := z.files[path.Clean(name)]
	if f == nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	if f.Flags&1 != 0 {
		return nil, fmt.Errorf("%w; unpack the archive", content.ErrLocked)
	}
	r, err := f.Open()
	if err != nil {
		return nil, damaged(name, err)
	}
	defer r.Close()
	data, err := content.Limited(r)
	if err != nil {
		return nil, damaged(name, err)
	}
	z.mu.Lock()
	defer z.mu.Unlock()
	if z.left -= int64(len(data)); z.left < 0 {
		return nil, fmt.Errorf("%w: it unpacks to more than %d MB", content.ErrTooLarge, maxUnpacked/1_000_000)
	}
	return data, nil
}

func damaged(name string, err error) error {
	return fmt.Errorf("%w: %s in it: %s; fetch or pack it again", content.ErrDamaged, name, strings.TrimPrefix(err.Error(), "zip: "))
}

// Walk lists the files of a folder and of those in it, without hidden ones.
func Walk(root *os.Root) ([]string, error) {
	var names []string
	err := fs.WalkDir(root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil && name == ".":
			return err
		case err != nil:
			return nil
		case strings.HasPrefix(e.Name(), ".") && name != ".":
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		case e.Type().IsRegular():
			names = append(names, name)
		}
		if len(names) > maxNames {
			return fmt.Errorf("%w: the folder holds more than %d files; name the page", content.ErrTooLarge, maxNames)
		}
		return nil
	})
	return names, err
}

// kinds are the endings of pages and documents, those first that a report is
// when there are others beside it.
var kinds = [][]string{
	{".html", ".htm", ".xhtml", ".shtml", ".xht"},
	{".mhtml", ".mht", ".docx", ".pdf", ".epub", ".md", ".markdown"},
	{".txt"},
}

// Page is the one page among files: the one that lies highest, of those of the
// kind that reports are.
func Page(names []string) (string, error) {
	for _, endings := range kinds {
		var found []string
		depth := 0
		for _, n := range names {
			if strings.HasPrefix(n, "__MACOSX/") || !slices.Contains(endings, strings.ToLower(path.Ext(n))) {
				continue
			}
			d := strings.Count(n, "/")
			if len(found) > 0 && d > depth {
				continue
			}
			if len(found) > 0 && d < depth {
				found = nil
			}
			found, depth = append(found, n), d
		}
		if len(found) > 1 {
			index := slices.DeleteFunc(slices.Clone(found), func(n string) bool {
				base := strings.ToLower(path.Base(n))
				return strings.TrimSuffix(base, path.Ext(base)) != "index"
			})
			if len(index) != 1 {
				slices.Sort(found)
				return "", fmt.Errorf("%w: it has %d pages (%s, %s …), and nothing tells which is the report; name the page itself", content.ErrUnsupported, len(found), found[0], found[1])
			}
			found = index
		}
		if len(found) == 1 {
			return found[0], nil
		}
	}
	return "", fmt.Errorf("%w: it has no page or document in it (HTML, MHTML, DOCX, PDF, Markdown, EPUB or text)", content.ErrUnsupported)
}
