// Command measure reviews by machine, in a real browser, and counts what comes
// of it.
//
//	go run ./internal/reviewer/measure speed    values a minute, paint, disk
//	go run ./internal/reviewer/measure kills    two reviewers, a server that is killed, tabs that are closed
//	go run ./internal/reviewer/measure wrong    wrong readings, and reviewers who err
//	go run ./internal/reviewer/measure large    a hundred thousand pictures, or as many as are given
//
// It must not know what is behind the page.
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
