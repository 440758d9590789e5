package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/biaoge/biaoge/internal/reviewer"
	"github.com/biaoge/biaoge/internal/sqlite"
)

// What the measurement of losses does.
const (
	answersEach = 1000
	killsInAll  = 20
	tabsInAll   = 20 // closed, of both persons together
)

// kills has two persons answer the same questions while the server is killed
// again and again, and their tabs are closed, and counts what was lost, stored
// twice, or written over.
func kills(b *bench) error {
	sheets := reviewer.Random(80, 1, 0.95, 5)
	reviewer.Hold(sheets)
	f, err := reviewer.MakeFolder(b.dir+"/kills", sheets)
	if err != nil {
		return err
	}
	args := []string{"--agree", "2", "--known", "0", "--reviewer", "Li", "--reviewer", "Wang"}
	s, err := b.serve(f, 2, append([]string{"--listen", "127.0.0.1:0"}, args...)...)
	if err != nil {
		return err
	}
	var server sync.Mutex
	var done atomic.Int64
	var finished atomic.Bool
	killed := 0
	at, addresses := s.At(), s.Addresses
	killer := make(chan error, 1)
	go func() {
		for !finished.Load() || killed < killsInAll {
			if killed < killsInAll && done.Load() >= int64((killed+1)*2*answersEach/(killsInAll+1)) {
				server.Lock()
				s.Kill()
				time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
				var err error
				if s, err = b.serve(f, 2, append([]string{"--listen", at}, args...)...); err != nil {
					server.Unlock()
					killer <- err
					return
				}
				server.Unlock()
				killed++
			}
			time.Sleep(5 * time.Millisecond)
		}
		killer <- nil
	}()
	made := make([]map[string]bool, 2)
	errs := make([]error, 2)
	closed := 0
	var all sync.WaitGroup
	for who := range 2 {
		made[who] = make(map[string]bool)
		all.Go(func() {
			n, err := b.answerAndClose(addresses[who], &server, made[who], &done)
			closed += n
			errs[who] = err
		})
	}
	all.Wait()
	finished.Store(true)
	if err := errors.Join(append(errs, <-killer)...); err != nil {
		return err
	}
	s.Kill()
	lost, twice, over, err := count(f, made)
	if err != nil {
		return err
	}
	fmt.Printf("%d and %d answers, %d kills of the server, %d tabs closed: %d lost, %d stored twice, %d written over silently\n",
		len(made[0]), len(made[1]), killed, closed, lost, twice, over)
	return nil
}

// answerAndClose answers so many questions and closes the tab now and then.
func (b *bench) answerAndClose(address string, server *sync.Mutex, made map[string]bool, done *atomic.Int64) (closed int, err error) {
	home, err := b.browser.Profile(reviewer.Look{}) // keeps the storage
	if err != nil {
		return 0, err
	}
	defer home.Close()
	tab, err := b.openTab(home, address, server)
	if err != nil {
		return 0, err
	}
	last := ""
	for len(made) < answersEach {
		q, err := tab.Question(last)
		if err != nil {
			return closed, err
		}
		if err := tab.Press(reviewer.Enter); err != nil {
			return closed, err
		}
		last = q.ID
		// It is made when the page has gone on.
		if _, err := tab.Until("the page to go on", func(s reviewer.Seen) bool { return s.ID != last }); err != nil {
			return closed, err
		}
		made[last] = true
		done.Add(1)
		if closed < tabsInAll/2 && len(made) == (closed+1)*answersEach/(tabsInAll/2+1) {
			if err := tab.Shut(); err != nil {
				return closed, err
			}
			closed++
			if tab, err = b.openTab(home, address, server); err != nil {
				return closed, err
			}
			last = ""
		}
	}
	_, err = tab.Until("all to be saved", func(s reviewer.Seen) bool { return s.Saved == "yes" })
	return closed, err
}

// openTab opens the page while the server is up.
func (b *bench) openTab(home *reviewer.Tab, address string, server *sync.Mutex) (*reviewer.Tab, error) {
	server.Lock()
	defer server.Unlock()
	tab, err := home.Beside(reviewer.Look{})
	if err != nil {
		return nil, err
	}
	if err := tab.Open(address); err != nil {
		return nil, err
	}
	_, err = tab.Question("")
	return tab, err
}

// count compares what was made with what is stored.
func count(f *reviewer.Folder, made []map[string]bool) (lost, twice, over int, err error) {
	db, err := sqlite.Open(filepath.Join(f.Out, "review.sqlite"), url.Values{"mode": {"ro"}}, 1)
	if err != nil {
		return 0, 0, 0, err
	}
	defer db.Close()
	for who, questions := range made {
		for id := range questions {
			var n, standing int
			err := db.QueryRow("SELECT (SELECT count(*) FROM answers WHERE question = ?1 AND reviewer = ?2), (SELECT count(*) FROM standing WHERE question = ?1 AND reviewer = ?2)", id, who+1).Scan(&n, &standing)
			if err != nil {
				return 0, 0, 0, err
			}
			switch {
			case n == 0:
				lost++
			case n > 1:
				twice++
			case standing == 0:
				over++
			}
		}
	}
	return lost, twice, over, nil
}
