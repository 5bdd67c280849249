#!/bin/sh
# Builds everything and runs every test, on Debian 12, as root or with sudo, as often as you like. Ends with one line
# "N passed, N failed, N skipped", and with a status other than 0 if something failed.
#
#   sh packaging/test.sh          about three quarters of an hour on two cores
#   sh packaging/test.sh --full   the long forms of the tests, a build of each file by itself, and clang-tidy too
set -eu

# The distribution's own tools come first, because only Debian's python3 has Debian's modules.
PATH="/usr/sbin:/usr/bin:/sbin:/bin:$PATH"
export PATH
. "$(dirname "$0")/common.sh"

for argument in "$@"; do
  case "$argument" in
    --full)
      VRNI2SYSLOG_TEST_FULL=1
      export VRNI2SYSLOG_TEST_FULL
      ;;
    *) usage "there is no option $argument" ;;
  esac
done

is_full=${VRNI2SYSLOG_TEST_FULL:-}
passed=0 failed=0 skipped=0 failures=

# count PASSED FAILED SKIPPED
count() {
  passed=$((passed + $1))
  failed=$((failed + $2))
  skipped=$((skipped + $3))
}

# report_failure WHAT: one more failed test case, which the end of the output names again.
report_failure() {
  say "FAILED: $1"
  failures="$failures
failed: $1"
  count 0 1 0
}

# finish: the end of the output, and of this script.
finish() {
  say "Done"
  printf '%s\n' "$failures" | sed '/^$/d'
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
  [ "$failed" -eq 0 ] || exit 1
  exit 0
}

# check NAME COMMAND...: one test case, which passes if the command succeeds.
check() {
  name=$1
  shift
  say "$name"
  if "$@"; then
    count 1 0 0
  else
    report_failure "$name"
  fi
}

# run_suites DIRECTORY ARGUMENT...: runs meson test and counts its cases.
run_suites() {
  directory=$1
  shift
  rm -f "$directory/meson-logs/testlog.json" "$directory/meson-logs/testlog.junit.xml"
  failed_before=$failed
  status=0
  # Most tests spend most of their time waiting.
  meson test -C "$directory" --no-rebuild --print-errorlogs --num-processes $(($(nproc) * 2)) "$@" || status=$?
  # shellcheck disable=SC2046 # three numbers
  count $(python3 "$repository/tests/count_results.py" "$directory/meson-logs" 2>"$directory/meson-logs/remarks")
  cat "$directory/meson-logs/remarks" >&2
  failures="$failures
$(sed -n "s|^failed:|failed: $directory:|p" "$directory/meson-logs/remarks")"
  if [ "$status" -ne 0 ] && [ "$failed" -eq "$failed_before" ]; then
    report_failure "meson test in $directory ended with status $status"
  fi
}

cd "$repository"
# In a subshell, which fail of common.sh ends.
# shellcheck disable=SC2086 # one word for each package
(install_packages $build_packages $googletest_packages $check_packages $test_packages $package_packages $package_test_packages \
  $image_packages ${is_full:+$tidy_packages}) || {
  report_failure "installing the packages that the tests need"
  finish
}
# A node from elsewhere brings an npm of its own, beside which Debian's cannot be installed.
# shellcheck disable=SC2086 # one word for each package
command -v npm >/dev/null 2>&1 || (install_packages $npm_packages) ||
  say "npm cannot be installed: tests that need packages of npm are skipped"
# shellcheck disable=SC2086 # one word for each package
{ command -v java && command -v mvn; } >/dev/null 2>&1 || (install_packages $kafka_packages) ||
  say "Java or Maven cannot be installed: tests that need Apache Kafka are skipped"
unpack_collectors
unpack_kafka
make_chroot

# Compiling several files at once takes half of the time, and shows that the unity builds of try.sh and of packages work. But only a
# build of each file by itself finds a header that is missing.
unity="-Dunity=on -Dunity_size=8"
# Compiling unit tests and fuzz targets takes half of the time of a build: the short form has them under the sanitizers alone.
build_options="-Dtests=integration $unity"
[ -z "$is_full" ] || build_options="-Dtests=all -Dunity=off"
say "Building in build/ (warnings are errors)"
# shellcheck disable=SC2086 # one word for each option
if configure_build build -Dwerror=true $build_options && meson compile -C build; then
  say "Running all tests of this build"
  run_suites build ${is_full:+--timeout-multiplier 5}
else
  report_failure "the build in build/"
fi

# The sanitizers' reports need the lines of the source alone (-g1).
say "Building in build-sanitize/ (address and undefined behaviour sanitizers)"
# shellcheck disable=SC2086 # one word for each option
if configure_build build-sanitize -Dbuildtype=debug -Dcpp_args=-g1 -Db_sanitize=address,undefined $unity &&
  meson compile -C build-sanitize; then
  say "Running all tests under the sanitizers, in their short forms"
  unset VRNI2SYSLOG_TEST_FULL
  ASAN_OPTIONS=detect_stack_use_after_return=1 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 VRNI2SYSLOG_TEST_SANITIZED=1
  export ASAN_OPTIONS UBSAN_OPTIONS VRNI2SYSLOG_TEST_SANITIZED
  # shellcheck disable=SC2046 # two words or none
  run_suites build-sanitize --timeout-multiplier 4 --no-suite plain $([ -n "$is_full" ] || echo --no-suite slow)
  unset ASAN_OPTIONS UBSAN_OPTIONS VRNI2SYSLOG_TEST_SANITIZED
else
  report_failure "the build in build-sanitize/"
fi

check_try() {
  sh packaging/try.sh >build/try.log 2>&1 && grep -q '^<16[46]>1 .* FLOW_' build/try.log || {
    cat build/try.log
    return 1
  }
}
check "Trying it as a new user does (packaging/try.sh)" check_try

check_bench() {
  sh packaging/bench.sh --short >build/bench.log 2>&1 || {
    cat build/bench.log
    return 1
  }
}
check "Running every benchmark in its short form (packaging/bench.sh --short)" check_bench

check "Checking the layout of the source (clang-format)" check_layout
check_tidy() {
  # shellcheck disable=SC2046,SC2086 # one word for each argument
  # clang 14 sets variables to zero only with a second option.
  find src -name '*.cpp' | xargs -P "$(nproc)" -n 4 clang-tidy -p build --quiet \
    --extra-arg=-enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang \
    $(printf -- '--extra-arg=%s ' $clang_coroutine_arguments)
}
if [ -n "$is_full" ]; then
  check "Looking for mistakes in the source (clang-tidy)" check_tidy
else
  say "skipped: clang-tidy (it takes ten minutes; --full runs it)"
  count 0 0 1
fi

finish
