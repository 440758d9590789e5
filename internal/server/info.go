package server

import (
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/biaoge/biaoge/tables"
)

// Versions are what answers depend on beside pictures and settings.
type Versions struct {
	Program  string `json:"program"`
	Document int    `json:"document"` // of the extraction document
	Forms    string `json:"forms"`    // a hash of all form files
	Models   string `json:"models"`   // a hash of the models and of Tesseract's data
	Settings string `json:"settings"` // of the service, where a request has none of its own
	Go       string `json:"go"`
}

func (v *Versions) key() string {
	return fmt.Sprintf("%s\n%d\n%s\n%s\n%s", v.Program, v.Document, v.Forms, v.Models, v.Settings)
}

// A formInfo is what /v1/forms tells of a form.
type formInfo struct {
	ID    string   `json:"id"`
	Title string   `json:"title"`
	Rows  int      `json:"rows"`
	Cols  int      `json:"cols"`
	Keys  []string `json:"keys"`
}

func formInfos(forms []*tables.Form) []formInfo {
	out := make([]formInfo, len(forms))
	for i, f := range forms {
		out[i] = formInfo{f.ID, f.Title, f.Rows, f.Cols, []string{}}
		for _, c := range f.Cells {
			if c.Key != "" {
				out[i].Keys = append(out[i].Keys, c.Key)
			}
		}
	}
	return out
}

// static serves what never changes while the service runs.
func (s *Server) static(media string, body []byte) http.HandlerFunc {
	tag := etagOf(keyOf(body), format{media: media})
	return func(w http.ResponseWriter, r *http.Request) {
		if _, p := negotiate(r, []format{{media: media}, {media: mediaJSON}}); p != nil {
			s.fail(w, r, p)
			return
		}
		s.send(w, r, media, tag, body)
	}
}

// staticJSON does so with a value.
func (s *Server) staticJSON(v any) http.HandlerFunc {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // values of plain types
	}
	return s.static(mediaJSON, append(body, '\n'))
}

// health is GET /healthz: the process is alive. It asks nobody.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	s.writeJSON(w, r, http.StatusOK, map[string]string{"status": "alive"})
}

// readiness is GET /readyz: the service takes work.
func (s *Server) readiness(w http.ResponseWriter, r *http.Request) {
	switch {
	case s.queue.state().draining:
		s.fail(w, r, drainingProblem())
	case !s.ready():
		s.fail(w, r, newProblem(http.StatusServiceUnavailable, kindNoWorker, "no worker can be started; the service's log says why").after(later))
	default:
		s.writeJSON(w, r, http.StatusOK, map[string]string{"status": "ready"})
	}
}
