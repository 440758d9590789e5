package reviewer

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// eachMode is a folder with a question of every mode.
func eachMode() []Sheet {
	k := Keys()
	many := map[string]Value{k[9]: sure("40"), k[14]: sure("40")}
	for _, key := range append(append([]string{}, k[5:9]...), k[10:14]...) {
		many[key] = Value{Printed: "10", Read: "10", Confidence: 0.95, Causes: why("10", "1O")}
	}
	return []Sheet{
		doubt("a/1.png", map[string]Value{k[0]: unclear("12", "72"), k[4]: sure("12")}),
		doubt("b/22.png", map[string]Value{k[0]: doubtful("12", "17"), k[4]: sure("12")}),
		doubt("c/333.png", many),
		{Path: "d/1.png", Missing: true, Salt: 4},
		{Path: "e/1.png", Salt: 5, Values: map[string]Value{k[5]: sure("3"), k[9]: sure("3")}},
		{Path: "e/2.png", Salt: 6, Values: map[string]Value{k[5]: sure("4"), k[9]: sure("4")}},
	}
}

// On a phone, and at 200 %, nothing of any mode sticks out of the screen to the
// side, every crop is seen whole, and what is to be touched is large enough.
func TestNothingSticksOutOfANarrowScreen(t *testing.T) {
	_, s := serve(t, eachMode(), 1)
	ask(t, s.Client(0))
	for name, l := range map[string]Look{"phone": {Width: 390, Height: 844, Phone: true}, "phone, Chinese": {Language: "zh-CN", Width: 360, Height: 740, Phone: true}, "200 %": {Zoom: 2}} {
		tab := open(t, s, 0, l)
		last := ""
		for range 5 {
			q := question(t, tab, last)
			last = q.ID
			until(t, tab, "the crops", func(Seen) bool {
				n, err := Eval[int](tab, `[...document.querySelectorAll("[data-question] img[src]")].filter(i => !i.complete || !i.naturalWidth).length`)
				return err == nil && n == 0
			})
			out, err := Eval[[]string](tab, `(() => { const wide = document.documentElement.clientWidth, out = [];
				if (document.documentElement.scrollWidth > wide) out.push("the page is " + document.documentElement.scrollWidth + " wide on " + wide);
				for (const e of document.querySelectorAll("main img[data-crop][src], main input, main [data-act], .labels img")) {
					const r = e.getBoundingClientRect();
					if (r.width && r.left > -1000 && (r.left < 0 || r.right > wide + 1)) out.push(e.outerHTML.slice(0, 80) + " from " + r.left + " to " + r.right);
				}
				for (const e of document.querySelectorAll("button, select")) { const r = e.getBoundingClientRect(); if (r.height && r.height < 24) out.push(e.textContent + " is " + r.height + " high"); }
				return out })()`)
			if err != nil || len(out) > 0 {
				t.Errorf("%s, %s: %v %v", name, q.Mode, out, err)
			}
			do(t, tab.Press("j"))
		}
		tab.Close()
	}
}

// With a finger alone: a value is accepted, one is keyed, some are marked, and
// the last answer taken back.
func TestEveryAnswerCanBeGivenWithAFinger(t *testing.T) {
	k := Keys()
	f, s := serve(t, eachMode()[:3], 1)
	tab := open(t, s, 0, Look{Width: 390, Height: 844, Phone: true})
	first := question(t, tab, "")
	do(t, tab.Click("[data-act=accept]"))
	q := question(t, tab, first.ID)
	do(t, tab.Click("[data-do=undo]"))
	if q = question(t, tab, q.ID); q.ID != first.ID {
		t.Fatalf("taken back: %+v", q)
	}
	do(t, tab.Click("[data-act=accept]"))
	q = question(t, tab, first.ID)
	do(t, tab.Click("[data-answer]"), tab.Press("12"), tab.Click("[data-act=accept]"))
	if now, _ := tab.Look(); now.ID != q.ID || now.Reading != "17" {
		t.Fatalf("what differs is shown once: %+v", now)
	}
	do(t, tab.Click("[data-act=accept]"))
	q = question(t, tab, q.ID)
	do(t, tab.Click("[data-target]:nth-child(2)"), tab.Click("[data-act=accept]"))
	if q = question(t, tab, q.ID); q.Mode != "key" {
		t.Fatalf("what was marked: %+v", q)
	}
	do(t, tab.Click("[data-act=unreadable]"))
	done(t, tab)
	got := corrections(t, f)
	if got["a/1.png "+k[0]] != "12" || got["b/22.png "+k[0]] != "12" || got["c/333.png "+k[5]] != "10" || got["c/333.png "+k[6]] != "\uFFFD" || len(got) != 10 {
		t.Errorf("answered: %v", got)
	}
}

