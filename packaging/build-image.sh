#!/bin/sh
# Makes a container image from the Debian package in build-packages/, as build-packages/vrni2syslog-VERSION.oci.tar. It needs no
# registry, and downloads nothing but missing packages of Debian. On Debian 12, as root.
#
#   sh packaging/build-packages.sh && sh packaging/build-image.sh
#   sh packaging/build-image.sh --packages FOLDER    takes the package from FOLDER, and puts the image there
#
# podman load -i build-packages/vrni2syslog-VERSION.oci.tar, or skopeo copy oci-archive:... docker://REGISTRY/vrni2syslog:VERSION
set -eu

PATH="/usr/sbin:/usr/bin:/sbin:/bin:$PATH"
export PATH
. "$(dirname "$0")/common.sh"
umask 022
LC_ALL=C.UTF-8 TZ=UTC
export LC_ALL TZ

packages="$repository/build-packages"
case "$#,${1:-}" in
  0,) ;;
  2,--packages) packages=$(realpath "$2") ;;
  1,--packages) usage "--packages needs a folder" ;;
  *) usage "there is no option $*" ;;
esac

# shellcheck disable=SC2086 # one word for each package
install_packages $image_packages
package=$(ls "$packages"/vrni2syslog_*.deb 2>/dev/null) || fail "there is no package in $packages: sh packaging/build-packages.sh"
version=$(dpkg-deb -f "$package" Version)
version=${version%-*}
epoch=$(dpkg-deb --ctrl-tarfile "$package" | tar -tv --full-time | awk 'NR == 1 { print $4 " " $5 }')
epoch=$(date -d "$epoch" +%s)

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
root="$scratch/rootfs"
mkdir -p "$root/usr/bin" "$root/usr/lib/ssl" "$root/usr/lib64" "$root/usr/share" "$root/etc/ssl/certs" "$root/etc/vrni2syslog" \
  "$root/run" "$root/tmp" "$root/var/lib/vrni2syslog"
ln -s usr/bin "$root/bin"
ln -s usr/lib "$root/lib"
ln -s usr/lib64 "$root/lib64"

say "Collecting the program and what it needs"
dpkg-deb -x "$package" "$scratch/package"
program="$scratch/package/usr/bin/vrni2syslog"
cp "$program" "$root/usr/bin/"
libraries=$(ldd "$program" | sed -n 's|^.*[[:space:]]\(/[^ ]*\) (0x.*$|\1|p')
for library in $libraries; do
  mkdir -p "$root$(dirname "$library")"
  cp -L "$library" "$root$library"
done
cp -a /usr/share/zoneinfo "$root/usr/share/"
rm -rf "$root/usr/share/zoneinfo/right" "$root/usr/share/zoneinfo/posix"
# The authorities of Debian's package, without those that somebody has added to this machine.
cat /usr/share/ca-certificates/mozilla/*.crt >"$root/etc/ssl/certs/ca-certificates.crt"
ln -s /etc/ssl/certs/ca-certificates.crt "$root/usr/lib/ssl/cert.pem"
ln -s /etc/ssl/certs "$root/usr/lib/ssl/certs"
printf 'hosts: files dns\n' >"$root/etc/nsswitch.conf"
printf 'root:x:0:0:root:/:/nonexistent\nvrni2syslog:x:65532:65532::/var/lib/vrni2syslog:/nonexistent\n' >"$root/etc/passwd"
printf 'root:x:0:\nvrni2syslog:x:65532:\n' >"$root/etc/group"

# owners_of_files: the packages of Debian whose files are in the image.
owners_of_files() {
  # Some are only compiled in.
  printf '%s\n' ca-certificates tzdata libasio-dev rapidjson-dev
  for library in $libraries; do
    # Debian lists some libraries without the /usr in front of /lib.
    for path in "$library" "$(realpath "$library")" "/usr$library" "${library#/usr}"; do
      dpkg-query -S "$path" 2>/dev/null && break
    done
  done | sed 's/:.*//'
}

# The image hands on other projects' libraries, whose licences want their texts to go with them.
{
  printf 'This image holds vrni2syslog %s (Apache-2.0, see /usr/share/doc/vrni2syslog/LICENSE), and from Debian,\n' "$version"
  printf 'under the licences in /usr/share/doc/PACKAGE/copyright.gz:\n\n'
  owners_of_files | sort -u | while read -r name; do
    printf '%s %s\n' "$name" "$(dpkg-query -W -f '${Version}\n' "$name" | head -n 1)"
    mkdir -p "$root/usr/share/doc/$name"
    # That of Boost alone has 2 MB.
    gzip -n9 <"/usr/share/doc/$name/copyright" >"$root/usr/share/doc/$name/copyright.gz"
  done
} >"$root/NOTICE"
mkdir -p "$root/usr/share/doc/vrni2syslog"
cp "$repository/LICENSE" "$root/usr/share/doc/vrni2syslog/LICENSE"

# The one folder that the program writes to must be its own in the tar: a volume takes over owner and mode.
chmod 1777 "$root/tmp"
chmod 750 "$root/var/lib/vrni2syslog"
tar --sort=name --mtime="@$epoch" --numeric-owner --owner=0 --group=0 --exclude=./var/lib/vrni2syslog -C "$root" -cf "$scratch/rootfs.tar" .
tar --mtime="@$epoch" --numeric-owner --owner=65532 --group=65532 -C "$root" -rf "$scratch/rootfs.tar" ./var/lib/vrni2syslog

say "Making the image"
image="$packages/vrni2syslog-$version.oci.tar"
rm -f "$image"
# A storage of its own: nothing of this machine's images is used or changed.
in_storage() {
  buildah --storage-driver vfs --root "$scratch/storage" --runroot "$scratch/runroot" "$@"
}
revision=$(git -C "$repository" rev-parse HEAD 2>/dev/null || printf unknown)
in_storage build --quiet --isolation chroot --timestamp "$epoch" --build-arg "VERSION=$version" --build-arg "REVISION=$revision" \
  --tag "vrni2syslog:$version" --file "$repository/packaging/container/Containerfile" "$scratch"
in_storage push --quiet "vrni2syslog:$version" "oci-archive:$image:vrni2syslog:$version"
say "Done: $image ($(du -h "$image" | cut -f 1) packed, $(du -sh --apparent-size "$root" | cut -f 1) unpacked)"
