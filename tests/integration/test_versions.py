"""Versions of flows that are kept: none is fetched twice, and no line is another one for it, whatever happens to the store."""

import contextlib
import itertools
import json
import shutil
import sqlite3
from collections import Counter

from support.expected_line import Window
from support.rfc5424 import parse_line
from support.simulator import DAY, Simulator
from support.testcase import IS_FULL, IntegrationTest, main
from support.write_fault import changes_in, fault, watch

OK, KILLED = 0, -9
HOUR = 3600
FLOWS = 500
HOURS = [Window(start, start + HOUR) for start in range(DAY.start, DAY.end, HOUR)]
FEW_HOURS = HOURS if IS_FULL else HOURS[6:12]
EVERY_FLOW = ("--filter", "", "--no-manifest")
KEEP = ("--keep-versions", "7d")


class VersionsTest(IntegrationTest):
    def setUp(self):
        super().setUp()
        self.state = self.directory / "state"
        self.archive = self.directory / "archive.log"
        self.report = self.directory / "report.json"

    def simulate(self, *options, flows=FLOWS):
        return self.start(Simulator(self.directory, *options, flows=flows))

    def run_with(self, simulator, *options, window=DAY, **more):
        """A run that sends to the archive alone; its lines, parsed."""
        self.archive.write_text("")
        run = simulator.run_program(
            self.directory, *EVERY_FLOW, "--state-dir", self.state, "--report", self.report, "--collector", f"file://{self.archive}",
            *options, window=window, timeout=240, **more)
        return run, [parse_line(line) for line in self.archive.read_text(encoding="utf-8").split("\n")[:-1]]

    def send(self, simulator, *options, window=DAY, **more):
        """The same of a run that succeeds in silence."""
        run, records = self.run_with(simulator, *options, window=window, **more)
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr, str(run))
        return records

    def total(self, name):
        return json.loads(self.report.read_text())["totals"][name]

    def fetched(self, simulator, action):
        """How many flows the platform was asked for meanwhile, and what came of the action."""
        before = simulator.statistics()["flows_fetched"]
        result = action()
        return simulator.statistics()["flows_fetched"] - before, result

    def assert_right(self, simulator, records, *windows):
        """The lines are those of the flows of these windows, with all that the platform says of them."""
        wanted = {(window.start, flow): line for window in windows for flow, line in simulator.expected_lines(window).items()}
        starts = {window.arguments[1]: window.start for window in windows}
        seen = Counter()
        differences = []
        for record in records:
            key = (starts[record.parameters()["window_start"]], record.parameters()["flow_id"])
            seen[key] += 1
            differences += wanted[key].differences(record)
        self.assertEqual([], differences[:10], f"{len(differences)} differences")
        self.assertEqual(Counter(wanted.keys()), seen)

    def store(self):
        files = list(self.state.glob("flow-versions-*.sqlite"))
        self.assertEqual(1, len(files))
        return files[0]

    def make_older(self, seconds):
        """As if all that is kept had been fetched so much earlier."""
        with contextlib.closing(sqlite3.connect(self.store())) as database:
            database.execute("UPDATE blocks SET id = id - (? << 20)", (seconds,))
            database.execute("UPDATE versions SET place = place - (? << 28)", (seconds,))
            database.commit()


