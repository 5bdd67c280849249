#!/bin/sh
# Builds vrni2syslog and shows what it does: reads the flows of a simulated vRNI platform and prints them as syslog lines. Sends
# nothing anywhere, and leaves nothing behind but build-try/. On Debian 12, as root or with sudo, as often as you like.
set -eu

PATH="/usr/sbin:/usr/bin:/sbin:/bin:$PATH"
export PATH
. "$(dirname "$0")/common.sh"

flows=400
shown=10
password=simulator

cd "$repository"
# shellcheck disable=SC2086 # one word for each package
install_packages $build_packages
# Several files at once, and without debug information: a third of the time that a build for a debugger takes.
say "Building in build-try/ (two or three minutes the first time)"
[ -e build-try/build.ninja ] || configure_build build-try -Dtests=simulator -Dunity=on -Dunity_size=8 -Dbuildtype=plain \
  -Doptimization=1 -Ddebug=false
ninja -C build-try src/vrni2syslog tests/simulator/vrni-simulator

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

say "Starting a simulated vRNI platform with $flows flows, on this machine only"
build-try/tests/simulator/vrni-simulator --flows "$flows" --password "$password" --ca-out "$scratch/platform-ca.pem" \
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

set -- build-try/src/vrni2syslog --platform-ip "127.0.0.1:$(cat "$scratch/port")" --platform-ca-file "$scratch/platform-ca.pem" \
  --username admin@local --password-file "$scratch/password" --last 24h --settle 0s --config /dev/null --dry-run
say "Running:"
printf '\n    %s\n\n' "$*"
"$@" >"$scratch/lines"

head -n "$shown" "$scratch/lines"
printf '\n'
count=$(grep -c ' FLOW' "$scratch/lines" || true)
say "These were the first $shown of $count lines, one for each flow with a virtual machine that was active in the last 24 hours."
say "It was a dry run: nothing was sent. The simulator is stopped, and its files are removed."
cat <<'NEXT'

What to do next:

  build-try/src/vrni2syslog --platform-ip YOUR-PLATFORM --username USER --last 1h --dry-run
      flows of your own platform (it asks for the password); if its certificate is not trusted,
      the message says how to trust it
  build-try/src/vrni2syslog ... --collector tls://YOUR-COLLECTOR --check
      tries every step on the way to a collector, without sending a flow
  build-try/src/vrni2syslog --help
      all options
  build-try/tests/simulator/vrni-simulator --help
      the simulated platform, to try more with
  sh packaging/test.sh
      runs all tests, against real rsyslog and syslog-ng
NEXT
