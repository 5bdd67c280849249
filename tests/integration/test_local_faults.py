"""What the local machine does to a run: full and read-only disks, signals, limits, long pauses. Nothing is lost, the state is that of
what was confirmed, and one line says what is wrong."""

import errno
import os
import signal
import subprocess
import time
import unittest

from support.job import CANNOT_CREATE, CONFIGURATION, DAY, HOUR, IO, OK, TEMPORARY, JobTest, parse, urls_of
from support.peers import UnreliableCollector
from support.process import Process
from support.program import BINARY, IS_SANITIZED, environment, run_program, seconds
from support.simulator import PASSWORD
from support.testcase import main
from support.write_fault import fault

UNAVAILABLE = 69
STEPS = ("--page-cap", "40")
"""An epoch in many batches, which the gate lets through one by one."""
SECONDS_TO_END = 30
"""After a signal."""


def is_mount_allowed():
    return subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False).returncode == 0


class LocalTest(JobTest):
    def setUp(self):
        super().setUp()
        self.collector = self.start(UnreliableCollector())
        self.urls = urls_of(self.collector.port)

    def run_through(self, through, *more, ago=1, timeout=60):
        """A run that is started by another command."""
        return run_program(self.directory, *self.simulator.arguments_for(None), *self.options(self.urls, ago, more),
                           variables={"VRNI2SYSLOG_PASSWORD": PASSWORD}, through=through, timeout=timeout)

    def start_until(self, condition, what, *more, ago=1):
        """A run of which so much has been let through the gate that the condition holds, and no more comes before it is opened."""
        self.simulator.close_gate()
        self.addCleanup(self.simulator.open_gate)
        job = self.start_job(self.urls, *more, ago=ago)
        self.simulator.permit_fetches_until(condition, what, job)
        return job

    def start_until_there_are_lines(self, *more):
        count = len(self.collector.received)
        return self.start_until(lambda: len(self.collector.received) > count, "some lines are there", *more)

    def assert_one_error(self, run, statuses, *texts):
        self.assertIn(run.status, statuses, str(run))
        errors = [line for line in run.stderr.splitlines() if "error" in line]
        self.assertEqual(1, len(errors), str(run))
        for text in texts:
            self.assertIn(text, errors[0])

    def assert_delivered(self, start):
        """In the end everything is there up to the watermark. What ended before its manifest came is of a unit that was sent
        again, in the same run or, up to a later time, in the next."""
        self.collector.stop()
        whole = [line for delivery in self.collector.deliveries if b" MANIFEST " in delivery
                 for line in delivery.decode("utf-8").split("\n")]
        self.assert_complete(parse(whole), start, self.watermark(), is_once=False)


