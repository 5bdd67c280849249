"""What forwarding costs beside what nobody can leave out, and beside the script that it replaces."""

import json
from dataclasses import dataclass

from .comparison import compare
from .context import TOOLS
from .curl_download import CurlDownload, read_capture
from .forwarding import Forwarding
from .measurement import MeasuredProcess, Samples
from .table import Row, microseconds, seconds, si

MAX_OF_FLOOR = 1.3

# VMware's flows_to_vrli.py on loopback, measured once: CPU seconds and calls for each flow, and flows a second.
SCRIPT_CPU = 0.057
SCRIPT_CALLS = 3.5
SCRIPT_RATE = 10.8
MAX_OF_SCRIPT = 1 / 3000


class _Floor:
    """What is left of a run if all of it but the unavoidable is left out: the same answers are downloaded by curl and parsed by
    RapidJSON alone, and of the same lines the SHA-256 is taken, and they are written over TLS."""

    PARTS = ("sax", "sha256", "write")

    def __init__(self, context, forwarding, is_compressed):
        self._context = context
        self._forwarding = forwarding
        capture, self._lines = forwarding.directory / "capture", forwarding.directory / "lines"
        forwarding.run("--save-capture", capture, "--collector", f"file://{self._lines}")
        self._curl = CurlDownload(context, forwarding.directory, forwarding.simulator, capture, forwarding.requests_in_flight(),
                                  is_compressed)
        self.requests = self._curl.requests
        self._answers = forwarding.directory / "answers"
        self._answers.mkdir()
        for number, call in enumerate(read_capture(capture)):
            (self._answers / str(number)).write_text(call["answer"], encoding="utf-8")

    def run(self):
        """The seconds of CPU of each part, by its name."""
        sink = self._forwarding.sink
        command = [TOOLS / "bench_floor", self._answers, self._lines, sink.port]
        process = MeasuredProcess(command, self._forwarding.directory, "bench_floor", self._context.environment)
        process.wait()
        sink.expect_lines(self._forwarding.flows + 1)
        return {"curl": self._curl.run().cpu, **json.loads(process.output.read_text())}


@dataclass(frozen=True)
class _Comparison:
    ours: list
    floors: list
    in_flight: int
    requests: int


def _compare(context, name, simulator_options, is_compressed):
    forwarding = Forwarding(context, name, context.plan.forwarded_flows, *simulator_options)
    try:
        floor = _Floor(context, forwarding, is_compressed)
        ours, floors = [], []
        for _ in context.turns(f"the whole run ({name}) and its floor in turns"):
            ours.append(forwarding.run())
            floors.append(floor.run())
        return _Comparison(ours, floors, forwarding.requests_in_flight(), floor.requests)
    finally:
        forwarding.stop()


def _floor_row(context, what, measured):
    parts = ", ".join(f"{part} {seconds(Samples([floor[part] for floor in measured.floors]).median)}"
                      for part in ("curl", *_Floor.PARTS))
    return compare(f"CPU of the whole run, {si(context.plan.forwarded_flows)} flows{what}, {measured.in_flight} in flight",
                   [cost.cpu for cost in measured.ours], f"floor ({parts})", [sum(floor.values()) for floor in measured.floors],
                   seconds, at_most=MAX_OF_FLOOR)


def _curl_row(what, measured):
    return compare(f"the same{what}", [cost.cpu for cost in measured.ours], "curl alone",
                   [floor["curl"] for floor in measured.floors], seconds)


def _script_row(context, ours, requests):
    flows = context.plan.forwarded_flows
    cpu = Samples([cost.cpu / flows for cost in ours])
    rate = Samples([flows / cost.wall for cost in ours])
    ratio = SCRIPT_CPU / cpu.median
    return Row("CPU of a flow; the Python script's is a constant, measured before",
               f"{cpu.text(microseconds)}; {si(rate.median)} flows/s, {requests / flows:.4f} calls a flow",
               f"script: {SCRIPT_CPU * 1e3:.0f} ms; {SCRIPT_RATE} flows/s, {SCRIPT_CALLS} calls a flow", f"1/{ratio:.0f}",
               "at most 1/3000", 1 / ratio <= MAX_OF_SCRIPT)


def rows(context):
    measured = _compare(context, "plain", (), False)
    yield _floor_row(context, "", measured)
    yield _curl_row("", measured)
    yield _script_row(context, measured.ours, measured.requests)
    measured = _compare(context, "gzip", ("--gzip",), True)
    yield _floor_row(context, ", compressed answers", measured)
    yield _curl_row(", compressed answers", measured)
