"""Several calls at once change nothing but the time: the same flows, once each, whatever the platform does."""

import gzip
import json
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from support.expected_line import Window
from support.network_fault import Names
from support.peers import ScriptedPeer, dies_at_the_end, reset_after
from support.program import seconds, start_program
from support.simulator import DAY, PASSWORD, Simulator
from support.testcase import IS_FULL, IntegrationTest, main

OK, UNAVAILABLE, TEMPORARY = 0, 69, 75
FLOWS = 8_000 if IS_FULL else 2_000
MANY = "8"
DRY_RUN = ("--filter", "", "--dry-run", "--no-manifest")
FAULTS = {
    "none": (),
    "throttled": ("--throttle-every", "9"),
    "tokens die": ("--unauthorized-after", "5"),
    "tokens run out": ("--token-life", "2s", "--token-grace", "5s", "--latency", "150", "--page-cap", "100"),
    "connections cut": ("--cut-every", "5"),
    "errors": ("--fail-every", "6"),
    "pages that shift": ("--churn", "2", "--page-cap", "300"),
    "short pages, slow answers": ("--page-cap", "200", "--latency", "20"),
    "flows out of order, and missing": ("--shuffle-fetch", "--fetch-miss-every", "7"),
    "a search that ends early": ("--deep-offset-limit", str(FLOWS // 2)),
    "compressed": ("--gzip",),
    "names and VLAN ids to be asked for": ("--references", "unnamed"),
}


def flow_ids(run):
    return [line.split(' flow_id="')[1].split('"')[0] for line in run.lines]


class ConcurrencyTest(IntegrationTest):
    def simulate(self, *options, flows=FLOWS, name="platform"):
        directory = self.directory / name
        directory.mkdir()
        return self.start(Simulator(directory, *options, flows=flows))

    def dry_run(self, simulator, *options, **more):
        return simulator.run_program(self.directory, *DRY_RUN, *options, timeout=240, **more)


class SameFlows(ConcurrencyTest):
    def run_with(self, fault, concurrency):
        simulator = self.simulate(*FAULTS[fault], name=f"{fault}-{concurrency}")
        report = self.directory / f"{fault}-{concurrency}.json"
        run = self.dry_run(simulator, "--concurrency", concurrency, "--report", report)
        return run, simulator.ids(DAY.start - 1, DAY.end), simulator.statistics(), json.loads(report.read_text())

    def test_whatever_the_platform_does(self):
        cases = [(fault, concurrency) for fault in FAULTS for concurrency in ("1", MANY)]
        with ThreadPoolExecutor(6) as workers:
            results = list(workers.map(lambda case: self.run_with(*case), cases))
        for (fault, concurrency), (run, ids, statistics, report) in zip(cases, results):
            with self.subTest(fault, concurrency=concurrency):
                self.assert_exit(run, OK)
                counts = Counter(flow_ids(run))
                self.assertEqual(ids, set(counts))
                self.assertEqual(len(ids), sum(counts.values()), "flows came twice")
                calls = sum(statistics["calls"].values()) - 1  # all but the logout
                if fault == "tokens run out":
                    self.assertGreater(statistics["logins"], 1)
                    # What is broken off for a new token, the platform holds for a moment more, or has never seen.
                    self.assertLessEqual(statistics["max_in_flight"], 2 * int(concurrency))
                    self.assertGreaterEqual(report["totals"]["calls"], calls)
                    continue
                # What it has cut off, the platform holds for a moment more.
                self.assertLessEqual(statistics["max_in_flight"], int(concurrency) + (fault == "connections cut"))
                self.assertEqual(report["totals"]["calls"], calls)

    def test_the_order_is_that_of_the_platform(self):
        simulator = self.simulate("--page-cap", "200", "--latency", "10")
        one, many = (self.dry_run(simulator, "--concurrency", concurrency) for concurrency in ("1", MANY))
        self.assertEqual(flow_ids(one), flow_ids(many))


class Load(ConcurrencyTest):
    def test_several_calls_are_under_way_at_once(self):
        simulator = self.simulate("--page-cap", "100", "--latency", "50")
        self.assert_exit(self.dry_run(simulator), OK)
        self.assertGreater(simulator.statistics()["max_in_flight"], 1)

    def test_tokens_that_die_with_several_calls_under_way_cost_one_login(self):
        simulator = self.simulate("--unauthorized-after", "7", "--latency", "50", "--page-cap", "100", flows=2000)
        self.assert_exit(self.dry_run(simulator, "--concurrency", MANY), OK)
        self.assertEqual(2, simulator.statistics()["logins"])

    def test_a_capture_says_how_long_answers_took(self):
        simulator = self.simulate("--latency", "200")
        capture = self.directory / "capture"
        self.assert_exit(self.dry_run(simulator, "--save-capture", capture), OK)
        took = [json.loads(gzip.decompress(path.read_bytes()))["took_ms"] for path in capture.glob("*-entities-fetch.json.gz")]
        self.assertGreater(len(took), 2)
        self.assertGreaterEqual(min(took), 199)

    def test_a_slow_collector_that_keeps_answers_waiting(self):
        """Longer than the platform's answers may take: what was asked for meanwhile is there, or is asked for again."""
        simulator = self.simulate("--page-cap", "200", flows=FLOWS)

        def pauses(peer, connection):
            peer.take(connection, 200_000)
            peer.pause(6)
            peer.take_all(connection)
        peer = self.start(ScriptedPeer([pauses], receive_buffer=20_000))
        run = simulator.run_program(
            self.directory, "--filter", "", "--collector", f"tcp://127.0.0.1:{peer.port}", "--concurrency", MANY,
            "--answer-timeout", f"{seconds(3)}s", "--close-timeout", "30s", timeout=240)
        self.assert_exit(run, OK)
        peer.stop()
        found = [line.split(' flow_id="')[1].split('"')[0] for line in peer.lines() if ' flow_id="' in line]
        self.assertEqual(sorted(simulator.ids(DAY.start - 1, DAY.end)), sorted(found))


class UnitsSideBySide(ConcurrencyTest):
    """The next units are searched for while one is read."""

    UNITS = ("--resolution", "4h")

    def test_they_come_whole_and_in_their_order(self):
        lines = {}
        for concurrency in ("1", MANY):
            simulator = self.simulate("--latency", "20", name=f"units-{concurrency}")
            run = self.dry_run(simulator, *self.UNITS, "--concurrency", concurrency)
            self.assert_exit(run, OK)
            starts = [line.split(' window_start="')[1].split('"')[0] for line in run.lines]
            self.assertEqual(sorted(starts), starts)
            self.assertEqual(6, len(set(starts)))
            statistics = simulator.statistics()
            self.assertEqual(6, statistics["calls"]["POST /search"], "every answer is used")
            self.assertLessEqual(statistics["max_in_flight"], int(concurrency))
            lines[concurrency] = Counter(zip(starts, flow_ids(run)))
        self.assertEqual(lines["1"], lines[MANY])

    def test_the_next_units_are_fetched_while_one_is(self):
        """What several of them have is fetched once, with the first of them."""
        simulator = self.simulate(flows=600)
        simulator.close_gate()
        job = self.start(simulator.start_program(self.directory, *DRY_RUN, *self.UNITS, "--concurrency", MANY))
        job.wait_until(lambda: simulator.waiting_fetches() >= 3, "the fetches of three units")
        simulator.open_gate()
        self.assertEqual(OK, job.wait(seconds(60)), job.output_text())
        statistics = simulator.statistics()
        self.assertEqual(6, statistics["calls"]["POST /search"])
        self.assertEqual(statistics["flows_fetched"], len(simulator.ids(DAY.start - 1, DAY.end)))

    def test_tokens_that_die_between_two_units(self):
        simulator = self.simulate("--unauthorized-after", "5", "--latency", "20")
        run = self.dry_run(simulator, *self.UNITS, "--concurrency", MANY)
        self.assert_exit(run, OK)
        self.assertEqual(simulator.ids(DAY.start - 1, DAY.end), set(flow_ids(run)))

    def test_a_collector_that_is_killed(self):
        """Once in the middle of a unit, and once with a whole unit unread."""
        simulator = self.simulate("--latency", "20", flows=600)
        peer = self.start(ScriptedPeer([reset_after(20_000), dies_at_the_end]))
        run = simulator.run_program(
            self.directory, "--filter", "", *self.UNITS, "--no-manifest", "--state-dir", self.directory / "state", "--concurrency", MANY,
            "--collector", f"tcp://127.0.0.1:{peer.port}", timeout=240)
        self.assert_exit(run, OK)
        lines = Counter((line.split(' window_start="')[1].split('"')[0], line.split(' flow_id="')[1].split('"')[0]) for line in peer.lines())
        windows = [Window(start, start + 4 * 3600) for start in range(DAY.start, DAY.end, 4 * 3600)]
        self.assertEqual({(window.arguments[1], flow) for window in windows for flow in simulator.expected_ids(window)},
                         set(lines))
        self.assertLessEqual(len({start for (start, _), count in lines.items() if count > 1}), 1, "units that came twice")

    def test_a_signal_leaves_nothing_out(self):
        simulator = self.simulate("--latency", "20")
        stored = self.directory / "stored"
        options = ("--filter", "", *self.UNITS, "--no-manifest", "--state-dir", self.directory / "state", "--collector", f"file://{stored}")
        simulator.close_gate()
        job = self.start(simulator.start_program(self.directory, *options))
        job.wait_until(lambda: simulator.waiting_fetches() > 0, "a fetch")
        job.send_signal(signal.SIGTERM)
        self.assertEqual(TEMPORARY, job.wait(seconds(60)), job.output_text())
        simulator.open_gate()
        self.assert_exit(simulator.run_program(self.directory, *options, timeout=240), OK)
        found = {line.split(' flow_id="')[1].split('"')[0] for line in stored.read_text(encoding="utf-8").splitlines()}
        self.assertEqual(simulator.ids(DAY.start - 1, DAY.end), found)


class StuckNames(ConcurrencyTest):
    """The platform's name is never found: curl waits for its resolver in a thread, which must not keep the program."""

    def arguments(self, *options):
        return ("--platform-ip", "vrni.test", "--insecure", *DAY.arguments, *DRY_RUN, *options)

    def setUp(self):
        super().setUp()
        self.names = Names(self.directory)
        self.names.set("vrni.test", "HANG")

    def test_the_deadline_ends_the_run(self):
        job = self.start(start_program(self.directory, *self.arguments("--deadline", "2s"),
                                       variables={"VRNI2SYSLOG_PASSWORD": PASSWORD, **self.names.variables}))
        self.assertIn(job.wait(seconds(60)), (UNAVAILABLE, TEMPORARY), job.output_text())

    def test_a_signal_ends_the_run(self):
        job = self.start(start_program(self.directory, *self.arguments(),
                                       variables={"VRNI2SYSLOG_PASSWORD": PASSWORD, **self.names.variables}))
        job.wait_until(lambda: self.names.is_hanging, "the lookup")
        job.send_signal(signal.SIGTERM)
        self.assertEqual(TEMPORARY, job.wait(seconds(60)), job.output_text())


if __name__ == "__main__":
    main()
