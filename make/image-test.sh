#!/usr/bin/env bash
# Builds the image without a registry and runs it the way it is meant to be:
# as a user of no rights, read-only root, no network, little memory.
set -euo pipefail
cd "$(dirname "$0")/.."
# What runs in the image writes to this machine's /dev/null and cannot make one.
[ -c /dev/null ] || { echo "/dev/null is no device: as root, rm -f /dev/null; mknod -m 666 /dev/null c 1 3"; exit 1; }
work=${IMAGE_WORK:-$(mktemp -d -p "${TMPDIR:-/var/tmp}" biaoge-image.XXXXXX)}
mkdir -p "$work"
export BUILDAH_ISOLATION=chroot STORAGE_DRIVER=${STORAGE_DRIVER:-vfs}
store=(--root "$work/storage" --runroot "$work/run")
cleanup() { [ -n "${IMAGE_WORK:-}" ] || { umount "$work"/mnt/* 2>/dev/null || true; rm -rf "$work"; }; }
trap cleanup EXIT

for tool in buildah debootstrap unshare; do
	command -v $tool >/dev/null || missing="${missing:-} $tool"
done
if [ -n "${missing:-}" ]; then
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends buildah debootstrap util-linux >/dev/null
fi

# The bases: Debian as its own tool makes it, and the same with this Go.
if [ ! -e "$work/debian/etc/debian_version" ]; then
	echo "== a base from Debian's packages"
	# The mirror that apt uses already.
	mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -1)
	[ -n "$mirror" ] || mirror=$(awk '$1 == "deb" {print $2; exit}' /etc/apt/sources.list)
	debootstrap --variant=minbase bookworm "$work/debian" "$mirror" >"$work/debootstrap.log" || { tail "$work/debootstrap.log"; exit 1; }
	rm -rf "$work"/debian/var/cache/apt/* "$work"/debian/var/lib/apt/lists/*
fi
buildah "${store[@]}" inspect --type image localhost/golang >/dev/null 2>&1 || {
	c=$(buildah "${store[@]}" from scratch)
	buildah "${store[@]}" add -q "$c" "$work/debian" / >/dev/null
	buildah "${store[@]}" commit -q "$c" localhost/debian >/dev/null
	buildah "${store[@]}" config --env PATH=/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$c"
	buildah "${store[@]}" add -q "$c" "$(go env GOROOT)" /usr/local/go >/dev/null
	buildah "${store[@]}" run "$c" -- sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends make g++ ca-certificates >/dev/null'
	# Modules come the way they come here, through whatever this machine trusts.
	buildah "${store[@]}" copy -q "$c" /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt >/dev/null
	buildah "${store[@]}" commit -q "$c" localhost/golang >/dev/null
	buildah "${store[@]}" rm "$c" >/dev/null
}

echo "== the image"
buildah "${store[@]}" bud -q --build-arg BASE=localhost/debian --build-arg GOLANG=localhost/golang \
	--build-arg VERSION="${VERSION:-unknown}" -t localhost/biaoge . >"$work/id"
buildah "${store[@]}" inspect --type image --format '{{.OCIv1.Config.Entrypoint}} as {{.OCIv1.Config.User}}' localhost/biaoge

# It is run on its own files, mounted read-only, with a user and folders like
# those of docker run --user --read-only --network none -v … -v … --memory.
echo "== a run"
c=$(buildah "${store[@]}" from localhost/biaoge)
root=$(buildah "${store[@]}" mount "$c")
du -sh --apparent-size "$root" | awk '{print "size of the image: " $1}'
mkdir -p "$work/in/report" "$work/out"
cp testdata/*.jpg testdata/*.png "$work/in/report/" 2>/dev/null || true
printf 'no picture' >"$work/in/report/broken.png"
uid=12345
chown $uid:$uid "$work/out"
run() { # as docker run does, with namespaces of its own
	unshare --mount --net --ipc --uts --pid --fork --kill-child sh -ec '
		root=$1 in=$2 out=$3 uid=$4; shift 4
		mount --bind "$root" "$root" && mount -o remount,bind,ro "$root"
		mount -t tmpfs -o size=1m none "$root/mnt" && mkdir "$root/mnt/in" "$root/mnt/out"
		mount --bind "$in" "$root/mnt/in" && mount -o remount,bind,ro "$root/mnt/in"
		mount --bind "$out" "$root/mnt/out"
		mount -t proc none "$root/proc"
		ulimit -c 0
		exec chroot "$root" setpriv --reuid "$uid" --regid "$uid" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \
			env -i PATH=/usr/local/bin:/usr/bin HOME=/nonexistent biaoge "$@"
	' - "$root" "$work/in" "$work/out" $uid "$@"
}
code=0; run batch /mnt/in /mnt/out || code=$?
[ $code = 3 ] || { echo "exit code $code, want 3 (one picture is broken)"; exit 1; }
run status /mnt/out
run status --health /mnt/out
other=$(find "$work/out" ! -uid $uid | head -3)
[ -z "$other" ] || { echo "files that are not the caller's: $other"; exit 1; }
documents=$(find "$work/out/documents" -name '*.json' | wc -l) pictures=$(ls "$work/in/report" | wc -l)
[ "$documents" = $((pictures - 1)) ] || { echo "$documents documents of $pictures pictures"; exit 1; }
code=0; run batch /mnt/in /mnt/out >/dev/null 2>&1 || code=$?
[ $code = 3 ] || { echo "a second run: exit code $code, want 3"; exit 1; }
buildah "${store[@]}" umount "$c" >/dev/null
echo "== the image works"
