# The program in a small image: docker build -t biaoge . (or make image)
# docs/docker.md tells how to run it.
#
# Both bases can be replaced, by a mirror's or by a digest:
#   docker build --build-arg BASE=debian@sha256:… --build-arg GOLANG=golang@sha256:… .
ARG BASE=debian:12.11-slim
ARG GOLANG=golang:1.26.8-bookworm

FROM ${GOLANG} AS build
WORKDIR /src
# What changes least comes first: packages, then modules, then the program.
COPY Makefile go.env ./
RUN make deps && rm -rf /var/lib/apt/lists/*
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=unknown
RUN make build VERSION="${VERSION}"

FROM ${BASE}
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      libopencv-core406 libopencv-imgproc406 libtesseract5 liblept5 \
      tesseract-ocr-chi-sim tesseract-ocr-eng >/dev/null \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log
COPY --from=build /src/bin/biaoge /usr/local/bin/biaoge
COPY LICENSE /usr/share/doc/biaoge/
# An image that lacks something is not made.
RUN biaoge doctor
LABEL org.opencontainers.image.title="biaoge" \
      org.opencontainers.image.description="Reads tables that were published as pictures" \
      org.opencontainers.image.licenses="Apache-2.0"
# Nobody in particular; with --user the files in /out are the caller's.
USER 65532:65532
ENTRYPOINT ["biaoge"]
