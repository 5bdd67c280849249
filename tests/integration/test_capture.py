"""--save-capture keeps a platform's answers and nothing secret, and --source file: makes the same lines of them."""

import gzip
import itertools
import json
import re
import shutil
import stat

from support.fake_platform import FETCH, SEARCH, Answer, FakePlatform, FakePlatformTest, json_answer
from support.peers import UnreliableCollector
from support.process import wait_until
from support.program import PASSWORD, run_program, start_program
from support.simulator import PASSWORD as SIMULATOR_PASSWORD
from support.simulator import Simulator
from support.testcase import IS_FULL, IntegrationTest, main

OK, USAGE, DATA, CANNOT_CREATE, IO, NO_PERMISSION = 0, 64, 65, 73, 74, 77
WINDOW = ("--since", "2025-06-01T00:00:00Z", "--until", "2025-06-01T01:00:00Z")

# Several pages and batches of names, and every kind of failure that is worth another try.
PLATFORM = ("--page-cap", "60", "--references", "unnamed", "--hostile", "0.2", "--ipv6", "0.2", "--throttle-every", "9",
            "--retry-after", "seconds:1", "--fail-every", "11", "--cut-every", "17", "--unauthorized-after", "7")


# What is left out of a line that is too long depends on how many digits the process id has.
NOT_TRUNCATED = ("--max-size", "1M")


def without_marks_of_the_run(lines):
    """Lines as they must be in every run: without process, run and attempt, and of a manifest no more than the number of flows."""
    same = []
    for line in lines:
        line = re.sub(r'^(\S+ \S+ \S+ \S+) \d+ ', r"\1 - ", re.sub(r' (run="[0-9a-f]{16}"|attempt="\d+")', "", line))
        if " MANIFEST [" in line:
            line = "MANIFEST " + re.search(r' flows="\d+"', line).group()
        same.append(line)
    return same


def texts_of(capture):
    """Name to content of the files of a capture, uncompressed."""
    return {path.name: gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            for path in sorted(capture.iterdir())}


def calls_of(capture):
    return [json.loads(text) for name, text in texts_of(capture).items() if name.endswith(".gz")]


