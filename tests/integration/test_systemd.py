"""The units for systemd: that systemd understands them, how much they lock away, and that they run jobs under a real systemd."""

import json
import re
import shutil
import subprocess
import time
import unittest

from support.program import BINARY, IS_SANITIZED, PASSWORD, ROOT, seconds
from support.simulator import BINARY as SIMULATOR
from support.testcase import IntegrationTest, main
from support.throwaway_systemd import ThrowAwaySystemd

SYSTEMD = ROOT / "packaging/systemd"
SERVICE = "vrni2syslog@.service"
TIMER = "vrni2syslog@.timer"
README = (SYSTEMD / "README.md").read_text(encoding="utf-8")
EXAMPLES = sorted((SYSTEMD / "examples").glob("*.conf"))
UNAVAILABLE, CANNOT_CREATE, TEMPORARY, CONFIGURATION = 69, 73, 75, 78

# Accepts connections in the kernel alone, and never answers.
SILENT_LISTENER = """
import socket, time
listener = socket.create_server(("127.0.0.1", 6999))
time.sleep(3600)
"""


def commands(what):
    """The block of commands of the documentation that has `what` in it, for root."""
    block = next(block for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL) if what in block)
    return block.replace("sudo ", "")


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
class Units(IntegrationTest):
    def install(self, old="", new=""):
        """Both units, as those of the job `main` and with the program of this build. Returns the paths."""
        service = (SYSTEMD / SERVICE).read_text().replace("/usr/bin/vrni2syslog ", f"{BINARY} ")
        self.assertIn(old, service)
        paths = [self.directory / "vrni2syslog@main.service", self.directory / "vrni2syslog@main.timer"]
        paths[0].write_text(service.replace(old, new) if old else service)
        paths[1].write_text((SYSTEMD / TIMER).read_text())
        return paths

    def verify(self, *units):
        done = analyze("verify", "--man=no", *units)
        return done.returncode, done.stderr

    def test_have_nothing_that_systemd_does_not_understand(self):
        self.assertEqual((0, ""), self.verify(*self.install()))

    def test_with_a_mistake_are_found_out(self):
        # The exit status says nothing about an unknown directive.
        self.assertIn("PrivateTemp", self.verify(*self.install("PrivateTmp=", "PrivateTemp="))[1])

    def test_with_an_example_of_a_drop_in_have_nothing_that_systemd_does_not_understand(self):
        units = self.install()
        drop_ins = self.directory / "vrni2syslog@main.service.d"
        drop_ins.mkdir()
        for example in EXAMPLES:
            with self.subTest(example.name):
                # A command of a drop-in need not be there on every machine.
                (drop_ins / "example.conf").write_text(example.read_text().replace("/usr/bin/curl", "/bin/true"))
                self.assertEqual((0, ""), self.verify(*units))
        (drop_ins / "example.conf").write_text("[Service]\nLoadCredentials=x:y\n")
        self.assertIn("LoadCredentials", self.verify(*units)[1])

    def test_with_the_example_of_another_time_have_nothing_that_systemd_does_not_understand(self):
        units = self.install()
        drop_ins = self.directory / "vrni2syslog@main.timer.d"
        drop_ins.mkdir()
        (drop_ins / "often.conf").write_text(re.search(r"often.conf`:\n\n```ini\n(.*?)```", README, re.DOTALL)[1])
        self.assertEqual((0, ""), self.verify(*units))

    def test_are_exposed_by_hardly_more_than_the_network(self):
        service, _ = self.install()
        done = analyze("security", "--offline=true", "--no-pager", "--threshold=11", service)
        self.assertEqual(0, done.returncode, done.stdout + done.stderr)

    def test_with_less_protection_are_found_out(self):
        service, _ = self.install("ProtectSystem=strict\n", "")
        done = analyze("security", "--offline=true", "--no-pager", "--threshold=11", service)
        self.assertNotEqual(0, done.returncode)

    def test_are_all_that_the_documentation_lists(self):
        for example in EXAMPLES:
            self.assertIn(f"(examples/{example.name})", README)


