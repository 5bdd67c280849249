"""The process is killed at any moment, and the disk fails at every change of the state: whatever counts as delivered is there, and
what is sent twice is one unit for each kill at most."""

import itertools
import random
import shutil
import threading
import time

from support.certificates import CertificateAuthority
from support.expected_line import Window
from support.job import CANNOT_CREATE, HOUR, IO, JOB, KILLED, OK, JobTest, parse, urls_of
from support.peers import UnreliableCollector, server_context
from support.process import START_TIMEOUT, wait_until
from support.program import seconds
from support.testcase import IS_FULL, main
from support.write_fault import changes_in, fault, watch

ROUNDS = 150 if IS_FULL else 15
"""Over each of the transports."""

UNITS = ("--resolution", "1h")
LEAST_UNITS, MOST_UNITS = 3, 5
"""That a run has to do."""
MOST_DELAY = 0.1
"""Seconds. This is chance, not patience: whatever the process has done by then, what is asserted holds."""
PART_BYTES = 200
"""Less than a manifest has."""


class KillTest(JobTest):
    flows = 150
    # Who is killed cannot give its token back, and an account has 100.
    switches = ("--token-limit", "100000")

    def assert_confirmed_is_there(self, collector, start, unit_seconds=HOUR):
        """What the state says is confirmed since `start` has arrived."""
        wait_until(lambda: collector.ended == collector.connections, "the collector has read what came")
        end = self.watermark()
        self.assertLessEqual(start, end)
        got = {(line.flow, line.start) for line in parse(collector.lines())}
        for unit in range(start, end, unit_seconds):
            wanted = self.simulator.expected_lines(Window(unit, unit + unit_seconds))
            self.assertEqual(set(), {(flow, unit) for flow in wanted} - got, "what the state says is there")

    def assert_repeats(self, lines, most):
        """A unit is sent twice as often as the process was killed, at the most. Returns how often that was."""
        units = {(line.start, line.run) for line in lines}
        repeated = len(units) - len({start for start, _ in units})
        self.assertLessEqual(repeated, most)
        return repeated


class KillingCollector(UnreliableCollector):
    """Kills a process when the `number`th connection from now on gets to a stage: "accepted", "read", a part of it, or "ended". It
    does nothing else meanwhile, so that a process that has another unit to deliver cannot have come to its end."""

    def __init__(self, **more):
        self._stage = None
        self._left = 0
        self._delay = 0.0
        self._victim = None
        self._is_started = threading.Event()
        super().__init__(**more)

    def plan(self, stage, number, delay):
        """Kills so many seconds behind that stage; waits until somebody else has where that is None. To be followed by condemn()."""
        self._is_started.clear()
        self._stage, self._left, self._delay = stage, number, delay

    def condemn(self, process):
        self._victim = process
        self._is_started.set()

    def _handle(self, connection):
        self._left -= 1
        self._reach("accepted")
        super()._handle(connection)
        # Only now the process hears that all was read.
        connection.close()
        self._reach("ended")

    def _read(self, connection):
        if self._is_due("read"):
            self.scripts.insert(0, self._take_a_part)
        super()._read(connection)

    def _take_a_part(self, peer, connection):
        self.take(connection, PART_BYTES)
        self._reach("read")
        self.take_all(connection)

    def _is_due(self, stage):
        return stage == self._stage and self._left == 0

    def _reach(self, stage):
        if not self._is_due(stage):
            return
        self._is_started.wait(START_TIMEOUT)
        if self._delay is None:
            self._victim.wait()
        else:
            time.sleep(self._delay)
            self._victim.kill()


