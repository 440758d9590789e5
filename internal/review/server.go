package review

import (
	"cmp"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/tables"
)

//go:embed page
var assets embed.FS

// A Server serves the page and what it asks for.
type Server struct {
	Store  *Store
	Index  *Index
	Place  batch.Place
	Forms  []*tables.Form
	Cutter *Cutter
	Only   string // what is asked at all; see ParseFilter
	Access Access
	// Results writes records, reports and summary with the answers in.
	Results func(ctx context.Context) error
	Log     *slog.Logger

	desk desk
	by   map[string]Reviewer // token → reviewer
}

// longest is how large a request may be.
const longest = 4 << 20

// Handler is the server's side of HTTP. Reviewers are let in by their tokens.
func (s *Server) Handler(reviewers []Reviewer) http.Handler {
	s.desk = desk{s.Store, &documents{place: s.Place}, s.Forms}
	s.by = make(map[string]Reviewer)
	for _, r := range reviewers {
		s.by[r.Token] = r
	}
	mux := http.NewServeMux()
	for pattern, h := range map[string]func(*http.Request, Reviewer) (any, error){
		"GET /api/questions": s.questions,
		"GET /api/progress":  s.progress,
		"GET /api/forms":     s.forms,
		"POST /api/answers":  s.answer,
		"POST /api/undo":     s.undo,
		"POST /api/table":    s.table,
		"POST /api/results":  s.results,
	} {
		mux.HandleFunc(pattern, s.let(func(w http.ResponseWriter, r *http.Request, who Reviewer) {
			v, err := h(r, who)
			s.reply(w, r, v, err)
		}))
	}
	mux.HandleFunc("GET /api/crops/{name}", s.let(s.crop))
	mux.HandleFunc("/", s.asset)
	return s.Access.guard(http.MaxBytesHandler(mux, longest))
}

// asset serves the page and what belongs to it. All else wants a token, even
// to be told that it is not there.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	if name == "" {
		name = "index.html"
	}
	data, err := fs.ReadFile(assets, path.Join("page", path.Clean("/"+name)))
	if err != nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
		s.let(func(w http.ResponseWriter, r *http.Request, _ Reviewer) {
			s.reply(w, r, nil, &RequestError{404, "there is nothing here"})
		})(w, r)
		return
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.Write(data)
}

// reply writes what came of a request.
func (s *Server) reply(w http.ResponseWriter, r *http.Request, v any, err error) {
	code := http.StatusOK
	var stale *Stale
	var refused *RequestError
	switch {
	case err == nil:
	case errors.As(err, &stale):
		code, v = http.StatusConflict, map[string]any{"yours": stale.Yours, "theirs": stale.Theirs, "version": stale.Version}
	case errors.As(err, &refused):
		code, v = refused.Code, map[string]string{"error": refused.Msg}
	case errors.As(err, new(*http.MaxBytesError)):
		code, v = http.StatusRequestEntityTooLarge, map[string]string{"error": "the request is too large"}
	case r.Context().Err() != nil:
		return // nobody waits any more
	default:
		s.Log.Error("a request failed", "path", r.URL.Path, "error", err)
		code, v = http.StatusInternalServerError, map[string]string{"error": err.Error()}
	}
	data, err := marshal(v)
	if err != nil {
		s.Log.Error("a reply can't be written", "path", r.URL.Path, "error", err)
		code, data = http.StatusInternalServerError, []byte(`{"error":"internal error"}`)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(code)
	w.Write(data)
}

// read reads the JSON that a request holds.
func read(r *http.Request, into any) error {
	if t, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); t != "application/json" && t != "" {
		return &RequestError{http.StatusUnsupportedMediaType, "the request must be application/json"}
	}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		var refused *RequestError
		if errors.As(err, &refused) {
			return refused
		}
		return &RequestError{http.StatusBadRequest, "the request: " + err.Error()}
	}
	return nil
}

// mostQuestions is how many are given at once.
const mostQuestions = 100

