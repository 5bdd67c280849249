"""Clocks that jump, and days on which they change: no flow is lost, none is recorded in the wrong unit, and whoever has to set a
clock is told."""

import datetime
import os
import shutil
import signal
import time
import unittest
from pathlib import Path
from zoneinfo import ZoneInfo

from support.certificates import CertificateAuthority
from support.fake_platform import LOGIN, SEARCH, FakePlatform, FakePlatformTest
from support.job import CONFIGURATION, DAY, HOUR, JOB, OK, TEMPORARY, USAGE, JobTest, parse, urls_of
from support.peers import PythonCollector, UnreliableCollector
from support.process import IsIdle, wait_until
from support.program import PASSWORD, run_program, seconds, start_program
from support.simulator import PASSWORD as SIMULATOR_PASSWORD
from support.testcase import IntegrationTest, main

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(shift):
    """Variables of a run whose wall clock is `shift` seconds ahead; time passes for it as for everybody."""
    if LIBRARY is None:
        raise unittest.SkipTest("libfaketime is not installed")
    return {"LD_PRELOAD": str(LIBRARY), "FAKETIME": f"{shift:+.0f}", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1",
            "ASAN_OPTIONS": f"{os.environ.get('ASAN_OPTIONS', '')}:verify_asan_link_order=0".lstrip(":")}


class PlatformDuringWhoseLogoutARunIsStopped(FakePlatform):
    job = None

    def _honest_answer(self, handler, path, body):
        if handler.command == "DELETE" and self.job is not None:
            self.job.send_signal(signal.SIGTERM)
            # It has acted on the signal before the answer comes.
            self.job.wait_until(IsIdle(self.job.pid), "it waits for the answer")
        return super()._honest_answer(handler, path, body)


