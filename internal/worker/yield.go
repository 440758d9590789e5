package worker

import (
	"os"
	"strconv"
	"syscall"
)

// niceness is how much a child yields to others, first of all to its parent, whose
// work is little and which children wait for: where each core has a child the next
// picture would come late otherwise.
const niceness = 5

// yield makes this process yield to others, as far as the system lets it. Linux has a
// niceness for each thread; new ones have that of the thread that makes them.
func yield() {
	threads, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return
	}
	for _, t := range threads {
		id, err := strconv.Atoi(t.Name())
		if err != nil {
			continue
		}
		const none = 20 // what the system call says of a niceness of 0; of more it says less
		if now, err := syscall.Getpriority(syscall.PRIO_PROCESS, id); err == nil {
			_ = syscall.Setpriority(syscall.PRIO_PROCESS, id, none-now+niceness) // it may be gone
		}
	}
}
