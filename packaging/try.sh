#!/bin/sh
# Shows what vrni2syslog does: reads the flows of a simulated vRNI platform and prints them as syslog lines. Sends nothing anywhere,
# and leaves nothing behind but build-try/. On Debian 12, as root or with sudo, as often as you like.
#
#   sh packaging/try.sh                        builds the program and the simulated platform: some minutes the first time
#   sh packaging/try.sh --from-package         takes the program of the package in build-packages/, without installing it
#   sh packaging/try.sh --from-package FILE    takes that of another package
set -eu

PATH="/usr/sbin:/usr/bin:/sbin:/bin:$PATH"
export PATH
. "$(dirname "$0")/common.sh"

# Not "package", which install_packages uses.
deb=
case "$#,${1:-}" in
  0,) ;;
  1,--from-package)
    deb=$(ls "$repository"/build-packages/vrni2syslog_*.deb 2>/dev/null) ||
      fail "there is no package in build-packages/: sh packaging/build-packages.sh"
    ;;
  2,--from-package)
    [ -f "$2" ] || fail "there is no package $2"
    deb=$(realpath "$2")
    ;;
  *) usage "there is no option $*" ;;
esac

flows=400
shown=10
password=simulator

# build TARGET...: in build-try/. Several files at once, and without debug information: a third of the time that a build for a debugger
# takes.
build() {
  # shellcheck disable=SC2086 # one word for each package
  install_packages $build_packages
  [ -e build-try/build.ninja ] || configure_build build-try -Dtests=simulator -Dunity=on -Dunity_size=8 -Db_ndebug=true \
    -Doptimization=1 -Ddebug=false
  ninja -C build-try "$@"
}

cd "$repository"
scratch=$(mktemp -d)
simulator=
clean_up() {
  if [ -n "$simulator" ]; then
    kill "$simulator" 2>/dev/null || true
    wait "$simulator" 2>/dev/null || true
  fi
  rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' HUP INT TERM

platform=build-try/tests/simulator/vrni-simulator
if [ -z "$deb" ]; then
  say "Building in build-try/ (some minutes the first time, more on a busy machine)"
  build src/vrni2syslog tests/simulator/vrni-simulator
  program=build-try/src/vrni2syslog
else
  # Tests name one that is built.
  [ -n "${VRNI2SYSLOG_SIMULATOR:-}" ] || {
    say "Building the simulated platform in build-try/ (a minute the first time)"
    build tests/simulator/vrni-simulator
  }
  platform=${VRNI2SYSLOG_SIMULATOR:-$platform}
  unset VRNI2SYSLOG_SIMULATOR # the program would take it for an option of its own
  say "Unpacking ${deb##*/} (nothing is installed)"
  dpkg-deb -x "$deb" "$scratch/package"
  program="$scratch/package/usr/bin/vrni2syslog"
fi

say "Starting a simulated vRNI platform with $flows flows, on this machine only"
: >"$scratch/simulator.log"
"$platform" --flows "$flows" --password "$password" --ca-out "$scratch/platform-ca.pem" \
  --port-file "$scratch/port" >"$scratch/simulator.log" 2>&1 &
simulator=$!
patience=100
until grep -q 'listening on' "$scratch/simulator.log"; do
  patience=$((patience - 1))
  if [ "$patience" -eq 0 ] || ! kill -0 "$simulator" 2>/dev/null; then
    cat "$scratch/simulator.log" >&2
    fail "the simulator does not start"
  fi
  sleep 0.1
done
printf '%s\n' "$password" >"$scratch/password"
chmod 600 "$scratch/password"

set -- "$program" --platform-ip "127.0.0.1:$(cat "$scratch/port")" --platform-ca-file "$scratch/platform-ca.pem" \
  --username admin@local --password-file "$scratch/password" --last 24h --settle 0s --config /dev/null --dry-run
say "Running:"
printf '\n    %s\n\n' "$*"
"$@" >"$scratch/lines"

head -n "$shown" "$scratch/lines"
printf '\n'
count=$(grep -c ' FLOW' "$scratch/lines" || true)
say "These were the first $shown of $count lines, one for each flow with a virtual machine that was active in the last 24 hours."
say "It was a dry run: nothing was sent. The simulator is stopped, and its files are removed."
printf '\nWhat to do next:\n\n'
if [ -n "$deb" ]; then
  cat <<NEXT
  sudo apt install $deb
      installs the program, its service and its manual pages; it enables nothing
  vrni2syslog --platform-ip YOUR-PLATFORM --username USER --last 1h --dry-run
      flows of your own platform (it asks for the password); if its certificate is not trusted,
      the message says how to trust it
  sudo vrni2syslog --setup
      asks for your platform, account and collector, tries each answer, writes the job "main", and
      offers to run it every hour
  vrni2syslog --help all
      all options
NEXT
else
  cat <<'NEXT'
  build-try/src/vrni2syslog --platform-ip YOUR-PLATFORM --username USER --last 1h --dry-run
      flows of your own platform (it asks for the password); if its certificate is not trusted,
      the message says how to trust it
  build-try/src/vrni2syslog --setup --config "$PWD/job.conf"
      asks for your platform, account and collector, tries each answer, and writes job.conf; the last
      line says how to run it every hour (README.md says how to install)
  build-try/src/vrni2syslog --help all
      all options
NEXT
fi
cat <<'NEXT'
  build-try/tests/simulator/vrni-simulator --help
      the simulated platform, to try more with
  sh packaging/test.sh
      runs all tests, against real rsyslog and syslog-ng
NEXT
