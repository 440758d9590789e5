package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/biaoge/biaoge/internal/apitest"
	"github.com/biaoge/biaoge/internal/digest"
	reports "github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// A fakePool answers with what a test says. Its pictures are texts.
type fakePool struct {
	mu    sync.Mutex
	asked []string // texts, in order of the asking
	fresh int
	do    func(ctx context.Context, r worker.Request, text string) error
}

func (p *fakePool) read(ctx context.Context, r worker.Request, text string) error {
	p.mu.Lock()
	p.asked = append(p.asked, text)
	if r.Fresh {
		p.fresh++
	}
	p.mu.Unlock()
	if r.Begin != nil {
		if err := r.Begin(); err != nil {
			return err
		}
	}
	if p.do == nil {
		return nil
	}
	return p.do(ctx, r, text)
}

func (p *fakePool) Documents(ctx context.Context, r worker.Request, pic worker.Picture) (worker.Documents, error) {
	if err := p.read(ctx, r, string(pic.Data)); err != nil {
		return worker.Documents{}, err
	}
	return p.documents(pic)
}

// documents are one with a table whose caption is the text.
func (p *fakePool) documents(pic worker.Picture) (worker.Documents, error) {
	docs := []*tables.Document{{
		Version: tables.Version, Warnings: []tables.Warning{},
		Source: tables.Source{Path: pic.Name, SHA256: strings.Repeat("0", 64), MediaType: "image/png", Width: 10, Height: 10, Page: 1},
		Tables: []tables.Table{{Caption: string(pic.Data), Rows: 1, Cols: 1, Records: []tables.Record{}, Checks: []tables.Check{},
			Cells: []tables.Cell{{RowSpan: 1, ColSpan: 1, Kind: tables.KindValue, Text: "1", Confidence: 1}}}},
	}}
	data, err := worker.Marshal(docs)
	return worker.Documents{Data: data, Digest: digest.Of(docs)}, err
}

func (p *fakePool) Series(ctx context.Context, r worker.Request, pictures []worker.Picture) (all []worker.Documents, err error) {
	if err := p.read(ctx, r, "series"); err != nil {
		return nil, err
	}
	for _, pic := range pictures {
		d, err := p.documents(pic)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

func (p *fakePool) Probe(ctx context.Context, r worker.Request, data []byte) (tables.Probe, error) {
	return tables.Probe{Tables: 1, Forms: []tables.ProbedForm{}, Width: 10, Height: 10, Pages: 1}, p.read(ctx, r, string(data))
}

func (p *fakePool) Warm(context.Context) error { return nil }
func (p *fakePool) Stats() worker.Stats        { return worker.Stats{Deaths: map[string]int{}} }

func (p *fakePool) count() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.asked)
}

// inProcess takes reports apart without a child.
type inProcess struct{}

func (inProcess) OpenReport(_ context.Context, r worker.Request, s *reports.Sent) (worker.Opened, error) {
	if err := r.Begin(); err != nil {
		return worker.Opened{}, err
	}
	rep, _, err := s.Open(nil)
	if err != nil {
		return worker.Opened{}, &worker.Failure{Kind: "damaged", Message: err.Error()}
	}
	of := rep.Source.Content()
	return worker.Opened{Format: rep.Format, MediaType: of.MediaType, Charset: of.Charset, Pictures: reports.Pictures(rep)}, nil
}

func (inProcess) MakeReport(ctx context.Context, _ worker.Request, s *reports.Sent, readings []reports.Reading, m worker.Making) ([]byte, int, error) {
	rep, _, err := s.Open(nil)
	if err != nil {
		return nil, 0, err
	}
	given := func(context.Context, []reports.File) ([]reports.Reading, error) { return readings, nil }
	doc, err := reports.Read(ctx, rep, given, reports.Options{Forms: tables.EmbeddedForms()})
	if err != nil {
		return nil, 0, err
	}
	made, err := reports.Written(rep, doc, m.Format, reports.Given{Drop: m.Drop, Language: m.Language})
	return made, doc.Failed(), err
}

func (inProcess) Stats() worker.Stats { return worker.Stats{} }

// newTest makes a service of two workers for a pool, or for one that reads
// everything.
func newTest(t testing.TB, p *fakePool, change ...func(*Config)) *Server {
	t.Helper()
	if p == nil {
		p = new(fakePool)
	}
	c := Config{
		Pool: p, Reports: inProcess{}, Workers: 2, Queue: 4, QueueBytes: 1 << 20, MaxBytes: 1 << 16, MaxPictures: 5, Timeout: time.Minute, Drain: time.Second,
		Forms: tables.EmbeddedForms(), Versions: Versions{Program: "test", Document: 1}, Language: func(l string) bool { return l == "eng" },
		Log: slog.New(slog.DiscardHandler),
	}
	for _, f := range change {
		f(&c)
	}
	return New(c)
}

