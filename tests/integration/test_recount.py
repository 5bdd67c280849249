"""Flows that can be found only after their window was sent: the next run recounts its windows, finds them, and sends them once."""

import collections
import re
import subprocess

from support.job import HOUR, JOB, KILLED, OK, parse, urls_of
from support.peers import UnreliableCollector
from support.program import ROOT, seconds
from support.recount_job import RecountJobTest
from support.testcase import main
from support.write_fault import fault

VERIFY = ROOT / "packaging/vrni2syslog-verify"
TOO_SHORT = "--settle is too short"


class RecountTest(RecountJobTest):
    """They send to a collector that may go away."""

    def setUp(self):
        super().setUp()
        self.collector = self.start(UnreliableCollector())
        self.urls = urls_of(self.collector.port)

    def run_at(self, ago, *more, variables=None, index=None):
        return self.run_ago(self.urls, ago, *more, variables=variables, index=index)

    def lines(self):
        self.collector.stop()
        return self.collector.lines()

    def windows(self, lines):
        """The windows, in order, with the flows of each."""
        flows = collections.defaultdict(list)
        for line in parse(lines):
            flows[line.start, line.end].append(line)
        return sorted(flows.items())

    def late_manifests(self, lines):
        return [re.search(r' window_start="([^"]*)".* flows="(\d+)".* late="(\d+)"', line).groups()
                for line in lines if "MANIFEST" in line and " late=" in line]

    def assert_verified(self, lines):
        done = subprocess.run([VERIFY], input="".join(line + "\n" for line in lines).encode(), capture_output=True,
                              timeout=seconds(60), check=False)
        self.assertEqual(0, done.returncode, done.stdout.decode() + done.stderr.decode())


