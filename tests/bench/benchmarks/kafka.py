"""Writing lines of 350 bytes into a real Apache Kafka, beside the clients that others use: every sender waits until all in-sync replicas
have confirmed every line, is idempotent, and compresses in the same way. Our records have a key and seven headers each; those of the peers
are bare lines, except where a row says that kcat sends the same records as we do.

All of them use librdkafka. A program that hands it bare lines, and does nothing else, shows how much less than its peers such a program
can cost."""

import re
import unittest

from support.collector import Installation
from support.kafka_broker import KafkaBroker
from support.process import wait_until
from support.rsyslogd import require_module

from .comparison import compare
from .context import TOOLS, say
from .measurement import MeasuredProcess
from .table import si

MIN_OF_PEERS = 1.5
PARTITIONS = 4
_SETTINGS = {"acks": "all", "enable.idempotence": "true", "compression.codec": "lz4", "linger.ms": "50"}
_STORE_TIMEOUT = 600
_HEADERS = {"msgid": "FLOW_ALLOW", "run": "0123456789abcdef", "window_start": "2025-06-01T00:00:00Z", "window_end": "2025-06-02T00:00:00Z",
            "job": "bench", "platform": "vrni.example.com", "attempt": "1"}
"""Those of bench_lines."""
_KEY_END = "\t"

_OMKAFKA = """
global(workDirectory="{directory}")
main_queue(queue.type="LinkedList" queue.size="200000" queue.dequeueBatchSize="4096")
module(load="imfile")
module(load="omkafka")
template(name="as_read" type="string" string="%msg%")
input(type="imfile" file="{lines}" tag="bench" freshStartTail="off")
action(type="omkafka" broker="{broker}" topic="{topic}" template="as_read" confParam=[{settings}])
"""


class _Senders:
    """A broker, and the lines that everybody sends to a topic of his own."""

    def __init__(self, context):
        self._context = context
        self._directory = context.new_directory("kafka")
        through = ("taskset", "--cpu-list", str(context.receiver_processor))
        self.broker = KafkaBroker(self._directory, through=through)
        self._lines = self._directory / "lines"
        self._lines_with_keys = self._directory / "lines-with-keys"
        # In thousands, as bench_lines makes them.
        self.count = context.plan.peer_lines // 1000 * 1000
        self._runs = 0

    def write_lines(self):
        """The same lines as ours, in the files of the peers: in one of them with the key of each."""
        command = [TOOLS / "bench_lines", "lines", f"file://{self._lines}", self.count]
        MeasuredProcess(command, self._directory, "lines-to-file", self._context.environment).wait()
        with open(self._lines, encoding="utf-8") as lines, open(self._lines_with_keys, "w", encoding="utf-8") as keyed:
            for line in lines:
                keyed.write(re.search(r'flow_id="([^"]*)"', line)[1] + _KEY_END + line)

    def _lines_per_cpu_second(self, send):
        self._runs += 1
        topic, directory = f"bench-{self._runs}", self._context.new_directory(f"kafka-{self._runs}")
        self.broker.create_topic(topic, PARTITIONS)
        cost = send(topic, directory)
        self._wait_for_all(topic)
        return self.count / cost.cpu

    def _wait_for_all(self, topic):
        wait_until(lambda: sum(self.broker.end_offsets(topic, PARTITIONS)) >= self.count, "all lines in the topic", _STORE_TIMEOUT)

    def _measure(self, command, directory, name, environment):
        return MeasuredProcess(command, directory, name, environment, self._context.sender_processor)

    def ours(self):
        def send(topic, directory):
            codec = _SETTINGS["compression.codec"]
            url = f"kafka://{self.broker.brokers()}/{topic}?rdkafka.compression.codec={codec}"
            command = [TOOLS / "bench_lines", "lines", url, self.count]
            return self._measure(command, directory, "bench_lines", self._context.environment).wait()
        return self._lines_per_cpu_second(send)

    def kcat(self):
        return self._kcat("-l", self._lines)

    def kcat_with_our_records(self):
        headers = [word for name, value in _HEADERS.items() for word in ("-H", f"{name}={value}")]
        return self._kcat("-K", _KEY_END, "-X", "partitioner=murmur2_random", *headers, "-l", self._lines_with_keys)

    def _kcat(self, *options):
        installation = Installation.find("kcat")

        def send(topic, directory):
            settings = [word for name, value in _SETTINGS.items() for word in ("-X", f"{name}={value}")]
            command = [installation.binary, "-P", "-b", self.broker.brokers(), "-t", topic, *settings, *options]
            return self._measure(command, directory, "kcat", installation.environment).wait()
        return self._lines_per_cpu_second(send)

    def librdkafka(self):
        """Nothing but the library."""
        def send(topic, directory):
            settings = [f"{name}={value}" for name, value in _SETTINGS.items()]
            command = [TOOLS / "bench_producer", self.broker.brokers(), topic, self._lines, *settings]
            return self._measure(command, directory, "bench_producer", self._context.environment).wait()
        return self._lines_per_cpu_second(send)

    def omkafka(self):
        installation = Installation.find("rsyslogd", "lmnet.so")
        require_module(installation, "omkafka")

        def send(topic, directory):
            configuration = directory / "rsyslog.conf"
            settings = ",".join(f'"{name}={value}"' for name, value in _SETTINGS.items())
            configuration.write_text(_OMKAFKA.format(
                directory=directory, lines=self._lines, broker=self.broker.brokers(), topic=topic, settings=settings))
            command = [installation.binary, "-n", "-f", configuration, "-i", directory / "pid"]
            if installation.modules is not None:
                command += ["-M", installation.modules]
            process = self._measure(command, directory, "rsyslogd", installation.environment)
            try:
                self._wait_for_all(topic)
            finally:
                process.terminate()
            return process.wait()
        return self._lines_per_cpu_second(send)


def rows(context):
    try:
        senders = _Senders(context)
    except unittest.SkipTest as reason:
        say(f"left out: {reason}")
        return
    try:
        senders.write_lines()
        peers = {
            "kcat -P": (senders.kcat, MIN_OF_PEERS),
            "rsyslogd, imfile to omkafka": (senders.omkafka, MIN_OF_PEERS),
            "kcat -P with the same keys and headers": (senders.kcat_with_our_records, None),
        }
        ours, library, rates = [], [], {name: [] for name in peers}
        for _ in context.turns("lines into Kafka and the peers in turns"):
            ours.append(senders.ours())
            library.append(senders.librdkafka())
            for name, (send, _) in peers.items():
                rates[name].append(send())
        for name, (_, least) in peers.items():
            yield compare("lines in a CPU second of the whole process into Kafka", ours, name, rates[name], si, at_least=least)
        yield compare("the same with librdkafka and nothing else, which sends bare lines", library, "kcat -P", rates["kcat -P"], si)
    finally:
        senders.broker.stop()
