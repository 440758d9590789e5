package worker

import (
	"bytes"
	"context"
	"encoding/hex"
	"math/bits"

	"github.com/disintegration/imaging"

	"github.com/biaoge/biaoge/internal/picture"
)

// The side of the square of comparisons that a fingerprint is, and the longer
// side of a small copy in pixels.
const (
	side  = 16
	small = 320
)

// Look has a child say what a picture looks like: its fingerprint and a small
// copy of it in JPEG. Errors are those of Pool.
func (p *Pool) Look(ctx context.Context, r Request, data []byte) (fingerprint string, thumb []byte, err error) {
	return looks.ask(ctx, p, r, struct{}{}, data)
}

var looks = operation[struct{}, string]{"look", func(_ *child, _ Settings, _ struct{}, data []byte) (string, []byte, error) {
	return look(data)
}}

// look decodes a picture's first page and makes a fingerprint and a small JPEG
// of it. A fingerprint says for each part of the page whether it is darker
// than its right neighbour: it stays nearly the same when the picture is made
// smaller or compressed again.
func look(data []byte) (fingerprint string, thumb []byte, err error) {
	f, err := picture.Read(bytes.NewReader(data), picture.Limits{})
	if err != nil {
		return "", nil, err
	}
	p, err := f.Page(1)
	if err != nil {
		return "", nil, err
	}
	grid := imaging.Resize(p.Gray, side+1, side, imaging.Linear)
	var sum [side * side / 8]byte
	for y := range side {
		for x := range side {
			if grid.NRGBAAt(x, y).R < grid.NRGBAAt(x+1, y).R {
				i := y*side + x
				sum[i/8] |= 1 << (i % 8)
			}
		}
	}
	thumbnail := imaging.Grayscale(imaging.Fit(p.Gray, small, small, imaging.Linear))
	var b bytes.Buffer
	if err := imaging.Encode(&b, thumbnail, imaging.JPEG, imaging.JPEGQuality(60)); err != nil {
		return "", nil, err
	}
	return hex.EncodeToString(sum[:]), b.Bytes(), nil
}

// Alike says whether two fingerprints may be of one picture at two sizes.
// Tables on the same form are alike too: their records must be compared.
func Alike(a, b string) bool {
	x, err1 := hex.DecodeString(a)
	y, err2 := hex.DecodeString(b)
	if err1 != nil || err2 != nil || len(x) != len(y) || len(x) == 0 {
		return false
	}
	n := 0
	for i := range x {
		n += bits.OnesCount8(x[i] ^ y[i])
	}
	return n <= side*side/8
}
