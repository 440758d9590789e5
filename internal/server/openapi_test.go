package server

import (
	"maps"
	"slices"
	"testing"

	"github.com/biaoge/biaoge/internal/apitest"
)

// What is described and what is served are the same addresses and methods.
func TestRoutesAreDescribed(t *testing.T) {
	api, err := apitest.Read(OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	served := make(map[string][]string)
	for path, methods := range newTest(t, nil).routes() {
		served[path] = slices.Sorted(maps.Keys(methods))
	}
	described := make(map[string][]string)
	for path, item := range api.Doc.Paths.Map() {
		described[path] = slices.Sorted(maps.Keys(item.Operations()))
	}
	if !maps.EqualFunc(served, described, slices.Equal) {
		t.Errorf("served %v\ndescribed %v", served, described)
	}
}

// Each kind of problem is in the description, and has a title.
func TestKindsAreDescribed(t *testing.T) {
	api, err := apitest.Read(OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	var described []string
	for _, v := range api.Doc.Components.Schemas["Problem"].Value.Properties["kind"].Value.Enum {
		described = append(described, v.(string))
	}
	slices.Sort(described)
	if kinds := slices.Sorted(maps.Keys(titles)); !slices.Equal(kinds, described) {
		t.Errorf("kinds %v\ndescribed %v", kinds, described)
	}
}
