"""--setup in front of a person: what it asks, what it tries, and the files that it leaves."""

import os
import pty
import select
import signal
import stat
import subprocess
import time
import unittest

from support.certificates import CertificateAuthority
from support.fake_platform import SEARCH, Answer, FakePlatform
from support.peers import ScriptedPeer, server_context
from support.process import free_port
from support.program import BINARY, PASSWORD, environment, run_program, seconds
from support.testcase import IntegrationTest, main

OK, USAGE, CANNOT_CREATE, TEMPORARY, LOGIN_REFUSED = 0, 64, 73, 75, 77
QUESTIONS = {"platform": "Platform (", "account": "Account there", "password": "Its password", "trust": "To trust this certificate",
             "collector": "Collector ("}
"""How each question begins."""


class Person:
    """Somebody at a terminal who runs --setup."""

    def __init__(self, test, *arguments, through=(), program=BINARY, variables=None):
        self._controller, terminal = pty.openpty()
        test.addCleanup(os.close, self._controller)
        self.process = subprocess.Popen(
            [*through, program, "--setup", *map(str, arguments)], stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True,
            env=environment(test.directory, variables), cwd=test.directory, preexec_fn=lambda: self._begin(terminal))
        test.addCleanup(self.process.kill)
        os.close(terminal)
        self.seen = ""
        self._read_to = 0

    @staticmethod
    def _begin(terminal):
        """Makes the terminal the controlling one, and has Ctrl-C end what runs there, also where the test runs in the background."""
        os.close(os.open(os.ttyname(terminal), os.O_RDWR))
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    def _read(self):
        """Whether the program still shows something, or may do so."""
        if not select.select([self._controller], [], [], 0.1)[0]:
            return True
        try:
            part = os.read(self._controller, 65536)
        except OSError:
            return False  # the program has closed it
        self.seen += part.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(part)

    def answer(self, question, text):
        """Types `text` and Enter once the question is there."""
        self.wait_for(QUESTIONS[question])
        self.type(text + "\n")

    def type(self, text):
        os.write(self._controller, text.encode())

    def wait_for(self, text):
        end = time.monotonic() + seconds(60)
        while text not in self.seen[self._read_to:]:
            if not self._read() or time.monotonic() > end:
                raise AssertionError(f"{text!r} was not shown:\n{self.seen}")
        self._read_to = self.seen.index(text, self._read_to) + len(text)

    def end(self):
        """The exit status."""
        end = time.monotonic() + seconds(60)
        while self._read() and time.monotonic() < end:
            pass
        return self.process.wait(seconds(60))


