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
	path, version, q, err := d.place(name)
	if err != nil {
		return nil, err
	}
	// The name stays when a picture is read again; what is cut out may not.
	kept := name + " " + version
	if data := cut.cached(kept); data != nil {
		return data, nil
	}
	data, err := cut.picture(ctx, path)
	if err == nil {
		data, err = cut.Cut(ctx, q, data)
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

// place finds what a crop's name stands for: the picture's path and the part of
// it, and something that changes when the part does.
func (d *desk) place(name string) (path, version string, q worker.Crop, err error) {
	kind := strings.TrimRight(name, "0123456789-")
	var n []int64
	for part := range strings.SplitSeq(strings.TrimPrefix(name, kind), "-") {
		v, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return "", "", q, errNoCrop
		}
		n = append(n, v)
	}
	var at storedTarget
	switch {
	case kind == "" && len(n) == 1, kind == cropCell && len(n) == 1:
		where := "id = ?"
		if kind == "" {
			where = "question = ? AND copy = 0"
		}
		all, err := targetsOf(d.store.r, where, n[0])
		if err != nil || len(all) == 0 {
			return "", "", q, errNoCrop
		}
		at = all[0]
	case kind == cropWhole && len(n) == 2:
		at = storedTarget{picture: n[0], spot: spot{page: int(n[1]), row: -1}}
	case kind == cropPlace && len(n) == 5:
		at = storedTarget{picture: n[0], spot: spot{page: int(n[1]), table: int(n[2]), row: int(n[3]), col: int(n[4])}}
	default:
		return "", "", q, errNoCrop
	}
	p, err := d.store.picture(at.picture)
	if err != nil {
		return "", "", q, errNoCrop
	}
	docs, err := d.docs.of(p.path)
	if err != nil {
		return "", "", q, &RequestError{404, err.Error()}
	}
	doc := page(docs, at.page)
	if doc == nil {
		return "", "", q, errNoCrop
	}
	q = worker.Crop{SHA256: p.sha256, Page: at.page, Rotation: doc.Image.Rotation}
	if kind == cropWhole || at.table == 0 {
		return p.path, p.sha256, q, nil
	}
	t := tableOf(docs, at.page, at.table)
	if t == nil {
		return "", "", q, errNoCrop
	}
	q.Quad = t.Quad
	if q.Box = at.box; at.row >= 0 {
		// Of a cell that the grid no longer has, the box where it was is shown.
		if c := cellAt(t, at.row, at.col); c != nil {
			q.Box = c.Box
		}
	}
	if q.Box == (tables.Box{}) {
		q.Box = quadBox(t)
	}
	return p.path, fmt.Sprint(p.sha256, q.Box), q, nil
}
