package synth

import (
	"bytes"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	_ "image/jpeg"
	_ "image/png"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/image/draw"

	"github.com/biaoge/biaoge/tables"
)

func generator(t testing.TB, o Options) *Generator {
	t.Helper()
	g, err := New(o)
	if err != nil {
		t.Fatal(err) // the Makefile installs fonts-wqy-zenhei and fonts-liberation
	}
	return g
}

func picture(t testing.TB, g *Generator, i int) *Picture {
	t.Helper()
	p, err := g.Picture(i)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheSameSeedGivesTheSamePicture(t *testing.T) {
	for _, k := range Kinds() {
		t.Run(string(k), func(t *testing.T) {
			a := generator(t, Options{Seed: 3, Kinds: []Kind{k}})
			picture(t, a, 0) // what was made before must not matter
			b := generator(t, Options{Seed: 3, Kinds: []Kind{"clean", k}})
			pa, pb := picture(t, a, 1), picture(t, b, 3)
			if k == "clean" {
				pb = picture(t, b, 1) // a kind that is named twice has two turns
			}
			if pa.ID != pb.ID {
				t.Fatalf("comparing %s with %s", pa.ID, pb.ID)
			}
			if !bytes.Equal(pa.Data, pb.Data) {
				t.Error("the same seed gave another picture")
			}
			ta, _ := json.Marshal(pa.Truth)
			tb, _ := json.Marshal(pb.Truth)
			if !bytes.Equal(ta, tb) {
				t.Error("the same seed gave another truth")
			}
			if k != "clean" {
				return
			}
			c := generator(t, Options{Seed: 4, Kinds: []Kind{k}})
			if bytes.Equal(pa.Data, picture(t, c, 1).Data) {
				t.Error("another seed gave the same picture")
			}
		})
	}
}

// TestTheTruthHoldsWhatItPromises holds what every truth promises.
func TestTheTruthHoldsWhatItPromises(t *testing.T) {
	for _, k := range Kinds() {
		t.Run(string(k), func(t *testing.T) {
			g := generator(t, Options{Seed: 5, Kinds: []Kind{k}})
			for i := range 4 {
				p := picture(t, g, i)
				cfg, _, err := image.DecodeConfig(bytes.NewReader(p.Data))
				if slices.ContainsFunc(p.Notes, func(n string) bool { return n == "exif orientation 6" || n == "exif orientation 8" }) {
					cfg.Width, cfg.Height = cfg.Height, cfg.Width
				}
				if err != nil || cfg.Width != p.Size[0] || cfg.Height != p.Size[1] {
					t.Errorf("%s: size %v, decoded %d×%d, %v", p.ID, p.Size, cfg.Width, cfg.Height, err)
				}
				if (len(p.Pages) > 0) != (k == "continued") {
					t.Errorf("%s has %d pages more", p.ID, len(p.Pages))
				}
				if len(p.Tables) == 0 != (k == "none") {
					t.Errorf("%s has %d tables", p.ID, len(p.Tables))
				}
				for _, table := range p.Tables {
					checkGrid(t, &p.Truth, &table)
					for n := range p.Pages { // where it goes on
						page := &p.Pages[n]
						rest := page.Tables[0]
						if page.Page != n+2 || page.File != p.File || rest.Kind != table.Kind {
							t.Errorf("%s: page %d of %s goes on with %s on page %d of %s", p.ID, n+1, p.File, rest.Kind, page.Page, page.File)
						}
						checkGrid(t, page, &rest)
						table.Cells, table.Wrong = slices.Concat(table.Cells, rest.Cells), rest.Wrong
					}
					checkSums(t, p.ID, &table)
				}
			}
		})
	}
}

// checkLines holds the lines of a table to its cells: they cross at the corners of
// these, and nothing is printed within one.
func checkLines(t *testing.T, p *Truth, table *TruthTable) {
	t.Helper()
	l := &table.Lines
	if len(l.Crossings) != table.Rows+1 || len(l.Level) != (table.Rows+1)*table.Cols || len(l.Plumb) != (table.Cols+1)*table.Rows {
		t.Errorf("%s: %d lines, %d and %d pieces, of %d rows and %d columns", p.ID, len(l.Crossings), len(l.Level), len(l.Plumb), table.Rows, table.Cols)
		return
	}
	for _, c := range table.Cells {
		for _, y := range []int{c.Row, c.Row + c.RowSpan} {
			for _, x := range []int{c.Col, c.Col + c.ColSpan} {
				at := l.Crossings[y][x]
				if at[0] < c.Box[0]-1 || at[0] > c.Box[0]+c.Box[2]+1 || at[1] < c.Box[1]-1 || at[1] > c.Box[1]+c.Box[3]+1 {
					t.Errorf("%s: a corner of %q at %v, its box is %v", p.ID, c.Text, at, c.Box)
				}
			}
		}
		for y := c.Row + 1; y < c.Row+c.RowSpan; y++ {
			if inner := l.Level[y*table.Cols+c.Col : y*table.Cols+c.Col+c.ColSpan]; strings.Trim(inner, "-") != "" {
				t.Errorf("%s: %q is printed within %q", p.ID, inner, c.Text)
			}
		}
	}
}

func checkGrid(t *testing.T, p *Truth, table *TruthTable) {
	t.Helper()
	checkLines(t, p, table)
	owner := make(map[[2]int]string)
	for _, c := range table.Cells {
		for y := c.Row; y < c.Row+c.RowSpan; y++ {
			for x := c.Col; x < c.Col+c.ColSpan; x++ {
				at := [2]int{y, x}
				if by, ok := owner[at]; ok {
					t.Errorf("%s: row %d column %d is in %q and in %q", p.ID, y, x, by, c.Text)
				}
				owner[at] = c.Text
			}
		}
		for _, b := range [][4]float64{c.Box, c.Ink} {
			if b[0] < -1 || b[1] < -1 || b[0]+b[2] > float64(p.Size[0])+1 || b[1]+b[3] > float64(p.Size[1])+1 {
				t.Errorf("%s: %q is at %v, outside of the picture of %v", p.ID, c.Text, b, p.Size)
			}
		}
		if c.Ink[2] > 0 && (c.Ink[0]+c.Ink[2]/2 < c.Box[0] || c.Ink[0]+c.Ink[2]/2 > c.Box[0]+c.Box[2]) {
			t.Errorf("%s: %q is not in its cell: ink %v, cell %v", p.ID, c.Text, c.Ink, c.Box)
		}
		if lines := strings.ReplaceAll(strings.Join(c.Lines, ""), " ", ""); c.Lines != nil && lines != strings.ReplaceAll(c.Text, " ", "") {
			t.Errorf("%s: the lines %q are not %q", p.ID, c.Lines, c.Text)
		}
	}
	if len(owner) != table.Rows*table.Cols {
		t.Errorf("%s: %d of %d positions are in a cell", p.ID, len(owner), table.Rows*table.Cols)
	}
}

// checkSums holds the sums of a form's truth, but for those it says are wrong.
func checkSums(t *testing.T, id string, table *TruthTable) {
	t.Helper()
	for _, f := range tables.EmbeddedForms() {
		kind, edition, _ := strings.Cut(strings.TrimPrefix(f.ID, "gov-disclosure/"), "@")
		if kind != table.Kind || table.Edition != nil && *table.Edition != edition {
			continue
		}
		values := make(map[string]string)
		for _, c := range table.Cells {
			if c.Key != "" {
				values[c.Key] = c.Text
			}
		}
		sumsHold(t, id, f, values, table.Wrong)
	}
}

func sumsHold(t *testing.T, id string, f *tables.Form, values map[string]string, wrong []string) {
	t.Helper()
	add := func(keys []string) (sum int) {
		for _, k := range keys {
			s := strings.ReplaceAll(values[k], ",", "")
			if strings.Contains("—/无-", s) { // or nothing: written for 0
				continue
			}
			n, err := strconv.Atoi(s)
			if err != nil {
				t.Errorf("%s: %s: %v", id, k, err)
			}
			sum += n
		}
		return sum
	}
	broken := make(map[string]bool)
	for _, c := range f.Checks {
		if add(c.Sum) == add(c.Equals) {
			continue
		}
		named := false
		for _, k := range wrong {
			broken[k] = broken[k] || slices.Contains(c.Equals, k)
			named = named || slices.Contains(c.Sum, k) || slices.Contains(c.Equals, k)
		}
		if !named {
			t.Errorf("%s: %s does not hold, and no key of it is said to be wrong", id, c.Rule)
		}
	}
	for _, k := range wrong {
		if !broken[k] {
			t.Errorf("%s: %s is said to be wrong, but its sum holds", id, k)
		}
	}
}

func TestSumsOfMadeFormsHold(t *testing.T) {
	const n = 400
	wrongs, zeros, all := 0, 0, 0
	r := rand.New(rand.NewPCG(1, 2))
	for _, f := range tables.EmbeddedForms() {
		for i := range n {
			values, wrong := formValues(r, f, i%9 == 0)
			sumsHold(t, f.ID, f, values, wrong)
			if strings.Contains(f.ID, "requests") {
				wrongs += len(wrong)
				for _, v := range values {
					all++
					if v == "0" {
						zeros++
					}
				}
			}
		}
	}
	if share := float64(wrongs) / (2 * n); share < 0.06 || share > 0.14 {
		t.Errorf("%.2f of the reports have a wrong sum, not 1 in 10", share)
	}
	if share := float64(zeros) / float64(all); share < 0.6 || share > 0.95 {
		t.Errorf("%.2f of the values are 0, not most", share)
	}
}

func TestFontsOfTheSplitsAreOthers(t *testing.T) {
	list := families()
	seen := make(map[string]Split)
	for _, f := range slices.Concat(list.Chinese, list.Latin) {
		if f.Family == "" || f.File == "" || f.Package == "" || f.Split != Train && f.Split != Test {
			t.Errorf("%+v: a field is missing", f)
		}
		if s, ok := seen[f.File]; ok {
			t.Errorf("%s is there twice, for %s and %s", f.File, s, f.Split)
		}
		seen[f.File] = f.Split
	}
	for _, want := range []string{"AR PL SungtiL GB", "TW-Kai", "Carlito", "TeX Gyre Termes"} {
		if !slices.ContainsFunc(slices.Concat(list.Chinese, list.Latin), func(f family) bool { return f.Family == want && f.Split == Test }) {
			t.Errorf("%s is not kept for testing", want)
		}
	}
	p := picture(t, generator(t, Options{Seed: 1, Fonts: Train, Kinds: []Kind{"clean"}}), 0)
	for _, name := range p.Fonts {
		if !slices.ContainsFunc(slices.Concat(list.Chinese, list.Latin), func(f family) bool { return f.Family == name && f.Split == Train }) {
			t.Errorf("%s appears in a picture for training", name)
		}
	}
}

func TestAFontHasNoCharacterThatItDrawsWithoutInk(t *testing.T) {
	for _, split := range []Split{Train, Test} {
		fonts := generator(t, Options{Seed: 1, Fonts: split}).fonts
		for _, face := range slices.Concat(fonts.chinese, fonts.latin) {
			if face.has('1') && !face.has(' ') {
				t.Errorf("%s has no space, which needs no ink", face.Family)
			}
			for _, r := range "℃‰№²³°¥√✓☐☑①Ⅲ★〇" {
				if face.has(r) && len(face.weight(false).outline(r).segments) == 0 {
					t.Errorf("%s draws %c without ink", face.Family, r)
				}
			}
		}
	}
}

func TestWithoutFontsItSaysWhatToInstall(t *testing.T) {
	_, err := New(Options{Dirs: []string{t.TempDir()}})
	if !errors.Is(err, ErrNoFonts) || !strings.Contains(err.Error(), "apt-get install fonts-noto-cjk") {
		t.Errorf("without fonts: %v", err)
	}
}

// TestMappingsFollowTheInk follows dots of ink through everything that moves them.
func TestMappingsFollowTheInk(t *testing.T) {
	moves := map[string]func(s *shot, r *rand.Rand, l *look){
		"shrink":     func(s *shot, r *rand.Rand, l *look) { s.shrink(0.5, draw.CatmullRom) },
		"skew":       func(s *shot, r *rand.Rand, l *look) { s.skew(2.5, grey(255)) },
		"turned 90":  func(s *shot, r *rand.Rand, l *look) { s.quarter(90) },
		"turned 180": func(s *shot, r *rand.Rand, l *look) { s.quarter(180) },
		"turned 270": func(s *shot, r *rand.Rand, l *look) { s.quarter(270) },
		"photo":      func(s *shot, r *rand.Rand, l *look) { s.toPhoto(r) },
		"all": func(s *shot, r *rand.Rand, l *look) {
			s.toPhoto(r)
			s.quarter(90)
			s.skew(-1, grey(0))
			s.shrink(0.8, draw.BiLinear)
		},
	}
	g := generator(t, Options{})
	for name, move := range moves {
		t.Run(name, func(t *testing.T) {
			for seed := range uint64(8) {
				r := rand.New(rand.NewPCG(seed, 1))
				l := g.paperLook(r, scanned)
				c := newCanvas(600, 800, 1, grey(255), &g.pen)
				dots := []image.Point{{100, 100}, {500, 120}, {480, 700}, {90, 650}, {300, 400}}
				for _, p := range dots {
					c.disc(p, 8, color.RGBA{0, 0, 0, 255})
				}
				s := &shot{RGBA: c.RGBA, to: unmoved, scale: 1}
				move(s, r, l)
				for _, p := range dots {
					x, y := s.to(float64(p.X)+0.5, float64(p.Y)+0.5)
					in := s.RGBAAt(int(x), int(y))
					x2, y2 := s.to(float64(p.X)+25, float64(p.Y)+0.5)
					out := s.RGBAAt(int(x2), int(y2))
					if int(in.G)+40 > int(out.G) {
						t.Errorf("seed %d: the dot of %v is not at %.1f, %.1f: %v there, %v beside it", seed, p, x, y, in, out)
					}
				}
			}
		})
	}
}

func BenchmarkPicture(b *testing.B) {
	for _, k := range Kinds() {
		b.Run(string(k), func(b *testing.B) {
			g := generator(b, Options{Seed: 1, Kinds: []Kind{k}, Fonts: Train})
			for i := range 20 { // read the fonts
				picture(b, g, i)
			}
			pixels := 0
			for i := 0; b.Loop(); i++ {
				p := picture(b, g, i%200)
				pixels += p.Size[0] * p.Size[1]
			}
			b.ReportMetric(float64(pixels)/float64(b.N)/1e6, "megapixels/op")
		})
	}
}

// BenchmarkRequests is a clean picture of the largest form at device scale 1.
func BenchmarkRequests(b *testing.B) {
	var forms []*tables.Form
	for _, f := range tables.EmbeddedForms() {
		if strings.Contains(f.ID, "requests") {
			forms = append(forms, f)
		}
	}
	g := generator(b, Options{Seed: 1, Fonts: Train, Forms: forms})
	one := func(i int) {
		r := rand.New(rand.NewPCG(1, uint64(i)))
		s := g.formShot(r, g.screenLook(r, 1)).save(r, 35, 75, 96)
		var data []byte
		if _, err := s.encode(&data); err != nil {
			b.Fatal(err)
		}
	}
	for i := range 20 {
		one(i)
	}
	for i := 0; b.Loop(); i++ {
		one(i % 50)
	}
}
