package layout

import (
	"fmt"
	"image"

	"gocv.io/x/gocv"
)

// upright is a grey picture turned by 0, 90, 180 or 270 degrees clockwise.
func upright(gray *image.Gray, turn int) (gocv.Mat, error) {
	size := gray.Rect.Size()
	if size.X < 1 || size.Y < 1 {
		return gocv.Mat{}, fmt.Errorf("layout: a picture of %d×%d pixels", size.X, size.Y)
	}
	pix := gray.Pix
	if gray.Stride != size.X || len(pix) != size.X*size.Y {
		pix = make([]uint8, size.X*size.Y)
		for y := range size.Y {
			copy(pix[y*size.X:(y+1)*size.X], gray.Pix[y*gray.Stride:])
		}
	}
	source, err := gocv.NewMatFromBytes(size.Y, size.X, gocv.MatTypeCV8UC1, pix)
	if err != nil {
		return gocv.Mat{}, fmt.Errorf("layout: %w", err)
	}
	code, ok := turns[turn]
	if !ok {
		return source, nil
	}
	defer source.Close()
	out := gocv.NewMat()
	gocv.Rotate(source, &out, code)
	return out, nil
}
