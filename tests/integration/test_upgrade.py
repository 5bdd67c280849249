"""State directories of earlier versions of the program: this one goes on where they end, and says by name which file it cannot read.

`states/VERSION/` holds what that version wrote. VRNI2SYSLOG_MAKE_STATES=FOLDER has this program write its own there; see states/README.md.
"""

import hashlib
import os
import re
import shutil
import sqlite3
import ssl
import time
from pathlib import Path

from support.connect_proxy import ConnectProxy
from support.evidence import manifests_of
from support.expected_line import Window
from support.job import CONFIGURATION, HOUR, JOB, OK, parse, seconds_of
from support.program import run_program
from support.simulator import DAY, PASSWORD, Simulator
from support.testcase import IntegrationTest, main

STATES = Path(__file__).resolve().parent / "states"
VERSIONS = ("0.1", "1.0")
VERSIONS_WITH_CHAINS = VERSIONS[1:]
PLATFORM = "vrni.example.com"
FIRST_END, NEXT_END = DAY.start + 10 * HOUR, DAY.start + 18 * HOUR
IN_FULL = DAY.end + DAY.end - DAY.start
"""A time at which the platform finds all of its flows."""
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
LATE = ' late="1"'
KEY = "manifest-key.pem"
"""The private key of the job whose manifests are signed. It lies in the state directory, and signs nothing but tests."""


def with_digest(text):
    """The text of a state, index or history under the digest that it should have."""
    body = text[:text.rindex("sha256: ")]
    return f"{body}sha256: {hashlib.sha256(body.encode()).hexdigest()}\n"


def pack(folder):
    """Makes texts of the binary files, since that is how they are kept: the hashes in hexadecimal, one a line, the database as SQL."""
    for path in folder.rglob("*.flows"):
        digits = path.read_bytes().hex()
        path.with_suffix(".flows.hex").write_text("".join(digits[at:at + 16] + "\n" for at in range(0, len(digits), 16)), encoding="utf-8")
        path.unlink()
    for path in folder.glob("*.sqlite"):
        database = sqlite3.connect(path)
        pragmas = [f"PRAGMA {name} = {database.execute(f'PRAGMA {name}').fetchone()[0]};" for name in
                   ("page_size", "application_id", "user_version")]
        path.with_suffix(".sqlite.sql").write_text("\n".join([*pragmas, *database.iterdump(), ""]), encoding="utf-8")
        database.close()
        path.unlink()


def unpack(folder):
    for path in folder.rglob("*.hex"):
        path.with_suffix("").write_bytes(bytes.fromhex(path.read_text(encoding="utf-8")))
        path.unlink()
    for path in folder.glob("*.sql"):
        database = sqlite3.connect(path.with_suffix(""))
        database.executescript(path.read_text(encoding="utf-8"))
        database.close()
        path.unlink()


class UpgradeTest(IntegrationTest):
    """A platform that is known by the same name in every run, as the jobs of the kept states know it: what was sent is remembered by the
    names of platform and collector. Of the flows every other can be found an hour after it began."""

    @classmethod
    def setUpClass(cls):
        cls.simulator = cls.start_for_class(Simulator(cls.class_directory(), "--late-by", "0", "--late-by", "60", flows=60))

    def setUp(self):
        super().setUp()
        self.state = self.directory / "state"

    def run_until(self, end, *more, index=None):
        """A run of the job that takes place at `end`, in so far as the platform and the window are concerned."""
        self.simulator.set_index_clock(index or end)
        return self.run_job(self.simulator, "--settle", f"{int(time.time()) - end}s", *more)

    def run_job(self, simulator, *more):
        proxy = self.start(ConnectProxy(port=simulator.port))
        certificate = ssl.PEM_cert_to_DER_cert(simulator.ca_file.read_text())
        return run_program(
            self.directory, "--platform-ip", PLATFORM, "--platform-fingerprint", f"sha256:{hashlib.sha256(certificate).hexdigest()}",
            "--filter", "", "--collector", "-", "--state-dir", self.state, "--job", JOB, *more,
            variables={"VRNI2SYSLOG_PASSWORD": PASSWORD, "https_proxy": f"http://127.0.0.1:{proxy.port}"})

    def make_hourly(self):
        return self.run_until(FIRST_END, "--prometheus-file", self.directory / "job.prom")

    def make_repeats(self):
        return self.run_until(FIRST_END, "--repeat-after", "30d", "--recount", "off", index=IN_FULL)

    def make_signed(self):
        self.state.mkdir(0o700)
        self.assert_exit(run_program(self.directory, "--make-manifest-key", self.state / KEY), OK)
        return self.run_until(FIRST_END, "--manifest-key", self.state / KEY)

    def take(self, version, name):
        shutil.copytree(STATES / version / name, self.state)
        unpack(self.state)
        for path in [self.state, *self.state.rglob("*")]:
            path.chmod(0o700 if path.is_dir() else 0o600)  # as the program made them; git does not keep that

    def edit(self, path, old, new):
        """Replaces a text in a file, and gives it the right digest."""
        text = path.read_text(encoding="utf-8")
        self.assertIn(old, text)
        path.write_text(with_digest(text.replace(old, new)), encoding="utf-8")

    def windows_of(self, lines):
        return {(line.start, line.end) for line in parse(lines)}

    def assert_sent(self, lines, flows):
        """The lines are those of these flows, once each."""
        self.assertEqual(sorted(flows), sorted(line.flow for line in parse(lines)))


