package picture

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"
)

// fixture reads a file of testdata.
func fixture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// page decodes the first page of a picture that has to be sound.
func page(t testing.TB, data []byte) *Page {
	t.Helper()
	p, err := decode(data, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// decode decodes all pages and returns the first.
func decode(data []byte, limits Limits) (first *Page, err error) {
	f, err := Read(bytes.NewReader(data), limits)
	if err != nil {
		return nil, err
	}
	for n := 1; n <= f.Pages; n++ {
		p, err := f.Page(n)
		if err != nil {
			return nil, err
		}
		if first == nil {
			first = p
		}
	}
	return first, nil
}

// difference is the mean difference of two rows of bytes.
func difference(a, b []byte) float64 {
	if len(a) != len(b) {
		return 255
	}
	sum := 0
	for i := range a {
		sum += max(int(a[i])-int(b[i]), int(b[i])-int(a[i]))
	}
	return float64(sum) / float64(max(1, len(a)))
}

// reference is the picture that testdata/make.py writes in many formats, as
// image/png decodes it and image/color converts it.
func reference(t testing.TB) (w, h int, grey, bgr []byte) {
	t.Helper()
	m, err := png.Decode(bytes.NewReader(fixture(t, "card.png")))
	if err != nil {
		t.Fatal(err)
	}
	w, h = m.Bounds().Dx(), m.Bounds().Dy()
	for y := range h {
		for x := range w {
			c := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
			grey = append(grey, color.GrayModel.Convert(c).(color.Gray).Y)
			bgr = append(bgr, c.B, c.G, c.R)
		}
	}
	return w, h, grey, bgr
}

func TestEveryFormatIsDecoded(t *testing.T) {
	w, h, wantGrey, wantBGR := reference(t)
	bilevel := page(t, fixture(t, "bilevel.png")).Gray.Pix
	const exact, lossy = 0, 2.5 // mean difference
	for _, c := range []struct {
		name, mediaType string
		orientation     int
		want            []byte // grey
		tolerance       float64
		coloured        bool
	}{
		{"card.png", "image/png", 1, wantGrey, exact, true},
		{"palette.png", "image/png", 1, wantGrey, 0.01, true},
		{"alpha.png", "image/png", 1, wantGrey, 0.01, true},
		{"grey.png", "image/png", 1, wantGrey, exact, false},
		{"orientation-6.png", "image/png", 6, wantGrey, exact, true},
		{"orientation-1.jpg", "image/jpeg", 1, wantGrey, lossy, true},
		{"orientation-2.jpg", "image/jpeg", 2, wantGrey, lossy, true},
		{"orientation-3.jpg", "image/jpeg", 3, wantGrey, lossy, true},
		{"orientation-4.jpg", "image/jpeg", 4, wantGrey, lossy, true},
		{"orientation-5.jpg", "image/jpeg", 5, wantGrey, lossy, true},
		{"orientation-6.jpg", "image/jpeg", 6, wantGrey, lossy, true},
		{"orientation-7.jpg", "image/jpeg", 7, wantGrey, lossy, true},
		{"orientation-8.jpg", "image/jpeg", 8, wantGrey, lossy, true},
		{"420.jpg", "image/jpeg", 1, wantGrey, lossy, true},
		{"422.jpg", "image/jpeg", 1, wantGrey, lossy, true},
		{"progressive.jpg", "image/jpeg", 1, wantGrey, lossy, true},
		{"grey.jpg", "image/jpeg", 1, wantGrey, lossy, false},
		{"cmyk.jpg", "image/jpeg", 1, wantGrey, lossy, true},
		{"cmyk-bare.jpg", "image/jpeg", 1, wantGrey, lossy, true},
		{"card.gif", "image/gif", 1, wantGrey, exact, true},
		{"animated.gif", "image/gif", 1, wantGrey, 0.01, true},
		{"card.bmp", "image/bmp", 1, wantGrey, exact, true},
		{"grey.bmp", "image/bmp", 1, wantGrey, exact, false},
		{"bilevel.bmp", "image/bmp", 1, bilevel, exact, false},
		{"lossy.webp", "image/webp", 1, wantGrey, lossy, true},
		{"alpha.webp", "image/webp", 1, wantGrey, lossy, true},
		{"lossless.webp", "image/webp", 1, wantGrey, exact, true},
		{"orientation-6.webp", "image/webp", 6, wantGrey, exact, true},
		{"animated.webp", "image/webp", 1, wantGrey, exact, true},
		{"lzw.tiff", "image/tiff", 1, wantGrey, exact, true},
		{"packbits.tiff", "image/tiff", 1, wantGrey, exact, true},
		{"adobe_deflate.tiff", "image/tiff", 1, wantGrey, exact, true},
		{"jpeg.tiff", "image/tiff", 1, wantGrey, lossy, true},
		{"jpeg-strips.tiff", "image/tiff", 1, wantGrey, lossy, true},
		{"jpeg-grey.tiff", "image/tiff", 1, wantGrey, lossy, false},
		{"orientation-8.tiff", "image/tiff", 8, wantGrey, exact, true},
		{"grey16.tiff", "image/tiff", 1, wantGrey, exact, false},
		{"g3.tiff", "image/tiff", 1, bilevel, exact, false},
		{"g4.tiff", "image/tiff", 1, bilevel, exact, false},
		{"g3-white-is-zero.tiff", "image/tiff", 1, bilevel, exact, false},
		{"g4-white-is-zero.tiff", "image/tiff", 1, bilevel, exact, false},
		{"pages.tiff", "image/tiff", 1, wantGrey, exact, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			data := fixture(t, c.name)
			f, err := Read(bytes.NewReader(data), Limits{})
			if err != nil {
				t.Fatal(err)
			}
			if f.MediaType != c.mediaType {
				t.Errorf("media type %s, want %s", f.MediaType, c.mediaType)
			}
			if sum := sha256.Sum256(data); f.SHA256 != hex.EncodeToString(sum[:]) || f.Size != int64(len(data)) {
				t.Errorf("SHA256 %s, size %d", f.SHA256, f.Size)
			}
			if want := strings.HasPrefix(c.name, "animated"); f.Animated != want {
				t.Errorf("animated: %v", f.Animated)
			}
			p, err := f.Page(1)
			if err != nil {
				t.Fatal(err)
			}
			if p.Width != w || p.Height != h || p.Gray.Rect != image.Rect(0, 0, w, h) || p.Gray.Stride != w {
				t.Fatalf("%d×%d, grey %v in rows of %d; want %d×%d", p.Width, p.Height, p.Gray.Rect, p.Gray.Stride, w, h)
			}
			if p.Orientation != c.orientation || p.Coloured != c.coloured || p.Number != 1 {
				t.Errorf("page %d, orientation %d, coloured %v", p.Number, p.Orientation, p.Coloured)
			}
			if d := difference(p.Gray.Pix, c.want); d > c.tolerance {
				t.Errorf("grey differs by %.2f from the reference", d)
			}
			if !c.coloured {
				for i, v := range p.BGR() {
					if v != p.Gray.Pix[i/3] {
						t.Fatalf("BGR of a grey page is %d where grey is %d", v, p.Gray.Pix[i/3])
					}
				}
			} else if d := difference(p.BGR(), wantBGR); d > c.tolerance*3 {
				t.Errorf("colours differ by %.2f from the reference", d)
			}
		})
	}
}

// The YCbCr loops are checked against image/color, for every chroma
// subsampling and each orientation.
func TestColoursOfJPEGAreThoseOfTheStandardLibrary(t *testing.T) {
	for _, name := range []string{"orientation-5.jpg", "420.jpg", "422.jpg", "progressive.jpg"} {
		data := fixture(t, name)
		m, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		p := page(t, data)
		got := p.BGR()
		b := m.Bounds()
		for y := range b.Dy() {
			for x := range b.Dx() {
				c := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
				o := 3 * (y*b.Dx() + x)
				if p.Orientation == 5 { // mirrored along the falling diagonal
					o = 3 * (x*b.Dy() + y)
				}
				for i, want := range []uint8{c.B, c.G, c.R} {
					if d := int(got[o+i]) - int(want); d < -1 || d > 1 {
						t.Fatalf("%s: (%d, %d) has %v, want %v", name, x, y, got[o:o+3], c)
					}
				}
			}
		}
	}
}

// All ratios that JPEG and WebP have, against image/color.
func TestEverySubsamplingIsDecoded(t *testing.T) {
	for ratio := image.YCbCrSubsampleRatio444; ratio <= image.YCbCrSubsampleRatio410; ratio++ {
		m := image.NewYCbCr(image.Rect(0, 0, 13, 7), ratio)
		for _, plane := range [][]byte{m.Y, m.Cb, m.Cr} {
			for i := range plane {
				plane[i] = uint8(i*97 + len(plane))
			}
		}
		src := wrap(m)
		row := make([]byte, 3*13)
		for y := range 7 {
			src.bgr(y, row)
			for x := range 13 {
				c := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
				for i, want := range []uint8{c.B, c.G, c.R} {
					if d := int(row[3*x+i]) - int(want); d < -1 || d > 1 {
						t.Fatalf("%v: (%d, %d) has %v, want %v", ratio, x, y, row[3*x:3*x+3], c)
					}
				}
			}
		}
	}
}

// Colours that alpha was multiplied into, as TIFF can have them, come out as
// on white paper.
func TestPremultipliedColoursAreAsOnWhitePaper(t *testing.T) {
	m := image.NewRGBA(image.Rect(0, 0, 3, 1))
	copy(m.Pix, []byte{0, 0, 0, 0, 60, 60, 60, 128, 10, 20, 30, 255})
	p := newPage(1, wrap(m), 1)
	if want := []byte{255, 187, luma(10, 20, 30)}; !bytes.Equal(p.Gray.Pix, want) {
		t.Errorf("got %v, want %v", p.Gray.Pix, want)
	}
}

// Layouts without loops of their own take the slow way.
func TestOtherLayoutsAreDecodedTheSlowWay(t *testing.T) {
	m := image.NewAlpha(image.Rect(5, 5, 7, 6))
	m.Pix[1] = 255 // white on nothing
	if p := newPage(1, wrap(m), 1); !bytes.Equal(p.Gray.Pix, []byte{0, 255}) {
		t.Errorf("got %v", p.Gray.Pix)
	}
}

// The first frame of a WebP animation may cover a part of the canvas, and may
// have alpha.
func TestAFrameOfWebPMayCoverAPartOfTheCanvas(t *testing.T) {
	chunk := func(kind string, body ...byte) []byte {
		b := append([]byte(kind), 0, 0, 0, 0)
		binary.LittleEndian.PutUint32(b[4:], uint32(len(body)))
		if len(body)%2 == 1 {
			body = append(body, 0)
		}
		return append(b, body...)
	}
	animation := func(w, h, x, y int, still string) []byte {
		var frame []byte
		data := fixture(t, still)
		webpChunks(data, func(kind string, body []byte) {
			if kind == "ALPH" || kind == "VP8 " || kind == "VP8L" {
				frame = append(frame, chunk(kind, body...)...)
			}
		})
		head := []byte{byte(x / 2), 0, 0, byte(y / 2), 0, 0, 60, 0, 0, 42, 0, 0, 0, 0, 0, 0}
		b := []byte("RIFF\x00\x00\x00\x00WEBP")
		b = append(b, chunk("VP8X", 2, 0, 0, 0, byte(w-1), 0, 0, byte(h-1), 0, 0)...)
		b = append(b, chunk("ANIM", 0, 0, 0, 0, 0, 0)...)
		b = append(b, chunk("ANMF", append(head, frame...)...)...)
		binary.LittleEndian.PutUint32(b[4:], uint32(len(b)-8))
		return b
	}
	for _, still := range []string{"lossless.webp", "alpha.webp", "lossy.webp"} {
		want := page(t, fixture(t, still))
		p, err := decode(animation(80, 60, 4, 10, still), Limits{})
		if err != nil {
			t.Errorf("%s: %v", still, err)
			continue
		}
		if p.Width != 80 || p.Height != 60 || p.Gray.Pix[0] != 255 {
			t.Errorf("%s: %d×%d, first pixel %d", still, p.Width, p.Height, p.Gray.Pix[0])
		}
		var inner []byte
		for y := 10; y < 10+43; y++ {
			inner = append(inner, p.Gray.Pix[80*y+4:80*y+4+61]...)
		}
		if d := difference(inner, want.Gray.Pix); d > 1 {
			t.Errorf("%s: the frame differs by %.2f", still, d)
		}
		if _, err := decode(animation(62, 44, 4, 10, still), Limits{}); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s outside of its canvas: %v", still, err)
		}
	}
}

