package review

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// What a crop shows, the first letter of its name. A name without a letter is
// that of a question, and shows its first target.
const (
	cropCell  = "t" // a target
	cropPlace = "c" // any cell: picture, page, table, row, column
	cropWhole = "w" // a whole picture: picture, page
)

func cropURL(kind string, numbers ...int64) string {
	parts := make([]string, len(numbers))
	for i, n := range numbers {
		parts[i] = idOf(n)
	}
	return "/api/crops/" + kind + strings.Join(parts, "-") + ".png"
}

// cropsKept is how many bytes of crops are kept: those of some hundreds of
// questions, and a few whole pictures.
const cropsKept = 24 << 20

// A Cutter cuts crops out of pictures; the pictures are decoded in children.
type Cutter struct {
	Read func(ctx context.Context, path string) ([]byte, error)
	Cut  func(ctx context.Context, c worker.Crop, data []byte) ([]byte, error)

	mu    sync.Mutex
	kept  map[string]*list.Element
	order list.List // of *cropped, the last used first
	bytes int

	lastMu sync.Mutex // of the picture that was read last
	last   string
	data   []byte
}

type cropped struct {
	name string
	data []byte
}

func (c *Cutter) cached(name string) []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.kept[name]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*cropped).data
}

func (c *Cutter) keep(name string, data []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.kept == nil {
		c.kept = make(map[string]*list.Element)
	}
	if c.kept[name] != nil {
		return
	}
	c.kept[name] = c.order.PushFront(&cropped{name, data})
	for c.bytes += len(data); c.bytes > cropsKept && c.order.Len() > 1; {
		e := c.order.Back()
		old := c.order.Remove(e).(*cropped)
		delete(c.kept, old.name)
		c.bytes -= len(old.data)
	}
}

// picture reads a picture, the same one as last time without the disk.
func (c *Cutter) picture(ctx context.Context, path string) ([]byte, error) {
	c.lastMu.Lock()
	defer c.lastMu.Unlock()
	if c.last == path && c.data != nil {
		return c.data, nil
	}
	data, err := c.Read(ctx, path)
	if err != nil {
		return nil, err
	}
	if len(data) <= cropsKept {
		c.last, c.data = path, data
	}
	return data, nil
}

var errNoCrop = &RequestError{404, "there is no such crop"}

// crop makes the crop of a name, in PNG.
func (d *desk) crop(ctx context.Context, cut *Cutter, name string) ([]byte, error) {
	part, err := d.place(name)
	if err != nil {
		return nil, err
	}
	// The name stays when a picture is read again; what is cut out may not.
	kept := name + " " + part.version
	if data := cut.cached(kept); data != nil {
		return data, nil
	}
	data, err := cut.picture(ctx, part.path)
	if err == nil {
		data, err = cut.Cut(ctx, part.Crop, data)
	}
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		var f *worker.StartError
		if errors.As(err, &f) {
			return nil, err
		}
		return nil, &RequestError{404, fmt.Sprintf("the picture can't be shown: %v; where the pictures have moved, biaoge review --in tells", err)}
	}
	cut.keep(kept, data)
	return data, nil
}

// A cropPart is a part of a picture that a crop shows.
type cropPart struct {
	path    string // of the picture
	version string // which changes when the part does
	worker.Crop
}

// place finds what a crop's name stands for.
func (d *desk) place(name string) (*cropPart, error) {
	kind, at, err := d.named(name)
	if err != nil {
		return nil, err
	}
	p, err := d.store.picture(at.picture)
	if err != nil {
		return nil, errNoCrop
	}
	docs, err := d.docs.of(p.path)
	if err != nil {
		return nil, &RequestError{404, err.Error()}
	}
	doc := page(docs, at.page)
	if doc == nil {
		return nil, errNoCrop
	}
	part := &cropPart{p.path, p.sha256, worker.Crop{SHA256: p.sha256, Page: at.page, Rotation: doc.Image.Rotation}}
	if kind == cropWhole || at.table == 0 {
		return part, nil
	}
	t := tableOf(docs, at.page, at.table)
	if t == nil {
		return nil, errNoCrop
	}
	part.Quad, part.Box = t.Quad, at.shown(t)
	part.version = fmt.Sprint(p.sha256, part.Box)
	return part, nil
}

// named reads a crop's name: what kind of part it shows, and where that is.
func (d *desk) named(name string) (kind string, at storedTarget, err error) {
	kind = strings.TrimRight(name, "0123456789-")
	var n []int64
	for part := range strings.SplitSeq(strings.TrimPrefix(name, kind), "-") {
		v, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return kind, at, errNoCrop
		}
		n = append(n, v)
	}
	switch {
	case kind == "" && len(n) == 1:
		at, err = d.firstTarget("question = ? AND copy = 0", n[0])
	case kind == cropCell && len(n) == 1:
		at, err = d.firstTarget("id = ?", n[0])
	case kind == cropWhole && len(n) == 2:
		at = storedTarget{picture: n[0], spot: spot{page: int(n[1]), row: -1}}
	case kind == cropPlace && len(n) == 5:
		at = storedTarget{picture: n[0], spot: spot{page: int(n[1]), table: int(n[2]), row: int(n[3]), col: int(n[4])}}
	default:
		err = errNoCrop
	}
	return kind, at, err
}

// firstTarget is the first of the targets that a condition holds for.
func (d *desk) firstTarget(where string, id int64) (storedTarget, error) {
	all, err := targetsOf(d.store.r, where, id)
	if err != nil || len(all) == 0 {
		return storedTarget{}, errNoCrop
	}
	return all[0], nil
}

// shown is the box of a spot of a table. Of a cell that the grid no longer has,
// the box where it was is shown.
func (s *spot) shown(t *tables.Table) tables.Box {
	box := s.box
	if s.row >= 0 {
		if c := cellAt(t, s.row, s.col); c != nil {
			box = c.Box
		}
	}
	if box == (tables.Box{}) {
		return quadBox(t)
	}
	return box
}
