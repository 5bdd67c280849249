"""Real collectors that stop, die, freeze, are slow or run out of disk while a job sends to them: what the state calls delivered is in
their files, and the next run brings the rest."""

import concurrent.futures
import contextlib
import functools
import signal
import subprocess
import time

from support.certificates import CertificateAuthority
from support.expected_line import Window
from support.job import DAY, HOUR, JOB, OK, JobTest, parse, seconds_of
from support.naive_sender import send_and_trust
from support.process import START_TIMEOUT, find_binary, wait_until
from support.program import ROOT, environment, seconds
from support.rsyslogd import WITHOUT_QUEUE, Rsyslogd
from support.simulator import Simulator
from support.syslog_ng import SyslogNg
from support.testcase import IS_FULL, main

FLOWS = 1_200
PACE = ("--latency", "100", "--page-cap", "100")
"""Of the platform: a hundred flows come every 100 ms or so, so that a stream takes a while."""

STEPS = ("--page-cap", "40")
"""Of the platform of a trial whose fault belongs into the middle of a stream: forty flows come whenever the trial lets them through."""

SOME = 20_000
"""Bytes of one or two steps. A collector which does not read can be given so many several times within a unit, and so within a connection:
at the end of a unit comes another connection, whose handshake it would not answer."""

MUCH = 50_000
"""Bytes that wait for a collector which does not read; less than a kernel takes for it, and than a unit has."""

UNIT = 6 * HOUR
ROUNDS = 5 if IS_FULL else 1
AT_ONCE = 5
"""Cases that run side by side: most of their time they wait."""

VERIFY = ROOT / "packaging/vrni2syslog-verify"


class Listener:
    """One way in which a real collector listens. rsyslog stores what it reads before it reads on, and syslog-ng reads no more than a
    hundred lines that it has not stored: what either has read and not stored when it is killed is lost, and no sender can know."""

    def __init__(self, name, make, query="", is_tls=False, scheme="tcp"):
        self.name = name
        self._scheme = scheme
        self._make = make
        self._query = query
        self._is_tls = is_tls
        self.is_plain = scheme == "tcp" and not is_tls

    def start(self, directory, certificate, authority, **more):
        if self._is_tls:
            more |= {"certificate": certificate, "ca_file": authority.ca_file}
        return self._make(directory, is_raw=True, **more)

    def options(self, collector, authority):
        if self._is_tls:
            return ("--collector", f"tls://localhost:{collector.port}{self._query}", "--collector-ca-file", str(authority.ca_file))
        return ("--collector", f"{self._scheme}://127.0.0.1:{collector.port}{self._query}")


_SYSLOG_NG = functools.partial(SyslogNg, source_options="log-iw-size(100) max-connections(1)")
RSYSLOGD = [
    Listener("rsyslog, imtcp", functools.partial(Rsyslogd, ruleset=WITHOUT_QUEUE)),
    Listener("rsyslog, imptcp", functools.partial(Rsyslogd, module="imptcp", ruleset=WITHOUT_QUEUE)),
    Listener("rsyslog, imtcp over TLS", functools.partial(Rsyslogd, ruleset=WITHOUT_QUEUE), is_tls=True),
]
RSYSLOGD_RELP = Listener("rsyslog, imrelp", functools.partial(Rsyslogd, module="imrelp", ruleset=WITHOUT_QUEUE), scheme="relp")
SYSLOG_NG = [
    Listener("syslog-ng, network()", functools.partial(_SYSLOG_NG, driver="network")),
    Listener("syslog-ng, syslog() over TLS", functools.partial(_SYSLOG_NG, driver="syslog"), is_tls=True),
]
LISTENERS = [*RSYSLOGD, *SYSLOG_NG, RSYSLOGD_RELP]


def last_unit_end():
    """Up to where the job of a trial that begins now delivers."""
    return (int(time.time()) - HOUR) // UNIT * UNIT


def nothing():
    pass


class IsFull:
    """Whether the kernel holds unread bytes for a collector, and has taken no more in some looks one after the other."""

    LOOKS = 3

    def __init__(self, collector):
        self._collector = collector
        self._seen = []

    def __call__(self):
        self._seen.append(self._collector.unread_bytes())
        last = self._seen[-self.LOOKS:]
        return len(last) == self.LOOKS and last[-1] > 0 and len(set(last)) == 1


