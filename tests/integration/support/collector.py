"""What every collector under test has in common."""

import datetime
import json
import os
import socket
import unittest
from dataclasses import dataclass
from pathlib import Path

from .process import find_binary, has_bound, wait_until

STREAM_LIMIT = 64 * 1024
"""Bytes of one message that the collectors are set up for: more than the program ever sends."""

_ESTABLISHED, _LISTEN = "01", "0A"
"""States of the kernel's table."""


@dataclass(frozen=True)
class Installation:
    """A daemon or tool on this machine: unpacked by packaging/test.sh below VRNI2SYSLOG_COLLECTORS, or installed."""

    binary: Path
    modules: Path | None
    environment: dict

    @staticmethod
    def find(daemon, typical_module=None):
        """Skips the test where there is none. `typical_module` is a file in the directory of its modules, if it has any."""
        environment = dict(os.environ)
        root = Path(os.environ.get("VRNI2SYSLOG_COLLECTORS", "/nonexistent"))
        # What is in usr/bin of some packages is a script that looks for the program in the system's own folders.
        folders = (root / "usr/lib" / daemon, root / "usr/sbin", root / "usr/bin")
        unpacked = next((folder / daemon for folder in folders if (folder / daemon).is_file()), None)
        if unpacked is not None:
            # Some have their version before the end: libpulsecommon-16.1.so.
            libraries = sorted({str(file.parent) for file in root.glob("**/lib*.so*")})
            environment["LD_LIBRARY_PATH"] = ":".join(libraries)
            modules = next(root.glob(f"usr/lib/**/{typical_module}")).parent if typical_module else None
            return Installation(unpacked, modules, environment)
        installed = find_binary(daemon)
        if installed is None:
            raise unittest.SkipTest(f"{daemon} is neither installed nor unpacked; packaging/test.sh unpacks it")
        return Installation(Path(installed), None, environment)


def read_time(text):
    """A time stamp of RFC 3339 as a datetime."""
    return datetime.datetime.fromisoformat(text)


@dataclass(frozen=True)
class Record:
    """One message as the collector has received and parsed it."""

    raw: str
    facility: int
    severity: int
    timestamp: datetime.datetime
    hostname: str
    app_name: str
    process_id: str
    message_id: str
    structured_data: dict
    message: str

    def parameters(self, sd_id="vrniflow@32473"):
        """The parameters of one element of the structured data."""
        return self.structured_data.get(sd_id, {})


class Collector:
    """A daemon that writes what it receives into a file, one JSON object a line, or the line itself. Subclasses start it, and set
    `process`, `port`, `output`, `kind` and, where no file may grow beyond so many bytes, `file_limit`."""

    process = None
    port = 0
    output = None
    kind = socket.SOCK_STREAM
    file_limit = None

    def _start(self, port):
        """A process that listens on this port."""
        raise NotImplementedError

    def start_again(self):
        """After its end: on the same port, into the same file. It has bound the port when this returns."""
        self.process = self._start(self.port)
        process = self.process
        process.wait_until(lambda: has_bound(process.pid, self.port, self.kind), f"listening on port {self.port} again")

    def limited(self):
        """What goes before a command so that it finds the disk full: a write beyond `file_limit` fails, with EFBIG."""
        if self.file_limit is None:
            return []
        return ["bash", "-c", f'trap "" XFSZ; ulimit -f {self.file_limit // 1024}; exec "$@"', "bash"]

    def lines(self):
        """The whole lines that are stored so far, where they are stored as they came."""
        if not self.output.exists():
            return []
        # Not splitlines(): names hold line separators.
        return self.output.read_bytes().decode("utf-8").split("\n")[:-1]

    def unread_bytes(self):
        """What the kernel holds for it of connections, and it has not read."""
        return sum(int(columns[4].split(":")[1], 16) for columns in self._connections())

    def is_unconnected(self):
        """Whether nobody has a connection to it any more."""
        return not any(columns[3] == _ESTABLISHED for columns in self._connections())

    def _connections(self):
        """The rows of its connections in the kernel's table."""
        rows = (row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:])
        return [columns for columns in rows if int(columns[1].split(":")[1], 16) == self.port and columns[3] != _LISTEN]

    def parse(self, row):
        """A Record of one object of the file."""
        raise NotImplementedError

    def count(self):
        if not self.output.exists():
            return 0
        with open(self.output, "rb") as file:
            return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))

    def wait_for(self, expected, timeout=60.0):
        """Waits until the collector has stored `expected` messages or more."""
        try:
            wait_until(lambda: self.count() >= expected, f"{expected} messages at the collector", timeout)
        except AssertionError as error:
            raise AssertionError(f"{error}; {self.count()} arrived\n{self.process.output_text()}") from None

    def records(self, expected, timeout=60.0):
        """All that the collector has stored, once that is `expected` messages or more. Stops it first, so that nothing can
        come after."""
        self.wait_for(expected, timeout)
        self.stop()
        with open(self.output, encoding="utf-8", newline="\n") as file:
            return [self.parse(json.loads(line)) for line in file]

    def stop(self):
        self.process.stop()
