package report

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/biaoge/biaoge/internal/report/bundle"
	"github.com/biaoge/biaoge/internal/report/content"
	"github.com/biaoge/biaoge/internal/report/docx"
	"github.com/biaoge/biaoge/internal/report/epub"
	"github.com/biaoge/biaoge/internal/report/htmlpage"
	"github.com/biaoge/biaoge/internal/report/markdown"
	"github.com/biaoge/biaoge/internal/report/mhtml"
	"github.com/biaoge/biaoge/internal/report/pdf"
	"github.com/biaoge/biaoge/internal/report/plaintext"
)

// A Report is a report that has been opened.
type Report struct {
	Name   string // as the caller named it
	Data   []byte
	Format string
	Page   string // which of the files of a zip or folder it is; empty where it is alone
	Source content.Source
}

// An Input is what a report is opened from.
type Input struct {
	Name    string
	Data    []byte
	Format  string        // one of Formats; empty where the content tells
	Charset string        // as a header says; empty where none does
	Beside  content.Files // what lies beside it; nil for nothing
	Dir     string        // where in Beside it lies
	Fetched content.Files // what was fetched before, by the paths of addresses

	// PDF renders a PDF; nil where none is read.
	PDF func(data []byte) (*pdf.File, error)
}

// Formats are those that a report may be in.
var Formats = []string{"html", "mhtml", "docx", "pdf", "markdown", "epub", "text"}

// Open finds out what a report is, and what is in it.
func Open(in Input) (*Report, error) {
	r := &Report{Name: in.Name, Data: in.Data, Format: in.Format}
	if len(in.Data) == 0 {
		return nil, fmt.Errorf("%w: the file is empty; fetch it again", content.ErrDamaged)
	}
	if r.Format == "" {
		var err error
		if r.Format, err = Recognise(in.Name, in.Data); err != nil {
			return nil, err
		}
	}
	if r.Format == formatZip || r.Format == "docx" || r.Format == "epub" {
		return openZip(in)
	}
	finder := content.Finder{Beside: in.Beside, Fetched: in.Fetched, Dir: in.Dir}
	var err error
	switch r.Format {
	case "html":
		r.Source, err = htmlpage.Parse(in.Data, htmlpage.Options{Charset: in.Charset, XHTML: isXHTML(in.Name), Finder: finder})
	case "mhtml":
		r.Source, err = mhtml.Parse(in.Data, finder)
	case "markdown":
		r.Source, err = markdown.Parse(in.Data, finder)
	case "pdf":
		if in.PDF == nil {
			return nil, fmt.Errorf("%w: a PDF, which is not read here", content.ErrUnsupported)
		}
		var f *pdf.File
		if f, err = in.PDF(in.Data); err == nil {
			r.Source = pdf.New(f)
		}
	case "text":
		r.Source, err = plaintext.Parse(in.Data, finder)
	default:
		err = fmt.Errorf("%w: %s", content.ErrUnsupported, r.Format)
	}
	if err != nil {
		return nil, err
	}
	return r, nil
}

// formatZip is an archive of a page and what belongs to it.
const formatZip = "zip"

// openZip opens the page of an archive.
func openZip(in Input) (*Report, error) {
	z, err := bundle.OpenZip(in.Data)
	if err != nil {
		return nil, err
	}
	r := &Report{Name: in.Name, Data: in.Data}
	switch {
	case in.Format == "epub" || in.Format != "docx" && epub.Is(z):
		r.Format = "epub"
		r.Source, err = epub.Parse(z, in.Fetched)
	case in.Format == "docx" || docx.Is(z):
		r.Format = "docx"
		r.Source, err = docx.Parse(z, in.Data, in.Fetched)
	case z.Has("[Content_Types].xml"):
		err = fmt.Errorf("%w: an Excel workbook or a presentation; only Word documents of this kind are read", content.ErrUnsupported)
	case z.Has("content.xml") && z.Has("mimetype"):
		err = fmt.Errorf("%w: an OpenDocument; save it as .docx, or run soffice --convert-to docx", content.ErrUnsupported)
	}
	if err != nil {
		return nil, err
	}
	if r.Source != nil {
		return r, nil
	}
	page, err := bundle.Page(z.Names())
	if err != nil {
		return nil, err
	}
	data, err := z.Read(page)
	if err != nil {
		return nil, err
	}
	inner, err := openPage(Input{Name: page, Data: data, Beside: z.Read, Dir: path.Dir(page), Fetched: in.Fetched, PDF: in.PDF})
	if err != nil {
		return nil, fmt.Errorf("%s in it: %w", page, err)
	}
	inner.Name, inner.Data, inner.Page = in.Name, in.Data, page
	inner.Source.Content().MediaType = "application/zip"
	return inner, nil
}

