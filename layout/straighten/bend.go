package straighten

import (
	"math"

	"github.com/biaoge/biaoge/layout/ruling"
	"gonum.org/v1/gonum/mat"
)

// A bend is a smooth displacement: a polynomial in the position along a rule
// (degrees 1 to 4) whose coefficients vary with the position across (to the
// second degree).
type bend struct {
	coef                  [12]float64
	alongMid, alongHalf   float64
	acrossMid, acrossHalf float64
	used                  bool
}

func (b *bend) terms(along, across float64, into *[12]float64) {
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
	var t [12]float64
	b.terms(along, across, &t)
	s := 0.0
	for i, c := range b.coef {
		s += c * t[i]
	}
	return s
}

// fitBend finds the displacement that the rules of one family share after the
// plane is rectified; each rule's own place across is fitted with it.
func fitBend(ts []ruling.Trace, vertical bool, toRect *[9]float64) bend {
	type obs struct{ along, across float64 }
	var rules [][]obs
	lo, hi := obs{math.Inf(1), math.Inf(1)}, obs{math.Inf(-1), math.Inf(-1)}
	for i := range ts {
		t := &ts[i]
		step := max(1, len(t.Along)/24)
		var os []obs
		for j := step / 2; j < len(t.Along); j += step {
			p := vec{float64(t.Along[j]) + 0.5, float64(t.Across[j]) + 0.5}
			if vertical {
				p.x, p.y = p.y, p.x
			}
			p = project(toRect, p)
			o := obs{p.x, p.y}
			if vertical {
				o = obs{p.y, p.x}
			}
			lo = obs{min(lo.along, o.along), min(lo.across, o.across)}
			hi = obs{max(hi.along, o.along), max(hi.across, o.across)}
			os = append(os, o)
		}
		if len(os) >= 6 {
			rules = append(rules, os)
		}
	}
	var b bend
	if len(rules) < 2 || hi.along-lo.along < 40 {
		return b
	}
	b = bend{alongMid: (lo.along + hi.along) / 2, alongHalf: (hi.along - lo.along) / 2,
		acrossMid: (lo.across + hi.across) / 2, acrossHalf: max(1, (hi.across-lo.across)/2)}
	var rough, n float64
	ata := mat.NewSymDense(12, nil)
	atb := mat.NewVecDense(12, nil)
	for _, os := range rules {
		var mean float64
		for _, o := range os {
			mean += o.across / float64(len(os))
		}
		// Taking each rule's mean from both sides eliminates its place.
		var rows [][12]float64
		var avg [12]float64
		for _, o := range os {
			var t [12]float64
			b.terms(o.along, mean, &t)
			for k := range t {
				avg[k] += t[k] / float64(len(os))
			}
			rows = append(rows, t)
		}
		for i, o := range os {
			d := o.across - mean
			rough += d * d
			n++
			for r := range 12 {
				x := rows[i][r] - avg[r]
				atb.SetVec(r, atb.AtVec(r)+x*d)
				for c := r; c < 12; c++ {
					ata.SetSym(r, c, ata.At(r, c)+x*(rows[i][c]-avg[c]))
				}
			}
		}
	}
	if math.Sqrt(rough/n) < 0.6 {
		return b
	}
	for k := range 12 {
		ata.SetSym(k, k, ata.At(k, k)+1e-3*n)
	}
	var chol mat.Cholesky
	var coef mat.VecDense
	if !chol.Factorize(ata) || chol.SolveVecTo(&coef, atb) != nil {
		return b
	}
	for k := range 12 {
		b.coef[k] = coef.AtVec(k)
	}
	b.used = true
	return b
}
