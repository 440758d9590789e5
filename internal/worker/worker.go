// Package worker has child processes read pictures, render PDFs, take reports apart
// and cut out crops, so that a crash, a leak or an endless loop in a library costs one
// picture and not a run.
//
// Both ends are here: Serve is what the child does, a Pool is what the parent
// holds of its children. They speak over the child's standard input and output
// in frames: the length of a header and that of a payload, four bytes each, the
// header in JSON, and the payload: the bytes of a picture, of several or of a PDF
// one way; documents, or a picture made of it, the other. A child reads no files
// but those of its recognisers (one that renders PDFs keeps its compiled library
// in a cache), and ends when its input does: none outlives its parent.
//
// It knows neither flags nor folders nor what a request is for: batches,
// services and commands share it.
package worker

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
)

// A request is the header of what a parent asks.
type request struct {
	Op string `json:"op"` // the name of an operation
	Settings
	Args json.RawMessage `json:"args"` // what the operation wants to know
}

// A reply is the header of what a child answers, of its first frame, which says
// that it is ready, and of one before each answer, which says that it has begun.
type reply struct {
	Began  bool            `json:"began,omitempty"`
	Err    *Failure        `json:"error,omitempty"`
	Answer json.RawMessage `json:"answer,omitempty"` // by the operation
	Peak   int64           `json:"peak"`             // bytes of memory the child has used at most so far
}

// A Failure is an error of the picture itself, not of the child.
type Failure struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

func (f *Failure) Error() string { return f.Message }

// KindDependency is the kind of failure with which a child refuses to start
// because something is not installed.
const KindDependency = "dependency"

// KindInternal is the kind of failure that is the program's own mistake.
const KindInternal = "internal"

// maxHeader and maxPayload bound a frame: a child that went wild must not make
// its parent allocate whatever it says.
const (
	maxHeader  = 16 << 20
	maxPayload = 1 << 30
)

func writeFrame(w io.Writer, header any, payload []byte) error {
	h, err := json.Marshal(header)
	if err != nil {
		return err
	}
	buf := make([]byte, 8, 8+len(h))
	binary.BigEndian.PutUint32(buf, uint32(len(h)))
	binary.BigEndian.PutUint32(buf[4:], uint32(len(payload)))
	if _, err := w.Write(append(buf, h...)); err != nil {
		return err
	}
	_, err = w.Write(payload)
	return err
}

func readFrame(r io.Reader, header any) (payload []byte, err error) {
	var n [8]byte
	if _, err := io.ReadFull(r, n[:]); err != nil {
		return nil, err
	}
	hn, pn := binary.BigEndian.Uint32(n[:]), binary.BigEndian.Uint32(n[4:])
	if hn > maxHeader || pn > maxPayload {
		return nil, fmt.Errorf("no frame of this protocol")
	}
	buf := make([]byte, hn)
	if _, err := io.ReadFull(r, buf); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(buf, header); err != nil {
		return nil, fmt.Errorf("no frame of this protocol: %w", err)
	}
	payload = make([]byte, pn)
	_, err = io.ReadFull(r, payload)
	return payload, err
}
