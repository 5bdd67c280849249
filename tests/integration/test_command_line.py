"""The command line, the environment and the configuration file; what they refuse, and that secrets stay secret."""

import os
import pty
import re
import signal
import subprocess
import time
from pathlib import Path

from support.certificates import CertificateAuthority
from support.fake_platform import SEARCH, Answer, FakePlatform, FakePlatformTest
from support.peers import PythonCollector, read_frames, server_context
from support.process import free_port, wait_until
from support.program import BINARY, PASSWORD, environment, run_program, seconds, start_program
from support.testcase import main

FLOWS = 25
OK, USAGE, DATA, UNAVAILABLE, CANNOT_CREATE, TEMPORARY, NO_PERMISSION, CONFIGURATION = 0, 64, 65, 69, 73, 75, 77, 78
WINDOW = ("--since", "2025-06-01T00:00:00Z", "--until", "2025-06-01T01:00:00Z")

# For every option that takes a value, values that it must refuse. An empty one is refused by all but --filter.
BAD_VALUES = {
    "platform-ip": ["http://vrni.local", "a b", "vrni.local:0", "vrni.local:99999", "vrni.local:x", "[::1", "https://", "a/b@c"],
    "username": [],
    "password": [],
    "password-file": ["/nonexistent/password", "/"],
    "domain-type": ["KERBEROS", "LDAP"],
    "domain-value": [],
    "vidm-token-file": ["/nonexistent/token"],
    "vidm-token": [],
    "bearer-token-file": ["/nonexistent/token"],
    "bearer-token-command": [],
    "api-token-file": ["/nonexistent/token"],
    "api-token": [],
    "cloud-location": ["eu", "us uk"],
    "cloud-api-url": ["http://h", "h/a?b", "https://"],
    "cloud-auth-url": ["http://h", "a b"],
    "platform-ca-file": ["/nonexistent/ca.pem"],
    "platform-fingerprint": ["sha256:00", "md5:" + "0" * 32, "sha256:" + "g" * 64, "0" * 64],
    "concurrency": ["0", "33", "-1", "4x", "many", "99999999999999999999"],
    "keep-versions": ["0s", "-1d", "7", "x"],
    "keep-versions-size": ["0", "1023k", "-1G", "1T", "x", "2048G"],
    "refresh-names": ["0s", "-1d", "1", "never"],
    "answer-timeout": ["0s", "-1s", "1", "soon", "1y", "99999999999999999999s"],
    "last": ["0h", "24", "-24h", "24 hours", "h", "1e3h", "99999999999999999999d"],
    "since": ["yesterday", "2025-13-01", "2025-02-30", "2025-06-01T25:00", "2025-06-02", "now"],
    "until": ["tomorrow", "2025-02-29", "9999-01-01", "2024-06-01"],
    "time-zone": ["Mars/Olympus", "CEST-2", "../../etc/passwd", "europe amsterdam"],
    "settle": ["-1m", "x", "10"],
    "resolution": ["0s", "x", "-1h"],
    "recount": ["0s", "x", "-1h", "OFF"],
    "repeat-after": ["0s", "x", "-7d", "7"],
    "filter": [],
    "metrics": ["drops", "bytes,,packets", "bytes,bytes", ",", "BYTES"],
    "collector": [
        "vrli.example.com", "http://a", "tls://", "tcp://host:0", "tcp://host:70000", "tcp://host:x", "tcp://host?framing=crlf",
        "tcp://host?nonsense=1", "tls://host?fingerprint=sha256:1", "unix://relative", "file://relative", "tcp://a,,tcp://b", ",",
        "tcp://user@host", "relp2://host", "cfapi://h?api=v3", "cfapi://h?api=v2", "cfapi://h?provider=LDAP", "cfapi://h?agent=a/b",
        "cfapi://h?format=json", "cfapi+http://h?insecure=1", "cfapi://h?provider=Local", "cfapi://h?api=vcf9&user=u",
        "kafka://h", "kafka://h/a/b", "kafka://h/t?key=dst_ip", "kafka://h/t?sasl=plain&user=u", "kafka://h/t?rdkafka.acks=1",
        "cfapi://h?api=vcf9&provider=vIDM", "cfapi://h?api=v2&user=u&agent=0a-1"],
    "collector-ca-file": ["/nonexistent/ca.pem"],
    "collector-certificate": ["/nonexistent/client.pem"],
    "collector-key": ["/nonexistent/client.key"],
    "collector-password-file": ["/nonexistent/password"],
    "collector-password": ["x"],
    "collector-token-command": ["x"],
    "confirm": ["maybe", "Consumed "],
    "send-timeout": ["0s", "x"],
    "close-timeout": ["0s", "x"],
    "format": ["xml", "RFC 5424", "rfc5424,message"],
    "fields": ["src_ip,nonsense", "src_ip,,dst_ip", "src_ip,src_ip", ","],
    "sd-id": ["two words", "a=b@1", 'a"b@1', "x" * 33 + "@1", "name@", "name"],
    "sd-escape": ["none", "json"],
    "facility": ["local8", "24", "LOCAL4x"],
    "severity-allow": ["fatal", "8", "-1"],
    "severity-deny": ["fatal", "8"],
    "app-name": ["two words", "x" * 49, "n\u00e9"],
    "hostname": ["two words", "x" * 256],
    "max-size": ["0", "10", "-1", "1T", "big"],
    "manifest-key": ["/nonexistent/key.pem", "/dev/null"],
    "previous-manifest-key": ["/nonexistent/key.pem", "/dev/null"],
    "make-manifest-key": [],
    "save-capture": [],
    "source": ["https://vrni.local", "capture", "file:", "file://host/capture"],
    "completion": ["csh", "BASH", "bash zsh"],
    "config": ["/nonexistent/vrni2syslog.conf"],
    "state-dir": [],
    "job": ["a/b", "../x", ".hidden", "two words", "x" * 65],
    "lock-wait": ["x", "-1s"],
    "set-watermark": ["yesterday", "2025-13-01", "9999-01-01"],
    "give-up": ["yesterday", "2025-01-02/2025-01-01", "2025-01-01/"],
    "connect-timeout": ["0s", "x"],
    "deadline": ["0s", "x"],
    "report": ["/dev/null", "/tmp"],
    "prometheus-file": ["/dev/null", "/tmp"],
    "warning-age": ["0s", "x", "-1h", "25h"],
    "critical-age": ["0s", "x", "1h"],
    "log-level": ["verbose", "1"],
    "log-format": ["xml"],
    "vrli-server": ["a/b", "two words"],
    "vrli-port": ["0", "65536", "x", "-1"],
    "deployment-type": ["hosted", "x"],
}


