package evaluate

import (
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"

	"github.com/disintegration/imaging"

	"github.com/biaoge/biaoge/internal/picture"
	"github.com/biaoge/biaoge/tables"
)

// WriteCrops writes for each value the part of its picture that it was read
// from, with some of what is around it. Pictures are looked for in dir. It
// returns a file name for each value, empty where the document does not say
// where the cell is.
func WriteCrops(to, dir string, values []Value) ([]string, error) {
	if err := os.MkdirAll(to, 0o777); err != nil {
		return nil, err
	}
	names := make([]string, len(values))
	pages := make(map[Page]*image.Gray)
	for i := range values {
		v := &values[i]
		if v.Box[2] <= 0 || v.Box[3] <= 0 {
			continue
		}
		at := Page{v.File, max(1, v.Page)}
		page, ok := pages[at]
		if !ok {
			var err error
			if page, err = decode(filepath.Join(dir, v.File), at.Page); err != nil {
				return nil, err
			}
			clear(pages) // values of one picture mostly stand together; one page is enough to keep
			pages[at] = page
		}
		name := filepath.Join(to, fmt.Sprintf("%03d-%s-%s.png", i+1, strings.TrimSuffix(v.File, filepath.Ext(v.File)), safe(v.Key)))
		if err := imaging.Save(imaging.Crop(page, around(v.Box, page.Bounds())), name); err != nil {
			return nil, err
		}
		names[i] = name
	}
	return names, nil
}

// around is a cell with its rules and a bit of its neighbours.
func around(b tables.Box, page image.Rectangle) image.Rectangle {
	pad := b[3] / 2
	r := image.Rect(int(b[0]-pad), int(b[1]-pad), int(b[0]+b[2]+pad)+1, int(b[1]+b[3]+pad)+1)
	return r.Intersect(page)
}

func safe(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || r == filepath.Separator || r < ' ' {
			return '_'
		}
		return r
	}, s)
}

func decode(path string, n int) (*image.Gray, error) {
	file, err := picture.ReadFile(path)
	if err != nil {
		return nil, err
	}
	page, err := file.Page(n)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return page.Gray, nil
}
