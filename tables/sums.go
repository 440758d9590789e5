package tables

import (
	"math"
	"slices"
)

// Check computes the sums of the form from records that a person has corrected. A sum
// is left out if one of its values is missing, or is no number, dash or blank.
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

// Off is the printed total less what the parts add up to, to four decimals. Record
// returns the record of a key, nil where there is none. Ok is false where a value is
// missing, or is no number, dash or blank.
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

// SameAmount tells whether two amounts are the same to four decimals, the most that
// forms print.
func SameAmount(a, b float64) bool { return math.Abs(a-b) < 5e-5 }

func tidy(v float64) float64 { return math.Round(v*1e4) / 1e4 }
