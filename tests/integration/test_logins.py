"""Every way to log in, from the command line to the lines: what is sent, renewed, given back and refused."""

import gzip
import json
import re
import time
import urllib.parse
from pathlib import Path

from support.certificates import CertificateAuthority
from support.expected_line import Window
from support.fake_platform import LOGIN, Answer, FakePlatform
from support.platform_client import PlatformClient
from support.program import run_program, start_program
from support.simulator import DAY, Simulator
from support.testcase import IntegrationTest, main

OK, USAGE, UNAVAILABLE, NO_PERMISSION, CONFIGURATION = 0, 64, 69, 77, 78
EXCHANGE = "POST /csp/gateway/am/api/auth/api-tokens/authorize"
FLOWS = 60
PASSWORD = "p4ss-s3cret-w0rd"
VIDM_TOKEN = "vidm-s3cret-t0ken"
API_TOKEN = "api+s3cret/t0ken"
BEARER_TOKENS = ("bearer.s3cret-1", "bearer.s3cret-2")
SECRETS = (PASSWORD, VIDM_TOKEN, API_TOKEN, *BEARER_TOKENS)

# What the simulator must be for each way to log in.
SERVERS = {
    "password": ("--password", PASSWORD),
    "vidm": ("--vidm-client-id", "vrni-client", "--vidm-token", VIDM_TOKEN),
    "cloud": ("--cloud", "--api-token", API_TOKEN),
    "bearer": ("--api-version", "9.1.0.0", "--bearer-token", BEARER_TOKENS[0], "--bearer-token", BEARER_TOKENS[1]),
}

# Of a token that dies, the platform refuses the call, and where logins make tokens also the two attempts to delete it.
REFUSALS_OF_A_TOKEN = {"password": 3, "vidm": 3}
MOST_OTHER_CALLS = 4
"""Three that may be in flight with the same token, and one that somebody waits for before the refusal of these is known."""


class LoginTest(IntegrationTest):
    def write(self, name, text, mode=0o600):
        path = self.directory / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def start_simulator(self, kind, *options):
        return self.start(Simulator(self.directory, *SERVERS[kind], *options, flows=FLOWS))

    def address(self, simulator, kind):
        host = f"127.0.0.1:{simulator.port}"
        if kind == "cloud":
            return ("--cloud-api-url", host, "--cloud-auth-url", host)
        return ("--platform-ip", host)

    def secret(self, kind):
        """The options with which a login of the kind succeeds, without a warning."""
        if kind == "password":
            return ("--password-file", self.write("password", PASSWORD + "\n"))
        if kind == "vidm":
            return ("--vidm-token-file", self.write("vidm-token", VIDM_TOKEN + "\n"))
        if kind == "cloud":
            return ("--api-token-file", self.write("api-token", API_TOKEN + "\n"))
        # One token after the other, as a command that gets fresh ones.
        count = self.write("count", "")
        return ("--bearer-token-command", f"echo x >> {count}; echo bearer.s3cret-$(wc -l < {count})")

    def run_login(self, simulator, kind, *options, login=None, mode=("--dry-run",), trust=True, **more):
        login = self.secret(kind) if login is None else login
        ca_file = ("--platform-ca-file", simulator.ca_file) if trust else ()
        return run_program(self.directory, *self.address(simulator, kind), *ca_file, *DAY.arguments, "--filter", "", *login, *mode,
                           *options, **more)

    def assert_refusals(self, kind, statistics):
        """The platform has refused one token, and no second one."""
        least = REFUSALS_OF_A_TOKEN.get(kind, 1)
        self.assertIn(statistics["unauthorized"], range(least, least + MOST_OTHER_CALLS + 1))

    def ids(self, run):
        return re.findall(r'flow_id="([^"]*)"', run.stdout.decode())

    def assert_all_flows(self, simulator, run, unit=DAY.end - DAY.start):
        """Every flow is there once for each unit, so many seconds long, in which it was active."""
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr)
        expected = [(identity, time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(start)))
                    for start in range(DAY.start, DAY.end, unit)
                    for identity in simulator.expected_lines(Window(start, start + unit))]
        found = re.findall(r'flow_id="([^"]*)" window_start="([^"]*)"', run.stdout.decode())
        self.assertEqual(sorted(expected), sorted(found))
        self.assertEqual(0, simulator.statistics()["tokens_valid"], "no token is left behind")


