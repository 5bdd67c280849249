"""vrni2syslog-verify, which tells from a collector's files alone whether all is there: it never calls complete what is not, and never
missing what was sent again."""

import gzip
import re
import subprocess

from support.program import ROOT, seconds
from support.rsyslogd import Rsyslogd
from support.simulator import DAY, Simulator
from support.testcase import IntegrationTest, main
from support.expected_line import Window

VERIFY = ROOT / "packaging/vrni2syslog-verify"
COMPLETE, INCOMPLETE, NO_MANIFEST, USAGE, UNREADABLE = 0, 1, 2, 64, 66
HALF = (DAY.end - DAY.start) // 2
FIRST, SECOND = Window(DAY.start, DAY.start + HALF), Window(DAY.start + HALF, DAY.end)
FLOWS = 200


def with_attempt(lines, number):
    """The lines of a run as those of another sending."""
    return [re.sub(r'( run="[0-9a-f]{16}")', rf'\1 attempt="{number}"', line) if "MANIFEST" not in line
            else re.sub(r'\] vRNI-Manifest', rf' attempt="{number}"] vRNI-Manifest', line) for line in lines]


def without_header(lines):
    """As a collector writes lines with a header of its own."""
    return [re.sub(r"^<\d+>1 (\S+) (\S+) (\S+) (\S+) (\S+) ", r"Nov 24 10:00:00 loghost \3[\4]: \5 ", line) for line in lines]


class Verify(IntegrationTest):
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
        """The status, and how the first lines of the report begin."""
        done = self.verify(lines, *options)
        text = done.stdout.decode() + done.stderr.decode()
        self.assertEqual(status, done.returncode, text)
        for verdict, line in zip(verdicts, text.split("\n")):
            self.assertTrue(re.match(rf"{verdict}( |$)", line), f"{verdict} expected:\n{text}")
        return text

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
        self.assert_verdicts(mixed[1:], INCOMPLETE, *sorted(["missing 1", "complete"]), )

    def test_a_changed_line_and_another_order(self):
        lines = self.run_of()
        changed = [lines[0].replace('action="', 'action="X', 1)] + lines[1:]
        self.assertNotEqual(lines[0], changed[0])
        other_order = [lines[1], lines[0], *lines[2:]]
        for bad in (changed, other_order):
            self.assert_verdicts(bad, INCOMPLETE, "digest differs")
            self.assert_verdicts(bad, COMPLETE, "complete", options=("--digest", "ignore"))

    def test_lines_that_come_twice(self):
        lines = self.run_of()
        self.assert_verdicts(lines + lines, COMPLETE, "complete")
        doubled = [line for line in lines for _ in range(2)]
        self.assert_verdicts(doubled, INCOMPLETE, "digest differs")
        self.assert_verdicts(doubled, COMPLETE, "complete", options=("--digest", "ignore"))
        # What comes twice does not make up for what does not come.
        self.assert_verdicts([lines[0]] + [lines[0]] + lines[2:], INCOMPLETE, "missing 1")

    def test_a_sending_that_was_broken_off_and_sent_again(self):
        lines = self.run_of()
        again = with_attempt(lines, 2)
        # The digest is over the lines as they are sent.
        cases = {
            "without a manifest": lines[:50] + again,
            "with its manifest": lines[:50] + lines[60:] + again,
            "stored after the next one": again[:-1] + lines[:50] + again[-1:],
            "whole": lines + again,
        }
        for name, archive in cases.items():
            with self.subTest(name):
                text = self.assert_verdicts(archive, COMPLETE, options=("--digest", "ignore"))
                self.assertRegex(text, "(?m)^complete .* attempt 2")

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
        repeats = [*whole[:-1], whole[-1].replace("] vRNI-M", ' repeats="3"] vRNI-M')]
        self.assert_verdicts(broken[:30] + repeats, INCOMPLETE, "unfinished", "complete")

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
        self.assertIn("cannot be checked", self.assert_verdicts(without_header(lines), COMPLETE, "complete"))
        self.assert_verdicts(without_header(lines), INCOMPLETE, "digest unknown", options=("--digest", "require"))
        self.assert_verdicts(without_header(lines[1:]), INCOMPLETE, "missing 1")
        prefixed = ["Nov 24 10:00:00 loghost " + line for line in lines]
        self.assertIn("SHA-256 as sent", self.assert_verdicts(prefixed, COMPLETE, "complete"))
        marked = [line.replace(" [vrniflow", ' [meta x="[vrniflow@32473 \\" run=\\"y"][vrniflow') for line in lines]
        self.assert_verdicts(marked, COMPLETE, "complete")

    def test_lines_without_structured_data_prove_nothing(self):
        messages = self.run_of(FIRST, "--format", "message")
        text = self.assert_verdicts(messages, NO_MANIFEST)
        self.assertIn("lost their structured data", text)
        self.assert_verdicts([], NO_MANIFEST, "no manifest")

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
            self.assert_verdicts(hostile, COMPLETE, "complete", options=("--digest", "ignore"))
            self.assert_verdicts(hostile[1:], INCOMPLETE, "missing 1", options=("--digest", "ignore"))
            # In the line of another program.
            self.assert_verdicts([f"<34>1 2025-06-01T00:00:00Z h nginx 1 - - GET {text}"] + lines, COMPLETE, "complete")
        for text in (*escaped, " flow_id=", '\\" flow_id=\\"1', " run="):
            hostile = [line.replace(' proto="', f' src_vm_x="{text}" proto="') for line in lines]
            self.assert_verdicts(hostile, COMPLETE, "complete", options=("--digest", "ignore"))
            self.assert_verdicts(hostile[1:], INCOMPLETE, "missing 1", options=("--digest", "ignore"))

    def test_lines_that_are_torn(self):
        lines = self.run_of()
        for length in (10, 40, 300):
            torn = [lines[0][:length] + lines[0]] + lines[1:]
            with self.subTest(length):
                self.assert_verdicts(torn, COMPLETE, "complete")
                text = self.assert_verdicts([lines[0][:length]] + lines[1:], INCOMPLETE, "missing 1")
        self.assertIn("1 lines are cut or damaged", text)

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

    def test_what_it_cannot_do(self):
        self.assertEqual(UNREADABLE, self.verify_bytes(b"", self.directory / "none").returncode)
        self.assertEqual(USAGE, self.verify_bytes(b"", "--since", "yesterday").returncode)
        self.assertEqual(USAGE, self.verify_bytes(b"", "--no-such").returncode)

    def test_quiet(self):
        self.assertEqual(b"", self.verify(self.run_of(), "--quiet").stdout)


if __name__ == "__main__":
    main()
