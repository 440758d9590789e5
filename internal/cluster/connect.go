// Package cluster carries the tasks of a batch to readers on other machines and
// their answers back, over NATS JetStream.
//
// A Queue is the coordinator's end, a Reader that of a machine that reads. NATS
// only transports: the journal of the batch stays the only truth, and whatever
// NATS loses is handed out again. Reading is deterministic, so that a repeat
// costs time and nothing else.
//
//	coordinator                NATS                        reader
//	Put      ── BIAOGE_TASKS, biaoge-pictures ──▶          Take
//	Began    ◀── biaoge.began.ID (not kept) ──             Began
//	Done     ◀── BIAOGE_RESULTS, biaoge-pictures ──        Done
//	Workers  ◀── biaoge-workers ──                         who reads
//
// The package must not know of folders, what becomes of documents, or how a
// picture is read.
package cluster

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Options say where NATS is and how one gets in.
type Options struct {
	URL      string // nats://HOST[,HOST…]
	Creds    string // a file with credentials; "" for none
	CA       string // a file with certificates of those who sign the hub's; "" for the system's
	Replicas int    // of streams that have to be made; 0 is 1
	Name     string // of this end, in NATS's own lists
	Log      *slog.Logger
}

// A Conn is a connection to NATS. It reconnects for ever.
type Conn struct {
	nc       *nats.Conn
	js       jetstream.JetStream
	replicas int
	log      *slog.Logger
	again    chan struct{} // gets a value after each reconnection, if somebody looks
}

// How long it may take until a hub answers at first, and how often it is tried
// to reach it again later.
const (
	dialTime      = 5 * time.Second
	reconnectWait = time.Second
)

// Dial connects to NATS. Its error says what to do.
func Dial(ctx context.Context, o Options) (*Conn, error) {
	c := &Conn{replicas: max(1, o.Replicas), log: o.Log, again: make(chan struct{}, 1)}
	options, err := c.options(o)
	if err != nil {
		return nil, err
	}
	if c.nc, err = nats.Connect(addresses(o.URL), options...); err != nil {
		return nil, refused(o, err)
	}
	if c.js, err = jetstream.New(c.nc, jetstream.WithDefaultTimeout(dialTime)); err != nil {
		c.nc.Close()
		return nil, err
	}
	err = patiently(ctx, unanswered, func(ctx context.Context) error {
		_, err := c.js.AccountInfo(ctx)
		return err
	})
	if err != nil {
		c.nc.Close()
		return nil, refused(o, err)
	}
	return c, nil
}

// electTime is how long hubs of a cluster may take to agree who leads, after one
// was gone or all were started.
const electTime = time.Minute

// patiently tries something for as long as hubs may take to agree, while its
// error says that it may go well later.
func patiently(ctx context.Context, later func(error) bool, f func(context.Context) error) error {
	for end := time.Now().Add(electTime); ; {
		try, cancel := context.WithTimeout(ctx, dialTime)
		err := f(try)
		cancel()
		if err == nil || !later(err) || time.Now().After(end) {
			return err
		}
		if err := wait(ctx, time.Second); err != nil {
			return err
		}
	}
}

// unanswered tells whether a hub did not answer, or can't say yet.
func unanswered(err error) bool {
	var e *jetstream.APIError
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, nats.ErrTimeout) || errors.As(err, &e) && e.ErrorCode == unavailable
}

// addresses gives each host of a list the scheme of the first.
func addresses(url string) string {
	hosts := strings.Split(url, ",")
	scheme, _, ok := strings.Cut(hosts[0], "://")
	for i, h := range hosts {
		if ok && !strings.Contains(h, "://") {
			hosts[i] = scheme + "://" + h
		}
	}
	return strings.Join(hosts, ",")
}

