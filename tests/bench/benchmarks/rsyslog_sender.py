"""A peer: rsyslogd that reads lines from a file (imfile) and forwards them (omfwd)."""

from support.collector import Installation

from .measurement import MeasuredProcess
from .sink import Sink

_CONFIGURATION = """
global(workDirectory="{directory}")
main_queue(queue.type="LinkedList" queue.size="200000" queue.dequeueBatchSize="4096")
module(load="imfile")
template(name="as_read" type="string" string="%msg%\\n")
input(type="imfile" file="{lines}" tag="bench" freshStartTail="off")
action(type="omfwd" target="127.0.0.1" port="{port}" protocol="tcp" template="as_read")
"""


class RsyslogSender:
    """unittest.SkipTest where there is no rsyslogd."""

    def __init__(self, context, line_count, line_bytes):
        self._context = context
        self._installation = Installation.find("rsyslogd", "imtcp.so")
        self._line_count = line_count
        self._lines = context.new_directory("rsyslog-lines") / "lines"
        with open(self._lines, "wb") as file:
            for _ in range(line_count):
                file.write(b"x" * (line_bytes - 1) + b"\n")
        self._runs = 0

    def run(self, processor):
        """Sends every line to a sink of its own, and returns what that has cost."""
        self._runs += 1
        directory = self._context.new_directory(f"rsyslog-{self._runs}")
        sink = Sink(directory, tell_at=self._line_count, processor=self._context.receiver_processor)
        try:
            return self._send(directory, sink, processor)
        finally:
            sink.stop()

    def _send(self, directory, sink, processor):
        configuration = directory / "rsyslog.conf"
        configuration.write_text(_CONFIGURATION.format(directory=directory, lines=self._lines, port=sink.port))
        command = [self._installation.binary, "-n", "-f", configuration, "-i", directory / "pid"]
        if self._installation.modules is not None:
            command += ["-M", self._installation.modules]
        process = MeasuredProcess(command, directory, "rsyslogd", self._installation.environment, processor)
        try:
            sink.next_event()
        finally:
            process.terminate()
        return process.wait()
