package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"golang.org/x/image/draw"

	"github.com/biaoge/biaoge/internal/picture"
	"github.com/biaoge/biaoge/internal/worker"
)

// What one hostile picture may cost. Time is the processor's: what passes on a
// machine that is busy with other things says nothing of a picture.
const (
	hostileTime   = 20 * time.Second
	hostileMemory = 1 << 30 // bytes
	// hostileWait is when a picture is given up.
	hostileWait = 3 * time.Minute
)

// A PNG of 60,000×60,000 pixels, by its head.
var bomb = []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\xea\x60\x00\x00\xea\x60\x08\x02\x00\x00\x00\x00\x00\x00\x00")

// A TIFF whose strip offsets lie far outside, with one sample of 16 bits,
// as the one that a decoder panicked on (CVE-2023-36308).
var badTIFF = []byte("II*\x00\x08\x00\x00\x00\x07\x00" +
	"\x00\x01\x03\x00\x01\x00\x00\x00\x08\x00\x00\x00" + "\x01\x01\x03\x00\x01\x00\x00\x00\x08\x00\x00\x00" +
	"\x02\x01\x03\x00\x01\x00\x00\x00\x10\x00\x00\x00" + "\x06\x01\x03\x00\x01\x00\x00\x00\x01\x00\x00\x00" +
	"\x11\x01\x04\x00\x01\x00\x00\x00\xf0\xff\xff\x7f" + "\x16\x01\x03\x00\x01\x00\x00\x00\x01\x00\x00\x00" +
	"\x17\x01\x04\x00\x01\x00\x00\x00\x01\x00\x00\x00" + "\x00\x00\x00\x00")

// hostilePictures makes pictures that nobody would publish, and reads each in a
// child of its own. It fails if one costs more than it may.
func hostilePictures(rnd *rand.Rand) {
	names := makeHostile(rnd)
	fmt.Printf("%d hostile pictures in %s\n", len(names), in())
	pool := worker.NewPool(worker.Options{Workers: hostileWorkers, Limits: worker.Limits{Time: hostileWait, Memory: hostileMemory}, Command: func() *exec.Cmd {
		cmd := exec.Command(*program, "worker", "--limit", fmt.Sprint(hostileMemory))
		cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1", "GOMAXPROCS=2")
		return cmd
	}})
	defer pool.Close(context.Background())
	t := hostileTally{results: make(map[string]int)}
	next := make(chan string)
	var readers sync.WaitGroup
	for range hostileWorkers {
		readers.Go(func() {
			for name := range next {
				data, err := os.ReadFile(name)
				check(err)
				d, err := pool.Documents(context.Background(), worker.Request{Fresh: true}, worker.Picture{Name: name, Data: data})
				t.add(name, d.Cost, err)
			}
		})
	}
	for _, name := range names {
		next <- name
	}
	close(next)
	readers.Wait()
	t.judge(pool.Stats().Peak)
}

// hostileWorkers is how many pictures are read at the same time.
const hostileWorkers = 2

// A hostileTally is what came of hostile pictures.
type hostileTally struct {
	mu      sync.Mutex
	results map[string]int // read, or the kinds of what was refused
	over    int            // that cost too much
	longest time.Duration
	slowest string
}

func (t *hostileTally) add(name string, cost worker.Cost, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if cost.CPU > t.longest {
		t.longest, t.slowest = cost.CPU, name
	}
	var f *worker.Failure
	switch {
	case err == nil && cost.CPU > hostileTime:
		t.over++
		fmt.Printf("%s: took %v\n", name, cost.CPU)
	case err == nil:
		t.results["read"]++
	case errors.As(err, &f):
		t.results[f.Kind]++
	default:
		t.over++
		fmt.Printf("%s: %v\n", name, err)
	}
}

func (t *hostileTally) judge(most int64) {
	fmt.Printf("read or refused: %v\n", t.results)
	fmt.Printf("the longest took %v of processor time (%s), the most memory was %d MB\n", t.longest.Round(10*time.Millisecond), t.slowest, most>>20)
	if t.over > 0 {
		log.Fatalf("%d pictures took more than %v or %d MB, or the life of their worker", t.over, hostileTime, hostileMemory>>20)
	}
	if n := t.results[worker.KindInternal]; n > 0 {
		log.Fatalf("%d pictures showed a mistake of the program", n)
	}
}

