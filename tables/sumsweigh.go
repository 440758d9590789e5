package tables

import "slices"

// How often reports are wrong: of the sums in published reports, and of the
// values that break a sum, chosen by chance, those that would mend it.
const (
	wrongSum   = 0.01
	byAccident = 0.02
)

// tellingOdds is how probable a reading that would mend a sum must be, against
// the one that was chosen, for a reviewer to be told of it.
const tellingOdds = 1e-3

// The probability of a reading that sums can still speak on: nothing is
// impossible or certain.
const (
	leastPrior = 1e-6
	mostPrior  = 1 - 1e-9
)

// A sum is a check of a form with the records that it adds up.
type sum struct {
	parts, totals []int   // records
	off           float64 // how far the totals are from what the parts add up to
	number        int     // of the check, in the table
}

// has tells whether a record stands in a sum.
func (c *sum) has(record int) bool {
	return slices.Contains(c.parts, record) || slices.Contains(c.totals, record)
}

// holds tells whether a sum holds if its totals are so much off, in addition.
func (c *sum) holds(by float64) bool { return SameAmount(c.off+by, 0) }

// A sumChecker computes the sums of a form and lets them speak on the readings.
type sumChecker struct {
	table *Table
	sums  []sum
	of    map[int][]int // the sums that a record stands in
	// suspects are the readings that would mend a sum which fails, by their records.
	suspects map[int]suspect
}

// A suspect is another reading of a record that would mend a sum.
type suspect struct {
	text  string
	value float64
	prior float64 // odds against the reading that was chosen, by the picture alone
	odds  float64 // the same in the light of its sums
}

// check computes the form's sums and lets them speak on the readings: a sum
// that holds makes a misreading of its parts unlikely, one that fails makes
// the reading that would mend it suspicious. It is Bayes' rule with the
// readings' own probabilities as the prior; what is transcribed stays. Index
// has the record of each key.
func check(t *Table, s *Sheet, m *Match, index map[string]int, reviewBelow float64) {
	c := &sumChecker{table: t, of: make(map[int][]int)}
	c.compute(m.Form, index)
	weighed := make(map[int]opinion)
	others := func(i int) []Alternative {
		return s.Cells[m.Cells[m.Form.cellOf(t.Records[i].Key)]].Reading.Alternatives
	}
	for i := range t.Records {
		rec := &t.Records[i]
		if len(c.of[i]) > 0 && (rec.Value != nil || rec.Raw == "" || blank[Fold(rec.Raw)]) {
			weighed[i] = c.weigh(i, others(i))
		}
	}
	// Two values that are misread alike may make a sum hold. Then another sum of one
	// fails, and what would mend that speaks on the other.
	c.suspects = make(map[int]suspect)
	for i, o := range weighed {
		if o.mend.odds > tellingOdds {
			c.suspects[i] = o.mend
		}
	}
	for i, o := range weighed {
		if c.beside(i) {
			o = c.weigh(i, others(i))
		}
		rec := &t.Records[i]
		rec.Confidence = o.confidence
		if o.mend.odds > tellingOdds {
			rec.Causes = append(rec.Causes, Because("sum_would_hold", rec.Raw, o.mend.text))
		}
	}
	c.explain(reviewBelow)
}

// An opinion is what its sums say of a record.
type opinion struct {
	confidence float64
	mend       suspect // the likeliest of those that would mend a sum; its odds are 0 where there is none
}

// beside tells whether a suspect stands in a sum of a record.
func (c *sumChecker) beside(record int) bool {
	return slices.ContainsFunc(c.of[record], func(n int) bool {
		for i := range c.suspects {
			if i != record && c.sums[n].has(i) {
				return true
			}
		}
		return false
	})
}

// compute works out the sums whose values are all there.
func (c *sumChecker) compute(f *Form, index map[string]int) {
	t := c.table
	record := func(key string) *Record {
		if i, there := index[key]; there {
			return &t.Records[i]
		}
		return nil
	}
	of := func(keys []string) (records []int) {
		for _, key := range keys {
			records = append(records, index[key])
		}
		return records
	}
	for _, fc := range f.Checks {
		k, off, ok := fc.compute(record)
		if !ok {
			continue
		}
		one := sum{parts: of(fc.Sum), totals: of(fc.Equals), off: off, number: len(t.Checks)}
		for _, i := range slices.Concat(one.parts, one.totals) {
			c.of[i] = append(c.of[i], len(c.sums))
		}
		t.Checks = append(t.Checks, k)
		c.sums = append(c.sums, one)
	}
}

