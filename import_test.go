package biaoge_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// importer is a program of somebody else.
const importer = `package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/biaoge/biaoge"
)

func main() {
	x, err := biaoge.New()
	if err != nil {
		log.Fatal(err)
	}
	defer x.Close()
	doc, err := x.Extract(context.Background(), os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	for _, t := range doc.Tables {
		fmt.Println(*t.Form, len(t.Records))
	}
}
`

// A program outside of this module builds with GOENV set to go.env and nothing
// else, as README.md says, and reads a picture.
func TestAProgramOfSomebodyElseBuildsWithGoEnvAlone(t *testing.T) {
	top, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, text []byte) {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	write("main.go", []byte(importer))
	// What go get would write, but for where the module is.
	mod := readFile(t, "go.mod")
	_, requires, _ := strings.Cut(string(mod), "\n")
	write("go.mod", []byte("module example.org/importer\n"+requires+"\nrequire github.com/biaoge/biaoge v0.0.0\nreplace github.com/biaoge/biaoge => "+top+"\n"))
	write("go.sum", readFile(t, "go.sum"))
	run := func(stdin []byte, extra []string, name string, args ...string) (string, error) {
		cmd := exec.Command(name, args...)
		cmd.Dir, cmd.Stdin = dir, bytes.NewReader(stdin)
		// make sets what is in go.env as variables, too, which come before it.
		cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool {
			return strings.HasPrefix(v, "GOFLAGS=") || strings.HasPrefix(v, "CGO_") || strings.HasPrefix(v, "GOENV=")
		}), extra...)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	env := []string{"GOENV=" + filepath.Join(top, "go.env")}
	if out, err := run(nil, env, "go", "build", "-mod=mod", "-o", "importer", "."); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	out, err := run(readFile(t, "testdata/requests.png"), nil, filepath.Join(dir, "importer"))
	if err != nil || out != "gov-disclosure/requests@2021 175\n" {
		t.Errorf("%v: %s", err, out)
	}
	// A GOFLAGS in the environment takes the place of that in go.env.
	out, err = run(nil, append(env, "GOFLAGS=-mod=mod"), "go", "env", "GOFLAGS")
	if err != nil || out != "-mod=mod\n" {
		t.Errorf("%v: with GOFLAGS in the environment the flags are %q; README.md says otherwise", err, out)
	}
}