// pngBytes encodes a picture.
func pngBytes(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// pngHeader makes the first bytes of a PNG of this size, 8-bit RGBA.
func pngHeader(w, h uint32) []byte {
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR")
	b = binary.BigEndian.AppendUint32(b, w)
	b = binary.BigEndian.AppendUint32(b, h)
	b = append(b, 8, 6, 0, 0, 0)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[12:]))
}

func TestBadInputIsRefusedWithWhatToDo(t *testing.T) {
	jpg, pngFile := fixture(t, "420.jpg"), fixture(t, "card.png")
	patched := func(name string, at int, with string) []byte {
		b := fixture(t, name)
		copy(b[at:], with)
		return b
	}
	for _, c := range []struct {
		name string
		data []byte
		want error
		says string
	}{
		{"empty", nil, ErrEmpty, "fetch it again"},
		{"text named .png", []byte("this is a letter, not a picture\n"), ErrUnsupported, "a text file, not a picture"},
		{"Chinese text", []byte("政府信息公开申请情况"), ErrUnsupported, "a text file"},
		{"GB 18030 text", bytes.Repeat([]byte("\xd5\xfe\xb8\xae"), 40), ErrUnsupported, "a text file"},
		{"JSON", []byte(`{"error":"not found"}`), ErrUnsupported, "a text file"},
		{"text that begins like a bitmap", []byte("BMW, Audi and others: a list of motor cars"), ErrUnsupported, "a text file"},
		{"HTML", []byte("\ufeff\n<!DOCTYPE html><html><body>404"), ErrUnsupported, "a web page"},
		{"XML", []byte("<?xml version='1.0'?><a/>"), ErrUnsupported, "an XML file"},
		{"SVG", []byte("<?xml version='1.0'?>\n<svg xmlns='x'/>"), ErrUnsupported, "rsvg-convert"},
		{"PDF", []byte("%PDF-1.7\n\x00\xff"), ErrUnsupported, "pdftoppm -r 200 -png"},
		{"HEIC", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), ErrUnsupported, "heif-convert"},
		{"AVIF", []byte("\x00\x00\x00\x18ftypavif\x00\x00\x00\x00"), ErrUnsupported, "AVIF"},
		{"film", []byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00"), ErrUnsupported, "a film"},
		{"workbook", []byte("PK\x03\x04\x14\x00xl/workbook.xml"), ErrUnsupported, "an Excel workbook"},
		{"ZIP", []byte("PK\x03\x04\x14\x00a.png"), ErrUnsupported, "unpack it"},
		{"old Word", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00"), ErrUnsupported, "Microsoft Office"},
		{"gzip", []byte("\x1f\x8b\x08\x00"), ErrUnsupported, "unpack it"},
		{"JPEG 2000", []byte("\x00\x00\x00\x0cjP  \r\n\x87\n"), ErrUnsupported, "JPEG 2000"},
		{"JPEG XL", []byte("\xff\x0a\x00"), ErrUnsupported, "djxl"},
		{"icon", []byte("\x00\x00\x01\x00\x01\x00"), ErrUnsupported, "an icon"},
		{"PNM", []byte("P5\n3 3\n255\n"), ErrUnsupported, "pnmtopng"},
		{"BigTIFF", []byte("II+\x00\x08\x00"), ErrUnsupported, "BigTIFF"},
		{"zeros", make([]byte, 5000), ErrUnsupported, "interrupted download"},
		{"noise", []byte("\x01\x02\x03\xf0\xf1\x00\x17"), ErrUnsupported, "PNG, JPEG, GIF, BMP, TIFF and WebP"},

		{"JPEG cut in its header", jpg[:100], ErrDamaged, "the JPEG ends early, after 100 bytes"},
		{"JPEG cut in half", jpg[:len(jpg)/2], ErrDamaged, "ends early"},
		{"JPEG without its last byte", jpg[:len(jpg)-1], ErrDamaged, "ends early"},
		{"JPEG cut and filled with zeros", append(jpg[:900:900], make([]byte, 5000)...), ErrDamaged, "JPEG"},
		{"JPEG magic alone", []byte("\xff\xd8\xff"), ErrDamaged, "ends early"},
		{"JPEG, arithmetic coding", bytes.Replace(jpg, []byte("\xff\xc0\x00\x11"), []byte("\xff\xc9\x00\x11"), 1), ErrUnsupported, "save it as a PNG"},
		{"JPEG with a thousand scans", append(jpg[:len(jpg)-2:len(jpg)-2], bytes.Repeat([]byte("\xff\xda\x00\x02"), 1000)...), ErrDamaged, "1001 scans"},
		{"PNG cut in its header", pngFile[:20], ErrDamaged, "the PNG ends early, after 20 bytes of at least 33 bytes"},
		{"PNG cut in half", pngFile[:len(pngFile)/2], ErrDamaged, "of at least"},
		{"PNG without its last chunk", pngFile[:len(pngFile)-12], ErrDamaged, "ends early"},
		{"PNG with a flipped bit", patched("card.png", len(pngFile)-14, "?"), ErrDamaged, "invalid checksum"},
		{"PNG header of 60,000×60,000", pngHeader(60_000, 60_000), ErrTooLarge, "60000×60000 pixels, where a side may have 30000"},
		{"PNG header of 2³¹ by 2³¹", pngHeader(1<<31, 1<<31), ErrTooLarge, "2147483648×2147483648"},
		{"PNG header of 20,000×20,000", pngHeader(20_000, 20_000), ErrTooLarge, "where 100 million are allowed"},
		{"PNG header of 0×5", pngHeader(0, 5), ErrDamaged, "0×5 pixels"},
		{"GIF cut in its header", fixture(t, "card.gif")[:9], ErrDamaged, "the GIF ends early"},
		{"GIF cut in half", fixture(t, "card.gif")[:200], ErrDamaged, "ends early"},
		{"GIF screen of 65,535×65,535", patched("card.gif", 6, "\xff\xff\xff\xff"), ErrTooLarge, "65535×65535"},
		{"BMP cut in half", fixture(t, "card.bmp")[:3000], ErrDamaged, "after 3000 bytes of at least 7966 bytes"},
		{"BMP with run lengths", patched("grey.bmp", 30, "\x01"), ErrUnsupported, "save it as a PNG"},
		{"BMP of 2³¹ wide", patched("card.bmp", 18, "\xff\xff\xff\x7f"), ErrTooLarge, "2147483647×43"},
		{"WebP cut in half", fixture(t, "lossy.webp")[:150], ErrDamaged, "after 150 bytes of at least 324 bytes"},
		{"WebP animation cut in half", fixture(t, "animated.webp")[:150], ErrDamaged, "ends early"},
		{"WebP of 16,384×16,384", patched("lossless.webp", 21, "\xff\xff\xff\x0f"), ErrTooLarge, "16384×16384"},
		{"TIFF cut in half", fixture(t, "lzw.tiff")[:300], ErrDamaged, "ends early"},
		{"TIFF magic alone", []byte("II*\x00"), ErrDamaged, "ends early"},
		{"TIFF without a page", []byte("II*\x00\x00\x00\x00\x00"), ErrDamaged, "no page"},
		{"TIFF directory beyond the end", []byte("MM\x00*\x7f\xff\xff\xff"), ErrDamaged, "ends early"},
		{"JPEG TIFF cut in half", fixture(t, "jpeg.tiff")[:1000], ErrDamaged, ""},
		{"G4 TIFF cut in half", fixture(t, "g4.tiff")[:30], ErrDamaged, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			p, err := decode(c.data, Limits{})
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %q does not say %q", err, c.says)
			}
			if p != nil {
				t.Error("a page came with the error")
			}
			if d := time.Since(start); d > 200*time.Millisecond {
				t.Errorf("took %v", d)
			}
		})
	}
}

