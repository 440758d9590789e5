package worker

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/biaoge/biaoge/internal/digest"
	"github.com/biaoge/biaoge/internal/message"
	reports "github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/report/pdf"
	"github.com/biaoge/biaoge/internal/report/pdf/pdfium"
)

// A report is taken apart by a child: who sends one may mean no good, and so may
// what is in it. Such children are a pool of their own: the renderer of PDFs takes
// seconds to start and hundreds of megabytes.
// A report is asked about twice, since its pictures are read by other children:
// which pictures it has, and then what is made of it. A child keeps the one that it
// opened last.

// NoExtractor is the Open of a child that takes reports apart and reads no pictures.
func NoExtractor(Settings) (Extractor, error) { return noExtractor{}, nil }

// noExtractor stands where nothing is read.
type noExtractor struct{ Extractor }

func (noExtractor) Close() error { return nil }

// Opened is what a report is.
type Opened struct {
	Format    string         `json:"format"`
	MediaType string         `json:"media_type"`
	Page      string         `json:"page,omitempty"`    // which file of a zip or folder it is
	Charset   string         `json:"charset,omitempty"` // of a text
	Pictures  []reports.File `json:"-"`                 // that may hold a table
}

// mostBeside bounds what is looked for beside one report, in bytes: as much as a
// report itself may have.
const mostBeside = 500_000_000

// OpenReport has a child find out what a report is; what the report refers to is
// looked for here, by s.Look. Errors are those of Pool.
func (p *Pool) OpenReport(ctx context.Context, r Request, s *reports.Sent) (Opened, error) {
	var a openedAnswer
	var payload []byte
	for again, size := true, 0; again; {
		q, data := questionOf(s)
		var err error
		if a, payload, err = reportsOpened.ask(ctx, p, r, q, data); err != nil {
			return Opened{}, err
		}
		// A page in a frame is known only when it has been found, and so on.
		again = len(a.Wants) > 0 && s.Look != nil
		for _, w := range a.Wants {
			f := s.Look(w)
			if size += len(f.Data); size > mostBeside {
				f = reports.Found{Wanted: w, Err: fmt.Sprintf("what belongs to the report has more than %d MB, which are allowed", mostBeside/1_000_000)}
			}
			s.Found = append(s.Found, f)
		}
	}
	each, err := split(payload, a.Parts)
	if err != nil {
		return Opened{}, &Failure{KindInternal, "internal error: the pictures of a report are not whole: " + err.Error()}
	}
	for i, data := range each {
		a.Opened.Pictures = append(a.Opened.Pictures, reports.File{Name: a.Parts[i].Name, Data: data})
	}
	return a.Opened, nil
}

// A Making says what is to be made of a report.
type Making struct {
	Format      string  `json:"format"`       // one of report.OutputFormats, or report.FormatSame
	Drop        bool    `json:"drop"`         // the pictures that tables stand for, in its own format
	ReviewBelow float64 `json:"review_below"` // 0 for the default

	Language message.Language `json:"language"` // of what people read
}

// MakeReport has a child make something of a report whose pictures gave these
// readings, and returns it with the number of pictures that were not read.
func (p *Pool) MakeReport(ctx context.Context, r Request, s *reports.Sent, readings []reports.Reading, m Making) (made []byte, failed int, err error) {
	a, made, err := p.makeReport(ctx, r, s, readings, m)
	return made, a.Failed, err
}

// ReportDocument has a child make a report's document, in JSON on one line, of the
// report and of the readings that its pictures gave.
func (p *Pool) ReportDocument(ctx context.Context, r Request, s *reports.Sent, readings []reports.Reading, reviewBelow float64) (Documents, error) {
	a, made, err := p.makeReport(ctx, r, s, readings, Making{Format: documentFormat, ReviewBelow: reviewBelow})
	if err == nil && a.Digest == nil {
		err = &Failure{KindInternal, "internal error: a report without a digest"}
	}
	if err != nil {
		return Documents{}, err
	}
	return Documents{Data: made, Digest: *a.Digest}, nil
}

// documentFormat is the one of report.OutputFormats that a digest goes with.
const documentFormat = "jsonl"

func (p *Pool) makeReport(ctx context.Context, r Request, s *reports.Sent, readings []reports.Reading, m Making) (a madeAnswer, made []byte, err error) {
	q, data := questionOf(s)
	q.Making = &m
	for _, reading := range readings {
		docs, err := Marshal(reading.Docs)
		if err != nil {
			return a, nil, err
		}
		part := readPart{Size: len(docs)}
		if reading.Err != nil {
			part.Err = reading.Err.Error()
		}
		q.Read, data = append(q.Read, part), append(data, docs...)
	}
	return reportsMade.ask(ctx, p, r, q, data)
}

// A reportQuestion is about the files in its payload, one after the other, then
// what was found of that which they refer to, and then the documents that its
// pictures gave.
type reportQuestion struct {
	Charset string      `json:"charset,omitempty"`
	Format  string      `json:"format,omitempty"`
	Page    string      `json:"page,omitempty"`
	Files   []sentPart  `json:"files"`
	Looks   bool        `json:"looks,omitempty"` // what else the report refers to can be looked for
	Found   []foundPart `json:"found,omitempty"`
	Read    []readPart  `json:"read,omitempty"`
	*Making `json:"making,omitempty"`
}

type sentPart struct {
	part
	Path string `json:"path"`
}

type foundPart struct {
	reports.Found
	Size int `json:"size"`
}

type readPart struct {
	Size int    `json:"size"`
	Err  string `json:"error,omitempty"`
}

