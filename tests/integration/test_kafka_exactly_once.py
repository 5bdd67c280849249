"""?transactions=on with a real Apache Kafka, and everybody killed: readers of committed records see every flow of every unit once, and every
manifest is right about it."""

import json
import random
import re
import shutil
import time

from support.job import DAY, JOB, KILLED, OK, TEMPORARY, parse, seconds_of
from support.kafka_broker import KafkaBroker
from support.kafka_job import LOGIN_REFUSED, UNREACHABLE, KafkaJobTest, KillsOfTheProgram, sendings_of
from support.kafka_reader import records, records_by_kafkajs
from support.program import run_program
from support.recount_job import RecountJobTest
from support.testcase import IS_FULL, main
from support.write_fault import fault

STEPS = ("begin", "flows", "manifest", "progress", "commit", "committed")
"""Of a transaction, as the log names them. "commit" is the moment before the broker is told, "committed" the one before the state is
written."""
KILLS_OF_BROKER = 10 if IS_FULL else 1
SECOND_RUNS = 10 if IS_FULL else 1
UNITS = 3
"""In each round."""


class LateFlows(RecountJobTest, KafkaJobTest):
    """A run commits a unit first, and then the flows that came late for the one before."""

    @classmethod
    def setUpClass(cls):
        cls.broker = cls.start_for_class(KafkaBroker(cls.class_directory()))
        super().setUpClass()

    def records(self):
        return records(self.broker.brokers(), self.topic)

    def late(self):
        return [record for record in self.records() if " late=" in record.value]

    def test_of_a_run_that_is_killed_are_committed_once(self):
        index = self.state / f"{JOB}.recent/index"
        # It is written for the unit, then before the late flows are committed, and then after it.
        for moment, is_committed, killed in (("before", False, ("after", 2)), ("after", True, ("kill", 3))):
            with self.subTest(f"{moment} the commit"):
                shutil.rmtree(self.state, ignore_errors=True)
                self.topic = f"killed-{moment}"
                self.broker.create_topic(self.topic, self.partitions)
                urls = [self.url(self.broker.brokers(), "?transactions=on")]
                self.assert_exit(self.run_ago(urls, 2), OK)
                run = self.run_ago(urls, 1, variables=fault(index.parent, *killed, only=f"rename {index}"))
                self.assertEqual(KILLED, run.status, str(run))
                self.assertEqual(is_committed, self.late() != [], "late flows are there when the run is gone")
                self.assert_exit(self.run_ago(urls, 0), OK)
                self.assertNotEqual([], self.late())
                self.assert_records(self.records())
                self.assert_each_once([record.value for record in self.records()])
                self.assert_verified(self.broker.brokers())


