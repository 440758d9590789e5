package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"flag"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/biaoge/biaoge/internal/picture"
	"github.com/biaoge/biaoge/internal/schematest"
)

var update = flag.Bool("update", false, "write what the scripts expect anew")

// actAsProgram has the test itself be the program, for what starts it by a
// path of its own.
const actAsProgram = "BIAOGE_TEST_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(actAsProgram) != "" {
		main()
	}
	testscript.Main(m, map[string]func(){"biaoge": mainOrFake})
}

// TestScriptsDoWhatTheyShow runs testdata/script/*.txt, which read like a manual: each shows
// what one command does, prints and ends with.
func TestScriptsDoWhatTheyShow(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", "script"),
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			for name, value := range map[string]string{
				"PICTURES":   "../../testdata",
				"HARDER":     "../../internal/picture/testdata",
				"SCRIPTS":    "testdata",
				"EVALUATION": "../../internal/evaluate/testdata",
			} {
				abs, err := filepath.Abs(value)
				if err != nil {
					return err
				}
				env.Setenv(name, abs)
			}
			// Not what a script can hold: bytes that are no UTF-8, and what
			// rings, colours and turns a terminal's writing round.
			env.Setenv("BADNAME", "100%\xff\x1b[31m\a\u202egnp.jpg")
			env.Setenv("ESCAPE", "red\x1b[31m\nline.png")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":       exits,
			"schema-ok":   schemaOK,
			"closed-pipe": closedPipe,
			"lines":       lines,
			"edit":        edit,
			"pages":       pages,
			"empty-zip":   emptyZip,
			"harmless":    harmless,
			"grid":        grid,
			"interrupt":   interrupt,
		},
	})
}

// exits runs a command line and compares its exit code: exits 3 biaoge …
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND…")
	}
	got := 0
	err := ts.Exec(args[1], args[2:]...)
	var ee *exec.ExitError
	switch {
	case errors.As(err, &ee):
		got = ee.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// schema-ok holds a file of documents, one or one a line, against the schema:
// schema-ok FILE COUNT
func schemaOK(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: schema-ok FILE COUNT")
	}
	text := []byte(ts.ReadFile(args[0]))
	docs := [][]byte{text}
	if !bytes.HasPrefix(text, []byte("{\n")) {
		docs = bytes.SplitAfter(bytes.TrimSuffix(text, []byte("\n")), []byte("\n"))
	}
	if len(text) == 0 {
		docs = nil
	}
	if strconv.Itoa(len(docs)) != args[1] {
		ts.Fatalf("%d documents, want %s", len(docs), args[1])
	}
	for i, d := range docs {
		if err := schematest.Validate(d); err != nil {
			ts.Fatalf("document %d: %v", i+1, err)
		}
	}
}

// lines counts the lines of a file: lines FILE COUNT
func lines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: lines FILE COUNT")
	}
	if n := strings.Count(ts.ReadFile(args[0]), "\n"); strconv.Itoa(n) != args[1] {
		ts.Fatalf("%d lines, want %s", n, args[1])
	}
}

// edit replaces a text in a file: edit FILE OLD NEW
func edit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s has no %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o666))
}

// empty-zip writes an archive with nothing in it: empty-zip FILE
func emptyZip(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: empty-zip FILE")
	}
	var b bytes.Buffer
	ts.Check(zip.NewWriter(&b).Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o666))
}

// harmless looks for what no output may hold, whatever files are called: what
// is no UTF-8, and what steers a terminal: harmless FILE…
func harmless(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: harmless FILE…")
	}
	for _, name := range args {
		text := ts.ReadFile(name)
		if !utf8.ValidString(text) {
			ts.Fatalf("%s is no UTF-8", name)
		}
		for i, r := range text {
			if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' || unicode.Is(unicode.Bidi_Control, r) {
				ts.Fatalf("%s has U+%04X at byte %d", name, r, i)
			}
		}
	}
}

// pages writes the pages of a TIFF as pictures: pages TIFF PNG…
func pages(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: pages TIFF PNG…")
	}
	all, err := pagesOf(ts.MkAbs(args[0]))
	ts.Check(err)
	for i, name := range args[1:] {
		ts.Check(os.WriteFile(ts.MkAbs(name), all[i], 0o666))
	}
}

// pagesOf are the pages of a TIFF, each as a PNG.
func pagesOf(name string) (all [][]byte, err error) {
	file, err := picture.ReadFile(name)
	if err != nil {
		return nil, err
	}
	for n := range file.Pages {
		page, err := file.Page(n + 1)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		if err := png.Encode(&b, page.Gray); err != nil {
			return nil, err
		}
		all = append(all, b.Bytes())
	}
	return all, nil
}

// closed-pipe runs a command whose reader has gone: closed-pipe CODE COMMAND…
func closedPipe(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: closed-pipe CODE COMMAND…")
	}
	r, w, err := os.Pipe()
	ts.Check(err)
	r.Close()
	defer w.Close()
	cmd := exec.CommandContext(context.Background(), args[1], args[2:]...)
	cmd.Dir = ts.Getenv("WORK")
	cmd.Env = append(os.Environ(), "HOME="+ts.Getenv("HOME"))
	cmd.Stdout = w
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err = cmd.Run()
	if got := strconv.Itoa(cmd.ProcessState.ExitCode()); got != args[0] || stderr.Len() > 0 {
		ts.Fatalf("exit code %s (%v), want %s; stderr: %s", got, err, args[0], stderr.String())
	}
}
