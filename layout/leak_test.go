//go:build matprofile

package layout

import (
	"context"
	"errors"
	"image"
	"image/draw"
	_ "image/jpeg"
	_ "image/png"
	"os"
	"strings"
	"testing"

	"gocv.io/x/gocv"
)

// gocv counts the matrices that are open only when it is built with the tag
// matprofile. make test runs this with it.

func grey(t *testing.T, name string) *image.Gray {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	g := image.NewGray(image.Rectangle{Max: img.Bounds().Size()})
	draw.Draw(g, g.Rect, img, img.Bounds().Min, draw.Src)
	return g
}

func noMats(t *testing.T, after string) {
	t.Helper()
	if n := gocv.MatProfile.Count(); n != 0 {
		var b strings.Builder
		gocv.MatProfile.WriteTo(&b, 1)
		t.Fatalf("%d matrices are open after %s:\n%s", n, after, b.String())
	}
}

func TestCloseFreesEveryMatrix(t *testing.T) {
	noMats(t, "nothing")
	for _, c := range []struct {
		name string
		turn int
	}{
		{"requests.png", 0},
		{"appeals-scan.jpg", 0},           // straightened
		{"proactive-2019-photo.jpg", 180}, // freed of perspective
		{"requests-2019-dark.jpg", 90},    // light rules
		{"text-only.png", 0},              // no table
	} {
		p, err := Analyze(context.Background(), grey(t, "../testdata/"+c.name), c.turn)
		if err != nil {
			t.Fatal(err)
		}
		if gocv.MatProfile.Count() == 0 {
			t.Fatal("matrices are not counted: build with -tags matprofile")
		}
		p.Close()
		noMats(t, c.name)
	}
}

// asked is a context that ends when it has been asked n times.
type asked struct {
	context.Context
	n int
}

func (c *asked) Err() error {
	if c.n--; c.n < 0 {
		return context.Canceled
	}
	return nil
}

func TestNoMatrixIsLeftWhenCancelled(t *testing.T) {
	img := grey(t, "../testdata/appeals-scan.jpg")
	const most = 1_000_000 // the context is asked in long loops, too, so steps grow
	for n := 0; n < most; n += 1 + n/8 {
		p, err := Analyze(&asked{context.Background(), n}, img, 90)
		if err == nil {
			p.Close()
			noMats(t, "all")
			return
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		noMats(t, "a cancelled Analyze")
	}
	t.Errorf("Analyze asked the context %d times and had not ended", most)
}
