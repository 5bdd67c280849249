"""Jobs that run every hour on a platform whose flows come late."""

import time

from .job import HOUR, JOB, JobTest, parse

_SETTLE = 10 * 60
"""Seconds; too short."""


class RecountJobTest(JobTest):
    """A run that took place `ago` hours before finds what the index had then; a third of the flows can be found 15 minutes after they
    began, and a third after 30."""

    flows = 3000
    switches = ("--late-by", "0", "--late-by", "15", "--late-by", "30")

    def setUp(self):
        super().setUp()
        self.now = int(time.time())

    def run_ago(self, urls, ago, *more, variables=None, index=None):
        """`index` is the time of the index, if it is another than that of the run."""
        now = self.now - ago * HOUR
        self.simulator.set_index_clock(now if index is None else index)
        settle = int(time.time()) - now + _SETTLE
        return self.simulator.run_program(
            self.directory, "--filter", "", "--state-dir", str(self.state), "--job", JOB, "--settle", f"{settle}s", "--close-timeout", "3s",
            *(word for url in urls for word in ("--collector", url)), *more, window=None, variables=variables, timeout=120)

    def assert_each_once(self, lines, end=None):
        """Every flow of the windows that end at `end` (by default the first that was sent) or before, once in each."""
        found = parse(lines)
        end = end or min(line.end for line in found)
        whole = [line for line in found if line.end <= end]
        self.assert_complete(whole, min(line.start for line in whole), end)