// A picture that is cut anywhere is refused, or, where what is missing is of
// no importance, decoded in full. It is never half a picture.
func TestATruncatedPictureIsNeverHalfAPicture(t *testing.T) {
	for _, name := range []string{
		"420.jpg", "orientation-3.jpg", "progressive.jpg", "cmyk.jpg", "card.png", "palette.png", "card.gif",
		"card.bmp", "lossy.webp", "lossless.webp", "alpha.webp", "animated.webp",
		"lzw.tiff", "packbits.tiff", "g3.tiff", "g4.tiff", "jpeg-strips.tiff",
	} {
		data := fixture(t, name)
		whole := page(t, data)
		for n := range len(data) {
			p, err := decode(data[:n:n], Limits{})
			if err != nil {
				if n > 0 && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrUnsupported) {
					t.Errorf("%s cut to %d: %v", name, n, err)
				}
				continue
			}
			if !bytes.Equal(p.Gray.Pix, whole.Gray.Pix) || !bytes.Equal(p.BGR(), whole.BGR()) {
				t.Errorf("%s cut to %d of %d bytes gives another picture and no error", name, n, len(data))
			}
		}
	}
}

func TestWhatFollowsAPictureIsNoneOfIt(t *testing.T) {
	for _, name := range []string{"420.jpg", "progressive.jpg", "card.png", "card.gif", "card.bmp", "lossy.webp", "lzw.tiff", "g4.tiff"} {
		data := fixture(t, name)
		p, err := decode(append(data[:len(data):len(data)], "\x00\xff\xd8 and more of it"...), Limits{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !bytes.Equal(p.Gray.Pix, page(t, data).Gray.Pix) {
			t.Errorf("%s: another picture", name)
		}
	}
}

// Phones append films and second pictures, in which there is no end of bytes
// that look like markers.
func TestAFilmBehindAJPEGIsCheap(t *testing.T) {
	data := append(fixture(t, "420.jpg"), bytes.Repeat([]byte("\xff\xda\x00\x02film"), 1000)...)
	if _, err := decode(data, Limits{}); err != nil {
		t.Error(err)
	}
}

// Pages of one file may be decoded at the same time (go test -race).
func TestPagesMayBeDecodedAtTheSameTime(t *testing.T) {
	for _, name := range []string{"pages.tiff", "g4.tiff", "cmyk.jpg", "animated.webp"} {
		f, err := Read(bytes.NewReader(fixture(t, name)), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				p, err := f.Page(1 + i%f.Pages)
				if err != nil {
					t.Error(err)
					return
				}
				p.BGR()
			})
		}
		wg.Wait()
	}
}