func questionOf(s *reports.Sent) (q reportQuestion, data []byte) {
	q.Charset, q.Format, q.Page, q.Looks = s.Charset, s.Format, s.Page, s.Look != nil
	for _, f := range s.Files {
		q.Files = append(q.Files, sentPart{part{Name: f.Name, Size: len(f.Data)}, f.Path})
		data = append(data, f.Data...)
	}
	for _, f := range s.Found {
		q.Found = append(q.Found, foundPart{f, len(f.Data)})
		data = append(data, f.Data...)
	}
	return q, data
}

// sent is the report of a question, and the rest of its data.
func (q *reportQuestion) sent(data []byte) (*reports.Sent, []byte, error) {
	s := &reports.Sent{Charset: q.Charset, Format: q.Format, Page: q.Page}
	whole := true
	next := func(size int) (part []byte) {
		if whole = whole && 0 <= size && size <= len(data); whole {
			part, data = data[:size], data[size:]
		}
		return part
	}
	for _, f := range q.Files {
		s.Files = append(s.Files, reports.SentFile{File: reports.File{Name: f.Name, Data: next(f.Size)}, Path: f.Path})
	}
	for _, f := range q.Found {
		f.Data = next(f.Size)
		s.Found = append(s.Found, f.Found)
	}
	if q.Looks {
		s.Look = lookedFor
	}
	if !whole {
		return nil, nil, errors.New("no frame of this protocol: a report is not whole")
	}
	if len(s.Files) == 0 {
		return nil, nil, errors.New("no frame of this protocol: no report")
	}
	return s, data, nil
}

// lookedFor stands in a child for who looks for files.
func lookedFor(w reports.Wanted) reports.Found { return reports.Found{Wanted: w, None: true} }

// A heldReport is the report that a child opened last, and what it lacks.
type heldReport struct {
	key    [sha256.Size]byte
	report *reports.Report
	wants  []reports.Wanted
}

func (c *child) openReport(s *reports.Sent, q *reportQuestion, data []byte) (*heldReport, error) {
	asked := *q
	asked.Read, asked.Making = nil, nil
	names, err := json.Marshal(asked)
	if err != nil {
		return nil, err
	}
	hash := sha256.New()
	hash.Write(names)
	hash.Write(data)
	key := [sha256.Size]byte(hash.Sum(nil))
	if c.report.report != nil && c.report.key == key {
		return &c.report, nil
	}
	c.report = heldReport{}
	r, wants, err := s.Open(func(data []byte) (*pdf.File, error) { return pdfium.Read(c.ctx, data, pdf.Limits{}) })
	if err != nil {
		return nil, err
	}
	c.report = heldReport{key, r, wants}
	return &c.report, nil
}

// open opens the report of a question, and returns the rest of its data as well.
func (q *reportQuestion) open(c *child, data []byte) (*heldReport, []byte, error) {
	s, rest, err := q.sent(data)
	if err != nil {
		return nil, nil, err
	}
	r, err := c.openReport(s, q, data[:len(data)-len(rest)])
	return r, rest, err
}

type openedAnswer struct {
	Opened
	Wants []reports.Wanted `json:"wants,omitempty"` // what it refers to and was not looked for; then there are no parts
	Parts []part           `json:"parts"`
}

var reportsOpened = operation[reportQuestion, openedAnswer]{"report-open", func(c *child, _ Settings, q reportQuestion, data []byte) (a openedAnswer, payload []byte, err error) {
	r, _, err := q.open(c, data)
	if err != nil {
		return a, nil, err
	}
	if len(r.wants) > 0 {
		a.Wants = r.wants
		return a, nil, nil
	}
	of := r.report.Source.Content()
	a.Opened = Opened{Format: r.report.Format, Page: r.report.Page, MediaType: of.MediaType, Charset: of.Charset}
	for _, f := range reports.Pictures(r.report) {
		a.Parts, payload = append(a.Parts, part{Name: f.Name, Size: len(f.Data)}), append(payload, f.Data...)
	}
	return a, payload, nil
}}

type madeAnswer struct {
	Failed int            `json:"failed"`
	Digest *digest.Digest `json:"digest,omitempty"` // with documentFormat
}

var reportsMade = operation[reportQuestion, madeAnswer]{"report-make", func(c *child, _ Settings, q reportQuestion, data []byte) (a madeAnswer, payload []byte, err error) {
	r, rest, err := q.open(c, data)
	if err != nil {
		return a, nil, err
	}
	if q.Making == nil {
		return a, nil, errors.New("no frame of this protocol: nothing is to be made")
	}
	readings, err := q.readings(rest)
	if err != nil {
		return a, nil, err
	}
	given := func(_ context.Context, pictures []reports.File) ([]reports.Reading, error) {
		if len(pictures) != len(readings) {
			return nil, errors.New("no frame of this protocol: readings of other pictures")
		}
		return readings, nil
	}
	doc, err := reports.Read(c.ctx, r.report, given, reports.Options{Forms: c.Forms, ReviewBelow: q.ReviewBelow})
	if err != nil {
		return a, nil, err
	}
	a.Failed = doc.Failed()
	if q.Making.Format == documentFormat {
		d := ReportDigest(doc)
		a.Digest = &d
	}
	payload, err = reports.Written(r.report, doc, q.Making.Format, reports.Given{Drop: q.Drop, Language: q.Language})
	return a, payload, err
}}

func (q *reportQuestion) readings(data []byte) (all []reports.Reading, err error) {
	for _, p := range q.Read {
		if p.Size < 0 || p.Size > len(data) {
			return nil, errors.New("no frame of this protocol: readings are not whole")
		}
		var r reports.Reading
		if p.Size > 0 {
			if r.Docs, err = Unmarshal(data[:p.Size]); err != nil {
				return nil, err
			}
		}
		if p.Err != "" {
			r.Err = errors.New(p.Err)
		}
		all, data = append(all, r), data[p.Size:]
	}
	return all, nil
}
