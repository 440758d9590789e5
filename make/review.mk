# The page of biaoge review: a browser for its tests, and what is shown and
# measured of it.
TEST_PACKAGES += chromium

.PHONY: demo-review review-shots review-speed review-kills review-wrong review-large

# A small batch with doubts, and the page on which they are settled: opens the
# browser where there is one, and prints the address. Ctrl-C ends it.
demo-review: deps build
	@rm -rf out/demo-review && mkdir -p out/demo-review/in/north out/demo-review/in/south out/demo-review/in/west
	@cp testdata/appeals-scan-steps.jpg testdata/proactive-lowres.jpg testdata/requests-dashed-scan.png testdata/appeals-not-found.png out/demo-review/in/north
	@cp testdata/proactive-2019-seal-scan.png testdata/appeals-unruled.jpg testdata/proactive-2019-lost-rule.png out/demo-review/in/south
	@cp testdata/proactive.png testdata/text-only.png out/demo-review/in/west
	bin/biaoge batch out/demo-review/in out/demo-review/out || [ $$? = 6 ]
	bin/biaoge review out/demo-review/out | while read -r a b address; do echo "$$a $$b $$address"; xdg-open "$$address" >/dev/null 2>&1 || true; done

# The pictures of docs/review.md, and those to be looked at before the page is
# changed: ADDRESS is what biaoge review printed.
review-shots: test-deps
	go run ./internal/reviewer/shots "$(ADDRESS)" out/shots

# What docs/review.md says is measured: values a minute; what is lost when the
# server is killed and tabs are closed; wrong readings; 100,000 pictures.
review-speed review-kills review-wrong review-large: test-deps
	go run ./internal/reviewer/measure $(@:review-%=%)
