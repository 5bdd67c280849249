"""A cluster of mock brokers (tests/support/kafka_mock.cpp) that misbehaves on demand. It keeps the last 5 MiB of each partition in
memory."""

import os
import subprocess
import unittest
from pathlib import Path

from .process import Process
from .program import ROOT, environment

_BINARY = Path(os.environ.get("VRNI2SYSLOG_KAFKA_MOCK", str(ROOT / "build/tests/support/kafka-mock")))

PRODUCE, METADATA, INIT_PRODUCER_ID = 0, 3, 22
"""Kinds of requests (API keys of Kafka's protocol)."""
DISCONNECT = -195
"""In place of an error: the connection is closed, and the request is not answered."""
UNKNOWN_TOPIC, NOT_LEADER, MESSAGE_TOO_LARGE, NOT_ENOUGH_REPLICAS, TOPIC_AUTHORIZATION_FAILED = 3, 6, 10, 19, 29
"""Errors of Kafka's protocol."""


class KafkaMock:
    """Runs from the constructor to stop(). Its brokers have the ids from 1."""

    def __init__(self, directory, brokers=3):
        if not _BINARY.exists():
            raise unittest.SkipTest("there is no kafka-mock: librdkafka was not found when the tests were built")
        self.process = Process([_BINARY, brokers], directory, "kafka-mock", env=environment(directory), stdin=subprocess.PIPE)
        self._answers = 1
        self.brokers = self._wait_for_answer()
        """Its bootstrap servers, with commas between them."""

    def _wait_for_answer(self):
        def lines():
            return self.process.output.read_text(encoding="utf-8").split("\n")[:-1]
        self.process.wait_until(lambda: len(lines()) >= self._answers, "an answer")
        return lines()[self._answers - 1]

    def _command(self, *words):
        self._answers += 1
        self.process.tell(" ".join(map(str, words)))
        answer = self._wait_for_answer()
        if answer != "ok":
            raise AssertionError(f"{words}: {answer}")

    def create_topic(self, name, partitions=3, replicas=2):
        self._command("topic", name, partitions, replicas)

    def set_topic_error(self, name, code):
        """What the metadata of a topic say; 0 for no error."""
        self._command("topic-error", name, code)

    def take_down(self, broker="all"):
        self._command("down", broker)

    def bring_up(self, broker="all"):
        self._command("up", broker)

    def delay_answers(self, milliseconds, broker="all"):
        self._command("rtt", broker, milliseconds)

    def set_leader(self, topic, partition, broker):
        self._command("leader", topic, partition, broker)

    def fail_requests(self, request, code, count=1):
        """The next `count` requests of that kind are answered with this error."""
        self._command("error", request, code, count)

    def stop_failing(self, request):
        self._command("clear", request)

    def url(self, topic, options=""):
        return f"kafka://{self.brokers}/{topic}{options}"

    def stop(self):
        self.process.stop()
