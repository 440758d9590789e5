package evaluate

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/biaoge/biaoge/internal/interval"
)

// Rows writes a line for each set, one for all, and one about calibration,
// as the scorer of the development set does.
func (r *Result) Rows(w io.Writer) error {
	var b strings.Builder
	for _, s := range r.Sets {
		row(&b, s.Name, &s.Counts)
	}
	all := r.All()
	row(&b, "ALL", all)
	var parts []string
	for i, name := range []string{"<0.5", "<0.9", "<0.99", "<0.999", ">=0.999"} {
		if bin := all.Bins[i]; bin.N > 0 {
			parts = append(parts, fmt.Sprintf("conf %s: %d/%d right", name, bin.Right, bin.N))
		}
	}
	fmt.Fprintf(&b, "calibration: expected calibration error %s; %s\n", percent(all.CalibrationError, 1, 3), strings.Join(parts, ", "))
	_, err := io.WriteString(w, b.String())
	return err
}

func row(b *strings.Builder, name string, c *Counts) {
	part := func(n, of, width, digits int) string {
		return percent(float64(n)/float64(max(1, of)), width, digits)
	}
	fmt.Fprintf(b, "%-9s img %3d tab %3d missed %3d extra %3d form %s grid %s records %6d right %s wrong %5d missing %5d silent %4d review %s labelCER %s",
		name, c.Images, c.Tables, c.MissedTables, c.ExtraTables, part(c.FormRight, c.Tables, 6, 1), part(c.GridExact, c.Tables, 6, 1),
		c.Records, part(c.Right, c.Records, 8, 3), c.Wrong, c.Missing, c.Silent, part(c.Review, c.Records, 6, 2), part(c.LabelErrors, c.LabelChars, 6, 2))
	if c.Mistakes > 0 {
		fmt.Fprintf(b, " mistakes flagged %d/%d", c.MistakesFlagged, c.Mistakes)
	}
	if c.FalseAlarms > 0 {
		fmt.Fprintf(b, " false alarms %d", c.FalseAlarms)
	}
	if c.NoOutput > 0 {
		fmt.Fprintf(b, " NO OUTPUT %d", c.NoOutput)
	}
	b.WriteByte('\n')
}

func percent(x float64, width, digits int) string {
	return fmt.Sprintf("%*s", width, strconv.FormatFloat(x*100, 'f', digits, 64)+"%")
}

// fine are the lower bounds of the bins that Calibration and the plot use.
var fine = []float64{0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9999}

// A Level is a bin of the reliability table: values with confidences from
// From, up to the next level.
type Level struct {
	From       float64 `json:"from"`
	N          int     `json:"n"`
	Wrong      int     `json:"wrong"`
	Confidence float64 `json:"confidence"` // mean
	Low        float64 `json:"low"`        // of 95 % sure: the share that is wrong
	High       float64 `json:"high"`
}

// Calibration groups the values by confidence; levels without values are left
// out.
func (r *Result) Calibration() []Level {
	levels := make([]Level, len(fine))
	for i := range r.Values {
		v := &r.Values[i]
		q := min(1, max(0, v.Confidence))
		k := len(fine) - 1
		for q < fine[k] {
			k--
		}
		levels[k].N++
		levels[k].Confidence += q
		if !v.Right {
			levels[k].Wrong++
		}
	}
	var out []Level
	for k, l := range levels {
		if l.N == 0 {
			continue
		}
		l.From = fine[k]
		l.Confidence /= float64(l.N)
		l.Low, l.High = interval.Exact(l.Wrong, l.N)
		out = append(out, l)
	}
	return out
}

// A Point of the review curve: what flagging every value below a confidence
// would cost, and what it would miss.
type Point struct {
	Below  float64 `json:"review_below"`
	Review int     `json:"review"` // values flagged
	Silent int     `json:"silent"` // values wrong and not flagged
}

// Curve is the review load against the silent errors for several lines. It
// uses the confidence alone: flags that were set for other reasons don't count.
func (r *Result) Curve() []Point {
	below := append(slices.Clone(fine), 0.99999, 1)
	points := make([]Point, len(below))
	for i, t := range below {
		points[i].Below = t
		for j := range r.Values {
			v := &r.Values[j]
			switch {
			case v.Confidence < t:
				points[i].Review++
			case !v.Right:
				points[i].Silent++
			}
		}
	}
	return points
}

// Worst are the mistakes, the surest first: silent ones, then by confidence.
func (r *Result) Worst(n int) []Value {
	var wrong []Value
	for _, v := range r.Values {
		if !v.Right {
			wrong = append(wrong, v)
		}
	}
	slices.SortStableFunc(wrong, func(a, b Value) int {
		switch {
		case a.Silent() != b.Silent() && a.Silent():
			return -1
		case a.Silent() != b.Silent():
			return 1
		case a.Confidence > b.Confidence:
			return -1
		case a.Confidence < b.Confidence:
			return 1
		}
		return 0
	})
	return wrong[:min(n, len(wrong))]
}

// Report writes what follows Rows: reliability and the review curve.
func (r *Result) Report(w io.Writer) error {
	var b strings.Builder
	b.WriteString("\nconfidence from   values   mean confidence   right      95 % of the time between\n")
	for _, l := range r.Calibration() {
		fmt.Fprintf(&b, "%15s %8d %17s %7s   %s and %s\n", short(l.From), l.N, percent(l.Confidence, 9, 3),
			percent(1-float64(l.Wrong)/float64(l.N), 9, 3), percent(1-l.High, 9, 3), percent(1-l.Low, 9, 3))
	}
	b.WriteString("\nreview below   values to review      silent errors\n")
	n := max(1, len(r.Values))
	for _, p := range r.Curve() {
		fmt.Fprintf(&b, "%12s %9d %s %18d\n", short(p.Below), p.Review, percent(float64(p.Review)/float64(n), 8, 2), p.Silent)
	}
	all := r.All()
	fmt.Fprintf(&b, "%12s %9d %s %18d\n", "as flagged", all.Review, percent(float64(all.Review)/float64(n), 8, 2), all.Silent)
	blanks := r.blanks()
	fmt.Fprintf(&b, "\ncalibration error: %s of %d blanks, %s of %d forms\n", percent(blanks.calibrationError(), 1, 2), blanks.n(), percent(r.Forms.calibrationError(), 1, 2), r.Forms.n())
	_, err := io.WriteString(w, b.String())
	return err
}

// blanks are the values that were read as blank.
func (r *Result) blanks() (t Tally) {
	for i := range r.Values {
		if v := &r.Values[i]; v.Read == "" {
			t.count(v.Confidence, v.Right)
		}
	}
	return t
}

func short(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
