package main

import (
	"regexp"
	"strings"
)

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
