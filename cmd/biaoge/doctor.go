package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/biaoge/biaoge/internal/doctor"
)

var doctorCommand = command{
	name:    "doctor",
	summary: "say what is installed, what is missing and how to get it",
	help: `
The exit code is 5 where something is missing that reading pictures needs.`,
	example: `
biaoge doctor
biaoge doctor --lang chi_sim+chi_tra
biaoge doctor --json`,
	run: runDoctor,
}

func runDoctor(_ context.Context, c *call) error {
	asJSON := c.flags.Bool("json", false, "print the findings as JSON")
	lang := c.flags.String("lang", "", "also look for the data of `LANG`, such as chi_tra")
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) > 0 {
		return usagef("doctor takes no arguments")
	}
	found := doctor.Examine(strings.Split(*lang, "+")...)
	healthy := doctor.Healthy(found)
	if *asJSON {
		enc := json.NewEncoder(c.stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		err = enc.Encode(struct {
			Version  string           `json:"version"`
			Healthy  bool             `json:"healthy"`
			Findings []doctor.Finding `json:"findings"`
		}{versionString(), healthy, found})
	} else {
		err = printFindings(c, found, healthy)
	}
	if err == nil && !healthy {
		return exitWith(exitDependency)
	}
	return err
}

func printFindings(c *call, found []doctor.Finding, healthy bool) error {
	var b strings.Builder
	for _, f := range found {
		fmt.Fprintf(&b, "%-8s %-22s %s\n", f.State, f.Name, f.Detail)
		if f.Remedy != "" {
			fmt.Fprintf(&b, "%-8s %-22s %s\n", "", "", language.Text("to get it: %s", f.Remedy))
		}
	}
	if healthy {
		fmt.Fprintln(&b, language.Text("Everything that reading pictures needs is there."))
	} else {
		fmt.Fprintln(&b, language.Text("Something that reading pictures needs is missing."))
	}
	_, err := fmt.Fprint(c.stdout, b.String())
	return err
}
