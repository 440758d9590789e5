# Long runs of biaoge batch; what they print is in the notes. Each takes
# PICTURES=DIR to copy pictures from a folder rather than draw them, and N. Of
# many pictures 2,500 are drawn and the others are copies, told apart by a few
# bytes: drawing takes a third as long as reading.

.PHONY: soak killtest names scale fulldisk hostile

SOAK = go run ./internal/soak $(if $(PICTURES),-pictures $(PICTURES)) -work out/$@

# 10,000 pictures, 1 % hostile files, in some 40 minutes on two cores: rate, memory, every file accounted for.
soak: build
	$(SOAK) -n $(or $(N),10000) soak

# 500 pictures, killed 50 times: byte for byte what an undisturbed run gives.
killtest: build
	$(SOAK) -n $(or $(N),500) -kills $(or $(KILLS),50) kill

# 100,000 names: how soon work begins.
names: build
	$(SOAK) -n $(or $(N),100000) names

# Two workers against one.
scale: build
	$(SOAK) -n $(or $(N),400) scale

# A small disk that fills up.
fulldisk:
	go test ./internal/batch ./cmd/biaoge -run 'FullDisk' -v -count 1

# 400 pictures that nobody would publish: the longest time and the most memory
# that one takes. Fails above 20 s or 1 GB.
hostile: build
	$(SOAK) -n $(or $(N),400) hostile
