"""The simulator of the platform, and what it knows to be true."""

import json
import os
import ssl
import urllib.request
from pathlib import Path

from .expected_line import ExpectedLine, Window, rfc3339
from .process import IsIdle, Process
from .program import ROOT, environment, run_program, start_program

BINARY = os.environ.get("VRNI2SYSLOG_SIMULATOR", str(ROOT / "build/tests/simulator/vrni-simulator"))
PASSWORD = "simulator"

# A day in the past, the same in every run.
DAY = Window(1_748_736_000, 1_748_736_000 + 86_400)


class Simulator:
    """Runs from the constructor to stop(). `options` are the simulator's own. Flows are active from `since` up to `until`."""

    def __init__(self, directory, *options, flows=100, since=DAY.start, until=DAY.end):
        directory = Path(directory)
        self.ca_file = directory / "platform-ca.pem"
        port_file = directory / "platform-port"
        self.process = Process(
            [BINARY, "--flows", flows, "--ca-out", self.ca_file, "--port-file", port_file, "--from", rfc3339(since),
             "--until", rfc3339(until - 1), *options],
            directory, "simulator", env=environment(directory))
        self.process.wait_until(lambda: "listening on" in self.process.output_text(), "listening on")
        self.port = int(port_file.read_text())
        self._context = ssl.create_default_context(cafile=self.ca_file)

    @property
    def arguments(self):
        """How the program is told of this platform and of its whole day."""
        return self.arguments_for(DAY)

    def arguments_for(self, window):
        """The same of any window, or of none where the run is to go on with its job."""
        window_arguments = window.arguments if window else ()
        return ("--platform-ip", f"127.0.0.1:{self.port}", "--platform-ca-file", str(self.ca_file), *window_arguments)

    def run_program(self, directory, *arguments, window=DAY, variables=None, **more):
        """The program against this platform, with its password."""
        if not self.process.is_running:
            raise AssertionError(f"the simulator is gone: {self.process.output_text()}")
        return run_program(
            directory, *self.arguments_for(window), *arguments, variables={"VRNI2SYSLOG_PASSWORD": PASSWORD, **(variables or {})}, **more)

    def start_program(self, directory, *arguments, window=DAY, variables=None):
        """The same as a Process."""
        return start_program(directory, *map(str, (*self.arguments_for(window), *arguments)),
                             variables={"VRNI2SYSLOG_PASSWORD": PASSWORD, **(variables or {})})

    def _get(self, path):
        with urllib.request.urlopen(f"https://127.0.0.1:{self.port}{path}", context=self._context, timeout=60) as answer:
            return answer.read().decode("utf-8")

    def close_gate(self):
        """From now on the answers to bulk fetches wait until the test lets them through."""
        self._get("/simulator/gate?state=closed")

    def open_gate(self):
        self._get("/simulator/gate?state=open")

    def permit_fetches(self, count):
        """Lets so many more answers through the closed gate."""
        self._get(f"/simulator/gate?permit={count}")

    def waiting_fetches(self):
        """How many answers wait in front of the closed gate."""
        return json.loads(self._get("/simulator/gate"))["waiting"]

    def permit_fetches_until(self, condition, what, job, *others):
        """Lets answers through the closed gate one by one until `condition` holds: each when the process `job`, which has asked for
        them, and the `others` have done all that they can with those before. So no more is let through on a busy machine than on
        another. AssertionError where the job ends before."""
        while not condition():
            are_idle = [IsIdle(process.pid) for process in (job, *others)]

            def is_met_or_stuck():
                return condition() or self.waiting_fetches() and all([is_idle() for is_idle in are_idle])
            job.wait_until(is_met_or_stuck, what)
            if not condition():
                self.permit_fetches(1)

    def set_index_clock(self, time):
        """From now on searches find what --late-by lets them find at that time."""
        self._get(f"/simulator/index?clock={int(time)}")

    def set_surplus(self, flows):
        """From now on searches for one result count so many flows more than there are."""
        self._get(f"/simulator/surplus?flows={flows}")

    def statistics(self):
        return json.loads(self._get("/simulator/statistics"))

    def ids(self, first, last):
        """The flows that were active at some second from `first` to `last`, both included."""
        return set(self._get(f"/simulator/ids?start={first}&end={last}").split())

    def _flows(self, window):
        # Not splitlines(): names hold line separators.
        text = self._get(f"/simulator/flows?start={window.start}&end={window.end}")
        return [json.loads(line) for line in text.split("\n") if line]

    def expected_lines(self, window=DAY):
        """What the lines of a window must say, by the flow's id."""
        return {row["entity_id"]: ExpectedLine(row["entity"], row["time"], window) for row in self._flows(window)}

    def expected_ids(self, window=DAY):
        """The flows of which a window must have lines."""
        return {row["entity_id"] for row in self._flows(window)}

    def expected_counters(self, window=DAY):
        """The counters of the flows of a window, by the flow's id: {"bytes": "1200", ...} of those that have a point in it."""
        text = self._get(f"/simulator/flows?start={window.start}&end={window.end}&counters=1")
        rows = [json.loads(line) for line in text.split("\n") if line]
        return {row["entity_id"]: {name: str(value) for name, value in row["counters"].items()} for row in rows}

    def stop(self):
        self.process.stop()
