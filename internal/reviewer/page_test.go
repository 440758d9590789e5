package reviewer

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
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
func TestEveryKeyOfConfirmModeAnswers(t *testing.T) {
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
	until(t, tab, "the word that only one put off is left", func(s Seen) bool {
		return s.Count == 0 && s.Left == 1 && strings.Contains(s.Text, "1 that you put off")
	})
	do(t, tab.Click("[data-act=showLater]"))
	question(t, tab, "")
	do(t, tab.Press(Enter))
	done(t, tab)
}

// Those put off are asked when they are asked for, once each, also where the
// server is slow to hear that they were put off.
func TestThosePutOffAreAskedOnceMore(t *testing.T) {
	k := Keys()
	f, s := serve(t, []Sheet{doubt("a/1.png", map[string]Value{k[5]: unclear("3"), k[6]: unclear("4"), k[9]: sure("7")})}, 1)
	tab := open(t, s, 0, Look{})
	first := question(t, tab, "")
	run := func(script string) {
		t.Helper()
		if _, err := Eval[bool](tab, script+", true"); err != nil {
			t.Fatal(err)
		}
	}
	run(`window.hear = Promise.withResolvers(), window.sent = fetch, window.fetch = async (path, init) => {
		if (init.method === "POST") await hear.promise;
		return sent(path, init);
	}`)
	onlyPutOff := func(n string) {
		t.Helper()
		until(t, tab, "the word that "+n+" are put off", func(s Seen) bool { return s.Count == 0 && strings.Contains(s.Text, n+" that you put off") })
	}
	do(t, tab.Press("s"))
	second := question(t, tab, first.ID)
	do(t, tab.Press("s"))
	onlyPutOff("2")
	do(t, tab.Click("[data-act=showLater]"))
	run("hear.resolve()")
	if q := question(t, tab, ""); q.ID != first.ID {
		t.Errorf("%s comes first, not %s", q.ID, first.ID)
	}
	do(t, tab.Press("s"))
	if q := question(t, tab, first.ID); q.ID != second.ID {
		t.Errorf("after one that is put off again comes %s, not %s", q.ID, second.ID)
	}
	do(t, tab.Press(Enter))
	onlyPutOff("1")
	do(t, tab.Click("[data-act=showLater]"))
	question(t, tab, "")
	do(t, tab.Press(Enter))
	done(t, tab)
	expect(t, f, map[string]string{"a/1.png " + k[5]: "3", "a/1.png " + k[6]: "4"})
}

