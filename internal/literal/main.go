// Command literal runs the commands of the pages, as they stand there: in a fresh
// clone of the repository's last commit, with an empty home, from the top of each
// page to its end. What it leaves out it names, and says why.
//
// It must not know what a command does: the code it ends with is all that
// counts.
package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: literal FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "literal:", err)
		os.Exit(1)
	}
}

// pages are read in this order: the first has what builds the program.
var pages = []string{"README.md", "README.zh-CN.md", "CONTRIBUTING.md", "docs/*.md"}

func run(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	r, err := newRoom(dir)
	if err != nil {
		return err
	}
	defer r.close()
	for _, pattern := range pages {
		names, err := filepath.Glob(pattern)
		if err != nil {
			return err
		}
		for _, name := range names {
			if err := r.page(name); err != nil {
				return err
			}
		}
	}
	fmt.Printf("%d commands ran, %d were left out, %d failed\n", r.ran, r.left, r.failed)
	if r.failed > 0 || r.ran == 0 {
		return fmt.Errorf("%d of the pages' commands fail", r.failed)
	}
	return nil
}

// presumed is what was done before somebody reads a page.
var presumed = map[string]string{"docs/review.md": "biaoge batch scraped out"}

// page runs the commands of a page, in a folder of its own for what they need.
func (r *room) page(name string) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	commands := commandsOf(string(text))
	if len(commands) == 0 {
		return nil
	}
	if err := r.furnish(); err != nil {
		return err
	}
	fmt.Println("==", name)
	if before := presumed[name]; before != "" {
		if err := r.once(before, []int{6}); err != nil {
			return fmt.Errorf("%s, before %s: %w", before, name, err)
		}
	}
	for _, line := range commands {
		r.line(line)
	}
	r.endServers()
	return nil
}

// command is what a command may begin with; other lines of a block are what it
// prints.
var command = regexp.MustCompile(`^(\$ )?(biaoge (?:batch|completion|doctor|evaluate|extract|forms|hub|report|review|schema|serve|status|synth|version|work)\b|bin/biaoge|make|curl|docker|mkdir|export|soffice|head|\$EDITOR|[A-Z]+=\$\()`)

// commandsOf are the command lines in the blocks of a page, those that go on on
// the next line as one.
func commandsOf(text string) (all []string) {
	inside, shell := false, false
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", " ")) {
		line = strings.TrimRight(line, "\n")
		if language, ok := strings.CutPrefix(line, "```"); ok {
			inside, shell = !inside, language == "" || language == "sh"
			continue
		}
		if inside && shell && command.MatchString(line) {
			all = append(all, strings.TrimPrefix(line, "$ "))
		}
	}
	return all
}

// A rule says how the lines that it fits are run.
type rule struct {
	line   *regexp.Regexp
	left   string // why they are left out; empty where they are not
	server bool   // they go on until they are told to end
	codes  []int  // with which they may end, beside 0
}

// rules are looked through from the top; a line that none fits ends with 0.
var rules = []rule{
	{line: regexp.MustCompile(`^make (test|bench|score)`), left: "takes minutes, and is run by itself"},
	{line: regexp.MustCompile(`\bdocker `), left: "needs an engine; make image-test runs the same image without one"},
	{line: regexp.MustCompile(`forms check my-forms/budget.yaml`), left: "shows what a mistake looks like"},
	{line: regexp.MustCompile(`^(bin/)?biaoge (review|serve|hub|work)\b`), server: true},
	{line: regexp.MustCompile(`^(bin/)?biaoge batch\b`), codes: []int{6}}, // something is to review
}

func ruleOf(line string) rule {
	for _, r := range rules {
		if r.line.MatchString(line) {
			return r
		}
	}
	return rule{}
}

// git runs a command of git.
func git(args ...string) error {
	out, err := exec.Command("git", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("git %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return nil
}
