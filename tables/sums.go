package tables

import "slices"

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
		left, ok := total(c.Sum, of)
		right, there := total(c.Equals, of)
		if !ok || !there {
			continue
		}
		k := Check{Rule: c.Rule, OK: same(left, right), Expected: tidy(left), Actual: tidy(right), Keys: slices.Concat(c.Equals, c.Sum)}
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

// total adds up the values of keys; ok is false where one is missing or does
// not read as a value.
func total(keys []string, of map[string]*Record) (sum float64, ok bool) {
	for _, key := range keys {
		r := of[key]
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
