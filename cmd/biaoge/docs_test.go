package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/biaoge/biaoge/export"
	"github.com/biaoge/biaoge/internal/cluster"
	"github.com/biaoge/biaoge/internal/evaluate"
	"github.com/biaoge/biaoge/internal/hub"
	"github.com/biaoge/biaoge/internal/message"
	"github.com/biaoge/biaoge/internal/results"
	"github.com/biaoge/biaoge/internal/schematest"
	"github.com/biaoge/biaoge/tables"
)

func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// block is the first fenced block of a language.
func block(t *testing.T, text, language string) string {
	t.Helper()
	_, rest, ok := strings.Cut(text, "```"+language+"\n")
	code, _, ok2 := strings.Cut(rest, "```")
	if !ok || !ok2 {
		t.Fatalf("no block of %s", language)
	}
	return code
}

func TestDocumentedExitCodesAreThoseOfTheProgram(t *testing.T) {
	rows := regexp.MustCompile(`(?m)^\| (\d+) \| `).FindAllStringSubmatch(page(t, "errors.md"), -1)
	if len(rows) != len(exitCodes) {
		t.Fatalf("errors.md has %d codes, the program %d", len(rows), len(exitCodes))
	}
	for i, r := range rows {
		if want := fmt.Sprint(int(exitCodes[i].code)); r[1] != want {
			t.Errorf("errors.md has %s where the program has %s", r[1], want)
		}
	}
}

// The page lists the metrics of a batch over a hub, of a machine that reads and of
// a hub, and no others.
func TestDocumentedMetricsOfAClusterAreAllThereAre(t *testing.T) {
	served := make(map[string]bool)
	for _, register := range [][]func(prometheus.Registerer){
		{new(batchRun).register, new(cluster.Queue).Register}, {new(cluster.Reader).Register}, {new(hub.Hub).Register},
	} {
		registry := prometheus.NewRegistry()
		for _, f := range register {
			f(registry)
		}
		described := make(chan *prometheus.Desc)
		go func() { registry.Describe(described); close(described) }()
		for d := range described {
			served[regexp.MustCompile(`fqName: "([^"]*)"`).FindStringSubmatch(d.String())[1]] = true
		}
	}
	told := make(map[string]bool)
	for _, m := range regexp.MustCompile("`(biaoge_[a-z_]*[a-z])`").FindAllStringSubmatch(page(t, "cluster.md"), -1) {
		told[m[1]] = true
	}
	if len(served) == 0 || !maps.Equal(served, told) {
		t.Errorf("docs/cluster.md tells of %v, served are %v", slices.Sorted(maps.Keys(told)), slices.Sorted(maps.Keys(served)))
	}
}

// What compiles for minutes is silent meanwhile, so that make says first what
// it is doing.
func TestMakeSaysWhatItDoes(t *testing.T) {
	for _, target := range []string{"build", "lint", "unit", "leaks", "fuzz"} {
		out, err := exec.Command("make", "-s", "-n", "-C", "../..", target).CombinedOutput()
		if err != nil {
			t.Fatalf("make %s: %v\n%s", target, err, out)
		}
		said := strings.Index(string(out), `echo "== `)
		if compiles := strings.Index("\n"+string(out), "\ngo "); said < 0 || compiles < said {
			t.Errorf("make %s: nothing is said before it compiles:\n%s", target, out)
		}
	}
}

func TestDocumentedFormIsSound(t *testing.T) {
	if _, err := tables.ReadForm("forms.md", strings.NewReader(block(t, page(t, "forms.md"), "yaml"))); err != nil {
		t.Error(err)
	}
}

func TestDocumentedDocumentIsSound(t *testing.T) {
	doc := block(t, page(t, "output.md"), "json")
	doc = strings.Replace(doc, `"sha256": "…"`, `"sha256": "`+strings.Repeat("0", 64)+`"`, 1)
	schematest.Check(t, []byte(doc))
}

// The record that the READMEs show is the one that the sample beside it gives.
func TestDocumentedRecordIsTheSamples(t *testing.T) {
	golden, err := os.ReadFile("../../testdata/proactive-2019-photo.golden.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc tables.Document
	if err := json.Unmarshal(golden, &doc); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"../README.md", "../README.zh-CN.md"} {
		var shown tables.Record
		if err := json.Unmarshal([]byte(block(t, page(t, name), "json")), &shown); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		shown.Confidence = math.Round(shown.Confidence*100) / 100 // as golden documents have it
		if !slices.ContainsFunc(doc.Tables[0].Records, func(r tables.Record) bool { return reflect.DeepEqual(r, shown) }) {
			t.Errorf("%s shows a record that no sample has: %+v", name, shown)
		}
	}
}

func TestDocumentedFormatsAreThoseOfTheProgram(t *testing.T) {
	text := page(t, "output.md")
	for _, f := range export.Formats {
		var ext []string
		for _, e := range f.Extensions {
			ext = append(ext, "`."+e+"`")
		}
		if row := fmt.Sprintf("| `%s` | %s | ", f.Name, strings.Join(ext, ", ")); !strings.Contains(strings.ReplaceAll(text, "|  |", "| |"), strings.ReplaceAll(row, "|  |", "| |")) {
			t.Errorf("output.md has no row %s", row)
		}
	}
}

