// Package malloc sets the allocators of a process that reads pictures one
// after another: quick with blocks of a picture's size, and bounded in what
// they keep.
//
// It must not know what is allocated.
package malloc

/*
#include <malloc.h>

// This runs before any other thread is there. Go calls C from many threads in
// turn. Left alone, glibc has an arena for each of many: every one of them keeps
// the largest block that was ever freed in it, and takes 64 MB of addresses,
// which count where a shell's ulimit -v bounds them. A process that reads one
// picture at a time has no use for more than one.
//
// A block above the threshold is mapped and unmapped each time, its pages
// cleared by the kernel at every first touch: a seventh of a clean picture's
// time, when every image of a million floats was such a block.
__attribute__((constructor)) static void tidy(void) {
#ifdef __GLIBC__
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_TRIM_THRESHOLD, 64 << 20);
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
#endif
}

static void arenas(int n) {
#ifdef __GLIBC__
	mallopt(M_ARENA_MAX, n);
#endif
}
*/
import "C"

import (
	"os"
	"runtime/debug"
)

// Tidy is for a program to call when it starts, for Go's part. C's is done where
// this package is linked. Both change the allocators of the whole process, which
// is why the library does not.
func Tidy() {
	// What lives on Go's side is a few megabytes where a form is read, what one
	// picture throws away many times that: at the usual 100 % it is collected
	// several times a picture. So room that nobody uses, and that no memory is
	// taken for, counts as living; where much lives, as in large tables, no
	// more than as much again piles up. GOGC, where it is set, is the user's.
	if os.Getenv("GOGC") == "" {
		unused = make([]byte, room)
	}
}

// room is what collecting later costs at most where little lives, bytes.
const room = 24 << 20

var unused []byte

// Hold is for a process that reads nothing itself and holds what others send and
// read, with so many bytes at most. It throws little away, and nearly all that it
// holds are bytes without pointers, which cost the collector nothing however many
// they are: so it is run often, and what is held grows the process by hardly more
// than itself. GOGC and GOMEMLIMIT are the user's.
func Hold(most int64) {
	unused = nil
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(heldPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(most)
	}
}

// heldPercent of what lives may be garbage: some 4 MB of a service that is busy,
// which is a collection a second.
const heldPercent = 25

// Arenas lets so many threads allocate side by side on C's side.
func Arenas(n int) { C.arenas(C.int(n)) }
