"""vrni2syslog-verify, which tells from a collector's files alone whether all is there: it never calls complete what is not, and never
missing what was sent again."""

import gzip
import hashlib
import itertools
import json
import os
import re
import subprocess

from support.program import ROOT, seconds
from support.rsyslogd import Rsyslogd
from support.simulator import DAY, Simulator
from support.testcase import IntegrationTest, main
from support.expected_line import Window

VERIFY = ROOT / "packaging/vrni2syslog-verify"
COMPLETE, INCOMPLETE, NO_MANIFEST, USAGE, UNREADABLE, UNWRITABLE = 0, 1, 2, 64, 66, 74
HALF = (DAY.end - DAY.start) // 2
FIRST, SECOND = Window(DAY.start, DAY.start + HALF), Window(DAY.start + HALF, DAY.end)
FLOWS = 200


DAY_START, NOON, DAY_END = (f"2025-06-{day}:00:00Z" for day in ("01T00", "01T12", "02T00"))
RAW = "<166>1 2025-06-01T09:00:00.000Z vrni.local vrni2syslog 1 "
TEST_TEXT = "vRNI-Test: 2025-06-01T09:00:00.000Z a test of the way to this collector; no flow"
FORGED_TEXT = "vRNI-Flow: 2025-06-01 09:00:00 ALLOW TCP evil -> db-01 [port:443]"


def sending(ids, run="aaaa", start=DAY_START, end=DAY_END, attempt=1, host="vrni.local", is_late=False):
    """The lines of a made-up sending, its manifest last."""
    mark = f' attempt="{attempt}"' if attempt > 1 else ""
    late = ' late="1"' if is_late else ""
    count = f' late="{len(ids)}"' if is_late else ""
    header = RAW.replace("vrni.local", host)
    window = f'window_start="{start}" window_end="{end}"'
    lines = [f'{header}FLOW_ALLOW [vrniflow@32473 action="ALLOW" flow_id="{one}" {window} run="{run}"{mark}{late}] '
             "vRNI-Flow: x" for one in ids]
    digest = hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()
    return lines + [f'{header}MANIFEST [vrniflow@32473 run="{run}" {window} flows="{len(lines)}" lines_sha256="{digest}"{count}{mark}] '
                    "vRNI-Manifest: x"]


def with_attempt(lines, number):
    """The lines of a run as those of another sending."""
    return [re.sub(r'( run="[0-9a-f]{16}")', rf'\1 attempt="{number}"', line) if "MANIFEST" not in line
            else re.sub(r'\] vRNI-Manifest', rf' attempt="{number}"] vRNI-Manifest', line) for line in lines]


def with_versions(ids, **names):
    """The lines of a made-up sending in which each id is "flow@time of its version"."""
    lines = sending(ids, **names)
    lines = [re.sub(r'flow_id="([^"@]*)@([^"]*)"', r'flow_id="\1" snapshot="\2"', line) for line in lines]
    digest = hashlib.sha256("".join(line + "\n" for line in lines[:-1]).encode()).hexdigest()
    return lines[:-1] + [re.sub(r'lines_sha256="[^"]*"', f'lines_sha256="{digest}"', lines[-1])]


def without_header(lines):
    """As a collector writes lines with a header of its own."""
    return [re.sub(r"^<\d+>1 (\S+) (\S+) (\S+) (\S+) (\S+) ", r"Nov 24 10:00:00 loghost \3[\4]: \5 ", line) for line in lines]


class VerifyTest(IntegrationTest):
    @classmethod
    def setUpClass(cls):
        cls.simulator = cls.start_for_class(Simulator(cls.class_directory(), "--hostile", "0.3", flows=FLOWS))

    def run_of(self, window=FIRST, *options):
        """The lines of one run: flows and their manifest."""
        run = self.simulator.run_program(self.directory, "--filter", "", "--dry-run", *options, window=window)
        self.assert_exit(run, 0)
        return run.lines

    def verify(self, lines, *options):
        return self.verify_bytes("".join(line + "\n" for line in lines).encode("utf-8"), *options)

    def verify_bytes(self, content, *arguments):
        return subprocess.run([VERIFY, *map(str, arguments)], input=content, capture_output=True, timeout=seconds(60), check=False)

    def assert_verdicts(self, lines, status, *verdicts, options=()):
        """The status, and how the lines of the report begin that are of sendings and gaps, in any order: which run has the lower
        name is chance."""
        done = self.verify(lines, *options)
        text = done.stdout.decode() + done.stderr.decode()
        self.assertEqual(status, done.returncode, text)
        told = re.findall(r"(?m)^(\S+(?: [a-z0-9]+)*) +[0-9T:Z.-]+/[0-9T:Z.-]+ (?:run|of) ", text)
        self.assertEqual(sorted(verdicts), sorted(told), text)
        return text

    def check_within(self, content, *arguments, limit=30, memory=256 << 20):
        """Runs the tool with so many seconds of processor time and so many bytes of memory, and returns how it ended."""
        command = ["bash", "-c", f'ulimit -t {seconds(limit)} -v {memory // 1024}; exec "$@"', "bash", VERIFY, *map(str, arguments)]
        return subprocess.run(command, input=content, capture_output=True, timeout=seconds(4 * limit), check=False)


