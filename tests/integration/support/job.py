"""What tests of jobs share: a platform, a state directory for each test, and the measure of it all: what a job calls delivered is
in the collector's hands."""

import collections
import datetime
import re
import time

from support.expected_line import Window
from support.program import seconds
from support.simulator import Simulator
from support.testcase import IntegrationTest

FLOWS = 400
HOUR = 3600
DAY = 24 * HOUR
OK, USAGE, CANNOT_CREATE, IO, TEMPORARY, CONFIGURATION, KILLED = 0, 64, 73, 74, 75, 78, -9
JOB = "nightly"

Line = collections.namedtuple("Line", "flow start end run")
LINE = re.compile(r' flow_id="([^"]*)" window_start="([^"]*)" window_end="([^"]*)".* run="([^"]*)"')


def seconds_of(text):
    return int(datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=datetime.timezone.utc).timestamp())


def parse(lines):
    """The flows of some lines; not the manifests."""
    found = (LINE.search(line) for line in lines)
    return [Line(match[1], seconds_of(match[2]), seconds_of(match[3]), match[4]) for match in found if match]


def urls_of(*ports):
    return [f"tcp://127.0.0.1:{port}" for port in ports]


class JobTest(IntegrationTest):
    """A platform with flows of the last two days, and a state directory of each test's own. Time passes by --settle: a run with
    `ago=5` is one that took place so many hours before."""

    flows = FLOWS
    switches = ()
    """Of the simulator."""
    unit = HOUR
    """Seconds; of up_to()."""

    @classmethod
    def setUpClass(cls):
        now = int(time.time())
        cls.simulator = cls.start_for_class(
            Simulator(cls.class_directory(), *cls.switches, flows=cls.flows, since=now - 2 * DAY, until=now))

    def setUp(self):
        super().setUp()
        self.state = self.directory / "state"
        self.file = self.state / f"{JOB}.state"

    def options(self, urls, ago=1, more=()):
        return ("--filter", "", "--state-dir", str(self.state), "--job", JOB, "--settle", f"{ago}h", "--close-timeout", "3s",
                *(word for url in urls for word in ("--collector", url)), *more)

    def up_to(self, end):
        """Options of a run whose last unit ends there: also where it starts within half a unit from now."""
        return "--resolution", f"{self.unit}s", "--settle", f"{int(time.time()) - end - self.unit // 2}s"

    def run_job(self, urls, *more, ago=1, **how):
        """`how` is for run_program()."""
        return self.simulator.run_program(self.directory, *self.options(urls, ago, more), window=None, **how)

    def start_job(self, urls, *more, ago=1, variables=None):
        return self.start(self.simulator.start_program(
            self.directory, *self.options(urls, ago, more), window=None, variables=variables))

    def pause_between_lines(self, job, received, is_unconnected):
        """Lets some lines of the running job through the closed gate, and no more while the collector is connected; once more; and then
        all. `received` counts what has come."""
        for _ in range(2):
            count = received()
            self.simulator.permit_fetches_until(lambda: received() > count, "more lines", job)
            job.wait_until(is_unconnected, "the end of the connection on which nothing comes")
        self.simulator.open_gate()
        self.assertEqual(OK, job.wait(), job.output_text())

    def operate(self, *arguments):
        return self.simulator.run_program(
            self.directory, "--state-dir", self.state, "--job", JOB, *arguments, window=None)

    def values(self, name, path=None):
        """What the state says, of the job or of each collector."""
        text = (path or self.file).read_text(encoding="utf-8")
        return re.findall(rf"^{name}: (.*)$", text, re.MULTILINE)

    def watermark(self):
        return seconds_of(self.values("watermark")[0])

    def watermarks(self):
        """By collector."""
        return dict(zip(self.values("collector"), map(seconds_of, self.values("  watermark"))))

    def assert_silent(self, run):
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr, str(run))

    def assert_complete(self, lines, start, end, is_once=True):
        """Every flow of every unit from `start` to `end` is there, and the units leave no gap; each once in its unit."""
        by_unit = collections.defaultdict(list)
        for line in lines:
            by_unit[line.start, line.end].append(line.flow)
        time_covered = start
        for unit, flows in sorted(by_unit.items()):
            self.assertLessEqual(unit[0], time_covered, "a gap between the units")
            time_covered = max(time_covered, unit[1])
            expected = self.simulator.expected_ids(Window(*unit))
            self.assertEqual(set(), expected - set(flows), f"missing of {unit}")
            if is_once:
                self.assertEqual(len(set(flows)), len(flows), f"once each in {unit}")
            # The API does not say whether a window's bounds belong to it: asked is for a second more on either side.
            edges = self.simulator.ids(unit[0] - 1, unit[1])
            self.assertLessEqual(set(flows), edges, f"of another time than {unit}")
        self.assertEqual(end, time_covered)