class Replay(IntegrationTest):
    """One capture of a run over a difficult platform, which is gone when its capture is used."""

    @classmethod
    def setUpClass(cls):
        directory = cls.class_directory()
        cls.original = directory / "capture"
        simulator = Simulator(directory, *PLATFORM, flows=150)
        try:
            cls.run_of_capture = simulator.run_program(
                directory, "--filter", "", "--resolution", "8h", *NOT_TRUNCATED, "--dry-run", "--save-capture", cls.original)
            cls.statistics = simulator.statistics()
        finally:
            simulator.stop()

    def setUp(self):
        super().setUp()
        self.assert_exit(self.run_of_capture, OK)
        self.capture = self.directory / "capture"
        shutil.copytree(self.original, self.capture)

    def replay(self, *options, output="--dry-run", **more):
        return run_program(self.directory, "--source", f"file:{self.capture}", *NOT_TRUNCATED, *([output] if output else []),
                           *options, **more)

    def assert_refused(self, status, *texts, options=()):
        """One line says why, and standard output stays empty."""
        run = self.replay(*options)
        self.assert_exit(run, status, *texts)
        self.assertEqual(1, run.stderr.count("\n"), str(run))
        return run

    def test_the_capture_holds_what_makes_a_run_difficult(self):
        calls = calls_of(self.capture)
        self.assertLess({200, 401, 429, 503}, {call.get("status") for call in calls})
        self.assertIn("cut-off", {call["outcome"] for call in calls})
        self.assertEqual({"/search", "/entities/fetch", "/entities/names"}, {call["path"] for call in calls})
        self.assertIn(1, {call.get("retry_after_s") for call in calls})
        self.assertEqual(2, self.statistics["logins"])
        self.assertGreater(len(self.run_of_capture.lines), 150)

    def test_the_same_lines(self):
        run = self.replay(timeout=60)
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr)
        self.assertEqual(without_marks_of_the_run(self.run_of_capture.lines), without_marks_of_the_run(run.lines))

    def test_the_same_lines_into_a_collector_of_the_configuration_file(self):
        """What that file and the environment say of a platform does not count."""
        config = self.directory / "x.conf"
        config.write_text(f"platform-ip = 192.0.2.1\nyesterday = yes\nfilter = port = 1\nresolution = 1h\n"
                          f"collector = file://{self.directory}/flows.log\n", encoding="utf-8")
        run = self.replay("--config", config, output=None, variables={"VRNI2SYSLOG_PASSWORD_FILE": "/nonexistent"})
        self.assert_exit(run, OK)
        self.assertEqual((b"", ""), (run.stdout, run.stderr))
        lines = (self.directory / "flows.log").read_text(encoding="utf-8").split("\n")[:-1]
        self.assertEqual(without_marks_of_the_run(self.run_of_capture.lines), without_marks_of_the_run(lines))

    def test_a_deadline_that_every_pause_would_exceed(self):
        pauses = 0
        for path in self.capture.glob("*.json.gz"):
            call = json.loads(gzip.decompress(path.read_bytes()))
            if "retry_after_s" in call:
                pauses += 1
                path.write_bytes(gzip.compress(json.dumps({**call, "retry_after_s": 3600}).encode()))
        self.assertGreater(pauses, 1)
        self.assert_exit(self.replay("--deadline", "10m"), OK)

    def test_the_first_unit_of_the_window(self):
        """Later ones need names that the units before them have asked for."""
        run = self.replay("--since", "2025-06-01T00:00:00Z", "--until", "2025-06-01T08:00:00Z")
        self.assert_exit(run, OK)
        wanted = [line for line in self.run_of_capture.lines if 'window_start="2025-06-01T00:00:00Z"' in line]
        self.assertGreater(len(wanted), 10)
        self.assertEqual(without_marks_of_the_run(wanted), without_marks_of_the_run(run.lines))

    def test_another_format(self):
        run = self.replay("--format", "message", "--no-manifest")
        self.assert_exit(run, OK)
        self.assertTrue(all(line.startswith("vRNI-Flow: ") for line in run.lines))

    def test_what_was_not_captured_is_named(self):
        for options, text in (
            (("--filter", "port = 443"), "port = 443"), (("--resolution", "4h"), "POST /search"), (("--last", "1h"), "time_range"),
            (("--since", "2025-06-01T00:00:00Z", "--until", "2025-06-01T01:00:00Z"), "time_range"),
        ):
            with self.subTest(options):
                self.assert_refused(DATA, "is not among the", str(self.capture), text, options=options)

    def test_damaged_files(self):
        search = "000001-search.json.gz"
        for name, content, text in (
            (search, b"", "cut off"),
            (search, (self.original / search).read_bytes()[:-20], "cut off"),
            (search, b"<html>", "no gzip data"),
            (search, gzip.compress(b"<html>"), "Invalid value"),
            (search, gzip.compress(b" " * (300 * 1024 * 1024), 1), "unpacks to more than"),
            (search, gzip.compress(b'{"method": "POST", "path": "/search"}'), "how the call ended"),
            ("capture.json", b"{", "capture.json"),
            ("capture.json", b'{"format": 7, "program": "vrni2syslog 9.0"}', "made by vrni2syslog 9.0"),
            ("capture.json", b'{"format": 1, "options": {"collector": "tcp://192.0.2.1"}}', "takes no option 'collector'"),
        ):
            with self.subTest(name, expected=text):
                (self.capture / name).write_bytes(content)
                self.assert_refused(DATA, str(self.capture / name), text)
            shutil.copy(self.original / name, self.capture / name)

    def test_missing_files(self):
        calls = sorted(path.name for path in self.original.glob("*.gz"))
        for name, texts in (
            (calls[0], ("the file of call 000001 is missing",)), (calls[3], ("the file of call 000004 is missing",)),
            (calls[-1], ()), ("capture.json", ("capture.json: is not there",)),
        ):
            with self.subTest(name):
                (self.capture / name).unlink()
                run = self.replay()
                self.assert_exit(run, DATA, str(self.capture), *texts)
            shutil.copy(self.original / name, self.capture / name)

    def test_no_capture(self):
        self.capture = self.directory / "nothing"
        self.assert_refused(DATA, "is not there", str(self.capture))
        self.capture.mkdir()
        self.assert_refused(DATA, "is not there", str(self.capture))
        shutil.copy(self.original / "capture.json", self.capture)
        self.assert_refused(DATA, "holds no call")

    def test_options_that_exclude_a_replay(self):
        for options in (("--platform-ip", "vrni.local"), ("--username", "u"), ("--save-capture", "x")):
            with self.subTest(options):
                self.assert_refused(USAGE, f"{options[0]}", "--source", options=options)
        self.assert_exit(self.replay("--check", output=None), USAGE, "--check and --source")
        run = run_program(self.directory, "--dry-run", "--source", "https://vrni.local")
        self.assert_exit(run, USAGE, "--source: 'https://vrni.local' is not a source", "file:DIR")


