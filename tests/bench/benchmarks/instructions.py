"""Instructions that a stage of bench_stages takes for a flow, counted by valgrind: the same on every machine."""

import os
import re
import shutil
import subprocess

_COLLECTED = re.compile(r"Collected : (\d+)")


def has_valgrind():
    return shutil.which("valgrind") is not None


def count_instructions(bench_stages, flows, stages):
    """For a flow, in these stages together, over an answer of `flows` flows. AssertionError where valgrind cannot."""
    # Nothing of this environment: with MALLOC_PERTURB_, which Meson sets, every allocation costs more.
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        ["valgrind", "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=measured_stage",
         "--callgrind-out-file=/dev/null", str(bench_stages), str(flows), "1", *stages],
        env=environment, capture_output=True, text=True, timeout=300, check=False)
    collected = _COLLECTED.search(done.stderr)
    if done.returncode != 0 or collected is None:
        raise AssertionError(f"valgrind ended with {done.returncode}: {done.stderr[-2000:]}")
    return int(collected.group(1)) / flows
