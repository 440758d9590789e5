package main

import (
	"context"
	"fmt"
	"io"
	"strings"
)

func printHelp(stdout io.Writer) error {
	w := new(strings.Builder)
	fmt.Fprintf(w, "%s\n\n%s\n\n%s\n", language.Text("biaoge reads tables that were published as pictures."),
		language.Text("Usage: biaoge COMMAND [flags] [arguments]"), language.Text("Commands:"))
	for _, c := range commands {
		if c.hidden {
			continue
		}
		fmt.Fprintf(w, "  %-10s %s\n", c.name, language.Text(c.summary))
	}
	fmt.Fprintf(w, "\n%s\n", language.Text(`biaoge help COMMAND says more about one of them, biaoge help exit-codes what
the program ends with. A first step: biaoge extract PICTURE`))
	_, err := io.WriteString(stdout, w.String())
	return err
}

// help answers biaoge help [COMMAND|exit-codes].
func help(ctx context.Context, args []string, stdout io.Writer) error {
	switch {
	case len(args) == 0:
		return printHelp(stdout)
	case len(args) > 1:
		return usagef("help takes one command; biaoge help lists them")
	case args[0] == "help", args[0] == "-h", args[0] == "-help", args[0] == "--help":
		return printHelp(stdout)
	case args[0] == "man":
		_, err := io.WriteString(stdout, manPage())
		return err
	case args[0] == "exit-codes":
		w := new(strings.Builder)
		for _, e := range exitCodes {
			fmt.Fprintf(w, "%4d  %s\n", e.code, language.Text(e.meaning))
		}
		_, err := io.WriteString(stdout, w.String())
		return err
	}
	cmd, ok := lookup(args[0])
	if !ok {
		return unknownCommand(args[0], "exit-codes")
	}
	// The command itself knows its flags; it answers before it does anything.
	return cmd.run(ctx, newCall(cmd, []string{"--help"}, nil, stdout, io.Discard))
}
