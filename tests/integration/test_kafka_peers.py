"""The brokers and the readers that other tests rely on: they lose nothing themselves, and they show what is lost."""

from support.kafka_broker import GUEST, GUEST_PASSWORD, MECHANISMS, OLDER, USER, USER_PASSWORD, KafkaBroker
from support.kafka_peer import MESSAGE_TOO_LARGE, PRODUCE, TOPIC_AUTHORIZATION_FAILED, KafkaMock
from support.kafka_reader import envelopes, java_partition, records, records_by_kafkajs, start_kcat, write_transaction
from support.testcase import IntegrationTest, main

LINES = [f'k{number}|a "value" with \\ and é, number {number}' for number in range(100)]
VALUES = [line.split("|")[1] for line in LINES]
INPUT = "".join(line + "\n" for line in LINES).encode("utf-8")


def login(mechanism, user=USER, password=USER_PASSWORD):
    settings = ("security.protocol=sasl_plaintext", f"sasl.mechanism={mechanism}", f"sasl.username={user}", f"sasl.password={password}")
    return [word for setting in settings for word in ("-X", setting)]


def produce(brokers, topic, *options):
    """Sends the lines with keys and a header."""
    return start_kcat("-P", "-b", brokers, "-t", topic, "-K", "|", "-H", "msgid=FLOW", *options, stdin=INPUT)


class Mock(IntegrationTest):
    def setUp(self):
        super().setUp()
        self.mock = self.start(KafkaMock(self.directory))
        self.mock.create_topic("flows", 4)

    def assert_all_there(self):
        found = records(self.mock.brokers, "flows")
        self.assertEqual(sorted(VALUES), sorted(record.value for record in found))
        self.assertEqual({"FLOW"}, {record.header("msgid") for record in found})

    def test_records_stay_as_they_were_sent(self):
        self.assertEqual(0, produce(self.mock.brokers, "flows").returncode)
        self.assert_all_there()

    def test_a_change_of_leader_and_a_broker_that_comes_back(self):
        self.mock.take_down(1)
        for partition in range(4):
            self.mock.set_leader("flows", partition, 2)
        self.assertEqual(0, produce(self.mock.brokers, "flows").returncode)
        self.mock.bring_up(1)
        self.assert_all_there()

    def test_errors_are_told_to_the_producer_until_they_are_cleared(self):
        for error in (MESSAGE_TOO_LARGE, TOPIC_AUTHORIZATION_FAILED):
            self.mock.fail_requests(PRODUCE, error, 100)
            self.assertIn(b"Delivery failed", produce(self.mock.brokers, "flows").stderr)
        self.mock.stop_failing(PRODUCE)
        self.assertEqual([], records(self.mock.brokers, "flows"))
        self.assertEqual(0, produce(self.mock.brokers, "flows").returncode)
        self.assert_all_there()

    def test_a_command_that_makes_no_sense_fails_the_test(self):
        with self.assertRaisesRegex(AssertionError, "not available"):
            self.mock.take_down(17)


class Broker(IntegrationTest):
    @classmethod
    def setUpClass(cls):
        cls.broker = cls.start_for_class(KafkaBroker(cls.class_directory()))

    def test_both_readers_see_the_same(self):
        self.broker.create_topic("both", 3)
        self.assertEqual(0, produce(self.broker.brokers(), "both").returncode)
        found = records(self.broker.brokers(), "both")
        self.assertEqual(sorted(VALUES), sorted(record.value for record in found))
        counts = [len([record for record in found if record.partition == number]) for number in range(3)]
        self.assertEqual(counts, self.broker.end_offsets("both", 3))
        self.assertNotIn(0, counts)
        self.assertEqual(found, records_by_kafkajs(self.broker.brokers(), "both"))

    def test_both_readers_see_only_what_was_committed(self):
        brokers = self.broker.brokers()
        self.broker.create_topic("transactions", 1)
        seen = []
        for end in ("abort", "commit", "abort", "open"):
            write_transaction(brokers, "transactions", [end + "-1", end + "-2"], end)
            seen += [end + "-1", end + "-2"] if end == "commit" else []
            self.assertEqual(seen, [record.value for record in records(brokers, "transactions")], end)
            if end != "open":
                self.assertEqual(seen, [record.value for record in records_by_kafkajs(brokers, "transactions")], end)
        self.assertEqual(8, len(records(brokers, "transactions", committed_only=False)))

    def test_the_partition_of_a_key_is_that_of_another_client(self):
        self.broker.create_topic("keys", 7)
        self.assertEqual(0, produce(self.broker.brokers(), "keys", "-X", "partitioner=murmur2").returncode)
        found = records(self.broker.brokers(), "keys")
        self.assertEqual([record.partition for record in found], [java_partition(record.key.encode(), 7) for record in found])

    def test_what_was_acknowledged_outlives_a_kill(self):
        self.broker.create_topic("kill")
        self.assertEqual(0, produce(self.broker.brokers(), "kill").returncode)
        self.broker.kill()
        self.broker.start_again()
        self.assertEqual(len(VALUES), len(envelopes(self.broker.brokers(), "kill").splitlines()))

    def test_a_topic_that_is_there_is_not_created_again(self):
        self.broker.create_topic("once")
        with self.assertRaisesRegex(AssertionError, "error 36"):
            self.broker.create_topic("once")

    def test_logins(self):
        self.broker.create_topic("logins")
        brokers = self.broker.brokers("SASL")
        self.assertEqual(0, produce(brokers, "logins", *login("PLAIN")).returncode)
        self.assertIn(b"authorization failed", produce(brokers, "logins", *login("PLAIN", GUEST, GUEST_PASSWORD)).stderr)
        self.assertIn(b"Authentication failed", produce(brokers, "logins", *login("PLAIN", USER, "wrong")).stderr)


class OlderBroker(IntegrationTest):
    def test_all_mechanisms(self):
        broker = self.start(KafkaBroker(self.directory, OLDER))
        # To log in by OAUTHBEARER, kcat would need a token of its own.
        for mechanism in set(MECHANISMS) - {"OAUTHBEARER"}:
            self.assertEqual(0, produce(broker.brokers("SASL"), "logins", *login(mechanism)).returncode, mechanism)


if __name__ == "__main__":
    main()
