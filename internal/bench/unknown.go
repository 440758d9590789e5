package main

import (
	"context"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/biaoge/biaoge/internal/slowpic"
	"github.com/biaoge/biaoge/models"
	"github.com/biaoge/biaoge/ocr/ctc"
	"github.com/biaoge/biaoge/ocr/strip"
	"github.com/biaoge/biaoge/ocr/textnet"
)

// What is wanted of tables of no form.
const (
	wantFiguresCPU  = 2 * time.Second        // processor time of 240 rows and 6 columns of numbers
	wantFiguresPeak = 250 << 20              // bytes its largest process has for them
	wantPage        = 700 * time.Millisecond // of 60 rows and 10 columns
	wantUnknown     = 4                      // times as long as tables of no form take
	wantNetMemory   = 60 << 20               // bytes a worker has for the readers of all print
	wantNetProgram  = 30 << 20               // bytes of the program
)

// figures times the command on tables of nothing but numbers, children included:
// the best of three.
func figures(ctx context.Context, w io.Writer, bin string) error {
	bin, err := filepath.Abs(bin)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "figures-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, size := range [][2]int{{240, 6}, {60, 10}} {
		picture := filepath.Join(dir, fmt.Sprintf("%d-%d.png", size[0], size[1]))
		if err := os.WriteFile(picture, slowpic.Figures(size[0], size[1]), 0o666); err != nil {
			return err
		}
		best, peak, err := costOf(ctx, bin, picture)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%d×%d numbers: %s of processor time, %s, %s in the largest process\n", size[0], size[1], ms(best.CPU), ms(best.Wall), megabytes(peak))
		if size[0] == 240 {
			fmt.Fprintln(w, " ", verdict(best.CPU <= wantFiguresCPU && peak <= wantFiguresPeak, fmt.Sprintf("wanted: at most %s and %s", ms(wantFiguresCPU), megabytes(wantFiguresPeak))))
		} else {
			fmt.Fprintln(w, " ", verdict(best.Wall <= wantPage, "wanted: at most "+ms(wantPage)))
		}
	}
	return nil
}

// costOf is what reading a picture by the command takes, the best of three, and
// the memory of its largest process.
func costOf(ctx context.Context, bin, picture string) (best cost, peak int64, err error) {
	for range 3 {
		cmd := exec.CommandContext(ctx, bin, "extract", picture)
		t := time.Now()
		if err := cmd.Run(); err != nil {
			return best, peak, fmt.Errorf("%s extract: %w", bin, err)
		}
		c := cost{time.Since(t), cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
		if best.CPU == 0 || c.CPU < best.CPU {
			best, peak = c, cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss<<10
		}
	}
	return best, peak, nil
}

// netMemory prints what the readers of all print add to a worker and the program.
func netMemory(ctx context.Context, w io.Writer) error {
	before, _ := memory()
	n, err := textnet.New()
	if err != nil {
		return err
	}
	defer n.Close()
	line := image.NewGray(image.Rect(0, 0, 30*24, 24)) // thirty characters of Chinese
	for i := range line.Pix {
		line.Pix[i] = uint8(i * 7)
	}
	lines := []strip.Line{{Gray: line, Bottom: 24}}
	for _, read := range []func(context.Context, []strip.Line) ([]*ctc.Posterior, error){n.ReadQuick, n.Read} {
		if _, err := read(ctx, lines); err != nil {
			return err
		}
	}
	after, _ := memory()
	program := len(models.Text) + len(models.TextClasses) + len(models.Quick) + len(models.QuickClasses)
	fmt.Fprintf(w, "the readers of all print take %s of a worker's memory  %s\n", megabytes(after-before), verdict(after-before <= wantNetMemory, "wanted: at most "+megabytes(wantNetMemory)))
	fmt.Fprintf(w, "their weights and characters are %s of the program  %s\n", megabytes(int64(program)), verdict(program <= wantNetProgram, "wanted: at most "+megabytes(wantNetProgram)))
	return nil
}

// unknown are the samples of one reader of pictures on which ours found tables, all
// of no form, or none.
func (b *bench) unknown(of []sample) (out []sample) {
	for i := range min(len(b.ours), len(of)) {
		if b.ours[i].Form == "" {
			out = append(out, of[i])
		}
	}
	return out
}

// printUnknown compares the readers on tables of no form, in the same run.
func (b *bench) printUnknown(w io.Writer) {
	ours, peer := b.unknown(b.ours), b.unknown(b.peer)
	if len(ours) == 0 || len(peer) != len(ours) {
		return
	}
	var times, cpu []time.Duration // in thousandths
	for i := range ours {
		times, cpu = append(times, 1000*peer[i].Wall/max(ours[i].Wall, 1)), append(cpu, 1000*peer[i].CPU/max(ours[i].CPU, 1))
	}
	median := float64(quantile(times, 0.5)) / 1000
	fmt.Fprintf(w, "of %d pictures without a known form tesseract takes %.2f times as long  %s (the median picture; %.2f times the processor time)\n",
		len(ours), median, verdict(median >= wantUnknown, fmt.Sprintf("wanted: at least %d times", wantUnknown)), float64(quantile(cpu, 0.5))/1000)
}
