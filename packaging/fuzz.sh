#!/bin/sh
# Searches for inputs that break what the targets of tests/fuzz state, with clang's libFuzzer and the address and undefined behaviour
# sanitizers, on Debian 12. Builds in build-fuzz/, runs two targets side by side, and prints one line for each.
#
#   sh packaging/fuzz.sh                          every target for a minute
#   sh packaging/fuzz.sh 600                      every target for ten minutes
#   sh packaging/fuzz.sh 600 fuzz_redactor ...    only these
#
# New inputs stay in build-fuzz/corpus/<target>/, from where the next search goes on. An input that breaks something is in
# build-fuzz/findings/: fix what it shows, and add it to tests/fuzz/corpus/<target>/ under a name that says what it is.
# Ends with a status other than 0 if something was found.
set -eu

PATH="/usr/sbin:/usr/bin:/sbin:/bin:$PATH"
export PATH
. "$(dirname "$0")/common.sh"

seconds=60
if [ "$#" -gt 0 ]; then
  seconds=$1
  shift
fi
case $seconds in
  *[!0-9]* | '') usage "the number of seconds must come first, not $seconds" ;;
  *[1-9]*) ;;
  *) usage "the number of seconds must be more than 0, which libFuzzer takes for no limit" ;;
esac

cd "$repository"
for target in "$@"; do
  [ -d "tests/fuzz/corpus/$target" ] || usage "there is no target $target in tests/fuzz/"
done
build="build-fuzz"
# shellcheck disable=SC2086 # one word for each package
install_packages $build_packages $googletest_packages $fuzz_packages

# clang 14 and GCC name a function of libfmt differently, so fmt is compiled into the targets (FMT_HEADER_ONLY).
# clang 14 cannot check the types of called functions in coroutines ("Cannot represent a difference across sections").
CXX=${CXX:-clang++}
export CXX
# shellcheck disable=SC2116,SC2086 # echo joins the arguments, which stand on several lines
configure_build "$build" -Doptimization=1 -Dunity=on -Dunity_size=8 -Db_pie=false -Db_lundef=false \
  -Db_sanitize=address,undefined \
  -Dcpp_args="-fsanitize=fuzzer-no-link -fno-sanitize=function -gline-tables-only -DFMT_HEADER_ONLY $(echo $clang_coroutine_arguments)"
say "Building the targets in $build/"
ninja -C "$build" fuzz

if [ "$#" -gt 0 ]; then
  targets=$*
else
  targets=$(basename -s .cpp -a tests/fuzz/fuzz_*.cpp)
fi

# run TARGET: fuzzes one target, and leaves what libFuzzer says in a log.
run() {
  mkdir -p "$build/corpus/$1" "$build/findings" "$build/fuzz-logs"
  UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 "$build/tests/fuzz/$1" -max_total_time="$seconds" -timeout=60 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$build/findings/$1-" "$build/corpus/$1" "tests/fuzz/corpus/$1" \
    >"$build/fuzz-logs/$1.log" 2>&1 || :
}

# report TARGET: prints a line about what the log says, and fails if something was found.
report() {
  awk -v target="$1" '
    /INITED/ { for (i = 1; i < NF; ++i) if ($i == "cov:") start = $(i + 1) }
    /^#[0-9]+/ { for (i = 1; i < NF; ++i) { if ($i == "cov:") end = $(i + 1); if ($i == "ft:") features = $(i + 1) } }
    /^stat::number_of_executed_units/ { runs = $2 }
    /^stat::average_exec_per_sec/ { speed = $2 }
    /^Done [0-9]+ runs/ { is_done = 1 }
    END {
      printf "%-22s %10d %7d %6d -> %-6d %8d  %s\n", target, runs, speed, start, end, features, is_done ? "none" : "FOUND"
      exit !is_done
    }' "$build/fuzz-logs/$1.log" || {
    found="$found $1"
    grep -aE 'ERROR|what\(\):|runtime error|Test unit written' "$build/fuzz-logs/$1.log" || tail -n 20 "$build/fuzz-logs/$1.log"
  }
}

say "Fuzzing for $seconds seconds each"
printf '%-22s %10s %7s %6s -> %-6s %8s  %s\n' target executions per_s covers at_end features findings
found=
first=
for target in $targets; do
  run "$target" &
  if [ -z "$first" ]; then
    first=$target
    continue
  fi
  wait
  report "$first"
  report "$target"
  first=
done
wait
[ -z "$first" ] || report "$first"

[ -z "$found" ] || fail "inputs that break something are in $build/findings/:$found"
