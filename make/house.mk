.PHONY: house numbers numbers-held tidy-held

# How the program is built: lines, numbers set by hand, arrows between packages,
# the longest functions.
house:
	go run ./internal/house report

# Writes how many numbers are set by hand, if they have become fewer or moved.
numbers:
	go run ./internal/house write

lint: numbers-held tidy-held

numbers-held:
	@echo "== numbers set by hand are counted"
	@go run ./internal/house numbers

tidy-held:
	@go mod tidy -diff || { echo "go.mod or go.sum is not tidy: run go mod tidy"; exit 1; }
