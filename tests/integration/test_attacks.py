"""What vrni2syslog-verify says of a signed archive that somebody has changed: each attack, in each format that has fields, with the verdicts
that it must get. test_attacks_on_topics.py has the same in topics of Kafka."""

import itertools
import json
import os
import re
import subprocess

from support.made_up_topic import MadeUpTopic
from support.expected_line import Window
from support.program import run_program, seconds
from support.rsyslogd import Rsyslogd
from support.signed_archive import FORMATS, SignedChain, SigningKey
from support.simulator import DAY, Simulator
from support.testcase import IntegrationTest, main
from support.verifier import VERIFY, Verifier

COMPLETE, INCOMPLETE, NO_MANIFEST, UNREADABLE = 0, 1, 2, 66
HOURS = [f"2025-06-01T{hour:02}:00:00Z" for hour in range(12)]
GOOD = "signed and complete"


def hours(chain, first, count, flows=(1, 2, 3)):
    """The lines of so many windows of an hour, window by window."""
    return [chain.send(flows, HOURS[first + i], HOURS[first + i + 1], run=f"{first + i:04}") for i in range(count)]


def joined(windows):
    return [line for window in windows for line in window]


def edited(line, edit):
    """A record as kcat prints it, with other members."""
    record = json.loads(line)
    edit(record)
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def attacks_on_partitions(topic, flows, offsets):
    """What can be done to the first window in the partitions of a topic: (attack, the lines of kcat, the verdict). `flows` are its lines, and
    `offsets` is the header of that name."""
    at = next(number for number, lines in enumerate(topic.partitions) if "MANIFEST" not in lines[0] and "MANIFEST" not in lines[1])
    first, second, *rest = topic.partitions[at]
    others = [line for number, lines in enumerate(topic.partitions) if number != at for line in lines]
    in_other_place = {"partition": 7, "offset": 0}

    def values_swapped(one, other):
        payload = json.loads(other)["payload"]
        return edited(one, lambda record: record.update(payload=payload))

    yield "a record removed", [second, *rest, *others], "missing 1"
    yield "a record changed", [first.replace("10.0.0.", "10.9.0."), second, *rest, *others], "altered"
    yield "two records changed places", [values_swapped(first, second), values_swapped(second, first), *rest, *others], "altered"
    yield "a record moved to another partition", [edited(first, lambda record: record.update(in_other_place)), second, *rest, *others], "altered"
    # Whoever changes a record can change what the header says of its partition, too, but not what the line of the manifest vouches for.
    forged, value = first.replace("10.0.0.", "10.9.0."), json.loads(first)["payload"]
    offsets_then = MadeUpTopic(partitions=3).append_flows([value.replace("10.0.0.", "10.9.0.") if line == value else line for line in flows])
    everything = [forged, second, *rest, *others]
    yield "a record changed, and the header", [line.replace(offsets, offsets_then) for line in everything], "altered"


