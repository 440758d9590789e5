package reading

import (
	"image"
	"math"
	"strings"

	"github.com/biaoge/biaoge/layout/ink"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/ocr/linenet"
	"github.com/biaoge/biaoge/ocr/strip"
	"github.com/biaoge/biaoge/tables"
)

// A cell is what was made of one cell of the grid.
type cell struct {
	lines  []ink.Line    // on the page, of what is read; those of the grid until it was looked at closer
	crops  []*image.Gray // of the lines, upright
	strips []strip.Line  // the same, as readers are given them
	height float64       // of the tallest line's ink, pixels

	posterior  *linenet.Posterior
	candidates []linenet.Candidate // most probable first
	quick      *printed            // what the quick reader of all print makes of it, where it was asked
	glyphs     *printed            // the reader of glyphs
	print      *printed            // and the reader of all print
	again      *printed            // and of the same drawn otherwise
	turned     []cell              // as it reads when it is turned, once that was asked
	onSide     bool                // it was turned to be read
	eitherWay  bool                // it reads the same as a stack and, from its end, turned

	as      kind // what it was read as by both readers
	stroke  bool // a slash by its shape, or by the shape of others that read like it
	leftOut bool // something else that is in the cell is not on the crops
	unsaid  bool // no reader likes best what it is taken for, but of the line drawn otherwise
	raised  int  // characters at its end that are higher than the rest and were read as if they were not
	wide    bool // far wider than others that read the same

	reading tables.Reading
}

// A kind is what a cell was read as.
type kind int

const (
	asNothing kind = iota // by the line reader alone
	asWords
	asValue
)

// blankConfidence is how sure it is that a cell without ink is blank.
const blankConfidence = 0.999

// candidatesKept is how many texts of a value are kept as alternatives.
const candidatesKept = 4

// crop cuts a cell's lines out of a picture, each with what is around it in the
// room that it has, and returns them for the line reader.
func (c *cell) crop(gray *image.Gray, found []ink.Line, room image.Rectangle, lightInk bool, floor float64) []strip.Line {
	c.crops, c.strips, c.height = nil, nil, 0
	for _, l := range found {
		crop, top := ocr.Crop(gray, l.Box, room, lightInk)
		c.crops = append(c.crops, crop)
		c.height = max(c.height, float64(l.Box.Dy()))
		c.strips = append(c.strips, strip.Line{Gray: crop, Top: top, Bottom: top + l.Box.Dy(), Floor: floor})
	}
	return c.strips
}

// read takes what the line reader made of the cell's lines, of which there are
// as many as crops; none make it a blank.
func (c *cell) read(ps []*linenet.Posterior) {
	if len(ps) == 0 {
		c.reading = tables.Reading{Confidence: blankConfidence}
		return
	}
	c.posterior = linenet.Join(ps...)
	if len(ps) == 1 {
		c.candidates = c.posterior.Best(candidatesKept)
		c.reading.Text = c.candidates[0].Text
	} else {
		var texts []string
		whole := linenet.Candidate{}
		for _, p := range ps {
			best := p.Best(1)[0]
			texts = append(texts, best.Text)
			whole.LogProb += best.LogProb
		}
		whole.Text = strings.Join(texts, "")
		c.candidates = []linenet.Candidate{whole}
		c.reading.Text = unstacked(strings.Join(texts, "\n"))
	}
	post, top := c.posterior, c.candidates[0].LogProb
	c.reading.Confidence, c.reading.Causes = math.Exp(top), nil
	c.reading.Score = func(text string) float64 { return post.LogProb(text) - top }
	c.reading.Bound = func(text string) float64 { return post.Bound(text) - top }
}

// replace takes another reading of the cell, which stands on the same lines.
func (c *cell) replace(by cell) {
	by.lines, by.onSide = c.lines, true
	*c = by
}
