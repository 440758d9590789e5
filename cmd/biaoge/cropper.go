package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// cropper makes the command line of a child that decodes pictures and reads
// nothing.
func cropper(limits worker.Limits) func() *exec.Cmd {
	exe, err := os.Executable()
	if err != nil {
		exe = os.Args[0]
	}
	return func() *exec.Cmd {
		cmd := exec.Command(exe, workerCommand.name, "--crops", "--limit", fmt.Sprint(limits.Memory))
		cmd.Args[0] = os.Args[0]
		cmd.Env = append(os.Environ(), "GOMAXPROCS=2")
		return cmd
	}
}

// A noReader is what such a child has instead of an extractor: it needs no
// recognisers.
type noReader struct{}

var errNoReader = errors.New("this worker does not read")

func (noReader) ExtractPages(context.Context, string, io.Reader) ([]*tables.Document, error) {
	return nil, errNoReader
}

func (noReader) ExtractSeries(context.Context, ...biaoge.Input) ([][]*tables.Document, error) {
	return nil, errNoReader
}

func (noReader) Probe(context.Context, io.Reader) (tables.Probe, error) {
	return tables.Probe{}, errNoReader
}

func (noReader) Close() error { return nil }
