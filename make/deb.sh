#!/usr/bin/env bash
# Builds out/biaoge_VERSION_ARCH.deb, and out/biaoge.deb as a link to it: what
# make install installs, with the shared libraries that it loads as dependencies.
set -euo pipefail
cd "$(dirname "$0")/.."
arch=$(dpkg --print-architecture)
# A version of Debian begins with a digit; a commit without a tag is before 0.1.
case $VERSION in
v[0-9]*) version=${VERSION#v} ;;
[0-9]*.*) version=$VERSION ;;
*) version=0.1.0~git.$VERSION ;;
esac
version=$(printf %s "$version" | tr -c 'A-Za-z0-9.+~\n' '.')
root=$PWD/out/deb/biaoge
rm -rf out/deb && mkdir -p "$root/DEBIAN" out/deb/debian
make -s install DESTDIR="$root" PREFIX=/usr VERSION="$VERSION"
mkdir -p "$root/usr/share/zsh/vendor-completions"
mv "$root/usr/share/zsh/site-functions/_biaoge" "$root/usr/share/zsh/vendor-completions/_biaoge"
rmdir "$root/usr/share/zsh/site-functions"
strip --strip-unneeded "$root/usr/bin/biaoge"
mv "$root/usr/share/doc/biaoge/LICENSE" "$root/usr/share/doc/biaoge/copyright"
printf 'Source: biaoge\n\nPackage: biaoge\nArchitecture: any\nDepends: ${shlibs:Depends}\nDescription: x\n' >out/deb/debian/control
libraries=$(cd out/deb && dpkg-shlibdeps -O "biaoge/usr/bin/biaoge" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
[ -n "$libraries" ] || { echo "dpkg-shlibdeps finds no libraries"; exit 1; }
cat >"$root/DEBIAN/control" <<END
Package: biaoge
Version: $version
Architecture: $arch
Maintainer: biaoge maintainers <biaoge@localhost>
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Depends: $libraries, tesseract-ocr-chi-sim, tesseract-ocr-eng
Section: text
Priority: optional
Homepage: https://github.com/biaoge/biaoge
Description: turns pictures of Chinese government-disclosure tables into data
 biaoge straightens the picture of a table, finds its printed grid, reads every
 cell, knows which form it is, checks the sums that the form prints, and says of
 each value how sure it is.
END
name=biaoge_${version}_$arch.deb
# With xz, which is the default, it is a fifth smaller and takes a minute more.
dpkg-deb -Zzstd --root-owner-group --build "$root" "out/$name" >/dev/null
ln -sf "$name" out/biaoge.deb
rm -rf out/deb
echo "out/$name"
