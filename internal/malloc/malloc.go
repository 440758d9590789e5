// Package malloc sets the allocators of a process that reads pictures one
// after another: quick with blocks of a picture's size, and bounded in what
// they keep.
package malloc

/*
#include <malloc.h>

// Go calls C from many threads in turn. Left alone, glibc has an arena for
// each of many, and every one of them keeps the largest block that was ever
// freed in it. Several arenas let workers allocate side by side.
//
// A block above the threshold is mapped and unmapped each time, its pages
// cleared by the kernel at every first touch: a seventh of a clean picture's
// time, when every image of a million floats was such a block.
static void tidy(void) {
#ifdef __GLIBC__
	mallopt(M_ARENA_MAX, 4);
	mallopt(M_TRIM_THRESHOLD, 64 << 20);
	mallopt(M_MMAP_THRESHOLD, 32 << 20);
#endif
}
*/
import "C"

import (
	"os"
	"runtime/debug"
)

// Tidy is for a program to call when it starts. It changes the allocators of
// the whole process, which is why the library does not.
func Tidy() {
	C.tidy()
	// What lives on Go's side is a few megabytes, what one picture throws away
	// many times that: at the usual 100 % it is collected several times a
	// picture. GOGC, where it is set, is the user's.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
}
