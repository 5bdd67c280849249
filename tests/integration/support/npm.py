"""Packages of npm, pinned by tests/integration/npm/package-lock.json and installed below the build directory."""

import json
import os
import shutil
import subprocess
import unittest
from pathlib import Path

from .process import find_binary
from .program import ROOT, seconds

_PINS = ROOT / "tests/integration/npm"
_DIRECTORY = Path(os.environ.get("VRNI2SYSLOG_NPM", str(ROOT / "build/npm")))
_TIMEOUT = 120


def node_modules(name=""):
    """The directory that holds the packages pinned in the folder `name`. Skips the test where they cannot be had."""
    for program in ("node", "npm"):
        if find_binary(program) is None:
            raise unittest.SkipTest(f"{program} is not installed")
    lock = (_PINS / name / "package-lock.json").read_bytes()
    directory = _DIRECTORY / name
    complete = directory / "complete"
    if not complete.exists() or complete.read_bytes() != lock:
        _install(_PINS / name, directory)
        complete.write_bytes(lock)
    return directory / "node_modules"


def _install(pins, directory):
    directory.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(pins / name, directory)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000"]
    try:
        done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=_TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        raise unittest.SkipTest(f"npm took more than {_TIMEOUT} s") from None
    if done.returncode != 0:
        reason = next(iter(done.stderr.strip().splitlines()), f"status {done.returncode}")
        raise unittest.SkipTest(f"npm cannot install the packages: {reason}")


def run_node(script, modules, request):
    """The JSON objects, one a line, that a script of this folder prints of a request. It is told where its packages are."""
    done = subprocess.run(
        ["node", ROOT / "tests/integration/support" / script, modules], input=json.dumps(request), capture_output=True, text=True,
        timeout=seconds(240), check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr[-2000:])
    return [json.loads(line) for line in done.stdout.split("\n")[:-1]]


def vector_language(program, lines):
    """What a program of Vector's language, which finds the line in `line`, makes of each line."""
    events = run_node("vrl.js", node_modules(), {"program": program, "lines": lines})
    if len(events) != len(lines):
        raise AssertionError(f"{len(events)} events of {len(lines)} lines")
    return events


def clickhouse(statements, queries):
    """The rows of each query, by ClickHouse's engine, after these statements."""
    return run_node("clickhouse.js", node_modules("clickhouse"), {"statements": statements, "queries": queries})