class SetupTest(IntegrationTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        directory = cls.class_directory()
        cls.authority = CertificateAuthority(directory / "authority")
        cls.certificate = cls.authority.issue("server")
        cls.fingerprint = cls.certificate.fingerprint()

    def setUp(self):
        super().setUp()
        self.platform = self.start(FakePlatform(self.certificate))
        self.collector = self.start(ScriptedPeer(context=server_context(self.certificate)))
        self.file = self.directory / "jobs/main.conf"
        self.file.parent.mkdir(mode=0o700)

    def person(self, *arguments):
        return Person(self, "--config", self.file, *arguments)

    def answer_about_platform(self, person, password=PASSWORD):
        person.answer("platform", f"127.0.0.1:{self.platform.port}")
        person.answer("account", "admin@local")
        person.answer("password", password)

    def assert_private(self, name, content):
        path = self.file.parent / name
        self.assertEqual(0o600, stat.S_IMODE(path.stat().st_mode))
        self.assertEqual(content, path.read_text())


class Conversation(SetupTest):
    def test_a_job_with_pinned_certificates(self):
        person = self.person()
        self.answer_about_platform(person)
        person.answer("trust", self.fingerprint)
        person.answer("collector", f"localhost:{self.collector.port}")
        person.answer("trust", self.fingerprint)
        self.assertEqual(OK, person.end(), person.seen)
        self.assertNotIn(PASSWORD, person.seen)
        self.assertEqual(2, person.seen.count("FAILED: "), "each certificate is shown once before it is trusted")
        self.assertGreaterEqual(person.seen.count(self.fingerprint), 4)
        self.assertIn("openssl x509 -noout -fingerprint -sha256", person.seen)
        self.assertRegex(person.seen, r"(?m)^ok +login: admin@local")
        user = "root " if os.geteuid() == 0 else ""
        self.assertIn(f"15 * * * * {user}{BINARY} --config {self.file} --job main\n", person.seen)
        self.assert_private("main.password", PASSWORD + "\n")
        self.assertEqual(0o600, stat.S_IMODE(self.file.stat().st_mode))
        self.assertEqual(
            ["job = main", f"platform-ip = 127.0.0.1:{self.platform.port}", "username = admin@local", f"platform-fingerprint = {self.fingerprint}",
             f"collector = tls://localhost:{self.collector.port}?fingerprint={self.fingerprint}",
             f"password-file = {self.file.parent / 'main.password'}"],
            [line for line in self.file.read_text().splitlines() if not line.startswith("#")])
        self.assertFalse(self.platform.tokens, "every token was given back")

    def test_what_is_no_matter_of_trust(self):
        """Another address is asked for where the one that was given does not answer."""
        person = self.person()
        person.answer("platform", f"127.0.0.1:{free_port()}")
        person.answer("account", "admin@local")
        person.answer("password", PASSWORD)
        person.answer("platform", f"127.0.0.1:{self.platform.port}")
        person.answer("trust", self.fingerprint)
        person.answer("collector", f"localhost:{free_port()}")
        person.wait_for(QUESTIONS["collector"])
        person.type("\x03")
        self.assertEqual(TEMPORARY, person.end(), person.seen)

    def test_a_job_with_a_file_of_authorities_can_run(self):
        person = self.person()
        self.answer_about_platform(person)
        person.answer("trust", str(self.authority.ca_file))
        person.answer("collector", f"file://{self.directory / 'archive'}")
        self.assertEqual(OK, person.end(), person.seen)
        run = run_program(self.directory, "--config", self.file, "--job", "main", "--state-dir", self.directory / "state")
        self.assert_exit(run, OK)
        self.assertIn("MANIFEST", (self.directory / "archive").read_text())

    def test_after_a_check_that_fails_it_says_how_to_check_again(self):
        self.platform.replace_always(SEARCH, Answer(b'{"code": 403, "message": "no flows for you"}', status=403))
        person = self.person()
        self.answer_about_platform(person)
        person.answer("trust", self.fingerprint)
        person.answer("collector", f"file://{self.directory / 'archive'}")
        self.assertEqual(LOGIN_REFUSED, person.end(), person.seen)
        self.assertRegex(person.seen, "FAILED +search: ")
        self.assertIn(f"change {self.file}. Then check again:\n\n", person.seen)
        self.assertRegex(person.seen, rf"(?m)^(sudo -u vrni2syslog )?{BINARY} --config {self.file} --job main --check$")

    def test_a_wrong_password_is_asked_for_again(self):
        person = self.person()
        self.answer_about_platform(person, "wrong")
        person.answer("trust", self.fingerprint)
        person.answer("account", "admin@local")
        person.answer("password", PASSWORD)
        person.wait_for("ok: ")
        person.type("\x03")
        self.assertEqual(TEMPORARY, person.end(), person.seen)
        self.assertNotIn("wrong", person.seen)

    def test_the_password_is_not_sent_to_a_platform_that_is_not_trusted(self):
        person = self.person()
        self.answer_about_platform(person)
        person.wait_for(QUESTIONS["trust"])
        self.assertEqual([], self.platform.requests)
        person.type("\x03")
        self.assertEqual(TEMPORARY, person.end(), person.seen)

    def test_ctrl_c_leaves_nothing(self):
        for question in ("platform", "password"):
            with self.subTest(question):
                person = self.person()
                if question == "password":
                    person.answer("platform", "vrni.example.com")
                    person.answer("account", "admin@local")
                person.wait_for(QUESTIONS[question])
                person.type("\x03")
                self.assertEqual(TEMPORARY, person.end(), person.seen)
                self.assertEqual([], list(self.file.parent.iterdir()))


SERVICE_ID = 997
IN_A_MACHINE_WITH_THE_PACKAGE = ("unshare", "--mount", "--propagation", "private", "sh", "-c", f"""
    set -e
    mount -t tmpfs -o mode=755 tmpfs /var/lib
    mkdir -m 755 /var/lib/jobs
    mkdir -m 751 /var/lib/vrni2syslog
    chown {SERVICE_ID}:{SERVICE_ID} /var/lib/vrni2syslog
    cp /etc/passwd /etc/group /var/lib
    echo vrni2syslog:x:{SERVICE_ID}:{SERVICE_ID}::/var/lib/vrni2syslog:/usr/sbin/nologin >> /var/lib/passwd
    echo vrni2syslog:x:{SERVICE_ID}: >> /var/lib/group
    mount --bind /var/lib/passwd /etc/passwd
    mount --bind /var/lib/group /etc/group
    "$0" "$@"
    ls -ln /var/lib/jobs /var/lib/vrni2syslog
""")
"""Runs a command where there is the user of the service, and its state directory; nobody else sees them."""


@unittest.skipUnless(os.geteuid() == 0, "only root acts for the service")
class ForTheService(SetupTest):
    def setUp(self):
        super().setUp()
        if subprocess.run(["unshare", "--mount", "true"], check=False).returncode != 0:
            self.skipTest("this machine allows no mount namespace")

    def test_root_makes_a_job_of_the_service(self):
        person = Person(self, "--config", "/var/lib/jobs/main.conf", through=IN_A_MACHINE_WITH_THE_PACKAGE)
        self.answer_about_platform(person)
        person.answer("trust", self.fingerprint)
        person.answer("collector", f"localhost:{self.collector.port}")
        person.answer("trust", self.fingerprint)
        self.assertEqual(OK, person.end(), person.seen)
        self.assertRegex(person.seen, r"(?m)^ok +state: /var/lib/vrni2syslog/main\.state")
        self.assertIn(f"15 * * * * vrni2syslog {BINARY} --config /var/lib/jobs/main.conf --job main\n", person.seen)
        for name in ("main.conf", "main.password"):
            self.assertRegex(person.seen, rf"(?m)^-rw-r----- 1 0 {SERVICE_ID} .* {name}$")
        self.assertNotRegex(person.seen, r"(?m)^-.* 1 0 0 ", "nothing of root in the state directory")


class Refusals(SetupTest):
    def test_a_file_that_is_there(self):
        for name in ("main.conf", "main.password"):
            with self.subTest(name):
                path = self.file.parent / name
                path.write_text("precious\n")
                run = run_program(self.directory, "--setup", "--config", self.file)
                self.assert_exit(run, CANNOT_CREATE, str(path), "is there already")
                self.assertEqual("precious\n", path.read_text())
                path.unlink()

    def test_without_a_terminal(self):
        run = run_program(self.directory, "--setup", "--config", self.file)
        self.assert_exit(run, USAGE, "run it in a terminal")
        self.assertEqual([], list(self.file.parent.iterdir()))

    def test_other_options(self):
        for option in (("--check",), ("--platform-ip", "vrni"), ("--collector", "tls://log"), ("--password", PASSWORD)):
            with self.subTest(option[0]):
                run = run_program(self.directory, "--setup", "--config", self.file, *option)
                self.assert_exit(run, USAGE, option[0], "--setup")

    def test_a_file_of_another_name_than_the_job(self):
        run = run_program(self.directory, "--setup", "--config", self.file, "--job", "other")
        self.assert_exit(run, USAGE, "JOB.conf")
        run = run_program(self.directory, "--setup", "--config", self.directory / "no job.conf")
        self.assert_exit(run, USAGE, "--config")

    def test_a_name_that_no_job_can_have(self):
        run = run_program(self.directory, "--setup", "--job", "../etc")
        self.assert_exit(run, USAGE, "--job")
        self.assertNotIn("is there already", run.stderr)


if __name__ == "__main__":
    main()
