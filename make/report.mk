.PHONY: report-score

# Published reports, as text extractors left them and set anew in HTML, Word and
# PDF: how many of their values are right, and how many wrong ones are not
# flagged. For one whose text only names its pictures N sets of them are drawn.
report-score: test-deps build
	go run ./internal/report/score -sets $(or $(N),3) bin/biaoge $(DEVSET)/reports

# A thousand changed reports of each format: an error or a result, and no crash.
.PHONY: report-mutants report-fuzz
report-mutants: test-deps
	go test ./internal/report -run Mutants -mutants $(or $(N),1000) -timeout 60m -v

fuzz: report-fuzz
report-fuzz:
	@echo "== a little fuzzing of reports"
	$(FUZZ) -fuzz '^FuzzHTMLSplice$$' -fuzztime 3000x ./internal/report
	$(FUZZ) -fuzz '^FuzzDOCX$$' -fuzztime 1500x ./internal/report
	$(FUZZ) -fuzz '^FuzzMHTML$$' -fuzztime 6000x ./internal/report

# The pictures of docs/report.md, and the same page as a PDF, for tests.
.PHONY: report-img
report-img: build
	@$(call install,chromium)
	bin/biaoge report --format same testdata/report.html >testdata/report-after.html
	for p in report:before report-after:after; do \
		chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=900,1750 --screenshot=docs/img/report-$${p#*:}.png file://$(CURDIR)/testdata/$${p%:*}.html 2>/dev/null; \
	done; rm -f testdata/report-after.html
	chromium --headless --no-sandbox --disable-gpu --no-pdf-header-footer --print-to-pdf=testdata/report.pdf file://$(CURDIR)/testdata/report.html 2>/dev/null

# What a report costs beside the reading of its pictures.
.PHONY: report-speed
report-speed: test-deps build
	go run ./internal/report/speed bin/biaoge

# Reports where there is no network at all, not even loopback: the same as
# elsewhere. One names a picture on a site.
.PHONY: report-offline
report-offline: build
	@mkdir -p out/offline
	@printf '<html><meta charset=utf-8><img src="http://office.example/a/11.png"></html>' >out/offline/linked.html
	bin/biaoge report --format jsonl testdata/report.html testdata/report.pdf out/offline/linked.html >out/offline/with.jsonl || [ $$? = 3 ]
	unshare --user --map-root-user --net bin/biaoge report --format jsonl testdata/report.html testdata/report.pdf out/offline/linked.html >out/offline/without.jsonl || [ $$? = 3 ]
	cmp out/offline/with.jsonl out/offline/without.jsonl && [ $$(wc -l <out/offline/without.jsonl) = 3 ]
	@echo "3 reports without a network are what they are with one"

# That it does not even try: no call of the system opens a connection.
.PHONY: report-silent
report-silent: build
	@$(call install,strace)
	@mkdir -p out/offline
	strace -f -qq -e trace=socket,connect,sendto -o out/offline/calls bin/biaoge report --format jsonl testdata/report.html testdata/report.pdf >/dev/null
	@if grep -v 'AF_UNIX' out/offline/calls | grep -E 'socket\(|connect\('; then echo "a connection was tried"; exit 1; fi; echo "0 connections were tried"

test-rest: report-open
TEST_PACKAGES += chromium libreoffice-writer-nogui

# What is given back opens in LibreOffice and Chromium with its tables in their
# places: they are printed to PDF, and read again.
.PHONY: report-open
report-open: test-deps build
	@echo "== what is given back, in Chromium and LibreOffice"
	go run ./internal/report/opened bin/biaoge out/report-open
