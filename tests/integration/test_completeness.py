"""Every flow of a window is read, whatever the platform does to its pages, searches and fetches; and as few calls as possible."""

import datetime
import itertools
import math
import random
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support.expected_line import Window, rfc3339
from support.program import IS_SANITIZED
from support.simulator import DAY, Simulator
from support.testcase import IS_FULL, IntegrationTest, main

OK, DATA = 0, 65
HOUR = 3600
WORKERS = 6
DRY_RUN = ("--filter", "", "--dry-run", "--no-manifest")
DEPTH = 10_000
"""The row of a search beyond which platforms are known to fail."""

PAGE_CAPS = (0, 999, 10)
CURSOR_ENDS = ("absent", "null", "empty", "unchanged")
FETCH_MISSES = ((), ("--fetch-miss-every", "7"), ("--fetch-miss-every", "7", "--fetch-miss", "null", "--shuffle-fetch"),
                ("--reject-id-every", "400"))


def field(line, name):
    return line.split(f' {name}="')[1].split('"')[0]


def identities(lines):
    """How often each flow has a line."""
    return Counter(field(line, "flow_id") for line in lines)


def epoch(text):
    return int(datetime.datetime.fromisoformat(text).timestamp())


class CompletenessTest(IntegrationTest):
    def simulate(self, *options, flows):
        return self.start(Simulator(self.class_directory(), *options, flows=flows))

    def dry_run(self, simulator, *options, window=DAY):
        return simulator.run_program(self.directory, *DRY_RUN, *options, window=window, timeout=240)


class Matrix(CompletenessTest):
    """Page caps x cursor forms x churn x failures beyond some depth x fetches that miss."""

    def read(self, flows, *options):
        """A run against a platform with these switches, the lines that it stored, and the flows that the platform had."""
        directory = Path(tempfile.mkdtemp(dir=self.directory))
        stored = directory / "stored"
        simulator = Simulator(directory, *options, flows=flows)
        try:
            run = simulator.run_program(directory, "--filter", "", "--no-manifest", "--state-dir", directory / "state", "--collector",
                                        f"file://{stored}", timeout=240)
            lines = stored.read_text(encoding="utf-8").split("\n")[:-1] if stored.exists() else []
            return run, lines, simulator.ids(DAY.start - 1, DAY.end)
        finally:
            simulator.stop()

    def assert_complete(self, run, lines, ids):
        self.assert_exit(run, OK)
        counts = identities(lines)
        self.assertEqual(ids, set(counts), str(run))
        self.assertEqual([], [flow for flow, count in counts.items() if count > 1], "flows came twice")

    def assert_kept(self, run, lines, ids):
        """The platform fails on single flows, which it may yet give: the window is kept for another run, whatever was sent of it."""
        self.assert_exit(run, DATA, "Invalid entity id")
        counts = identities(lines)
        self.assertLessEqual(set(counts), ids, str(run))
        self.assertEqual([], [flow for flow, count in counts.items() if count > 1], "flows came twice")

    def check(self, page_cap):
        # Small pages make many calls, so there are fewer flows on them.
        flows, depth, churn = (600, 300, 1) if page_cap == 10 else (2500, 2000, 5)
        cap = ("--page-cap", str(page_cap)) if page_cap else ()
        changes = ((), ("--churn", "1", "--churn-size", str(churn)), ("--late-flows", "1"))
        if not page_cap:
            # All flows are on one page, and the late ones come after it: only a recount finds them.
            changes = changes[:2]
        depths = ((), ("--deep-offset-limit", str(depth)),
                  ("--deep-offset-limit", str(depth), "--deep-offset-status", "500"))
        rows = list(itertools.product(CURSOR_ENDS, changes, depths, FETCH_MISSES))
        if not IS_FULL:
            # Every pair of switches is in one of these; --full takes all of them.
            rows = rows[::5]
        switches = [(*cap, "--cursor-end", end, *change, *deep, *misses) for end, change, deep, misses in rows]
        # Most of the time is spent in pauses between attempts.
        with ThreadPoolExecutor(WORKERS) as workers:
            results = list(workers.map(lambda options: self.read(flows, *options), switches))
        for options, result in zip(switches, results):
            with self.subTest(" ".join(options)):
                (self.assert_kept if "--reject-id-every" in options else self.assert_complete)(*result)

    def test_pages_as_long_as_asked_for(self):
        self.check(0)

    def test_pages_of_999(self):
        self.check(999)

    def test_pages_of_10(self):
        self.check(10)

    def test_platforms_that_refuse_long_pages(self):
        for most in ("9999", "1000", "999"):
            for change in ("--churn", "--late-flows"):
                with self.subTest(most=most, change=change):
                    self.assert_complete(*self.read(2500, "--size-limit", most, change, "1"))

    def test_a_cursor_that_leads_back_too_early(self):
        self.assert_complete(*self.read(2500, "--cursor-repeat", "2", "--page-cap", "1000"))

    def test_failures_beyond_the_ten_thousandth_row(self):
        for status in ("400", "500"):
            with self.subTest(status):
                self.assert_complete(*self.read(12_007, "--deep-offset-limit", DEPTH, "--deep-offset-status", status))

    def test_partial_flows_are_told_from_whole_ones(self):
        run, lines, ids = self.read(600, "--fetch-miss-every", "100", "--fetch-miss-times", "0")
        self.assert_complete(run, lines, ids)
        partial = [line for line in lines if 'partial="1"' in line]
        self.assertEqual(6, len(partial))
        self.assertIn("6 flows", run.stderr)


