package main

import (
	"os"
	"path/filepath"
	"testing"
)

// Every picture that can be read is found in a folder whatever its name.
func TestPicturesAreFoundByContent(t *testing.T) {
	const pictures = "../../internal/picture/testdata"
	files, err := os.ReadDir(pictures)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, f := range files {
		if filepath.Ext(f.Name()) == ".py" || f.IsDir() {
			continue
		}
		data, err := os.ReadFile(filepath.Join(pictures, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, f.Name()+".dat")
		if err := os.WriteFile(name, data, 0o666); err != nil {
			t.Fatal(err)
		}
		if ok, err := isPicture(name); !ok || err != nil {
			t.Errorf("%s: %v, %v", f.Name(), ok, err)
		}
	}
	for text, want := range map[string]bool{"": false, "BM is how this text begins, and it goes on": false, "GIF89a": true} {
		name := filepath.Join(dir, "text")
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if ok, err := isPicture(name); ok != want || err != nil {
			t.Errorf("%q: %v, %v", text, ok, err)
		}
	}
}
