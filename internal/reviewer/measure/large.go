package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/biaoge/biaoge/internal/reviewer"
)

// large measures how soon the first question of a folder of so many pictures
// is there, and what memory the server takes while it looks for doubts and
// afterwards; its children are not counted.
func large(b *bench) error {
	sheets := reviewer.Random(b.pictures, 0.05, 0.95, 3)
	for i := range sheets {
		sheets[i].Plain = i >= 1000
	}
	began := time.Now()
	f, err := reviewer.MakeFolder(b.dir+"/large", sheets)
	if err != nil {
		return err
	}
	fmt.Printf("%d pictures laid out in %.0f s\n", b.pictures, time.Since(began).Seconds())
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
		var p struct {
			Indexing bool
			Left     int
		}
		for {
			if _, err := c.Do("GET", "/api/progress", nil, &p); err != nil {
				return err
			}
			if !p.Indexing {
				break
			}
			time.Sleep(200 * time.Millisecond)
		}
		indexed := time.Since(began)
		began = time.Now()
		if _, _, err := c.Questions("limit=20"); err != nil {
			return err
		}
		next := time.Since(began)
		most, err := memory(s.PID())
		if err != nil {
			return err
		}
		fmt.Printf("%d pictures, %s: first questions after %d ms (at most 1000), all %d after %.0f s; server at most %d MB (at most 200); the next 20 in %d ms\n",
			b.pictures, what, first.Milliseconds(), p.Left, indexed.Seconds(), most, next.Milliseconds())
		s.Kill()
	}
	return nil
}

// memory is the most that a process has taken, in megabytes.
func memory(pid int) (int, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 1 && f[0] == "VmHWM:" {
			kb, err := strconv.Atoi(f[1])
			return kb / 1024, err
		}
	}
	return 0, fmt.Errorf("process %d: its memory is not told", pid)
}
