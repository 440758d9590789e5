package intake

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

const png = "\x89PNG\r\n\x1a\n"

func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o777), os.WriteFile(name, []byte(text), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func open(t *testing.T, name string, o Options) *Folder {
	t.Helper()
	f, err := Open(name, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func walk(t *testing.T, f *Folder) []string {
	t.Helper()
	var names []string
	err := f.Walk(t.Context(), func(i Item) error {
		s := i.Path
		if i.Err != nil {
			s += " " + i.Err.Kind
		}
		names = append(names, s)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func want(t *testing.T, got []string, names ...string) {
	t.Helper()
	if !slices.Equal(got, names) {
		t.Errorf("got %q, want %q", got, names)
	}
}

func TestAFolderIsWalkedInTheOrderOfNames(t *testing.T) {
	dir := folder(t, map[string]string{"b/2.png": "", "b/1.png": "", "a.png": "", ".git/x.png": "", "out/o.png": "", "z\xff\n.png": ""})
	f := open(t, dir, Options{Leave: filepath.Join(dir, "out")})
	want(t, walk(t, f), "a.png", "b/1.png", "b/2.png", "z\xff\n.png")
	f = open(t, filepath.Join(dir, "b/2.png"), Options{})
	want(t, walk(t, f), "2.png")
	if _, err := Open(filepath.Join(dir, "none"), Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if _, err := Open(dir, Options{Exclude: []string{"[a"}}); err == nil || !strings.Contains(err.Error(), "[a") {
		t.Errorf("got %v", err)
	}
}

func TestGlobsChooseFiles(t *testing.T) {
	for _, c := range []struct {
		glob, path string
		want       bool
	}{
		{"*.png", "a/b/c.png", true}, {"*.png", "c.jpg", false}, {"a/*.png", "a/c.png", true}, {"a/*.png", "a/b/c.png", false},
		{"**/b/**", "a/b/c.png", true}, {"a/", "a", true}, {"/a/*", "a/x", true}, {"*.{png,jpg}", "x.jpg", true}, {"图*", "图.png", true},
	} {
		if got := match(c.glob, c.path); got != c.want {
			t.Errorf("%s and %s: %v", c.glob, c.path, got)
		}
	}
}

func TestLinksAreNotFollowedOut(t *testing.T) {
	outside := folder(t, map[string]string{"secret.png": png})
	dir := folder(t, map[string]string{"real.png": png + "x", "sub/y.png": png})
	for name, to := range map[string]string{
		"out.png": filepath.Join(outside, "secret.png"), "up.png": "../" + filepath.Base(outside) + "/secret.png", "in.png": "real.png",
		"dangling.png": "nowhere", "self.png": "self.png", "folder": outside, "loop": ".",
	} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	f := open(t, dir, Options{})
	want(t, walk(t, f), "dangling.png link", "folder link", "in.png", "loop link", "out.png link", "real.png", "self.png link", "sub/y.png", "up.png link")
	// Nor one that takes the place of a file after it was found.
	name := filepath.Join(dir, "real.png")
	if err := errors.Join(os.Remove(name), os.Symlink(filepath.Join(outside, "secret.png"), name)); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{"real.png", "folder/secret.png", "../" + filepath.Base(outside) + "/secret.png"} {
		var e *Error
		if _, err := f.Read(t.Context(), p, 1000); !errors.As(err, &e) || e.Kind != Link {
			t.Errorf("%s: %v", p, err)
		}
	}
}

func TestWhatIsNoPictureIsNotReadWhole(t *testing.T) {
	dir := folder(t, map[string]string{"ok.png": png + "data", "by-content": png, "page.jpg": "<html>", "notes.txt": "text", "big.png": png + strings.Repeat("x", 2000), "empty.png": ""})
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe.png"), 0o666); err != nil {
		t.Fatal(err)
	}
	f := open(t, dir, Options{})
	for name, kind := range map[string]string{
		"ok.png": "", "by-content": "", "page.jpg": "", "empty.png": "", "notes.txt": NoPicture, "big.png": TooLarge,
		"none.png": Vanished, "ok.png/x": Vanished, "pipe.png": Special,
	} {
		_, err := f.Read(t.Context(), name, 1000)
		var e *Error
		if errors.As(err, &e); (e == nil) != (kind == "") || e != nil && e.Kind != kind {
			t.Errorf("%s: %v, want %q", name, err, kind)
		}
	}
	if e := explain(&os.PathError{Op: "open", Path: "x", Err: syscall.EACCES}); e.Kind != Unreadable || !strings.Contains(e.Msg, "chmod") {
		t.Errorf("got %v", e)
	}
	if e := explain(&os.PathError{Op: "read", Path: "x", Err: syscall.EIO}); e.Kind != Unreadable || !strings.Contains(e.Msg, "input/output error; check the disk") {
		t.Errorf("got %v", e)
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), time.Nanosecond, errors.New("too slow"))
	defer cancel()
	<-ctx.Done()
	if _, err := f.Read(ctx, "ok.png", 1000); err != nil && err.Error() != "too slow" {
		t.Errorf("got %v", err)
	}
}

func TestAFolderThatIsGoneIsNoticed(t *testing.T) {
	dir := folder(t, map[string]string{"in/a.png": ""})
	in := filepath.Join(dir, "in")
	f := open(t, in, Options{})
	if err := f.Gone(); err != nil {
		t.Error(err)
	}
	if err := errors.Join(os.Rename(in, in+"2"), os.Mkdir(in, 0o777)); err != nil {
		t.Fatal(err)
	}
	if err := f.Gone(); err == nil {
		t.Error("another folder in its place goes unnoticed")
	}
}

// Archives stay usable while others push them out, and a cut one gives what is
// whole in it.
func TestACutArchiveGivesWhatIsWholeInIt(t *testing.T) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := range 3 {
		data := fmt.Sprintf("%s%d", png, i)
		if err := w.WriteHeader(&tar.Header{Name: fmt.Sprintf("./d/%d.png", i), Size: int64(len(data)), Mode: 0o666}); err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(data))
	}
	w.Close()
	var z bytes.Buffer
	g := gzip.NewWriter(&z)
	g.Write(b.Bytes())
	g.Close()
	files := map[string]string{"cut.tar": b.String()[:1024+512+100], "x.tgz": z.String(), "bad.tar": "no tar", ".zip": "no archive"}
	for i := range openArchives + 2 {
		files[fmt.Sprintf("a%d.tar", i)] = b.String()
	}
	dir := folder(t, files)
	f := open(t, dir, Options{Include: []string{"*.png", "*.tar"}, Spool: dir})
	names := walk(t, f)
	var all []string
	for i := range openArchives + 2 {
		for k := range 3 {
			all = append(all, fmt.Sprintf("a%d.tar/d/%d.png", i, k))
		}
	}
	all = append(all, "bad.tar archive", "cut.tar/d/0.png", "cut.tar/d/1.png", "x.tgz/d/0.png", "x.tgz/d/1.png", "x.tgz/d/2.png")
	want(t, names, all...)
	for _, n := range names {
		if strings.Contains(n, " ") || strings.HasPrefix(n, "cut") {
			continue
		}
		data, err := f.Read(t.Context(), n, 1000)
		if err != nil || string(data) != png+n[len(n)-5:len(n)-4] {
			t.Errorf("%s: %q %v", n, data, err)
		}
	}
	list := open(t, dir, Options{List: strings.NewReader("x.tgz/d/1.png\na0.tar\nx.tgz/none\n"), Spool: dir})
	want(t, walk(t, list), "x.tgz/d/1.png", "a0.tar/d/0.png", "a0.tar/d/1.png", "a0.tar/d/2.png", "x.tgz/none vanished")
}