// value is that of a record, 0 for a blank.
func (c *sumChecker) value(record int) float64 {
	if v := c.table.Records[record].Value; v != nil {
		return *v
	}
	return 0
}

// echoed tells whether a value stands on the other side of a sum, too. Then the
// sum says nothing of it: both copies look alike and may be misread alike. Zeros
// stand everywhere.
func (c *sumChecker) echoed(k *sum, record int) bool {
	other := k.totals
	if slices.Contains(k.totals, record) {
		other = k.parts
	}
	raw := c.table.Records[record].Raw
	return c.value(record) != 0 && slices.ContainsFunc(other, func(i int) bool { return c.table.Records[i].Raw == raw })
}

// weigh says what probability a record has in the light of its sums, and which other
// reading would mend one.
func (c *sumChecker) weigh(record int, others []Alternative) (out opinion) {
	p := min(max(c.table.Records[record].Confidence, leastPrior), mostPrior)
	// Every other reading, weighed by what it does to the sums.
	odds, rest := 0.0, 1-p
	for _, alt := range others {
		v, _, ok := ParseValue(alt.Text)
		if !ok || alt.Confidence <= 0 {
			continue
		}
		instead := 0.0
		if v != nil {
			instead = *v
		}
		ratio, mends := c.instead(record, instead, nil)
		share := min(alt.Confidence, rest)
		rest -= share
		prior := share / p
		o := prior * ratio
		odds += o
		if mends && o > out.mend.odds {
			out.mend = suspect{alt.Text, instead, prior, o}
		}
	}
	// And those nobody thought of.
	odds += max(rest, 0) / p * c.unknown(record)
	out.confidence = 1 / (1 + odds)
	return out
}

// instead is how much more probable the sums of a record are if another value is
// printed there, and whether one of them holds only then. But is a sum that does not
// count, where a suspect is asked of; nil where suspects may stand in the sums.
func (c *sumChecker) instead(record int, value float64, but *sum) (ratio float64, mends bool) {
	ratio = 1
	for _, n := range c.of[record] {
		k := &c.sums[n]
		if k == but {
			continue
		}
		by := c.moved(k, record, value)
		switch was, is := k.holds(0), k.holds(by); {
		case was && !is && !c.echoed(k, record):
			broken := wrongSum
			if but == nil {
				broken = max(broken, c.together(k, record, by))
			}
			ratio *= broken
		case !was && is:
			ratio /= wrongSum
			mends = true
		}
	}
	return ratio, mends
}

// moved is by how much more a sum is off if another value of a record is printed.
func (c *sumChecker) moved(k *sum, record int, value float64) float64 {
	by := value - c.value(record)
	if slices.Contains(k.parts, record) {
		return -by
	}
	return by
}

// together is how much more probable it is that a suspect stands in a sum and makes it
// hold though it is so much off, than that the suspect's record was read rightly.
func (c *sumChecker) together(k *sum, record int, by float64) (odds float64) {
	for i, s := range c.suspects {
		if i != record && k.has(i) && k.holds(by+c.moved(k, i, s.value)) {
			ratio, _ := c.instead(i, s.value, k)
			odds = max(odds, s.prior*ratio)
		}
	}
	return odds
}

// unknown is how much more probable the sums of a record are if something is
// printed there that is none of the readings.
func (c *sumChecker) unknown(record int) float64 {
	ratio := 1.0
	for _, n := range c.of[record] {
		k := &c.sums[n]
		// Print that was overlooked is most often a 0 or a dash, which no sum
		// can tell from a blank.
		switch {
		case !k.holds(0):
			ratio *= byAccident / wrongSum
		case c.table.Records[record].Raw != "" && !c.echoed(k, record):
			ratio *= byAccident
		}
	}
	return ratio
}

// explain says of each sum that fails whether the report or its reading is to
// blame.
func (c *sumChecker) explain(reviewBelow float64) {
	// As rounded, like the flags that the reason speaks of.
	doubtful := func(i int) bool { return round(c.table.Records[i].Confidence) < reviewBelow }
	for i := range c.sums {
		k := &c.sums[i]
		chk := &c.table.Checks[k.number]
		if chk.OK {
			continue
		}
		why := Because("sum_reported_wrong", chk.Expected, chk.Actual)
		if slices.ContainsFunc(k.parts, doubtful) || slices.ContainsFunc(k.totals, doubtful) {
			why = Because("sum_misread", chk.Expected, chk.Actual)
		}
		chk.Reason, chk.Cause = why.String(), &why
	}
}
