package clients

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// serviceURL is where the service is that the examples ask.
var serviceURL string

// program is biaoge, built for these tests.
var program string

// python is the one that Debian's packages are for, such as Scrapy.
const python = "/usr/bin/python3"

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "clients")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "biaoge")
	if out, err := exec.Command("go", "build", "-o", program, "../../cmd/biaoge").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s%v\n", out, err)
		return 1
	}
	url, stop, err := serve()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer stop()
	serviceURL = url
	return m.Run()
}

// serve starts a service on a port of its own.
func serve(flags ...string) (url string, stop func(), err error) {
	cmd := exec.Command(program, append([]string{"serve", "--listen", "127.0.0.1:0"}, flags...)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	url, ok := strings.CutPrefix(strings.TrimSpace(line), "listening on ")
	if !ok {
		cmd.Wait()
		return "", nil, fmt.Errorf("%q, %v: %s", line, err, &said)
	}
	return url, func() {
		cmd.Process.Signal(syscall.SIGTERM)
		cmd.Wait()
	}, nil
}

// pictures are those that the pages tell of, by their names there.
func pictures(t *testing.T) map[string][]byte {
	t.Helper()
	all := make(map[string][]byte)
	for name, from := range map[string]string{"11.png": "proactive.png", "22.jpg": "appeals.jpg"} {
		data, err := os.ReadFile("../../testdata/" + from)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = data
	}
	return all
}

// folder has the pictures that the pages tell of.
func folder(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range pictures(t) {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	page := `<html><head><meta charset="utf-8"></head><body><p>二、主动公开政府信息情况</p><img src="11.png"></body></html>`
	if err := os.WriteFile(filepath.Join(dir, "page.html"), []byte(page), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

// output runs a command in a folder and wants a code.
func output(t *testing.T, dir string, code int, env []string, name string, args ...string) (stdout, stderr string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "PYTHONDONTWRITEBYTECODE=1"), env...)
	var so, se bytes.Buffer
	cmd.Stdout, cmd.Stderr = &so, &se
	err := cmd.Run()
	if err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != code {
		t.Fatalf("%s %q: code %d, want %d\n%.2000s\n%.2000s", name, args, got, code, &so, &se)
	}
	return so.String(), se.String()
}

// file is a file of this folder, for commands that run elsewhere.
func file(t *testing.T, name string) string {
	t.Helper()
	abs, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

// Every curl line of the page does what it says.
func TestLinesOfThePageDoWhatTheySay(t *testing.T) {
	text, err := os.ReadFile("../service.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 8 {
		t.Fatalf("%d blocks; the test looks for the wrong thing", len(blocks))
	}
	dir := folder(t)
	for _, b := range blocks {
		lines := strings.ReplaceAll(b[1], "http://127.0.0.1:8642", serviceURL)
		lines = strings.ReplaceAll(lines, "curl -s", "curl -sS --fail-with-body")
		out, _ := output(t, dir, 0, nil, "bash", "-euo", "pipefail", "-c", lines)
		if len(out) < 50 {
			t.Errorf("%s\nprints %q", b[1], out)
		}
	}
	if info, err := os.Stat(filepath.Join(dir, "tables.xlsx")); err != nil || info.Size() < 1000 {
		t.Errorf("the workbook: %v", err)
	}
}

// checkClient holds what a client prints of two pictures against the answer, and
// what it does with one that is none.
func checkClient(t *testing.T, env []string, name string, args ...string) {
	t.Helper()
	dir := folder(t)
	answer, err := Extract(t.Context(), serviceURL, filepath.Join(dir, "11.png"), filepath.Join(dir, "22.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, d := range answer.Documents {
		for _, table := range d.Tables {
			for _, r := range table.Records {
				want = append(want, d.Source.Path+" "+r.Key+" "+r.Raw)
			}
		}
	}
	out, _ := output(t, dir, 0, env, name, append(args, "11.png", "22.jpg")...)
	var got []string
	for line := range strings.Lines(out) {
		var r struct{ Picture, Key, Raw string }
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		got = append(got, r.Picture+" "+r.Key+" "+r.Raw)
	}
	if len(want) == 0 || strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%d records, want %d", len(got), len(want))
	}
	if out, said := output(t, dir, 3, env, name, append(args, "22.jpg", "page.html")...); out == "" || !strings.Contains(said, "page.html: not a picture") {
		t.Errorf("with one that is no picture: %.200s %s", out, said)
	}
	if _, said := output(t, dir, 1, env, name, append(args, "page.html")...); !strings.Contains(said, "biaoge: unsupported: ") {
		t.Errorf("with nothing else: %s", said)
	}
}

func TestPythonClientGetsDocuments(t *testing.T) {
	checkClient(t, nil, python, file(t, "biaoge.py"), "--url", serviceURL)
}

func TestNodeClientGetsDocuments(t *testing.T) {
	checkClient(t, []string{"BIAOGE_URL=" + serviceURL}, "node", file(t, "biaoge.mjs"))
}

// Clients that find the queue full wait as they are told, and get all answers.
func TestClientsWaitAsTheyAreTold(t *testing.T) {
	url, stop, err := serve("--workers", "1", "--queue", "1")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	dir := folder(t)
	const many = `
import sys; sys.path.insert(0, sys.argv[1])
import biaoge
data = open("22.jpg", "rb").read()
reports = [(i, {"22.jpg": data + b"python %d" % i}) for i in range(12)]
for key, answer in biaoge.Client(sys.argv[2], tries=50).extract_many(reports, at_once=6):
    print(key, len(list(biaoge.records(answer))))
`
	out, _ := output(t, dir, 0, nil, python, "-c", many, file(t, "."), url)
	var want strings.Builder
	for i := range 12 {
		fmt.Fprintf(&want, "%d 15\n", i)
	}
	if out != want.String() {
		t.Errorf("Python: %s", out)
	}
	const manyJS = `
const [module, url] = process.argv.slice(-2);
const { Client, records } = await import(module);
const { readFile } = await import("node:fs/promises");
const data = await readFile("22.jpg");
const client = new Client(url, { tries: 50, atOnce: 6 });
const answers = await Promise.all([...Array(12).keys()].map((i) => client.extract([["22.jpg", Buffer.concat([data, Buffer.from("node " + i)])]])));
answers.forEach((answer, i) => console.log(i, [...records(answer)].length));
`
	if out, _ := output(t, dir, 0, nil, "node", "--input-type=module", "-e", manyJS, "--", "file://"+file(t, "biaoge.mjs"), url); out != want.String() {
		t.Errorf("Node: %s", out)
	}
	refused, err := http.Get(url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer refused.Body.Close()
	var b bytes.Buffer
	b.ReadFrom(refused.Body)
	if !strings.Contains(b.String(), `biaoge_requests_total{route="/v1/extract",status="429"}`) {
		t.Error("nobody was refused; the test says nothing")
	}
}

// A token goes with every request.
func TestATokenGoesWithEveryRequest(t *testing.T) {
	dir := folder(t)
	token := filepath.Join(dir, "token")
	url, stop, err := serve("--token-file", token)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	output(t, dir, 0, nil, python, file(t, "biaoge.py"), "--url", url, "--token-file", token, "22.jpg")
	if _, said := output(t, dir, 1, nil, python, file(t, "biaoge.py"), "--url", url, "22.jpg"); !strings.Contains(said, "unauthorized") {
		t.Error(said)
	}
}

// spider crawls one page, for its pictures.
const spider = `
import os, scrapy
class Reports(scrapy.Spider):
    name = "reports"
    start_urls = [os.environ["SITE"] + "/page.html"]
    def parse(self, response):
        yield {"file_urls": [response.urljoin(src) for src in response.css("img::attr(src)").getall()]}
`

// A crawl puts records into its items, by the pipeline and Scrapy itself.
func TestScrapyPutsRecordsIntoItems(t *testing.T) {
	dir := folder(t)
	if err := os.WriteFile(filepath.Join(dir, "spider.py"), []byte(spider), 0o666); err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer site.Close()
	output(t, dir, 0, []string{"PYTHONPATH=" + file(t, "."), "SITE=" + site.URL}, python, "-m", "scrapy", "runspider", "spider.py",
		"-s", "FILES_STORE="+filepath.Join(dir, "store"), "-s", "BIAOGE_URL="+serviceURL,
		"-s", `ITEM_PIPELINES={"scrapy.pipelines.files.FilesPipeline": 1, "biaoge.BiaogePipeline": 300}`,
		"-s", "REQUEST_FINGERPRINTER_IMPLEMENTATION=2.7", "-s", "TWISTED_REACTOR=twisted.internet.asyncioreactor.AsyncioSelectorReactor",
		"-O", "items.jsonl", "-L", "WARNING")
	text, err := os.ReadFile(filepath.Join(dir, "items.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var item struct {
		Records []struct {
			Key    string
			Review bool
		} `json:"biaoge_records"`
		Review   *bool `json:"biaoge_review"`
		Failures []any `json:"biaoge_failures"`
	}
	if err := json.Unmarshal(text, &item); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if len(item.Records) == 0 || item.Review == nil || len(item.Failures) != 0 {
		t.Errorf("%+v", item)
	}
}
