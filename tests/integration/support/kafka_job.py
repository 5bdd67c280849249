"""What tests of kafka:// share: jobs that write to a topic, and whether everything that they call delivered stands in it."""

import collections
import hashlib
import random
import re
import subprocess
import time

from .collector import Installation
from .expected_line import Window
from .job import DAY, JOB, KILLED, OK, JobTest, parse, seconds_of
from .kafka_reader import envelopes, records
from .line_limit import DEFAULT_LIMIT
from .program import ROOT, seconds
from .rfc5424 import parse_line
from .testcase import IS_FULL

_VERIFY = ROOT / "packaging/vrni2syslog-verify"
_HEADERS = ["msgid", "run", "window_start", "window_end", "job", "platform", "attempt"]
_CHAIN_HEADERS = ["prev", "genesis", "key", "old_key", "spki", "key_sig", "sig"]
"""Of a manifest, each if its line has such a field."""
_SHOWN_DIFFERENCES = 20
INCOMPLETE = 1
"""Status of vrni2syslog-verify."""
UNREACHABLE = 69
LOGIN_REFUSED = 77
MOST_DELAY = 0.4
"""Seconds from the start of a process to its kill. This is chance, not patience: whatever it has done by then, what is asserted holds."""
_KILLS = 50 if IS_FULL else 5


class Sending:
    """The records of one sending of one unit: of its flows, and its manifests, which is one where the sending was completed."""

    def __init__(self):
        self.flows = []
        self.manifests = []

    def extents(self):
        """What the header "offsets" of its manifest must say."""
        by_partition = collections.defaultdict(list)
        for record in self.flows:
            by_partition[record.partition].append(record)
        return ",".join(f"{number}:{found[0].offset}-{found[-1].offset}:{len(found)}:{_digest_of(found)}"
                        for number, found in sorted(by_partition.items()))


def _digest_of(found):
    return hashlib.sha256("".join(record.value + "\n" for record in found).encode("utf-8")).hexdigest()


def sendings_of(found):
    """The sendings in some records, which are in the order of their offsets in each partition: by run, window and attempt."""
    sendings = collections.defaultdict(Sending)
    for record in found:
        sending = sendings[tuple(map(record.header, ("run", "window_start", "window_end", "attempt")))]
        (sending.manifests if record.is_manifest else sending.flows).append(record)
    return dict(sendings)


