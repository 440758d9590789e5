package evaluate

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/tables"
)

func load(t *testing.T) *Result {
	t.Helper()
	open := func(name string) *os.File {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { f.Close() })
		return f
	}
	truth, err := ReadTruth("truth.jsonl", open("testdata/truth.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	docs, err := ReadOutput("output.jsonl", open("testdata/output.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	r := new(Result)
	for i := range truth {
		r.Add(&truth[i], docs.Of(&truth[i]))
	}
	return r
}

// score.txt is what the scorer of the development set, which is no part of this
// repository, printed of the same two files. They have most kinds of trouble: a
// missing picture, a table too many, one that is another, sums that don't hold,
// values missing and wrong.
func TestRowsAreThoseOfTheDevelopmentSet(t *testing.T) {
	want, err := os.ReadFile("testdata/score.txt")
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := load(t).Rows(&got); err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
}

func TestTextsAreComparedAsTheyMean(t *testing.T) {
	for in, want := range map[string]string{
		"１２３":         "123",
		"－3":          "-3",
		"——":          "-",
		" 1 2\n3\t":   "123",
		"“信息”":        `"信息"`,
		"一、二":         "一、二", // the number one is no dash
		"（一）予以公开":     "(一)予以公开",
		"\u30001，000": "1,000",
	} {
		if got := normal(in); got != want {
			t.Errorf("normal(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestTheCurveFallsAsMoreIsReviewed(t *testing.T) {
	r := load(t)
	points := r.Curve()
	if first := points[0]; first.Review != 0 || first.Silent != r.All().Wrong {
		t.Errorf("flagging nothing: %+v", first)
	}
	for i := 1; i < len(points); i++ {
		if points[i].Review < points[i-1].Review || points[i].Silent > points[i-1].Silent {
			t.Errorf("the curve turns at %+v", points[i])
		}
	}
}

func TestCalibrationCountsEveryValue(t *testing.T) {
	r := load(t)
	n, wrong := 0, 0
	for _, l := range r.Calibration() {
		n += l.N
		wrong += l.Wrong
		share := float64(l.Wrong) / float64(l.N)
		if share < l.Low-1e-12 || share > l.High+1e-12 {
			t.Errorf("%+v: the share is outside of its interval", l)
		}
	}
	if n != len(r.Values) || wrong != r.All().Wrong {
		t.Errorf("%d values, %d wrong; want %d, %d", n, wrong, len(r.Values), r.All().Wrong)
	}
}

func TestWorstBeginsWithTheSilentAndSure(t *testing.T) {
	worst := load(t).Worst(100)
	if len(worst) < 2 || !worst[0].Silent() {
		t.Fatalf("%+v", worst)
	}
	for i := 1; i < len(worst); i++ {
		a, b := worst[i-1], worst[i]
		if !a.Silent() && b.Silent() || a.Silent() == b.Silent() && a.Confidence < b.Confidence {
			t.Errorf("%+v stands before %+v", a, b)
		}
	}
}

func TestAPlotIsWellFormed(t *testing.T) {
	for _, r := range []*Result{load(t), {}, {Values: []Value{{Right: true, Confidence: 1}}}} {
		var b bytes.Buffer
		if err := r.Plot(&b, "svg"); err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(&b); ; {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
		}
		b.Reset()
		if err := r.Plot(&b, "png"); err != nil {
			t.Fatal(err)
		}
		if _, err := png.Decode(&b); err != nil {
			t.Error(err)
		}
	}
	if err := load(t).Plot(io.Discard, "pdf"); err == nil {
		t.Error("a plot as pdf is made")
	}
}

func TestErrorsNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "truth.jsonl: the file is empty",
		`{"file": "a.png"}` + "\n" + `{"file":`: "truth.jsonl:2: unexpected end",
		`{"id": "a"}`:                           `truth.jsonl:1: no field "file"`,
		`{"file": "a", "tables": [{"rows": 3}}`: "truth.jsonl:1: invalid character",
		`{"file": "a", "tables": "none of them"}`: "truth.jsonl:1: json: cannot unmarshal",
	} {
		_, err := ReadTruth("truth.jsonl", strings.NewReader(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s…", text, err, want)
		}
	}
}

func TestCropsShowTheCell(t *testing.T) {
	to := t.TempDir()
	values := []Value{
		{File: "dot.png", Key: "a/b", Box: tables.Box{10, 10, 20, 8}},
		{File: "dot.png", Key: "nowhere"},
		{File: "dot.png", Key: "edge", Box: tables.Box{0, 0, 10, 10}},
	}
	names, err := WriteCrops(to, "testdata", values)
	if err != nil {
		t.Fatal(err)
	}
	if names[1] != "" || !strings.HasSuffix(names[0], "001-dot-a_b.png") {
		t.Errorf("names %q", names)
	}
	f, err := os.Open(names[0])
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	if b := m.Bounds(); b.Dx() != 29 || b.Dy() != 17 { // half a height around, and one for the fraction
		t.Errorf("the crop is %v", b)
	}
	if _, err := WriteCrops(to, "elsewhere", values); err == nil {
		t.Error("a missing picture is no error")
	}
}

// Where nothing is wrong the review curve is a point, and its axes have a
// length all the same.
func TestAPlotOfNothingWrongHasAxes(t *testing.T) {
	r := &Result{Values: []Value{{Printed: "8", Read: "8", Confidence: 0.999}, {Printed: "3", Read: "3", Confidence: 0.9999}}}
	p, err := r.curve()
	if err != nil {
		t.Fatal(err)
	}
	if p.X.Min != 0 || p.X.Max < 1 || p.Y.Min != 0 || p.Y.Max < 1 {
		t.Errorf("axes from (%v, %v) to (%v, %v)", p.X.Min, p.Y.Min, p.X.Max, p.Y.Max)
	}
	var b bytes.Buffer
	if err := r.Plot(&b, "svg"); err != nil || strings.Contains(b.String(), "NaN") {
		t.Errorf("the plot has no sense: %v", err)
	}
}

// A form that is named where it is not is as wrong as another's name; blanks are values that
// read as nothing.
func TestFormsAndBlanksAreTallied(t *testing.T) {
	r := load(t)
	if r.Forms.n() == 0 || r.Forms.n() < r.All().FormRight {
		t.Errorf("%d forms, %d of them right", r.Forms.n(), r.All().FormRight)
	}
	before := r.Forms.n()
	name := "gov-disclosure/appeals@2019"
	r.Add(&Picture{Set: "none"}, &tables.Document{Tables: []tables.Table{{Form: &name, FormConfidence: 1}}})
	if r.Forms.n() != before+1 || r.Forms.calibrationError() == 0 {
		t.Errorf("a form on a picture without a table: %d forms, calibration error %g", r.Forms.n(), r.Forms.calibrationError())
	}
	r.Values = []Value{{Read: "", Confidence: 0.75, Right: true}, {Read: "", Confidence: 0.75}, {Read: "7", Right: true}}
	if b := r.blanks(); b.n() != 2 || b.calibrationError() != 0.25 {
		t.Errorf("%d blanks, calibration error %g", b.n(), b.calibrationError())
	}
}