class WithinARun(VersionsTest):
    def test_hourly_units_fetch_every_version_once(self):
        simulator = self.simulate("--all-day", "0.3", "--hostile", "0.2")
        fetched, records = self.fetched(simulator, lambda: self.send(simulator, "--resolution", "1h"))
        self.assert_right(simulator, records, *HOURS)
        self.assertEqual(FLOWS, fetched)
        self.assertEqual(len(records) - FLOWS, self.total("versions_reused"))
        self.assertEqual([], list(self.state.glob("flow-versions*")), "nothing is kept for later runs")

    def test_a_platform_that_changes_versions_between_pages(self):
        self.assert_whole_with_changing_versions(self.simulate("--changing-versions", "--page-cap", "100"), 6 * HOUR)

    def test_a_platform_that_changes_versions_between_pages_of_10000(self):
        simulator = self.simulate("--changing-versions", "--all-day", "1", flows=10_300)
        self.assert_whole_with_changing_versions(simulator, 12 * HOUR)
        self.assertEqual(4, simulator.statistics()["calls"]["POST /search"])

    def assert_whole_with_changing_versions(self, simulator, length):
        records = [record.parameters() for record in self.send(simulator, "--resolution", f"{length}s", "--concurrency", "8")]
        for start in range(DAY.start, DAY.end, length):
            window = Window(start, start + length)
            ids = {record["flow_id"] for record in records if record["window_start"] == window.arguments[1]}
            self.assertEqual(simulator.expected_ids(window), ids)
        snapshots = Counter((record["flow_id"], record["snapshot"]) for record in records)
        self.assertEqual({1}, set(snapshots.values()), "no version was listed twice, so that none is sent twice")

    def test_earlier_versions_with_another_decision(self):
        simulator = self.simulate("--earlier-version-every", "3", flows=300)
        apart = self.send(simulator, "--resolution", "12h")
        of_each_half = [
            record for window in (Window(DAY.start, DAY.start + 12 * HOUR), Window(DAY.start + 12 * HOUR, DAY.end))
            for record in self.send(simulator, window=window)]

        def facts(records):
            return sorted((record.parameters()["flow_id"], record.parameters()["window_start"], record.parameters()["snapshot"],
                           record.parameters().get("action", "")) for record in records)
        self.assertEqual(facts(of_each_half), facts(apart))


