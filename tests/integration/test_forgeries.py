"""What somebody who knows vrni2syslog-verify well puts into an archive so that it seems whole: each attempt must be seen."""

import gzip
import json
import re
import subprocess

from support.made_up_topic import MadeUpTopic
from support.program import ROOT, seconds
from support.signed_archive import FORMATS, SignedChain, SigningKey
from support.testcase import IntegrationTest, main

VERIFY = ROOT / "packaging/vrni2syslog-verify"
COMPLETE, INCOMPLETE, NOT_FOUND = 0, 1, 3
HOURS = [f"2025-06-01T{hour:02}:00:00Z" for hour in range(8)]
GOOD = "signed and complete"
PERIOD = ("--since", HOURS[0], "--until", HOURS[3])


def joined(windows):
    return [line for window in windows for line in window]


def content_of(lines):
    return "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")


class Forgeries(IntegrationTest):
    @classmethod
    def setUpClass(cls):
        cls.key = SigningKey(cls.class_directory())

    def chain_of(self, name="rfc5424", count=3):
        """A chain of so many hours with three flows each, and its windows."""
        chain = SignedChain(self.key, name)
        return chain, [chain.send((1, 2, 3), HOURS[i], HOURS[i + 1], run=f"{i:04}") for i in range(count)]

    def verify(self, content, *options, has_key=True):
        """The exit status, the verdicts of sendings, gaps and chains, and the whole report. `content` are lines, or bytes."""
        if not isinstance(content, bytes):
            content = content_of(content)
        keys = ("--public-key", self.key.public_file) if has_key else ()
        done = subprocess.run([VERIFY, *keys, *options], input=content, capture_output=True, timeout=seconds(60), check=False)
        text = (done.stdout + done.stderr).decode()
        self.assertNotIn("Traceback", text)
        return done.returncode, sorted(re.findall(r"(?m)^(\S+(?: [a-z0-9]+)*) +[0-9T:Z.-]+/[0-9T:Z.-]+ (?:run|of|in) ", text)), text

    def assert_verdicts(self, content, status, *verdicts, options=(), has_key=True):
        ended, told, text = self.verify(content, *options, has_key=has_key)
        self.assertEqual((status, sorted(verdicts)), (ended, told), text)
        return text

    def test_a_damaged_line_among_those_of_a_window_that_is_whole(self):
        """No digest covers it, and its flow is in the window, but a window that is whole has lost no part of a line."""
        for name in FORMATS:
            chain, windows = self.chain_of(name)
            forged = chain.flow(2, start=HOURS[1], end=HOURS[2], run="0001", src="10.6.6.6")
            cut = forged[:forged.index("f2") + 60]
            for what, line in (("cut", cut), ("cut early", forged[:forged.index("10.6.6.6") + 12]),
                               ("not UTF-8", forged.replace("0001", "00\udcff")), ("without a run", forged.replace("0001", ""))):
                if (name, what) == ("rfc3164", "cut early"):
                    continue  # nothing is left that tells it from the lines of other programs
                with self.subTest(name, what=what):
                    lines = [*windows[0], windows[1][0], line, *windows[1][1:], *windows[2]]
                    status, told, text = self.verify(lines, *PERIOD)
                    self.assertEqual(INCOMPLETE, status, text)
                    if told == sorted([GOOD, GOOD, GOOD, "unbroken"]):
                        self.assertIn("1 of them in no later sending (-:6)", text)
                    for question in ("src=10.6.6.6", "src=10.0.0.9"):
                        self.assertEqual(INCOMPLETE, self.verify(lines, *PERIOD, "--find", question)[0])

    def test_a_damaged_line_before_a_window_that_says_what_was_asked_for(self):
        """It could be what a sending has left that was broken off, and its flow was sent again: in the archive nothing is missing."""
        cuts = {"rfc5424": " run=", "rfc3164": " run=", "cef": "Run=", "leef": "run=", "json": '"run"', "json-syslog": '"run"'}
        for name, cut in cuts.items():
            chain, windows = self.chain_of(name)
            forged = chain.flow(2, start=HOURS[1], end=HOURS[2], run="0001", src="10.6.6.6")
            # In cef a value goes on to the next name, so that this would be another flow.
            for damaged in (forged[:forged.index(cut)], *([forged.replace(cut, "\0")] if name != "cef" else [])):
                with self.subTest(name, damaged=damaged):
                    lines = [*windows[0], damaged, *windows[1], *windows[2]]
                    self.assert_verdicts(lines, COMPLETE, GOOD, GOOD, GOOD, "unbroken", options=PERIOD)
                    self.assertEqual(NOT_FOUND, self.verify(lines, *PERIOD, "--find", "src=10.0.0.9")[0])
                    for question in ("src=10.6.6.6", "src=10.6.6.6,dst=10.0.1.9,port=443"):
                        status, _, text = self.verify(lines, *PERIOD, "--find", question)
                        self.assertEqual(INCOMPLETE, status, text)
                        self.assertIn("not provable: lines that are cut or damaged say what was asked for: -:5", text)

    def test_a_line_that_is_added_as_if_it_were_rewritten_without_a_key(self):
        for name in ("cef", "json"):
            with self.subTest(name):
                chain, windows = self.chain_of(name)
                added = chain.flow(2, start=HOURS[1], end=HOURS[2], run="0001", src="10.6.6.6")
                rewritten = {"cef": lambda line: line[line.index("CEF:"):],
                             "json": lambda line: json.dumps(dict(reversed(json.loads(line).items())))}[name](added)
                for has_key in (True, False):
                    good = GOOD if has_key else "complete"
                    self.assert_verdicts([*windows[0], rewritten, *joined(windows[1:])], INCOMPLETE, good, "surplus 1", good, "unbroken",
                                         has_key=has_key)

    def test_what_is_rewritten_is_never_called_complete(self):
        _, windows = self.chain_of("cef")
        rewritten = [line[line.index("CEF:"):].replace("10.0.0.2", "10.6.6.6") for line in joined(windows)]
        text = self.assert_verdicts(rewritten, COMPLETE, "counted", "counted", "counted", "unbroken", has_key=False)
        self.assertIn("3 manifests are signed, and no signature was checked: give the operator's public key with --public-key", text)
        self.assert_verdicts(rewritten, INCOMPLETE, *["digest unknown"] * 3, "unbroken")
        self.assertEqual(INCOMPLETE, self.verify(rewritten, *PERIOD, "--find", "src=10.0.0.9", has_key=False)[0])
        report = json.loads(self.verify(rewritten, "--report", "json", has_key=False)[2])
        self.assertIn("were only counted", report["verdict"])

    def test_late_flows_that_are_removed_from_behind_the_period(self):
        chain, windows = self.chain_of()
        late = chain.send((4,), HOURS[1], HOURS[2], run="late", late=1)
        later = [chain.send((1,), HOURS[3 + i], HOURS[4 + i], run=f"{3 + i:04}") for i in range(2)]
        whole = [*joined(windows), *late, *joined(later)]
        self.assert_verdicts(whole, COMPLETE, *[GOOD] * 4, "unbroken", options=PERIOD)
        removed = [*joined(windows), *joined(later)]
        text = self.assert_verdicts(removed, INCOMPLETE, *[GOOD] * 3, "unbroken", "window removed", options=PERIOD)
        self.assertIn(f"window removed {HOURS[3]}/{HOURS[4]} in the chain", text)
        # Nor does it help to take more, and to put what follows at the beginning.
        last = chain.send((5,), HOURS[0], HOURS[1], run="last", late=1)
        options = ("--since", HOURS[1], "--until", HOURS[3])
        self.assert_verdicts([*whole, *last], COMPLETE, *[GOOD] * 3, "unbroken", options=options)
        for lines, more in (([*joined(windows), *last], ()), ([*last, *joined(windows)], ("restarted",))):
            self.assert_verdicts(lines, INCOMPLETE, GOOD, GOOD, "unbroken", "window removed", *more, options=options)

    def test_a_chain_that_goes_on_with_a_key_that_was_given_for_another_job(self):
        other = SigningKey(self.directory, "other")
        chain, windows = self.chain_of()
        chain.key = other
        windows += [chain.send((9,), HOURS[3], HOURS[4], run="forged")]
        self.assert_verdicts(joined(windows), INCOMPLETE, GOOD, GOOD, GOOD, "wrong key", "unbroken",
                             options=("--public-key", other.public_file))
        # A chain that was not signed at first may be signed from some manifest on.
        chain = SignedChain(None)
        windows = [chain.send((1,), HOURS[0], HOURS[1], run="0000")]
        chain.key = self.key
        windows += [chain.send((1,), HOURS[1], HOURS[2], run="0001")]
        self.assert_verdicts(joined(windows), INCOMPLETE, GOOD, "unsigned", "gap", "window removed", "unbroken",
                             options=("--since", HOURS[0]))

    def test_files_that_begin_with_late_flows(self):
        """As they do where they are rotated between two runs."""
        chain, _ = self.chain_of(count=1)
        late = chain.send((4,), HOURS[0], HOURS[1], run="late", late=1)
        rest = [chain.send((1,), HOURS[1 + i], HOURS[2 + i], run=f"{1 + i:04}") for i in range(2)]
        self.assert_verdicts([*late, *joined(rest)], COMPLETE, GOOD, GOOD, "unbroken", options=("--since", HOURS[1], "--until", HOURS[3]))

    def test_an_older_sending_put_behind_one_that_was_changed(self):
        chain, windows = self.chain_of()
        newer = chain.send((1, 2, 3), HOURS[1], HOURS[2], run="newer")
        changed = [newer[0].replace("10.0.0.1", "10.6.6.6"), *newer[1:]]
        self.assert_verdicts([*joined(windows), *newer], COMPLETE, *[GOOD] * 4, "unbroken")
        for lines in ([*windows[0], *changed, *windows[1], *windows[2]], [*windows[0], *newer[1:], *windows[1], *windows[2]]):
            status, told, text = self.verify(lines)
            self.assertEqual((INCOMPLETE, 0), (status, text.count("sent again")), told)

    def test_what_no_broken_connection_explains_is_not_made_up_for(self):
        """A later sending that holds the same flows replaces what was lost, and excuses nothing that was changed, added or forged."""
        chain, windows = self.chain_of()
        first, second, third = windows
        again = chain.send((1, 2, 3), HOURS[1], HOURS[2], run="again")
        added = chain.flow(4, start=HOURS[1], end=HOURS[2], run="0001")
        changed = [second[0].replace("10.0.0.1", "10.6.6.6"), *second[1:]]
        for name, lines, verdict in (("changed", changed, "altered"), ("added", [added, *second], "surplus 1"),
                                     ("lost", second[1:], "sent again")):
            with self.subTest(name):
                status = COMPLETE if name == "lost" else INCOMPLETE
                self.assert_verdicts([*first, *lines, *third, *again], status, GOOD, verdict, GOOD, GOOD, "unbroken", options=PERIOD)
        for name, forger, verdict in (("no key", None, "unsigned"), ("another key", SigningKey(self.directory, "other"), "wrong key")):
            with self.subTest(name):
                forged = SignedChain(forger).send((1, 2), HOURS[1], HOURS[2], run="forged")
                self.assert_verdicts([*first, *forged, *second, *third], INCOMPLETE, GOOD, verdict, GOOD, GOOD, "unbroken", options=PERIOD)
        # In this format a manifest that was cut looks like a whole one that has no signature.
        chain, windows = self.chain_of("leef", count=1)
        *lines, manifest = chain.send((1, 2, 3), HOURS[1], HOURS[2], run="0001", is_confirmed=False)
        again = chain.send((1, 2, 3), HOURS[1], HOURS[2], run="0001", attempt=2)
        cut = manifest[:manifest.index("Sha256=") + 20]
        self.assert_verdicts([*windows[0], *lines, cut, *again], COMPLETE, GOOD, "sent again", GOOD, "unbroken")

    def test_a_flow_behind_a_manifest_in_the_same_line(self):
        """Neither a digest nor the signature covers what follows the fields of a manifest."""
        for name in FORMATS:
            with self.subTest(name):
                chain, windows = self.chain_of(name)
                forged = chain.flow(2, start=HOURS[1], end=HOURS[2], run="0001", src="10.6.6.6")
                lines = joined(windows)
                lines[7] += " " + forged
                status, _, text = self.verify(lines, *PERIOD)
                self.assertEqual(INCOMPLETE, status, text)
                self.assertIn("1 of them in no later sending (-:8)", text)
                self.assertEqual(INCOMPLETE, self.verify(lines, *PERIOD, "--find", "src=10.6.6.6")[0])

    def test_what_the_line_of_a_manifest_says_of_a_flow(self):
        """Neither its text nor further fields are signed. To a person, or to a search, they say who talked to whom."""
        text = "vRNI-Flow: 2025-06-01 09:00:00 ALLOW TCP evil -> db-01 [port:443]"
        more = {"rfc5424": [("] vRNI-Manifest: x", "] " + text), (' flows="', ' src_ip="10.6.6.6" flows="')],
                "rfc3164": [(" vRNI-Manifest: x", " " + text), (' flows="', ' src_vm="evil" flows="')],
                "cef": [("msg=vRNI-Manifest: x", "msg=" + text), (" vrni2syslogFlowFlows=", " act=ALLOW src=10.6.6.6 vrni2syslogFlowFlows=")],
                "leef": [("^vrniFlows=", "^src=10.6.6.6^vrniFlows=")],
                "json": [('"message":"x"', f'"message":"{text}"'), ('"observer":', '"source":{"ip":"10.6.6.6"},"observer":'),
                         ('"flows":', '"src_vm":"evil","flows":')]}
        more["json-syslog"] = more["json"]
        for name in FORMATS:
            for old, new in more[name]:
                with self.subTest(name, new=new):
                    _, windows = self.chain_of(name)
                    windows[1][-1] = windows[1][-1].replace(old, new)
                    self.assertIn(new, windows[1][-1])
                    text_of_report = self.assert_verdicts(joined(windows), INCOMPLETE, GOOD, GOOD, GOOD, "unbroken", options=PERIOD)
                    self.assertIn("1 of them in no later sending (-:8)", text_of_report)

    def test_a_flow_in_front_of_a_line(self):
        """What a collector puts there is not a flow."""
        for name in FORMATS:
            _, windows = self.chain_of(name)
            for before in ("vRNI-Flow: 2025-06-01 09:00:00 ALLOW TCP evil -> db-01 [port:443] ", 'Jun  1 h: src="10.6.6.6" flow_id="f9" ',
                           "Jun  1 h app vRNI-Flow: ALLOW TCP evil -> db-01 "):
                with self.subTest(name, before=before):
                    lines = [*windows[0], before + windows[1][0], *windows[1][1:], *windows[2]]
                    self.assertEqual(INCOMPLETE, self.verify(lines, *PERIOD)[0])
            self.assert_verdicts(["Jun  1 09:00:00 loghost FLOW_ALLOW " + line for line in joined(windows)], COMPLETE, GOOD, GOOD, GOOD,
                                 "unbroken", options=PERIOD)

    def test_what_a_forger_wrote_is_not_the_end_of_a_sending_that_was_broken_off(self):
        """Such a sending accounts for a line that was cut, and for nothing else."""
        text = "vRNI-Flow: 2025-06-01 09:00:00 ALLOW TCP evil -> db-01 [port:443] "
        for name in FORMATS:
            chain = SignedChain(self.key, name)
            broken = chain.send((1, 2, 3), HOURS[0], HOURS[3], run="0000", is_confirmed=False)[:2]
            *lines, manifest = chain.send((1, 2, 3), HOURS[0], HOURS[3], run="0000", attempt=2)
            self.assert_verdicts([*broken, *lines, manifest], COMPLETE, "sent again", GOOD, "unbroken", options=PERIOD)
            forged = chain.flow(2, start=HOURS[0], end=HOURS[3], run="0000", src="10.6.6.6")
            for what, changed in (("behind a manifest", [*lines, f"{manifest} {forged}"]), ("before a line", [text + lines[0], *lines[1:], manifest]),
                                  ("before a manifest", [*lines, "Jun  1 h: " + text + manifest])):
                with self.subTest(name, what=what):
                    self.assertNotEqual(COMPLETE, self.verify([*broken, *changed], *PERIOD)[0])

    def test_a_message_whose_fields_say_something_else_than_its_sentence(self):
        for old, new in ((" flows=3", " flows=9"), (f" window_end={HOURS[2]}", f" window_end={HOURS[3]}"), (" run=0001", " run=0009")):
            with self.subTest(new):
                _, windows = self.chain_of("message")
                windows[1][-1] = windows[1][-1].replace(old, new)
                self.assertIn(new, windows[1][-1])
                self.assertEqual(INCOMPLETE, self.verify(joined(windows), *PERIOD)[0])

    def test_a_record_of_a_topic_that_says_something_twice(self):
        chain, windows = self.chain_of(count=1)
        topic = MadeUpTopic(partitions=1)
        topic.append(windows[0][:-1], windows[0][-1])
        lines = topic.lines()
        forged = json.dumps(chain.flow(2, start=HOURS[0], end=HOURS[1], run="0000", src="10.6.6.6"))
        for name, change in (("before", lambda line: line.replace('"payload":', f'"payload":{forged},"payload":')),
                             ("behind", lambda line: line[:-1] + f',"payload":{forged}}}'),
                             ("nothing else", lambda _: f'{{"topic":"flows","payload":{forged},"partition":0,"offset":9,"payload":"x"}}')):
            with self.subTest(name):
                for changed in ([change(lines[0]), *lines[1:]], [*lines, change(lines[0])]):
                    self.assertEqual(INCOMPLETE, self.verify(changed)[0])

    def test_a_line_that_is_longer_than_what_is_looked_at(self):
        """What stands behind the beginning may be what was asked for."""
        _, windows = self.chain_of()
        lines = [*joined(windows), "x" * (1 << 20) + joined(windows)[1].replace("10.0.0.2", "10.6.6.6")]
        status, _, text = self.verify(lines, *PERIOD, "--find", "src=10.6.6.6")
        self.assertEqual(INCOMPLETE, status, text)
        self.assertIn("not provable: of 1 line only the first 1048576 bytes were read", text)
        # What is taken off at the end of a line, and at the beginning of a file, does not make it look shorter.
        forged = joined(windows)[1].replace("10.0.0.2", "10.6.6.6")
        for content in (content_of([*joined(windows), "x" * ((1 << 20) - 1) + "\r" + forged]),
                        b"\xef\xbb\xbf" + content_of(["x" * ((1 << 20) - 3) + forged, *joined(windows)])):
            self.assertEqual(INCOMPLETE, self.verify(content, *PERIOD, "--find", "src=10.6.6.6")[0])

    def test_a_line_that_says_its_window_twice(self):
        """Whoever reads it may take either, so that it is not one of another time than the period."""
        for name, window in (("rfc5424", ' window_start="{}" window_end="{}"'), ("rfc3164", ' window_start="{}" window_end="{}"'),
                             ("leef", "^windowStart={}^windowEnd={}")):
            with self.subTest(name):
                chain, windows = self.chain_of(name)
                forged = chain.flow(2, start="2020-01-01T00:00:00Z", end="2020-01-01T01:00:00Z", run="0001", src="10.6.6.6",
                                    mark=window.format(HOURS[1], HOURS[2]))
                lines = [*joined(windows), forged]
                self.assert_verdicts(lines, INCOMPLETE, GOOD, GOOD, GOOD, "unbroken", options=PERIOD)
                self.assertEqual(INCOMPLETE, self.verify(lines, *PERIOD, "--find", "src=10.6.6.6")[0])

    def test_a_sending_of_another_time_does_not_explain_a_cut_line_of_the_period(self):
        chain, windows = self.chain_of()
        old = chain.flow(2, start="2020-01-01T00:00:00Z", end="2020-01-01T01:00:00Z", run="0000")
        forged = chain.flow(2, start=HOURS[1], end=HOURS[2], run="0001", src="10.6.6.6")
        cut = forged[:forged.index(" window_start")]
        self.assert_verdicts([old, *joined(windows), cut], INCOMPLETE, GOOD, GOOD, GOOD, "unbroken", options=PERIOD)

    def test_names_in_a_manifest_that_no_tool_can_write(self):
        """Neither a half of a character nor an object within objects ends the tool."""
        _, windows = self.chain_of("json")
        for member in ('"\\ud800":"x"', *(f'"x":{"[" * depth}{"]" * depth}' for depth in range(900, 1000))):
            with self.subTest(member=member[:20], length=len(member)):
                manifest = windows[2][-1].replace('"vrni":{', '"vrni":{' + member + ",")
                status, _, text = self.verify([*joined(windows)[:-1], manifest])
                self.assertIn(status, (COMPLETE, INCOMPLETE), text)

    def test_an_older_sending_of_an_older_chain_put_behind_one_that_was_cut(self):
        """The chain that was begun anew tells nothing of the older one. But what follows the older sending stands where it stood."""
        chain, windows = self.chain_of()
        chain.restart("set-watermark")
        newer = [chain.send((1, 2, 3), HOURS[i], HOURS[i + 1], run=f"newer{i}") for i in (1, 2)]
        first, moved, third = windows
        lost = [*newer[0][1:], *newer[1]]
        self.assert_verdicts([*first, *third, *lost, *moved], INCOMPLETE, *[GOOD] * 4, "missing 1", *["unbroken"] * 2, "restarted",
                             options=PERIOD)
        # What the operator has sent again after that stands behind what is missing.
        chain.restart("set-watermark")
        again = chain.send((1, 2, 3), HOURS[1], HOURS[2], run="again")
        self.assert_verdicts([*joined(windows), *lost, *again], COMPLETE, *[GOOD] * 5, "sent again", *["unbroken"] * 3, *["restarted"] * 2,
                             options=PERIOD)

    def test_a_line_whose_window_ends_before_it_begins(self):
        """It is not one of another time than the period, but of none."""
        chain, windows = self.chain_of()
        for start, end in ((HOURS[0], HOURS[0]), (HOURS[2], HOURS[0]), (HOURS[3], HOURS[1])):
            with self.subTest(start=start, end=end):
                forged = chain.flow(2, start=start, end=end, run="0001", src="10.6.6.6")
                self.assertIn("1 of them in no later sending (-:13)", self.assert_verdicts(
                    [*joined(windows), forged], INCOMPLETE, GOOD, GOOD, GOOD, "unbroken", options=PERIOD))

    def test_an_attempt_that_vrni2syslog_never_makes(self):
        chain, windows = self.chain_of()
        forged = chain.flow(2, start=HOURS[1], end=HOURS[2], run="0001", src="10.6.6.6", mark=' attempt="0"')
        lines = [*windows[0], windows[1][0], forged, *windows[1][1:], *windows[2]]
        self.assertIn("1 of them in no later sending (-:6)",
                      self.assert_verdicts(lines, INCOMPLETE, GOOD, GOOD, GOOD, "unbroken", options=PERIOD))

    def test_late_flows_that_are_removed_before_a_window_that_was_owed(self):
        """The period begins with that window, but the chain does not: the windows after it were confirmed before it."""
        chain = SignedChain(self.key)
        before = [chain.send((1,), HOURS[i], HOURS[i + 1], run=f"{i:04}") for i in (0, 2)]
        late = chain.send((5,), HOURS[2], HOURS[3], run="late", late=1)
        owed = [chain.send((1,), HOURS[1], HOURS[2], run="0001")]
        period = ("--since", HOURS[1], "--until", HOURS[3])
        self.assert_verdicts([*joined(before), *late, *joined(owed)], COMPLETE, GOOD, GOOD, GOOD, "unbroken", options=period)
        self.assert_verdicts(joined(before + owed), INCOMPLETE, GOOD, GOOD, "unbroken", "window removed", "unbroken", options=period)

    def test_a_line_of_json_that_spells_its_names_with_escapes(self):
        """To every program that reads JSON it is a flow of the window."""
        for name in ("json", "json-syslog"):
            with self.subTest(name):
                chain, windows = self.chain_of(name)
                forged = chain.flow(2, start=HOURS[1], end=HOURS[2], run="0001", src="10.6.6.6")
                forged = forged.replace('"vrni.', '"vrn\\u0069.').replace('"event"', '"\\u0065vent"')
                self.assertNotIn('"vrni.', forged)
                self.assertEqual(INCOMPLETE, self.verify([*windows[0], windows[1][0], forged, *joined(windows[1:])[1:]], *PERIOD)[0])
        others = '{"event":{"dataset":"other\\u002eflow"},"message":"\\u0022vrni.flow\\u0022"}'
        self.assert_verdicts([*joined(windows), others], COMPLETE, GOOD, GOOD, GOOD, "unbroken", options=PERIOD)

    def test_another_record_at_an_offset_of_a_topic_that_was_read(self):
        _, windows = self.chain_of(count=1)
        topic = MadeUpTopic(partitions=1)
        topic.append(windows[0][:-1], windows[0][-1])
        lines = topic.lines()
        self.assert_verdicts([*lines, *lines[1:3]], COMPLETE, GOOD, "unbroken")
        forged = lines[1].replace("10.0.0.2", "10.6.6.6")
        self.assertNotEqual(lines[1], forged)
        self.assert_verdicts([*lines, forged], INCOMPLETE, "surplus 1", "unbroken")
        status, _, text = self.verify([*lines, forged], "--find", "src=10.6.6.6")
        self.assertEqual(INCOMPLETE, status, text)
        self.assertNotIn("found   ", text)

    def test_manifests_that_are_written_in_another_way(self):
        """None of these is the manifest that was signed, and none of them stands for it."""
        for name, old, new in (
                ("a number with a zero", ' flows="3"', ' flows="03"'), ("digits of another script", ' flows="3"', ' flows="\u0663"'),
                ("a huge number", ' flows="3"', ' flows="' + "3" * 5000 + '"'),
                ("a first attempt with a zero", "] vRNI", ' attempt="01"] vRNI'),
                ("an attempt in another script", "] vRNI", ' attempt="\uff11"] vRNI'), ("nothing late", "] vRNI", ' late="0"] vRNI'),
                ("nothing left out", "] vRNI", ' left_out="0"] vRNI'), ("late", "] vRNI", ' late="3"] vRNI'),
                ("a second field", "] vRNI", ' job="other"] vRNI'), ("a byte NUL", ' job="main', ' job="main\0'),
                ("an escape in a name", ' job="main', ' job="\\"main'), ("a line feed in a name", ' job="main', ' job="main\vplatform=x'),
                ("digits of another script in a time", 'window_start="2025', 'window_start="\u0662025'),
                ("capitals", ' lines_sha256="', ' lines_sha256="F'), ("a blank", ' key="', ' key=" '),
                # The next manifest names its text, in which these are not.
                ("another signature", '" sig="', '" sig="A'),
                ("another field", ' job="main"', ' job="main" title="vrni2syslog manifest 1"')):
            with self.subTest(name):
                _, windows = self.chain_of()
                changed = windows[1][-1].replace(old, new, 1)
                self.assertNotEqual(windows[1][-1], changed)
                status, told, text = self.verify([*windows[0], *windows[1][:-1], changed, *windows[2]], *PERIOD)
                expected = 3 if name in ("another field", "another signature") else 2
                self.assertEqual((COMPLETE if expected == 3 else INCOMPLETE, expected), (status, told.count(GOOD)), text)

    def test_files_that_are_stored_in_another_way(self):
        _, windows = self.chain_of()
        lines = joined(windows)
        plain = "".join(line + "\n" for line in lines).encode()
        half = plain.index(b"\n", len(plain) // 2) + 1
        one_line = [*windows[0][:-1], windows[0][-1] + " " + windows[1][-1], *windows[1][:-1], *windows[2]]
        for name, content, goods in (
                ("several members of gzip", gzip.compress(plain[:half]) + gzip.compress(plain[half:]), 3),
                ("a byte order mark", b"\xef\xbb\xbf" + plain, 3), ("no line feed at the end", plain[:-1], 3),
                ("carriage returns", plain.replace(b"\n", b"\r\n"), 3), ("bytes NUL between", plain.replace(b"\n", b"\0\n"), 0),
                ("two manifests in one line", "".join(line + "\n" for line in one_line).encode(), 2),
                ("a manifest twice in one line", plain + windows[0][-1].encode() + b" " + windows[0][-1].encode() + b"\n", 3)):
            with self.subTest(name):
                status, told, text = self.verify(content, *PERIOD)
                self.assertEqual((COMPLETE if goods == 3 else INCOMPLETE, goods), (status, told.count(GOOD)), text)
        self.assertEqual(66, self.verify(gzip.compress(plain) + plain)[0])


if __name__ == "__main__":
    main()
