"""What a process costs, and what several measurements of the same say."""

import os
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_LOOK_EVERY = 0.01
_TIME_LIMIT = 1800
"""Seconds that a process may take, before it is killed: far more than any needs."""


@dataclass(frozen=True)
class Cost:
    """Of one process, with all its threads: seconds by the clock and of CPU (user and system), and memory at its peak."""

    wall: float
    cpu: float
    peak_bytes: int


class Samples:
    """The same measured several times."""

    def __init__(self, values):
        self.values = sorted(values)

    @property
    def median(self):
        return statistics.median(self.values)

    def text(self, form):
        """The median, and the span from the least to the most in brackets. `form` turns a number into a text."""
        if len(self.values) == 1:
            return form(self.values[0])
        return f"{form(self.median)} ({form(self.values[0])} to {form(self.values[-1])})"


def ratios(ours, peers):
    """Of measurements that were made in turns: each of ours with the peer's next to it, so that what else the machine did at the
    time has burdened both."""
    return Samples([our / peer for our, peer in zip(ours, peers, strict=True)])


class _PeakWatch:
    """Looks at VmHWM, which only grows, as long as the process has it. Not ru_maxrss: that counts this Python, from which the
    process came."""

    def __init__(self, pid):
        self._path = Path("/proc", str(pid), "status")
        self._is_over = threading.Event()
        self.peak_bytes = 0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self):
        while not self._is_over.wait(_LOOK_EVERY):
            self._look()

    def _look(self):
        try:
            text = self._path.read_text()
        except OSError:
            return
        for line in text.splitlines():
            if line.startswith("VmHWM:"):
                self.peak_bytes = int(line.split()[1]) * 1024

    def stop(self):
        self._is_over.set()
        self._thread.join()
        return self.peak_bytes


class MeasuredProcess:
    """A child whose cost is taken when it ends. Its output goes to `directory`/`name`.out and .err; it has the one `processor`,
    where one is given."""

    def __init__(self, command, directory, name, env=None, processor=None):
        self.name = name
        self.output = Path(directory, name + ".out")
        self.errors = Path(directory, name + ".err")
        pinned = ["taskset", "--cpu-list", processor] if processor is not None else []
        self._start = time.monotonic()
        with open(self.output, "wb") as out, open(self.errors, "wb") as err:
            self._popen = subprocess.Popen(
                [str(part) for part in (*pinned, *command)], stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env,
                cwd=directory)
        self._watch = _PeakWatch(self._popen.pid)

    def terminate(self):
        self._popen.terminate()

    def wait(self, expected=0):
        """Waits for its end, and returns its cost. AssertionError where its exit status is not the expected one."""
        limit = threading.Timer(_TIME_LIMIT, self._popen.kill)
        limit.start()
        _, status, usage = os.wait4(self._popen.pid, 0)
        limit.cancel()
        wall = time.monotonic() - self._start
        peak = self._watch.stop()
        self._popen.returncode = os.waitstatus_to_exitcode(status)
        if self._popen.returncode != expected:
            raise AssertionError(f"{self.name} ended with {self._popen.returncode}: {self.errors.read_text()[-2000:]}")
        return Cost(wall, usage.ru_utime + usage.ru_stime, peak)

