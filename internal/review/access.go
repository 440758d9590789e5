package review

import (
	"crypto/subtle"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// Access says who may speak to the server: a page that came from it, on this
// machine, or through the proxy that stands before it.
type Access struct {
	Proxy string // the host that a proxy with TLS is known by; empty where none stands before it
}

// contentPolicy lets a page load what comes with it and nothing else.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guard refuses what a page of another site, or a name that another site made
// point here, might send, and gives every response the same headers.
func (a Access) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if !a.host(r.Host) {
			refuse(w, "this is not the host's name: open the address that biaoge review prints")
			return
		}
		if !a.origin(r) {
			refuse(w, "a page of another site may not ask here")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func refuse(w http.ResponseWriter, why string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(http.StatusForbidden)
	data, _ := marshal(map[string]string{"error": why})
	w.Write(data)
}

// host reports whether a name is one that the server goes by.
func (a Access) host(name string) bool {
	if a.Proxy != "" {
		return strings.EqualFold(name, a.Proxy)
	}
	if h, _, err := net.SplitHostPort(name); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.TrimPrefix(name, "["), "]")
	if strings.EqualFold(name, "localhost") {
		return true
	}
	ip := net.ParseIP(name)
	return ip != nil && ip.IsLoopback()
}

// origin reports whether a request comes from a page of this server, or from
// no page at all.
func (a Access) origin(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site == "cross-site" && r.URL.Path != "/" {
		return false
	}
	if len(r.Header.Values("Origin")) == 0 {
		return true
	}
	u, err := url.Parse(r.Header.Get("Origin"))
	if err != nil || u.Host == "" {
		return false
	}
	scheme := "http"
	if a.Proxy != "" {
		scheme = "https"
	}
	return u.Scheme == scheme && strings.EqualFold(u.Host, r.Host)
}

// let lets in who has a reviewer's token.
func (s *Server) let(next func(http.ResponseWriter, *http.Request, Reviewer)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		given, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		for token, who := range s.by {
			if ok && subtle.ConstantTimeCompare([]byte(given), []byte(token)) == 1 {
				next(w, r, who)
				return
			}
		}
		w.Header().Set("WWW-Authenticate", "Bearer")
		s.reply(w, r, nil, &RequestError{http.StatusUnauthorized, "open the address that biaoge review prints: its token is missing or wrong"})
	}
}
