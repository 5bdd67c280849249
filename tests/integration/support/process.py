"""Child processes, ports and waiting: every wait has a deadline and a condition, and nothing outlives its test."""

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

START_TIMEOUT = 60.0
"""Seconds that a process may take to get ready. Generous: under sanitizers, on a busy machine."""


def wait_until(condition, what, timeout=START_TIMEOUT):
    """Calls `condition` until it returns something true, and returns that. AssertionError after `timeout` seconds."""
    deadline = time.monotonic() + timeout
    pause = 0.005
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {timeout:.0f} s")
        time.sleep(pause)
        pause = min(pause * 2, 0.1)


def find_binary(name):
    """The path of a program, also where /usr/sbin is not on the user's PATH; None where it is not installed."""
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


_FIRST_PORT = 10_000
_reserved = []
"""Sockets whose names say which ports this process has drawn. They end with it."""


def _is_reserved(port):
    """Whether no other process of tests has drawn this port. From then on it is this one's."""
    name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        name.bind(f"\0vrni2syslog-test-port-{port}")
    except OSError:
        name.close()
        return False
    _reserved.append(name)
    return True


def free_port(kind=socket.SOCK_STREAM):
    """A port of 127.0.0.0/8 that nobody uses, as long as this process lives: no other test draws it, and the kernel gives it to nobody
    who lets it choose."""
    end = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()[0])
    ports = range(_FIRST_PORT, end) or range(_FIRST_PORT, 65_536)
    for port in random.sample(ports, len(ports)):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if _is_reserved(port):
            return port
    raise AssertionError(f"no free port from {ports[0]} to {ports[-1]}")


def _socket_inodes(table, port, states):
    try:
        rows = Path("/proc/net", table).read_text().splitlines()[1:]
    except OSError:
        return
    for row in rows:
        columns = row.split()
        if int(columns[1].rsplit(":", 1)[1], 16) == port and (states is None or columns[3] in states):
            yield columns[9]


def _open_files(pid):
    """What the descriptors of a process lead to, without those that it closes meanwhile."""
    try:
        with os.scandir(f"/proc/{pid}/fd") as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    yield os.readlink(entry.path)
    except OSError:
        return


def has_bound(pid, port, kind=socket.SOCK_STREAM):
    """Whether the process `pid` itself listens on `port` (stream) or receives there (datagram)."""
    listening = {"0A"} if kind == socket.SOCK_STREAM else None
    tables = ("tcp", "tcp6") if kind == socket.SOCK_STREAM else ("udp", "udp6")
    inodes = {inode for table in tables for inode in _socket_inodes(table, port, listening)}
    return bool(inodes) and not {f"socket:[{inode}]" for inode in inodes}.isdisjoint(_open_files(pid))


def listening_ports(pid):
    """The TCP ports on which the process `pid` itself listens."""
    links = set(_open_files(pid))
    rows = [row.split() for table in ("tcp", "tcp6") for row in Path("/proc/net", table).read_text().splitlines()[1:]]
    return {int(columns[1].rsplit(":", 1)[1], 16) for columns in rows if columns[3] == "0A" and f"socket:[{columns[9]}]" in links}


def has_open(pid, path):
    """Whether the process `pid` has that file open."""
    return str(path) in _open_files(pid)


class IsIdle:
    """Whether all threads of a process have slept, or are stopped, and have used next to no time of the processor, in some looks one
    after the other: it has done all that it can, and waits for somebody else. A thread that a busy machine keeps waiting does not
    sleep."""

    LOOKS = 5

    def __init__(self, pid):
        self._tasks = Path(f"/proc/{pid}/task")
        self._last = 0
        self._looks = 0

    def __call__(self):
        # Some that are waiting look for progress now and then, so that it need not last.
        if self._looks >= self.LOOKS:
            return True
        # Behind the name in brackets: the state is the first field, user and system time are 12th and 13th.
        threads = [text.rpartition(") ")[2].split() for text in self._statistics()]
        ticks = sum(int(fields[11]) + int(fields[12]) for fields in threads)
        is_idle = ticks <= self._last + 1 and all(fields[0] in ("S", "T") for fields in threads)
        self._last = ticks
        self._looks = self._looks + 1 if is_idle else 0
        return self._looks >= self.LOOKS

    def _statistics(self):
        for task in sorted(self._tasks.iterdir()):
            try:
                yield (task / "stat").read_text()
            except OSError:
                pass  # the thread has ended meanwhile


class Process:
    """A child in a process group of its own, its output in files of `directory`. With `stdin=subprocess.PIPE` it can be told
    lines."""

    def __init__(self, command, directory, name, env=None, stdin=subprocess.DEVNULL):
        self.name = name
        self.output = Path(directory, name + ".out")
        self.errors = Path(directory, name + ".err")
        with open(self.output, "wb") as out, open(self.errors, "wb") as err:
            self._popen = subprocess.Popen(
                [str(part) for part in command], stdin=stdin, stdout=out, stderr=err, env=env,
                cwd=directory, start_new_session=True)

    @property
    def pid(self):
        return self._popen.pid

    @property
    def is_running(self):
        return self._popen.poll() is None

    def wait_until(self, condition, what, timeout=START_TIMEOUT):
        """wait_until(), but fails at once when the process ends."""
        def condition_or_end():
            result = condition()
            if not result and not self.is_running:
                raise AssertionError(f"ended with {self._popen.returncode} before")
            return result
        try:
            return wait_until(condition_or_end, what, timeout)
        except AssertionError as error:
            raise AssertionError(f"{self.name}, {what}: {error}\n{self.output_text()}") from None

    def wait(self, timeout=START_TIMEOUT):
        """The exit status, negative for a signal."""
        try:
            return self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} is still running after {timeout:.0f} s: {self.output_text()}") from None

    def tell(self, line):
        """Writes a line to its standard input."""
        self._popen.stdin.write(line.encode("utf-8") + b"\n")
        self._popen.stdin.flush()

    def output_text(self):
        """The last of what it wrote, for messages."""
        text = self.output.read_bytes() + self.errors.read_bytes()
        return text[-4000:].decode("utf-8", "replace")

    def send_signal(self, number):
        if self.is_running:
            self._popen.send_signal(number)

    def stop(self, timeout=30.0):
        """Asks it to end, and kills it where it does not."""
        self.send_signal(signal.SIGTERM)
        try:
            self._popen.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        """Ends it and its children at once."""
        try:
            os.killpg(self._popen.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._popen.wait()


def start_on_free_port(start, kind=socket.SOCK_STREAM, attempts=5):
    """Starts a server that must be told its port. `start(port)` returns the Process; repeated with another port where
    somebody else was faster. Returns the process and the port."""
    for attempt in range(attempts):
        port = free_port(kind)
        process = start(port)
        try:
            process.wait_until(lambda: has_bound(process.pid, port, kind), f"listening on port {port}", timeout=START_TIMEOUT)
            return process, port
        except AssertionError:
            process.kill()
            if attempt == attempts - 1:
                raise
    raise AssertionError("unreachable")
