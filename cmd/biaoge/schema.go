package main

import (
	"context"

	"github.com/biaoge/biaoge/tables"
)

var schemaCommand = command{
	name:    "schema",
	summary: "print the JSON Schema of the extraction document",
	help: `
The schema (draft 2020-12) describes what biaoge extract prints as JSON, one
document a picture. Later versions of the program may add fields; they rename
none without changing the document's version.`,
	example: `
biaoge schema
biaoge schema > biaoge.schema.json`,
	run: func(_ context.Context, c *call) error {
		args, err := c.parse()
		if err != nil {
			return err
		}
		if len(args) > 0 {
			return usagef("schema takes no arguments")
		}
		_, err = c.stdout.Write(tables.Schema)
		return err
	},
}
