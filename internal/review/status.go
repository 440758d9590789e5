package review

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/mattn/go-runewidth"

	"github.com/biaoge/biaoge/internal/message"
)

// Catch makes the questions that are missing, unless a server is at it.
func (s *Session) Catch(ctx context.Context) error {
	unlock, err := s.Place.LockReview()
	if err != nil {
		return nil // the server that has it makes them
	}
	defer unlock()
	return s.catchUp(ctx)
}

// Counts are how many questions and answers a review has, by what became of
// them.
type counts struct {
	total, settled, waiting, differ, gone, answers int64
	ms                                             float64 // an answer, on average
}

// counts tells how many there are of each.
func (st *Store) counts() (n counts, err error) {
	for _, q := range []struct {
		into  any
		query string
		args  []any
	}{
		{&n.total, "SELECT count(*) FROM questions q WHERE gone = 0 AND why <> 'known' AND (why <> 'audit' OR draw < ? OR settled <> 0)", []any{st.audit}},
		{&n.settled, "SELECT count(*) FROM questions WHERE gone = 0 AND why <> 'known' AND (settled <> 0 OR covered <> 0)", nil},
		{&n.waiting, "SELECT count(*) FROM questions q WHERE " + open + " AND why <> 'known' AND (why <> 'audit' OR draw < ?)", []any{st.audit}},
		{&n.differ, "SELECT count(*) FROM questions q WHERE " + open + " AND (SELECT count(*) FROM standing s WHERE s.question = q.id) > 1", nil},
		{&n.gone, "SELECT count(*) FROM questions WHERE gone = 1 AND EXISTS (SELECT 1 FROM standing s WHERE s.question = questions.id) AND why NOT IN ('asked', 'except')", nil},
		{&n.answers, "SELECT count(*) FROM answers WHERE undoes IS NULL AND answer <> ?", []any{laterText}},
		{&n.ms, "SELECT coalesce(avg(ms), 0) FROM answers WHERE undoes IS NULL AND answer <> ? AND mode <> 'import'", []any{laterText}},
	} {
		if err := st.r.QueryRow(q.query, q.args...).Scan(q.into); err != nil {
			return n, err
		}
	}
	return n, nil
}

// Status prints how far the review is, in a language.
func (s *Session) Status(out io.Writer, l message.Language) error {
	w := bufio.NewWriter(out)
	n, err := s.Store.counts()
	if err != nil {
		return err
	}
	n.print(w, l)
	if err := s.people(w, l); err != nil {
		return err
	}
	if n.answers > 0 {
		fmt.Fprintf(w, "\n%s %8s\n", runewidth.FillRight(l.Text("time each"), 14), shortly(n.ms))
	}
	if err := s.modes(w); err != nil {
		return err
	}
	audit, err := s.Store.judged("q.why = 'audit'")
	if err != nil {
		return err
	}
	if audit.N > 0 {
		fmt.Fprintf(w, "\n%s\n", l.Text("values that were not flagged and wrong: %s", audit.in(l)))
	}
	if err := s.confidence(w, l); err != nil {
		return err
	}
	return w.Flush()
}

// print lists the counts, those that are rare only where there are any.
func (n *counts) print(w io.Writer, l message.Language) {
	line := func(what string, n int64, more string) {
		fmt.Fprintf(w, "%s %8d%s\n", runewidth.FillRight(l.Text(what), 14), n, more)
	}
	line("questions", n.total, "")
	line("answered", n.settled, "")
	line("open", n.waiting, "")
	if n.differ > 0 {
		line("differing", n.differ, l.Text("  (answers of two reviewers differ: a third has to decide)"))
	}
	if n.gone > 0 {
		line("gone", n.gone, l.Text("  (answered, but the cell is no longer there)"))
	}
	line("answers", n.answers, "")
}

// shortly is a time of so many milliseconds as people read it.
func shortly(ms float64) time.Duration {
	return (time.Duration(ms) * time.Millisecond).Round(10 * time.Millisecond)
}

// modes lists how long an answer takes in each way of asking.
func (s *Session) modes(w io.Writer) error {
	modes, err := s.Store.r.Query("SELECT mode, count(*), avg(ms) FROM answers WHERE undoes IS NULL AND answer <> ? AND mode <> 'import' GROUP BY mode ORDER BY mode", laterText)
	if err != nil {
		return err
	}
	defer modes.Close()
	for modes.Next() {
		var mode string
		var n int64
		var each float64
		if err := modes.Scan(&mode, &n, &each); err != nil {
			return err
		}
		fmt.Fprintf(w, "  %-12s %8s  (%d)\n", mode, shortly(each), n)
	}
	return modes.Err()
}

// confidence lists how often values of each confidence were right.
func (s *Session) confidence(w io.Writer, l message.Language) error {
	bins, err := s.Store.Confidence()
	if err != nil {
		return err
	}
	begun := false
	for _, b := range bins {
		if b.N == 0 {
			continue
		}
		if !begun {
			begun = true
			fmt.Fprintf(w, "\n%s", runewidth.FillRight(l.Text("confidence"), 14))
			for _, head := range []string{"answered", "right", "share"} {
				fmt.Fprintf(w, " %s", runewidth.FillLeft(l.Text(head), 8))
			}
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s %8d %8d %7.1f%%\n", runewidth.FillRight(fmt.Sprintf("%.3f–%.3f", b.From, b.To), 14), b.N, b.N-b.Wrong, 100*(1-b.Rate))
	}
	return nil
}

// people lists the reviewers with what they did and how often they erred.
func (s *Session) people(w io.Writer, l message.Language) error {
	rows, err := s.Store.r.Query("SELECT r.id, r.name, count(a.seq) FROM reviewers r JOIN answers a ON a.reviewer = r.id WHERE a.undoes IS NULL AND a.answer <> ? GROUP BY r.id ORDER BY r.id", laterText)
	if err != nil {
		return err
	}
	type person struct {
		id, n int64
		name  string
	}
	var all []person
	for rows.Next() {
		var p person
		if err := rows.Scan(&p.id, &p.name, &p.n); err != nil {
			rows.Close()
			return err
		}
		all = append(all, p)
	}
	rows.Close()
	for _, p := range all {
		errs, err := s.Store.ownErrors(p.id)
		if err != nil {
			return err
		}
		more := ""
		if errs.N > 0 {
			more = l.Text("  (keyed otherwise what two had keyed alike: %s)", errs.in(l))
		}
		fmt.Fprintf(w, "  %s %8d%s\n", runewidth.FillRight(p.name, 12), p.n, more)
	}
	return rows.Err()
}

// in says a share with its interval.
func (s Share) in(l message.Language) string {
	return l.Text("%d of %d, %.2f %% (95 %% interval %.2f to %.2f %%)", s.Wrong, s.N, 100*s.Rate, 100*s.Low, 100*s.High)
}