# What happens to a collector. Each then has the platform go on.

def terminate(collector, go_on=nothing):
    collector.process.stop()
    go_on()


def kill(collector, go_on=nothing):
    collector.process.kill()
    go_on()


def freeze(collector, go_on):
    """Until the kernel has taken what it takes for it: the sender has written it, and knows of nothing wrong."""
    collector.process.send_signal(signal.SIGSTOP)
    go_on()
    wait_until(IsFull(collector), "unread bytes at a frozen collector")


def freeze_and_kill(collector, go_on=nothing):
    freeze(collector, go_on)
    collector.process.kill()


FAULTS = {"terminated": terminate, "killed": kill, "frozen and killed": freeze_and_kill}


class CollectorTest(JobTest):
    """Jobs of four units of a paced platform."""

    flows = FLOWS

    @classmethod
    def setUpClass(cls):
        cls.now = int(time.time())
        cls.simulator = cls.start_for_class(cls.platform(cls.class_directory(), *PACE))
        cls.authority = CertificateAuthority(cls.class_directory() / "authority")
        cls.certificate = cls.authority.issue("collector")

    @classmethod
    def platform(cls, directory, *options):
        """All have the same flows."""
        return Simulator(directory, *options, flows=cls.flows, since=cls.now - DAY - 7 * HOUR, until=cls.now)

    @functools.lru_cache(maxsize=64)
    def expected(self, window):
        return frozenset(self.simulator.ids(window[0], window[1] - 1))

    def each(self, cases, test):
        """Runs `test` with every case, some side by side, each in a directory of its own."""
        def run(number, case):
            directory = self.directory / str(number)
            directory.mkdir()
            with contextlib.ExitStack() as stack:
                test(Trial(self, directory, stack), *case)
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            futures = {pool.submit(run, number, case): case for number, case in enumerate(cases)}
        for future, case in futures.items():
            with self.subTest(", ".join(str(getattr(part, "name", part)) for part in case)):
                future.result()


