package main

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sources are the texts of the repository that people read and write, by their
// paths: all but what tests and models are made of, and what was built.
func sources(t *testing.T, endings ...string) map[string]string {
	t.Helper()
	texts := make(map[string]string)
	root := os.DirFS("../..")
	err := fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && slices.Contains([]string{".git", "bin", "out", "testdata", "node_modules"}, e.Name()):
			return fs.SkipDir
		case e.IsDir() || !slices.ContainsFunc(endings, func(s string) bool { return strings.HasSuffix(name, s) }):
			return nil
		}
		data, err := fs.ReadFile(root, name)
		texts[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func there(name string) bool {
	_, err := os.Stat(path.Join("../..", name))
	return err == nil
}

// What the pages link to, and each source file that they name, is there.
func TestPagesNameWhatIsThere(t *testing.T) {
	goFiles := sources(t, ".go")
	isSource := func(name string) bool {
		for file := range goFiles {
			if file == name || strings.HasSuffix(file, "/"+name) {
				return true
			}
		}
		return false
	}
	link := regexp.MustCompile(`\]\(([\w./-]+)(?:#[^)]*)?\)`)
	source := regexp.MustCompile("`([\\w./-]+\\.go)`")
	for page, text := range sources(t, ".md") {
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			if !there(path.Join(path.Dir(page), m[1])) {
				t.Errorf("%s links to %s, which is not there", page, m[1])
			}
		}
		for _, m := range source.FindAllStringSubmatch(text, -1) {
			if page != "CHANGELOG.md" && !isSource(m[1]) {
				t.Errorf("%s names %s, which is not there", page, m[1])
			}
		}
	}
}

// CONTRIBUTING.md lists every page.
func TestEveryPageIsListed(t *testing.T) {
	texts := sources(t, ".md")
	for page := range texts {
		if path.Dir(page) == "docs" && !strings.Contains(texts["CONTRIBUTING.md"], "]("+page+")") {
			t.Errorf("CONTRIBUTING.md does not list %s", page)
		}
	}
}

// Each page and make file that a source or a make file names is there.
func TestSourcesNameWhatIsThere(t *testing.T) {
	named := regexp.MustCompile(`\b(?:docs/[\w/-]+\.(?:md|png)|make/[\w-]+\.(?:mk|sh))\b`)
	for file, text := range sources(t, ".go", "Makefile", ".mk", ".sh", ".yaml", ".js") {
		for _, name := range named.FindAllString(text, -1) {
			if !there(name) {
				t.Errorf("%s names %s, which is not there", file, name)
			}
		}
	}
}

// A fuzz target that is never run rots: make fuzz has each.
func TestEveryFuzzTargetIsRun(t *testing.T) {
	var commands strings.Builder
	for _, text := range sources(t, "Makefile", ".mk") {
		commands.WriteString(text)
	}
	targets := 0
	for file, text := range sources(t, "_test.go") {
		for _, m := range regexp.MustCompile(`(?m)^func (Fuzz\w+)\(`).FindAllStringSubmatch(text, -1) {
			targets++
			run := regexp.MustCompile(`-fuzz '\^` + m[1] + `\$\$' .* \./` + regexp.QuoteMeta(path.Dir(file)) + `\n`)
			if !run.MatchString(commands.String()) {
				t.Errorf("no make file runs %s of ./%s", m[1], path.Dir(file))
			}
		}
	}
	if targets == 0 {
		t.Error("no fuzz target found: the test looks in the wrong place")
	}
}
