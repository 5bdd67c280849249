"""vrni2syslog-verify over what kcat -J prints of a topic of Kafka: partitions come in any order, and records may be read twice."""

import hashlib
import itertools
import json
import random
import re
import subprocess

from support.made_up_topic import MadeUpTopic
from support.program import ROOT, seconds
from support.testcase import IntegrationTest, main

VERIFY = ROOT / "packaging/vrni2syslog-verify"
COMPLETE, INCOMPLETE, NO_MANIFEST = 0, 1, 2
START, END = "2025-06-01T00:00:00Z", "2025-06-01T12:00:00Z"
SYSLOG = "<166>1 2025-06-01T09:00:00.000Z vrni.local vrni2syslog 1 "
IDS = [f"f{number}" for number in range(12)]
WINDOW = f'window_start="{START}" window_end="{END}"'


def sending(ids=IDS, run="aaaa", attempt=1):
    """The lines of the flows of a sending, and its manifest."""
    mark = f' attempt="{attempt}"' if attempt > 1 else ""
    flows = [f'{SYSLOG}FLOW_ALLOW [vrniflow@32473 action="ALLOW" flow_id="{one}" {WINDOW} run="{run}"{mark}] vRNI-Flow: é "x"' for one in ids]
    digest = hashlib.sha256("".join(line + "\n" for line in flows).encode()).hexdigest()
    return flows, (f'{SYSLOG}MANIFEST [vrniflow@32473 run="{run}" {WINDOW} flows="{len(flows)}" lines_sha256="{digest}"{mark}] '
                   "vRNI-Manifest: x")


def topic_of(*sendings, partitions=3):
    """A topic with these (lines, manifest or None), one after the other."""
    topic = MadeUpTopic(partitions)
    for flows, manifest in sendings:
        topic.append(flows, manifest)
    return topic


def changed(line, **members):
    return json.dumps({**json.loads(line), **members}, ensure_ascii=False, separators=(",", ":"))


