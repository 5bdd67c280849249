"""Which files and directories the program trusts, and what it leaves to the commands that it starts."""

import contextlib
import grp
import os
import pwd
import signal
import sqlite3
import subprocess
import time
import unittest

from support.fake_platform import LOGIN, SEARCH, Answer, FakePlatform, FakePlatformTest, json_answer
from support.program import BINARY, PASSWORD, environment, run_program, seconds, start_program
from support.testcase import main

OK, DATA, CANNOT_CREATE, CANNOT_WRITE, TEMPORARY, CONFIGURATION = 0, 65, 73, 74, 75, 78
NOBODY = 65534
IS_ROOT = os.geteuid() == 0


class TrustTest(FakePlatformTest):
    def setUp(self):
        super().setUp()
        self.platform = self.start(FakePlatform(self.certificate, count=3))
        self.password = self.write("password", PASSWORD + "\n")
        self.trust = ("--platform-ca-file", self.write("ca.pem", self.authority.ca_file.read_text()))

    def write(self, name, text, mode=0o600):
        path = self.directory / name
        path.write_text(text)
        path.chmod(mode)
        return path

    def window(self):
        return ("--since", "2025-06-01T00:00:00Z", "--until", "2025-06-01T01:00:00Z")

    def options(self, *options):
        return ("--platform-ip", f"127.0.0.1:{self.platform.port}", *self.trust, "--filter", "", "--deadline", "30s", *options)

    def dry_run(self, *options, **more):
        return run_program(self.directory, *self.options("--dry-run", *self.window(), "--password-file", self.password, *options), **more)

    def job(self, *options, **more):
        """A run that keeps a state."""
        return run_program(self.directory, *self.options(
            "--job", "j", "--state-dir", self.directory / "state", "--collector", f"file://{self.directory}/flows.log",
            "--password-file", self.password, *options), **more)

    def assert_refused(self, run, status, *texts):
        self.assert_exit(run, status, *texts)
        self.assertEqual([], self.platform.requests, "nothing may be asked, and no password sent")


