package grid

import (
	"cmp"
	"image"
	"math"
	"slices"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/layout/ruling"
)

// Headings on a ground that hides its rules are cut into cells by the lines of
// the white cells and by where their text stands.

// A piece is text that stands together.
type piece struct{ box image.Rectangle }

// A heading is a cell of a block of headings: the bands it spans along the
// known lines, and the levels it covers across.
type heading struct {
	from, to   int // known lines
	outer, end int // level lines
}

// pieces joins the ink blobs of a block into pieces of text. Between the characters
// of a line are at most gap, between the lines of a text at most apart times
// the size of a character.
func pieces(blobs []ink.Blob, gap, apart float64) []piece {
	if len(blobs) < 2 || len(blobs) > 2000 {
		return nil
	}
	em := ink.CharacterSize(blobs)
	if em < 5 {
		return nil
	}
	var ps []piece
	for _, b := range blobs {
		ps = append(ps, piece{b.Box})
	}
	slices.SortFunc(ps, func(a, b piece) int { return a.box.Min.Y - b.box.Min.Y })
	join := func(reach func(a, b image.Rectangle) bool) {
		for again := true; again; {
			again = false
			for i := 0; i < len(ps); i++ {
				for j := i + 1; j < len(ps); j++ {
					if ps[j].box.Min.Y > ps[i].box.Max.Y+int(em) {
						break
					}
					if reach(ps[i].box, ps[j].box) {
						ps[i].box = ps[i].box.Union(ps[j].box)
						ps = slices.Delete(ps, j, j+1)
						j--
						again = true
					}
				}
			}
			slices.SortFunc(ps, func(a, b piece) int { return a.box.Min.Y - b.box.Min.Y })
		}
	}
	overlap := func(a0, a1, b0, b1 int) int { return min(a1, b1) - max(a0, b0) }
	join(func(a, b image.Rectangle) bool {
		v := overlap(a.Min.Y, a.Max.Y, b.Min.Y, b.Max.Y)
		h := overlap(a.Min.X, a.Max.X, b.Min.X, b.Max.X)
		return 5*v >= 3*min(a.Dy(), b.Dy()) && float64(-h) <= gap*em || h > 0 && float64(-v) <= 0.2*em
	})
	join(func(a, b image.Rectangle) bool {
		v := overlap(a.Min.Y, a.Max.Y, b.Min.Y, b.Max.Y)
		h := overlap(a.Min.X, a.Max.X, b.Min.X, b.Max.X)
		return 2*h > min(a.Dx(), b.Dx()) && float64(-v) <= apart*em
	})
	ps = slices.DeleteFunc(ps, func(p piece) bool { return float64(max(p.box.Dx(), p.box.Dy())) < 0.4*em })
	return ps
}

