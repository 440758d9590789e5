package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/tables"
)

var formsCommand = command{
	name:    "forms",
	summary: "list the known forms, print one, or check form files",
	args:    "[check FILE… | show ID]",
	help: `
Without arguments: the forms that the program knows, one a line.
show ID prints the file of a form, to start a new one from.
check FILE… says what is wrong in form files, each with its line.
docs/forms.md tells how to write one.`,
	example: `
biaoge forms
biaoge forms show gov-disclosure/appeals@2019 > my-forms/appeals.yaml
biaoge forms check my-forms/*.yaml
biaoge extract --forms my-forms 22.jpg`,
	run: runForms,
}

func runForms(_ context.Context, c *call) error {
	dir := c.flags.String("forms", "", "also know the forms in this `DIR`")
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) == 0 {
		forms, err := knownForms(*dir)
		if err != nil {
			return err
		}
		return listForms(c.stdout, forms)
	}
	switch args[0] {
	case "list":
		if len(args) > 1 {
			return usagef("forms list takes no arguments")
		}
		forms, err := knownForms(*dir)
		if err != nil {
			return err
		}
		return listForms(c.stdout, forms)
	case "show":
		if len(args) != 2 {
			return usagef("forms show takes the id of one form; biaoge forms lists them")
		}
		forms, err := knownForms(*dir)
		if err != nil {
			return err
		}
		return showForm(c.stdout, forms, args[1])
	case "check":
		if len(args) < 2 {
			return usagef("forms check takes the form files to check")
		}
		return checkForms(c, args[1:])
	}
	return usagef("forms has no subcommand %s; it has list, show and check", args[0])
}

// knownForms are the embedded forms and those of a folder, where one with the
// id of an embedded form takes its place.
func knownForms(dir string) ([]*tables.Form, error) {
	forms := slices.Clone(tables.EmbeddedForms())
	if dir == "" {
		return forms, nil
	}
	own, err := loadForms(dir)
	if err != nil {
		return nil, err
	}
	for _, f := range own {
		if i := slices.IndexFunc(forms, func(g *tables.Form) bool { return g.ID == f.ID }); i >= 0 {
			forms[i] = f
		} else {
			forms = append(forms, f)
		}
	}
	return forms, nil
}

// loadForms reads the folder of --forms. A form that is wrong is an error of
// the command line: nothing is read with half the forms.
func loadForms(dir string) ([]*tables.Form, error) {
	if dir == "" {
		return nil, nil
	}
	if _, err := os.ReadDir(dir); err != nil {
		return nil, usagef("--forms %s: %w; name a folder with form files", dir, errors.Unwrap(err))
	}
	forms, err := tables.LoadForms(dir)
	if err != nil {
		return nil, &exitError{exitUsage, err}
	}
	if len(forms) == 0 {
		return nil, usagef("--forms %s: no .yaml file in it; biaoge forms show prints one to start from", dir)
	}
	return forms, nil
}

func listForms(w io.Writer, forms []*tables.Form) error {
	wide := 0
	for _, f := range forms {
		wide = max(wide, len(f.ID))
	}
	for _, f := range forms {
		if _, err := fmt.Fprintf(w, "%-*s  %2d×%-2d  %s\n", wide, f.ID, f.Rows, f.Cols, f.Title); err != nil {
			return err
		}
	}
	return nil
}

func showForm(w io.Writer, forms []*tables.Form, id string) error {
	for _, f := range forms {
		if f.ID == id {
			_, err := w.Write(f.Source())
			return err
		}
	}
	var near []string
	for _, f := range forms {
		if strings.Contains(f.ID, id) {
			near = append(near, f.ID)
		}
	}
	if len(near) > 0 {
		return usagef("there is no form %s; do you mean %s?", id, strings.Join(near, " or "))
	}
	return usagef("there is no form %s; biaoge forms lists them", id)
}

func checkForms(c *call, files []string) error {
	bad := 0
	for _, name := range files {
		form, err := readForm(name)
		if err != nil {
			report(c.stderr, err)
			bad++
			continue
		}
		values := 0
		for _, cell := range form.Cells {
			if cell.Key != "" {
				values++
			}
		}
		if _, err := fmt.Fprintf(c.stdout, "%s: ok: %s, %d×%d, %d values, %d checks\n", name, form.ID, form.Rows, form.Cols, values, len(form.Checks)); err != nil {
			return err
		}
	}
	switch bad {
	case 0:
		return nil
	case len(files):
		return exitWith(exitNothingRead)
	}
	return exitWith(exitSomeFailed)
}

func readForm(name string) (*tables.Form, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, inputError(name, err)
	}
	defer f.Close()
	return tables.ReadForm(name, f)
}
