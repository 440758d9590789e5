package reading

import (
	"context"
	"image"

	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/strip"
)

// A once is a reader that reads no line of a table twice: lines are read to tell
// whether the table is the right way up, and again for what they say.
type once struct {
	ask   func(context.Context, []strip.Line) ([]*ctc.Posterior, error)
	known map[*image.Gray]*ctc.Posterior // what it made of lines
}

func newOnce(ask func(context.Context, []strip.Line) ([]*ctc.Posterior, error)) once {
	return once{ask, make(map[*image.Gray]*ctc.Posterior)}
}

// read reads lines. Those that look the same share what it makes of them.
func (o once) read(ctx context.Context, lines []strip.Line) ([]*ctc.Posterior, error) {
	same, err := strip.Same(ctx, lines)
	if err != nil {
		return nil, err
	}
	out := make([]*ctc.Posterior, len(lines))
	for i, l := range lines {
		if p := o.known[l.Gray]; p != nil {
			out[same[i]] = p
		}
	}
	var fresh []strip.Line
	var at []int
	for i, l := range lines {
		if same[i] == i && out[i] == nil {
			fresh, at = append(fresh, l), append(at, i)
		}
	}
	read, err := o.ask(ctx, fresh)
	if err != nil {
		return nil, err
	}
	for i, p := range read {
		out[at[i]] = p
	}
	for i, l := range lines {
		out[i] = out[same[i]]
		o.known[l.Gray] = out[i]
	}
	return out, nil
}
