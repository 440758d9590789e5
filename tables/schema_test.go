package tables_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/biaoge/biaoge/internal/schematest"
	"github.com/biaoge/biaoge/tables"
)

// The schema is written by hand, for its descriptions; this keeps it and the
// types from drifting apart.
func TestSchemaHasTheFieldsOfTheTypes(t *testing.T) {
	type object struct {
		Properties map[string]json.RawMessage
		Required   []string
		Items      *object
	}
	var schema struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	if err := json.Unmarshal(tables.Schema, &schema); err != nil {
		t.Fatal(err)
	}
	var alternatives object
	if err := json.Unmarshal(schema.Defs["cell"].Properties["alternatives"], &alternatives); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		def object
		of  any
	}{
		{schema.object, tables.Document{}},
		{schema.Defs["source"], tables.Source{}},
		{schema.Defs["image"], tables.Image{}},
		{schema.Defs["warning"], tables.Warning{}},
		{schema.Defs["table"], tables.Table{}},
		{schema.Defs["part"], tables.Part{}},
		{schema.Defs["cell"], tables.Cell{}},
		{*alternatives.Items, tables.Alternative{}},
		{schema.Defs["record"], tables.Record{}},
		{schema.Defs["check"], tables.Check{}},
	} {
		typ := reflect.TypeOf(c.of)
		var fields, required []string
		for f := range typ.Fields() {
			name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "-" { // no part of the document
				continue
			}
			fields = append(fields, name)
			if !strings.Contains(opts, "omit") {
				required = append(required, name)
			}
		}
		var have []string
		for name := range c.def.Properties {
			have = append(have, name)
		}
		slices.Sort(fields)
		slices.Sort(have)
		if !slices.Equal(fields, have) {
			t.Errorf("%v has the fields %v, the schema %v", typ, fields, have)
		}
		want := slices.Clone(c.def.Required)
		slices.Sort(required)
		slices.Sort(want)
		if !slices.Equal(required, want) {
			t.Errorf("%v always has %v, the schema requires %v", typ, required, want)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	good := `{"version":1,"source":{"path":"a","sha256":"` + strings.Repeat("0", 64) + `","media_type":"image/png","width":1,"height":1,"page":1},"image":{"rotation":0,"skew":0,"dewarped":false},"tables":[],"warnings":[]}`
	schematest.Check(t, []byte(good))
	for _, change := range [][2]string{
		{`"version":1`, `"version":2`},
		{`"tables":[]`, `"tables":null`},
		{`"rotation":0`, `"rotation":45`},
		{`"width":1`, `"width":"1"`},
		{`,"warnings":[]`, ``},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		if err := schematest.Validate([]byte(bad)); err == nil {
			t.Errorf("%s is accepted", change[1])
		}
	}
}
