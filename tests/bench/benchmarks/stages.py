"""What the stages between an answer and the socket cost for a flow."""

import json
import subprocess

from .comparison import compare
from .context import TOOLS, say
from .instructions import count_instructions, has_valgrind
from .measurement import Samples
from .table import Row

FLOWS = 1000
MAX_ALLOCATIONS = 0.1
"""For a flow: that of a whole answer, and nothing for each."""
_BENCH_STAGES = TOOLS / "bench_stages"


def _run(rounds):
    """The reports of one run, by the stage's name."""
    done = subprocess.run([_BENCH_STAGES, str(FLOWS), str(rounds)], capture_output=True, text=True, check=True, timeout=300)
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    return {report["stage"]: report for report in reports if "stage" in report}


def _nanoseconds(value):
    return f"{value:.0f} ns"


def _parse_rows(runs):
    ours, floor = ([run[stage]["ns_per_flow"] for run in runs] for stage in ("parse", "sax"))
    yield compare("time to parse a flow", ours, "RapidJSON alone", floor, _nanoseconds)
    if has_valgrind():
        our, least = ([count_instructions(_BENCH_STAGES, FLOWS, [stage])] for stage in ("parse", "sax"))
        yield compare("instructions to parse a flow", our, "RapidJSON alone", least, lambda value: f"{value:.0f}")


def _stage_row(runs, stage, what):
    counted = f"; {count_instructions(_BENCH_STAGES, FLOWS, [stage]):.0f} instructions" if has_valgrind() else ""
    return Row(f"time to {what} a flow", Samples([run[stage]["ns_per_flow"] for run in runs]).text(_nanoseconds) + counted)


def rows(context):
    if not _BENCH_STAGES.exists():
        say("left out: the stages cannot be measured in a build with sanitizers")
        return
    runs = [_run(context.plan.stage_rounds) for _ in context.turns("stages of a flow")]
    yield from _parse_rows(runs)
    for stage, what in (("format", "format"), ("digest", "take the SHA-256 of"), ("frame", "frame")):
        yield _stage_row(runs, stage, what)
    each = {stage: runs[-1][stage]["allocations_per_flow"] for stage in ("parse", "format", "frame")}
    yield Row("allocations for a flow: parse, format, frame", ", ".join(f"{count:.3f}" for count in each.values()),
              goal=f"none of its own: at most {MAX_ALLOCATIONS}", met=sum(each.values()) <= MAX_ALLOCATIONS)
