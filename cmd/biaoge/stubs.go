package main

import "context"

var evaluateCommand = command{name: "evaluate", summary: "measure the readings against the truth", run: func(context.Context, *call) error { return nil }}
var doctorCommand = command{name: "doctor", summary: "say what is installed, what is missing and how to get it", run: func(context.Context, *call) error { return nil }}
