"""--repeat-after: what was sent before is left out, what was not confirmed is sent again, and no crash changes that."""

import collections
import itertools
import re
import shutil
import sqlite3
import stat

from support.expected_line import Window
from support.peers import PythonCollector
from support.simulator import DAY, Simulator
from support.testcase import IS_FULL, IntegrationTest, main
from support.write_fault import changes_in, fault, watch

FLOWS = 300
CHANGE_EVERY = 5
FEW_FLOWS = 20
MANY_FLOWS = 11_000
"""More than two transactions record."""

HOUR = 3600
OK, CANNOT_CREATE, IO, TEMPORARY, CONFIGURATION, KILLED = 0, 73, 74, 75, 78, -9


def ids_in(text):
    """The flows of the lines, in order."""
    return re.findall(r' flow_id="([^"]*)"', text)


def changed_flows(before, after):
    """The flows of which two platforms say something else."""
    lines = after.expected_lines()
    return {identity for identity, line in before.expected_lines().items() if line.parameters != lines[identity].parameters}


class RepeatsTest(IntegrationTest):
    """A state directory and an archive of each test's own."""

    def setUp(self):
        super().setUp()
        self.state = self.directory / "state"
        self.store = self.state / "seen-flows.sqlite"
        self.archive = self.directory / "archive.log"

    def options(self, *more):
        return ("--filter", "", "--repeat-after", "7d", "--state-dir", self.state, *more)

    def run_with(self, simulator, *options, collector=None, **more):
        return simulator.run_program(
            self.directory, *self.options("--collector", collector or f"file://{self.archive}", *options), **more)

    def assert_run_in_vain(self, *collectors):
        job = self.start(self.simulator.start_program(self.directory, *self.options(*collectors, "--log-level", "info")))
        self.assert_in_vain(job, "was in vain")

    def send(self, simulator, *options, collector=None):
        """A run that succeeds in silence; the flows that it sent, in order."""
        self.archive.write_text("")
        run = self.run_with(simulator, *options, collector=collector)
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr, str(run))
        text = self.archive.read_text(encoding="utf-8")
        sent = ids_in(text)
        self.assertEqual(len(sent), sum(map(int, re.findall(r' flows="(\d+)"', text))), "the manifest counts what is sent")
        return sent

    def new_flows(self, text=None):
        """The flows that lines mark as new, by default those of the archive."""
        lines = (self.archive.read_text(encoding="utf-8") if text is None else text).splitlines()
        return ids_in("\n".join(line for line in lines if ' new="1"' in line))

    def remembered(self):
        """How many flows the store has. It must be in order."""
        with sqlite3.connect(f"file:{self.store}?mode=ro", uri=True) as database:
            self.assertEqual("ok", database.execute("PRAGMA integrity_check").fetchone()[0])
            return database.execute("SELECT count(*) FROM seen").fetchone()[0]

    def files(self):
        """Every file of the state directory and what it holds."""
        return {path.name: path.read_bytes() for path in self.state.iterdir()}


