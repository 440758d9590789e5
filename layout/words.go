package layout

import (
	"image"
	"math"
	"slices"

	"gocv.io/x/gocv"
)

// A word is print that stands together in one line.
type word struct {
	box    image.Rectangle // of its ink, pixels
	square bool            // nothing but a square, empty or full: a box to tick, or the colour of a legend
}

// print is what stands on a part of the page outside of ruled tables.
type print struct {
	box     image.Rectangle
	words   []word
	height  float64           // usual height of a line, pixels
	level   []image.Rectangle // pieces of rules and dashes
	figures []image.Rectangle // what is too large to be text
	marks   []image.Rectangle // single characters or parts of them, before they were joined
	over    bool              // there are too many marks for any to be looked at
}

// inkTile is the side, in pixels, of the squares whose ground is measured each
// by itself.
const inkTile = 24

// inkMask marks what differs from its ground by more than grain: dark on
// light, and light on dark where most of a tile is dark.
func inkMask(p pixels, box image.Rectangle) []uint8 {
	w, h := box.Dx(), box.Dy()
	tw, th := (w+inkTile-1)/inkTile, (h+inkTile-1)/inkTile
	type ground struct {
		level, depth int
		dark         bool
	}
	tiles := make([]ground, tw*th)
	var depths [256]int
	for ty := range th {
		for tx := range tw {
			t := image.Rect(tx*inkTile, ty*inkTile, min((tx+1)*inkTile, w), min((ty+1)*inkTile, h)).Add(box.Min)
			var hist [256]int
			for y := t.Min.Y; y < t.Max.Y; y++ {
				for _, v := range p.px[y*p.w+t.Min.X : y*p.w+t.Max.X] {
					hist[v]++
				}
			}
			n := t.Dx() * t.Dy()
			lo, hi, mid, sum := -1, 255, -1, 0
			for v, c := range hist {
				sum += c
				if lo < 0 && sum >= 3 {
					lo = v
				}
				if mid < 0 && 2*sum >= n {
					mid = v
				}
				if sum >= n-2 {
					hi = v
					break
				}
			}
			lo = min(max(lo, 0), mid)
			g := ground{level: mid, depth: mid - lo}
			if hi-mid > 2*(mid-lo) && mid < 190 {
				g.dark, g.depth = true, hi-mid
			}
			tiles[ty*tw+tx] = g
			if g.depth > 30 {
				depths[g.depth]++
			}
		}
	}
	n, usual := 0, 0
	for _, c := range depths {
		n += c
	}
	for sum := 0; usual < 255 && 2*sum < n; usual++ {
		sum += depths[usual]
	}
	floor := max(20, usual*22/100)
	mask := make([]uint8, w*h)
	for ty := range th {
		for tx := range tw {
			g := tiles[ty*tw+tx]
			if g.depth < floor {
				continue
			}
			depth := g.depth
			for y := max(0, ty-1); y <= min(th-1, ty+1); y++ {
				for x := max(0, tx-1); x <= min(tw-1, tx+1); x++ {
					if o := tiles[y*tw+x]; o.dark == g.dark {
						depth = max(depth, o.depth)
					}
				}
			}
			limit := max(floor, depth*30/100)
			for y := ty * inkTile; y < min((ty+1)*inkTile, h); y++ {
				row := p.px[(box.Min.Y+y)*p.w+box.Min.X:]
				out := mask[y*w : (y+1)*w]
				for x := tx * inkTile; x < min((tx+1)*inkTile, w); x++ {
					v := int(row[x])
					if !g.dark && g.level-v > limit || g.dark && v-g.level > limit {
						out[x] = 255
					}
				}
			}
		}
	}
	return mask
}

// maxMarks bounds how many marks a part of a page may have to be looked at as
// text: more are the grain of a photograph.
const maxMarks = 20000

