package picture

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"golang.org/x/image/tiff"
)

// byteOrder is the byte order of a TIFF's numbers.
func byteOrder(data []byte) binary.ByteOrder {
	if data[0] == 'M' {
		return binary.BigEndian
	}
	return binary.LittleEndian
}

// inspectTIFF finds the pages: each has a directory that points to the next.
// A directory beyond the end of the file counts as a page, which then fails,
// so that a page that was cut off is not passed over in silence. A chain that
// comes back on itself ends there.
func inspectTIFF(f *File) error {
	if len(f.data) < 8 {
		return f.failed(io.ErrUnexpectedEOF, 8)
	}
	const (
		tagSubfileType = 254
		reduced        = 1 // a thumbnail of another page
		mask           = 4 // says which pixels of another page count
	)
	order := byteOrder(f.data)
	seen := make(map[uint32]bool)
	offset := order.Uint32(f.data[4:])
	for offset != 0 && !seen[offset] {
		seen[offset] = true
		if kind, ok := ifdValue(f.data, order, offset, tagSubfileType); !ok || kind&(reduced|mask) == 0 {
			f.ifds = append(f.ifds, offset)
		}
		if len(seen) > f.limits.Pages {
			return fmt.Errorf("%w: the TIFF has more than %d pages; split it", ErrTooLarge, f.limits.Pages)
		}
		if int64(offset)+2 > f.Size {
			break
		}
		next := int64(offset) + 2 + 12*int64(order.Uint16(f.data[offset:]))
		if next+4 > f.Size {
			break
		}
		offset = order.Uint32(f.data[next:])
	}
	if f.Pages = len(f.ifds); f.Pages == 0 {
		return fmt.Errorf("%w: the TIFF has no page; fetch or save it again", ErrDamaged)
	}
	return nil
}

// A tiffPage is a TIFF file whose header points to one page's directory, which
// makes it the first page, the only one that x/image decodes.
type tiffPage struct {
	data []byte
	head [8]byte
}

// ReadAt implements io.ReaderAt.
func (p *tiffPage) ReadAt(b []byte, off int64) (int, error) {
	if off < 0 || off >= int64(len(p.data)) {
		return 0, io.EOF
	}
	n := copy(b, p.data[off:])
	if off < int64(len(p.head)) {
		copy(b[:n], p.head[off:])
	}
	if n < len(b) {
		return n, io.EOF
	}
	return n, nil
}

// Read is there because tiff.Decode takes an io.Reader. It uses ReadAt alone.
func (p *tiffPage) Read([]byte) (int, error) {
	return 0, errors.New("picture: tiffPage is for ReadAt")
}

func decodeTIFF(f *File, n int) (pixels, int, error) {
	order := byteOrder(f.data)
	offset := f.ifds[n-1]
	page := &tiffPage{data: f.data}
	copy(page.head[:], f.data)
	order.PutUint32(page.head[4:], offset)
	c, err := tiff.DecodeConfig(page)
	if err != nil {
		return nil, 0, f.failedPage(n, err)
	}
	if err := f.limits.check(c.Width, c.Height); err != nil {
		return nil, 0, err
	}
	m, err := tiff.Decode(page)
	if err != nil {
		return nil, 0, f.failedPage(n, err)
	}
	return wrap(m), ifdOrientation(f.data, order, offset), nil
}

// failedPage says which page it is about where there are several.
func (f *File) failedPage(n int, err error) error {
	err = f.failed(err, 0)
	if f.Pages > 1 {
		return fmt.Errorf("page %d: %w", n, err)
	}
	return err
}