class Repeats(RepeatsTest):
    @classmethod
    def setUpClass(cls):
        cls.simulator = cls.start_for_class(Simulator(cls.class_directory(), flows=FLOWS))
        cls.changed_simulator = cls.start_for_class(
            Simulator(cls.class_directory(), "--fact-change-every", CHANGE_EVERY, flows=FLOWS))
        cls.changed = changed_flows(cls.simulator, cls.changed_simulator)
        assert len(cls.changed) == FLOWS // CHANGE_EVERY

    def test_a_run_over_an_overlapping_window_sends_what_is_new(self):
        morning = Window(DAY.start, DAY.start + 12 * HOUR)
        midday = Window(DAY.start + 6 * HOUR, DAY.start + 18 * HOUR)
        first = self.send(self.simulator, *morning.arguments)
        self.assertEqual(sorted(self.simulator.expected_lines(morning)), sorted(first))
        second = self.send(self.simulator, *midday.arguments)
        self.assertEqual(sorted(set(self.simulator.expected_lines(midday)) - set(first)), sorted(second))
        self.assertGreater(len(second), 0)
        self.assertEqual([], self.send(self.simulator, *midday.arguments))

    def test_changed_facts_are_sent_again_each_time_they_change(self):
        self.assertEqual(FLOWS, len(self.send(self.simulator)))
        self.assertEqual(sorted(self.changed), sorted(self.send(self.changed_simulator)))
        self.assertEqual([], self.send(self.changed_simulator))
        self.assertEqual(sorted(self.changed), sorted(self.send(self.simulator)))

    def test_an_unconfirmed_run_is_sent_whole_again(self):
        reset = self.start(PythonCollector(close_after=1000, reset=True))
        down = f"tcp://127.0.0.1:{reset.port}"
        self.assert_run_in_vain("--collector", down)
        self.assertEqual(0, self.remembered())
        # One of two collectors is not enough.
        self.assert_run_in_vain("--collector", f"file://{self.archive}", "--collector", down)
        self.assertEqual(0, self.remembered())
        self.assertEqual(FLOWS, len(self.send(self.simulator)))
        self.assertEqual(FLOWS, self.remembered())

    def test_what_one_collector_was_sent_another_was_not(self):
        self.assertEqual(FLOWS, len(self.send(self.simulator)))
        other = self.directory / "other.log"
        self.assert_exit(self.run_with(self.simulator, collector=f"file://{other}"), OK)
        self.assertEqual(FLOWS, len(ids_in(other.read_text(encoding="utf-8"))))
        # A look at the lines counts for no collector.
        self.assert_exit(self.run_with(self.simulator, collector="-"), OK)
        self.assertEqual([], self.send(self.simulator))
        self.assertEqual(3 * FLOWS, self.remembered())

    def test_what_one_platform_had_another_has_not(self):
        simulator = self.start(Simulator(self.class_directory(), flows=FLOWS))
        self.assertEqual(FLOWS, len(self.send(simulator)))
        self.assertEqual(FLOWS, len(self.send(simulator, "--platform-ip", f"localhost:{simulator.port}")))
        self.assertEqual([], self.send(simulator))

    def test_units_and_expiry(self):
        """Hour by hour, against the same rule written a second time."""
        wanted, last = [], {}
        for start in range(DAY.start, DAY.end, HOUR):
            for identity in self.simulator.expected_lines(Window(start, start + HOUR)):
                if identity not in last or start - last[identity] >= 3 * HOUR:
                    wanted.append((identity, start))
                    last[identity] = start
        sent = self.send(self.simulator, "--resolution", "1h", "--repeat-after", "3h")
        self.assertEqual(sorted(identity for identity, _ in wanted), sorted(sent))
        self.assertGreater(len(sent), FLOWS)
        new = self.new_flows()
        self.assertEqual(sorted(set(sent)), sorted(new), "each once, however often it is sent")
        self.assertEqual(FLOWS, self.remembered(), "for a year")

    def test_flows_that_were_never_sent_are_marked(self):
        """With --mark-new alone nothing is left out."""
        morning = Window(DAY.start, DAY.start + 12 * HOUR)
        first = sorted(self.simulator.expected_lines(morning))
        every = sorted(self.simulator.expected_lines(DAY))
        down = self.start(PythonCollector(close_after=1000, reset=True))
        for options in (self.options(), ("--filter", "", "--mark-new", "--state-dir", self.directory / "marks")):
            with self.subTest(options[2]):
                self.options = lambda *more, options=options: (*options, *more)
                dry = self.run_with(self.simulator, "--dry-run", *morning.arguments)
                self.assertEqual(first, sorted(self.new_flows(dry.stdout.decode())), "as the run will")
                self.assert_run_in_vain(*morning.arguments, "--collector", f"tcp://127.0.0.1:{down.port}")
                self.assertEqual(first, sorted(self.send(self.simulator, *morning.arguments)))
                self.assertEqual(first, sorted(self.new_flows()), "not confirmed before")
                sent = self.send(self.simulator)
                self.assertEqual(sorted(set(every) - set(first)), sorted(self.new_flows()))
                self.assertEqual(every if "--mark-new" in options else sorted(set(every) - set(first)), sorted(sent))
                sent = self.send(self.simulator)
                self.assertEqual([], self.new_flows())
                self.assertEqual(every if "--mark-new" in options else [], sorted(sent))

    def test_the_mark_is_a_field_of_every_format(self):
        for name, mark in (("rfc5424", ' new="1" '), ("rfc3164", ' new="1" '), ("cef", " vrni2syslogFlowNew=1 "), ("leef", "^new=1"),
                           ("json", '"new":"1"'), ("json-syslog", '"new":"1"'), ("message", None)):
            with self.subTest(name):
                for fields in ((), ("--fields", "flow_id,new,src_ip")):
                    run = self.run_with(self.simulator, "--dry-run", "--no-manifest", "--format", name, *(fields if mark else ()))
                    self.assert_exit(run, OK)
                    self.assertEqual(FLOWS if mark else 0, sum((mark or "new") in line + " " for line in run.stdout.decode().splitlines()))

    def test_a_dry_run_shows_what_would_be_sent_and_touches_nothing(self):
        dry = self.run_with(self.simulator, "--dry-run")
        self.assert_exit(dry, OK)
        self.assertEqual(FLOWS, len(ids_in(dry.stdout.decode())))
        self.assertFalse(self.state.exists())
        self.send(self.simulator)
        before = self.files()
        dry = self.run_with(self.changed_simulator, "--dry-run")
        self.assert_exit(dry, OK)
        self.assertEqual(sorted(self.changed), sorted(ids_in(dry.stdout.decode())))
        self.assertEqual(before, self.files())

    def test_the_summary_counts_what_was_left_out(self):
        self.send(self.simulator)
        run = self.run_with(self.simulator, "--log-level", "info")
        self.assert_exit(run, OK, f"{FLOWS} flows, 0 lines", f"{FLOWS} flows left out that were sent before")

    def test_the_store_is_for_its_owner(self):
        self.send(self.simulator)
        self.assertEqual(0o700, stat.S_IMODE(self.state.stat().st_mode))
        self.assertEqual(0o600, stat.S_IMODE(self.store.stat().st_mode))
        self.assertEqual([self.store], list(self.state.iterdir()))

    def test_check_tries_the_state(self):
        run = self.run_with(self.simulator, "--check")
        self.assert_exit(run, OK)
        self.assertIn(f"ok      flows sent before: {self.store}\n", run.stdout.decode())
        self.assertEqual(0, self.remembered())
        self.store.write_bytes(b"")
        run = self.run_with(self.simulator, "--check")
        self.assertEqual(IO, run.status, str(run))
        self.assertIn(f"FAILED  flows sent before: {self.store} is empty", run.stdout.decode())

    def assert_refused(self, status, *texts):
        """A run, and a dry run, end with `status` before anything is sent, and leave what they found."""
        collector = self.start(PythonCollector())
        before = self.files()
        run = self.run_with(self.simulator, collector=f"tcp://127.0.0.1:{collector.port}")
        self.assert_exit(run, status, str(self.store), *texts)
        dry = self.run_with(self.simulator, "--dry-run")
        self.assert_exit(dry, status, str(self.store), *texts)
        self.assertEqual(b"", dry.stdout)
        self.assertEqual(0, collector.connections)
        self.assertEqual(before, self.files())

    def test_a_store_that_cannot_be_used(self):
        self.send(self.simulator)
        good = self.store.read_bytes()
        with self.subTest("empty"):
            self.store.write_bytes(b"")
            self.assert_refused(IO, "is empty", "move it away")
        with self.subTest("no database"):
            self.store.write_text("something else\n" * 1000)
            self.assert_refused(CONFIGURATION, "is not an SQLite database", "move it away")
        with self.subTest("damaged"):
            self.store.write_bytes(good[:4096] + b"\x5a" * (len(good) - 4096))
            self.assert_refused(IO, "is damaged", "move it away")
        with self.subTest("cut short"):
            self.store.write_bytes(good[:4096])
            self.assert_refused(IO, "is damaged", "move it away")
        with self.subTest("of another program"):
            self.store.unlink()
            with sqlite3.connect(self.store) as database:
                database.execute("CREATE TABLE cookies (name TEXT)")
            self.assert_refused(CONFIGURATION, "of another program", "--state-dir")
        with self.subTest("of a later version"):
            self.store.write_bytes(good)
            with sqlite3.connect(self.store) as database:
                database.execute("PRAGMA user_version = 99")
            self.assert_refused(CONFIGURATION, "has format 99", "use a later version")

    def test_a_store_that_another_process_writes(self):
        self.send(self.simulator)
        database = sqlite3.connect(self.store, isolation_level=None)
        self.addCleanup(database.close)
        database.execute("BEGIN IMMEDIATE")
        collector = self.start(PythonCollector())
        run = self.run_with(self.changed_simulator, collector=f"tcp://127.0.0.1:{collector.port}")
        self.assert_exit(run, TEMPORARY, str(self.store), "in use by another process")
        self.assertEqual(0, collector.connections)
        dry = self.run_with(self.simulator, "--dry-run")
        self.assert_exit(dry, OK)

    def test_a_directory_that_cannot_be_made(self):
        self.state.write_text("a file")
        run = self.run_with(self.simulator)
        self.assert_exit(run, CANNOT_CREATE, str(self.state), "--state-dir")
        run = self.run_with(self.simulator, "--state-dir", "/proc/nowhere")
        self.assert_exit(run, CANNOT_CREATE, "/proc/nowhere", "--state-dir")


