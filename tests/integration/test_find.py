"""vrni2syslog-verify --find: the auditor's one question, who talked to whom and when, with the evidence of the answer. Its exit status tells
what was found from what is certainly not there, and from what nobody can prove."""

import re
import subprocess

from support.program import ROOT, seconds
from support.signed_archive import FORMATS, SignedChain, SigningKey
from support.simulator import Simulator
from support.testcase import IntegrationTest, main

VERIFY = ROOT / "packaging/vrni2syslog-verify"
FOUND, NOT_PROVABLE, NO_MANIFEST, NOT_FOUND, USAGE = 0, 1, 2, 3, 64
HOURS = [f"2025-06-01T{hour:02}:00:00Z" for hour in range(4)]
PERIOD = ("--since", HOURS[0], "--until", HOURS[3])


class Find(IntegrationTest):
    @classmethod
    def setUpClass(cls):
        cls.key, cls.other_key = (SigningKey(cls.class_directory(), name) for name in ("ours", "other"))

    def windows(self, name="rfc5424", **more):
        """Three windows of an hour with the flows 10.0.0.1 to 10.0.0.3 to 10.0.1.9, port 443."""
        chain = SignedChain(self.key, name)
        return [chain.send((1, 2, 3), HOURS[i], HOURS[i + 1], run=f"{i:04}", **more) for i in range(3)]

    def find(self, lines, question, *options, keys=True):
        arguments = ("--public-key", self.key.public_file) if keys else ()
        done = subprocess.run([VERIFY, "--find", question, *arguments, *options], capture_output=True, timeout=seconds(60), check=False,
                              input="".join(line + "\n" for line in lines).encode())
        text = (done.stdout + done.stderr).decode()
        self.assertNotIn("Traceback", text)
        return done.returncode, text

    def assert_answer(self, lines, question, status, count=None, options=PERIOD, keys=True):
        """The status, and how many lines are called found."""
        ended, text = self.find(lines, question, *options, keys=keys)
        self.assertEqual(status, ended, text)
        if count is not None:
            self.assertEqual(count, len(re.findall("(?m)^found ", text)), text)
        return text

    def test_what_is_there_is_found_in_every_format(self):
        for name in FORMATS:
            lines = [line for window in self.windows(name) for line in window]
            for question, count in (("src=10.0.0.2", 3), ("src=10.0.0.2,dst=10.0.1.9,port=443", 3), ("src=10.0.0.0/30,dst=10.0.1.0/24", 9),
                                    ("src=WEB-3,proto=tcp,action=allow", 3), ("dst=10.0.1.9,port=443", 9), ("flow_id=f1", 3)):
                with self.subTest(name, question=question):
                    text = self.assert_answer(lines, question, FOUND, count)
                    self.assertIn(f"signed and complete {HOURS[0]}/{HOURS[1]} run 0000: 3 of 3 lines", text)
                    self.assertIn(f"key {self.key.id}, signature ", text)
            for question in ("src=10.0.0.9", "src=10.0.0.2,port=80", "dst=10.0.0.2", "src=10.0.0.20", "src=web", "src=2001:db8::/32"):
                with self.subTest(name, question=question):
                    self.assert_answer(lines, question, NOT_FOUND, 0)

    def test_the_lines_and_their_places_are_shown(self):
        windows = self.windows()
        text = self.assert_answer([line for window in windows for line in window], "src=10.0.0.2", FOUND)
        self.assertIn(f"found          {HOURS[1]}/{HOURS[2]} -:6\n  {windows[1][1]}\n", text)
        self.assertIn("  manifest at -:8, SHA-256 of the lines ", text)

    def test_only_the_period_is_searched(self):
        lines = [line for window in self.windows() for line in window]
        self.assert_answer(lines, "src=10.0.0.2", FOUND, 1, options=("--since", HOURS[1], "--until", HOURS[2]))
        self.assert_answer(lines, "src=10.0.0.2", FOUND, 3, options=())
        text = self.assert_answer(lines, "src=10.0.0.9", NOT_PROVABLE, options=())
        self.assertIn("a period is proven only where --since and --until give it", text)

    def test_what_is_not_proven_is_no_answer(self):
        first, second, third = self.windows()
        forger = SignedChain(self.other_key)
        forged = forger.send((9,), HOURS[1], HOURS[2], run="forged")
        added = SignedChain(self.key).flow(9, start=HOURS[1], end=HOURS[2], run="0001")
        changed = second[0].replace("10.0.0.1", "10.0.0.9")
        for name, lines in (("a forged sending", [*first, *second, *third, *forged]), ("a line added", [*first, added, *second, *third]),
                            ("a line behind the manifest", [*first, *second, added, *third]),
                            ("a line changed", [*first, changed, *second[1:], *third])):
            with self.subTest(name):
                text = self.assert_answer(lines, "src=10.0.0.9", NOT_PROVABLE, 0)
                self.assertIn("not proven     ", text)

    def test_a_period_that_is_not_whole_proves_no_absence(self):
        first, second, third = self.windows()
        for name, lines in (("a line removed", [*first, *second[1:], *third]), ("a window removed", [*first, *third]),
                            ("the last window removed", [*first, *second]), ("unsigned", SignedChain(None).send((1,), HOURS[0], HOURS[3])),
                            ("another order", [*first, second[1], second[0], *second[2:], *third])):
            with self.subTest(name):
                self.assert_answer(lines, "src=10.0.0.9", NOT_PROVABLE, 0)
        # What is proven of it is found all the same.
        self.assert_answer([*first, *third], "src=10.0.0.2", FOUND, 2)
        self.assert_answer(["nothing"], "src=10.0.0.2", NO_MANIFEST)

    def test_lines_that_do_not_say_prove_no_absence(self):
        for name in FORMATS:
            chain = SignedChain(self.key, name)
            windows = [chain.send((1, 2), HOURS[0], HOURS[3], run="0000", left_out=3)]
            with self.subTest(name):
                self.assertIn("had been sent before", self.assert_answer(windows[0], "src=10.0.0.9", NOT_PROVABLE, 0))
        chain = SignedChain(self.key)
        without_port = chain.flow
        chain.flow = lambda number, **fields: without_port(number, **fields).replace(' dst_port="443"', "").replace(
            "] vRNI-Flow", ' truncated="1"] vRNI-Flow')
        lines = chain.send((1, 2), HOURS[0], HOURS[3])
        self.assertIn("2 lines that were rewritten, shortened", self.assert_answer(lines, "src=10.0.0.0/24,port=80", NOT_PROVABLE, 0))
        self.assert_answer(lines, "src=10.0.0.9,port=80", NOT_FOUND, 0)

    def test_without_a_key_the_answer_says_so(self):
        lines = [line for window in self.windows() for line in window]
        self.assertIn("no signature was checked", self.assert_answer(lines, "src=10.0.0.2", FOUND, 3, keys=False))

    def test_control_characters_are_not_shown(self):
        chain = SignedChain(self.key)
        lines = chain.send((1,), HOURS[0], HOURS[3], run="0000")
        hostile = [lines[0].replace("web-1", "web\x1b[2J\u202e\r"), *lines[1:]]
        text = self.find(hostile, "src=10.0.0.1", *PERIOD)[1]
        self.assertNotRegex(text, "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]")

    def test_questions_that_are_none(self):
        for question in ("", "src", "src=", "port=x", "port=70000", "src=10.0.0.0/40", "source=1", "src=a,src=b"):
            with self.subTest(question):
                self.assertEqual(USAGE, self.find([], question)[0])
        self.assertEqual(USAGE, self.find([], "src=a", "--report", "json")[0])

    def test_what_a_run_has_written_is_found_in_every_format(self):
        simulator = self.start(Simulator(self.directory, "--hostile", "0.2", "--ipv6", "0.3", flows=60))
        runs = {}
        for name in FORMATS:
            run = simulator.run_program(self.directory, "--filter", "", "--dry-run", "--format", name)
            self.assert_exit(run, 0)
            runs[name] = run.lines
        fields = [dict(re.findall(r' (src_ip|dst_ip|dst_port|flow_id)="([^"\\]*)"', line)) for line in runs["rfc5424"][:-1]]
        some = [next(one for one in fields if ":" in one["src_ip"] and one.get("dst_port")),
                next(one for one in fields if "." in one["src_ip"] and one.get("dst_port"))]
        for name, lines in runs.items():
            for one in some:
                question = f'src={one["src_ip"]},dst={one["dst_ip"]},port={one["dst_port"]},flow_id={one["flow_id"]}'
                with self.subTest(name, question=question):
                    self.assert_answer(lines, question, FOUND, 1, keys=False, options=())
            period = ("--since", "2025-06-01", "--until", "2025-06-02")
            self.assert_answer(lines, "src=192.0.2.254", NOT_FOUND, 0, keys=False, options=period)


if __name__ == "__main__":
    main()
