"""Rows that set what was measured of the program beside what was measured of a peer in turns with it."""

from .measurement import Samples, ratios
from .table import Row, times


def compare(what, ours, peer, peers, form, at_most=None, at_least=None):
    """A row of `ours` and of the `peers` next to each in time, `form` making texts of them. Its goal, if it has one, is a limit
    of their ratio."""
    ratio = ratios(ours, peers)
    goal, met = "", None
    if at_most is not None:
        goal, met = f"at most {at_most}", ratio.median <= at_most
    if at_least is not None:
        goal, met = f"at least {at_least}", ratio.median >= at_least
    return Row(what, Samples(ours).text(form), f"{peer}: {Samples(peers).text(form)}", ratio.text(times), goal, met)
