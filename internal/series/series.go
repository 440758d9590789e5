// Package series parts pictures, in the order in which they follow one another,
// into series that are read together, since a table may go on from one picture
// to the next. It does not know how pictures are read or kept.
package series

// Bounds of a series: what is read together is in memory together.
const (
	MaxPictures = 50
	MaxBytes    = 128 << 20
)

// A Splitter holds the series that is not known to be whole yet.
type Splitter[P any] struct {
	// Follows tells whether a table of a picture may go on in the one after
	// it.
	Follows func(before, after P) (bool, error)
	// Size is how many bytes a picture has.
	Size func(P) int64

	held  []P
	bytes int64
}

// Add takes the next picture. It returns the series before it where that has
// ended with the picture before, nil where it goes on.
func (s *Splitter[P]) Add(p P) (ended []P, err error) {
	size := s.Size(p)
	if n := len(s.held); n > 0 {
		goesOn := n < MaxPictures && s.bytes+size <= MaxBytes
		if goesOn {
			if goesOn, err = s.Follows(s.held[n-1], p); err != nil {
				return nil, err
			}
		}
		if !goesOn {
			ended = s.End()
		}
	}
	s.held, s.bytes = append(s.held, p), s.bytes+size
	return ended, nil
}

// End returns the last series, and begins anew.
func (s *Splitter[P]) End() []P {
	ended := s.held
	s.held, s.bytes = nil, 0
	return ended
}
