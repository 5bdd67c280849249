"""What the program logs: one schema for every message in JSON, and levels for systemd's journal."""

import json
import os
import re
import socket
import subprocess
import unittest

from support.fake_platform import SEARCH, Answer, FakePlatform, FakePlatformTest
from support.process import free_port
from support.program import BINARY, PASSWORD, ROOT, environment, run_program, seconds
from support.testcase import main

try:
    import jsonschema
except ImportError:
    jsonschema = None

OK, USAGE, UNAVAILABLE, TEMPORARY, CONFIGURATION = 0, 64, 69, 75, 78
WINDOW = ("--since", "2025-06-01T00:00:00Z", "--until", "2025-06-01T01:00:00Z")
SCHEMA = json.loads((ROOT / "packaging/doc/log.schema.json").read_text())


class LogTest(FakePlatformTest):
    def setUp(self):
        super().setUp()
        self.platform = self.start(FakePlatform(self.certificate, count=3))
        self.password = self.directory / "password"
        self.password.write_text(PASSWORD + "\n")
        self.password.chmod(0o600)

    def options(self, *options):
        return [str(option) for option in (
            "--platform-ip", f"127.0.0.1:{self.platform.port}", "--platform-ca-file", self.authority.ca_file, "--filter", "",
            "--deadline", "30s", "--password-file", self.password, *options)]

    def configuration(self, text):
        config = self.directory / "main.conf"
        config.write_text(text)
        config.chmod(0o600)
        return config

    def job(self, *options):
        return self.options("--job", "nightly", "--state-dir", self.directory / "state", "--collector",
                            f"file://{self.directory}/flows.log", *options)


@unittest.skipUnless(jsonschema, "python3-jsonschema is not installed")
class Json(LogTest):
    def events(self, *arguments, status=OK, level="debug", **more):
        """The messages of a run, each of which must be as the schema says."""
        run = run_program(self.directory, *arguments, "--log-format", "json", "--log-level", level, **more)
        self.assertEqual(status, run.status, str(run))
        validator = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())
        messages = [json.loads(line) for line in run.stderr.splitlines()]
        for message in messages:
            validator.validate(message)
        return messages

    def test_has_the_figures_of_a_run_that_went_well(self):
        messages = self.events(*self.job("--resolution", "6h"))
        by_event = {message["event"]: message for message in messages}
        self.assertEqual({"collector_confirmed", "window_done", "run_done"} - set(by_event), set(), messages)
        self.assertEqual(3, by_event["window_done"]["flows"])
        self.assertRegex(by_event["window_done"]["window_start"], r"^20\d\d-.*Z$")
        self.assertEqual("consumed", by_event["collector_confirmed"]["verdict"])
        done = by_event["run_done"]
        self.assertEqual(("nightly", "info"), (done["job"], done["level"]))
        self.assertGreater(done["windows"], 3)
        line = (self.directory / "flows.log").read_text()
        self.assertIn(f'run="{done["run"]}"', line)
        self.assertIn(f' {done["pid"]} ', line)

    def test_has_the_exit_code_of_a_run_that_failed(self):
        self.platform.replace(SEARCH, Answer(status=503))
        messages = self.events(*self.job("--collector", f"tcp://127.0.0.1:{free_port()}", "--deadline", "3s"), status=TEMPORARY)
        self.assertEqual(("run_failed", "error", TEMPORARY, "nightly"),
                         tuple(messages[-1][name] for name in ("event", "level", "exit_code", "job")), messages)

    def test_tells_why_something_is_tried_again(self):
        self.platform.replace(SEARCH, Answer(status=503), Answer(status=503))
        messages = [message for message in self.events(*self.job()) if message["event"] == "platform_retry"]
        self.assertEqual([1, 2], [message["attempts"] for message in messages])
        self.assertGreater(messages[0]["delay_seconds"], 0)

    def test_tells_of_settings(self):
        messages = self.events(*self.options(*WINDOW, "--dry-run", "--insecure"), level="warning",
                               variables={"VRNI2SYSLOG_NO_OPTION": "x"})
        self.assertEqual({"setting_warning", "unknown_variable"}, {message["event"] for message in messages})
        self.assertNotIn("job", messages[0])

    def test_is_the_format_of_usage_errors_too(self):
        messages = self.events(*self.job("--settle", "soon"), status=USAGE)
        self.assertEqual(["run_failed"], [message["event"] for message in messages])
        self.assertEqual(USAGE, messages[0]["exit_code"])

    def test_is_the_format_of_errors_before_the_options_are_known(self):
        config = self.configuration("collecter = tcp://x\n")
        for arguments, status in (((), CONFIGURATION), (("--no-such-option",), USAGE), (("word",), USAGE)):
            with self.subTest(arguments):
                (message,) = self.events("--config", config, "--job", "main", *arguments, status=status)
                self.assertEqual(("run_failed", "main", status), tuple(message[name] for name in ("event", "job", "exit_code")))
        with self.subTest("of the environment, another variable of which is wrong"):
            run = run_program(self.directory, variables={"VRNI2SYSLOG_LOG_FORMAT": "json", "VRNI2SYSLOG_MARK_NEW": "perhaps"})
            self.assertEqual(CONFIGURATION, json.loads(run.stderr)["exit_code"])