class Shortfalls(CompletenessTest):
    def test_a_second_with_more_flows_than_the_platform_lists(self):
        simulator = self.simulate("--deep-offset-limit", "20", "--page-cap", "10", flows=600)
        run = self.dry_run(simulator)
        self.assert_exit(run, DATA, "one second", "2025-06-01T", "--filter")


class Versions(CompletenessTest):
    """A platform that lists some flows in two versions, of which the earlier has another action."""

    def test_a_change_of_decision_is_archived_however_the_pages_are_cut(self):
        flows, every = 300, 7
        changed = math.ceil(flows / every)
        for cap in ("0", "25", "1"):
            with self.subTest(page_cap=cap):
                simulator = self.simulate("--earlier-version-every", str(every), "--page-cap", cap, flows=flows)
                run = self.dry_run(simulator)
                self.assert_exit(run, OK)
                self.assertEqual("", run.stderr)
                lines = run.lines
                self.assertEqual(Counter({1: flows - changed, 2: changed}), Counter(identities(lines).values()))
                actions = {}
                for line in lines:
                    action = field(line, "action") if ' action="' in line else ""
                    actions.setdefault(field(line, "flow_id"), {})[field(line, "snapshot")] = action
                for versions in actions.values():
                    self.assertEqual(len(versions), len(set(versions.values())), versions)
                self.assertEqual(changed, sum(len(versions) == 2 for versions in actions.values()))


