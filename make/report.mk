.PHONY: report-score

# Published reports as text extractors left them: how many of their values are
# right, and how many wrong ones are not flagged.
report-score:
	go run ./internal/report/score $(DEVSET)/reports
