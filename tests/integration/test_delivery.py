"""The job goes on where its collectors are, whatever fails: nothing is lost, nothing counts that was not confirmed, and nobody
gets a unit again that he has confirmed."""

import hashlib
import json
import os
import re
import shutil
import signal
import stat
import time
from collections import Counter

from support.expected_line import Window, rfc3339
from support.fake_platform import SEARCH, FakePlatform, FakePlatformTest, json_answer
from support.job import (
    CANNOT_CREATE, CONFIGURATION, DAY, HOUR, IO, JOB, OK, TEMPORARY, USAGE, JobTest, parse, seconds_of, urls_of,
)
from support.peers import PythonCollector, UnreliableCollector
from support.process import free_port, has_open, wait_until
from support.program import PASSWORD as PLATFORM_PASSWORD
from support.program import run_program, seconds
from support.rsyslogd import Rsyslogd
from support.testcase import main

DATA = 65


class Runs(JobTest):
    def test_runs_back_to_back_deliver_every_flow_of_every_unit_once(self):
        collector = self.start(UnreliableCollector())
        archive = self.directory / "archive.log"
        urls = urls_of(collector.port) + [f"file://{archive}"]
        self.assert_silent(self.run_job(urls, ago=20))
        start = self.watermark() - DAY
        for ago in (15, 14, 6, 1):
            before = self.watermark()
            self.assert_silent(self.run_job(urls, ago=ago))
            self.assertAlmostEqual(time.time() - ago * HOUR, self.watermark(), delta=seconds(60))
            self.assertGreater(self.watermark(), before)
        collector.stop()
        for lines in (parse(collector.lines()), parse(archive.read_text(encoding="utf-8").split("\n"))):
            self.assertEqual(5, len({(line.start, line.end) for line in lines}))
            self.assert_complete(lines, start, self.watermark())

    def test_a_real_collector(self):
        rsyslogd = self.start(Rsyslogd(self.directory))
        self.assert_silent(self.run_job(urls_of(rsyslogd.port), ago=9))
        first_end = self.watermark()
        self.assert_silent(self.run_job(urls_of(rsyslogd.port), ago=4))
        windows = (Window(first_end - DAY, first_end), Window(first_end, self.watermark()))
        expected = [identity for window in windows for identity in self.simulator.expected_lines(window)]
        records = rsyslogd.records(len(expected) + 2)
        self.assertEqual(sorted(expected), sorted(record.parameters()["flow_id"] for record in records
                                                  if record.message_id != "MANIFEST"))

    def test_whole_units_and_nothing_to_do(self):
        collector = self.start(UnreliableCollector())
        urls = urls_of(collector.port)
        end = int(time.time()) // HOUR * HOUR - 3 * HOUR
        self.assert_silent(self.run_job(urls, *self.up_to(end)))
        self.assertEqual(end, self.watermark())
        connections = collector.connections
        self.assertEqual(24, connections)
        self.assert_silent(self.run_job(urls, *self.up_to(end)))
        self.assertEqual(end, self.watermark())
        self.assertEqual(connections, collector.connections)
        self.assert_silent(self.run_job(urls, *self.up_to(end + 2 * HOUR)))
        collector.stop()
        self.assertEqual(end + 2 * HOUR, self.watermark())
        self.assert_complete(parse(collector.lines()), end - DAY, end + 2 * HOUR)

    def test_a_named_window_and_a_dry_run_change_nothing(self):
        collector = self.start(UnreliableCollector())
        urls = urls_of(collector.port)
        # In the hour after midnight yesterday is not settled yet.
        for window, ago in ((("--last", "2h"), 1), (("--yesterday",), 0)):
            self.assert_silent(self.run_job(urls, *window, ago=ago))
        dry = self.run_job(urls, "--dry-run")
        self.assert_silent(dry)
        self.assertEqual(DAY, parse(dry.lines)[0].end - parse(dry.lines)[0].start)
        self.assertFalse(self.state.exists())
        self.assert_silent(self.run_job(urls, ago=5))
        def content():
            return {path: path.read_bytes() for path in self.state.rglob("*") if path.is_file()}
        before = content()
        dry = self.run_job(urls, "--dry-run", ago=3)
        self.assert_silent(dry)
        self.assertEqual({self.watermark()}, {line.start for line in parse(dry.lines)})
        self.assert_silent(self.run_job(urls, "--last", "2h"))
        self.assertEqual(before, content())

    def test_files_are_for_their_owner(self):
        collector = self.start(UnreliableCollector())
        for ago in (3, 2):
            self.assert_silent(self.run_job(urls_of(collector.port), ago=ago))
        self.assertEqual({f"{JOB}.state", f"{JOB}.state.previous", f"{JOB}.lock", f"{JOB}.recent", f"{JOB}.history"},
                         {path.name for path in self.state.iterdir()})
        for path in self.state.rglob("*"):
            self.assertEqual(0o700 if path.is_dir() else 0o600, stat.S_IMODE(path.stat().st_mode), path)

    def test_jobs_without_a_name_are_told_apart_by_what_they_do(self):
        first, second = self.start(UnreliableCollector()), self.start(UnreliableCollector())
        for port in (first.port, second.port, first.port):
            run = self.simulator.run_program(
                self.directory, "--filter", "", "--state-dir", self.state, "--collector", urls_of(port)[0], window=None)
            self.assert_silent(run)
        self.assertEqual(2, len(list(self.state.glob("*.state"))))


