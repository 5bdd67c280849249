# shellcheck shell=sh disable=SC2034 # others use the variables
# Functions that try.sh, check.sh, test.sh, bench.sh and fuzz.sh share; to be sourced. POSIX sh, for Debian 12 and its like.

repository=$(cd "$(dirname "$0")/.." && pwd)
collectors="$repository/build-collectors"

# For the program and the simulator; all other programs of tests/ need GoogleTest too.
build_packages="g++ meson ninja-build pkg-config libasio-dev rapidjson-dev libhowardhinnant-date-dev
  libboost-program-options-dev libfmt-dev libcurl4-openssl-dev libssl-dev libsqlite3-dev zlib1g-dev libcpp-httplib-dev python3
  tzdata ca-certificates"
googletest_packages="libgtest-dev libgmock-dev"
check_packages="clang-format"
test_packages="python3-jsonschema openssl bsdutils iproute2 libfaketime valgrind"
# For the parsers of other projects in the tests; npm fetches these into the build directory.
npm_packages="nodejs npm"
bench_packages="curl strace valgrind"
tidy_packages="clang-tidy"
fuzz_packages="clang libclang-rt-14-dev"
# For the tests, which run them from build-collectors/: one line for each set of packages that can be used without the others.
collector_packages="rsyslog rsyslog-openssl rsyslog-relp
rsyslog-elasticsearch
rsyslog-kafka kcat
syslog-ng-core
haproxy
nginx libnginx-mod-stream
stunnel4
logrotate"

# Asio 1.22 does not know that clang 14 has coroutines, and would leave them out.
clang_coroutine_arguments="-DASIO_HAS_CO_AWAIT=1 -DASIO_HAS_STD_COROUTINE=1 -D__cpp_impl_coroutine=201902L
  -Wno-builtin-macro-redefined -Wno-unknown-warning-option"

# The simulator and the collectors are on this machine and must not be reached through a proxy.
no_proxy="127.0.0.1,localhost,::1" NO_PROXY="127.0.0.1,localhost,::1"
export no_proxy NO_PROXY

say() {
  printf '==> %s\n' "$*"
}

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null 2>&1; then
    sudo "$@"
  else
    printf 'error: this needs root or sudo: %s\n' "$*" >&2
    return 1
  fi
}

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

is_index_fresh=no
update_package_index() {
  [ "$is_index_fresh" = no ] || return 0
  say "Fetching the package index (apt-get update)"
  as_root apt-get update -q || return 1
  is_index_fresh=yes
}

# Installs the packages that are missing. Does nothing if all of them are installed.
install_packages() {
  command -v apt-get >/dev/null 2>&1 || {
    say "There is no apt-get here: continuing with what is installed"
    return 0
  }
  missing=
  for package in "$@"; do
    is_installed "$package" || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  update_package_index || fail "the package index cannot be fetched; is there a network?"
  say "Installing:$missing"
  # shellcheck disable=SC2086 # one word for each package
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing ||
    fail "apt-get install failed"
}

# Downloads packages, and those that they depend on and that are not installed here.
download_packages() {
  lacking=$(apt-get install -s --no-install-recommends "$@" 2>/dev/null | awk '$1 == "Inst" { print $2 }')
  # shellcheck disable=SC2046,SC2086 # one word for each package
  apt-get download -q $(printf '%s\n' "$@" $lacking | sort -u)
}

# Unpacks the collectors, and what stands before collectors, into build-collectors/, from where the tests run them. Some of them cannot
# be installed side by side, and installing one of them would start a system service. Does nothing for what was unpacked before.
unpack_collectors() {
  command -v apt-get >/dev/null 2>&1 || return 0
  printf '%s\n' "$collector_packages" | while read -r wanted; do
    grep -qsxF "$wanted" "$collectors/complete" || unpack_packages "$wanted" </dev/null ||
      say "$wanted cannot be downloaded: tests that need it use what is installed, or are skipped"
  done
}

# unpack_packages PACKAGES: these, and those that they depend on and that are not installed here.
unpack_packages() {
  say "Unpacking $1 into build-collectors/ (nothing is installed)"
  rm -rf "$collectors/packages"
  mkdir -p "$collectors/packages"
  cd "$collectors/packages" || return 1
  # shellcheck disable=SC2086 # one word for each package
  download_packages $1 || { update_package_index && download_packages $1; } || { cd "$repository" && return 1; }
  cd "$repository" || return 1
  for package in "$collectors"/packages/*.deb; do
    dpkg -x "$package" "$collectors" || return 1
  done
  rm -r "$collectors/packages"
  printf '%s\n' "$1" >>"$collectors/complete"
}

# configure_build DIRECTORY OPTION...: makes a build directory with these options, or sets them in an existing one.
configure_build() {
  directory=$1
  shift
  if [ -e "$directory/build.ninja" ]; then
    meson configure "$directory" "$@"
  else
    rm -rf "$directory"
    meson setup "$directory" "$repository" "$@"
  fi
}

# check_layout: whether every file of C++ is laid out as .clang-format says.
check_layout() {
  find src tests \( -name '*.cpp' -o -name '*.h' \) -print0 | xargs -0 -P "$(nproc)" -n 50 clang-format --dry-run --Werror
}
