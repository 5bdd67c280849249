# shellcheck shell=sh disable=SC2034 # others use the variables
# Functions that the scripts of this folder share (try, check, test, bench, fuzz, build-packages, build-image, release); to be sourced.
# POSIX sh, for Debian 12 and its like.

repository=$(cd "$(dirname "$0")/.." && pwd)
script="$repository/packaging/${0##*/}"
collectors="$repository/build-collectors"

# For the program and the simulator; all other programs of tests/ need GoogleTest too.
build_packages="g++ meson ninja-build pkg-config libasio-dev rapidjson-dev libhowardhinnant-date-dev
  libboost-program-options-dev libfmt-dev libcurl4-openssl-dev libssl-dev libsqlite3-dev zlib1g-dev librdkafka-dev libcpp-httplib-dev
  python3 tzdata ca-certificates"
googletest_packages="libgtest-dev libgmock-dev"
check_packages="clang-format"
test_packages="python3-jsonschema openssl bsdutils iproute2 libfaketime systemd valgrind zsh fish"
# For the parsers of other projects in the tests; npm fetches these into the build directory.
npm_packages="nodejs npm"
# For build-packages.sh; the tests look at the packages with the second line, and install them in a folder.
package_packages="debhelper dpkg-dev fakeroot rpm"
package_test_packages="lintian rpmlint mmdebstrap python3-yaml git gnupg minisign"
# For build-image.sh.
image_packages="buildah ca-certificates libasio-dev rapidjson-dev tzdata"
# For the brokers of Apache Kafka in the tests; Maven fetches these versions into build-collectors/.
kafka_packages="default-jre-headless maven"
kafka_versions="4.1.1 3.9.1"
# What the package depends on.
chroot_packages="ca-certificates,libboost-program-options1.74.0,libcurl4,libfmt9,libdate-tz3,librdkafka1,libsqlite3-0,python3,\
systemd-standalone-sysusers,systemd-standalone-tmpfiles,tzdata"
bench_packages="curl strace valgrind"
tidy_packages="clang-tidy"
fuzz_packages="clang libclang-rt-14-dev"
# For the tests, which run them from build-collectors/: one line for each set of packages that can be used without the others. What
# looks for files beside itself is named with the package that has them, since that may be installed.
collector_packages="rsyslog rsyslog-openssl rsyslog-relp
rsyslog-elasticsearch
rsyslog-kafka kcat
syslog-ng-core
haproxy
nginx libnginx-mod-stream
stunnel4
logrotate
prometheus prometheus-node-exporter
chromium chromium-common"

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

# usage WHAT: says what is wrong with the arguments, shows those that the comment at the top of the script lists, and ends it.
usage() {
  printf 'error: %s\nusage:\n' "$1" >&2
  sed -n '2,/^[^#]/s/^#   /  /p' "$script" >&2
  exit 64
}

# --help prints that comment, whatever else is asked for.
for argument in "$@"; do
  case "$argument" in
    -h | --help)
      sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$script"
      exit 0
      ;;
  esac
done

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

# Unpacks the collectors, what stands before collectors, and monitors into build-collectors/, from where the tests run them. Some of them cannot
# be installed side by side, and installing one of them would start a system service. Does nothing for what was unpacked before.
unpack_collectors() {
  command -v apt-get >/dev/null 2>&1 || return 0
  printf '%s\n' "$collector_packages" | while read -r wanted; do
    grep -qsxF "$wanted" "$collectors/complete" || unpack_packages "$wanted" </dev/null ||
      say "$wanted cannot be downloaded: tests that need it use what is installed, or are skipped"
  done
}

# Fetches Apache Kafka from Maven Central into build-collectors/, from where the tests run it. Does nothing for a version that was
# fetched before.
unpack_kafka() {
  for version in $kafka_versions; do
    [ -e "$collectors/kafka-$version/complete" ] || fetch_kafka "$version" ||
      say "Apache Kafka $version cannot be fetched from Maven Central: tests that need it are skipped"
  done
}

# fetch_kafka VERSION: the packages that tests/integration/maven/pom.xml names. Says why if it cannot.
fetch_kafka() {
  say "Fetching Apache Kafka $1 into build-collectors/ (nothing is installed)"
  rm -rf "$collectors/kafka-$1"
  mkdir -p "$collectors/kafka-$1"
  mvn -q -B -f "$repository/tests/integration/maven/pom.xml" "-Dkafka.version=$1" dependency:copy-dependencies \
    "-DoutputDirectory=$collectors/kafka-$1" >"$collectors/kafka-$1/log" 2>&1 </dev/null || {
    head -n 1 "$collectors/kafka-$1/log"
    return 1
  }
  touch "$collectors/kafka-$1/complete"
}

# Makes a small Debian in build-collectors/, in which tests install the package, unless there is one with the same packages.
make_chroot() {
  [ ! -e "$collectors/debian.tar" ] || ! grep -qsxF "$chroot_packages" "$collectors/debian.packages" || return 0
  say "Making build-collectors/debian.tar, a Debian in which tests install the package"
  mkdir -p "$collectors"
  # shellcheck disable=SC1091 # a file of the system
  suite=$(. /etc/os-release && printf '%s' "$VERSION_CODENAME")
  as_root mmdebstrap --quiet --variant=minbase --include="$chroot_packages" "$suite" "$collectors/new.tar" &&
    mv "$collectors/new.tar" "$collectors/debian.tar" && printf '%s\n' "$chroot_packages" >"$collectors/debian.packages" ||
    say "it cannot be made: tests that need it are skipped"
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

# write_sums FOLDER: makes SHA256SUMS, the digests of all that is published from there.
write_sums() {
  (cd "$1" && find . -maxdepth 1 -type f ! -name '*.changes' ! -name 'SHA256SUMS*' -printf '%P\n' | sort | xargs sha256sum >SHA256SUMS)
}