class Files(TrustTest):
    def test_that_others_can_write_are_refused_and_named(self):
        config = self.write("config", "insecure = yes\n")
        ca_file = self.trust[1]
        for path, options in ((config, ("--config", config)), (self.password, ()), (ca_file, ())):
            for mode in (0o622, 0o602, 0o666):
                with self.subTest(path.name, mode=oct(mode)):
                    path.chmod(mode)
                    self.assert_refused(self.dry_run(*options), CONFIGURATION, str(path), "chmod go-w")
            path.chmod(0o600)

    def test_of_a_collectors_url_are_looked_at_too(self):
        client = self.authority.issue("client")
        files = {"ca-file": self.authority.ca_file, "cert": client.certificate_file, "key": client.key_file}
        copies = {option: self.write(f"{option}.pem", file.read_text()) for option, file in files.items()}
        url = "tls://127.0.0.1:1?" + "&".join(f"{option}={path}" for option, path in copies.items())
        self.trust += ("--collector", url)
        for path in copies.values():
            path.chmod(0o602)
            run = self.run_with_collector()
            self.assert_refused(run, CONFIGURATION, str(path), "can be written by others", "chmod go-w")
            path.chmod(0o600)
        copies["key"].write_text(client.certificate_file.read_text())
        self.assert_refused(self.run_with_collector(), CONFIGURATION, str(copies["key"]), "no private key; name the file")

    def run_with_collector(self):
        return run_program(self.directory, *self.options(*self.window(), "--password-file", self.password))

    def test_are_read_nevertheless_if_the_user_says_so(self):
        self.password.chmod(0o622)
        run = self.dry_run("--insecure-permissions")
        self.assert_exit(run, OK, "--insecure-permissions: whoever can change")
        self.assertEqual(3, sum("FLOW_" in line for line in run.lines))

    def test_credentials_of_systemd_that_others_can_write_are_refused(self):
        credentials = self.directory / "credentials"
        credentials.mkdir(0o700)
        (credentials / "vrni2syslog.password").write_text(PASSWORD + "\n")
        for mode, status in ((0o400, OK), (0o440, OK), (0o462, CONFIGURATION), (0o606, CONFIGURATION)):
            with self.subTest(mode=oct(mode)):
                (credentials / "vrni2syslog.password").chmod(mode)
                run = run_program(self.directory, *self.options("--dry-run", *self.window()),
                                  variables={"CREDENTIALS_DIRECTORY": str(credentials)})
                self.assert_exit(run, status, *(["can be written by others"] if status == CONFIGURATION else []))

    def test_of_a_bearer_token_are_looked_at_each_time(self):
        token = self.write("token", "b3arer-t0ken\n")

        def refuse(_):
            token.chmod(0o666)
            return Answer(status=401)
        self.platform.replace(SEARCH, refuse)
        run = run_program(self.directory, *self.options("--dry-run", *self.window(), "--bearer-token-file", token))
        self.assert_exit(run, CONFIGURATION, str(token), "can be written by others")
        self.assertEqual(1, self.platform.calls(SEARCH))

    def test_of_other_users_are_refused(self):
        if not IS_ROOT:
            self.skipTest("only root can give a file away")
        os.chown(self.password, NOBODY, -1)
        self.assert_refused(self.dry_run(), CONFIGURATION, str(self.password), "belongs to another user (", f"uid {NOBODY})")

    def test_in_a_directory_that_others_can_write_are_refused(self):
        self.directory.chmod(0o777)
        self.assert_refused(self.dry_run(), CONFIGURATION, "is in the directory")

    def test_with_a_byte_order_mark_are_read(self):
        self.password.write_bytes(b"\xef\xbb\xbf" + PASSWORD.encode() + b"\r\n")
        config = self.directory / "config"
        config.write_bytes(b"\xef\xbb\xbfno-manifest = yes\n")
        config.chmod(0o600)
        self.assert_exit(self.dry_run("--config", config), OK)

    def test_with_a_secret_that_is_no_text_are_refused_before_the_login(self):
        for name, content in (("NUL", PASSWORD.encode() + b"\0\n"), ("UTF-16", PASSWORD.encode("utf-16")),
                              ("Latin-1", "pässwörd\n".encode("latin-1"))):
            with self.subTest(name):
                self.password.write_bytes(content)
                self.assert_refused(self.dry_run(), CONFIGURATION, "UTF-8")

    def test_that_nobody_writes_do_not_keep_a_run_that_is_stopped(self):
        self.password.unlink()
        os.mkfifo(self.password, 0o600)
        process = self.start(start_program(
            self.directory, *self.options("--dry-run", *self.window(), "--password-file", str(self.password))))
        process.wait_until(self.is_read, "the program opens the pipe")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(TEMPORARY, process.wait(seconds(60)))
        self.assertIn("SIGTERM", process.output_text())
        self.assertNotIn("pipe without a writer", process.output_text())

    def is_read(self):
        """Whether somebody has opened the pipe for reading. It then has a writer to the end of the test."""
        try:
            self.addCleanup(os.close, os.open(self.password, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            return False
        return True

    def test_that_nobody_writes_are_not_awaited_for_ever(self):
        self.password.unlink()
        os.mkfifo(self.password, 0o600)
        started = time.monotonic()
        self.assert_refused(self.dry_run(), CONFIGURATION, "is it a pipe without a writer?")
        self.assertLess(time.monotonic() - started, 60)

    def test_that_nobody_writes_are_not_awaited_longer_than_the_run(self):
        self.password.unlink()
        os.mkfifo(self.password, 0o600)
        run = self.dry_run("--deadline", "1s")
        self.assert_refused(run, CONFIGURATION, "within 1 s; is it a pipe without a writer?")


class Directories(TrustTest):
    def test_of_the_state_that_others_can_write_are_refused(self):
        state = self.directory / "state"
        state.mkdir()
        state.chmod(0o777)
        self.assert_refused(self.job(), CONFIGURATION, str(state), "can be written by others")

    @unittest.skipUnless(IS_ROOT, "only root can run the program as two users")
    def test_of_a_services_state_are_not_for_a_run_of_root(self):
        # Root may look, and leaves nothing that the service could not open.
        state = self.directory / "state"
        self.assert_exit(self.job(), OK)
        for path in (state, *state.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        before = {path: (path.stat().st_uid, path.read_bytes()) for path in state.rglob("*") if path.is_file()}
        for options in ((), ("--check",), ("--forget",), ("--set-watermark", "2025-06-01")):
            with self.subTest(options):
                run = self.job(*options)
                self.assertEqual(CONFIGURATION, run.status, str(run))
                for text in (str(state), "belongs to another user (", f"sudo -u '#{NOBODY}' vrni2syslog"):
                    self.assertIn(text, run.stdout.decode() + run.stderr)
        status = self.job("--status")
        self.assert_exit(status, OK)
        self.assertIn(b"job j: ", status.stdout)
        self.assert_exit(self.job("--dry-run"), OK)
        self.assertEqual(before, {path: (path.stat().st_uid, path.read_bytes()) for path in state.rglob("*") if path.is_file()})

    @unittest.skipUnless(IS_ROOT, "only root can make files in others' directories")
    def test_of_a_services_lines_get_files_that_the_service_can_append_to(self):
        logs = self.directory / "logs"
        logs.mkdir(0o755)
        os.chown(logs, NOBODY, NOBODY)
        for name in ("new", "old"):
            path = logs / name
            if name == "old":
                path.touch()
            run = run_program(self.directory, *self.options(*self.window(), "--password-file", self.password, "--collector", f"file://{path}"))
            self.assert_exit(run, OK)
            self.assertEqual(NOBODY if name == "new" else 0, path.stat().st_uid)

    def test_a_state_that_is_gone_is_no_first_run(self):
        self.assert_exit(self.job(), OK)
        for path in (self.directory / "state").glob("j.state*"):
            path.unlink()
        asked = len(self.platform.requests)
        self.assert_exit(self.job(), CANNOT_WRITE, "is gone although the job has run before", "--set-watermark", "--forget")
        self.assertEqual(asked, len(self.platform.requests))
        forget = run_program(self.directory, "--forget", "--job", "j", "--state-dir", self.directory / "state")
        self.assert_exit(forget, OK)
        self.assert_exit(self.job(), OK)

    def test_a_lock_that_is_a_link_to_another_file_leaves_that_alone(self):
        precious = self.write("precious", "precious")
        state = self.directory / "state"
        state.mkdir(0o700)
        os.link(precious, state / "j.lock")
        self.assert_refused(self.job(), CONFIGURATION, "is not a file of its own")
        self.assertEqual("precious", precious.read_text())

    def test_of_captures_must_be_ones_own(self):
        link = self.directory / "link"
        link.symlink_to(self.directory)
        self.assert_refused(self.dry_run("--save-capture", link), CANNOT_CREATE, str(link))
        capture = self.directory / "capture"
        self.assert_exit(self.dry_run("--save-capture", capture), OK)
        next(capture.glob("*search*")).chmod(0o666)
        run = run_program(self.directory, "--source", f"file:{capture}", "--dry-run")
        self.assert_exit(run, DATA, "can be written by others")
        if not IS_ROOT:
            return
        foreign = self.directory / "foreign"
        foreign.mkdir(0o777)
        os.chown(foreign, NOBODY, -1)
        asked = len(self.platform.requests)
        self.assert_exit(self.dry_run("--save-capture", foreign), CANNOT_CREATE, "belongs to another user")
        self.assertEqual(asked, len(self.platform.requests))


@unittest.skipUnless(IS_ROOT, "only root can run the program as another user")
class Groups(TrustTest):
    """What a group can write is trusted where the user of the program is the only one in it."""

    USER = 65532
    """Has no name here, as in a container."""
    VOLUME = 3000000
    """A group that only Kubernetes knows (fsGroup)."""

    def setUp(self):
        super().setUp()
        self.directory.chmod(0o711)
        self.trust[1].chmod(0o644)
        self.state = self.directory / "volume"
        self.state.mkdir()

    def run_as(self, user, group, groups, *options):
        os.chown(self.password, user, group)

        def become():
            os.setgroups(groups)
            os.setgid(group)
            os.setuid(user)
        return subprocess.run(
            [BINARY, *map(str, self.options("--job", "j", "--state-dir", self.state, "--collector", f"file://{self.state}/lines", "--password-file",
                                            self.password, *options))],
            cwd="/", env=environment(self.directory), capture_output=True, text=True, timeout=120, check=False, preexec_fn=become)

    def give(self, path, group, mode):
        os.chown(path, -1, group)
        path.chmod(mode)

    def test_of_a_volume_of_kubernetes_are_those_of_the_pod(self):
        self.give(self.state, self.VOLUME, 0o2775)
        for _ in range(2):
            run = self.run_as(self.USER, self.USER, [self.VOLUME])
            self.assertEqual(OK, run.returncode, run.stderr)
            # As the volume is mounted for the next pod.
            for path in self.state.rglob("*"):
                self.give(path, self.VOLUME, 0o2770 if path.is_dir() else 0o660)

    def test_of_which_the_process_is_none_are_those_of_others(self):
        self.give(self.state, self.VOLUME, 0o2775)
        run = self.run_as(self.USER, self.USER, [])
        self.assertEqual(CONFIGURATION, run.returncode, run.stderr)
        self.assertIn(f"{self.state} can be written by others", run.stderr)

    def test_of_several_users_are_those_of_others(self):
        other = pwd.getpwnam("nobody")
        self.give(self.state, other.pw_gid, 0o2775)
        run = self.run_as(self.USER, self.USER, [other.pw_gid])
        self.assertEqual(CONFIGURATION, run.returncode, run.stderr)
        self.assertIn(f"{self.state} can be written by others", run.stderr)
        self.assertEqual([], self.platform.requests)

    def test_that_a_user_has_alone_are_as_good_as_the_user(self):
        user = next((entry for entry in pwd.getpwall() if entry.pw_uid != 0 and users_of(entry.pw_gid) == {entry.pw_name}), None)
        if user is None:
            self.skipTest("no user here has a group of its own")
        config = self.write("job.conf", "no-manifest = yes\n")
        for path, mode in ((config, 0o664), (self.password, 0o660), (self.state, 0o775)):
            os.chown(path, user.pw_uid, user.pw_gid)
            path.chmod(mode)
        run = self.run_as(user.pw_uid, user.pw_gid, [user.pw_gid], "--config", config)
        self.assertEqual(OK, run.returncode, run.stderr)
        config.chmod(0o666)
        self.assertEqual(CONFIGURATION, self.run_as(user.pw_uid, user.pw_gid, [user.pw_gid], "--config", config).returncode)


def users_of(group):
    """The names of a group that the system knows."""
    try:
        members = grp.getgrgid(group).gr_mem
    except KeyError:
        return set()
    return {*members, *(entry.pw_name for entry in pwd.getpwall() if entry.pw_gid == group)}


class Secrets(TrustTest):
    def test_of_the_whole_run_are_hidden_wherever_they_come_back(self):
        capture = self.directory / "capture"
        self.platform.replace(LOGIN, json_answer({"token": "first-t0ken/1", "expiry": 0}), json_answer({"token": "second-t0ken/2"}))
        self.platform.replace(SEARCH, Answer(status=401))
        self.platform.replace_always(SEARCH, json_answer(
            {"code": 400, "message": f"{PASSWORD} first-t0ken/1 second-t0ken%2F2"}, status=400))
        run = self.dry_run("--save-capture", capture)
        self.assertIn("<hidden> <hidden> <hidden>", run.stderr)
        answers = b"".join(subprocess.run(["gzip", "-dc", path], capture_output=True, check=True).stdout
                           for path in capture.glob("*.gz"))
        for secret in (PASSWORD, "first-t0ken", "second-t0ken"):
            self.assertNotIn(secret, run.stderr)
            self.assertNotIn(secret.encode(), answers)

    def test_of_proxies_are_not_shown_where_their_address_is_odd(self):
        for address in ("http://puser:pr0x/ysecret@127.0.0.1:3128", "http://puser:pr0x#ysecret@127.0.0.1:3128",
                        "http://puser:pr0x?ysecret@127.0.0.1:3128", "http://puser:pr0x@ysecret@127.0.0.1:3128",
                        "http://puser:pr0x ysecret@127.0.0.1:3128", "http://puser:pr0xysecret@127.0.0.1:99999",
                        "http://puser:pr0xysecret@127.0.0.1:port", "htp://puser:pr0xysecret@127.0.0.1:1",
                        "ftp://puser:pr0xysecret@127.0.0.1:1"):
            with self.subTest(address):
                report = self.directory / "report"
                run = self.dry_run("--report", report, "--deadline", "2s", variables={"https_proxy": address})
                self.assertNotEqual(OK, run.status)
                for text in (run.stderr, report.read_text()):
                    self.assertNotIn("ysecret", text)

    def test_of_tls_sessions_are_not_written_down(self):
        keys = self.directory / "keys"
        self.assert_exit(self.dry_run(variables={"SSLKEYLOGFILE": str(keys)}), OK)
        self.assertFalse(keys.exists())

    def test_are_not_inherited_by_commands(self):
        command = "env > inherited; ls -l /proc/self/fd >> inherited; echo b3arer-t0ken"
        self.platform.replace(SEARCH, Answer(status=401))  # so the command runs again, with connections open
        run_program(self.directory, *self.options("--dry-run", *self.window(), "--bearer-token-command", command),
                    variables={"VRNI2SYSLOG_LOG_LEVEL": "warning"})
        inherited = (self.directory / "inherited").read_text()
        self.assertNotIn("VRNI2SYSLOG_", inherited)
        self.assertNotIn("socket:", inherited)


class Process(TrustTest):
    def run_in(self, prepare, *options):
        """Runs the program in a process that `prepare` has set up."""
        done = subprocess.run([BINARY, *map(str, self.options(*options))], cwd=self.directory, env=environment(self.directory),
                              capture_output=True, text=True, timeout=120, check=False, preexec_fn=prepare)
        return done

    def test_a_limit_of_file_lengths_is_an_error_with_a_message(self):
        import resource
        done = self.run_in(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY)),
                           "--job", "j", "--state-dir", self.directory / "state", "--collector", "udp://127.0.0.1:9",
                           "--password-file", self.password)
        self.assertEqual(CANNOT_WRITE, done.returncode, done.stderr)
        self.assertIn("File too large", done.stderr)
        self.assertEqual([], [path.name for path in (self.directory / "state").iterdir() if not path.name.endswith(".lock")])

    def test_a_limit_that_the_store_of_sent_flows_reaches_leaves_it_whole(self):
        import resource
        options = ("--job", "j", "--state-dir", self.directory / "state", "--collector", f"file://{self.directory}/flows.log",
                   "--password-file", self.password, "--repeat-after", "7d")
        for blocks in (4, 16, 64):
            with self.subTest(blocks=blocks):
                done = self.run_in(lambda blocks=blocks: resource.setrlimit(resource.RLIMIT_FSIZE, (512 * blocks, resource.RLIM_INFINITY)),
                                   *options)
                if done.returncode != OK:
                    self.assertIn(done.returncode, (CANNOT_CREATE, CANNOT_WRITE, TEMPORARY), done.stderr)
                    self.assertEqual(1, done.stderr.count("error: "), done.stderr)
                    self.assertNotIn("bug", done.stderr)
        self.assert_exit(self.job("--repeat-after", "7d"), OK)
        with contextlib.closing(sqlite3.connect(self.directory / "state" / "seen-flows.sqlite")) as store:
            self.assertEqual(("ok",), store.execute("PRAGMA integrity_check").fetchone())
            self.assertEqual((3,), store.execute("SELECT count(*) FROM seen").fetchone())

    def test_a_parent_that_ignores_the_end_of_children_makes_no_difference(self):
        self.platform.tokens.add("b3arer-t0ken")
        done = self.run_in(lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN), "--dry-run", *self.window(),
                           "--bearer-token-command", "echo b3arer-t0ken")
        self.assertEqual((OK, ""), (done.returncode, done.stderr))
        self.assertEqual(3, done.stdout.count(" FLOW_"), done.stdout)


if __name__ == "__main__":
    main()
