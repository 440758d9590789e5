// Command calibrate fits the weights that join the evidence on a value into
// one probability (models/confidence.json) to pictures whose contents are
// known: a logistic regression (Platt 1999) by Newton's method, with a small
// ridge so that what was never seen wrong keeps a finite weight.
//
//	go run ./internal/calibrate [-o models/confidence.json] DIR…
//
// Each DIR holds pictures and their truth.jsonl, as `biaoge synth` writes them.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"

	"gonum.org/v1/gonum/mat"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/evaluate"
	"github.com/biaoge/biaoge/ocr"
	"github.com/biaoge/biaoge/tables"
)

// An example is one value: what spoke for it, and whether it was right.
type example struct {
	features []float64
	right    bool
}

func main() {
	log.SetFlags(0)
	out := flag.String("o", "models/confidence.json", "write the weights to `FILE`")
	ridge := flag.Float64("ridge", 1, "the `WEIGHT` of the ridge")
	flag.Parse()
	x, err := biaoge.New()
	if err != nil {
		log.Fatal(err)
	}
	defer x.Close()
	var all []example
	for _, dir := range flag.Args() {
		got, err := examples(x, dir)
		if err != nil {
			log.Fatal(err)
		}
		all = append(all, got...)
	}
	if len(all) == 0 {
		log.Fatal("no values; name folders that biaoge synth wrote")
	}
	weights := fit(all, *ridge)
	wrong, loss := 0, 0.0
	for _, e := range all {
		p := probability(weights, e.features)
		if !e.right {
			wrong++
			p = 1 - p
		}
		loss -= math.Log(max(p, 1e-12))
	}
	fmt.Printf("%d values, %d wrong; mean log loss %.5f\n", len(all), wrong, loss/float64(len(all)))
	for i, n := range ocr.FeatureNames {
		fmt.Printf("%-20s %8.4f\n", n, weights[i])
	}
	text, err := json.MarshalIndent(map[string]any{"features": ocr.FeatureNames, "weights": weights}, "", "  ")
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*out, append(text, '\n'), 0o666); err != nil {
		log.Fatal(err)
	}
}

// examples reads the pictures of a folder and compares each value that was
// weighed with what is printed.
func examples(x *biaoge.Extractor, dir string) ([]example, error) {
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
		printed := make(map[string]string)
		for _, c := range p.Tables[0].Cells {
			if c.Key != "" {
				printed[c.Key] = tables.Fold(c.Text)
			}
		}
		for _, r := range doc.Tables[0].Records {
			if text, ok := printed[r.Key]; ok && r.Evidence != nil {
				out = append(out, example{r.Evidence, tables.Fold(r.Raw) == text})
			}
		}
	}
	return out, nil
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
