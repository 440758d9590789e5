// Command calibrate fits the weights that join the evidence on a reading into
// one probability to pictures whose contents are known, those for values of a
// form (models/confidence.json) or those for numbers of no form that the line
// reader alone has read (models/figures.json): a logistic regression (Platt 1999)
// by Newton's method, with a small ridge so that what was never seen wrong keeps a
// finite weight. Of what stands in tables of no form otherwise it only writes the
// examples: models/train/print.py fits nets to them. With -dry it says how good
// the probabilities are that the program gives.
//
//	go run ./internal/calibrate [-of values|figures] [-o FILE] DIR…
//	go run ./internal/calibrate -of print -save FILE DIR…
//	go run ./internal/calibrate [-of values|print|figures] -dry DIR…
//
// Each DIR holds pictures and their truth.jsonl, as `biaoge synth` writes them.
//
// It must not know how a text is read, only what was weighed and whether it was right.
package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/evaluate"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/tables"
)

// An example is one reading: what spoke for it, whether it was right, and the
// probability that it was given.
type example struct {
	features []float64
	right    bool
	given    float64
	words    bool // it has Chinese characters
	weighed  bool // one of the texts that were weighed: it is fitted to, and not judged
}

func main() {
	log.SetFlags(0)
	of := flag.String("of", "values", "fit the weights for `WHAT`: values, print or figures")
	out := flag.String("o", "", "write the weights to `FILE`")
	dry := flag.Bool("dry", false, "fit nothing: say how good the weights are that the program has")
	save := flag.String("save", "", "write the examples to `FILE`, one a line")
	ridge := flag.Float64("ridge", 1, "the `WEIGHT` of the ridge")
	flag.Parse()
	kind, ok := map[string]target{
		"values":  {[]features{{"values", ocr.FeatureNames}}, "models/confidence.json", values, nil},
		"print":   {[]features{{"print", ocr.PrintFeatureNames}, {"quick", ocr.QuickFeatureNames}}, "", cells, everyReader},
		"figures": {[]features{{"figures", ocr.FigureFeatureNames}}, "models/figures.json", cells, everyFigure},
	}[*of]
	if !ok {
		log.Fatalf("-of %s is none of values, print and figures", *of)
	}
	if *dry && *of == "print" {
		kind.options = nil // asked as the program asks
	}
	x, err := biaoge.New(kind.options...)
	if err != nil {
		log.Fatal(err)
	}
	defer x.Close()
	var all []example
	for _, dir := range flag.Args() {
		got, err := kind.examples(x, dir)
		if err != nil {
			log.Fatal(err)
		}
		all = append(all, got...)
	}
	if len(all) == 0 {
		log.Fatal("no values; name folders that biaoge synth wrote")
	}
	if *save != "" {
		if err := saveExamples(*save, kind.weighed, all); err != nil {
			log.Fatal(err)
		}
	}
	if *dry || kind.file == "" {
		judge(all)
		return
	}
	weights := fit(all, *ridge)
	for i := range all {
		all[i].given = probability(weights, all[i].features)
	}
	judge(all)
	features := kind.weighed[0].names
	for i, n := range features {
		fmt.Printf("%-20s %8.4f\n", n, weights[i])
	}
	text, err := json.MarshalIndent(map[string]any{"features": features, "weights": weights}, "", "  ")
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(cmp.Or(*out, kind.file), append(text, '\n'), 0o666); err != nil {
		log.Fatal(err)
	}
}

// A target is a set of weights.
type target struct {
	weighed []features // what readings are weighed by
	file    string     // that holds the weights; none where they are fitted elsewhere
	of      func(truth evaluate.Table, doc *tables.Table) []example
	options []biaoge.Option
}

// features are the figures by which readings of one kind are weighed; those of
// another kind are more or fewer.
type features struct {
	kind  string
	names []string
}

