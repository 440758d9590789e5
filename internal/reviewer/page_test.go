package reviewer

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/biaoge/biaoge/tables"
)

var (
	program string
	chrome  *Browser
)

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "reviewer")
		if err == nil {
			defer os.RemoveAll(dir)
			program, err = Build(dir)
		}
		if err == nil {
			chrome, err = Start(context.Background())
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer chrome.Close()
		return m.Run()
	}())
}

// serve makes a folder and serves it to reviewers.
func serve(t *testing.T, sheets []Sheet, reviewers int, args ...string) (*Folder, *Server) {
	t.Helper()
	f, err := MakeFolder(t.TempDir(), sheets)
	if err != nil {
		t.Fatal(err)
	}
	return f, start(t, f, reviewers, "127.0.0.1:0", args...)
}

func start(t *testing.T, f *Folder, reviewers int, at string, args ...string) *Server {
	t.Helper()
	s, err := Serve(program, reviewers, append(append([]string{"--listen", at, "--audit", "0"}, args...), f.Out)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	return s
}

func open(t *testing.T, s *Server, reviewer int, l Look) *Tab {
	t.Helper()
	tab, err := chrome.Profile(l)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tab.Close)
	if err := tab.Open(s.Addresses[reviewer]); err != nil {
		t.Fatal(err)
	}
	return tab
}

// do runs steps of a person and fails with the first that goes wrong.
func do(t *testing.T, steps ...error) {
	t.Helper()
	for i, err := range steps {
		if err != nil {
			t.Fatalf("step %d: %v", i+1, err)
		}
	}
}

