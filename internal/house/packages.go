package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
)

// A pkg is a package of the module.
type pkg struct {
	ImportPath                string
	Name                      string
	Dir                       string
	Module                    struct{ Path, Dir string }
	GoFiles, CgoFiles         []string
	TestGoFiles, XTestGoFiles []string
	Imports                   []string
	path                      string   // below the module, "." for its root
	uses                      []string // of the module, likewise
}

// list asks go list for the packages of the module that a folder is in.
func list(dir string) ([]*pkg, error) {
	cmd := exec.Command("go", "list", "-json=ImportPath,Name,Dir,Module,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles,Imports", "./...")
	cmd.Dir = dir
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, complaints.Bytes())
	}
	var all []*pkg
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(pkg)
		if err := dec.Decode(p); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		p.path = p.below(p.ImportPath)
		for _, i := range p.Imports {
			if own := p.below(i); own != "" {
				p.uses = append(p.uses, own)
			}
		}
		all = append(all, p)
	}
}

// below is a package's path below the module; empty if it is of another one.
func (p *pkg) below(importPath string) string {
	if importPath == p.Module.Path {
		return "."
	}
	rest, ok := strings.CutPrefix(importPath, p.Module.Path+"/")
	if !ok {
		return ""
	}
	return rest
}

// files are those of the package that are built into the program.
func (p *pkg) files() (paths []string) { return p.join(p.GoFiles, p.CgoFiles) }

// tests are the files of its tests.
func (p *pkg) tests() []string { return p.join(p.TestGoFiles, p.XTestGoFiles) }

func (p *pkg) join(lists ...[]string) (paths []string) {
	for _, l := range lists {
		for _, name := range l {
			paths = append(paths, filepath.Join(p.Dir, name))
		}
	}
	return paths
}
