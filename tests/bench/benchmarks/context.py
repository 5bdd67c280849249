"""What every benchmark is told: how much to measure, with which programs, and where."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from support.program import BINARY, environment

PROGRAM = Path(BINARY)
TOOLS = Path(os.environ.get("VRNI2SYSLOG_BENCH", PROGRAM.parents[1] / "tests/bench"))
"""The programs of this folder."""


@dataclass(frozen=True)
class Plan:
    """How much is measured. The short one proves that everything works, and its figures mean nothing. The numbers of flows are
    not round: at a round one the program suspects that the platform has stopped counting there, and looks again."""

    runs: int = 5
    has_verdicts: bool = True
    forwarded_flows: int = 100_003
    lines: int = 2_000_000
    peer_lines: int = 500_000
    growth: tuple = (10_007, 100_003, 999_983)
    measures_ten_millions: bool = False
    slow_platform_flows: int = 100_003
    unit_flows: int = 20_011
    small_unit_flows: int = 2_411
    stage_rounds: int = 50
    kept_flows: int = 100_003
    kept_versions: int = 500_000
    new_flows: int = 999_983


SHORT = Plan(runs=1, has_verdicts=False, forwarded_flows=2_003, lines=50_000, peer_lines=50_000, growth=(1_009, 4_001),
             slow_platform_flows=1_009, unit_flows=1_009, small_unit_flows=241, stage_rounds=2, kept_flows=1_009, kept_versions=20_000,
             new_flows=20_011)


class Context:
    """`directory` is for whatever a benchmark writes."""

    def __init__(self, plan, directory):
        self.plan = plan
        self.directory = Path(directory)
        self.environment = environment(directory)
        processors = sorted(os.sched_getaffinity(0))
        self.sender_processor, self.receiver_processor = processors[0], processors[-1]

    def new_directory(self, name):
        path = self.directory / name
        path.mkdir(parents=True)
        return path

    def turns(self, what):
        """One for each run, told on standard error."""
        for run in range(1, self.plan.runs + 1):
            say(f"{what}, run {run} of {self.plan.runs}")
            yield run


def say(text):
    print(f"==> {text}", file=sys.stderr, flush=True)
