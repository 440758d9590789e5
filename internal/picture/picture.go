// Package picture turns the bytes of a picture file into pages of grey pixels.
//
// Read takes the bytes, says what they are and how many pages they hold;
// Page decodes one of them:
//
//	f, err := picture.Read(r, picture.Limits{})
//	if err != nil { … }
//	for n := 1; n <= f.Pages; n++ {
//		p, err := f.Page(n)
//		if err != nil { … } // this page only; the others may be sound
//		use(p.Gray)
//	}
//
// Input is not trusted: a format is recognised by content and never by name,
// sizes are checked in the header before a pixel is allocated, and a decoder
// that panics costs the page it was decoding. A picture that ends early is an
// error and never half a page.
//
// It must not know tables or text.
package picture

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
)

// What can be wrong with a file. Every error of this package that is about
// the file's content wraps one of these, and says in words what went wrong
// and what to do about it. An error of the reader is passed on.
var (
	ErrEmpty       = errors.New("the file is empty")
	ErrUnsupported = errors.New("not a picture of a known format")
	ErrDamaged     = errors.New("the picture is damaged")
	ErrTooLarge    = errors.New("the picture is too large")
)

// Limits bound what one file may cost. A zero field means its default.
//
// Pixels is what bounds memory: a page takes 2 to 6 bytes a pixel in most
// formats, while it is decoded, and up to 16 in those of 16-bit colour and in
// progressive JPEG; one that its orientation tag turns takes 4 more, or 8 while
// its colours are asked for.
type Limits struct {
	Bytes  int64 // size of the file; default 100,000,000
	Pixels int64 // width × height of a page; default 100,000,000
	Side   int   // width or height of a page in pixels; default 30,000
	Pages  int   // pages of a TIFF; default 1,000
}

func (l Limits) withDefaults() Limits {
	if l.Bytes <= 0 {
		l.Bytes = 100_000_000
	}
	if l.Pixels <= 0 {
		l.Pixels = 100_000_000
	}
	if l.Side <= 0 {
		l.Side = 30_000
	}
	if l.Pages <= 0 {
		l.Pages = 1_000
	}
	return l
}

// check refuses a page that its header says is too large, or has no pixels.
func (l Limits) check(w, h int) error {
	switch {
	case w <= 0 || h <= 0:
		return fmt.Errorf("%w: its header says %d×%d pixels", ErrDamaged, w, h)
	case w > l.Side || h > l.Side:
		return fmt.Errorf("%w: %d×%d pixels, where a side may have %d; make it smaller or cut it into parts", ErrTooLarge, w, h, l.Side)
	case int64(w)*int64(h) > l.Pixels:
		return fmt.Errorf("%w: %d×%d pixels, where %d million are allowed; make it smaller or cut it into parts", ErrTooLarge, w, h, l.Pixels/1_000_000)
	}
	return nil
}

// A File is a picture file that has been read and recognised but not decoded.
// It is safe for concurrent use.
type File struct {
	MediaType string // by content, such as image/png
	SHA256    string // of all its bytes, in hexadecimal
	Size      int64  // bytes
	Pages     int    // above 1 only in a TIFF of several pages
	Animated  bool   // whether it has more frames than the first, the only one that is read

	data   []byte
	limits Limits
	format *format
	ifds   []uint32 // of a TIFF, where each page's directory is
}

// A Page is one decoded page, turned as its orientation tag asks for.
type Page struct {
	Number      int // from 1
	Width       int // pixels, as a viewer shows it
	Height      int // pixels, likewise
	Orientation int // the EXIF orientation that has been applied: 1 to 8, 1 for none

	// Gray has the luminance of each pixel, transparent parts laid on paper.
	// Its rows are packed (Stride is Width) and start at (0, 0). It is the
	// caller's to change.
	Gray *image.Gray

	// Coloured says whether there is more colour on the page than the noise
	// of a camera or a JPEG: a stamp, a rule, a filled cell.
	Coloured bool

	src pixels // for BGR; nil where the page has no colour
}

// ReadFile is Read of a file, which errors name, with the usual limits.
func ReadFile(name string) (*File, error) {
	r, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f, err := Read(r, Limits{})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return f, nil
}

