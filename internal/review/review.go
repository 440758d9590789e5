// Package review has a person settle what the program doubts.
//
// It makes questions of the flagged values of a batch's documents, keeps what
// is answered in a SQLite file of its own beside them, serves the page on which
// people answer, and takes the answers into documents that are read later. The
// batch's journal and documents are only ever read. It must not know how a
// picture is read, nor how results are written.
//
// A question has targets: the cells (or tables) that its answer is about. A
// target belongs to a picture by its hash, a page and a place on it, so that
// the same bytes are asked about once. An answer is a row that is never
// changed; taking it back is another row. What the answers to a question come
// to is its outcome: see settle.
package review

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/biaoge/biaoge/tables"
)

// What a question is about.
const (
	KindValue    = "value"
	KindLabel    = "label"
	KindTable    = "table"    // a whole table, or one that was not found
	KindConflict = "conflict" // pictures that claim one table of a report
)

// How a question is asked.
const (
	ModeConfirm = "confirm" // the reading is shown
	ModeKey     = "key"     // it is hidden until something is typed
	ModeCarpet  = "carpet"  // many crops of one reading
	ModeTable   = "table"   // picture and grid, or two pictures
)

// Why a question is asked, beside a flag.
const (
	whyAudit  = "audit"  // the value was not flagged; this measures the program
	whyKnown  = "known"  // two persons keyed it alike before; this measures the person
	whyExcept = "except" // it was marked as different in a carpet
	whyAsked  = "asked"  // a person asked for the whole table
	whyAgain  = "again"  // the cell that was answered is no longer where it was
	whyLacks  = "lacks"  // its report lacks a table that most reports have
)

// blindBelow is the confidence below which a value is keyed rather than
// confirmed; the contract of the review sets it.
const blindBelow = 0.9

// carpetAtMost is how many crops one carpet shows; the contract sets it.
const carpetAtMost = 40

// unreadable is what stands for print that nobody could read.
const unreadable = "\uFFFD"

// An Answer is what a person says. Exactly one of its parts is given.
type Answer struct {
	Raw        *string  // what is printed
	Blank      bool     // nothing is printed
	Unreadable bool     // something is printed that can't be read
	Later      bool     // asks for it to be put off; settles nothing
	Except     []string // with Raw: targets it is not true of
	Choice     *Choice
	Table      *TableAnswer
}

// A Choice decides between pictures that claim one table.
type Choice struct {
	Picture string // its name; empty where all are kept apart
}

// A TableAnswer is a whole table as a person says it is printed.
type TableAnswer struct {
	Form   *string     `json:"form"` // nil for no table of a known form
	Rows   int         `json:"rows"`
	Cols   int         `json:"cols"`
	Cells  []TableCell `json:"cells"`
	Target string      `json:"target,omitempty"` // which one it is, of those where a table that is lacking may be
}

// A TableCell is one cell of it.
type TableCell struct {
	Row     int    `json:"row"`
	Col     int    `json:"col"`
	RowSpan int    `json:"rowspan"`
	ColSpan int    `json:"colspan"`
	Raw     string `json:"raw"`
}

// What an answer may hold at most, so that none is a weapon.
const (
	rawAtMost   = 4000 // bytes of a text
	cellsAtMost = 20_000
	sideAtMost  = 2000 // rows or columns
)

// errAnswer is what is wrong with an answer.
func errAnswer(format string, args ...any) error {
	return &RequestError{Code: 400, Msg: "the answer: " + fmt.Sprintf(format, args...)}
}

// A RequestError is a request that can't be done, with the code that HTTP has
// for it.
type RequestError struct {
	Code int
	Msg  string
}

func (e *RequestError) Error() string { return e.Msg }

// ParseAnswer reads an answer as the page sends it.
func ParseAnswer(data []byte) (Answer, error) {
	var a Answer
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return a, errAnswer("no JSON object")
	}
	has := func(name string) bool { _, ok := fields[name]; return ok }
	yes := func(name string) (bool, error) {
		if string(fields[name]) != "true" || len(fields) != 1 {
			return false, errAnswer("%s stands alone and is true", name)
		}
		return true, nil
	}
	var err error
	switch {
	case has("blank"):
		a.Blank, err = yes("blank")
	case has("unreadable"):
		a.Unreadable, err = yes("unreadable")
	case has("later"):
		a.Later, err = yes("later")
	case has("choose"):
		var name *string
		if json.Unmarshal(fields["choose"], &name) != nil || len(fields) != 1 {
			return a, errAnswer("choose is the name of a picture, or null to keep them apart")
		}
		a.Choice = new(Choice)
		if name != nil {
			a.Choice.Picture = *name
		}
	case has("form"):
		a.Table = new(TableAnswer)
		if err := json.Unmarshal(data, a.Table); err != nil {
			return a, errAnswer("no table: %v", err)
		}
		err = a.Table.check()
	case has("raw"):
		var raw struct {
			Raw    *string           `json:"raw"`
			Except []json.RawMessage `json:"except"`
		}
		if json.Unmarshal(data, &raw) != nil || raw.Raw == nil {
			return a, errAnswer("raw is a text")
		}
		if err := checkText(*raw.Raw); err != nil {
			return a, err
		}
		a.Raw = raw.Raw
		a.Except, err = targetIDs(raw.Except)
	default:
		err = errAnswer("none of raw, blank, unreadable, later, choose, form")
	}
	return a, err
}