class Faults(RepeatsTest):
    """The process killed, or the disk full, at every change of the state directory."""

    @classmethod
    def setUpClass(cls):
        cls.simulator = cls.start_for_class(Simulator(cls.class_directory(), flows=FEW_FLOWS))
        cls.changed_simulator = cls.start_for_class(
            Simulator(cls.class_directory(), "--fact-change-every", 2, flows=FEW_FLOWS))
        cls.all = set(cls.simulator.expected_lines())
        cls.changed = changed_flows(cls.simulator, cls.changed_simulator)

    def run_with_fault(self, simulator, action, change):
        """A run that fails at its first, second, ... change, or that of one kind (number, kind), if it comes to that; and the
        flows that the collector got."""
        call, only = change if isinstance(change, tuple) else (change, "")
        self.archive.write_text("")
        run = self.run_with(simulator, variables=fault(self.state, action, call, only=only))
        return run, set(ids_in(self.archive.read_text(encoding="utf-8")))

    def assert_nothing_is_lost(self, simulator, wanted, before, action, statuses, calls=None):
        """Whatever call fails, of all or of those named, and whatever was in the state directory (`before`): the next run sends what the failed one has
        not delivered, the one after it nothing. Returns how much was sent after each failure."""
        resent = []
        for call in calls or itertools.count(1):
            shutil.rmtree(self.state, ignore_errors=True)
            if before is not None:
                shutil.copytree(before, self.state)
            run, delivered = self.run_with_fault(simulator, action, call)
            if run.status == OK and calls is None:
                break
            if run.status == OK:
                continue
            with self.subTest(action=action, call=call):
                self.assertIn(run.status, statuses, str(run))
                sent = self.send(simulator)
                resent.append(len(sent))
                self.assertEqual(wanted, set(sent) | delivered, "nothing is lost")
                self.assertTrue(set(sent) == wanted or delivered == wanted, "an epoch is remembered only when it is confirmed")
                self.assertEqual(len(simulator.expected_lines()), self.remembered())
        if calls is None:
            self.assertEqual(wanted, delivered)
        self.assertEqual([], self.send(simulator))
        return resent

    def kill(self, simulator, wanted, before):
        for action in ("torn", "kill") if IS_FULL else ("torn",):
            resent = self.assert_nothing_is_lost(simulator, wanted, before, action, [KILLED])
            self.assertGreater(len(resent), 8, "the process was killed at its writes")
            self.assertEqual({0, len(wanted)}, set(resent), "all of the epoch is remembered, or nothing")

    def test_killed_at_every_write_of_the_first_run(self):
        self.kill(self.simulator, self.all, None)

    def test_killed_at_every_write_of_a_later_run(self):
        self.send(self.simulator)
        before = self.directory / "before"
        shutil.copytree(self.state, before)
        self.kill(self.changed_simulator, self.changed, before)

    def changes_that_differ(self, simulator):
        """The changes of a run that are worth a kill each: (number, name of the call and its path).

        All but closing, which changes nothing on the disk, and most of the writes: of those that follow one another in one file
        only the first, which finds the file as it was, the one in the middle, and the last are here. Nothing is promised of a
        file between two of its syncs, so that a kill at any other of them leaves no more than these do: a journal that does
        not count yet, or a database that the journal restores, whichever of its pages are written. What decides is the order
        of writing, syncing and removing, and of that everything is here."""
        log = self.directory / "changes"
        self.archive.write_text("")
        self.assert_exit(self.run_with(simulator, variables=watch(self.state, log)), OK)
        shutil.rmtree(self.state)
        chosen = []
        occurrences = collections.Counter()
        for (call, path), group in itertools.groupby(changes_in(log)):
            # Counted by kind and file: how many pages a run writes is not the same every time.
            length = len(list(group))
            numbers = range(occurrences[call, path] + 1, occurrences[call, path] + length + 1)
            occurrences[call, path] += length
            if call == "pwrite64":
                numbers = sorted({numbers[0], numbers[length // 2], numbers[-1]})
            if call != "close":
                chosen += [(number, f"{call} {path}") for number in numbers]
        return chosen

    def test_killed_in_every_phase_of_the_transactions_of_a_large_epoch(self):
        simulator = self.start(Simulator(self.directory, flows=MANY_FLOWS))
        wanted = set(simulator.expected_lines())
        changes = self.changes_that_differ(simulator)
        # The last phase of the last transaction: the journal counts from its second sync on, until it is removed.
        journal = f"pwrite64 {self.store}-journal"
        counts = max(index for index, (_, kind) in enumerate(changes) if kind == journal)
        chosen = changes if IS_FULL else changes[counts:]
        for action in ("torn", "after") if IS_FULL else ("torn",):
            resent = self.assert_nothing_is_lost(simulator, wanted, None, action, [KILLED], chosen)
            self.assertGreater(len(resent), len(chosen) // 2)
            self.assertTrue(any(0 < count < len(wanted) for count in resent), resent)

    def test_full_disk_at_every_write(self):
        resent = self.assert_nothing_is_lost(self.simulator, self.all, None, "fail", [CANNOT_CREATE, IO])
        self.assertGreater(len(resent), 5)

    def test_a_dry_run_after_a_kill_says_that_a_run_must_come_first(self):
        self.send(self.simulator)
        before = self.files()
        found = 0
        for call in range(1, 40):
            for name, content in before.items():
                (self.state / name).write_bytes(content)
            run, _ = self.run_with_fault(self.changed_simulator, "kill", call)
            if run.status == OK:
                break
            left = self.files()
            dry = self.run_with(self.changed_simulator, "--dry-run")
            self.assertEqual(left, self.files(), "a dry run repairs nothing")
            if dry.status == TEMPORARY:
                self.assertIn("in the middle of a change", dry.stderr)
                found += 1
            else:
                self.assert_exit(dry, OK)
            self.send(self.changed_simulator)
        self.assertGreater(found, 0)


if __name__ == "__main__":
    main()