// makeHostile writes the pictures: of each kind as many, made of the sound ones
// in testdata in turn.
func makeHostile(rnd *rand.Rand) (names []string) {
	from := *pictures
	if from == "" {
		from = "testdata"
	}
	var sound []string
	for _, ext := range []string{"*.png", "*.jpg"} {
		found, err := filepath.Glob(filepath.Join(from, ext))
		check(err)
		sound = append(sound, found...)
	}
	if len(sound) == 0 {
		log.Fatalf("%s has no pictures", from)
	}
	for i := range *n {
		kind := hostileKinds[i%len(hostileKinds)]
		src := sound[rnd.IntN(len(sound))]
		data, err := os.ReadFile(src)
		check(err)
		made := kind.file
		if made == nil {
			made = func(rnd *rand.Rand, data []byte) []byte {
				return encode(kind.draw(rnd, decode(src, data)))
			}
		}
		name := filepath.Join(in(), fmt.Sprintf("%03d-%s-%s", i, kind.name, filepath.Base(src)))
		check(os.WriteFile(name, made(rnd, data), 0o666))
		names = append(names, name)
	}
	return names
}

func decode(name string, data []byte) *image.Gray {
	f, err := picture.Read(bytes.NewReader(data), picture.Limits{})
	if err != nil {
		log.Fatalf("%s: %v", name, err)
	}
	p, err := f.Page(1)
	if err != nil {
		log.Fatalf("%s: %v", name, err)
	}
	return p.Gray
}

func encode(m image.Image) []byte {
	var b bytes.Buffer
	check((&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, m))
	return b.Bytes()
}

// A hostileKind spoils a picture: its file, or what it shows.
type hostileKind struct {
	name string
	file func(rnd *rand.Rand, data []byte) []byte
	draw func(rnd *rand.Rand, m *image.Gray) image.Image
}

