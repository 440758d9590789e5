// Command many runs a batch of very many tasks over a hub, with a stand-in for
// the reader that takes a few milliseconds: what the batch and the hub cost, and
// whether every picture counts once.
//
// It must not know how a picture is read.
package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/biaoge/biaoge"
	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/cluster"
	"github.com/biaoge/biaoge/internal/hub"
	"github.com/biaoge/biaoge/internal/intake"
	"github.com/biaoge/biaoge/internal/journal"
	"github.com/biaoge/biaoge/internal/malloc"
	"github.com/biaoge/biaoge/internal/results"
	"github.com/biaoge/biaoge/internal/worker"
	"github.com/biaoge/biaoge/tables"
)

var (
	n        = flag.Int("n", 1_000_000, "tasks")
	folders  = flag.Int("folders", 20_000, "in so many folders")
	replicas = flag.Int("replicas", 1, "1 or 3, with as many hubs")
	slots    = flag.Int("slots", 4, "readers")
	work     = flag.String("work", "", "a folder for all of it; a new one where it is left out")
	millis   = flag.Int("millis", 2, "how long a reader takes")
	hubOf    = flag.Int("hub", -1, "be a hub (for the program itself)")
	filled   = flag.Bool("tables", false, "each picture has a table of a known form that no other has")
)

// childEnv makes this program a child that reads, and finds tables or none.
const (
	childEnv      = "BIAOGE_STAND_IN"
	withTables    = "tables"
	withoutTables = "none"
)

func main() {
	flag.Parse()
	if os.Getenv(childEnv) != "" {
		check(worker.Serve(os.Stdin, os.Stdout, worker.Child{Open: func(worker.Settings) (worker.Extractor, error) { return standIn{}, nil }}))
		return
	}
	if *work == "" {
		dir, err := os.MkdirTemp("", "biaoge-many-")
		check(err)
		defer os.RemoveAll(dir)
		*work = dir
	}
	if *hubOf >= 0 {
		beHub(*hubOf)
		return
	}
	measure()
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// A standIn finds no table on any picture, or one that no other has.
type standIn struct{}

func (standIn) Probe(context.Context, io.Reader) (p tables.Probe, err error) { return p, nil }
func (standIn) Close() error                                                 { return nil }
func (standIn) ExtractPages(_ context.Context, name string, r io.Reader) ([]*tables.Document, error) {
	data, err := io.ReadAll(r)
	time.Sleep(time.Duration(len(data)%8) * time.Millisecond)
	doc := &tables.Document{Source: tables.Source{Path: name, SHA256: fmt.Sprintf("%x", sha256.Sum256(data)), Page: 1}}
	if os.Getenv(childEnv) == withTables {
		form := tables.EmbeddedForms()[0].ID
		doc.Tables = []tables.Table{{Form: &form, Records: []tables.Record{{Key: "appeals.reconsideration.upheld", Raw: name, Confidence: 1}}}}
	}
	return []*tables.Document{doc}, err
}
func (standIn) ExtractSeries(context.Context, ...biaoge.Input) ([][]*tables.Document, error) {
	return nil, errors.New("nothing goes on")
}

const firstPort, firstRoute = 14300, 14310

// beHub is a hub until it is killed.
func beHub(i int) {
	malloc.Hold(512 << 20) // as biaoge hub does
	o := hub.Options{Listen: fmt.Sprintf("127.0.0.1:%d", firstPort+i), Store: filepath.Join(*work, fmt.Sprint("hub-", i)), Log: slog.New(slog.DiscardHandler)}
	for k := range *replicas {
		if *replicas > 1 {
			o.Cluster = append(o.Cluster, fmt.Sprintf("127.0.0.1:%d", firstRoute+(i+k)%*replicas))
		}
	}
	_, err := hub.Start(o)
	check(err)
	fmt.Println("listening")
	select {}
}

// pictures makes the input: each is a few bytes that no other has.
func pictures() string {
	in := filepath.Join(*work, "in")
	for i := range *n {
		dir := filepath.Join(in, fmt.Sprintf("%05d", i%*folders))
		if i < *folders {
			check(os.MkdirAll(dir, 0o777))
		}
		// The length says how long it takes.
		check(os.WriteFile(filepath.Join(dir, fmt.Sprintf("%07d.png", i)), fmt.Appendf(nil, "\x89PNG\r\n\x1a\n%032d%s", i, strings.Repeat(" ", *millis%8)), 0o666))
	}
	return in
}

func hubs() (all []*exec.Cmd, url string) {
	var addresses []string
	for i := range *replicas {
		cmd := exec.Command(os.Args[0], "-hub", fmt.Sprint(i), "-replicas", fmt.Sprint(*replicas), "-work", *work)
		out, err := cmd.StdoutPipe()
		check(err)
		cmd.Stderr = os.Stderr
		check(cmd.Start())
		addresses = append(addresses, fmt.Sprintf("127.0.0.1:%d", firstPort+i))
		all = append(all, cmd)
		defer out.Read(make([]byte, 64)) // until it listens, when all are started
	}
	return all, "nats://" + strings.Join(addresses, ",")
}

func measure() {
	in := pictures()
	all, url := hubs()
	defer func() {
		for _, cmd := range all {
			cmd.Process.Kill()
			cmd.Wait()
		}
	}()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var said bytes.Buffer
	dial := func() *cluster.Conn {
		for try := 0; ; try++ { // hubs of a cluster have to find one another first
			c, err := cluster.Dial(ctx, cluster.Options{URL: url, Replicas: *replicas, Log: slog.New(slog.NewTextHandler(&said, nil))})
			if err == nil || try == 20 {
				check(err)
				return c
			}
			time.Sleep(time.Second)
		}
	}
	versions := journal.Versions{Program: "stand-in"}
	var reading sync.WaitGroup
	reader := dial().NewReader(cluster.ReaderConfig{Slots: *slots, Log: slog.New(slog.DiscardHandler), Open: func(cluster.Settings, string) (*cluster.Tools, error) {
		return &cluster.Tools{Pool: pool(*slots), Versions: versions}, nil
	}})
	reading.Go(func() { check(reader.Run(ctx)) })

	place := batch.Place{Dir: filepath.Join(*work, "out")}
	unlock, err := place.Lock()
	check(err)
	defer unlock()
	j, err := journal.Create(place.Journal())
	check(err)
	defer j.Close()
	check(j.Begin(versions, 1))
	folder, err := intake.Open(in, intake.Options{})
	check(err)
	q, err := dial().Open(ctx, cluster.Batch{ID: "MANY", Versions: versions, Settings: cluster.Settings{Time: time.Minute}})
	check(err)
	var m batch.Monitor
	done := make(chan struct{})
	var reporting sync.WaitGroup
	reporting.Go(func() { report(&m, all, done) })
	start := time.Now()
	check(batch.Run(ctx, batch.Config{
		Folder: folder, Place: place, Journal: j, Report: path.Dir, Workers: 2, Pool: pool(1), Queue: q, Slots: q.Slots, Ahead: cluster.MostTasks,
		Bytes: 1 << 20, Log: slog.New(slog.DiscardHandler), Monitor: &m,
	}))
	took := time.Since(start)
	m.Results()
	_, err = results.Write(ctx, results.Options{Place: place, Journal: j, Forms: tables.EmbeddedForms(), CSV: true})
	check(err)
	close(done)
	reporting.Wait()
	counts, err := j.Count()
	check(err)
	t := q.Tally()
	fmt.Printf("%d tasks, %d replicas: %.0f a second; done in the journal %d, left %d; lost and handed out again %d, twice %d, different %d\n",
		*n, *replicas, float64(*n)/took.Seconds(), counts.States[journal.Done], counts.Left(), t.Lost, t.Twice, t.Differ)
	check(q.Close(true))
	cancel()
	reading.Wait()
	if counts.States[journal.Done] != int64(*n) || t.Differ != 0 {
		log.Fatal("not every task counts once")
	}
}

func pool(slots int) *worker.Pool {
	return worker.NewPool(worker.Options{Workers: slots, Limits: worker.Limits{Time: time.Minute}, Command: func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childEnv+"="+map[bool]string{true: withTables, false: withoutTables}[*filled])
		return cmd
	}})
}

