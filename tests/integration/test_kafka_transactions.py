"""?transactions=on with a real Apache Kafka: whoever reads committed records sees every flow of every unit once."""

import shutil
import signal
import time

from support.job import DAY, JOB, OK, TEMPORARY, USAGE, parse, seconds_of
from support.kafka_broker import KafkaBroker
from support.kafka_job import LOGIN_REFUSED, KafkaJobTest
from support.kafka_reader import records
from support.testcase import main


class TransactionTest(KafkaJobTest):
    # Who is killed cannot give its token back, and an account has 100.
    switches = ("--token-limit", "100000")

    @classmethod
    def setUpClass(cls):
        cls.broker = cls.start_for_class(KafkaBroker(cls.class_directory()))
        super().setUpClass()

    def setUp(self):
        super().setUp()
        self.broker.create_topic(self.topic, self.partitions)
        self.kafka = self.url(self.broker.brokers(), "?transactions=on")

    def records(self, **options):
        return records(self.broker.brokers(), self.topic, **options)

    def first_start(self):
        return min(seconds_of(record.header("window_start")) for record in self.records())

    def assert_once(self):
        """Every unit from the first one to the watermark was committed once, and its manifest is right."""
        self.assert_archived(self.records(), self.first_start(), self.watermark())
        self.assert_verified(self.broker.brokers())

    def assert_goes_on_from_the_topic(self, run):
        self.assert_exit(run, OK)
        self.assertIn("the job goes on from there", run.stderr)
        self.assert_once()


class Transactions(TransactionTest):
    def test_a_unit_is_a_transaction(self):
        self.assert_silent(self.run_job([self.kafka], "--resolution", "6h", ago=9))
        start = self.watermark() - DAY
        self.assert_silent(self.run_job([self.kafka], "--resolution", "3h", ago=4))
        self.assertEqual(start, self.first_start())
        self.assert_once()

    def test_a_lost_state(self):
        """The topic knows how far the job is, and where its chain of manifests ends."""
        self.assert_silent(self.run_job([self.kafka], "--resolution", "6h", ago=9))
        shutil.rmtree(self.state)
        self.assert_goes_on_from_the_topic(self.run_job([self.kafka], "--resolution", "3h", "--log-level", "info", ago=4))

    def test_a_state_that_was_not_written_after_the_commit(self):
        self.assert_silent(self.run_job([self.kafka], "--resolution", "6h", ago=20))
        before = self.directory / "before"
        shutil.copytree(self.state, before)
        self.assert_silent(self.run_job([self.kafka], "--resolution", "6h", ago=9))
        shutil.rmtree(self.state)
        before.rename(self.state)
        self.assert_goes_on_from_the_topic(self.run_job([self.kafka], "--resolution", "3h", "--log-level", "info", ago=4))

    def test_only_the_topic_is_ahead(self):
        """The other collector gets what it lacks, and the topic nothing twice."""
        file = self.directory / "lines"
        urls = [f"file://{file}", self.kafka]
        self.assert_silent(self.run_job(urls, "--resolution", "6h", ago=20))
        start = self.first_start()
        before = self.directory / "before"
        shutil.copytree(self.state, before)
        self.assert_exit(self.run_job([self.kafka], "--resolution", "6h", ago=9), OK)
        shutil.rmtree(self.state)
        before.rename(self.state)
        self.assert_silent(self.run_job(urls, "--resolution", "6h", ago=9))
        self.assert_once()
        self.assert_complete(parse(file.read_text().splitlines()), start, self.watermark())

    def test_a_watermark_that_was_set_back(self):
        self.assert_silent(self.run_job([self.kafka], "--resolution", "6h", ago=9))
        self.assert_exit(self.operate("--set-watermark", "2020-01-01"), OK)
        run = self.run_job([self.kafka], "--resolution", "3h", ago=4)
        self.assert_exit(run, OK)
        self.assertIn("not where --set-watermark has put it", run.stderr)
        self.assert_once()

    def test_named_windows_are_sent_whatever_the_topic_has(self):
        self.assert_silent(self.run_job([self.kafka], "--resolution", "6h", ago=9))
        end = self.watermark()
        for _ in range(2):
            self.assert_silent(self.run_job([self.kafka], "--last", "3h"))
        self.assert_silent(self.run_job([self.kafka], "--resolution", "3h", ago=4))
        self.assertLess(end, self.watermark())
        whole = self.assert_records(self.records())
        self.assertEqual(2, sum(sending.manifests[0].header("job") == JOB and "backfill" in sending.manifests[0].value for sending in whole))

    def test_a_check_and_a_test_line(self):
        """Its transaction has a name of its own."""
        run = self.run_job([self.kafka], "--check", "--send-test")
        self.assert_exit(run, OK)
        self.assertEqual(["TEST"], [record.header("msgid") for record in self.records()])

    def test_what_cannot_hold_is_refused(self):
        for urls, options, text in (([self.kafka], ["--no-manifest"], "needs manifests"),
                                    ([self.kafka, self.kafka], [], "is given twice for one topic"),
                                    ([f"{self.kafka},{self.kafka}"], [], "cannot fail over")):
            run = self.run_job(urls, *options)
            self.assert_exit(run, USAGE)
            self.assertIn(text, run.stderr)


