.PHONY: print-score print-bench print-calibration unknown-bench cold

# How well tables of no form are read: pictures with their truth as a table in
# HTML beside them. DEVSET has some.
print-score: test-deps build
	go run ./internal/printscore $(or $(DIRS),$(DEVSET)/real $(DEVSET)/cases)

# How true the probabilities are that cells of tables of no form are given, in fonts
# and pictures that nothing was fitted on. SEED and N for others.
print-calibration: build
	bin/biaoge synth -n $(or $(N),300) --seed $(or $(SEED),4190) --fonts test --kinds print,generic out/print-calibration
	go run ./internal/calibrate -of print -dry out/print-calibration

# What tables of nothing but numbers cost: processor time and memory of the command
# with its children; and what the reader of all print adds to a worker.
print-bench: build
	go run ./internal/bench -figures

# Tables of no form against the tesseract command line, in turns.
unknown-bench: test-deps build
	go run ./internal/bench $(wildcard $(DEVSET)/real/*.png $(DEVSET)/real/*.jpg $(DEVSET)/cases/*.png $(DEVSET)/cases/*.jpg)

# A requests form read by the command from nothing, on all processors there are.
cold: build
	go run ./internal/bench -cold $(or $(PICTURE),testdata/requests-2019-web.jpg)