// components are the connected sets of set pixels of a mask of a box of the
// page; none where they are more than most.
func components(mask []uint8, box image.Rectangle, most int) []blob {
	m, err := gocv.NewMatFromBytes(box.Dy(), box.Dx(), gocv.MatTypeCV8UC1, mask)
	if err != nil {
		return nil
	}
	defer m.Close()
	labels, stats, centroids := gocv.NewMat(), gocv.NewMat(), gocv.NewMat()
	defer labels.Close()
	defer stats.Close()
	defer centroids.Close()
	n := gocv.ConnectedComponentsWithStats(m, &labels, &stats, &centroids)
	if n > most {
		return nil
	}
	out := make([]blob, 0, n)
	for i := 1; i < n; i++ {
		at := func(f gocv.ConnectedComponentsTypes) int { return int(stats.GetIntAt(i, int(f))) }
		x, y := at(gocv.CC_STAT_LEFT), at(gocv.CC_STAT_TOP)
		in := image.Rect(x, y, x+at(gocv.CC_STAT_WIDTH), y+at(gocv.CC_STAT_HEIGHT))
		out = append(out, blob{in.Add(box.Min), at(gocv.CC_STAT_AREA)})
	}
	return out
}

// printOn finds the words in a box of the page, which holds no ruled table.
// Traces is what was followed of level rules, broken ones too.
func printOn(p pixels, box image.Rectangle, traces []trace) print {
	out := print{box: box}
	if box.Dx() < 24 || box.Dy() < 12 {
		return out
	}
	var marks []blob
	var heights []int
	mask := inkMask(p, box)
	found := components(mask, box, maxMarks)
	out.over = found == nil
	for _, b := range found {
		w, h := b.box.Dx(), b.box.Dy()
		if b.area < 3 {
			continue
		}
		marks = append(marks, b)
		if h >= 6 && h <= 90 && w <= 3*h && h <= 3*w {
			heights = append(heights, h)
		}
	}
	if len(heights) < 4 {
		return out
	}
	slices.Sort(heights)
	H := float64(heights[len(heights)*7/10])
	out.height = H
	var large []blob
	text := marks[:0]
	for _, b := range marks {
		w, h := float64(b.box.Dx()), float64(b.box.Dy())
		switch {
		case h <= max(4, 0.3*H) && w > 2.5*H:
			out.level = append(out.level, b.box)
		case h > 2.6*H || w > 9*H || h > 1.6*H && w < 0.15*h:
			large = append(large, b)
		default:
			text = append(text, b)
		}
	}
	hollow := out.squares(text, mask)
	out.sortLarge(large, text, mask)
	text = out.withoutDashes(text, traces)
	for _, b := range text {
		out.marks = append(out.marks, b.box)
	}
	out.words = wordsOf(text, H, hollow)
	return out
}

// squares finds the marks as wide as high with ink above and below and nothing
// in the middle: boxes to tick, whatever blur made of their sides. Mask is the
// ink of the print.
func (p *print) squares(marks []blob, mask []uint8) map[image.Rectangle]bool {
	row := p.rowsOf(mask)
	out := map[image.Rectangle]bool{}
	for _, b := range marks {
		w, h := float64(b.box.Dx()), float64(b.box.Dy())
		if math.Abs(w-h) > 0.15*max(w, h) || h <= 0.5*p.height || h < illegible || float64(b.area) > 0.75*w*h {
			continue
		}
		// Its middle third is bare, and ink runs all along its top and bottom.
		third := max(1, b.box.Dx()/3)
		middle, top, bottom := b.box.Inset(third), b.box, b.box
		top.Max.Y, bottom.Min.Y = middle.Min.Y, middle.Max.Y
		inked := false
		for y := middle.Min.Y; y < middle.Max.Y && !inked; y++ {
			inked = slices.Max(row(y, middle)) > 0
		}
		_, _, above := inkIn(top, row)
		_, _, below := inkIn(bottom, row)
		if !inked && above && below {
			out[b.box] = true
		}
	}
	return out
}

// rowsOf returns the rows of a mask of the print that lie in a box.
func (p *print) rowsOf(mask []uint8) func(y int, r image.Rectangle) []uint8 {
	return func(y int, r image.Rectangle) []uint8 {
		at := (y - p.box.Min.Y) * p.box.Dx()
		return mask[at+r.Min.X-p.box.Min.X : at+r.Max.X-p.box.Min.X]
	}
}

