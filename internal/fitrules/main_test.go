package main

import (
	"os"
	"path/filepath"
	"testing"
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
