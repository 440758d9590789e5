package extract

import (
	"fmt"
	"regexp"
	"runtime/debug"
	"strings"
)

// caught turns a panic, which is a mistake of the program, into an error: one
// picture must not cost its caller the others. Only a deferred call sees one.
func caught(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %v; please report it with the picture (%s)", ErrInternal, p, firstFrame(debug.Stack()))
	}
}

var frame = regexp.MustCompile(`([^/\s]+/[^/\s]+\.go:\d+)`)

// firstFrame finds in a stack where a panic came from, to tell reports apart.
func firstFrame(stack []byte) string {
	_, after, ok := strings.Cut(string(stack), "panic(")
	if !ok {
		after = string(stack)
	}
	for _, m := range frame.FindAllString(after, -1) {
		if !strings.HasPrefix(m, "runtime/") {
			return m
		}
	}
	return "somewhere"
}
