package batch

import "sync"

// roomBytes bounds the pictures that are in memory between the disk and the
// workers: a folder of very large files must not cost the run its container.
const roomBytes = 128 << 20

// A room has so many bytes for pictures.
type room struct {
	mu    sync.Mutex
	freed sync.Cond
	bytes int64
	used  int64
}

func newRoom(bytes int64) *room {
	r := &room{bytes: bytes}
	r.freed.L = &r.mu
	return r
}

// enter waits until there is room for a picture of a size, and returns what
// gives it back. One that is larger than the room has it alone.
func (r *room) enter(size int64) (leave func()) {
	size = max(0, min(size, r.bytes))
	r.mu.Lock()
	for r.used > 0 && r.used+size > r.bytes {
		r.freed.Wait()
	}
	r.used += size
	r.mu.Unlock()
	return sync.OnceFunc(func() {
		r.mu.Lock()
		r.used -= size
		r.freed.Broadcast()
		r.mu.Unlock()
	})
}
