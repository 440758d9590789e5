package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A room is where the commands run: a clone, and a home with nothing in it.
type room struct {
	clone, home string
	env         []string
	site        net.Listener // in the place of the sites that pages name
	state       string       // what the shell of a page keeps between lines
	servers     []*exec.Cmd
	ran, left   int
	failed      int
}

// most is how long a command may take; building from nothing takes longest.
const most = 20 * time.Minute

func newRoom(dir string) (*room, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	r := &room{clone: filepath.Join(dir, "clone"), home: filepath.Join(dir, "home"), state: filepath.Join(dir, "state")}
	if err := os.MkdirAll(r.home, 0o777); err != nil {
		return nil, err
	}
	if err := git("clone", "-q", "--no-local", ".", r.clone); err != nil {
		return nil, err
	}
	r.env = []string{"HOME=" + r.home, "PATH=" + r.clone + "/bin:" + os.Getenv("PATH"), "LC_ALL=C.UTF-8", "EDITOR=true", "OMP_THREAD_LIMIT=1"}
	// What was compiled and fetched before is used, or this would take half an
	// hour more; and the way to the network is the one of this machine.
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOROOT"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			return nil, err
		}
		r.env = append(r.env, name+"="+strings.TrimSpace(string(value)))
	}
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); strings.HasPrefix(name, "SSL_") || strings.HasSuffix(strings.ToLower(name), "_proxy") {
			r.env = append(r.env, e)
		}
	}
	if r.site, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	go http.Serve(r.site, http.FileServer(http.Dir(r.clone)))
	return r, nil
}

func (r *room) close() {
	r.endServers()
	r.site.Close()
}

// furnish puts what the pages tell of where they tell of it. Only a page may rely
// on what its own lines made before.
func (r *room) furnish() error {
	for _, dir := range []string{"out", "out2", "scraped", "flat", "pages", "pictures", "mirror", "图片目录", "结果目录", "given", "my-forms"} {
		if err := os.RemoveAll(filepath.Join(r.clone, dir)); err != nil {
			return err
		}
	}
	os.Remove(r.state)
	picture := map[string]string{"11.png": "proactive.png", "22.jpg": "appeals.jpg"}
	for _, name := range []string{"", "scraped/xian/2023/", "图片目录/xian/", "pictures/xian/", "mirror/a/"} {
		for to, from := range picture {
			if err := r.copy("testdata/"+from, name+to); err != nil {
				return err
			}
		}
	}
	for to, from := range map[string]string{
		"flat/xian-1.png": "testdata/proactive.png", "flat/xian-2.png": "testdata/appeals-not-found.png",
		"2021.html": "testdata/report.html", "proactive.png": "testdata/proactive.png", "requests-2021-lowres.jpg": "testdata/requests-2021-lowres.jpg", "appeals.jpg": "testdata/appeals.jpg",
		"pages/2021.html": "testdata/report.html", "pages/proactive.png": "testdata/proactive.png", "pages/requests-2021-lowres.jpg": "testdata/requests-2021-lowres.jpg", "pages/2020.pdf": "testdata/report.pdf",
	} {
		if err := r.copy(from, to); err != nil {
			return err
		}
	}
	if err := r.known("proactive.png", "appeals.jpg", "requests-2021-lowres.jpg"); err != nil {
		return err
	}
	page := `<html><head><meta charset="utf-8"></head><body><p>二、主动公开政府信息情况</p><img src="11.png"></body></html>`
	if err := os.WriteFile(filepath.Join(r.clone, "page.html"), []byte(page), 0o666); err != nil {
		return err
	}
	word, err := wordReport(r.clone)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(r.clone, "annual.docx"), word, 0o666)
}

// known puts pictures into a folder, and what is printed in them beside it.
func (r *room) known(pictures ...string) error {
	truth, err := os.ReadFile(filepath.Join(r.clone, "testdata/truth.jsonl"))
	if err != nil {
		return err
	}
	var of bytes.Buffer
	for line := range bytes.Lines(truth) {
		var picture struct {
			File string `json:"file"`
		}
		if err := json.Unmarshal(line, &picture); err != nil {
			return err
		}
		if slices.Contains(pictures, picture.File) {
			of.Write(line)
		}
	}
	for _, p := range pictures {
		if err := r.copy("testdata/"+p, "pictures/"+p); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(r.clone, "truth.jsonl"), of.Bytes(), 0o666)
}