func TestAPictureMayBeOnePixel(t *testing.T) {
	m := image.NewGray(image.Rect(0, 0, 1, 1))
	m.Pix[0] = 77
	p := page(t, pngBytes(t, m))
	if p.Width != 1 || p.Height != 1 || p.Gray.Pix[0] != 77 || p.Coloured || !bytes.Equal(p.BGR(), []byte{77, 77, 77}) {
		t.Errorf("got %+v", p)
	}
	red := image.NewRGBA(image.Rect(0, 0, 1, 1))
	red.Set(0, 0, color.RGBA{200, 0, 0, 255})
	if p := page(t, pngBytes(t, red)); !p.Coloured || !bytes.Equal(p.BGR(), []byte{0, 0, 200}) {
		t.Errorf("red: got %+v", p)
	}
}

func TestPicturesBeyondTheLimitsAreRefused(t *testing.T) {
	data := fixture(t, "card.png") // 61×43
	for _, c := range []struct {
		limits Limits
		ok     bool
	}{
		{Limits{}, true},
		{Limits{Bytes: int64(len(data)), Pixels: 61 * 43, Side: 61}, true},
		{Limits{Bytes: int64(len(data)) - 1}, false},
		{Limits{Pixels: 61*43 - 1}, false},
		{Limits{Side: 60}, false},
	} {
		for _, f := range []func() (*File, error){
			func() (*File, error) { return Read(bytes.NewReader(data), c.limits) },
			func() (*File, error) { return Read(iotest.HalfReader(bytes.NewReader(data)), c.limits) },
		} {
			file, err := f()
			if err == nil {
				_, err = file.Page(1)
			}
			if c.ok && err != nil || !c.ok && !errors.Is(err, ErrTooLarge) {
				t.Errorf("%+v: %v", c.limits, err)
			}
		}
	}
}

