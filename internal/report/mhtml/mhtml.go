// Package mhtml reads a web page that was saved with all that belongs to it in
// one file (RFC 2557), and puts tables in the place of its pictures. It knows
// the file; the page in it is package htmlpage's.
//
// It must not know forms, nor how a page is built.
package mhtml

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/textproto"
	"strings"

	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/internal/report/htmlpage"
)

// What a file may hold.
const (
	maxParts   = 10_000
	maxNesting = 8
)

// A File is a saved page.
type File struct {
	*htmlpage.Page
	data  []byte
	parts []part
	start string // the Content-ID of the part that is the page, if the file says it
	root  part
}

// A part is one file in the file.
type part struct {
	header   textproto.MIMEHeader
	media    string
	params   map[string]string
	from, to int // of its body, as it is written
}

// Is reports whether data begins as such a file does: with the header of a
// message that has parts or is a page.
func Is(data []byte) bool {
	header, _, ok := headerOf(data[:min(len(data), 16<<10)])
	if !ok || len(header) == 0 {
		return false
	}
	media, _, _ := mime.ParseMediaType(header.Get("Content-Type"))
	return strings.HasPrefix(media, "multipart/") || media == "text/html" && header.Get("Mime-Version") != ""
}

// headerOf reads the header that data begins with, and how long it is.
func headerOf(data []byte) (header textproto.MIMEHeader, length int, ok bool) {
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		i := bytes.Index(data, []byte(end))
		if i < 0 || ok && i >= length {
			continue
		}
		h, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(data[:i+len(end)]))).ReadMIMEHeader()
		if err == nil {
			header, length, ok = h, i+len(end), true
		}
	}
	return header, length, ok
}

// Parse reads a file.
func Parse(data []byte, finder content.Finder) (*File, error) {
	f := &File{data: data}
	if err := f.collect(0, len(data), 0); err != nil {
		return nil, err
	}
	parts, root := f.parts, -1
	for i, p := range parts {
		html := p.media == "text/html" || p.media == "application/xhtml+xml"
		if html && (root < 0 || f.start != "" && p.header.Get("Content-Id") == f.start && parts[root].header.Get("Content-Id") != f.start) {
			root = i
		}
	}
	if root < 0 {
		return nil, fmt.Errorf("%w: a message without a web page in it; save the page as HTML or MHTML", content.ErrUnsupported)
	}
	f.root = parts[root]
	finder.Parts = make(map[string]content.Part)
	for _, p := range parts {
		body, err := p.decode(data)
		if err != nil {
			continue // a picture that refers to it is missing
		}
		file := content.Part{MediaType: p.media, Data: body}
		if l := strings.TrimSpace(p.header.Get("Content-Location")); l != "" {
			finder.Parts[l] = file
		}
		if id := strings.Trim(strings.TrimSpace(p.header.Get("Content-Id")), "<>"); id != "" {
			finder.Parts["cid:"+id] = file
		}
	}
	page, err := f.root.decode(data)
	if err != nil {
		return nil, fmt.Errorf("%w: the page in it: %w; save it again", content.ErrDamaged, err)
	}
	finder.Base = strings.TrimSpace(f.root.header.Get("Content-Location"))
	encoding := f.root.encoding()
	o := htmlpage.Options{Charset: f.root.params["charset"], Finder: finder, ASCII: (encoding == "" || encoding == "7bit") && ascii(page)}
	if f.Page, err = htmlpage.Parse(page, o); err != nil {
		return nil, err
	}
	f.Page.Content().MediaType = "multipart/related"
	return f, nil
}

func ascii(data []byte) bool {
	return bytes.IndexFunc(data, func(r rune) bool { return r >= 0x80 }) < 0
}

