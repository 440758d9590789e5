// Command shots takes the pictures of the page that docs/review.md shows, and
// those to be looked at before a change of the page is good: each mode, in both
// languages, light and dark, on a desk and on a phone.
//
//	go run ./internal/reviewer/shots ADDRESS DIR
//
// ADDRESS is what biaoge review printed.
//
// It must not know what is behind the page.
package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/biaoge/biaoge/internal/reviewer"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: shots ADDRESS DIR")
		os.Exit(2)
	}
	if err := shoot(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "shots:", err)
		os.Exit(1)
	}
}

// looks are how the page is looked at.
var looks = []struct {
	name string
	reviewer.Look
}{
	{"en-light", reviewer.Look{}},
	{"zh-light", reviewer.Look{Language: "zh-CN"}},
	{"zh-dark", reviewer.Look{Language: "zh-CN", Dark: true}},
	{"en-dark", reviewer.Look{Dark: true}},
	{"zh-phone", reviewer.Look{Language: "zh-CN", Width: 390, Height: 844, Phone: true}},
	{"en-phone-dark", reviewer.Look{Width: 390, Height: 844, Phone: true, Dark: true}},
	{"en-200", reviewer.Look{Zoom: 2}},
}

// shoot goes through the questions until it has seen each kind of them.
func shoot(address, dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	b, err := reviewer.Start(context.Background())
	if err != nil {
		return err
	}
	defer b.Close()
	for _, l := range looks {
		t, err := b.Profile(l.Look)
		if err != nil {
			return err
		}
		if err := t.Open(address); err != nil {
			return err
		}
		if err := modes(t, filepath.Join(dir, l.name)); err != nil {
			return err
		}
		t.Close()
	}
	return nil
}

func modes(t *reviewer.Tab, name string) error {
	done := make(map[string]bool)
	last := ""
	for range 400 {
		s, err := t.Question(last)
		if err != nil {
			break // the last one: there is none after it
		}
		last = s.ID
		kind := s.Mode
		if s.Kind == "conflict" {
			kind = "conflict"
		}
		if sides, err := reviewer.Eval[bool](t, `!!document.querySelector("[data-side]")`); err == nil && sides && kind == "table" {
			kind = "lacking"
		}
		if !done[kind] {
			done[kind] = true
			time.Sleep(500 * time.Millisecond) // the pictures come
			if err := t.Shoot(name + "-" + kind + ".png"); err != nil {
				return err
			}
			if kind == "key" {
				if err := t.Press("77" + reviewer.Enter); err != nil {
					return err
				}
				if err := t.Shoot(name + "-key-differs.png"); err != nil {
					return err
				}
				if err := t.Press(reviewer.Escape); err != nil {
					return err
				}
			}
		}
		if len(done) == 6 {
			break
		}
		if err := t.Press("j"); err != nil {
			return err
		}
	}
	if err := t.Press("?"); err != nil {
		return err
	}
	return t.Shoot(name + "-help.png")
}
