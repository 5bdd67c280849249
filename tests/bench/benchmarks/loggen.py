"""A peer: syslog-ng's load generator, unpacked by packaging/common.sh or installed."""

import unittest

from support.collector import Installation

from .measurement import MeasuredProcess

_RATE = 1_000_000_000
"""Lines a second: more than it can."""

_MOST_RUNS = 5
"""It closes its connection without reading what the peer has sent, such as the tickets of TLS 1.3, so that the kernel may reset it: on a
busy machine the last lines are lost then."""


class Loggen:
    """unittest.SkipTest where there is none."""

    def __init__(self):
        self._installation = Installation.find("syslog-ng", "libaffile.so")
        root = self._installation.binary.parents[1]
        self._binary = root / "bin/loggen"
        if not self._binary.exists():
            raise unittest.SkipTest(f"there is no {self._binary}")
        # Where it looks for its plugins.
        self._environment = {**self._installation.environment, "SYSLOGNG_PREFIX": str(root)}

    def run(self, directory, sink, lines, line_bytes, processor):
        """Sends so many lines to the sink, and returns what that has cost."""
        kind = ["--use-ssl"] if sink.url.startswith("tls:") else ["--inet", "--stream"]
        command = [self._binary, *kind, "--size", line_bytes, "--number", lines, "--rate", _RATE, "--quiet", "127.0.0.1",
                   sink.port]
        for _ in range(_MOST_RUNS):
            cost = MeasuredProcess(command, directory, "loggen", self._environment, processor).wait()
            event = sink.next_event()
            if event["lines"] == lines:
                return cost
        raise AssertionError(f"{lines} lines of loggen should have come; the sink says {event}")