class Attacks(IntegrationTest):
    names_places = True
    """Whether a line of the archive that is attacked is the same one of the file."""

    @classmethod
    def setUpClass(cls):
        cls.verifier = Verifier()
        directory = cls.class_directory()
        cls.key, cls.new_key, cls.other_key = (SigningKey(directory, name) for name in ("first", "second", "other"))

    def verify(self, lines, *options, keys=None):
        """The exit status, the verdicts of sendings, gaps and chains in their order, and the whole report."""
        arguments = [word for key in keys or [self.key] for word in ("--public-key", key.public_file)]
        status, text = self.verifier.run("".join(line + "\n" for line in lines).encode(), *arguments, *options)
        return status, re.findall(r"(?m)^(\S+(?: [a-z0-9]+)*) +[0-9T:Z.-]+/[0-9T:Z.-]+ (?:run|of|in) ", text), text

    def assert_verdicts(self, lines, status, *verdicts, options=(), keys=None):
        ended, told, text = self.verify(lines, *options, keys=keys)
        self.assertEqual((status, sorted(verdicts)), (ended, sorted(told)), text)
        return text

    def chain_of(self, key, name="rfc5424", **more):
        """A chain of an archive that is attacked."""
        return SignedChain(key, name, **more)

    def for_every_format(self, check):
        """Calls check(chain, three windows of it)."""
        for name in FORMATS:
            with self.subTest(name):
                chain = self.chain_of(self.key, name)
                check(chain, hours(chain, 0, 3))

    def test_what_nobody_has_changed(self):
        def check(_, windows):
            text = self.assert_verdicts(joined(windows), COMPLETE, GOOD, GOOD, GOOD, "unbroken")
            self.assertRegex(text, f"(?m)^unbroken +{HOURS[0]}/{HOURS[3]} in the chain of job main of vrni.local: 3 manifests, the last one [0-9a-f]{{64}}$")

        self.for_every_format(check)

    def test_a_line_that_is_removed_added_or_changed(self):
        def check(chain, windows):
            first, second, third = windows
            added = chain.flow(9, start=HOURS[1], end=HOURS[2], run="0001")
            changed = second[1].replace("10.0.0.2", "10.0.0.7")
            for name, lines, verdict in (
                    ("removed", second[1:], "missing 1"), ("added", [second[0], added, *second[1:]], "surplus 1"),
                    ("added behind the manifest", [*second, added], "surplus 1"), ("changed", [second[0], changed, *second[2:]], "altered"),
                    ("another order", [second[1], second[0], *second[2:]], "altered"),
                    ("one for another", [second[0], added, *second[2:]], "altered")):
                with self.subTest(name):
                    text = self.assert_verdicts([*first, *lines, *third], INCOMPLETE, GOOD, verdict, GOOD, "unbroken")
                    if "behind" in name and self.names_places:
                        self.assertIn(f"(-:{len(first) + len(second) + 1})", text)

        self.for_every_format(check)

    def test_a_line_that_is_added_as_if_the_collector_had_rewritten_it(self):
        for name in ("cef", "json"):
            with self.subTest(name):
                chain = self.chain_of(self.key, name)
                first, second = hours(chain, 0, 2)
                added = chain.flow(2, start=HOURS[1], end=HOURS[2], run="0001", src="10.6.6.6")
                # Without the header of syslog, and with the members of the object in another order.
                rewritten = added[added.index("CEF:"):] if name == "cef" else json.dumps(dict(reversed(json.loads(added).items())))
                self.assert_verdicts([*first, rewritten, *second], INCOMPLETE, GOOD, "surplus 1", "unbroken")

    def test_a_line_that_is_moved_to_another_window(self):
        def check(chain, windows):
            first, second, third = windows
            moved = chain.flow(1, start=HOURS[1], end=HOURS[2], run="0001")
            self.assert_verdicts([*first[1:], moved, *second, *third], INCOMPLETE, "missing 1", "altered", GOOD, "unbroken")
            # Only its place in the file: the line still says where it belongs.
            self.assert_verdicts([*first[1:], *second, first[0], *third], INCOMPLETE, "altered", GOOD, GOOD, "unbroken")

        self.for_every_format(check)

    def test_a_manifest_that_is_rewritten(self):
        def check(chain, windows):
            first, second, third = windows
            rewritten = self.chain_of(self.other_key, chain.name)
            rewritten.prev = "0" * 64
            forged = rewritten.send((1, 3), HOURS[1], HOURS[2], run="0001")
            as_ours = [line.replace(self.other_key.id, self.key.id) for line in forged]
            unsigned = self.chain_of(None, chain.name).send((1, 3), HOURS[1], HOURS[2], run="0001")
            for name, lines, verdict in (("by another key", forged, "wrong key"), ("under our key's name", as_ours, "altered"),
                                         ("without a signature", unsigned, "unsigned")):
                with self.subTest(name):
                    self.assert_verdicts([*first, *lines, *third], INCOMPLETE, GOOD, verdict, GOOD, "gap", "unbroken", "window removed",
                                         "unbroken")
                    self.assert_verdicts([*first, *second, *third, *lines[-1:]], INCOMPLETE, GOOD, "surplus 1", GOOD, "unbroken")

        self.for_every_format(check)

    def test_windows_that_are_removed(self):
        def check(chain, windows):
            windows += hours(chain, 3, 1)
            gone = self.assert_verdicts(joined(windows[:1] + windows[2:]), INCOMPLETE, GOOD, GOOD, GOOD, "gap", "window removed", "unbroken",
                                        "unbroken")
            self.assertIn(f"window removed {HOURS[2]}/{HOURS[3]} in the chain", gone)
            self.assert_verdicts(joined(windows[1:]), INCOMPLETE, GOOD, GOOD, GOOD, "window removed", "unbroken")
            period = ("--since", HOURS[0], "--until", HOURS[4])
            self.assert_verdicts(joined(windows[1:]), INCOMPLETE, GOOD, GOOD, GOOD, "gap", "window removed", "unbroken", options=period)
            # The newest windows are missed by time only.
            self.assert_verdicts(joined(windows[:3]), COMPLETE, GOOD, GOOD, GOOD, "unbroken")
            self.assert_verdicts(joined(windows[:3]), INCOMPLETE, GOOD, GOOD, GOOD, "gap", "unbroken", options=period)
            # A part of the archive is whole where the period begins with it.
            self.assert_verdicts(joined(windows[1:]), COMPLETE, GOOD, GOOD, GOOD, "unbroken", options=("--since", HOURS[1]))

        self.for_every_format(check)

    def test_a_window_without_flows_is_a_link_like_others(self):
        def check(chain, windows):
            empty, last = chain.send((), HOURS[3], HOURS[4], run="0003"), chain.send((1,), HOURS[4], HOURS[5], run="0004")
            self.assert_verdicts([*joined(windows), *empty, *last], COMPLETE, *[GOOD] * 5, "unbroken")
            self.assert_verdicts([*joined(windows), *last], INCOMPLETE, *[GOOD] * 4, "gap", "window removed", "unbroken", "unbroken")
            forged = chain.flow(9, start=HOURS[3], end=HOURS[4], run="0003")
            self.assert_verdicts([*joined(windows), *empty, forged, *last], INCOMPLETE, *[GOOD] * 4, "surplus 1", "unbroken")

        self.for_every_format(check)

    def test_two_archives_that_are_merged(self):
        def check(chain, windows):
            # Two collectors of a job, of which one has missed a window: they hold different manifests for the next one.
            other = self.chain_of(self.key, chain.name)
            theirs = hours(other, 0, 1)
            other_third = other.send((1, 2, 3), HOURS[2], HOURS[3], run="0002")
            self.assert_verdicts([*joined(windows), *joined(theirs), *other_third], INCOMPLETE, GOOD, GOOD, "surplus 1", "unbroken")
            later = hours(other, 3, 1)
            text = self.assert_verdicts([*joined(windows), *joined(hours(chain, 3, 2)), *joined(later)], INCOMPLETE, *[GOOD] * 3,
                                        "surplus 1", GOOD, "unbroken")
            self.assertIn("another manifest behind the signed one", text)

        self.for_every_format(check)

    def test_a_state_that_was_put_back(self):
        chain = self.chain_of(self.key)
        windows = hours(chain, 0, 1)
        kept = chain.prev
        windows += hours(chain, 1, 2)
        chain.prev = kept
        again = [chain.send((1, 2, 3), HOURS[1 + i], HOURS[2 + i], run=f"again{i}") for i in range(2)]
        self.assert_verdicts(joined(windows + again), INCOMPLETE, *[GOOD] * 5, "unbroken", "forked", "unbroken")

    def test_the_archive_of_another_job(self):
        def check(chain, windows):
            other = self.chain_of(self.key, chain.name, job="other")
            theirs = hours(other, 4, 3)
            text = self.assert_verdicts(joined(windows + theirs), COMPLETE, *[GOOD] * 6, "unbroken", "unbroken")
            self.assertIn("in the chain of job other of vrni.local: 3 manifests", text)
            # Its windows do not stand for those that are missing.
            self.assert_verdicts(joined(windows[:1] + hours(other, 7, 1) + windows[2:] + theirs), INCOMPLETE, *[GOOD] * 6, "gap",
                                 "window removed", *["unbroken"] * 3)

        self.for_every_format(check)

    def test_an_empty_window_under_the_name_of_another_platform(self):
        def check(chain, windows):
            # Nothing but the header of the manifest is changed, so that it seems to come from the platform with the gap.
            other = self.chain_of(self.key, chain.name, host="vrni.other")
            theirs = [other.send((), HOURS[i], HOURS[i + 1], run=f"other{i}")[0] for i in range(3)]
            forged = [re.sub(r"^(<\d+>(?:1 )?.*?)vrni\.other", r"\1vrni.local", line, count=1) for line in theirs]
            text = self.verify([*windows[0], *windows[2], *forged])[2]
            self.assertRegex(text, f"(?m)^gap +{HOURS[1]}/{HOURS[2]} of vrni.local job main: nothing is stored$")

        self.for_every_format(check)

    def test_a_sending_of_another_job_makes_up_for_nothing(self):
        def check(chain, windows):
            again = self.chain_of(self.key, chain.name, job="other").send((1, 2, 3), HOURS[1], HOURS[2], run="other")
            lines = [*windows[0], *windows[1][1:], *windows[2], *again]
            self.assert_verdicts(lines, INCOMPLETE, GOOD, "missing 1", GOOD, GOOD, "unbroken", "unbroken")

        self.for_every_format(check)

    def test_an_old_window_that_is_replayed(self):
        def check(chain, windows):
            # In its own archive it says nothing new.
            self.assert_verdicts([*joined(windows), *windows[0]], COMPLETE, GOOD, GOOD, GOOD, "unbroken")
            # In another one, it stands outside of the chain.
            later = hours(chain, 3, 2)
            self.assert_verdicts(joined(later + windows[1:2]), INCOMPLETE, GOOD, GOOD, GOOD, "gap", "window removed", "window removed",
                                 "unbroken", "unbroken")
            self.assert_verdicts(joined(later + windows[1:2]), INCOMPLETE, GOOD, GOOD, "window removed", "unbroken",
                                 options=("--since", HOURS[3]))
            self.assert_verdicts(joined(windows[1:2] + later), COMPLETE, GOOD, GOOD, "unbroken", options=("--since", HOURS[3]))
            # It cannot pretend to be a later one.
            newer = [line.replace(HOURS[0], HOURS[3]).replace(HOURS[1], HOURS[4]) for line in windows[0]]
            if newer != windows[0]:
                self.assert_verdicts(joined(windows + [newer]), INCOMPLETE, GOOD, GOOD, GOOD, "altered", "unbroken")

        self.for_every_format(check)

    def test_a_forged_sending_by_a_network_peer(self):
        def check(chain, windows):
            first, second, third = windows
            for name, forger, verdict in (("without a signature", self.chain_of(None, chain.name), "unsigned"),
                                          ("with a key of his own", self.chain_of(self.other_key, chain.name), "wrong key")):
                with self.subTest(name):
                    forged = forger.send((1, 2, 3), HOURS[1], HOURS[2], run="forged")
                    self.assert_verdicts([*first, *second[1:], *third, *forged], INCOMPLETE, GOOD, "missing 1", GOOD, verdict, "unbroken")
                    self.assert_verdicts([*joined(windows), *forged], INCOMPLETE, GOOD, GOOD, GOOD, verdict, "unbroken")
            # What vrni2syslog itself has sent again does.
            again = chain.send((1, 2, 3), HOURS[1], HOURS[2], run="again")
            self.assert_verdicts([*first, *second[1:], *third, *again], COMPLETE, GOOD, "sent again", GOOD, GOOD, "unbroken")

        self.for_every_format(check)

    def test_an_attempt_that_was_not_confirmed(self):
        def check(chain, windows):
            broken = chain.send((1, 2, 3), HOURS[3], HOURS[4], run="0003", is_confirmed=False)
            again = chain.send((1, 2, 3), HOURS[3], HOURS[4], run="0003", attempt=2)
            last = chain.send((1,), HOURS[4], HOURS[5], run="0004")
            for part in (broken[:2], broken[1:], broken):
                verdict = GOOD if part is broken else "sent again"
                self.assert_verdicts([*joined(windows), *part, *again, *last], COMPLETE, *[GOOD] * 5, verdict, "unbroken")

        self.for_every_format(check)

    def test_the_wrong_key(self):
        def check(_, windows):
            self.assert_verdicts(joined(windows), INCOMPLETE, *["wrong key"] * 3, "gap", keys=[self.other_key],
                                 options=("--since", HOURS[0], "--until", HOURS[3]))
            self.assert_verdicts(joined(windows), COMPLETE, *[GOOD] * 3, "unbroken", keys=[self.other_key, self.key])

        self.for_every_format(check)

    def test_a_change_of_the_key(self):
        def check(chain, windows):
            chain.change_key(self.new_key)
            windows = windows + hours(chain, 3, 2)
            text = self.assert_verdicts(joined(windows), COMPLETE, *[GOOD] * 5, "unbroken")
            self.assertIn(f"key {self.new_key.id} was introduced by key {self.key.id}", text)
            chain.change_key(self.other_key)
            windows += hours(chain, 5, 1)
            self.assert_verdicts(joined(windows), COMPLETE, *[GOOD] * 6, "unbroken")
            # The new key says nothing about the old one.
            self.assert_verdicts(joined(windows), INCOMPLETE, *["wrong key"] * 3, *[GOOD] * 3, "window removed", "unbroken",
                                 keys=[self.new_key])

        self.for_every_format(check)

    def test_a_forged_change_of_the_key(self):
        def check(chain, windows):
            forger = self.chain_of(self.other_key, chain.name)
            forger.prev = chain.prev
            forger.change_key(self.other_key)
            forged = hours(forger, 3, 1)[0]
            as_ours = [re.sub(rf'(?i)(old_?key"?[=:]"?){self.other_key.id}', rf"\g<1>{self.key.id}", line) for line in forged]
            self.assertNotEqual(forged, as_ours)
            self.assert_verdicts([*joined(windows), *as_ours], INCOMPLETE, GOOD, GOOD, GOOD, "wrong key", "unbroken")
            # Even if the forger's key is one that the auditor has given for another reason.
            self.assert_verdicts([*joined(windows), *as_ours], INCOMPLETE, GOOD, GOOD, GOOD, "altered", "unbroken",
                                 keys=[self.key, self.other_key])

        self.for_every_format(check)

    def test_a_chain_that_begins_again(self):
        def check(chain, windows):
            chain.restart("set-watermark")
            text = self.assert_verdicts(joined(windows + hours(chain, 3, 2)), COMPLETE, *[GOOD] * 5, "unbroken", "restarted", "unbroken")
            self.assertIn("a chain begins here: set-watermark", text)
            # A run that was given its window has a chain of its own, and is no reason to expect another beginning of the job's chain.
            past = self.chain_of(self.key, chain.name)
            past.restart("backfill")
            again = past.send((1, 2, 3), HOURS[1], HOURS[2], run="past")
            self.assert_verdicts([*windows[0], *windows[1][1:], *again, *windows[2]], COMPLETE, GOOD, "sent again", GOOD, GOOD, "unbroken",
                                 "unbroken")
            self.assert_verdicts([*again, *windows[1], *windows[2]], COMPLETE, GOOD, GOOD, GOOD, "unbroken", "unbroken",
                                 options=("--since", HOURS[1]))

        self.for_every_format(check)

    def test_a_collector_that_rewrites(self):
        def check(chain, windows):
            lines = joined(windows)
            prefixed = ["Nov 24 10:00:00 loghost " + line for line in lines]
            self.assert_verdicts(prefixed, COMPLETE, GOOD, GOOD, GOOD, "unbroken")
            if chain.name in ("json", "json-syslog"):
                return
            # Another header: the lines can be counted, and their content cannot be checked.
            rewritten = [re.sub(r"^<\d+>(?:1 \S+|\S+ +\d+ \S+) (\S+) (?:vrni2syslog 1 \S+ )?", r"2025-06-01T12:34:56+00:00 \1 ", line)
                         for line in lines]
            status, told, text = self.verify(rewritten)
            self.assertEqual(INCOMPLETE, status, text)
            self.assertNotIn(GOOD, told)

        self.for_every_format(check)
        # rsyslog's default template leaves the structured data out.
        messages = [re.sub(r"^.*\] (vRNI-)", r"Jun  1 09:00:00 vrni.local vrni2syslog[1] \1", line)
                    for line in joined(hours(self.chain_of(self.key), 0, 2))]
        status, told, text = self.verify(messages)
        self.assertEqual((NO_MANIFEST, []), (status, told))
        self.assertIn("without structured data", text)

    def test_messages_without_fields(self):
        # Their lines do not say where they belong: what stands between two manifests must be what was sent, and no more can be said.
        for name in ("message", "logger"):
            chain = self.chain_of(self.key, name)
            windows = [*hours(chain, 0, 3), chain.send((), HOURS[3], HOURS[4], run="0003"), *hours(chain, 4, 1)]
            first, second, third, *rest = windows
            rest = joined(rest)
            cases = {
                "whole": (joined(windows), COMPLETE, [GOOD] * 5),
                "a line removed": ([*first, *second[1:], *third, *rest], INCOMPLETE, [*[GOOD] * 4, "missing 1"]),
                "a line added": ([*first, second[0], *second, *third, *rest], INCOMPLETE, [*[GOOD] * 4, "surplus 1"]),
                "a line behind the manifest": ([*first, *second, second[0], *third, *rest], INCOMPLETE, [*[GOOD] * 4, "surplus 1"]),
                "a line changed": ([*first, second[0].replace("web-1", "web-9"), *second[1:], *third, *rest], INCOMPLETE,
                                   [*[GOOD] * 4, "altered"]),
                "a line moved": ([*first[1:], first[0], *second, *third, *rest], INCOMPLETE, [*[GOOD] * 3, "missing 1", "surplus 1"]),
                "a line in an empty window": ([*first, *second, *third, first[0], *rest], INCOMPLETE, [*[GOOD] * 4, "surplus 1"]),
                "replayed": ([*joined(windows), *first], COMPLETE, [GOOD] * 5),
                "stored twice": (joined(windows) * 2, COMPLETE, [GOOD] * 5),
                "replayed, and changed": ([*joined(windows), *first[1:]], INCOMPLETE, [*[GOOD] * 4, "contradictory"]),
            }
            for case, (lines, status, verdicts) in cases.items():
                with self.subTest(name, case=case):
                    self.assert_verdicts(lines, status, *verdicts, "unbroken")
            with self.subTest(name, case="others"):
                self.assert_verdicts([*first, *third, *rest], INCOMPLETE, *[GOOD] * 4, "gap", "window removed", "unbroken", "unbroken")
                forged = self.chain_of(None, name).send((1, 2), HOURS[1], HOURS[2], run="forged")
                self.assert_verdicts([*joined(windows), *forged], INCOMPLETE, *[GOOD] * 5, "unsigned", "unbroken")
                # Without a manifest there is nothing that they could be compared with.
                status, told, text = self.verify([*joined(windows), *first[:2]])
                self.assertEqual(INCOMPLETE, status)
                self.assertIn("2 lines without structured data", text)
        prefixed = ["Nov 24 10:00:00 loghost " + line for line in joined(hours(self.chain_of(self.key, "message"), 0, 2))]
        self.assert_verdicts(prefixed, COMPLETE, GOOD, GOOD, "unbroken")

    def test_a_topic_of_kafka(self):
        def check(chain, windows):
            topic = MadeUpTopic(partitions=1)
            for window in windows:
                topic.append(window[:-1], window[-1])
            lines = topic.lines()
            whole = self.assert_verdicts(lines, COMPLETE, GOOD, GOOD, GOOD, "unbroken")
            self.assertIn("SHA-256 as signed", whole)
            changed = [lines[0].replace("10.0.0.1", "10.0.0.7"), *lines[1:]]
            self.assert_verdicts(lines[1:], INCOMPLETE, "missing 1", GOOD, GOOD, "unbroken")
            self.assert_verdicts(changed, INCOMPLETE, "altered", GOOD, GOOD, "unbroken")
            self.assert_verdicts([*lines[:4], *lines[8:]], INCOMPLETE, GOOD, GOOD, "gap", "window removed", "unbroken", "unbroken")
            # The header with the offsets is not signed: whoever forges a line can forge it, too.
            forged = [windows[0][0].replace("10.0.0.1", "10.0.0.7"), *windows[0][1:]]
            topic = MadeUpTopic(partitions=1)
            for window in (forged, *windows[1:]):
                topic.append(window[:-1], window[-1])
            self.assert_verdicts(topic.lines(), INCOMPLETE, "altered", GOOD, GOOD, "unbroken")
            # In several partitions the order of sending is lost, and with it what a signature is over that says nothing of offsets.
            topic = MadeUpTopic(partitions=3)
            many = chain.send(range(20), HOURS[3], HOURS[4], run="0003")
            topic.append(many[:-1], many[-1])
            self.assert_verdicts(topic.lines(), INCOMPLETE, "digest unknown", "unbroken", options=("--since", HOURS[3]))

        self.for_every_format(check)

    def test_a_topic_of_several_partitions(self):
        def check(chain, _):
            chain = self.chain_of(self.key, chain.name)
            topic, stored = MadeUpTopic(partitions=3), []

            def store(lines):
                stored.append((lines, topic.append_flows(lines)))
                return stored[-1][1]

            for number in range(2):
                *_, manifest = chain.send(range(20), HOURS[number], HOURS[number + 1], run=f"{number:04}", offsets=store)
                topic.append_manifest(manifest, stored[-1][1])
            lines = topic.lines()
            for order in itertools.permutations(range(3)):
                text = self.assert_verdicts(topic.lines(order), COMPLETE, GOOD, GOOD, "unbroken")
            self.assertEqual(2, text.count("20 of 20 lines, SHA-256 as signed, by partition, at the offsets of the manifest"), text)
            self.assert_verdicts(lines + lines, COMPLETE, GOOD, GOOD, "unbroken")
            copied = [edited(line, lambda record: record.update(offset=record["offset"] + 1000)) for line in lines]
            self.assertIn("at other offsets", self.assert_verdicts(copied, COMPLETE, GOOD, GOOD, "unbroken"))
            for attack, changed, verdict in attacks_on_partitions(topic, *stored[0]):
                with self.subTest(attack):
                    self.assert_verdicts(changed, INCOMPLETE, verdict, GOOD, "unbroken")
            with self.subTest("without headers"):
                self.assert_verdicts([json.loads(line)["payload"] for line in lines], INCOMPLETE, "digest unknown", "digest unknown",
                                     "unbroken")

        self.for_every_format(check)

    def test_without_the_key_the_chain_is_followed(self):
        for key in (None, self.key):
            chain = self.chain_of(key)
            windows = hours(chain, 0, 3)
            for lines, status, verdicts in (
                    (windows, COMPLETE, ["complete", "complete", "complete", "unbroken"]),
                    (windows[:1] + windows[2:], INCOMPLETE, ["complete", "complete", "gap", "window removed", "unbroken", "unbroken"])):
                done = subprocess.run([VERIFY], input="".join(line + "\n" for line in joined(lines)).encode(), capture_output=True,
                                      timeout=seconds(60), check=False)
                told = re.findall(r"(?m)^(\S+(?: [a-z0-9]+)*) +[0-9T:Z.-]+/[0-9T:Z.-]+ (?:run|of|in) ", done.stdout.decode())
                self.assertEqual((status, sorted(verdicts)), (done.returncode, sorted(told)), done.stdout.decode())


