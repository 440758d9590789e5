package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// Forms are the sources of a batch's own forms, in their order.
type Forms [][]byte

func (f Forms) encode() []byte {
	b, _ := json.Marshal(f) // bytes can always be written
	return b
}

// putForms puts the batch's forms into the object store, where readers get them.
func (q *Queue) putForms(ctx context.Context) error {
	if len(q.Forms) == 0 {
		return nil
	}
	return q.c.put(ctx, q.Settings.Forms, q.Forms.encode(), objectsBytes)
}

// folder writes the forms of a hash into a new folder.
func (c *Conn) folder(ctx context.Context, hash string) (dir string, err error) {
	b, err := c.get(ctx, hash)
	if err != nil {
		return "", err
	}
	var forms Forms
	if err := json.Unmarshal(b, &forms); err != nil {
		return "", err
	}
	if dir, err = os.MkdirTemp("", "biaoge-forms-"); err != nil {
		return "", err
	}
	for i, f := range forms {
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%06d.yaml", i)), f, 0o666); err != nil {
			os.RemoveAll(dir)
			return "", err
		}
	}
	return dir, nil
}