class Faults(JobTest):
    def test_a_collector_that_dies_in_the_middle_and_comes_back(self):
        for fault in ("reset", "close"):
            with self.subTest(fault):
                shutil.rmtree(self.state, ignore_errors=True)
                collector = self.start(UnreliableCollector([fault] * 2))
                run = self.run_job(urls_of(collector.port), "--log-level", "info")
                self.assert_exit(run, OK, "attempt 1 was in vain", "attempt 2 was in vain")
                self.assertNotIn("error", run.stderr)
                collector.stop()
                self.assertEqual(3, collector.connections)
                whole = parse(collector.deliveries[-1].decode().split("\n"))
                self.assert_complete(whole, self.watermark() - DAY, self.watermark())
                self.assertEqual(1, len({line.run for line in parse(collector.lines())}), "one run")

    def test_a_collector_that_is_down(self):
        collector = self.start(UnreliableCollector())
        self.assert_silent(self.run_job(urls_of(collector.port), ago=9))
        start, before = self.watermark() - DAY, self.file.read_bytes()
        collector.stop()
        job = self.start_job(urls_of(collector.port), "--log-level", "info", ago=5)
        self.assert_in_vain(job, f"tcp://127.0.0.1:{collector.port}", "refused", "attempt 2 was in vain")
        self.assertEqual(before, self.file.read_bytes())
        # The job is the same with another collector in its place, which goes on where the first one stopped.
        other = self.start(UnreliableCollector())
        run = self.run_job(urls_of(other.port), ago=3)
        self.assert_exit(run, OK, f"no longer sends to tcp://127.0.0.1:{collector.port}")
        other.stop()
        self.assert_complete(parse(collector.lines() + other.lines()), start, self.watermark())

    def test_a_first_run_whose_collector_is_down(self):
        self.assert_in_vain(self.start_job(urls_of(free_port()), "--log-level", "info", ago=9), "was in vain")
        start = self.watermark()
        collector = self.start(UnreliableCollector())
        self.run_job(urls_of(collector.port), ago=2)
        collector.stop()
        self.assert_complete(parse(collector.lines()), start, self.watermark())
        self.assertLess(start, time.time() - 32 * HOUR, "of the first run")

    def test_fail_over_to_the_next_of_the_list(self):
        first, second = self.start(PythonCollector(close_after=1000, reset=True)), self.start(UnreliableCollector())
        url = ",".join(urls_of(first.port, second.port))
        run = self.run_job([url], "--log-level", "info")
        self.assert_exit(run, OK, f"tcp://127.0.0.1:{first.port}: delivery is not confirmed")
        second.stop()
        self.assert_complete(parse(second.lines()), self.watermark() - DAY, self.watermark())
        self.assertEqual([url], self.values("collector"))

    def test_of_two_collectors_one_is_down(self):
        up, other = self.start(UnreliableCollector()), self.start(UnreliableCollector())
        down = free_port()
        urls = urls_of(up.port, down)
        job = self.start_job(urls, "--resolution", "2h", ago=9)

        def is_one_day_ahead():
            ends = self.watermarks() if self.file.exists() else {}
            return len(ends) == 2 and ends[urls[0]] - ends[urls[1]] == DAY
        job.wait_until(is_one_day_ahead, "the one that is up has got all")
        self.assert_in_vain(job)
        self.assertIn(urls[1], job.output_text())
        ends = self.watermarks()
        status = self.operate("--status")
        self.assert_exit(status, OK)
        self.assertIn(f"{urls[1]}: nothing confirmed yet, begins at {rfc3339(ends[urls[1]])}; lacks what others have got, up to "
                      f"{rfc3339(ends[urls[0]])}", status.stdout.decode())
        # Comes back under the same address.
        returned = self.start(UnreliableCollector(port=down))
        self.assert_silent(self.run_job(urls, "--resolution", "2h", ago=3))
        start = ends[urls[1]]
        for collector in (up, returned, other):
            collector.stop()
        self.assertEqual(1, len(set(self.watermarks().values())))
        self.assert_complete(parse(up.lines()), start, self.watermark())
        self.assert_complete(parse(returned.lines()), start, self.watermark())

    def test_of_two_collectors_one_fails_for_a_while(self):
        steady, flapping = self.start(UnreliableCollector()), self.start(UnreliableCollector(["reset", "close", "reset"]))
        self.assert_exit(self.run_job(urls_of(steady.port, flapping.port), "--resolution", "6h"), OK)
        steady.stop()
        flapping.stop()
        self.assert_complete(parse(steady.lines()), self.watermark() - DAY, self.watermark())
        whole = [line for delivery in flapping.deliveries if b"MANIFEST" in delivery
                 for line in delivery.decode().split("\n")]
        self.assert_complete(parse(whole), self.watermark() - DAY, self.watermark())

    def test_sigterm_in_the_middle_of_an_epoch(self):
        collector = self.start(UnreliableCollector())
        self.assert_silent(self.run_job(urls_of(collector.port), ago=9))
        before = self.file.read_bytes()
        # Which takes nothing any more, once its buffers are full: the epoch has no end.
        port = collector.port
        collector.stop()
        stalled = self.start(PythonCollector(stall_handshake=True, port=port))
        job = self.start_job(urls_of(port), "--close-timeout", "60s", ago=3)
        wait_until(lambda: stalled.connections > 0, "the epoch has begun")
        job.send_signal(signal.SIGTERM)
        self.assertEqual(TEMPORARY, job.wait(seconds(60)))
        self.assertIn("SIGTERM", job.output_text())
        self.assertEqual(before, self.file.read_bytes())
        stalled.stop()
        returned = self.start(UnreliableCollector(port=port))
        self.assert_silent(self.run_job(urls_of(port), ago=2))
        returned.stop()
        lines = parse(collector.lines() + returned.lines())
        self.assert_complete(lines, min(line.start for line in lines), self.watermark())

    def test_refusals_are_not_repeated(self):
        run = self.run_job([f"file://{self.directory}/no/such/folder/x"])
        self.assert_exit(run, CANNOT_CREATE)
        self.assertNotIn("given up", run.stderr)


