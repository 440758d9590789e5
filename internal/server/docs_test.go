package server

import (
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func servicePage(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/service.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The page lists the metrics that there are, and no others.
func TestDocumentedMetricsAreAllThereAre(t *testing.T) {
	s := newTest(t, nil)
	answerTo(t, s, post("/v1/extract", "a"))
	s.metrics.values.WithLabelValues("form").Inc()
	s.metrics.flagged.WithLabelValues("form").Inc()
	w := httptest.NewRecorder()
	s.handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	served := make(map[string]bool)
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (\S+)`).FindAllStringSubmatch(w.Body.String(), -1) {
		if !strings.HasPrefix(m[1], "biaoge_") {
			t.Errorf("%s does not begin with biaoge_", m[1])
		}
		if !strings.HasPrefix(m[1], "biaoge_go_") && !strings.HasPrefix(m[1], "biaoge_process_") {
			served[m[1]] = true
		}
	}
	told := make(map[string]bool)
	for _, m := range regexp.MustCompile("`(biaoge_[a-z_]*[a-z])(\\{[a-z,]+\\})?`").FindAllStringSubmatch(servicePage(t), -1) {
		told[m[1]] = true
	}
	for name := range served {
		if !told[name] {
			t.Errorf("docs/service.md does not tell of %s", name)
		}
	}
	for name := range told {
		if !served[name] {
			t.Errorf("docs/service.md tells of %s, which is not there", name)
		}
	}
}

// The page lists the kinds of problem by status, and leaves none out.
func TestDocumentedKindsAreAllThereAre(t *testing.T) {
	var told []string
	for _, row := range regexp.MustCompile(`(?m)^\| ([0-9, ]+) \| ([^|]+) \|`).FindAllStringSubmatch(servicePage(t), -1) {
		for _, status := range strings.Split(row[1], ", ") {
			if n, err := strconv.Atoi(status); err != nil || n < 400 {
				t.Errorf("%s is no status of an error", status)
			}
		}
		for _, m := range regexp.MustCompile("`([a-z_]+)`").FindAllStringSubmatch(row[2], -1) {
			told = append(told, m[1])
		}
	}
	for kind := range titles {
		if !slices.Contains(told, kind) {
			t.Errorf("docs/service.md does not tell of the kind %s", kind)
		}
	}
	for _, kind := range told {
		if titles[kind] == "" {
			t.Errorf("docs/service.md tells of the kind %s, which is not there", kind)
		}
	}
}

// The unit tells the service alone to end, lets it compile what renders PDF, and
// gives it more time than it takes for itself.
func TestTheUnitLetsTheServiceEnd(t *testing.T) {
	text, err := os.ReadFile("../../packaging/biaoge.service")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"KillMode=mixed", "Type=notify", "NoNewPrivileges=yes", "ProtectSystem=strict", "DynamicUser=yes", "TimeoutStopSec=45"} {
		if !strings.Contains(string(text), "\n"+want+"\n") {
			t.Errorf("biaoge.service lacks %s", want)
		}
	}
	if regexp.MustCompile(`(?m)^MemoryDenyWriteExecute`).Match(text) {
		t.Error("biaoge.service forbids what renderers in WebAssembly need")
	}
}
