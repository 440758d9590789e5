package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// mainOrFake is the program, but for workers that read pictures where a test asks
// for fake ones:
// they read pictures that say themselves what is on them, and what they do to
// who reads them.
func mainOrFake() {
	if len(os.Args) > 1 && os.Args[1] == workerCommand.name && os.Getenv(fakeWorkers) != "" && !slices.Contains(os.Args, "--reports") {
		memory := int64(0)
		if i := slices.Index(os.Args, "--limit"); i > 0 {
			memory, _ = strconv.ParseInt(os.Args[i+1], 10, 64)
		}
		err := worker.Serve(os.Stdin, os.Stdout, worker.Child{Open: openFake, Kind: kindOf, Memory: memory})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	main()
}

// fakeWorkers is the environment variable with which a test asks for them;
// "missing" makes them lack something.
const fakeWorkers = "BIAOGE_TEST_FAKE"

// fakePause is the environment variable that says how long every picture takes
// beside what it says itself.
const fakePause = "BIAOGE_TEST_PAUSE"

func openFake(worker.Settings) (worker.Extractor, error) {
	switch os.Getenv(fakeWorkers) {
	case "missing":
		return nil, fmt.Errorf("%w: no data for chi_sim; apt-get install tesseract-ocr-chi-sim", biaoge.ErrDependency)
	case "dead":
		os.Exit(9)
	}
	return fakeExtractor{}, nil
}

// A fakePicture is what stands in a fake picture after the first bytes of a PNG.
type fakePicture struct {
	Form   string            `json:"form,omitempty"`
	Values map[string]string `json:"values,omitempty"`
	Review bool              `json:"review,omitempty"`
	Do     string            `json:"do,omitempty"` // crash, hang, eat, leak, panic, damaged, or once:FILE, which crashes until FILE is there
	Millis int               `json:"millis,omitempty"`
	Salt   int               `json:"salt"`
}

const fakeMagic = "\x89PNG\r\n\x1a\n"

func (p fakePicture) bytes() []byte {
	b, err := json.Marshal(p)
	if err != nil {
		panic(err)
	}
	return append([]byte(fakeMagic), b...)
}

type fakeExtractor struct{}

func (fakeExtractor) Close() error { return nil }

func (f fakeExtractor) Probe(ctx context.Context, r io.Reader) (p tables.Probe, err error) {
	docs, err := f.ExtractPages(ctx, "", r)
	if err != nil {
		return p, err
	}
	d := docs[0]
	p = tables.Probe{Tables: len(d.Tables), Forms: []tables.ProbedForm{}, Width: d.Source.Width, Height: d.Source.Height, Pages: 1}
	for i := range d.Tables {
		p.Forms = append(p.Forms, tables.ProbedForm{ID: *d.Tables[i].Form, Confidence: d.Tables[i].FormConfidence})
	}
	return p, nil
}

var leaked [][]byte

func (f fakeExtractor) ExtractSeries(ctx context.Context, pictures ...biaoge.Input) (all [][]*tables.Document, err error) {
	for _, p := range pictures {
		docs, err := f.ExtractPages(ctx, p.Path, p.Reader)
		if err != nil {
			return nil, err
		}
		all = append(all, docs)
	}
	return all, nil
}

func (fakeExtractor) ExtractPages(_ context.Context, path string, r io.Reader) ([]*tables.Document, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, fmt.Errorf("%w; fetch it again", biaoge.ErrEmpty)
	}
	var p fakePicture
	if i := bytes.IndexByte(data, '{'); i < 0 || json.Unmarshal(data[i:], &p) != nil {
		p = fakePicture{} // the picture with which a run tries its workers out
	}
	if f, ok := bytes.CutPrefix([]byte(p.Do), []byte("once:")); ok {
		if _, err := os.Stat(string(f)); err != nil {
			os.WriteFile(string(f), nil, 0o666)
			p.Do = "crash"
		}
	}
	pause, _ := time.ParseDuration(os.Getenv(fakePause))
	time.Sleep(time.Duration(p.Millis)*time.Millisecond + pause)
	switch p.Do {
	case "crash":
		syscall.Kill(os.Getpid(), syscall.SIGSEGV)
		time.Sleep(time.Second)
	case "hang":
		for time.Now().Year() > 2000 { // busily, and where no signal is looked at
		}
	case "eat":
		for i := 0; ; i++ {
			b := make([]byte, 16<<20)
			for j := range b {
				b[j] = byte(i)
			}
			leaked = append(leaked, b)
		}
	case "leak":
		b := make([]byte, 4<<20)
		for j := range b {
			b[j] = 1
		}
		leaked = append(leaked, b)
	case "panic":
		panic("a mistake")
	case "damaged":
		return nil, fmt.Errorf("%w: it ends early", biaoge.ErrDamaged)
	case "internal":
		return nil, errors.New("something went wrong")
	case "chatter":
		fmt.Println("a library prints where it should not")
	}
	sum := sha256.Sum256(data)
	d := &tables.Document{Version: tables.Version, Tables: []tables.Table{}, Warnings: []tables.Warning{},
		Source: tables.Source{Path: path, SHA256: hex.EncodeToString(sum[:]), MediaType: "image/png", Width: 100, Height: 100, Page: 1}}
	if p.Form != "" {
		t := tables.Table{Form: &p.Form, FormConfidence: 1, Rows: len(p.Values), Cols: 1, Cells: []tables.Cell{}, Records: []tables.Record{}, Checks: []tables.Check{}}
		keys := make([]string, 0, len(p.Values))
		for k := range p.Values {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for i, k := range keys {
			rec := tables.Record{Key: k, Labels: []string{"label"}, Raw: p.Values[k], Confidence: 0.999, Reasons: []string{}, Cell: [2]int{i, 0}, Review: p.Review}
			if v, err := strconv.ParseFloat(rec.Raw, 64); err == nil {
				rec.Value = &v
			}
			t.Records = append(t.Records, rec)
			t.Cells = append(t.Cells, tables.Cell{Row: i, RowSpan: 1, ColSpan: 1, Kind: tables.KindValue, Text: rec.Raw, Confidence: rec.Confidence, Review: rec.Review})
		}
		d.Tables = append(d.Tables, t)
	}
	if p.Do == "half" {
		return []*tables.Document{d}, fmt.Errorf("page 2 of 2: %w: it ends early", biaoge.ErrDamaged)
	}
	return []*tables.Document{d}, nil
}
