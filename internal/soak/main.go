// Command soak puts biaoge batch through what is too long for a test: many
// pictures with hostile ones among them, kills at random moments, names by the
// hundred thousand; and single pictures that are hostile. It is run by make
// soak, make killtest, make names, make hostile and make cluster-overhead.
//
// It must not know how a picture is read.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

var (
	program  = flag.String("program", "bin/biaoge", "the `PROGRAM` to test")
	work     = flag.String("work", "out/soak", "`DIR` for pictures and output; emptied first")
	n        = flag.Int("n", 10_000, "how many pictures")
	kills    = flag.Int("kills", 50, "how many kills")
	seed     = flag.Uint64("seed", 1, "of everything that is drawn by lot")
	distinct = flag.Int("distinct", 2_500, "draw so many pictures; the others are copies of them with a few bytes of their own behind")
	pictures = flag.String("pictures", "", "make the pictures from those in `DIR`, each copy with a few bytes of its own behind it, instead of with biaoge synth")
	jobs     = flag.String("jobs", "0", "workers")
)

func main() {
	log.SetFlags(0)
	flag.Parse()
	modes := map[string]func(*rand.Rand){"soak": soak, "kill": kill, "names": names, "scale": scale, "hostile": hostilePictures, "make-hostile": func(rnd *rand.Rand) { makeHostile(rnd) }, "overhead": overhead}
	mode, ok := modes[flag.Arg(0)]
	if !ok {
		log.Fatal("usage: soak [flags] soak|kill|names|scale|hostile|make-hostile|overhead")
	}
	check(os.RemoveAll(*work))
	check(os.MkdirAll(in(), 0o777))
	mode(rand.New(rand.NewPCG(*seed, 0)))
}

func in() string             { return filepath.Join(*work, "in") }
func out(name string) string { return filepath.Join(*work, name) }

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// folder is where a picture goes: four to each, as reports have them.
func folder(i int) string { return filepath.Join(in(), fmt.Sprintf("%03d/%05d", i/400, i/4)) }

// generate makes pictures.
func generate(rnd *rand.Rand, n int) {
	start := time.Now()
	if *pictures == "" {
		made := filepath.Join(*work, "made")
		drawn := min(n, *distinct)
		cmd := exec.Command(*program, "synth", "-n", fmt.Sprint(drawn), "--seed", fmt.Sprint(*seed), made)
		cmd.Stderr = os.Stderr
		check(cmd.Run())
		entries, err := os.ReadDir(made)
		check(err)
		var from []string
		for _, e := range entries {
			if filepath.Ext(e.Name()) == ".jsonl" {
				continue
			}
			i := len(from)
			check(os.MkdirAll(folder(i), 0o777))
			from = append(from, filepath.Join(folder(i), e.Name()))
			check(os.Rename(filepath.Join(made, e.Name()), from[i]))
		}
		copies(rnd, from, len(from), n)
		fmt.Printf("%d pictures, %d of them made by biaoge synth, in %v\n", n, drawn, time.Since(start).Round(time.Second))
		return
	}
	var from []string
	for _, ext := range []string{"*.png", "*.jpg", "*.tiff"} {
		found, err := filepath.Glob(filepath.Join(*pictures, ext))
		check(err)
		from = append(from, found...)
	}
	if len(from) == 0 {
		log.Fatalf("%s has no pictures", *pictures)
	}
	copies(rnd, from, 0, n)
	fmt.Printf("%d pictures made of %d in %v\n", n, len(from), time.Since(start).Round(time.Second))
}

// copies fills the places from first to n with copies, each of which is a
// picture of its own by its last bytes.
func copies(rnd *rand.Rand, from []string, first, n int) {
	for i := first; i < n; i++ {
		name := from[rnd.IntN(len(from))]
		data, err := os.ReadFile(name)
		check(err)
		check(os.MkdirAll(folder(i), 0o777))
		check(os.WriteFile(filepath.Join(folder(i), fmt.Sprintf("%d%s", i%4, filepath.Ext(name))), fmt.Appendf(data, "copy %d", i), 0o666))
	}
}

