package content

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/url"
	"os"
	"path"
	"strings"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// MaxFile bounds the files that belong to a report, as pictures are bounded.
const MaxFile = 100_000_000

// Files reads a file that belongs to a report by its path, with slashes, as
// the report names it. It never leaves the place it was made for. An error
// that is fs.ErrNotExist says that there is none.
type Files func(name string) ([]byte, error)

// Folder gives the files of a folder and of those in it. Links are followed
// only where they stay in it.
func Folder(root *os.Root) Files {
	return func(name string) ([]byte, error) {
		f, err := root.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return nil, err
		}
		if !info.Mode().IsRegular() {
			return nil, fs.ErrNotExist
		}
		return Limited(f)
	}
}

// Limited reads what is no larger than a file of a report may be.
func Limited(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxFile+1))
	if err == nil && len(data) > MaxFile {
		err = fmt.Errorf("it has more than %d MB, which are allowed", MaxFile/1_000_000)
	}
	return data, err
}

// A Finder finds the pictures that a report refers to.
type Finder struct {
	Beside  Files           // what lies beside the report; nil for nothing
	Fetched Files           // what was fetched before, by the paths of addresses
	Parts   map[string]Part // of an archive of a page, by address; cid: for those named so
	Dir     string          // where in Beside the page lies; empty for the top
	Base    string          // the address the page's references start from, if it gives one
}

// A Part is a file of an archive of a page.
type Part struct {
	MediaType string
	Data      []byte
}

