package cluster

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/worker"
)

// Settings are how the pictures of a batch are read. They travel with every
// task; forms lie in the object store.
type Settings struct {
	Lang        string        `json:"lang,omitempty"`
	ReviewBelow float64       `json:"review_below,omitempty"`
	Time        time.Duration `json:"time,omitempty"`  // for a picture
	Forms       string        `json:"forms,omitempty"` // hash of what Forms.encode gives; "" where there are none
}

// A task is the header of a message that hands one out; the payload is the bytes
// of its picture, where they are few.
type task struct {
	Batch    string           `json:"batch"`
	ID       int64            `json:"id"` // of its first picture
	Key      string           `json:"key"`
	Alone    bool             `json:"alone,omitempty"`
	Pictures []picture        `json:"pictures"`
	Settings Settings         `json:"settings"`
	Versions journal.Versions `json:"versions"`
}

type picture struct {
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
	Size   int    `json:"size"`
	Object bool   `json:"object,omitempty"` // lies in the object store by its hash
}

// keyOf names what is asked: the same task of the same batch has the same key,
// and nothing else has.
func keyOf(t *task) string {
	k := *t
	k.Key = ""
	k.Pictures = nil
	for _, p := range t.Pictures {
		p.Object = false
		k.Pictures = append(k.Pictures, p)
	}
	b, _ := json.Marshal(k) // which has no channels or functions
	return hashOf(b)
}

// A began message says that somebody reads a task.
type began struct {
	Key    string `json:"key"`
	Worker string `json:"worker"`
}

// A result is the header of a message that brings an answer; the payload is the
// documents, one after the other. One that is too large is an object as a whole,
// and a message that only names it.
type result struct {
	ID        int64           `json:"id"`
	Key       string          `json:"key"`
	Worker    string          `json:"worker"`
	Processor string          `json:"processor"`
	Took      time.Duration   `json:"took"`
	Hash      string          `json:"sha256"`           // of the documents
	Object    string          `json:"object,omitempty"` // the hash of the object that is the whole message; "" where this is
	Documents []document      `json:"documents,omitempty"`
	Failure   *worker.Failure `json:"failure,omitempty"`
	Death     *worker.Death   `json:"death,omitempty"`
}

type document struct {
	Size   int           `json:"size"`
	Digest digest.Digest `json:"digest"`
	Cost   worker.Cost   `json:"cost"`
}

// errOwn is wrapped by errors that are the fault of who reads, not of what is
// read.
var errOwn = errors.New("this machine can't read")

// newResult makes a message's header and payload of an answer. Its error wraps
// errOwn where the answer says nothing of the task.
func newResult(t *task, a batch.Answer) (result, []byte, error) {
	r := result{ID: t.ID, Key: t.Key, Took: a.Took}
	var unstarted *worker.StartError
	switch {
	case a.Err == nil:
	case errors.As(a.Err, &unstarted):
		return r, nil, fmt.Errorf("%w: %w", errOwn, a.Err)
	case errors.As(a.Err, &r.Failure):
		if r.Failure.Kind == worker.KindDependency {
			return r, nil, fmt.Errorf("%w: %w", errOwn, a.Err)
		}
	case errors.As(a.Err, &r.Death):
	default:
		return r, nil, fmt.Errorf("%w: %w", errOwn, a.Err)
	}
	if a.Err != nil {
		return r, nil, nil
	}
	var data []byte
	for _, d := range a.Documents {
		r.Documents = append(r.Documents, document{len(d.Data), d.Digest, d.Cost})
		data = append(data, d.Data...)
	}
	r.Hash = hashOf(data)
	return r, data, nil
}

// answer is what a result says, with its payload.
func (r *result) answer(data []byte) (batch.Answer, error) {
	a := batch.Answer{Took: r.Took}
	switch {
	case r.Failure != nil:
		a.Err = r.Failure
		return a, nil
	case r.Death != nil:
		a.Err = r.Death
		return a, nil
	case hashOf(data) != r.Hash:
		return a, errors.New("a result is not what was sent")
	}
	for _, d := range r.Documents {
		if d.Size < 0 || d.Size > len(data) {
			return a, errors.New("a result is shorter than it says")
		}
		a.Documents = append(a.Documents, worker.Documents{Data: data[:d.Size:d.Size], Digest: d.Digest, Cost: d.Cost})
		data = data[d.Size:]
	}
	return a, nil
}

// encode puts a header and a payload into a message.
func encode(header any, payload []byte) ([]byte, error) {
	h, err := json.Marshal(header)
	if err != nil {
		return nil, err
	}
	b := binary.BigEndian.AppendUint32(make([]byte, 0, 4+len(h)+len(payload)), uint32(len(h)))
	return append(append(b, h...), payload...), nil
}

// decode takes a message apart.
func decode(b []byte, header any) (payload []byte, err error) {
	if len(b) < 4 {
		return nil, errors.New("no message of biaoge: " + strconv.Itoa(len(b)) + " bytes")
	}
	n := uint64(binary.BigEndian.Uint32(b))
	if n > uint64(len(b)-4) {
		return nil, errors.New("no message of biaoge")
	}
	if err := json.Unmarshal(b[4:4+n], header); err != nil {
		return nil, fmt.Errorf("no message of biaoge: %w", err)
	}
	return b[4+n:], nil
}
