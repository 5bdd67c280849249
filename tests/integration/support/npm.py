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


def node_modules():
    """The directory that holds the packages. Skips the test where they cannot be had."""
    for program in ("node", "npm"):
        if find_binary(program) is None:
            raise unittest.SkipTest(f"{program} is not installed")
    lock = (_PINS / "package-lock.json").read_bytes()
    complete = _DIRECTORY / "complete"
    if not complete.exists() or complete.read_bytes() != lock:
        _install()
        complete.write_bytes(lock)
    return _DIRECTORY / "node_modules"


def _install():
    _DIRECTORY.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_PINS / name, _DIRECTORY)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--fetch-timeout=30000"]
    try:
        done = subprocess.run(command, cwd=_DIRECTORY, capture_output=True, text=True, timeout=_TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        raise unittest.SkipTest(f"npm took more than {_TIMEOUT} s") from None
    if done.returncode != 0:
        reason = next(iter(done.stderr.strip().splitlines()), f"status {done.returncode}")
        raise unittest.SkipTest(f"npm cannot install the packages: {reason}")


def vector_language(program, lines):
    """What a program of Vector's language, which finds the line in `line`, makes of each line."""
    modules = node_modules()
    done = subprocess.run(
        ["node", ROOT / "tests/integration/support/vrl.js", modules], input=json.dumps({"program": program, "lines": lines}),
        capture_output=True, text=True, timeout=seconds(240), check=False)
    if done.returncode != 0:
        raise AssertionError(done.stderr[-2000:])
    events = [json.loads(line) for line in done.stdout.split("\n")[:-1]]
    if len(events) != len(lines):
        raise AssertionError(f"{len(events)} events of {len(lines)} lines")
    return events