class Disks(LocalTest):
    def test_a_report_that_cannot_be_written(self):
        """Everything is delivered, and remembered; what failed is told."""
        folder = self.directory / "reports"
        folder.mkdir()
        path = folder / "report.json"
        self.assert_silent(self.run_job(self.urls, "--report", path, ago=9))
        start, good = self.watermark() - DAY, path.read_bytes()
        for call, error in enumerate(("ENOSPC", "EDQUOT", "EROFS"), 1):
            before = self.watermark()
            run = self.run_job(self.urls, "--report", path, ago=9 - call, variables=fault(folder, "fail", call, error))
            self.assert_one_error(run, [CANNOT_CREATE, IO], "--report", str(folder), os.strerror(getattr(errno, error)))
            self.assertGreater(self.watermark(), before)
            self.assertEqual(good, path.read_bytes(), f"the last one is whole\n{run}")
        self.assert_delivered(start)

    def test_a_capture_that_cannot_be_written(self):
        """The run ends before it counts anything as delivered that the capture has not got."""
        self.assert_silent(self.run_job(self.urls, ago=9))
        start, before = self.watermark() - DAY, self.file.read_bytes()
        for call, error in ((1, "EROFS"), (2, "EROFS"), (9, "ENOSPC"), (16, "EDQUOT")):
            capture = self.directory / f"capture-{call}"
            run = self.run_job(self.urls, "--save-capture", capture, ago=8, variables=fault(capture, "fail", call, error))
            self.assert_one_error(run, [CANNOT_CREATE, IO], str(capture), os.strerror(getattr(errno, error)))
            self.assertEqual(before, self.file.read_bytes())
        self.assert_silent(self.run_job(self.urls, ago=8))
        self.assert_delivered(start)

    def mounted(self, mount):
        if not is_mount_allowed():
            raise unittest.SkipTest("only root may mount, and not everywhere")
        return ("unshare", "-m", "sh", "-c", f'{mount} && exec "$0" "$@"')

    def test_a_state_directory_that_is_read_only(self):
        self.assert_silent(self.run_job(self.urls, ago=9))
        start, before = self.watermark() - DAY, self.file.read_bytes()
        connections = self.collector.connections
        run = self.run_through(self.mounted(f"mount --bind {self.state} {self.state} && mount -o remount,ro,bind {self.state}"))
        self.assert_one_error(run, [CANNOT_CREATE, IO], str(self.state), "Read-only file system", "--state-dir")
        self.assertEqual((before, connections), (self.file.read_bytes(), self.collector.connections), "nothing is sent")
        self.assert_silent(self.run_job(self.urls))
        self.assert_delivered(start)

    def test_small_file_systems(self):
        small = self.directory / "small"
        small.mkdir()
        through = self.mounted(f"mount -t tmpfs -o size=64k tmpfs {small}")
        run = self.run_through(through, "--save-capture", small / "capture", ago=9)
        self.assert_one_error(run, [CANNOT_CREATE, IO], str(small), "No space left on device")
        connections = self.collector.connections
        run = self.run_through(through, "--repeat-after", "7d", "--state-dir", small / "state", ago=9)
        self.assert_one_error(run, [CANNOT_CREATE, IO], str(small), "the disk is full")
        self.assertEqual(connections, self.collector.connections, "nothing is sent")


class Signals(LocalTest):
    switches = STEPS

    def setUp(self):
        super().setUp()
        # Where the tests themselves run under nohup.
        signal.signal(signal.SIGHUP, signal.SIG_DFL)

    def test_in_the_middle_of_an_epoch(self):
        self.assert_silent(self.run_job(self.urls, ago=30))
        start = self.watermark() - DAY
        for name in ("SIGTERM", "SIGINT", "SIGHUP"):
            with self.subTest(name):
                before = self.file.read_bytes()
                job = self.start_until_there_are_lines()
                job.send_signal(getattr(signal, name))
                self.assertEqual(TEMPORARY, job.wait(seconds(SECONDS_TO_END)))
                self.assertIn(f"stopped by {name}", job.output_text())
                self.assertEqual(before, self.file.read_bytes())
        self.simulator.open_gate()
        self.assert_silent(self.run_job(self.urls))
        self.assert_delivered(start)

    def test_that_mean_nothing(self):
        """SIGPIPE, and SIGHUP under nohup."""
        job = self.start_until_there_are_lines()
        job.send_signal(signal.SIGPIPE)
        self.simulator.open_gate()
        self.assertEqual(OK, job.wait(seconds(60)), job.output_text())
        self.simulator.close_gate()
        start, connections = self.watermark() - DAY, self.collector.connections
        nohup = self.start(Process(
            ["nohup", BINARY, *self.simulator.arguments_for(None), *self.options(self.urls, 0)], self.directory, "nohup",
            env=environment(self.directory, {"VRNI2SYSLOG_PASSWORD": PASSWORD})))
        nohup.wait_until(lambda: self.collector.connections > connections, "the next has begun")
        nohup.send_signal(signal.SIGHUP)
        self.simulator.open_gate()
        self.assertEqual(OK, nohup.wait(seconds(60)), nohup.output_text())
        self.assert_delivered(start)

    def test_standard_streams_that_are_closed(self):
        """No descriptor of the state or of a connection takes the place of one, to be written into."""
        self.assert_silent(self.run_job(self.urls, ago=20))
        start = self.watermark() - DAY
        for ago, closed in ((9, ">&-"), (6, "2>&-"), (3, "<&- >&- 2>&-")):
            run = self.run_through(("sh", "-c", f'exec "$0" "$@" {closed}'), ago=ago)
            self.assert_exit(run, OK)
            self.assertAlmostEqual(time.time() - ago * HOUR, self.watermark(), delta=seconds(60))
        self.assert_delivered(start)