class ExactlyOnce(KillsOfTheProgram, KafkaJobTest):
    """One broker for all tests, which have a topic each."""

    # Who is killed cannot give its token back, and an account has 100.
    switches = ("--token-limit", "100000")
    is_exactly_once = True
    most_delay = 1.0
    """It has more to ask before it sends anything."""

    @classmethod
    def setUpClass(cls):
        directory = cls.class_directory()
        cls.broker = cls.start_for_class(KafkaBroker(directory))
        cls.private_key, cls.public_key = directory / "key.pem", directory / "public.pem"
        cls.public_key.write_bytes(run_program(directory, "--make-manifest-key", cls.private_key).stdout)
        super().setUpClass()

    def setUp(self):
        super().setUp()
        self.use_topic(self.topic)

    def use_topic(self, name):
        """A new topic, and a new state."""
        self.topic, self.state = name, self.directory / f"state-{name}"
        self.file = self.state / f"{JOB}.state"
        self.broker.create_topic(self.topic, self.partitions)
        # kafkajs has no codec of its own but this one.
        self.kafka = self.url(self.brokers(), "?transactions=on&rdkafka.compression.codec=gzip")

    def options(self, urls, ago=1, more=()):
        return (*super().options(urls, ago, more), "--manifest-key", str(self.private_key))

    def brokers(self):
        return self.broker.brokers()

    def records(self, **options):
        return records(self.brokers(), self.topic, **options)

    def begin(self):
        """A first run, hours ago. Returns where its window begins, and where it ends."""
        self.assert_silent(self.run_job([self.kafka], "--resolution", "8h", ago=20))
        return self.watermark() - DAY, self.watermark()

    def assert_once(self, start, end):
        """What a reader of committed records sees: each unit from `start` to `end` in one sending, which has a manifest."""
        found = self.records()
        self.assert_archived(found, start, end)
        self.assertEqual([1], sorted({len(sending.manifests) for sending in sendings_of(found).values()}))
        return found

    def assert_once_for_all_readers(self, start, end):
        """And every manifest is signed and right, and names the one before it, whoever wrote that."""
        self.assertEqual(self.assert_once(start, end), records_by_kafkajs(self.brokers(), self.topic))
        report = self.assert_verified(self.brokers(), public_key=self.public_key)
        self.assertEqual(["unbroken"], re.findall("(?m)^(?:unbroken|restarted|forked|window removed)", report), report)

    def killed_when_it_says(self, text, call, collectors, end):
        """A run that is killed once it has written this text into its log for the `call`-th time, at that very moment."""
        log = self.directory / "vrni2syslog.err"
        job = self.start_job(collectors, *self.up_to(end), "--log-level", "debug", "--log-format", "json",
                             variables=fault(log, "after", call, only=f"write {log}", text=text))
        self.assertEqual(KILLED, job.wait(), job.output_text())

    def test_the_program_is_killed_at_every_step(self):
        """In any of the units of a run, and with the state that is there, or as the first run of all."""
        start, end = self.begin()
        chance = random.Random(4711)
        texts = [json.dumps({"step": step}, separators=(",", ":"))[1:-1] for step in STEPS] + ['"event":"window_done"']
        cases = [(text, is_lost) for text in texts for is_lost in (False, True) if IS_FULL or not is_lost or text in texts[-3:-1]]
        for text, is_lost in cases:
            with self.subTest(text, lost_state=is_lost):
                end += UNITS * self.unit
                self.killed_when_it_says(text, chance.randint(1, UNITS), [self.kafka], end)
                if is_lost:
                    shutil.rmtree(self.state)
                end += self.unit
                self.assert_exit(self.run_job([self.kafka], *self.up_to(end)), OK)
                self.assertEqual(end, self.watermark())
                self.assert_once(start, end)
        self.assert_once_for_all_readers(start, end)
        self.assertGreater(len(self.records(committed_only=False)), len(self.records()), "nothing was broken off")

    def test_two_collectors_of_which_one_is_ahead(self):
        """The file has got what the state does not say, and so gets it again. The topic says itself what it has."""
        file = self.directory / "lines"
        collectors = [f"file://{file}", self.kafka]
        self.assert_silent(self.run_job(collectors, "--resolution", "8h", ago=20))
        start, end = self.watermark() - DAY, self.watermark()
        for step in STEPS[2:] if IS_FULL else STEPS[-1:]:
            with self.subTest(step):
                end += UNITS * self.unit
                self.killed_when_it_says(f'"step":"{step}"', 2, collectors, end)
                end += self.unit
                self.assert_exit(self.run_job(collectors, *self.up_to(end)), OK)
                self.assertEqual({end}, set(self.watermarks().values()))
                self.assert_once(start, end)
        self.assert_once_for_all_readers(start, end)
        self.assert_complete(parse(file.read_text().splitlines()), start, end, is_once=False)

    def test_the_broker_is_killed_and_comes_back(self):
        chance = random.Random(4711)
        for number in range(KILLS_OF_BROKER):
            with self.subTest(number):
                self.use_topic(f"broker-{number}")
                start, end = self.begin()
                end += 2 * UNITS * self.unit
                job = self.start_job([self.kafka], *self.up_to(end))
                time.sleep(chance.uniform(0, 2 * self.most_delay))
                self.broker.kill()
                self.broker.start_again()
                self.assertIn(job.wait(), (OK, TEMPORARY, UNREACHABLE), job.output_text())
                self.assert_exit(self.run_job([self.kafka], *self.up_to(end)), OK)
                self.assert_once_for_all_readers(start, end)

    def test_a_second_run_at_the_same_time(self):
        """It knows nothing of the first one, since it has another state, as on another machine. The later one fences the earlier one, or, if
        they begin at the same moment, each the other one."""
        start, end = self.begin()
        chance = random.Random(4711)
        states = [self.state, self.directory / "state-of-another-machine"]
        fenced = 0
        for _ in range(SECOND_RUNS):
            end += 2 * UNITS * self.unit
            jobs = []
            for number, self.state in enumerate(states):
                jobs.append(self.start(self.simulator.start_program(
                    self.make_directory(f"machine-{number}"), *self.options([self.kafka], more=self.up_to(end)), window=None)))
                time.sleep(chance.uniform(0, self.most_delay))
            statuses = [job.wait() for job in jobs]
            self.assertLessEqual(set(statuses), {OK, LOGIN_REFUSED}, [job.output_text() for job in jobs])
            for job, status in zip(jobs, statuses):
                if status == LOGIN_REFUSED:
                    fenced += 1
                    self.assertIn(f"another run of the job {JOB} has taken over", job.output_text())
            self.assert_exit(self.run_job([self.kafka], *self.up_to(end)), OK)
            self.assert_once(start, end)
        self.assert_once_for_all_readers(start, end)
        print(f"# {SECOND_RUNS} pairs of runs, {fenced} runs fenced", flush=True)

    def make_directory(self, name):
        path = self.directory / name
        path.mkdir(exist_ok=True)
        return path


if __name__ == "__main__":
    main()
