package server

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/biaoge/biaoge/tables"
)

// routes are all addresses of the service. What stands here stands in
// openapi.yaml too; a test holds the one to the other.
func (s *Server) routes() map[string]map[string]http.HandlerFunc {
	type methods = map[string]http.HandlerFunc
	return map[string]methods{
		"/v1/extract":          {"POST": s.extract},
		"/v1/report":           {"POST": s.report},
		"/v1/probe":            {"POST": s.probe},
		"/v1/jobs":             {"POST": s.newJob},
		"/v1/jobs/{id}":        {"GET": s.job, "DELETE": s.deleteJob},
		"/v1/jobs/{id}/result": {"GET": s.result},
		"/v1/forms":            {"GET": s.staticJSON(formInfos(s.Forms))},
		"/v1/schema":           {"GET": s.static("application/schema+json", tables.Schema)},
		"/openapi.json":        {"GET": s.static("application/json", OpenAPI())},
		"/version":             {"GET": s.staticJSON(s.Versions)},
		"/healthz":             {"GET": s.health},
		"/readyz":              {"GET": s.readiness},
		"/metrics":             {"GET": s.metrics.handler().ServeHTTP},
	}
}

// handler is the service as one handler.
func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	for path, methods := range s.routes() {
		allowed := slices.Sorted(maps.Keys(methods))
		for method, h := range methods {
			mux.HandleFunc(method+" "+path, h)
		}
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Allow", strings.Join(allowed, ", "))
			s.refuse(w, r, newProblem(http.StatusMethodNotAllowed, kindMethod, "%s takes %s", path, strings.Join(allowed, ", ")))
		})
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, newProblem(http.StatusNotFound, kindNotFound, "there is no such address; /openapi.json has all"))
	})
	return s.observe(s.guard(mux))
}
