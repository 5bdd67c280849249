"""kafka:// into a cluster of mock brokers, which fail in every way on demand: nothing is lost, and nothing counts that no broker has
confirmed."""

import unittest

from support.job import OK, TEMPORARY, USAGE, seconds_of
from support.kafka_job import KafkaJobTest, KillsOfTheProgram, sendings_of
from support.kafka_peer import (
    DISCONNECT, MESSAGE_TOO_LARGE, NOT_ENOUGH_REPLICAS, NOT_LEADER, PRODUCE, TOPIC_AUTHORIZATION_FAILED, UNKNOWN_TOPIC, KafkaMock,
)
from support.kafka_reader import records
from support.program import IS_SANITIZED, measuring
from support.testcase import main

MANY_FLOWS = 2_100
MOST_MEMORY = 64 * 1024**2


class MockTest(KafkaJobTest):
    def setUp(self):
        super().setUp()
        self.mock = self.start(KafkaMock(self.directory))
        self.mock.create_topic(self.topic, self.partitions)
        self.kafka = self.url(self.mock.brokers)

    def records(self):
        return records(self.mock.brokers, self.topic)

    def assert_delivered(self, is_once=True):
        """All that the job has confirmed stands in the topic, from its first window on."""
        found = self.records()
        start = min(seconds_of(record.header("window_start")) for record in found)
        self.assert_archived(found, start, self.watermark(), is_once)
        self.assert_verified(self.mock.brokers, is_all_once=is_once)

    def move_leaders(self, broker):
        for partition in range(self.partitions):
            self.mock.set_leader(self.topic, partition, broker)


class Deliveries(MockTest):
    def test_every_flow_once_and_a_manifest_that_proves_it(self):
        self.assert_silent(self.run_job([self.kafka], "--confirm", "consumed"))
        found = self.records()
        self.assert_delivered()
        self.assert_lines(found, self.window_of(found))
        self.assertEqual(set(range(self.partitions)), {record.partition for record in found if not record.is_manifest})
        self.assertEqual(["consumed"], self.values("  verdict"))
        self.assertIn(f"{self.kafka}: consumed at ", self.operate("--status").stdout.decode())

    def test_many_units_over_one_producer(self):
        self.assert_silent(self.run_job([self.kafka], "--resolution", "1h"))
        self.assert_delivered()
        self.assertEqual(24, len(sendings_of(self.records())))

    def test_the_same_flow_stays_in_its_partition(self):
        for ago in (9, 5, 1):
            self.assert_silent(self.run_job([self.kafka], ago=ago))
        places = {(record.key, record.partition) for record in self.records()}
        self.assertEqual(len({key for key, _ in places}), len(places))

    def test_keys_by_choice(self):
        for key, field in (("src_ip", "src_ip"), ("src_vm", "src_vm"), ("none", None)):
            with self.subTest(key):
                self.topic = f"keys-{key}"
                self.mock.create_topic(self.topic, 2)
                self.assert_exit(self.run_job([self.url(self.mock.brokers, f"?key={key}")], "--job", key), OK)
                flows = [record for record in self.records() if not record.is_manifest]
                self.assertGreater(len(flows), 100)
                for record in flows:
                    said = dict(pair.split('="', 1) for pair in record.value.split('" ') if '="' in pair)
                    self.assertEqual(said.get(field) if field else None, record.key)

    def test_a_queue_that_is_full(self):
        for option in ("rdkafka.queue.buffering.max.messages=10", "rdkafka.queue.buffering.max.kbytes=4"):
            with self.subTest(option):
                self.topic = option.partition("=")[0].replace("rdkafka.", "")
                self.mock.create_topic(self.topic, self.partitions)
                self.assert_silent(self.run_job([self.url(self.mock.brokers, "?" + option)], "--job", self.topic))
                self.assertEqual(self.flows_between_records(), len(self.records()) - 1)

    def flows_between_records(self):
        window = self.window_of(self.records())
        return len(self.simulator.expected_ids(window))

    def test_the_deadline_ends_a_run_that_no_broker_answers(self):
        self.mock.delay_answers(60_000)
        self.assert_exit(self.run_job([self.kafka], "--connect-timeout", "90s", "--deadline", "3s", timeout=60), TEMPORARY, "--deadline")

    def test_check(self):
        run = self.run_job([self.kafka], "--check")
        self.assert_exit(run, OK)
        for text in ("3 brokers", f"topic {self.topic}", f"{self.partitions} partitions", "librdkafka "):
            self.assertIn(text, run.stdout.decode())
        self.assertEqual([], self.records())


@unittest.skipIf(IS_SANITIZED, "a sanitizer has memory of its own")
class Memory(MockTest):
    """With more flows than may wait for their reports."""

    flows = 24_000

    def test_is_not_filled_with_what_waits_for_slow_brokers(self):
        self.mock.delay_answers(2_000)
        memory = self.directory / "memory"
        self.assert_silent(self.run_job([self.kafka], through=measuring(memory)))
        self.mock.delay_answers(0)
        self.assertLess(5_000, len(self.records()))
        self.assertLess(int(memory.read_text()), MOST_MEMORY)


