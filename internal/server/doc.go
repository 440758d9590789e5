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
//	flight.go     whether the answer is known, or being made for another
//	reading.go    the pool reads, picture by picture, and joins what goes on
//	answer.go     the answer in the format asked for, or a problem
//
// Jobs (jobs.go) are requests that nobody waits for. The package knows HTTP and
// the document; it must not know pixels, how anything is read, flags, exit
// codes, or how a child is started.
package server