class CommandLineTest(FakePlatformTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.platform = cls.start_for_class(FakePlatform(cls.certificate, count=FLOWS))

    @property
    def platform_arguments(self):
        return ("--platform-ip", f"127.0.0.1:{self.platform.port}", "--platform-ca-file", str(self.authority.ca_file))

    def run_with_password(self, *arguments, variables=None, **more):
        return run_program(
            self.directory, *arguments, variables={"VRNI2SYSLOG_PASSWORD": PASSWORD, **(variables or {})}, **more)

    def dry_run(self, *arguments, **more):
        return self.run_with_password(*self.platform_arguments, "--filter", "", *WINDOW, "--dry-run", *arguments, **more)

    def write(self, name, text, mode=0o600):
        path = self.directory / name
        path.write_text(text)
        path.chmod(mode)
        return path


class BadValues(CommandLineTest):
    def refuse(self, name, value, status=USAGE):
        arguments = [f"--{name}={value}"]
        is_of_cloud = name.startswith(("api-", "cloud-"))
        if name != "platform-ip" and not is_of_cloud:
            arguments += ["--platform-ip", "127.0.0.1:1"]
        if name == "until":
            arguments += ["--since", "2025-06-01"]
        if name == "since":
            arguments += ["--until", "2025-06-01"]
        if name == "collector-key":
            arguments += ["--collector-certificate", str(self.certificate.certificate_file)]
        if name == "vrli-port":
            arguments += ["--vrli-server", "vrli"]
        if name not in ("collector", "vrli-server", "vrli-port"):
            arguments += ["--collector", "tcp://127.0.0.1:1"]
        other_login = is_of_cloud or "token" in name or name in ("password-file", "password")
        variables = {} if other_login else {"VRNI2SYSLOG_PASSWORD": PASSWORD}
        run = run_program(self.directory, *arguments, "--connect-timeout=1s" if name != "connect-timeout" else "--insecure",
                          variables=variables)
        self.assertIn(run.status, (USAGE, CONFIGURATION), f"--{name}={value}\n{run}")
        if status is not None and not value.startswith("/"):
            self.assertEqual(status, run.status, f"--{name}={value}\n{run}")
        # A window is told as a whole, by the option that begins it.
        self.assertRegex(run.stderr, "--since|--until" if name == "until" else f"--{name}|{value}" if name == "config" else
                         f"--{name}", f"the option is named\n{run}")
        self.assertEqual(1, len(run.stderr.splitlines()), f"one line\n{run}")
        self.assertEqual(b"", run.stdout)

    def test_every_option_is_in_the_table(self):
        text = run_program(self.directory, "--help", "all").stdout.decode()
        options = set(re.findall(r"^ +(?:-\w, )?--([a-z-]+) [A-Z]", text, re.MULTILINE))
        self.assertEqual(set(BAD_VALUES), options)

    def test_every_option_refuses_bad_values(self):
        for name, values in BAD_VALUES.items():
            for value in values + ([""] if name != "filter" else []):
                with self.subTest(option=name, value=value):
                    self.refuse(name, value)

    def test_bad_values_in_the_configuration_file_name_the_line(self):
        for name in ("last", "collector", "facility", "max-size"):
            with self.subTest(option=name):
                path = self.write("bad.conf", f"# comment\nplatform-ip = 127.0.0.1:1\n{name} = {BAD_VALUES[name][0]}\n")
                run = self.run_with_password("--config", path, "--dry-run")
                self.assert_exit(run, CONFIGURATION, f"{path}:3")

    def test_bad_values_in_the_environment_name_the_variable(self):
        run = self.run_with_password("--platform-ip", "127.0.0.1:1", "--dry-run", variables={"VRNI2SYSLOG_LAST": "long"})
        self.assert_exit(run, CONFIGURATION, "VRNI2SYSLOG_LAST")

    def test_a_report_in_a_directory_that_is_not_there(self):
        """It could only be written when all is done; so it is told before."""
        run = self.dry_run("--report", self.directory / "nowhere/report.json")
        self.assert_exit(run, CANNOT_CREATE, "--report", "there is no directory", str(self.directory / "nowhere"))
        self.assertEqual(b"", run.stdout)

    def test_unknown_option(self):
        run = run_program(self.directory, "--colector", "tcp://host")
        self.assert_exit(run, USAGE, "--colector", "--collector")

    def test_options_are_not_abbreviated(self):
        self.assert_exit(run_program(self.directory, "--plat", "host"), USAGE, "--plat")

    def test_argument_that_is_no_option(self):
        self.assert_exit(run_program(self.directory, "vrni.local"), USAGE, "vrni.local")

    def test_missing_value(self):
        self.assert_exit(run_program(self.directory, "--platform-ip"), USAGE, "--platform-ip")

    def test_nothing_given(self):
        self.assert_exit(run_program(self.directory), USAGE, "--platform-ip")

    def test_no_collector(self):
        run = self.run_with_password("--platform-ip", "127.0.0.1:1")
        self.assert_exit(run, USAGE, "--collector", "--dry-run")

    def test_options_that_exclude_one_another(self):
        for options in (
            ("--last", "1h", "--yesterday"), ("--yesterday", "--since", "2025-06-01"), ("--last", "1h", "--since", "2025-06-01"),
            ("--dry-run", "--check"), ("--until", "2025-06-01"), ("--since", "2025-06-02", "--until", "2025-06-01"),
        ):
            with self.subTest(options=options):
                run = self.run_with_password("--platform-ip", "127.0.0.1:1", "--collector", "tcp://127.0.0.1:1", *options)
                self.assert_exit(run, USAGE, options[0])

    def test_hostile_arguments_stay_on_one_line(self):
        for argument in ("--x\n--y", "--last=\x1b[31m\n", "--\udcff\udcfe", "--" + "x" * 100_000):
            with self.subTest(argument=argument[:20]):
                run = run_program(self.directory, argument)
                self.assertIn(run.status, (USAGE, CONFIGURATION))
                self.assertEqual(1, len(run.stderr.splitlines()), str(run)[:500])
                self.assertNotIn("\x1b", run.stderr)
                self.assertLess(len(run.stderr), 2000)


class Files(CommandLineTest):
    def test_configuration_file_with_an_unknown_key(self):
        path = self.write("vrni2syslog.conf", "platform-ip = 127.0.0.1:1\n\ncolector = tcp://host\n")
        self.assert_exit(run_program(self.directory, "--config", path), CONFIGURATION, f"{path}:3", "colector", "collector")

    def test_configuration_file_with_a_line_that_is_none(self):
        path = self.write("vrni2syslog.conf", "platform-ip 127.0.0.1\n")
        self.assert_exit(run_program(self.directory, "--config", path), CONFIGURATION, f"{path}:1")

    def test_configuration_file_that_is_binary(self):
        path = self.directory / "vrni2syslog.conf"
        path.write_bytes(os.urandom(4096))
        run = run_program(self.directory, "--config", path)
        self.assert_exit(run, CONFIGURATION, str(path))
        self.assertEqual(1, len(run.stderr.splitlines()))

    def test_configuration_file_that_is_a_directory(self):
        self.assert_exit(run_program(self.directory, "--config", self.directory), CONFIGURATION, str(self.directory))

    def test_files_that_may_not_be_read(self):
        # Root may read every file, unless it goes without these capabilities.
        through = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
        for option in ("--config", "--password-file", "--platform-ca-file"):
            with self.subTest(option):
                path = self.write("secret", "text\n", mode=0)
                run = run_program(self.directory, *self.platform_arguments, "--dry-run", option, path, through=through)
                self.assert_exit(run, CONFIGURATION, str(path))

    def test_password_files(self):
        for name, text in (("line feed", PASSWORD + "\n"), ("none", PASSWORD), ("carriage return", PASSWORD + "\r\n"),
                           ("second line", PASSWORD + "\nsecond\n")):
            with self.subTest(name):
                path = self.write("password", text)
                run = run_program(self.directory, *self.platform_arguments, "--filter", "", *WINDOW, "--dry-run",
                                  "--password-file", path)
                self.assert_exit(run, OK)
                self.assertEqual("", run.stderr)

    def test_password_file_that_others_can_read(self):
        path = self.write("password", PASSWORD, mode=0o644)
        run = run_program(self.directory, *self.platform_arguments, *WINDOW, "--dry-run", "--password-file", path)
        self.assert_exit(run, OK, "warning", "chmod 600")

    def test_empty_password_file(self):
        path = self.write("password", "\n")
        run = run_program(self.directory, *self.platform_arguments, "--dry-run", "--password-file", path)
        self.assert_exit(run, CONFIGURATION, str(path))

    def test_systemd_credential(self):
        (self.directory / "credentials").mkdir()
        self.write("credentials/vrni2syslog.password", PASSWORD + "\n")
        run = run_program(self.directory, *self.platform_arguments, *WINDOW, "--dry-run",
                          variables={"CREDENTIALS_DIRECTORY": str(self.directory / "credentials")})
        self.assert_exit(run, OK)

    def test_no_password_at_all(self):
        run = run_program(self.directory, *self.platform_arguments, "--dry-run")
        self.assert_exit(run, USAGE, "--password-file", "VRNI2SYSLOG_PASSWORD")


class Precedence(CommandLineTest):
    """Command line before environment before configuration file before defaults."""

    def app_name(self, *arguments, variables=None):
        run = self.dry_run(*arguments, variables=variables)
        self.assert_exit(run, OK)
        return run.lines[0].split(" ")[3]

    def test_end_to_end(self):
        path = self.write("vrni2syslog.conf", "app-name = from-file\nhostname = host-of-file\n")
        variables = {"VRNI2SYSLOG_APP_NAME": "from-environment"}
        self.assertEqual("vrni2syslog", self.app_name())
        self.assertEqual("from-file", self.app_name("--config", path))
        self.assertEqual("from-environment", self.app_name("--config", path, variables=variables))
        self.assertEqual("from-argument", self.app_name("--config", path, "--app-name", "from-argument", variables=variables))
        self.assertEqual("from-file", self.app_name(variables={"VRNI2SYSLOG_CONFIG": str(path)}))

    def test_the_same_for_underscores(self):
        self.assertEqual("x", self.app_name("--app_name", "x"))
        path = self.write("vrni2syslog.conf", "app_name = y\n")
        self.assertEqual("y", self.app_name("--config", path))

    def test_last_of_two_counts(self):
        self.assertEqual("second", self.app_name("--app-name", "first", "--app-name=second"))

    def test_window_of_the_command_line_replaces_that_of_the_file(self):
        path = self.write("vrni2syslog.conf", "yesterday = yes\n")
        self.assert_exit(self.dry_run("--config", path), OK)

    def test_print_config_shows_all_of_it_but_the_secrets(self):
        path = self.write("vrni2syslog.conf", "facility = local0\napp-name = hidden-by-environment\n")
        run = run_program(
            self.directory, "--config", path, "--platform-ip", "vrni.local", "--password", PASSWORD, "--print-config",
            variables={"VRNI2SYSLOG_APP_NAME": "from-environment"})
        self.assert_exit(run, OK)
        text = run.stdout.decode()
        for line in ("platform-ip = vrni.local", "app-name = from-environment", "facility = local0", "settle = 10m"):
            self.assertIn(line + "\n", text)
        self.assertNotIn("hidden-by-environment", text)
        self.assertNotIn(PASSWORD, text + run.stderr)

    def test_printed_configuration_can_be_read_again(self):
        arguments = (*self.platform_arguments, "--filter", "", *WINDOW, "--app-name", "again")
        printed = run_program(self.directory, *arguments, "--print-config")
        path = self.write("again.conf", printed.stdout.decode())
        run = self.run_with_password("--config", path, "--dry-run")
        self.assert_exit(run, OK)
        self.assertEqual(FLOWS + 1, len(run.lines))
        self.assertIn(" again ", run.lines[0])


class Script(CommandLineTest):
    """The command line of flows_to_vrli.py works as it stands."""

    def test_verbatim(self):
        collector_certificate = self.authority.issue("vrli")
        collector = self.start(PythonCollector(server_context(collector_certificate)))
        run = run_program(
            self.directory, "--deployment_type", "onprem", "--platform_ip", f"127.0.0.1:{self.platform.port}", "--username",
            "admin@local", "--password", PASSWORD, "--domain_type", "LOCAL", "--vrli_server", "localhost", "--vrli_port",
            collector.port, "--insecure")
        self.assert_exit(run, OK, "--password", "--insecure")
        self.assertNotIn(PASSWORD, run.stderr)
        collector.stop()
        frames = read_frames(collector.received)
        self.assertEqual(FLOWS + 1, len(frames))
        self.assertIn(b"vRNI-Flow: ", frames[0])

    def test_ldap(self):
        run = run_program(
            self.directory, "--platform_ip", f"127.0.0.1:{self.platform.port}", "--username", "user@example.com", "--password",
            PASSWORD, "--domain_type", "LDAP", "--domain_value", "example.com", "--insecure", "--dry-run")
        self.assert_exit(run, OK)

    def test_window_in_the_filter(self):
        run = self.run_with_password(
            *self.platform_arguments, "--dry-run", "--filter", "((flow_tag = TAG_SRC_IP_VM)) in last 2 hours", "--log-level", "info")
        self.assert_exit(run, OK)
        start, end = (re.search(rf'{name}="([^"]*)"', run.lines[0]).group(1) for name in ("window_start", "window_end"))
        length = [time.strptime(text, "%Y-%m-%dT%H:%M:%SZ") for text in (start, end)]
        self.assertEqual(7200, time.mktime(length[1]) - time.mktime(length[0]))
        self.assertRegex(run.stderr, f"(?m)^vrni2syslog: --filter: 'in last ...' at its end names the window of the run: {start} to {end}$")


class Information(CommandLineTest):
    def test_help_fits_one_screen(self):
        run = run_program(self.directory, "--help")
        self.assert_exit(run, OK)
        self.assertLessEqual(max(map(len, run.lines)), 80)
        self.assertLessEqual(len(run.lines), 40)
        self.assertEqual(run.stdout, run_program(self.directory, "-h").stdout)

    def test_help_about_a_topic(self):
        for topic, text in (("all", "Exit codes:"), ("collectors", "--confirm WHAT"), ("confirm", "orderly close"),
                            ("--confirm", "orderly close")):
            with self.subTest(topic):
                run = run_program(self.directory, "--help", topic)
                self.assert_exit(run, OK)
                self.assertIn(text, run.stdout.decode())
                self.assertEqual(run.stdout, run_program(self.directory, f"--help={topic}").stdout)

    def test_help_about_nothing_known(self):
        run = run_program(self.directory, "--help", "confrm")
        self.assert_exit(run, USAGE, "did you mean confirm?")
        self.assertEqual(b"", run.stdout)

    def test_version(self):
        run = run_program(self.directory, "--version")
        self.assert_exit(run, OK)
        self.assertRegex(run.lines[0], r"^vrni2syslog \d+\.\d+\.\d+$")

    def test_help_into_a_pipe_that_closes(self):
        done = subprocess.run(["bash", "-o", "pipefail", "-c", f'"{BINARY}" --help | head -n 1'], capture_output=True, text=True,
                              timeout=seconds(120), check=False)
        self.assertEqual((0, ""), (done.returncode, done.stderr))

    def test_json_log(self):
        run = self.dry_run("--log-format", "json", "--insecure")
        self.assert_exit(run, OK)
        self.assertRegex(run.stderr, r'^\{.*"warning".*\}\n')


class Check(CommandLineTest):
    def check(self, *arguments, **more):
        return self.run_with_password(*self.platform_arguments, *WINDOW, "--check", *arguments, **more)

    def test_every_step_is_told(self):
        authority = CertificateAuthority(self.directory / "collectors")
        certificate = authority.issue("vrli", ends=60)
        secured = self.start(PythonCollector(server_context(certificate)))
        plain = self.start(PythonCollector())
        run = self.check("--collector", f"tls://localhost:{secured.port}", "--collector-ca-file", authority.ca_file,
                         "--collector", f"tcp://127.0.0.1:{plain.port}")
        self.assert_exit(run, OK)
        text = run.stdout.decode()
        for step, told in (
            ("platform name", "127.0.0.1 is an address"),
            ("platform TLS", f"certificate CN=platform, expires {self.certificate.expiry()}, {self.certificate.fingerprint()}"),
            ("login", "admin@local .*"), ("search", f"{FLOWS} flows from .*"),
            (f"collector tls://localhost:{secured.port} open",
             rf"127\.0\.0\.1:{secured.port}, TLSv1\.3, certificate CN=vrli, expires {certificate.expiry()}, {certificate.fingerprint()}"),
            (f"collector tcp://127.0.0.1:{plain.port} open", f"127.0.0.1:{plain.port}"),
        ):
            self.assertRegex(text, f"(?m)^ok +{step}: {told}$")
        self.assertTrue(all(line.startswith("ok") for line in run.lines), text)
        for collector in (secured, plain):
            collector.stop()
            self.assertEqual(b"", collector.received, "no flow is sent")

    def test_certificates_that_nobody_verifies_are_told(self):
        authority = CertificateAuthority(self.directory / "collectors")
        secured = self.start(PythonCollector(server_context(authority.issue("vrli"))))
        run = self.check("--collector", f"tls://localhost:{secured.port}?insecure=1")
        self.assertEqual(OK, run.status, str(run))
        text = run.stdout.decode()
        self.assertRegex(text, r"(?m)^ok +platform TLS: certificate .*, sha256:[0-9a-f]+$")
        self.assertRegex(text, r"(?m)^ok +collector .* open: .*certificate CN=vrli, .*, not verified$")

    def test_collector_that_is_down(self):
        url = f"tcp://127.0.0.1:{free_port()}"
        run = self.check("--collector", url)
        self.assertEqual(UNAVAILABLE, run.status, str(run))
        failed = [line for line in run.lines if line.startswith("FAILED")]
        self.assertEqual(1, len(failed), str(run))
        self.assertIn(url, failed[0])

    def test_without_a_collector_checks_the_platform(self):
        run = self.check()
        self.assertEqual(USAGE, run.status, str(run))
        text = run.stdout.decode()
        for step in ("platform TLS", "login", "search"):
            self.assertRegex(text, rf"(?m)^ok +{step}: ")
        self.assertRegex(text, r"(?m)^FAILED +collector: none is given, .*--collector URL")

    def test_login_that_is_refused(self):
        run = self.check("--collector", "-", variables={"VRNI2SYSLOG_PASSWORD": "wrong"})
        self.assertEqual(NO_PERMISSION, run.status, str(run))
        self.assertRegex(run.stdout.decode(), r"(?m)^FAILED +login")

    def test_platform_that_is_not_there(self):
        begin = time.monotonic()
        run = self.run_with_password(
            "--platform-ip", f"127.0.0.1:{free_port()}", *WINDOW, "--check", "--collector", "-", "--deadline", "10m")
        self.assertLess(time.monotonic() - begin, seconds(60))
        self.assertEqual(UNAVAILABLE, run.status, str(run))

    def test_platform_whose_name_nobody_knows(self):
        run = self.run_with_password("--platform-ip", "vrni.invalid", *WINDOW, "--check", "--collector", "-", "--deadline", "3s")
        self.assertEqual(UNAVAILABLE, run.status, str(run))
        self.assertIn("vrni.invalid", run.stdout.decode())

    def test_certificate_that_is_not_trusted(self):
        run = self.run_with_password("--platform-ip", f"127.0.0.1:{self.platform.port}", *WINDOW, "--check", "--collector", "-")
        self.assertEqual(UNAVAILABLE, run.status, str(run))
        self.assertIn(self.certificate.fingerprint(), run.stdout.decode())


class Secrets(CommandLineTest):
    def slow_platform(self):
        platform = self.start(FakePlatform(self.certificate, count=FLOWS))
        platform.replace(SEARCH, Answer(is_held=True))
        return platform

    def test_never_in_any_output(self):
        """Of successful and failed runs, at the most talkative."""
        for arguments in ((), ("--filter", "x"), ("--platform-ip", "127.0.0.1:1", "--deadline", "2s"), ("--print-config",),
                          ("--check",)):
            with self.subTest(arguments=arguments):
                dry_run = () if "--check" in arguments else ("--dry-run",)
                run = self.run_with_password(*self.platform_arguments, *WINDOW, "--collector", "-", "--log-level", "debug",
                                             *dry_run, *arguments)
                self.assertNotIn(PASSWORD, run.stderr + run.stdout.decode())
                self.assertNotIn("token+/", run.stderr)

    def test_not_in_the_process_list(self):
        platform = self.slow_platform()
        for option in (("--password", PASSWORD), (f"--password={PASSWORD}",)):
            with self.subTest(option=option):
                process = self.start(start_program(
                    self.directory, "--platform-ip", f"127.0.0.1:{platform.port}", "--platform-ca-file",
                    str(self.authority.ca_file), "--dry-run", *WINDOW, *option))
                process.wait_until(lambda: platform.calls(SEARCH) > 0, "the first search")
                command_line = Path(f"/proc/{process.pid}/cmdline").read_bytes()
                self.assertIn(b"--platform-ip", command_line)
                self.assertNotIn(PASSWORD.encode(), command_line)
                process.stop()
                platform.requests.clear()
                platform.replace(SEARCH, Answer(is_held=True))

    def start_on_terminal(self):
        """A run that asks for the password; the terminal's other end, and what it shows by then."""
        controller, terminal = pty.openpty()
        self.addCleanup(os.close, controller)
        process = subprocess.Popen(
            [BINARY, *self.platform_arguments, "--filter", "", *WINDOW, "--dry-run"], stdin=terminal, stdout=subprocess.PIPE,
            stderr=terminal, env=environment(self.directory), start_new_session=True, cwd=self.directory,
            preexec_fn=lambda: os.close(os.open(os.ttyname(terminal), os.O_RDWR)))  # makes it the controlling one
        self.addCleanup(process.kill)
        os.close(terminal)
        shown = b""
        while b"assword" not in shown:
            shown += os.read(controller, 4096)
        return process, controller, shown

    @staticmethod
    def rest_shown(controller):
        shown = b""
        try:
            while part := os.read(controller, 65536):
                shown += part
        except OSError:
            pass  # the program has closed it
        return shown

    def test_asked_for_on_a_terminal_without_an_echo(self):
        process, controller, shown = self.start_on_terminal()
        os.write(controller, PASSWORD.encode() + b"\n")
        lines = process.stdout.read().splitlines()
        process.stdout.close()
        self.assertEqual(OK, process.wait(seconds(60)))
        self.assertEqual(FLOWS + 1, len(lines))
        self.assertNotIn(PASSWORD.encode(), shown + self.rest_shown(controller))

    def test_interrupted_at_the_prompt(self):
        """As Ctrl-C ends the program elsewhere; the terminal is as it was."""
        for name, interrupt in (("Ctrl-C", lambda process, controller: os.write(controller, PASSWORD.encode() + b"\x03")),
                                ("SIGINT", lambda process, _: process.send_signal(signal.SIGINT))):
            with self.subTest(name):
                process, controller, _ = self.start_on_terminal()
                interrupt(process, controller)
                self.assertEqual(b"", process.stdout.read())
                process.stdout.close()
                self.assertEqual(TEMPORARY, process.wait(seconds(60)))
                shown = self.rest_shown(controller)
                self.assertIn(b"stopped by SIGINT", shown)
                self.assertNotIn(PASSWORD.encode(), shown)


class Signals(CommandLineTest):
    SECONDS_TO_END = 30

    def test_stop_in_the_middle(self):
        """Ends within seconds, unconfirmed, without a token left behind."""
        for name in ("SIGTERM", "SIGINT"):
            with self.subTest(name):
                platform = self.start(FakePlatform(self.certificate, count=FLOWS))
                platform.replace_always(SEARCH, Answer(status=503))
                process = self.start(start_program(
                    self.directory, "--platform-ip", f"127.0.0.1:{platform.port}", "--platform-ca-file",
                    str(self.authority.ca_file), "--dry-run", *WINDOW, variables={"VRNI2SYSLOG_PASSWORD": PASSWORD}))
                process.wait_until(lambda: platform.calls(SEARCH) > 0, "the first search")
                process.send_signal(getattr(signal, name))
                self.assertEqual(TEMPORARY, process.wait(seconds(self.SECONDS_TO_END)))
                self.assertIn(name, process.output_text())
                wait_until(lambda: not platform.tokens, "the token is deleted")


if __name__ == "__main__":
    main()