class Faults(MockTest):
    """While the run is under way."""

    def run_with_faults(self, *options):
        self.assert_silent(self.run_job([self.kafka], *options))
        self.assert_delivered()

    def test_too_few_replicas_for_a_while(self):
        self.mock.fail_requests(PRODUCE, NOT_ENOUGH_REPLICAS, 3)
        self.run_with_faults()

    def test_a_leader_that_is_no_leader_any_more(self):
        self.mock.fail_requests(PRODUCE, NOT_LEADER, 2)
        self.run_with_faults()

    def test_connections_that_break_before_the_answer(self):
        """A real broker tells by their numbers the records that it gets again. A mock does not."""
        self.mock.fail_requests(PRODUCE, DISCONNECT, 3)
        self.assert_silent(self.run_job([self.kafka]))
        found = self.records()
        window = self.window_of(found)
        self.assertEqual(self.simulator.expected_ids(window), {record.key for record in found if not record.is_manifest})

    def test_brokers_that_are_slow(self):
        self.mock.delay_answers(100)
        self.run_with_faults()

    def assert_refused(self, error, *texts):
        """It says so, confirms nothing, and the next run sends all again when the fault is over."""
        self.assert_silent(self.run_job([self.kafka], ago=9))
        before, = self.values("watermark")
        self.mock.fail_requests(PRODUCE, error, 100)
        run = self.run_job([self.kafka], ago=3)
        self.assert_unreachable(run, *texts)
        self.mock.stop_failing(PRODUCE)
        self.assertEqual([before], self.values("watermark"))
        self.assert_exit(self.run_job([self.kafka]), OK)
        self.assert_delivered(is_once=False)

    def test_a_record_is_too_large(self):
        self.assert_refused(MESSAGE_TOO_LARGE, f"topic {self.topic}, partition ", "Message size too large")

    def test_the_right_to_write_is_taken_away(self):
        self.assert_refused(TOPIC_AUTHORIZATION_FAILED, f"topic {self.topic}, partition ", "authorization failed")

    def test_no_answers(self):
        self.mock.delay_answers(60_000)
        job = self.start_job([self.kafka], "--send-timeout", "1s", "--connect-timeout", "1s", "--log-level", "info")
        self.assert_in_vain(job, "no broker answers")

    def test_no_broker_from_the_beginning(self):
        self.mock.take_down()
        job = self.start_job([self.kafka], "--connect-timeout", "1s", "--log-level", "info")
        self.assert_in_vain(job, "no broker answers")

    def test_topics_that_cannot_be_written_to(self):
        for code, text in ((UNKNOWN_TOPIC, f"the topic {self.topic} does not exist"),
                           (TOPIC_AUTHORIZATION_FAILED, f"the account may not see or write to the topic {self.topic}")):
            with self.subTest(text):
                self.mock.set_topic_error(self.topic, code)
                for more in ((), ("--check",)):
                    self.assert_unreachable(self.run_job([self.kafka], *more), text)

    def test_a_partition_without_a_leader(self):
        self.mock.set_leader(self.topic, 2, -1)
        job = self.start_job([self.kafka], "--connect-timeout", "1s", "--log-level", "info")
        self.assert_in_vain(job, "partition 2 has no leader")

    def test_urls_that_make_no_sense(self):
        for url in ("kafka://host", "kafka://host/", "kafka://host/a b", "kafka://host/..", "kafka://host/t?key=dst_ip",
                    "kafka://host/t?framing=lf", "kafka://host/t?rdkafka.acks=0", "kafka://host/t?sasl=gssapi", "kafka://host/t?sasl=plain&user=u"):
            with self.subTest(url):
                self.assert_exit(self.run_job([url]), USAGE, "--collector")


class InMidStream(MockTest):
    """Something happens when some records are there, and others are still to come."""

    flows = MANY_FLOWS

    def start_and_wait(self, *options):
        return self.start_until_records_are_there(self.kafka, self.mock.brokers, "--log-level", "info", *options)

    def finish(self, job, is_once=True):
        self.simulator.open_gate()
        self.assertEqual(OK, job.wait(), job.output_text())
        self.assert_delivered(is_once)

    def test_a_broker_dies_and_others_take_its_partitions(self):
        job = self.start_and_wait()
        self.mock.take_down(1)
        self.move_leaders(2)
        self.finish(job)

    def test_a_broker_dies_and_comes_back(self):
        job = self.start_and_wait()
        self.mock.take_down(2)
        self.simulator.open_gate()
        self.mock.bring_up(2)
        self.finish(job)

    def test_all_brokers_die_and_come_back(self):
        job = self.start_and_wait()
        self.mock.take_down()
        self.simulator.open_gate()
        self.mock.bring_up()
        self.finish(job)

    def test_the_deadline_ends_a_run_that_no_broker_answers_any_more(self):
        job = self.start_until_records_are_there(
            self.kafka, self.mock.brokers, "--deadline", "40s" if IS_SANITIZED else "20s", "--send-timeout", "90s")
        self.mock.delay_answers(60_000)
        self.simulator.open_gate()
        self.assertEqual(TEMPORARY, job.wait(), job.output_text())
        self.assertIn("--deadline", job.output_text())

    def test_all_brokers_die_for_good(self):
        job = self.start_and_wait("--send-timeout", "2s", "--connect-timeout", "1s")
        self.mock.take_down()
        self.simulator.open_gate()
        self.assert_in_vain(job, "no record was confirmed for 2 s")
        self.mock.bring_up()
        self.assert_exit(self.run_job([self.kafka]), OK)
        self.assert_delivered(is_once=False)

    def test_leaders_change_again_and_again(self):
        job = self.start_and_wait()
        for broker in (2, 3, 1):
            self.move_leaders(broker)
        self.finish(job)


class Kills(KillsOfTheProgram, MockTest):
    switches = ("--token-limit", "100000")
    partitions = 8

    def brokers(self):
        return self.mock.brokers


if __name__ == "__main__":
    main()