class RealRuns(IntegrationTest):
    """The same tool over what vrni2syslog itself has signed, which the generator of the other tests knows nothing of."""

    def make_key(self):
        """Writes a private key and its public key, and returns both files."""
        private, public = self.directory / "key.pem", self.directory / "public.pem"
        if "--make-manifest-key" not in run_program(self.directory, "--help", "all").stdout.decode():
            self.skipTest("this vrni2syslog does not sign manifests")
        made = run_program(self.directory, "--make-manifest-key", private)
        self.assert_exit(made, 0)
        public.write_bytes(made.stdout)
        return private, public

    def test_what_rsyslog_stores_by_its_default_template(self):
        private, public = self.make_key()
        collector = self.start(Rsyslogd(self.directory, template="RSYSLOG_FileFormat"))
        simulator = self.start(Simulator(self.directory, flows=60))
        run = simulator.run_program(self.directory, "--filter", "", "--state-dir", self.directory / "state", "--manifest-key", private,
                                    "--collector", f"tcp://127.0.0.1:{collector.port}", window=DAY)
        self.assert_exit(run, 0)
        collector.stop()
        done = subprocess.run([VERIFY, "--public-key", public, collector.output], capture_output=True, timeout=seconds(60), check=False)
        self.assertEqual(NO_MANIFEST, done.returncode, done.stdout)
        self.assertRegex(done.stdout.decode(), r"(?m)^\d+ lines without structured data: configure the collector to store lines as it receives them$")

    def test_what_runs_have_signed_in_every_format(self):
        private, public = self.make_key()
        names = (*FORMATS, "message", "logger")
        paths = {name: self.directory / f"{name}.log" for name in names}
        simulator = self.start(Simulator(self.directory, "--hostile", "0.3", flows=60))
        collectors = [word for name, path in paths.items() for word in ("--collector", f"file://{path}?format={name}")]
        run = simulator.run_program(
            self.directory, "--filter", "", "--state-dir", self.directory / "state", "--manifest-key", private, "--resolution", "2h",
            *collectors, window=Window(DAY.start, DAY.start + 6 * 3600))
        self.assert_exit(run, 0)
        for name, path in paths.items():
            lines = path.read_text(encoding="utf-8").split("\n")[:-1]
            last = max(i for i, line in enumerate(lines[:-1]) if "anifest" in line or "MANIFEST" in line)
            for what, changed, status, verdicts in (
                    ("whole", lines, COMPLETE, [GOOD] * 3), ("a line removed", lines[1:], INCOMPLETE, [GOOD, GOOD, "missing 1"]),
                    ("a manifest removed", [*lines[:last], *lines[last + 1:]], INCOMPLETE, None)):
                with self.subTest(name, what=what):
                    done = subprocess.run(
                        [VERIFY, "--public-key", public], input="".join(line + "\n" for line in changed).encode(), capture_output=True,
                        timeout=seconds(60), check=False)
                    text = (done.stdout + done.stderr).decode()
                    self.assertEqual(status, done.returncode, text)
                    told = re.findall(r"(?m)^(\S+(?: [a-z0-9]+)*) +[0-9T:Z.-]+/[0-9T:Z.-]+ run ", text)
                    self.assertEqual(sorted(verdicts or told), sorted(told), text)
                    self.assertEqual(verdicts is None, "window removed" in text, text)


