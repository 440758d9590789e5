package reviewer

import (
	"encoding/json"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/biaoge/biaoge/tables"
)

// answered makes a folder in which one value was read wrong and one was not
// read, and answers both.
func answered(t *testing.T, args ...string) (*Folder, *Server) {
	t.Helper()
	k := Keys()
	f, s := serve(t, []Sheet{doubt("a/1.png", map[string]Value{k[5]: doubtful("3", "8"), k[6]: doubtful("4", "9"), k[9]: sure("3")})}, 1, append([]string{"--reviewer", "Li"}, args...)...)
	c := s.Client(0)
	for _, q := range ask(t, c) {
		if q.Key == k[5] {
			say(t, c, q, map[string]any{"raw": "３"}) // full width is folded
		} else {
			say(t, c, q, map[string]any{"unreadable": true})
		}
	}
	return f, s
}

// Label Studio is given a rectangle, a label and a text for each answered cell,
// in per cent of the picture; what nobody could read is left out.
func TestLabelStudioGetsARectangleForEachAnswer(t *testing.T) {
	f, _ := answered(t)
	_, out := command(t, "review", "--export", "label-studio.json", f.Out)
	type region struct {
		Type     string
		FromName string `json:"from_name"`
		ToName   string `json:"to_name"`
		Width    int    `json:"original_width"`
		Height   int    `json:"original_height"`
		Value    struct {
			X, Y, Width, Height float64
			Text, Labels        []string
		}
	}
	var tasks []struct {
		Data        map[string]any
		Annotations []struct{ Result []region }
	}
	if err := json.Unmarshal([]byte(out), &tasks); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if len(tasks) != 1 || tasks[0].Data["image"] != "a/1.png" || len(tasks[0].Annotations) != 1 {
		t.Fatalf("%s", out)
	}
	all := tasks[0].Annotations[0].Result
	if len(all) != 3 {
		t.Fatalf("%d regions: %s", len(all), out)
	}
	cells := Form().Cells
	c := &cells[slices.IndexFunc(cells, func(c tables.FormCell) bool { return c.Key == Keys()[5] })]
	at, of := box(c), size(Form())
	for i, want := range []string{"rectangle bbox", "labels label", "textarea transcription"} {
		r := all[i]
		if r.Type+" "+r.FromName != want || r.ToName != "image" || r.Width != of.X || r.Height != of.Y {
			t.Errorf("region %d: %+v", i, r)
		}
		for _, p := range [][2]float64{{r.Value.X, float64(at.Min.X) / float64(of.X)}, {r.Value.Y, float64(at.Min.Y) / float64(of.Y)}, {r.Value.Width, float64(at.Dx()) / float64(of.X)}, {r.Value.Height, float64(at.Dy()) / float64(of.Y)}} {
			if math.Abs(p[0]-100*p[1]) > 0.01 {
				t.Errorf("it is at %v %%, not %v", p[0], 100*p[1])
			}
		}
	}
	if !slices.Equal(all[2].Value.Text, []string{"3"}) || !slices.Equal(all[1].Value.Labels, []string{"value"}) {
		t.Errorf("%+v", all)
	}
}