class AcrossRuns(VersionsTest):
    def test_hourly_runs_fetch_every_version_once(self):
        simulator = self.simulate("--all-day", "0.3")
        known = set()
        for window in FEW_HOURS:
            fetched, records = self.fetched(simulator, lambda window=window: self.send(simulator, *KEEP, window=window))
            self.assert_right(simulator, records, window)
            ids = {record.parameters()["flow_id"] for record in records}
            self.assertEqual(len(ids - known), fetched)
            self.assertEqual(len(ids & known), self.total("versions_reused"))
            known |= ids
        self.assertEqual(0o600, self.store().stat().st_mode & 0o777)

    def test_what_is_new_takes_few_calls(self):
        """Two fetches have the new ones among 5,000 flows, and each may ask for the VLAN ids of networks."""
        simulator = self.simulate("--all-day", "0.97", flows=5_000)
        self.send(simulator, *KEEP, window=HOURS[0])
        before = simulator.statistics()["calls"]["POST /entities/fetch"]
        fetched, records = self.fetched(simulator, lambda: self.send(simulator, *KEEP, window=HOURS[-1]))
        self.assertGreater(len(records), 4_500)
        self.assertGreater(fetched, 0)
        self.assertLessEqual(simulator.statistics()["calls"]["POST /entities/fetch"] - before, 4)

    def test_a_run_with_other_fields_and_details_of_vms(self):
        simulator = self.simulate()
        self.send(simulator, *KEEP, "--fields", "src_ip,dst_ip")
        fetched, records = self.fetched(simulator, lambda: self.send(simulator, *KEEP))
        self.assertEqual(0, fetched)
        self.assert_right(simulator, records, DAY)
        fetched, records = self.fetched(simulator, lambda: self.send(simulator, *KEEP, "--vm-details"))
        self.assertEqual(FLOWS, fetched)
        details = [record.parameters().get("src_vm_type") for record in records]
        self.assertGreater(len(list(filter(None, details))), FLOWS / 4)
        fetched, records = self.fetched(simulator, lambda: self.send(simulator, *KEEP, "--vm-details"))
        self.assertEqual(0, fetched)
        self.assertEqual(details, [record.parameters().get("src_vm_type") for record in records])
        self.assert_right(simulator, self.send(simulator, *KEEP), DAY)

    def test_two_versions_of_a_flow_in_one_search(self):
        simulator = self.simulate("--earlier-version-every", "3", flows=300)
        fetched, first = self.fetched(simulator, lambda: self.send(simulator, *KEEP))
        self.assertEqual(400, fetched)
        fetched, second = self.fetched(simulator, lambda: self.send(simulator, *KEEP))
        self.assertEqual(0, fetched)

        def facts(records):
            return [{**record.parameters(), "run": ""} for record in records]
        self.assertEqual(facts(first), facts(second))
        self.assertEqual(400, len(first), "the decisions of both versions differ")

    def test_a_dry_run_leaves_no_trace(self):
        simulator = self.simulate(flows=100)
        run = simulator.run_program(self.directory, *EVERY_FLOW, *KEEP, "--state-dir", self.state, "--dry-run")
        self.assert_exit(run, OK)
        self.assertFalse(self.state.exists())

    def test_flows_without_content_are_not_kept(self):
        simulator = self.simulate("--fetch-miss-every", "7", "--fetch-miss-times", "2")
        _, records = self.run_with(simulator, *KEEP)
        partial = {record.parameters()["flow_id"] for record in records if "partial" in record.parameters()}
        self.assertGreater(len(partial), FLOWS / 10)
        fetched, records = self.fetched(simulator, lambda: self.send(simulator, *KEEP))
        self.assertEqual(len(partial), fetched)
        self.assert_right(simulator, records, DAY)

    def test_a_name_that_changes_without_a_new_version(self):
        before = self.simulate()
        port = before.port
        self.send(before, *KEEP)
        old = before.expected_lines()
        before.stop()
        after = self.simulate("--fact-change-every", "5", "--listen", f"127.0.0.1:{port}")
        new = after.expected_lines()
        changed = {flow for flow in old if old[flow].parameters != new[flow].parameters}
        self.assertGreater(len(changed), FLOWS / 10)

        def newer_flows(records):
            """The changed flows whose line says what the platform says now."""
            return {record.parameters()["flow_id"] for record in records if record.parameters()["flow_id"] in changed and
                    not new[record.parameters()["flow_id"]].differences(record)}
        self.assertEqual(set(), newer_flows(self.send(after, *KEEP)), "the versions are the same")
        self.make_older(2 * HOUR)
        self.assertEqual(set(), newer_flows(self.send(after, *KEEP)))
        records = self.send(after, *KEEP, "--refresh-names", "1h")
        with_names = {flow for flow in changed if {"src_vm", "dst_vm", "src_host", "dst_host"} & old[flow].parameters.keys()}
        self.assertGreater(len(with_names), FLOWS / 20)
        self.assertEqual(set(), with_names - newer_flows(records))
        self.make_older(8 * 24 * HOUR)
        self.assert_right(after, self.send(after, *KEEP, "--refresh-names", "30d"), DAY)

    def test_two_jobs_at_once(self):
        simulator = self.simulate()
        archives = [self.directory / f"archive-{number}" for number in range(3)]
        jobs = [self.start(simulator.start_program(
            self.directory, *EVERY_FLOW, *KEEP, "--state-dir", self.state, "--resolution", "3h", "--collector", f"file://{archive}"))
            for archive in archives]
        windows = [Window(start, start + 3 * HOUR) for start in range(DAY.start, DAY.end, 3 * HOUR)]
        for job, archive in zip(jobs, archives):
            self.assertEqual(OK, job.wait(), job.output_text())
            self.assertEqual("", job.output_text())
            self.assert_right(simulator, [parse_line(line) for line in archive.read_text(encoding="utf-8").split("\n")[:-1]], *windows)
        fetched, records = self.fetched(simulator, lambda: self.send(simulator, *KEEP))
        self.assertEqual(0, fetched)
        self.assert_right(simulator, records, DAY)


