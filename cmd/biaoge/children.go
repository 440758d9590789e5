package main

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/biaoge/biaoge/internal/doctor"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/models"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/tables"
)

// childFlags are the flags of commands that read in child processes: what they
// read with, how many there are, and what a picture may cost them.
type childFlags struct {
	readFlags
	timeout time.Duration
	memory  int // MB; 0 for a share of what there is
}

func (f *childFlags) defineLimits(fs *flag.FlagSet) {
	fs.DurationVar(&f.timeout, "timeout", 2*time.Minute, "give up a picture after `TIME`")
	fs.IntVar(&f.memory, "memory", 0, "give up a picture that takes more than `MB` (default: what the machine\nor container has, shared among workers, at most 2048)")
}

func (f *childFlags) workers() int {
	if f.jobs > 0 {
		return f.jobs
	}
	return runtime.GOMAXPROCS(0) // which knows of a container's share
}

// Memory is shared out so that all workers at their limit still fit.
const (
	leastMemory   = 400 << 20 // what most pictures can be read with
	mostMemory    = 2 << 30   // the largest picture that is read at all
	parentsMemory = 150 << 20
)

// share says how many workers there is memory for, and how much each gets.
func (f *childFlags) share() (int, worker.Limits) {
	return f.shareOf(machineMemory("/"))
}

func (f *childFlags) shareOf(has int64) (int, worker.Limits) {
	n := f.workers()
	limits := worker.Limits{Time: f.timeout, Memory: int64(f.memory) << 20}
	if has == 0 {
		limits.Memory = cmp.Or(limits.Memory, mostMemory)
		return n, limits
	}
	has = max(has*9/10-parentsMemory, leastMemory)
	if limits.Memory > 0 {
		if f.jobs == 0 {
			n = max(1, min(n, int(has/limits.Memory)))
		}
		return n, limits
	}
	if f.jobs == 0 {
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

// worker makes the command line of a worker: this very program.
func (f *childFlags) worker(limits worker.Limits) func() *exec.Cmd {
	exe, err := os.Executable()
	if err != nil {
		exe = os.Args[0]
	}
	return func() *exec.Cmd {
		cmd := exec.Command(exe, workerCommand.name,
			"--forms", f.forms, "--lang", f.lang, "--review-below", fmt.Sprint(f.reviewBelow), "--memory", fmt.Sprint(limits.Memory))
		cmd.Args[0] = os.Args[0]
		// A worker is one core's; threads of its libraries would only get in
		// one another's way.
		cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1", "GOMAXPROCS=2")
		return cmd
	}
}

// versions are what the readings of this run depend on beside the pictures.
func (f *childFlags) versions(own []*tables.Form) (journal.Versions, error) {
	v := journal.Versions{Program: versionString()}
	if version == "" {
		// A build without a version may differ from the last one.
		if exe, err := os.Executable(); err == nil {
			if sum, err := hashFile(exe); err == nil {
				v.Program += " " + sum
			}
		}
	}
	h := sha256.New()
	for _, f := range append(slices.Clone(tables.EmbeddedForms()), own...) {
		h.Write(f.Source())
		h.Write([]byte{0})
	}
	v.Forms = short(h.Sum(nil))
	h.Reset()
	for _, m := range [][]byte{models.Lines, models.LinesInfo, models.Confidence} {
		fmt.Fprintln(h, len(m))
		h.Write(m)
	}
	lang := cmp.Or(f.lang, "chi_sim")
	for _, l := range append(slices.Clone(doctor.Languages), strings.Split(lang, "+")...) {
		// What is missing, the workers say better.
		if file, err := ocr.LanguageFile(l); err == nil {
			sum, err := hashFile(file)
			if err != nil {
				return v, err
			}
			fmt.Fprintln(h, l, sum)
		}
	}
	v.Models = short(h.Sum(nil))
	v.Settings = fmt.Sprintf("lang=%s review-below=%v", lang, f.reviewBelow)
	return v, nil
}

func hashFile(name string) (string, error) {
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return short(h.Sum(nil)), err
}

func short(sum []byte) string { return hex.EncodeToString(sum[:8]) }
