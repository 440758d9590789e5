package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// allowedFile has the counts that may only fall.
const allowedFile = "internal/house/numbers.txt"

// counted are the rooms in which numbers decide what is read, named as in the
// table of rooms.
var counted = []string{"layout", "layout/…", "internal/reading", "internal/extract"}

// isCounted tells whether the numbers of a package are counted.
func isCounted(path string) bool {
	return slices.ContainsFunc(counted, func(name string) bool { return covers(name, path) })
}

// A tally is how many numbers were set by hand, by package, in the order of the
// packages.
type tally struct {
	paths []string
	of    map[string]int
}

func (t *tally) sum() (n int) {
	for _, k := range t.of {
		n += k
	}
	return n
}

// numbersOf counts the numbers set by hand in the packages that are counted.
func numbersOf(packages []*pkg) (*tally, error) {
	t := &tally{of: make(map[string]int)}
	for _, p := range packages {
		if !isCounted(p.path) {
			continue
		}
		n := 0
		for _, name := range p.files() {
			src, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			k, err := numbersIn(name, src)
			if err != nil {
				return nil, err
			}
			n += k
		}
		t.paths, t.of[p.path] = append(t.paths, p.path), n
	}
	return t, nil
}

// numbersIn counts the numeric literals of a file but 0, 1, 2 and -1: those in
// named constants as well, since a name makes a number no truer.
func numbersIn(name string, src []byte) (n int, err error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.SkipObjectResolution)
	if err != nil {
		return 0, err
	}
	ast.Inspect(file, func(node ast.Node) bool {
		negative := false
		if u, ok := node.(*ast.UnaryExpr); ok && u.Op == token.SUB {
			if lit, ok := u.X.(*ast.BasicLit); ok {
				node, negative = lit, true
			}
		}
		lit, ok := node.(*ast.BasicLit)
		if !ok || lit.Kind != token.INT && lit.Kind != token.FLOAT {
			return true
		}
		most := int64(2)
		if negative {
			most = 1
		}
		v := constant.MakeFromLiteral(lit.Value, lit.Kind, 0)
		if whole, exact := constant.Int64Val(constant.ToInt(v)); constant.ToInt(v).Kind() != constant.Int || !exact || whole > most {
			n++
		}
		return false // what is below a sign has been counted
	})
	return n, nil
}

// readAllowed reads the counts that are allowed.
func readAllowed(path string) (*tally, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t := &tally{of: make(map[string]int)}
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		var p string
		var n int
		if _, err := fmt.Sscan(line, &p, &n); err != nil {
			return nil, fmt.Errorf("%s, line %d: want a package and its count, got %q", path, i+1, line)
		}
		t.paths, t.of[p] = append(t.paths, p), n
	}
	return t, nil
}

// compare says how counts differ from those that are allowed; nothing if they
// are the same.
func compare(now, allowed *tally) error {
	if grown := now.sum() - allowed.sum(); grown > 0 {
		return fmt.Errorf("%d numbers more are set by hand than %s allows (%d, not %d), in %s: fit them, take them from what is known already, or do without; the count may only fall",
			grown, allowedFile, now.sum(), allowed.sum(), strings.Join(differing(now, allowed), ", "))
	}
	if d := differing(now, allowed); len(d) > 0 {
		return fmt.Errorf("fewer numbers are set by hand than %s says, or they have moved (%s): make numbers writes them anew", allowedFile, strings.Join(d, ", "))
	}
	return nil
}

// differing are the packages whose counts are not those allowed.
func differing(now, allowed *tally) (all []string) {
	for _, p := range slices.Compact(slices.Sorted(slices.Values(slices.Concat(now.paths, allowed.paths)))) {
		if a, b := now.of[p], allowed.of[p]; a != b {
			all = append(all, fmt.Sprintf("%s %d, not %d", p, a, b))
		}
	}
	return all
}

func checkNumbers(w io.Writer, packages []*pkg) error {
	now, err := numbersOf(packages)
	if err != nil {
		return err
	}
	printNumbers(w, now)
	allowed, err := readAllowed(filepath.FromSlash(allowedFile))
	if err != nil {
		return err
	}
	return compare(now, allowed)
}

func printNumbers(w io.Writer, t *tally) {
	fmt.Fprintln(w, "numbers set by hand:")
	for _, p := range t.paths {
		fmt.Fprintf(w, "%6d %s\n", t.of[p], p)
	}
	fmt.Fprintf(w, "%6d in all\n", t.sum())
}

func writeNumbers(w io.Writer, packages []*pkg) error {
	now, err := numbersOf(packages)
	if err != nil {
		return err
	}
	allowed, err := readAllowed(filepath.FromSlash(allowedFile))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if allowed != nil && now.sum() > allowed.sum() {
		return compare(now, allowed)
	}
	var b strings.Builder
	for _, p := range now.paths {
		fmt.Fprintln(&b, p, now.of[p])
	}
	printNumbers(w, now)
	return os.WriteFile(filepath.FromSlash(allowedFile), []byte(b.String()), 0o666)
}
