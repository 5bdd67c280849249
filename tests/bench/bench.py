#!/usr/bin/env python3
"""Measures what forwarding costs, and prints one table. packaging/bench.sh builds what it needs and says where that is, in the
variables of the integration tests and in VRNI2SYSLOG_BENCH, the folder of bench_lines and its like.

Every figure is the median of several runs, with the least and the most of them in brackets. What is compared ran in turns, and
the ratio is the median of those of neighbours. CPU is the user and system time of a process, with all its threads, of wait4().
"""

import argparse
import dataclasses
import os
import platform
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "integration"))

from benchmarks import growth, kafka, line_rate, slow_platform, stages, versions, whole_run  # noqa: E402
from benchmarks.context import SHORT, Context, Plan  # noqa: E402
from benchmarks.table import render  # noqa: E402

BENCHMARKS = {
    "whole-run": whole_run, "line-rate": line_rate, "stages": stages, "growth": growth, "slow-platform": slow_platform,
    "kafka": kafka,
    "versions": versions,
}


def parse_arguments():
    parser = argparse.ArgumentParser(description="Prints a table of what forwarding costs.")
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--short", action="store_true", help="only prove that everything works; the figures mean nothing")
    length.add_argument("--full", action="store_true", help="ten million lines too")
    parser.add_argument("only", nargs="*", metavar="BENCHMARK", help=f"only these: {' '.join(BENCHMARKS)}")
    arguments = parser.parse_args()
    unknown = set(arguments.only) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no benchmark is called {' or '.join(sorted(unknown))}")
    return arguments


def processor_name():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def heading(plan):
    load = "/".join(f"{value:.1f}" for value in os.getloadavg())
    runs = "1 run" if plan.runs == 1 else f"medians of {plan.runs} runs (least to most)"
    return f"{os.cpu_count()} processors ({processor_name()}), Linux {platform.release()}, load before {load}; {runs}."


def main():
    arguments = parse_arguments()
    plan = SHORT if arguments.short else dataclasses.replace(Plan(), measures_ten_millions=arguments.full)
    title = heading(plan)
    rows = []
    with tempfile.TemporaryDirectory(prefix="vrni2syslog-bench-") as directory:
        context = Context(plan, directory)
        for name in arguments.only or BENCHMARKS:
            rows.extend(BENCHMARKS[name].rows(context))
    if not plan.has_verdicts:
        rows = [dataclasses.replace(row, met=None) for row in rows]
    print(title + "\n")
    print(render(rows))
    if arguments.short:
        print("\nThis was the short form: everything works, and the figures mean nothing.")


if __name__ == "__main__":
    main()