class Capture(FakePlatformTest):
    def setUp(self):
        super().setUp()
        self.platform = self.start(FakePlatform(self.certificate))
        self.capture = self.directory / "capture"
        self.arguments = ("--platform-ip", f"127.0.0.1:{self.platform.port}", "--platform-ca-file", self.authority.ca_file,
                          "--filter", "", "--dry-run", *WINDOW, "--save-capture", self.capture)
        self.variables = {"VRNI2SYSLOG_PASSWORD": PASSWORD}

    def run_capture(self, *options, **more):
        return run_program(self.directory, *self.arguments, *options, variables=self.variables, **more)

    def replay(self):
        self.platform.stop()
        return run_program(self.directory, "--source", f"file:{self.capture}", "--dry-run")

    def test_nothing_secret_and_nothing_for_others(self):
        shown = set()

        def show_tokens(_):
            """An error page that shows what it was sent."""
            shown.update(self.platform.tokens)
            return Answer(("Authorization: NetworkInsight " + " ".join(self.platform.tokens)).encode(), status=503)

        self.platform.replace(SEARCH, show_tokens)
        self.platform.replace(FETCH, show_tokens)
        self.assert_exit(self.run_capture(), OK)
        self.assertEqual(1, len(shown))
        self.assertGreater(len(texts_of(self.capture)), 6)
        for name, text in texts_of(self.capture).items():
            self.assertEqual(stat.S_IMODE((self.capture / name).stat().st_mode), 0o600, name)
            for secret in (PASSWORD, *shown, "admin@local", "expiry"):
                self.assertNotIn(secret.encode(), text, name)
        self.assertEqual(stat.S_IMODE(self.capture.stat().st_mode), 0o700)
        self.assertEqual("Authorization: NetworkInsight <hidden>", calls_of(self.capture)[0]["answer"])
        self.assert_exit(self.replay(), OK)

    def test_a_call_is_readable(self):
        self.assert_exit(self.run_capture("--concurrency", "1"), OK)
        calls = calls_of(self.capture)
        # A page may be searched for before the flows of the one before it are fetched.
        paths = [call["path"] for call in calls]
        self.assertEqual(("/search", 3, 3), (paths[0], paths.count("/search"), paths.count("/entities/fetch")))
        self.assertEqual(25, json.loads(calls[0]["answer"])["total_count"])
        self.assertEqual(10, len(json.loads(calls[paths.index("/entities/fetch")]["request"])["entity_ids"]))
        for call in calls:
            self.assertEqual(("POST", "answered", 200), (call["method"], call["outcome"], call["status"]))
            self.assertGreaterEqual(call["took_ms"], 0)
            self.assertRegex(call["time"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_a_failed_run_fails_again_in_the_same_way(self):
        refusal = json_answer({"code": 403, "message": "no role for flows"}, status=403)
        for path in (SEARCH, FETCH):
            with self.subTest(path):
                self.platform.answer_honestly()
                self.platform.replace_always(path, refusal)
                shutil.rmtree(self.capture, ignore_errors=True)
                run = self.run_capture()
                self.assert_exit(run, NO_PERMISSION, "no role for flows", path)
                again = run_program(self.directory, "--source", f"file:{self.capture}", "--dry-run")
                self.assert_exit(again, NO_PERMISSION)
                # But for the account, which a replay has not.
                self.assertEqual(run.stderr, again.stderr)

    def test_a_run_that_was_killed_leaves_what_it_had(self):
        # The second page of the search never comes.
        self.platform.replace(SEARCH, self.platform.search, Answer(is_held=True))
        process = start_program(self.directory, *self.arguments, variables=self.variables)
        self.addCleanup(process.kill)
        wait_until((self.capture / "000002-entities-fetch.json.gz").exists, "two calls")
        process.kill()
        self.assertEqual(["000001-search.json.gz", "000002-entities-fetch.json.gz", "capture.json"],
                         sorted(path.name for path in self.capture.iterdir()))
        run = run_program(self.directory, "--source", f"file:{self.capture}", "--dry-run")
        self.assert_exit(run, DATA, "POST /search is not among the 2 calls of the capture")

    def test_into_a_collector(self):
        lines = self.directory / "flows.log"
        run = run_program(self.directory, *(a for a in self.arguments if a != "--dry-run"), "--collector", f"file://{lines}",
                          variables=self.variables)
        self.assert_exit(run, OK)
        again = self.replay()
        self.assert_exit(again, OK)
        self.assertEqual(without_marks_of_the_run(lines.read_text(encoding="utf-8").split("\n")[:-1]),
                         without_marks_of_the_run(again.lines))

    def test_a_directory_that_is_in_use_stays_as_it_is(self):
        self.capture.mkdir()
        (self.capture / "of-somebody-else").write_text("x", encoding="utf-8")
        self.assert_exit(self.run_capture(), CANNOT_CREATE, str(self.capture), "name a new or an empty directory")
        self.assertEqual(["of-somebody-else"], [path.name for path in self.capture.iterdir()])
        self.assertEqual([], self.platform.requests)

    def test_an_empty_directory_is_closed_to_others(self):
        self.capture.mkdir(mode=0o755)
        self.assert_exit(self.run_capture(), OK)
        self.assertEqual(stat.S_IMODE(self.capture.stat().st_mode), 0o700)

    def test_a_disk_that_is_full(self):
        limited = ("sh", "-c", 'trap "" XFSZ; ulimit -f 1; exec "$0" "$@"')
        self.platform.flows = [dict(flow, name=f"{number:032x}" * 100) for number, flow in enumerate(self.platform.flows)]
        # Answers that cannot be compressed to nearly nothing.
        self.platform.replace_always(SEARCH, Answer(bytes((i * i * 7 + i // 3) % 251 for i in range(200_000))))
        run = self.run_capture(through=limited)
        self.assert_exit(run, IO, "cannot write", str(self.capture), "File too large")
        self.assertEqual(["capture.json"], [path.name for path in self.capture.iterdir()])

    def test_no_capture_of_a_check(self):
        run = run_program(self.directory, *(a for a in self.arguments if a != "--dry-run"), "--check", "--collector", "-",
                          variables=self.variables)
        self.assert_exit(run, USAGE, "--check and --save-capture")
        self.assertFalse(self.capture.exists())


class RepeatedUnits(FakePlatformTest):
    """A collector that fails has a unit read twice, while its answers are kept or come from a capture."""

    def run_into(self, faults, *options, **more):
        """The lines that a collector got in the end, which failed before as `faults` say, after some lines."""
        collector = self.start(UnreliableCollector(faults, after=1))
        run = run_program(self.directory, "--collector", f"tcp://127.0.0.1:{collector.port}", "--deadline", "60s", "--report",
                          self.directory / "report.json", *options, **more)
        self.assert_exit(run, OK)
        collector.stop()
        report = json.loads((self.directory / "report.json").read_text())
        self.assertEqual(len(faults), report["totals"]["epochs_resent"])
        return collector.deliveries[-1].decode().split("\n")[:-1]

    def one_way_cursors(self, platform):
        """Every search has cursors of its own, as where they name a search that the platform keeps open. Flows come to the front
        with every search that begins, so that no two have the same pages."""
        numbers = itertools.count()

        def search(body):
            number = next(numbers)
            if not body.get("cursor"):
                platform.flows = platform.flows[-3:] + platform.flows[:-3]
                return self.marked(platform.search(body), number)
            return self.marked(platform.search({**body, "cursor": body["cursor"].split("/")[0]}), number)
        return search

    @staticmethod
    def marked(answer, number):
        content = json.loads(answer.body)
        if "cursor" in content:
            content["cursor"] += f"/{number}"
        return json_answer(content)

    def test_a_capture_in_which_every_unit_was_read_again(self):
        for faults in (["reset"], ["reset"] * 3):
            with self.subTest(faults):
                platform = self.start(FakePlatform(self.certificate))
                platform.replace_always(SEARCH, self.one_way_cursors(platform))
                capture = self.directory / f"capture-{len(faults)}"
                lines = self.run_into(
                    faults, "--platform-ip", f"127.0.0.1:{platform.port}", "--platform-ca-file", self.authority.ca_file,
                    "--filter", "", *WINDOW, "--save-capture", capture, variables={"VRNI2SYSLOG_PASSWORD": PASSWORD})
                platform.stop()
                wanted = sorted(without_marks_of_the_run(lines))
                self.assertEqual(26, len(wanted))
                source = ("--source", f"file:{capture}")
                dry = run_program(self.directory, *source, "--dry-run")
                self.assert_exit(dry, OK)
                self.assertEqual(wanted, sorted(without_marks_of_the_run(dry.lines)))
                # Into collectors that fail less often, as often, and more often than that of the captured run.
                for failing in ([], ["reset"], ["reset"] * 4) if IS_FULL else ([], ["reset"] * 2):
                    self.assertEqual(wanted, sorted(without_marks_of_the_run(self.run_into(failing, *source))))


class SimulatorSecrets(IntegrationTest):
    def test_no_file_holds_the_password(self):
        simulator = self.start(Simulator(self.directory, "--unauthorized-after", "2", flows=50))
        capture = self.directory / "capture"
        self.assert_exit(simulator.run_program(self.directory, "--dry-run", "--save-capture", capture), OK)
        for name, text in texts_of(capture).items():
            for word in (SIMULATOR_PASSWORD, "auth/token", "Authorization", "NetworkInsight", "password"):
                self.assertNotIn(word.encode(), text, name)


if __name__ == "__main__":
    main()