// hostile puts files among the pictures that no picture should be like, and
// returns how many, and some that are to vanish.
func hostile(rnd *rand.Rand, count int) (made int, vanishing []string) {
	var sound []string
	check(filepath.WalkDir(in(), func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() && slices.Contains([]string{".png", ".jpg"}, filepath.Ext(path)) {
			sound = append(sound, path)
		}
		return err
	}))
	for i := range count {
		src := sound[rnd.IntN(len(sound))]
		data, err := os.ReadFile(src)
		check(err)
		dir := filepath.Dir(sound[rnd.IntN(len(sound))])
		put := func(name string, data []byte) {
			check(os.WriteFile(filepath.Join(dir, name), data, 0o666))
			made++
		}
		switch i % 10 {
		case 0:
			put(fmt.Sprintf("cut%d%s", i, filepath.Ext(src)), data[:len(data)*2/3])
		case 1:
			put(fmt.Sprintf("bomb%d.png", i), fmt.Appendf(slices.Clone(bomb), "%d", i))
		case 2:
			put(fmt.Sprintf("page%d.jpg", i), fmt.Appendf(nil, "<!doctype html><title>404 %d</title>", i))
		case 3:
			put(fmt.Sprintf("cve%d.tiff", i), fmt.Appendf(slices.Clone(badTIFF), "%d", i))
		case 4:
			put(fmt.Sprintf("two\nlines%d%s", i, filepath.Ext(src)), fmt.Appendf(data, "hostile %d", i))
		case 5:
			put(fmt.Sprintf("\xb1\xa8\xb8\xe6%d%s", i, filepath.Ext(src)), fmt.Appendf(data, "hostile %d", i))
		case 6:
			name := filepath.Join(dir, fmt.Sprintf("link%d.png", i))
			check(os.Symlink([]string{"/etc/passwd", "nowhere", "/dev/zero"}[i/10%3], name))
			made++
		case 7:
			put(fmt.Sprintf("zvanishing%d%s", i, filepath.Ext(src)), fmt.Appendf(data, "hostile %d", i))
			vanishing = append(vanishing, filepath.Join(dir, fmt.Sprintf("zvanishing%d%s", i, filepath.Ext(src))))
		case 8:
			put(fmt.Sprintf("empty%d.gif", i), nil)
		case 9:
			for range 40 {
				data[len(data)/4+rnd.IntN(len(data)/2)] ^= byte(1 + rnd.IntN(255))
			}
			put(fmt.Sprintf("garbled%d%s", i, filepath.Ext(src)), data)
		}
	}
	return made, vanishing
}

func batch(name string, flags ...string) *exec.Cmd {
	return exec.Command(*program, append(append([]string{"batch", "--jobs", *jobs}, flags...), in(), out(name))...)
}

// status is what biaoge status --json prints, as far as it matters here.
type status struct {
	Total, Done, Review, Left, Failed, Quarantined, Skipped int64
	State                                                   string
}

func statusOf(name string) (s status) {
	text, err := exec.Command(*program, "status", "--json", out(name)).Output()
	if err == nil {
		check(json.Unmarshal(text, &s))
	}
	return s
}