var hostileKinds = []hostileKind{
	{name: "cut", file: func(rnd *rand.Rand, data []byte) []byte { return data[:rnd.IntN(len(data))] }},
	{name: "garbled", file: func(rnd *rand.Rand, data []byte) []byte {
		data = slices.Clone(data)
		for range 1 + rnd.IntN(40) {
			data[len(data)/8+rnd.IntN(len(data)*7/8)] ^= byte(1 + rnd.IntN(255))
		}
		return data
	}},
	{name: "bomb", file: func(*rand.Rand, []byte) []byte { return bomb }},
	{name: "tiff", file: func(*rand.Rand, []byte) []byte { return badTIFF }},
	{name: "page", file: func(*rand.Rand, []byte) []byte { return []byte("<!doctype html><title>404</title>") }},
	{name: "empty", file: func(*rand.Rand, []byte) []byte { return nil }},
	{name: "noise", draw: func(rnd *rand.Rand, m *image.Gray) image.Image {
		much := 20 + rnd.IntN(200)
		return each(m, func(_, _, v int) int { return v + rnd.IntN(much) - much/2 })
	}},
	{name: "salted", draw: func(rnd *rand.Rand, m *image.Gray) image.Image {
		one := 3 + rnd.IntN(40)
		return each(m, func(_, _, v int) int {
			if rnd.IntN(one) == 0 {
				return 255 * rnd.IntN(2)
			}
			return v / 128 * 255
		})
	}},
	{name: "large", draw: func(rnd *rand.Rand, m *image.Gray) image.Image {
		return scale2(m, 2+rnd.Float64()*2, 2+rnd.Float64()*2)
	}},
	{name: "stretched", draw: func(rnd *rand.Rand, m *image.Gray) image.Image {
		return scale2(m, 0.3+rnd.Float64(), 3*rnd.Float64()+0.2)
	}},
	{name: "small", draw: func(rnd *rand.Rand, m *image.Gray) image.Image {
		f := 0.1 + rnd.Float64()*0.4
		return scale2(m, f, f)
	}},
	{name: "tiled", draw: func(rnd *rand.Rand, m *image.Gray) image.Image {
		across, down := 1+rnd.IntN(3), 1+rnd.IntN(4)
		out := image.NewGray(image.Rect(0, 0, m.Rect.Dx()*across, m.Rect.Dy()*down))
		for i := range across * down {
			at := image.Pt(i%across*m.Rect.Dx(), i/across*m.Rect.Dy())
			draw.Draw(out, m.Rect.Add(at), m, image.Point{}, draw.Src)
		}
		return out
	}},
	{name: "crossed", draw: func(_ *rand.Rand, m *image.Gray) image.Image {
		return each(m, func(x, y, v int) int { return min(v, int(m.GrayAt(y%m.Rect.Dx(), x%m.Rect.Dy()).Y)) })
	}},
	{name: "netted", draw: func(rnd *rand.Rand, m *image.Gray) image.Image {
		dx, dy := 6+rnd.IntN(40), 6+rnd.IntN(40)
		return each(m, func(x, y, v int) int {
			if x%dx == 0 || y%dy == 0 {
				return 0
			}
			return v
		})
	}},
	{name: "halftone", draw: func(rnd *rand.Rand, m *image.Gray) image.Image {
		size := 2 + rnd.IntN(6)
		return each(m, func(x, y, v int) int {
			if v/2+64 > (x%size*size+y%size)*255/(size*size) {
				return 255
			}
			return 0
		})
	}},
	{name: "torn", draw: func(rnd *rand.Rand, m *image.Gray) image.Image {
		band, shift := 5+rnd.IntN(40), 1+rnd.IntN(60)
		return each(m, func(x, y, _ int) int { return int(m.GrayAt((x+y/band*shift)%m.Rect.Dx(), y).Y) })
	}},
	{name: "blocks", file: func(rnd *rand.Rand, data []byte) []byte {
		var b bytes.Buffer
		check(jpeg.Encode(&b, decode("", data), &jpeg.Options{Quality: 1 + rnd.IntN(8)}))
		return b.Bytes()
	}},
	{name: "grid", draw: func(rnd *rand.Rand, m *image.Gray) image.Image {
		// Nothing but rules, at distances of any size.
		out := image.NewGray(m.Rect)
		draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
		for x := 0; x < m.Rect.Dx(); x += 4 + rnd.IntN(60) {
			draw.Draw(out, image.Rect(x, 0, x+1+rnd.IntN(3), m.Rect.Dy()), image.Black, image.Point{}, draw.Src)
		}
		for y := 0; y < m.Rect.Dy(); y += 4 + rnd.IntN(60) {
			draw.Draw(out, image.Rect(0, y, m.Rect.Dx(), y+1+rnd.IntN(3)), image.Black, image.Point{}, draw.Src)
		}
		return out
	}},
	{name: "static", draw: func(rnd *rand.Rand, m *image.Gray) image.Image {
		return each(m, func(int, int, int) int { return rnd.IntN(256) })
	}},
	{name: "shaded", draw: func(rnd *rand.Rand, m *image.Gray) image.Image {
		return each(m, func(x, y, v int) int { return (255 - v) * (x + y) / (m.Rect.Dx() + m.Rect.Dy()) })
	}},
}

// each makes a picture of the value of every pixel.
func each(m *image.Gray, f func(x, y, v int) int) image.Image {
	out := image.NewGray(m.Rect)
	for y := range m.Rect.Dy() {
		for x := range m.Rect.Dx() {
			out.SetGray(x, y, color.Gray{Y: uint8(max(0, min(255, f(x, y, int(m.GrayAt(x, y).Y)))))})
		}
	}
	return out
}

// scale2 makes a picture wider and higher.
func scale2(m *image.Gray, across, down float64) image.Image {
	out := image.NewGray(image.Rect(0, 0, max(1, int(float64(m.Rect.Dx())*across)), max(1, int(float64(m.Rect.Dy())*down))))
	draw.BiLinear.Scale(out, out.Rect, m, m.Rect, draw.Src, nil)
	return out
}