class VerifyTopic(IntegrationTest):
    def verify(self, lines, *options):
        content = "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")
        return subprocess.run([VERIFY, *options], input=content, capture_output=True, timeout=seconds(60), check=False)

    def assert_verdicts(self, lines, status, *verdicts, options=()):
        """The status, and how the lines of the report begin that are of sendings, in any order."""
        done = self.verify(lines, *options)
        text = done.stdout.decode() + done.stderr.decode()
        self.assertEqual(status, done.returncode, text)
        told = re.findall(r"(?m)^(\S+(?: [a-z0-9]+)*) +[0-9T:Z.-]+/[0-9T:Z.-]+ (?:run|of) ", text)
        self.assertEqual(sorted(verdicts), sorted(told), text)
        return text

    def test_partitions_in_any_order_are_complete(self):
        topic = topic_of(sending(), sending(run="bbbb"))
        orders = [topic.lines(order) for order in itertools.permutations(range(3))]
        chance = random.Random(1)
        for _ in range(20):
            left = [list(lines) for lines in topic.partitions]
            orders.append([chance.choice([lines for lines in left if lines]).pop(0) for _ in topic.lines()])
        for lines in orders:
            text = self.assert_verdicts(lines, COMPLETE, "complete", "complete", options=("--digest", "require"))
            self.assertEqual(2, text.count("12 of 12 lines, SHA-256 as sent, at the offsets of the manifest"), text)

    def test_every_record_that_is_missing_is_missed(self):
        lines = topic_of(sending()).lines()
        for number, line in enumerate(lines):
            rest = lines[:number] + lines[number + 1:]
            if "MANIFEST" in line:
                self.assert_verdicts(rest, NO_MANIFEST, "unfinished")
                continue
            text = self.assert_verdicts(rest, INCOMPLETE, "missing 1")
            partition = json.loads(line)["partition"]
            self.assertRegex(text, rf"11 of 12 lines \(partition {partition}: \d of \d records of the offsets \d+ to \d+\)")

    def test_a_changed_record(self):
        lines = topic_of(sending()).lines()
        lines[0] = lines[0].replace("ALLOW", "DENIED")
        self.assertIn("(partition 0: ", self.assert_verdicts(lines, INCOMPLETE, "digest differs"))

    def test_a_topic_that_was_read_twice(self):
        lines = topic_of(sending(), sending(run="bbbb")).lines()
        self.assert_verdicts(lines + lines, COMPLETE, "complete", "complete")
        self.assert_verdicts(lines + lines[3:], COMPLETE, "complete", "complete")

    def test_a_record_that_was_added(self):
        lines = topic_of(sending()).lines()
        self.assert_verdicts(lines + [changed(lines[0], offset=99)], INCOMPLETE, "surplus 1")

    def test_a_copy_of_the_topic_has_other_offsets(self):
        lines = [changed(line, offset=json.loads(line)["offset"] + 1000, topic="copy") for line in topic_of(sending()).lines()]
        self.assertIn("SHA-256 as sent, at other offsets than the manifest says", self.assert_verdicts(lines, COMPLETE, "complete"))

    def test_what_was_broken_off_is_made_up_for_by_what_comes_later_in_the_partitions(self):
        broken = (sending(run="bbbb")[0][:7], None)
        again, before = topic_of(broken, sending()), topic_of(sending(), broken)
        for order in itertools.permutations(range(3)):
            self.assert_verdicts(again.lines(order), COMPLETE, "sent again", "complete")
            self.assert_verdicts(before.lines(order), INCOMPLETE, "unfinished", "complete")
        self.assert_verdicts(topic_of(broken, sending(run="bbbb", attempt=2)).lines([2, 1, 0]), COMPLETE, "sent again", "complete")

    def test_an_empty_window(self):
        text = self.assert_verdicts(topic_of(sending([])).lines(), COMPLETE, "complete")
        self.assertIn("0 of 0 lines, SHA-256 as sent", text)

    def test_records_of_others_are_no_lines_of_ours(self):
        lines = topic_of(sending()).lines()
        others = [changed(lines[0], offset=100, payload=None), changed(lines[0], offset=101, payload='{"a":1}', headers=None, key=None)]
        self.assert_verdicts(lines + others, COMPLETE, "complete")

    def test_a_torn_record_is_damage(self):
        lines = topic_of(sending()).lines()
        for end in (60, 200, 320):
            text = self.assert_verdicts([lines[0][:end], *lines[1:]], INCOMPLETE, "missing 1")
            self.assertNotIn("Traceback", text)

    def test_a_manifest_whose_offsets_make_no_sense_is_damage(self):
        lines = topic_of(sending()).lines()
        number = next(number for number, line in enumerate(lines) if "MANIFEST" in line)
        good = json.loads(lines[number])["headers"][3]
        for offsets in ("x", "0:1", "0:-", "0:-:3", "0:1-:3:" + "a" * 64, "0:1-2:3", "0:1-2:3:" + "g" * 64, f"{good},{good}", "9" * 5000, good.replace(":", ";"), None, 7, []):
            bad = changed(lines[number], headers=["msgid", "MANIFEST", "offsets", offsets])
            text = self.assert_verdicts([*lines[:number], bad, *lines[number + 1:]], NO_MANIFEST, "unfinished")
            self.assertIn("1 line cut, damaged", text)
        twice = changed(lines[number], headers=["offsets", good, "offsets", good])
        self.assert_verdicts([*lines[:number], twice, *lines[number + 1:]], NO_MANIFEST, "unfinished")

    def test_offsets_alone_prove_no_content(self):
        """A manifest need not say more of each partition than its first and last offset."""
        def without_digests(lines):
            return [re.sub(r":\d+:[0-9a-f]{64}", "", line) for line in lines]

        lines = without_digests(topic_of(sending()).lines())
        text = self.assert_verdicts(lines, COMPLETE, "counted")
        self.assertIn("12 of 12 lines (at the offsets of the manifest); the order of sending is lost", text)
        self.assert_verdicts(lines, INCOMPLETE, "digest unknown", options=("--digest", "require"))
        shifted = [changed(line, offset=json.loads(line)["offset"] + 1) for line in lines]
        self.assert_verdicts(shifted, INCOMPLETE, "digest differs")
        for number, line in enumerate(lines):
            if "MANIFEST" not in line:
                self.assert_verdicts(lines[:number] + lines[number + 1:], INCOMPLETE, "missing 1")
        self.assertNotIn("lost", self.assert_verdicts(without_digests(topic_of(sending(), partitions=1).lines()), COMPLETE, "complete"))

    def test_content_alone_proves_records_whose_offsets_were_not_told(self):
        """A broker does not tell them again if its first answer was lost."""
        good = topic_of(sending()).lines()
        lines = [re.sub(r"([,\"][01]:)\d+-\d+(?=:\d+:[0-9a-f]{64})", r"\1-", line) for line in good]
        self.assertEqual(2, sum(line.count(":-:") for line in lines))
        text = self.assert_verdicts(lines, COMPLETE, "complete", options=("--digest", "require"))
        self.assertIn("12 of 12 lines, SHA-256 as sent, at the offsets of the manifest", text)
        for number, line in enumerate(lines):
            if "MANIFEST" not in line:
                text = self.assert_verdicts(lines[:number] + lines[number + 1:], INCOMPLETE, "missing 1")
                self.assertIn("offsets that are not known" if json.loads(line)["partition"] < 2 else "of the offsets", text)
        self.assert_verdicts([lines[0].replace("ALLOW", "DENIED"), *lines[1:]], INCOMPLETE, "digest differs")

    def test_values_alone_prove_a_topic_of_one_partition(self):
        """What kcat prints without -J. Of several partitions it can only be counted."""
        for partitions, status, verdict in ((1, COMPLETE, "complete"), (3, INCOMPLETE, "digest differs")):
            values = [json.loads(line)["payload"] for line in topic_of(sending(), partitions=partitions).lines()]
            self.assert_verdicts(values, status, verdict)
            self.assert_verdicts(values, COMPLETE, "complete" if partitions == 1 else "counted", options=("--digest", "ignore"))

    def test_records_that_are_made_to_do_harm(self):
        head = '{"topic":"t","partition":0,"offset":'
        for name, line in (
                ("deep lists", '{"topic":' + "[" * 900_000), ("deep objects", '{"topic":' * 100_000), ("a huge number", head + "9" * 900_000),
                ("no object", '{"topic":"t"'), ("numbers", head + '1,"payload":1}'), ("truth", head + 'true,"payload":"x"}'),
                ("headers", head + '1,"headers":{"a":1},"payload":"x"}'), ("half a pair", head + '1,"headers":["offsets"],"payload":"x"}'),
                ("half a character", head + '1,"payload":"\\ud800"}'), ("not UTF-8", head + '1,"payload":"\udcff"}'),
                ("a long text", head + '1,"payload":"' + "a" * 1_000_000 + '"}'), ("lists of lists", '{"topic":[],"partition":{},"offset":[],"payload":""}')):
            with self.subTest(name):
                done = self.verify([line])
                self.assertEqual(NO_MANIFEST, done.returncode, (done.stdout + done.stderr)[-1000:])
                self.assertNotIn(b"Traceback", done.stderr)


if __name__ == "__main__":
    main()
