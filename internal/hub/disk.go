package hub

import (
	"strings"
	"syscall"
	"time"
)

// How often a hub looks whether its disk was full, and how much room it must have
// again to go on: for some hundred pictures that wait.
const (
	lookEvery = 2 * time.Second
	leastRoom = 64 << 20
)

// watch starts the server anew when its disk was full and has room again: it does
// not write to a stream any more to which it could not. Who is connected comes
// back by itself.
func (h *Hub) watch() {
	t := time.NewTicker(lookEvery)
	defer t.Stop()
	for said := false; ; {
		select {
		case <-h.end:
			return
		case <-t.C:
		}
		if !h.log.full.Load() {
			continue
		}
		if !said {
			h.o.Log.Error("the disk is full; make room, and the hub goes on by itself", "store", h.o.Store)
			said = true
		}
		if room(h.o.Store) < leastRoom {
			continue
		}
		h.stop()
		h.log.full.Store(false)
		if err := h.start(); err != nil {
			h.o.Log.Error("the hub does not go on yet", "error", err)
			h.log.full.Store(true)
			continue
		}
		h.o.Log.Info("the disk has room again, and the hub goes on")
		said = false
	}
}

// room is how many bytes a folder's disk has left.
func room(dir string) int64 {
	var fs syscall.Statfs_t
	if syscall.Statfs(dir, &fs) != nil {
		return 0
	}
	return int64(fs.Bavail) * int64(fs.Bsize)
}

// tellsOfFullDisk reports whether the server says that it could not write for want
// of room.
func tellsOfFullDisk(text string) bool {
	for _, err := range []error{syscall.ENOSPC, syscall.EDQUOT} {
		if strings.Contains(text, err.Error()) {
			return true
		}
	}
	return strings.Contains(text, "JetStream out of")
}
