.PHONY: print-score

# How well tables of no form are read: pictures with their truth as a table in
# HTML beside them. DEVSET has some.
print-score: test-deps build
	go run ./internal/printscore $(or $(DIRS),$(DEVSET)/real $(DEVSET)/cases)
