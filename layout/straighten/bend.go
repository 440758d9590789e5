package straighten

import (
	"math"

	"github.com/biaoge/biaoge/layout/ruling"
	"gonum.org/v1/gonum/mat"
)

// bendTerms is how many coefficients a bend has: for each degree along, those
// of three degrees across.
const bendTerms = 12

// A bend is a smooth displacement: a polynomial in the position along a rule
// (degrees 1 to 4) whose coefficients vary with the position across (to the
// second degree).
type bend struct {
	coef                  [bendTerms]float64
	alongMid, alongHalf   float64
	acrossMid, acrossHalf float64
	used                  bool
}

func (b *bend) terms(along, across float64, into *[bendTerms]float64) {
	u := (along - b.alongMid) / b.alongHalf
	v := (across - b.acrossMid) / b.acrossHalf
	// Beyond the rules it was fitted to, a polynomial runs away.
	u, v = max(-1.02, min(1.02, u)), max(-1.02, min(1.02, v))
	p := 1.0
	for i := range 4 {
		p *= u
		into[3*i], into[3*i+1], into[3*i+2] = p, p*v, p*v*v
	}
}

func (b *bend) at(along, across float64) float64 {
	if !b.used {
		return 0
	}
	var t [bendTerms]float64
	b.terms(along, across, &t)
	s := 0.0
	for i, c := range b.coef {
		s += c * t[i]
	}
	return s
}

// A sighting is where a rule was seen on the rectified plane.
type sighting struct{ along, across float64 }

// fitBend finds the displacement that the rules of one family, which run along
// an axis, share after the plane is rectified; each rule's own place across is
// fitted with it.
func fitBend(ts []ruling.Trace, axis ruling.Axis, toRect *[9]float64) bend {
	var rules [][]sighting
	var all extent // along is x
	for i := range ts {
		seen := sightings(&ts[i], axis, toRect)
		for _, o := range seen {
			all.add(vec{o.along, o.across})
		}
		if len(seen) >= 6 {
			rules = append(rules, seen)
		}
	}
	var b bend
	lo, hi := all.lo, all.hi
	if len(rules) < 2 || hi.x-lo.x < 40 {
		return b
	}
	b = bend{alongMid: (lo.x + hi.x) / 2, alongHalf: (hi.x - lo.x) / 2,
		acrossMid: (lo.y + hi.y) / 2, acrossHalf: max(1, (hi.y-lo.y)/2)}
	f := newBendFit(&b)
	for _, seen := range rules {
		f.add(seen)
	}
	if math.Sqrt(f.rough/f.n) >= 0.6 {
		b.coef, b.used = f.solve()
	}
	return b
}

// sightings are some places of a trace, on the rectified plane.
func sightings(t *ruling.Trace, axis ruling.Axis, toRect *[9]float64) (seen []sighting) {
	step := max(1, len(t.Along)/24)
	for j := step / 2; j < len(t.Along); j += step {
		p := vec{float64(t.Along[j]) + 0.5, float64(t.Across[j]) + 0.5}
		if axis == ruling.Level {
			p = project(toRect, p)
			seen = append(seen, sighting{p.x, p.y})
		} else {
			p = project(toRect, vec{p.y, p.x})
			seen = append(seen, sighting{p.y, p.x})
		}
	}
	return seen
}

// A bendFit gathers the normal equations of a bend's coefficients.
type bendFit struct {
	*bend
	ata   *mat.SymDense
	atb   *mat.VecDense
	rough float64 // sum of the squares of how far rules are from straight
	n     float64 // sightings
}

func newBendFit(b *bend) *bendFit {
	return &bendFit{bend: b, ata: mat.NewSymDense(bendTerms, nil), atb: mat.NewVecDense(bendTerms, nil)}
}

// add adds a rule. Taking its mean from both sides of its equations eliminates
// its place across.
func (f *bendFit) add(rule []sighting) {
	var mean float64
	for _, o := range rule {
		mean += o.across / float64(len(rule))
	}
	rows := make([][bendTerms]float64, len(rule))
	var avg [bendTerms]float64
	for i, o := range rule {
		f.terms(o.along, mean, &rows[i])
		for k, t := range rows[i] {
			avg[k] += t / float64(len(rule))
		}
	}
	for i, o := range rule {
		d := o.across - mean
		f.rough += d * d
		f.n++
		for r := range bendTerms {
			x := rows[i][r] - avg[r]
			f.atb.SetVec(r, f.atb.AtVec(r)+x*d)
			for c := r; c < bendTerms; c++ {
				f.ata.SetSym(r, c, f.ata.At(r, c)+x*(rows[i][c]-avg[c]))
			}
		}
	}
}

// solve finds the coefficients, held small where the rules do not tell them.
func (f *bendFit) solve() (coef [bendTerms]float64, ok bool) {
	for k := range bendTerms {
		f.ata.SetSym(k, k, f.ata.At(k, k)+1e-3*f.n)
	}
	var chol mat.Cholesky
	var x mat.VecDense
	if !chol.Factorize(f.ata) || chol.SolveVecTo(&x, f.atb) != nil {
		return coef, false
	}
	for k := range coef {
		coef[k] = x.AtVec(k)
	}
	return coef, true
}