class Harm(IntegrationTest):
    """Keys that are none, commands that lie, and manifests that are made to do harm: they end in a message, and never in "complete"."""

    @classmethod
    def setUpClass(cls):
        cls.key = SigningKey(cls.class_directory())

    def verify(self, content, *keys, path=None):
        """The status and the report, with 256 MiB of memory and so little processor time that everything must be linear."""
        arguments = [str(word) for key in keys or [self.key.public_file] for word in ("--public-key", key)]
        command = ["bash", "-c", f'ulimit -t {seconds(30)} -v {256 << 10}; exec "$@"', "bash", VERIFY, *arguments]
        done = subprocess.run(command, input=content.encode("utf-8", "surrogateescape"), capture_output=True, timeout=seconds(120),
                              check=False, env={**os.environ, **({"PATH": f"{path}"} if path else {})})
        text = (done.stdout + done.stderr).decode()
        self.assertNotIn("Traceback", text)
        self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")
        return done.returncode, text

    def archive(self):
        return "".join(line + "\n" for line in joined(hours(SignedChain(self.key), 0, 2)))

    def test_keys_that_cannot_be_used(self):
        x25519 = self.directory / "x25519.pem"
        subprocess.run(["bash", "-c", f"openssl genpkey -algorithm x25519 | openssl pkey -pubout -out {x25519}"], check=True,
                       timeout=seconds(60), capture_output=True)
        private = next(self.key.public_file.parent.glob("*-key.pem"))
        pem = self.key.public_file.read_text(encoding="ascii")
        for name, content, message in (
                ("private", private.read_text(encoding="ascii"), "holds a private key"), ("x25519", x25519.read_text(encoding="ascii"), "Ed25519"),
                ("empty", "", "no public key in PEM"), ("no PEM", "\x1b[2Jtext", "no public key in PEM"),
                ("cut", pem[:40] + pem[-30:], "Ed25519"), ("no base64", pem.replace("MCow", "M*ow"), "Ed25519"),
                ("a byte less", pem.replace("MCowBQYDK2VwAyEA", "MCowBQYDK2VwAyE"), "Ed25519"), ("endless", "-----BEGIN " * 100_000, "no public key")):
            with self.subTest(name):
                path = self.directory / "key.pem"
                path.write_text(content, encoding="utf-8")
                status, text = self.verify(self.archive(), path)
                self.assertEqual(UNREADABLE, status, text)
                self.assertIn(message, text)
        none = self.directory / "none"
        self.assertEqual((UNREADABLE, f"vrni2syslog-verify: {none}: No such file or directory\n"), self.verify("", none))

    def test_a_command_that_is_missing_or_lies(self):
        for name, script in (("missing", None), ("yes to everything", "exit 0"), ("no to everything", "exit 1")):
            with self.subTest(name):
                folder = self.directory / name.split()[0]
                folder.mkdir()
                if script:
                    command = folder / "openssl"
                    command.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
                    command.chmod(0o755)
                (folder / "bash").symlink_to("/bin/bash")
                status, text = self.verify(self.archive(), path=folder)
                self.assertEqual(UNREADABLE, status, text)
                self.assertIn("openssl", text)

    def test_manifests_that_are_made_to_do_harm(self):
        lines = SignedChain(self.key).send((1,), HOURS[0], HOURS[1])
        json_lines = SignedChain(self.key, "json").send((1,), HOURS[0], HOURS[1])
        for name, archive, old, new in (
                ("no signature at all", lines, ' sig="', ' sig="*'), ("an empty one", lines, ' sig="', ' sig="" x="'),
                ("a long name", lines, ' job="', ' job="' + "x" * 900_000), ("a name with controls", lines, ' job="', ' job="\x1b[2J\r'),
                ("a strange link", lines, ' prev="genesis"', ' prev="' + "z" * 64 + '"'),
                ("an empty link", lines, ' prev="genesis"', ' prev=""'),
                ("a strange key", lines, ' key="', ' key="\u202e'), ("a key that introduces itself", lines, ' key="',
                                                                   f' old_key="{self.key.id}" spki="AAAA" key_sig="AAAA" key="'),
                ("another line of the text", json_lines, '"job":"', '"job":"x\\nplatform=y'), ("a number", json_lines, '"job":"main"', '"job":1'),
                ("a list", json_lines, '"prev":"genesis"', '"prev":["genesis"]')):
            with self.subTest(name):
                changed = [line.replace(old, new) for line in archive]
                self.assertNotEqual(archive, changed)
                status, text = self.verify("".join(line + "\n" for line in changed))
                self.assertIn(status, (INCOMPLETE, NO_MANIFEST), text)
                self.assertNotIn(GOOD, text)

    def test_more_signatures_than_can_be_checked(self):
        line = SignedChain(self.key).send((), HOURS[0], HOURS[1], run="many")[0]
        content = "".join(line.replace('run="many"', f'run="{number}"') + "\n" for number in range(20_001))
        status, text = self.verify(content)
        self.assertEqual(UNREADABLE, status)
        self.assertIn("more than 20000 signatures", text)

    def test_a_long_chain_takes_one_question(self):
        # Each manifest but the last is vouched for by the one behind it: no signature of its own is looked at.
        chain = SignedChain(self.key)
        sign, self.key.sign = self.key.sign, lambda _: "A" * 86
        try:
            lines = [chain.send((), f"{year}-01-01T00:00:00Z", f"{year + 1}-01-01T00:00:00Z", run=f"{year}")[0] for year in range(2000, 3000)]
        finally:
            self.key.sign = sign
        lines.append(chain.send((), "3000-01-01T00:00:00Z", "3001-01-01T00:00:00Z", run="last")[0])
        status, text = self.verify("".join(line + "\n" for line in lines))
        self.assertEqual(COMPLETE, status, text[-1000:])
        self.assertEqual(1001, text.count(GOOD))
        self.assertIn("1001 manifests", text)


if __name__ == "__main__":
    main()
