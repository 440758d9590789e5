package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
)

// Folders have a picture each.
type folders struct {
	dir   string
	files []string
}

// apart puts each picture into a folder of its own, so that none is taken for the
// rest of another.
func apart(all []pic) folders {
	dir, err := os.MkdirTemp("", "load")
	check(err)
	f := folders{dir: dir}
	for i, p := range all {
		own := filepath.Join(dir, fmt.Sprint(i))
		check(os.Mkdir(own, 0o777))
		name := filepath.Join(own, filepath.Base(p.name))
		check(os.WriteFile(name, p.data, 0o666))
		f.files = append(f.files, name)
	}
	return f
}

// extracted is what biaoge extract prints of each picture alone, as lines.
func extracted(all []pic) [][]byte {
	files := apart(all)
	defer os.RemoveAll(files.dir)
	args := append([]string{"extract", "--format", "jsonl"}, files.files...)
	cmd := exec.Command(*program, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		log.Fatalf("biaoge extract: %v\n%s", err, &said)
	}
	each := make([][]byte, len(all))
	for line := range bytes.Lines(out) {
		m := sourcePath.FindSubmatch(line)
		if m == nil {
			log.Fatalf("no document: %.200s", line)
		}
		var i int
		_, err := fmt.Sscanf(filepath.Base(filepath.Dir(string(m[1]))), "%d", &i)
		check(err)
		each[i] = append(each[i], nameless(line)...)
	}
	return each
}

var (
	sourcePath = regexp.MustCompile(`"path":"([^"]*)"`)
	sha        = regexp.MustCompile(`"sha256":"[0-9a-f]{64}"`)
)

// nameless is a document without what its picture is called.
func nameless(doc []byte) []byte { return sourcePath.ReplaceAll(doc, []byte(`"path":"-"`)) }

// saltless is a document without the hash of its picture, which a few bytes
// behind it change.
func saltless(doc []byte) []byte { return sha.ReplaceAll(doc, []byte(`"sha256":""`)) }

// equal holds the answers to all pictures against what biaoge extract prints.
func equal() {
	all := load()
	want := extracted(all)
	s := start()
	same := 0
	for i, p := range all {
		a := s.send(p.data, fmt.Sprint("equal-", i), "application/x-ndjson")
		switch {
		case a.status != 200:
			verdict(false, "%s: %d %.200s %v", p.name, a.status, a.body, a.err)
		case !bytes.Equal(a.body, want[i]):
			verdict(false, "%s: the answer is not what biaoge extract prints", p.name)
		default:
			same++
		}
	}
	s.end()
	verdict(same == len(all), "%d of %d pictures: the answer is byte for byte what biaoge extract prints", same, len(all))
	end()
}
