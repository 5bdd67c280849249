"""The collector of the benchmarks, bench_sink: reads and discards."""

import json

from support.process import Process

from .context import TOOLS

_PATIENCE = 600


class Sink:
    """Runs from the constructor to stop()."""

    def __init__(self, directory, has_tls=False, tell_at=None, processor=None):
        port_file, self.ca_file = directory / "sink-port", directory / "sink-ca.pem"
        command = [TOOLS / "bench_sink", port_file]
        if has_tls:
            command += ["--tls", self.ca_file]
        if tell_at is not None:
            command += ["--tell-at", tell_at]
        if processor is not None:
            command = ["taskset", "--cpu-list", processor, *command]
        self._process = Process(command, directory, "sink")
        self._process.wait_until(port_file.exists, "its port")
        self.port = int(port_file.read_text())
        self.url = f"{'tls' if has_tls else 'tcp'}://127.0.0.1:{self.port}"
        self._taken = 0

    @property
    def arguments(self):
        """How the program is told of this collector."""
        trust = ("--collector-ca-file", self.ca_file) if self.url.startswith("tls:") else ()
        return ("--collector", self.url, *trust)

    def _events(self):
        return [json.loads(line) for line in self._process.output.read_text().splitlines()]

    def next_event(self):
        """What it tells next: {"event": "closed" or "reached", "bytes": ..., "lines": ...}."""
        self._process.wait_until(lambda: len(self._events()) > self._taken, "the end of a connection", _PATIENCE)
        self._taken += 1
        return self._events()[self._taken - 1]

    def expect_lines(self, count):
        """The next connection that ends must have brought so many lines."""
        event = self.next_event()
        if event["event"] != "closed" or event["lines"] != count:
            raise AssertionError(f"{count} lines should have come; the sink says {event}")
        return event

    def stop(self):
        self._process.stop()
