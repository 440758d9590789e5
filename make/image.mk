# The image. make image builds it with docker or podman; where neither runs it
# does what make image-test does: builds it with buildah on bases made from the
# distribution's own packages, without any registry, and runs it as
# docs/docker.md says (as root; installs buildah and debootstrap).

.PHONY: image image-test

IMAGE ?= biaoge

image:
	@for e in docker podman; do \
		if $$e info >/dev/null 2>&1; then \
			set -x; exec $$e build --build-arg VERSION=$(VERSION) -t $(IMAGE) .; \
		fi; \
	done; \
	echo "neither docker nor podman runs here; building with buildah, without a registry"; \
	VERSION=$(VERSION) exec make/image-test.sh

image-test:
	VERSION=$(VERSION) make/image-test.sh
