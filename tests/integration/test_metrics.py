"""Counters: what the lines say of bytes, packets and sessions, between the simulator, platforms that fail, and no collector."""

import re

from support.expected_line import Window
from support.simulator import DAY, Simulator
from support.testcase import IntegrationTest, main

FLOWS = 300
WEEK = Window(DAY.end - 7 * 86_400, DAY.end)
ALL = "bytes,packets,sessions"
NAMES = ("bytes", "src_bytes", "dst_bytes", "packets", "sessions")
SCHEMA, FETCH, FETCH_V2 = "GET /schema/Flow/metrics", "POST /metrics/fetch", "POST /metrics/fetch/v2"
SESSIONS = "flow.allowedSessionCount.delta.summation.number"
SOURCE_BYTES = "flow.srcBytes.delta.summation.bytes"
OK, USAGE, CONFIGURATION = 0, 64, 78


def counters_of(line):
    return {name: value for name, value in re.findall(r' ([a-z_]+)="([^"]*)"', line) if name in NAMES}


class Metrics(IntegrationTest):
    def start_simulator(self, *options, flows=FLOWS, since=DAY.start):
        return self.start(Simulator(self.class_directory(), *options, flows=flows, since=since))

    def read(self, simulator, *options, metrics=ALL):
        """The counters of each line, by window and flow id, of a dry run over all flows that succeeds."""
        arguments = ("--metrics", metrics) if metrics else ()
        run = simulator.run_program(self.directory, "--filter", "", "--dry-run", "--no-manifest", *arguments, *options)
        self.assert_exit(run, OK)
        counters = {}
        for line in run.lines:
            key = tuple(re.search(f' {name}="([^"]+)"', line)[1] for name in ("window_start", "flow_id"))
            self.assertNotIn(key, counters)
            counters[key] = counters_of(line)
        return run, counters

    def of_window(self, counters, window):
        start = dict(zip(window.arguments[::2], window.arguments[1::2]))["--since"]
        return {flow_id: values for (window_start, flow_id), values in counters.items() if window_start == start}

    def assert_counters(self, simulator, counters, window=DAY, names=NAMES):
        """The lines of a window say what the simulator knows to be true, of these counters, and nothing of others."""
        expected = {flow_id: {name: value for name, value in values.items() if name in names}
                    for flow_id, values in simulator.expected_counters(window).items()}
        self.assertTrue(expected)
        self.assertEqual(expected, self.of_window(counters, window))

    def test_sums_over_the_window(self):
        simulator = self.start_simulator()
        run, counters = self.read(simulator)
        self.assertEqual("", run.stderr)
        self.assert_counters(simulator, counters)
        values = list(counters.values())
        self.assertTrue(any(not flow for flow in values), "a flow without points has no counters")
        self.assertTrue(any(flow.get("bytes") == "0" for flow in values), "zero is zero")
        self.assertTrue(any(int(flow.get("bytes", 0)) > 2**40 for flow in values))

    def test_sums_over_units(self):
        simulator = self.start_simulator()
        for since, until, seconds in ((0, 86_400, 3600), (0, 86_400, 5400), (1234, 80_000, 4000), (0, 7200, 1800)):
            with self.subTest(f"{since} {until} {seconds}"):
                start, end = DAY.start + since, DAY.start + until
                _, counters = self.read(
                    simulator, "--resolution", f"{seconds}s", *Window(start, end).arguments)
                while start < end:
                    until_next = min(end, start - start % seconds + seconds)
                    self.assert_counters(simulator, counters, Window(start, until_next))
                    start = until_next

    def test_counters_stand_before_the_identity(self):
        simulator = self.start_simulator(flows=20)
        run, counters = self.read(simulator)
        lines = [line for line in run.lines if ' bytes="' in line]
        self.assertTrue(lines)
        for line in lines:
            self.assertRegex(line, r' bytes="\d+" src_bytes="\d+" dst_bytes="\d+" packets="\d+" sessions="\d+" flow_id="')

    def test_nothing_is_asked_that_is_not_wanted(self):
        for metrics, options, names in (
            ("", (), ()), ("bytes", (), NAMES[:3]), ("packets", (), ("packets",)), ("sessions,packets", (), NAMES[3:]),
            ("bytes", ("--fields", "flow_id,window_start,bytes"), ("bytes",)),
        ):
            with self.subTest(f"{metrics} {options}"):
                simulator = self.start_simulator(flows=50)
                _, counters = self.read(simulator, *options, metrics=metrics)
                self.assert_counters(simulator, counters, names=names)
                calls = simulator.statistics()["calls"]
                self.assertEqual(1 if names else 0, calls.get(SCHEMA, 0))
                self.assertEqual(len(names), calls.get(FETCH, 0))
                self.assertNotIn(FETCH_V2, calls)

    def test_nothing_is_asked_that_the_format_does_not_show(self):
        for name in ("message", "logger"):
            with self.subTest(name):
                simulator = self.start_simulator(flows=20)
                run = simulator.run_program(
                    self.directory, "--dry-run", "--no-manifest", "--metrics", ALL, "--format", name)
                self.assert_exit(run, OK)
                self.assert_one_warning(run, "--metrics", f"--format {name}")
                calls = simulator.statistics()["calls"]
                self.assertFalse({SCHEMA, FETCH, FETCH_V2} & calls.keys())

    def test_calls_are_metrics_times_thousands_of_flows_times_ranges(self):
        simulator = self.start_simulator(flows=2500, since=WEEK.start)
        _, counters = self.read(simulator, *WEEK.arguments, metrics="bytes,packets")
        self.assert_counters(simulator, counters, WEEK, NAMES[:4])
        # A week has 336 half hours.
        self.assertEqual(4 * 3 * 2, simulator.statistics()["calls"][FETCH])

    def test_calls_side_by_side_are_as_many(self):
        simulator = self.start_simulator("--page-cap", "50", "--latency", "100")
        run, counters = self.read(simulator, "--resolution", "12h", "--concurrency", "8")
        self.assertEqual("", run.stderr)
        for window in (Window(DAY.start, DAY.start + 43_200), Window(DAY.start + 43_200, DAY.end)):
            self.assert_counters(simulator, counters, window)
        statistics = simulator.statistics()
        self.assertEqual(5 * statistics["calls"]["POST /search"], statistics["calls"][FETCH], "one of each for a page")
        self.assertGreater(statistics["max_in_flight"], 3)

    def test_platform_that_allows_fewer_points(self):
        simulator = self.start_simulator("--metric-points", "100", since=WEEK.start)
        run, counters = self.read(simulator, *WEEK.arguments)
        self.assertEqual("", run.stderr)
        self.assert_counters(simulator, counters, WEEK)

    def test_platform_that_answers_for_some_of_the_flows(self):
        for cap, calls in ((100, 1 + 3), (10, 1 + 30)):
            with self.subTest(cap):
                simulator = self.start_simulator("--metric-id-cap", str(cap))
                run, counters = self.read(simulator, metrics="packets")
                self.assertEqual("", run.stderr)
                self.assert_counters(simulator, counters, names=("packets",))
                self.assertLessEqual(simulator.statistics()["calls"][FETCH], calls)

    def test_platform_that_answers_for_hardly_a_flow(self):
        simulator = self.start_simulator("--metric-id-cap", "3", flows=50)
        run, counters = self.read(simulator, metrics="packets")
        self.assert_one_warning(run, "without packets", "leaves flows out")
        expected = simulator.expected_counters()
        for flow_id, values in self.of_window(counters, DAY).items():
            self.assertIn(values, ({}, {"packets": expected[flow_id].get("packets")}))

    def test_platform_that_cuts_points(self):
        simulator = self.start_simulator("--metric-points", "100", "--metric-cut-points", since=WEEK.start)
        run, counters = self.read(simulator, *WEEK.arguments)
        self.assertEqual("", run.stderr)
        self.assert_counters(simulator, counters, WEEK)

    def test_failures_cost_no_more_than_a_budget(self):
        # One of 250 flows, in many units: without a budget each costs the calls of a search for it.
        simulator = self.start_simulator("--metric-reject-id-every", "250", flows=1000)
        run, counters = self.read(simulator, "--resolution", "1h", metrics="packets")
        self.assert_one_warning(run, "without packets", "Invalid entity id")
        self.assertLess(simulator.statistics()["calls"][FETCH], 150)
        self.assertTrue(any(counters.values()))

    def test_platform_with_one_form_of_answer(self):
        for form in ("pairs", "lists"):
            with self.subTest(form):
                simulator = self.start_simulator("--metrics", form)
                run, counters = self.read(simulator)
                self.assertEqual("", run.stderr)
                self.assert_counters(simulator, counters)
                self.assertEqual({"pairs": 0, "lists": 5}[form], simulator.statistics()["calls"].get(FETCH_V2, 0))

    def test_platform_without_metrics(self):
        simulator = self.start_simulator("--metrics", "none")
        run, counters = self.read(simulator, "--resolution", "6h")
        self.assertIn("404", run.stderr)
        self.assert_one_warning(run, "--metrics", "without counters")
        self.assert_counters(simulator, self.first_unit(counters), Window(DAY.start, DAY.start + 6 * 3600), names=())
        self.assertNotIn(FETCH, simulator.statistics()["calls"])

    def first_unit(self, counters):
        first = min(window_start for window_start, _ in counters)
        return {key: value for key, value in counters.items() if key[0] == first}

    def test_platform_without_some_metric(self):
        simulator = self.start_simulator("--metric-missing", SESSIONS, "--metric-missing", SOURCE_BYTES)
        run, counters = self.read(simulator, "--resolution", "12h")
        self.assert_one_warning(run, SESSIONS)
        self.assertNotIn(SOURCE_BYTES, run.stderr)
        self.assert_counters(simulator, self.first_unit(counters), Window(DAY.start, DAY.start + 12 * 3600),
                             names=("bytes", "dst_bytes", "packets"))

    def test_platform_that_fails_on_metrics(self):
        # Of one flow, since an error of the server is tried again for a while.
        for status, flows in ((400, FLOWS), (403, FLOWS), (500, 5)):
            with self.subTest(status):
                simulator = self.start_simulator("--metric-status", str(status), flows=flows)
                run, counters = self.read(simulator, "--resolution", "12h", metrics="packets")
                self.assert_one_warning(run, "--metrics", "/metrics/fetch", str(status))
                self.assert_counters(simulator, self.first_unit(counters), Window(DAY.start, DAY.start + 12 * 3600), names=())

    def test_answers_that_make_no_sense(self):
        for path in ("/metrics/fetch", "/schema/Flow/metrics"):
            for body in ("html", "array", "empty", "nested", "huge-length"):
                with self.subTest(f"{path} {body}"):
                    simulator = self.start_simulator("--body-call", path, "--body", body, flows=1)
                    run, counters = self.read(simulator, metrics="sessions")
                    self.assert_one_warning(run, "--metrics", path)
                    self.assert_counters(simulator, counters, names=())

    def test_flows_that_the_platform_cannot_count(self):
        simulator = self.start_simulator("--metric-reject-id-every", "100")
        run, counters = self.read(simulator, metrics="packets")
        self.assert_one_warning(run, "without packets", "Invalid entity id")
        expected = simulator.expected_counters()
        found = self.of_window(counters, DAY)
        self.assertEqual(expected.keys(), found.keys())
        self.assertGreater(len([values for values in found.values() if values]), FLOWS // 2)
        different = [flow_id for flow_id, values in found.items()
                     if values.get("packets") != expected[flow_id].get("packets")]
        self.assertLessEqual(len(different), FLOWS // 100)
        self.assertTrue(all(not found[flow_id] for flow_id in different))

    def test_faults_that_pass_cost_no_counter(self):
        for options in (("--truncate-every", "4"), ("--cut-every", "4"), ("--fail-every", "4"),
                        ("--throttle-every", "5", "--retry-after", "seconds:0"), ("--unauthorized-after", "4"),
                        ("--shuffle-fetch",)):
            with self.subTest(" ".join(options)):
                simulator = self.start_simulator(*options)
                run, counters = self.read(simulator)
                self.assertEqual("", run.stderr)
                self.assert_counters(simulator, counters)

    def test_options_that_make_no_sense(self):
        simulator = self.start_simulator(flows=1)
        for options, texts in (
            (("--metrics", "bytes,drops"), ("'drops'", "bytes,packets,sessions")),
            (("--metrics", "bytes,bytes"), ("twice",)),
            (("--metrics", ""), ("--metrics",)),
            (("--metrics", "bytes", "--resolution", "10m"), ("--metrics and --resolution", "30m")),
            (("--metrics", "packets", "--fields", "flow_id,bytes"), ("--metrics and --fields", "without packets")),
        ):
            with self.subTest(" ".join(options)):
                run = simulator.run_program(self.directory, "--dry-run", *options)
                self.assert_exit(run, USAGE, *texts)
        config = self.directory / "x.conf"
        config.write_text("metrics = drops\n")
        self.assert_exit(simulator.run_program(self.directory, "--dry-run", "--config", config), CONFIGURATION, "'drops'")

    def test_windows_shorter_than_the_interval_are_told(self):
        simulator = self.start_simulator(flows=200)
        window = Window(DAY.start + 600, DAY.start + 1200)
        run, counters = self.read(simulator, *window.arguments)
        self.assert_one_warning(run, "shorter than 30m")
        self.assert_counters(simulator, counters, window, names=())
        run, _ = self.read(simulator, "--fields", "flow_id,window_start,bytes", metrics="")
        self.assert_one_warning(run, "--fields", "--metrics bytes")

    def assert_one_warning(self, run, *texts):
        lines = run.stderr.splitlines()
        self.assertEqual(1, len(lines), str(run))
        for text in ("warning", *texts):
            self.assertIn(text, lines[0])


if __name__ == "__main__":
    main()
