"""Whether memory stays bounded, and a flow costs the same however many there are."""

import json

from .comparison import compare
from .context import say
from .forwarding import Forwarding
from .measurement import Samples
from .table import Row, mebibytes, microseconds, si

BASE_BYTES = 64 << 20
BYTES_PER_FLOW = 16
MAX_GROWTH = 1.1
"""For "does not grow": machines are noisy."""
TEN_MILLIONS = ("--resolution", "36m")
"""Of the million flows that the simulator holds, in how many units of this length each was active: ten on average."""


def memory_row(what, peaks, flows_of_unit):
    """`peaks` are of runs whose largest unit has so many flows, or fewer."""
    limit = BASE_BYTES + BYTES_PER_FLOW * flows_of_unit
    return Row(f"peak memory, {what}", Samples(peaks).text(mebibytes), goal=f"at most {mebibytes(limit)}",
               met=Samples(peaks).median <= limit)


def _growth_row(what, attribute, costs, flows, fewer):
    ours, base = ([getattr(cost, attribute) / count for cost in costs[count]] for count in (flows, fewer))
    return compare(f"{what} a flow, of {si(flows)} flows", ours, f"of {si(fewer)}", base, microseconds, at_most=MAX_GROWTH)


def _measure(context, sizes):
    """Costs by the number of flows, in turns."""
    costs = {flows: [] for flows in sizes}
    runs = []
    try:
        runs.extend(Forwarding(context, f"growth-{flows}", flows) for flows in sizes)
        for _ in context.turns("growing numbers of flows in turns"):
            for forwarding in runs:
                costs[forwarding.flows].append(forwarding.run())
    finally:
        for forwarding in runs:
            forwarding.stop()
    return costs


def _ten_million_rows(context, cpu_of_fewer):
    """`cpu_of_fewer` is what a flow costs in a single unit."""
    say("ten million lines, one run")
    forwarding = Forwarding(context, "growth-units", max(context.plan.growth))
    report_file = forwarding.directory / "report.json"
    try:
        cost = forwarding.run(*TEN_MILLIONS, "--report", report_file, is_one_unit=False)
    finally:
        forwarding.stop()
    units = json.loads(report_file.read_text())["coverage"]
    largest = max(unit["lines"] for unit in units)
    lines = sum(unit["lines"] for unit in units)
    yield memory_row(f"{si(lines)} lines in {len(units)} units of at most {si(largest)} flows", [cost.peak_bytes], largest)
    yield compare(f"CPU of a line, of {si(lines)} in {len(units)} units", [cost.cpu / lines],
                  f"of {si(forwarding.flows)} flows in one", [cpu_of_fewer], microseconds, at_most=MAX_GROWTH)


def rows(context):
    sizes = context.plan.growth
    costs = _measure(context, sizes)
    for flows in sizes:
        yield memory_row(f"{si(flows)} flows", [cost.peak_bytes for cost in costs[flows]], flows)
    for what, attribute in (("CPU of", "cpu"), ("time by the clock for", "wall")):
        for fewer, flows in zip(sizes, sizes[1:]):
            yield _growth_row(what, attribute, costs, flows, fewer)
    if context.plan.measures_ten_millions:
        yield from _ten_million_rows(context, Samples([cost.cpu / sizes[-1] for cost in costs[sizes[-1]]]).median)
