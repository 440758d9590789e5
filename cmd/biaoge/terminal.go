package main

import (
	"io"
	"os"
	"strconv"

	"golang.org/x/term"

	"github.com/biaoge/biaoge/export"
)

// isTerminal says whether a person looks at what is written.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// terminalOf finds out what the reader of an output can see. NO_COLOR is
// honoured (no-color.org), and CLICOLOR_FORCE for pagers that show colours.
func terminalOf(w io.Writer) export.Terminal {
	t := export.Terminal{Language: language}
	t.Color = isTerminal(w) && os.Getenv("TERM") != "dumb" || os.Getenv("CLICOLOR_FORCE") > "0"
	if os.Getenv("NO_COLOR") != "" {
		t.Color = false
	}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n >= 20 {
		t.Width = n
	} else if f, ok := w.(*os.File); ok {
		if n, _, err := term.GetSize(int(f.Fd())); err == nil && n >= 20 {
			t.Width = n
		}
	}
	// The variable that the library for widths knows: lines are two columns
	// wide there, and tables can't be drawn with them.
	t.ASCII = os.Getenv("RUNEWIDTH_EASTASIAN") == "1"
	return t
}

// widthOf asks a terminal how wide it is; nil where it is none.
func widthOf(w io.Writer) func() int {
	if !isTerminal(w) || os.Getenv("TERM") == "dumb" {
		return nil
	}
	f := w.(*os.File)
	return func() int {
		n, _, err := term.GetSize(int(f.Fd()))
		if err != nil || n < 20 {
			return 80
		}
		return n
	}
}