// targetIDs reads targets that are given by their id, or whole.
func targetIDs(list []json.RawMessage) (ids []string, err error) {
	for _, t := range list {
		var id string
		var whole struct {
			ID string `json:"id"`
		}
		if json.Unmarshal(t, &id) != nil {
			if json.Unmarshal(t, &whole) != nil || whole.ID == "" {
				return nil, errAnswer("except lists targets")
			}
			id = whole.ID
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

func checkText(s string) error {
	if len(s) > rawAtMost || !utf8.ValidString(s) {
		return errAnswer("a text has at most %d bytes of UTF-8", rawAtMost)
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' }) {
		return errAnswer("a text has no control characters")
	}
	return nil
}

// check refuses a table whose cells overlap or lie outside of it.
func (t *TableAnswer) check() error {
	if t.Rows < 0 || t.Cols < 0 || t.Rows > sideAtMost || t.Cols > sideAtMost || len(t.Cells) > cellsAtMost {
		return errAnswer("a table has at most %d rows and columns and %d cells", sideAtMost, cellsAtMost)
	}
	if t.Form != nil && *t.Form == "" {
		return errAnswer("form is an id or null")
	}
	taken := make(map[[2]int]bool)
	for i := range t.Cells {
		c := &t.Cells[i]
		c.RowSpan, c.ColSpan = max(1, c.RowSpan), max(1, c.ColSpan)
		if err := checkText(c.Raw); err != nil {
			return err
		}
		if c.Row < 0 || c.Col < 0 || c.RowSpan > t.Rows-c.Row || c.ColSpan > t.Cols-c.Col {
			return errAnswer("cell %d, %d is not in the table", c.Row, c.Col)
		}
		for r := range c.RowSpan {
			for k := range c.ColSpan {
				at := [2]int{c.Row + r, c.Col + k}
				if taken[at] {
					return errAnswer("two cells at %d, %d", at[0], at[1])
				}
				taken[at] = true
			}
		}
	}
	return nil
}

// tidy makes answers alike that mean the same: full-width digits and signs of a
// value are folded, an empty text is a blank.
func (a Answer) tidy(kind string) Answer {
	if a.Raw != nil {
		raw := *a.Raw
		if kind == KindValue {
			raw = foldWide(raw)
		}
		raw = strings.TrimSpace(raw)
		if a.Raw = &raw; raw == "" && len(a.Except) == 0 {
			a.Raw, a.Blank = nil, true
		}
	}
	if a.Table != nil {
		t := *a.Table
		t.Cells = slices.Clone(t.Cells)
		for i := range t.Cells {
			t.Cells[i].Raw = strings.TrimSpace(t.Cells[i].Raw)
			if _, _, ok := tables.ParseValue(t.Cells[i].Raw); ok {
				t.Cells[i].Raw = foldWide(t.Cells[i].Raw)
			}
		}
		slices.SortFunc(t.Cells, func(x, y TableCell) int {
			if x.Row != y.Row {
				return x.Row - y.Row
			}
			return x.Col - y.Col
		})
		a.Table = &t
	}
	return a
}

// foldWide turns full-width digits and signs into those that numbers are
// written with, and nothing else.
func foldWide(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case strings.ContainsRune("＋－．，／％", r):
			return r - '＋' + '+'
		case r == '\u3000':
			return ' '
		}
		return r
	}, s)
}

// MarshalJSON writes an answer as it is given, and always in the same way.
func (a Answer) MarshalJSON() ([]byte, error) {
	switch {
	case a.Blank:
		return []byte(`{"blank":true}`), nil
	case a.Unreadable:
		return []byte(`{"unreadable":true}`), nil
	case a.Later:
		return []byte(`{"later":true}`), nil
	case a.Choice != nil:
		var name *string
		if a.Choice.Picture != "" {
			name = &a.Choice.Picture
		}
		return marshal(map[string]any{"choose": name})
	case a.Table != nil:
		return marshal(a.Table)
	}
	out := map[string]any{"raw": a.Raw}
	if len(a.Except) > 0 {
		out["except"] = a.Except
	}
	return marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (a *Answer) UnmarshalJSON(data []byte) (err error) {
	*a, err = ParseAnswer(data)
	return err
}

// marshal is json.Marshal without escapes for HTML: answers are no part of a
// page.
func marshal(v any) ([]byte, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return []byte(strings.TrimSuffix(b.String(), "\n")), nil
}

// same is what answers that say the same have in common. White space and the
// width of characters are no difference.
func (a Answer) same() string {
	if a.Raw != nil {
		raw := tables.Fold(*a.Raw)
		a.Raw = &raw
	}
	if a.Table != nil {
		t := *a.Table
		t.Cells = slices.Clone(t.Cells)
		for i := range t.Cells {
			t.Cells[i].Raw = tables.Fold(t.Cells[i].Raw)
		}
		a.Table = &t
	}
	b, _ := a.MarshalJSON() // nothing in it can fail
	return string(b)
}

// text is what the answer says is printed; ok is false where it says nothing
// of one cell.
func (a Answer) text() (s string, ok bool) {
	switch {
	case a.Raw != nil:
		return *a.Raw, true
	case a.Blank:
		return "", true
	case a.Unreadable:
		return unreadable, true
	}
	return "", false
}