class StatesOfEarlierVersions(UpgradeTest):
    def test_are_written_for_the_next_one(self):
        """Not a test of the program: what is kept in states/VERSION when a version is released."""
        folder = os.environ.get("VRNI2SYSLOG_MAKE_STATES", "")
        for name, make in (("hourly", self.make_hourly), ("repeats", self.make_repeats), ("signed", self.make_signed)):
            self.assert_exit(make(), OK)
            if folder:
                shutil.copytree(self.state, Path(folder) / name)
                pack(Path(folder) / name)
            shutil.rmtree(self.state)

    def test_of_a_job_are_continued_and_their_late_flows_found(self):
        for version in VERSIONS:
            with self.subTest(version):
                self.take(version, "hourly")
                early = len((self.state / f"{JOB}.recent/0.flows").read_bytes()) // 8
                run = self.run_until(NEXT_END)
                self.assert_exit(run, OK)
                late = [line for line in run.lines if LATE in line and "MANIFEST" not in line]
                all_of_first_window = self.simulator.expected_lines(Window(FIRST_END - 24 * HOUR, FIRST_END))
                self.assertEqual({(FIRST_END - 24 * HOUR, FIRST_END)}, self.windows_of(late))
                self.assertEqual(len(all_of_first_window), early + len(late), str(run))
                self.assert_sent([line for line in run.lines if LATE not in line],
                                 self.visible(Window(FIRST_END, NEXT_END)))
                shutil.rmtree(self.state)

    def visible(self, window):
        """The flows of a window that the platform finds at its end."""
        run = self.simulator.run_program(self.directory, "--dry-run", "--filter", "", window=window)
        self.assert_exit(run, OK)
        return [line.flow for line in parse(run.lines)]

    def test_of_sent_flows_leave_out_what_was_sent(self):
        for version in VERSIONS:
            with self.subTest(version):
                self.take(version, "repeats")
                run = self.run_until(NEXT_END, "--repeat-after", "30d", "--recount", "off", index=IN_FULL)
                self.assert_exit(run, OK)
                sent_before = self.simulator.expected_lines(Window(FIRST_END - 24 * HOUR, FIRST_END))
                found = self.simulator.expected_lines(Window(FIRST_END, NEXT_END))
                self.assertTrue(set(found) & set(sent_before), "the windows have flows in common")
                self.assert_sent(run.lines, set(found) - set(sent_before))
                shutil.rmtree(self.state)

    def test_with_chains_are_continued_where_these_end(self):
        for version in VERSIONS_WITH_CHAINS:
            for name, more in (("hourly", ()), ("repeats", ("--repeat-after", "30d")), ("signed", ("--manifest-key", self.state / KEY)),
                               ("owing", ())):
                with self.subTest(version, name=name):
                    self.take(version, name)
                    last = re.search(r"\n  chain: ([0-9a-f]{64})", (self.state / f"{JOB}.state").read_text(encoding="utf-8"))[1]
                    run = self.run_until(NEXT_END, *more)
                    self.assert_exit(run, OK)
                    manifests = manifests_of(run.lines)
                    self.assertEqual([last, *(one.digest for one in manifests[:-1])], [one["prev"] for one in manifests])
                    self.assertEqual({name == "signed"}, {bool(one["sig"]) for one in manifests})
                    self.assertIn(f"\n  chain: {manifests[-1].digest}", (self.state / f"{JOB}.state").read_text(encoding="utf-8"))
                shutil.rmtree(self.state)

    def test_that_owe_a_window_read_it_first(self):
        for version in VERSIONS:
            with self.subTest(version):
                self.assert_owed_is_read_first(version)
            shutil.rmtree(self.state)

    def assert_owed_is_read_first(self, version):
        self.take(version, "owing")
        state = self.state / f"{JOB}.state"
        owed = re.search(r"owed: (\S+)/", state.read_text(encoding="utf-8"))[1]
        # What is owed for more than a month is given up, so it has to be of yesterday.
        now = int(time.time())
        yesterday = now - now % HOUR - 24 * HOUR
        delta = yesterday - seconds_of(owed)
        text = state.read_text(encoding="utf-8")
        state.write_text(with_digest(TIME.sub(lambda moment: moved(moment[0], delta), text)), encoding="utf-8")
        simulator = self.start(Simulator(self.class_directory(), flows=60, since=yesterday - 24 * HOUR, until=now))
        run = self.run_job(simulator)
        self.assert_exit(run, OK)
        windows = sorted(self.windows_of(run.lines))
        self.assertEqual((yesterday, yesterday + HOUR), windows[0])
        self.assert_sent([line for line in run.lines if parse([line]) and parse([line])[0].start == yesterday],
                         simulator.expected_lines(Window(yesterday, yesterday + HOUR)))
        self.assertNotIn("owed", state.read_text(encoding="utf-8"))

    def test_with_the_first_index_of_recent_windows_lose_only_the_recount(self):
        self.take("0.1", "hourly")
        shutil.copy(STATES / "0.1" / "first-index", self.state / f"{JOB}.recent/index")
        run = self.run_until(NEXT_END)
        self.assert_exit(run, OK, f"{JOB}.recent/index is of an earlier version of this program", "--recount")
        # A program that starts a second later has a window that ends a second later.
        self.assertEqual({FIRST_END}, {line.start for line in parse(run.lines)})
        self.assertEqual("", self.run_until(NEXT_END + HOUR).stderr.partition("recent/index")[1], "it is told once")

    def test_keep_the_sums_of_their_job(self):
        for version in VERSIONS:
            with self.subTest(version):
                self.take(version, "hourly")
                history = (self.state / f"{JOB}.history").read_text(encoding="utf-8")
                before = int(re.search(r"figure: lines\n  last: \d+\n  sum: (\d+)", history)[1])
                metrics = self.directory / "job.prom"
                run = self.run_until(NEXT_END, "--prometheus-file", metrics)
                self.assert_exit(run, OK)
                text = metrics.read_text(encoding="utf-8")
                self.assertIn(f'vrni2syslog_lines_total{{job_name="{JOB}"}} {before + len(parse(run.lines))}\n', text)
                self.assertIn(f'vrni2syslog_runs_total{{job_name="{JOB}",exit_code="0"}} 2\n', text)
                shutil.rmtree(self.state)


