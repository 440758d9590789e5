package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// askTime is how long a service may take to say whether it is ready.
const askTime = 5 * time.Second

// Ask asks the service that listens at an address whether it takes work. The
// error says why not.
func Ask(ctx context.Context, address string) error {
	network := "tcp"
	if path, ok := strings.CutPrefix(address, unixPrefix); ok {
		network, address = "unix", path
	} else if host, port, err := net.SplitHostPort(address); err == nil && (host == "" || net.ParseIP(host).IsUnspecified()) {
		address = net.JoinHostPort("localhost", port)
	}
	client := &http.Client{Timeout: askTime, Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost/readyz", nil)
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("nothing answers at %s: %w; start biaoge serve, or give its --listen", address, reason(errors.Unwrap(err)))
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	var p Problem
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if json.Unmarshal(body, &p) != nil || p.Detail == "" {
		return fmt.Errorf("what answers at %s is no biaoge serve: %s", address, resp.Status)
	}
	return errors.New(p.Detail)
}
