.PHONY: print-score print-bench unknown-bench cold

# How well tables of no form are read: pictures with their truth as a table in
# HTML beside them. DEVSET has some.
print-score: test-deps build
	go run ./internal/printscore $(or $(DIRS),$(DEVSET)/real $(DEVSET)/cases)

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
