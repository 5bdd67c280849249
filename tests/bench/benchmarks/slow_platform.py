"""A platform that thinks for 100 ms before every answer: how much of the time is waiting that cannot be helped."""

from .comparison import compare
from .forwarding import Forwarding
from .table import seconds, si

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
    yield compare(f"time of {si(forwarding.flows)} flows, 100 ms an answer, {in_flight} in flight", walls,
                  "answers x 100 ms / in flight", least, seconds, at_most=MAX_OF_WAITING)