// Files say how large they are; a directory can be opened but not read.
func TestFilesOfADiskAreReadAndFoldersRefused(t *testing.T) {
	for name, want := range map[string]error{"testdata/card.png": nil, "testdata/pages.tiff": ErrTooLarge} {
		file, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if _, err := Read(file, Limits{Bytes: 300}); !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", name, err, want)
		}
	}
	dir, err := os.Open("testdata")
	if err != nil {
		t.Fatal(err)
	}
	defer dir.Close()
	if _, err := Read(dir, Limits{}); err == nil || isDocumented(err) {
		t.Errorf("a directory: %v", err)
	}
}

func TestAFailureOfTheReaderIsNotThePictures(t *testing.T) {
	cause := errors.New("the network is down")
	_, err := Read(iotest.ErrReader(cause), Limits{})
	if !errors.Is(err, cause) {
		t.Errorf("got %v", err)
	}
}

func TestAPageThatIsNotThereIsAnError(t *testing.T) {
	f, err := Read(bytes.NewReader(fixture(t, "card.png")), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{-1, 0, 2} {
		if p, err := f.Page(n); err == nil || p != nil {
			t.Errorf("page %d of 1: %v, %v", n, p, err)
		}
	}
}

// A decoder that panics is the fault of the file.
func TestAPanicOfADecoderIsTheFilesFault(t *testing.T) {
	f := &File{Pages: 1, format: &format{name: "PNG", decode: func(*File, int) (pixels, int, error) {
		var none []byte
		_ = none[len(none)]
		return nil, 0, nil
	}}}
	p, err := f.Page(1)
	if !errors.Is(err, ErrDamaged) || p != nil || !strings.Contains(err.Error(), "index out of range") {
		t.Errorf("got %v, %v", p, err)
	}
}

// The header is enough to refuse a huge picture: nothing is allocated for it.
func TestHugeHeaderIsCheap(t *testing.T) {
	f, err := Read(bytes.NewReader(pngHeader(60_000, 60_000)), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	r := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := f.Page(1); !errors.Is(err, ErrTooLarge) {
				b.Fatal(err)
			}
		}
	})
	if n := r.AllocedBytesPerOp(); n > 4096 {
		t.Errorf("%d bytes allocated", n)
	}
	if d := time.Duration(r.NsPerOp()); d > time.Millisecond {
		t.Errorf("took %v", d)
	}
}

