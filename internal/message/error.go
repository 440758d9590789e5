package message

import (
	"fmt"
	"strings"
)

// An Error is an error whose words are in the catalogue.
type Error struct {
	format  string
	args    []any
	english string
	wrapped []error
}

// Errorf is fmt.Errorf for errors that people read: the format is a key of the
// catalogue.
func Errorf(format string, args ...any) error {
	e := &Error{format: strings.ReplaceAll(format, "%w", "%v"), args: args}
	e.english = fmt.Sprintf(e.format, args...)
	if format != e.format {
		for _, a := range args {
			if err, ok := a.(error); ok {
				e.wrapped = append(e.wrapped, err)
			}
		}
	}
	return e
}

// NewError is errors.New for errors that people read.
func NewError(text string) error { return &Error{format: text, english: text} }

// Error is the error in English.
func (e *Error) Error() string { return e.english }

// Unwrap gives the errors among the arguments.
func (e *Error) Unwrap() []error { return e.wrapped }

// In is the error in a language.
func (e *Error) In(l Language) string {
	if l != Chinese {
		return e.english
	}
	return l.Text(e.format, e.args...)
}

// ErrorIn is an error in a language: whatever in it is an Error comes in that
// language, wrapped by whom it may.
func ErrorIn(l Language, err error) string {
	text := err.Error()
	if l != Chinese {
		return text
	}
	for _, e := range find(err) {
		text = strings.Replace(text, e.english, e.In(l), 1)
	}
	return text
}

// find finds the outermost errors of the catalogue in a tree of errors.
func find(err error) []*Error {
	switch e := err.(type) {
	case *Error:
		return []*Error{e}
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			return find(inner)
		}
	case interface{ Unwrap() []error }:
		var all []*Error
		for _, inner := range e.Unwrap() {
			all = append(all, find(inner)...)
		}
		return all
	}
	return nil
}

// CauseOf is what an error comes from, as a code and its arguments; ok is false
// where its words have no code.
func CauseOf(err error) (c Cause, ok bool) {
	for _, e := range find(err) {
		if c, ok := e.cause(); ok {
			return c, true
		}
	}
	return Cause{}, false
}

func (e *Error) cause() (Cause, bool) {
	code, ok := words().codes[e.format]
	if !ok {
		// Its words only say where; what is in it says what.
		for _, w := range e.wrapped {
			if c, ok := CauseOf(w); ok {
				return c, true
			}
		}
		return Cause{}, false
	}
	args := make([]any, len(e.args))
	for i, a := range e.args {
		args[i] = a
		if err, isErr := a.(error); isErr {
			args[i] = err.Error()
			if c, ok := CauseOf(err); ok {
				args[i] = c
			}
		}
	}
	return Because(code, args...), true
}