class Jumps(JobTest):
    def test_an_hour_ahead_in_one_run(self):
        """What is recorded after the run is not taken for delivered."""
        collector = self.start(UnreliableCollector())
        urls = urls_of(collector.port)
        self.assert_silent(self.run_job(urls, "--settle", "3h"))
        start, before = self.watermark() - DAY, self.file.read_bytes()
        run = self.run_job(urls, "--settle", "10m", variables=at(HOUR))
        self.assert_exit(run, CONFIGURATION, "at the platform", "clock")
        # Also where the window, of whole units, is over.
        for units in ((), ("--resolution", "12h")):
            check = self.run_job(urls, "--settle", "10m", "--check", *units, variables=at(HOUR))
            self.assertEqual(CONFIGURATION, check.status, str(check))
            self.assertRegex(check.stdout.decode(), r"(?m)^FAILED +clock: it is .* at the platform")
        check = self.run_job(urls, "--settle", "10m", "--check", variables=at(-2 * HOUR - 30))
        self.assertRegex(check.stdout.decode(), r"(?m)^ok +clock: 2h behind the platform's$")
        self.assertEqual(before, self.file.read_bytes())
        self.assert_silent(self.run_job(urls, "--settle", "10m"))
        self.assertLess(self.watermark(), time.time())
        collector.stop()
        self.assert_complete(parse(collector.lines()), start, self.watermark())

    def test_days_ahead_in_the_first_run(self):
        """Then there was no first run: the next one, with the right clock, goes a day back from its own time."""
        for shift in (20 * HOUR, 3 * DAY):
            with self.subTest(shift):
                shutil.rmtree(self.state, ignore_errors=True)
                collector = self.start(UnreliableCollector())
                urls = urls_of(collector.port)
                self.assert_exit(self.run_job(urls, "--settle", "10m", variables=at(shift)), CONFIGURATION, "at the platform")
                self.assertEqual([], list(self.state.glob(f"{JOB}.state*")))
                self.assert_silent(self.run_job(urls, "--settle", "10m"))
                collector.stop()
                self.assert_complete(parse(collector.lines()), self.watermark() - DAY, self.watermark())

    def test_days_ahead_in_a_first_run_that_is_stopped_while_it_ends(self):
        """Its start would be that of a wrong clock, whatever ended it in the end."""
        authority = CertificateAuthority(self.directory / "authority")
        platform = self.start(PlatformDuringWhoseLogoutARunIsStopped(authority.issue("platform")))
        collector = self.start(UnreliableCollector())
        platform.job = self.start(start_program(
            self.directory, "--platform-ip", f"127.0.0.1:{platform.port}", "--platform-ca-file", str(authority.ca_file),
            *self.options(urls_of(collector.port)), variables={"VRNI2SYSLOG_PASSWORD": PASSWORD, **at(3 * DAY)}))
        self.assertEqual(TEMPORARY, platform.job.wait(seconds(60)), platform.job.output_text())
        self.assertEqual(1, platform.calls(LOGIN, "DELETE"))
        self.assertEqual([], list(self.state.glob(f"{JOB}.state*")))

    def test_an_hour_ahead_of_a_platform_that_does_not_tell_the_time(self):
        """Then the next run with the right clock tells, and moves nothing, until somebody has looked at it."""
        authority = CertificateAuthority(self.directory / "authority")
        platform = self.start(FakePlatform(authority.issue("platform"), tells_time=False))
        collector = self.start(UnreliableCollector())
        options = ("--platform-ip", f"127.0.0.1:{platform.port}", "--platform-ca-file", authority.ca_file,
                   *self.options(urls_of(collector.port)), "--settle", "10m")
        for shift, status in ((HOUR, OK), (0, CONFIGURATION), (0, CONFIGURATION)):
            variables = at(shift) if shift else {}
            run = run_program(self.directory, *options, variables={"VRNI2SYSLOG_PASSWORD": PASSWORD, **variables})
            self.assert_exit(run, status, *(("clock", "--set-watermark") if shift == 0 else ()))
            self.assertEqual(1, collector.connections)
        check = run_program(self.directory, *options, "--check", variables={"VRNI2SYSLOG_PASSWORD": PASSWORD})
        self.assertEqual(CONFIGURATION, check.status, str(check))
        self.assertRegex(check.stdout.decode(), r"(?m)^FAILED +state: flows up to .* count as delivered")
        self.assertRegex(check.stdout.decode(), r"(?m)^skipped +clock: the platform does not tell its time$")

    def test_an_hour_behind_in_one_run(self):
        collector = self.start(UnreliableCollector())
        urls = urls_of(collector.port)
        self.assert_silent(self.run_job(urls, "--settle", "3h"))
        start = self.watermark() - DAY
        self.assert_silent(self.run_job(urls, "--settle", "30m", variables=at(-HOUR)))
        self.assertAlmostEqual(time.time() - 1.5 * HOUR, self.watermark(), delta=seconds(60))
        # Back to where the window would end before it begins: there is nothing to do.
        before = self.watermark()
        self.assert_silent(self.run_job(urls, "--settle", "1h", variables=at(-HOUR)))
        self.assertEqual(before, self.watermark())
        self.assert_silent(self.run_job(urls, "--settle", "30m"))
        collector.stop()
        self.assert_complete(parse(collector.lines()), start, self.watermark())

    def test_in_the_middle_of_a_run(self):
        """Waits last as long as they should, tokens stay in use, and the watermark is that of the window."""
        for shift in (HOUR, -HOUR):
            with self.subTest(shift):
                clock = self.directory / "clock"
                clock.write_text("+0")
                variables = {**at(0), "FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1"}
                del variables["FAKETIME"]
                stalled = self.start(PythonCollector(stall_handshake=True))
                port = stalled.port
                ago = 9 if shift > 0 else 5
                job = self.start(start_program(
                    self.directory, *map(str, self.simulator.arguments_for(None)),
                    *self.options(urls_of(port), ago, ("--close-timeout", "30s", "--confirm", "consumed")),
                    variables={"VRNI2SYSLOG_PASSWORD": SIMULATOR_PASSWORD, **variables}))
                wait_until(lambda: stalled.connections > 0, "the epoch has begun")
                clock.write_text(f"{shift:+d}")
                stalled.stop()
                collector = self.start(UnreliableCollector(port=port))
                self.assertEqual(OK, job.wait(seconds(60)), job.output_text())
                self.assertAlmostEqual(time.time() - ago * HOUR, self.watermark(), delta=seconds(60))
                collector.stop()
                lines = parse(collector.lines())
                self.assert_complete(lines, lines[0].start, self.watermark())


