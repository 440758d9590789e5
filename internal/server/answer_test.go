package server

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/internal/report/docx"
)

func TestTheFormatIsTheOneThatIsAccepted(t *testing.T) {
	for accept, want := range map[string]string{
		"":                                mediaJSON,
		"*/*":                             mediaJSON,
		"application/*":                   mediaJSON,
		"application/json; charset=utf-8": mediaJSON,
		"text/csv":                        "text/csv",
		"text/csv; charset=utf-8":         "text/csv",
		"TEXT/HTML":                       "text/html",
		"image/png, text/markdown;q=0.5":  "text/markdown",
		"text/csv;q=0.1, text/html":       "text/html",
		"text/html, application/xhtml+xml, */*;q=0.8": "text/html",
		"application/x-ndjson":                        mediaLines,
		"application/json;q=0":                        "",
		"image/png":                                   "",
		"nonsense":                                    "",
	} {
		r := httptest.NewRequest("POST", "/v1/extract", nil)
		r.Header.Set("Accept", accept)
		f, p := negotiate(r, formats)
		if f.media != want || (p == nil) != (want != "") {
			t.Errorf("Accept: %s gives %q, want %q (%v)", accept, f.media, want, p)
		}
	}
}

// Each format is what the description says, and says what can't stand in it.
func TestEachFormatIsWhatTheDescriptionSays(t *testing.T) {
	s := newTest(t, nil)
	tags := make(map[string]string)
	for _, f := range formats {
		w := answerTo(t, s, post("/v1/extract", "a", "Accept", f.media))
		h := w.Header()
		if w.Code != 200 || !strings.HasPrefix(h.Get("Content-Type"), f.media) || w.Body.Len() == 0 || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %d %v", f.media, w.Code, h)
		}
		if other := tags[h.Get("ETag")]; other != "" {
			t.Errorf("%s and %s have the same ETag", other, f.media)
		}
		tags[h.Get("ETag")] = f.media
		if (h.Get("Biaoge-Failures") == "0") != (f.media != mediaJSON) {
			t.Errorf("%s: Biaoge-Failures is %q", f.media, h.Get("Biaoge-Failures"))
		}
		if f.media == "text/html" && (h.Get("Content-Security-Policy") != "sandbox" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment")) {
			t.Errorf("HTML that a browser would run: %v", h)
		}
	}
}

// What a caller has is not sent again.
func TestWhatACallerHasIsNotSentAgain(t *testing.T) {
	s := newTest(t, nil)
	for _, path := range []string{"/v1/forms", "/v1/schema", "/openapi.json", "/version", jobOf(t, s, "a") + "/result"} {
		w := answerTo(t, s, httptest.NewRequest("GET", path, nil))
		tag := w.Header().Get("ETag")
		if w.Code != 200 || tag == "" {
			t.Errorf("%s: %d, ETag %q", path, w.Code, tag)
		}
		for _, has := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			r := httptest.NewRequest("GET", path, nil)
			r.Header.Set("If-None-Match", has)
			if w := answerTo(t, s, r); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
				t.Errorf("%s with If-None-Match %s: %d", path, has, w.Code)
			}
		}
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("If-None-Match", `"other"`)
		if w := answerTo(t, s, r); w.Code != 200 {
			t.Errorf("%s with another tag: %d", path, w.Code)
		}
	}
}

// jobOf makes a job of a picture, waits for its end, and returns its address.
func jobOf(t testing.TB, s *Server, text string) string {
	t.Helper()
	w := answerTo(t, s, post("/v1/jobs", text))
	if w.Code != http.StatusAccepted {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	path := w.Header().Get("Location")
	<-s.jobs.find(strings.TrimPrefix(path, "/v1/jobs/")).over
	time.Sleep(time.Millisecond)
	return path
}

// What people read comes in their language, what programs read does not.
func TestWhatPeopleReadComesInTheirLanguage(t *testing.T) {
	for _, c := range []struct {
		accept, speaks, query string
		want                  message.Language
		status                int
	}{
		{"text/html", "", "", message.English, 0},
		{"text/html", "zh-CN,zh;q=0.9,en;q=0.8", "", message.Chinese, 0},
		{"text/html", "en-GB,zh;q=0.5", "", message.English, 0},
		{"text/html", "zh-Hant-TW", "", message.Chinese, 0},
		{"text/html", "de, *", "", message.English, 0},
		{"text/html", ";;=", "", message.English, 0},
		{"text/html", "zh", "en", message.English, 0},
		{"text/markdown", "en", "zh", message.Chinese, 0},
		{docx.MediaType, "zh", "", message.Chinese, 0},
		{mediaJSON, "zh", "zh", "", 0},
		{"text/csv", "zh", "", "", 0},
		{"text/html", "", "fr", "", http.StatusBadRequest},
	} {
		r := httptest.NewRequest(http.MethodPost, "/v1/report?messages="+c.query, nil)
		r.Header.Set("Accept", c.accept)
		r.Header.Set("Accept-Language", c.speaks)
		f, p := negotiate(r, reportFormats)
		switch {
		case c.status != 0:
			if p == nil || p.Status != c.status {
				t.Errorf("%+v: %v", c, p)
			}
		case p != nil || f.language != c.want || f.media != c.accept:
			t.Errorf("%+v: %+v, %v", c, f, p)
		}
	}
	k := keyOf([]byte("x"))
	if etagOf(k, format{media: "text/html", language: message.English}) == etagOf(k, format{media: "text/html", language: message.Chinese}) {
		t.Error("two languages have one ETag")
	}
}
