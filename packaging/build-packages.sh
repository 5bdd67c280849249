#!/bin/sh
# Makes what is published of a version, in build-packages/: the Debian package, the source, the list of what the program is made of
# (SPDX), and SHA256SUMS. The same source gives the same bytes, wherever and whenever it is built. On Debian 12, as root or with sudo
# if packages are missing.
#
#   sh packaging/build-packages.sh                   about three minutes on two cores
#   sh packaging/build-packages.sh --output FOLDER   puts everything into FOLDER, and deletes what was there
#   sh packaging/build-packages.sh --from BUILD      compiles nothing: takes the program that is built in BUILD (for tests)
#
# An RPM is made as well, in build-packages/not-for-publishing/: it proves the spec, but it needs Debian's libraries.
set -eu

PATH="/usr/sbin:/usr/bin:/sbin:/bin:$PATH"
export PATH
. "$(dirname "$0")/common.sh"
# What is installed must be readable by everybody, whatever the umask of who builds.
umask 022
LC_ALL=C.UTF-8 TZ=UTC
export LC_ALL TZ

output="$repository/build-packages" from=
while [ $# -gt 0 ]; do
  case "$1,$#" in
    --output,[2-9]*) output=$(realpath -m "$2") ;;
    --from,[2-9]*) from=$(realpath -m "$2") ;;
    --output,1 | --from,1) usage "$1 needs a folder" ;;
    *) usage "there is no option $1" ;;
  esac
  shift 2
done
[ ! -e "$output" ] || [ -e "$output/work" ] || [ -z "$(ls -A "$output")" ] || fail "$output holds what this script has not made"

cd "$repository"
# shellcheck disable=SC2086 # one word for each package
install_packages $build_packages $package_packages

version=$(sed -n "s/^  version: '\(.*\)',$/\1/p" meson.build)
name="vrni2syslog-$version"
work="$output/work"
tree="$work/$name"
rm -rf "$output"
mkdir -p "$work"

# is_checkout: whether this is a checkout of git, and not an unpacked release within another checkout.
is_checkout() {
  [ "$(git rev-parse --show-toplevel 2>/dev/null)" = "$(pwd -P)" ]
}

if is_checkout; then
  # With what is changed and not committed, but without files that git does not know yet (git add). release.sh demands that there is
  # neither.
  git update-index -q --refresh || true
  revision=$(git stash create)
  revision=${revision:-HEAD}
  SOURCE_DATE_EPOCH=$(git log -1 --format=%ct "$revision")
  git archive --prefix="$name/" "$revision" | gzip -n9 >"$output/$name.tar.gz"
else
  # The names of files get another folder in front, and not what links lead to (S).
  SOURCE_DATE_EPOCH=$(stat -c %Y meson.build)
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --exclude='./build*' \
    --transform="s|^\.|$name|S" -c . | gzip -n9 >"$output/$name.tar.gz"
fi
export SOURCE_DATE_EPOCH
tar -xz --no-same-owner --no-same-permissions -C "$work" -f "$output/$name.tar.gz"

# dpkg wants the folder at the top of its tree, and files instead of links to those of packaging/systemd.
cp -rL "$tree/packaging/debian" "$tree/debian"
cat >"$tree/debian/changelog" <<CHANGELOG
vrni2syslog ($version-1) stable; urgency=medium

  * The changes are listed in changelog.gz.

 -- vrni2syslog maintainers <vrni2syslog@example.com>  $(date -R -d "@$SOURCE_DATE_EPOCH")
CHANGELOG

# stage BUILD: installs what is built in BUILD below $staged/usr, whatever its prefix is.
staged="$work/staged"
stage() {
  say "Installing what is built in $1"
  DESTDIR="$staged" meson install -C "$1" --no-rebuild --quiet --strip
  prefix=$(meson introspect --buildoptions "$1" |
    python3 -c 'import json, sys; print(next(o["value"] for o in json.load(sys.stdin) if o["name"] == "prefix"))')
  [ "$prefix" = /usr ] || {
    mv "$staged$prefix" "$work/prefix"
    rm -r "$staged"
    mkdir "$staged"
    mv "$work/prefix" "$staged/usr"
  }
}

[ -z "$from" ] || {
  stage "$from"
  VRNI2SYSLOG_STAGED=$staged
  export VRNI2SYSLOG_STAGED
}

say "Building the Debian package"
(cd "$tree" && dpkg-buildpackage -b -us -uc -j"$(nproc)")
mv "$work"/*.deb "$work"/*.buildinfo "$work"/*.changes "$output"

built=$from
[ -n "$from" ] || {
  built=$(dirname "$tree"/obj-*/build.ninja)
  stage "$built"
}

say "Building an RPM to prove the spec"
cp "$output/$name.tar.gz" "$tree/packaging/systemd/vrni2syslog.sysusers" "$work"
# No name of this machine and no time of this build.
rpmbuild -bb --nodeps --quiet --load "$tree/packaging/rpm/macros.debian" --define "_topdir $work/rpm" --define "_sourcedir $work" \
  --define "_rpmdir $output/not-for-publishing" --define "_vrni2syslog_staged $staged" --define "_buildhost localhost" \
  --define "use_source_date_epoch_as_buildtime 1" --define "clamp_mtime_to_source_date_epoch 1" \
  --define "_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm" "$tree/packaging/rpm/vrni2syslog.spec"

python3 packaging/make-sbom.py "$built" "$output" >"$output/$name.spdx.json"

write_sums "$output"
# The empty folder says that this script has made what is beside it, and may delete it.
rm -r "$work"
mkdir "$work"
say "Done: see $output"
cat "$output/SHA256SUMS"
say "To install it on Debian 12: sudo apt install $(ls "$output"/vrni2syslog_*.deb)"
