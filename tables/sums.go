package tables

import (
	"math"
	"slices"
)

// Check computes the form's sums from records that were corrected by hand.
// Those are left out of which a value is missing or is no number, dash or
// blank.
func (f *Form) Check(records []Record) []Check {
	of := make(map[string]*Record, len(records))
	for i := range records {
		of[records[i].Key] = &records[i]
	}
	checks := []Check{}
	for _, c := range f.Checks {
		k, _, ok := c.compute(func(key string) *Record { return of[key] })
		if !ok {
			continue
		}
		if !k.OK {
			why := Because("sum_reported_wrong", k.Expected, k.Actual)
			if slices.ContainsFunc(k.Keys, func(key string) bool { return of[key].Review }) {
				why = Because("sum_misread", k.Expected, k.Actual)
			}
			k.Reason, k.Cause = why.String(), &why
		}
		checks = append(checks, k)
	}
	return checks
}

// compute works out a sum from records, which are given by their keys: how far what is
// printed as total is off what the parts add up to. ok is false where a value is
// missing or is no number, dash or blank.
func (c *FormCheck) compute(record func(key string) *Record) (k Check, off float64, ok bool) {
	left, ok := total(c.Sum, record)
	right, there := total(c.Equals, record)
	k = Check{Rule: c.Rule, OK: SameAmount(left, right), Expected: tidy(left), Actual: tidy(right), Keys: slices.Concat(c.Equals, c.Sum)}
	return k, right - left, ok && there
}

// Off is how far what is printed as total is off what the parts add up to, as
// compute says it.
func (c *FormCheck) Off(record func(key string) *Record) (off float64, ok bool) {
	_, off, ok = c.compute(record)
	return tidy(off), ok
}

// total adds up the values of keys; ok is false where one is missing or does
// not read as a value.
func total(keys []string, record func(key string) *Record) (sum float64, ok bool) {
	for _, key := range keys {
		r := record(key)
		if r == nil {
			return 0, false
		}
		v, _, parsed := ParseValue(r.Raw)
		if !parsed {
			return 0, false
		}
		if v != nil {
			sum += *v
		}
	}
	return sum, true
}

// SameAmount compares amounts as printed, with up to four decimals.
func SameAmount(a, b float64) bool { return math.Abs(a-b) < 5e-5 }

func tidy(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// How often reports are wrong: of the sums in published reports, and of the
// values that break a sum, chosen by chance, those that would mend it.
const (
	wrongSum   = 0.01
	byAccident = 0.02
)

// check computes the form's sums and lets them speak on the readings: a sum
// that holds makes a misreading of its parts unlikely, one that fails makes
// the reading that would mend it suspicious. It is Bayes' rule with the
// readings' own probabilities as the prior; what is transcribed stays.
func check(t *Table, s *Sheet, m *Match, index map[string]int, reviewBelow float64) {
	f := m.Form
	type sum struct {
		left   []int // records
		right  []int
		diff   float64
		number int // in t.Checks
	}
	value := func(r int) float64 {
		if v := t.Records[r].Value; v != nil {
			return *v
		}
		return 0
	}
	// A sum says nothing of a value that stands on its other side, too: both
	// copies look alike and may be misread alike. Zeros stand everywhere.
	echoed := func(c sum, i int) bool {
		other := c.right
		if slices.Contains(c.right, i) {
			other = c.left
		}
		return value(i) != 0 && slices.ContainsFunc(other, func(j int) bool { return t.Records[j].Raw == t.Records[i].Raw })
	}
	var sums []sum
	of := make(map[int][]int) // record → sums
	for _, fc := range f.Checks {
		k, off, ok := fc.compute(func(key string) *Record {
			if i, there := index[key]; there {
				return &t.Records[i]
			}
			return nil
		})
		if !ok {
			continue
		}
		c := sum{diff: off, number: len(t.Checks)}
		for _, key := range fc.Sum {
			c.left = append(c.left, index[key])
		}
		for _, key := range fc.Equals {
			c.right = append(c.right, index[key])
		}
		t.Checks = append(t.Checks, k)
		for _, i := range slices.Concat(c.left, c.right) {
			of[i] = append(of[i], len(sums))
		}
		sums = append(sums, c)
	}
	for i := range t.Records {
		rec := &t.Records[i]
		if len(of[i]) == 0 || rec.Value == nil && rec.Raw != "" && !blank[Fold(rec.Raw)] {
			continue
		}
		r := s.Cells[m.Cells[f.cellOf(rec.Key)]].Reading
		p := min(max(rec.Confidence, 1e-6), 1-1e-9)
		// Every other reading, weighed by what it does to the sums.
		odds, rest := 0.0, 1-p
		mend := ""
		mendOdds := 0.0
		for _, alt := range r.Alternatives {
			v, _, ok := ParseValue(alt.Text)
			if !ok || alt.Confidence <= 0 {
				continue
			}
			a := 0.0
			if v != nil {
				a = *v
			}
			d := a - value(i)
			ratio := 1.0
			mended := 0
			for _, k := range of[i] {
				delta := d
				if slices.Contains(sums[k].left, i) {
					delta = -d
				}
				was, is := SameAmount(sums[k].diff, 0), SameAmount(sums[k].diff+delta, 0)
				switch {
				case was && !is && !echoed(sums[k], i):
					ratio *= wrongSum
				case !was && is:
					ratio /= wrongSum
					mended++
				}
			}
			share := min(alt.Confidence, rest)
			rest -= share
			odds += share / p * ratio
			if o := share / p * ratio; mended > 0 && o > mendOdds {
				mend, mendOdds = alt.Text, o
			}
		}
		// And those nobody thought of.
		ratio := 1.0
		for _, k := range of[i] {
			switch ok := SameAmount(sums[k].diff, 0); {
			case !ok:
				ratio *= byAccident / wrongSum
			case rec.Raw != "" && !echoed(sums[k], i):
				ratio *= byAccident
			}
			// Print that was overlooked is most often a 0 or a dash, which no
			// sum can tell from a blank.
		}
		odds += max(rest, 0) / p * ratio
		rec.Confidence = 1 / (1 + odds)
		if mend != "" && mendOdds > 1e-3 {
			rec.Causes = append(rec.Causes, Because("sum_would_hold", rec.Raw, mend))
		}
	}
	for k := range sums {
		c, chk := &sums[k], &t.Checks[sums[k].number]
		if chk.OK {
			continue
		}
		// As rounded, like the flags that the reason speaks of.
		doubtful := func(i int) bool { return round(t.Records[i].Confidence) < reviewBelow }
		why := Because("sum_reported_wrong", chk.Expected, chk.Actual)
		if slices.ContainsFunc(c.left, doubtful) || slices.ContainsFunc(c.right, doubtful) {
			why = Because("sum_misread", chk.Expected, chk.Actual)
		}
		chk.Reason, chk.Cause = why.String(), &why
	}
}