// sortLarge tells frames from drawings among what is too large to be text: the
// ink of a frame, or of a piece of one, lies along the sides of its box. Mask is
// the ink of the print, and loses that of the text.
func (p *print) sortLarge(large, text []blob, mask []uint8) {
	if len(large) == 0 {
		return
	}
	row := p.rowsOf(mask)
	for _, b := range text {
		for y := b.box.Min.Y; y < b.box.Max.Y; y++ {
			clear(row(y, b.box))
		}
	}
	side := max(4, int(p.height/2)) // pixels; lines lean and bend
	for _, b := range large {
		inner := 0
		in := b.box.Inset(side)
		for y := in.Min.Y; y < in.Max.Y; y++ {
			for _, v := range row(y, in) {
				inner += int(v & 1)
			}
		}
		if 10*inner > b.area {
			p.figures = append(p.figures, b.box)
			continue
		}
		for _, y := range []int{b.box.Min.Y, b.box.Max.Y - side} {
			edge := image.Rect(b.box.Min.X+side, y, b.box.Max.X-side, y+side).Intersect(b.box)
			if top, bottom, ok := inkIn(edge, row); ok {
				p.level = append(p.level, image.Rect(edge.Min.X, top, edge.Max.X, bottom))
			}
		}
	}
}

// inkIn returns between which heights the ink along one side of a box lies; ok
// is false where it goes along less than most of it.
func inkIn(edge image.Rectangle, row func(y int, r image.Rectangle) []uint8) (top, bottom int, ok bool) {
	seen := make([]bool, edge.Dx())
	top = edge.Max.Y
	for y := edge.Min.Y; y < edge.Max.Y; y++ {
		for i, v := range row(y, edge) {
			if v > 0 {
				seen[i] = true
				top, bottom = min(top, y), y+1
			}
		}
	}
	n := 0
	for _, s := range seen {
		if s {
			n++
		}
	}
	return top, bottom, 10*n > 9*len(seen)
}

// withoutDashes takes the dashes and dots of broken rules out of the marks:
// low ones of one kind, evenly spaced, at one height.
func (p *print) withoutDashes(marks []blob, traces []trace) []blob {
	for i := range traces {
		if t := &traces[i]; !t.light && !t.pieced && t.length() >= max(48, 5*p.height) {
			a, b := t.line()
			y := a + b*(t.lo()+t.hi())/2
			if y < float64(p.box.Min.Y) || y > float64(p.box.Max.Y) {
				continue
			}
			p.level = append(p.level, image.Rect(int(t.lo()), int(y-t.thick/2), int(t.hi()), int(math.Ceil(y+t.thick/2))+1))
		}
	}
	low := func(b blob) bool {
		return float64(b.box.Dy()) <= max(3, 0.25*p.height) && float64(b.box.Dx()) <= 1.2*p.height
	}
	var rows []int
	for i, b := range marks {
		if low(b) {
			rows = append(rows, i)
		}
	}
	mid := func(i int) int { return marks[i].box.Min.Y + marks[i].box.Max.Y }
	slices.SortFunc(rows, func(a, b int) int {
		if mid(a) != mid(b) {
			return mid(a) - mid(b)
		}
		return marks[a].box.Min.X - marks[b].box.Min.X
	})
	gone := make([]bool, len(marks))
	for lo := 0; lo < len(rows); {
		hi := lo
		for hi < len(rows) && mid(rows[hi])-mid(rows[lo]) <= 3 {
			hi++
		}
		row := slices.Clone(rows[lo:hi])
		slices.SortFunc(row, func(a, b int) int { return marks[a].box.Min.X - marks[b].box.Min.X })
		for a := 0; a < len(row); {
			b := a + 1
			for b < len(row) && float64(marks[row[b]].box.Min.X-marks[row[b-1]].box.Max.X) < 0.8*p.height {
				b++
			}
			if b-a >= 5 {
				var all image.Rectangle
				for _, i := range row[a:b] {
					gone[i] = true
					all = all.Union(marks[i].box)
				}
				p.level = append(p.level, all)
			}
			a = b
		}
		lo = hi
	}
	// What is left of such a rule where something broke it.
	reach := int(1.5 * p.height)
	for _, i := range rows {
		gone[i] = gone[i] || slices.ContainsFunc(p.level, func(l image.Rectangle) bool {
			return math.Abs(float64(l.Min.Y+l.Max.Y-mid(i))) <= 4 && marks[i].box.Min.X < l.Max.X+reach && marks[i].box.Max.X > l.Min.X-reach
		})
	}
	var out []blob
	for i, b := range marks {
		if !gone[i] {
			out = append(out, b)
		}
	}
	return out
}

