package synth

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/biaoge/biaoge/tables"
)

// formValues makes what an office fills into a form, by key, so that every
// sum the form asks for holds. Wrong names the total that does not: one report
// in ten has one, and only forms with sums.
func formValues(r *rand.Rand, form *tables.Form, thousands bool) (values map[string]string, wrong []string) {
	n := solve(r, form)
	values = make(map[string]string, len(n))
	blank := zeroWord(r)
	for _, c := range form.Cells {
		switch {
		case c.Key == "":
			continue
		case strings.HasSuffix(c.Key, ".change"):
			values[c.Key] = change(r)
		case strings.HasSuffix(c.Key, ".amount"):
			values[c.Key] = amount(r)
		default:
			values[c.Key] = printed(n[c.Key], thousands)
		}
		if values[c.Key] == "0" && blank != nil {
			values[c.Key] = blank()
		}
	}
	if len(form.Checks) > 0 && chance(r, 10) {
		if key, v := misprint(r, form, n); key != "" {
			values[key] = printed(v, thousands)
			wrong = append(wrong, key)
		}
	}
	return values, wrong
}

// zeroWord is what some offices write for 0, nil where it is 0 as usual.
func zeroWord(r *rand.Rand) func() string {
	if !chance(r, 9) {
		return nil
	}
	words := one(r, []string{"", "0"}, []string{"—", "0", "0"}, []string{"/", "0"}, []string{"无", "0", "0"}, []string{"-", "0", "0"}, []string{""}, []string{"/"})
	return func() string { return one(r, words...) }
}

// A solver finds numbers that all sums of a form hold for.
type solver struct {
	form  *tables.Form
	total map[string]bool // keys that a check of their own decides
	split map[string]bool // keys that are parts of what a balance leaves to them
	n     map[string]int  // what was decided
}

// solve chooses a number for each value that no sum decides, and computes the
// others.
func solve(r *rand.Rand, form *tables.Form) map[string]int {
	s := newSolver(form)
	draw := drawer(r)
	for _, c := range form.Cells {
		if c.Key != "" && !s.total[c.Key] && !s.split[c.Key] {
			s.n[c.Key] = draw(c.Key)
		}
	}
	for range len(form.Checks) { // each round decides at least one, or none is left
		before := len(s.n)
		for i := range form.Checks {
			s.decide(r, &form.Checks[i])
		}
		if len(s.n) == before {
			break
		}
	}
	return s.n
}

func newSolver(form *tables.Form) *solver {
	s := &solver{form: form, total: make(map[string]bool), split: make(map[string]bool), n: make(map[string]int)}
	for _, c := range form.Checks {
		if len(c.Equals) == 1 {
			s.total[c.Equals[0]] = true
		}
	}
	for _, c := range form.Checks {
		if len(c.Equals) > 1 && !slices.ContainsFunc(c.Sum, func(k string) bool { return s.total[k] }) {
			for _, k := range c.Sum {
				s.split[k] = true
			}
		}
	}
	return s
}

// decide computes what a check decides, where all else in it is known.
func (s *solver) decide(r *rand.Rand, c *tables.FormCheck) {
	if len(c.Equals) == 1 {
		if sum, ok := s.sum(c.Sum); ok {
			s.n[c.Equals[0]] = sum
		}
		return
	}
	if _, ok := s.n[c.Sum[0]]; ok || !s.split[c.Sum[0]] {
		return
	}
	if sum, ok := s.sum(c.Equals); ok {
		divide(r, s.n, c.Sum, sum)
	}
}

// sum adds up keys; ok is false where one is not known yet.
func (s *solver) sum(keys []string) (sum int, ok bool) {
	for _, k := range keys {
		v, has := s.n[k]
		if !has {
			return 0, false
		}
		sum += v
	}
	return sum, true
}

// divide gives most of a number to the first of some keys.
func divide(r *rand.Rand, n map[string]int, keys []string, sum int) {
	for _, k := range keys[1:] {
		v := 0
		if chance(r, 35) {
			v = r.IntN(min(sum, max(8, sum/20)) + 1)
		}
		n[k] = v
		sum -= v
	}
	n[keys[0]] = sum
}

// drawer returns what draws the numbers of one report: nearly all are 0 in a
// quiet office, and in any office some columns have nothing at all.
func drawer(r *rand.Rand) func(key string) int {
	busy := one(r, 0, 0, 4, 8, 12, 20, 30, 45) // of 100 values that are not 0
	large := r.IntN(40)                        // of 100 that have any number of digits
	column := make(map[string]int)
	return func(key string) int {
		last := key[strings.LastIndexByte(key, '.')+1:]
		b, ok := column[last]
		if !ok {
			b = busy * one(r, 0, 1, 1, 2, 3) / 2
			if last == "natural_person" {
				b = busy * 2
			}
			if strings.HasPrefix(key, "proactive.") {
				b = 25 + 2*busy
			}
			column[last] = b
		}
		if !chance(r, b) {
			return 0
		}
		return number(r, large)
	}
}

// number is small more often than large: large is how many of 100 have any
// number of digits from 1 to 6.
func number(r *rand.Rand, large int) int {
	switch {
	case chance(r, large):
		return int(math.Pow(10, between(r, 0, 6)))
	case chance(r, 65):
		return 1 + r.IntN(9)
	}
	return 10 + r.IntN(90)
}

// printed writes a number, in groups of three digits where asked.
func printed(n int, thousands bool) string {
	s := strconv.Itoa(n)
	if !thousands {
		return s
	}
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// change is a number of more or fewer, in the ways offices write it.
func change(r *rand.Rand) string {
	if chance(r, 40) {
		return "0"
	}
	n := strconv.Itoa(number(r, 10))
	if chance(r, 25) {
		return n
	}
	return one(r, "-", "-", "-", "+", "+", "增", "减", "增加", "减少", "－", "＋") + n
}

// amount is a sum of money: a whole or broken number, often with its unit.
func amount(r *rand.Rand) string {
	if chance(r, 30) {
		return one(r, "0", "0", "0", "0.00", "0元", "0万元")
	}
	v := math.Pow(10, between(r, 0, 5.3))
	s := strconv.FormatFloat(v, 'f', one(r, 0, 0, 1, 2, 2, 4, 6), 64)
	if chance(r, 8) {
		whole, rest, _ := strings.Cut(s, ".")
		n, _ := strconv.Atoi(whole)
		s = printed(n, true)
		if rest != "" {
			s += "." + rest
		}
	}
	return s + one(r, "", "", "", "", "万元", "万元", "元", "万")
}

// misprint chooses a total and how it is printed wrongly: a slip by one, two
// digits exchanged, a digit too many or too few.
func misprint(r *rand.Rand, form *tables.Form, n map[string]int) (key string, v int) {
	c := form.Checks[r.IntN(len(form.Checks))]
	key = c.Equals[0]
	v = n[key]
	s := strconv.Itoa(v)
	switch {
	case len(s) > 1 && chance(r, 40):
		b := []byte(s)
		i := r.IntN(len(b) - 1)
		b[i], b[i+1] = b[i+1], b[i]
		if b[0] != '0' {
			v, _ = strconv.Atoi(string(b))
		}
	case len(s) > 1 && chance(r, 30):
		v /= 10
	case chance(r, 20):
		v = v*10 + r.IntN(10)
	}
	if v == n[key] {
		v += one(r, 1, 1, 2, 3, 10)
		if n[key] > 0 && chance(r, 50) {
			v = n[key] - 1
		}
	}
	return key, v
}