class Limits(LocalTest):
    def assert_limited(self, command, values):
        """Runs under a limit, from one that leaves nothing to one that is enough: each says in one line what it lacks and moves
        nothing, or succeeds. The last one does."""
        self.assert_silent(self.run_job(self.urls, ago=9))
        start = self.watermark() - DAY
        refused = 0
        for value in values:
            before = self.file.read_bytes()
            # What leaves too little is tried again up to the deadline, and what is enough takes its time.
            deadline = ("--deadline", "2s") if value != values[-1] else ()
            run = self.run_through(("sh", "-c", f'ulimit {command} {value}; exec "$0" "$@"'), *deadline, ago=5)
            with self.subTest(value=value, status=run.status):
                if run.status == OK:
                    continue
                refused += 1
                self.assertEqual(before, self.file.read_bytes())
                if run.status == 127:
                    continue  # the loader's own
                self.assert_one_error(run, [UNAVAILABLE, CANNOT_CREATE, IO, TEMPORARY, CONFIGURATION])
                self.assertNotIn("bug", run.stderr)
        self.assertEqual(OK, run.status, str(run))
        self.assertGreater(refused, 1)
        self.assert_delivered(start)

    @unittest.skipIf(IS_SANITIZED, "sanitizers need descriptors of their own")
    def test_of_open_files(self):
        self.assert_limited("-n", (4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16, 64))

    @unittest.skipIf(IS_SANITIZED, "sanitizers reserve terabytes")
    def test_of_memory(self):
        self.assert_limited("-v", (10_000, 30_000, 40_000, 50_000, 60_000, 80_000, 100_000, 1_000_000))


class Pauses(LocalTest):
    """The process stands still for longer than its time-outs, as on a laptop that sleeps."""

    switches = STEPS
    timeouts = ("--send-timeout", "4s", "--close-timeout", "4s", "--answer-timeout", "4s", "--connect-timeout", "4s",
                "--confirm", "consumed")

    PAUSE_SECONDS = 6
    """Longer than each of the time-outs."""

    def end_after_pause(self, job, pause_seconds=PAUSE_SECONDS):
        """Has the process stand still for so long, while the platform goes on. Returns its exit status."""
        job.send_signal(signal.SIGSTOP)
        self.simulator.open_gate()
        time.sleep(pause_seconds)
        job.send_signal(signal.SIGCONT)
        return job.wait(seconds(60))

    def assert_delivered_after_pause(self, job):
        self.assertEqual(OK, self.end_after_pause(job), job.output_text())
        self.assert_delivered(self.watermark() - DAY)

    def test_between_connecting_and_sending(self):
        self.assert_delivered_after_pause(
            self.start_until(lambda: self.collector.connections > 0, "connected", *self.timeouts))

    def test_in_the_middle(self):
        self.assert_delivered_after_pause(self.start_until_there_are_lines(*self.timeouts))

    def test_beyond_the_deadline(self):
        self.assert_silent(self.run_job(self.urls, ago=30))
        start, before = self.watermark() - DAY, self.file.read_bytes()
        deadline_seconds = seconds(10)
        end = time.monotonic() + deadline_seconds + self.PAUSE_SECONDS
        job = self.start_until_there_are_lines(*self.timeouts, "--deadline", f"{deadline_seconds}s")
        self.assertEqual(TEMPORARY, self.end_after_pause(job, end - time.monotonic()), job.output_text())
        self.assertEqual(before, self.file.read_bytes())
        self.assert_silent(self.run_job(self.urls))
        self.assert_delivered(start)

    def test_while_the_collector_gives_up(self):
        """It has closed the connection by the time the process wakes up."""
        impatient = self.start(UnreliableCollector(["close"], after=2000))
        self.collector.stop()
        self.collector, self.urls = impatient, urls_of(impatient.port)
        self.assert_delivered_after_pause(
            self.start_until(lambda: impatient.ended > 0, "the collector has closed", *self.timeouts))


if __name__ == "__main__":
    main()
