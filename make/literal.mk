.PHONY: literal

# Every command of README and docs, as it stands there, in a fresh clone of the
# last commit with an empty home. What is left out is named, with the reason.
literal: test-deps
	go run ./internal/literal $(or $(TMPDIR),/var/tmp)/biaoge-literal
