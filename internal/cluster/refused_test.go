package cluster

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/biaoge/biaoge/internal/batch"
	"github.com/biaoge/biaoge/internal/hub"
	"github.com/biaoge/biaoge/internal/worker"
)

func refusedBy(t *testing.T, o Options, want string) {
	t.Helper()
	o.Log = slog.New(slog.DiscardHandler)
	c, err := Dial(t.Context(), o)
	if err == nil {
		c.Close()
		t.Fatalf("it lets in; want %q", want)
	}
	if !strings.Contains(err.Error(), want) {
		t.Errorf("got %q, want %q", err, want)
	}
}

func startHub(t *testing.T, o hub.Options) string {
	t.Helper()
	o.Listen, o.Store, o.Log = "127.0.0.1:0", t.TempDir(), slog.New(slog.DiscardHandler)
	h, err := hub.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Stop)
	return "nats://" + h.Address
}

// Each way in which a hub can't be used is said, with what to do.
func TestEachWayInWhichAHubCannotBeUsedIsSaid(t *testing.T) {
	dir := t.TempDir()
	right, wrong := filepath.Join(dir, "right"), filepath.Join(dir, "wrong")
	url := startHub(t, hub.Options{Creds: right})
	startHub(t, hub.Options{Creds: wrong})
	refusedBy(t, Options{URL: url}, "wants credentials; give --creds FILE")
	refusedBy(t, Options{URL: url, Creds: wrong}, "does not take the credentials in "+wrong)
	c, err := Dial(t.Context(), Options{URL: url, Creds: right, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
	if info, err := os.Stat(right); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others may read the key: %v %v", info, err)
	}
}

// strangeHub starts a NATS server on loopback that is not as biaoge hub sets one
// up.
func strangeHub(t *testing.T, o server.Options) *server.Server {
	t.Helper()
	o.Host, o.Port, o.NoSigs, o.NoLog = "127.0.0.1", server.RANDOM_PORT, true, true
	s, err := server.NewServer(&o)
	if err != nil {
		t.Fatal(err)
	}
	go s.Start()
	t.Cleanup(s.Shutdown)
	if !s.ReadyForConnections(30 * time.Second) {
		t.Fatal("it does not start")
	}
	return s
}

func TestAHubWithoutJetStreamIsRefused(t *testing.T) {
	s := strangeHub(t, server.Options{})
	refusedBy(t, Options{URL: s.ClientURL()}, "runs without JetStream; start nats-server with -js, or run biaoge hub")
}

// A hub whose disk has no room for what a batch may lay there says so at once.
func TestAHubWithoutRoomIsRefusedAtOnce(t *testing.T) {
	s := strangeHub(t, server.Options{JetStream: true, StoreDir: t.TempDir(), JetStreamMaxStore: 100 << 20})
	c, err := Dial(t.Context(), Options{URL: s.ClientURL(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_, err = c.Open(t.Context(), Batch{ID: "B"})
	if err == nil || !strings.Contains(err.Error(), "the hub has no room for its streams") || !strings.Contains(err.Error(), "make room there") {
		t.Errorf("got %v", err)
	}
}

// A hub that keeps nothing any more, as one whose disk is full, is told so with
// what to do, and pictures are handed out when it does again.
func TestHubThatTakesNothing(t *testing.T) {
	t.Parallel() // it mostly waits
	s := strangeHub(t, server.Options{JetStream: true, StoreDir: t.TempDir(), JetStreamMaxStore: 2 << 30})
	config := *s.JetStreamConfig()
	said := new(syncBuffer)
	c, err := Dial(t.Context(), Options{URL: s.ClientURL(), Log: slog.New(slog.NewTextHandler(said, nil))})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	q, err := c.Open(t.Context(), Batch{ID: "B"})
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close(false)
	if err := s.ShutdownJetStream(); err != nil { // what a server does whose disk is full
		t.Fatal(err)
	}
	put := make(chan error, 1)
	go func() {
		put <- q.Put(t.Context(), &batch.Task{ID: 1, Pictures: []worker.Picture{{Name: "a", Data: []byte("x")}}})
	}()
	const want = "the hub takes no pictures; it is tried again until it does: look whether it runs, and whether its disk is full"
	for end := time.Now().Add(time.Minute); !strings.Contains(said.String(), want); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it does not say so:\n%s", said)
		}
	}
	if err := s.EnableJetStream(&config); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-put:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("nothing is handed out though the hub takes it again")
	}
}

func TestCertificatesOfAHubAreChecked(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, of, of, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	url := startHub(t, hub.Options{Cert: cert, Key: key})
	refusedBy(t, Options{URL: url}, "give --tls-ca FILE")
	refusedBy(t, Options{URL: startHub(t, hub.Options{}), CA: cert}, "speaks no TLS")
	c, err := Dial(t.Context(), Options{URL: url, CA: cert, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
}
