#!/usr/bin/env bash
# The image and the Debian package, built, run and taken away again, on one base
# that is made of Debian's packages once (as root).
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d -p "${TMPDIR:-/var/tmp}" biaoge-packages.XXXXXX)
trap 'umount "$work"/mnt/* 2>/dev/null || true; rm -rf "$work"' EXIT
IMAGE_WORK=$work make image-test
BASE=$work/debian make deb-test
