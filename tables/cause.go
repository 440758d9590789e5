package tables

import (
	"slices"

	"github.com/biaoge/biaoge/internal/message"
)

// A Cause is why something is doubted or was left out: a code that never
// changes its meaning, and what it is about. docs/output.md lists the codes.
// Its words are made of it in the language of who reads them.
type Cause = message.Cause

// Args are what the words of a cause or warning name: strings, numbers and
// causes.
type Args = message.Args

// Because makes a cause of a code of docs/output.md and its arguments, in the order that
// the page gives them: strings, numbers and causes.
func Because(code string, args ...any) Cause { return message.Because(code, args...) }

// Warn makes a warning about the whole picture of a code of docs/output.md and its
// arguments, as Because does.
func Warn(code string, args ...any) Warning {
	c := Because(code, args...)
	w := Warning{Code: code, Message: c.String()}
	if len(c.Args) > 0 {
		w.Args = c.Args
	}
	return w
}

// Cause is what a warning says.
func (w *Warning) Cause() Cause { return Cause{Code: w.Code, Args: w.Args} }

// Doubt flags a table as a whole. It says the same thing once.
func (t *Table) Doubt(why Cause) {
	t.Review = true
	t.because(why)
}

// because gives a table a reason. A part of a table may be joined on both
// sides, and says it once.
func (t *Table) because(why Cause) {
	if words := why.String(); !slices.Contains(t.Reasons, words) {
		t.Reasons, t.Causes = append(t.Reasons, words), append(t.Causes, why)
	}
}

// InWords are causes in English.
func InWords(causes []Cause) []string {
	words := make([]string, len(causes))
	for i, c := range causes {
		words[i] = c.String()
	}
	return words
}
