package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/biaoge/biaoge/internal/worker"
)

// A Problem is an error as RFC 9457 has it, with a kind for programs.
type Problem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"` // what went wrong, and what to do
	Kind      string `json:"kind"`
	Retryable bool   `json:"retryable"` // whether the same request may go well later
	RequestID string `json:"request_id,omitempty"`

	// Failures are those of each picture, where none of several could be read.
	Failures []Failure `json:"failures,omitempty"`

	retryAfter time.Duration // 0 for none
	cause      error         // for the log, where the detail must not say it
}

func (p *Problem) Error() string { return p.Detail }
func (p *Problem) Unwrap() error { return p.cause }

// A Failure is a picture of a request that could not be read.
type Failure struct {
	Name    string   `json:"name"`
	Problem *Problem `json:"problem"`
}

// The kinds of problem that are the service's own. Those of pictures are the
// kinds of batches: see kindStatus.
const (
	kindMalformed     = "malformed"
	kindUnauthorized  = "unauthorized"
	kindForbidden     = "forbidden"
	kindNotFound      = "not_found"
	kindMethod        = "method_not_allowed"
	kindNotAcceptable = "not_acceptable"
	kindSlow          = "slow_sender"
	kindNotReady      = "not_ready"
	kindTooLarge      = "too_large"
	kindNotAPicture   = "unsupported"
	kindQueueFull     = "queue_full"
	kindDraining      = "draining"
	kindNoWorker      = "no_worker"
	kindWaited        = "waited"
	kindUnreadable    = "unreadable" // of several pictures, each for its own reason
	kindInternal      = worker.KindInternal
)

// titles say in a few words what each kind is.
var titles = map[string]string{
	kindMalformed:         "The request makes no sense",
	kindUnauthorized:      "A token is needed",
	kindForbidden:         "Not from there",
	kindNotFound:          "There is no such thing",
	kindMethod:            "Not by this method",
	kindNotAcceptable:     "No such format",
	kindSlow:              "The body came too slowly",
	kindNotReady:          "The result is not there yet",
	kindTooLarge:          "Too large",
	kindNotAPicture:       "Not a picture",
	kindQueueFull:         "The queue is full",
	kindDraining:          "The service is ending",
	kindNoWorker:          "No worker",
	kindWaited:            "It waited too long",
	kindUnreadable:        "None of the pictures could be read",
	kindInternal:          "A mistake of the program",
	"empty":               "No bytes",
	"damaged":             "It is damaged",
	"locked":              "It is locked with a password",
	worker.Crash:          "It cost its worker its life",
	worker.Memory:         "It takes too much memory",
	worker.Timeout:        "It takes too long",
	worker.KindDependency: "Something is not installed",
}

// newProblem makes a problem. Its detail says what went wrong and what to do.
func newProblem(status int, kind, format string, args ...any) *Problem {
	return &Problem{
		Type: "urn:biaoge:error:" + kind, Title: titles[kind], Status: status,
		Detail: fmt.Sprintf(format, args...), Kind: kind,
		Retryable: status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable || status == http.StatusRequestTimeout,
	}
}

func malformed(format string, args ...any) *Problem {
	return newProblem(http.StatusBadRequest, kindMalformed, format, args...)
}

// after tells the caller when to come again.
func (p *Problem) after(d time.Duration) *Problem {
	p.retryAfter = max(d, time.Second)
	return p
}

// because keeps for the log what callers must not see.
func (p *Problem) because(err error) *Problem {
	p.cause = err
	return p
}

// kindStatus is the status of what the library says of a picture.
var kindStatus = map[string]int{
	"empty":       http.StatusBadRequest,
	"unsupported": http.StatusUnsupportedMediaType,
	"damaged":     http.StatusUnprocessableEntity,
	"too_large":   http.StatusRequestEntityTooLarge,
	"locked":      http.StatusUnprocessableEntity, // of PDFs
}

// later is when to come again where nobody can say how long it takes.
const later = 10 * time.Second

// problemOf is what an error of the pool means to the caller. Nothing of the
// machine is in it: what is not about the picture goes to the log alone.
func problemOf(err error) *Problem {
	var p *Problem
	var f *worker.Failure
	var d *worker.Death
	var start *worker.StartError
	switch {
	case errors.As(err, &p):
		return p
	case errors.Is(err, worker.ErrClosed):
		return drainingProblem()
	case errors.As(err, &start) && !(errors.As(err, &f) && f.Kind == worker.KindDependency):
		return newProblem(http.StatusServiceUnavailable, kindNoWorker, "no worker can be started; the service's log says why").after(later).because(err)
	case errors.As(err, &f):
		if status, ok := kindStatus[f.Kind]; ok {
			return newProblem(status, f.Kind, "%s", f.Message)
		}
		if f.Kind == worker.KindDependency {
			return newProblem(http.StatusServiceUnavailable, f.Kind, "the service lacks something it reads with; its log says what, and so does biaoge doctor where it runs").after(later).because(err)
		}
	case errors.As(err, &d):
		switch d.Kind {
		case worker.Timeout:
			return newProblem(http.StatusGatewayTimeout, d.Kind, "%s, which is the service's limit; send it smaller or cut into parts", d.Msg).because(err)
		case worker.Crash:
			return newProblem(http.StatusUnprocessableEntity, d.Kind, "reading it ended its worker twice; save the picture again with another program, or leave it out").because(err)
		case worker.Memory:
			return newProblem(http.StatusUnprocessableEntity, d.Kind, "%s; make the picture smaller", d.Msg).because(err)
		}
	}
	return newProblem(http.StatusInternalServerError, kindInternal, "a mistake of the program; the service's log has it under this request's id, please report it with the picture").because(err)
}

// write sends a problem as an answer.
func (p *Problem) write(w http.ResponseWriter, requestID string) {
	said := *p
	said.RequestID = requestID
	body, err := json.Marshal(&said)
	if err != nil {
		http.Error(w, said.Title, said.Status)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Length", strconv.Itoa(len(body)+1))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Del("ETag")
	if p.retryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(seconds(p.retryAfter)))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="biaoge"`)
	}
	w.WriteHeader(p.Status)
	w.Write(append(body, '\n'))
}

// seconds rounds up: who comes a moment early comes in vain.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