func (c *Conn) options(o Options) ([]nats.Option, error) {
	options := []nats.Option{
		nats.Name(o.Name), nats.Timeout(dialTime), nats.MaxReconnects(-1),
		nats.ReconnectWait(reconnectWait), nats.ReconnectJitter(reconnectWait, reconnectWait),
		nats.PingInterval(10 * time.Second), nats.MaxPingsOutstanding(2),
		// What cannot be sent now is sent again by whoever sent it.
		nats.ReconnectBufSize(-1),
		// A hub that comes back with other credentials may have the right ones again later.
		nats.IgnoreAuthErrorAbort(),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				c.log.Warn("the hub is gone; it goes on when the hub is back", "error", err)
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) {
			c.log.Info("the hub is back")
			select {
			case c.again <- struct{}{}:
			default:
			}
		}),
		nats.ErrorHandler(func(_ *nats.Conn, s *nats.Subscription, err error) {
			if !errors.Is(err, nats.ErrNoResponders) {
				c.log.Debug("nats", "error", err)
			}
		}),
	}
	if o.CA != "" {
		pem, err := os.ReadFile(o.CA)
		if err != nil {
			return nil, fmt.Errorf("--tls-ca: %w; name a file with certificates in PEM", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("--tls-ca %s: there is no certificate in it; name a file with certificates in PEM", o.CA)
		}
		options = append(options, nats.Secure(&tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}))
	}
	if o.Creds != "" {
		let, err := credentials(o.Creds)
		if err != nil {
			return nil, err
		}
		options = append(options, let)
	}
	return options, nil
}

// credentials are those of a file: NATS's own kind with a token and a key, or
// one with a key alone, as biaoge hub makes.
func credentials(name string) (nats.Option, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("--creds: %w; name the file that whoever runs the hub gave you", err)
	}
	if strings.Contains(string(text), "NATS USER JWT") {
		return nats.UserCredentials(name), nil
	}
	let, err := nats.NkeyOptionFromSeed(name)
	if err != nil {
		return nil, fmt.Errorf("--creds %s: there is no key in it (%v); name the file that whoever runs the hub gave you", name, err)
	}
	return let, nil
}

// refused says why there is no connection and what to do.
func refused(o Options, err error) error {
	var unknown x509.UnknownAuthorityError
	var wrong *tls.CertificateVerificationError
	switch {
	case errors.Is(err, nats.ErrAuthorization), errors.Is(err, nats.ErrAuthExpired), strings.Contains(strings.ToLower(err.Error()), "authorization"):
		if o.Creds == "" {
			return fmt.Errorf("the hub at %s wants credentials; give --creds FILE", o.URL)
		}
		return fmt.Errorf("the hub at %s does not take the credentials in %s; get the file of this hub", o.URL, o.Creds)
	case errors.Is(err, jetstream.ErrJetStreamNotEnabled), errors.Is(err, jetstream.ErrJetStreamNotEnabledForAccount), errors.Is(err, nats.ErrNoResponders):
		return fmt.Errorf("the hub at %s runs without JetStream; start nats-server with -js, or run biaoge hub", o.URL)
	case errors.As(err, &unknown), errors.As(err, &wrong), errors.Is(err, nats.ErrSecureConnRequired):
		return fmt.Errorf("the hub at %s can't be trusted (%v); give --tls-ca FILE with the certificate of who signed its own", o.URL, err)
	case errors.Is(err, nats.ErrSecureConnWanted):
		return fmt.Errorf("the hub at %s speaks no TLS; leave out --tls-ca, or start the hub with a certificate", o.URL)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, nats.ErrTimeout):
		return fmt.Errorf("the hub at %s does not answer (%v); if it has just been started, or is one of several, wait until most of them run", o.URL, err)
	}
	return fmt.Errorf("there is no hub at %s (%v); start biaoge hub there, or check the address and what is between", o.URL, err)
}

// publish puts a message into a stream, and returns its number there. It waits no
// longer than a slow line takes (patienceFor): a hub that is gone by then answers no
// more, and whoever sends it tries again.
func (c *Conn) publish(ctx context.Context, subject string, message []byte) (seq uint64, err error) {
	ctx, cancel := context.WithTimeout(ctx, patienceFor(len(message)))
	defer cancel()
	ack, err := c.js.Publish(ctx, subject, message, jetstream.WithRetryAttempts(0))
	if err != nil {
		return 0, err
	}
	return ack.Sequence, nil
}

// Close ends the connection. What is being sent may be lost.
func (c *Conn) Close() error { c.nc.Close(); return nil }

// wait waits a moment, unless ctx ends before.
func wait(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
