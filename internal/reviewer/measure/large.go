package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/biaoge/biaoge/internal/reviewer"
)

// pictures is how many a large folder has.
const pictures = 100_000

// large measures how soon the first question of a large folder is there, and
// what memory the server takes while it looks for doubts and afterwards.
func large(b *bench) error {
	sheets := reviewer.Random(pictures, 0.05, 0.95, 3)
	for i := range sheets {
		sheets[i].Plain = i >= 1000
	}
	f, err := reviewer.MakeFolder(b.dir+"/large", sheets)
	if err != nil {
		return err
	}
	for _, what := range []string{"for the first time", "again"} {
		began := time.Now()
		s, err := b.serve(f, 1, "--listen", "127.0.0.1:0")
		if err != nil {
			return err
		}
		c := s.Client(0)
		for {
			all, _, err := c.Questions("limit=20")
			if err != nil {
				return err
			}
			if len(all) > 0 {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
		first := time.Since(began)
		most := 0
		var p struct {
			Indexing bool
			Left     int
		}
		for end := time.Now().Add(20 * time.Minute); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
			most = max(most, memory(s.PID()))
			if _, err := c.Do("GET", "/api/progress", nil, &p); err != nil {
				return err
			}
			if !p.Indexing {
				break
			}
		}
		indexed := time.Since(began)
		began = time.Now()
		if _, _, err := c.Questions("limit=20"); err != nil {
			return err
		}
		fmt.Printf("%d pictures, %s: first questions after %d ms, %d questions after %.0f s; server at most %d MB; the next 20 in %d ms\n",
			pictures, what, first.Milliseconds(), p.Left, indexed.Seconds(), max(most, memory(s.PID())), time.Since(began).Milliseconds())
		s.Kill()
	}
	return nil
}

// memory is what a process takes, in megabytes.
func memory(pid int) int {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmRSS:" {
			kb, _ := strconv.Atoi(f[1])
			return kb / 1024
		}
	}
	return 0
}
