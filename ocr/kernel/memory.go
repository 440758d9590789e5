package kernel

// #include <stdlib.h>
import "C"

import (
	"fmt"
	"os"
	"unsafe"
)

// line is the bytes of a line of the processor's cache: what lies across two costs
// two loads.
const line = 64

// A number is what kernels compute with.
type number interface{ int8 | uint8 | int32 | float32 }

// Outside is room for n numbers, which are 0, outside of Go's heap: a program that
// lets garbage pile up to some times of what is kept would do so for each byte of
// a net, too. It begins on a line of the cache. Free gives it back.
func Outside[T number](n int) []T {
	var one T
	whole := C.calloc(C.size_t(max(n, 1))*C.size_t(unsafe.Sizeof(one))+2*line, 1)
	if whole == nil {
		// As Go's own runtime ends where it is refused memory.
		fmt.Fprintln(os.Stderr, "fatal error: out of memory")
		os.Exit(2)
	}
	first := unsafe.Add(whole, 2*line-uintptr(whole)%line)
	*before(first) = whole
	return unsafe.Slice((*T)(first), n)
}

// before is where Outside notes, before the first number, what is to be freed.
func before(first unsafe.Pointer) *unsafe.Pointer {
	return (*unsafe.Pointer)(unsafe.Add(first, -line))
}

// Free gives back what Outside made, and all that was cut of it.
func Free[T number](v []T) {
	if cap(v) > 0 {
		C.free(*before(unsafe.Pointer(unsafe.SliceData(v))))
	}
}