class Moments(KillTest):
    unit = 4 * 60
    """Seconds. In the hours of a test there are enough of them for all rounds, and each has some flows."""

    def kill_at_random(self, collector, urls, *more):
        """Each run is killed somewhere in between, from its start to its end, and each has several units to do: what the one
        before it has left, and new ones."""
        chance = random.Random(4711)
        self.assert_silent(self.run_job(urls, *UNITS, *more, ago=20))
        start = checked = self.watermark()
        start -= 24 * HOUR
        kills = rounds = begun = 0
        while kills < ROUNDS:
            rounds += 1
            self.assertLessEqual(rounds, 2 * ROUNDS, f"only {kills} were killed")
            units = chance.randint(LEAST_UNITS, MOST_UNITS)
            options = (*more, *self.up_to(checked + units * self.unit))
            stage, number = chance.choice(("started", "accepted", "read", "ended")), chance.randint(1, units)
            status = self.run_and_kill(collector, stage, number, chance.uniform(0, MOST_DELAY),
                                       lambda options=options: self.start_job(urls, *options))
            text = f"round {rounds}: {stage}, unit {number} of {units}"
            # Behind the last unit there is nothing that would keep it.
            if stage != "ended" or number < units:
                self.assertEqual(KILLED, status, text)
            self.assertIn(status, (KILLED, OK), text)
            self.assert_confirmed_is_there(collector, checked, self.unit)
            end = self.watermark()
            self.assertLessEqual(end, checked + units * self.unit, text)
            kills += status == KILLED
            # Some were confirmed, and the kill was in the middle of those units.
            begun += status == KILLED and checked < end < checked + units * self.unit
            checked = end
        # As many as were left.
        end = checked + MOST_UNITS * self.unit
        # No run came so far as to recount: a warning may say that windows were never recounted.
        self.assert_exit(self.run_job(urls, *more, *self.up_to(end)), OK)
        self.assertEqual(end, self.watermark())
        collector.stop()
        lines = parse(collector.lines())
        repeated = self.assert_repeats(lines, kills)
        print(f"# {rounds} runs of {LEAST_UNITS} to {MOST_UNITS} units, {kills} killed, {begun} of them between two units or in a "
              f"later one than the first; {repeated} units sent again, {len(lines)} lines", flush=True)
        self.assertEqual(ROUNDS, kills)
        self.assertGreater(begun, ROUNDS // 4)
        self.assert_complete(lines, start, end, is_once=False)

    def run_and_kill(self, collector, stage, unit, delay, start_job):
        """Returns the exit status."""
        is_at_start = stage == "started"
        if is_at_start:
            # The first connection is not served, so that the process cannot come to its end before.
            collector.plan("accepted", 1, None)
        else:
            collector.plan(stage, unit, delay)
        job = start_job()
        collector.condemn(job)
        if is_at_start:
            time.sleep(delay)
            job.kill()
        return job.wait(seconds(60))

    def test_over_tcp(self):
        collector = self.start(KillingCollector())
        self.kill_at_random(collector, urls_of(collector.port))

    def test_over_tls(self):
        authority = CertificateAuthority(self.directory / "authority")
        collector = self.start(KillingCollector(context=server_context(authority.issue("vrli"))))
        self.kill_at_random(collector, [f"tls://localhost:{collector.port}?framing=lf"], "--collector-ca-file",
                            authority.ca_file)


class Changes(KillTest):
    """At every call that makes, writes, syncs, names, removes or closes a file of the state."""

    def setUp(self):
        super().setUp()
        self.collector = self.start(UnreliableCollector())
        self.assert_silent(self.run_job(urls_of(self.collector.port), *UNITS, ago=4))
        self.before = self.directory / "before"
        shutil.copytree(self.state, self.before)
        self.begin = self.watermark()

    def start_anew(self):
        """The state as it was. The same job with another collector, which is where the first one was."""
        shutil.rmtree(self.state)
        shutil.copytree(self.before, self.state)
        return self.start(UnreliableCollector())

    def fail_at_every_change(self, fault_at, statuses, more=()):
        """A run over two units fails at its 1st, 2nd, ... change; the next run does the rest. Returns how often. `fault_at` gives
        the variables for a change."""
        for call in itertools.count(1):
            self.assertLess(call, 300, "the run comes to its end")
            collector = self.start_anew()
            urls = urls_of(collector.port)
            run = self.run_job(urls, *UNITS, *more, ago=2, variables=fault_at(call))
            if run.status == OK:
                collector.stop()
                return call - 1
            with self.subTest(call=call):
                self.assertIn(run.status, statuses, str(run))
                if KILLED not in statuses:
                    self.assertEqual(1, len([line for line in run.stderr.splitlines() if "error" in line]), str(run))
                    self.assertIn(str(self.state), run.stderr)
                self.assert_confirmed_is_there(collector, self.begin)
                self.assert_exit(self.run_job(urls, *UNITS, *more, ago=2), OK)
                collector.stop()
                lines = parse(collector.lines())
                self.assert_complete(lines, self.begin, self.watermark(), is_once=False)
                self.assert_repeats(lines, 1)

    def test_the_calls_are_those_of_a_safe_replacement(self):
        """Were one of them not seen, no test here would be killed there."""
        collector = self.start_anew()
        log = self.directory / "changes"
        self.assert_exit(self.run_job(urls_of(collector.port), *UNITS, ago=2, variables=watch(self.state, log)), OK)
        changes = changes_in(log)
        # The last two are the directory and the file.
        replacement = ["mkostemp64", "write", "fsync", "rename", "fsync", "close", "close"]
        # The state is read and closed, and becomes the previous one, before a new one takes its place; at the
        # beginning, since the collector is a new one, and for each of two units.
        expected = 3 * (["close"] + 2 * replacement)
        # What is remembered of recent windows, and of earlier runs, has files of its own, which may be lost. The run itself is
        # remembered after its last unit.
        last = len(changes) - changes[::-1].index(("rename", str(self.file)))
        end = next(number for number, (_, path) in enumerate(changes) if number >= last and f"{JOB}.history" in path)
        commits = [call for call, path in changes[:end] if not path.endswith(".lock") and f"{JOB}.recent" not in path]
        self.assertEqual(expected, commits[-len(expected):])
        self.assertEqual(3, changes.count(("rename", str(self.file))))
        self.assertEqual(3, changes.count(("rename", f"{self.file}.previous")))

    def test_killed_in_the_middle_or_before(self):
        """Also while the flows that were sent are remembered, which comes before."""
        for action in ("torn", "kill") if IS_FULL else ("torn",):
            calls = self.fail_at_every_change(lambda call, action=action: fault(self.state, action, call), [KILLED],
                                              more=("--repeat-after", "1h"))
            self.assertGreater(calls, 60)

    def test_killed_after(self):
        more = ("--repeat-after", "1h") if IS_FULL else ()
        self.assertGreater(self.fail_at_every_change(lambda call: fault(self.state, "after", call), [KILLED], more), 30)

    def test_a_disk_that_is_full_or_over_quota_or_read_only(self):
        errors = ("ENOSPC", "EDQUOT", "EROFS")
        for shift in range(len(errors)) if IS_FULL else (0,):
            calls = self.fail_at_every_change(
                lambda call, shift=shift: fault(self.state, "fail", call, errors[(call + shift) % len(errors)]),
                [CANNOT_CREATE, IO])
            self.assertGreater(calls, 30)


if __name__ == "__main__":
    main()