// Parquet says who gave a value, as CSV does.
func TestParquetSaysWhoGaveAValue(t *testing.T) {
	f, s := answered(t)
	s.Stop()
	if code, out := command(t, "batch", "--results-only", "--format", "csv,parquet", f.In, f.Out); code != 0 {
		t.Fatalf("%d %s", code, out)
	}
	type line struct {
		Key        string   `parquet:"key"`
		Raw        string   `parquet:"raw"`
		Confidence float64  `parquet:"confidence"`
		Review     bool     `parquet:"review"`
		Value      *float64 `parquet:"value,optional"`
		Source     string   `parquet:"source"`
		Reviewer   string   `parquet:"reviewer"`
		MachineRaw string   `parquet:"machine_raw"`
	}
	lines, err := parquet.ReadFile[line](filepath.Join(f.Out, "records.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	k := Keys()
	for _, l := range lines {
		switch l.Key {
		case k[5]:
			if l.Raw != "3" || l.Confidence != 1 || l.Review || *l.Value != 3 || l.Source != "person" || l.Reviewer != "Li" || l.MachineRaw != "8" {
				t.Errorf("what a person read: %+v", l)
			}
		case k[6]:
			if l.Raw != "\uFFFD" || !l.Review || l.Value != nil || l.Source != "person" || l.MachineRaw != "9" {
				t.Errorf("what nobody could read: %+v", l)
			}
		default:
			if l.Source != "machine" || l.Reviewer != "" || l.MachineRaw != l.Raw {
				t.Errorf("what nobody was asked about: %+v", l)
			}
		}
	}
	file, err := os.Open(filepath.Join(f.Out, "records.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	p, err := parquet.OpenFile(file, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	var columns []string
	for _, c := range p.Schema().Fields() {
		columns = append(columns, c.Name())
	}
	if n := len(columns); !slices.Equal(columns[n-3:], []string{"source", "reviewer", "machine_raw"}) {
		t.Errorf("the last columns are %v", columns)
	}
}

// corrections.csv of one review is another's answers: by the picture's bytes,
// whatever it is called there.
func TestCorrectionsOfOneReviewAreAnswersOfAnother(t *testing.T) {
	f, s := answered(t)
	s.Stop()
	file := filepath.Join(t.TempDir(), "corrections.csv")
	if code, out := command(t, "review", "--export", "corrections.csv", "-o", file, f.Out); code != 0 {
		t.Fatal(out)
	}
	k := Keys()
	other, err := MakeFolder(t.TempDir(), []Sheet{{Path: "elsewhere/7.png", Salt: len("a/1.png"), Values: map[string]Value{k[5]: doubtful("3", "8"), k[6]: doubtful("4", "9"), k[9]: sure("3")}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2 answers taken over, 0 there already", "0 answers taken over, 2 there already"} {
		if _, out := command(t, "review", "--import", file, other.Out); !strings.HasPrefix(out, want) {
			t.Errorf("import: %s", out)
		}
	}
	expect(t, other, map[string]string{"elsewhere/7.png " + k[5]: "3", "elsewhere/7.png " + k[6]: "\uFFFD"})
}

// The page's button writes the results while the review goes on.
func TestAButtonWritesTheResults(t *testing.T) {
	k := Keys()
	f, s := serve(t, []Sheet{doubt("a/1.png", map[string]Value{k[5]: unclear("3"), k[6]: unclear("4"), k[9]: sure("7")})}, 1)
	tab := open(t, s, 0, Look{})
	q := question(t, tab, "")
	do(t, tab.Press("8"+Enter))
	question(t, tab, q.ID)
	saved(t, tab)
	do(t, tab.Click("[data-do=results]"))
	until(t, tab, "the results", func(Seen) bool {
		lines, err := f.Records()
		return err == nil && slices.ContainsFunc(lines, func(l map[string]string) bool { return l["raw"] == "8" && l["source"] == "person" })
	})
}

// Pictures that contradict may both be right, and are kept apart.
func TestPicturesThatContradictMayBeKeptApart(t *testing.T) {
	k := Keys()
	f, s := serve(t, []Sheet{
		{Path: "a/1.png", Salt: 1, Values: map[string]Value{k[5]: sure("3"), k[9]: sure("3")}},
		{Path: "a/2.png", Salt: 2, Values: map[string]Value{k[5]: sure("4"), k[9]: sure("4")}},
	}, 1)
	say(t, s.Client(0), ask(t, s.Client(0))[0], map[string]any{"choose": nil})
	s.Stop()
	lines, err := f.Records()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if l["review"] != "false" {
			t.Errorf("it is still doubted: %v", l)
		}
	}
	if code, out := command(t, "batch", "--results-only", f.In, f.Out); code != 0 || len(lines) != 2*len(k) {
		t.Errorf("code %d, %d values: %s", code, len(lines), out)
	}
}

// Where the pictures have moved, --in says where they are.
func TestPicturesThatMovedAreFoundByIn(t *testing.T) {
	k := Keys()
	f, s := serve(t, []Sheet{doubt("a/1.png", map[string]Value{k[5]: unclear("3"), k[9]: sure("3")})}, 1)
	q := ask(t, s.Client(0))[0]
	s.Stop()
	moved := filepath.Join(t.TempDir(), "moved")
	if err := os.Rename(f.In, moved); err != nil {
		t.Fatal(err)
	}
	s = start(t, f, 1, "127.0.0.1:0")
	var said struct{ Error string }
	if code, err := s.Client(0).Do("GET", q.Crop, nil, &said); code != http.StatusNotFound || err != nil || !strings.Contains(said.Error, "biaoge review --in") {
		t.Errorf("%d %v %v", code, said, err)
	}
	s.Stop()
	s = start(t, f, 1, "127.0.0.1:0", "--in", moved)
	var png []byte
	if code, err := s.Client(0).Do("GET", q.Crop, nil, &png); code != http.StatusOK || err != nil || !strings.HasPrefix(string(png), "\x89PNG") {
		t.Errorf("with --in: %d %v", code, err)
	}
}

// Behind a proxy with TLS the page goes by the proxy's name, and by no other.
func TestThePageGoesByTheProxysName(t *testing.T) {
	k := Keys()
	_, s := serve(t, []Sheet{doubt("a/1.png", map[string]Value{k[5]: unclear("3"), k[9]: sure("3")})}, 1, "--behind-proxy", "review.example")
	c := s.Client(0)
	for _, r := range []struct {
		host, origin string
		code         int
	}{
		{"review.example", "", 200}, {"REVIEW.example", "https://review.example", 200},
		{"", "", 403}, {"localhost", "", 403}, {"other.example", "", 403},
		{"review.example", "http://review.example", 403}, {"review.example", "https://evil.example", 403},
	} {
		req, err := http.NewRequest("GET", c.Base+"/api/progress", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = r.host
		req.Header.Set("Authorization", "Bearer "+c.Token)
		if r.origin != "" {
			req.Header.Set("Origin", r.origin)
		}
		res, err := c.HTTP.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != r.code || res.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%+v: %d", r, res.StatusCode)
		}
	}
}