// answerTo sends a request to a service and holds the answer against the description.
func answerTo(t testing.TB, s *Server, r *http.Request) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	s.handler().ServeHTTP(w, r)
	api, err := apitest.Read(OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	if err := api.Check(r, w.Result(), w.Body.Bytes()); err != nil {
		t.Error(err)
	}
	return w
}

func post(path, body string, headers ...string) *http.Request {
	r := httptest.NewRequest("POST", path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// problemIn is the problem that an answer is.
func problemIn(t testing.TB, w *httptest.ResponseRecorder) (p Problem) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("%d %s: %v", w.Code, w.Body, err)
	}
	return p
}

// parts makes a multipart body of pictures by name.
func parts(pictures ...[2]string) (body, contentType string) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for _, p := range pictures {
		w, _ := m.CreateFormFile("picture", p[0])
		io.WriteString(w, p[1])
	}
	m.Close()
	return b.String(), m.FormDataContentType()
}

func TestEachWrongRequestHasItsStatus(t *testing.T) {
	long := strings.Repeat("x", 1<<16+1)
	six, sixType := parts([2]string{"1", "a"}, [2]string{"2", "a"}, [2]string{"3", "a"}, [2]string{"4", "a"}, [2]string{"5", "a"}, [2]string{"6", "a"})
	nameless := "--b\r\nContent-Disposition: form-data; name=\"lang\"\r\n\r\neng\r\n--b--\r\n"
	for _, c := range []struct {
		what   string
		r      *http.Request
		status int
		kind   string
	}{
		{"a picture", post("/v1/extract", "a"), 200, ""},
		{"settings", post("/v1/extract?review_below=0.9&lang=eng&name=x.png", "a"), 200, ""},
		{"no bytes", post("/v1/extract", ""), 400, "empty"},
		{"no parts", post("/v1/extract", "--b--\r\n", "Content-Type", "multipart/form-data; boundary=b"), 400, "empty"},
		{"a part without a file name", post("/v1/extract", nameless, "Content-Type", "multipart/form-data; boundary=b"), 400, kindMalformed},
		{"no boundary", post("/v1/extract", "a", "Content-Type", "multipart/form-data"), 400, kindMalformed},
		{"parts that break off", post("/v1/extract", six[:60], "Content-Type", sixType), 400, kindMalformed},
		{"a body that is no multipart", post("/v1/extract", "GIF89a", "Content-Type", "multipart/form-data; boundary=b"), 400, kindMalformed},
		{"another content type is not believed", post("/v1/extract", "a", "Content-Type", "text/plain"), 200, ""},
		{"too many bytes", post("/v1/extract", long), 413, kindTooLarge},
		{"too many pictures", post("/v1/extract", six, "Content-Type", sixType), 413, kindTooLarge},
		{"too many pictures to probe", post("/v1/probe", six, "Content-Type", sixType), 413, kindTooLarge},
		{"no probability", post("/v1/extract?review_below=2", "a"), 400, kindMalformed},
		{"not a number", post("/v1/extract?review_below=NaN", "a"), 400, kindMalformed},
		{"a language that is not there", post("/v1/extract?lang=deu", "a"), 400, kindMalformed},
		{"a language that is a path", post("/v1/extract?lang=../eng", "a"), 400, kindMalformed},
		{"one of two languages", post("/v1/extract?lang=eng%2Bdeu", "a"), 400, kindMalformed},
		{"a name with control characters", post("/v1/extract?name=a%00b", "a"), 400, kindMalformed},
		{"no time-out", post("/v1/extract", "a", "Request-Timeout", "soon"), 400, kindMalformed},
		{"no such format", post("/v1/extract", "a", "Accept", "image/png"), 406, kindNotAcceptable},
		{"a probe as CSV", post("/v1/probe", "a", "Accept", "text/csv"), 406, kindNotAcceptable},
		{"a probe", post("/v1/probe", "a"), 200, ""},
		{"another method", httptest.NewRequest("PUT", "/v1/extract", nil), 405, kindMethod},
		{"another address", httptest.NewRequest("GET", "/v2/extract", nil), 404, kindNotFound},
		{"a job that is not there", httptest.NewRequest("GET", "/v1/jobs/0123", nil), 404, kindNotFound},
		{"a job of nothing known", post("/v1/jobs?of=poem", "a"), 400, kindMalformed},
		{"forms", httptest.NewRequest("GET", "/v1/forms", nil), 200, ""},
		{"the schema", httptest.NewRequest("GET", "/v1/schema", nil), 200, ""},
		{"the description", httptest.NewRequest("GET", "/openapi.json", nil), 200, ""},
		{"versions", httptest.NewRequest("GET", "/version", nil), 200, ""},
		{"health", httptest.NewRequest("GET", "/healthz", nil), 200, ""},
		{"readiness", httptest.NewRequest("GET", "/readyz", nil), 200, ""},
		{"metrics", httptest.NewRequest("GET", "/metrics", nil), 200, ""},
	} {
		s := newTest(t, nil)
		w := answerTo(t, s, c.r)
		if w.Code != c.status {
			t.Errorf("%s: %d, want %d: %s", c.what, w.Code, c.status, w.Body)
			continue
		}
		if c.kind != "" {
			if p := problemIn(t, w); p.Kind != c.kind || p.Status != c.status || p.RequestID != w.Header().Get("X-Request-Id") {
				t.Errorf("%s: %+v", c.what, p)
			}
		}
		if q := s.queue.state(); q.bytes != 0 || q.inside != 0 || q.waiting != 0 {
			t.Errorf("%s: it still holds %+v", c.what, q)
		}
	}
}

