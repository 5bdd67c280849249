#!/usr/bin/env python3
"""Counts the test cases of one `meson test`: prints "PASSED FAILED SKIPPED", and on standard error what failed or was skipped.

Meson's JUnit file has the cases of each test program, its JSON log has what became of the program as a whole: a sanitizer's
report at exit fails a program all of whose cases passed.
"""

import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

BAD = ("FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS")


def short_name(name):
    """"project:suite / test" -> "test"."""
    return name.rsplit(" / ", 1)[-1]


def program_of(suite, case):
    """The Meson test that a case belongs to: Meson calls suites "<project>", "<project>.<test>" or "<project>.<test>.<suite>"."""
    _, _, test = suite.get("name", "").partition(".")
    return short_name(test).split(".")[0] if test else short_name(case.get("name"))


def cases(path):
    """Yields (program, case, outcome, remark) for all cases of a JUnit file."""
    for suite in ElementTree.parse(path).getroot().iter("testsuite"):
        for case in suite.iter("testcase"):
            outcome = "passed"
            skip = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                outcome = "failed"
            elif skip is not None or case.get("status") == "notrun":
                outcome = "skipped"
            remark = case.findtext("system-out") or (skip.get("message") if skip is not None else "") or ""
            yield program_of(suite, case), short_name(case.get("name")), outcome, remark.strip()


def main(directory):
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    failed_programs = set()
    junit, log = Path(directory, "testlog.junit.xml"), Path(directory, "testlog.json")
    if not junit.exists() or not log.exists():
        print(f"failed: no results in {directory}", file=sys.stderr)
        print("0 1 0")
        return
    for program, case, outcome, remark in cases(junit):
        counts[outcome] += 1
        if outcome == "failed":
            failed_programs.add(program)
        if outcome != "passed":
            reason = f" ({remark})" if remark and outcome == "skipped" else ""
            print(f"{outcome}: {program}: {case}{reason}", file=sys.stderr)
    for line in log.read_text(encoding="utf-8").splitlines():
        test = json.loads(line)
        name = short_name(test["name"])
        if test["result"] in BAD and name not in failed_programs:
            counts["failed"] += 1
            print(f"failed: {name}: {test['result']} as a whole", file=sys.stderr)
    print(counts["passed"], counts["failed"], counts["skipped"])


if __name__ == "__main__":
    main(sys.argv[1])