class Schema(unittest.TestCase):
    def test_lists_the_events_of_the_program(self):
        source = (ROOT / "src/base/log_event.cpp").read_text()
        names = re.findall(r'std::string_view\("(\w+)"\)', source)
        self.assertEqual(names, [event["const"] for event in SCHEMA["properties"]["event"]["oneOf"]])

    def test_lists_the_fields_of_the_program(self):
        files = [path.read_text() for path in (ROOT / "src").rglob("*.cpp")]
        fields = {name for text in files for name in re.findall(r'(?:add_context\(|LogField(?: \w+)?\(|member\(|\{)\{?"(\w+)", ', text)}
        of_messages = {"time", "level", "event", "message"}
        self.assertEqual(set(), set(SCHEMA["properties"]) - of_messages - fields, "in the schema, but not in the program")


class Journal(LogTest):
    """Standard error is a socket, as it is in a service, and $JOURNAL_STREAM may name it or something else."""

    def run_service(self, *arguments, stream=None):
        ours, theirs = socket.socketpair()
        status = os.fstat(theirs.fileno())
        variables = {"JOURNAL_STREAM": stream or f"{status.st_dev}:{status.st_ino}"}
        process = subprocess.Popen([BINARY, *arguments], cwd=self.directory, stderr=theirs, stdout=subprocess.DEVNULL,
                                   env=environment(self.directory, variables))
        self.addCleanup(process.kill)
        theirs.close()
        ours.settimeout(seconds(60))
        said = b"".join(iter(lambda: ours.recv(65536), b"")).decode()
        ours.close()
        process.wait(seconds(60))
        return said

    def test_gets_the_level_in_front_of_each_message(self):
        said = self.run_service(*self.options(*WINDOW, "--dry-run", "--insecure", "--collector", "tcp://x", "--log-level", "info"))
        self.assertRegex(said, r"(?m)^<4>.*not verified")
        self.assertRegex(said, r"(?m)^<6>.*3 flows")
        self.assertNotIn("vrni2syslog: ", said)

    def test_gets_the_level_of_errors_that_come_before_options(self):
        self.assertRegex(self.run_service("--no-such-option"), r"^<3>.* \(exit code 64\)\n$")
        said = self.run_service(*self.job("--settle", "soon"))
        self.assertRegex(said, r"^<3>.* \(job nightly, exit code 64\)\n$")
        self.assertRegex(self.run_service("--log-format", "jsn", "--job", "main"), r"^<3>.* \(job main, exit code 64\)\n$")

    def test_gets_the_level_and_the_job_of_errors_of_the_configuration(self):
        config = self.configuration("collecter = tcp://x\n")
        said = self.run_service("--config", str(config), "--job", "main")
        self.assertRegex(said, r"^<3>.*main\.conf:1: .*collecter.* \(job main, exit code 78\)\n$")

    def test_gets_the_level_in_front_of_json(self):
        said = self.run_service(*self.options(*WINDOW, "--dry-run", "--insecure", "--log-format", "json"))
        self.assertRegex(said, r'^<4>\{"time":.*\}\n')

    def test_is_not_where_standard_error_is_something_else(self):
        said = self.run_service(*self.options(*WINDOW, "--dry-run", "--insecure"), stream="8:1")
        self.assertRegex(said, r"^vrni2syslog: warning: ")

    def test_can_be_written_to_on_request(self):
        run = run_program(self.directory, *self.options(*WINDOW, "--dry-run", "--insecure", "--log-format", "journal"))
        self.assertRegex(run.stderr, r"^<4>")


if __name__ == "__main__":
    main()