// What a picture or a worker does is an answer with its own status, and nothing
// of the machine is in it.
func TestEachFailureOfAPictureHasItsStatus(t *testing.T) {
	for _, c := range []struct {
		err       error
		status    int
		kind      string
		retryable bool
	}{
		{&worker.Failure{Kind: "empty", Message: "the file is empty"}, 400, "empty", false},
		{&worker.Failure{Kind: "unsupported", Message: "not a picture"}, 415, "unsupported", false},
		{&worker.Failure{Kind: "too_large", Message: "too large"}, 413, "too_large", false},
		{&worker.Failure{Kind: "damaged", Message: "damaged"}, 422, "damaged", false},
		{&worker.Failure{Kind: worker.KindInternal, Message: "panic in /home/x.go"}, 500, "internal", false},
		{&worker.Failure{Kind: worker.KindDependency, Message: "nothing in /usr/share"}, 503, "dependency", true},
		{&worker.Death{Kind: worker.Crash, Msg: "SIGSEGV in /lib"}, 422, "crash", false},
		{&worker.Death{Kind: worker.Memory, Msg: "too much"}, 422, "memory", false},
		{&worker.Death{Kind: worker.Timeout, Msg: "too long"}, 504, "timeout", false},
		{&worker.StartError{Err: &worker.Death{Kind: worker.Start, Msg: "no /bin/biaoge"}}, 503, "no_worker", true},
		{&worker.StartError{Err: &worker.Failure{Kind: worker.KindDependency, Message: "nothing in /usr/share"}}, 503, "dependency", true},
		{fmt.Errorf("broken pipe to /proc/1"), 500, "internal", false},
	} {
		pool := &fakePool{do: func(context.Context, worker.Request, string) error { return c.err }}
		w := answerTo(t, newTest(t, pool), post("/v1/extract", "a"))
		p := problemIn(t, w)
		if w.Code != c.status || p.Kind != c.kind || p.Retryable != c.retryable {
			t.Errorf("%v: %d %+v", c.err, w.Code, p)
		}
		if (w.Header().Get("Retry-After") != "") != (c.status == 503) {
			t.Errorf("%v: Retry-After is %q", c.err, w.Header().Get("Retry-After"))
		}
		if strings.Contains(w.Body.String(), "/") && !strings.Contains(w.Body.String(), `"/v1`) {
			t.Errorf("%v: the answer tells of the machine: %s", c.err, w.Body)
		}
	}
}

// A picture that cost a worker its life is read once more, by a new one.
func TestAPictureThatCostAWorkerIsReadOnceMore(t *testing.T) {
	died := false
	pool := &fakePool{}
	pool.do = func(context.Context, worker.Request, string) error {
		if !died {
			died = true
			return &worker.Death{Kind: worker.Crash, Msg: "SIGSEGV"}
		}
		return nil
	}
	if w := answerTo(t, newTest(t, pool), post("/v1/extract", "a")); w.Code != 200 || pool.fresh != 1 {
		t.Errorf("%d, %d times by a new worker: %s", w.Code, pool.fresh, w.Body)
	}
}

