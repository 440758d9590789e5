package main

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"
)

const servedPage = `<!DOCTYPE html>
<html><head><meta charset="gbk"><title>2021 report</title></head><body>
<h1>Report</h1>
<p><img src="img/11.png"></p>
<p><img src="gone.png"></p>
<table><tr><td>a</td><td>1</td></tr><tr><td>b</td><td>2</td></tr></table>
</body></html>
`

// A report with its pictures beside it gives what biaoge report prints; in its
// own type it comes back with tables in the place of pictures.
func TestServeGivesWhatReportPrints(t *testing.T) {
	s := serveReal(t)
	picture, err := os.ReadFile("../../testdata/proactive.png")
	s.must(err)
	s.put("page.html", []byte(servedPage))
	s.put("img/11.png", picture)
	command := func(args ...string) string {
		cmd := s.command(append([]string{"report"}, args...)...)
		cmd.Dir = s.in
		out, _ := s.run(exitSomeFailed, cmd) // gone.png is not there
		return out
	}
	// Whichever way around the parts are, the one called report is the report.
	body, kind := upload("img/11.png", picture, "page.html", []byte(servedPage))
	body = []byte(strings.Replace(string(body), `name="picture"; filename="page.html"`, `name="report"; filename="page.html"`, 1))
	a := s.post("/v1/report", body, "Content-Type", kind)
	if got, want := decoded(t, a.body), decoded(t, []byte(command("page.html"))); !reflect.DeepEqual(got, want) {
		t.Errorf("the service: %.600s\nbiaoge report: %.600s", a.body, command("page.html"))
	}
	for accept, format := range map[string]string{"text/html": "same", "text/csv": "records-csv", "text/markdown": "markdown", "application/x-ndjson": "jsonl"} {
		a := s.post("/v1/report", body, "Content-Type", kind, "Accept", accept)
		if a.StatusCode != 200 || a.Header.Get("Biaoge-Failures") != "1" {
			t.Errorf("%s: %d %v", accept, a.StatusCode, a.Header)
		}
		if want := command("--format", format, "--no-bom", "page.html"); string(a.body) != want {
			t.Errorf("%s:\n%.600s\nwant\n%.600s", accept, a.body, want)
		}
		if charset := a.Header.Get("Content-Type"); accept == "text/html" && !strings.HasSuffix(charset, "charset=gbk") {
			t.Errorf("a page in GBK comes back as %s", charset)
		}
	}
	dropped := s.post("/v1/report?drop_pictures=true", body, "Content-Type", kind, "Accept", "text/html")
	if strings.Contains(string(dropped.body), "img/11.png") || !strings.Contains(string(dropped.body), "gone.png") {
		t.Errorf("%d %.600s", dropped.StatusCode, dropped.body)
	}
	if a := s.post("/v1/report", body, "Content-Type", kind, "Accept", "multipart/related"); a.StatusCode != 406 {
		t.Errorf("a page as a mail: %d %s", a.StatusCode, a.body)
	}
	job := s.post("/v1/jobs?of=report", body, "Content-Type", kind).Header.Get("Location")
	s.get(job + "?wait=30")
	if a := s.get(job+"/result", "Accept", "text/html"); a.StatusCode != 200 || !strings.Contains(string(a.body), "<table") {
		t.Errorf("as a job: %d %s", a.StatusCode, a.body)
	}
	for what, bad := range map[string]struct {
		data []byte
		want int
	}{
		"nothing that is known": {[]byte("\x00\x01\x02\x03"), 415},
		"an archive cut short":  {[]byte("PK\x03\x04 and no more"), 422},
		"no bytes":              {nil, 400},
	} {
		if a := s.post("/v1/report", bad.data); a.StatusCode != bad.want {
			t.Errorf("%s: %d %s", what, a.StatusCode, a.body)
		}
	}
}

// A PDF is rendered by a child of its own kind.
func TestAPDFIsRenderedByAChildOfItsOwn(t *testing.T) {
	s := serveReal(t)
	data, err := os.ReadFile("../../testdata/report.pdf")
	s.must(err)
	s.put("x.pdf", data)
	cmd := s.command("report", "x.pdf")
	cmd.Dir = s.in
	want, _ := s.run(exitOK, cmd)
	a := s.post("/v1/report?name=x.pdf", data)
	if a.StatusCode != 200 || !reflect.DeepEqual(decoded(t, a.body), decoded(t, []byte(want))) {
		t.Errorf("%d %.600s\nbiaoge report: %.600s", a.StatusCode, a.body, want)
	}
	if a := s.post("/v1/report", data[:400]); a.StatusCode != 422 {
		t.Errorf("half a PDF: %d %s", a.StatusCode, a.body)
	}
}

func decoded(t *testing.T, text []byte) (v any) {
	t.Helper()
	if err := json.Unmarshal(text, &v); err != nil {
		t.Fatalf("%v: %.300s", err, text)
	}
	return v
}
