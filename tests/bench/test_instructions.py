#!/usr/bin/env python3
"""Holds what a flow costs in instructions, to parse, format and frame it, to the figure in instructions_per_flow.json: a
regression that no machine's noise can hide. Registered in builds like that of the figure alone: see there.

    VRNI2SYSLOG_BENCH=build/tests/bench python3 tests/bench/test_instructions.py --update      writes the figure anew
"""

import json
import subprocess
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integration"))

from benchmarks.context import TOOLS  # noqa: E402
from benchmarks.instructions import count_instructions, has_valgrind  # noqa: E402
from support.testcase import main  # noqa: E402

FIGURE_FILE = Path(__file__).with_name("instructions_per_flow.json")
BENCH_STAGES = TOOLS / "bench_stages"
FLOWS = 200
STAGES = ("parse", "format", "frame")
MAX_GROWTH = 1.10
HOW_TO_UPDATE = ("If that is meant, write the figure anew and commit it with the change that it is of: "
                 f"VRNI2SYSLOG_BENCH={TOOLS} python3 tests/bench/test_instructions.py --update")


def build_facts():
    """Which answer the program takes through the stages, and what compiled it."""
    done = subprocess.run([BENCH_STAGES, str(FLOWS), "1"], capture_output=True, text=True, check=True, timeout=60)
    facts = json.loads(done.stdout.splitlines()[-1])
    return {"answer_sha256": facts["answer_sha256"], "compiler": facts["compiler"]}


def measure():
    return {stage: round(count_instructions(BENCH_STAGES, FLOWS, [stage])) for stage in STAGES}


def update():
    figure = json.loads(FIGURE_FILE.read_text())
    figure.update(build_facts(), flows=FLOWS, instructions_per_flow=measure())
    FIGURE_FILE.write_text(json.dumps(figure, indent=2) + "\n")
    print(FIGURE_FILE.read_text(), end="")


class InstructionsPerFlow(unittest.TestCase):
    def setUp(self):
        if not has_valgrind():
            self.skipTest("valgrind is not installed; packaging/test.sh installs it")
        self.figure = json.loads(FIGURE_FILE.read_text())
        self.facts = build_facts()
        if self.facts["compiler"] != self.figure["compiler"]:
            self.skipTest(f"the figure is of {self.figure['compiler']}, and this build of {self.facts['compiler']}")

    def test_a_flow_costs_what_it_did(self):
        self.assertEqual(self.figure["answer_sha256"], self.facts["answer_sha256"],
                         f"the simulator makes other flows than those of the figure. {HOW_TO_UPDATE}")
        before, now = self.figure["instructions_per_flow"], measure()
        growth = sum(now.values()) / sum(before.values())
        self.assertLessEqual(
            growth, MAX_GROWTH,
            f"a flow takes {growth - 1:+.1%} instructions: {now} after {before}. {HOW_TO_UPDATE}")


if __name__ == "__main__":
    if sys.argv[1:] == ["--update"]:
        update()
    else:
        main()
