// Command measure reviews by machine, in a real browser, and counts what comes
// of it.
//
//	go run ./internal/reviewer/measure speed    values a minute, paint, disk
//	go run ./internal/reviewer/measure kills    two reviewers, a server that is killed, tabs that are closed
//	go run ./internal/reviewer/measure wrong    wrong readings, and reviewers who err
//	go run ./internal/reviewer/measure large    a hundred thousand pictures, or as many as are given
package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"time"

	"github.com/biaoge/biaoge/internal/reviewer"
)

var measures = map[string]func(*bench) error{"speed": speed, "kills": kills, "wrong": wrong, "large": large}

// manyPictures is how many a large folder has, unless another number is given.
const manyPictures = 100_000

func main() {
	pictures, err := manyPictures, error(nil)
	if len(os.Args) == 3 && os.Args[1] == "large" {
		pictures, err = strconv.Atoi(os.Args[2])
	}
	if len(os.Args) < 2 || len(os.Args) > 3 || measures[os.Args[1]] == nil || err != nil {
		fmt.Fprintln(os.Stderr, "usage: measure speed | kills | wrong | large [PICTURES]")
		os.Exit(2)
	}
	if err := run(measures[os.Args[1]], pictures); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

// A bench is what measurements are made on.
type bench struct {
	dir, program string
	browser      *reviewer.Browser
	pictures     int // of a large folder
}

func run(measure func(*bench) error, pictures int) error {
	dir, err := os.MkdirTemp("", "measure")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{dir: dir, pictures: pictures}
	if b.program, err = reviewer.Build(dir); err != nil {
		return err
	}
	if b.browser, err = reviewer.Start(context.Background()); err != nil {
		return err
	}
	defer b.browser.Close()
	return measure(b)
}

func (b *bench) serve(f *reviewer.Folder, reviewers int, args ...string) (*reviewer.Server, error) {
	return reviewer.Serve(b.program, reviewers, append(append([]string{"--audit", "0"}, args...), f.Out)...)
}

// printed is what stands on the pictures, by picture and key.
func printed(sheets []reviewer.Sheet) map[string]string {
	all := make(map[string]string)
	for _, s := range sheets {
		for k, v := range s.Values {
			all[s.Path+" "+k] = v.Printed
		}
	}
	return all
}

// A person answers questions on a page.
type person struct {
	tab    *reviewer.Tab
	client *reviewer.Client
	truth  map[string]string // by picture and key
	of     map[string]string // by question
	perKey time.Duration
}

// text is what is printed at a question.
func (p *person) text(id string) (string, error) {
	if t, ok := p.of[id]; ok {
		return t, nil
	}
	all, _, err := p.client.Questions("id=" + id)
	if err != nil || len(all) == 0 {
		return "", fmt.Errorf("question %s: %w", id, err)
	}
	p.of[id] = p.truth[all[0].Picture+" "+all[0].Key]
	return p.of[id], nil
}

// learn looks the next questions up, so that no time is spent on that while
// they are answered.
func (p *person) learn() error {
	all, _, err := p.client.Questions("limit=100")
	for _, q := range all {
		p.of[q.ID] = p.truth[q.Picture+" "+q.Key]
	}
	return err
}

// press presses keys as fast as this person types.
func (p *person) press(keys string) error {
	for _, k := range keys {
		began := time.Now()
		if err := p.tab.Press(string(k)); err != nil {
			return err
		}
		time.Sleep(p.perKey - time.Since(began))
	}
	return nil
}

func share(all []float64, of float64) float64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(len(all)-1, int(of*float64(len(all))))]
}

// watch has the page note when each question was painted after the key before.
const watch = `(() => { performance.setResourceTimingBufferSize(100000); window.painted = []; let pressed = 0;
addEventListener('keydown', e => { pressed = performance.now() }, true);
new MutationObserver(all => { if (!pressed || !all.some(m => [...m.addedNodes].some(n => n.dataset?.question))) return; const from = pressed; pressed = 0;
requestAnimationFrame(() => { const c = new MessageChannel(); c.port1.onmessage = () => window.painted.push(performance.now() - from); c.port2.postMessage(0) }) }).observe(document.querySelector('main'), { childList: true, subtree: true }); return true })()`

const stored = `performance.getEntriesByType('resource').filter(e => e.name.endsWith('/api/answers')).map(e => e.duration)`

// longest is how long each mode is measured.
const longest = 20 * time.Second

// speed measures one reviewer of 40 ms a key, who confirms and who keys.
func speed(b *bench) error {
	for _, m := range []struct {
		mode       string
		confidence float64
		atLeast    float64
	}{{"confirm", 0.95, 400}, {"key", 0.6, 150}} {
		sheets := reviewer.Random(60, 0.6, m.confidence, 7)
		reviewer.Hold(sheets)
		f, err := reviewer.MakeFolder(b.dir+"/"+m.mode, sheets)
		if err != nil {
			return err
		}
		s, err := b.serve(f, 1, "--listen", "127.0.0.1:0")
		if err != nil {
			return err
		}
		err = b.speedOf(s, sheets, m.mode, m.atLeast)
		s.Kill()
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) speedOf(s *reviewer.Server, sheets []reviewer.Sheet, mode string, atLeast float64) error {
	tab, err := b.browser.Profile(reviewer.Look{})
	if err != nil {
		return err
	}
	defer tab.Close()
	p := &person{tab: tab, client: s.Client(0), truth: printed(sheets), of: make(map[string]string), perKey: 40 * time.Millisecond}
	if err := tab.Open(s.Addresses[0]); err != nil {
		return err
	}
	if _, err := tab.Until("the questions", func(s reviewer.Seen) bool { return s.Count == 1 && !s.Indexing && s.Left > 0 }); err != nil {
		return err
	}
	if _, err := reviewer.Eval[bool](tab, watch); err != nil {
		return err
	}
	time.Sleep(time.Second)
	n, spent, last := 0, time.Duration(0), ""
	for spent < longest {
		if n%50 == 0 {
			if err := p.learn(); err != nil {
				return err
			}
		}
		began := time.Now()
		q, err := tab.Question(last)
		if err != nil {
			break // all are answered
		}
		last = q.ID
		text, err := p.text(q.ID)
		if err != nil {
			return err
		}
		if mode == "confirm" {
			text = ""
		}
		if err := p.press(text + reviewer.Enter); err != nil {
			return err
		}
		spent += time.Since(began)
		n++
	}
	paint, err := reviewer.Eval[[]float64](tab, "window.painted")
	if err != nil {
		return err
	}
	disk, err := reviewer.Eval[[]float64](tab, stored)
	if err != nil {
		return err
	}
	fmt.Printf("%-8s %4d values, %4.0f a minute (at least %.0f); next question painted in %.0f ms (half), %.0f ms (95 %%); answer on the disk in %.0f ms (half), %.0f ms (95 %%)\n",
		mode, n, float64(n)/spent.Minutes(), atLeast, share(paint, 0.5), share(paint, 0.95), share(disk, 0.5), share(disk, 0.95))
	return nil
}
