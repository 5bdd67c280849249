"""Dry runs: what they print, into logger(1) and into a pipe that closes."""

import subprocess
import unittest
from collections import Counter

from support.process import find_binary
from support.program import BINARY, environment, seconds
from support.rsyslogd import Rsyslogd
from support.simulator import PASSWORD, Simulator
from support.testcase import IntegrationTest, main

FLOWS = 500
MAX_SIZE = 7990
OK = 0


def is_cut(wanted, received):
    """Whether a received message is the beginning of one that does not fit a line."""
    return wanted[:2] == received[:2] and len(wanted[2].encode()) > MAX_SIZE and wanted[2].startswith(received[2])


class DryRun(IntegrationTest):
    @classmethod
    def setUpClass(cls):
        cls.simulator = cls.start_for_class(Simulator(cls.class_directory(), "--hostile", "0.3", flows=FLOWS))
        cls.expected = cls.simulator.expected_lines()

    def dry_run(self, *options):
        run = self.simulator.run_program(self.directory, "--filter", "", "--dry-run", *options)
        self.assert_exit(run, OK)
        return run

    def shell(self, script, *options):
        """Runs a shell line in which "$@" is a dry run. Returns what subprocess.run() does."""
        command = [BINARY, *self.simulator.arguments, "--filter", "", "--dry-run", *options]
        return subprocess.run(
            ["bash", "-o", "pipefail", "-c", script, "bash", *command], capture_output=True, text=True, cwd=self.directory,
            timeout=seconds(120), env=environment(self.directory, {"VRNI2SYSLOG_PASSWORD": PASSWORD}), check=False)

    def test_into_logger(self):
        if find_binary("logger") is None:
            raise unittest.SkipTest("logger is not installed")
        collector = self.start(Rsyslogd(self.directory))
        done = self.shell(f'"$@" | logger --prio-prefix --socket-errors=on --size 64k -n 127.0.0.1 -T -P {collector.port}',
                          "--format", "logger")
        self.assertEqual((0, "", ""), (done.returncode, done.stdout, done.stderr))
        records = collector.records(FLOWS + 1)
        self.assertEqual(FLOWS + 1, len(records))
        received = Counter((record.facility, record.severity, record.message) for record in records[:-1])
        wanted = Counter((20, line.severity, line.message) for line in self.expected.values())
        missing, more = wanted - received, received - wanted
        self.assertEqual(missing.total(), more.total())
        # elements(): two messages may be the same once they are cut.
        pairs = zip(sorted(missing.elements()), sorted(more.elements()))
        differing = [(wanted[2][:200], received[2][:200]) for wanted, received in pairs if not is_cut(wanted, received)]
        self.assertEqual([], differing, "lines differ though they are short enough")
        self.assertIn(f"vRNI-Manifest: {FLOWS} flows", records[-1].message)

    def test_message_format(self):
        lines = self.dry_run("--format", "message", "--no-manifest").lines
        wanted = {line.message for line in self.expected.values() if len(line.message.encode()) <= 8000}
        self.assertLessEqual(wanted, set(lines))
        self.assertEqual(FLOWS, len(lines))

    def test_logger_format_begins_with_the_priority(self):
        for line in self.dry_run("--format", "logger").lines:
            self.assertRegex(line, r"^<\d{1,3}>vRNI-(Flow|Manifest): ")

    def test_every_line_is_short_enough(self):
        for limit in ("8000", "2048", "1024"):
            with self.subTest(limit):
                lines = self.dry_run("--max-size", limit).lines
                self.assertEqual(FLOWS + 1, len(lines))
                self.assertLessEqual(max(len(line.encode()) for line in lines), int(limit))

    def test_reader_that_has_seen_enough(self):
        done = self.shell('"$@" | head -n 1')
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        self.assertEqual(1, len(done.stdout.splitlines()))
        self.assertIn("vrniflow@32473", done.stdout)
        self.assertEqual(0, self.simulator.statistics()["tokens_valid"])

    def test_output_that_cannot_be_written(self):
        done = self.shell('"$@" > /dev/full')
        self.assertEqual(74, done.returncode, done.stderr)
        self.assertIn("No space left on device", done.stderr)

    def test_two_runs_print_the_same_flows(self):
        first, second = (sorted(line.split('flow_id="')[1].split('"')[0] for line in self.dry_run("--no-manifest").lines)
                         for _ in range(2))
        self.assertEqual(first, second)
        self.assertEqual(sorted(self.expected), first)


if __name__ == "__main__":
    main()
