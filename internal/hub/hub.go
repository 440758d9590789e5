// Package hub is a NATS server with JetStream inside this program, set as
// batches on several machines need it. Any other NATS serves instead.
//
// The package must not know what goes over it.
package hub

import (
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nkeys"
)

// Options say how a hub runs.
type Options struct {
	Listen    string // HOST:PORT
	Store     string // a folder for what is not fetched yet
	Creds     string // a file with the key that callers must have, made where it does not exist; "" for none
	Cert, Key string // files for TLS; "" for none
	// Cluster are the addresses by which the hubs of a cluster reach one another,
	// this hub's own first.
	Cluster []string
	Log     *slog.Logger
}

// A UsageError is of options that can't be.
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }
func (e *UsageError) Unwrap() error { return e.Err }

// usagef is an error of the options; the format is a key of the catalogue.
func usagef(format string, args ...any) error {
	return &UsageError{fmt.Errorf(format, args...)}
}

// A Hub is a server that runs.
type Hub struct {
	o   Options
	log *logger
	// Address is where it listens.
	Address string

	mu sync.Mutex
	s  *server.Server // another one after the disk was full

	end      chan struct{}
	watching sync.WaitGroup
}

// readyTime is how long a hub may take to listen: what it stored is read first.
const readyTime = 2 * time.Minute

// memoryBytes is what streams may hold in memory; those of batches lie on the
// disk.
const memoryBytes = 64 << 20

// Start starts a hub and waits until it listens.
func Start(o Options) (*Hub, error) {
	h := &Hub{o: o, log: &logger{log: o.Log}, Address: "127.0.0.1", end: make(chan struct{})}
	if err := h.start(); err != nil {
		return nil, err
	}
	if a, ok := h.s.Addr().(*net.TCPAddr); ok {
		host, _, _ := net.SplitHostPort(o.Listen)
		h.Address = net.JoinHostPort(host, strconv.Itoa(a.Port))
		h.o.Listen = h.Address // of the next server as well
	}
	h.watching.Go(h.watch)
	return h, nil
}

// start starts a server and waits until it listens.
func (h *Hub) start() error {
	options, err := h.o.server()
	if err != nil {
		return err
	}
	if err := writable(h.o.Store); err != nil {
		return err
	}
	s, err := server.NewServer(options)
	if err != nil {
		return fmt.Errorf("the hub can't start: %w", err)
	}
	s.SetLoggerV2(h.log, false, false, false)
	go s.Start()
	if !s.ReadyForConnections(readyTime) {
		s.Shutdown()
		return fmt.Errorf("the hub can't listen on %s: %s; choose another address with --listen", h.o.Listen, h.log.lastWords())
	}
	if !s.JetStreamEnabled() {
		s.Shutdown()
		return fmt.Errorf("the hub can't keep anything in %s: %s; make room there, or give another folder with --store", h.o.Store, h.log.lastWords())
	}
	h.mu.Lock()
	h.s = s
	h.mu.Unlock()
	return nil
}

// server is the one that runs now.
func (h *Hub) server() *server.Server {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.s
}

// Stop ends the hub when what it has is on the disk.
func (h *Hub) Stop() {
	close(h.end)
	h.watching.Wait()
	h.stop()
}

func (h *Hub) stop() {
	s := h.server()
	s.Shutdown()
	s.WaitForShutdown()
}

// writable makes the folder and tries whether it can be written to.
func writable(dir string) error {
	err := os.MkdirAll(dir, 0o700)
	if err == nil {
		var f *os.File
		if f, err = os.CreateTemp(dir, ".try-"); err == nil {
			_, err = f.Write(make([]byte, 4096))
			err = errors.Join(err, f.Close(), os.Remove(f.Name()))
		}
	}
	if err != nil {
		return fmt.Errorf("the hub can't write to %s: %w; make room there, or give another folder with --store", dir, err)
	}
	return nil
}