class Shortfalls(FakePlatformTest):
    """A platform that announces flows and does not list them."""

    def run_job(self, collector, ago, *more):
        return run_program(
            self.directory, "--platform-ip", f"127.0.0.1:{self.platform.port}", "--platform-ca-file", self.authority.ca_file,
            "--filter", "", "--state-dir", self.directory / "state", "--job", JOB, "--settle", f"{ago}h",
            "--collector", urls_of(collector.port)[0], *more, variables={"VRNI2SYSLOG_PASSWORD": PLATFORM_PASSWORD})

    def state_command(self, *command):
        return run_program(self.directory, "--state-dir", self.directory / "state", "--job", JOB, *command)

    def fail_from(self, is_bad):
        """The platform announces flows that it does not list, in searches whose window begins at a bad time."""
        def announces_more(body):
            answer = json.loads(self.platform.search(body).body)
            more = 3 if is_bad(body["time_range"]) else 0
            return json_answer({**answer, "total_count": answer["total_count"] + more})
        self.platform.replace_always(SEARCH, announces_more)

    def test_a_window_with_a_shortfall_is_owed_and_read_by_a_later_run(self):
        self.platform = self.start(FakePlatform(self.certificate))
        collector = self.start(UnreliableCollector())
        state = self.directory / "state" / f"{JOB}.state"
        self.assert_exit(self.run_job(collector, 9), OK)
        end = seconds_of(re.search(r"(?m)^watermark: (.*)$", state.read_text())[1])
        self.fail_from(lambda window: True)
        run = self.run_job(collector, 5)
        owed = f"{rfc3339(end)}/"
        self.assert_exit(run, DATA, "announced 28 flows, but listed 25", f"--since {rfc3339(end)}", owed, "--give-up")
        self.assertIn(f"is owed {owed}", self.state_command("--status").stdout.decode())
        self.platform.answer_honestly()
        self.assert_exit(self.run_job(collector, 3), OK)
        self.assertNotIn("owed", self.state_command("--status").stdout.decode())
        collector.stop()
        for delivery, start in ((-2, end), (-1, None)):
            lines = parse(collector.deliveries[delivery].decode().split("\n"))
            self.assertEqual(sorted(self.platform.ids), sorted(line.flow for line in lines))
            if start:
                self.assertEqual({start}, {line.start for line in lines}, "what is owed comes first, as one window")

    def test_a_collector_that_takes_the_place_of_one_that_is_owed_a_window_gets_it(self):
        self.platform = self.start(FakePlatform(self.certificate))
        old, new = self.start(UnreliableCollector()), self.start(UnreliableCollector())
        self.assert_exit(self.run_job(old, 9), OK)
        end = seconds_of(re.search(r"(?m)^watermark: (.*)$", (self.directory / "state" / f"{JOB}.state").read_text())[1])
        self.fail_from(lambda window: True)
        self.assert_exit(self.run_job(old, 5), DATA, f"{rfc3339(end)}/")
        self.platform.answer_honestly()
        self.assert_exit(self.run_job(new, 3), OK, f"from {rfc3339(end)} on, which collectors that are new in this run get")
        self.assertNotIn("owed", self.state_command("--status").stdout.decode())
        new.stop()
        lines = parse(new.deliveries[0].decode().split("\n"))
        self.assertEqual((sorted(self.platform.ids), {end}), (sorted(line.flow for line in lines), {line.start for line in lines}))

    def test_one_window_that_cannot_be_read_does_not_stop_the_rest(self):
        self.platform = self.start(FakePlatform(self.certificate, count=3))
        collector = self.start(UnreliableCollector())
        self.fail_from(lambda window: bad <= window["start_time"] + 1 < bad + HOUR)
        now = int(time.time())
        bad = (now - 4 * HOUR) // HOUR * HOUR
        hourly = ("--resolution", "1h")
        for attempt in range(2):
            run = self.run_job(collector, 1, *hourly)
            self.assert_exit(run, DATA, f"{rfc3339(bad)}/{rfc3339(bad + HOUR)}")
        collector.stop()
        starts = {line.start for delivery in collector.deliveries
                  for line in parse(delivery.decode().split("\n")) if b"MANIFEST" in delivery}
        self.assertTrue({bad - HOUR, bad + HOUR} <= starts, "the hours around it")
        self.assertFalse(bad in starts)
        window = f"{rfc3339(bad)}/{rfc3339(bad + HOUR)}"
        self.assert_exit(self.state_command("--give-up", "2020-01-01T00:00:00Z/2020-01-02T00:00:00Z"), USAGE, "is owed no window")
        self.assert_exit(self.state_command("--give-up", "nonsense"), USAGE, "is not a window")
        self.assert_exit(self.state_command("--set-watermark", rfc3339(bad + 2 * HOUR)), OK)
        self.assertIn(f"is owed {window}", self.state_command("--status").stdout.decode(), "which is before the new watermark")
        given_up = self.state_command("--give-up", window)
        self.assert_exit(given_up, OK)
        self.assertIn(f"no longer waits for {window}", given_up.stdout.decode())
        self.assertNotIn("owed", self.state_command("--status").stdout.decode())

    def test_windows_that_one_collector_is_owed_and_another_one_has_still_to_get(self):
        """They come twice in a run: for the one at its beginning, and for the other in their order."""
        self.platform = self.start(FakePlatform(self.certificate, count=3))
        steady, behind = self.start(UnreliableCollector()), self.start(UnreliableCollector())
        end = int(time.time()) // HOUR * HOUR
        first = end - 6 * HOUR

        def run(ago, *more):
            return self.run_job(steady, ago, "--collector", urls_of(behind.port)[0], "--resolution", "1h", *more)

        self.assert_exit(run(6), OK)
        behind.stop()
        self.fail_from(lambda window: first + HOUR <= window["start_time"] + 1 < first + 4 * HOUR)
        self.assert_exit(run(0, "--deadline", f"{seconds(8)}s"), TEMPORARY, rfc3339(first + HOUR))
        self.assertEqual(3, self.state_command("--status").stdout.decode().count("is owed"))
        self.platform.answer_honestly()
        behind = self.start(UnreliableCollector(port=behind.port))
        self.assert_exit(run(0), OK)
        steady.stop()
        behind.stop()
        for collector in (steady, behind):
            whole = [delivery for delivery in collector.deliveries if b"MANIFEST" in delivery]
            starts = [line.start for delivery in whole for line in parse(delivery.decode().split("\n"))]
            for start in range(first, end, HOUR):
                self.assertEqual(3, starts.count(start), rfc3339(start))

    def test_a_filter_that_was_accepted_is_not_blamed_for_one_window(self):
        self.platform = self.start(FakePlatform(self.certificate, count=3))
        collector = self.start(UnreliableCollector())
        bad = (int(time.time()) - 4 * HOUR) // HOUR * HOUR
        refusal = json_answer({"code": 400, "message": "this period is not available"}, status=400)
        refused = [bad]
        self.platform.replace_always(SEARCH, lambda body: (
            refusal if body["time_range"]["start_time"] + 1 in refused else self.platform.search(body)))
        window = f"{rfc3339(bad)}/{rfc3339(bad + HOUR)}"
        filtered = ("--resolution", "1h", "--filter", "protocol = 'TCP'")
        self.assert_exit(self.run_job(collector, 2, *filtered), DATA, "this period is not available", window)
        self.assert_exit(self.run_job(collector, 1, *filtered), DATA, "this period is not available", window)
        status = self.state_command("--status").stdout.decode()
        self.assertIn(f"is owed {window}", status)
        refused.clear()
        self.assert_exit(self.run_job(collector, 1, *filtered), OK)
        collector.stop()
        starts = [line.start for delivery in collector.deliveries for line in parse(delivery.decode().split("\n"))]
        self.assertTrue({bad - HOUR, bad + HOUR, bad + 2 * HOUR} <= set(starts), "the hours around it")
        self.assertIn(bad, starts, "once the platform had it")


