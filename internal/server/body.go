package server

import (
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"time"
)

// How slowly a body may come. A sender that is slower holds a place in the
// queue that others could use.
const (
	bodyPause = 10 * time.Second // between two pieces
	bodyGrace = 20 * time.Second // before the rate counts
	bodyRate  = 8 << 10          // bytes a second on average, slower than any line in use
)

// A body is what a request brings, within its limits.
type body struct {
	r      io.Reader
	rc     *http.ResponseController
	place  *place
	most   int64
	read   int64
	begun  time.Time
	length int64 // that the header tells; -1 for none
}

// newBody wants the place to hold what the header tells.
func (s *Server) newBody(w http.ResponseWriter, r *http.Request, p *place) *body {
	return &body{r: r.Body, rc: http.NewResponseController(w), place: p, most: s.MaxBytes, begun: time.Now(), length: r.ContentLength}
}

// Read reads on. Its errors are problems, but for io.EOF and those of a caller
// who has gone.
func (b *body) Read(p []byte) (int, error) {
	now := time.Now()
	if late := now.Sub(b.begun); late > bodyGrace && float64(b.read) < bodyRate*late.Seconds() {
		return 0, slow()
	}
	// A connection that knows no deadlines is one of a test.
	_ = b.rc.SetReadDeadline(now.Add(bodyPause))
	n, err := b.r.Read(p)
	b.read += int64(n)
	if b.read > b.most {
		return 0, tooManyBytes(b.most)
	}
	if b.length < 0 && n > 0 {
		if full := b.place.grow(int64(n)); full != nil {
			return 0, full
		}
	}
	var ne net.Error
	if errors.As(err, &ne) && ne.Timeout() {
		return n, slow()
	}
	if err == io.EOF {
		_ = b.rc.SetReadDeadline(time.Time{})
	}
	return n, err
}

func slow() *Problem {
	return newProblem(http.StatusRequestTimeout, kindSlow, "the body came too slowly; send it at once, %d bytes a second at least", bodyRate)
}

func tooManyBytes(most int64) *Problem {
	return newProblem(http.StatusRequestEntityTooLarge, kindTooLarge, "the body has more than %d bytes; send fewer pictures at a time, or smaller ones", most)
}

// piece is what is made room for before anything has come: a header may tell of
// more than is ever sent.
const piece = 1 << 20

// all reads the rest of r, of a size that is known, or -1.
func all(r io.Reader, size int64) ([]byte, error) {
	room := int64(64 << 10)
	if size >= 0 {
		room = min(size+1, piece) // one more to find the end
	}
	data := make([]byte, 0, room)
	for {
		n, err := r.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		if err == io.EOF {
			return data, nil
		}
		if err != nil {
			return nil, err
		}
		if len(data) == cap(data) {
			grow := 1
			if size >= int64(len(data)) {
				grow = int(size) + 1 - len(data)
			}
			data = slices.Grow(data, grow)
		}
	}
}

// What is read and dropped of the body of a request that is refused: many
// callers look for the answer only when they have sent all.
const (
	dropTime  = time.Second
	dropBytes = 8 << 20
)

// refuse answers a request whose body has not been read, or not to its end: the
// answer first, then what the caller goes on sending is dropped.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, p *Problem) {
	told(w, p)
	id := traceIn(r.Context()).id
	if r.Body == nil || r.Body == http.NoBody {
		p.write(w, id)
		return
	}
	rc := http.NewResponseController(w)
	if rc.EnableFullDuplex() != nil { // HTTP/2 is by itself
		p.write(w, id)
		return
	}
	// A caller that waits for leave to send will not send.
	asks := r.Header.Get("Expect") != ""
	whole := r.ContentLength >= 0 && r.ContentLength <= dropBytes && !asks
	if !whole {
		w.Header().Set("Connection", "close")
	}
	p.write(w, id)
	rc.Flush()
	if asks {
		return
	}
	_ = rc.SetReadDeadline(time.Now().Add(dropTime))
	if _, err := io.CopyN(io.Discard, r.Body, dropBytes); err != io.EOF && whole {
		// The connection can't be used again, with a rest of the body in it.
		panic(http.ErrAbortHandler)
	}
}
