package cluster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// errCrowded means that there is no room for an object now.
var errCrowded = errors.New("there is no room for large pictures and results now")

func hashOf(data ...[]byte) string {
	h := sha256.New()
	for _, d := range data {
		h.Write(d)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// objectPatience is how long an object may take to come: less than resultAckWait, so that
// what waits behind it does not come twice.
const objectPatience = 45 * time.Second

// leastSpeed is how fast what is sent goes at least, in bytes a second: 256 kbit/s, the
// share of one of 32 (putAtOnce) on a line of 8 Mbit/s.
const leastSpeed = 32 << 10

// patienceFor is how long so many bytes may take to be sent and acknowledged.
func patienceFor(size int) time.Duration {
	return dialTime + time.Duration(size/leastSpeed)*time.Second
}

// put puts bytes into the object store, under their hash, unless it would hold
// more than most bytes then. What lies there is left there as long as it lasts.
func (c *Conn) put(ctx context.Context, hash string, data []byte, most uint64) error {
	ctx, cancel := context.WithTimeout(ctx, patienceFor(len(data)))
	defer cancel()
	store, err := c.objects(ctx)
	if err != nil {
		return err
	}
	if o, err := store.GetInfo(ctx, hash); err == nil && o.Size == uint64(len(data)) && time.Since(o.ModTime) < objectTime/2 {
		return nil
	}
	s, err := store.Status(ctx)
	if err != nil {
		return err
	}
	if s.Size() > 0 && s.Size()+uint64(len(data)) > most {
		return errCrowded
	}
	_, err = store.Put(ctx, jetstream.ObjectMeta{Name: hash}, bytes.NewReader(data))
	return err
}

// get gets the bytes of a hash.
func (c *Conn) get(ctx context.Context, hash string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, objectPatience)
	defer cancel()
	store, err := c.objects(ctx)
	if err != nil {
		return nil, err
	}
	o, err := store.Get(ctx, hash)
	if err != nil {
		return nil, err
	}
	defer o.Close()
	data, err := io.ReadAll(o)
	if err == nil && hashOf(data) != hash {
		err = fmt.Errorf("object %s is not what it should be", hash)
	}
	return data, err
}

// drop takes objects out that nobody needs any more. One that stays goes by its
// age.
func (c *Conn) drop(hashes ...string) {
	ctx, cancel := context.WithTimeout(context.Background(), dialTime)
	defer cancel()
	store, err := c.objects(ctx)
	if err != nil {
		return
	}
	for _, h := range hashes {
		_ = store.Delete(ctx, h)
	}
}
