package main

import (
	"cmp"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/biaoge/biaoge/internal/worker"
)

// Memory is shared out so that all workers at their limit still fit.
const (
	leastMemory   = 400 << 20 // what most pictures can be read with
	mostMemory    = 2 << 30   // the largest picture that is read at all
	parentsMemory = 150 << 20
)

// workers is how many pictures the flags ask for at once.
func (r *readFlags) workers() int {
	if r.jobs > 0 {
		return r.jobs
	}
	return runtime.GOMAXPROCS(0) // which knows of a container's share
}

// share says how many workers there is memory for, where so many pictures are
// to be read, and how much each gets.
func (r *readFlags) share(pictures int) (int, worker.Limits) {
	return r.shareOf(machineMemory("/"), pictures)
}

func (r *readFlags) shareOf(has int64, pictures int) (int, worker.Limits) {
	n := max(1, min(r.workers(), pictures))
	limits := worker.Limits{Time: r.timeout, Memory: int64(r.memory) << 20}
	if has == 0 {
		limits.Memory = cmp.Or(limits.Memory, mostMemory)
		return n, limits
	}
	has = max(has*9/10-parentsMemory, leastMemory)
	if limits.Memory > 0 {
		if r.jobs == 0 {
			n = max(1, min(n, int(has/limits.Memory)))
		}
		return n, limits
	}
	if r.jobs == 0 {
		n = max(1, min(n, int(has/leastMemory)))
	}
	limits.Memory = max(leastMemory/2, min(mostMemory, has/int64(n)))
	return n, limits
}

// machineMemory is how much memory there is, in this container or altogether,
// going by the system's files below root; 0 where that can't be found out.
func machineMemory(root string) int64 {
	least := int64(0)
	take := func(n int64) {
		if n > 0 && (least == 0 || n < least) {
			least = n
		}
	}
	if text, err := os.ReadFile(filepath.Join(root, "proc/meminfo")); err == nil {
		for line := range strings.Lines(string(text)) {
			if f := strings.Fields(line); len(f) > 1 && f[0] == "MemTotal:" {
				kb, _ := strconv.ParseInt(f[1], 10, 64)
				take(kb << 10)
			}
		}
	}
	for _, name := range []string{"sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if text, err := os.ReadFile(filepath.Join(root, name)); err == nil {
			n, _ := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64) // "max" is no number
			take(n)
		}
	}
	return least
}
