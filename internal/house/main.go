// Command house tells how the program is built: which package may import which,
// how many numbers were set by hand, how long packages and functions are.
//
// It reads source, docs/design.md and what go list says, all of them in the
// repository that it is run in. It knows nothing of pictures and tables.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"
)

const usage = `usage: house numbers | house write | house report

numbers   counts the numbers set by hand, and fails where there are more than
          ` + allowedFile + ` allows
write     writes the counts there, if their sum has not grown
report    prints lines, numbers, arrows between packages, and the longest functions
`

func main() {
	if len(os.Args) != 2 {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "house:", err)
		os.Exit(1)
	}
}

func run(what string, w io.Writer) error {
	packages, err := list(".")
	if err != nil {
		return err
	}
	switch what {
	case "numbers":
		return checkNumbers(w, packages)
	case "write":
		return writeNumbers(w, packages)
	case "report":
		return report(w, packages)
	}
	return fmt.Errorf("it does not know %q\n%s", what, strings.TrimSpace(usage))
}
