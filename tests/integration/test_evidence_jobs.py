"""What becomes of the evidence over the life of a job: archives that runs of vrni2syslog have written, checked by vrni2syslog-verify."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from support.expected_line import rfc3339
from support.job import CONFIGURATION, HOUR, OK, TEMPORARY, JobTest, seconds_of
from support.log_insight import LogInsight
from support.peers import UnreliableCollector
from support.program import ROOT, run_program, seconds
from support.testcase import main

VERIFY = ROOT / "packaging/vrni2syslog-verify"
COMPLETE, INCOMPLETE = 0, 1
GOOD = "signed and complete"
NOBODY = 65534


class EvidenceOfJobs(JobTest):
    flows = 60

    def setUp(self):
        super().setUp()
        self.archive = self.directory / "archive.log"
        self.url = f"file://{self.archive}"
        self.key = self.make_key("key")

    def make_key(self, name):
        """A private key in the directory of the test, with a file for its public key."""
        file = self.directory / f"{name}.pem"
        made = run_program(self.directory, "--make-manifest-key", file)
        self.assert_exit(made, OK)
        (self.directory / f"{name}-public.pem").write_bytes(made.stdout)
        return str(file)

    def run_signed(self, *more, ago=1, urls=None, key=None):
        return self.run_job(urls or [self.url], "--manifest-key", key or self.key, *more, ago=ago)

    def verify(self, content, *options, key="key"):
        """The exit status, the verdicts of sendings, those of gaps and chains, and the whole report. `content` are lines, or files."""
        files = [one for one in content if not isinstance(one, str)]
        lines = "".join(line + "\n" for line in content if isinstance(line, str))
        done = subprocess.run([VERIFY, "--public-key", self.directory / f"{key}-public.pem", *options, *files],
                              input=lines.encode(), capture_output=True, timeout=seconds(60), check=False)
        text = (done.stdout + done.stderr).decode()
        found = re.findall(r"(?m)^(\S+(?: [a-z0-9]+)*) +[0-9T:Z.-]+/[0-9T:Z.-]+ (run|of|in) ", text)
        return (done.returncode, sorted({word for word, kind in found if kind == "run"}),
                sorted(word for word, kind in found if kind != "run"), text)

    def assert_chains(self, content, *chains, sendings=(GOOD,), or_else=(), status=COMPLETE, options=(), key="key"):
        """All sendings have these verdicts, some of them perhaps those of `or_else`, and what is said of chains and gaps is this."""
        ended, told, of_chains, text = self.verify(content, *options, key=key)
        told = [verdict for verdict in told if verdict not in or_else]
        self.assertEqual((status, sorted(sendings), sorted(chains)), (ended, told, of_chains), text)
        return text

    def lines(self, path=None):
        return (path or self.archive).read_text(encoding="utf-8").splitlines()


class LifeOfAJob(EvidenceOfJobs):
    def test_everything_that_an_operator_does_to_a_job(self):
        self.assert_silent(self.run_signed(ago=9))
        first = seconds_of(re.search(' window_start="([^"]*)"', self.lines()[0])[1])
        self.assert_silent(self.run_signed("--resolution", "1h", ago=7))
        self.assert_silent(self.run_signed("--since", rfc3339(first), "--until", rfc3339(first + HOUR)))
        self.assert_chains([self.archive], "unbroken", "unbroken")
        # The key changes, and the old one signs the new one.
        new = self.make_key("new")
        self.assert_silent(self.run_signed("--previous-manifest-key", self.key, ago=6, key=new))
        self.assert_silent(self.run_signed(ago=5, key=new))
        period = ("--since", rfc3339(first), "--until", rfc3339(self.watermark()))
        text = self.assert_chains([self.archive], "unbroken", "unbroken", options=period)
        self.assertRegex(text, r"key [0-9a-f]{16} was introduced by key [0-9a-f]{16}")
        # The state is set back by an hour, and forgotten; a key is replaced without the old one; the state is lost.
        restarts = []
        for change, reason in ((lambda: self.operate("--set-watermark", rfc3339(self.watermark() - HOUR)), "set-watermark"),
                               (lambda: self.operate("--forget"), "forget"), (lambda: shutil.rmtree(self.state), "first")):
            change()
            self.assert_silent(self.run_signed(ago=3, key=new))
            restarts.append(reason)
            text = self.assert_chains([self.archive], *["unbroken"] * (2 + len(restarts)), *["restarted"] * len(restarts))
            self.assertEqual(restarts, re.findall("a chain begins here: (.*)", text))
        other = self.make_key("other")
        self.assert_exit(self.run_signed(ago=1, key=other), OK, "a new chain of manifests begins")
        self.assert_chains([self.archive], *["unbroken"] * 5, *["restarted"] * 3, sendings=(GOOD, "wrong key"), status=INCOMPLETE)

    def test_windows_without_flows(self):
        end = int(time.time()) // HOUR * HOUR
        for ago in (3, 1):
            self.assert_silent(self.run_signed("--filter", "port = 1", *self.up_to(end - ago * HOUR)))
        self.assertIn(": 26 manifests", self.assert_chains([self.archive], "unbroken"))
        lines = self.lines()
        self.assertEqual(26, len(lines))
        removed = [*lines[:12], *lines[13:]]
        self.assert_chains(removed, "gap", "unbroken", "unbroken", "window removed", status=INCOMPLETE)

    def test_a_collector_that_breaks_connections(self):
        """The lines of attempts in vain are in its files, too."""
        collector = self.start(UnreliableCollector(["reset", "close"], after=9000))
        urls = [f"tcp://127.0.0.1:{collector.port}"]
        run = self.run_signed("--log-level", "info", urls=urls, ago=5)
        self.assert_exit(run, OK, "attempt 2 was in vain")
        self.assert_silent(self.run_signed(urls=urls))
        collector.stop()
        text = self.assert_chains(collector.lines(), "unbroken", sendings=(GOOD, "sent again"))
        self.assertRegex(text, f"(?m)^{GOOD} .* attempt 3: ")
        self.assertIn(": 2 manifests", text)

    def test_a_run_in_vain_and_the_next_one(self):
        collector = self.start(UnreliableCollector(["reset"] * 50, after=9000))
        urls = [f"tcp://127.0.0.1:{collector.port}"]
        self.assert_exit(self.run_signed("--deadline", "2s", urls=urls, ago=5), TEMPORARY)
        collector.stop()
        later = self.start(UnreliableCollector(port=collector.port))
        self.assert_silent(self.run_signed(urls=urls))
        later.stop()
        self.assert_chains([*collector.lines(), *later.lines()], "unbroken", or_else=("sent again",))

    def test_the_archives_of_two_collectors(self):
        other = self.directory / "other.log"
        urls = [self.url, f"file://{other}"]
        self.assert_silent(self.run_signed(ago=9))
        self.assert_silent(self.run_signed(urls=urls, ago=5))
        self.assert_silent(self.run_signed(urls=urls))
        self.assert_chains([self.archive], "unbroken")
        self.assert_chains([other], "unbroken")
        # The second one has a chain of its own, so that the manifests of the same sendings differ.
        self.assertNotIn("unbroken", self.verify([self.archive, other], "--quiet")[3])
        self.assertEqual(INCOMPLETE, self.verify([self.archive, other])[0])

    def test_what_the_ingestion_api_has_stored(self):
        """Its texts carry the evidence, but not what the SHA-256 is over: the signatures hold, and lines can be counted."""
        server = self.start(LogInsight())
        for ago in (5, 3, 1):
            self.assert_exit(self.run_signed(urls=[server.url], ago=ago), OK)
        texts = [event["text"] for event in server.events]
        self.assert_chains(texts, "unbroken", sendings=("digest unknown",), status=INCOMPLETE)
        manifests = [number for number, text in enumerate(texts) if "vRNI-Manifest" in text]
        self.assertEqual(3, len(manifests))
        removed = [text for number, text in enumerate(texts) if not manifests[0] < number <= manifests[1]]
        self.assert_chains(removed, "gap", "unbroken", "unbroken", "window removed", sendings=("digest unknown",), status=INCOMPLETE)

    def test_a_job_that_sends_no_manifests_for_a_while(self):
        self.assert_silent(self.run_signed(ago=5))
        ends = self.values("  chain")
        self.assert_exit(self.run_signed("--no-manifest", ago=3), OK, "--no-manifest: nothing is signed with --manifest-key")
        self.assertEqual(ends, self.values("  chain"))
        self.assert_silent(self.run_signed(ago=1))
        self.assert_chains([self.archive], "unbroken", "gap", sendings=(GOOD, "unfinished"), status=INCOMPLETE)

    def test_a_check_says_what_is_wrong_with_the_key(self):
        def check(key):
            return self.run_signed("--check", key=key)

        self.assert_exit(check(self.key), OK)
        text = self.directory / "text.pem"
        text.write_text("no key\n", encoding="ascii")
        text.chmod(0o600)
        public = self.directory / "key-public.pem"
        public.chmod(0o600)
        for name, path, message in (("missing", self.directory / "none.pem", "No such file"),
                                    ("no key", text, "it is no private key in PEM"), ("the public key", public, "it is no private key in PEM"), ("a directory", self.directory, "")):
            with self.subTest(name):
                self.assert_exit(check(str(path)), CONFIGURATION, str(path), message)
        for name, change, message in (("written by others", lambda path: path.chmod(0o622), "can be written by others"),
                                      ("of another user", lambda path: os.chown(path, NOBODY, -1), "belongs to another user"),
                                      ("unreadable", lambda path: path.chmod(0), "Permission denied")):
            if (name == "of another user") != (os.getuid() == 0) and name != "written by others":
                continue  # only root can give a file away, and nothing is unreadable for root
            with self.subTest(name):
                path = Path(self.make_key(name.replace(" ", "-")))
                change(path)
                self.assert_exit(check(str(path)), CONFIGURATION, str(path), message)


class LateFlows(EvidenceOfJobs):
    """An hourly job; a third of the flows can be found half an hour after they began."""

    flows = 1500
    switches = ("--late-by", "0", "--late-by", "15", "--late-by", "30")

    def run_at(self, now, *more):
        self.simulator.set_index_clock(now)
        return self.run_job([self.url], "--manifest-key", self.key, "--settle", f"{int(time.time()) - now + 600}s", *more)

    def test_are_links_of_the_chain(self):
        now = int(time.time())
        for ago in range(5, 0, -1):
            self.assert_exit(self.run_at(now - ago * HOUR), OK)
        text = self.assert_chains([self.archive], "unbroken")
        late = re.findall(rf"(?m)^{GOOD} .* late: ", text)
        self.assertGreater(len(late), 1)
        self.assertIn(f": {5 + len(late)} manifests", text)
        # Nobody can take them away unseen, not even from behind the period. Only the last ones are the end of the chain.
        lines = self.lines()
        manifest = [line for line in lines if "MANIFEST" in line and " late=" in line][-2]
        run, start, end = (re.search(f' {name}="([^"]*)"', manifest)[1] for name in ("run", "window_start", "window_end"))
        removed = [line for line in lines if not (f' run="{run}"' in line and f' window_start="{start}"' in line)]
        self.assert_chains(removed, "unbroken", "unbroken", "window removed", status=INCOMPLETE)
        ended, told, of_chains, text = self.verify(removed, "--until", end)
        self.assertEqual((INCOMPLETE, [GOOD], True), (ended, told, "window removed" in of_chains), text)


if __name__ == "__main__":
    main()
