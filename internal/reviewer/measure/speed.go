package main

import (
	"fmt"
	"time"

	"github.com/biaoge/biaoge/internal/reviewer"
)

// watch has the page note when each question was painted after the key before;
// and, of each key that types, how long after it sums were worked out, and
// whether the frame that it was painted in had them.
const watch = `(() => { performance.setResourceTimingBufferSize(100000); window.painted = []; window.summed = []; window.missed = 0; let pressed = 0, typed = 0;
addEventListener('keydown', e => { pressed = performance.now() }, true);
addEventListener('beforeinput', e => { if (!document.querySelector('[data-sum]')) return;
typed = performance.now(); requestAnimationFrame(() => { if (typed) { window.missed++; typed = 0 } }) }, true);
new MutationObserver(all => { if (!typed || !all.some(m => m.target.matches?.('.sums'))) return; window.summed.push(performance.now() - typed); typed = 0 }).observe(document.querySelector('main'), { childList: true, subtree: true });
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
	fmt.Printf("%-8s %4d values, %4.0f a minute (at least %.0f); next question painted in %.0f ms (half), %.0f ms (95 %%, at most 50); answer on the disk in %.0f ms (half), %.0f ms (95 %%, at most 100)\n",
		mode, n, float64(n)/spent.Minutes(), atLeast, share(paint, 0.5), share(paint, 0.95), share(disk, 0.5), share(disk, 0.95))
	summed, err := reviewer.Eval[[]float64](tab, "window.summed")
	if err != nil || len(summed) == 0 {
		return err
	}
	missed, err := reviewer.Eval[int](tab, "window.missed")
	if err != nil {
		return err
	}
	fmt.Printf("         sums after %d keys: worked out in %.1f ms (half), %.1f ms (95 %%, at most 16); %d of them not in the frame of the key\n",
		len(summed)+missed, share(summed, 0.5), share(summed, 0.95), missed)
	return nil
}
