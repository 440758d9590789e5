package server

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/elnormous/contenttype"
	"golang.org/x/text/language"

	"github.com/biaoge/biaoge/export"
	"github.com/biaoge/biaoge/internal/message"
)

// A format is what an answer may be written in.
type format struct {
	media  string
	export string // the name of the format in package export; empty for the service's own JSON
	file   string // what a browser calls it that saves it; empty where it may be shown

	language message.Language // that the caller reads, where it is for people
}

const (
	mediaJSON  = "application/json"
	mediaLines = "application/x-ndjson"
)

// formats are those of extraction, the default first.
var formats = []format{
	{media: mediaJSON},
	{media: mediaLines, export: "jsonl"},
	{media: "text/csv", export: "records-csv", file: "records.csv"},
	{media: "text/html", export: "html", file: "tables.html"},
	{media: "text/markdown", export: "markdown"},
	{media: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", export: "xlsx", file: "tables.xlsx"},
}

// negotiate finds the format that a request accepts.
func negotiate(r *http.Request, among []format) (format, *Problem) {
	accept := onlyWeights(strings.Join(r.Header.Values("Accept"), ","))
	l, problem := languageOf(r)
	if problem != nil {
		return format{}, problem
	}
	if accept == "" {
		return among[0].in(l), nil
	}
	var available []contenttype.MediaType
	for _, f := range among {
		available = append(available, contenttype.NewMediaType(f.media))
	}
	chosen, _, err := contenttype.GetAcceptableMediaTypeFromHeader(accept, available)
	if err == nil {
		for _, f := range among {
			if f.media == chosen.MIME() {
				return f.in(l), nil
			}
		}
	}
	names := make([]string, len(among))
	for i, f := range among {
		names[i] = f.media
	}
	return format{}, newProblem(http.StatusNotAcceptable, kindNotAcceptable, "none of what Accept allows is written here; there are %s", strings.Join(names, ", "))
}

// in is the format for somebody who reads a language.
func (f format) in(l message.Language) format {
	switch f.export {
	case "", "jsonl", "records-csv":
		if f.file != "report.docx" && f.file != "report.mhtml" {
			return f // for programs, which have codes
		}
	}
	f.language = l
	return f
}

// speaks finds the language that is spoken here, the default first.
var speaks = language.NewMatcher([]language.Tag{language.English, language.Chinese})

// languageOf is the language of somebody who sends a request: as its address
// says, or its header.
func languageOf(r *http.Request) (message.Language, *Problem) {
	if v := r.URL.Query().Get("messages"); v != "" {
		l := message.Language(v)
		if !slices.Contains(message.Languages, l) {
			return "", malformed("messages=%s is no language that is spoken here; give zh or en", quoted(v))
		}
		return l, nil
	}
	wanted, _, err := language.ParseAcceptLanguage(strings.Join(r.Header.Values("Accept-Language"), ","))
	if err != nil || len(wanted) == 0 {
		return message.English, nil // as of a header that nobody sent
	}
	_, i, _ := speaks.Match(wanted...)
	return message.Languages[i], nil
}

// onlyWeights leaves of the parameters of Accept the weights: who asks for JSON
// in UTF-8 asks for JSON.
func onlyWeights(accept string) string {
	var out []string
	for clause := range strings.SplitSeq(accept, ",") {
		media, params, _ := strings.Cut(clause, ";")
		if media = strings.TrimSpace(media); media == "" {
			continue
		}
		for p := range strings.SplitSeq(params, ";") {
			if p = strings.TrimSpace(p); len(p) > 1 && strings.EqualFold(p[:2], "q=") {
				media += ";" + p
			}
		}
		out = append(out, media)
	}
	return strings.Join(out, ",")
}

// An outcome is what became of a request that went well.
type outcome interface {
	in(context.Context, format) ([]byte, error)
	of() key               // names it among all outcomes
	failed() int           // how many pictures could not be read
	charset(format) string // of a text
	size() int64           // bytes that it holds
}

// etagOf names an answer: what it depends on, in one format.
func etagOf(k key, f format) string {
	k = keyOf(k[:], []byte(f.media), []byte(f.language))
	return `"` + hex.EncodeToString(k[:16]) + `"`
}

// answer writes an outcome in a format.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, out outcome, f format) {
	body, err := out.in(r.Context(), f)
	switch {
	case r.Context().Err() != nil:
		told(w, newProblem(statusGone, kindGone, "the caller hung up"))
		return
	case err != nil:
		s.fail(w, r, problemOf(err))
		return
	}
	h := w.Header()
	if f.media != mediaJSON {
		h.Set("Biaoge-Failures", strconv.Itoa(out.failed()))
	}
	note(w, slog.Int("failures", out.failed()))
	if f.media == "text/html" {
		h.Set("Content-Security-Policy", "sandbox")
	}
	if f.file != "" {
		h.Set("Content-Disposition", `attachment; filename="`+f.file+`"`)
	}
	media := f.media
	if strings.HasPrefix(media, "text/") {
		media += "; charset=" + out.charset(f)
	}
	h.Set("Vary", "Accept, Accept-Language")
	s.send(w, r, media, etagOf(out.of(), f), body)
}

// send writes an answer that has an ETag, or says that the caller has it.
func (s *Server) send(w http.ResponseWriter, r *http.Request, media, etag string, body []byte) {
	h := w.Header()
	h.Set("ETag", etag)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, no-cache") // ask again, with the ETag
	if (r.Method == http.MethodGet || r.Method == http.MethodHead) && matches(r.Header.Values("If-None-Match"), etag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", media)
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(http.StatusOK)
	w.Write(body)
}

// matches says whether If-None-Match names an ETag; weak ones count, as RFC
// 9110 has it.
func matches(values []string, etag string) bool {
	for _, v := range values {
		for tag := range strings.SplitSeq(v, ",") {
			tag = strings.TrimSpace(tag)
			if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
				return true
			}
		}
	}
	return false
}

func (res *result) of() key               { return res.key }
func (res *result) failed() int           { return len(res.failures) }
func (res *result) charset(format) string { return utf8Charset }

const utf8Charset = "utf-8"

// in writes the result in a format.
func (res *result) in(_ context.Context, f format) ([]byte, error) {
	var b bytes.Buffer
	switch f.export {
	case "":
		b.Grow(int(res.size()))
		b.WriteString(`{"documents":[`)
		for i, l := range res.lines {
			if i > 0 {
				b.WriteByte(',')
			}
			b.Write(l)
		}
		b.WriteString(`],"failures":`)
		failures, err := json.Marshal(res.failures)
		if err != nil {
			return nil, err
		}
		b.Write(failures)
		b.WriteString("}\n")
		return b.Bytes(), nil
	case "jsonl":
		b.Grow(int(res.size()))
		for _, l := range res.lines {
			b.Write(l)
			b.WriteByte('\n')
		}
		return b.Bytes(), nil
	}
	docs, err := res.documents()
	if err != nil {
		return nil, err
	}
	of, err := export.Lookup(f.export)
	if err != nil {
		return nil, err
	}
	// Callers are programs, which a byte order mark would only hinder.
	out := of.NewWriter(&b, export.Options{NoBOM: true, Language: f.language})
	if err := out.Write(docs); err != nil {
		return nil, err
	}
	if err := out.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// writeJSON answers with a value.
func (s *Server) writeJSON(w http.ResponseWriter, r *http.Request, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		s.fail(w, r, problemOf(err))
		return
	}
	h := w.Header()
	h.Set("Content-Type", mediaJSON)
	h.Set("Content-Length", strconv.Itoa(len(body)+1))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
}
