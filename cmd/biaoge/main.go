// Command biaoge reads tables that were published as pictures.
//
// It only parses the command line and calls the packages beside it; run
// biaoge help for what it can do.
//
// It must not know how anything is read, nor what is in a document but for its
// flags and counts.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"github.com/biaoge/biaoge/internal/malloc"
)

// commands are all subcommands, in the order that biaoge help lists them. A
// new one is a file of its own and a line here.
var commands = []command{
	extractCommand,
	reportCommand,
	batchCommand,
	statusCommand,
	reviewCommand,
	serveCommand,
	workCommand,
	hubCommand,
	evaluateCommand,
	synthCommand,
	formsCommand,
	schemaCommand,
	doctorCommand,
	versionCommand,
	completionCommand,
	workerCommand,
}

// A command is one subcommand.
type command struct {
	name    string
	summary string // one line, for biaoge help
	args    string // what follows the flags, such as FILE|DIR|-…
	help    string // what biaoge NAME --help says before the flags
	list    string // below it, what is the same in every language
	example string // command lines that work, one a line
	hidden  bool   // not for people; biaoge help leaves it out
	service bool   // runs until it is told to end, so that to be told is no interruption

	// run does the work. It defines its flags on c.flags, then calls
	// c.parse, which returns the other arguments. The error it returns is
	// printed and decides the exit code: see codeOf and exitError.
	run func(ctx context.Context, c *call) error
}

// A call is one run of a command: its arguments and the world around it.
type call struct {
	command
	flags  *flag.FlagSet
	raw    []string // the arguments as given
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

// errHelp is what parse returns after --help was answered.
var errHelp = errors.New("help was asked for")

// parse reads the flags, which may stand anywhere among the arguments, and
// returns the others. After -- everything is an argument.
func (c *call) parse() ([]string, error) {
	var args []string
	rest := c.raw
	for {
		if err := c.flags.Parse(rest); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				if err := c.usage(c.stdout); err != nil {
					return nil, err
				}
				return nil, errHelp
			}
			return nil, c.flagError(err)
		}
		left := c.flags.Args()
		if n := len(rest) - len(left); n > 0 && rest[n-1] == "--" {
			return append(args, left...), nil
		}
		if len(left) == 0 {
			return args, nil
		}
		args, rest = append(args, left[0]), left[1:]
	}
}

func (c *call) usage(stdout io.Writer) error {
	w := new(strings.Builder)
	fmt.Fprintf(w, "%s\n\n%s biaoge %s %s", sentence(language.Text(c.summary)), language.Text("Usage:"), c.name, language.Text("[flags]"))
	if c.args != "" {
		fmt.Fprint(w, " ", c.args)
	}
	fmt.Fprintln(w)
	if c.help != "" {
		fmt.Fprintf(w, "\n%s\n", language.Text(strings.TrimSpace(c.help)))
	}
	if c.list != "" {
		fmt.Fprintf(w, "\n%s\n", strings.TrimRight(c.list, "\n"))
	}
	fmt.Fprintf(w, "\n%s\n", language.Text("Flags (anywhere among the arguments):"))
	for _, f := range c.allFlags() {
		printFlag(w, f)
	}
	if c.example != "" {
		fmt.Fprintf(w, "\n%s\n", language.Text("Examples:"))
		for l := range strings.Lines(strings.TrimSpace(c.example)) {
			fmt.Fprintf(w, "  %s\n", strings.TrimSpace(l))
		}
	}
	_, err := io.WriteString(stdout, w.String())
	return err
}

// allFlags are the flags of a command, and the one of all commands.
func (c *call) allFlags() []*flag.Flag {
	var all []*flag.Flag
	c.flags.VisitAll(func(f *flag.Flag) { all = append(all, f) })
	all = append(all, &flag.Flag{Name: messagesFlag, Usage: "say things in `LANG`: zh or en (default: as the locale says)"})
	slices.SortFunc(all, func(a, b *flag.Flag) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// printFlag prints one flag as people write it.
func printFlag(w io.Writer, f *flag.Flag) {
	said := *f
	said.Usage = language.Text(f.Usage)
	value, text := flag.UnquoteUsage(&said)
	head := "  " + dashed(f.Name)
	if value != "" {
		head += " " + value
	}
	switch f.DefValue {
	case "", "0", "false", "[]":
	default:
		text += " " + language.Text("(default %s)", f.DefValue)
	}
	fmt.Fprintf(w, "%-20s  %s\n", head, strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", 22)))
}

func sentence(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[n:] + language.Text(".")
}

func main() {
	malloc.Tidy()
	// Without this the runtime ends the program in the middle of a write
	// when the reader of its output goes away; as an error, everything is
	// closed properly and the code is the one that is documented.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends at once
	os.Exit(int(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)))
}

// run carries out one command line.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) exitCode {
	args, err := takeMessages(args)
	if err != nil {
		report(stderr, err)
		return exitUsage
	}
	if len(args) == 0 {
		printHelp(stderr)
		return exitUsage
	}
	name, rest := args[0], args[1:]
	switch name {
	case "-h", "-help", "--help":
		name = "help"
	case "-version", "--version":
		name = "version"
	}
	service := false
	if name == "help" {
		err = help(ctx, rest, stdout)
	} else if cmd, ok := lookup(name); ok {
		service = cmd.service
		err = cmd.run(ctx, newCall(cmd, rest, stdin, stdout, stderr))
	} else {
		err = unknownCommand(name)
	}
	if errors.Is(err, errHelp) {
		return exitOK
	}
	code := codeOf(err)
	if ctx.Err() != nil && err != nil && !said(err) && !service {
		code = exitInterrupted // whatever failed did so because of it; a verdict is of what was done before
	}
	if code != exitOK && code != exitBrokenPipe {
		report(stderr, err)
	}
	return code
}

func newCall(cmd command, args []string, stdin io.Reader, stdout, stderr io.Writer) *call {
	fs := flag.NewFlagSet(cmd.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard) // parse says what is wrong, in one line
	fs.Usage = func() {}
	return &call{command: cmd, flags: fs, raw: args, stdin: stdin, stdout: stdout, stderr: stderr}
}

func lookup(name string) (command, bool) {
	for _, c := range commands {
		if c.name == name {
			return c, true
		}
	}
	return command{}, false
}

// report prints an error, one line for each of those that were joined.
func report(w io.Writer, err error) {
	if said(err) {
		return
	}
	if errors.Is(err, context.Canceled) {
		err = errors.New("interrupted")
	}
	for _, e := range split(err) {
		fmt.Fprintf(w, "biaoge: %s\n", oneLine(language.Translate(e.Error())))
	}
}

// split takes joined errors apart.
func split(err error) []error {
	if ee, ok := err.(*exitError); ok {
		return split(ee.err)
	}
	j, ok := err.(interface{ Unwrap() []error })
	if !ok || strings.Count(err.Error(), "\n") == 0 {
		return []error{err}
	}
	var all []error
	for _, e := range j.Unwrap() {
		all = append(all, split(e)...)
	}
	return all
}
