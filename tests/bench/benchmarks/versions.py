"""Versions that are kept: what is not fetched again, and what keeping costs.

Of the flows of a day 30 % are active all the time. The platform thinks for 100 ms before every answer."""

import json
import subprocess

from support.expected_line import Window
from support.simulator import DAY

from .comparison import compare
from .context import TOOLS
from .forwarding import Forwarding
from .growth import memory_row
from .measurement import Samples
from .table import Row, seconds, si

LATENCY = 0.1
HOURS = [Window(start, start + 3600) for start in range(DAY.start, DAY.end, 3600)]
MAX_FETCHED = 1.02
"""For a version."""
HOURS_APART = HOURS[::5]
"""Hardly any flow of the simulator is active in two of them, but for those that are all day."""
HOURS_TO_LEARN = 2
"""After so many runs whose flows are all new, only a part of the versions is kept."""
MAX_CPU_OF_NEW = 1.05
_BENCH_VERSIONS = TOOLS / "bench_versions"


class _Day:
    """What one way to read the day hour by hour has cost."""

    def __init__(self, forwarding, read):
        before = forwarding.simulator.statistics()
        costs = read()
        after = forwarding.simulator.statistics()
        self.fetched = after["flows_fetched"] - before["flows_fetched"]
        self.bytes = after["body_bytes"] - before["body_bytes"]
        self.calls = sum(after["calls"].values()) - sum(before["calls"].values())
        self.wall = sum(cost.wall for cost in costs)
        self.peak_bytes = max(cost.peak_bytes for cost in costs)

    def text(self):
        return f"{si(self.fetched)} fetched, {si(self.bytes)}B, {si(self.calls)} calls, {seconds(self.wall)}"


def _hourly_runs(forwarding, *options):
    return [forwarding.run(*options, window=window, is_one_unit=False) for window in HOURS]


def _rows_of_a_day(context):
    forwarding = Forwarding(context, "versions", context.plan.kept_flows, "--all-day", "0.3", "--latency", str(int(LATENCY * 1000)))
    try:
        without = _Day(forwarding, lambda: _hourly_runs(forwarding))
        ways = (("one run with hourly units", lambda: [forwarding.run("--resolution", "1h", is_one_unit=False)]),
                ("hourly runs with --keep-versions", lambda: _hourly_runs(forwarding, "--keep-versions", "7d")))
        for what, read in ways:
            day = _Day(forwarding, read)
            fetched = day.fetched / forwarding.flows
            yield Row(f"{what}, {si(forwarding.flows)} flows in a day", day.text(), f"nothing kept: {without.text()}", f"{fetched:.3f}",
                      f"fetched at most {MAX_FETCHED} times", fetched <= MAX_FETCHED)
            yield memory_row(what, [day.peak_bytes], forwarding.flows)
    finally:
        forwarding.stop()


def _rows_of_new_flows(context):
    """Of runs that find nothing again."""
    forwarding = Forwarding(context, "new-flows", context.plan.new_flows, "--all-day", "0")
    kept, plain = {}, {}
    try:
        for turn in context.turns("runs whose flows are all new, with --keep-versions and without"):
            for number, window in enumerate(HOURS_APART):
                is_known = number >= HOURS_TO_LEARN
                for costs, options in ((plain, ()), (kept, ("--keep-versions", "7d"))):
                    cost = forwarding.run(*options, window=window, is_one_unit=False, state=f"state-{turn}")
                    costs.setdefault(is_known, []).append(cost.cpu)
    finally:
        forwarding.stop()
    for is_known, when, at_most in ((False, f"the first {HOURS_TO_LEARN} times", None), (True, "after that", MAX_CPU_OF_NEW)):
        yield compare(f"CPU of a run whose flows are all new, with --keep-versions, {when}",
                      kept[is_known], "without", plain[is_known], seconds, at_most=at_most)


def _rows_of_the_store(context):
    directory = context.new_directory("kept")
    reports = []
    for _ in context.turns("versions that are kept"):
        done = subprocess.run([_BENCH_VERSIONS, directory / "store", str(context.plan.kept_versions)], capture_output=True, text=True,
                              check=True, timeout=600)
        reports.append({report["store"]: report for report in map(json.loads, done.stdout.splitlines())})
    for store in ("temporary", "file"):
        keep, reuse = ([report[store][name] for report in reports] for name in ("keep_ns", "reuse_ns"))
        yield compare(f"CPU to keep a version in a {store} store", keep, "to take it again", reuse, lambda value: f"{value:.0f} ns, {si(1e9 / value)} a second")
    yield Row("bytes of a version in a file", Samples([report["file"]["bytes_per_version"] for report in reports]).text(si))


def rows(context):
    yield from _rows_of_a_day(context)
    yield from _rows_of_new_flows(context)
    yield from _rows_of_the_store(context)
