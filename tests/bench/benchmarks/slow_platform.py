"""A platform that thinks for 100 ms before every answer: how much of the time is waiting that cannot be helped."""

from .forwarding import Forwarding
from .measurement import Samples
from .table import Row, seconds, si, times

LATENCY = 0.1
MAX_OF_WAITING = 1.2


def rows(context):
    forwarding = Forwarding(context, "slow-platform", context.plan.slow_platform_flows, "--latency", str(int(LATENCY * 1000)))
    try:
        walls, least = [], []
        for _ in context.turns("a platform with 100 ms for an answer"):
            before = forwarding.answers()
            walls.append(forwarding.run().wall)
            least.append((forwarding.answers() - before) * LATENCY / forwarding.requests_in_flight())
        in_flight = forwarding.requests_in_flight()
    finally:
        forwarding.stop()
    ratio = Samples([wall / waiting for wall, waiting in zip(walls, least)])
    yield Row(f"time of {si(context.plan.slow_platform_flows)} flows, 100 ms an answer, {in_flight} in flight",
              Samples(walls).text(seconds), "answers x 100 ms / in flight: " + Samples(least).text(seconds), ratio.text(times), f"at most {MAX_OF_WAITING}",
              ratio.median <= MAX_OF_WAITING)
