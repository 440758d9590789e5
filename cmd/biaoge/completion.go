package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/biaoge/biaoge/export"
)

var completionCommand = command{
	name:    "completion",
	summary: "print what makes a shell complete commands and flags",
	args:    "bash|zsh|fish",
	help: `
make install and the Debian package put it where shells look for it. By hand:
bash reads it with  . <(biaoge completion bash)  in ~/.bashrc, zsh as _biaoge in
a folder of $fpath, fish as ~/.config/fish/completions/biaoge.fish.`,
	example: `
. <(biaoge completion bash)
biaoge completion fish > ~/.config/fish/completions/biaoge.fish`,
	run: runCompletion,
}

func runCompletion(_ context.Context, c *call) error {
	args, err := c.parse()
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return usagef("completion takes the name of one shell: bash, zsh or fish")
	}
	shells := map[string]func() string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}
	write, ok := shells[args[0]]
	if !ok {
		return usagef("completion is for bash, zsh and fish, not for %s", args[0])
	}
	_, err = io.WriteString(c.stdout, write())
	return err
}

// described is a command with its flags, as --help prints them.
type described struct {
	command
	flags []*flag.Flag
}

// describeAll asks every command that is for people what flags it has.
func describeAll() []described {
	var all []described
	for _, c := range commandList() {
		if c.hidden {
			continue
		}
		call := newCall(c, []string{"--help"}, nil, io.Discard, io.Discard)
		if err := c.run(context.Background(), call); !errors.Is(err, errHelp) {
			panic("biaoge " + c.name + " --help does something else") // the command itself knows its flags
		}
		all = append(all, described{c, call.allFlags()})
	}
	return all
}

// choices are the values of a flag of which there are a few; nil for others.
func choices(command, name string) []string {
	switch {
	case name == messagesFlag:
		return []string{"en", "zh"}
	case name == "log":
		return []string{"text", "json"}
	case name == "format" && command == "batch":
		return []string{"csv", "parquet", "csv,parquet"}
	case name == "format" && command == "report":
		return append(export.Names(), "same")
	case name == "format":
		return export.Names()
	}
	return nil
}

// takesValue tells whether something follows a flag.
func takesValue(f *flag.Flag) bool {
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return f.Name == messagesFlag || !ok || !b.IsBoolFlag()
}

// about is what a flag is for, on one line without quotes.
func about(f *flag.Flag) string {
	said := *f
	said.Usage = language.Text(f.Usage)
	_, text := flag.UnquoteUsage(&said)
	return strings.NewReplacer("\n", " ", "'", "’", "[", "(", "]", ")", ":", "：").Replace(text)
}

func bashCompletion() string {
	var b strings.Builder
	b.WriteString("# bash completion for biaoge, made by biaoge completion bash\n_biaoge() {\n\tlocal cur prev command= i\n\tcur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n")
	b.WriteString("\tfor ((i = 1; i < COMP_CWORD; i++)); do\n\t\tcase ${COMP_WORDS[i]} in -*) ;; *) command=${COMP_WORDS[i]}; break ;; esac\n\tdone\n")
	all := describeAll()
	var names []string
	for _, c := range all {
		names = append(names, c.name)
	}
	fmt.Fprintf(&b, "\tif [ -z \"$command\" ]; then\n\t\tCOMPREPLY=($(compgen -W '%s help --help --version --messages' -- \"$cur\"))\n\t\treturn\n\tfi\n", strings.Join(names, " "))
	b.WriteString("\tcase $command in\n")
	for _, c := range all {
		var flags []string
		fmt.Fprintf(&b, "\t%s)\n\t\tcase $prev in\n", c.name)
		for _, f := range c.flags {
			flags = append(flags, dashed(f.Name))
			if values := choices(c.name, f.Name); values != nil {
				fmt.Fprintf(&b, "\t\t%s) COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n", dashed(f.Name), strings.Join(values, " "))
			}
		}
		fmt.Fprintf(&b, "\t\tesac\n\t\tcase $cur in -*) COMPREPLY=($(compgen -W '%s --help' -- \"$cur\")); return ;; esac\n\t\t;;\n", strings.Join(flags, " "))
	}
	fmt.Fprintf(&b, "\thelp) COMPREPLY=($(compgen -W '%s exit-codes' -- \"$cur\")); return ;;\n\tesac\n", strings.Join(names, " "))
	b.WriteString("\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n\tcompopt -o filenames 2>/dev/null\n}\ncomplete -F _biaoge biaoge\n")
	return b.String()
}

