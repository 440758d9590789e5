// Package message has the words of the program, in English and in Chinese.
//
// What the program says of a reading, a picture or a failure is a Cause where
// it is found out: a code that never changes its meaning, and what it is about.
// The words are made of it where somebody reads them, in their language. What
// is said of the command line and in headings has no code; its English is its
// own key (Text). Failures come as English text and are known again by it.
//
// All words are in one catalogue, zh.po, in the format of GNU gettext that
// translators' programs open: the code as context, the English, the Chinese.
//
// The package must not know who says what to whom.
package message

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A Cause is why something is doubted, was left out or failed.
type Cause struct {
	Code string `json:"code"` // stable, such as readers_differ; docs/output.md lists them
	Args Args   `json:"args"` // in the order of the %[1]s, %[2]s, … of its words
}

// Because makes a cause. The code is one of the catalogue's; args are strings,
// numbers and causes, in the order of the %[1]s, %[2]s, … of its words.
func Because(code string, args ...any) Cause {
	c := Cause{Code: code, Args: make(Args, len(args))}
	for i, a := range args {
		switch a := a.(type) {
		case int:
			c.Args[i] = float64(a)
		case int64:
			c.Args[i] = float64(a)
		case string, float64, Cause:
			c.Args[i] = a
		default:
			c.Args[i] = fmt.Sprint(a)
		}
	}
	return c
}

// String is the cause in English.
func (c Cause) String() string { return c.In(English) }

// In is the cause in words of a language.
func (c Cause) In(l Language) string {
	words, ok := words().causes[c.Code]
	if !ok {
		// Of a later version than this one.
		parts := []string{c.Code}
		for _, a := range c.Args {
			parts = append(parts, l.text(a))
		}
		return strings.Join(parts, " ")
	}
	args := make([]any, len(c.Args))
	for i, a := range c.Args {
		args[i] = l.text(a)
	}
	return fill(words.in(l), args)
}

// text writes an argument of a cause.
func (l Language) text(arg any) string {
	switch a := arg.(type) {
	case Cause:
		return a.In(l)
	case float64:
		return strconv.FormatFloat(a, 'f', -1, 64)
	case string:
		return a
	}
	return fmt.Sprint(arg)
}

// fill puts arguments into a template; one without arguments may hold a %.
func fill(template string, args []any) string {
	if len(args) == 0 {
		return template
	}
	return fmt.Sprintf(template, args...)
}

// Args are what the words of a cause name: strings, numbers (float64) and
// causes.
type Args []any

// UnmarshalJSON reads what encoding/json wrote of arguments.
func (a *Args) UnmarshalJSON(data []byte) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	*a = make(Args, len(raw))
	for i, r := range raw {
		var err error
		switch {
		case len(r) > 0 && r[0] == '{':
			var inner Cause
			err = json.Unmarshal(r, &inner)
			(*a)[i] = inner
		case len(r) > 0 && r[0] == '"':
			var s string
			err = json.Unmarshal(r, &s)
			(*a)[i] = s
		default:
			var n float64
			if json.Unmarshal(r, &n) != nil {
				err = errors.New("an argument of a cause is a string, a number or a cause")
			}
			(*a)[i] = n
		}
		if err != nil {
			return err
		}
	}
	return nil
}
