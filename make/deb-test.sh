#!/usr/bin/env bash
# Installs a package in a clean root, runs what it brings there, and takes it
# away again: make/deb-test.sh FILE.deb (as root). BASE names a root made by
# debootstrap; without it one is made.
set -euo pipefail
cd "$(dirname "$0")/.."
deb=$1
work=$(mktemp -d -p "${TMPDIR:-/var/tmp}" biaoge-deb.XXXXXX)
root=$work/root
trap 'umount "$root/proc" 2>/dev/null || true; rm -rf "$work"' EXIT
if [ -n "${BASE:-}" ]; then
	cp -a --reflink=auto "$BASE" "$root"
else
	command -v debootstrap >/dev/null || apt-get install -y -qq --no-install-recommends debootstrap >/dev/null
	mirror=$(sed -n 's/^URIs: *//p' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -1)
	[ -n "$mirror" ] || mirror=$(awk '$1 == "deb" {print $2; exit}' /etc/apt/sources.list)
	echo "== a clean root"
	debootstrap --variant=minbase bookworm "$root" "$mirror" >"$work/log" || { tail "$work/log"; exit 1; }
fi
# The network is reached the way it is here.
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
cp -a /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/" 2>/dev/null || true
cp "$deb" "$root/tmp/biaoge.deb"
cp testdata/appeals.jpg "$root/tmp/"
mount -t proc none "$root/proc"
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
echo "== the package is installed"
inside apt-get update -qq
inside apt-get install -y -qq --no-install-recommends /tmp/biaoge.deb >"$work/log" 2>&1 || { tail "$work/log"; exit 1; }
inside dpkg-query -W biaoge
echo "== it runs"
inside biaoge doctor
inside biaoge extract --format records-csv /tmp/appeals.jpg | grep -q ',appeals.reconsideration.upheld,' || { echo "it reads nothing"; exit 1; }
inside biaoge extract --messages zh --pretty /tmp/appeals.jpg | tail -3
dpkg-deb --contents "$deb" >"$work/files"
for f in man/man1/biaoge.1.gz bash-completion/completions/biaoge zsh/vendor-completions/_biaoge fish/vendor_completions.d/biaoge.fish doc/biaoge/copyright doc/biaoge/licences.md; do
	grep -q "/usr/share/$f$" "$work/files" || { echo "the package lacks $f"; exit 1; }
done
inside bash -c '. /usr/share/bash-completion/completions/biaoge; COMP_WORDS=(biaoge ext) COMP_CWORD=1; _biaoge; [ "${COMPREPLY[*]}" = extract ]' || { echo "bash does not complete"; exit 1; }
inside apt-get purge -y -qq biaoge >/dev/null 2>"$work/log" || { cat "$work/log"; exit 1; }
[ ! -e "$root/usr/bin/biaoge" ] && [ ! -e "$root/usr/share/doc/biaoge" ] || { echo "something is left"; exit 1; }
echo "== the package works"
