package biaoge_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/export"
	"github.com/biaoge/biaoge/internal/picture"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/ocr/linenet"
)

func newExtractor(t *testing.T, opts ...biaoge.Option) *biaoge.Extractor {
	t.Helper()
	x, err := biaoge.New(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

func readFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// extractJSON reads a picture and returns its document as it is printed.
func extractJSON(ctx context.Context, x *biaoge.Extractor, data []byte) (string, error) {
	d, err := x.Extract(ctx, bytes.NewReader(data))
	if err != nil {
		return "", err
	}
	line, err := export.JSON(d)
	return string(line), err
}

func TestCloseFreesTheRecognisers(t *testing.T) {
	clients, nets := ocr.LiveClients(), linenet.Live()
	x, err := biaoge.New(biaoge.WithWorkers(2))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := extractJSON(t.Context(), x, readFile(t, "testdata/appeals.jpg")); err != nil {
		t.Error(err)
	}
	if ocr.LiveClients() == clients || linenet.Live() == nets {
		t.Error("nothing is counted")
	}
	for range 2 {
		if err := x.Close(); err != nil {
			t.Error(err)
		}
	}
	if c, n := ocr.LiveClients(), linenet.Live(); c != clients || n != nets {
		t.Errorf("%d Tesseract clients and %d nets are left of %d and %d before", c, n, clients, nets)
	}
	for name, read := range map[string]func() error{
		"Extract": func() error { _, err := x.Extract(t.Context(), openFile(t, "testdata/appeals.jpg")); return err },
		"ExtractPages": func() error {
			_, err := x.ExtractPages(t.Context(), "", openFile(t, "testdata/two-pages.tiff"))
			return err
		},
	} {
		if err := read(); !errors.Is(err, biaoge.ErrClosed) {
			t.Errorf("%s after Close: %v", name, err)
		}
	}
}

func openFile(t *testing.T, name string) io.Reader { return bytes.NewReader(readFile(t, name)) }

// What is missing is said by New, and what had been started is freed.
func TestNewSaysWhatIsMissing(t *testing.T) {
	clients, nets := ocr.LiveClients(), linenet.Live()
	_, err := biaoge.New(biaoge.WithLanguage("tlh"))
	if !errors.Is(err, biaoge.ErrDependency) || !errors.Is(err, ocr.ErrMissing) || !strings.Contains(err.Error(), "tesseract-ocr-tlh") {
		t.Errorf("a language that is not installed: %v", err)
	}
	t.Setenv("TESSDATA_PREFIX", t.TempDir())
	if _, err := biaoge.New(biaoge.WithWorkers(2)); !errors.Is(err, biaoge.ErrDependency) {
		t.Errorf("an empty TESSDATA_PREFIX: %v", err)
	}
	if c, n := ocr.LiveClients(), linenet.Live(); c != clients || n != nets {
		t.Errorf("%d Tesseract clients and %d nets are left of %d and %d before", c, n, clients, nets)
	}
}

// Tesseract starts when it is needed; that it does not start is said in the same
// way as that something is missing.
func TestTesseractThatDoesNotStart(t *testing.T) {
	dir := t.TempDir()
	for _, lang := range []string{"chi_sim", "eng"} {
		path, err := ocr.LanguageFile(lang)
		if err != nil {
			t.Fatal(err)
		}
		data := readFile(t, path)
		const lstm = 4 + 8*17 // where the file says where its network begins
		copy(data[lstm:], bytes.Repeat([]byte{0xff}, 8))
		if err := os.WriteFile(filepath.Join(dir, filepath.Base(path)), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("TESSDATA_PREFIX", dir)
	x := newExtractor(t)
	_, err := extractJSON(t.Context(), x, readFile(t, "testdata/appeals.jpg"))
	if !errors.Is(err, biaoge.ErrDependency) || !strings.Contains(err.Error(), dir) {
		t.Errorf("got %v", err)
	}
}

// More goroutines than workers read different pictures at once; each gets the
// document that it gets alone.
func TestExtractIsSafeForConcurrentUse(t *testing.T) {
	names := []string{"testdata/appeals.jpg", "testdata/proactive-style.png", "testdata/text-only.png"}
	alone := make(map[string]string)
	x := newExtractor(t)
	for _, n := range names {
		doc, err := extractJSON(t.Context(), x, readFile(t, n))
		if err != nil {
			t.Fatal(err)
		}
		alone[n] = doc
	}
	together := newExtractor(t, biaoge.WithWorkers(2))
	var wg sync.WaitGroup
	for g := range 4 {
		data := make(map[string][]byte)
		for _, n := range names {
			data[n] = readFile(t, n)
		}
		wg.Go(func() {
			for i := range names {
				n := names[(g+i)%len(names)]
				doc, err := extractJSON(t.Context(), together, data[n])
				if err != nil {
					t.Errorf("%s: %v", n, err)
				} else if doc != alone[n] {
					t.Errorf("%s read among others is not what it is alone", n)
				}
			}
		})
	}
	wg.Wait()
}

// A countdown is a context that ends when it has been asked a number of times,
// so that every place that asks can be made the one that is told to stop.
type countdown struct {
	context.Context
	left  int
	done  chan struct{}
	ended time.Time
}

func newCountdown(n int) *countdown {
	return &countdown{Context: context.Background(), left: n, done: make(chan struct{})}
}

func (c *countdown) Done() <-chan struct{} { return c.done }

func (c *countdown) Err() error {
	if c.left > 0 {
		c.left--
		return nil
	}
	if c.ended.IsZero() {
		c.ended = time.Now()
		close(c.done)
	}
	return context.Canceled
}

func TestExtractStopsWithItsContext(t *testing.T) {
	x := newExtractor(t)
	data := readFile(t, "testdata/proactive-style.png")
	whole := newCountdown(1 << 30)
	if _, err := x.Extract(whole, bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	asked := 1<<30 - whole.left
	if asked < 6 {
		t.Fatalf("the context was asked only %d times: too seldom to stop within one cell's time", asked)
	}
	for n := 0; n < asked; n += 1 + asked/8 {
		ctx := newCountdown(n)
		doc, err := x.Extract(ctx, bytes.NewReader(data))
		if !errors.Is(err, context.Canceled) || doc != nil {
			t.Errorf("ended at question %d of %d: document %v, error %v", n, asked, doc != nil, err)
		}
		if d := time.Since(ctx.ended); d > time.Second {
			t.Errorf("ended at question %d of %d, it took %v more", n, asked, d)
		}
	}
	// None of that has harmed the reader.
	if _, err := x.Extract(t.Context(), bytes.NewReader(data)); err != nil {
		t.Error(err)
	}
	ended, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	if _, err := x.Extract(ended, bytes.NewReader(data)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("after its deadline: %v", err)
	}
}

// A gate is a context that stops whoever asks it first until it is opened.
type gate struct {
	context.Context
	once    sync.Once
	reached chan struct{}
	open    chan struct{}
}

func (g *gate) Err() error {
	g.once.Do(func() {
		close(g.reached)
		<-g.open
	})
	return nil
}

// While the only worker is at work, others wait for it, for their context and
// for Close; Close waits for the work under way and not for theirs.
func TestCloseWaitsForTheWorkUnderWayOnly(t *testing.T) {
	x := newExtractor(t)
	data := readFile(t, "testdata/appeals.jpg")
	g := &gate{Context: context.Background(), reached: make(chan struct{}), open: make(chan struct{})}
	first, waiting, closed := make(chan error, 1), make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := x.Extract(g, bytes.NewReader(data))
		first <- err
	}()
	<-g.reached

	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := x.Extract(ctx, bytes.NewReader(data)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting past its deadline: %v", err)
	}

	go func() {
		_, err := x.Extract(context.Background(), bytes.NewReader(data))
		waiting <- err
	}()
	go func() { closed <- x.Close() }()
	if err := <-waiting; !errors.Is(err, biaoge.ErrClosed) {
		t.Errorf("waiting for a worker while it closes: %v", err)
	}
	select {
	case <-closed:
		t.Error("Close did not wait for the reading under way")
	default:
	}
	close(g.open)
	if err := <-first; err != nil {
		t.Errorf("the reading under way: %v", err)
	}
	if err := <-closed; err != nil {
		t.Errorf("Close: %v", err)
	}
}

func TestBadInputIsAnErrorThatSaysWhatToDo(t *testing.T) {
	x := newExtractor(t)
	pngFile, jpegFile := readFile(t, "testdata/proactive-style.png"), readFile(t, "testdata/appeals.jpg")
	broken := errors.New("the line is broken")
	for _, c := range []struct {
		name string
		in   io.Reader
		want error
	}{
		{"nothing", strings.NewReader(""), biaoge.ErrEmpty},
		{"a text", strings.NewReader("<html><body>404 Not Found</body></html>"), biaoge.ErrUnsupported},
		{"a PDF", strings.NewReader("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), biaoge.ErrUnsupported},
		{"half a PNG", bytes.NewReader(pngFile[:len(pngFile)/2]), biaoge.ErrDamaged},
		{"half a JPEG", bytes.NewReader(jpegFile[:len(jpegFile)/2]), biaoge.ErrDamaged},
		{"the first bytes of a PNG", bytes.NewReader(pngFile[:10]), biaoge.ErrDamaged},
		{"a PNG of 60,000×60,000", bytes.NewReader(pngHeader(60000, 60000)), biaoge.ErrTooLarge},
		{"a reader that fails", io.MultiReader(bytes.NewReader(pngFile[:100]), iotest.ErrReader(broken)), broken},
	} {
		t.Run(c.name, func(t *testing.T) {
			doc, err := x.Extract(t.Context(), c.in)
			if !errors.Is(err, c.want) || doc != nil {
				t.Errorf("document %v, error %v; want %v", doc != nil, err, c.want)
			}
		})
	}
	// A page that is damaged takes none of those before it with it.
	docs, err := x.ExtractPages(t.Context(), "x.tiff", bytes.NewReader(readFile(t, "cmd/biaoge/testdata/second-page-damaged.tiff")))
	if !errors.Is(err, biaoge.ErrDamaged) || len(docs) != 1 || !strings.Contains(fmt.Sprint(err), "page 2") {
		t.Errorf("of two pages, the second damaged: %d documents, error %v", len(docs), err)
	}
}

// pngHeader is a PNG that promises a size and then ends.
func pngHeader(w, h uint32) []byte {
	chunk := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	chunk = append(binary.BigEndian.AppendUint32(chunk, h), 8, 0, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), chunk...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
}

// A picture without a table, however small, is no error.
func TestAPictureWithoutATableIsNoError(t *testing.T) {
	x := newExtractor(t)
	pictures := map[string][]byte{"text": readFile(t, "testdata/text-only.png")}
	for _, size := range []image.Point{{1, 1}, {1, 400}, {400, 1}, {7, 7}, {300, 300}} {
		var b bytes.Buffer
		if err := png.Encode(&b, image.NewGray(image.Rectangle{Max: size})); err != nil {
			t.Fatal(err)
		}
		pictures[size.String()] = b.Bytes()
	}
	for name, data := range pictures {
		doc, err := x.Extract(t.Context(), bytes.NewReader(data))
		if err != nil || doc == nil || doc.Tables == nil || len(doc.Tables) != 0 {
			t.Errorf("%s: document %+v, error %v", name, doc, err)
		}
	}
}

// pagesOf are the pages of a TIFF as pictures of their own.
func pagesOf(t *testing.T, name string) [][]byte {
	t.Helper()
	f, err := picture.Read(openFile(t, name), picture.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var out [][]byte
	for n := 1; n <= f.Pages; n++ {
		page, err := f.Page(n)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := png.Encode(&b, page.Gray); err != nil {
			t.Fatal(err)
		}
		out = append(out, b.Bytes())
	}
	return out
}

// A form that is cut is one, whether its pages are in one file or in several;
// what stands before and after it changes nothing.
func TestAFormThatIsCutIsOneInOneFileOrInSeveral(t *testing.T) {
	x := newExtractor(t)
	pages := pagesOf(t, "testdata/continued.tiff")
	whole := readFile(t, "testdata/appeals.jpg")
	docs, err := x.ExtractSeries(t.Context(),
		biaoge.Input{Path: "a", Reader: bytes.NewReader(whole)},
		biaoge.Input{Path: "b", Reader: bytes.NewReader(pages[0])}, biaoge.Input{Path: "c", Reader: bytes.NewReader(pages[1])},
		biaoge.Input{Path: "d", Reader: bytes.NewReader(pages[0])}, biaoge.Input{Path: "e", Reader: bytes.NewReader(pages[1])},
		biaoge.Input{Path: "f", Reader: bytes.NewReader(pages[1])},
		biaoge.Input{Path: "g", Reader: bytes.NewReader(whole)})
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	values := 0
	for i, d := range docs {
		if len(d) != 1 || len(d[0].Tables) != 1 {
			t.Fatalf("picture %d: %d documents", i, len(d))
		}
		table := &d[0].Tables[0]
		if p := table.Continues; p != nil {
			parts = append(parts, p.Path+d[0].Source.Path)
		}
		if p := table.ContinuedBy; p != nil && docs[i+1][0].Tables[0].Continues == nil {
			t.Errorf("%s is continued by %s, which does not continue it", d[0].Source.Path, p.Path)
		}
		if warned := len(d[0].Warnings) > 0 && d[0].Warnings[0].Code == "continues"; warned != (table.Continues != nil || table.ContinuedBy != nil) {
			t.Errorf("%s warns of parts: %t", d[0].Source.Path, warned)
		}
		if p := d[0].Source.Path; p == "b" || p == "c" {
			values += len(table.Records)
			if table.Form == nil || table.Review || len(table.Checks) == 0 {
				t.Errorf("%s: form %v, flagged %q, %d checks", p, table.Form != nil, table.Reasons, len(table.Checks))
			}
		}
	}
	if got := strings.Join(parts, " "); got != "bc de" {
		t.Errorf("joined are %s, not bc and de", got)
	}
	if values != 161 {
		t.Errorf("%d values of the form, which has 161", values)
	}
	if table := docs[5][0].Tables[0]; !table.Review {
		t.Error("the rest of a form that stands alone is not flagged")
	}
	alone, err := x.ExtractPages(t.Context(), "b", bytes.NewReader(pages[0]))
	if err != nil {
		t.Fatal(err)
	}
	if rest := docs[5][0]; !x.MayContinue(alone[0], rest) || x.MayContinue(docs[0][0], rest) || x.MayContinue(alone[0], docs[0][0]) {
		t.Error("of pictures read apart it is not told which may go on")
	}
}
