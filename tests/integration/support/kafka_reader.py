"""What stands in a topic, as other clients than ours read it: kcat (librdkafka), and kafkajs, which shares no code with it."""

import json
import subprocess
from dataclasses import dataclass

from .collector import Installation
from .npm import node_modules, run_node
from .program import seconds

_TIMEOUT = 120


@dataclass(frozen=True)
class KafkaRecord:
    """One record of a topic. `headers` are (name, value) in their order; what has no value is None."""

    partition: int
    offset: int
    timestamp: int
    key: str | None
    value: str
    headers: tuple

    def header(self, name):
        """The value of the only header of that name; None where there is none."""
        values = [value for one, value in self.headers if one == name]
        if len(values) > 1:
            raise AssertionError(f"{name} comes {len(values)} times in {self.headers}")
        return values[0] if values else None

    @property
    def is_manifest(self):
        return self.header("msgid") == "MANIFEST"


def kcat(*arguments, stdin=b"", timeout=_TIMEOUT):
    """The output of kcat, which succeeds. `stdin` is what it is given."""
    done = start_kcat(*arguments, stdin=stdin, timeout=timeout)
    if done.returncode != 0:
        raise AssertionError(f"kcat {' '.join(map(str, arguments))}: {done.stderr.decode('utf-8', 'replace')[-2000:]}")
    return done.stdout


def start_kcat(*arguments, stdin=b"", timeout=_TIMEOUT):
    """The same, however it ends, as a CompletedProcess."""
    installation = Installation.find("kcat")
    return subprocess.run([installation.binary, *map(str, arguments)], input=stdin, capture_output=True, env=installation.environment,
                          timeout=seconds(timeout), check=False)


def envelopes(brokers, topic, *settings, committed_only=True):
    """The records of a topic as the JSON objects of kcat -J, one a line: what a user would keep of a topic. Each of `settings` is
    NAME=VALUE of librdkafka. With `committed_only`, none of transactions that were not committed."""
    isolation = "read_committed" if committed_only else "read_uncommitted"
    # At the end of a partition the broker waits for more records, by default half a second.
    options = [word for setting in (f"isolation.level={isolation}", "fetch.wait.max.ms=10", *settings) for word in ("-X", setting)]
    return kcat("-C", "-b", brokers, "-t", topic, "-o", "beginning", "-e", "-q", "-J", *options)


def _record(row):
    headers = row.get("headers") or []
    return KafkaRecord(row["partition"], row["offset"], row["ts"], row["key"], row["payload"], tuple(zip(headers[0::2], headers[1::2])))


def records(brokers, topic, *settings, committed_only=True):
    """The records of a topic by kcat, partition by partition in the order of their offsets."""
    lines = envelopes(brokers, topic, *settings, committed_only=committed_only).decode("utf-8").split("\n")[:-1]
    return sorted((_record(json.loads(line)) for line in lines), key=lambda record: (record.partition, record.offset))


def records_by_kafkajs(brokers, topic):
    """The committed records of a topic by kafkajs, in the same order."""
    rows = run_node("kafkajs.js", node_modules("kafkajs"), {"brokers": brokers.split(","), "topic": topic})
    found = (KafkaRecord(row["partition"], int(row["offset"]), int(row["timestamp"]), row["key"], row["value"],
                         tuple(map(tuple, row["headers"]))) for row in rows)
    return sorted(found, key=lambda record: (record.partition, record.offset))


def java_partition(key, partitions):
    """The partition that Kafka's own clients in Java choose for a key of bytes: by its murmur2."""
    def times(number):
        return number * 0x5bd1e995 & 0xffffffff
    whole = len(key) - len(key) % 4
    hashed = 0x9747b28c ^ len(key)
    for start in range(0, whole, 4):
        part = times(int.from_bytes(key[start:start + 4], "little"))
        hashed = times(hashed) ^ times(part ^ part >> 24)
    if key[whole:]:
        hashed = times(hashed ^ int.from_bytes(key[whole:], "little"))
    hashed = times(hashed ^ hashed >> 13)
    return ((hashed ^ hashed >> 15) & 0x7fffffff) % partitions


def write_transaction(brokers, topic, values, end):
    """Writes values to a topic in a transaction of kafkajs, which ends by "commit" or "abort", or stays "open"."""
    run_node("kafka_transaction.js", node_modules("kafkajs"), {"brokers": brokers.split(","), "topic": topic, "values": values, "end": end})
