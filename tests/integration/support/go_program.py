"""Receivers that are built from their Go modules, pinned by tests/integration/go, in the long forms of tests only."""

import os
import subprocess
import unittest
from pathlib import Path

from .process import find_binary
from .program import ROOT
from .testcase import IS_FULL

_PINS = ROOT / "tests/integration/go"
_DIRECTORY = Path(os.environ.get("VRNI2SYSLOG_GO", str(ROOT / "build/go")))
_TIMEOUT = 1800


def go_program(name, package="."):
    """The path of the program that is the package `package` for the module of that name. Skips the test without --full, and where it
    cannot be built."""
    if not IS_FULL:
        raise unittest.SkipTest("it is built and run by packaging/test.sh --full")
    if find_binary("go") is None:
        raise unittest.SkipTest("go is not installed")
    _DIRECTORY.mkdir(parents=True, exist_ok=True)
    program = _DIRECTORY / name
    try:
        done = subprocess.run(
            ["go", "build", "-mod=readonly", "-buildvcs=false", "-trimpath", "-o", program, package], cwd=_PINS / name,
            env={**os.environ, "CGO_ENABLED": "0"}, capture_output=True, text=True, timeout=_TIMEOUT, check=False)
    except subprocess.TimeoutExpired:
        raise unittest.SkipTest(f"go took more than {_TIMEOUT} s") from None
    if done.returncode != 0:
        raise unittest.SkipTest(f"go cannot build {name}: {' '.join(done.stderr.split())[-300:]}")
    return program
