"""The program under test."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .process import Process

ROOT = Path(__file__).resolve().parents[3]
BINARY = os.environ.get("VRNI2SYSLOG_PROGRAM", str(ROOT / "build/src/vrni2syslog"))
IS_SANITIZED = os.environ.get("VRNI2SYSLOG_TEST_SANITIZED", "") != ""
PASSWORD = "Gr33n-t3st-s3cret"

_SANITIZER_VARIABLES = ("ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")


@dataclass(frozen=True)
class Run:
    """How one run of the program ended."""

    arguments: tuple
    status: int
    stdout: bytes
    stderr: str

    @property
    def lines(self):
        """Standard output, line by line. Only a line feed ends a line."""
        return self.stdout.decode("utf-8").split("\n")[:-1]

    def __str__(self):
        return (f"vrni2syslog {' '.join(self.arguments)}\nexit status {self.status}\n"
                f"standard error:\n{self.stderr[-4000:]}\nstandard output:\n{self.stdout[-1000:].decode('utf-8', 'replace')}")


def seconds(limit):
    """A time limit for this build of the program."""
    return limit * 5 if IS_SANITIZED else limit


def environment(directory, variables=None):
    """As little as possible of this machine. The local time zone is an odd one, which must make no difference."""
    clean = {"PATH": os.environ.get("PATH", ""), "HOME": str(directory), "LC_ALL": "C.UTF-8", "TZ": "America/St_Johns"}
    clean.update({name: os.environ[name] for name in _SANITIZER_VARIABLES if name in os.environ})
    clean.update(variables or {})
    return clean


_MEASURE = """if True:
    import pathlib, resource, subprocess, sys
    status = subprocess.call(sys.argv[2:])
    pathlib.Path(sys.argv[1]).write_text(str(1024 * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
    sys.exit(status)"""
"""This process would count its own memory as well."""


def measuring(file):
    """What the program is run through, so that afterwards the file says how many bytes of memory it had at most."""
    return (sys.executable, "-c", _MEASURE, str(file))


def run_program(directory, *arguments, variables=None, stdin=b"", timeout=120, through=()):
    """Runs the program to its end, `through` another command if one is given. An AssertionError where that takes longer than
    `timeout` seconds."""
    command = [*through, BINARY, *map(str, arguments)]
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, cwd=directory, timeout=seconds(timeout),
                              env=environment(directory, variables), check=False)
    except subprocess.TimeoutExpired as expired:
        raise AssertionError(
            f"still running after {expired.timeout:.0f} s: {' '.join(map(str, command))}\n"
            f"{(expired.stderr or b'')[-4000:].decode('utf-8', 'replace')}") from None
    return Run(tuple(map(str, arguments)), done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def start_program(directory, *arguments, variables=None, name="vrni2syslog"):
    """The program as a Process, for tests that look at it while it runs. Its output goes to files of that name."""
    return Process([BINARY, *arguments], directory, name, env=environment(directory, variables))