class LateFlows(RecountTest):
    def test_of_an_hourly_job_are_archived_once(self):
        told = 0
        for ago in range(5, -1, -1):
            run = self.run_at(ago)
            self.assert_exit(run, OK)
            self.assertLessEqual(run.stderr.count(TOO_SHORT), 1)
            told += run.stderr.count(TOO_SHORT)
        self.assertGreater(told, 0)
        lines = self.lines()
        # Those of the last window are for the next run.
        self.assert_each_once(lines, self.windows(lines)[-2][0][1])
        self.assertTrue(self.late_manifests(lines))
        for _, flows, late in self.late_manifests(lines):
            self.assertEqual(flows, late)
        self.assertTrue(any(' late="1"' in line and "FLOW" in line for line in lines))
        self.assert_verified(lines)

    def test_are_counted_in_the_summary(self):
        self.assert_exit(self.run_at(2), OK)
        run = self.run_at(0, "--report", self.directory / "report.json", "--log-level", "info")
        self.assert_exit(run, OK, "late flows of earlier windows")
        report = (self.directory / "report.json").read_text(encoding="utf-8")
        self.assertIn('"windows_recounted":1,', report)
        self.assertRegex(report, r'"late_flows":[1-9]')
        self.assertIn('"complete":true', report)

    def test_are_sent_by_a_run_that_has_no_window_of_its_own(self):
        self.assert_exit(self.run_at(1), OK)
        # As with a longer --settle: the job is further than the end of the window.
        run = self.run_at(2, "--log-level", "info", index=self.now)
        self.assert_exit(run, OK, TOO_SHORT)
        self.assertIn("no new window to read yet", run.stderr)
        lines = self.lines()
        self.assertEqual(1, len(self.windows(lines)))
        self.assertEqual(1, len(self.late_manifests(lines)))
        self.assert_each_once(lines)
        self.assert_verified(lines)

    def test_are_found_also_after_a_number_that_nothing_explains(self):
        self.assert_exit(self.run_at(1), OK)
        index = self.now - HOUR
        self.simulator.set_surplus(5)
        self.addCleanup(self.simulator.set_surplus, 0)
        self.assert_exit(self.run_at(2, index=index), OK, "has brought no flow that was not sent")
        self.assert_silent(self.run_at(2, index=index))
        self.assert_exit(self.run_at(2, index=self.now), OK, TOO_SHORT)
        lines = self.lines()
        self.assertEqual(1, len(self.late_manifests(lines)))
        self.assert_each_once(lines)

    def test_are_not_looked_for_without_recounting(self):
        for ago in (2, 1, 0):
            self.assert_silent(self.run_at(ago, "--recount", "off"))
        self.assertFalse((self.state / f"{JOB}.recent").exists())
        self.assertEqual([], self.late_manifests(self.lines()))

    def test_of_a_platform_that_was_starting_and_said_that_there_are_none(self):
        self.assert_exit(self.run_at(1, index=0), OK)
        self.assert_exit(self.run_at(0), OK, TOO_SHORT)
        lines = self.lines()
        self.assert_each_once(lines)
        self.assert_verified(lines)

    def test_of_a_run_that_is_killed_before_it_can_remember_them_are_sent_again(self):
        self.assert_exit(self.run_at(2), OK)
        # The first index is that of the new window, the second that with the late flows.
        folder = self.state / f"{JOB}.recent"
        run = self.run_at(1, variables=fault(folder, "kill", 2, only=f"rename {folder / 'index'}"))
        self.assertEqual(KILLED, run.status, str(run))
        self.assert_exit(self.run_at(0, "--log-level", "info"), OK)
        lines = self.lines()
        first, *others = self.late_manifests(lines)
        manifests = [first, *(one for one in others if one[0] == first[0])]
        self.assertEqual(2, len(manifests), "once before the kill, and once after it")
        self.assertEqual(manifests[0], manifests[1])
        self.assert_verified(lines)

    def test_that_a_collector_does_not_take_are_sent_by_the_next_run(self):
        self.assert_exit(self.run_at(1), OK)
        port = self.collector.port
        lines = self.lines()
        self.assertNotEqual(OK, self.run_at(0, "--deadline", "3s").status)
        self.collector = self.start(UnreliableCollector(port=port))
        self.assert_exit(self.run_at(0), OK, TOO_SHORT)
        lines += self.lines()
        self.assertEqual(1, len(self.late_manifests(lines)))
        self.assert_each_once(lines)

    def test_are_forgotten_with_the_job(self):
        self.assert_exit(self.run_at(1), OK)
        folder = self.state / f"{JOB}.recent"
        self.assertTrue((folder / "index").exists())
        self.assert_exit(self.operate("--forget"), OK)
        self.assertFalse(folder.exists())

    def test_of_a_window_that_is_damaged_are_not_sent_and_a_warning_says_so(self):
        self.assert_exit(self.run_at(1), OK)
        for file in (self.state / f"{JOB}.recent").glob("*.flows"):
            file.write_bytes(b"x" * 16)
        self.assert_exit(self.run_at(0), OK, "is damaged")
        self.assertEqual([], self.late_manifests(self.lines()))


class LateFlowsAmongVersions(RecountTest):
    """Every other flow is listed, and counted, in two versions with different actions."""

    switches = (*RecountTest.switches, "--earlier-version-every", "2")

    def test_are_not_hidden_by_them(self):
        self.assert_exit(self.run_at(1), OK)
        self.assert_exit(self.run_at(2, index=self.now), OK, TOO_SHORT)
        self.assert_silent(self.run_at(2, index=self.now))
        lines = self.lines()
        window = self.windows(lines)[0][0]
        self.assertEqual(1, len(self.late_manifests(lines)))
        self.assert_complete(parse(lines), *window, is_once=False)
        sent = [(line.flow, re.search(r' snapshot="([^"]*)"', text)[1]) for text in lines for line in parse([text])]
        self.assertEqual(len(set(sent)), len(sent), "each version once")
        self.assert_verified(lines)


class RecountedWindows(RecountTest):
    """The platform thinks before every answer, for longer than a busy machine needs to make the connections for several calls."""

    flows = 20
    switches = ("--latency", "200")

    def test_are_asked_for_side_by_side(self):
        for ago in range(6, 0, -1):
            self.assert_exit(self.run_at(ago, "--concurrency", "1"), OK)
        self.assertEqual(1, self.simulator.statistics()["max_in_flight"])
        run = self.run_at(1, "--concurrency", "4", "--report", self.directory / "report.json")
        self.assert_exit(run, OK)
        report = (self.directory / "report.json").read_text(encoding="utf-8")
        self.assertIn('"windows_recounted":6,', report)
        self.assertIn(self.simulator.statistics()["max_in_flight"], (3, 4))


if __name__ == "__main__":
    main()
