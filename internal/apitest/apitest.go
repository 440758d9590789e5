// Package apitest lets tests hold what the service answers against its OpenAPI
// description. It must not know the service, only that description.
package apitest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

// An API is a description to hold answers against.
type API struct {
	Doc    *openapi3.T
	router routers.Router
}

// asText are the media types whose bodies the description says nothing of but
// that they are there.
var asText = []string{"application/x-ndjson", "text/csv", "text/html", "text/markdown", "text/plain",
	"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"multipart/related", "application/schema+json"}

var registered = sync.OnceFunc(func() {
	for _, media := range asText {
		decode := func(body io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
			b, err := io.ReadAll(body)
			return string(b), err
		}
		if strings.HasSuffix(media, "json") && !strings.Contains(media, "ndjson") {
			decode = func(body io.Reader, _ http.Header, _ *openapi3.SchemaRef, _ openapi3filter.EncodingFn) (any, error) {
				var v any
				return v, json.NewDecoder(body).Decode(&v)
			}
		}
		openapi3filter.RegisterBodyDecoder(media, decode)
	}
})

// Read reads a description and says what is wrong with it.
func Read(text []byte) (*API, error) {
	registered()
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(context.Background()); err != nil {
		return nil, err
	}
	doc.Servers = nil // tests listen elsewhere
	router, err := legacy.NewRouter(doc)
	if err != nil {
		return nil, err
	}
	return &API{doc, router}, nil
}

// Check says in what an answer is not as described. Answers to what is not
// described must be problems.
func (a *API) Check(req *http.Request, resp *http.Response, body []byte) error {
	at := fmt.Sprintf("%s %s: %d", req.Method, req.URL.Path, resp.StatusCode)
	clean := req.Clone(context.Background())
	clean.URL.Scheme, clean.URL.Host, clean.Host = "", "", ""
	clean.Body = http.NoBody
	route, params, err := a.router.FindRoute(clean)
	if err != nil {
		if media := resp.Header.Get("Content-Type"); resp.StatusCode < 400 || media != "application/problem+json" {
			return fmt.Errorf("%s: it is not described and no problem: %s %s", at, media, body)
		}
		return a.problem(at, body)
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: clean, Route: route, PathParams: params},
		Status:                 resp.StatusCode,
		Header:                 resp.Header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	if err := openapi3filter.ValidateResponse(context.Background(), input); err != nil {
		return fmt.Errorf("%s: not as described: %w\n%.300s", at, err, body)
	}
	return nil
}

// problem holds a body against the schema of problems.
func (a *API) problem(at string, body []byte) error {
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	schema := a.Doc.Components.Schemas["Problem"].Value
	if err := schema.VisitJSON(v, openapi3.EnableJSONSchema2020()); err != nil {
		return fmt.Errorf("%s: no problem as described: %w", at, err)
	}
	return nil
}