// Of several pictures the one that can't be read stands in failures; if none
// can, that is an error; and what is none of theirs ends the whole.
func TestOfSeveralPicturesThoseThatFailStandInFailures(t *testing.T) {
	pool := &fakePool{do: func(_ context.Context, _ worker.Request, text string) error {
		switch text {
		case "bad":
			return &worker.Failure{Kind: "damaged", Message: "it ends early"}
		case "odd":
			return &worker.Failure{Kind: "unsupported", Message: "a text"}
		case "none":
			return &worker.StartError{Err: &worker.Death{Kind: worker.Start}}
		}
		return nil
	}}
	send := func(accept string, texts ...string) *httptest.ResponseRecorder {
		var pics [][2]string
		for i, text := range texts {
			pics = append(pics, [2]string{fmt.Sprintf("dir/%d.png", i), text})
		}
		body, kind := parts(pics...)
		return answerTo(t, newTest(t, pool), post("/v1/extract", body, "Content-Type", kind, "Accept", accept))
	}
	var got struct {
		Documents []tables.Document
		Failures  []Failure
	}
	w := send("application/json", "a", "bad", "c")
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != 200 {
		t.Fatal(w.Code, w.Body, err)
	}
	if len(got.Documents) != 2 || got.Documents[0].Source.Path != "0.png" || got.Documents[1].Source.Path != "2.png" || got.Documents[1].Tables[0].Caption != "c" {
		t.Errorf("documents: %+v", got.Documents)
	}
	if len(got.Failures) != 1 || got.Failures[0].Name != "1.png" || got.Failures[0].Problem.Status != 422 {
		t.Errorf("failures: %+v", got.Failures)
	}
	if w := send("text/csv", "a", "bad", "odd"); w.Code != 200 || w.Header().Get("Biaoge-Failures") != "2" {
		t.Error(w.Code, w.Header())
	}
	if w := send("", "bad", "bad"); w.Code != 422 || problemIn(t, w).Kind != "damaged" || len(problemIn(t, w).Failures) != 2 {
		t.Error(w.Code, w.Body)
	}
	if w := send("", "bad", "odd"); w.Code != 422 || problemIn(t, w).Kind != kindUnreadable {
		t.Error(w.Code, w.Body)
	}
	if w := send("", "a", "none", "b"); w.Code != 503 {
		t.Error(w.Code, w.Body)
	}
}

// Equal pictures are read once, whether one after the other or at the same time,
// whatever they are called.
func TestEqualPicturesAreReadOnce(t *testing.T) {
	release := make(chan struct{})
	pool := &fakePool{do: func(context.Context, worker.Request, string) error { <-release; return nil }}
	s := newTest(t, pool)
	var wg sync.WaitGroup
	answers := make([]*httptest.ResponseRecorder, 4)
	for i := range answers {
		wg.Go(func() {
			answers[i] = answerTo(t, s, post(fmt.Sprintf("/v1/extract?name=%d.png", i), "a"))
		})
	}
	for s.queue.state().inside < len(answers) {
		time.Sleep(time.Millisecond)
	}
	close(release)
	wg.Wait()
	for i, w := range answers {
		if w.Code != 200 || !strings.Contains(w.Body.String(), fmt.Sprintf(`"path":"%d.png"`, i)) {
			t.Errorf("%d: %s", w.Code, w.Body)
		}
	}
	again := answerTo(t, s, post("/v1/extract?name=0.png", "a"))
	if again.Body.String() != answers[0].Body.String() || again.Header().Get("ETag") != answers[0].Header().Get("ETag") {
		t.Errorf("another answer the second time: %s", again.Body)
	}
	if n := pool.count(); n != 1 {
		t.Errorf("read %d times", n)
	}
	if w := answerTo(t, s, post("/v1/extract?name=0.png&review_below=0.5", "a")); w.Header().Get("ETag") == again.Header().Get("ETag") || pool.count() != 2 {
		t.Error("other settings, the same answer")
	}
}

// A caller who hangs up ends the reading, unless another waits for the same.
func TestACallerWhoHangsUpEndsTheReading(t *testing.T) {
	ended := make(chan error, 1)
	pool := &fakePool{do: func(ctx context.Context, _ worker.Request, _ string) error {
		<-ctx.Done()
		ended <- ctx.Err()
		return ctx.Err()
	}}
	s := newTest(t, pool)
	first, hangUp := context.WithCancel(context.Background())
	second, hangUp2 := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for _, ctx := range []context.Context{first, second} {
		wg.Go(func() { s.handler().ServeHTTP(httptest.NewRecorder(), post("/v1/extract", "a").WithContext(ctx)) })
	}
	waiters := func() (n int) {
		s.flights.mu.Lock()
		defer s.flights.mu.Unlock()
		for _, f := range s.flights.flying {
			n += f.waiters
		}
		return n
	}
	for waiters() < 2 || pool.count() < 1 {
		time.Sleep(time.Millisecond)
	}
	hangUp()
	select {
	case <-ended:
		t.Fatal("it was ended though one still waits")
	case <-time.After(20 * time.Millisecond):
	}
	hangUp2()
	<-ended
	wg.Wait()
	if q := s.queue.state(); q.inside != 0 || q.bytes != 0 {
		t.Errorf("it still holds %+v", q)
	}
}