class EveryWay(LoginTest):
    def test_flows_arrive_and_nothing_is_left_behind(self):
        for kind in SERVERS:
            with self.subTest(kind):
                simulator = self.start_simulator(kind)
                run = self.run_login(simulator, kind)
                self.assert_all_flows(simulator, run)
                statistics = simulator.statistics()
                self.assertEqual({"bearer": 0}.get(kind, 1), statistics["logins"])
                self.assertEqual(int(kind in ("password", "vidm")), statistics["calls"].get("DELETE /auth/token", 0))
                self.assertEqual(0, statistics["unauthorized"])
                self.assertEqual(int(kind == "cloud"), statistics["calls"].get(EXCHANGE, 0))

    def test_an_ldap_account_delivers_its_flows(self):
        simulator = self.start_simulator("password", "--username", "eve@corp.example", "--domain-type", "LDAP", "--domain-value",
                                         "corp.example")
        lines = self.directory / "lines"
        account = ("--username", "eve@corp.example", "--domain-type", "ldap", *self.secret("password"))
        run = self.run_login(simulator, "password", "--domain-value", "corp.example", login=account,
                             mode=("--collector", f"file://{lines}"))
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr)
        self.assertEqual(set(simulator.expected_lines()), set(re.findall(r'flow_id="([^"]*)"', lines.read_text())))
        self.assertEqual((1, 0), tuple(simulator.statistics()[name] for name in ("logins", "tokens_valid")))
        other = self.run_login(simulator, "password", "--domain-value", "other.example", login=account)
        self.assert_exit(other, NO_PERMISSION, "eve@corp.example (LDAP other.example)")

    def test_hostname_of_lines_is_that_of_the_cloud_api(self):
        run = self.run_login(self.start_simulator("cloud"), "cloud")
        self.assertEqual("127.0.0.1", run.lines[0].split(" ")[2])

    def test_a_token_that_dies_in_the_middle_is_replaced(self):
        for kind in SERVERS:
            with self.subTest(kind):
                simulator = self.start_simulator(kind, "--unauthorized-after", 7)
                self.assert_all_flows(simulator, self.run_login(simulator, kind, "--resolution", "2h"), unit=7200)
                statistics = simulator.statistics()
                self.assert_refusals(kind, statistics)
                self.assertEqual({"bearer": 0}.get(kind, 2), statistics["logins"])

    def test_a_token_is_replaced_before_it_expires(self):
        for kind in ("password", "vidm", "cloud"):
            with self.subTest(kind):
                simulator = self.start_simulator(kind, "--token-life", "2s", "--token-grace", "2s", "--latency", 110)
                self.assert_all_flows(simulator, self.run_login(simulator, kind, "--resolution", "15m"), unit=900)
                statistics = simulator.statistics()
                self.assertGreaterEqual(statistics["logins"], 2)
                self.assertEqual(0, statistics["unauthorized"], "not a single call was refused, also on a machine that is slow")

    def test_an_expiry_in_seconds_is_understood(self):
        simulator = self.start_simulator("password", "--token-life", "2s", "--token-grace", "2s", "--latency", 110, "--expiry",
                                         "seconds")
        self.assert_all_flows(simulator, self.run_login(simulator, "password", "--resolution", "15m"), unit=900)
        self.assertGreaterEqual(simulator.statistics()["logins"], 2)

    def test_a_bearer_token_is_read_again_from_its_file(self):
        simulator = self.start_simulator("bearer", "--unauthorized-after", 20, "--latency", 50)
        file = self.write("token", BEARER_TOKENS[0] + "\n")
        simulator.close_gate()
        process = self.start(start_program(
            self.directory, *self.address(simulator, "bearer"), "--platform-ca-file", simulator.ca_file, *DAY.arguments,
            "--filter", "", "--dry-run", "--resolution", "1h", "--bearer-token-file", file))
        process.wait_until(lambda: simulator.waiting_fetches() > 0, "the first fetch")
        file.write_text(BEARER_TOKENS[1] + "\n")
        simulator.open_gate()
        self.assertEqual(OK, process.wait(), process.output_text())
        self.assertEqual(set(simulator.expected_lines()), set(re.findall(r'flow_id="([^"]*)"', process.output.read_text())))

    def test_check_names_the_login(self):
        names = {"password": "admin@local (LOCAL)", "vidm": "vIDM access token",
                 "cloud": "API token of the cloud service (127.0.0.1)", "bearer": "bearer token of --bearer-token-command"}
        for kind, name in names.items():
            with self.subTest(kind):
                simulator = self.start_simulator(kind)
                run = self.run_login(simulator, kind, mode=("--check", "--collector", "-"))
                self.assert_exit(run, OK)
                text = run.stdout.decode()
                self.assertIn(f"ok      login: {name}\n", text)
                self.assertIn("ok      platform TLS: certificate", text)
                self.assertEqual(0, simulator.statistics()["tokens_valid"])

    def test_credentials_of_systemd(self):
        directory = self.directory / "credentials"
        for name, kind, secret in (("vrni2syslog.vidm-token", "vidm", VIDM_TOKEN), ("api-token", "cloud", API_TOKEN),
                                   ("vrni2syslog.bearer-token", "bearer", BEARER_TOKENS[0])):
            with self.subTest(kind):
                directory.mkdir(exist_ok=True)
                self.write(f"credentials/{name}", secret + "\n")
                simulator = self.start_simulator(kind)
                run = self.run_login(simulator, kind, login=(), variables={"CREDENTIALS_DIRECTORY": str(directory)})
                self.assert_all_flows(simulator, run)
                (directory / name).unlink()

    def test_environment_and_configuration_file(self):
        for kind, variable, secret in (("vidm", "VRNI2SYSLOG_VIDM_TOKEN", VIDM_TOKEN), ("cloud", "VRNI2SYSLOG_API_TOKEN", API_TOKEN)):
            with self.subTest(kind):
                simulator = self.start_simulator(kind)
                self.assert_all_flows(simulator, self.run_login(simulator, kind, login=(), variables={variable: secret}))
        simulator = self.start_simulator("bearer")
        token = self.write("token", BEARER_TOKENS[0])
        config = self.write("vrni2syslog.conf", f"bearer-token-file = {token}\n")
        self.assert_all_flows(simulator, self.run_login(simulator, "bearer", login=("--config", config)))