// headings cuts a block of headings of which the lines on one side are known
// (between them every band has its own heading, the innermost) into cells. In
// its terms the known lines follow one another along, and the levels of
// headings across: for headings to the left along is y and across is x, and
// for those above along is x: axis is that of the known lines. It returns the
// lines between the levels, or none
// where the text does not stand as headings do, and how many bands have none.
func headings(known []float64, ps []piece, outer, inner float64, axis ruling.Axis) ([]float64, []heading, int) {
	n := len(known) - 1
	extent := func(axis ruling.Axis) func(p piece) (float64, float64) {
		return func(p piece) (float64, float64) {
			s := axis.Extent(p.box)
			return float64(s.Lo), float64(s.Hi)
		}
	}
	along, across := extent(axis), extent(axis.Across())
	// The innermost piece of each band is its own heading.
	own := make([]*piece, n)
	var groups []piece
	band := func(p piece) int {
		a, b := along(p)
		c := (a + b) / 2
		i, _ := slices.BinarySearch(known, c)
		return min(max(i-1, 0), n-1)
	}
	for i := range ps {
		p := &ps[i]
		k := band(*p)
		a, b := along(*p)
		fits := a > known[k]-2 && b < known[k+1]+2
		_, in := across(*p)
		if o := own[k]; fits {
			if o == nil {
				own[k] = p
				continue
			}
			lo, oin := across(*o)
			if from, _ := across(*p); min(in, oin)-max(from, lo) > 0 { // another line of it
				o.box = o.box.Union(p.box)
				continue
			}
			if in > oin {
				own[k] = p
				p = o
			}
		}
		groups = append(groups, *p)
	}
	missing := 0
	for _, o := range own {
		if o == nil {
			missing++
		}
	}
	if 5*missing > n {
		return nil, nil, 0
	}
	// Groups that overlap across are of one level.
	slices.SortFunc(groups, func(a, b piece) int {
		x, _ := across(a)
		y, _ := across(b)
		return cmp.Compare(x, y)
	})
	type level struct {
		lo, hi float64
		pieces []piece
	}
	var levels []level
	for _, g := range groups {
		lo, hi := across(g)
		if k := len(levels); k > 0 && lo < levels[k-1].hi {
			l := &levels[k-1]
			l.hi = max(l.hi, hi)
			l.pieces = append(l.pieces, g)
			continue
		}
		levels = append(levels, level{lo, hi, []piece{g}})
	}
	lines := []float64{outer}
	for i, l := range levels {
		next := inner
		if i+1 < len(levels) {
			next = levels[i+1].lo
		} else {
			for _, g := range l.pieces {
				a, b := along(g)
				for k, o := range own {
					if o != nil && known[k] < b && known[k+1] > a {
						lo, _ := across(*o)
						next = min(next, lo)
					}
				}
			}
		}
		if next <= l.hi {
			return nil, nil, 0
		}
		lines = append(lines, (l.hi+next)/2)
	}
	lines = append(lines, inner)
	// A heading is in the middle of the levels it covers, or begins where the
	// groups of its level do.
	starts := axis == ruling.Level && moreAlike(own, func(p piece) (float64, float64) { return across(p) })
	first := make([]int, n)
	for k, o := range own {
		first[k] = len(levels)
		if o == nil {
			first[k] = 0
			continue
		}
		lo, hi := across(*o)
		best := math.Inf(1)
		if starts {
			first[k] = 0
			for j := range levels {
				if levels[j].lo < lo-3 {
					first[k] = j + 1
				}
			}
			continue
		}
		for j := range levels {
			if d := math.Abs((lo+hi)/2 - (lines[j]+inner)/2); lo >= lines[j]-1 && d < best {
				best, first[k] = d, j
			}
		}
		if d := math.Abs((lo+hi)/2 - (lines[len(levels)]+inner)/2); lo >= lines[len(levels)]-1 && d < best {
			first[k] = len(levels)
		}
		// But not over a group that stands beside it.
		for j, l := range levels {
			for _, g := range l.pieces {
				if a, b := along(g); first[k] <= j && a < known[k+1]-2 && b > known[k]+2 {
					first[k] = j + 1
				}
			}
		}
	}
	// Text over columns may begin where its first column does.
	flush := false
	if axis == ruling.Plumb {
		off, mid := 0.0, 0.0
		for k, o := range own {
			if o != nil {
				a, b := along(*o)
				off, mid = off+a-known[k], mid+math.Abs((a+b)/2-(known[k]+known[k+1])/2)
			}
		}
		flush = off < mid
	}
	var cells []heading
	for k := range n {
		cells = append(cells, heading{k, k + 1, first[k], len(levels) + 1})
	}
	for j, l := range levels {
		slices.SortFunc(l.pieces, func(a, b piece) int {
			x, _ := along(a)
			y, _ := along(b)
			return cmp.Compare(x, y)
		})
		for k := 0; k < n; {
			if first[k] <= j {
				k++
				continue
			}
			end := k
			for end < n && first[end] > j {
				end++
			}
			var in []piece
			for _, g := range l.pieces {
				a, b := along(g)
				if c := (a + b) / 2; c > known[k] && c < known[end] {
					in = append(in, g)
				}
			}
			from := k
			for i, g := range in {
				a, b := along(g)
				c := (a + b) / 2
				to := end
				if i+1 < len(in) {
					next, _ := along(in[i+1])
					best := math.Inf(1)
					for e := from + 1; e < end; e++ {
						d := math.Abs((known[from]+known[e])/2 - c)
						if flush {
							d = math.Abs(known[e] - next)
						}
						if known[e] > a && known[e] < next+3 && d < best {
							best, to = d, e
						}
					}
				}
				if to > from {
					cells = append(cells, heading{from, to, j, j + 1})
				}
				from = to
			}
			if from < end {
				cells = append(cells, heading{from, end, j, j + 1})
			}
			k = end
		}
	}
	return lines, cells, missing
}

