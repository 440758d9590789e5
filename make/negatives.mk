.PHONY: negatives

# Pictures that hold no table: how many are found in them all the same, and how
# long that takes.
negatives: test-deps
	go run ./internal/negatives
