// Package malloc makes C's allocator give back to the system what OpenCV and
// Tesseract free, so that one large picture does not make a large process of
// one that reads small ones.
package malloc

/*
#include <malloc.h>

// Go calls C from many threads in turn. Left alone, glibc has an arena for
// each of many, and every one of them keeps the largest block that was ever
// freed in it. Several arenas let workers allocate side by side.
static void tidy(void) {
#ifdef __GLIBC__
	mallopt(M_ARENA_MAX, 8);
	mallopt(M_TRIM_THRESHOLD, 4 << 20);
	mallopt(M_MMAP_THRESHOLD, 4 << 20);
#endif
}
*/
import "C"

// Tidy is for a program to call when it starts. It changes the allocator of
// the whole process, which is why the library does not.
func Tidy() { C.tidy() }