// openPage opens what is no archive again.
func openPage(in Input) (*Report, error) {
	format, err := Recognise(in.Name, in.Data)
	if err == nil && format == formatZip {
		err = fmt.Errorf("%w: an archive in an archive; unpack the outer one", content.ErrUnsupported)
	}
	if err != nil {
		return nil, err
	}
	in.Format = format
	return Open(in)
}

// PageOf finds the one page of a folder, and reads it.
func PageOf(root *os.Root) (page string, data []byte, err error) {
	names, err := bundle.Walk(root)
	if err != nil {
		return "", nil, err
	}
	if page, err = bundle.Page(names); err != nil {
		return "", nil, err
	}
	data, err = content.Folder(root)(page)
	return page, data, err
}

// openPageOf opens a page of a folder, which in names, with what lies beside it.
func openPageOf(in Input, page string) (*Report, error) {
	folder := in.Name
	in.Name, in.Dir = page, path.Dir(page)
	open := openPage
	if in.Format != "" {
		open = Open
	}
	r, err := open(in)
	if err != nil {
		return nil, fmt.Errorf("%s in it: %w", page, err)
	}
	r.Name, r.Page = folder, page
	return r, nil
}

// isXHTML tells a page by its name that browsers read as XML, in which any tag
// may end itself.
func isXHTML(name string) bool {
	ext := strings.ToLower(path.Ext(name))
	return ext == ".xhtml" || ext == ".xht"
}

// Recognise tells the format of a report by its content. The name helps only
// to tell Markdown from other text.
func Recognise(name string, data []byte) (string, error) {
	head := data[:min(len(data), 4096)]
	text := head
	if utf16(head) {
		text = bytes.ReplaceAll(bytes.TrimLeft(head, "\xff\xfe"), []byte{0}, nil)
	}
	text = bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(text, []byte("\xef\xbb\xbf")), " \t\r\n"))
	lower := strings.ToLower(name)
	switch {
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")):
		return "", oldOffice(data)
	case mhtml.Is(data):
		return "mhtml", nil
	case bytes.Contains(data[:min(len(data), 1024)], []byte("%PDF-")):
		return "pdf", nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return formatZip, nil
	case bytes.HasPrefix(text, []byte("<!doctype html")), bytes.HasPrefix(text, []byte("<html")), isMarkup(text):
		return "html", nil
	case bytes.IndexByte(head, 0) >= 0 && !utf16(head):
		return "", fmt.Errorf("%w: its content is of no kind that is known; HTML, MHTML, DOCX, PDF, Markdown, EPUB, text, and a zip or folder of a page are read", content.ErrUnsupported)
	case strings.HasSuffix(lower, ".md"), strings.HasSuffix(lower, ".markdown"):
		return "markdown", nil
	}
	return "text", nil
}

// oldOffice says what to do with a document of the format before DOCX, or with
// one that is locked, which is wrapped in it.
func oldOffice(data []byte) error {
	if bytes.Contains(data, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")) {
		return fmt.Errorf("%w; open it in Word or WPS, take the password off, and save it", content.ErrLocked)
	}
	return fmt.Errorf("%w: a document of an old Office (.doc, .wps); open it in Word or WPS and save it as .docx, or run soffice --convert-to docx", content.ErrUnsupported)
}

// utf16 tells a text of two bytes a character, with its mark or by its zeros.
func utf16(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) || len(head) > 4 && head[0] == '<' && head[1] == 0
}

// isMarkup tells a page that does not begin as it should: an XML declaration, a
// comment, or a part of a page.
func isMarkup(text []byte) bool {
	if len(text) == 0 || text[0] != '<' {
		return false
	}
	for _, tag := range []string{"<html", "<body", "<head", "<table", "<div", "<p>", "<p ", "<img", "<meta", "<title", "<frameset"} {
		if bytes.Contains(text, []byte(tag)) {
			return true
		}
	}
	return false
}
