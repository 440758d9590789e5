package reviewer

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/biaoge/biaoge/internal/sqlite"
	"github.com/biaoge/biaoge/tables"
)

// say answers a question and fails where that is refused.
func say(t *testing.T, c *Client, q Question, answer map[string]any) {
	t.Helper()
	if code, got := post(t, c, map[string]any{"question": q.ID, "version": q.Version, "mode": q.Mode, "shown": "", "answer": answer, "ms": 7}); code != 200 {
		t.Fatalf("%+v: %d %v", q, code, got)
	}
}

// Questions come report by report, picture by picture; in one, first what would
// mend a sum, then what is least sure; that two pictures contradict comes last.
func TestQuestionsComeReportByReport(t *testing.T) {
	k := Keys()
	doubted := func(read string, confidence float64, alternatives ...string) Value {
		return Value{Printed: read, Read: read, Confidence: confidence, Causes: why(read, fmt.Sprint(confidence)), Alternatives: alternatives}
	}
	_, s := serve(t, []Sheet{
		doubt("b/1.png", map[string]Value{k[5]: unclear("1"), k[9]: sure("1")}),
		doubt("a/22.png", map[string]Value{k[5]: unclear("2"), k[9]: sure("2")}),
		doubt("a/1.png", map[string]Value{
			k[0]: doubted("3", 0.97, "8"), k[1]: doubted("4", 0.6), k[4]: sure("12"), // the sum holds with 8
			k[5]: doubted("5", 0.96), k[6]: doubted("6", 0.91), k[9]: sure("11"),
		}),
	}, 1)
	all := ask(t, s.Client(0))
	var got []string
	for _, q := range all {
		got = append(got, q.Picture+" "+q.Key+" "+q.Mode)
	}
	want := []string{"a/1.png " + k[0] + " key", "a/1.png " + k[1] + " key", "a/1.png " + k[6] + " confirm", "a/1.png " + k[5] + " confirm", "a/1.png gov-disclosure/appeals table", "a/22.png " + k[5] + " confirm", "b/1.png " + k[5] + " confirm"}
	if !slices.Equal(got, want) {
		t.Errorf("asked in the order\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// The same bytes in several reports, and one picture at two sizes, are asked
// about once, and all get the answer.
func TestTwinsAreAskedAboutOnce(t *testing.T) {
	k := Keys()
	values := map[string]Value{k[5]: doubtful("3", "8"), k[9]: sure("3")}
	sheet := func(path string, times int) Sheet { return Sheet{Path: path, Values: values, Salt: 5, Times: times} }
	f, s := serve(t, []Sheet{sheet("a/1.png", 1), sheet("b/1.png", 1), sheet("c/1.png", 2)}, 1)
	c := s.Client(0)
	all := ask(t, c)
	if len(all) != 1 || all[0].Key != k[5] {
		t.Fatalf("asked more than once: %+v", all)
	}
	say(t, c, all[0], map[string]any{"raw": "3"})
	if code := s.Stop(); code != 0 {
		t.Fatal(s.Stderr())
	}
	lines, err := f.Records()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, l := range lines {
		if l["key"] == k[5] {
			if n++; l["raw"] != "3" || l["source"] != "person" || l["machine_raw"] != "8" {
				t.Errorf("%v", l)
			}
		}
	}
	if n != 3 {
		t.Errorf("%d pictures, not 3", n)
	}
}

// When a batch reads pictures again, an answer stays where its cell still is,
// and what was answered about one that is not is asked again.
func TestAnAnswerStaysWhereItsCellIs(t *testing.T) {
	k := Keys()
	sheets := []Sheet{
		doubt("a/1.png", map[string]Value{k[5]: doubtful("3", "8"), k[9]: sure("3")}),
		doubt("b/22.png", map[string]Value{k[5]: doubtful("4", "9"), k[9]: sure("4")}),
	}
	f, s := serve(t, sheets, 1)
	for i, q := range ask(t, s.Client(0)) {
		say(t, s.Client(0), q, map[string]any{"raw": []string{"3", "4"}[i]})
	}
	s.Stop()
	// Another version of the program reads otherwise, and finds the cells of
	// the second picture elsewhere; no value is flagged any more.
	sheets[0].Values[k[5]] = Value{Printed: "3", Read: "5", Confidence: 0.9999}
	sheets[1].Values[k[5]] = Value{Printed: "4", Read: "9", Confidence: 0.9999}
	sheets[1].Off = 5000
	if err := f.Again(sheets); err != nil {
		t.Fatal(err)
	}
	s = start(t, f, 1, "127.0.0.1:0")
	all := ask(t, s.Client(0))
	if len(all) != 1 || all[0].Picture != "b/22.png" || all[0].Key != k[5] || all[0].Mode != "key" {
		t.Fatalf("asked again: %+v", all)
	}
	expect(t, f, map[string]string{"a/1.png " + k[5]: "3"})
	if _, out := command(t, "review", "--status", f.Out); !strings.Contains(out, "the cell is no longer there") {
		t.Errorf("status: %s", out)
	}
	say(t, s.Client(0), all[0], map[string]any{"raw": "4"})
	expect(t, f, map[string]string{"a/1.png " + k[5]: "3", "b/22.png " + k[5]: "4"})
}

// What is asked can be narrowed down, by the command and by the page: to
// pictures, a report, a form, or a reason in words or as a code.
func TestOnly(t *testing.T) {
	k := Keys()
	f, s := serve(t, []Sheet{
		doubt("2023/xian/1.png", map[string]Value{k[5]: unclear("3"), k[9]: sure("3")}),
		doubt("2023/yanan/22.png", map[string]Value{k[5]: {Printed: "4", Read: "4", Confidence: 0.95, Causes: []tables.Cause{tables.Because("stamped")}}, k[9]: sure("4")}),
		doubt("2024/xian/333.png", map[string]Value{k[5]: unclear("5"), k[9]: sure("5")}),
	}, 1)
	c := s.Client(0)
	ask(t, c)
	kinds := []struct {
		only string
		n    int
	}{
		{"2023/**", 2}, {"22.png", 0}, {"*2.png", 1}, {"2023/xian", 1}, {"2024", 1}, {"2024/xian/333.png", 1},
		{FormID, 3}, {"gov-disclosure/appeals", 3}, {"gov-disclosure/requests@2021", 0},
		{"stamped", 1}, {"READERS differ", 2}, {"readers_differ", 2},
	}
	for _, w := range kinds {
		all, left, err := c.Questions("only=" + strings.ReplaceAll(w.only, " ", "%20"))
		if err != nil || len(all) != w.n || left != w.n {
			t.Errorf("only %s: %d questions, %d left, not %d: %v", w.only, len(all), left, w.n, err)
		}
	}
	if code, err := c.Do("GET", "/api/questions?only=%5Ba", nil, nil); code != 400 || err != nil {
		t.Errorf("no valid glob: %d %v", code, err)
	}
	s.Stop()
	s = start(t, f, 1, "127.0.0.1:0", "--only", "2023/*/*")
	if all := ask(t, s.Client(0)); len(all) != 2 {
		t.Errorf("--only: %+v", all)
	}
	// The link of a summary, and the filter on the page.
	tab := open(t, s, 0, Look{})
	question(t, tab, "")
	do(t, tab.Open(strings.Replace(s.Addresses[0], "/?", "/?only=stamped&", 1)))
	until(t, tab, "the one that is stamped", func(s Seen) bool { return s.Count == 1 && s.Left == 1 })
	do(t, tab.Click(".filter input"), tab.With("a", Ctrl), tab.Press("2024"+Enter))
	until(t, tab, "the report of 2024", func(s Seen) bool {
		where, err := Eval[string](tab, `document.querySelector(".where")?.textContent || ""`)
		return err == nil && s.Left == 1 && strings.HasPrefix(where, "2024/xian/333.png")
	})
}

// Some values that were not flagged are asked for, blind; what that shows is
// said with its exact interval, and marked in what is exported.
func TestSomeValuesThatWereNotFlaggedAreAskedFor(t *testing.T) {
	k := Keys()
	f, err := MakeFolder(t.TempDir(), []Sheet{doubt("a/1.png", map[string]Value{k[5]: {Printed: "3", Read: "8", Confidence: 0.9999}, k[9]: sure("8")})})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Serve(program, 1, "--listen", "127.0.0.1:0", "--audit", "1", f.Out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Kill)
	c := s.Client(0)
	all := ask(t, c)
	if len(all) != len(k) {
		t.Fatalf("%d of %d values", len(all), len(k))
	}
	for _, q := range all {
		if q.Mode != "key" || len(q.Reasons) != 0 {
			t.Errorf("it is not asked for blind: %+v", q)
		}
		said := q.Reading
		if q.Key == k[5] {
			said = "3"
		}
		say(t, c, q, map[string]any{"raw": said})
	}
	var p struct {
		Audit struct {
			N, Wrong        int
			Rate, Low, High float64
		}
	}
	// Clopper and Pearson's interval of 1 in 15, from a table.
	if _, err := c.Do("GET", "/api/progress", nil, &p); err != nil || p.Audit.N != 15 || p.Audit.Wrong != 1 || math.Abs(p.Audit.Low-0.0017) > 5e-5 || math.Abs(p.Audit.High-0.3195) > 5e-5 {
		t.Errorf("%+v %v", p, err)
	}
	tab := open(t, s, 0, Look{})
	until(t, tab, "the rate", func(Seen) bool {
		facts, err := Eval[string](tab, `document.querySelector(".facts").textContent`)
		return err == nil && strings.Contains(facts, "values that were not flagged: 1 of 15 wrong (95 %: 0.17 to 31.95 %)")
	})
	if _, out := command(t, "review", "--export", "truth.jsonl", f.Out); strings.Count(out, `"audit":true`) != 15 || strings.Count(out, `"text":"3"`) != 1 {
		t.Errorf("truth.jsonl: %s", out)
	}
}

// A picture is one reviewer's for a while: another one is asked about others.
func TestAPictureIsOneReviewersForAWhile(t *testing.T) {
	k := Keys()
	_, s := serve(t, []Sheet{doubt("a/1.png", map[string]Value{k[5]: unclear("3"), k[9]: sure("3")}), doubt("b/22.png", map[string]Value{k[5]: unclear("4"), k[9]: sure("4")})}, 2, "--reviewer", "Li", "--reviewer", "Wang")
	for _, c := range []*Client{s.Client(0), s.Client(1)} {
		for indexed := false; !indexed; {
			var p struct{ Indexing bool }
			if _, err := c.Do("GET", "/api/progress", nil, &p); err != nil {
				t.Fatal(err)
			}
			indexed = !p.Indexing
		}
	}
	var got []string
	for _, who := range []int{0, 1, 0} {
		all, left, err := s.Client(who).Questions("limit=1")
		if err != nil || len(all) != 1 || left != 2 {
			t.Fatal(all, left, err)
		}
		got = append(got, all[0].Picture)
	}
	if !slices.Equal(got, []string{"a/1.png", "b/22.png", "a/1.png"}) {
		t.Errorf("Li, Wang and Li are asked about %v", got)
	}
}

// While questions are still being made, those that are known are asked, and the
// page says so.
func TestKnownQuestionsAreAskedWhileOthersAreMade(t *testing.T) {
	k := Keys()
	f, err := MakeFolder(t.TempDir(), []Sheet{doubt("a/1.png", map[string]Value{k[5]: unclear("3"), k[9]: sure("3")}), doubt("b/22.png", map[string]Value{k[5]: unclear("4"), k[9]: sure("4")})})
	if err != nil {
		t.Fatal(err)
	}
	// The second document comes when it is let through.
	doc := filepath.Join(f.Out, "documents/b/22.png.json")
	text, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(doc); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(doc, 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, f, 1, "127.0.0.1:0")
	tab := open(t, s, 0, Look{})
	q := question(t, tab, "")
	if !q.Indexing || q.Left != 1 {
		t.Errorf("while questions are made: %+v", q)
	}
	if err := os.WriteFile(doc, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(doc+".new", text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(doc+".new", doc); err != nil {
		t.Fatal(err)
	}
	until(t, tab, "all questions", func(s Seen) bool { return !s.Indexing && s.Left == 2 })
}

// Every answer is a row that is never changed: who, when, how long, what was
// shown, before and after; taking it back is another row.
func TestRowsStay(t *testing.T) {
	k := Keys()
	f, s := serve(t, []Sheet{doubt("a/1.png", map[string]Value{k[5]: unclear("3"), k[9]: sure("3")})}, 1, "--reviewer", "Li")
	c := s.Client(0)
	q := ask(t, c)[0]
	for _, raw := range []string{"3", "8"} {
		if code, got := post(t, c, map[string]any{"id": raw, "question": q.ID, "version": q.Version, "mode": "confirm", "shown": "3", "answer": map[string]any{"raw": raw}, "ms": 901}); code != 200 {
			t.Fatal(got)
		}
		q.Version++
	}
	if _, err := c.Do("POST", "/api/undo", map[string]any{"id": "8"}, nil); err != nil {
		t.Fatal(err)
	}
	db, err := sqlite.Open(filepath.Join(f.Out, "review.sqlite"), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT coalesce(undoes, ''), name, ms, mode, shown, answer, before, after, version, became, at > 0 FROM answers JOIN reviewers r ON r.id = reviewer ORDER BY seq")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		var undoes, name, mode, shown, answer, before, after string
		var ms, version, became int
		var at bool
		if err := rows.Scan(&undoes, &name, &ms, &mode, &shown, &answer, &before, &after, &version, &became, &at); err != nil || !at {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprintf("%s %s %d %s %s %s %s→%s %d→%d", undoes, name, ms, mode, shown, answer, before, after, version, became))
	}
	want := []string{
		` Li 901 confirm 3 {"raw":"3"} →{"raw":"3"} 1→2`,
		` Li 901 confirm 3 {"raw":"8"} {"raw":"3"}→{"raw":"8"} 2→3`,
		`8 Li 0    {"raw":"8"}→{"raw":"3"} 3→4`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, change := range []string{"UPDATE answers SET answer = ''", "DELETE FROM answers"} {
		if _, err := db.Exec(change); err == nil || !strings.Contains(err.Error(), "never") {
			t.Errorf("%s: %v", change, err)
		}
	}
}
