#!/bin/sh
# Builds vrni2syslog for speed and shows in one table what forwarding costs, compared with curl, loggen, rsyslogd and kcat. Nothing
# leaves this machine. Run it on Debian 12, as root or with sudo, as often as you like, while the machine has nothing else to do.
#
#   sh packaging/bench.sh                   a quarter of an hour on two cores
#   sh packaging/bench.sh --full            ten million lines too
#   sh packaging/bench.sh --short           half a minute, with the build of test.sh: shows only that everything works
#   sh packaging/bench.sh line-rate stages  only these benchmarks; the others are whole-run, growth, slow-platform,
#                                           kafka and versions
set -eu

PATH="/usr/sbin:/usr/bin:/sbin:/bin:$PATH"
export PATH
. "$(dirname "$0")/common.sh"

build="$repository/build-bench"
for argument in "$@"; do
  case "$argument" in
    --short) build="$repository/build" ;;
    --full) ;;
    -*) usage "there is no option $argument" ;;
    *) [ -e "$repository/tests/bench/benchmarks/$(printf '%s' "$argument" | tr - _).py" ] || usage "there is no benchmark $argument" ;;
  esac
done

cd "$repository"
# shellcheck disable=SC2086 # one word for each package
install_packages $build_packages $googletest_packages $bench_packages
unpack_collectors
unpack_kafka

say "Building in ${build##*/}/"
case "$build" in
  */build-bench) configure_build "$build" -Dbuildtype=release ;;
  *) [ -e "$build/build.ninja" ] || configure_build "$build" ;;
esac
ninja -C "$build" bench-programs

VRNI2SYSLOG_PROGRAM="$build/src/vrni2syslog" VRNI2SYSLOG_SIMULATOR="$build/tests/simulator/vrni-simulator"
VRNI2SYSLOG_COLLECTORS="$collectors" VRNI2SYSLOG_BENCH="$build/tests/bench" PYTHONDONTWRITEBYTECODE=1
export VRNI2SYSLOG_PROGRAM VRNI2SYSLOG_SIMULATOR VRNI2SYSLOG_COLLECTORS VRNI2SYSLOG_BENCH PYTHONDONTWRITEBYTECODE
say "Measuring"
python3 tests/bench/bench.py "$@"