def moved(text, delta):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds_of(text) + delta))


class StatesOfLaterVersions(UpgradeTest):
    """The program of today before files of tomorrow: it sends nothing, changes nothing, and names the file."""

    def files(self, refused):
        """All but the lock, which names its last holder, and the history of other runs: one that is refused is remembered there."""
        return {path: path.read_bytes() for path in self.state.rglob("*")
                if path.is_file() and (path == refused or path.suffix not in (".lock", ".history"))}

    def assert_refused(self, name, *more):
        before = self.files(self.state / name)
        run = self.run_until(NEXT_END, *more)
        self.assert_exit(run, CONFIGURATION, f"{self.state / name} has format 9", "knows only", "use a later version")
        self.assertEqual(b"", run.stdout)
        self.assertEqual(before, self.files(self.state / name))

    def test_are_refused_by_name(self):
        for name, kind, version in ((f"{JOB}.state", "state", 3), (f"{JOB}.recent/index", "recent windows", 2),
                                    (f"{JOB}.history", "history", 1)):
            with self.subTest(name):
                self.take(VERSIONS[-1], "hourly")
                (self.state / f"{JOB}.state.previous").unlink()
                self.edit(self.state / name, f"vrni2syslog {kind} {version}\n", f"vrni2syslog {kind} 9\n")
                self.assert_refused(name)
            shutil.rmtree(self.state)

    def test_of_sent_flows_are_refused_by_name(self):
        self.take(VERSIONS[-1], "repeats")
        with sqlite3.connect(self.state / "seen-flows.sqlite") as database:
            database.execute("PRAGMA user_version = 9")
        self.assert_refused("seen-flows.sqlite", "--repeat-after", "30d")


if __name__ == "__main__":
    main()
