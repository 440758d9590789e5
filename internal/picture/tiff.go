package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"golang.org/x/image/tiff"
)

// The tags of a page's directory that are read here, and their values.
const (
	tagSubfileType  = 254
	subfileReduced  = 1 // bit: a thumbnail of another page
	subfileMask     = 4 // bit: says which pixels of another page count
	tagWidth        = 256
	tagHeight       = 257
	tagCompression  = 259
	compressionG3   = 3
	compressionG4   = 4
	compressionJPEG = 7
	tagPhotometric  = 262

	photometricBlackIsZero = 1
	photometricRGB         = 2
	photometricInks        = 5

	tagStripOffsets = 273
	tagOrientation  = 274
	tagRowsPerStrip = 278
	tagStripBytes   = 279
	tagPlanar       = 284
	planarSeparate  = 2
	tagTileWidth    = 322
	tagTileHeight   = 323
	tagTileOffsets  = 324
	tagTileBytes    = 325
	tagJPEGTables   = 347
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
	order := byteOrder(f.data)
	seen := make(map[uint32]bool)
	offset := order.Uint32(f.data[4:])
	for offset != 0 && !seen[offset] {
		seen[offset] = true
		if ifdValue(f.data, order, offset, tagSubfileType, 0)&(subfileReduced|subfileMask) == 0 {
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
	if int64(offset)+2 > f.Size {
		return nil, 0, f.failedPage(n, io.ErrUnexpectedEOF)
	}
	compression := ifdValue(f.data, order, offset, tagCompression, 1)
	if compression == compressionJPEG {
		m, err := f.tiffJPEG(order, offset)
		if err != nil {
			return nil, 0, f.failedPage(n, err)
		}
		return m, ifdOrientation(f.data, order, offset), nil
	}
	c, err := tiff.DecodeConfig(page)
	if err != nil {
		return nil, 0, f.failedPage(n, err)
	}
	if err := f.limits.check(c.Width, c.Height); err != nil {
		return nil, 0, f.failedPage(n, err)
	}
	m, err := tiff.Decode(page)
	if err != nil {
		return nil, 0, f.failedPage(n, err)
	}
	src := wrap(m)
	if g, ok := src.(*greyPixels); ok && (compression == compressionG3 || compression == compressionG4) &&
		ifdValue(f.data, order, offset, tagPhotometric, 0) == photometricBlackIsZero {
		// A fax has runs of white and of black, and TIFF says that white runs
		// are zeros: black, if black is zero. x/image takes them for white
		// whatever the tag says; libtiff, and so those who write the files,
		// do not.
		for i := range g.pix {
			g.pix[i] = 255 - g.pix[i]
		}
	}
	return src, ifdOrientation(f.data, order, offset), nil
}

// tiffBlocks are the strips or tiles of JPEG that a page is made of.
type tiffBlocks struct {
	file           *File
	w, h           int      // of the page, pixels
	blockW, blockH int      // of a block, pixels
	across, down   int      // how many blocks there are
	at, size       []uint32 // where each lies in the file, and how long it is, bytes
	head           []byte   // what a block lacks to be a JPEG file
}

// The marks that a JPEG file begins and ends with.
const (
	startOfImage = "\xff\xd8"
	endOfImage   = "\xff\xd9"
)

// maxTables bounds the JPEG tables that all blocks share.
const maxTables = 1 << 12

// tiffJPEG decodes a page of JPEG strips or tiles, as scanners write them and
// x/image does not read.
func (f *File) tiffJPEG(order binary.ByteOrder, offset uint32) (pixels, error) {
	b, err := f.tiffBlocks(order, offset)
	if err != nil {
		return nil, err
	}
	out := &rgbaPixels{w: b.w, h: b.h, pix: make([]byte, 4*b.w*b.h), stride: 4 * b.w, opaque: true}
	row := make([]byte, 3*b.blockW)
	total := int64(0)
	for i := range b.across * b.down {
		if total += int64(b.size[i]); total > f.Size {
			return nil, errors.New("its blocks overlap")
		}
		m, err := b.decode(i)
		if err != nil {
			return nil, err
		}
		if err := b.put(out, m, i, row); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// tiffBlocks finds the blocks of a page.
func (f *File) tiffBlocks(order binary.ByteOrder, offset uint32) (*tiffBlocks, error) {
	value := func(tag uint16, otherwise int) int {
		return int(ifdValue(f.data, order, offset, tag, uint32(otherwise)))
	}
	b := &tiffBlocks{file: f, w: value(tagWidth, 0), h: value(tagHeight, 0)}
	if err := f.limits.check(b.w, b.h); err != nil {
		return nil, err
	}
	if value(tagPlanar, 1) == planarSeparate || value(tagPhotometric, 0) == photometricInks {
		return nil, errors.New("unsupported colours")
	}
	// Strips are tiles as wide as the page.
	b.blockW, b.blockH = b.w, min(b.h, value(tagRowsPerStrip, b.h))
	offsets, lengths := uint16(tagStripOffsets), uint16(tagStripBytes)
	if w := value(tagTileWidth, 0); w != 0 {
		b.blockW, b.blockH = w, value(tagTileHeight, 0)
		offsets, lengths = tagTileOffsets, tagTileBytes
	}
	// Blocks that are small or shared would make a small file cost much.
	if b.blockW < min(b.w, 8) || b.blockH < min(b.h, 8) || b.blockW > b.w+1024 || b.blockH > b.h+1024 {
		return nil, fmt.Errorf("its blocks are %d×%d pixels", b.blockW, b.blockH)
	}
	b.across, b.down = (b.w+b.blockW-1)/b.blockW, (b.h+b.blockH-1)/b.blockH
	n := b.across * b.down
	b.at, b.size = ifdValues(f.data, order, offset, offsets, n), ifdValues(f.data, order, offset, lengths, n)
	if len(b.at) < n || len(b.size) < n {
		return nil, io.ErrUnexpectedEOF
	}
	tables, _ := ifdBytes(f.data, order, offset, tagJPEGTables)
	tables = bytes.TrimSuffix(bytes.TrimPrefix(tables, []byte(startOfImage)), []byte(endOfImage))
	if len(tables) > maxTables {
		return nil, fmt.Errorf("its JPEG tables have %d bytes", len(tables))
	}
	b.head = []byte(startOfImage)
	if value(tagPhotometric, 0) == photometricRGB {
		b.head = append(b.head, adobeUntouched...)
	}
	b.head = append(b.head, tables...)
	return b, nil
}

// decode decodes a block.
func (b *tiffBlocks) decode(i int) (pixels, error) {
	end := int64(b.at[i]) + int64(b.size[i])
	if end > b.file.Size || int(b.size[i]) < len(startOfImage) {
		return nil, io.ErrUnexpectedEOF
	}
	block := append(slices.Clone(b.head), b.file.data[int64(b.at[i])+int64(len(startOfImage)):end]...)
	return jpegPixels(block, func(w, h int) error {
		// The last strip is shorter, and some writers pad it.
		if w > b.blockW || h > b.blockH {
			return fmt.Errorf("a block has %d×%d pixels instead of %d×%d", w, h, b.blockW, b.blockH)
		}
		return nil
	})
}

// put copies a decoded block to its place on the page. Row is room for one row of
// a block.
func (b *tiffBlocks) put(out *rgbaPixels, m pixels, i int, row []byte) error {
	x0, y0 := i%b.across*b.blockW, i/b.across*b.blockH
	w, h := m.size()
	if w < min(b.blockW, b.w-x0) || h < min(b.blockH, b.h-y0) {
		return fmt.Errorf("a block has only %d×%d pixels", w, h)
	}
	for y := y0; y < min(y0+b.blockH, b.h); y++ {
		m.bgr(y-y0, row[:3*w])
		o := out.pix[4*(y*b.w+x0) : 4*(y*b.w+min(x0+b.blockW, b.w))]
		for x := 0; 4*x < len(o); x++ {
			o[4*x], o[4*x+1], o[4*x+2], o[4*x+3] = row[3*x+2], row[3*x+1], row[3*x], 255
		}
	}
	return nil
}

// failedPage says which page it is about where there are several.
func (f *File) failedPage(n int, err error) error {
	if !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrDamaged) {
		err = f.failed(err, 0)
	}
	if f.Pages > 1 {
		return fmt.Errorf("page %d: %w", n, err)
	}
	return err
}
