// Package worker reads pictures in child processes, so that a crash, a leak or
// an endless loop in a library costs one picture and not a run.
//
// Both ends are here: Serve is what the child does, Process is what the parent
// holds of it. They speak over the child's standard input and output in
// frames: the length of a header and that of a payload, four bytes each, the
// header in JSON, and the payload: the bytes of a picture or of several one way,
// documents the other. A child reads no files but those of its recognisers, and ends
// when its input does: none outlives its parent.
package worker

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"

	"github.com/biaoge/biaoge/internal/digest"
)

// What a parent asks for.
const (
	opRead   = "read"   // the documents of a picture
	opSeries = "series" // those of pictures whose tables may go on from one to the next
	opLook   = "look"   // what it looks like: a fingerprint and a small copy
)

type request struct {
	Op     string `json:"op"`
	Name   string `json:"name"` // what the documents call the picture
	Series []part `json:"series,omitempty"`
}

// A part of a payload belongs to one picture of a series.
type part struct {
	Name   string        `json:"name,omitempty"`
	Size   int           `json:"size"` // bytes
	Digest digest.Digest `json:"digest,omitzero"`
}

// split cuts a payload into its parts.
func split(payload []byte, parts []part) ([][]byte, error) {
	var out [][]byte
	for _, p := range parts {
		if p.Size < 0 || p.Size > len(payload) {
			return nil, fmt.Errorf("no frame of this protocol: a part of %d bytes of %d", p.Size, len(payload))
		}
		out, payload = append(out, payload[:p.Size]), payload[p.Size:]
	}
	return out, nil
}

// A Reply is what a child says of a picture, beside the documents.
type Reply struct {
	Err         *Failure      `json:"error,omitempty"`
	Digest      digest.Digest `json:"digest"`
	Series      []part        `json:"series,omitempty"`
	Fingerprint string        `json:"fingerprint,omitempty"`
	Peak        int64         `json:"peak"` // bytes of memory the child has used at most so far
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
