package pictures

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

func TestMain(m *testing.M) {
	if os.Getenv("PICTURES_TEST_WORKER") == "" {
		os.Exit(m.Run())
	}
	if err := worker.Serve(os.Stdin, os.Stdout, worker.Child{Open: func(worker.Settings) (worker.Extractor, error) { return new(touchy), nil }}); err != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// A touchy reader reads one picture, and dies of the next.
type touchy struct{ read int }

func (t *touchy) ExtractPages(_ context.Context, path string, r io.Reader) ([]*tables.Document, error) {
	if t.read++; t.read > 1 {
		os.Exit(3)
	}
	return []*tables.Document{{Source: tables.Source{Path: path, Page: 1}}}, nil
}

func (*touchy) ExtractSeries(context.Context, ...biaoge.Input) ([][]*tables.Document, error) {
	panic("nothing goes on")
}

func (*touchy) Probe(context.Context, io.Reader) (p tables.Probe, err error) { return p, nil }

func (*touchy) Close() error { return nil }

// What kills a child that has read others is read once more by a new one.
func TestWhatKillsAUsedChildIsReadAgain(t *testing.T) {
	pool := worker.NewPool(worker.Options{Workers: 1, Limits: worker.Limits{Time: time.Minute}, Command: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "PICTURES_TEST_WORKER=1")
		return cmd
	}})
	defer pool.Close(t.Context())
	var files []report.File
	for i := range 4 {
		files = append(files, report.File{Name: fmt.Sprint(i), Data: []byte{byte(i)}})
	}
	readings, err := Reader(pool, worker.Request{}, nil)(t.Context(), files)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range readings {
		if r.Err != nil || len(r.Docs) != 1 || r.Docs[0].Source.Path != files[i].Name {
			t.Errorf("picture %d: %v, %v", i, r.Docs, r.Err)
		}
	}
}