// weighs reports whether an example is of a kind that is weighed.
func (k target) weighs(e example) bool {
	return slices.ContainsFunc(k.weighed, func(f features) bool { return len(f.names) == len(e.features) })
}

// everyFigure has all numbers of tables of no form read by the line reader alone
// but for the samples, however little it is trusted.
var everyFigure = []biaoge.Option{biaoge.WithReviewBelow(0)}

// everyReader has each cell of tables of no form read by all readers, however sure
// the first are: what they know together is fitted to, and what the first knew.
var everyReader = []biaoge.Option{biaoge.WithReviewBelow(1)}

// saveExamples writes what spoke for each reading, whether it was right, and the
// probability that it was given, as lines of JSON; the first has the names by kind.
func saveExamples(path string, weighed []features, all []example) error {
	names := make(map[string][]string)
	for _, f := range weighed {
		names[f.kind] = f.names
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	if err := enc.Encode(map[string]any{"names": names}); err != nil {
		return err
	}
	for _, e := range all {
		if err := enc.Encode(map[string]any{"features": e.features, "right": e.right, "given": e.given, "weighed": e.weighed}); err != nil {
			return err
		}
	}
	return os.WriteFile(path, b.Bytes(), 0o666)
}

// judge prints how good the probabilities of readings are: how much they are off,
// and what a flag below each bound would do.
func judge(all []example) {
	wrong, loss, off := 0, 0.0, 0.0
	all = slices.DeleteFunc(slices.Clone(all), func(e example) bool { return e.weighed })
	for _, e := range all {
		p := e.given
		if off += p; e.right {
			off--
		} else {
			wrong++
			p = 1 - p
		}
		loss -= math.Log(max(p, 1e-12))
	}
	n := float64(len(all))
	fmt.Printf("%d readings, %d wrong; mean log loss %.5f, probabilities %.4f too high on the average\n", len(all), wrong, loss/n, off/n)
	words := slices.DeleteFunc(slices.Clone(all), func(e example) bool { return !e.words })
	fmt.Printf("calibration error %.2f %% of all, %.2f %% of the %d of words\n", 100*calibrationError(all), 100*calibrationError(words), len(words))
	for _, bound := range []float64{0.9, 0.98, 0.99, 0.995, 0.998} {
		silent, flagged := 0, 0
		for _, e := range all {
			switch {
			case e.given >= bound && !e.right:
				silent++
			case e.given < bound && e.right:
				flagged++
			}
		}
		fmt.Printf("flagged below %.3f: %d wrong are not (%.4f of all), %.4f of the right ones are\n", bound, silent, float64(silent)/n, float64(flagged)/(n-float64(wrong)))
	}
}

// calibrationError is how far probabilities are off on the average: in each tenth of
// them, their mean against the share that is right.
func calibrationError(all []example) float64 {
	var off [10]float64
	for _, e := range all {
		bin := min(9, int(10*e.given))
		if off[bin] += e.given; e.right {
			off[bin]--
		}
	}
	sum := 0.0
	for _, v := range off {
		sum += math.Abs(v)
	}
	return sum / float64(max(1, len(all)))
}

// examples reads the pictures of a folder and compares what was weighed with
// what is printed.
func (k target) examples(x *biaoge.Extractor, dir string) ([]example, error) {
	name := filepath.Join(dir, "truth.jsonl")
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	truth, err := evaluate.ReadTruth(name, f)
	if err != nil {
		return nil, err
	}
	var out []example
	for _, p := range truth {
		data, err := os.ReadFile(filepath.Join(dir, p.File))
		if err != nil {
			return nil, err
		}
		doc, err := x.Extract(context.Background(), bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.File, err)
		}
		// Only pictures with one table: which table a value belongs to is
		// then no question.
		if len(p.Tables) != 1 || len(doc.Tables) != 1 {
			continue
		}
		for _, e := range k.of(p.Tables[0], &doc.Tables[0]) {
			if k.weighs(e) {
				out = append(out, e)
			}
		}
	}
	return out, nil
}