class Refused(LoginTest):
    def assert_refused(self, run, *texts, status=NO_PERMISSION):
        self.assert_exit(run, status, *texts)
        errors = [line for line in run.stderr.splitlines() if "error" in line]
        self.assertEqual(1, len(errors), f"one error on one line\n{run}")
        for secret in SECRETS:
            self.assertNotIn(secret, errors[0])

    def test_wrong_secrets(self):
        file = self.write("wrong", "wr0ng-s3cret\n")
        rows = {
            "password": (("--password-file", file), "admin@local (LOCAL) (401)", "check user name, password and domain"),
            "vidm": (("--vidm-token-file", file), "the vIDM access token (401)", "--get-vidm-client-id"),
            "cloud": (("--api-token-file", file), "the API token (400)", "authorize: the Cloud Services console refuses"),
            "bearer": (("--bearer-token-file", file), f"bearer token of {file} (401)"),
        }
        for kind, (login, *texts) in rows.items():
            with self.subTest(kind):
                simulator = self.start_simulator(kind)
                run = self.run_login(simulator, kind, "--log-level", "debug", login=login)
                self.assert_refused(run, *texts)
                self.assertNotIn("wr0ng", run.stderr)
                self.assertEqual(0, simulator.statistics()["tokens_valid"])
                check = self.run_login(simulator, kind, login=login, mode=("--check", "--collector", "-"))
                self.assertEqual(NO_PERMISSION, check.status, str(check))
                self.assertIn("FAILED  login: ", check.stdout.decode())
                self.assertNotIn("wr0ng", check.stdout.decode())

    def test_logins_that_the_platform_does_not_know(self):
        self.assert_refused(self.run_login(self.start_simulator("password"), "vidm"), "takes no vIDM access tokens (404)")
        self.assert_refused(self.run_login(self.start_simulator("password"), "bearer"), "bearer token", "9.1")
        with self.subTest("a password at the cloud service"):
            simulator = self.start_simulator("cloud")
            run = run_program(
                self.directory, "--platform-ip", f"127.0.0.1:{simulator.port}", "--platform-ca-file", simulator.ca_file,
                "--dry-run", *self.secret("password"))
            self.assertIn(run.status, (NO_PERMISSION, 65), str(run))

    def test_a_hundred_tokens(self):
        calls = {"password": ("/auth/token", {"username": "admin@local", "password": PASSWORD, "domain": {"domain_type": "LOCAL"}}),
                 "vidm": ("/auth/token/vidm", {"vidm_token": VIDM_TOKEN})}
        for kind, (path, body) in calls.items():
            with self.subTest(kind):
                simulator = self.start_simulator(kind)
                client = PlatformClient(simulator.port, simulator.ca_file)
                self.addCleanup(client.close)
                for _ in range(100):
                    self.assertEqual(200, client.call("POST", path, body).status)
                self.assert_refused(self.run_login(simulator, kind), "(401)", "100 valid tokens")
                self.assertEqual(100, simulator.statistics()["tokens_valid"])

    def test_a_vidm_access_token_that_has_expired_when_it_is_needed_again(self):
        simulator = self.start_simulator("vidm", "--vidm-uses", 1, "--unauthorized-after", 20)
        run = self.run_login(simulator, "vidm", "--resolution", "2h")
        self.assert_refused(run, "the vIDM access token (401)", "it may have expired", "get a fresh one")
        self.assertGreater(len(self.ids(run)), 0, "it had begun")

    def test_bearer_tokens_that_run_out(self):
        simulator = self.start_simulator("bearer", "--unauthorized-after", 5)
        login = ("--bearer-token-file", self.write("token", BEARER_TOKENS[0]))
        self.assert_refused(self.run_login(simulator, "bearer", "--resolution", "2h", login=login), "after it was read again")

    def test_bearer_commands_that_give_none(self):
        simulator = self.start_simulator("bearer")
        for command, text in (("echo s3cret-output; echo help me >&2; exit 3", "exit status 3"), ("true # s3cret-output", "no token"),
                              ("kill -9 $$ # s3cret-output", "signal 9"), ("yes s3cret-output", "more than 65536 bytes")):
            with self.subTest(command):
                run = self.run_login(simulator, "bearer", "--log-level", "debug", login=("--bearer-token-command", command))
                self.assert_exit(run, NO_PERMISSION, "--bearer-token-command", text)
                self.assertNotIn("s3cret-output", run.stderr)
                self.assertEqual("help me" in command, "help me" in run.stderr, "its standard error passes through")

    def test_a_bearer_command_that_never_ends_ends_with_the_run(self):
        run = self.run_login(self.start_simulator("bearer"), "bearer", "--deadline", "1s", timeout=30,
                             login=("--bearer-token-command", "sleep 600"))
        self.assert_exit(run, 75, "deadline", "--bearer-token-command")

    def test_a_console_that_is_not_trusted(self):
        simulator = self.start_simulator("cloud")
        run = self.run_login(simulator, "cloud", trust=False)
        self.assert_refused(run, "/csp/gateway", "--platform-ca-file", status=UNAVAILABLE)
        self.assertNotIn("--platform-fingerprint", run.stderr, "which is for the platform alone")
        fingerprint = re.search(r"sha256:\w{64}", self.run_login(
            simulator, "cloud", mode=("--check", "--collector", "-")).stdout.decode()).group()
        pinned = self.run_login(simulator, "cloud", "--platform-fingerprint", fingerprint, trust=False)
        self.assert_refused(pinned, "/csp/gateway", status=UNAVAILABLE)
        self.assertEqual(1, simulator.statistics()["calls"][EXCHANGE], "the one of --check")
        insecure = self.run_login(simulator, "cloud", "--insecure", trust=False)
        self.assert_exit(insecure, OK, "--insecure", "Cloud Services console", "API token")

    def test_contradictions(self):
        rows = (
            ("--password", "x", "--vidm-token", "y"), ("--api-token", "x", "--bearer-token-command", "y"),
            ("--deployment-type", "onprem", "--api-token", "x"), ("--domain-type", "LDAP", "--vidm-token", "y"),
            ("--platform-ip", "h", "--api-token", "x"), ("--get-vidm-client-id", "--bearer-token-command", "y"),
            ("--get-vidm-client-id", "--check"), ("--get-vidm-client-id", "--dry-run"),
        )
        for row in rows:
            with self.subTest(row):
                platform = () if "--api-token" in row else ("--platform-ip", "127.0.0.1:1")
                run = run_program(self.directory, *platform, "--collector", "-", *row)
                self.assert_exit(run, USAGE, row[0])
                self.assertEqual(1, len(run.stderr.splitlines()), str(run))


