"""A systemd that runs for a test: the installed one, over a copy of this machine's files that vanishes with it."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

# The copy is an overlay of `/`, in namespaces of its own. What is written there is in a memory file system. Without `rshared`
# credentials would stay empty.
_BOOT = """
set -e
echo $$ > "$CGROUP/cgroup.procs"
exec unshare -mpfiunC --kill-child --propagation private sh -ec '
  mount -t tmpfs tmpfs "$W"
  mkdir "$W/up" "$W/work" "$W/root"
  mount -t overlay overlay -o "lowerdir=/,upperdir=$W/up,workdir=$W/work" "$W/root"
  r="$W/root"
  ip link set lo up
  mount -t proc proc "$r/proc"
  mount -t sysfs sysfs "$r/sys"
  mount -t cgroup2 cgroup2 "$r/sys/fs/cgroup"
  mount -t tmpfs -o mode=755 tmpfs "$r/run"
  cp -a "$FILES/." "$r/"
  mount -t tmpfs tmpfs "$r/tmp"
  mount -t tmpfs -o mode=755 tmpfs "$r/dev"
  for name in null zero full random urandom tty; do
    touch "$r/dev/$name"
    mount --bind "/dev/$name" "$r/dev/$name"
  done
  ln -s pts/ptmx "$r/dev/ptmx"
  mkdir "$r/dev/shm"
  mount -t tmpfs tmpfs "$r/dev/shm"
  : > "$r/etc/machine-id"
  cd "$r"
  mkdir -p mnt/old
  pivot_root . mnt/old
  umount -l /mnt/old
  cd /
  mount --make-rshared /
  echo booting >&2
  exec env -i container=lxc /lib/systemd/systemd --system --unit=basic.target --show-status=false'
"""


def _cgroup_root():
    for path in (Path("/sys/fs/cgroup/unified"), Path("/sys/fs/cgroup")):
        if (path / "cgroup.procs").exists() and (path / "cgroup.controllers").exists():
            return path
    raise unittest.SkipTest("there is no hierarchy of cgroup v2 here")


class ThrowAwaySystemd:
    """Runs from the constructor to stop(). `files` maps absolute paths to the files of this machine that are there. Skips the test
    where this machine does not let a systemd run."""

    def __init__(self, files):
        if os.geteuid() != 0:
            raise unittest.SkipTest("only root can start a systemd")
        for tool in ("/lib/systemd/systemd", "unshare", "nsenter", "ip"):
            if shutil.which(tool) is None:
                raise unittest.SkipTest(f"{tool} is not installed")
        self._cgroup = _cgroup_root() / f"vrni2syslog-test-{os.getpid()}"
        self._directory = Path(tempfile.mkdtemp(prefix="vrni2syslog-systemd-"))
        self._started = []
        self._pid = None
        self._unshare = None
        try:
            self._boot(files)
        except BaseException:
            self.stop()
            raise

    def _boot(self, files):
        copies = self._directory / "files"
        copies.mkdir()
        for path, source in files.items():
            target = copies / path.lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
        mount_point = self._directory / "systemd"
        mount_point.mkdir()
        said = self._directory / "said"
        try:
            self._cgroup.mkdir()
        except OSError as error:
            raise unittest.SkipTest(f"this machine allows no cgroups: {error}") from None
        with said.open("wb") as output:
            self._unshare = subprocess.Popen(
                ["sh", "-c", _BOOT], stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "W": str(mount_point), "FILES": str(copies), "CGROUP": str(self._cgroup)})
        self._wait(lambda: "booting" in said.read_text() or self._unshare.poll() is not None, "it boots", said)
        if self._unshare.poll() is not None:
            raise unittest.SkipTest(f"this machine does not let a systemd run: {said.read_text().strip()}")
        children = Path(f"/proc/{self._unshare.pid}/task/{self._unshare.pid}/children").read_text().split()
        self._pid = int(children[0])
        self._wait(lambda: self.run("systemctl", "is-system-running", may_fail=True).stdout.strip() in ("running", "degraded"),
                   "systemd is running", said)

    def _wait(self, condition, what, said):
        end = time.monotonic() + 120
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"in vain waited until {what}: {said.read_text()}")
            time.sleep(0.05)

    def inside(self, *command):
        """The command with which this machine runs `command` there, as root."""
        return ["nsenter", "-t", str(self._pid), "-m", "-p", "-i", "-u", "-n", "-C", "--root", "--wd", "env", "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=/", *map(str, command)]

    def run(self, *command, may_fail=False, stdin=""):
        """Runs a command there, as root. An AssertionError where it fails, unless it may."""
        done = subprocess.run(self.inside(*command), input=stdin, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != 0 and not may_fail:
            raise AssertionError(f"{' '.join(map(str, command))}: status {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def start(self, *command):
        """Starts a command there, which runs to the end of the test."""
        self._started.append(subprocess.Popen(self.inside(*command), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                              stderr=subprocess.DEVNULL, start_new_session=True))

    def write(self, path, text, mode=0o644, group="root"):
        self.run("install", "-D", "-m", oct(mode)[2:], "-g", group, "/dev/stdin", path, stdin=text)

    def read(self, path):
        return self.run("cat", path).stdout

    def stop(self):
        if self._pid is not None:
            os.kill(self._pid, signal.SIGKILL)
        for process in self._started:
            process.kill()
            process.wait()
        if self._unshare is not None:
            self._unshare.kill()
            self._unshare.wait()
        for folder in sorted(self._cgroup.rglob("*"), reverse=True):
            if folder.is_dir():
                _remove_folder(folder)
        _remove_folder(self._cgroup)
        shutil.rmtree(self._directory, ignore_errors=True)


def _remove_folder(folder):
    """A cgroup is busy for a moment after its last process has ended."""
    for _ in range(100):
        try:
            folder.rmdir()
            return
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(0.05)