func (o *Options) server() (*server.Options, error) {
	host, port, err := address(o.Listen)
	if err != nil {
		return nil, usagef("--listen %s: give HOST:PORT", o.Listen)
	}
	if o.Creds == "" && !loopback(host) {
		return nil, usagef("--listen %s: other machines can reach this address; give --creds FILE, so that only who has the file gets in", o.Listen)
	}
	s := &server.Options{
		ServerName: name(o.Listen), Host: host, Port: port, NoSigs: true, JetStream: true, StoreDir: o.Store,
		JetStreamMaxMemory: memoryBytes, JetStreamMaxStore: -1, DisableJetStreamBanner: true,
		MaxPayload: server.MAX_PAYLOAD_SIZE, WriteDeadline: 10 * time.Second,
	}
	if o.Cert != "" || o.Key != "" {
		pair, err := tls.LoadX509KeyPair(o.Cert, o.Key)
		if err != nil {
			return nil, usagef("--tls-cert %s, --tls-key %s: %w; name a certificate and its key in PEM", o.Cert, o.Key, err)
		}
		s.TLSConfig = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
		s.TLSTimeout = 5
	}
	secret := ""
	if o.Creds != "" {
		key, err := readKey(o.Creds)
		if err != nil {
			return nil, err
		}
		public, err := key.PublicKey()
		if err != nil {
			return nil, err
		}
		seed, err := key.Seed()
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(append([]byte("route "), seed...))
		s.Nkeys, secret = []*server.NkeyUser{{Nkey: public}}, hex.EncodeToString(sum[:])
	}
	if len(o.Cluster) > 0 {
		return s, o.join(s, secret)
	}
	return s, nil
}

// join makes a hub one of a cluster.
func (o *Options) join(s *server.Options, secret string) error {
	for i, a := range o.Cluster {
		host, port, err := address(a)
		if err != nil {
			return usagef("--cluster %s: give HOST:PORT of this hub, then those of the others", a)
		}
		if i == 0 {
			if secret == "" && !loopback(host) {
				return usagef("--cluster %s: other machines can reach this address; give --creds FILE, so that only who has the file gets in", a)
			}
			s.Cluster = server.ClusterOpts{Name: "biaoge", Host: host, Port: port}
			s.ServerName = name(a)
			if secret != "" {
				s.Cluster.Username, s.Cluster.Password, s.Cluster.AuthTimeout = "hub", secret, 5
			}
			continue
		}
		u := &url.URL{Scheme: "nats-route", Host: a}
		if secret != "" {
			u.User = url.UserPassword("hub", secret)
		}
		s.Routes = append(s.Routes, u)
	}
	if len(s.Routes) < 2 {
		return usagef("--cluster: name three hubs, this one first; two can't go on when one is gone")
	}
	return nil
}

// name tells hubs apart: the machine and the address.
func name(address string) string {
	host, _ := os.Hostname()
	return strings.NewReplacer(" ", "_", ".", "_", ":", "_", "[", "", "]", "").Replace(host + "_" + address)
}

func address(s string) (host string, port int, err error) {
	host, p, err := net.SplitHostPort(s)
	if err != nil {
		return "", 0, err
	}
	port, err = strconv.Atoi(p)
	if err != nil || port < 0 || port > 65535 {
		return "", 0, errors.New("no port")
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	return host, port, nil
}

func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// readKey reads the key that callers must have, and makes one where there is no
// such file.
func readKey(name string) (nkeys.KeyPair, error) {
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		key, err := nkeys.CreateUser()
		if err != nil {
			return nil, err
		}
		seed, err := key.Seed()
		if err != nil {
			return nil, err
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			return nil, err
		}
		return key, os.WriteFile(name, append(seed, '\n'), 0o600)
	}
	if err != nil {
		return nil, usagef("--creds: %w", err)
	}
	key, err := nkeys.ParseDecoratedUserNKey(text)
	if err != nil {
		return nil, usagef("--creds %s: there is no key in it (%v); remove it, and the hub makes one", name, err)
	}
	return key, nil
}