// Read reads a whole picture file and recognises it. It decodes no pixels: a
// file that Read accepts can still have damaged pages.
func Read(r io.Reader, limits Limits) (*File, error) {
	limits = limits.withDefaults()
	data, err := readAll(r, limits.Bytes)
	if err != nil {
		return nil, err
	}
	if len(data) == 0 {
		return nil, fmt.Errorf("%w; fetch it again", ErrEmpty)
	}
	sum := sha256.Sum256(data)
	f := &File{
		SHA256: hex.EncodeToString(sum[:]),
		Size:   int64(len(data)),
		Pages:  1,
		data:   data,
		limits: limits,
	}
	if f.format, err = recognise(data); err != nil {
		return nil, err
	}
	f.MediaType = f.format.mediaType
	if f.format.inspect != nil {
		if err := f.format.inspect(f); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// readAll reads at most limit bytes, and fails if there are more.
func readAll(r io.Reader, limit int64) ([]byte, error) {
	var buf bytes.Buffer
	// Room for the whole file at once, where its size is known, saves copying
	// it each time the buffer doubles. The size is a hint and may be wrong.
	size := int64(0)
	switch r := r.(type) {
	case *os.File:
		if st, err := r.Stat(); err == nil && st.Mode().IsRegular() {
			size = st.Size()
		}
	case interface{ Len() int }:
		size = int64(r.Len())
	}
	if size > limit {
		return nil, tooManyBytes(limit)
	}
	buf.Grow(int(max(size, 0)) + bytes.MinRead)
	if _, err := buf.ReadFrom(io.LimitReader(r, limit+1)); err != nil {
		return nil, fmt.Errorf("reading the picture: %w", err)
	}
	if int64(buf.Len()) > limit {
		return nil, tooManyBytes(limit)
	}
	return buf.Bytes(), nil
}

func tooManyBytes(limit int64) error {
	return fmt.Errorf("%w: the file has more than %s; save it with fewer pixels or more compression", ErrTooLarge, kilobytes(limit))
}

// Page decodes page n, counted from 1.
func (f *File) Page(n int) (page *Page, err error) {
	if n < 1 || n > f.Pages {
		return nil, fmt.Errorf("picture: page %d of %d", n, f.Pages)
	}
	// Decoders have panicked on crafted files before (CVE-2023-36308), and
	// one bad file must not end a batch.
	defer func() {
		if v := recover(); v != nil {
			page, err = nil, fmt.Errorf("%w: the %s decoder failed on it (%v); save it again with another program", ErrDamaged, f.format.name, v)
		}
	}()
	src, orientation, err := f.format.decode(f, n)
	if err != nil {
		return nil, err
	}
	return newPage(n, src, orientation), nil
}

// newPage lays the pixels out as a viewer would show them.
func newPage(n int, src pixels, orientation int) *Page {
	w, h := src.size()
	p := &Page{Number: n, Orientation: orientation, Gray: image.NewGray(image.Rect(0, 0, w, h))}
	coloured := 0
	for y := range h {
		coloured += src.grey(y, p.Gray.Pix[y*w:(y+1)*w])
	}
	if orientation != 1 {
		p.Gray = grey(upright(p.Gray, orientation))
	}
	p.Width, p.Height = p.Gray.Rect.Dx(), p.Gray.Rect.Dy()
	// One pixel in 5,000 is a rule two pixels high and a fifth of the width
	// of a screenshot; a stamp has ten times as many.
	if coloured > w*h/5000 {
		p.Coloured = true
		p.src = src
	}
	return p
}

// BGR returns the page's colours, three bytes a pixel in the order OpenCV
// likes, rows packed. Each call makes a new slice of 3 × Width × Height bytes.
// A page without colour gives its grey three times.
func (p *Page) BGR() []byte {
	out := make([]byte, 3*p.Width*p.Height)
	if p.src == nil {
		for i, v := range p.Gray.Pix {
			o := out[3*i : 3*i+3 : 3*i+3]
			o[0], o[1], o[2] = v, v, v
		}
		return out
	}
	w, h := p.src.size()
	if p.Orientation == 1 {
		for y := range h {
			p.src.bgr(y, out[3*y*w:3*(y+1)*w])
		}
		return out
	}
	row := make([]byte, 3*w)
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		p.src.bgr(y, row)
		line := m.Pix[y*m.Stride:]
		for x := range w {
			line[4*x], line[4*x+1], line[4*x+2], line[4*x+3] = row[3*x], row[3*x+1], row[3*x+2], 255
		}
	}
	for i, t := 0, upright(m, p.Orientation).Pix; i < len(t)/4; i++ {
		copy(out[3*i:3*i+3], t[4*i:4*i+3])
	}
	return out
}

// kilobytes writes a number of bytes for a person to read.
func kilobytes(n int64) string {
	switch {
	case n < 10_000:
		return fmt.Sprintf("%d bytes", n)
	case n < 10_000_000:
		return fmt.Sprintf("%d kB", n/1000)
	}
	return fmt.Sprintf("%d MB", n/1_000_000)
}
