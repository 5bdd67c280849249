"""vrni2syslog-verify as a function: a test that has hundreds of questions need not start Python for each of them."""

import contextlib
import io
import sys
import types

from .program import ROOT

VERIFY = ROOT / "packaging/vrni2syslog-verify"


class Verifier:
    """The tool, loaded once."""

    def __init__(self):
        self.module = types.ModuleType("vrni2syslog_verify")
        exec(compile(VERIFY.read_text(encoding="utf-8"), str(VERIFY), "exec"), self.module.__dict__)

    def run(self, content, *arguments):
        """The exit status, and everything that is written. `content` are the bytes of standard input."""
        written = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        before = sys.argv, sys.stdin
        sys.argv = [VERIFY.name, *map(str, arguments)]
        sys.stdin = io.TextIOWrapper(io.BufferedReader(io.BytesIO(content)))
        try:
            with contextlib.redirect_stdout(written), contextlib.redirect_stderr(written):
                status = self.module.main()
        finally:
            sys.argv, sys.stdin = before
        return status, written.buffer.getvalue().decode("utf-8")
