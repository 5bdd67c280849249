"""The attacks of test_attacks.py on topics of Kafka, as kcat -J prints them: by whoever can write to the topic, or change its copy in a
file. The verdicts are the same."""

import hashlib
import json
import re

import test_attacks
from support.made_up_topic import FLOW_ID
from support.signed_archive import SignedChain
from support.testcase import main


def record_of(line, partition, offset, headers):
    record = {"topic": "vrni", "partition": partition, "offset": offset, "key": None, "headers": headers, "payload": line}
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


class AttacksOnATopic(test_attacks.Attacks):
    """A topic of one partition, which keeps the order of the lines."""

    # These have a topic of their own, no records that could be read, or nothing that a topic changes.
    test_a_topic_of_several_partitions = None
    test_a_topic_of_kafka = test_messages_without_fields = test_without_the_key_the_chain_is_followed = None
    test_a_line_that_is_added_as_if_the_collector_had_rewritten_it = None

    def verify(self, lines, *options, keys=None):
        records = [record_of(line, 0, number, ["msgid", "x"]) for number, line in enumerate(lines)]
        return super().verify(records, *options, keys=keys)


def partition_of(line):
    """Two flows of a window are in one partition, the others in another one, and the manifests in a third one. So most attacks are on one
    partition of several, and the lines are never read in the order in which they were sent."""
    flow = FLOW_ID.search(line)
    return 2 if flow is None else 1 if next(filter(None, flow.groups())) in ("f1", "f2") else 0


class ChainInATopic(SignedChain):
    """A job that writes to a topic of several partitions, so that its manifests say what is in each of them."""

    def __init__(self, headers, key, name, **more):
        """`headers` is where the headers "offsets" are kept, by their SHA-256."""
        super().__init__(key, name, **more)
        self._headers = headers

    def send(self, flows, start, end, **more):
        return super().send(flows, start, end, offsets=self._offsets, **more)

    def _offsets(self, lines):
        digests = {}
        for line in lines:
            part = digests.setdefault(partition_of(line), [0, hashlib.sha256()])
            part[0] += 1
            part[1].update(line.encode() + b"\n")
        text = ",".join(f"{number}:-:{count}:{digest.hexdigest()}" for number, (count, digest) in sorted(digests.items()))
        self._headers[hashlib.sha256(text.encode()).hexdigest()] = text
        return text


class AttacksOnPartitions(AttacksOnATopic):
    """A topic of several partitions, of which only some are attacked."""

    names_places = False
    # What comes twice in a topic is at other offsets. A sending of which that is so is not proven.
    test_two_archives_that_are_merged = test_an_old_window_that_is_replayed = None
    # Behind a prefix of the collector's, what is in a record is not what was written there.
    test_a_collector_that_rewrites = None

    def setUp(self):
        super().setUp()
        self._headers = {}

    def chain_of(self, key, name="rfc5424", **more):
        return ChainInATopic(self._headers, key, name, **more)

    def verify(self, lines, *options, keys=None):
        partitions = [[], [], []]
        for line in lines:
            vouched = next((digest for digest in re.findall("[0-9a-f]{64}", line) if digest in self._headers), None)
            headers = ["msgid", "x"] if vouched is None else ["msgid", "MANIFEST", "offsets", self._headers[vouched]]
            records = partitions[partition_of(line)]
            records.append(record_of(line, partition_of(line), len(records), headers))
        return test_attacks.Attacks.verify(self, sum(partitions, []), *options, keys=keys)

    def test_what_is_written_twice_is_told(self):
        def check(_, windows):
            lines = test_attacks.joined(windows)
            for name, more in (("a window", windows[0]), ("a line", windows[0][:1])):
                with self.subTest(name):
                    status, told, text = self.verify([*lines, *more])
                    self.assertEqual((test_attacks.INCOMPLETE, 2), (status, told.count(test_attacks.GOOD)), text)

        self.for_every_format(check)


if __name__ == "__main__":
    main()