func TestSixteenBitsBecomeEight(t *testing.T) {
	grey := image.NewGray16(image.Rect(0, 0, 3, 1))
	wide := image.NewNRGBA64(image.Rect(0, 0, 3, 1))
	rgb := image.NewRGBA64(image.Rect(0, 0, 3, 1))
	for i, v := range []uint16{0x00ff, 0x8000, 0xffff} {
		grey.SetGray16(i, 0, color.Gray16{v})
		wide.SetNRGBA64(i, 0, color.NRGBA64{v, v, v, 0xfffe})
		rgb.SetRGBA64(i, 0, color.RGBA64{v, v, v, 0xffff})
	}
	for _, m := range []image.Image{grey, wide, rgb} {
		p := page(t, pngBytes(t, m))
		// 255 of 65,535 is nearer to 1 than to 0 of 255.
		if want := []byte{1, 128, 255}; !bytes.Equal(p.Gray.Pix, want) {
			t.Errorf("%T: got %v, want %v", m, p.Gray.Pix, want)
		}
	}
}

func TestWhatIsTransparentIsPaper(t *testing.T) {
	// Ink that is one colour throughout and drawn with alpha alone: a bar
	// with a soft edge.
	draw := func(ink color.NRGBA) *image.NRGBA {
		m := image.NewNRGBA(image.Rect(0, 0, 20, 10))
		for y := 4; y < 6; y++ {
			for x := 3; x < 17; x++ {
				m.SetNRGBA(x, y, ink)
			}
			ink := ink
			ink.A = uint8((int(ink.A) + 1) / 2)
			m.SetNRGBA(17, y, ink)
		}
		return m
	}
	paletted := func(src *image.NRGBA) *image.Paletted {
		m := image.NewPaletted(src.Rect, color.Palette{color.NRGBA{}})
		for i := 0; i < len(src.Pix); i += 4 {
			c := color.NRGBA{src.Pix[i], src.Pix[i+1], src.Pix[i+2], src.Pix[i+3]}
			for j := range m.Palette {
				if m.Palette[j] == c {
					m.Pix[i/4] = uint8(j)
				}
			}
			if m.Palette[m.Pix[i/4]] != c {
				m.Pix[i/4] = uint8(len(m.Palette))
				m.Palette = append(m.Palette, c)
			}
		}
		return m
	}
	corners := image.NewNRGBA(image.Rect(0, 0, 20, 20)) // a light page with round corners
	for i := range corners.Pix {
		corners.Pix[i] = 250
		if i%4 == 3 {
			corners.Pix[i] = 255
		}
	}
	corners.Pix[3] = 0
	for _, c := range []struct {
		name             string
		m                image.Image
		paper, ink, edge uint8
	}{
		{"black", draw(color.NRGBA{0, 0, 0, 255}), 255, 0, 127},
		{"white", draw(color.NRGBA{255, 255, 255, 255}), 0, 255, 128},
		{"light grey", draw(color.NRGBA{220, 220, 220, 255}), 0, 220, 110},
		{"dark grey", draw(color.NRGBA{100, 100, 100, 255}), 255, 100, 177},
		{"nothing", draw(color.NRGBA{}), 255, 255, 255},
		{"corners", corners, 255, 250, 250},
	} {
		for _, m := range []image.Image{c.m, paletted(c.m.(*image.NRGBA))} {
			p := page(t, pngBytes(t, m))
			at := func(x, y int) uint8 { return p.Gray.GrayAt(x, y).Y }
			if at(0, 0) != c.paper || at(10, 4) != c.ink || at(17, 4) != c.edge {
				t.Errorf("%s, %T: paper %d, ink %d, edge %d; want %d, %d, %d", c.name, m, at(0, 0), at(10, 4), at(17, 4), c.paper, c.ink, c.edge)
			}
			if p.Coloured {
				t.Errorf("%s, %T: coloured", c.name, m)
			}
		}
	}
}