// collect adds the parts of what begins with a header, and of parts within.
func (f *File) collect(from, to, depth int) error {
	header, n, ok := headerOf(f.data[from:to])
	if !ok {
		return nil
	}
	p := part{header: header, from: from + n, to: to}
	var err error
	if p.media, p.params, err = mime.ParseMediaType(header.Get("Content-Type")); err != nil && p.media == "" {
		p.media = "application/octet-stream"
	}
	if !strings.HasPrefix(p.media, "multipart/") {
		if len(f.parts) >= maxParts {
			return fmt.Errorf("%w: it has more than %d parts", content.ErrTooLarge, maxParts)
		}
		f.parts = append(f.parts, p)
		return nil
	}
	boundary := p.params["boundary"]
	if boundary == "" {
		return fmt.Errorf("%w: it does not say what parts its parts; save the page again", content.ErrDamaged)
	}
	if depth >= maxNesting {
		return fmt.Errorf("%w: its parts are nested more than %d deep", content.ErrDamaged, maxNesting)
	}
	if f.start == "" {
		f.start = p.params["start"]
	}
	for _, r := range between(f.data[p.from:p.to], "--"+boundary) {
		if err := f.collect(p.from+r[0], p.from+r[1], depth+1); err != nil {
			return err
		}
	}
	return nil
}

// between are the ranges between lines that are a boundary, without the line's
// end before it.
func between(data []byte, boundary string) (ranges [][2]int) {
	start := -1
	for at := 0; at < len(data); {
		i := bytes.Index(data[at:], []byte(boundary))
		if i < 0 {
			break
		}
		i += at
		at = i + len(boundary)
		if i > 0 && data[i-1] != '\n' {
			continue
		}
		rest := data[at:]
		last := bytes.HasPrefix(rest, []byte("--"))
		line := bytes.IndexByte(rest, '\n')
		if line < 0 {
			line = len(rest) - 1
		}
		if s := strings.TrimSpace(strings.TrimPrefix(string(rest[:line+1]), "--")); s != "" {
			continue // a longer one
		}
		if start >= 0 {
			end := i
			if end > start && data[end-1] == '\n' {
				end--
			}
			if end > start && data[end-1] == '\r' {
				end--
			}
			ranges = append(ranges, [2]int{start, end})
		}
		start = at + line + 1
		if last {
			return ranges
		}
	}
	if start >= 0 && start < len(data) {
		ranges = append(ranges, [2]int{start, len(data)}) // it ends early
	}
	return ranges
}

func (p *part) encoding() string {
	return strings.ToLower(strings.TrimSpace(p.header.Get("Content-Transfer-Encoding")))
}

// decode is the part's body as it is meant.
func (p *part) decode(data []byte) ([]byte, error) {
	body := data[p.from:p.to]
	switch p.encoding() {
	case "base64":
		clean := bytes.Map(func(r rune) rune {
			if r == '\r' || r == '\n' || r == ' ' || r == '\t' {
				return -1
			}
			return r
		}, body)
		return base64.RawStdEncoding.DecodeString(strings.TrimRight(string(clean), "="))
	case "quoted-printable":
		return content.Limited(quotedprintable.NewReader(bytes.NewReader(body)))
	}
	return body, nil
}

// encode writes a body as the part's is written.
func (p *part) encode(body []byte) ([]byte, error) {
	var out bytes.Buffer
	switch p.encoding() {
	case "base64":
		const width = 76
		text := base64.StdEncoding.EncodeToString(body)
		for len(text) > width {
			out.WriteString(text[:width] + "\r\n")
			text = text[width:]
		}
		out.WriteString(text)
	case "quoted-printable":
		for _, binary := range []bool{false, true} {
			out.Reset()
			w := quotedprintable.NewWriter(&out)
			w.Binary = binary // where lines end otherwise than in mail, that is kept, too
			if _, err := w.Write(body); err != nil {
				return nil, err
			}
			if err := w.Close(); err != nil {
				return nil, err
			}
			back, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(out.Bytes())))
			if err == nil && bytes.Equal(back, body) {
				break
			}
		}
	default:
		return body, nil
	}
	return out.Bytes(), nil
}

// Replace gives the file back with tables in the place of the page's pictures;
// all other parts stay as they are.
func (f *File) Replace(with map[int]content.Replacement) ([]byte, error) {
	page, err := f.Page.Replace(with)
	if err != nil {
		return nil, err
	}
	body, err := f.root.encode(page)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(f.data)+len(body))
	out = append(out, f.data[:f.root.from]...)
	out = append(out, body...)
	return append(out, f.data[f.root.to:]...), nil
}
