package server

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// Whatever a request is, it is answered with what is described or with a
// problem, never with a mistake of the program, and nothing is held afterwards.
func FuzzRequest(f *testing.F) {
	body, kind := parts([2]string{"1.png", "a"}, [2]string{"2.png", "b"})
	f.Add("POST", "/v1/extract", "", "", "", "", []byte("a"))
	f.Add("POST", "/v1/extract", "review_below=0.5&lang=eng&name=x", kind, "text/csv", "5", []byte(body))
	f.Add("POST", "/v1/probe", "name=%00", "image/png", "*/*;q=0", "0", []byte("a"))
	f.Add("POST", "/v1/report", "drop_pictures=true", "text/html; charset=gbk", "text/html", "", []byte(`<html><img src="1.png"><table><tr><td>1</table>`))
	f.Add("POST", "/v1/jobs", "of=report", "multipart/form-data; boundary=b", "", "", []byte("--b\r\nContent-Disposition: form-data; name=report; filename=\"a\"\r\n\r\nx\r\n--b--"))
	f.Add("GET", "/v1/jobs/0/result", "wait=1", "", "", "", []byte(nil))
	s := newTest(f, nil)
	h := s.handler()
	f.Fuzz(func(t *testing.T, method, path, query, contentType, accept, timeout string, body []byte) {
		u := url.URL{Path: "/" + strings.TrimPrefix(path, "/"), RawQuery: query}
		r, err := http.NewRequest(method, u.String(), strings.NewReader(string(body)))
		if err != nil {
			return // no request that a server would be asked with
		}
		r.Header.Set("Content-Type", contentType)
		r.Header.Set("Accept", accept)
		r.Header.Set("Request-Timeout", timeout)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code >= 500 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if w.Code >= 400 {
			var p Problem
			if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != w.Code || titles[p.Kind] == "" {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		}
		if location := w.Header().Get("Location"); w.Code == http.StatusAccepted {
			id := strings.TrimPrefix(location, "/v1/jobs/")
			<-s.jobs.find(id).over
			s.forget(id)
		}
		if r.URL.Path == "/v1/jobs/" || w.Code == http.StatusAccepted {
			return // a job's place is given back a moment later
		}
		if q := s.queue.state(); q.bytes != 0 || q.inside != 0 {
			t.Errorf("%s %s: it still holds %+v", method, path, q)
		}
	})
}
