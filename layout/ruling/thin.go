package ruling

// #cgo CFLAGS: -O3
// #include "thin.h"
import "C"

import (
	"errors"
	"fmt"
	"unsafe"

	"gocv.io/x/gocv"
)

var errMemory = errors.New("layout: out of memory")

// thin is by how much each pixel of a picture is darker than what lies up to reach pixels
// to the left and right of it, or where light is set lighter: OpenCV's black hat and top
// hat, at a fraction of the time. The caller closes it.
func thin(gray gocv.Mat, reach int, light bool) (gocv.Mat, error) {
	return made(gray, gray.Rows(), gray.Cols(), func(from, to *C.uint8_t, w, h C.int) error {
		lights := C.int(0)
		if light {
			lights = 1
		}
		if C.thin(from, to, w, h, C.int(reach), lights) == 0 {
			return errMemory
		}
		return nil
	})
}

// turnedOver is a picture whose rows are the columns of another. The caller closes it.
func turnedOver(gray gocv.Mat) (gocv.Mat, error) {
	return made(gray, gray.Cols(), gray.Rows(), func(from, to *C.uint8_t, w, h C.int) error {
		C.turn_over(from, to, w, h)
		return nil
	})
}

// made is a picture of a size that is made of the pixels of another.
func made(gray gocv.Mat, rows, cols int, of func(from, to *C.uint8_t, w, h C.int) error) (gocv.Mat, error) {
	from, err := gray.DataPtrUint8()
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("layout: %w", err)
	}
	out := gocv.NewMatWithSizes([]int{rows, cols}, gocv.MatTypeCV8UC1) // which writes no zeros
	to, err := out.DataPtrUint8()
	if err == nil && len(to) > 0 {
		at := func(px []uint8) *C.uint8_t { return (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(px))) }
		err = of(at(from), at(to), C.int(gray.Cols()), C.int(gray.Rows()))
	}
	if err != nil {
		out.Close()
		return gocv.Mat{}, err
	}
	return out, nil
}