// The first frame may cover a part of the screen.
func TestAFrameOfGIFMayCoverAPartOfTheScreen(t *testing.T) {
	frame := image.NewPaletted(image.Rect(2, 1, 5, 3), color.Palette{color.Black, color.White})
	var b bytes.Buffer
	err := gif.EncodeAll(&b, &gif.GIF{
		Image: []*image.Paletted{frame}, Delay: []int{0},
		Config: image.Config{ColorModel: frame.Palette, Width: 7, Height: 4},
	})
	if err != nil {
		t.Fatal(err)
	}
	p := page(t, b.Bytes())
	if p.Width != 7 || p.Height != 4 {
		t.Fatalf("%d×%d", p.Width, p.Height)
	}
	for y := range 4 {
		for x := range 7 {
			want := uint8(255)
			if image.Pt(x, y).In(frame.Rect) {
				want = 0
			}
			if got := p.Gray.GrayAt(x, y).Y; got != want {
				t.Errorf("(%d, %d) is %d, want %d", x, y, got, want)
			}
		}
	}
}

func TestEachPageOfATIFFIsDecoded(t *testing.T) {
	data := fixture(t, "pages.tiff")
	f, err := Read(bytes.NewReader(data), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if f.Pages != 3 {
		t.Fatalf("%d pages, want 3", f.Pages)
	}
	for n, want := range map[int][]byte{
		1: page(t, fixture(t, "card.png")).Gray.Pix,
		2: page(t, fixture(t, "grey.png")).Gray.Pix,
		3: page(t, fixture(t, "bilevel.png")).Gray.Pix,
	} {
		p, err := f.Page(n)
		if err != nil {
			t.Fatal(err)
		}
		if p.Number != n || !bytes.Equal(p.Gray.Pix, want) {
			t.Errorf("page %d is not the right one (%d)", n, p.Number)
		}
	}
	if _, err := Read(bytes.NewReader(data), Limits{Pages: 2}); !errors.Is(err, ErrTooLarge) {
		t.Errorf("3 pages where 2 are allowed: %v", err)
	}

	// The last page points back to the first, or to itself, or nowhere.
	order := binary.LittleEndian
	next := make([]int64, 0, 3) // where each directory's pointer to the next is
	for at := int64(order.Uint32(data[4:])); at != 0; at = int64(order.Uint32(data[next[len(next)-1]:])) {
		next = append(next, at+2+12*int64(order.Uint16(data[at:])))
	}
	for name, to := range map[string]uint32{"first": f.ifds[0], "itself": f.ifds[2]} {
		looped := bytes.Clone(data)
		order.PutUint32(looped[next[2]:], to)
		f, err := Read(bytes.NewReader(looped), Limits{})
		if err != nil || f.Pages != 3 {
			t.Errorf("back to the %s: %v, %+v", name, err, f)
		}
	}
	cut := bytes.Clone(data)
	order.PutUint32(cut[next[0]:], uint32(len(data)+10))
	f, err = Read(bytes.NewReader(cut), Limits{})
	if err != nil || f.Pages != 2 {
		t.Fatalf("beyond the end: %v, %+v", err, f)
	}
	if _, err := f.Page(1); err != nil {
		t.Errorf("the sound page: %v", err)
	}
	if _, err := f.Page(2); !errors.Is(err, ErrDamaged) || !strings.Contains(fmt.Sprint(err), "page 2") {
		t.Errorf("the page that was cut off: %v", err)
	}
}

func TestExifOrientationTurnsThePicture(t *testing.T) {
	little := "II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00"
	big := "MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x08\x00\x00"
	for _, c := range []struct {
		exif string
		want int
	}{
		{little, 6},
		{"Exif\x00\x00" + little, 6},
		{big, 8},
		{strings.Replace(little, "\x06", "\x09", 1), 1},
		{strings.Replace(little, "\x06", "\x00", 1), 1},
		{little[:20], 1},
		{strings.Replace(little, "\x08\x00\x00\x00", "\xff\xff\xff\xff", 1), 1},
		{"", 1},
		{"Exif\x00\x00", 1},
		{"garbage that is longer", 1},
	} {
		if got := exifOrientation([]byte(c.exif)); got != c.want {
			t.Errorf("%q: %d, want %d", c.exif, got, c.want)
		}
	}
}

// Gray belongs to the caller: changing it must not change the colours.
func TestGrayIsTheCallers(t *testing.T) {
	for _, name := range []string{"420.jpg", "card.png", "card.gif"} {
		p := page(t, fixture(t, name))
		before := p.BGR()
		clear(p.Gray.Pix)
		if !bytes.Equal(before, p.BGR()) {
			t.Errorf("%s: colours changed with Gray", name)
		}
	}
}

func FuzzDecode(f *testing.F) {
	names, err := filepath.Glob("testdata/*.*")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		f.Add(fixture(f, filepath.Base(name)))
	}
	f.Add([]byte(nil))
	f.Add(pngHeader(60_000, 60_000))
	limits := Limits{Bytes: 1 << 20, Pixels: 1 << 18, Side: 1 << 12, Pages: 10}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := Read(bytes.NewReader(data), limits)
		if err != nil {
			if !isDocumented(err) {
				t.Fatalf("undocumented: %v", err)
			}
			return
		}
		for n := 1; n <= file.Pages; n++ {
			p, err := file.Page(n)
			if err != nil {
				if !isDocumented(err) {
					t.Fatalf("undocumented: %v", err)
				}
				continue
			}
			if p.Width*p.Height != len(p.Gray.Pix) || 3*len(p.Gray.Pix) != len(p.BGR()) || len(p.Gray.Pix) > 1<<18 {
				t.Fatalf("%d×%d has %d pixels", p.Width, p.Height, len(p.Gray.Pix))
			}
		}
	})
}

