package main

import (
	"bytes"
	"encoding/json"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// A table that office.py set has its rules where office.py says, even where the truth still
// tells where biaoge synth drew them; one of biaoge synth has them where that drew them.
func TestTheLinesOfAPictureAreThoseOfWhoMadeIt(t *testing.T) {
	const table = `"Tables":[{"Rows":1,"Cols":1,"Lines":{"crossings":[[[5,5],[95,5]],[[5,45],[95,45]]]}}]`
	dir := t.TempDir()
	text := `{"file":"set.png","lines":{"rows":[10,50],"cols":[10,90],"map":[1,0,0,0,1,0]},` + table + "}\n" + `{"file":"drawn.png",` + table + "}\n"
	if err := os.WriteFile(filepath.Join(dir, "truth.jsonl"), []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	all, err := truths(dir)
	if err != nil || len(all) != 2 {
		t.Fatalf("%d pictures, %v", len(all), err)
	}
	if set := all[0]; set.Lines == nil || set.Lines.Rows[1] != 50 || set.Tables[0].Lines != nil {
		t.Errorf("%+v, its table %+v", set.Lines, set.Tables[0])
	}
	if drawn := all[1]; drawn.Lines != nil || drawn.Tables[0].Lines == nil || len(drawn.Tables[0].Lines.Crossings) != 2 {
		t.Errorf("%+v, its table %+v", drawn.Lines, drawn.Tables[0])
	}
}

// drawn is a folder with a picture of a table of two rows and two columns, whose truth tells where
// its lines cross. The line between the rows ends at the middle.
func drawn(t *testing.T) string {
	t.Helper()
	c := sketch.New(400, 200, 255)
	for _, y := range []int{20, 180} {
		c.Level(y, 20, 381, 0)
	}
	for _, x := range []int{20, 200, 380} {
		c.Plumb(x, 20, 181, 0)
	}
	c.Level(100, 20, 201, 0)
	var picture bytes.Buffer
	if err := png.Encode(&picture, c.Gray); err != nil {
		t.Fatal(err)
	}
	const text = `{"file":"drawn.png","tables":[{"rows":2,"cols":2,"cells":[` +
		`{"row":0,"col":0,"rowspan":1,"colspan":1},{"row":0,"col":1,"rowspan":1,"colspan":1},` +
		`{"row":1,"col":0,"rowspan":1,"colspan":1},{"row":1,"col":1,"rowspan":1,"colspan":1}],` +
		`"lines":{"crossings":[[[20,20],[200,20],[380,20]],[[20,100],[200,100],[380,100]],[[20,180],[200,180],[380,180]]],` +
		`"level":"|||-||","plumb":"||||||"}}]}` + "\n"
	dir := filepath.Join(t.TempDir(), "set")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"drawn.png": picture.Bytes(), "truth.jsonl": []byte(text)} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// A page is written with where rules are printed on it, and without those that are not.
func TestPagesComeWithTheRulesThatArePrinted(t *testing.T) {
	out := filepath.Join(t.TempDir(), "pages")
	if err := writePages(out, []string{drawn(t)}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(out, "pages.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var line pageLine
	if err := json.Unmarshal(data, &line); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(out, line.File))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if size, err := png.DecodeConfig(f); err != nil || size.Width != 400 || size.Height != 200 {
		t.Errorf("a page of %d by %d pixels, %v", size.Width, size.Height, err)
	}
	if len(line.Level) != 5 || len(line.Plumb) != 6 {
		t.Fatalf("%d level and %d plumb pieces of rules: %s", len(line.Level), len(line.Plumb), data)
	}
	const near = 1.5 // pixels
	for i, want := range [][3]float64{{20, 20, 200}, {20, 200, 380}, {100, 20, 200}, {180, 20, 200}, {180, 200, 380}} {
		if got := line.Level[i]; math.Abs(got.Pos-want[0]) > near || math.Abs(got.Lo-want[1]) > near || math.Abs(got.Hi-want[2]) > near {
			t.Errorf("level piece %d is %v, want %v", i, got, want)
		}
	}
}

// Pages of two folders of one name would take each other's place; and what cannot be written is named.
func TestPagesThatCannotBeWrittenAreNamed(t *testing.T) {
	out := t.TempDir()
	if err := writePages(out, []string{drawn(t), drawn(t)}); err == nil || !strings.Contains(err.Error(), "set-drawn.png.png") {
		t.Errorf("two folders of one name: %v", err)
	}
	if err := os.Mkdir(filepath.Join(out, "pages.jsonl"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := writePages(out, []string{drawn(t)}); err == nil || !strings.Contains(err.Error(), "pages.jsonl") {
		t.Errorf("a folder where pages.jsonl should be: %v", err)
	}
}
