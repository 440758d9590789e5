# The image. make image builds it with whatever is installed; make image-test
# builds it on bases made from the distribution's own packages, without any
# registry, and runs it as docs/docker.md says (as root; installs buildah and
# debootstrap).

.PHONY: image image-test

ENGINE ?= $(firstword $(foreach e,docker podman buildah,$(if $(shell command -v $(e)),$(e))))
IMAGE ?= biaoge

image:
	@test -n "$(ENGINE)" || { echo "make image needs docker, podman or buildah: apt-get install buildah"; exit 1; }
	$(ENGINE) build --build-arg VERSION=$(VERSION) -t $(IMAGE) .

image-test:
	VERSION=$(VERSION) make/image-test.sh
