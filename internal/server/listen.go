package server

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"

	"github.com/coreos/go-systemd/v22/activation"
)

// A Listener is where callers come in, and how far they are trusted there.
type Listener struct {
	net.Listener
	// Address is what callers use, such as 127.0.0.1:8642.
	Address string
	local   bool // a Unix socket: the file's mode says who may ask
	here    bool // a loopback address: only names of it are good in Host
}

// unixPrefix begins an address that is a Unix socket.
const unixPrefix = "unix:"

// socketMode lets the owner and the group of a Unix socket ask.
const socketMode = 0o660

// ErrNeedsToken is why the service does not listen where anybody can reach it.
var ErrNeedsToken = errors.New("it can be reached from other machines; give --token-file FILE, or listen on a loopback address or a Unix socket")

// Listen opens the address, or takes over the sockets that systemd hands to the
// process; then the address is not used.
func Listen(ctx context.Context, address string, token bool) ([]*Listener, error) {
	handed, err := activation.Listeners()
	if err != nil {
		return nil, fmt.Errorf("the sockets of systemd can't be used: %w", err)
	}
	var all []*Listener
	for _, l := range handed {
		if l != nil { // a datagram socket, which is not for us
			all = append(all, newListener(l))
		}
	}
	if len(all) == 0 {
		l, err := open(ctx, address, token)
		if err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	for _, l := range all {
		if !l.local && !l.here && !token {
			CloseAll(all)
			return nil, fmt.Errorf("--listen %s: %w", l.Address, ErrNeedsToken)
		}
	}
	return all, nil
}

// CloseAll closes listeners.
func CloseAll(all []*Listener) {
	for _, l := range all {
		l.Close()
	}
}

func open(ctx context.Context, address string, token bool) (*Listener, error) {
	var config net.ListenConfig
	if path, ok := strings.CutPrefix(address, unixPrefix); ok {
		return openUnix(ctx, path)
	}
	// Nobody must be able to ask, not even for a moment, before it is known
	// who may.
	if !token {
		if err := loopbackOnly(ctx, address); err != nil {
			return nil, fmt.Errorf("--listen %s: %w", address, err)
		}
	}
	l, err := config.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("--listen %s: %w; choose another port, or end what listens there", address, reason(err))
	}
	return newListener(l), nil
}

// loopbackOnly refuses an address that other machines can reach.
func loopbackOnly(ctx context.Context, address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return errors.New("it is no address; give HOST:PORT, such as 127.0.0.1:8642, or unix:PATH")
	}
	if host == "" {
		return ErrNeedsToken
	}
	ips, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return fmt.Errorf("%w; give an address, such as 127.0.0.1:8642", err)
	}
	for _, ip := range ips {
		if !ip.Unmap().IsLoopback() {
			return ErrNeedsToken
		}
	}
	return nil
}

func openUnix(ctx context.Context, path string) (*Listener, error) {
	var config net.ListenConfig
	wrong := func(err error) error {
		return fmt.Errorf("--listen %s%s: %w; name a path in a folder that you may write to", unixPrefix, path, reason(err))
	}
	// What a killed service left behind is removed, nothing else.
	if info, err := os.Lstat(path); err == nil {
		if info.Mode().Type() != fs.ModeSocket {
			return nil, wrong(errors.New("there is something that is no socket"))
		}
		if c, err := net.Dial("unix", path); err == nil {
			c.Close()
			return nil, wrong(errors.New("another service listens there"))
		}
		if err := os.Remove(path); err != nil {
			return nil, wrong(err)
		}
	}
	old := syscall.Umask(0o777 &^ socketMode) // it is made with its mode, not given it a moment later
	l, err := config.Listen(ctx, "unix", path)
	syscall.Umask(old)
	if err != nil {
		return nil, wrong(err)
	}
	return newListener(l), nil
}

// newListener tells what kind of socket it is.
func newListener(l net.Listener) *Listener {
	out := &Listener{Listener: l, Address: l.Addr().String()}
	switch a := l.Addr().(type) {
	case *net.UnixAddr:
		out.local, out.Address = true, unixPrefix+a.Name
	case *net.TCPAddr:
		out.here = a.IP.IsLoopback()
	}
	return out
}

// reason leaves out what net's errors say of themselves.
func reason(err error) error {
	var oe *net.OpError
	if errors.As(err, &oe) {
		err = oe.Err
	}
	var se *os.SyscallError
	if errors.As(err, &se) {
		return se.Err
	}
	return cause(err)
}

// namesLoopback says whether a Host header names this machine's loopback, so
// that no page of the web reaches the service under a name of its own.
func namesLoopback(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	if strings.EqualFold(strings.TrimSuffix(name, "."), "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.Unmap().IsLoopback()
}
