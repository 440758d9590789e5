package main

import (
	"os"
	"path/filepath"

	"github.com/biaoge/biaoge/internal/report/typeset"
)

// wordReport is the annual report in Word that the pages tell of.
func wordReport(clone string) ([]byte, error) {
	picture, err := os.ReadFile(filepath.Join(clone, "testdata/appeals.jpg"))
	if err != nil {
		return nil, err
	}
	body := typeset.Paragraph("四、政府信息公开行政复议、行政诉讼情况") + typeset.Picture("p1", 1)
	return typeset.WordFile(body, typeset.ImageRelationship("p1", "media/33.jpg"), map[string][]byte{"33.jpg": picture})
}
