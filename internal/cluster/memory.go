package cluster

import "sync/atomic"

// A memory knows the latest answers by their keys: those that may still come a
// second time. One that comes later than that is taken for one of a run before: it is
// kept for a while, and dropped without being compared, since nobody asks for it.
type memory struct {
	byKey map[string]*first
	order []string // the oldest first, from next on, round and round
	next  int
}

// remembered is how many answers are known: several windows of tasks.
const remembered = 4 * MostTasks

// A first answer is the one that stays.
type first struct {
	hash, worker, processor string
	seq                     uint64
	noted                   atomic.Bool // the journal has it
}

func newMemory() *memory { return &memory{byKey: make(map[string]*first)} }

func (m *memory) of(key string) *first { return m.byKey[key] }

func (m *memory) note(r *received) {
	_, known := m.byKey[r.Key]
	m.byKey[r.Key] = &first{hash: r.Hash, worker: r.Worker, processor: r.Processor, seq: r.seq}
	switch {
	case known:
	case len(m.order) < remembered:
		m.order = append(m.order, r.Key)
	default:
		delete(m.byKey, m.order[m.next])
		m.order[m.next] = r.Key
		m.next = (m.next + 1) % remembered
	}
}