func question(t *testing.T, tab *Tab, other string) Seen {
	t.Helper()
	s, err := tab.Question(other)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func until(t *testing.T, tab *Tab, what string, ok func(Seen) bool) Seen {
	t.Helper()
	s, err := tab.Until(what, ok)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// doubt makes one picture with doubts.
func doubt(path string, values map[string]Value) Sheet {
	return Sheet{Path: path, Values: values, Salt: len(path)}
}

// corrections are what persons answered, as --export says it: by picture and
// key.
func corrections(t *testing.T, f *Folder) map[string]string {
	t.Helper()
	cmd := exec.Command(program, "review", "--export", "corrections.csv", f.Out)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(out, []byte("\uFEFF")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	head := lines[0]
	all := make(map[string]string)
	for _, l := range lines[1:] {
		at := func(name string) string { return l[slices.Index(head, name)] }
		all[at("path")+" "+at("key")] = at("raw")
	}
	return all
}

func expect(t *testing.T, f *Folder, want map[string]string) {
	t.Helper()
	if got := corrections(t, f); !maps.Equal(got, want) {
		t.Errorf("answered: %v\nwant:     %v", got, want)
	}
}

func saved(t *testing.T, tab *Tab) Seen {
	t.Helper()
	return until(t, tab, "all to be saved", func(s Seen) bool { return s.Saved == "yes" })
}

// done waits until nothing is asked any more.
func done(t *testing.T, tab *Tab) {
	t.Helper()
	until(t, tab, "the end", func(s Seen) bool { return s.Count == 0 && s.Left == 0 && s.Saved == "yes" })
}

func unclear(read string, alternatives ...string) Value {
	return Value{Printed: read, Read: read, Confidence: 0.95, Causes: why("why", read), Alternatives: alternatives}
}

// why is a reason that tells what was read.
func why(one, other string) []tables.Cause {
	return []tables.Cause{tables.Because("readers_differ", one, other)}
}

func sure(read string) Value { return Value{Printed: read, Read: read, Confidence: 0.9999} }

func doubtful(printed, read string) Value {
	return Value{Printed: printed, Read: read, Confidence: 0.5, Causes: why(read, "0")}
}

// Every key of confirm mode.
func TestConfirm(t *testing.T) {
	k := Keys()
	f, s := serve(t, []Sheet{doubt("a/1.png", map[string]Value{
		k[0]: unclear("12", "72"), k[1]: unclear("13", "73", "18"), k[2]: unclear("14"), k[3]: unclear("15"), k[4]: sure("54"), k[5]: unclear("16"), k[9]: sure("16"),
	}), doubt("b/2.png", map[string]Value{k[5]: unclear("17"), k[6]: unclear("18"), k[9]: sure("35")})}, 1)
	tab := open(t, s, 0, Look{})
	q := question(t, tab, "")
	if q.Mode != "confirm" || q.Left != 7 || q.Reading == "" {
		t.Fatalf("first %+v", q)
	}
	// A value that stands in a sum which fails is keyed: none of these does,
	// since their sums count what was read. Those that are asked first differ
	// by confidence alone, so they come in the order of the grid.
	do(t, tab.Press(Enter))
	q = question(t, tab, q.ID)
	do(t, tab.Press(Down), tab.Press(Down))
	if q, _ = tab.Look(); q.Answer != "18" {
		t.Errorf("the second alternative: %+v", q)
	}
	do(t, tab.Press(Enter))
	q = question(t, tab, q.ID)
	do(t, tab.Press("b"))
	q = question(t, tab, q.ID)
	do(t, tab.With("u", Alt))
	q = question(t, tab, q.ID)
	do(t, tab.Press(F2), tab.Press("９.5"))
	if q, _ = tab.Look(); q.Answer != "９.5" {
		t.Errorf("F2 puts the cursor in the answer: %+v", q)
	}
	do(t, tab.Press("b")) // types by now
	if q, _ = tab.Look(); q.Answer != "９.5b" {
		t.Errorf("letters type once something is typed: %+v", q)
	}
	do(t, tab.Press(kb.Backspace+Enter))
	q = question(t, tab, q.ID)
	if saved(t, tab); q.Left != 2 {
		t.Errorf("left %d, not 2", q.Left)
	}
	// Back and forth, and a key that is held answers once.
	first := q.ID
	do(t, tab.Press("j"))
	q = question(t, tab, first)
	do(t, tab.Press("k"))
	q = question(t, tab, q.ID)
	if q.ID != first {
		t.Errorf("j and k lead to %s, not back to %s", q.ID, first)
	}
	do(t, tab.Hold('\r', 8))
	q = question(t, tab, first)
	if q = saved(t, tab); q.Left != 1 {
		t.Errorf("a key that was held left %d", q.Left)
	}
	expect(t, f, map[string]string{"a/1.png " + k[0]: "12", "a/1.png " + k[1]: "18", "a/1.png " + k[2]: "", "a/1.png " + k[3]: "\uFFFD", "a/1.png " + k[5]: "9.5", "b/2.png " + k[5]: "17"})
	// Undo goes back across pictures.
	for range 2 {
		last := q.ID
		do(t, tab.With("z", Ctrl))
		q = question(t, tab, last)
	}
	if saved(t, tab); corrections(t, f)["a/1.png "+k[5]] != "" || len(corrections(t, f)) != 4 {
		t.Errorf("after undo: %v", corrections(t, f))
	}
	do(t, tab.Press(Enter))
	q = question(t, tab, q.ID)
	do(t, tab.Press("s"))
	q = question(t, tab, q.ID)
	do(t, tab.Press(Enter))
	only := until(t, tab, "the word that only one put off is left", func(s Seen) bool { return s.Count == 0 })
	if only.Left != 1 || !strings.Contains(only.Text, "1 that you put off") {
		t.Errorf("only one put off: %+v", only)
	}
	do(t, tab.Click("[data-act=showLater]"))
	question(t, tab, "")
	do(t, tab.Press(Enter))
	done(t, tab)
}

// What is doubtful is keyed blind.
func TestKey(t *testing.T) {
	k := Keys()
	f, s := serve(t, []Sheet{doubt("a/1.png", map[string]Value{
		k[0]: doubtful("12", "12"), k[1]: doubtful("37", "31"), k[2]: sure("5"), k[4]: sure("54"),
	})}, 1)
	tab := open(t, s, 0, Look{})
	q := question(t, tab, "")
	hidden := func(reading string) {
		t.Helper()
		text, err := Eval[string](tab, `document.querySelector("[data-question]").outerHTML.replace(/data-(question|kind)="[^"]*"|Key|src="[^"]*"|"[^"]*png"/g, "")`)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{">%s<", "(%s)", "“%s”", `="%s"`} {
			if strings.Contains(text, fmt.Sprintf(form, reading)) {
				t.Errorf("the reading can be seen before anything is typed: %s in %s", reading, text)
			}
		}
	}
	for i := range 2 {
		if q.Mode != "key" || q.Reading != "" {
			t.Fatalf("question %d: %+v", i, q)
		}
		key, err := Eval[string](tab, `document.querySelector(".where").textContent`)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(key, k[0]) {
			hidden("12")
		} else {
			hidden("31")
		}
		do(t, tab.Press(Enter))
		if now, _ := tab.Look(); now.ID != q.ID {
			t.Fatal("Enter without anything typed answered")
		}
		if strings.HasSuffix(key, k[0]) {
			do(t, tab.Press("12"+Enter)) // equal: accepted at once
		} else {
			do(t, tab.Press("3"))
			sum, err := Eval[string](tab, `document.querySelector("[data-sum]").dataset.difference`)
			if err != nil || sum != "34" {
				t.Errorf("54 is printed and 12+3+5 adds up to 20: the difference says %q %v", sum, err)
			}
			do(t, tab.Press("7"+Enter))
			now, err := tab.Look()
			if err != nil || now.ID != q.ID || now.Reading != "31" {
				t.Fatalf("what differs is shown once: %+v %v", now, err)
			}
			if sum, _ := Eval[string](tab, `document.querySelector("[data-sum]").dataset.difference`); sum != "0" {
				t.Errorf("the sum holds with 37: %q", sum)
			}
			do(t, tab.Press(Enter))
		}
		if i == 0 {
			q = question(t, tab, q.ID)
		}
	}
	done(t, tab)
	expect(t, f, map[string]string{"a/1.png " + k[0]: "12", "a/1.png " + k[1]: "37"})
}

// Equal doubts are answered once, but for those that are marked.
func TestCarpet(t *testing.T) {
	k := Keys()
	values := make(map[string]Value)
	for _, key := range k[5:] {
		values[key] = Value{Printed: "8", Read: "8", Confidence: 0.95, Causes: why("a", "b")}
	}
	values[k[7]] = Value{Printed: "3", Read: "8", Confidence: 0.95, Causes: why("a", "b")}
	for _, total := range []string{k[9], k[14]} {
		values[total] = Value{Printed: "32", Read: "32", Confidence: 0.9999}
	}
	f, s := serve(t, []Sheet{doubt("a/1.png", values)}, 1)
	tab := open(t, s, 0, Look{})
	q := question(t, tab, "")
	n, err := Eval[int](tab, `document.querySelectorAll("img[data-crop]").length`)
	if q.Mode != "carpet" || q.Left != 1 || n != 8 || err != nil {
		t.Fatalf("%+v with %d crops %v", q, n, err)
	}
	do(t, tab.Press(Right), tab.Press(Right), tab.Press(Right), tab.Press("x"), tab.Press(Enter))
	next := question(t, tab, q.ID)
	if next.Mode != "key" || next.Left != 1 {
		t.Fatalf("what was marked is keyed: %+v", next)
	}
	// One answer, undone as one; and a mark set with the mouse.
	do(t, tab.With("z", Ctrl))
	back := question(t, tab, next.ID)
	if back.ID != q.ID || saved(t, tab).Left != 1 {
		t.Fatalf("undo: %+v", back)
	}
	do(t, tab.Click("[data-target]:nth-child(3)"), tab.Press(Enter))
	next = question(t, tab, q.ID)
	do(t, tab.Press("3"+Enter+Enter))
	done(t, tab)
	want := map[string]string{}
	for _, key := range k[5:] {
		want["a/1.png "+key] = values[key].Printed
	}
	delete(want, "a/1.png "+k[9])
	delete(want, "a/1.png "+k[14])
	expect(t, f, want)
}