class KafkaJobTest(JobTest):
    """A topic of each test's own in the cluster `cluster` of the class, which has `brokers` (text), and create_topic()."""

    partitions = 4

    def setUp(self):
        super().setUp()
        Installation.find("kcat")
        self.topic = re.sub(r"[^A-Za-z0-9._-]", "-", self.id().rpartition(".")[2])[:200]

    def url(self, brokers, options=""):
        return f"kafka://{brokers}/{self.topic}{options}"

    def start_until_records_are_there(self, url, brokers, *options):
        """Starts a job, of which some records stand in the topic and others wait for the gate of the platform. A run before it has
        settled where its window begins, so that one after it begins there, too."""
        self.assert_silent(self.run_job([url], ago=47))
        before = len(records(brokers, self.topic))
        self.simulator.close_gate()
        self.addCleanup(self.simulator.open_gate)
        # One fetch at a time, so that the first that the gate lets through is the first that is sent.
        job = self.start_job([url], "--concurrency", "1", *options)
        self.simulator.permit_fetches_until(lambda: len(records(brokers, self.topic)) > before, "the first records in the topic", job)
        return job

    def assert_unreachable(self, run, *texts):
        """The run, which may be a check, has ended because the topic cannot be written to, for these reasons."""
        self._assert_ended(run, UNREACHABLE, texts)

    def assert_login_refused(self, run, *texts):
        """The run, which may be a check, has ended because the broker does not let the account in."""
        self._assert_ended(run, LOGIN_REFUSED, ("the broker refuses the login", *texts))

    def _assert_ended(self, run, status, texts):
        self.assertEqual(status, run.status, str(run))
        for text in texts:
            self.assertIn(text, str(run))

    def assert_records(self, found):
        """Every record is what the line in it says; the manifest of every sending that has one is right about it. Returns the sendings
        with a manifest."""
        whole = []
        for (run, start, end, attempt), sending in sendings_of(found).items():
            for record in sending.flows + sending.manifests:
                self._assert_record(record, run, start, end, attempt)
            self.assertLessEqual(len(sending.manifests), 1, "manifests of one sending")
            if sending.manifests:
                self._assert_manifest(sending)
                whole.append(sending)
        return whole

    def _assert_record(self, record, run, start, end, attempt):
        line = parse_line(record.value)
        said = line.parameters()
        of_chain = [name for name in _CHAIN_HEADERS if name in said] if record.is_manifest else []
        extra = ["records", "offsets", *of_chain] if record.is_manifest else []
        self.assertEqual(_HEADERS + extra, [name for name, _ in record.headers])
        self.assertEqual([said[name] for name in of_chain], list(map(record.header, of_chain)))
        self.assertEqual((said["run"], said["window_start"], said["window_end"], said.get("attempt", "1")), (run, start, end, attempt))
        self.assertEqual((line.message_id, JOB, line.hostname), tuple(map(record.header, ("msgid", "job", "platform"))))
        self.assertEqual(JOB if record.is_manifest else said["flow_id"], record.key)

    def _assert_manifest(self, sending):
        manifest, = sending.manifests
        self.assertEqual(sending.extents(), manifest.header("offsets"))
        self.assertEqual(str(len(sending.flows)), manifest.header("records"))
        self.assertEqual(str(len(sending.flows)), parse_line(manifest.value).parameters()["flows"])

    def assert_archived(self, found, start, end, is_once=True):
        """Every flow of every unit from `start` to `end` stands in whole sendings, and each unit in one of them if `is_once`."""
        lines = [line for sending in self.assert_records(found) for line in parse(record.value for record in sending.flows)]
        self.assert_complete(lines, start, end, is_once)

    def assert_lines(self, found, window):
        """The flows of one window stand there once each, and every field is the platform's."""
        expected = self.simulator.expected_lines(window)
        flows = [parse_line(record.value) for record in found if not record.is_manifest]
        self.assertEqual(sorted(expected), sorted(flow.parameters()["flow_id"] for flow in flows))
        differences = [text for flow in flows for text in expected[flow.parameters()["flow_id"]].differences(flow, DEFAULT_LIMIT)]
        self.assertEqual([], differences[:_SHOWN_DIFFERENCES], f"{len(differences)} differences")

    def assert_verified(self, brokers, *, is_all_once=True, public_key=None):
        """vrni2syslog-verify finds everything in what kcat prints of the topic. Returns its report."""
        report = self.verify(envelopes(brokers, self.topic), public_key, status=OK)
        if is_all_once:
            self.assertNotIn("sent again", report)
            self.assertRegex(report, "SHA-256 as (sent|signed, by partition), at the offsets of the manifest")
        return report

    def verify(self, lines, public_key=None, status=INCOMPLETE):
        """The report of vrni2syslog-verify about what kcat printed of a topic; it ends with this status."""
        keys = ["--public-key", public_key] if public_key else []
        done = subprocess.run([_VERIFY, *keys], input=lines, capture_output=True, timeout=seconds(120), check=False)
        report = done.stdout.decode() + done.stderr.decode()
        self.assertEqual(status, done.returncode, report)
        return report

    def window_of(self, found):
        """The only window of some records."""
        bounds, = {(record.header("window_start"), record.header("window_end")) for record in found}
        return Window(*map(seconds_of, bounds))


class KillsOfTheProgram:
    """For a KafkaJobTest, which says by brokers() where the topic is and by records() what stands in it."""

    flows = 150
    unit = 4 * 60
    most_delay = MOST_DELAY
    is_exactly_once = False
    """Whether no unit may be sent again, whoever was killed."""

    def test_the_program_is_killed_at_any_moment(self):
        """What the state says is confirmed stands in the topic, and every unit at the end."""
        chance = random.Random(4711)
        self.assert_silent(self.run_job([self.kafka], "--resolution", "1h", ago=20))
        start, checked = self.watermark() - DAY, self.watermark()
        kills, rounds, most_delay = 0, 0, self.most_delay
        while kills < _KILLS:
            rounds += 1
            self.assertLessEqual(rounds, 4 * _KILLS, f"only {kills} were killed")
            end = checked + 5 * self.unit
            job = self.start_job([self.kafka], *self.up_to(end))
            delay = chance.uniform(0, most_delay)
            time.sleep(delay)
            job.kill()
            self.assertIn(job.wait(), (KILLED, OK))
            if job.wait() == KILLED:
                kills += 1
            else:
                most_delay = delay  # a run takes less than that on this machine
            self.assertGreaterEqual(self.watermark(), checked)
            checked = self.watermark()
        end = checked + 5 * self.unit
        self.assert_exit(self.run_job([self.kafka], *self.up_to(end)), OK)
        self.assertEqual(end, self.watermark())
        found = self.records()
        self.assert_archived(found, start, end, is_once=self.is_exactly_once)
        self.assert_verified(self.brokers(), is_all_once=self.is_exactly_once)
        units = {(line.start, line.run) for line in parse(record.value for record in found)}
        repeated = len(units) - len({start for start, _ in units})
        self.assertLessEqual(repeated, 0 if self.is_exactly_once else kills, "a unit is sent again for each kill at most")
        print(f"# {rounds} runs, {kills} killed, {repeated} units sent again, {len(found)} records", flush=True)