// The keys that answer nothing: zoom, help, the whole table and back, clearing,
// and Tab, which moves the focus as everywhere.
func TestKeysThatAnswerNothingDoWhatTheySay(t *testing.T) {
	k := Keys()
	f, s := serve(t, []Sheet{doubt("a/1.png", map[string]Value{k[0]: unclear("12", "72"), k[1]: unclear("13"), k[4]: sure("25")})}, 1)
	tab := open(t, s, 0, Look{})
	first := question(t, tab, "")
	scale := func() string {
		t.Helper()
		v, err := Eval[string](tab, `/scale\(([\d.]+)\)/.exec(document.querySelector(".sheet").style.transform)?.[1] || ""`)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	until(t, tab, "the whole picture", func(Seen) bool { return scale() != "" })
	was := scale()
	do(t, tab.Press("]"))
	if large := scale(); large <= was {
		t.Errorf("] zooms from %s to %s", was, large)
	}
	do(t, tab.Press("["))
	if back := scale(); fmt.Sprintf("%.4s", back) != fmt.Sprintf("%.4s", was) {
		t.Errorf("[ zooms back to %s, not %s", back, was)
	}
	open := func() bool {
		v, err := Eval[bool](tab, `document.querySelector("dialog").open`)
		return err == nil && v
	}
	do(t, tab.Press("?"))
	if text, err := Eval[string](tab, `document.querySelector("dialog").innerText`); err != nil || !open() || !strings.Contains(text, "next alternative") || !strings.Contains(text, "Ctrl+Z") {
		t.Errorf("help: %q %v", text, err)
	}
	do(t, tab.Press("b")) // is none of the page's while help is open
	do(t, tab.Press(Escape))
	if open() {
		t.Error("Esc closes help")
	}
	// A key that a method of input is composing with is none of the page's.
	if _, err := Eval[bool](tab, `["b", "u", "Enter"].forEach(key => document.querySelector("[data-question]").dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, isComposing: true }))) || true`); err != nil {
		t.Fatal(err)
	}
	do(t, tab.Press("9"), tab.Press(Escape))
	now, err := tab.Look()
	if err != nil || now.ID != first.ID || now.Answer != "" || now.Left != 2 {
		t.Errorf("nothing was answered: %+v %v", now, err)
	}
	for _, want := range []string{"data-answer", "data-act"} {
		do(t, tab.Press(kb.Tab))
		if at, err := Eval[string](tab, `document.activeElement.outerHTML.slice(0, 60)`); err != nil || !strings.Contains(at, want) {
			t.Errorf("Tab: %s %v", at, err)
		}
	}
	do(t, tab.Press(Escape))
	// The whole table and back; then one value of it is mended, which answers
	// for all of it.
	do(t, tab.With("t", Alt))
	if q := question(t, tab, first.ID); q.Mode != "table" {
		t.Fatalf("t: %+v", q)
	}
	do(t, tab.Press("t"))
	if q, err := tab.Until("the value again", func(s Seen) bool { return s.ID == first.ID }); err != nil {
		t.Fatalf("%+v %v", q, err)
	}
	do(t, tab.Press("t"))
	question(t, tab, first.ID)
	do(t, tab.Click("td[data-key='"+k[1]+"']"), tab.Press("18"+Enter), tab.With(Enter, Ctrl))
	done(t, tab)
	got := corrections(t, f)
	if got["a/1.png "+k[0]] != "12" || got["a/1.png "+k[1]] != "18" || got["a/1.png "+k[4]] != "25" {
		t.Errorf("answered: %v", got)
	}
	// The sum that fails now is one of what persons say.
	if s.Stop() != 0 {
		t.Fatal(s.Stderr())
	}
	lines, err := f.Records()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l["source"] != "person" || l["review"] != "false" || l["key"] == k[1] && l["machine_raw"] != "13" {
			t.Errorf("%v", l)
		}
	}
}
