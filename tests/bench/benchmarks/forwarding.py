"""The whole program, from the simulated platform to the sink, over TLS on both sides."""

import collections

from support.simulator import DAY, PASSWORD, Simulator

from .context import PROGRAM
from .measurement import MeasuredProcess
from .sink import Sink

IN_FLIGHT = 4
"""Requests at the same time."""


class Forwarding:
    """A platform of `flows` flows of one day and a sink. Runs from the constructor to stop()."""

    def __init__(self, context, name, flows, *simulator_options):
        self._context = context
        self.flows = flows
        self.directory = context.new_directory(name)
        self.simulator = Simulator(self.directory, *simulator_options, flows=flows)
        self.sink = Sink(self.directory, has_tls=True)
        self._options = ("--concurrency", str(IN_FLIGHT))

    def run(self, *options, window=DAY, is_one_unit=True, state="state"):
        """Forwards everything of a window once, and returns what that has cost. The sink must have got every flow and the manifest; of
        several units it is not known here how many lines they have. `state` names the folder of its state."""
        command = [PROGRAM, *self.simulator.arguments_for(window), *self.sink.arguments, "--config", "/dev/null", "--state-dir", self.directory / state, "--filter", "",
                   *self._options, *options]
        environment = {**self._context.environment, "VRNI2SYSLOG_PASSWORD": PASSWORD}
        cost = MeasuredProcess(command, self.directory, "vrni2syslog", environment).wait()
        if is_one_unit:
            self.sink.expect_lines(self.flows + 1)
        return cost

    def requests_in_flight(self):
        return self.simulator.statistics()["max_in_flight"]

    def answers(self):
        """How many the platform has given so far, by operation."""
        return collections.Counter(self.simulator.statistics()["calls"])

    def stop(self):
        self.sink.stop()
        self.simulator.stop()

