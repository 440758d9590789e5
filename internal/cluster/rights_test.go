package cluster

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// rights are those that docs/cluster.md gives one end: what it may publish and
// what it may subscribe to.
func rights(t *testing.T, who string) *server.Permissions {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "cluster.md"))
	if err != nil {
		t.Fatal(err)
	}
	row := regexp.MustCompile(`(?m)^\| ` + who + ` \| (.*) \| (.*) \|$`).FindStringSubmatch(string(page))
	if row == nil {
		t.Fatalf("docs/cluster.md has no rights of a %s", who)
	}
	list := func(cell string) *server.SubjectPermission {
		return &server.SubjectPermission{Allow: strings.Split(strings.ReplaceAll(cell, "`", ""), ", ")}
	}
	return &server.Permissions{Publish: list(row[1]), Subscribe: list(row[2])}
}

// The rights that docs/cluster.md names are enough for a batch, large pictures
// and results among it.
func TestTheDocumentedRightsAreEnough(t *testing.T) {
	f := newFixture(t, 12, func(i int) string {
		switch i {
		case 1:
			return "0 1 large"
		case 2:
			return "0 2 plain " + strings.Repeat(" ", 2*inlineBytes)
		}
		return "0 " + strings.Repeat("1", i+1)
	})
	s, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true, JetStream: true, StoreDir: t.TempDir(),
		Users: []*server.User{
			{Username: "coordinator", Password: "c", Permissions: rights(t, "coordinator")},
			{Username: "reader", Password: "r", Permissions: rights(t, "reader")},
		},
	})
	f.must(err)
	go s.Start()
	t.Cleanup(s.Shutdown)
	if !s.ReadyForConnections(30 * time.Second) {
		t.Fatal("it does not start")
	}
	at := strings.TrimPrefix(s.ClientURL(), "nats://")
	f.url = "nats://reader:r@" + at
	f.reader(testVersions)
	f.url = "nats://coordinator:c@" + at
	out := filepath.Join(t.TempDir(), "out")
	_, err = f.run(t.Context(), out, true)
	f.must(err)
	f.same(out, 12)
	c := f.dial()
	f.until(func() bool {
		all, err := c.present(t.Context())
		return err == nil && len(all) == 1 // that reads
	})
	if strings.Contains(strings.ToLower(f.log.String()), "permissions violation") {
		t.Errorf("something was refused:\n%s", f.log)
	}
}
