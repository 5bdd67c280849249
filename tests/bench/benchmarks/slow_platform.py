"""A platform that thinks for 100 ms before every answer: how much of the time is waiting that cannot be helped.

That is the time of all answers divided by the requests that may be in flight; or that of the searches, where it is longer, since each
page is asked for with the cursor of the one before. The login before the first search, the last fetch and the end of the token come
one after the other, too, and are not taken for such: of 20,000 flows they are a sixth of the time."""

from .comparison import compare
from .forwarding import IN_FLIGHT, Forwarding
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
            answers = forwarding.answers() - before
            least.append(LATENCY * max(sum(answers.values()) / IN_FLIGHT, answers["POST /search"]))
    finally:
        forwarding.stop()
    yield compare(f"time of {si(forwarding.flows)} flows, 100 ms an answer, {IN_FLIGHT} in flight", walls,
                  "waiting that cannot be helped", least, seconds, at_most=MAX_OF_WAITING)