// Whoever finds no room is told so at once, and when to come again.
func TestQueueIsBounded(t *testing.T) {
	release := make(chan struct{})
	pool := &fakePool{do: func(context.Context, worker.Request, string) error { <-release; return nil }}
	// The fake pool begins with everything at once, so what waits is what is
	// not begun: here nothing, but the workers are busy.
	s := newTest(t, pool, func(c *Config) { c.Queue = 0 })
	var wg sync.WaitGroup
	for i := range 2 {
		wg.Go(func() { answerTo(t, s, post("/v1/extract", fmt.Sprint("picture ", i))) })
	}
	for s.queue.state().reading < 2 {
		time.Sleep(time.Millisecond)
	}
	w := answerTo(t, s, post("/v1/extract", "one more"))
	if p := problemIn(t, w); w.Code != 429 || p.Kind != kindQueueFull || !p.Retryable || w.Header().Get("Retry-After") == "" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	close(release)
	wg.Wait()
	if w := answerTo(t, s, post("/v1/extract", "one more")); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestQueueIsBoundedByBytes(t *testing.T) {
	release := make(chan struct{})
	pool := &fakePool{do: func(context.Context, worker.Request, string) error { <-release; return nil }}
	s := newTest(t, pool, func(c *Config) { c.QueueBytes = 1000 })
	var wg sync.WaitGroup
	wg.Go(func() { answerTo(t, s, post("/v1/extract", strings.Repeat("a", 900))) })
	for s.queue.state().reading < 1 {
		time.Sleep(time.Millisecond)
	}
	if w := answerTo(t, s, post("/v1/extract", strings.Repeat("b", 200))); w.Code != 429 {
		t.Errorf("with a length: %d %s", w.Code, w.Body)
	}
	chunked := post("/v1/extract", strings.Repeat("b", 200))
	chunked.ContentLength = -1
	if w := answerTo(t, s, chunked); w.Code != 429 {
		t.Errorf("without a length: %d %s", w.Code, w.Body)
	}
	close(release)
	wg.Wait()
	if w := answerTo(t, s, post("/v1/extract", strings.Repeat("b", 2000))); w.Code != 200 {
		t.Errorf("alone, more than all: %d %s", w.Code, w.Body)
	}
}

// deadly takes reports apart and dies of it so many times.
type deadly struct {
	inProcess
	kind  string
	times *atomic.Int64
	fresh *atomic.Int64
}

func (d deadly) OpenReport(ctx context.Context, r worker.Request, s *reports.Sent) (worker.Opened, error) {
	if r.Fresh {
		d.fresh.Add(1)
	}
	if d.times.Add(-1) >= 0 {
		return worker.Opened{}, &worker.Death{Kind: d.kind, Msg: "it died in /tmp/secret"}
	}
	return d.inProcess.OpenReport(ctx, r, s)
}

// A report that costs its worker its life is taken apart once more by another,
// and then given up.
func TestAReportThatCostsAWorkerIsTakenApartOnceMore(t *testing.T) {
	for _, c := range []struct {
		kind         string
		times, fresh int64
		want         int
	}{
		{worker.Crash, 1, 1, 200},
		{worker.Crash, 2, 1, 422},
		{worker.Memory, 2, 1, 422},
		{worker.Timeout, 1, 0, 504},
	} {
		d := deadly{kind: c.kind, times: new(atomic.Int64), fresh: new(atomic.Int64)}
		d.times.Store(c.times)
		s := newTest(t, nil, func(c *Config) { c.Reports = d })
		w := answerTo(t, s, post("/v1/report", "<html><table><tr><td>1<td>2<tr><td>3<td>4</table>"))
		if w.Code != c.want || d.fresh.Load() != c.fresh {
			t.Errorf("%d times %s: %d %s, %d by a new worker", c.times, c.kind, w.Code, w.Body, d.fresh.Load())
		}
		if n := s.queue.state(); n.inside != 0 || n.bytes != 0 {
			t.Errorf("%s: left behind: %+v", c.kind, n)
		}
	}
}
