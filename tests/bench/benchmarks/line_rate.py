"""Formatting, framing and sending lines of 350 bytes, beside the least that it could take and beside other senders."""

import json
import unittest

from .comparison import compare
from .context import TOOLS, say
from .loggen import Loggen
from .measurement import MeasuredProcess, Samples, ratios
from .rsyslog_sender import RsyslogSender
from .sink import Sink
from .system_calls import count_system_calls
from .table import Row, si, times

LINE_BYTES = 350
GOAL_TCP = 1_000_000
GOAL_TLS = 800_000
MAX_SYSTEM_CALLS = 0.03
MIN_OF_LOGGEN = 3


class _Sender:
    """bench_lines on one processor, to a sink on another."""

    def __init__(self, context, has_tls):
        self._context = context
        self.name = "TLS" if has_tls else "TCP"
        self.directory = context.new_directory(f"lines-{self.name}")
        self.sink = Sink(self.directory, has_tls, processor=context.receiver_processor)
        self._trust = [self.sink.ca_file] if has_tls else []

    def command(self, mode):
        return [TOOLS / "bench_lines", mode, self.sink.url, self._context.plan.lines, *self._trust]

    def run(self, mode):
        """The report of bench_lines, with what the whole process has cost as "process_cpu"."""
        process = MeasuredProcess(
            self.command(mode), self.directory, f"bench_lines-{mode}", self._context.environment, self._context.sender_processor)
        cost = process.wait()
        report = json.loads(process.output.read_text())
        if mode != "memcpy":
            self.sink.expect_lines(report["lines"])
        return {**report, "process_cpu": cost.cpu}


def _per_cpu_second(reports):
    return [report["lines"] / report["cpu"] for report in reports]


def _rate_row(name, reports, floor, goal):
    rates = _per_cpu_second(reports)
    floors = _per_cpu_second(floor)
    line_bytes = reports[0]["bytes"] / reports[0]["lines"]
    wall = Samples([report["lines"] / report["wall"] for report in reports])
    return Row(f"lines of {line_bytes:.0f} bytes in a CPU second: format, frame, send over {name}",
               f"{Samples(rates).text(si)}; {si(wall.median)}/s by the clock", "write() of the same: " + Samples(floors).text(si),
               ratios(rates, floors).text(times), f"at least {si(goal)}", Samples(rates).median >= goal)


def _system_calls_row(context, sender):
    calls = count_system_calls(sender.command("lines"), context.environment, sender.directory)
    if calls is None:
        return Row(f"system calls for a line over {sender.name}", "neither perf nor strace works here")
    sender.sink.next_event()
    each = calls / context.plan.lines
    return Row(f"system calls for a line over {sender.name}", f"{each:.4f}", goal=f"at most {MAX_SYSTEM_CALLS}",
               met=each <= MAX_SYSTEM_CALLS)


def _or_none(make):
    try:
        return make()
    except unittest.SkipTest as reason:
        say(f"left out: {reason}")
        return None


def _measure(context, sender, loggen, rsyslog):
    """Reports of each, in turns."""
    plan = context.plan
    results = {name: [] for name in ("lines", "write", "memcpy", "loggen", "rsyslog")}
    for _ in context.turns(f"lines over {sender.name} and the peers in turns"):
        for mode in ("lines", "write", "memcpy"):
            results[mode].append(sender.run(mode))
        if loggen:
            cost = loggen.run(sender.directory, sender.sink, plan.peer_lines, LINE_BYTES, context.sender_processor)
            results["loggen"].append(plan.peer_lines / cost.cpu)
        if rsyslog:
            results["rsyslog"].append(plan.peer_lines / rsyslog.run(context.sender_processor).cpu)
    return results


def _peer_rows(name, results):
    whole = [report["lines"] / report["process_cpu"] for report in results["lines"]]
    for key, peer, least in (("loggen", "loggen", MIN_OF_LOGGEN), ("rsyslog", "rsyslogd, imfile to omfwd", None)):
        if results[key]:
            yield compare(f"lines in a CPU second of the whole process over {name}", whole, peer, results[key], si,
                          at_least=least)


def _rows_over(context, has_tls, goal, loggen, rsyslog):
    sender = _Sender(context, has_tls)
    try:
        results = _measure(context, sender, loggen, rsyslog)
        yield _rate_row(sender.name, results["lines"], results["write"], goal)
        if not has_tls:
            yield compare("the same over TCP", _per_cpu_second(results["lines"]), "memcpy() of the same",
                          _per_cpu_second(results["memcpy"]), si)
        yield _system_calls_row(context, sender)
    finally:
        sender.sink.stop()
    yield from _peer_rows(sender.name, results)


def rows(context):
    loggen = _or_none(Loggen)
    rsyslog = _or_none(lambda: RsyslogSender(context, context.plan.peer_lines, LINE_BYTES))
    yield from _rows_over(context, False, GOAL_TCP, loggen, rsyslog)
    yield from _rows_over(context, True, GOAL_TLS, loggen, None)
