# The service. What belongs to every run of the tests is among them; these are
# the clients by themselves, and what takes longer. Each command bounds itself in
# count and time, and speaks to loopback alone.

.PHONY: clients

# The examples for callers, and the lines of docs/service.md, against a live service.
clients: test-deps
	go test ./docs/clients -count 1 -v