@unittest.skipIf(IS_SANITIZED, "a sanitizer needs what the units take away")
class Jobs(unittest.TestCase):
    """Each test has a job of its own, under one systemd, with a platform that is reached in there alone."""

    @classmethod
    def setUpClass(cls):
        cls.systemd = systemd = ThrowAwaySystemd({
            "/usr/bin/vrni2syslog": BINARY,
            "/usr/bin/vrni-simulator": SIMULATOR,
            **{f"/srv/packaging/systemd/{path.name}": path for path in SYSTEMD.iterdir() if path.is_file()},
            **{f"/usr/share/doc/vrni2syslog/systemd/examples/{path.name}": path for path in EXAMPLES},
            "/usr/share/doc/vrni2syslog/examples/vrni2syslog.conf": ROOT / "packaging/vrni2syslog.conf",
        })
        cls.addClassCleanup(systemd.stop)
        systemd.run("sh", "-exc", "cd /srv\n" + commands("packaging/systemd/"))
        systemd.start("vrni-simulator", "--listen", "127.0.0.1:6443", "--ca-out", "/etc/vrni2syslog/ca.pem", "--port-file", "/run/port",
                      "--password", PASSWORD, "--flows", "400")
        cls.wait(lambda: systemd.run("test", "-s", "/run/port", may_fail=True).returncode == 0, "the platform is there")
        systemd.run("chmod", "644", "/etc/vrni2syslog/ca.pem")

    @staticmethod
    def wait(condition, what):
        end = time.monotonic() + seconds(60)
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"in vain waited until {what}")
            time.sleep(0.1)

    def configure(self, job, *lines, collector=None, password="root:vrni2syslog"):
        """Writes the configuration of a job, and its password unless that is None."""
        configuration = ["platform-ip = 127.0.0.1:6443", "platform-ca-file = /etc/vrni2syslog/ca.pem", "filter =", "log-level = info",
                         f"collector = {collector or f'file:///var/lib/vrni2syslog/{job}.log'}", *lines]
        if password:
            configuration.append(f"password-file = /etc/vrni2syslog/{job}.password")
            self.systemd.write(f"/etc/vrni2syslog/{job}.password", PASSWORD + "\n", mode=0o640, group="vrni2syslog")
        self.systemd.write(f"/etc/vrni2syslog/{job}.conf", "\n".join(configuration) + "\n", mode=0o640, group="vrni2syslog")
        self.addCleanup(self.systemd.run, "systemctl", "stop", f"vrni2syslog@{job}.timer", f"vrni2syslog@{job}.service", may_fail=True)
        return f"vrni2syslog@{job}.service"

    def add(self, example, unit, text=None):
        """Adds an example of a drop-in."""
        self.systemd.write(f"/etc/systemd/system/{unit}.d/{example}", text or (SYSTEMD / "examples" / example).read_text())
        self.systemd.run("systemctl", "daemon-reload")

    def run_job(self, unit):
        """One run that is good. Returns what it said."""
        done = self.systemd.run("systemctl", "start", unit, may_fail=True)
        self.assertEqual(0, done.returncode, f"{done.stderr}{self.messages(unit)}")
        return self.messages(unit)

    def messages(self, unit):
        """What the unit's program said, each with its level."""
        text = self.systemd.run("journalctl", "-q", "-u", unit, "-t", "vrni2syslog", "-o", "json").stdout
        return [(int(entry["PRIORITY"]), entry["MESSAGE"]) for entry in map(json.loads, text.splitlines())]

    def show(self, unit, name):
        return self.systemd.run("systemctl", "show", "-P", name, unit).stdout.strip()

    def flows(self, path):
        return self.systemd.run("grep", "-c", " FLOW_", path, may_fail=True).stdout.strip()

    def test_are_made_and_changed_by_the_commands_of_the_documentation(self):
        self.systemd.run("sh", "-exc", commands("main.password").partition("systemctl")[0], stdin=PASSWORD + "\n")
        for name in ("main.conf", "main.password"):
            self.assertEqual("root vrni2syslog 640\n", self.systemd.run("stat", "-c", "%U %G %a", f"/etc/vrni2syslog/{name}").stdout)
        self.assertEqual(PASSWORD + "\n", self.systemd.read("/etc/vrni2syslog/main.password"))
        self.systemd.run("sh", "-exc", commands("credentials.conf"))
        self.assertEqual("/etc/systemd/system/vrni2syslog@main.service.d/credentials.conf",
                         self.show("vrni2syslog@main.service", "DropInPaths"))
        # As long as nothing is filled in, a run says what is missing.
        self.assertNotEqual(0, self.systemd.run("systemctl", "start", "vrni2syslog@main.service", may_fail=True).returncode)
        self.assertIn("no platform", self.messages("vrni2syslog@main.service")[-1][1])

    def test_deliver_flows_and_say_so_at_the_level_of_information(self):
        messages = self.run_job(self.configure("good"))
        self.assertGreater(int(self.flows("/var/lib/vrni2syslog/good.log")), 300)
        self.assertEqual({6}, {level for level, _ in messages}, messages)
        self.assertFalse([text for _, text in messages if text.startswith(("vrni2syslog:", "<"))], messages)

    def test_are_started_by_their_timer_which_stays_active_over_an_upgrade(self):
        unit, timer = self.configure("timed"), "vrni2syslog@timed.timer"
        self.add("soon.conf", timer, "[Timer]\nOnCalendar=\nOnActiveSec=1s\nRandomizedDelaySec=0\nAccuracySec=1ms\n")
        self.systemd.run("systemctl", "enable", "--now", timer)
        self.wait(lambda: self.flows("/var/lib/vrni2syslog/timed.log") not in ("", "0"), "the timer has started a run")
        self.wait(lambda: self.show(unit, "ActiveState") == "inactive", "the run has ended")
        self.assertEqual("success", self.show(unit, "Result"))
        for name in (SERVICE, TIMER):
            self.systemd.run("touch", f"/etc/systemd/system/{name}")
        self.systemd.run("systemctl", "daemon-reload")
        self.assertEqual(("active", "no"), (self.show(timer, "ActiveState"), self.show(timer, "NeedDaemonReload")))

    def test_let_others_read_their_metrics_and_not_their_state(self):
        self.run_job(self.configure("watched", "prometheus-file = /var/lib/vrni2syslog/watched.prom"))
        as_nobody = ("runuser", "-u", "nobody", "--")
        metrics = self.systemd.run(*as_nobody, "cat", "/var/lib/vrni2syslog/watched.prom").stdout
        self.assertIn('vrni2syslog_last_run_exit_code{job_name="watched"} 0', metrics)
        for path in ("watched.state", "watched.history", "watched.lock", ""):
            self.assertNotEqual(0, self.systemd.run(*as_nobody, "cat", f"/var/lib/vrni2syslog/{path}", may_fail=True).returncode, path)
        self.assertNotEqual(0, self.systemd.run(*as_nobody, "ls", "/var/lib/vrni2syslog", may_fail=True).returncode)

    def test_take_a_password_that_only_root_can_read(self):
        unit = self.configure("secret", password=None)
        self.systemd.write("/etc/vrni2syslog/secret.password", PASSWORD + "\n", mode=0o600)
        self.add("credentials.conf", unit)
        self.run_job(unit)

    def test_take_the_secrets_of_a_directory(self):
        unit = self.configure("secrets", password=None)
        self.systemd.write("/etc/vrni2syslog/secrets.credentials/password", PASSWORD + "\n", mode=0o600)
        self.add("credentials-directory.conf", unit)
        self.run_job(unit)

    def test_take_a_password_that_only_this_machine_can_decrypt(self):
        unit = self.configure("encrypted", password=None)
        self.systemd.write("/srv/password", PASSWORD + "\n", mode=0o600)
        self.systemd.run("systemd-creds", "encrypt", "--with-key=host", "--name=vrni2syslog.password", "/srv/password",
                         "/etc/vrni2syslog/encrypted.password.cred")
        self.add("credentials-encrypted.conf", unit)
        self.run_job(unit)

    def test_write_to_files_where_a_drop_in_lets_them(self):
        unit = self.configure("files", collector="file:///var/log/vrni2syslog/files.log")
        self.assertNotEqual(0, self.systemd.run("systemctl", "start", unit, may_fail=True).returncode)
        self.assertEqual(str(CANNOT_CREATE), self.show(unit, "ExecMainStatus"))
        self.add("file-collector.conf", unit)
        self.run_job(unit)
        self.assertNotEqual("0", self.flows("/var/log/vrni2syslog/files.log"))

    def test_reach_no_address_but_those_of_a_drop_in(self):
        unit = self.configure("fenced", "deadline = 3s")
        example = (SYSTEMD / "examples/addresses.conf").read_text()
        self.add("addresses.conf", unit, example)
        self.run_job(unit)
        self.add("addresses.conf", unit, example.replace("IPAddressAllow=localhost\n", ""))
        if self.systemd.run("systemctl", "start", unit, may_fail=True).returncode == 0:
            self.skipTest("the kernel does not filter the addresses of services here")
        self.assertIn(self.show(unit, "ExecMainStatus"), (str(UNAVAILABLE), str(TEMPORARY)))
        self.assertIn("platform", self.messages(unit)[-1][1])

    def test_that_fail_start_what_the_site_wants(self):
        unit = self.configure("failing", "deadline = 3s", collector="tcp://127.0.0.1:1")
        self.systemd.write("/etc/systemd/system/notify@.service", "[Service]\nType=oneshot\nExecStart=/bin/touch /run/notified-%i\n")
        self.add("on-failure.conf", unit)
        self.add("ping.conf", unit, (SYSTEMD / "examples/ping.conf").read_text().replace(
            "/usr/bin/curl -fsS -m 10 --retry 5 -o /dev/null https://ping.example.com", "/bin/echo PING "))
        self.assertNotEqual(0, self.systemd.run("systemctl", "start", unit, may_fail=True).returncode)
        self.assertEqual(("failed", "exit-code", str(TEMPORARY)),
                         tuple(self.show(unit, name) for name in ("ActiveState", "Result", "ExecMainStatus")))
        level, text = self.messages(unit)[-1]
        self.assertEqual(3, level)
        self.assertRegex(text, rf"\(job failing, exit code {TEMPORARY}\)$")
        self.wait(lambda: self.systemd.run("test", "-e", f"/run/notified-{unit}", may_fail=True).returncode == 0, "OnFailure= is started")
        journal = self.systemd.run("journalctl", "-q", "-u", unit, "-o", "cat").stdout
        self.assertIn(f"/KEY/failing/{TEMPORARY}\n", journal)
        self.add("temporary-failure.conf", unit)
        self.systemd.run("systemctl", "start", unit)

    def test_are_stopped_in_the_middle_of_a_run(self):
        unit = self.configure("stopped", "connect-timeout = 60s", collector="tls://127.0.0.1:6999")
        self.systemd.start("python3", "-c", SILENT_LISTENER)
        self.systemd.run("systemctl", "start", "--no-block", unit)
        self.wait(lambda: self.systemd.run("sh", "-c", "ls /proc/*/exe -l 2>/dev/null | grep -q bin/vrni2syslog", may_fail=True).returncode == 0,
                  "the program runs")
        self.wait(lambda: self.systemd.run("test", "-e", "/var/lib/vrni2syslog/stopped.lock", may_fail=True).returncode == 0,
                  "the run has begun")
        started = time.monotonic()
        self.systemd.run("systemctl", "stop", unit)
        self.assertLess(time.monotonic() - started, 20)
        self.assertEqual(str(TEMPORARY), self.show(unit, "ExecMainStatus"))
        self.assertIn("SIGTERM", self.messages(unit)[-1][1])

    def test_of_a_mistyped_name_fail_loudly(self):
        done = self.systemd.run("systemctl", "start", "vrni2syslog@mistyped.service", may_fail=True)
        self.assertNotEqual(0, done.returncode)
        self.assertIn("Assertion failed", done.stderr)

    def test_that_root_runs_by_hand_do_not_lock_the_service_out(self):
        unit = self.configure("byhand")
        self.run_job(unit)
        program = ("vrni2syslog", "--config", "/etc/vrni2syslog/byhand.conf", "--job", "byhand")
        by_root = self.systemd.run(*program, may_fail=True)
        self.assertEqual(CONFIGURATION, by_root.returncode, by_root.stderr)
        self.assertIn("sudo -u", by_root.stderr)
        self.assertIn("job byhand:", self.systemd.run("vrni2syslog", "--status").stdout)
        as_service = ("runuser", "-u", "vrni2syslog", "--", "env", "HOME=/var/lib/vrni2syslog")
        self.assertIn("job byhand:", self.systemd.run(*as_service, "vrni2syslog", "--status").stdout)
        self.systemd.run(*as_service, *program)
        self.run_job(unit)
        owners = self.systemd.run("find", "/var/lib/vrni2syslog", "!", "-user", "vrni2syslog").stdout
        self.assertEqual("", owners)


if __name__ == "__main__":
    main()
