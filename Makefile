# make demo   installs what is missing, builds, reads a sample and shows it
# make test   installs what is missing, builds, and runs every check and test
# The rest: build lint unit leaks fuzz bench score clean, and what make/*.mk has; see CONTRIBUTING.md.

# How the native code is built: the same file serves an editor's Go tools.
# gocv is built with the two OpenCV modules that are used; the one it always
# refers to, imgcodecs, would load 120 more libraries and is left out.
include go.env
export GOFLAGS CGO_CPPFLAGS CGO_LDFLAGS
# One thread for each recogniser; more only slow one another down.
export OMP_THREAD_LIMIT := 1

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)

# gocv includes every OpenCV header, so all of them must be there to build.
OPENCV := calib3d core dnn features2d flann highgui imgcodecs imgproc ml objdetect photo stitching video videoio
PACKAGES := g++ $(OPENCV:%=libopencv-%-dev) libtesseract-dev libleptonica-dev tesseract-ocr-eng tesseract-ocr-chi-sim
# What the tests need besides: what callers of the service are written in, fonts
# to draw pictures with, and the peer that the benchmark times.
TEST_PACKAGES := $(PACKAGES) curl nodejs python3-scrapy tesseract-ocr fonts-noto-cjk fonts-wqy-zenhei fonts-wqy-microhei fonts-liberation fonts-dejavu-core \
	fonts-arphic-gbsn00lp fonts-arphic-uming fonts-lxgw-wenkai

SAMPLE := testdata/proactive-2019-photo.jpg
DEVSET ?= ../shared/devset

.PHONY: demo test test-first test-rest build deps test-deps lint unit leaks fuzz bench score clean

demo: deps build
	bin/biaoge extract --pretty $(SAMPLE)
	@echo "A value marked ! is doubtful. For a folder: bin/biaoge batch FOLDER out, then bin/biaoge review out."

# In two halves: what fails most often, and soonest, is first; between them
# .ci/run builds the image.
test: test-first test-rest
test-first: test-deps build lint unit
test-rest: leaks fuzz

# What is made by the compiler takes minutes the first time, and says nothing
# meanwhile: each step says what it is doing.
build:
	@echo "== building bin/biaoge (compiling OpenCV's and SQLite's bindings takes some minutes the first time)"
	go build -trimpath -ldflags "-X main.version=$(VERSION)" -o bin/biaoge ./cmd/biaoge

# Each package is asked for only where it is missing, so that nothing needs
# root or a network once all are there.
deps:
	@$(call install,$(PACKAGES))

test-deps:
	@$(call install,$(TEST_PACKAGES))

define install
missing=; for p in $(1); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q ' installed$$' || missing="$$missing $$p"; done; \
if [ -n "$$missing" ]; then \
	echo "installing:$$missing"; \
	$(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
fi
endef

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

lint:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	@echo "== go vet (compiles the tests)"
	go vet ./...
	@echo "== staticcheck (is compiled first where it is not yet, a minute or two)"
	go run $(STATICCHECK) ./...

unit:
	@echo "== unit tests (a package that is slow to read pictures takes minutes; each is a line when it is done)"
	go test ./...

# gocv counts the matrices that are open when it is built with this tag.
leaks:
	@echo "== matrices that are never closed (compiles OpenCV's bindings once more, to count them)"
	go test -tags=customenv,gocv_specific_modules,matprofile ./layout -run Matri

# Briefly, in every run: a fuzz target that is never run rots. So many inputs,
# not so many seconds: of these most went into making inputs smaller, and at
# their end go test fails now and then without an input that does
# (issue 75804 of Go).
FUZZ := go test -run '^$$' -fuzzminimizetime 100x
fuzz:
	@echo "== a little fuzzing (compiles each package once more, to see what its inputs reach)"
	$(FUZZ) -fuzz '^FuzzRequest$$' -fuzztime 6000x ./internal/server
	$(FUZZ) -fuzz '^FuzzDecode$$' -fuzztime 30000x ./internal/picture
	$(FUZZ) -fuzz '^FuzzReadForm$$' -fuzztime 12000x ./tables
	$(FUZZ) -fuzz '^FuzzOpenTables$$' -fuzztime 60000x ./layout/borderless
	$(FUZZ) -fuzz '^FuzzReadFrame$$' -fuzztime 30000x ./internal/worker
	$(FUZZ) -fuzz '^FuzzName$$' -fuzztime 60000x ./internal/escape

# Speed and memory, against the tesseract command line on the same pictures.
bench: test-deps build
	go test -run '^$$' -bench . -benchmem ./layout/... ./ocr/... ./tables ./internal/picture
	go run ./internal/bench $(wildcard $(DEVSET)/*.jpg $(DEVSET)/*.png)

# What the work is judged by, where its pictures are at hand.
score: build
	bin/biaoge evaluate $(DEVSET)/truth.jsonl $(DEVSET)

clean:
	rm -rf bin out

-include make/*.mk