// What is doubtful is keyed blind.
func TestWhatIsDoubtfulIsKeyedBlind(t *testing.T) {
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
func TestEqualDoubtsAreAnsweredOnce(t *testing.T) {
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

// A table that was not found is keyed from the picture, and comes out like one
// that was.
func TestATableThatWasNotFoundIsKeyed(t *testing.T) {
	f, s := serve(t, []Sheet{{Path: "a/1.png", Missing: true, Values: map[string]Value{Keys()[0]: sure("7"), Keys()[4]: sure("7")}}}, 1)
	tab := open(t, s, 0, Look{})
	q := question(t, tab, "")
	if q.Mode != "table" || q.Kind != "table" || q.Left != 1 {
		t.Fatalf("%+v", q)
	}
	until(t, tab, "the form", func(Seen) bool {
		form, err := Eval[string](tab, `document.querySelector("[data-form]").value`)
		return err == nil && form == FormID
	})
	do(t, tab.Click("td[data-key='"+Keys()[0]+"']"))
	for i := range Keys() {
		text := "0"
		if i == 0 || i == 4 {
			text = "7"
		}
		do(t, tab.Press(text))
		if i == 0 {
			until(t, tab, "the one sum that fails while its total is not typed", func(Seen) bool {
				off, err := Eval[int](tab, `document.querySelectorAll("[data-sum]").length`)
				return err == nil && off == 1
			})
		}
		do(t, tab.Press(Escape), tab.Press(text+Enter))
		if i+1 < len(Keys()) {
			do(t, tab.Press(Right))
		}
	}
	do(t, tab.With(Enter, Ctrl))
	done(t, tab)
	if code := s.Stop(); code != 0 {
		t.Fatalf("code %d: %s", code, s.Stderr())
	}
	records, err := os.ReadFile(filepath.Join(f.Out, "records.csv"))
	if err != nil {
		t.Fatal(err)
	}
	want := "a,a/1.png,1,1," + FormID + "," + Keys()[0] + ","
	for line := range strings.Lines(string(records)) {
		if want != "" && strings.HasPrefix(line, want) {
			if !strings.HasSuffix(line, ",7,7,,1,false,,,person,"+reviewerName(t)+",\r\n") {
				t.Errorf("the keyed value: %s", line)
			}
			want = ""
		}
	}
	if want != "" {
		t.Errorf("no line %s in %s", want, records)
	}
}

func reviewerName(t *testing.T) string {
	u, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	return u.Username
}

// Pictures that contradict are set side by side, and one is chosen.
func TestPicturesThatContradictAreSetSideBySide(t *testing.T) {
	k := Keys()
	f, s := serve(t, []Sheet{
		{Path: "a/1.png", Salt: 1, Values: map[string]Value{k[5]: sure("3"), k[9]: sure("3")}},
		{Path: "a/2.png", Salt: 2, Values: map[string]Value{k[5]: sure("4"), k[9]: sure("4")}},
	}, 1)
	tab := open(t, s, 0, Look{})
	q := question(t, tab, "")
	if q.Kind != "conflict" || q.Mode != "table" {
		t.Fatalf("%+v", q)
	}
	differ, err := Eval[[]string](tab, `[...document.querySelectorAll(".differs")].map(e => e.textContent)`)
	if err != nil || !slices.Equal(differ, []string{"3", "3", "4", "4"}) {
		t.Errorf("what differs: %v %v", differ, err)
	}
	do(t, tab.Press(Enter)) // nothing is chosen yet
	if now, _ := tab.Look(); now.ID != q.ID {
		t.Fatal("Enter chose a picture that nobody chose")
	}
	do(t, tab.Press(Right), tab.Press(Right), tab.Press(Enter))
	done(t, tab)
	s.Stop()
	reports, err := os.ReadFile(filepath.Join(f.Out, "reports.csv"))
	if err != nil || !strings.Contains(string(reports), "\na,2,0,0,0,0,0,") || !strings.Contains(string(reports), ",4,") || strings.Contains(string(reports), ",3,") {
		t.Errorf("the second picture counts: %s %v", reports, err)
	}
}

// Two reviewers at once seldom meet; where they do, nothing is written over
// silently.
func TestTwoReviewersWriteOverNothingSilently(t *testing.T) {
	k := Keys()
	f, s := serve(t, []Sheet{
		doubt("a/1.png", map[string]Value{k[5]: unclear("3"), k[9]: sure("3")}),
		doubt("b/22.png", map[string]Value{k[5]: unclear("4"), k[9]: sure("4")}),
	}, 2, "--reviewer", "Li", "--reviewer", "Wang")
	li := open(t, s, 0, Look{})
	first := question(t, li, "")
	wang := open(t, s, 1, Look{Language: "zh-CN"})
	if q := question(t, wang, ""); q.Left != 2 {
		t.Errorf("%+v", q)
	}
	// Li has been given both; so has Wang then, who is asked the same.
	do(t, li.Press(Enter))
	question(t, li, first.ID)
	saved(t, li)
	do(t, wang.Press("8"+Enter))
	until(t, wang, "the word that Li was first", func(Seen) bool {
		n, err := Eval[string](wang, `document.querySelector("[data-clash]")?.dataset.clash || ""`)
		return err == nil && n == first.ID
	})
	if got := corrections(t, f)["a/1.png "+k[5]]; got != "3" {
		t.Errorf("Wang's answer was written over Li's: %q", got)
	}
	do(t, wang.Click("[data-act=keepYours]"))
	saved(t, wang)
	until(t, wang, "no clash", func(Seen) bool {
		n, err := Eval[int](wang, `document.querySelectorAll("[data-clash]").length`)
		return err == nil && n == 0
	})
	if got := corrections(t, f)["a/1.png "+k[5]]; got != "8" {
		t.Errorf("Wang said so knowingly: %q", got)
	}
}

// The page goes on while the server is down, and so does a tab that was closed
// and opened again.
func TestThePageGoesOnWhileTheServerIsDown(t *testing.T) {
	k := Keys()
	values := map[string]Value{k[4]: sure("406"), k[9]: sure("422")}
	for i, n := range []int{0, 1, 2, 3, 5, 6, 7, 8} {
		values[k[n]] = unclear(strconv.Itoa(100 + i))
	}
	f, s := serve(t, []Sheet{doubt("a/1.png", map[string]Value{}), doubt("b/22.png", values)}, 1)
	tab := open(t, s, 0, Look{})
	q := question(t, tab, "")
	at, address := s.At(), s.Addresses[0]
	url, err := Eval[string](tab, "location.href")
	if err != nil || strings.Contains(url, "token") {
		t.Errorf("the token stays in the address: %s %v", url, err)
	}
	do(t, tab.Press(Enter))
	q = question(t, tab, q.ID)
	saved(t, tab)
	s.Kill()
	for range 3 {
		do(t, tab.Press(Enter))
		q = question(t, tab, q.ID)
	}
	if now := until(t, tab, "answers that wait", func(s Seen) bool { return s.Saved == "no" }); now.Left > 4 {
		t.Errorf("left %d", now.Left)
	}
	s = start(t, f, 1, at)
	if s.Addresses[0] != address {
		t.Errorf("another token after a restart: %s, not %s", s.Addresses[0], address)
	}
	saved(t, tab)
	if n := len(corrections(t, f)); n != 4 {
		t.Errorf("%d answers after a restart, not 4", n)
	}
	// Killed again, and the tab closed before its answers are sent.
	s.Kill()
	for range 2 {
		do(t, tab.Press(Enter))
		q = question(t, tab, q.ID)
	}
	s = start(t, f, 1, at)
	s.Kill() // it may have got some of them
	again, err := tab.Beside(Look{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(again.Close)
	do(t, tab.Shut())
	s = start(t, f, 1, at)
	do(t, again.Open(s.Addresses[0]))
	question(t, again, "")
	if now := saved(t, again); now.Left != 2 {
		t.Errorf("left %d, not 2", now.Left)
	}
	if n := len(corrections(t, f)); n != 6 {
		t.Errorf("%d answers after all, not 6", n)
	}
	// And what was answered in the tab that is gone can be taken back.
	do(t, again.With("z", Ctrl))
	until(t, again, "one taken back", func(s Seen) bool { return s.Left == 3 && s.Saved == "yes" })
}

// What is printed, named or labelled like HTML shows as text, in both
// languages.
func TestWhatLooksLikeHTMLShowsAsText(t *testing.T) {
	evil := `<img src=x onerror="document.title='hacked'">`
	k := Keys()
	_, s := serve(t, []Sheet{doubt("a<b>&'"+`"`+"/<i>1.png", map[string]Value{k[5]: {Printed: "1", Read: evil, Confidence: 0.95, Causes: why(evil, evil), Alternatives: []string{evil}}})}, 1, "--reviewer", evil)
	for _, language := range []string{"en-US", "zh-CN"} {
		tab := open(t, s, 0, Look{Language: language})
		question(t, tab, "")
		do(t, tab.Press("1"))
		made, err := Eval[int](tab, `document.querySelectorAll("main i, main b > i, img[src=x]").length`)
		title, _ := Eval[string](tab, "document.title")
		if err != nil || made != 0 || strings.Contains(title, "hacked") {
			t.Errorf("%s: HTML came alive: %d %q %v", language, made, title, err)
		}
		tab.Close()
	}
}
