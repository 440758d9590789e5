package layout

import (
	"context"
	"fmt"
	"image"
	"math"

	"github.com/biaoge/biaoge/layout/ruling"
	"gocv.io/x/gocv"
)

// maxStraighten bounds how often the page is straightened: once by the rules
// as photographed, once more by what the first left.
const maxStraighten = 2

// A straight is a picture on its way to a straight page. Close frees it.
type straight struct {
	source   gocv.Mat       // the picture, without streaks
	gray     gocv.Mat       // the page
	found    *ruling.Traced // on the page
	warps    warps          // from the page to the source
	around   float64        // share of the page that is outside of the picture
	skew     float64        // degrees
	dewarped bool           // perspective or bend was taken out
	streaks  bool           // some were taken off
}

func (s *straight) Close() {
	s.source.Close()
	s.gray.Close()
	if s.found != nil {
		s.found.Close()
	}
}

func (s *straight) size() image.Point { return image.Pt(s.gray.Cols(), s.gray.Rows()) }

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

// straightened takes streaks off a picture and straightens it by its rules. It
// takes the picture over.
func straightened(ctx context.Context, source gocv.Mat) (*straight, error) {
	s := &straight{source: source, gray: source.Clone()}
	done := false
	defer func() {
		if !done {
			s.Close()
		}
	}()
	if err := s.trace(ctx); err != nil {
		return nil, err
	}
	if clean, ok := ruling.WithoutStreaks(s.gray, s.found); ok {
		s.streaks = true
		s.source.Close()
		s.gray.Close()
		s.source, s.gray = clean, clean.Clone()
		if err := s.trace(ctx); err != nil {
			return nil, err
		}
	}
	for range maxStraighten {
		w := estimate(s.found.Hor, s.found.Ver, s.size())
		if w == nil {
			break
		}
		if err := s.by(ctx, w); err != nil {
			return nil, err
		}
	}
	s.skew = hundredth(s.skew)
	done = true
	return s, nil
}

// trace follows the rules of the page anew.
func (s *straight) trace(ctx context.Context) error {
	if s.found != nil {
		s.found.Close()
		s.found = nil
	}
	found, err := ruling.Follow(ctx, s.gray, s.around)
	if err != nil {
		return err
	}
	s.found = found
	return nil
}

// by straightens the page by one more warp, from the source, and follows its
// rules anew.
func (s *straight) by(ctx context.Context, w *warp) error {
	s.warps = append(s.warps, w)
	s.skew += w.skew
	s.dewarped = s.dewarped || w.projective
	gray, around := apply(s.source, w.size, s.warps.at)
	s.gray.Close()
	s.gray, s.around = gray, around
	return s.trace(ctx)
}

// byText levels the page by its text, the middles of whose marks are given, and
// how high it is; ok is false where it need not.
func (s *straight) byText(ctx context.Context, marks []image.Rectangle, height float64) (ok bool, err error) {
	d := textSkew(marks, height)
	if math.Abs(d) < minTextSkew {
		return false, nil
	}
	if err := s.by(ctx, turned(s.size(), d)); err != nil {
		return false, err
	}
	s.skew = hundredth(s.skew)
	return true, nil
}

func hundredth(v float64) float64 { return math.Round(v*100) / 100 }
