# Batches on several machines, by processes on this one; all on loopback.

.PHONY: cluster-kill

# 50 machines, 10 coordinators, 10 hubs killed, 5 pauses, all of NATS's data lost
# once: byte for byte what one machine gives. Some 12 minutes. SEED=N for another order.
cluster-kill:
	go test ./cmd/biaoge -run TestClusterKilled -count 1 -v -timeout 60m -args -cluster-seed $(or $(SEED),1) -cluster-hubs 3 -cluster-workers 4 \
		-cluster-pictures $(or $(N),5000) -cluster-millis 1000 -cluster-plan worker=50,coordinator=10,hub=10,pause=5,wipe=1

.PHONY: cluster-tasks cluster-tasks-r3 cluster-tasks-folder

# A million tasks of 2 ms in 20,000 folders over one hub: tasks a second, memory, every task once. N=10000 FOLDERS=200 for fewer.
cluster-tasks:
	go run ./internal/many -n $(or $(N),1000000) -folders $(or $(FOLDERS),20000) -slots $(or $(SLOTS),4)

# 200,000 over three hubs that keep everything three times.
cluster-tasks-r3:
	go run ./internal/many -n $(or $(N),200000) -folders $(or $(FOLDERS),4000) -slots $(or $(SLOTS),4) -replicas 3

# One report of 200,000 pictures that all claim the same table: what the coordinator holds while it looks for tables that go on, and while it writes results.
cluster-tasks-folder:
	go run ./internal/many -n $(or $(N),200000) -folders 1 -tables -slots $(or $(SLOTS),4)

.PHONY: cluster-overhead

# 500 real pictures with and without a hub on the same two cores, in turn, three times: medians. N and PICTURES as for make soak; some 12 minutes.
cluster-overhead: build
	$(SOAK) -n $(or $(N),500) -jobs 2 $(if $(PICTURES),,-pictures testdata) overhead
