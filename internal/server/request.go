package server

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/biaoge/biaoge/internal/worker"
)

// An ask is what a request wants: pictures read with some settings.
type ask struct {
	pictures []worker.Picture
	settings worker.Settings
	patience time.Duration // how long the request waits to be begun; 0 for as long as it takes

	paths        []string // of the pictures, as their senders call them, with folders
	charset      string   // of a report, as its header says; empty where none does
	dropPictures bool     // give a report back without the pictures that tables stand for
}

// standardName is what documents call a picture without a name, as biaoge
// extract calls standard input.
const standardName = "-"

// settingsOf are the settings that a request's address gives.
func (s *Server) settingsOf(q url.Values) (worker.Settings, *Problem) {
	var out worker.Settings
	if v := q.Get("review_below"); v != "" {
		p, err := strconv.ParseFloat(v, 64)
		if err != nil || !(p >= 0 && p <= 1) {
			return out, malformed("review_below=%s is no probability; give a number between 0 and 1", quoted(v))
		}
		out.ReviewBelow = p
	}
	if v := q.Get("lang"); v != "" {
		// Language names become names of files: nothing but letters, digits
		// and _ may stand in them.
		if !tesseracts.MatchString(v) || !s.installed(v) {
			return out, malformed("lang=%s is not installed here; leave it out, or have the service's keeper install Tesseract's data for it", quoted(v))
		}
		out.Lang = v
	}
	return out, nil
}

// tesseracts is what may stand in lang: four names at most, since each makes every
// text slower to read.
var tesseracts = regexp.MustCompile(`^[A-Za-z0-9_]{1,32}(\+[A-Za-z0-9_]{1,32}){0,3}$`)

func (s *Server) installed(langs string) bool {
	return !slices.ContainsFunc(strings.Split(langs, "+"), func(l string) bool { return !s.Language(l) })
}

// quoted shortens what a caller sent, so that an answer never grows with it.
func quoted(s string) string {
	const most = 40
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strconv.QuoteToASCII(s)
}

// patienceOf is how long a request waits to be begun.
func (s *Server) patienceOf(r *http.Request) (time.Duration, *Problem) {
	v := r.Header.Get("Request-Timeout")
	if v == "" {
		return s.Timeout, nil
	}
	n, err := strconv.ParseFloat(v, 64)
	if err != nil || !(n > 0) {
		return 0, malformed("Request-Timeout: %s is no number of seconds; give one above 0", quoted(v))
	}
	d := time.Duration(min(n, 1e6) * float64(time.Second))
	if s.Timeout > 0 {
		d = min(d, s.Timeout)
	}
	return d, nil
}

// isMultipart says whether a request brings parts. No other content type is
// believed: what a picture is, its content tells.
func isMultipart(r *http.Request) (boundary string, ok bool, p *Problem) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if !strings.EqualFold(kind, "multipart/form-data") {
		return "", false, nil
	}
	if err != nil || params["boundary"] == "" {
		return "", true, malformed("the Content-Type multipart/form-data has no boundary; let the library that makes the body set it")
	}
	return params["boundary"], true, nil
}

// take reads the pictures of a request: the body itself, or its parts.
func (a *ask) take(r *http.Request, b *body, most int) *Problem {
	boundary, parts, p := isMultipart(r)
	if p != nil {
		return p
	}
	if parts {
		return a.takeParts(multipart.NewReader(b, boundary), b, most)
	}
	name, p := nameOf(r.URL.Query().Get("name"))
	if p != nil {
		return p
	}
	data, err := all(b, b.length)
	if err != nil {
		return bodyProblem(err)
	}
	if len(data) == 0 {
		return newProblem(http.StatusBadRequest, "empty", "the body has no bytes; send the picture as the body, or as a part of multipart/form-data")
	}
	a.add(name, "", data)
	a.charset = charsetOf(r.Header.Get("Content-Type"))
	return nil
}

func (a *ask) add(name, path string, data []byte) {
	a.pictures = append(a.pictures, worker.Picture{Name: name, Data: data})
	a.paths = append(a.paths, path)
}

// charsetOf is what a Content-Type says of a text.
func charsetOf(contentType string) string {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return ""
	}
	return params["charset"]
}

// longestName is the longest name of a picture, in bytes, as file systems have it.
const longestName = 1024

func nameOf(name string) (string, *Problem) {
	if name == "" {
		return standardName, nil
	}
	if len(name) > longestName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return "", malformed("name=%s is no name of a picture; give one in UTF-8 without control characters, of %d bytes at most", quoted(name), longestName)
	}
	return name, nil
}

// reportPart is the name of the part that is a report, where it is not the
// first one.
const reportPart = "report"

// takeParts reads the file parts of a body, in order.
func (a *ask) takeParts(in *multipart.Reader, b *body, most int) *Problem {
	for {
		part, err := in.NextPart()
		switch {
		case err == io.EOF && len(a.pictures) == 0:
			return newProblem(http.StatusBadRequest, "empty", "no part is a picture; each needs a file name, as in curl -F picture=@22.jpg")
		case err == io.EOF:
			// What may follow the last boundary is none of ours, but the
			// caller's hanging up is only seen when all has been read.
			if _, err := io.Copy(io.Discard, b); err != nil {
				return bodyProblem(err)
			}
			return nil
		case err != nil:
			return bodyProblem(err)
		case part.FileName() == "":
			return malformed("the part %s has no file name, so it is no picture; give each picture one, and settings in the address (?review_below=0.9)", quoted(part.FormName()))
		case len(a.pictures) == most:
			return newProblem(http.StatusRequestEntityTooLarge, kindTooLarge, "there are more than %d files; send fewer at a time", most)
		}
		if p := a.takePart(part); p != nil {
			return p
		}
	}
}

func (a *ask) takePart(part *multipart.Part) *Problem {
	name, p := nameOf(part.FileName()) // without folders
	if p != nil {
		return p
	}
	data, err := all(part, -1)
	if err != nil {
		return bodyProblem(err)
	}
	_, params, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	a.add(name, path.Clean(strings.ReplaceAll(params["filename"], `\`, "/")), data)
	last := len(a.pictures) - 1
	if part.FormName() == reportPart && last > 0 {
		a.pictures[0], a.pictures[last] = a.pictures[last], a.pictures[0]
		a.paths[0], a.paths[last] = a.paths[last], a.paths[0]
	}
	if last == 0 || part.FormName() == reportPart {
		a.charset = charsetOf(part.Header.Get("Content-Type"))
	}
	return nil
}

// errGone is what has become of a caller that hung up.
var errGone = errors.New("the caller has gone")

// bodyProblem is what an error in reading a body means to its sender.
func bodyProblem(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	return malformed("the body can't be read to its end (%s); send it again, whole", bodyFault(err)).because(errGone)
}

// bodyFault says what is wrong with a body, without what a network error tells
// of addresses.
func bodyFault(err error) string {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "it ends early"
	case strings.HasPrefix(err.Error(), "multipart:"), strings.HasPrefix(err.Error(), "mime:"):
		return "it is no multipart/form-data of the boundary that the header tells"
	case strings.HasPrefix(err.Error(), "http:"), strings.Contains(err.Error(), "chunk"):
		return "its chunks make no sense"
	}
	return "the connection failed"
}