class Trial:
    """One job and one collector. It measures every run: the ids in the collector's file are those of every window that the state
    calls done, or more."""

    def __init__(self, test, directory, stack):
        self.test = test
        self.directory = directory
        self._stack = stack
        self._end = last_unit_end()
        self._begin = self._end - DAY
        self._state = directory / "state"
        self._rotated = directory / "collector.log.1"
        self.collector = None
        self._collector_options = ()
        self._platform = test.simulator
        self._platform_options = ()
        self._job = None

    def start_collector(self, listener, **more):
        self.collector = listener.start(self.directory, self.test.certificate, self.test.authority, **more)
        self._stack.callback(lambda: self.collector.stop())
        self._collector_options = listener.options(self.collector, self.test.authority)

    def close_gate(self):
        """From now on the platform is one of this trial alone, which sends no flows before they are let through."""
        directory = self.directory / "platform"
        directory.mkdir()
        self._platform = self.test.platform(directory, *STEPS)
        self._stack.callback(self._platform.stop)
        self._platform.close_gate()
        # One request at a time, so that flows are let through in the order in which they are sent on.
        self._platform_options = ("--concurrency", "1")

    def open_gate(self):
        self._platform.open_gate()

    def _arguments(self, more):
        settle = f"{int(time.time()) - self._end}s"
        return ("--filter", "", "--state-dir", self._state, "--job", JOB, "--settle", settle, "--resolution", f"{UNIT}s", "--confirm", "consumed", *self._platform_options, *self._collector_options, *more)

    def start(self, *more):
        self._job = self._platform.start_program(self.directory, *self._arguments(more), window=None)
        self._stack.callback(self._job.stop)

    def run(self):
        return self._platform.run_program(self.directory, *self._arguments(()), window=None)

    def assert_ends(self, status):
        self.test.assertEqual(status, self._job.wait(seconds(START_TIMEOUT)), self._job.output_text())

    def assert_in_vain(self, *texts):
        self.test.assert_in_vain(self._job, *texts)

    def stored(self):
        """By window, the ids in the collector's file."""
        found = {}
        rotated = self._rotated.read_bytes().decode("utf-8", "replace").split("\n") if self._rotated.exists() else []
        for line in parse(rotated + self.collector.lines()):
            found.setdefault((line.start, line.end), set()).add(line.flow)
        return found

    def partial_units(self):
        """How many ids there are, and should be, of windows that have some but not all."""
        return [(len(ids), len(self.test.expected(window))) for window, ids in self.stored().items()
                if not ids >= self.test.expected(window)]

    def wait_for_lines(self):
        """Lets flows through the gate until some are stored."""
        self._step_until(self.stored, "the first lines are stored")

    def wait_for_middle(self):
        """Lets flows through the gate until there is a window, not the first, of which some lines are stored, but at most half. Nothing
        more comes then before the gate is opened."""
        def is_in_the_middle():
            return len(self.stored()) > 1 and any(2 * count <= of for count, of in self.partial_units())
        self._step_until(is_in_the_middle, "the middle of the stream")

    def wait_for_unread(self, size):
        """Lets flows through the gate until more than `size` bytes wait for the collector."""
        self._step_until(lambda: self.collector.unread_bytes() > size, "bytes that wait")

    def _step_until(self, condition, what):
        self._platform.permit_fetches_until(condition, what, self._job, self.collector.process)

    @property
    def is_running(self):
        return self._job.is_running

    def wait_for(self, condition, what):
        self._job.wait_until(condition, what, seconds(START_TIMEOUT))

    def rotate(self):
        """What an administrator does where the disk is full: the file is moved away."""
        self.collector.output.rename(self._rotated)

    def send_window(self, window, *more):
        """Sends a window as a backfill."""
        run = self.test.simulator.run_program(self.directory, "--filter", "", *self._collector_options, *more, window=window)
        self.test.assert_exit(run, OK)
        return run

    def state(self):
        return self.test.values("watermark", self._state / f"{JOB}.state")[0]

    def missing(self):
        """What the state calls delivered and is not there: (window, id)."""
        stored = self.stored()
        end = seconds_of(self.state())
        windows = set(self.windows(end))
        return [(window, identity) for window in sorted(windows)
                for identity in self.test.expected(window) - stored.get(window, set())]

    def windows(self, end):
        """The units of the job that end at `end` at the latest."""
        return [(start, start + UNIT) for start in range(self._begin, end, UNIT)]

    def assert_delivered(self):
        self.test.assertEqual([], self.missing()[:5], "confirmed, and not in the collector's file")

    def assert_all_delivered(self):
        """The job is where it should be, and all of it is there."""
        self.assert_delivered()
        self.test.assertGreaterEqual(seconds_of(self.state()), self._begin + DAY)
        self.test.assertEqual([], self.partial_units())

    def verify(self, *arguments):
        files = [path for path in (self._rotated, self.collector.output) if path.exists()]
        return subprocess.run([VERIFY, *arguments, *files], capture_output=True, text=True, timeout=seconds(60), check=False)


class Interrupted(CollectorTest):
    def cases(self):
        return [(listener, fault) for fault in FAULTS for listener in LISTENERS] * ROUNDS

    def interrupt(self, trial, listener, fault, *options):
        """Starts the collector and a run, and has the fault happen in the middle of the stream."""
        trial.start_collector(listener)
        trial.close_gate()
        trial.start(*options)
        trial.wait_for_middle()
        FAULTS[fault](trial.collector, trial.open_gate)
        found = trial.partial_units()
        self.assertTrue(found, f"{fault} between two windows")
        for count, of in found:
            self.assertTrue(0 < count < of, f"{count} of {of} lines")

    def test_it_comes_back_while_the_run_goes_on(self):
        def trial_of(trial, listener, fault):
            self.interrupt(trial, listener, fault)
            trial.collector.start_again()
            trial.assert_ends(OK)
            trial.collector.process.stop()
            trial.assert_all_delivered()
            done = trial.verify()
            self.assertEqual(0, done.returncode, done.stdout + done.stderr)
            self.assertIn("sent again", done.stdout)
        self.each(self.cases(), trial_of)

    def test_it_stays_away_until_the_next_run(self):
        def trial_of(trial, listener, fault):
            self.interrupt(trial, listener, fault, "--log-level", "info")
            trial.assert_in_vain("was in vain")
            trial.assert_delivered()
            trial.collector.start_again()
            run = trial.run()
            self.assert_exit(run, OK)
            trial.collector.process.stop()
            trial.assert_all_delivered()
            done = trial.verify()
            self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.each(self.cases(), trial_of)


