package main

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// longest is how many functions are named, and tooLong how many lines one has
// at most.
const (
	longest = 15
	tooLong = 80
)

// report prints how large the rooms are, what they import, and which functions
// are too long.
func report(w io.Writer, packages []*pkg) error {
	numbers, err := numbersOf(packages)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%6s %6s %6s %8s  %s\n", "lines", "tests", "files", "longest", "package, the longest file in lines")
	var funcs []function
	lines, tests, arrows, over := 0, 0, 0, 0
	for _, p := range packages {
		n, most, err := linesIn(p.files())
		if err != nil {
			return err
		}
		k, _, err := linesIn(p.tests())
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%6d %6d %6d %8d  %s\n", n, k, len(p.files()), most, p.path)
		lines, tests, arrows = lines+n, tests+k, arrows+len(p.uses)
		fs, err := functions(p)
		if err != nil {
			return err
		}
		funcs = append(funcs, fs...)
	}
	fmt.Fprintf(w, "%6d %6d in %d packages\n\n", lines, tests, len(packages))
	printNumbers(w, numbers)
	fmt.Fprintf(w, "\n%d arrows between packages:\n", arrows)
	for _, p := range packages {
		if len(p.uses) > 0 {
			fmt.Fprintf(w, "  %s → %s\n", p.path, strings.Join(p.uses, ", "))
		}
	}
	slices.SortStableFunc(funcs, func(a, b function) int { return cmp.Compare(b.lines, a.lines) })
	for _, f := range funcs {
		if f.lines > tooLong {
			over++
		}
	}
	fmt.Fprintf(w, "\n%d of %d functions are longer than %d lines; the longest:\n", over, len(funcs), tooLong)
	for _, f := range funcs[:min(longest, len(funcs))] {
		fmt.Fprintf(w, "%6d %s\n", f.lines, f.name)
	}
	return nil
}

// linesIn counts the lines of files, and those of the longest.
func linesIn(files []string) (sum, most int, err error) {
	for _, name := range files {
		src, err := os.ReadFile(name)
		if err != nil {
			return 0, 0, err
		}
		n := bytes.Count(src, []byte("\n"))
		sum, most = sum+n, max(most, n)
	}
	return sum, most, nil
}

// A function and how long it is.
type function struct {
	name  string // with its file
	lines int
}

func functions(p *pkg) (all []function, err error) {
	for _, name := range p.files() {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				lines := set.Position(f.End()).Line - set.Position(f.Pos()).Line + 1
				all = append(all, function{fmt.Sprintf("%s in %s/%s", f.Name.Name, p.path, filepath.Base(name)), lines})
			}
		}
	}
	return all, nil
}
