"""What every collector under test has in common."""

import datetime
import json
import os
import socket
import unittest
from dataclasses import dataclass
from pathlib import Path

from .process import find_binary, wait_until

STREAM_LIMIT = 64 * 1024
"""Bytes of one message that the collectors are set up for: more than the program ever sends."""


@dataclass(frozen=True)
class Installation:
    """A daemon on this machine: unpacked by packaging/test.sh below VRNI2SYSLOG_COLLECTORS, or installed."""

    binary: Path
    modules: Path | None
    environment: dict

    @staticmethod
    def find(daemon, typical_module):
        """Skips the test where there is none. `typical_module` is a file in the directory of its modules."""
        environment = dict(os.environ)
        root = Path(os.environ.get("VRNI2SYSLOG_COLLECTORS", "/nonexistent"))
        unpacked = root / "usr/sbin" / daemon
        if unpacked.exists():
            libraries = sorted({str(file.parent) for file in root.glob("**/lib*.so.*")})
            environment["LD_LIBRARY_PATH"] = ":".join(libraries)
            return Installation(unpacked, next(root.glob(f"usr/lib/**/{typical_module}")).parent, environment)
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
    """A daemon that writes what it receives into a file, one JSON object a line. Subclasses start it, and set `process`,
    `port`, `output` and `kind`."""

    process = None
    port = 0
    output = None
    kind = socket.SOCK_STREAM

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
