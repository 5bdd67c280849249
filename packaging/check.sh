#!/bin/sh
# Builds what has changed in build-check/, and runs the unit tests, the golden lines, the rules of the folders
# (tests/layering_test.py) and clang-format: the short form of test.sh, for every change. Ends with a status other than 0 if something
# failed. On Debian 12, as root or with sudo, as often as you like.
#
#   sh packaging/check.sh   less than a minute on two cores after a change of one source file; the first run builds everything
set -eu

PATH="/usr/sbin:/usr/bin:/sbin:/bin:$PATH"
export PATH
. "$(dirname "$0")/common.sh"

[ $# -eq 0 ] || usage "there is no option $1"

cd "$repository"
# shellcheck disable=SC2086 # one word for each package
install_packages $build_packages $googletest_packages $check_packages

say "Building in build-check/ (not optimised, without debug information, several files at once)"
[ -e build-check/build.ninja ] || configure_build build-check -Dwerror=true -Dunity=on -Dunity_size=8 \
  -Doptimization=0 -Ddebug=false
ninja -C build-check src/vrni2syslog || fail "the build failed"

say "Running the unit tests, the golden lines and the rules of the folders"
result=0
meson test -C build-check --print-errorlogs --suite unit --suite golden --suite layering || result=1

say "Checking the layout of the source (clang-format)"
check_layout || result=1

[ "$result" -eq 0 ] || fail "some checks failed: see above"
say "All checks passed. Before you hand in your change, run sh packaging/test.sh"
