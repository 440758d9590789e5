package worker

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"

	"github.com/biaoge/biaoge/internal/message"
	reports "github.com/biaoge/biaoge/internal/report"
	"github.com/biaoge/biaoge/internal/report/pdf"
	"github.com/biaoge/biaoge/internal/report/pdf/pdfium"
)

// A report is taken apart by a child: who sends one may mean no good, and so may
// what is in it. Such children are a pool of their own, as those that render PDFs.
// A report is asked about twice, since its pictures are read by other children:
// which pictures it has, and then what is made of it. A child keeps the one that it
// opened last.

// Opened is what a report is.
type Opened struct {
	Format    string         `json:"format"`
	MediaType string         `json:"media_type"`
	Charset   string         `json:"charset,omitempty"` // of a text
	Pictures  []reports.File `json:"-"`                 // that may hold a table
}

// OpenReport has a child find out what a report is. Errors are those of Pool.
func (p *Pool) OpenReport(ctx context.Context, r Request, s *reports.Sent) (Opened, error) {
	q, data := questionOf(s)
	a, payload, err := reportsOpened.ask(ctx, p, r, q, data)
	if err != nil {
		return Opened{}, err
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
	q, data := questionOf(s)
	q.Making = &m
	for _, reading := range readings {
		docs, err := Marshal(reading.Docs)
		if err != nil {
			return nil, 0, err
		}
		part := readPart{Size: len(docs)}
		if reading.Err != nil {
			part.Err = reading.Err.Error()
		}
		q.Read, data = append(q.Read, part), append(data, docs...)
	}
	a, made, err := reportsMade.ask(ctx, p, r, q, data)
	return made, a.Failed, err
}

// A reportQuestion is about the files in its payload, one after the other, and
// then the documents that its pictures gave.
type reportQuestion struct {
	Charset string     `json:"charset"`
	Files   []sentPart `json:"files"`
	Read    []readPart `json:"read,omitempty"`
	*Making `json:"making,omitempty"`
}

type sentPart struct {
	part
	Path string `json:"path"`
}

type readPart struct {
	Size int    `json:"size"`
	Err  string `json:"error,omitempty"`
}

func questionOf(s *reports.Sent) (q reportQuestion, data []byte) {
	q.Charset = s.Charset
	for _, f := range s.Files {
		q.Files = append(q.Files, sentPart{part{Name: f.Name, Size: len(f.Data)}, f.Path})
		data = append(data, f.Data...)
	}
	return q, data
}

// sent is the report of a question, and the rest of its data.
func (q *reportQuestion) sent(data []byte) (*reports.Sent, []byte, error) {
	s := &reports.Sent{Charset: q.Charset}
	for _, f := range q.Files {
		if f.Size < 0 || f.Size > len(data) {
			return nil, nil, errors.New("no frame of this protocol: a report is not whole")
		}
		s.Files = append(s.Files, reports.SentFile{File: reports.File{Name: f.Name, Data: data[:f.Size]}, Path: f.Path})
		data = data[f.Size:]
	}
	if len(s.Files) == 0 {
		return nil, nil, errors.New("no frame of this protocol: no report")
	}
	return s, data, nil
}

// A heldReport is the report that a child opened last.
type heldReport struct {
	key    [sha256.Size]byte
	report *reports.Report
}

func (c *child) openReport(s *reports.Sent, q *reportQuestion, data []byte) (*reports.Report, error) {
	names, err := json.Marshal(reportQuestion{Charset: q.Charset, Files: q.Files})
	if err != nil {
		return nil, err
	}
	key := sha256.Sum256(append(names, data...))
	if c.report.report != nil && c.report.key == key {
		return c.report.report, nil
	}
	c.report = heldReport{}
	r, err := s.Open(func(data []byte) (*pdf.File, error) { return pdfium.Read(c.ctx, data, pdf.Limits{}) })
	if err != nil {
		return nil, err
	}
	c.report = heldReport{key, r}
	return r, nil
}

// open opens the report of a question, and returns the rest of its data as well.
func (q *reportQuestion) open(c *child, data []byte) (*reports.Report, []byte, error) {
	s, rest, err := q.sent(data)
	if err != nil {
		return nil, nil, err
	}
	r, err := c.openReport(s, q, data[:len(data)-len(rest)])
	return r, rest, err
}

type openedAnswer struct {
	Opened
	Parts []part `json:"parts"`
}

var reportsOpened = operation[reportQuestion, openedAnswer]{"report-open", func(c *child, _ Settings, q reportQuestion, data []byte) (a openedAnswer, payload []byte, err error) {
	r, _, err := q.open(c, data)
	if err != nil {
		return a, nil, err
	}
	of := r.Source.Content()
	a.Opened = Opened{Format: r.Format, MediaType: of.MediaType, Charset: of.Charset}
	for _, f := range reports.Pictures(r) {
		a.Parts, payload = append(a.Parts, part{Name: f.Name, Size: len(f.Data)}), append(payload, f.Data...)
	}
	return a, payload, nil
}}

type madeAnswer struct {
	Failed int `json:"failed"`
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
	doc, err := reports.Read(c.ctx, r, given, reports.Options{Forms: c.Forms, ReviewBelow: q.ReviewBelow})
	if err != nil {
		return a, nil, err
	}
	a.Failed = doc.Failed()
	payload, err = reports.Written(r, doc, q.Format, reports.Given{Drop: q.Drop, Language: q.Language})
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