func isDocumented(err error) bool {
	return errors.Is(err, ErrEmpty) || errors.Is(err, ErrUnsupported) || errors.Is(err, ErrDamaged) || errors.Is(err, ErrTooLarge)
}

// screenshot draws something like a table of 1800×1600 pixels: rules, and
// marks in the cells.
func screenshot() *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, 1800, 1600))
	for y := range 1600 {
		for x := range 1800 {
			v := uint8(255)
			if y%50 < 2 || x%120 < 2 || y%50 > 15 && y%50 < 40 && (x/2*7+y/2*13)%11 < 4 && x%120 > 20 && x%120 < 90 {
				v = 0
			}
			o := m.PixOffset(x, y)
			m.Pix[o], m.Pix[o+1], m.Pix[o+2], m.Pix[o+3] = v, v, v, 255
		}
	}
	return m
}

func BenchmarkPage(b *testing.B) {
	shot := screenshot()
	grey := image.NewGray(shot.Rect)
	for i := range grey.Pix {
		grey.Pix[i] = shot.Pix[4*i]
	}
	jpegBytes := func(m image.Image) []byte {
		var buf bytes.Buffer
		if err := jpeg.Encode(&buf, m, &jpeg.Options{Quality: 85}); err != nil {
			b.Fatal(err)
		}
		return buf.Bytes()
	}
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"jpeg", jpegBytes(shot)},
		{"jpeg-grey", jpegBytes(grey)},
		{"png", pngBytes(b, shot)},
		{"png-grey", pngBytes(b, grey)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := decode(c.data, Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(c.name+"/decoder-alone", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := image.Decode(bytes.NewReader(c.data)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	p := page(b, jpegBytes(shot))
	m, err := jpeg.Decode(bytes.NewReader(jpegBytes(shot)))
	if err != nil {
		b.Fatal(err)
	}
	p.src = wrap(m)
	b.Run("bgr", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			p.BGR()
		}
	})
}