// report says ten times how far it is, and what the coordinator and the largest
// hub hold, then between which bounds that was from the first time on, and how
// much the coordinator held at most in each phase.
func report(m *batch.Monitor, hubs []*exec.Cmd, done <-chan struct{}) {
	step := int64(1)
	var coordinator, hub []int64
	phases := make(map[string]int64)
	var order []string
	for over := false; !over; {
		select {
		case <-done:
			over = true
		case <-time.After(100 * time.Millisecond):
		}
		s := m.Snapshot()
		own, largest := worker.MemoryOf(os.Getpid())>>20, int64(0)
		if phases[s.Phase] == 0 {
			order = append(order, s.Phase)
		}
		phases[s.Phase] = max(phases[s.Phase], own)
		if s.Done*10 < step*int64(*n) {
			continue
		}
		step++
		for _, cmd := range hubs {
			largest = max(largest, worker.MemoryOf(cmd.Process.Pid)>>20)
		}
		fmt.Printf("%9d done; coordinator with its readers' end %d MB, hub %d MB\n", s.Done, own, largest)
		if s.Done < int64(*n) { // with nothing out any more both hold less
			coordinator, hub = append(coordinator, own), append(hub, largest)
		}
	}
	fmt.Printf("from %d on, while reading: coordinator %d to %d MB, hub %d to %d MB\n", *n/10, slices.Min(coordinator), slices.Max(coordinator), slices.Min(hub), slices.Max(hub))
	for _, phase := range order {
		fmt.Printf("coordinator while %s: %d MB at most\n", cmp.Or(phase, "it begins"), phases[phase])
	}
}