func zshCompletion() string {
	var b strings.Builder
	b.WriteString("#compdef biaoge\n# zsh completion for biaoge, made by biaoge completion zsh\n_biaoge() {\n\tlocal -a commands\n\tcommands=(\n")
	all := describeAll()
	for _, c := range all {
		fmt.Fprintf(&b, "\t\t'%s:%s'\n", c.name, strings.ReplaceAll(language.Text(c.summary), "'", "’"))
	}
	b.WriteString("\t)\n\tif (( CURRENT == 2 )); then\n\t\t_describe command commands\n\t\treturn\n\tfi\n\tcase $words[2] in\n")
	for _, c := range all {
		fmt.Fprintf(&b, "\t%s) _arguments", c.name)
		for _, f := range c.flags {
			value := ""
			if takesValue(f) {
				value = ":value:_files"
				if values := choices(c.name, f.Name); values != nil {
					value = ":value:(" + strings.Join(values, " ") + ")"
				}
			}
			fmt.Fprintf(&b, " \\\n\t\t'%s[%s]%s'", dashed(f.Name), about(f), value)
		}
		b.WriteString(" \\\n\t\t'*:file:_files' ;;\n")
	}
	b.WriteString("\tesac\n}\n_biaoge \"$@\"\n")
	return b.String()
}

func fishCompletion() string {
	var b strings.Builder
	b.WriteString("# fish completion for biaoge, made by biaoge completion fish\n")
	for _, c := range describeAll() {
		fmt.Fprintf(&b, "complete -c biaoge -n __fish_use_subcommand -f -a %s -d '%s'\n", c.name, strings.ReplaceAll(language.Text(c.summary), "'", "’"))
		for _, f := range c.flags {
			kind, value := "l", ""
			if len(f.Name) == 1 {
				kind = "s"
			}
			if takesValue(f) {
				value = " -r"
				if values := choices(c.name, f.Name); values != nil {
					value += " -f -a '" + strings.Join(values, " ") + "'"
				}
			}
			fmt.Fprintf(&b, "complete -c biaoge -n '__fish_seen_subcommand_from %s' -%s %s%s -d '%s'\n", c.name, kind, f.Name, value, about(f))
		}
	}
	return b.String()
}

// manPage is the manual page, made of what --help says.
func manPage() string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH BIAOGE 1 \"\" \"biaoge %s\"\n.SH NAME\nbiaoge \\- %s\n.SH SYNOPSIS\n.B biaoge\n.I COMMAND\n[flags] [arguments]\n.SH COMMANDS\n", roff(versionString()), roff("read tables that were published as pictures"))
	all := describeAll()
	for _, c := range all {
		fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(c.name), roff(c.summary))
	}
	for _, c := range all {
		fmt.Fprintf(&b, ".SH \"BIAOGE %s\"\n.B biaoge %s\n[flags] %s\n.PP\n%s\n", roff(strings.ToUpper(c.name)), roff(c.name), roff(c.args), roff(sentence(c.summary)))
		if c.help != "" {
			fmt.Fprintf(&b, ".PP\n.nf\n%s\n.fi\n", roff(strings.TrimSpace(c.help)))
		}
		if c.list != "" {
			fmt.Fprintf(&b, ".PP\n.nf\n%s\n.fi\n", roff(strings.TrimRight(c.list, "\n")))
		}
		for _, f := range c.flags {
			value, text := flag.UnquoteUsage(f)
			fmt.Fprintf(&b, ".TP\n\\fB%s\\fR \\fI%s\\fR\n%s\n", roff(dashed(f.Name)), roff(value), roff(text))
		}
		if c.example != "" {
			fmt.Fprintf(&b, ".PP\nExamples:\n.PP\n.nf\n%s\n.fi\n", roff(strings.TrimSpace(c.example)))
		}
	}
	b.WriteString(".SH \"EXIT STATUS\"\n")
	for _, e := range exitCodes {
		fmt.Fprintf(&b, ".TP\n.B %d\n%s\n", e.code, roff(e.meaning))
	}
	b.WriteString(".SH \"SEE ALSO\"\n/usr/share/doc/biaoge, tesseract(1)\n")
	return b.String()
}

// roff keeps a text from being taken for commands of troff.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}

// commandList is commands, which can't be named here: completion is one of them.
var commandList func() []command

func init() { commandList = func() []command { return commands } }