class VidmClient(LoginTest):
    def ask(self, simulator, *options):
        return run_program(self.directory, "--platform-ip", f"127.0.0.1:{simulator.port}", "--platform-ca-file", simulator.ca_file,
                           "--get_vidm_client_id", *options)

    def test_client_id_and_what_to_do_with_it(self):
        simulator = self.start_simulator("vidm", "--vidm-appliance", "vidm.local")
        for options in ((), ("--domain_type", "VIDM", "--deployment_type", "onprem")):
            run = self.ask(simulator, *options)
            self.assert_exit(run, OK)
            self.assertEqual("", run.stderr)
            self.assertEqual(["vIDM appliance: vidm.local", "client id:      vrni-client"], run.lines[:2])
            self.assertIn("https://vidm.local/SAAS/auth/oauthtoken", run.stdout.decode())
            self.assertIn("--vidm-token-file FILE", run.stdout.decode())
        self.assertEqual({"GET /auth/vidm/client-id": 2}, simulator.statistics()["calls"])

    def test_platform_without_vidm(self):
        run = self.ask(self.start_simulator("password"))
        self.assert_exit(run, NO_PERMISSION, "knows no VMware Identity Manager (403)")
        self.assertEqual(b"", run.stdout)


class Secrets(LoginTest):
    OPTIONS = {"vidm": "--vidm-token", "cloud": "--api-token"}
    VALUES = {"vidm": VIDM_TOKEN, "cloud": API_TOKEN}

    def assert_nothing_shown(self, *texts):
        for secret in SECRETS:
            for text in texts:
                self.assertNotIn(secret, text)

    def test_on_the_command_line_they_cause_a_warning_and_vanish_from_the_process_list(self):
        for kind, option in self.OPTIONS.items():
            for login in ((option, self.VALUES[kind]), (f"{option.replace('-token', '_token')}={self.VALUES[kind]}",)):
                with self.subTest(login=login):
                    simulator = self.start_simulator(kind, "--latency", 300)
                    process = self.start(start_program(
                        self.directory, *self.address(simulator, kind), "--platform-ca-file", simulator.ca_file, *DAY.arguments,
                        "--dry-run", *login))
                    process.wait_until(lambda: simulator.statistics()["calls"].get("POST /search", 0) > 0, "the first search")
                    command_line = Path(f"/proc/{process.pid}/cmdline").read_bytes()
                    self.assertIn(b"--platform-ca-file", command_line)
                    self.assertNotIn(self.VALUES[kind].encode(), command_line)
                    self.assertEqual(OK, process.wait(), process.output_text())
                    self.assertIn(f"{option} can be seen in the process list", process.errors.read_text())
                    self.assert_nothing_shown(process.errors.read_text(), process.output.read_text())
                    simulator.stop()

    def test_a_command_that_prints_a_token_vanishes_from_the_process_list(self):
        command = f"true hunter2; echo {BEARER_TOKENS[0]}"
        for login in (("--bearer-token-command", command), (f"--bearer_token_command={command}",)):
            with self.subTest(login=login):
                simulator = self.start_simulator("bearer", "--latency", 300)
                process = self.start(start_program(
                    self.directory, *self.address(simulator, "bearer"), "--platform-ca-file", simulator.ca_file, *DAY.arguments,
                    "--dry-run", *login))
                process.wait_until(lambda: simulator.statistics()["calls"].get("POST /search", 0) > 0, "the first search")
                command_line = Path(f"/proc/{process.pid}/cmdline").read_bytes()
                self.assertIn(b"--platform-ca-file", command_line)
                self.assertNotIn(b"hunter2", command_line)
                self.assertNotIn(BEARER_TOKENS[0].encode(), command_line)
                self.assertEqual(OK, process.wait(), process.output_text())
                simulator.stop()

    def test_a_platform_that_repeats_a_login_brings_it_into_no_output(self):
        authority = CertificateAuthority(self.directory)
        platform = self.start(FakePlatform(authority.issue("platform")))
        secret = 'p4ss/s3cret"w0rd'
        file = self.write("password", secret + "\n")
        report = self.directory / "report.json"

        def page(body, status):
            text = json.dumps(body)
            message = f"Cannot deserialize {text} {text.replace('/', chr(92) + '/')} {urllib.parse.quote(text)}"
            return Answer(json.dumps({"code": status, "message": message}).encode() if status != 200 else text.encode(), status=status)

        for status in (200, 400, 403, 404, 500):
            platform.replace_always(LOGIN, lambda body, status=status: page(body, status))
            for mode in (("--dry-run", "--report", report), ("--check", "--collector", "-")):
                with self.subTest(status=status, mode=mode):
                    run = run_program(
                        self.directory, "--platform-ip", f"127.0.0.1:{platform.port}", "--platform-ca-file", authority.ca_file,
                        "--password-file", file, "--log-level", "debug", "--deadline", "3s", *DAY.arguments, *mode)
                    self.assertNotEqual(OK, run.status)
                    shown = run.stderr + run.stdout.decode() + (report.read_text() if "--report" in mode else "")
                    self.assertIn("/auth/token", shown)
                    for part in ("p4ss", "s3cret", "w0rd"):
                        self.assertNotIn(part, shown)

    def test_never_in_any_output(self):
        for kind in SERVERS:
            simulator = self.start_simulator(kind, "--unauthorized-after", 3)
            for mode in (("--dry-run",), ("--check", "--collector", "-"), ("--print-config",), ("--dry-run", "--filter", "x y")):
                with self.subTest(kind=kind, mode=mode):
                    run = self.run_login(simulator, kind, "--log-level", "debug", mode=mode)
                    self.assert_nothing_shown(run.stderr, run.stdout.decode())

    def test_never_in_a_capture(self):
        """Nor the tokens that the simulator gives out, which are 24 characters of base64 each, nor how they are sent."""
        for kind in SERVERS:
            with self.subTest(kind):
                simulator = self.start_simulator(kind, "--unauthorized-after", 1)
                capture = self.directory / f"capture-{kind}"
                self.assert_all_flows(simulator, self.run_login(simulator, kind, "--save-capture", capture))
                self.assert_refusals(kind, simulator.statistics())
                texts = [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
                         for path in capture.iterdir()]
                self.assertGreater(len(texts), 3)
                for text in map(bytes.decode, texts):
                    self.assert_nothing_shown(text, urllib.parse.unquote(text))
                    self.assertNotRegex(text, r"(?i)[\w+/]{22}==|authorization|networkinsight|csp-auth|bearer|password|api_token")

    def test_printed_configuration_hides_them(self):
        for option in self.OPTIONS.values():
            run = run_program(self.directory, "--print-config", option, "t0p-s3cret")
            self.assert_exit(run, OK)
            self.assertIn(f"{option[2:]} = <hidden>\n", run.stdout.decode())
            self.assertNotIn("t0p-s3cret", run.stdout.decode() + run.stderr)
        run = run_program(self.directory, "--print-config", "--bearer-token-command", "curl -u bob:hunter2 h", "--platform-ip",
                          "https://bob:hunter2@h", "--collector", "tls://bob:hunter2@c")
        self.assert_exit(run, OK)
        for line in ("bearer-token-command = <hidden>", "platform-ip = https://h", "collector = tls://c"):
            self.assertIn(line + "\n", run.stdout.decode())
        self.assertNotIn("hunter2", run.stdout.decode() + run.stderr)

    def test_files_that_others_can_read_cause_a_warning(self):
        for kind, option, secret in (("vidm", "--vidm-token-file", VIDM_TOKEN), ("cloud", "--api-token-file", API_TOKEN),
                                     ("bearer", "--bearer-token-file", BEARER_TOKENS[0])):
            with self.subTest(kind):
                file = self.write("open", secret, mode=0o644)
                run = self.run_login(self.start_simulator(kind), kind, login=(option, file))
                self.assert_exit(run, OK, f"{file} holds", "chmod 600")

    def test_none_is_sent_in_a_url(self):
        simulator = self.start_simulator("cloud")
        self.assert_all_flows(simulator, self.run_login(simulator, "cloud"))  # the simulator refuses it there


if __name__ == "__main__":
    main()
