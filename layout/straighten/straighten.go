package straighten

import (
	"context"
	"image"
	"math"

	"github.com/biaoge/biaoge/layout/ruling"
	"gocv.io/x/gocv"
)

// maxStraighten bounds how often the page is straightened by its rules: once as photographed,
// once more by what the first left.
const maxStraighten = 2

// A Straight is a picture on its way to a straight page, and the rules that were followed
// on that. Close frees it.
type Straight struct {
	source   gocv.Mat       // the picture, without streaks
	Gray     gocv.Mat       // the page
	pixel    float64        // how many pixels of the picture as it came one of the page is
	Found    *ruling.Traced // on the page
	Warps    Warps          // from the page to the source
	around   float64        // share of the page that is outside of the picture
	Skew     float64        // by which the picture was turned, degrees; positive where its rows fell to the right
	Dewarped bool           // perspective or bend was taken out
	Streaks  bool           // streaks were taken off
}

// Close frees the page and the picture.
func (s *Straight) Close() {
	s.source.Close()
	s.Gray.Close()
}

func (s *Straight) size() image.Point { return image.Pt(s.Gray.Cols(), s.Gray.Rows()) }

// ByRules takes streaks off a picture and straightens it by its rules, at most
// maxStraighten times. A pixel of it is so many of the picture as it came. ByRules takes the
// picture over: the caller must not close it. It returns the error of ctx when that ends.
func ByRules(ctx context.Context, source gocv.Mat, pixel float64) (*Straight, error) {
	s := &Straight{source: source, Gray: source.Clone(), pixel: pixel}
	done := false
	defer func() {
		if !done {
			s.Close()
		}
	}()
	if err := s.trace(ctx); err != nil {
		return nil, err
	}
	if clean, ok := ruling.WithoutStreaks(s.Gray, s.Found); ok {
		s.Streaks = true
		s.source.Close()
		s.Gray.Close()
		s.source, s.Gray = clean, clean.Clone()
		if err := s.trace(ctx); err != nil {
			return nil, err
		}
	}
	for range maxStraighten {
		w := estimate(s.Found.Hor, s.Found.Ver, s.size())
		if w == nil {
			break
		}
		if err := s.by(ctx, w); err != nil {
			return nil, err
		}
	}
	s.Skew = hundredth(s.Skew)
	done = true
	return s, nil
}

// trace follows the rules of the page anew.
func (s *Straight) trace(ctx context.Context) error {
	found, err := ruling.Follow(ctx, s.Gray, s.around)
	if err != nil {
		return err
	}
	s.Found = found
	return nil
}

// by straightens the page by one more warp, from the source, and follows its
// rules anew.
func (s *Straight) by(ctx context.Context, w *warp) error {
	s.Warps = append(s.Warps, w)
	s.Skew += w.skew
	s.Dewarped = s.Dewarped || w.projective
	gray, around := apply(s.source, w.size, s.Warps.at)
	s.Gray.Close()
	s.Gray, s.around = gray, around
	return s.trace(ctx)
}

// ByText levels the page by its text and follows its rules anew. Marks are the boxes of
// its characters or parts of them, height is how high print is, both in pixels of the
// page. Ok is false, and nothing changed, where the page is level already or has too
// little text to tell. It returns the error of ctx when that ends; the page is of no use
// then.
func (s *Straight) ByText(ctx context.Context, marks []image.Rectangle, height float64) (ok bool, err error) {
	d := textSkew(marks, height)
	if math.Abs(d) < minTextSkew {
		return false, nil
	}
	return true, s.level(ctx, d)
}

// Measured is the evidence for the rules of the page. Where rules that could not be followed tell by it that the page
// falls to a side, it is levelled before. It returns the error of ctx when that ends; the page is of no use then.
func (s *Straight) Measured(ctx context.Context) (*ruling.Evidence, error) {
	for range maxStraighten { // the second time by more rules
		m, err := ruling.Measure(ctx, s.Gray, s.pixel)
		if err != nil {
			return nil, err
		}
		askew := m.Lean()
		if askew == 0 {
			return m, nil
		}
		if err := s.level(ctx, askew); err != nil {
			return nil, err
		}
	}
	return ruling.Measure(ctx, s.Gray, s.pixel)
}

// level turns the page so that what falls by so many degrees to the right is level, and follows its rules anew. It
// returns the error of ctx when that ends; the page is of no use then.
func (s *Straight) level(ctx context.Context, degrees float64) error {
	if err := s.by(ctx, turned(s.size(), degrees)); err != nil {
		return err
	}
	s.Skew = hundredth(s.Skew)
	return nil
}

func hundredth(v float64) float64 { return math.Round(v*100) / 100 }
