"""A platform that thinks for 100 ms or 1 s before every answer: how much of the time is waiting that cannot be helped.

That is the time of all answers divided by the requests that may be in flight. The login, the first search, the last fetch and the end
of the token come one after the other, and are not taken for such. The same of a day in six units, and in 24 small ones, whose searches and
fetches overlap with those of the units before them."""

from .comparison import compare
from .forwarding import IN_FLIGHT, Forwarding
from .growth import memory_row
from .table import seconds, si

LATENCIES_MS = (100, 1000)
MAX_OF_WAITING = 1.1
UNIT_LATENCY_MS = 150


def rows(context):
    for latency in LATENCIES_MS:
        yield from _rows_of(context, f"slow-platform-{latency}", context.plan.slow_platform_flows, latency, MAX_OF_WAITING)
    yield from _rows_of(context, "slow-platform-units", context.plan.unit_flows, UNIT_LATENCY_MS, None, 6)
    yield from _rows_of(context, "slow-platform-small-units", context.plan.small_unit_flows, UNIT_LATENCY_MS, None, 24)


def _rows_of(context, name, flows, latency, at_most, units=1):
    """Of a run of a day in so many units; `latency` is in milliseconds."""
    options = () if units == 1 else ("--resolution", f"{24 // units}h")
    forwarding = Forwarding(context, name, flows, "--latency", str(latency))
    try:
        walls, least, peaks = [], [], []
        for _ in context.turns(f"a platform with {latency} ms for an answer"):
            before = forwarding.answers()
            cost = forwarding.run(*options, is_one_unit=units == 1)
            walls.append(cost.wall)
            peaks.append(cost.peak_bytes)
            answers = forwarding.answers() - before
            least.append(latency / 1000 * sum(answers.values()) / IN_FLIGHT)
    finally:
        forwarding.stop()
    what = f"{si(forwarding.flows)} flows" + (f" in {units} units" if units > 1 else "")
    yield compare(f"time of {what}, {latency} ms an answer, {IN_FLIGHT} in flight", walls, "waiting that cannot be helped", least, seconds,
                  at_most=at_most)
    yield memory_row(f"{what}, {latency} ms an answer", peaks, forwarding.flows)