class Slow(CollectorTest):
    """The connection stalls, again and again, and nothing comes of it."""

    PAUSES = 3

    def test_a_collector_that_reads_only_now_and_then(self):
        def trial_of(trial, listener):
            trial.start_collector(listener)
            trial.close_gate()
            trial.start()
            trial.wait_for_lines()
            for _ in range(self.PAUSES):
                trial.collector.process.send_signal(signal.SIGSTOP)
                trial.wait_for_unread(SOME)
                trial.collector.process.send_signal(signal.SIGCONT)
                trial.wait_for(lambda: trial.collector.unread_bytes() == 0, "it has read what was there")
            freeze(trial.collector, trial.open_gate)
            trial.collector.process.send_signal(signal.SIGCONT)
            trial.assert_ends(OK)
            trial.assert_all_delivered()
        self.each([(listener,) for listener in RSYSLOGD], trial_of)

    def test_a_collector_that_stores_slowly(self):
        def trial_of(trial, listener):
            trial.start_collector(listener, file_options="throttle(150)")
            trial.close_gate()
            trial.start()
            # All flows come as fast as the platform can, which is many times faster than the collector stores them.
            trial.open_gate()
            trial.wait_for(lambda: trial.collector.unread_bytes() > MUCH, "bytes that wait for a slow collector")
            trial.assert_ends(OK)
            # It has read everything, but not yet stored it.
            wait_until(lambda: not trial.missing(), "all of it is stored", seconds(START_TIMEOUT))
            trial.assert_all_delivered()
        self.each([(listener,) for listener in SYSLOG_NG], trial_of)


