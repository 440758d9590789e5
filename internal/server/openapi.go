package server

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/biaoge/biaoge/tables"
)

//go:embed openapi.yaml
var openAPISource []byte

// OpenAPI is the description of the service as it is served: the hand-written
// one in JSON, with the schema of the document among its components.
var OpenAPI = sync.OnceValue(func() []byte {
	var api map[string]any
	if err := yaml.Unmarshal(openAPISource, &api); err != nil {
		panic(err) // a test reads it
	}
	for name := range api {
		if strings.HasPrefix(name, "x-") { // only what others are made of
			delete(api, name)
		}
	}
	schemas := api["components"].(map[string]any)["schemas"].(map[string]any)
	// Names of the document's parts are its own, so that none hides one of
	// the service's.
	const prefix = "Document_"
	text := strings.ReplaceAll(string(tables.Schema), "#/$defs/", "#/components/schemas/"+prefix)
	var doc map[string]any
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		panic(err)
	}
	for name, part := range doc["$defs"].(map[string]any) {
		schemas[prefix+name] = part
	}
	for _, name := range []string{"$defs", "$schema", "$id"} {
		delete(doc, name)
	}
	schemas["Document"] = doc
	out, err := json.MarshalIndent(api, "", " ")
	if err != nil {
		panic(fmt.Sprint("openapi.yaml has what JSON has not: ", err))
	}
	return append(out, '\n')
})
