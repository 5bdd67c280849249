#!/bin/sh
# Makes a release in build-packages/ from a clean checkout: checks that every place names the version of meson.build, builds the
# packages, and the container image if buildah is installed, and signs SHA256SUMS if a key is named. It publishes nothing, and sets no
# tag.
#
#   sh packaging/release.sh
#   RELEASE_GPG_KEY=ID sh packaging/release.sh              adds SHA256SUMS.asc, by a key of your keyring
#   RELEASE_MINISIGN_KEY=FILE sh packaging/release.sh       adds SHA256SUMS.minisig
#   sh packaging/release.sh --from BUILD                    compiles nothing: takes the program that is built in BUILD (for tests)
set -eu

. "$(dirname "$0")/common.sh"

# For tests, as in build-packages.sh.
from=
case "$#,${1:-}" in
  0,) ;;
  2,--from) from=$(realpath "$2") ;;
  1,--from) usage "--from needs a folder" ;;
  *) usage "there is no option $*" ;;
esac
cd "$repository"

[ -z "$(git status --porcelain)" ] || fail "there are changes that are not committed"
version=$(sed -n "s/^  version: '\(.*\)',$/\1/p" meson.build)
grep -q "^## $version - 20[0-9-]*$" packaging/CHANGELOG.md || fail "packaging/CHANGELOG.md has no section \"## $version - DATE\""
! grep -q '^## Unreleased' packaging/CHANGELOG.md || fail "packaging/CHANGELOG.md still has a section \"Unreleased\""
grep -qE "^Version: +$version\$" packaging/rpm/vrni2syslog.spec || fail "packaging/rpm/vrni2syslog.spec has another version"
grep -qx "VERSION = \"$version\"" packaging/vrni2syslog-verify || fail "packaging/vrni2syslog-verify has another version"
tag=$(git describe --exact-match HEAD 2>/dev/null || true)
[ "$tag" = "v$version" ] || fail "HEAD has no tag v$version: git tag -a v$version"

sh packaging/build-packages.sh ${from:+--from "$from"}
if command -v buildah >/dev/null 2>&1; then
  as_root sh packaging/build-image.sh
  write_sums build-packages
else
  say "There is no image in this release: buildah is not installed"
fi

cd build-packages
if [ -n "${RELEASE_GPG_KEY:-}" ]; then
  gpg --batch --yes --local-user "$RELEASE_GPG_KEY" --armor --detach-sign --output SHA256SUMS.asc SHA256SUMS
fi
if [ -n "${RELEASE_MINISIGN_KEY:-}" ]; then
  minisign -S -s "$RELEASE_MINISIGN_KEY" -m SHA256SUMS -x SHA256SUMS.minisig -t "vrni2syslog $version"
fi
say "Version $version is in build-packages/. Publish what SHA256SUMS names, SHA256SUMS, and its signatures."