// The READMEs list the formats in the order of the program, the default first.
func TestREADMEsListTheFormatsOfTheProgram(t *testing.T) {
	var names []string
	for _, f := range export.Formats {
		names = append(names, "`"+f.Name+"`")
	}
	for name, row := range map[string]string{
		"../README.md":       "| `--format` | " + strings.Join(names, ", ") + "; without it what the name of `-o` says, else " + names[0] + " |",
		"../README.zh-CN.md": "| `--format` | " + strings.Join(names, "、") + "；不写时看 `-o` 的扩展名，再不然就是 " + names[0] + " |",
	} {
		if !strings.Contains(page(t, name), row) {
			t.Errorf("%s has no row %s", name, row)
		}
	}
}

// batch.md has the columns of records.csv in their order.
func TestDocumentedColumnsAreInTheirOrder(t *testing.T) {
	if row := "| `records.csv` | a line for each value: " + strings.Join(results.RecordColumns, ", "); !strings.Contains(page(t, "batch.md"), row) {
		t.Errorf("batch.md has no row %s", row)
	}
}

// Each command that help lists is in the README, in either language.
func TestDocumentedCommandsAreThoseOfHelp(t *testing.T) {
	for _, name := range []string{"../README.md", "../README.zh-CN.md"} {
		text := page(t, name)
		for _, c := range commands {
			if row := regexp.MustCompile("(?m)^\\| [^|]*`" + c.name + "`"); !c.hidden && !row.MatchString(text) {
				t.Errorf("%s has no row for %s", name, c.name)
			}
		}
	}
}

// Each form and flag that the pages show in a command is one the program has.
func TestDocumentedFlags(t *testing.T) {
	known := make(map[string]bool)
	for _, c := range commands {
		call := newCall(c, []string{"--help"}, nil, new(strings.Builder), new(strings.Builder))
		_ = c.run(t.Context(), call) // ends with errHelp
		for _, m := range regexp.MustCompile(`(?m)^  (--?[a-z-]+)`).FindAllStringSubmatch(call.stdout.(*strings.Builder).String(), -1) {
			known[m[1]] = true
		}
	}
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	ofDocker := []string{"--build-arg", "--cpus", "--restart", "--user"}
	for _, name := range pages {
		for _, m := range regexp.MustCompile("`(--?[a-z][a-z-]*)").FindAllStringSubmatch(page(t, filepath.Base(name)), -1) {
			if docker := filepath.Base(name) == "docker.md" && slices.Contains(ofDocker, m[1]); !docker && !known[m[1]] {
				t.Errorf("%s tells of %s, which no command has", filepath.Base(name), m[1])
			}
		}
	}
}

// What every command says of itself is there in Chinese.
func TestHelpIsThereInChinese(t *testing.T) {
	said := func(where, text string) {
		if text = strings.TrimSpace(text); text != "" && !message.Known(text) {
			t.Errorf("%s: internal/message/zh.po has no Chinese for %q", where, text)
		}
	}
	for _, c := range commands {
		if c.hidden {
			continue
		}
		said(c.name, c.summary)
		said(c.name, c.help)
		call := newCall(c, []string{"--help"}, nil, new(strings.Builder), new(strings.Builder))
		_ = c.run(t.Context(), call) // ends with errHelp
		for _, f := range call.allFlags() {
			said(c.name+" --"+f.Name, f.Usage)
		}
	}
	for _, e := range exitCodes {
		said("exit code", e.meaning)
	}
}

// Every code of the catalogue is in the pages.
func TestDocumentedCausesAreAllOfTheCatalogue(t *testing.T) {
	text := page(t, "output.md") + page(t, "errors.md")
	for _, code := range message.Codes() {
		if !strings.Contains(text, "`"+code+"`") {
			t.Errorf("output.md does not tell of %s", code)
		}
	}
}

// Every error that the library gives by name is in the pages.
func TestDocumentedErrorsAreAllOfTheLibrary(t *testing.T) {
	text := page(t, "errors.md")
	src, err := os.ReadFile("../../biaoge.go")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`(?m)^\t(Err\w+) += `).FindAllStringSubmatch(string(src), -1)
	if len(names) == 0 {
		t.Error("no error found in the sources; the test looks in the wrong place")
	}
	for _, m := range names {
		if !strings.Contains(text, "`biaoge."+m[1]+"`") {
			t.Errorf("errors.md does not tell of %s", m[1])
		}
	}
}

// The line of a truth file that evaluate.md shows is one, and has no field that
// biaoge evaluate does not know.
func TestDocumentedTruthIsSound(t *testing.T) {
	shown := block(t, page(t, "evaluate.md"), "json")
	d := json.NewDecoder(strings.NewReader(shown))
	d.DisallowUnknownFields()
	var picture evaluate.Picture
	if err := d.Decode(&picture); err != nil {
		t.Fatal(err)
	}
	if picture.File == "" || len(picture.Tables) == 0 || len(picture.Tables[0].Cells) == 0 {
		t.Errorf("evaluate.md shows a line without a picture, a table or a cell: %+v", picture)
	}
}
