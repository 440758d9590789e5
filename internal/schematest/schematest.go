// Package schematest lets tests hold what the program prints against the
// published schema.
//
// It must not know the program.
package schematest

import (
	"bytes"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/biaoge/biaoge/tables"
)

var schema = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(tables.Schema))
	if err != nil {
		return nil, err
	}
	const name = "schema.json"
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, doc); err != nil {
		return nil, err
	}
	return c.Compile(name)
})

// Validate says what in a document, as JSON, breaks the schema.
func Validate(doc []byte) error {
	s, err := schema()
	if err != nil {
		return err
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(doc))
	if err != nil {
		return err
	}
	return s.Validate(v)
}

// Check fails the test where a document breaks the schema.
func Check(t testing.TB, doc []byte) {
	t.Helper()
	if err := Validate(doc); err != nil {
		t.Errorf("not as the schema says: %v", err)
	}
}
