// Package samples reads the lines of print that tests of the readers are given,
// which models/train/samples.py draws.
//
// It must not know which reader is tested.
package samples

import (
	"bufio"
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/ocr/strip"
)

// A Sample is a line and what is printed in it.
type Sample struct {
	Name, Text string
	Line       strip.Line
}

// Read reads the lines of a folder.
func Read(t testing.TB, dir string) []Sample {
	t.Helper()
	index, err := os.ReadFile(filepath.Join(dir, "lines.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var out []Sample
	sc := bufio.NewScanner(bytes.NewReader(index))
	sc.Scan() // the names of the columns
	for sc.Scan() {
		f := strings.Split(sc.Text(), "\t")
		s := Sample{Name: strings.TrimSuffix(f[0], ".png"), Text: f[4]}
		if _, err := fmt.Sscan(strings.Join(f[1:4], " "), &s.Line.Top, &s.Line.Bottom, &s.Line.Floor); err != nil {
			t.Fatal(err)
		}
		s.Line.Gray = gray(t, filepath.Join(dir, f[0]))
		out = append(out, s)
	}
	return out
}

func gray(t testing.TB, path string) *image.Gray {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	g := image.NewGray(img.Bounds())
	draw.Draw(g, img.Bounds(), img, img.Bounds().Min, draw.Src)
	return g
}
