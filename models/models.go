// Package models holds what the recognisers load. How each was made, from
// what and how good it is stands in README.md beside it.
//
// It must not know what the weights are for.
package models

import _ "embed"

// Lines is the quantized line reader; LinesInfo describes its classes and the
// strips it reads, as JSON.
var (
	//go:embed lines.q8
	Lines []byte
	//go:embed lines.json
	LinesInfo []byte

	// Glyphs is the quantized reader of glyphs; GlyphsInfo describes it as LinesInfo does.
	//go:embed glyphs.q8
	Glyphs []byte
	//go:embed glyphs.json
	GlyphsInfo []byte

	// Text is the reader of all print, and TextClasses its characters, one a
	// line.
	//go:embed text.t8
	Text []byte
	//go:embed text.txt
	TextClasses string

	// Quick is the quick reader of all print, and QuickClasses its characters.
	//go:embed quick.t8
	Quick []byte
	//go:embed quick.txt
	QuickClasses string

	// Confidence is the fitted model that joins the evidence on a value, as
	// JSON.
	//go:embed confidence.json
	Confidence []byte

	// Print is that for cells that may hold anything.
	//go:embed print.json
	Print []byte

	// QuickWeights is that for what the quick reader, the line reader and that of glyphs
	// have read there.
	//go:embed quick.json
	QuickWeights []byte

	// Figures is that for numbers that the line reader alone has read there.
	//go:embed figures.json
	Figures []byte

	// RuleMap is the quantized net that says where on a page rules run.
	//go:embed rulemap.q8
	RuleMap []byte

	// Rules are the two nets that tell rules from strokes of text, as JSON.
	//go:embed rules.json
	Rules []byte

	// Table are the trees that tell a table by what is measured of it, as JSON.
	//go:embed table.json
	Table []byte

	// Form are those that tell whether a table was printed on the form that agrees best with it.
	//go:embed form.json
	Form []byte

	// Aligned are those that tell a table of text that stands in rows and columns without rules.
	//go:embed aligned.json
	Aligned []byte
)
