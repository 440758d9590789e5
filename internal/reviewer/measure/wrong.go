package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"github.com/biaoge/biaoge/internal/reviewer"
)

// What the measurement of wrong readings puts in: so many readings of which
// each is wrong, keyed by persons of whom each errs once in so many.
const (
	wrongReadings = 200
	errsOnceIn    = 100
)

// wrong counts how many of the wrong readings are left when two reviewers who
// err must agree, and a third decides.
func wrong(b *bench) error {
	rnd := rand.New(rand.NewPCG(11, 0))
	sheets := reviewer.Random(wrongReadings/10, 0, 1, 11)
	n := 0
	for i := range sheets {
		for _, k := range reviewer.Keys()[:10] {
			v := sheets[i].Values[k]
			v.Read, v.Confidence = misread(rnd, v.Printed), 0.6
			sheets[i].Values[k] = v
			n++
		}
	}
	f, err := reviewer.MakeFolder(b.dir+"/wrong", sheets)
	if err != nil {
		return err
	}
	s, err := b.serve(f, 3, "--listen", "127.0.0.1:0", "--agree", "2", "--known", "0", "--reviewer", "Li", "--reviewer", "Wang", "--reviewer", "Zhao")
	if err != nil {
		return err
	}
	defer s.Kill()
	truth := printed(sheets)
	slips := 0
	for who := range 3 {
		tab, err := b.browser.Profile(reviewer.Look{})
		if err != nil {
			return err
		}
		p := &person{tab: tab, client: s.Client(who), truth: truth, of: make(map[string]string)}
		if err := tab.Open(s.Addresses[who]); err != nil {
			return err
		}
		k, err := p.keyAll(rnd)
		if err != nil {
			return err
		}
		slips += k
		tab.Close()
	}
	left, err := stillWrong(s, f, truth)
	if err != nil {
		return err
	}
	fmt.Printf("%d wrong readings, %d slips of the persons who keyed them: %d wrong at the end (at most 1)\n", n, slips, left)
	return nil
}

// misread is a number that is not the one printed.
func misread(rnd *rand.Rand, text string) string {
	for {
		if other := strconv.Itoa(rnd.IntN(1000)); other != text {
			return other
		}
	}
}

// keyAll keys what waits, and returns how often it was wrong.
func (p *person) keyAll(rnd *rand.Rand) (slips int, err error) {
	q, err := p.tab.Until("questions, or none", func(s reviewer.Seen) bool { return s.Count == 1 || s.Left == 0 && !s.Indexing })
	for err == nil && q.Count == 1 {
		var text string
		if text, err = p.text(q.ID); err != nil {
			return slips, err
		}
		if rnd.IntN(errsOnceIn) == 0 {
			text = misread(rnd, text)
			slips++
		}
		// What differs from the reading is shown once, and kept.
		if err = p.tab.Press(text + reviewer.Enter); err != nil {
			return slips, err
		}
		last := q.ID
		if q, err = p.tab.Look(); err == nil && q.ID == last {
			err = p.tab.Press(reviewer.Enter)
		}
		if err == nil {
			q, err = p.tab.Until("the next question, or none", func(s reviewer.Seen) bool { return s.Count == 1 && s.ID != last || s.Count == 0 && s.Left == 0 })
		}
	}
	if err == nil {
		_, err = p.tab.Until("all to be saved", func(s reviewer.Seen) bool { return s.Saved == "yes" })
	}
	return slips, err
}

// stillWrong counts what records.csv says otherwise than is printed, and does
// not flag.
func stillWrong(s *reviewer.Server, f *reviewer.Folder, truth map[string]string) (n int, err error) {
	if code := s.Stop(); code != 0 {
		return 0, fmt.Errorf("biaoge review ended with %d: %s", code, s.Stderr())
	}
	lines, err := f.Records()
	if err != nil {
		return 0, err
	}
	for _, l := range lines {
		if want, ok := truth[l["picture"]+" "+l["key"]]; ok && l["raw"] != want && l["review"] == "false" {
			n++
		}
	}
	return n, nil
}