// soak is one long run.
func soak(rnd *rand.Rand) {
	generate(rnd, *n)
	bad, vanishing := hostile(rnd, max(10, *n/100))
	fmt.Printf("%d hostile files among them, %d of which vanish\n", bad, len(vanishing))
	files := 0
	check(filepath.WalkDir(in(), func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files++
		}
		return err
	}))
	cmd := batch("out", "--log", "json")
	stderr, err := cmd.StderrPipe()
	check(err)
	cmd.Stdout = os.Stdout
	start := time.Now()
	check(cmd.Start())
	time.AfterFunc(3*time.Second, func() {
		for _, v := range vanishing {
			os.Remove(v)
		}
	})
	var memory []int64
	kinds := make(map[string]int)
	lines := bufio.NewScanner(stderr)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var m struct {
			Msg, Kind string
			Done      int64
			Memory    int64   `json:"memory_bytes"`
			Rate      float64 `json:"per_second"`
		}
		check(json.Unmarshal(lines.Bytes(), &m))
		switch m.Msg {
		case "progress":
			memory = append(memory, m.Memory)
			fmt.Printf("%6v  %6d done  %5.2f a second  %4d MB\n", time.Since(start).Round(time.Second), m.Done, m.Rate, m.Memory>>20)
		case "not read", "quarantined":
			kinds[m.Msg+": "+m.Kind]++
		}
	}
	cmd.Wait() // its code is printed
	took := time.Since(start)
	s := statusOf("out")
	fmt.Printf("exit: %v; %v; %.2f pictures a second\n", cmd.ProcessState, took.Round(time.Second), float64(s.Done+s.Failed+s.Quarantined)/took.Seconds())
	fmt.Printf("files %d = read %d + failed %d + quarantined %d + no pictures %d; left %d\n", files, s.Done, s.Failed, s.Quarantined, s.Skipped, s.Left)
	for _, k := range slices.Sorted(keys(kinds)) {
		fmt.Printf("  %-28s %d\n", k, kinds[k])
	}
	var summary struct {
		Run struct {
			Overhead float64
			Busy     float64
			Peak     int64 `json:"peak_worker_bytes"`
		}
	}
	text, e := os.ReadFile(filepath.Join(out("out"), "summary.json"))
	check(e)
	check(json.Unmarshal(text, &summary))
	fmt.Printf("workers busy %.1f %% of the time; journal and writing take %.1f %% beside them; largest worker %d MB\n", 100*summary.Run.Busy, 100*summary.Run.Overhead, summary.Run.Peak>>20)
	if len(memory) > 1 {
		fmt.Printf("memory of all processes: %d to %d MB\n", slices.Min(memory)>>20, slices.Max(memory)>>20)
	}
	if int64(files) != s.Done+s.Failed+s.Quarantined+s.Skipped || s.Left != 0 {
		log.Fatal("not every file is accounted for")
	}
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// names measures how soon work begins on very many files.
func names(rnd *rand.Rand) {
	generate(rnd, 8)
	for i := range *n {
		dir := filepath.Join(in(), fmt.Sprintf("z%03d", i/1000))
		if i%1000 == 0 {
			check(os.MkdirAll(dir, 0o777))
		}
		check(os.WriteFile(filepath.Join(dir, fmt.Sprintf("%06d.png", i)), fmt.Appendf(nil, "%d", i), 0o666))
	}
	first := func() time.Duration {
		cmd := batch("out", "--log", "json")
		start := time.Now()
		check(cmd.Start())
		defer cmd.Wait()
		defer cmd.Process.Signal(os.Interrupt)
		have := statusOf("out").Done
		for time.Since(start) < time.Minute {
			found := int64(0)
			filepath.WalkDir(filepath.Join(out("out"), "documents"), func(_ string, e fs.DirEntry, err error) error {
				if err == nil && !e.IsDir() {
					found++
				}
				return nil
			})
			if found > have {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		return time.Since(start)
	}
	fmt.Printf("%d names: first document after %v\n", *n+8, first().Round(time.Millisecond))
	fmt.Printf("the second run goes on: next document after %v\n", first().Round(time.Millisecond))
	start := time.Now()
	cmd := batch("out")
	cmd.Run()
	fmt.Printf("the rest (no pictures under pictures' names): %v\n", time.Since(start).Round(time.Second))
	start = time.Now()
	cmd = batch("out")
	cmd.Run()
	fmt.Printf("a run with nothing left to do: %v\n", time.Since(start).Round(time.Millisecond))
}

// scale compares one worker with two.
func scale(rnd *rand.Rand) {
	generate(rnd, *n)
	var took [3]time.Duration
	for round := range 2 {
		for _, k := range []int{1, 2} {
			name := fmt.Sprintf("out%d-%d", k, round)
			*jobs = fmt.Sprint(k)
			start := time.Now()
			cmd := batch(name)
			cmd.Run()
			d := time.Since(start)
			if took[k] == 0 || d < took[k] {
				took[k] = d
			}
		}
	}
	fmt.Printf("%d pictures: one worker %v, two %v: %.2f times as fast\n", *n, took[1].Round(time.Millisecond), took[2].Round(time.Millisecond), float64(took[1])/float64(took[2]))
}
