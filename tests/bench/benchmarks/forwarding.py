"""The whole program, from the simulated platform to the sink, over TLS on both sides."""

from support.simulator import PASSWORD, Simulator

from .context import PROGRAM
from .measurement import MeasuredProcess
from .sink import Sink

IN_FLIGHT = 4
"""Requests at the same time, where the program can have more than one."""


def concurrency_options(context):
    """The options that make the program have IN_FLIGHT requests in flight; none where it has no such option."""
    process = MeasuredProcess([PROGRAM, "--help"], context.directory, "help", context.environment)
    process.wait()
    return ("--concurrency", str(IN_FLIGHT)) if "--concurrency" in process.output.read_text() else ()


class Forwarding:
    """A platform of `flows` flows of one day and a sink. Runs from the constructor to stop()."""

    def __init__(self, context, name, flows, *simulator_options):
        self._context = context
        self.flows = flows
        self.directory = context.new_directory(name)
        self.simulator = Simulator(self.directory, *simulator_options, flows=flows)
        self.sink = Sink(self.directory, has_tls=True)
        self._options = concurrency_options(context)

    def run(self, *options, is_one_unit=True):
        """Forwards everything once, and returns what that has cost. The sink must have got every flow and the manifest; of
        several units it is not known here how many lines they have."""
        command = [PROGRAM, *self.simulator.arguments, *self.sink.arguments, "--config", "/dev/null", "--filter", "",
                   *self._options, *options]
        environment = {**self._context.environment, "VRNI2SYSLOG_PASSWORD": PASSWORD}
        cost = MeasuredProcess(command, self.directory, "vrni2syslog", environment).wait()
        if is_one_unit:
            self.sink.expect_lines(self.flows + 1)
        return cost

    def requests_in_flight(self):
        return self.simulator.statistics()["max_in_flight"]

    def answers(self):
        """How many the platform has given so far."""
        return sum(self.simulator.statistics()["calls"].values())

    def stop(self):
        self.sink.stop()
        self.simulator.stop()

