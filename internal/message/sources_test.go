package message

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sources are the program's own files, parsed: not the tests, not this package.
func sources(t *testing.T) (*token.FileSet, []*ast.File) {
	t.Helper()
	set := token.NewFileSet()
	var files []*ast.File
	err := filepath.WalkDir("../..", func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && (e.Name() == "testdata" || strings.HasPrefix(e.Name(), ".") && e.Name() != ".."):
			if path == "../.." {
				return nil
			}
			return fs.SkipDir
		case e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || filepath.Dir(path) == filepath.Join("../..", "internal/message"):
			return nil
		}
		f, err := parser.ParseFile(set, path, nil, 0)
		files = append(files, f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 100 {
		t.Fatalf("%d files; the test looks in the wrong place", len(files))
	}
	return set, files
}

// nameOf is the name of what is called: Because of tables.Because and Because.
func nameOf(fun ast.Expr) string {
	switch f := fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// literal is a constant text, which may be put together of several with +.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			s, err := strconv.Unquote(e.Value)
			return s, err == nil
		}
	case *ast.BinaryExpr:
		a, ok := literal(e.X)
		b, ok2 := literal(e.Y)
		return a + b, ok && ok2 && e.Op == token.ADD
	}
	return "", false
}

// Whatever a document says, it says by a code of the catalogue, with as many
// arguments as its words take; and there is no code that nothing says.
func TestReasonsAreOfTheCatalogue(t *testing.T) {
	set, files := sources(t)
	used := make(map[string]bool)
	for _, f := range files {
		inTables := strings.HasSuffix(filepath.ToSlash(set.Position(f.Pos()).Filename), "tables/cause.go")
		ast.Inspect(f, func(n ast.Node) bool {
			where := func() string { return fmt.Sprint(set.Position(n.Pos())) }
			switch n := n.(type) {
			case *ast.BasicLit:
				if s, ok := literal(n); ok {
					used[s] = true
				}
			case *ast.CallExpr:
				if name := nameOf(n.Fun); (name == "Because" || name == "Warn" || name == "because") && len(n.Args) > 0 {
					code, ok := literal(n.Args[0])
					if !ok || name == "Warn" && len(n.Args) > 0 && strings.Contains(code, " ") { // a log's Warn
						return true
					}
					phrase, known := words().causes[code]
					if !known {
						t.Errorf("%s: the code %q is not in internal/message/zh.po; add it there, with its English and its Chinese", where(), code)
					} else if takes := verbs(phrase.english); takes != len(n.Args)-1 && n.Ellipsis == token.NoPos {
						t.Errorf("%s: the words of %s take %d arguments, it has %d", where(), code, takes, len(n.Args)-1)
					}
				}
			case *ast.CompositeLit:
				if nameOf(n.Type) == "Warning" && len(n.Elts) > 0 && !inTables {
					t.Errorf("%s: a warning that is made by hand; use tables.Warn, so that it has a code and words in every language", where())
				}
			case *ast.AssignStmt:
				for i, l := range n.Lhs {
					if nameOf(l) == "Reasons" && i < len(n.Rhs) && !derived(n.Rhs[i]) && !inTables {
						t.Errorf("%s: a reason that is made by hand; add to Causes, with tables.Because", where())
					}
				}
			}
			return true
		})
	}
	all := new(strings.Builder)
	for s := range used {
		all.WriteString(s + "\n")
	}
	for code, p := range words().causes {
		said := used[code] || used[strings.TrimSuffix(strings.TrimSuffix(code, "_page"), "_picture")]
		if !said { // a failure is known by its words, which may be put together of several literals
			said = true
			for _, piece := range anyVerb.Split(p.english, -1) {
				said = said && strings.Contains(all.String(), strings.Trim(piece, " :;"))
			}
		}
		if !said {
			t.Errorf("nothing says %s", code)
		}
	}
}

// derived tells whether reasons are made of causes or copied from others.
func derived(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.CallExpr:
		return nameOf(e.Fun) == "InWords" || nameOf(e.Fun) == "Clone" && len(e.Args) == 1 && derived(e.Args[0])
	case *ast.SelectorExpr:
		return e.Sel.Name == "Reasons"
	case *ast.Ident:
		return e.Name == "nil"
	}
	return false
}

