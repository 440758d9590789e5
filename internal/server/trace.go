package server

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"regexp"
)

// A trace names a request in the log, in answers, and to whoever follows it
// through several programs.
type trace struct {
	id     string // X-Request-Id
	trace  string // the trace id of traceparent, 32 hexadecimal digits
	parent string // traceparent as it goes on: the same trace, a span of our own
}

var (
	requestID   = regexp.MustCompile(`^[A-Za-z0-9._:/+=@-]{1,128}$`)
	traceparent = regexp.MustCompile(`^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$`)
)

// traceOf takes over what the caller calls its request, or makes names. What
// could not stand in a log line is not taken over.
func traceOf(r *http.Request) trace {
	t := trace{id: r.Header.Get("X-Request-Id")}
	if !requestID.MatchString(t.id) {
		t.id = randomHex(16)
	}
	flags := "00"
	if m := traceparent.FindStringSubmatch(r.Header.Get("Traceparent")); m != nil && m[1] != "ff" && !zeros(m[2]) && !zeros(m[3]) && (m[1] != "00" || m[5] == "") {
		t.trace, flags = m[2], m[4]
	} else {
		t.trace = randomHex(16)
	}
	t.parent = "00-" + t.trace + "-" + randomHex(8) + "-" + flags
	return t
}

func zeros(s string) bool {
	for _, c := range s {
		if c != '0' {
			return false
		}
	}
	return true
}

// randomHex is so many random bytes in hexadecimal.
func randomHex(n int) string {
	b := make([]byte, n)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

type traceKey struct{}

func withTrace(ctx context.Context, t trace) context.Context {
	return context.WithValue(ctx, traceKey{}, t)
}

func traceIn(ctx context.Context) trace {
	t, _ := ctx.Value(traceKey{}).(trace)
	return t
}

// A traceHandler puts the names of the request into every line logged for it.
type traceHandler struct{ slog.Handler }

func (h traceHandler) Handle(ctx context.Context, r slog.Record) error {
	if t := traceIn(ctx); t.id != "" {
		r.AddAttrs(slog.String("request_id", t.id), slog.String("trace_id", t.trace))
	}
	return h.Handler.Handle(ctx, r)
}

func (h traceHandler) WithAttrs(a []slog.Attr) slog.Handler {
	return traceHandler{h.Handler.WithAttrs(a)}
}

func (h traceHandler) WithGroup(name string) slog.Handler {
	return traceHandler{h.Handler.WithGroup(name)}
}
