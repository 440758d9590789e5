package server

import (
	"context"
	"net"
	"net/http"
	"strings"
)

type listenerKey struct{}

// base remembers for each request by which listener it came.
func base(l net.Listener) context.Context {
	return context.WithValue(context.Background(), listenerKey{}, l)
}

// openRoutes need no token: what looks after the service has none.
var openRoutes = map[string]bool{"/healthz": true, "/readyz": true}

// guard lets through who may ask: over a Unix socket whoever may open it; over
// a loopback address who names it; with a token who shows it; and no page of a
// browser that is not ours.
func (s *Server) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l, _ := r.Context().Value(listenerKey{}).(*Listener)
		if l == nil {
			l = new(Listener)
		}
		switch {
		case l.here && !namesLoopback(r.Host):
			s.refuse(w, r, newProblem(http.StatusForbidden, kindForbidden, "the Host header must name loopback, such as localhost or 127.0.0.1; a proxy must set it so"))
		case cross.Check(r) != nil:
			s.refuse(w, r, newProblem(http.StatusForbidden, kindForbidden, "pages of other origins may not use the service through a browser"))
		case !l.local && s.Token.Set() && !openRoutes[r.URL.Path] && !s.authorized(r):
			s.refuse(w, r, newProblem(http.StatusUnauthorized, kindUnauthorized, "send Authorization: Bearer TOKEN with the token of the service's token file"))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func (s *Server) authorized(r *http.Request) bool {
	scheme, word, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return ok && strings.EqualFold(scheme, "Bearer") && s.Token.Equal(strings.TrimSpace(word))
}
