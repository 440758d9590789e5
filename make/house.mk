.PHONY: house numbers numbers-held functions-held tidy-held

# How the program is built: lines, numbers set by hand, arrows between packages,
# the longest functions.
house:
	go run ./internal/house report

# Writes how many numbers are set by hand, if they have become fewer or moved.
numbers:
	go run ./internal/house write

lint: numbers-held functions-held tidy-held

REVIVE := github.com/mgechev/revive@v1.16.0

numbers-held:
	@echo "== numbers set by hand are counted"
	@go run ./internal/house numbers

functions-held:
	@echo "== functions are short and branch little"
	@go run $(REVIVE) -config make/revive.toml -set_exit_status ./...

tidy-held:
	@go mod tidy -diff || { echo "go.mod or go.sum is not tidy: run go mod tidy"; exit 1; }
