package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/tables"
)

// A ledger has a line for each cell that is where it is printed.
type ledger struct {
	picture string // that is being compared
	lines   bytes.Buffer
}

// add writes down what was made of a cell in which a text is printed.
func (l *ledger) add(printed string, c tables.Cell) {
	var features []string
	switch len(c.Evidence) {
	case len(ocr.PrintFeatureNames):
		features = ocr.PrintFeatureNames
	case len(ocr.FigureFeatureNames):
		features = ocr.FigureFeatureNames
	}
	evidence := make(map[string]float64)
	for i, name := range features {
		evidence[name] = c.Evidence[i]
	}
	line, err := json.Marshal(map[string]any{
		"picture": l.picture, "row": c.Row, "col": c.Col, "printed": printed, "text": c.Text, "right": tables.Fold(c.Text) == printed,
		"review": c.Review, "confidence": c.Confidence, "reasons": c.Reasons, "alternatives": c.Alternatives, "evidence": evidence,
	})
	if err != nil {
		panic(err) // numbers and texts can be written
	}
	l.lines.Write(append(line, '\n'))
}

func (l *ledger) write(path string) error { return os.WriteFile(path, l.lines.Bytes(), 0o666) }

// firstCause is the code of the first reason for which a cell is flagged.
func firstCause(c tables.Cell) string {
	if len(c.Causes) == 0 {
		return "unsure"
	}
	return c.Causes[0].Code
}

// reasons are those for which right cells are flagged, the most frequent first.
func (s score) reasons() string {
	codes := slices.SortedFunc(maps.Keys(s.why), func(a, b string) int { return cmp.Or(s.why[b]-s.why[a], strings.Compare(a, b)) })
	var out []string
	for _, code := range codes {
		out = append(out, fmt.Sprintf("%s %d", code, s.why[code]))
	}
	return strings.Join(out, ", ")
}
