package main

import (
	"errors"
	"flag"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"

	"github.com/biaoge/biaoge/ocr"
)

// didYouMean ends a message about a name that nothing has with the one that is
// likely meant: " (do you mean extract?)", or nothing where none is near.
func didYouMean(name string, known []string) string {
	// One slip in three letters is a typing error; more is another word.
	best, least := "", 1+max(1, len([]rune(name))/3)
	for _, k := range known {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(k)); d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return " (do you mean " + best + "?)"
}

func commandNames() []string {
	var names []string
	for _, c := range commands {
		if !c.hidden {
			names = append(names, c.name)
		}
	}
	return names
}

func unknownCommand(name string, also ...string) error {
	return usagef("there is no command %s; biaoge help lists them", name+didYouMean(name, append(commandNames(), also...)))
}

// What the package flag says of a command line that it can't read.
var (
	noSuchFlag   = regexp.MustCompile(`^flag provided but not defined: -(.*)$`)
	noArgument   = regexp.MustCompile(`^flag needs an argument: -(.*)$`)
	badFlagValue = regexp.MustCompile(`(?s)^invalid (?:boolean )?value (".*") for (?:flag )?-([^:]*): (.*)$`)
)

// flagError says what is wrong with a flag as people write it, and what to do.
func (c *call) flagError(err error) error {
	text := err.Error()
	if m := noSuchFlag.FindStringSubmatch(text); m != nil {
		var known []string
		for _, f := range c.allFlags() {
			known = append(known, dashed(f.Name))
		}
		return usagef("there is no flag %s; see biaoge %s --help", dashed(m[1])+didYouMean(dashed(m[1]), known), c.name)
	}
	if m := noArgument.FindStringSubmatch(text); m != nil {
		return usagef("%s needs a value; see biaoge %s --help", dashed(m[1]), c.name)
	}
	if m := badFlagValue.FindStringSubmatch(text); m != nil {
		name, value := m[2], ""
		if _, err := fmt.Sscanf(m[1], "%q", &value); err != nil {
			value = m[1]
		}
		if value == "" {
			value = `""`
		}
		return usagef("%s %s: %s", dashed(name), value, c.wanted(name, value, m[3]))
	}
	return usagef("%w; see biaoge %s --help", err, c.name)
}

// wanted says what kind of value a flag takes.
func (c *call) wanted(name, value, problem string) string {
	if f := c.flags.Lookup(name); f != nil {
		if g, ok := f.Value.(flag.Getter); ok {
			switch g.Get().(type) {
			case time.Duration:
				return "give a time with its unit, such as 90s or 2m"
			case int, int64:
				return "give a whole number"
			case float64:
				return "give a number"
			case bool:
				return "it takes no value, or true or false"
			}
		}
	}
	return problem
}

// dashed is a flag as people write it: two dashes where its name is a word.
// The package flag reads both.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// A positive is a flag for a number of things, at least one. Without the flag
// it is 0.
type positive int

func (p *positive) String() string { return fmt.Sprint(int(*p)) }

func (p *positive) Set(s string) error {
	var n int
	if _, err := fmt.Sscanf(s+"\n", "%d\n", &n); err != nil {
		return errors.New("give a whole number")
	}
	if n < 1 {
		return errors.New("give 1 or more")
	}
	*p = positive(n)
	return nil
}

// checkLanguages refuses what is no language of Tesseract's. One that is known
// and not installed is another matter: the reader says how to get it.
func checkLanguages(list string) error {
	if list == "" {
		return nil
	}
	for lang := range strings.SplitSeq(list, "+") {
		if _, err := ocr.LanguageFile(lang); ocr.KnownLanguage(lang) || err == nil && !strings.Contains(lang, "..") {
			continue
		}
		near := didYouMean(lang, ocr.KnownLanguages())
		if other := ocr.LanguageOf(lang); other != "" {
			near = didYouMean(other, []string{other})
		}
		return usagef("--lang %s: Tesseract has no language %s; it has chi_sim, chi_tra, eng and others", list, strconv.Quote(lang)+near)
	}
	return nil
}
