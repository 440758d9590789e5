// Package pdfium reads PDFs with PDFium, which runs as WebAssembly: without any
// file of the system in its sight, and with a bounded memory. It is meant for a
// process of its own, since it takes seconds to start.
//
// It must not know tables, nor what is looked for on a page.
package pdfium

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/internal/report/pdf"
)

// memoryPages bounds the renderer's memory, in pages of 64 kB: 1 GB.
const memoryPages = 1 << 14

// engine is compiled once in a process. What it was compiled to is kept in the
// user's cache folder, if there is one, so that the next process starts at
// once.
var engine = sync.OnceValues(func() (pdfium.Pool, error) {
	config := wazero.NewRuntimeConfig().WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).WithMemoryLimitPages(memoryPages)
	if cache := cacheOf(os.UserCacheDir()); cache != nil {
		config = config.WithCompilationCache(cache)
	}
	return webassembly.Init(webassembly.Config{
		MinIdle: 0, MaxIdle: 1, MaxTotal: 1,
		FSConfig:      wazero.NewFSConfig(), // no folder is mounted
		RuntimeConfig: config,
		Stdout:        io.Discard,
		Stderr:        io.Discard,
	})
})

func cacheOf(dir string, err error) wazero.CompilationCache {
	if err != nil {
		return nil
	}
	cache, err := wazero.NewCompilationCacheWithDir(filepath.Join(dir, "biaoge", "pdfium"))
	if err != nil {
		return nil // a cache is a matter of speed alone
	}
	return cache
}

// Read reads a PDF. A page that can't be read says so; the others are sound.
func Read(ctx context.Context, data []byte, limits pdf.Limits) (*pdf.File, error) {
	limits = limits.WithDefaults()
	pool, err := engine()
	if err != nil {
		return nil, fmt.Errorf("the PDF renderer does not start: %w", err)
	}
	instance, err := pool.GetInstanceWithContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("the PDF renderer does not start: %w", err)
	}
	defer instance.Close()
	opened, err := instance.OpenDocument(&requests.OpenDocument{File: &data})
	if err != nil {
		return nil, explained(err)
	}
	count, err := instance.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: opened.Document})
	if err != nil {
		return nil, explained(err)
	}
	f := &pdf.File{Total: count.PageCount}
	if m, err := instance.FPDF_GetMetaText(&requests.FPDF_GetMetaText{Document: opened.Document, Tag: "Title"}); err == nil {
		f.Title = strings.TrimRight(m.Value, "\x00")
	}
	left := limits.All
	for i := range min(count.PageCount, limits.Pages) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		f.Pages = append(f.Pages, page(instance, opened.Document, i, limits, &left))
	}
	return f, nil
}

// explained says what is wrong with a file, and what to do.
func explained(err error) error {
	switch {
	case errors.Is(err, pdfiumerrors.ErrPassword), errors.Is(err, pdfiumerrors.ErrSecurity):
		return fmt.Errorf("%w; save a copy without it, for example with qpdf --decrypt", content.ErrLocked)
	case errors.Is(err, pdfiumerrors.ErrFormat), errors.Is(err, pdfiumerrors.ErrFile):
		return fmt.Errorf("%w: it is no whole PDF; fetch it again, or repair it with qpdf", content.ErrDamaged)
	}
	return fmt.Errorf("%w: %w; print it to a new PDF", content.ErrDamaged, err)
}

// page reads one page.
func page(instance pdfium.Pdfium, document references.FPDF_DOCUMENT, index int, limits pdf.Limits, left *int) (out pdf.Page) {
	out.Number = index + 1
	defer func() {
		if v := recover(); v != nil {
			out = pdf.Page{Number: index + 1, Err: fmt.Sprint("the renderer failed: ", v)}
		}
	}()
	loaded, err := instance.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: document, Index: index})
	if err != nil {
		out.Err = "the page is damaged: " + err.Error()
		return out
	}
	defer instance.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: loaded.Page})
	r := &reader{instance: instance, page: requests.Page{ByReference: &loaded.Page}, out: &out}
	if err := r.frame(); err != nil {
		out.Err = err.Error()
		return out
	}
	r.objects()
	if err := r.chars(); err != nil {
		out.Err = err.Error()
		return out
	}
	r.pictures(limits, left)
	return out
}
