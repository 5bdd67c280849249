"""A small Debian in a folder, in which packages are installed and removed for real."""

import os
import shutil
import stat
import subprocess
import unittest
from pathlib import Path

COLLECTORS = Path(os.environ.get("VRNI2SYSLOG_COLLECTORS", "build-collectors"))
ARCHIVE = COLLECTORS / "debian.tar"
"""Made by packaging/test.sh, with everything that the package depends on: installing it then needs no network."""


class DebianChroot:
    """Below `directory`, until the test removes that. Skips the test where there is no archive, or no right to use it."""

    def __init__(self, directory):
        if not ARCHIVE.exists():
            raise unittest.SkipTest(f"{ARCHIVE} is not there: packaging/test.sh makes it")
        if os.geteuid() != 0:
            raise unittest.SkipTest("only root can install packages in a folder")
        self.root = directory / "debian"
        self.root.mkdir()
        subprocess.run(["tar", "-x", "-C", self.root, "-f", ARCHIVE, "--exclude=./dev/*"], check=True, timeout=600)
        # What dpkg and its scripts write to; device nodes may be forbidden here.
        (self.root / "dev/null").touch()
        try:
            self.run("true")
        except subprocess.CalledProcessError as error:
            raise unittest.SkipTest(f"this machine allows no chroot: {error.stderr}") from error

    def run(self, *command, is_successful=True):
        """Runs a command as root of that Debian, with nothing of this machine's environment."""
        enter = 'mount --bind /dev/null "$0/dev/null" && mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'
        return subprocess.run(
            ["unshare", "--mount", "--pid", "--fork", "--propagation", "private", "sh", "-c", enter, self.root, *command],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "HOME": "/srv"},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=600, check=is_successful)

    def install(self, package):
        """As the administrator does: apt-get install ./PACKAGE."""
        shutil.copy(package, self.root / "srv")
        return self.run("apt-get", "install", "-q", "-y", "--no-install-recommends", f"/srv/{package.name}")

    def write(self, path, text, mode):
        file = self.root / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(mode)

    def look(self, path):
        """Owner, group, mode and text (None for a directory) of what is at `path`."""
        file = self.root / path.lstrip("/")
        status = file.lstat()
        owner, group = (self._name(table, number) for table, number in (("passwd", status.st_uid), ("group", status.st_gid)))
        text = file.read_text(encoding="utf-8") if file.is_file() else None
        return owner, group, stat.S_IMODE(status.st_mode), text

    def exists(self, path):
        return os.path.lexists(self.root / path.lstrip("/"))

    def _name(self, table, number):
        lines = (self.root / "etc" / table).read_text(encoding="utf-8").splitlines()
        return next((line.split(":")[0] for line in lines if line.split(":")[2] == str(number)), str(number))
