package server

import "net/http"

// report is POST /v1/report.
func (s *Server) report(w http.ResponseWriter, r *http.Request) {
	s.refuse(w, r, newProblem(http.StatusNotImplemented, kindNotBuilt, "whole reports are not read yet; send the pictures of one to /v1/extract, as parts in their order"))
}
