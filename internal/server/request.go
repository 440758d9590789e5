package server

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
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
		if !language.MatchString(v) || !s.installed(v) {
			return out, malformed("lang=%s is not installed here; leave it out, or have the service's keeper install Tesseract's data for it", quoted(v))
		}
		out.Lang = v
	}
	return out, nil
}

// most languages that may be given together: each makes every text slower to read.
var language = regexp.MustCompile(`^[A-Za-z0-9_]{1,32}(\+[A-Za-z0-9_]{1,32}){0,3}$`)

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

// pictures reads the pictures of a request: the body itself, or its parts.
func pictures(r *http.Request, b *body, most int) ([]worker.Picture, *Problem) {
	boundary, parts, p := isMultipart(r)
	if p != nil {
		return nil, p
	}
	if parts {
		return readParts(multipart.NewReader(b, boundary), b, most)
	}
	name, p := nameOf(r.URL.Query())
	if p != nil {
		return nil, p
	}
	data, err := all(b, b.length)
	if err != nil {
		return nil, bodyProblem(err)
	}
	if len(data) == 0 {
		return nil, newProblem(http.StatusBadRequest, "empty", "the body has no bytes; send the picture as the body, or as a part of multipart/form-data")
	}
	return []worker.Picture{{Name: name, Data: data}}, nil
}

// longestName is the longest name of a picture, in bytes, as file systems have it.
const longestName = 1024

func nameOf(q url.Values) (string, *Problem) {
	name := q.Get("name")
	if name == "" {
		return standardName, nil
	}
	if len(name) > longestName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return "", malformed("name=%s is no name of a picture; give one in UTF-8 without control characters, of %d bytes at most", quoted(name), longestName)
	}
	return name, nil
}

// readParts reads the file parts of a body, in order.
func readParts(in *multipart.Reader, b *body, most int) ([]worker.Picture, *Problem) {
	var pics []worker.Picture
	for {
		part, err := in.NextPart()
		switch {
		case err == io.EOF && len(pics) == 0:
			return nil, newProblem(http.StatusBadRequest, "empty", "no part is a picture; each needs a file name, as in curl -F picture=@22.jpg")
		case err == io.EOF:
			// What may follow the last boundary is none of ours, but the
			// caller's hanging up is only seen when all has been read.
			if _, err := io.Copy(io.Discard, b); err != nil {
				return nil, bodyProblem(err)
			}
			return pics, nil
		case err != nil:
			return nil, bodyProblem(err)
		}
		name := part.FileName() // without folders
		if name == "" {
			return nil, malformed("the part %s has no file name, so it is no picture; give each picture one, and settings in the address (?review_below=0.9)", quoted(part.FormName()))
		}
		if len(pics) == most {
			return nil, newProblem(http.StatusRequestEntityTooLarge, kindTooLarge, "there are more than %d pictures; send fewer at a time", most)
		}
		name, p := nameOf(url.Values{"name": {name}})
		if p != nil {
			return nil, p
		}
		data, err := all(part, -1)
		if err != nil {
			return nil, bodyProblem(err)
		}
		pics = append(pics, worker.Picture{Name: name, Data: data})
	}
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
