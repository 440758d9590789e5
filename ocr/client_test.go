package ocr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

func blankLine() []*image.Gray {
	img := image.NewGray(image.Rect(0, 0, 80, 40))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	return []*image.Gray{img}
}

// Tesseract starts when it is asked, and each client that has started is freed.
func TestClientsStartWhenTheyAreAsked(t *testing.T) {
	before := LiveClients()
	for name, c := range map[string]struct {
		use  func(*Reader) error
		want int
	}{
		"nobody asks": {func(*Reader) error { return nil }, 0},
		"numbers":     {func(r *Reader) error { _, err := r.Digits(context.Background(), blankLine(), 30); return err }, 1},
		"both": {func(r *Reader) error {
			r.Prepare()
			_, err := r.Text(context.Background(), blankLine(), 30)
			_, err2 := r.Digits(context.Background(), blankLine(), 30)
			return errors.Join(err, err2)
		}, 2},
	} {
		r, err := NewReader("chi_sim")
		if err != nil {
			t.Fatal(err)
		}
		if err := c.use(r); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if n := LiveClients() - before; n != c.want {
			t.Errorf("%s: %d clients have started, not %d", name, n, c.want)
		}
		if err := r.Close(); err != nil || LiveClients() != before {
			t.Errorf("%s: %v, %d clients are left", name, err, LiveClients()-before)
		}
	}
	// One that is closed while it starts, or before it has begun to.
	for range 3 {
		r, err := NewReader("chi_sim")
		if err != nil {
			t.Fatal(err)
		}
		r.Prepare()
		if err := r.Close(); err != nil || LiveClients() != before {
			t.Errorf("closed at once: %v, %d clients are left", err, LiveClients()-before)
		}
	}
}

// Data that is there and of no use is said before Tesseract starts where a look
// at its head tells, and else when it starts.
func TestDamagedDataIsSaidBeforeItIsUsed(t *testing.T) {
	whole, err := LanguageFile("chi_sim")
	if err != nil {
		t.Fatal(err)
	}
	eng, err := LanguageFile("eng")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	const lstm = 4 + 8*17 // where the file says where its network begins
	without := bytes.Clone(data)
	copy(without[lstm:], bytes.Repeat([]byte{0xff}, 8))
	for name, c := range map[string]struct {
		data []byte
		want error
	}{
		"cut short":  {data[:len(data)-1000], ErrMissing},
		"a web page": {bytes.Repeat([]byte("<html>404 Not Found</html>"), 10_000), ErrMissing},
		"no network": {without, ErrStart},
	} {
		dir := t.TempDir()
		t.Setenv(prefixVariable, dir)
		if err := errors.Join(os.WriteFile(filepath.Join(dir, "chi_sim.traineddata"), c.data, 0o666),
			os.Symlink(eng, filepath.Join(dir, "eng.traineddata"))); err != nil {
			t.Fatal(err)
		}
		r, err := NewReader("chi_sim")
		if err == nil {
			_, err = r.Text(t.Context(), blankLine(), 30)
			r.Close()
		}
		if !errors.Is(err, c.want) || !strings.Contains(fmt.Sprint(err), "chi_sim") {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

// chatter makes the test's own program one that prints to standard error while
// clients start.
const chatter = "BIAOGE_TEST_CHATTER"

func TestMain(m *testing.M) {
	if os.Getenv(chatter) == "" {
		os.Exit(m.Run())
	}
	done := make(chan error)
	go func() {
		for range 3 {
			r, err := NewReader("chi_sim")
			if err == nil {
				_, err = r.Digits(context.Background(), blankLine(), 30)
				r.Close()
			}
			if err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	for n := 0; ; n++ {
		select {
		case err := <-done:
			fmt.Println(n)
			if err != nil {
				fmt.Println(err)
				os.Exit(1)
			}
			return
		default:
			fmt.Fprintln(os.Stderr, n)
		}
	}
}

// Nothing is lost of what is printed to standard error while a client starts.
func TestStandardErrorStays(t *testing.T) {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), chatter+"=1")
	var printed bytes.Buffer
	cmd.Stderr = &printed
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil || n == 0 {
		t.Fatalf("printed %q, %v", out, err)
	}
	if got := bytes.Count(printed.Bytes(), []byte("\n")); got != n {
		t.Errorf("%d of %d lines were lost", n-got, n)
	}
}