// moreAlike tells whether headings begin at one place more often than they have
// their middle there.
func moreAlike(own []*piece, span func(piece) (lo, hi float64)) bool {
	var los, mids []float64
	for _, o := range own {
		if o != nil {
			lo, hi := span(*o)
			los, mids = append(los, lo), append(mids, (lo+hi)/2)
		}
	}
	most := func(v []float64) int {
		best := 0
		for _, a := range v {
			n := 0
			for _, b := range v {
				if math.Abs(a-b) <= 2 {
					n++
				}
			}
			best = max(best, n)
		}
		return best
	}
	return most(los) > most(mids)
}

// cutBlock cuts a block of headings as headings does. How close characters and
// lines of one text stand, in sizes of a character, is found by trying what is
// usual first: where every band has a heading of its own, it is right.
func cutBlock(p ink.Pixels, box image.Rectangle, known []float64, outer, inner float64, axis ruling.Axis) []part {
	gaps, aparts := []float64{1.2, 0.9, 0.6}, []float64{0.5, 0.9, 0.25}
	if axis == ruling.Plumb {
		gaps, aparts = []float64{0.3, 0.6, 0.15}, []float64{0.6, 1, 1.4}
	}
	blobs := ink.In(p, box).Blobs
	var lines []float64
	var cells []heading
	least := math.MaxInt
search:
	for _, gap := range gaps {
		for _, apart := range aparts {
			l, c, missing := headings(known, pieces(blobs, gap, apart), outer, inner, axis)
			if c != nil && missing < least {
				least, lines, cells = missing, l, c
			}
			if least == 0 {
				break search
			}
		}
	}
	var out []part
	for _, h := range cells {
		out = append(out, newPart(known[h.from], known[h.to], lines[h.outer], lines[h.end], axis))
	}
	return out
}

// cutHeadings cuts the cells of a grid that lie on a ground whose rules cannot
// be seen: those beside an edge of it.
func cutHeadings(p ink.Pixels, g *Grid, rows, cols []gridLine) {
	edge := func(lines []gridLine, pos float64) bool {
		return slices.ContainsFunc(lines, func(l gridLine) bool { return l.pos == pos && l.edge })
	}
	var parts []part
	changed := false
	for _, c := range g.Cells {
		whole := part{g.ColLines[c.Col], g.RowLines[c.Row], g.ColLines[c.Col+c.ColSpan], g.RowLines[c.Row+c.RowSpan], c.Box}
		left := c.RowSpan >= 4 && edge(cols, whole.x1)
		above := c.ColSpan >= 4 && edge(rows, whole.y1)
		var cut []part
		switch {
		case left && !above:
			cut = cutBlock(p, c.Box, g.RowLines[c.Row:c.Row+c.RowSpan+1], whole.x0, whole.x1, ruling.Level)
		case above && !left:
			cut = cutBlock(p, c.Box, g.ColLines[c.Col:c.Col+c.ColSpan+1], whole.y0, whole.y1, ruling.Plumb)
		}
		if cut == nil {
			parts = append(parts, whole)
			continue
		}
		changed = true
		for _, p := range cut {
			p.box = p.box.Intersect(c.Box)
			parts = append(parts, p)
		}
	}
	if !changed {
		return
	}
	if cut, ok := gridOf(parts); ok {
		*g = cut
	}
}
