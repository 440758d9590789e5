package review

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

// Exports are what the answers can be written as.
var Exports = []string{"truth.jsonl", "corrections.csv", "label-studio.json", "lines"}

// Export writes the answers in one of the forms that are one file.
func (s *Session) Export(out io.Writer, what string) error {
	w := bufio.NewWriter(out)
	var err error
	switch what {
	case "truth.jsonl":
		err = s.exportTruth(w)
	case "corrections.csv":
		err = s.exportCSV(w)
	default:
		err = s.exportLabelStudio(w)
	}
	if err != nil {
		return err
	}
	return w.Flush()
}

// exportTruth leaves out what nobody could read: it is no truth.
func (s *Session) exportTruth(w io.Writer) error {
	return s.truths(func(t *Truth, _ *tables.Document) error {
		for i := range t.Tables {
			t.Tables[i].Cells = slices.DeleteFunc(t.Tables[i].Cells, func(c TruthCell) bool { return c.Unreadable })
		}
		t.Tables = slices.DeleteFunc(t.Tables, func(t TruthTable) bool { return len(t.Cells) == 0 })
		if len(t.Tables) == 0 {
			return nil
		}
		b, err := marshal(t)
		if err == nil {
			_, err = w.Write(append(b, '\n'))
		}
		return err
	})
}

// exportLabelStudio writes tasks as Label Studio imports them for its template
// of optical character recognition: a rectangle and a transcription for each
// cell, in per cent of the picture.
func (s *Session) exportLabelStudio(w io.Writer) error {
	io.WriteString(w, "[")
	first := true
	err := s.truths(func(t *Truth, d *tables.Document) error {
		var regions []map[string]any
		for _, tab := range t.Tables {
			for _, c := range tab.Cells {
				if c.Unreadable || c.box[2] <= 0 || d.Source.Width == 0 {
					continue
				}
				id := fmt.Sprintf("%d-%d-%d-%d", t.Page, tab.Table, c.Row, c.Col)
				wide, high := float64(d.Source.Width), float64(d.Source.Height)
				place := map[string]any{"x": 100 * c.box[0] / wide, "y": 100 * c.box[1] / high, "width": 100 * c.box[2] / wide, "height": 100 * c.box[3] / high, "rotation": 0}
				for _, r := range []struct {
					kind, name string
					more       any
				}{{"rectangle", "bbox", nil}, {"labels", "label", []string{c.kind}}, {"textarea", "transcription", []string{c.Text}}} {
					value := map[string]any{}
					for k, v := range place {
						value[k] = v
					}
					if r.kind == "labels" {
						value["labels"] = r.more
					} else if r.more != nil {
						value["text"] = r.more
					}
					regions = append(regions, map[string]any{"id": id, "type": r.kind, "from_name": r.name, "to_name": "image",
						"original_width": d.Source.Width, "original_height": d.Source.Height, "image_rotation": 0, "value": value, "meta": map[string]any{"key": c.Key, "by": c.By}})
				}
			}
		}
		if len(regions) == 0 {
			return nil
		}
		task := map[string]any{"data": map[string]any{"image": t.Path, "ocr": t.Path, "sha256": t.SHA256, "page": t.Page}, "annotations": []any{map[string]any{"result": regions}}}
		b, err := marshal(task)
		if err != nil {
			return err
		}
		if !first {
			io.WriteString(w, ",")
		}
		first = false
		_, err = fmt.Fprintf(w, "\n%s", b)
		return err
	})
	io.WriteString(w, "\n]\n")
	return err
}

// ExportLines writes a picture of each line that a person answered, as it is
// on the page, with its text beside it: what a reader of lines is trained on.
func (s *Session) ExportLines(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	index, err := os.Create(filepath.Join(dir, "lines.jsonl"))
	if err != nil {
		return err
	}
	defer index.Close()
	n := 0
	err = s.truths(func(t *Truth, _ *tables.Document) error {
		p, err := s.pathOf(t.SHA256)
		if err != nil {
			return err
		}
		for _, tab := range t.Tables {
			for _, c := range tab.Cells {
				if c.Unreadable || c.Text == "" || strings.Contains(c.Text, "\n") || c.box[2] <= 0 {
					continue
				}
				data, err := s.Cutter.picture(ctx, p)
				if err == nil {
					data, err = s.Cutter.Cut(ctx, worker.Crop{SHA256: t.SHA256, Page: t.Page, Box: c.box, Quad: c.quad, AsIs: true}, data)
				}
				if err != nil {
					if ctx.Err() != nil {
						return context.Cause(ctx)
					}
					s.Log.Warn("a picture can't be cut", "picture", t.Path, "error", err)
					break
				}
				n++
				if err := writeLine(dir, index, n, data, t, &c); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return index.Sync()
}

func writeLine(dir string, index io.Writer, n int, png []byte, t *Truth, c *TruthCell) error {
	name := fmt.Sprintf("%06d", n)
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o666); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, name+".gt.txt"), []byte(c.Text+"\n"), 0o666); err != nil {
		return err
	}
	b, err := marshal(map[string]any{"file": name + ".png", "text": c.Text, "sha256": t.SHA256, "path": t.Path, "page": t.Page, "bbox": c.box, "by": c.By})
	if err == nil {
		_, err = index.Write(append(b, '\n'))
	}
	return err
}

func (s *Session) pathOf(sha256 string) (string, error) {
	var path []byte
	err := s.Store.r.QueryRow("SELECT path FROM pictures WHERE sha256 = ? ORDER BY report, path LIMIT 1", sha256).Scan(&path)
	return string(path), err
}