// Find looks for a picture by what the report calls it. It returns the bytes,
// the address of one that is only linked, or why there is none.
func (f *Finder) Find(ref string) Picture {
	ref = strings.TrimSpace(ref)
	if data, ok := strings.CutPrefix(ref, "data:"); ok {
		return inline(data)
	}
	p := Picture{Name: nameOf(ref)}
	if part, ok := f.part(ref); ok {
		p.Data = part.Data
		return p
	}
	u, err := url.Parse(strings.ReplaceAll(ref, `\`, "/"))
	if err != nil {
		// A name with a % that is none of an address.
		u = &url.URL{Path: strings.ReplaceAll(ref, `\`, "/")}
	}
	if u.Scheme == "" && u.Host == "" && !strings.HasPrefix(u.Path, "/") && p.had(f.beside(u)) {
		return p
	}
	if base, err := url.Parse(f.Base); err == nil && f.Base != "" {
		u = base.ResolveReference(u)
		if part, ok := f.part(u.String()); ok {
			p.Data = part.Data
			return p
		}
	}
	if !p.had(f.fetched(u)) {
		p.lacks(ref, u)
	}
	return p
}

// inline is a picture whose bytes stand in its address, behind data:.
func inline(data string) (p Picture) {
	media, bytes, err := dataURL(data)
	if err != nil {
		p.Missing = "its data: address is damaged: " + err.Error()
	}
	p.Name, p.Data = "inline"+extension(media), bytes
	return p
}

// had takes what was read where a picture may be. The search ends where the picture
// was found, or is there and can't be had.
func (p *Picture) had(data []byte, err error) (ends bool) {
	switch {
	case err == nil:
		p.Data = data
	case errors.Is(err, fs.ErrNotExist):
		return false
	default:
		p.Missing = reasonOf(err)
	}
	return true
}

// lacks says of a picture that is nowhere where it may be had.
func (p *Picture) lacks(ref string, u *url.URL) {
	switch {
	case u.Scheme == "http" || u.Scheme == "https" || u.Scheme == "ftp" || u.Scheme == "" && u.Host != "":
		p.Remote = u.String()
	case u.Scheme == "file" || u.Scheme == "" && strings.HasPrefix(u.Path, "/"):
		p.Missing = fmt.Sprintf("%s names a place on somebody's machine or site; put the picture beside the report, or give the folder with --fetched", clip(ref))
	case u.Scheme != "":
		p.Missing = fmt.Sprintf("%s is no address that pictures are read from", clip(ref))
	default:
		p.Missing = fmt.Sprintf("%s is not there; put it beside the report under that name", clip(ref))
	}
}

// Rebase takes the address that a page says its references start from.
func (f *Finder) Rebase(href string) {
	u, err := url.Parse(strings.TrimSpace(href))
	if err != nil {
		return
	}
	if base, err := url.Parse(f.Base); err == nil && f.Base != "" {
		u = base.ResolveReference(u)
	}
	f.Base = u.String()
}

func (f *Finder) part(ref string) (Part, bool) {
	if p, ok := f.Parts[ref]; ok {
		return p, true
	}
	if un, err := url.PathUnescape(ref); err == nil {
		p, ok := f.Parts[un]
		return p, ok
	}
	return Part{}, false
}

// beside reads what lies beside the report, under the name as it is written or
// as its escapes mean.
func (f *Finder) beside(u *url.URL) ([]byte, error) {
	if f.Beside == nil || u.Path == "" {
		return nil, fs.ErrNotExist
	}
	return read(f.Beside, f.Dir, u)
}

func (f *Finder) fetched(u *url.URL) ([]byte, error) {
	if f.Fetched == nil || u.Path == "" || u.Scheme == "file" {
		return nil, fs.ErrNotExist
	}
	dirs := []string{""}
	if u.Host != "" && u.Host == path.Base(u.Host) {
		dirs = append(dirs, u.Host) // as wget keeps it
	}
	var err error
	for _, dir := range dirs {
		var data []byte
		if data, err = read(f.Fetched, dir, u); err == nil {
			return data, nil
		}
	}
	return nil, err
}

// read tries the names that an address may have as a file.
func read(files Files, dir string, u *url.URL) ([]byte, error) {
	names := []string{u.Path}
	if u.RawPath != "" {
		names = append(names, u.RawPath)
	}
	if s, err := simplifiedchinese.GB18030.NewDecoder().String(u.Path); err == nil && s != u.Path {
		names = append(names, s)
	}
	if u.RawQuery != "" {
		names = append(names, u.Path+"?"+u.RawQuery)
	}
	err := fs.ErrNotExist
	for _, n := range names {
		name := path.Join(dir, strings.TrimLeft(n, "/"))
		if name == "" || name == "." || strings.ContainsRune(name, 0) {
			continue
		}
		data, e := files(name)
		if e == nil {
			return data, nil
		}
		if !errors.Is(e, fs.ErrNotExist) {
			err = e
		}
	}
	return nil, err
}

// reasonOf says why a file that is there could not be had.
func reasonOf(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		if pe.Err.Error() == "path escapes from parent" {
			return fmt.Sprintf("%s leads out of the folder of the report; such places are not looked at", clip(pe.Path))
		}
		err = pe.Err
	}
	return "it could not be read: " + err.Error()
}

// dataURL decodes what follows data:.
func dataURL(s string) (media string, data []byte, err error) {
	head, body, ok := strings.Cut(s, ",")
	if !ok {
		return "", nil, errors.New("it has no comma")
	}
	media, b64 := strings.CutSuffix(strings.TrimSpace(head), ";base64")
	if un, err := url.PathUnescape(body); err == nil {
		body = un
	}
	if !b64 {
		return media, []byte(body), nil
	}
	clean := bytes.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\r', '\n', '=':
			return -1
		case '-':
			return '+'
		case '_':
			return '/'
		}
		return r
	}, []byte(body))
	data, err = base64.RawStdEncoding.DecodeString(string(clean))
	return media, data, err
}

func extension(media string) string {
	media, _, _ = mime.ParseMediaType(media)
	switch media {
	case "image/png", "image/gif", "image/bmp", "image/webp", "image/tiff":
		return "." + strings.TrimPrefix(media, "image/")
	case "image/jpeg", "image/jpg":
		return ".jpg"
	}
	return ""
}

// nameOf is what people call a picture: the last part of its address.
func nameOf(ref string) string {
	if rest, ok := strings.CutPrefix(ref, "cid:"); ok {
		return clip(rest)
	}
	s := strings.ReplaceAll(ref, `\`, "/")
	if i := strings.IndexAny(s, "?#"); i > 0 {
		s = s[:i]
	}
	if un, err := url.PathUnescape(s); err == nil {
		s = un
	}
	if s = path.Base(s); s == "." || s == "/" {
		s = ref
	}
	return clip(strings.ToValidUTF8(s, "\ufffd"))
}

// clip keeps what a report says short enough to be said again.
func clip(s string) string {
	const most = 200
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