func (r *room) copy(from, to string) error {
	data, err := os.ReadFile(filepath.Join(r.clone, from))
	if err == nil {
		err = os.MkdirAll(filepath.Dir(filepath.Join(r.clone, to)), 0o777)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(r.clone, to), data, 0o666)
	}
	return err
}

// line runs one line of a page, and says what became of it.
func (r *room) line(line string) {
	rule := ruleOf(line)
	said := "ok  "
	var err error
	switch {
	case rule.left != "":
		r.left++
		fmt.Printf("left  %s\n      (%s)\n", line, rule.left)
		return
	case rule.server:
		err = r.serve(line)
	default:
		err = r.once(line, rule.codes)
	}
	r.ran++
	if err != nil {
		r.failed++
		said = "FAIL"
	}
	fmt.Printf("%s  %s\n", said, line)
	if err != nil {
		fmt.Printf("      %v\n", err)
	}
}

// shell makes the command of a line. What it names of other machines is here: a
// site, and the machine of the hub.
func (r *room) shell(line string) *exec.Cmd {
	line = strings.NewReplacer("https://example.org", "http://"+r.site.Addr().String(), "10.0.0.1", "127.0.0.1", "curl -s ", "curl -sS --fail-with-body ").Replace(line)
	// Variables that a line sets are there in the next.
	script := fmt.Sprintf("set -o pipefail; [ ! -e %[1]s ] || . %[1]s\n%[2]s\ncode=$?; declare -p JOB GOENV >%[1]s 2>/dev/null; exit $code", r.state, line)
	cmd := exec.Command("bash", "-c", script)
	cmd.Dir, cmd.Env = r.clone, r.env
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	return cmd
}

// once runs a line to its end.
func (r *room) once(line string, codes []int) error {
	cmd := r.shell(line)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return err
	}
	late := time.AfterFunc(most, func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	err := cmd.Wait()
	late.Stop()
	if code := cmd.ProcessState.ExitCode(); err != nil && !slices.Contains(codes, code) {
		text := out.String()
		return fmt.Errorf("%w: %s", err, text[max(0, len(text)-2000):])
	}
	return nil
}

// serve starts what serves, and waits until it says where. It goes on to the end
// of the page.
func (r *room) serve(line string) error {
	if strings.Contains(line, " review ") {
		r.endServers() // one page of a review at a time
	}
	cmd := r.shell("exec " + line)
	out, in := io.Pipe()
	cmd.Stdout, cmd.Stderr = in, in
	if err := cmd.Start(); err != nil {
		return err
	}
	ready := make(chan string, 1)
	go func() {
		var all strings.Builder
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			fmt.Fprintln(&all, lines.Text())
			if said := lines.Text(); strings.Contains(said, "listening on ") || strings.Contains(said, "reading for ") {
				ready <- ""
				break
			}
		}
		if lines.Err() != nil || all.Len() == 0 {
			ready <- "it says nothing"
		}
		io.Copy(io.Discard, out)
	}()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait(); in.Close() }()
	select {
	case said := <-ready:
		r.servers = append(r.servers, cmd)
		if said != "" {
			return errors.New(said)
		}
		return nil
	case err := <-ended:
		return fmt.Errorf("it ended at once: %v", err)
	case <-time.After(30 * time.Second):
		r.servers = append(r.servers, cmd)
		if strings.Contains(line, "biaoge work") {
			return nil // which has nothing to say while all is well
		}
		return errors.New("it does not say where it listens")
	}
}

// endServers ends what serves.
func (r *room) endServers() {
	for _, cmd := range slices.Backward(r.servers) {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGTERM)
		for range 100 {
			if syscall.Kill(-cmd.Process.Pid, 0) != nil {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
	}
	r.servers = nil
}