func (s *Server) questions(r *http.Request, who Reviewer) (any, error) {
	in := r.URL.Query()
	out := struct {
		Questions []*Question `json:"questions"`
		Left      int         `json:"left"`
		Later     int         `json:"later"`
		Indexing  bool        `json:"indexing"`
	}{Questions: []*Question{}}
	// Asked first: what is made while the questions are read is told by the next answer.
	out.Indexing, _ = s.Index.Running()
	var list []*question
	var f Filter
	var err error
	if id := in.Get("id"); id != "" {
		q, err := s.Store.question(s.Store.r, id)
		if err != nil {
			return nil, err
		}
		list = append(list, q)
	} else {
		limit := 20
		if text := in.Get("limit"); text != "" {
			if limit, err = strconv.Atoi(text); err != nil || limit < 0 {
				return nil, &RequestError{http.StatusBadRequest, "limit is a whole number"}
			}
		}
		if f, err = s.Store.ParseFilter(cmp.Or(in.Get("only"), s.Only)); err != nil {
			return nil, err
		}
		f.Later = in.Get("later") != ""
		if list, err = s.Store.Next(who, f, in.Get("after"), min(limit, mostQuestions)); err != nil {
			return nil, err
		}
	}
	for _, q := range list {
		shown, err := s.desk.show(q, who)
		if err != nil {
			s.Log.Warn("a question can't be shown", "question", q.id, "error", err)
			continue
		}
		if shown.moot {
			if err := s.Store.closeQuestion(q.id); err != nil {
				return nil, err
			}
			continue
		}
		out.Questions = append(out.Questions, shown)
	}
	n, err := s.Store.Left(who, f)
	out.Left, out.Later = n.Left, n.Later
	return out, err
}

func (s *Server) answer(r *http.Request, who Reviewer) (any, error) {
	var in struct {
		ID       string `json:"id"`
		Question string `json:"question"`
		Version  int    `json:"version"`
		Mode     string `json:"mode"`
		Shown    string `json:"shown"`
		Answer   Answer `json:"answer"`
		MS       int64  `json:"ms"`
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	if !slices.Contains([]string{ModeConfirm, ModeKey, ModeCarpet, ModeTable}, in.Mode) {
		return nil, &RequestError{http.StatusBadRequest, "mode is confirm, key, carpet or table"}
	}
	if len(in.ID) > 100 || len(in.Shown) > rawAtMost || in.MS < 0 {
		return nil, &RequestError{http.StatusBadRequest, "id or shown is too long, or ms negative"}
	}
	return s.Store.Answer(r.Context(), who, Submission{in.ID, in.Question, in.Version, in.Mode, in.Shown, in.Answer, in.MS})
}

func (s *Server) undo(r *http.Request, who Reviewer) (any, error) {
	var in struct {
		ID string `json:"id"`
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	receipt, question, err := s.Store.Undo(r.Context(), who, in.ID)
	return struct {
		Receipt
		Question string `json:"question"`
	}{receipt, question}, err
}

func (s *Server) progress(r *http.Request, who Reviewer) (any, error) {
	p, err := s.Store.Progress(who)
	if err != nil {
		return nil, err
	}
	p.Indexing, p.Indexed = s.Index.Running()
	return p, nil
}

// forms lists the forms that a table may be of, or gives one of them.
func (s *Server) forms(r *http.Request, _ Reviewer) (any, error) {
	type check struct {
		Rule   string   `json:"rule"`
		Sum    []string `json:"sum"`
		Equals []string `json:"equals"`
	}
	type form struct {
		ID     string  `json:"id"`
		Title  string  `json:"title"`
		Grid   *Grid   `json:"grid,omitempty"`
		Checks []check `json:"checks,omitempty"`
	}
	id := r.URL.Query().Get("id")
	all := []form{}
	for _, f := range s.Forms {
		switch id {
		case "":
			all = append(all, form{ID: f.ID, Title: f.Title})
		case f.ID:
			out := form{ID: f.ID, Title: f.Title, Grid: FormGrid(f)}
			for _, c := range f.Checks {
				out.Checks = append(out.Checks, check{c.Rule, c.Sum, c.Equals})
			}
			return out, nil
		}
	}
	if id != "" {
		return nil, &RequestError{http.StatusNotFound, "there is no such form"}
	}
	return map[string]any{"forms": all}, nil
}

// table gives the question about the whole table that a question is of, made
// for the one who asks.
func (s *Server) table(r *http.Request, who Reviewer) (any, error) {
	var in struct {
		Question string `json:"question"`
		New      bool   `json:"new"` // of the same page, a table that was not found
	}
	if err := read(r, &in); err != nil {
		return nil, err
	}
	q, err := s.Store.wholeTable(in.Question, in.New)
	if err != nil {
		return nil, err
	}
	return s.desk.show(q, who)
}

func (s *Server) results(r *http.Request, _ Reviewer) (any, error) {
	return map[string]bool{"written": true}, s.Results(r.Context())
}

func (s *Server) crop(w http.ResponseWriter, r *http.Request, _ Reviewer) {
	name, ok := strings.CutSuffix(r.PathValue("name"), ".png")
	if !ok {
		s.reply(w, r, nil, errNoCrop)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), time.Minute)
	defer cancel()
	data, err := s.desk.crop(ctx, s.Cutter, name)
	if err != nil {
		s.reply(w, r, nil, err)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	w.Write(data)
}