class BrokenOff(TransactionTest):
    # More than some answers of the platform bring, so that a run can be stopped between two of them.
    flows = 4000

    def start_in_transaction(self):
        """A job in the middle of a transaction, of which records are in the topic, for those who read what is not committed."""
        self.assert_silent(self.run_job([self.kafka], ago=47))
        before = len(self.records(committed_only=False))
        self.simulator.close_gate()
        self.addCleanup(self.simulator.open_gate)
        job = self.start_job([self.kafka], "--concurrency", "1", "--log-level", "debug")
        self.simulator.permit_fetches_until(lambda: "transaction: begin" in job.output_text(), "the beginning of a transaction", job)
        job.wait_until(lambda: len(self.records(committed_only=False)) > before, "the first records")
        return job

    def test_a_run_that_is_stopped_aborts_its_transaction(self):
        job = self.start_in_transaction()
        job.send_signal(signal.SIGTERM)
        self.assertEqual(TEMPORARY, job.wait(), job.output_text())
        self.simulator.open_gate()
        # Readers do not wait for a transaction that is open.
        self.assertGreater(len(self.records(committed_only=False)), len(self.records()))
        self.assert_silent(self.run_job([self.kafka]))
        self.assert_once()

    def test_a_run_that_is_killed_is_ended_by_the_next(self):
        job = self.start_in_transaction()
        job.kill()
        self.simulator.open_gate()
        self.assert_silent(self.run_job([self.kafka]))
        self.assert_once()

    def test_a_check_of_a_job_that_runs(self):
        job = self.start_in_transaction()
        self.assert_exit(self.run_job([self.kafka], "--check"), OK)
        self.simulator.open_gate()
        self.assertEqual(OK, job.wait(), job.output_text())
        self.assert_once()

    def test_a_unit_that_takes_longer_than_a_transaction(self):
        """It is aborted and sent again, by when the platform is fast again. A busy machine may take a second or more for a unit."""
        self.kafka += "&rdkafka.transaction.timeout.ms=5000"
        job = self.start_in_transaction()
        time.sleep(5.5)
        self.simulator.open_gate()
        self.assertEqual(OK, job.wait(), job.output_text())
        self.assertIn("a transaction may not take longer than 5 s", job.output_text())
        self.assert_once()

    def test_a_second_run_takes_over(self):
        """Of the run that was there before nothing more is committed, and it says why."""
        first = self.start_in_transaction()
        elsewhere = self.directory / "second"
        elsewhere.mkdir()
        second = self.start(self.simulator.start_program(
            elsewhere, *self.options([self.kafka], 1, ("--log-level", "info", "--state-dir", str(elsewhere / "state"))), window=None))
        second.wait_until(lambda: "the job goes on from there" in second.output_text(), "its question to the topic")
        self.simulator.open_gate()
        self.assertEqual(LOGIN_REFUSED, first.wait(), first.output_text())
        self.assertIn(f"another run of the job {JOB} has taken over", first.output_text())
        self.assertEqual(OK, second.wait(), second.output_text())
        self.assert_archived(self.records(), self.first_start(), max(seconds_of(record.header("window_end")) for record in self.records()))


if __name__ == "__main__":
    main()
