package hub

import (
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// diskEnv is the environment variable that names the disk of the inner test.
const diskEnv = "HUB_TEST_DISK"

// A disk that fills up, and then has room again: the hub goes on by itself, and
// what was on it is there. The disk is a small one in memory that only this test's
// processes see, which takes unshare --mount.
func TestAHubGoesOnAfterAFullDisk(t *testing.T) {
	disk := t.TempDir()
	cmd := exec.Command("unshare", "--mount", "--map-root-user", "sh", "-c", `mount -t tmpfs -o size=100m none "$`+diskEnv+`" && exec "$0" -test.v`, os.Args[0])
	cmd.Env = append(os.Environ(), diskEnv+"="+disk)
	text, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v (it takes unshare --mount: root, or a container with --cap-add SYS_ADMIN)\n%s", err, text)
	}
	t.Logf("%s", text)
}

// TestMain runs the inner test where there is a disk for it.
func TestMain(m *testing.M) {
	if os.Getenv(diskEnv) == "" {
		os.Exit(m.Run())
	}
	every := func(string, string) (bool, error) { return true, nil }
	testing.Main(every, []testing.InternalTest{{Name: "OnADisk", F: onADisk}}, nil, nil)
}

func onADisk(t *testing.T) {
	disk := os.Getenv(diskEnv)
	h, err := Start(Options{Listen: "127.0.0.1:0", Store: filepath.Join(disk, "store"), Log: slog.New(slog.NewTextHandler(os.Stderr, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Stop()
	nc, err := nats.Connect("nats://"+h.Address, nats.MaxReconnects(-1), nats.ReconnectWait(100*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc, jetstream.WithDefaultTimeout(2*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "S", Subjects: []string{"s"}}); err != nil {
		t.Fatal(err)
	}
	put := func() error {
		_, err := js.Publish(t.Context(), "s", make([]byte, 512<<10), jetstream.WithRetryAttempts(0))
		return err
	}
	other := filepath.Join(disk, "other")
	if err := errors.Join(put(), os.WriteFile(other, make([]byte, room(disk)-(3<<20)), 0o666)); err != nil {
		t.Fatal(err)
	}
	stored := 1
	for err = put(); err == nil; err = put() {
		if stored++; stored > 100 {
			t.Fatal("the disk does not fill up")
		}
	}
	t.Logf("%d messages are stored, then: %v", stored, err)
	time.Sleep(2 * lookEvery)
	if put() == nil {
		t.Error("it goes on though there is no room")
	}
	if err := os.Remove(other); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); put() != nil; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it does not go on though there is room")
		}
	}
	s, err := js.Stream(t.Context(), "S")
	if err != nil {
		t.Fatal(err)
	}
	if n := s.CachedInfo().State.Msgs; n < uint64(stored) {
		t.Errorf("%d of %d messages are there", n, stored)
	}
}
