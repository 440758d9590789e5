package kernel

// #include <stdlib.h>
import "C"

import (
	"fmt"
	"os"
	"unsafe"
)

// A number is what kernels compute with.
type number interface{ int8 | uint8 | int32 | float32 }

// Outside is room for n numbers, which are 0, outside of Go's heap: a program that
// lets garbage pile up to some times of what is kept would do so for each byte of
// a net, too. Free gives it back.
func Outside[T number](n int) []T {
	var one T
	p := C.calloc(C.size_t(max(n, 1)), C.size_t(unsafe.Sizeof(one)))
	if p == nil {
		// As Go's own runtime ends where it is refused memory.
		fmt.Fprintln(os.Stderr, "fatal error: out of memory")
		os.Exit(2)
	}
	return unsafe.Slice((*T)(p), n)
}

// Free gives back what Outside made, and all that was cut of it.
func Free[T number](v []T) {
	if cap(v) > 0 {
		C.free(unsafe.Pointer(unsafe.SliceData(v)))
	}
}