// verbs is how many arguments a template takes.
func verbs(template string) int {
	var named []string
	plain := 0
	for _, m := range verb.FindAllStringSubmatch(template, -1) {
		if m[1] == "" {
			plain++
		} else if !slices.Contains(named, m[1]) {
			named = append(named, m[1])
		}
	}
	return plain + len(named)
}

// speaking are the folders whose errors people read, and that say them in
// literals.
var speaking = []string{"cmd/biaoge", "internal/picture", "internal/intake", "internal/progress", "export"}

// Whatever people are told is in the catalogue: errors, headings, flags.
func TestWhatIsSaidIsOfTheCatalogue(t *testing.T) {
	set, files := sources(t)
	for _, f := range files {
		dir, _ := filepath.Rel("../..", filepath.Dir(set.Position(f.Pos()).Filename))
		if !slices.Contains(speaking, filepath.ToSlash(dir)) {
			continue
		}
		check := func(e ast.Expr) {
			if s, ok := literal(e); ok && says(s) && !Known(s) {
				t.Errorf("%s: internal/message/zh.po has no Chinese for %q", set.Position(e.Pos()), s)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				switch name := nameOf(n.Fun); {
				case len(n.Args) == 0:
				case name == "usagef" || name == "Errorf" || name == "New" || name == "Text":
					check(n.Args[0])
				case strings.HasSuffix(name, "Var") || slices.Contains([]string{"String", "Bool", "Int", "Int64", "Uint64", "Duration"}, name):
					check(n.Args[len(n.Args)-1])
				}
			case *ast.CompositeLit:
				if nameOf(n.Type) == "Error" && len(n.Elts) > 1 {
					check(n.Elts[1])
				}
			case *ast.KeyValueExpr:
				if k := nameOf(n.Key); k == "summary" || k == "help" || k == "Summary" {
					if s, ok := literal(n.Value); ok && !Known(strings.TrimSpace(s)) {
						t.Errorf("%s: internal/message/zh.po has no Chinese for %q", set.Position(n.Pos()), strings.TrimSpace(s))
					}
				}
			}
			return true
		})
	}
}

// inner are errors that only programmers meet.
var inner = []string{"layout: ", "picture: ", "exit code ", "no frame of "}

// says tells whether a text says anything, beside where.
func says(s string) bool {
	for _, p := range inner {
		if strings.HasPrefix(s, p) {
			return false
		}
	}
	words := 0
	for _, w := range strings.FieldsFunc(anyVerb.ReplaceAllString(s, " "), func(r rune) bool { return !(r >= 'a' && r <= 'z') }) {
		if len(w) > 1 {
			words++
		}
	}
	return words > 0
}

// What pages say is in the catalogue.
func TestPagesAreOfTheCatalogue(t *testing.T) {
	for _, name := range []string{"../results/summary.html", "../../export/page.html"} {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, m := range regexp.MustCompile(`\b(?:t|Language\.Text) ("(?:[^"\\]|\\.)*")`).FindAllStringSubmatch(string(text), -1) {
			n++
			if s, err := strconv.Unquote(m[1]); err != nil || !Known(s) {
				t.Errorf("%s: internal/message/zh.po has no Chinese for %s", name, m[1])
			}
		}
		if n == 0 {
			t.Errorf("%s says nothing; the test looks for the wrong thing", name)
		}
	}
}

// What can be wrong with a report as a whole is said in Chinese, too.
func TestReportErrorsHaveChinese(t *testing.T) {
	set, files := sources(t)
	n := 0
	for _, f := range files {
		ast.Inspect(f, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok || nameOf(call.Fun) != "Errorf" || len(call.Args) < 2 {
				return true
			}
			text, _ := literal(call.Args[0])
			of, ok := call.Args[1].(*ast.SelectorExpr)
			tail, wraps := strings.CutPrefix(text, "%w")
			if !ok || !wraps || !strings.HasPrefix(of.Sel.Name, "Err") || nameOf(of.X) != "content" {
				return true
			}
			n++
			english := regexp.MustCompile(`%[wv]`).ReplaceAllString(strings.TrimLeft(tail, ":; "), "%s")
			if _, known := words().texts[english]; !known && lettersIn(anyVerb.ReplaceAllString(english, "")) > len("in it") {
				t.Errorf("%s: %q has no Chinese in internal/message/zh.po", set.Position(call.Pos()), english)
			}
			return true
		})
	}
	if n < 30 {
		t.Errorf("%d errors of reports; the test looks in the wrong place", n)
	}
}