class GatedCollector(PythonCollector):
    """Does not close a connection, and so confirms nothing of it, before `may_close(number of the connection)`."""

    def __init__(self, may_close):
        self._may_close = may_close
        super().__init__()

    def _read(self, connection):
        super()._read(connection)
        wait_until(lambda: self._may_close(self.connections), "leave to close")


class ReadAhead(FakePlatformTest):
    """The platform is asked for a window while the collector still confirms the one before."""

    UNITS = 4

    def test_a_window_is_asked_for_before_the_one_before_is_confirmed(self):
        platform = self.start(FakePlatform(self.certificate))
        searched = set()

        def search(body):
            searched.add(body["time_range"]["start_time"])
            return platform.search(body)
        platform.replace_always(SEARCH, search)
        collector = self.start(GatedCollector(lambda number: len(searched) > min(number, self.UNITS - 1)))
        run = run_program(
            self.directory, "--platform-ip", f"127.0.0.1:{platform.port}", "--platform-ca-file", self.authority.ca_file,
            "--filter", "", "--since", "2025-06-01T00:00:00Z", "--until", "2025-06-02T00:00:00Z", "--resolution", "6h",
            "--collector", urls_of(collector.port)[0], "--close-timeout", "60s",
            variables={"VRNI2SYSLOG_PASSWORD": PLATFORM_PASSWORD})
        collector.stop()
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr)
        self.assertEqual([], collector.errors)
        lines = parse(collector.received.decode().split("\n"))
        self.assertEqual(self.UNITS, collector.connections)
        self.assertEqual(Counter({flow: self.UNITS for flow in platform.ids}), Counter(line.flow for line in lines))
        starts = [line.start for line in lines]
        self.assertEqual(sorted(starts), starts, "window by window")


