.PHONY: report-score

# Published reports as text extractors left them: how many of their values are
# right, and how many wrong ones are not flagged.
report-score:
	go run ./internal/report/score $(DEVSET)/reports

# A thousand changed reports of each format: an error or a result, and no crash.
.PHONY: report-mutants report-fuzz
report-mutants: test-deps
	go test ./internal/report -run Mutants -mutants $(or $(N),1000) -timeout 60m -v

fuzz: report-fuzz
report-fuzz:
	$(FUZZ) -fuzz '^FuzzHTMLSplice$$' -fuzztime 3000x ./internal/report
	$(FUZZ) -fuzz '^FuzzDOCX$$' -fuzztime 1500x ./internal/report
	$(FUZZ) -fuzz '^FuzzMHTML$$' -fuzztime 6000x ./internal/report