class Trouble(VersionsTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulator = cls.start_for_class(Simulator(cls.class_directory(), flows=FLOWS))

    def test_killed_at_every_change_of_the_store(self):
        log = self.directory / "changes"
        self.send(self.simulator, *KEEP, variables=watch(self.state, log))
        calls = [number for number, (_, path) in enumerate(changes_in(log), 1) if "flow-versions" in path]
        self.assertGreater(len(calls), 10)
        step = 1 if IS_FULL else max(1, len(calls) // 6)
        for action, call in itertools.product(("kill", "torn"), calls[::step]):
            with self.subTest(action=action, call=call):
                shutil.rmtree(self.state, ignore_errors=True)
                run, _ = self.run_with(self.simulator, *KEEP, variables=fault(self.state, action, call))
                self.assertIn(run.status, (OK, KILLED), str(run))
                self.assert_right(self.simulator, self.send(self.simulator, *KEEP), DAY)
                fetched, _ = self.fetched(self.simulator, lambda: self.send(self.simulator, *KEEP))
                self.assertEqual(0, fetched)

    def test_a_disk_without_room(self):
        for call in (1, 5, 20):
            with self.subTest(call=call):
                shutil.rmtree(self.state, ignore_errors=True)
                run, records = self.run_with(self.simulator, *KEEP, variables=fault(self.state, "fail", call, only="pwrite64"))
                self.assert_exit(run, OK)
                self.assert_right(self.simulator, records, DAY)

    def test_damage_of_every_kind(self):
        self.send(self.simulator, *KEEP)
        good = self.store().read_bytes()
        page = 4096
        damages = {
            "empty": b"", "of something else": b"something else", "half": good[:len(good) // 2],
            "header": b"\0" * 100 + good[100:], "first page": b"\0" * page + good[page:], "zeros": good[:page] + b"\0" * (len(good) - page),
            "bits": bytes(byte ^ 0x10 if index > page and index % 701 == 0 else byte for index, byte in enumerate(good)),
        }
        for name, content in damages.items():
            with self.subTest(name):
                store = self.store()
                store.write_bytes(content)
                run, records = self.run_with(self.simulator, *KEEP)
                self.assert_exit(run, OK, "the flow versions that earlier runs have kept are not used, and their file is removed")
                self.assertEqual(1, len(run.stderr.splitlines()))
                self.assert_right(self.simulator, records, DAY)
                self.send(self.simulator, *KEEP)
                fetched, records = self.fetched(self.simulator, lambda: self.send(self.simulator, *KEEP))
                self.assertEqual(0, fetched)
                self.assert_right(self.simulator, records, DAY)

    def test_a_store_of_another_version_of_the_program(self):
        self.send(self.simulator, *KEEP)
        with contextlib.closing(sqlite3.connect(self.store())) as database:
            database.execute("PRAGMA user_version = 1")
        fetched, records = self.fetched(self.simulator, lambda: self.send(self.simulator, *KEEP))
        self.assertEqual(FLOWS, fetched)
        self.assert_right(self.simulator, records, DAY)

    def test_a_store_that_others_could_have_written(self):
        self.send(self.simulator, *KEEP)
        store = self.store()
        elsewhere = self.directory / "elsewhere"
        store.chmod(0o666)
        for text in ("can be written by others", "is not a regular file"):
            with self.subTest(text):
                before = store.read_bytes()
                (fetched, (run, records)) = self.fetched(self.simulator, lambda: self.run_with(self.simulator, *KEEP))
                self.assert_exit(run, OK, text)
                self.assertEqual(FLOWS, fetched)
                self.assert_right(self.simulator, records, DAY)
                self.assertEqual(before, store.read_bytes())
            store.chmod(0o600)
            if not store.is_symlink():
                store.rename(elsewhere)
                store.symlink_to(elsewhere)


if __name__ == "__main__":
    main()
