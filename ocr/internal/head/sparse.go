package head

import (
	"math"
	"slices"

	"github.com/biaoge/biaoge/ocr/ctc"
)

// Fold is the character that stands for all that print the same: full-width
// letters and signs are their half-width ones, all dashes are one, and straight quotes
// are closing ones. Opening ones print like nothing else.
func Fold(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '\u3000' || r == '\u00a0':
		return ' '
	}
	switch r {
	case '—', '–', '―', '‐', '‑', '−', '─':
		return '-'
	case '”', '„', '‟':
		return '"'
	case '’':
		return '\''
	case '￥':
		return '¥'
	}
	return r
}

// canonical returns for each class, 0 being the blank, the class that stands for
// all that print the same.
func canonical(names []string) []int32 {
	of := make(map[string]int32, len(names))
	for i, n := range names {
		of[n] = int32(i + 1)
	}
	out := make([]int32, len(names)+1)
	for i, n := range names {
		out[i+1] = int32(i + 1)
		if r := []rune(n); len(r) == 1 {
			if c, ok := of[string(Fold(r[0]))]; ok {
				out[i+1] = c
			}
		}
	}
	return out
}

// sparse gathers the likely classes of a line's columns, one for all that print
// the same.
type sparse struct {
	class  []int32
	logp   []float32
	counts []int32
	seen   map[int32]float64 // of each class that others print like, and of these: the sum of its probabilities
}

// A logit is what the net says of a class, before all its classes are made
// probabilities.
type logit struct {
	class int32
	value float32
}

// add notes one column: those of its classes that are likely, norm less than their
// logits.
func (s *sparse) add(logits []logit, norm float32, canonical []int32) {
	from := len(s.class)
next:
	for _, l := range logits {
		logp := l.value - norm
		if logp <= ctc.Likely {
			continue
		}
		k := canonical[l.class]
		if s.seen == nil {
			s.seen = make(map[int32]float64)
		}
		s.seen[l.class] += math.Exp(float64(logp))
		for i := from; i < len(s.class); i++ {
			if s.class[i] == k {
				s.logp[i] = logAdd(s.logp[i], logp)
				continue next
			}
		}
		s.class, s.logp = append(s.class, k), append(s.logp, logp)
	}
	s.counts = append(s.counts, int32(len(s.class)-from))
}

func logAdd(a, b float32) float32 {
	if a < b {
		a, b = b, a
	}
	return a + float32(math.Log1p(math.Exp(float64(b-a))))
}

// printed is, for each class that stands for others, the likeliest of them in this
// line: a comma is full-width where it looks so.
func (s *sparse) printed(canonical []int32) map[int32]int32 {
	out := make(map[int32]int32, len(s.seen))
	for c, p := range s.seen {
		k := canonical[c]
		if best, ok := out[k]; !ok || p > s.seen[best] || p == s.seen[best] && c < best {
			out[k] = c
		}
	}
	return out
}

// posterior is a posterior over the classes that were likely anywhere in the
// line; all others are read as ctc.Other.
func (s *sparse) posterior(names []string, canonical []int32) *ctc.Posterior {
	used := slices.Clone(s.class)
	slices.Sort(used)
	used = slices.Compact(used)
	if len(used) > 0 && used[0] == 0 {
		used = used[1:]
	}
	local := make(map[int32]int32, len(used)+1)
	mine := make([]string, 0, len(used)+1)
	printed := s.printed(canonical)
	for i, c := range used {
		local[c] = int32(i + 1)
		mine = append(mine, names[printed[c]-1])
	}
	a := ctc.NewAlphabet(append(mine, string(ctc.Other)))
	for i, c := range used {
		a.Also([]rune(names[c-1])[0], i+1)
	}
	logp, busy := make([]float32, len(s.counts)*a.Classes()), make([]int32, 0, len(s.class))
	for i := range logp {
		logp[i] = ctc.Floor
	}
	at := 0
	for t, n := range s.counts {
		row := logp[t*a.Classes():][:a.Classes()]
		first := len(busy)
		for i := at; i < at+int(n); i++ {
			c := local[s.class[i]]
			row[c] = min(s.logp[i], 0)
			busy = append(busy, c)
		}
		slices.Sort(busy[first:])
		at += int(n)
	}
	return ctc.New(a, logp, busy, s.counts)
}