class FullDisk(CollectorTest):
    """A collector that cannot store what it has read either stops reading, and is sent it again, or throws it away, and no sender
    can know: then the manifests do not agree with the file."""

    LIMIT = 300 * 1024

    def test_one_that_stops_reading_loses_nothing(self):
        def trial_of(trial, listener):
            trial.start_collector(listener, file_limit=self.LIMIT)
            trial.start()
            trial.wait_for(lambda: trial.collector.output.exists() and trial.collector.output.stat().st_size >= self.LIMIT, "a full disk")
            trial.wait_for(IsFull(trial.collector), "it no longer reads")
            trial.assert_in_vain()
            trial.assert_delivered()
            trial.collector.stop()
            trial.rotate()
            trial.collector.file_limit = None
            trial.collector.start_again()
            self.assert_exit(trial.run(), OK)
            trial.collector.stop()
            trial.assert_all_delivered()
            done = trial.verify()
            self.assertEqual(0, done.returncode, done.stdout + done.stderr)
        self.each([(listener,) for listener in SYSLOG_NG], trial_of)

    def test_one_that_throws_away_is_found_out_by_the_manifests(self):
        def trial_of(trial, listener):
            trial.start_collector(listener, file_limit=self.LIMIT)
            self.assert_exit(trial.run(), OK)  # rsyslog has read it all
            trial.collector.stop()
            self.assertGreater(len(trial.missing()), FLOWS // 2)
            trial.rotate()
            trial.collector.file_limit = None
            trial.collector.start_again()
            window = Window(last_unit_end() - UNIT, last_unit_end())
            trial.send_window(window)
            trial.collector.stop()
            done = trial.verify()
            self.assertEqual(1, done.returncode, done.stdout + done.stderr)
            self.assertRegex(done.stdout, "(?m)^unfinished ")
            self.assertRegex(done.stdout, "(?m)^gap ")
            self.assertRegex(done.stdout, "(?m)^complete .*: SHA-256 as sent|, SHA-256 as sent$")
        self.each([(listener,) for listener in RSYSLOGD], trial_of)


class Limits(CollectorTest):
    """What README does not promise."""

    def assert_lost(self, trial):
        lost = len(trial.missing())
        self.assertGreater(lost, 0)
        print(f"# {lost} lines lost that were confirmed", flush=True)

    def test_what_waits_in_the_collectors_memory_dies_with_it(self):
        def trial_of(trial, listener):
            trial.start_collector(
                listener, ruleset=' queue.type="LinkedList" queue.size="20000" queue.dequeueBatchSize="10"'
                                  ' queue.dequeueSlowDown="1000000"')  # ten lines a second: it is killed long before it has stored all
            self.assert_exit(trial.run(), OK)
            kill(trial.collector)
            self.assert_lost(trial)
            self.assertNotEqual(0, trial.verify().returncode)
        self.each([(RSYSLOGD[0],)], trial_of)

    def test_acked_is_what_the_kernel_of_a_frozen_collector_has_got(self):
        def trial_of(trial, listener):
            trial.start_collector(listener)
            trial.collector.process.send_signal(signal.SIGSTOP)
            # So little that its kernel takes it without it.
            run = trial.send_window(
                Window(last_unit_end() - HOUR // 4, last_unit_end()), "--close-timeout", "2s", "--fields", "flow_id,run", "--deadline",
                f"{seconds(20)}s")
            self.assertIn("--confirm acked accepts it without this message", run.stderr)
            kill(trial.collector)
            self.assertEqual([], trial.collector.lines())
        self.each([(RSYSLOGD[0],)], trial_of)


class NaiveSenders(CollectorTest):
    """The same faults, the same measure, and senders that trust write(): the measure finds what they lose."""

    SLOW = {"ruleset": ' queue.type="LinkedList" queue.size="100" queue.dequeueBatchSize="10" queue.dequeueSlowDown="50000"'
                       ' queue.timeoutEnqueue="60000"'}
    """So that most of it is still on its way when the sender is done."""

    def dry_run(self, directory, *options):
        end = last_unit_end()
        run = self.simulator.run_program(directory, "--filter", "", "--dry-run", *options, window=Window(end - UNIT, end))
        self.assert_exit(run, OK)
        return run.lines

    def test_they_lose_lines(self):
        def trial_of(trial, listener, fault):
            frozen = fault == "frozen and killed"
            trial.start_collector(listener, **({} if frozen else self.SLOW))
            lines = self.dry_run(trial.directory)
            if frozen:
                trial.collector.process.send_signal(signal.SIGSTOP)
            trusted = send_and_trust(lines, trial.collector.port)
            self.assertEqual(len(lines), trusted)
            FAULTS[fault](trial.collector)
            sent = {line.flow for line in parse(lines)}
            arrived = {line.flow for line in parse(trial.collector.lines())}
            lost = sent - arrived
            print(f"# {listener.name}, {fault}: a naive sender called {len(sent)} lines delivered, {len(lost)} of them are lost", flush=True)
            self.assertGreater(len(lost), 0)
        # Only rsyslog can be told to be slow; a frozen one cannot shake hands, and RELP is for who waits for its answers.
        self.each([(RSYSLOGD[0], fault) for fault in FAULTS] +
                  [(listener, "frozen and killed") for listener in LISTENERS[1:] if listener.is_plain], trial_of)

    def test_logger_loses_lines(self):
        logger = find_binary("logger")
        if logger is None:
            self.skipTest("logger is not installed")

        def trial_of(trial, fault):
            trial.start_collector(RSYSLOGD[0])
            lines = self.dry_run(trial.directory, "--format", "logger")
            trial.collector.process.send_signal(signal.SIGSTOP)
            done = subprocess.run(
                [logger, "--prio-prefix", "--socket-errors=on", "--size", "64k", "-n", "127.0.0.1", "-T", "-P",
                 str(trial.collector.port)],
                input="".join(line + "\n" for line in lines), capture_output=True, text=True, timeout=60, check=False,
                env=environment(trial.directory))
            self.assertEqual((0, ""), (done.returncode, done.stderr))
            FAULTS[fault](trial.collector)
            arrived = len(trial.collector.lines())
            print(f"# {fault}: logger succeeded with {len(lines)} lines, {len(lines) - arrived} of them are lost", flush=True)
            self.assertLess(arrived, len(lines))
        self.each([("frozen and killed",)], trial_of)


if __name__ == "__main__":
    main()