// wordsOf joins marks into characters, and those into words: what stands in
// one line with less than half its height between. Hollow are the marks that are
// boxes to tick.
func wordsOf(marks []blob, H float64, hollow map[image.Rectangle]bool) []word {
	slices.SortFunc(marks, func(a, b blob) int { return a.box.Min.X - b.box.Min.X })
	type piece struct {
		box  image.Rectangle
		n    int
		area int
	}
	var done, open []piece
	for _, m := range marks {
		live := open[:0]
		at := -1
		for _, w := range open {
			if float64(m.box.Min.X-w.box.Max.X) > 0.55*H {
				done = append(done, w)
				continue
			}
			live = append(live, w)
		}
		open = live
		bestOverlap := 0.0
		for i, w := range open {
			both := w.box.Union(m.box)
			overlap := float64(min(w.box.Max.Y, m.box.Max.Y) - max(w.box.Min.Y, m.box.Min.Y))
			least := float64(min(w.box.Dy(), m.box.Dy()))
			within := min(w.box.Max.X, m.box.Max.X) > max(w.box.Min.X, m.box.Min.X)
			tall := float64(both.Dy())
			if tall > 1.6*H && tall > 1.15*float64(max(w.box.Dy(), m.box.Dy())) {
				continue
			}
			if overlap >= 0.5*least || within && tall <= 1.2*H {
				if s := overlap + 0.01*tall; at < 0 || s > bestOverlap {
					at, bestOverlap = i, s
				}
			}
		}
		if at < 0 {
			open = append(open, piece{box: m.box, n: 1, area: m.area})
			continue
		}
		w := &open[at]
		w.box = w.box.Union(m.box)
		w.n++
		w.area += m.area
	}
	done = append(done, open...)
	// Parts of a word that were begun apart, as the two strokes of 二.
	slices.SortFunc(done, func(a, b piece) int { return a.box.Min.X - b.box.Min.X })
	var out []word
	gone := make([]bool, len(done))
	for i := range done {
		if gone[i] {
			continue
		}
		for again := true; again; {
			again = false
			for j := i + 1; j < len(done) && float64(done[j].box.Min.X) <= float64(done[i].box.Max.X)+0.3*H; j++ {
				if gone[j] {
					continue
				}
				both := done[i].box.Union(done[j].box)
				within := min(done[i].box.Max.X, done[j].box.Max.X) - max(done[i].box.Min.X, done[j].box.Min.X)
				overlap := min(done[i].box.Max.Y, done[j].box.Max.Y) - max(done[i].box.Min.Y, done[j].box.Min.Y)
				if float64(both.Dy()) <= 1.25*H && within >= 0 || 2*overlap > min(done[i].box.Dy(), done[j].box.Dy()) && float64(both.Dy()) <= 1.7*H {
					done[i].box, done[i].n, done[i].area = both, done[i].n+done[j].n, done[i].area+done[j].area
					gone[j], again = true, true
				}
			}
		}
		b := done[i]
		w, h := float64(b.box.Dx()), float64(b.box.Dy())
		if max(w, h) < 0.22*H || float64(b.area) < 0.012*H*H {
			continue // dirt
		}
		full := float64(b.area) > 0.95*w*h
		square := b.n == 1 && math.Abs(w-h) <= 0.15*max(w, h) && h > 0.5*H && (hollow[b.box] || full)
		out = append(out, word{b.box, square})
	}
	return out
}
