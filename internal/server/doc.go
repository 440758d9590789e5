// Package server is the service behind biaoge serve: HTTP in, documents out.
// Its one job is to pass pictures from callers to the pool of child processes
// and back, so that neither a flood of callers nor a picture that kills its
// reader is felt by anybody else.
//
// A request goes through these files, in this order:
//
//	guard.go      who may ask: Host, Origin, token
//	admission.go  whether there is room: by count and by bytes
//	body.go       its bytes, from senders that may be slow, endless or gone
//	request.go    what it asks for: pictures, settings, format
//	work.go       the task of its route: documents, a probe (probe.go), a report (report.go)
//	reading.go    picture by picture, and together what goes on
//	flight.go     whether the answer is known, or being made for another
//	attempt.go    the pool reads, and once more what cost a worker its life
//	answer.go     the answer in the format asked for, or a problem
//
// Jobs (jobs.go) are requests that nobody waits for; log.go tells of each what
// became of it. The package knows HTTP and
// the document; it must not know pixels, how anything is read, flags, exit
// codes, or how a child is started.
package server