class Verify(VerifyTest):
    def test_what_is_whole_is_complete(self):
        lines = self.run_of()
        self.assertIn("SHA-256 as sent", self.assert_verdicts(lines, COMPLETE, "complete"))
        self.assert_verdicts(lines, COMPLETE, "complete", options=("--digest", "require"))

    def test_every_single_line_that_is_missing_is_missed(self):
        lines = self.run_of(Window(DAY.start, DAY.start + HALF // 8))
        self.assertGreater(len(lines), 5)
        for i in range(len(lines) - 1):
            self.assert_verdicts(lines[:i] + lines[i + 1:], INCOMPLETE, "missing 1")
        self.assert_verdicts(lines[:-1], NO_MANIFEST, "unfinished")

    def test_runs_and_hosts_that_are_mixed(self):
        runs = [self.run_of(), self.run_of(SECOND), self.run_of(FIRST, "--hostname", "other")]
        mixed = [line for lines in zip(*(run[-min(map(len, runs)):] for run in runs)) for line in lines]
        mixed = [line for run in runs for line in run[:-min(map(len, runs))]] + mixed
        self.assert_verdicts(mixed, COMPLETE, "complete", "complete", "complete")
        self.assert_verdicts(mixed[1:], INCOMPLETE, "missing 1", "complete", "complete")

    def test_a_changed_line_and_another_order(self):
        lines = self.run_of()
        changed = [lines[0].replace('action="', 'action="X', 1)] + lines[1:]
        self.assertNotEqual(lines[0], changed[0])
        other_order = [lines[1], lines[0], *lines[2:]]
        for bad in (changed, other_order):
            self.assert_verdicts(bad, INCOMPLETE, "digest differs")
            self.assert_verdicts(bad, COMPLETE, "counted", options=("--digest", "ignore"))

    def test_each_version_of_a_flow_is_a_line_of_its_own(self):
        lines = with_versions(["a@1", "a@2", "b@1", "b@1000"])
        self.assert_verdicts(lines, COMPLETE, "complete")
        rewritten = without_header(lines)
        self.assert_verdicts(rewritten, COMPLETE, "counted")
        for i in range(4):
            self.assert_verdicts(rewritten[:i] + rewritten[i + 1:], INCOMPLETE, "missing 1")
        self.assert_verdicts([lines[1], lines[0], *lines[2:]], COMPLETE, "counted", options=("--digest", "ignore"))

    def test_versions_that_a_run_sends(self):
        simulator = self.start(Simulator(self.directory, "--earlier-version-every", "5", flows=FLOWS))
        run = simulator.run_program(self.directory, "--filter", "", "--dry-run", window=DAY)
        self.assert_exit(run, 0)
        self.assertGreater(len(run.lines), FLOWS + 1)
        self.assertIn(f"{len(run.lines) - 1} of", self.assert_verdicts(run.lines, COMPLETE, "complete"))
        self.assert_verdicts(without_header(run.lines), COMPLETE, "counted")
        self.assert_verdicts(without_header(run.lines[1:]), INCOMPLETE, "missing 1")
        for form in ("cef", "leef", "json", "json-syslog"):
            with self.subTest(format=form):
                run = simulator.run_program(self.directory, "--filter", "", "--dry-run", "--format", form, window=DAY)
                self.assert_exit(run, 0)
                lines = [run.lines[1], run.lines[0], *run.lines[2:]]
                self.assert_verdicts(lines, COMPLETE, "counted", options=("--digest", "ignore"))
                self.assert_verdicts(lines[1:], INCOMPLETE, "missing 1", options=("--digest", "ignore"))

    def test_a_sending_with_versions_is_replaced_by_one_with_as_many_lines(self):
        broken = with_versions(["a@1", "a@2", "b@1", "c@1"])
        del broken[2]
        again = with_versions(["a@1", "a@2", "b@1", "c@2"], attempt=2)
        self.assert_verdicts(broken + again, COMPLETE, "sent again", "complete")
        fewer = with_versions(["a@2", "b@1", "c@2"], attempt=2)
        self.assert_verdicts(broken + fewer, INCOMPLETE, "missing 1", "complete")
        # Many versions of a flow in the parts of the window do not stand for the flow that is missing.
        parts = (with_versions(["a@1", "c@1"], run="bbbb", end=NOON) + with_versions(["a@2", "c@2"], run="cccc", start=NOON))
        self.assert_verdicts(broken + parts, INCOMPLETE, "missing 1", "complete", "complete")

    def test_lines_that_come_twice(self):
        lines = self.run_of()
        self.assert_verdicts(lines + lines, COMPLETE, "complete")
        doubled = [line for line in lines for _ in range(2)]
        self.assert_verdicts(doubled, INCOMPLETE, "digest differs")
        self.assert_verdicts(doubled, COMPLETE, "counted", options=("--digest", "ignore"))
        # What comes twice does not make up for what does not come.
        self.assert_verdicts([lines[0]] + [lines[0]] + lines[2:], INCOMPLETE, "missing 1")

    def test_lines_behind_the_manifest_that_has_proven_a_sending(self):
        lines = sending(["a", "b", "c"])
        forged = lines[0].replace('flow_id="a"', 'flow_id="forged"')
        for name, behind, surplus in (("forged", [forged], 1), ("two", [forged, forged], 2), ("one of them again", [lines[1]], 1),
                                      ("forged, then all again", [forged, *lines], 4)):
            with self.subTest(name):
                text = self.assert_verdicts(lines + behind, INCOMPLETE, f"surplus {surplus}")
                self.assertIn(f"-:{len(lines) + 1}", text, "the first of these lines is named")
        for name, behind in (("all again", lines), ("all again, twice", lines + lines), ("the manifest again", lines[-1:])):
            with self.subTest(name):
                self.assert_verdicts(lines + behind, COMPLETE, "complete")

    def test_a_line_that_should_not_be_there_is_named_by_file_and_line(self):
        lines = sending(["a", "b"])
        files = [self.directory / name for name in ("flows.log.1", "flows.log")]
        files[0].write_text("".join(line + "\n" for line in lines))
        files[1].write_text("another program\n" + lines[0].replace('"a"', '"z"') + "\n")
        done = self.verify_bytes(b"", *files)
        self.assertEqual(INCOMPLETE, done.returncode)
        self.assertIn(f"{files[1]}:2", done.stdout.decode())

    def test_a_test_line_belongs_to_no_sending(self):
        test = f'{RAW}TEST [vrniflow@32473 test="1"] {TEST_TEXT}'
        lines = sending(["a", "b"])
        for one in (test, "Nov 24 10:00:00 loghost " + test, *without_header([test]), test + "\r"):
            with self.subTest(one):
                text = self.assert_verdicts([one, lines[0], one, *lines[1:], one], COMPLETE, "complete")
                self.assertIn("\n3 test lines of --send-test\n", text)
        self.assertIn("1 line cut, damaged", self.assert_verdicts(
            [*lines, lines[0].replace('flow_id="a"', 'test="1"').replace(' run="aaaa"', "")], INCOMPLETE, "complete"))

    def test_what_only_calls_itself_a_test_line_is_told(self):
        mark = '[vrniflow@32473 test="1"]'
        fields = '[other@1 action="ALLOW" src_vm="evil" dst_vm="db-01"]'
        lines = sending(["a", "b"])
        for forged in (
                f"{RAW}FLOW_ALLOW {mark} {FORGED_TEXT}", f"{RAW}TEST {mark} {FORGED_TEXT}", f"{RAW}FLOW_ALLOW {mark} {TEST_TEXT}",
                f"{RAW}TEST {mark}{fields} {TEST_TEXT}", f"{RAW}TEST {fields}{mark} {TEST_TEXT}",
                f"{RAW}TEST {mark} {TEST_TEXT} {FORGED_TEXT}",
                f'{RAW}TEST [vrniflow@32473 test="1" action="ALLOW" src_vm="evil"] {TEST_TEXT}', f"{RAW}TEST {mark}",
                f"{RAW}FLOW_ALLOW - {FORGED_TEXT} {RAW}TEST {mark} {TEST_TEXT}", f"h vrni2syslog: {FORGED_TEXT} {mark} {TEST_TEXT}",
                f"h vrni2syslog[1]: FLOW_ALLOW {mark} {TEST_TEXT}", f"h vrni2syslog[1]: {mark} {FORGED_TEXT}"):
            with self.subTest(forged):
                for archive in ([*lines, forged], [lines[0], forged, *lines[1:]]):
                    text = self.assert_verdicts(archive, INCOMPLETE, "complete")
                    self.assertRegex(text, "1 line (cut, damaged|without structured data)")
                    self.assertNotIn("test line", text)

    def test_what_only_calls_itself_a_test_line_is_not_the_end_of_a_sending(self):
        forged = f'{RAW}FLOW_ALLOW [vrniflow@32473 test="1"] {FORGED_TEXT}'
        broken, again = sending(["a", "b"])[:1], sending(["a", "b"], attempt=2)
        self.assertIn("1 of them in no later", self.assert_verdicts([*broken, forged, *again], INCOMPLETE, "sent again", "complete"))

    def test_a_sending_that_was_broken_off_and_sent_again(self):
        lines = self.run_of()
        again = with_attempt(lines, 2)
        # The digest is over the lines as they are sent.
        cases = {
            "without a manifest": (lines[:50] + again, "sent again"),
            "with its manifest": (lines[:50] + lines[60:] + again, "sent again"),
            "stored after the next one": (again[:-1] + lines[:50] + again[-1:], "sent again"),
            "whole": (lines + again, "complete"),
        }
        for name, (archive, verdict) in cases.items():
            with self.subTest(name):
                text = self.assert_verdicts(archive, COMPLETE, verdict, "counted", options=("--digest", "ignore"))
                self.assertRegex(text, "(?m)^counted .* attempt 2")

    def test_what_is_left_of_one_sending_does_not_complete_another(self):
        lines = self.run_of()
        again = with_attempt(lines, 2)
        for archive in (lines[:1] + again[1:], lines[:-1] + again[1:], lines + again[1:], again + lines[1:50]):
            complete = archive[0] == again[0]
            with self.subTest(len(archive)):
                text = self.verify(archive, "--digest", "ignore")
                self.assertEqual(COMPLETE if complete else INCOMPLETE, text.returncode, text.stdout.decode())

    def test_a_later_run_takes_the_place_of_one_that_was_broken_off(self):
        broken, whole, second = self.run_of(), self.run_of(), self.run_of(SECOND)
        self.assert_verdicts(broken[:30] + whole + second, COMPLETE, "sent again", "complete", "complete")
        # But not an earlier one, nor one of another time, nor one that left out what was sent before.
        self.assert_verdicts(whole + broken[:30], INCOMPLETE, "complete", "unfinished")
        self.assert_verdicts(broken[:30] + second, INCOMPLETE, "unfinished", "complete")
        repeats = [*whole[:-1], whole[-1].replace("] vRNI-M", ' left_out="3"] vRNI-M')]
        self.assert_verdicts(broken[:30] + repeats, INCOMPLETE, "unfinished", "complete")

    def test_late_flows_are_a_sending_of_their_own(self):
        window, late = sending("abc"), sending("de", run="bbbb", is_late=True)
        text = self.assert_verdicts(window + late, COMPLETE, "complete", "complete")
        self.assertIn(" run bbbb late: 2 of 2 lines", text)
        self.assert_verdicts(window + late[1:], INCOMPLETE, "complete", "missing 1")
        self.assert_verdicts(window + late + late[:1], INCOMPLETE, "complete", "surplus 1")

    def test_late_flows_are_never_the_whole_window(self):
        broken, late = sending("ab")[:1], sending("abc", run="bbbb", is_late=True)
        self.assert_verdicts(broken + late, INCOMPLETE, "unfinished", "complete")
        self.assert_verdicts(late, COMPLETE, "complete")
        self.assert_verdicts(late, INCOMPLETE, "complete", "gap", options=("--since", DAY_START))
        first, last = sending("a", end=NOON), sending("b", start="2025-06-02T00:00:00Z", end="2025-06-03T00:00:00Z")
        between = sending("c", run="bbbb", start=NOON, is_late=True)
        self.assert_verdicts(first + between + last, INCOMPLETE, "complete", "complete", "complete", "gap")

    def test_late_flows_of_a_run_that_was_broken_off(self):
        window, late = sending("abc"), sending("de", run="bbbb", is_late=True)
        self.assert_verdicts(window + late[:1] + sending("def", run="cccc", is_late=True), COMPLETE,
                             "complete", "sent again", "complete")
        self.assert_verdicts(window + late[:1] + sending("de", run="bbbb", attempt=2, is_late=True), COMPLETE,
                             "complete", "sent again", "complete")
        # But not by other flows, by those of another time, nor by the sending of the window before it.
        for other in (sending("ef", run="cccc", is_late=True), sending("de", run="cccc", end=NOON, is_late=True)):
            self.assert_verdicts(window + late[:1] + other, INCOMPLETE, "complete", "unfinished", "complete")
        self.assert_verdicts(window + late[:1], INCOMPLETE, "complete", "unfinished")

    def test_a_window_of_which_nothing_is_there(self):
        third = (DAY.end - DAY.start) // 3
        windows = [Window(DAY.start + i * third, DAY.start + (i + 1) * third) for i in range(3)]
        first, last = self.run_of(windows[0]), self.run_of(windows[2])
        self.assertRegex(self.assert_verdicts(first + last, INCOMPLETE, "complete", "complete", "gap"), "gap .* of 127.0.0.1")
        self.assert_verdicts(first, COMPLETE, "complete")
        self.assert_verdicts(first, INCOMPLETE, "complete", "gap", options=("--until", "2025-06-02"))
        self.assert_verdicts(first + last, COMPLETE, "complete", options=("--until", "2025-06-01T08:00:00Z"))

    def test_lines_that_the_collector_has_rewritten(self):
        lines = self.run_of()
        self.assertIn("cannot be checked", self.assert_verdicts(without_header(lines), COMPLETE, "counted"))
        self.assert_verdicts(without_header(lines), INCOMPLETE, "digest unknown", options=("--digest", "require"))
        self.assert_verdicts(without_header(lines[1:]), INCOMPLETE, "missing 1")
        prefixed = ["Nov 24 10:00:00 loghost " + line for line in lines]
        self.assertIn("SHA-256 as sent", self.assert_verdicts(prefixed, COMPLETE, "complete"))
        marked = [line.replace(" [vrniflow", ' [meta x="[vrniflow@32473 \\" run=\\"y"][vrniflow') for line in lines]
        self.assert_verdicts(marked, COMPLETE, "counted")

    def test_lines_without_structured_data_prove_nothing(self):
        # As they are if their manifest names no other one.
        messages = [re.sub(r"^(vRNI-Manifest: .*, run \S+) .*", r"\1", line) for line in self.run_of(FIRST, "--format", "message")]
        text = self.assert_verdicts(messages, NO_MANIFEST)
        self.assertIn("without structured data", text)
        self.assertIn("no manifest", self.assert_verdicts([], NO_MANIFEST))
        # One of them among others is one that was lost.
        text = self.assert_verdicts(self.run_of() + messages[:1], INCOMPLETE, "complete")
        self.assertIn("1 line without structured data", text)

    def test_a_real_collector_with_the_lines_as_they_came(self):
        collector = self.start(Rsyslogd(self.directory, is_raw=True))
        run = self.simulator.run_program(
            self.directory, "--filter", "", "--resolution", "6h", "--collector", f"tcp://127.0.0.1:{collector.port}")
        self.assert_exit(run, 0)
        collector.stop()
        done = self.verify_bytes(b"", "--digest", "require", collector.output)
        self.assertEqual((COMPLETE, 4), (done.returncode, done.stdout.count(b"SHA-256 as sent")), done.stdout.decode())

    def test_hostile_names_count_for_nothing(self):
        lines = self.run_of()
        run = re.search(' run="([^"]*)"', lines[0])[1]
        window = 'window_start="2025-06-01T00:00:00Z" window_end="2025-06-01T12:00:00Z"'
        flow = f'[vrniflow@32473 flow_id="1" {window} run="{run}"] vRNI-Flow: x'
        manifest = f'[vrniflow@32473 run="{run}" {window} flows="1" lines_sha256="{"0" * 64}"] vRNI-Manifest: x'
        header = "<166>1 2025-06-01T00:00:00.000Z h vrni2syslog 1"
        escaped = [text.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]") for text in (flow, manifest)]
        for text in (flow, manifest, f"{header} FLOW {flow}", f"{header} MANIFEST {manifest}"):
            hostile = [f"{line} {text}" for line in lines[:-1]] + lines[-1:]
            self.assert_verdicts(hostile, COMPLETE, "counted", options=("--digest", "ignore"))
            self.assert_verdicts(hostile[1:], INCOMPLETE, "missing 1", options=("--digest", "ignore"))
            # In the line of another program.
            self.assert_verdicts([f"<34>1 2025-06-01T00:00:00Z h nginx 1 - - GET {text}"] + lines, COMPLETE, "complete")
        for text in (*escaped, " flow_id=", '\\" flow_id=\\"1', " run="):
            hostile = [line.replace(' proto="', f' src_vm_x="{text}" proto="') for line in lines]
            self.assert_verdicts(hostile, COMPLETE, "counted", options=("--digest", "ignore"))
            self.assert_verdicts(hostile[1:], INCOMPLETE, "missing 1", options=("--digest", "ignore"))

    def test_lines_that_are_torn(self):
        lines = self.run_of()
        for length in (10, 40, 300):
            with self.subTest(length):
                # Nobody can tell whose a fragment is that has got as far as its fields.
                self.assert_verdicts([lines[0][:length] + lines[0]] + lines[1:], INCOMPLETE if length == 300 else COMPLETE, "complete")
                text = self.assert_verdicts([lines[0][:length]] + lines[1:], INCOMPLETE, "missing 1")
                self.assertEqual(length == 300, "1 line cut, damaged" in text, text)

    def test_fragments_that_a_later_sending_makes_up_for(self):
        whole, again = sending("abcd"), sending("abcd", attempt=2)
        cut, late_cut = whole[2][:whole[2].index(" flow_id")], whole[2][:whole[2].index(" run=")]
        foreign = sending("x")[0][:len(late_cut)]
        no_run = [line.replace(' run="aaaa"', "") for line in whole[:-1]]
        cases = {
            "the end of what was broken off": ([*whole[:2], cut, *again], COMPLETE, ["sent again", "complete"]),
            "without a line feed": ([*whole[:2], cut + again[0], *again[1:]], COMPLETE, ["sent again", "complete"]),
            "two where one was broken off": ([*whole[:2], cut, cut, *again], INCOMPLETE, ["sent again", "complete"]),
            "before what was broken off": ([cut, *whole[:2], *again], INCOMPLETE, ["sent again", "complete"]),
            "of another origin": ([*whole[:2], cut.replace("vrni.local", "h"), *again], INCOMPLETE, ["sent again", "complete"]),
            "in a sending that has nothing to do with it": ([*whole, cut], INCOMPLETE, ["complete"]),
            "one that tells its flow": ([late_cut, *again], COMPLETE, ["complete"]),
            "of a flow that did not come again": ([foreign, *again], INCOMPLETE, ["complete"]),
            "one that tells its flow, behind": ([*again, late_cut], INCOMPLETE, ["complete"]),
            "a manifest that was cut": ([*whole[:-1], whole[-1][:-80], *again], COMPLETE, ["sent again", "complete"]),
            "lines without a run": (no_run + whole, COMPLETE, ["complete"]),
            "lines without a run, behind": (whole + no_run, INCOMPLETE, ["complete"]),
        }
        for name, (archive, status, verdicts) in cases.items():
            with self.subTest(name):
                self.assert_verdicts(archive, status, *verdicts)

    def test_a_sending_replaces_one_that_it_holds_and_no_other(self):
        ten = "0123456789"
        broken, unfinished = sending(ten)[:5] + sending(ten)[-1:], sending(ten)[:5]
        halves = ((DAY_START, NOON), (NOON, DAY_END))
        other_halves = [line for start, end in halves for line in sending("", "bbbb", start, end)]
        split = [line for ids, (start, end) in zip((ten[:7], ten[7:]), halves) for line in sending(ids, "bbbb", start, end)]
        cases = {
            "a run of 3": (broken + sending("012", "bbbb"), "missing 5", "complete"),
            "a run of none": (broken + sending("", "bbbb"), "missing 5", "complete"),
            "none, for one without a manifest": (unfinished + sending("", "bbbb"), "unfinished", "complete"),
            "none, for one of which only the manifest is there": (sending(ten)[-1:] + sending("", "bbbb"), "missing 10", "complete"),
            "two halves without flows": (broken + other_halves, "missing 5", "complete", "complete"),
            "an attempt of 3": (sending(ten)[1:] + sending("012", attempt=2), "missing 1", "complete"),
            "as many others": (broken + sending("abcdefghij", "bbbb"), "missing 5", "complete"),
            "as many others of another attempt": (broken + sending("abcdefghij", attempt=2), "missing 5", "complete"),
            "the same ids, but too few": (broken + sending(ten[:9], "bbbb"), "missing 5", "complete"),
            "before": (sending(ten, "bbbb") + broken + sending(ten, "bbbb"), "missing 5", "complete"),
        }
        good = {
            "all of it": (broken + sending(ten, "bbbb"), "sent again", "complete"),
            "and more": (unfinished + sending(ten + "x", "bbbb"), "sent again", "complete"),
            "another attempt": (broken + sending(ten, attempt=2), "sent again", "complete"),
            "two halves that hold it together": (broken + split, "sent again", "complete", "complete"),
            "of which nothing but the manifest was there": (sending(ten)[-1:] + sending(ten, "bbbb"), "sent again", "complete"),
            "stored between": (sending(ten, attempt=2) + broken, "sent again", "complete"),
        }
        for status, table in ((INCOMPLETE, cases), (COMPLETE, good)):
            for name, (archive, *verdicts) in table.items():
                with self.subTest(name):
                    self.assert_verdicts(archive, status, *verdicts)

    def test_what_counts_alone_would_show_is_no_proof_where_lines_are_raw(self):
        lines = sending("0123456789")
        other_data = [line.replace(" [vrni", ' [meta x="y"][vrni') for line in lines]
        made_up = other_data[0].replace('flow_id="0"', 'flow_id="made up"')
        for name, archive in {
                "a line of another program": lines[1:-1] + [made_up] + lines[-1:],
                "one line rewritten": other_data[:1] + lines[1:],
                "a raw manifest of rewritten lines": other_data[:-1] + lines[-1:],
                "a rewritten manifest of raw lines": lines[:-1] + other_data[-1:]}.items():
            for options in ((), ("--digest", "require"), ("--digest", "ignore")):
                with self.subTest(name, options=options):
                    self.assert_verdicts(archive, INCOMPLETE, "doubtful", options=options)
        self.assert_verdicts(other_data, COMPLETE, "counted")
        self.assert_verdicts([made_up] + lines, INCOMPLETE, "surplus 1")
        # A sending whose content is not proven does not make up for another one, unless only counts are asked for.
        again = [line.replace(" [vrni", ' [meta x="y"][vrni') for line in sending("0123456789", attempt=2)]
        self.assert_verdicts(other_data[:5] + again, INCOMPLETE, "unfinished", "counted")
        self.assert_verdicts(other_data[:5] + again, COMPLETE, "sent again", "counted", options=("--digest", "ignore"))

    def test_what_other_programs_say_is_not_ours(self):
        def said(lines, header="Nov 24 10:00:00 h sshd[1]: Invalid user "):
            return [header + line for line in lines]

        lines = sending("0123456789", start=DAY_START, end=NOON)
        forever = sending("", "zz", "2000-01-01T00:00:00Z", "2099-01-01T00:00:00Z")
        wrong = [re.sub('lines_sha256="[0-9a-f]*"', 'lines_sha256="x"', line) for line in forever]
        whole = sending("0123456789", "zz", DAY_START, NOON)
        behind = sending("", start="2025-06-01T18:00:00Z", end=DAY_END)
        cases = {
            "a wrong digest": (lines[1:] + said(wrong), "missing 1", "doubtful"),
            "a wrong digest at the beginning of a line": (lines[1:] + wrong, "missing 1", "digest differs"),
            "the digest of nothing": (lines[1:] + said(forever), "missing 1", "doubtful"),
            "all lines": (lines[1:] + said(whole), "missing 1", "doubtful"),
            "without a header": (lines[1:] + said([line[line.index("["):] for line in whole]), "missing 1", "doubtful"),
            "in a gap": (lines + said(forever) + behind, "complete", "doubtful", "complete", "gap"),
            "the missing line": (said(lines[:1]) + lines[1:], "complete"),
        }
        for name, (archive, *verdicts) in cases.items():
            with self.subTest(name):
                self.assert_verdicts(archive, COMPLETE if verdicts == ["complete"] else INCOMPLETE, *verdicts)
        for alone in (wrong, said(wrong), said([line[line.index("["):] for line in wrong])):
            self.assert_verdicts(alone, INCOMPLETE, "digest differs")
        self.assert_verdicts(forever, COMPLETE, "complete")
        # A collector that puts its prefix before every line.
        self.assert_verdicts(said(lines[:5] + sending("0123456789", "zz", DAY_START, NOON)), COMPLETE, "sent again", "complete")

    def test_an_origin_of_which_nothing_is_in_the_time_that_is_asked_for(self):
        other = sending("x", "bbbb", "2025-05-01T00:00:00Z", "2025-05-02T00:00:00Z", host="vrni.other")
        lines = sending("0123456789") + other
        self.assert_verdicts(lines, COMPLETE, "complete", "complete")
        text = self.assert_verdicts(lines, INCOMPLETE, "complete", "gap", options=("--since", "2025-06-01", "--until", "2025-06-02"))
        self.assertRegex(text, "(?m)^gap +2025-06-01T00:00:00Z/2025-06-02T00:00:00Z of vrni.other")
        text = self.assert_verdicts(lines, INCOMPLETE, "complete", "gap", options=("--since", "2025-06-01"))
        self.assertRegex(text, r"(?m)^gap +2025-06-01T00:00:00Z/\.\. of vrni.other")
        text = self.assert_verdicts(lines, INCOMPLETE, "complete", "gap", "gap", options=("--until", "2025-06-01"))
        self.assertRegex(text, r"(?m)^gap +\.\./2025-06-01T00:00:00Z of vrni.local")

    def test_files_plain_and_compressed(self):
        lines = self.run_of()
        content = "".join(line + "\n" for line in lines).encode()
        plain, packed = self.directory / "log", self.directory / "log.1.gz"
        plain.write_bytes(content[len(content) // 2:])
        packed.write_bytes(gzip.compress(content[:len(content) // 2]))
        # A line is torn where the files meet.
        self.assertEqual(INCOMPLETE, self.verify_bytes(b"", packed, plain).returncode)
        middle = content.index(b"\n", len(content) // 2) + 1
        plain.write_bytes(content[middle:])
        packed.write_bytes(gzip.compress(content[:middle]))
        self.assertEqual(COMPLETE, self.verify_bytes(b"", packed, plain).returncode)
        self.assertEqual(COMPLETE, self.verify_bytes(gzip.compress(content)).returncode)
        packed.write_bytes(gzip.compress(content)[:-20])
        done = self.verify_bytes(b"", packed)
        self.assertEqual(UNREADABLE, done.returncode)
        self.assertIn(b"log.1.gz", done.stderr)

    def test_many_sendings_of_one_window_take_linear_time(self):
        """Whoever can send to the collector can send these. Compared pair by pair they would take minutes."""
        count = 2500
        whole = [line for number in range(count) for line in sending("a", run=f"whole{number}")]
        found = [line for number in range(count) for line in sending("a", run=f"broken{number}")[:-1]]
        lost = [line for number in range(count) for line in sending([f"lost{number}"], run=f"broken{number}")[:-1]]
        cut = [line[:150] for line in lost]
        mixed = [line for pair in zip(lost, whole[::2], whole[1::2]) for line in pair]
        attempts = [line.replace(' run="u"', f' run="u" attempt="{number + 1}"') for number in range(count)
                    for line in sending([f"lost{number}"], run="u")[:-1]]
        origins = [line.replace("vrni.local", f"vrni{number}") for number in range(count) for line in sending("", run="r")]
        for name, lines, status, text in (
                ("broken off and sent again", found + whole, COMPLETE, ""),
                ("not sent again", lost + whole, INCOMPLETE, "could not be compared with later sendings"),
                ("mixed", mixed, INCOMPLETE, "could not be compared with later sendings"),
                ("cut", cut + whole, INCOMPLETE, f"{count} of them in no later sending"),
                ("attempts", attempts, NO_MANIFEST, "unfinished"),
                ("origins", origins, COMPLETE, "")):
            with self.subTest(name):
                done = self.check_within("".join(line + "\n" for line in lines).encode())
                output = done.stdout.decode() + done.stderr.decode()
                self.assertEqual(status, done.returncode, output[-1000:])
                self.assertIn(text, output)

    def test_files_that_are_made_to_do_harm(self):
        mark = b"[vrniflow@32473 "
        long_line = sending("a")[0].encode()
        for name, content, status, text in (
                ("a bomb of line feeds", gzip.compress(bytes([10]) * (40 << 20)), UNREADABLE, b"more than 200 times its size"),
                ("a bomb without a line feed", gzip.compress(b"a" * (64 << 20)), UNREADABLE, b"more than 200 times its size"),
                ("a bomb in a bomb", gzip.compress(gzip.compress(bytes(64 << 20))), NO_MANIFEST, b"no manifest"),
                ("a line without an end", b"a" * (64 << 20), NO_MANIFEST, b"longer than 1048576 bytes"),
                ("marks without an end", mark * (1 << 17), NO_MANIFEST, b"longer than 1048576 bytes"),
                ("quotes without an end", mark + b'a="' + b"\\" * (1 << 20), NO_MANIFEST, b"longer than 1048576 bytes"),
                ("parameters without an end", mark + b'a="b" ' * (1 << 17), NO_MANIFEST, b"no manifest"),
                ("a huge number", long_line.replace(b' run="aaaa"', b' run="aaaa" attempt="' + b"9" * 500_000 + b'"'), NO_MANIFEST,
                 b"1 line cut, damaged"),
                ("a negative number", sending("a")[1].replace('flows="1"', 'flows="-1"').encode(), NO_MANIFEST, b"1 line cut, damaged"),
                ("not gzip behind its first bytes", bytes([31, 139]) + b"text", UNREADABLE, b"-: "),
                ("control characters", sending("a", run="\x1b[2J\x9b1m\u202e\r")[0].encode(), NO_MANIFEST, b"1 line cut, damaged"),
                ("NUL", bytes(1000) + long_line, NO_MANIFEST, b"unfinished")):
            with self.subTest(name):
                done = self.check_within(content)
                output = done.stdout + done.stderr
                self.assertEqual(status, done.returncode, output[-1000:])
                self.assertIn(text, output)
                self.assertNotIn(b"Traceback", output)
                self.assertNotRegex(output.decode(), "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")

    def test_a_legitimate_file_may_shrink_much(self):
        content = ("".join(line + "\n" for line in sending(str(number) for number in range(50_000)))).encode()
        packed = gzip.compress(content, 9)
        self.assertGreater(len(content), 10 * len(packed))
        self.assertEqual(COMPLETE, self.check_within(packed, limit=60).returncode)

    def test_the_name_of_a_file_may_hold_control_characters(self):
        done = self.verify_bytes(b"", self.directory / "no\x1b[2Jsuch\nfile")
        self.assertEqual(UNREADABLE, done.returncode)
        self.assertNotIn(b"\x1b", done.stderr)
        self.assertEqual(1, done.stderr.count(b"\n"))

    def test_what_it_cannot_do(self):
        missing = self.verify_bytes(b"", self.directory / "none")
        self.assertEqual((UNREADABLE, f"vrni2syslog-verify: {self.directory / 'none'}: No such file or directory\n"),
                         (missing.returncode, missing.stderr.decode()))
        self.assertEqual(USAGE, self.verify_bytes(b"", "--since", "yesterday").returncode)
        self.assertEqual(USAGE, self.verify_bytes(b"", "--no-such").returncode)

    def test_output_that_cannot_be_written_as_it_is(self):
        content = "\n".join(sending("abc", run="l\u00e4uft \u20ac")).encode()
        command = [VERIFY, "-"]
        done = subprocess.run(command, input=content, capture_output=True, timeout=seconds(60), check=False,
                              env={**os.environ, "PYTHONIOENCODING": "latin-1"})
        self.assertEqual((COMPLETE, b""), (done.returncode, done.stderr))
        self.assertIn(b" run l\xe4uft \\u20ac: 3 of 3 lines", done.stdout)
        for text, status in ((content, COMPLETE), (content.partition(b"\n")[2], INCOMPLETE)):
            reading, writing = os.pipe()
            os.close(reading)
            try:
                done = subprocess.run(command, input=text, stdout=writing, stderr=subprocess.PIPE, timeout=seconds(60), check=False)
            finally:
                os.close(writing)
            self.assertEqual((status, b""), (done.returncode, done.stderr))
        with open("/dev/full", "wb") as full:
            done = subprocess.run(command, input=content, stdout=full, stderr=subprocess.PIPE, timeout=seconds(60), check=False)
        self.assertEqual(UNWRITABLE, done.returncode)
        self.assertRegex(done.stderr, rb"\Avrni2syslog-verify: the report cannot be written: .*\n\Z")

    def test_quiet(self):
        self.assertEqual(b"", self.verify(self.run_of(), "--quiet").stdout)


FORMATS = ("rfc3164", "cef", "leef", "json", "json-syslog")
"""All that hold every field, but rfc5424."""

# How a format writes a text that somebody else has chosen.
ESCAPES = {
    "rfc3164": lambda text: text.replace('"', "'").replace("\\", "/").replace("]", ")"),
    "cef": lambda text: text.replace("\\", "\\\\").replace("=", "\\="),
    "leef": lambda text: text.replace("^", " ").replace("|", " "),
    "json": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "json-syslog": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
}
# Where such a text may be: in front of a field that every line has.
NAMED = {
    "rfc3164": (' flow_id="', ' src_vm_x="{}" flow_id="'), "cef": (" dvchost=", " shostx={} dvchost="),
    "leef": ("^flowId=", "^srcVmX={}^flowId="), "json": ('"flow_id":"', '"src_vm_x":"{}","flow_id":"'),
    "json-syslog": ('"flow_id":"', '"src_vm_x":"{}","flow_id":"'),
}


def as_another_sending(lines):
    """The lines of a run as those of its second sending, in any format."""
    for old, new in ((r'( run="[0-9a-f]{16}")', r'\1 attempt="2"'), (r"( vrni2syslogFlowRun=[0-9a-f]{16})", r"\1 vrni2syslogFlowAttempt=2"),
                     (r"(\^run=[0-9a-f]{16})", r"\1^vrniAttempt=2"), (r'("run":"[0-9a-f]{16}")', r'\1,"attempt":"2"')):
        lines = [re.sub(old, new, line) for line in lines]
    return lines


def as_rewritten(line):
    """A line as a collector stores it that writes a header of its own, or sorts the members of an object."""
    if line.startswith("{"):
        return json.dumps(json.loads(line), sort_keys=True)
    return re.sub(r"^<\d+>\S+ +\d+ [0-9:]+ (\S+) ", r"2025-06-01T12:34:56+00:00 \1 ", line)


class VerifyFormats(VerifyTest):
    """The same in every other format that has fields."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lines = {}
        for name in FORMATS:
            run = cls.simulator.run_program(
                cls.class_directory(), "--filter", "", "--dry-run", "--format", name, window=Window(DAY.start, DAY.start + HALF // 2))
            cls.lines[name] = run.lines

    def for_every_format(self, check):
        """Calls check(format, lines of a run)."""
        for name, lines in self.lines.items():
            with self.subTest(name):
                self.assertGreater(len(lines), 20)
                check(name, lines)

    def test_what_is_whole_is_complete_and_what_is_missing_or_changed_is_not(self):
        def check(_, lines):
            self.assertIn("SHA-256 as sent", self.assert_verdicts(lines, COMPLETE, "complete", options=("--digest", "require")))
            for i in (0, 7, len(lines) - 2):
                self.assert_verdicts(lines[:i] + lines[i + 1:], INCOMPLETE, "missing 1")
            self.assert_verdicts(lines[:-1], NO_MANIFEST, "unfinished")
            some = next(i for i, line in enumerate(lines) if "_TRAFFIC" in line)
            changed = [*lines[:some], lines[some].replace("_TRAFFIC", "_TRAFFIK", 1), *lines[some + 1:]]
            for bad in (changed, [lines[1], lines[0], *lines[2:]], [line for line in lines for _ in range(2)]):
                self.assert_verdicts(bad, INCOMPLETE, "digest differs")
                self.assert_verdicts(bad, COMPLETE, "counted", options=("--digest", "ignore"))
            self.assert_verdicts(lines + lines, COMPLETE, "complete")

        self.for_every_format(check)

    def test_lines_that_had_to_be_made_shorter(self):
        for name in FORMATS:
            with self.subTest(name):
                lines = self.run_of(FIRST, "--format", name, "--max-size", "1200")
                self.assertTrue(any(re.search('runcated(="?|":")1', line) for line in lines))
                self.assert_verdicts(lines, COMPLETE, "complete", options=("--digest", "require"))

    def test_what_was_sent_before(self):
        def check(_, lines):
            again = as_another_sending(lines)
            self.assertNotEqual(lines[0], again[0])
            text = self.assert_verdicts(lines[:20] + again, COMPLETE, "sent again", "counted", options=("--digest", "ignore"))
            self.assertRegex(text, "(?m)^counted .* attempt 2")
            self.assert_verdicts(lines[:20] + again[1:], INCOMPLETE, "unfinished", "missing 1", options=("--digest", "ignore"))

        self.for_every_format(check)

    def test_late_flows_make_up_for_nothing_but_late_flows(self):
        def check(_, lines):
            late = as_another_sending([re.sub(r"(?i)(run\W+)[0-9a-f]{16}", rf"\1{'d' * 16}", line) for line in lines])
            late = [line.replace("attempt", "late").replace("Attempt", "Late") for line in late]
            self.assert_verdicts(lines[:20] + late, INCOMPLETE, "unfinished", "counted", options=("--digest", "ignore"))

        self.for_every_format(check)

    def test_lines_behind_a_prefix_or_a_header_of_the_collector(self):
        def check(name, lines):
            prefixed = ["Nov 24 10:00:00 loghost " + line for line in lines]
            self.assertIn("SHA-256 as sent", self.assert_verdicts(prefixed, COMPLETE, "complete"))
            if name == "json-syslog":
                return  # its object alone looks like a line of json
            rewritten = list(map(as_rewritten, lines))
            self.assertIn("cannot be checked", self.assert_verdicts(rewritten, COMPLETE, "counted"))
            self.assert_verdicts(rewritten, INCOMPLETE, "digest unknown", options=("--digest", "require"))
            self.assert_verdicts(rewritten[1:], INCOMPLETE, "missing 1")

        self.for_every_format(check)

    def test_an_object_without_its_header_is_not_called_as_sent(self):
        objects = [line[line.index("{"):] for line in self.run_of(FIRST, "--format", "json-syslog")]
        self.assert_verdicts(objects, INCOMPLETE, "digest differs")
        self.assert_verdicts(objects, COMPLETE, "counted", options=("--digest", "ignore"))

    def test_members_may_be_in_another_order_and_behind_a_prefix(self):
        objects = [json.dumps(json.loads(line), sort_keys=True) for line in self.lines["json"]]
        for prefix in ("", "Nov 24 10:00:00 h tag: ", "<166>1 2026-11-24T10:00:00Z h app - - - "):
            lines = [prefix + one for one in objects]
            self.assert_verdicts(lines, COMPLETE, "counted")
            self.assert_verdicts(lines[1:], INCOMPLETE, "missing 1")

    def test_hostile_names_count_for_nothing(self):
        quoted = [line for lines in (*self.lines.values(), sending("a")) for line in lines[-2:]]
        def check(name, lines):
            old, new = NAMED[name]
            hostile = [line.replace(old, new.format(ESCAPES[name](text)), 1) for text, line in zip(itertools.cycle(quoted), lines[:-1])]
            self.assertFalse(set(hostile) & set(lines))
            hostile += lines[-1:]
            self.assert_verdicts(hostile, COMPLETE, "counted", options=("--digest", "ignore"))
            self.assert_verdicts(hostile[1:], INCOMPLETE, "missing 1", options=("--digest", "ignore"))
            # A collector may have put something before them, or replaced their headers.
            self.assert_verdicts(["h: " + line for line in hostile], COMPLETE, "counted", options=("--digest", "ignore"))
            if name != "json-syslog":
                self.assert_verdicts(list(map(as_rewritten, hostile)), COMPLETE, "counted", options=("--digest", "ignore"))

        self.for_every_format(check)

    def test_what_other_programs_say_is_doubtful(self):
        second = self.run_of(SECOND)

        def check(_, lines):
            others = ["<34>Nov 24 10:00:00 h sshd[1]: Invalid user " + line for line in lines]
            self.assert_verdicts(second + others, INCOMPLETE, "complete", "doubtful")
            text = self.assert_verdicts([*others[:1], *lines[1:]], COMPLETE, "complete")
            self.assertIn("SHA-256 as sent", text)

        self.for_every_format(check)

    def test_lines_that_are_torn(self):
        def check(_, lines):
            place = lines[0].index("TCP" if "TCP" in lines[0] else "UDP") if any(p in lines[0] for p in ("TCP", "UDP")) else 100
            text = self.assert_verdicts([lines[0][:place]] + lines[1:], INCOMPLETE, "missing 1")
            self.assertNotIn("Traceback", text)
            # The next line follows the torn one without a line feed.
            done = self.verify([lines[0][:200] + lines[0], *lines[1:]])
            self.assertRegex(done.stdout.decode(), "(?m)^complete .*SHA-256 as sent$\n1 line cut, damaged")
            for length in (10, 30):
                self.assert_verdicts([lines[0][:length] + lines[0], *lines[1:]], COMPLETE, "complete")

        self.for_every_format(check)

    def test_a_test_line_belongs_to_no_sending(self):
        tests = self.lines_of_tests()

        def check(name, lines):
            forms = [tests[name], "Nov 24 10:00:00 loghost " + tests[name]]
            if name != "json-syslog":
                forms.append(as_rewritten(tests[name]))
            for test in forms:
                text = self.assert_verdicts([test, *lines, test], COMPLETE, "complete")
                self.assertNotIn("damaged", text)
                self.assertIn("\n2 test lines of --send-test\n", text)

        self.for_every_format(check)
        self.assertIn("1 test line of", self.assert_verdicts([tests["rfc5424"], *self.run_of()], COMPLETE, "complete"))

    def lines_of_tests(self):
        """What --send-test sends, by format."""
        paths = {name: self.directory / f"{name}.log" for name in ("rfc5424", *FORMATS)}
        run = self.simulator.run_program(
            self.directory, "--check", "--send-test", "--state-dir", self.directory / "state",
            *(word for name, path in paths.items() for word in ("--collector", f"file://{path}?format={name}")), window=None)
        self.assert_exit(run, 0)
        return {name: path.read_text(encoding="utf-8").removesuffix("\n") for name, path in paths.items()}

    def test_what_only_calls_itself_a_test_line_is_told(self):
        tests = self.lines_of_tests()
        forgeries = {
            "rfc3164": [(TEST_TEXT[:11], FORGED_TEXT + " "), ("; no flow", "; " + FORGED_TEXT)],
            "cef": [("vrni2syslogFlowTest=1", "externalId=a act=DENY src=192.0.2.66"), ("Test=1", "Test=1 act=ALLOW shost=evil"),
                    (TEST_TEXT[:11], FORGED_TEXT + " "), ("|TEST|", "|FLOW_ALLOW|"), ("; no flow", "; no flow act=DENY")],
            "leef": [("vrniTest=1", "action=DENY^src=192.0.2.66"), ("vrniTest=1", "vrniTest=1^action=DENY^src=192.0.2.66"),
                     ("|TEST|", "|FLOW_ALLOW|"), ("cat=Test", "cat=Allow")],
            "json": [('"vrni":{', '"source":{"ip":"192.0.2.66"},"vrni":{'), ('"test":"1"', '"test":"1","action":"ALLOW","src_vm":"evil"'),
                     (TEST_TEXT[:11], FORGED_TEXT + " "), ('"kind":"event"', '"kind":"event","action":"allow"'), ("vrni.test", "vrni.flow"),
                     ("}}", '}} {"source":{"ip":"192.0.2.66"}}')]}
        forgeries["json-syslog"] = [*forgeries["json"], (" TEST ", " FLOW_ALLOW ")]
        def check(name, lines):
            for old, new in forgeries[name]:
                at = tests[name].rindex(old)
                forged = tests[name][:at] + new + tests[name][at + len(old):]
                for archive in ([*lines, forged], [lines[0], forged, *lines[1:]], [*lines, "Nov 24 10:00:00 loghost " + forged]):
                    text = self.assert_verdicts(archive, INCOMPLETE, "complete")
                    self.assertRegex(text, "1 line (cut, damaged|without structured data)", forged)
                    self.assertNotIn("test line", text, forged)

        self.for_every_format(check)

    def test_several_formats_in_one_file(self):
        lines = [*self.lines.values(), self.run_of()]
        mixed = [line for group in zip(*(one[-20:] for one in lines)) for line in group]
        mixed = [line for one in lines for line in one[:-20]] + mixed
        self.assert_verdicts(mixed, COMPLETE, *["complete"] * len(lines), options=("--digest", "require"))

    def test_what_one_run_has_sent_in_several_formats_is_a_sending_in_each(self):
        names = ["rfc5424", *FORMATS]
        paths = {name: self.directory / f"{name}.log" for name in names}
        run = self.simulator.run_program(
            self.directory, "--filter", "", "--state-dir", self.directory / "state",
            *(word for name, path in paths.items() for word in ("--collector", f"file://{path}?format={name}")), window=FIRST)
        self.assert_exit(run, 0)
        stored = [path.read_text(encoding="utf-8").split("\n")[:-1] for path in paths.values()]
        mixed = [line for group in zip(*stored, strict=True) for line in group]
        self.assert_verdicts(mixed, COMPLETE, *["complete"] * len(names), options=("--digest", "require"))
        for name, lines in zip(names, stored):
            with self.subTest(name):
                text = self.assert_verdicts(
                    [line for line in mixed if line != lines[3]], INCOMPLETE, "missing 1", *["complete"] * (len(names) - 1))
                missing = next(row for row in text.split("\n") if row.startswith("missing"))
                self.assertEqual(name != "rfc5424", f" {name.removesuffix('-syslog')}:" in missing)

    def test_lines_that_are_made_to_do_harm(self):
        cef = "CEF:0|vrni2syslog|vRNI flows|1.0|FLOW|Flow|1|rt="
        head = '{"@timestamp":"2025-06-01T09:00:00.000Z","ecs":'
        for name, line in (
                ("many CEF headers", ("<1>Nov 24 10:00:00 h " + cef) * 12_000), ("many CEF headers, rewritten", cef * 20_000),
                ("a huge time", f"<1>Nov 24 10:00:00 h {cef}1 start=" + "9" * 500_000),
                ("a time beyond all calendars", f"<1>Nov 24 10:00:00 h {cef}1 start=999999999999999999 end=1 vrni2syslogFlowRun=1"),
                ("many LEEF headers", "<1>Nov 24 10:00:00 h LEEF:2.0|vrni2syslog|vRNI flows|1.0|FLOW|^|" * 15_000),
                ("many attributes", "<1>Nov 24 10:00:00 h LEEF:2.0|vrni2syslog|vRNI flows|1.0|FLOW|^|" + "a=^" * 300_000),
                ("many objects", head * 20_000 + '"vrni.flow"'), ("deep objects", head + '{"a":' * 150_000 + '"vrni.flow"'),
                ("deep lists", head + "[" * 900_000 + '"vrni.flow"'), ("a huge number", head + "9" * 900_000 + ',"a":"vrni.flow"}'),
                ("no object", head + '1,"event":"vrni.flow"}'), ("numbers", head + '1,"event":{"dataset":"vrni.flow","start":1},"vrni":[]}'),
                ("not UTF-8", head + '1,"event":{"dataset":"vrni.flow","start":"\udcff"},"vrni":{}}'),
                ("many tags", "a:" * 500_000 + ' flow_id="'), ("a long tag", "a" * 1_000_000 + ' flow_id="'),
                ("many open quotes", ' a: a="' * 140_000 + ' flow_id="'), ("many fields", ' a: a="b"' * 110_000 + ' flow_id="')):
            with self.subTest(name):
                done = self.check_within(line.encode("utf-8", "surrogateescape"))
                self.assertEqual(NO_MANIFEST, done.returncode, (done.stdout + done.stderr)[-1000:])
                self.assertNotIn(b"Traceback", done.stderr)


if __name__ == "__main__":
    main()
