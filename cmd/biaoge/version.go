package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set by the Makefile to what git describe says.
var version = ""

var versionCommand = command{
	name:    "version",
	summary: "print the version of the program",
	run: func(_ context.Context, c *call) error {
		args, err := c.parse()
		if err != nil {
			return err
		}
		if len(args) > 0 {
			return usagef("version takes no arguments")
		}
		_, err = fmt.Fprintf(c.stdout, "biaoge %s %s %s/%s\n", versionString(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
		return err
	},
}

// versionString is the version the Makefile gave, else that of the module,
// as in go install …@v1.2.3.
func versionString() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
