"""The base of all integration tests, and how they report."""

import os
import shutil
import signal
import sys
import tempfile
import traceback
import unittest
from pathlib import Path

IS_FULL = os.environ.get("VRNI2SYSLOG_TEST_FULL", "") not in ("", "0")
"""Whether the long forms of tests are asked for (`test.sh --full`)."""


TEMPORARY = 75
"""The exit status of a run that has not confirmed everything."""


class IntegrationTest(unittest.TestCase):
    """A test with a directory of its own, which is removed afterwards."""

    longMessage = True
    maxDiff = 4000

    def setUp(self):
        self.directory = Path(tempfile.mkdtemp(prefix="vrni2syslog-"))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def start(self, service):
        """Keeps a running service until the end of the test. It has stop()."""
        self.addCleanup(service.stop)
        return service

    @classmethod
    def class_directory(cls):
        """A directory for what all tests of the class share."""
        directory = Path(tempfile.mkdtemp(prefix="vrni2syslog-"))
        cls.addClassCleanup(shutil.rmtree, directory, ignore_errors=True)
        return directory

    @classmethod
    def start_for_class(cls, service):
        cls.addClassCleanup(service.stop)
        return service

    def assert_in_vain(self, job, *texts):
        """The running `job` says every one of `texts`, at --log-level info also of an attempt in vain. It is stopped then, because it
        would go on to its deadline, and has confirmed nothing. Returns all that it has said."""
        job.wait_until(lambda: all(text in job.output_text() for text in texts), f"it says {texts}")
        job.send_signal(signal.SIGTERM)
        self.assertEqual(TEMPORARY, job.wait(), job.output_text())
        return job.output_text()

    def assert_exit(self, run, status, *texts):
        """The program ended with `status`, and its errors hold every one of `texts`."""
        self.assertEqual(run.status, status, f"exit status\n{run}")
        for text in texts:
            self.assertIn(text, run.stderr, f"on standard error\n{run}")


class _TapResult(unittest.TestResult):
    """Writes the Test Anything Protocol, which Meson counts test by test."""

    def __init__(self, stream):
        super().__init__()
        self._stream = stream
        self._has_failed_subtest = False

    def _report(self, is_ok, test, remark=""):
        self.reports = getattr(self, "reports", 0) + 1
        name = test.id().split(".", 1)[-1].replace("#", "")
        self._stream.write(f"{'ok' if is_ok else 'not ok'} {self.reports} - {name}{remark}\n")
        self._stream.flush()

    def _fail(self, test, error):
        text = "".join(traceback.format_exception(*error))
        self._stream.write("".join(f"# {line}\n" for line in text.splitlines()))
        self._report(False, test)

    def startTest(self, test):
        super().startTest(test)
        self._has_failed_subtest = False

    def addSuccess(self, test):
        super().addSuccess(test)
        if not self._has_failed_subtest:
            self._report(True, test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._fail(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self._fail(test, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._report(True, test, f" # SKIP {reason}")

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._has_failed_subtest = True
            self._fail(subtest, err)


def main():
    """Runs the tests of the calling file: under Meson in the Test Anything Protocol, otherwise as unittest does."""
    if os.environ.get("VRNI2SYSLOG_TEST_TAP", "") == "":
        unittest.main(module="__main__")
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    result = _TapResult(sys.stdout)
    suite.run(result)
    print(f"1..{result.reports}")
