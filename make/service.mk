# The service. What belongs to every run of the tests is among them; these are
# the clients by themselves, and what takes longer. Each command bounds itself in
# count and time, and speaks to loopback alone.

.PHONY: clients

# The examples for callers, and the lines of docs/service.md, against a live service.
clients: test-deps
	go test ./docs/clients -count 1 -v

LOAD = go run ./internal/load $(if $(PICTURES),-pictures $(PICTURES)) $(if $(N),-n $(N))

.PHONY: serve-bench serve-overload serve-kills serve-idle serve-hostile serve-equal

# What the service adds to reading, a repeated picture, two workers against one. Some 5 minutes on a quiet machine.
serve-bench: build
	$(LOAD) bench

# Ten times more than it can read for a minute, then up to 10,000 requests. Some 3 minutes.
serve-overload: build
	$(LOAD) overload

# 100 workers killed at random while pictures are read, answers held against biaoge extract. Some 2 minutes.
serve-kills: build
	$(LOAD) kills

# 10,000 connections that say nothing, or a byte a second.
serve-idle: build
	$(LOAD) idle

# Spoiled pictures, those of make hostile, also as reports, and slow senders. Some 15 minutes.
serve-hostile: build
	go run ./internal/soak -work out/$@ $(if $(PICTURES),-pictures $(PICTURES)) -n $(or $(HOSTILE),400) make-hostile
	$(LOAD) -hostile out/$@/in hostile

# Every picture of the devset: byte for byte what biaoge extract prints.
serve-equal: build
	go run ./internal/load -pictures $(or $(PICTURES),$(DEVSET)) equal