class States(JobTest):
    def assert_refused(self, status, *texts):
        """Before anything is sent, or anybody logs in; and the state stays as it is."""
        collector = self.start(PythonCollector())
        before = {path.name: path.read_bytes() for path in self.state.iterdir() if path.is_file()}
        calls = self.simulator.statistics()
        for more in ((), ("--dry-run",)):
            run = self.run_job(self.urls, *more)
            self.assert_exit(run, status, *texts)
            self.assertEqual(b"", run.stdout)
        after = self.simulator.statistics()
        self.assertEqual({name: value for name, value in calls.items() if "login" in name or "token" in name},
                         {name: value for name, value in after.items() if "login" in name or "token" in name})
        self.assertEqual(0, collector.connections)
        self.assertEqual({name: content for name, content in before.items() if name.startswith(f"{JOB}.state")},
                         {path.name: path.read_bytes() for path in self.state.iterdir()
                          if path.is_file() and path.name.startswith(f"{JOB}.state")})
        check = self.run_job(self.urls, "--check")
        self.assertEqual(status, check.status, str(check))
        self.assertRegex(check.stdout.decode(), r"(?m)^FAILED +state: ")

    def test_a_state_that_cannot_be_used(self):
        collector = self.start(UnreliableCollector())
        self.urls = urls_of(collector.port)
        for ago in (4, 3):
            self.assert_silent(self.run_job(self.urls, ago=ago))
        good = self.file.read_bytes()
        path = str(self.file)
        for name, content, status, texts in (
            ("empty", b"", IO, ("is empty", "--forget")),
            ("cut short", good[:-10], IO, ("is damaged", "--forget")),
            ("half of it", good[:len(good) // 2], IO, ("is damaged", ".previous")),
            ("a digit changed", good.replace(b"watermark: 2", b"watermark: 3", 1), IO, ("is damaged",)),
            ("something else", b"\0" * 5000, IO, ("is damaged",)),
            ("too long", b"x" * 5_000_000, IO, ("longer than",)),
            ("of a later version", b"vrni2syslog state 4\nnew: yes\n", CONFIGURATION, ("has format 4", "later version")),
        ):
            with self.subTest(name):
                self.file.write_bytes(content)
                self.assert_refused(status, path, *texts)
        with self.subTest("gone"):
            self.file.unlink()
            self.assert_refused(IO, path, "is gone", ".previous")
        with self.subTest("of another job"):
            other = self.state / "other.state"
            self.file.write_bytes(good)
            run = self.simulator.run_program(
                self.directory, "--filter", "", "--state-dir", self.state, "--job", "other", "--collector", self.urls[0],
                window=None)
            self.assert_silent(run)
            self.file.write_bytes(other.read_bytes())
            self.assert_refused(CONFIGURATION, path, "is the state of job other")
        with self.subTest("of another filter"):
            self.file.write_bytes(good)
            run = self.run_job(self.urls, "--filter", "protocol = 'TCP'")
            self.assert_exit(run, CONFIGURATION, "filter", "--forget")
        with self.subTest("that others can write"):
            self.file.chmod(0o666)
            self.assert_refused(CONFIGURATION, path, "chmod 600")
            self.file.chmod(0o600)
        with self.subTest("good"):
            self.assert_silent(self.run_job(self.urls, ago=2))

    def test_a_state_directory_that_cannot_be_used(self):
        collector = self.start(PythonCollector())
        for directory in ("/proc/nowhere", "/dev/null"):
            run = self.run_job(urls_of(collector.port), "--state-dir", directory)
            self.assert_exit(run, CANNOT_CREATE, directory, "--state-dir")
        self.assertEqual(0, collector.connections)

    def test_two_runs_at_once(self):
        stalled = self.start(PythonCollector(stall_handshake=True))
        first = self.start_job(urls_of(stalled.port), "--close-timeout", "60s")
        wait_until(lambda: stalled.connections > 0, "the first is at work")
        second = self.run_job(urls_of(stalled.port))
        self.assert_exit(second, TEMPORARY, f"job {JOB} is at work (process {first.pid})", "--lock-wait")
        self.assert_exit(self.operate("--forget"), TEMPORARY, f"process {first.pid}")
        self.assert_exit(self.operate("--status"), OK)
        self.assert_exit(self.run_job(urls_of(stalled.port), "--dry-run"), OK)
        # The lock goes with its holder.
        collector = self.start(UnreliableCollector())
        waiting = self.start_job(urls_of(collector.port), "--lock-wait", "60s")
        waiting.wait_until(lambda: has_open(waiting.pid, self.state / f"{JOB}.lock"), "it has met the lock")
        self.assertEqual(0, collector.connections)
        first.kill()
        self.assertEqual(OK, waiting.wait(seconds(60)))
        collector.stop()
        self.assert_complete(parse(collector.lines()), self.watermark() - DAY, self.watermark())


class Operators(JobTest):
    def test_status(self):
        run = self.simulator.run_program(self.directory, "--state-dir", self.state, "--status", window=None)
        self.assert_silent(run)
        self.assertIn(f"no job has run yet with --state-dir {self.state}", run.stdout.decode())
        collector = self.start(UnreliableCollector())
        self.assert_silent(self.run_job(urls_of(collector.port), ago=5))
        for arguments in ((), ("--job", JOB)):
            run = self.simulator.run_program(self.directory, "--state-dir", self.state, "--status", *arguments, window=None)
            self.assert_silent(run)
            self.assertRegex(
                run.stdout.decode(),
                rf"^job {JOB}: goes on from \S+Z, 5 hours ago\n  from https://127.0.0.1:\d+/api/ni, filter '', saved at \S+Z by "
                rf"run [0-9a-f]{{16}}\n  tcp://127.0.0.1:{collector.port}: consumed at \S+Z, up to \S+Z\n"
                r"    last manifest [0-9a-f]{64}, not signed\n$")
        run = self.simulator.run_program(
            self.directory, "--state-dir", self.state, "--status", "--job", "other", window=None)
        self.assert_exit(run, USAGE, "no job other")

    def test_forget(self):
        collector = self.start(UnreliableCollector())
        self.assert_exit(self.operate("--forget"), USAGE, f"no job {JOB}")
        for ago in (5, 4):
            self.assert_silent(self.run_job(urls_of(collector.port), ago=ago))
        self.file.write_bytes(b"damaged")
        self.assert_silent(self.operate("--forget"))
        self.assertEqual([f"{JOB}.lock"], [path.name for path in self.state.iterdir()])
        self.assert_silent(self.run_job(urls_of(collector.port)))
        collector.stop()
        self.assertEqual(DAY, (lambda last: last.end - last.start)(parse(collector.lines())[-1]))

    def test_set_watermark(self):
        collector = self.start(UnreliableCollector())
        start = int(time.time()) - 40 * HOUR
        self.assert_exit(self.simulator.run_program(
            self.directory, "--state-dir", self.state, "--job", "unknown", "--filter", "", "--set-watermark", rfc3339(start),
            window=None), USAGE, "which job?")
        self.assert_silent(self.simulator.run_program(
            self.directory, *self.options(urls_of(collector.port)), "--set-watermark", rfc3339(start), window=None))
        self.assertEqual(start, self.watermark())
        self.assert_silent(self.run_job(urls_of(collector.port), ago=5))
        self.assert_complete(parse(collector.lines()), start, self.watermark())
        self.assert_silent(self.operate("--set-watermark", rfc3339(start + HOUR)))
        self.assertEqual(start + HOUR, self.watermark())
        self.assertIn(f"nothing confirmed yet, begins at {rfc3339(start + HOUR)}", self.operate("--status").stdout.decode())
        self.assert_exit(self.operate("--set-watermark", rfc3339(time.time() + DAY)), USAGE, "is in the future")

    def test_the_state_of_a_clock_that_was_wrong(self):
        collector = self.start(UnreliableCollector())
        self.assert_silent(self.run_job(urls_of(collector.port)))
        self.forge(time.time() + DAY)
        run = self.run_job(urls_of(collector.port))
        self.assert_exit(run, CONFIGURATION, "clock", "--set-watermark")
        self.forge(time.time() - 40 * DAY)
        run = self.run_job(urls_of(collector.port))
        self.assert_exit(run, OK, "may have forgotten")

    def forge(self, watermark):
        """A right state that says so."""
        body = re.sub(r"watermark: .*", f"watermark: {rfc3339(watermark)}", self.file.read_text()).rpartition("sha256: ")[0]
        self.file.write_text(f"{body}sha256: {hashlib.sha256(body.encode()).hexdigest()}\n")

    def test_check(self):
        collector = self.start(UnreliableCollector())
        run = self.run_job(urls_of(collector.port), "--check")
        self.assert_exit(run, OK)
        self.assertIn(f"ok      state: {self.file} is not there yet: the next run is the job's first\n", run.stdout.decode())
        self.assertFalse(self.file.exists())
        self.assert_silent(self.run_job(urls_of(collector.port)))
        run = self.run_job(urls_of(collector.port), "--check")
        self.assert_exit(run, OK)
        self.assertIn(f"ok      state: {self.file}, goes on from {rfc3339(self.watermark())}\n", run.stdout.decode())


    def test_check_does_not_call_consumed_what_was_not_sent(self):
        collector = self.start(UnreliableCollector())
        run = self.run_job(urls_of(collector.port), "--check")
        self.assert_exit(run, OK)
        self.assertIn("close: closed in order; nothing was sent\n", run.stdout.decode())
        self.assertNotIn("consumed", run.stdout.decode())
        collector.stop()
        self.assertEqual(b"", collector.received)

    def test_check_with_a_test_line(self):
        collector, other = self.start(UnreliableCollector()), self.start(UnreliableCollector(["reset"], after=1))
        path = self.directory / "archive"
        urls = [f"tcp://127.0.0.1:{collector.port},tcp://127.0.0.1:{other.port}", f"file://{path}?format=message"]
        run = self.run_job(urls, "--check", "--send-test")
        self.assertEqual(TEMPORARY, run.status, str(run))
        text = run.stdout.decode()
        self.assertRegex(text, rf"(?m)^ok      collector tcp://127.0.0.1:{collector.port} test line: consumed, \d+ bytes$")
        self.assertRegex(text, rf"(?m)^FAILED  collector tcp://127.0.0.1:{other.port} test line: .*reset the connection")
        self.assertRegex(text, rf"(?m)^ok      collector file://{path} test line: consumed")
        collector.stop()
        self.assertRegex(collector.received.decode(), r'\A<166>1 \S+ \S+ vrni2syslog \d+ TEST \[vrniflow@32473 test="1"\] vRNI-Test: .*\n\Z')
        self.assertRegex(path.read_text(), r"\AvRNI-Test: .*\n\Z")
        self.assertFalse(self.file.exists(), "the job has not begun")

    def test_a_test_line_is_a_part_of_the_check(self):
        self.assert_exit(self.run_job(urls_of(9), "--send-test"), USAGE, "--send-test", "--check")


if __name__ == "__main__":
    main()