class LateFlows(IntegrationTest):
    """A flow is at the platform some time after it was active: --settle waits for it."""

    DELAY = 540
    """Seconds; less than --settle has by default."""

    def run_job(self, platform, collector, now, *options):
        self.now = now
        return run_program(
            self.directory, "--platform-ip", f"127.0.0.1:{platform.port}", "--platform-ca-file", self.authority.ca_file,
            "--filter", "", "--state-dir", self.directory / "state", "--collector", f"tcp://127.0.0.1:{collector.port}", *options,
            variables={"VRNI2SYSLOG_PASSWORD": PASSWORD, **at(now - time.time())})

    def deliver(self, *options):
        """Runs at odd times over three hours, in which a flow is active every minute; those that are missing in the end."""
        self.authority = CertificateAuthority(self.directory / "authority")
        platform = self.start(FakePlatform(self.authority.issue("platform"), count=180, page_size=1000, tells_time=False))
        begin = int(time.time()) + HOUR  # certificates are not valid before now
        active = {flow["entity_id"]: begin + 60 * number for number, flow in enumerate(platform.flows)}
        flows = platform.flows

        def search(body):
            window = body["time_range"]
            platform.flows = [flow for flow in flows
                              if window["start_time"] <= active[flow["entity_id"]] < window["end_time"]
                              and active[flow["entity_id"]] + self.DELAY <= self.now]
            answer = platform.search(body)
            platform.flows = flows
            return answer
        platform.replace_always(SEARCH, search)
        collector = self.start(UnreliableCollector())
        for minutes in (20, 33, 34, 75, 130, 131, 195):
            run = self.run_job(platform, collector, begin + minutes * 60, *options)
            self.assert_exit(run, OK)
            self.assertEqual("", run.stderr)
        collector.stop()
        got = [line.flow for line in parse(collector.lines())]
        self.assertEqual(len(got), len(set(got)))
        return platform.ids - set(got)

    def test_with_the_default(self):
        self.assertEqual(set(), self.deliver())

    def test_without_any_patience(self):
        """What it is there for."""
        self.assertGreater(len(self.deliver("--settle", "0s", "--recount", "off")), 20)


class Days(FakePlatformTest):
    """Units are those of the clocks on the wall, whatever these do; on the next such days from now on."""

    def assert_units_of(self, day, hours):
        """A run shortly after midnight, of the day before, hour by hour: every flow in every hour that there was."""
        platform = self.start(FakePlatform(self.certificate, count=3, tells_time=False))
        end = int((day + datetime.timedelta(days=1)).timestamp())
        run = run_program(
            self.directory, "--platform-ip", f"127.0.0.1:{platform.port}", "--insecure", "--filter", "", "--yesterday",
            "--time-zone", str(day.tzinfo), "--resolution", "1h", "--settle", "1m", "--dry-run",
            variables={"VRNI2SYSLOG_PASSWORD": PASSWORD, **at(end + 90 - time.time())})
        self.assert_exit(run, OK)
        starts = range(int(day.timestamp()), end, HOUR)
        self.assertEqual(hours, len(starts))
        lines = parse(run.lines)
        self.assertEqual(sorted((flow, start, start + HOUR) for flow in platform.ids for start in starts),
                         sorted((line.flow, line.start, line.end) for line in lines))
        for line in run.lines:
            moment = datetime.datetime.fromisoformat(line.split(" ")[1]).timestamp()
            self.assertTrue(starts[0] <= moment <= end + 2 * HOUR, line)

    @staticmethod
    def next_change(hours):
        """The next day of so many hours in Amsterdam."""
        day = datetime.datetime.now(AMSTERDAM).replace(hour=0, minute=0, second=0, microsecond=0)
        while True:
            day += datetime.timedelta(days=1)
            if (day + datetime.timedelta(days=1)).timestamp() - day.timestamp() == hours * HOUR:
                return day

    def test_clocks_go_forward(self):
        self.assert_units_of(self.next_change(23), 23)

    def test_clocks_go_back(self):
        self.assert_units_of(self.next_change(25), 25)

    def test_the_year_ends(self):
        year = datetime.datetime.now().year
        for zone in (AMSTERDAM, ZoneInfo("UTC")):
            self.assert_units_of(datetime.datetime(year, 12, 31, tzinfo=zone), 24)

    def test_a_leap_second_is_told_apart_from_a_moment(self):
        """The platform counts seconds as POSIX does, in which there is none; only a user can name one."""
        run = run_program(self.directory, "--platform-ip", "127.0.0.1:1", "--dry-run", "--since", "2016-12-31T23:59:60Z",
                          "--until", "2017-01-01T01:00:00Z", variables={"VRNI2SYSLOG_PASSWORD": PASSWORD})
        self.assert_exit(run, USAGE, "--since", "2016-12-31T23:59:60Z")


if __name__ == "__main__":
    main()