class Units(CompletenessTest):
    """Windows are cut into units: a flow has a line in every unit in which it was active, and no other."""

    FLOWS = 1000 if IS_SANITIZED else 3000

    @classmethod
    def setUpClass(cls):
        cls.random = random.Random(20250601)

    def read_units(self, simulator, start, end, *options):
        """The units of a run and the flows of each."""
        run = self.dry_run(simulator, *options, window=Window(start, end))
        self.assert_exit(run, OK)
        units = {}
        for line in run.lines:
            unit = tuple(field(line, name) for name in ("window_start", "window_end"))
            units.setdefault(unit, Counter())[field(line, "flow_id")] += 1
        return units

    def assert_units(self, simulator, units, start, end):
        self.assertEqual(rfc3339(start), min(units)[0])
        self.assertEqual(rfc3339(end), max(units)[1])
        for before, after in itertools.pairwise(sorted(units)):
            self.assertEqual(before[1], after[0], "a gap")
        for (unit_start, unit_end), counts in units.items():
            first, last = epoch(unit_start), epoch(unit_end)
            self.assertEqual({1}, set(counts.values()), "flows came twice in a unit")
            self.assertLessEqual(simulator.ids(first, last - 1), set(counts), f"flows are missing in {unit_start}")
            self.assertLessEqual(set(counts), simulator.ids(first - 1, last), f"flows of another time in {unit_start}")

    def test_hours_of_a_day(self):
        simulator = self.simulate(flows=self.FLOWS)
        units = self.read_units(simulator, DAY.start, DAY.end, "--resolution", "1h")
        self.assertEqual(24, len(units))
        self.assert_units(simulator, units, DAY.start, DAY.end)

    def test_random_windows_whatever_the_bounds_of_the_api(self):
        for bounds in ("inclusive", "exclusive", "without-start", "without-end"):
            simulator = self.simulate("--bounds", bounds, flows=self.FLOWS)
            for _ in range(20 if IS_FULL else 3):
                start = DAY.start + self.random.randrange(22 * HOUR)
                end = start + self.random.randrange(60, 2 * HOUR)
                resolution = self.random.choice(("1m", "7m", "600s", "1h", "1d"))
                with self.subTest(bounds=bounds, start=rfc3339(start), end=rfc3339(end), resolution=resolution):
                    units = self.read_units(simulator, start, end, "--resolution", resolution)
                    self.assert_units(simulator, units, start, end)

    def test_runs_that_follow_one_another_leave_nothing_between_them(self):
        simulator = self.simulate("--bounds", "exclusive", flows=self.FLOWS)
        middle = DAY.start + 9 * HOUR + 17
        found = set()
        for start, end in ((DAY.start, middle), (middle, DAY.end)):
            for counts in self.read_units(simulator, start, end).values():
                found |= set(counts)
        self.assertEqual(simulator.ids(DAY.start, DAY.end), found)


class Calls(CompletenessTest):
    """What the platform is asked: pages of 1000, fetches of 1000, and names only where the references lack them."""

    def calls(self, flows, *options):
        simulator = self.simulate(*options, flows=flows)
        run = self.dry_run(simulator)
        self.assert_exit(run, OK)
        return simulator.statistics(), len(simulator.ids(DAY.start - 1, DAY.end))

    def test_flows_with_names(self):
        for flows in (1, 999, 1000, 1001, 5000):
            with self.subTest(flows=flows):
                statistics, active = self.calls(flows, "--references", "named")
                self.assertEqual(0, statistics["calls"].get("POST /entities/names", 0))
                self.assertLessEqual(sum(statistics["calls"].values()), 2 * math.ceil(active / 1000) + 4)

    def test_flows_without_names(self):
        statistics, active = self.calls(5000, "--references", "unnamed")
        names = statistics["calls"]["POST /entities/names"]
        self.assertLessEqual(names, math.ceil(active / 1000) + 1, "one question a batch at the most")
        self.assertLessEqual(sum(statistics["calls"].values()), 2 * math.ceil(active / 1000) + names + 4)

    def test_names_are_kept_from_unit_to_unit(self):
        """The same flows in every hour have the same names, which are asked for once."""
        simulator = self.simulate("--references", "unnamed", flows=500)
        always = set.intersection(*(simulator.ids(start, start + HOUR - 1) for start in range(DAY.start, DAY.end, HOUR)))
        self.assertGreater(len(always), 50)
        run = self.dry_run(simulator, "--resolution", "1h", "--filter", " or ".join(f"entity_id = '{flow}'" for flow in always))
        self.assert_exit(run, OK)
        self.assertEqual(dict.fromkeys(always, 24), identities(run.lines))
        calls = simulator.statistics()["calls"]
        self.assertEqual((24, 1), (calls["POST /search"], calls["POST /entities/names"]))


if __name__ == "__main__":
    main()
