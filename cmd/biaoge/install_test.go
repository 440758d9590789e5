package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// make install puts everything below PREFIX below DESTDIR, and make uninstall
// leaves nothing of it. The program is not built anew: what is installed is
// what go test has built.
func TestMakeInstall(t *testing.T) {
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "biaoge")
	if err := os.WriteFile(program, []byte("#!/bin/sh\nexec "+self+" \"$@\"\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(dir, "to")
	run := func(target string) {
		t.Helper()
		cmd := exec.Command("make", "-s", "-C", "../..", "-o", "build", target, "DESTDIR="+to, "PREFIX=/usr", "BIN="+program)
		cmd.Env = append(os.Environ(), actAsProgram+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("make %s: %v\n%s", target, err, out)
		}
	}
	files := func() (all []string) {
		filepath.WalkDir(to, func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				rel, _ := filepath.Rel(to, path)
				all = append(all, rel)
				if info, err := e.Info(); err != nil || info.Size() == 0 {
					t.Errorf("%s is empty", rel)
				}
			}
			return nil
		})
		return all
	}
	run("install")
	want := []string{"usr/bin/biaoge", "usr/share/bash-completion/completions/biaoge", "usr/share/doc/biaoge/LICENSE", "usr/share/doc/biaoge/licences.md",
		"usr/share/fish/vendor_completions.d/biaoge.fish", "usr/share/man/man1/biaoge.1.gz", "usr/share/zsh/site-functions/_biaoge"}
	if got := files(); !slices.Equal(got, want) {
		t.Errorf("installed are %q, want %q", got, want)
	}
	run("uninstall")
	if got := files(); len(got) > 0 {
		t.Errorf("%q are left", got)
	}
}
