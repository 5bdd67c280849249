"""Runs that fail at one of the changes that they make in a folder (support/write_fault.cpp of the tests)."""

import os

from .program import ROOT

_LIBRARY = os.environ.get("VRNI2SYSLOG_WRITE_FAULT", str(ROOT / "build/tests/support/libwrite_fault.so"))


def fault(directory, action, call, error="ENOSPC", only="", text=""):
    """Variables of a run that fails at its `call`-th change below `directory`: "kill" in its place, "after" it, "torn" in the
    middle of it, "stall" at it for ever, or "fail" with an error from there on. `only` counts changes of one kind and file, `text` of what is
    written only what has this text."""
    return {**_preloaded(directory), "WRITE_FAULT_ACTION": action, "WRITE_FAULT_CALL": str(call), "WRITE_FAULT_ERROR": error,
            "WRITE_FAULT_ONLY": only, "WRITE_FAULT_TEXT": text}


def watch(directory, log):
    """Variables of a run that writes the changes below `directory` into the file `log`, each before it is done."""
    return {**_preloaded(directory), "WRITE_FAULT_LOG": str(log)}


def changes_in(log):
    """The changes of a run that was watched: name of the call and path, in order."""
    return [tuple(line.split(" ", 1)) for line in log.read_text(encoding="utf-8").splitlines()]


def _preloaded(directory):
    sanitizer = os.environ.get("ASAN_OPTIONS", "")
    return {"LD_PRELOAD": _LIBRARY, "WRITE_FAULT_DIRECTORY": str(directory),
            "ASAN_OPTIONS": f"{sanitizer}:verify_asan_link_order=0".lstrip(":")}
