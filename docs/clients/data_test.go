package clients

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// analysts is the Python with the packages that data.md tells of; make test-deps
// installs them.
const analysts = "../../out/venv/bin/python"

// Every block of the page does what it says, in the order of the page.
func TestBlocksOfTheDataPageDoWhatTheySay(t *testing.T) {
	text, err := os.ReadFile("../data.md")
	if err != nil {
		t.Fatal(err)
	}
	python := file(t, analysts)
	if _, err := os.Stat(python); err != nil {
		t.Fatalf("%v; run make test-deps", err)
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "pictures/xian"), 0o777); err != nil {
		t.Fatal(err)
	}
	for name, data := range pictures(t) {
		if err := os.WriteFile(filepath.Join(dir, "pictures/xian", name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	env := []string{"PATH=" + filepath.Dir(program) + ":" + os.Getenv("PATH"), "HOME=" + dir, "LC_ALL=C.UTF-8"}
	want := map[string]int{ // what the blocks print, of both pictures
		"25 values, ": 1, "xian    71.0": 1, "appeals.litigation.after_reconsideration.total        71": 1,
		"│ 71      │   71.0 │": 1, "│ gov-disclosure/appeals@2019   │    15 │": 1, "4875.6324 │": 1,
		"['records', 'checks', '11', '22']": 1, "path,page,table,form,key,labels,raw,value,unit,confidence,review,reasons,codes": 1,
	}
	var all strings.Builder
	for _, b := range regexp.MustCompile("(?s)```(sh|python)\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		if b[1] == "python" {
			out, _ := output(t, dir, 0, env, python, "-c", b[2])
			all.WriteString(out)
			continue
		}
		for line := range strings.Lines(b[2]) {
			code := 0
			if strings.Contains(line, "its code is 6") {
				code = 6
			}
			out, _ := output(t, dir, code, env, "bash", "-euo", "pipefail", "-c", line)
			all.WriteString(out)
		}
	}
	for text, n := range want {
		if got := strings.Count(all.String(), text); got != n {
			t.Errorf("%q is printed %d times, want %d, in\n%s", text, got, n, all.String())
		}
	}
}
