package layout

import (
	"context"
	"fmt"
	"image"
	"math"
	"testing"

	"github.com/biaoge/biaoge/internal/sketch"
)

// A scan of 600 dots an inch: print of some 90 pixels, rules of 14.
func largeSheet() *image.Gray {
	const x, y, w, h, thick = 300, 200, 800, 300, 14
	img := sketch.New(3000, 2600, 245)
	for i := range 4 {
		img.Fill(image.Rect(x+i*w, y, x+i*w+thick, y+7*h+thick), 30)
	}
	for i := range 8 {
		img.Fill(image.Rect(x, y+i*h, x+3*w+thick, y+i*h+thick), 30)
	}
	for r := range 7 {
		for c := range 3 {
			for k := range 3 {
				at := image.Pt(x+c*w+150+k*110, y+r*h+110)
				box := image.Rectangle{Min: at, Max: at.Add(image.Pt(88, 90))}
				img.Fill(box, 40)
				img.Fill(box.Inset(12), 245)
			}
		}
	}
	return img.Gray
}

func TestLargePrintIsMadeSmaller(t *testing.T) {
	for turn, corner := range map[int][2]float64{0: {307, 207}, 180: {2700, 2307}} {
		page, err := Analyze(context.Background(), largeSheet(), turn)
		if err != nil {
			t.Fatal(err)
		}
		defer page.Close()
		if len(page.Grids) != 1 || page.Grids[0].Rows != 7 || page.Grids[0].Cols != 3 {
			t.Fatalf("turned by %d: %v", turn, shapes(page))
		}
		if page.LineHeight < 20 || page.LineHeight > 40 {
			t.Errorf("turned by %d: lines are %v pixels high", turn, page.LineHeight)
		}
		if page.Picture() != image.Pt(3000, 2600) {
			t.Errorf("turned by %d: a picture of %v", turn, page.Picture())
		}
		g := page.Grids[0]
		x, y := page.Source(g.ColLines[0], g.RowLines[0])
		if math.Abs(x-corner[0]) > 12 || math.Abs(y-corner[1]) > 12 {
			t.Errorf("turned by %d: the table begins at %.0f, %.0f of the picture, want %v", turn, x, y, corner)
		}
	}
}

// largeCharacter prints a digit 90 pixels high.
func largeCharacter(img sketch.Canvas, at image.Point) { img.Digits(at.X, at.Y, 90, 1, 40) }

// smallTable draws a ruled table whose cells are so large, with some small characters in
// the middle of the height of each.
func smallTable(img sketch.Canvas, at, cell image.Point, rows, cols, characters int) {
	for i := range cols + 1 {
		img.Plumb(at.X+i*cell.X, at.Y, at.Y+rows*cell.Y+1, 30)
	}
	for i := range rows + 1 {
		img.Level(at.Y+i*cell.Y, at.X, at.X+cols*cell.X+1, 30)
	}
	for r := range rows {
		for c := range cols {
			img.Text(at.X+c*cell.X+20, at.Y+r*cell.Y+(cell.Y-14)/2, characters, 40)
		}
	}
}

// A tall page of small print with one large title is left as it is: nothing of it could be
// read if the title were made as small as print.
func TestSmallPrintBelowALargeTitleStays(t *testing.T) {
	const x, y, w, h = 60, 300, 160, 30
	img := sketch.New(700, 3200, 245)
	img.Text(60, 60, 5, 30)
	for i := range 6 { // a title
		largeCharacter(img, image.Pt(60+i*90, 60))
	}
	const rows, cols = 90, 3
	smallTable(img, image.Pt(x, y), image.Pt(w, h), rows, cols, 4)
	page, err := Analyze(context.Background(), img.Gray, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	if len(page.Grids) != 1 || page.Grids[0].Rows != rows || page.Grids[0].Cols != cols {
		t.Fatalf("%v", shapes(page))
	}
	if x0, _ := page.Source(page.Grids[0].ColLines[0], 0); page.scale != (scale{1, 1}) || math.Abs(x0-x) > 3 {
		t.Errorf("made smaller %v times; the table begins at %.0f", page.scale, x0)
	}
}

// Where most print is large, and the table's is not, the page is looked at as it is.
func TestATableOfSmallPrintAmongLargeIsLookedAtAsItIs(t *testing.T) {
	img := sketch.New(2600, 2600, 245)
	for r := range 12 {
		for c := range 20 {
			largeCharacter(img, image.Pt(60+c*120, 60+r*130))
		}
	}
	smallTable(img, image.Pt(60, 1900), image.Pt(400, 34), 12, 4, 2)
	page, err := Analyze(context.Background(), img.Gray, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer page.Close()
	if page.scale != (scale{1, 1}) || len(page.Grids) == 0 {
		t.Errorf("made smaller %v times, %v", page.scale, shapes(page))
	}
}

// What is found in an enlarged picture lies where it lies in the picture, and its print is
// as high as it is there.
func TestWhatIsFoundEnlargedLiesWhereItIsPrinted(t *testing.T) {
	const x, y, w, h = 40, 30, 120, 24
	img := sketch.New(600, 400, 245)
	smallTable(img, image.Pt(x, y), image.Pt(w, h), 10, 4, 3)
	plain, err := Analyze(context.Background(), img.Gray, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	large, err := Rescaled(context.Background(), img.Gray, 0, plain.OtherScales()[0])
	if err != nil {
		t.Fatal(err)
	}
	defer large.Close()
	if got, want := fmt.Sprint(shapes(large)), fmt.Sprint(shapes(plain)); got != want || len(large.Grids) != 1 {
		t.Fatalf("%v, not %v", got, want)
	}
	if plain.OtherScales()[0] <= 1 || len(large.OtherScales()) > 0 {
		t.Errorf("is made %v times larger, and then %v times", plain.OtherScales(), large.OtherScales())
	}
	if math.Abs(large.PrintHeight-plain.PrintHeight) > 1 || large.LineHeight < 1.5*plain.LineHeight {
		t.Errorf("print of %v pixels is %v high enlarged", plain.PrintHeight, large.PrintHeight)
	}
	g := large.Grids[0]
	for _, end := range [][4]float64{{g.ColLines[0], g.RowLines[0], x, y}, {g.ColLines[4], g.RowLines[10], x + 4*w, y + 10*h}} {
		if atX, atY := large.Source(end[0], end[1]); math.Abs(atX-end[2]) > 1.5 || math.Abs(atY-end[3]) > 1.5 {
			t.Errorf("a corner at %.1f, %.1f, not %v, %v", atX, atY, end[2], end[3])
		}
	}
}
