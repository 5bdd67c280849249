# Functions that try.sh, check.sh, test.sh and bench.sh share; to be sourced. POSIX sh, for Debian 12 and its like.

repository=$(cd "$(dirname "$0")/.." && pwd)
collectors="$repository/build-collectors"

# For the program and the simulator; all other programs of tests/ need GoogleTest too.
build_packages="g++ meson ninja-build pkg-config libasio-dev rapidjson-dev libhowardhinnant-date-dev
  libboost-program-options-dev libfmt-dev libcurl4-openssl-dev libssl-dev libsqlite3-dev zlib1g-dev libcpp-httplib-dev python3
  tzdata ca-certificates"
googletest_packages="libgtest-dev libgmock-dev"
check_packages="clang-format"
test_packages="python3-jsonschema openssl bsdutils iproute2 libfaketime valgrind"
bench_packages="curl strace valgrind"
tidy_packages="clang-tidy"
fuzz_packages="clang libclang-rt-14-dev"
rsyslog_packages="rsyslog rsyslog-openssl rsyslog-relp"
syslog_ng_packages="syslog-ng-core"

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

# Unpacks rsyslog and syslog-ng into build-collectors/, from where the tests run them. They cannot be installed side by side, and
# installing one of them would start a system service. Does nothing if the same packages have been unpacked before.
unpack_collectors() {
  wanted_packages="$rsyslog_packages $syslog_ng_packages"
  [ "$(cat "$collectors/complete" 2>/dev/null)" != "$wanted_packages" ] || return 0
  command -v apt-get >/dev/null 2>&1 || return 0
  say "Unpacking rsyslog and syslog-ng into build-collectors/ (nothing is installed)"
  rm -rf "$collectors"
  mkdir -p "$collectors/packages"
  cd "$collectors/packages"
  for wanted in "$rsyslog_packages" "$syslog_ng_packages"; do
    # shellcheck disable=SC2086 # one word for each package
    download_packages $wanted || { update_package_index && download_packages $wanted; } || {
      say "$wanted cannot be downloaded: tests that need it use what is installed, or are skipped"
      break
    }
  done
  cd "$repository"
  for package in "$collectors"/packages/*.deb; do
    [ ! -e "$package" ] || dpkg -x "$package" "$collectors"
  done
  [ ! -e "$collectors/usr/sbin/syslog-ng" ] || printf '%s\n' "$wanted_packages" >"$collectors/complete"
  rm -r "$collectors/packages"
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
  find src tests -name '*.cpp' -o -name '*.h' | xargs -P "$(nproc)" -n 50 clang-format --dry-run --Werror
}
