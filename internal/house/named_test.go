package main

import (
	"go/ast"
	"go/parser"
	"go/token"
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

// Each folder and file of the repository that docs/design.md and CONTRIBUTING.md
// name by its path is there.
func TestDesignNamesPathsThatAreThere(t *testing.T) {
	texts := sources(t, ".md")
	path := regexp.MustCompile(`\b(?:cmd|docs|export|internal|layout|make|models|ocr|tables|testdata)(?:/[\w.-]*\w)+`)
	for _, page := range []string{"docs/design.md", "CONTRIBUTING.md"} {
		named := path.FindAllString(texts[page], -1)
		if len(named) == 0 {
			t.Errorf("%s names no path: the test looks in the wrong place", page)
		}
		for _, name := range named {
			if !there(name) {
				t.Errorf("%s names %s, which is not there", page, name)
			}
		}
	}
}

// declared are the functions, methods (as Type.method) and types of a Go file.
func declared(t *testing.T, name, text string) (names []string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			names = append(names, receiver(d)+d.Name.Name)
		case *ast.GenDecl:
			for _, s := range d.Specs {
				if s, ok := s.(*ast.TypeSpec); ok {
					names = append(names, s.Name.Name)
				}
			}
		}
	}
	return names
}

// receiver is the type that a function is a method of, with a point; empty if it is
// none.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	of := f.Recv.List[0].Type
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	switch generic := of.(type) {
	case *ast.IndexExpr:
		of = generic.X
	case *ast.IndexListExpr:
		of = generic.X
	}
	return of.(*ast.Ident).Name + "."
}

// Each function in the table of stages is in the file beside it.
func TestStagesAreWhereDesignSaysTheyAre(t *testing.T) {
	files := sources(t, ".go")
	_, table, _ := strings.Cut(sources(t, ".md")["docs/design.md"], "| stage | file | function |")
	table, _, _ = strings.Cut(table, "\n\n")
	rows := 0
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) < 4 || !strings.Contains(cells[2], "`") {
			continue
		}
		rows++
		for _, file := range names(cells[2]) {
			all := declared(t, file, files[file])
			for _, function := range names(cells[3]) {
				if !slices.Contains(all, function) {
					t.Errorf("docs/design.md: %s is not in %s", function, file)
				}
			}
		}
	}
	if rows < 10 {
		t.Errorf("docs/design.md has %d stages: the test looks in the wrong place", rows)
	}
}

// Each type and function that docs/design.md names with its package is there.
func TestDesignNamesWhatPackagesDeclare(t *testing.T) {
	of := make(map[string][]string) // what is declared, by the package's name
	for file, text := range sources(t, ".go") {
		name := path.Base(path.Dir(file))
		of[name] = append(of[name], declared(t, file, text)...)
	}
	found := 0
	for _, m := range regexp.MustCompile("`([a-z]+)\\.((?:[A-Z]\\w*\\.)?[A-Za-z]+)`").FindAllStringSubmatch(sources(t, ".md")["docs/design.md"], -1) {
		all, isPackage := of[m[1]]
		if !isPackage || there(m[1]+"."+m[2]) {
			continue
		}
		found++
		if !slices.Contains(all, m[2]) {
			t.Errorf("docs/design.md names %s.%s, which package %s has not", m[1], m[2], m[1])
		}
	}
	if found == 0 {
		t.Error("docs/design.md names nothing of a package: the test looks in the wrong place")
	}
}

// CONTRIBUTING.md has every package, by its path.
func TestEveryPackageIsListed(t *testing.T) {
	listed := names(sources(t, ".md")["CONTRIBUTING.md"])
	packages, err := list("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packages {
		if p.path != "." && !slices.ContainsFunc(listed, func(name string) bool { return strings.TrimSuffix(name, "/") == p.path }) {
			t.Errorf("CONTRIBUTING.md does not list %s", p.path)
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

// Each package says in its comment what its one job is, and what it must not know.
func TestEveryPackageSaysWhatItMustNotKnow(t *testing.T) {
	comments := make(map[string]string)
	for file, text := range sources(t, ".go") {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, text, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if said := parsed.Doc.Text(); strings.HasPrefix(said, "Package ") || strings.HasPrefix(said, "Command ") {
			comments[path.Dir(file)] += strings.Join(strings.Fields(said), " ")
		}
	}
	packages, err := list("../..")
	if err != nil {
		t.Fatal(err)
	}
	not := regexp.MustCompile(`must not know|does not know|knows nothing|knows neither|and nothing of|and neither`)
	for _, p := range packages {
		if !not.MatchString(comments[p.path]) {
			t.Errorf("the comment of package %s does not say what it must not know", p.path)
		}
	}
}