// values are the values of a form.
func values(truth evaluate.Table, doc *tables.Table) (out []example) {
	printed := make(map[string]string)
	for _, c := range truth.Cells {
		if c.Key != "" {
			printed[c.Key] = tables.Fold(c.Text)
		}
	}
	for _, r := range doc.Records {
		if text, ok := printed[r.Key]; ok && r.Evidence != nil {
			out = append(out, example{features: r.Evidence, right: tables.Fold(r.Raw) == text, given: r.Confidence})
		}
	}
	return out
}

// cells are those of a table of no form whose grid is exact: where it is not, a
// reading may be right and in the wrong place.
func cells(truth evaluate.Table, doc *tables.Table) (out []example) {
	if doc.Form != nil || len(doc.Cells) != len(truth.Cells) {
		return nil
	}
	type place struct{ row, col, rowspan, colspan int }
	printed := make(map[place]string)
	for _, c := range truth.Cells {
		printed[place{c.Row, c.Col, c.RowSpan, c.ColSpan}] = c.Text
	}
	for _, c := range doc.Cells {
		text, ok := printed[place{c.Row, c.Col, c.RowSpan, c.ColSpan}]
		if !ok {
			return nil
		}
		if c.Evidence != nil {
			out = append(out, example{features: c.Evidence, right: same(c.Text, text), given: c.Confidence, words: ocr.ClassOf(c.Text) == ocr.Hanzi})
		}
		for _, r := range c.Weighed {
			out = append(out, example{features: r.Evidence, right: same(r.Text, text), weighed: true})
		}
	}
	return out
}

// same reports whether two texts print the same thing, and their quotes open and close
// alike. A hyphen at the end of a line may part a word that has none.
func same(printed, text string) bool {
	fold := func(s string) string { return tables.Fold(alike.Replace(s)) }
	whole := partedWord.ReplaceAllString(printed, "$1$2")
	return (fold(printed) == fold(text) || fold(whole) == fold(text)) && quotes(printed) == quotes(text)
}

// partedWord is a word that a hyphen parts at the end of a line.
var partedWord = regexp.MustCompile(`(\p{Latin})-\n(\p{Latin})`)

// alike makes one of marks that print like one another: the picture does not tell which.
var alike = strings.NewReplacer("☐", "□", "✓", "√")

// quotes are the double quotes of a text: which of them open, and which do not.
func quotes(text string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case '“':
			return r
		case '”', '"':
			return '”'
		}
		return -1
	}, text)
}

func probability(w, f []float64) float64 {
	sum := 0.0
	for i := range f {
		sum += w[i] * f[i]
	}
	return 1 / (1 + math.Exp(-sum))
}

// fit minimises the log loss by Newton's method.
func fit(all []example, ridge float64) []float64 {
	n := len(all[0].features)
	w := make([]float64, n)
	for range 40 {
		h := mat.NewSymDense(n, nil)
		g := mat.NewVecDense(n, nil)
		for i := range n {
			h.SetSym(i, i, ridge)
			g.SetVec(i, -ridge*w[i])
		}
		for _, e := range all {
			p := probability(w, e.features)
			y := 0.0
			if e.right {
				y = 1
			}
			for i, fi := range e.features {
				g.SetVec(i, g.AtVec(i)+(y-p)*fi)
				for j := i; j < n; j++ {
					h.SetSym(i, j, h.At(i, j)+p*(1-p)*fi*e.features[j])
				}
			}
		}
		var chol mat.Cholesky
		var step mat.VecDense
		if !chol.Factorize(h) || chol.SolveVecTo(&step, g) != nil {
			return w
		}
		size := 0.0
		for i := range w {
			w[i] += step.AtVec(i)
			size += math.Abs(step.AtVec(i))
		}
		if size < 1e-6 {
			break
		}
	}
	return w
}
