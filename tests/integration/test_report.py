"""What a run tells of itself when it ends: --report, the closing line on a terminal, and what a stopped terminal does to it."""

import fcntl
import json
import os
import pty
import re
import signal
import subprocess
import termios
import threading

from support.peers import PythonCollector, UnreliableCollector
from support.process import wait_until
from support.program import BINARY, ROOT, environment, seconds
from support.simulator import PASSWORD, Simulator
from support.testcase import IntegrationTest, main

OK, DATA, TEMPORARY = 0, 65, 75
FLOWS = 1200
DRY_RUN = ("--filter", "", "--dry-run")


class ReportTest(IntegrationTest):
    def simulate(self, *options, flows=FLOWS):
        return self.start(Simulator(self.class_directory(), *options, flows=flows))

    def run_with_report(self, simulator, *options):
        path = self.directory / "report.json"
        run = simulator.run_program(self.directory, *options, "--report", path)
        return run, json.loads(path.read_text(encoding="utf-8"))


class Report(ReportTest):
    def test_of_a_complete_run(self):
        simulator = self.simulate()
        run, report = self.run_with_report(simulator, *DRY_RUN, "--resolution", "6h")
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr)
        self.assertTrue(report["complete"])
        self.assertEqual((0, True, "", "127.0.0.1"),
                         (report["exit_status"], report["dry_run"], report["filter"], report["platform"]))
        self.assertNotIn("error", report)
        self.assertEqual({"start": "2025-06-01T00:00:00Z", "end": "2025-06-02T00:00:00Z"}, report["window"])
        self.assertEqual((4, 4, 6 * 3600), (report["units"], report["units_done"], report["resolution_seconds"]))
        self.assertEqual([True] * 4, [unit["done"] for unit in report["coverage"]])
        for unit in report["coverage"]:
            lines = [line for line in run.lines if f'window_start="{unit["start"]}"' in line and "FLOW" in line]
            self.assertEqual(len(lines), unit["lines"])
            self.assertEqual((unit["announced"], 0, 0, 1),
                             (unit["received"], unit["partial"], unit["left_out"], unit["searches"]))
        totals = report["totals"]
        for name in ("announced", "received", "lines", "searches"):
            self.assertEqual(sum(unit[name] for unit in report["coverage"]), totals[name], name)
        # Without the login's end, which comes after the report.
        self.assertEqual(sum(simulator.statistics()["calls"].values()) - 1, totals["calls"])
        self.assertIn(report["run"], run.lines[0])

    def test_of_a_platform_that_makes_it_hard(self):
        simulator = self.simulate("--churn", "1", "--deep-offset-limit", "1000", "--throttle-every", "9", "--fetch-miss-every",
                                  "100", "--fetch-miss-times", "0")
        run, report = self.run_with_report(simulator, *DRY_RUN)
        self.assert_exit(run, OK)
        totals = report["totals"]
        self.assertTrue(report["complete"])
        self.assertEqual((FLOWS, FLOWS, 12), (totals["received"], totals["lines"], totals["partial"]))
        self.assertGreater(totals["calls_throttled"], 0)
        self.assertEqual(simulator.statistics()["throttled"], totals["calls_throttled"])
        self.assertGreater(totals["windows_read_in_parts"], 0)
        self.assertGreater(totals["calls_repeated"], 0)

    def test_the_page_explains_every_member(self):
        _, report = self.run_with_report(self.simulate(), "--collector", f"file://{self.directory}/flows")
        page = (ROOT / "packaging/doc/monitoring.md").read_text(encoding="utf-8").partition("## The report")[2].partition("\n## ")[0]
        tables = [set(re.findall(r"`(\w+)`", "".join(re.findall(r"(?m)^\|([^|]*)\|", table))))
                  for table in page.split("| member | meaning |")[1:]]
        unit = report["coverage"][0]
        self.assertEqual([set(report) | {"error"}, set(unit), set(unit["collectors"][0]) | {"error"}, set(report["totals"])], tables)

    def test_of_what_each_collector_got(self):
        collector = self.start(UnreliableCollector(["reset"]))
        urls = [f"file://{self.directory}/flows", f"tcp://127.0.0.1:{collector.port}"]
        run, report = self.run_with_report(
            self.simulate(), "--filter", "", "--resolution", "12h", *(option for url in urls for option in ("--collector", url)))
        self.assert_exit(run, OK)
        self.assertEqual([[(urls[0], "consumed", 1), (urls[1], "consumed", 2)], [(urls[0], "consumed", 1), (urls[1], "consumed", 1)]],
                         [[(one["collector"], one["verdict"], one["attempts"]) for one in unit["collectors"]]
                          for unit in report["coverage"]])
        sent = [line for line in (self.directory / "flows").read_bytes().splitlines() if b"MANIFEST" not in line]
        for position, unit in enumerate(report["coverage"]):
            for one in unit["collectors"]:
                self.assertTrue(one["confirmed"])
                self.assertNotIn("error", one)
                self.assertEqual(unit["received"], one["lines"])
                self.assertGreaterEqual(one["seconds"], 0)
            first = sum(before["received"] for before in report["coverage"][:position])
            lines = sent[first:first + unit["received"]]
            self.assertEqual(sum(len(line) for line in lines), unit["collectors"][0]["bytes"])
        self.assertEqual(1, report["totals"]["epochs_resent"])

    def test_of_repeats_that_were_left_out(self):
        simulator = self.simulate()
        options = ("--filter", "", "--collector", f"file://{self.directory}/flows", "--repeat-after", "7d", "--state-dir",
                   self.directory / "state", "--resolution", "12h")
        run, report = self.run_with_report(simulator, *options)
        self.assert_exit(run, OK)
        first, second = report["coverage"]
        self.assertEqual(0, first["left_out"])
        self.assertGreater(second["left_out"], 0)
        self.assertEqual(second["received"], second["left_out"] + second["lines"])

    def test_of_a_window_that_cannot_be_read_whole(self):
        simulator = self.simulate("--deep-offset-limit", "20", "--page-cap", "10")
        run, report = self.run_with_report(simulator, *DRY_RUN, "--resolution", "12h")
        self.assert_exit(run, DATA)
        self.assertFalse(report["complete"])
        self.assertEqual(DATA, report["exit_status"])
        self.assertIn(report["error"], run.stderr)
        self.assertEqual((2, 0), (report["units"], report["units_done"]))
        self.assertEqual([("2025-06-01T00:00:00Z", False), ("2025-06-01T12:00:00Z", False)],
                         [(unit["start"], unit["done"]) for unit in report["coverage"]], "one does not stop the other")

    def test_of_a_delivery_that_was_not_confirmed(self):
        collector = self.start(PythonCollector(close_after=1000))
        path = self.directory / "report.json"
        job = self.start(self.simulate().start_program(
            self.directory, "--filter", "", "--collector", f"tcp://127.0.0.1:{collector.port}", "--log-level", "info", "--report", path))
        said = self.assert_in_vain(job, "attempt 2 was in vain")
        report = json.loads(path.read_text(encoding="utf-8"))
        self.assertEqual((TEMPORARY, False, 0), (report["exit_status"], report["complete"], report["units_done"]))
        outcome = report["coverage"][0]["collectors"][0]
        self.assertEqual((False, "failed"), (outcome["confirmed"], outcome["verdict"]))
        self.assertGreater(outcome["attempts"], 1)
        self.assertIn("delivery is not confirmed", said)

    def test_of_a_run_that_ended_before_its_window_was_known(self):
        simulator = self.simulate()
        state, path = self.directory / "state", self.directory / "report.json"
        options = ("--filter", "", "--state-dir", state, "--job", "nightly", "--collector", f"file://{self.directory}/flows", "--report", path)
        state.mkdir(mode=0o700)
        with (state / "nightly.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            run = simulator.run_program(self.directory, *options, "--lock-wait", "0s", window=None)
        self.assert_exit(run, TEMPORARY)
        report = json.loads(path.read_text(encoding="utf-8"))
        self.assertEqual((TEMPORARY, False, 0), (report["exit_status"], report["complete"], report["units_done"]))
        self.assertIn(report["error"], run.stderr)
        self.assertNotIn("window", report)
        self.assert_exit(simulator.run_program(self.directory, *options, window=None), 0)
        self.assertTrue(json.loads(path.read_text(encoding="utf-8"))["complete"])

    def test_replaces_the_last_one_whole(self):
        path = self.directory / "report.json"
        path.write_text("x" * 100_000)
        _, report = self.run_with_report(self.simulate(), *DRY_RUN)
        self.assertTrue(report["complete"])

    def test_that_cannot_be_written(self):
        # The directory disappears while the run goes on: the flows are there, and the error is told.
        directory = self.directory / "gone"
        directory.mkdir()
        simulator = self.simulate()
        simulator.close_gate()
        process = subprocess.Popen(
            [BINARY, *simulator.arguments, *DRY_RUN, "--report", str(directory / "report.json")], cwd=self.directory,
            env=environment(self.directory, {"VRNI2SYSLOG_PASSWORD": PASSWORD}), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        wait_until(simulator.waiting_fetches, "the first fetch")
        directory.rmdir()
        simulator.open_gate()
        output, errors = process.communicate(timeout=seconds(60))
        self.assertEqual(73, process.returncode, errors)
        self.assertIn(b"--report", errors)
        self.assertGreaterEqual(output.count(b"\n"), FLOWS)


class Terminal(ReportTest):
    """Standard error, and where it is said standard output, is a terminal."""

    def setUp(self):
        super().setUp()
        self.master, self.slave = pty.openpty()
        self.addCleanup(os.close, self.master)
        self.shown = b""

    def read_terminal(self):
        def read():
            try:
                while part := os.read(self.master, 65536):
                    self.shown += part
            except OSError:
                pass  # the last program has closed it
        reader = threading.Thread(target=read)
        reader.start()
        self.addCleanup(reader.join)
        return reader

    def start_program(self, simulator, *options, stdout, mode=DRY_RUN):
        command = [BINARY, *simulator.arguments, *mode, *options]
        process = subprocess.Popen(
            command, cwd=self.directory, env=environment(self.directory, {"VRNI2SYSLOG_PASSWORD": PASSWORD, "TERM": "xterm"}),
            stdin=subprocess.DEVNULL, stdout=stdout, stderr=self.slave, start_new_session=True)
        os.close(self.slave)
        return process

    def test_shows_the_sums_of_the_run(self):
        process = self.start_program(self.simulate(), "--resolution", "6h", stdout=subprocess.DEVNULL)
        reader = self.read_terminal()
        self.assertEqual(OK, process.wait(seconds(60)))
        reader.join(seconds(60))
        self.assertRegex(self.shown.decode(), r"([\d,]+) of \1 flows in 4 windows, \1 lines of .* calls to the platform")

    def assert_progress_makes_room_for_the_summary(self, **more):
        """The line is drawn again and again on itself, and erased in the end."""
        process = self.start_program(self.simulate("--latency", "150"), stdout=subprocess.DEVNULL, **more)
        reader = self.read_terminal()
        self.assertEqual(OK, process.wait(seconds(60)))
        reader.join(seconds(60))
        progress = r"(\r\x1b\[K[\d,]+ of 1,200 flows, [\d,]+ lines/s(, \w+ left)?)+"
        summary = r"\r\x1b\[Kvrni2syslog: 1,200 of 1,200 flows, 1,200 lines of [^\r\x1b]*\r\n"
        self.assertRegex(self.shown.decode(), f"^(\r\x1b\\[K0 of 0 flows, 0 lines/s)?{progress}{summary}$")

    def test_shows_progress_and_erases_it(self):
        self.assert_progress_makes_room_for_the_summary()

    def test_shows_the_progress_of_a_delivery_and_erases_it(self):
        collector = self.start(PythonCollector())
        self.assert_progress_makes_room_for_the_summary(
            mode=("--filter", "", "--collector", f"tcp://127.0.0.1:{collector.port}"))

    def test_that_is_stopped_does_not_keep_the_run_from_ending(self):
        # As by Ctrl-S: nobody can write to it any more.
        termios.tcflow(self.slave, termios.TCOOFF)
        simulator = self.simulate()
        process = self.start_program(simulator, stdout=self.slave)
        wait_until(lambda: "POST /entities/fetch" in simulator.statistics()["calls"], "the first fetch")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(TEMPORARY, process.wait(seconds(60)))


if __name__ == "__main__":
    main()
