"""RELP: what counts as delivered is what the collector has acknowledged, line by line."""

import signal
import time

from support.certificates import CertificateAuthority
from support.collector import STREAM_LIMIT
from support.expected_line import Window
from support.job import DAY, JobTest, parse
from support.peers import PythonCollector, server_context
from support.program import seconds
from support.relay import Relay
from support.relp_peer import RelpPeer
from support.rsyslogd import Rsyslogd
from support.simulator import Simulator
from support.testcase import IntegrationTest, main

FLOWS = 500
OK, USAGE = 0, 64
MANY_FLOWS = 5_000
LONG_FLOWS = 300
LONG_LINE = 16_000
RSYSLOG_LIMIT = 8_096
"""Bytes of a line that rsyslog takes by default."""


class RelpTest(IntegrationTest):
    def send(self, url, *options):
        return self.simulator.run_program(self.directory, "--filter", "", "--collector", url, *options)

    def start_to_send(self, url, *options):
        """To somebody who does not confirm it."""
        return self.start(self.simulator.start_program(
            self.directory, "--filter", "", "--collector", url, "--log-level", "info", *options))


class ScriptedPeers(RelpTest):
    @classmethod
    def setUpClass(cls):
        cls.simulator = cls.start_for_class(Simulator(cls.class_directory(), flows=FLOWS))
        cls.ids = set(cls.simulator.expected_lines())

    def send_to(self, peer, *options):
        return self.send(f"relp://127.0.0.1:{peer.port}", *options)

    def assert_sent_in_vain(self, peer, *texts, options=()):
        self.assert_in_vain(self.start_to_send(f"relp://127.0.0.1:{peer.port}", *options), *texts)

    def assert_whole(self, peer, lines=None):
        """Every flow is in `lines`, by default all that came, of which then nothing went wrong."""
        peer.stop()
        if lines is None:
            self.assertEqual([], peer.errors)
            lines = peer.lines
        found = [line.split(b'flow_id="')[1].split(b'"')[0].decode() for line in lines if b'flow_id="' in line]
        self.assertEqual(sorted(self.ids), sorted(found))
        self.assertTrue(peer.is_closed_in_order)

    def assert_last_session_is_whole(self, peer):
        self.assertGreater(len(peer.lines), FLOWS + 1, "an earlier session has failed")
        self.assert_whole(peer, peer.lines[-FLOWS - 1:])

    def test_every_line_is_acknowledged(self):
        peer = self.start(RelpPeer())
        run = self.send_to(peer, "--confirm", "consumed")
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr)
        self.assert_whole(peer)
        self.assertEqual(FLOWS + 1, peer.acknowledged)

    def test_acknowledged_late(self):
        peer = self.start(RelpPeer(is_late=True))
        run = self.send_to(peer)
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr)
        self.assert_whole(peer)

    def test_refused(self):
        for number in (1, 200, FLOWS + 1):
            with self.subTest(line=number):
                peer = self.start(RelpPeer(refuse_line=number))
                self.assert_exit(self.send_to(peer, "--log-level", "info"), OK, f"relp://127.0.0.1:{peer.port}",
                                 "refused a line", '500 "no room left"', "are not acknowledged")
                self.assert_last_session_is_whole(peer)

    def test_never_acknowledged(self):
        peer = self.start(RelpPeer(silent_from_line=1))
        self.assert_sent_in_vain(peer, "acknowledged nothing for 1 s; 128 of ", "are not acknowledged", options=("--send-timeout", "1s"))

    def test_the_last_lines_are_never_acknowledged(self):
        peer = self.start(RelpPeer(silent_from_line=FLOWS - 1))
        self.assert_sent_in_vain(peer, f"acknowledged nothing for 1 s; 3 of {FLOWS + 1} lines", options=("--close-timeout", "1s"))

    def test_closed_early(self):
        for says_so in (True, False):
            for number in (1, 250, FLOWS + 1):
                with self.subTest(line=number, says_so=says_so):
                    peer = self.start(RelpPeer(leave_at_line=number, says_so=says_so))
                    run = self.send_to(peer, "--log-level", "info")
                    self.assert_exit(run, OK, "the collector", "the connection", "are not acknowledged")
                    self.assert_last_session_is_whole(peer)

    def test_close_without_an_answer(self):
        """The acknowledgements are the proof. The end of the session is waited for, but not for long, whatever --close-timeout is."""
        peer = self.start(RelpPeer(answers_close=False))
        begin = time.monotonic()
        run = self.send_to(peer, "--confirm", "consumed", "--close-timeout", "10m")
        self.assertLess(time.monotonic() - begin, seconds(60))
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr)
        self.assert_whole(peer)
        peer = self.start(RelpPeer(answers_close=False))
        run = self.send_to(peer, "--close-timeout", "1s", "--log-level", "info")
        self.assert_exit(run, OK, "the session did not end in order, which changes no receipt")

    def test_session_refused(self):
        peer = self.start(RelpPeer(opening=b"500 unknown client"))
        self.assert_sent_in_vain(peer, 'refuses the RELP session: 500 "unknown client"')

    def test_not_relp(self):
        """A collector of plain syslog, which takes the first frame for octet counting and waits for more."""
        peer = self.start(PythonCollector())
        self.assert_sent_in_vain(
            peer, f"relp://127.0.0.1:{peer.port}", "does it speak RELP on this port?", options=("--connect-timeout", "1s"))

    def test_fail_over(self):
        peer = self.start(RelpPeer(opening=b"500 go away"))
        other = self.start(RelpPeer())
        run = self.send(f"relp://127.0.0.1:{peer.port},relp://127.0.0.1:{other.port}")
        self.assert_exit(run, OK, "go away")
        self.assert_whole(other)

    def test_framing_makes_no_sense(self):
        self.assert_exit(self.send("relp://host?framing=octet"), USAGE, "framing", "relp://")

    def test_check(self):
        authority = CertificateAuthority(self.directory / "authority")
        certificate = authority.issue("collector")
        for scheme, context in (("relp", None), ("relps", server_context(certificate))):
            with self.subTest(scheme):
                peer = self.start(RelpPeer(context))
                url = f"{scheme}://localhost:{peer.port}"
                run = self.send(url, "--check", "--collector-ca-file", authority.ca_file)
                self.assertEqual(OK, run.status, str(run))
                text = run.stdout.decode()
                self.assertIn("RELP, scripted 1.0", text)
                self.assertIn(f"collector {url} close", text)
                self.assertEqual([], peer.lines)
                self.assertTrue(peer.is_closed_in_order)
                if context is not None:
                    self.assertIn(certificate.fingerprint(), text)


class Sessions(JobTest):
    """A run of 24 units opens one session and sends 24 epochs over it."""

    def run_units(self, port):
        self.assert_silent(self.run_job(
            [f"relp://127.0.0.1:{port}"], "--resolution", "1h", "--confirm", "consumed", "--no-manifest", ago=3))
        self.assertEqual(["consumed"], self.values("  verdict"))

    def test_one_session_for_all_units(self):
        peer = self.start(RelpPeer())
        self.run_units(peer.port)
        peer.stop()
        self.assertEqual([], peer.errors)
        self.assertEqual(1, peer.connections)
        self.assertTrue(peer.is_closed_in_order)
        lines = parse(line.decode() for line in peer.lines)
        self.assertEqual(24, len({(line.start, line.end) for line in lines}))
        self.assert_complete(lines, self.watermark() - DAY, self.watermark())

    def test_one_session_for_all_units_at_a_real_collector(self):
        collector = self.start(Rsyslogd(self.directory, "imrelp"))
        relay = self.start(Relay(collector.port))
        self.run_units(relay.port)
        self.assertEqual(1, relay.connections)
        window = Window(self.watermark() - DAY, self.watermark())
        collector.wait_for(len(self.simulator.expected_lines(window)))


class Rsyslog(RelpTest):
    @classmethod
    def setUpClass(cls):
        cls.simulator = cls.start_for_class(Simulator(cls.class_directory(), flows=MANY_FLOWS))
        cls.authority = CertificateAuthority(cls.class_directory() / "authority")
        cls.certificate = cls.authority.issue("collector")

    def start_until_a_line_is_there(self, collector, url, *options):
        """The platform lets no more through than that takes, before the gate is opened."""
        self.simulator.close_gate()
        self.addCleanup(self.simulator.open_gate)
        job = self.start_to_send(url, *options)
        self.simulator.permit_fetches_until(lambda: collector.count() > 0, "the first line at the collector", job, collector.process)
        return job

    def kill_in_the_middle(self, collector, url, *options):
        job = self.start_until_a_line_is_there(collector, url, *options)
        collector.process.kill()
        self.simulator.open_gate()
        self.assert_in_vain(job, "attempt 1 was in vain", "attempt 2 was in vain")
        self.assertLess(collector.count(), MANY_FLOWS)

    def test_killed_in_the_middle(self):
        collector = self.start(Rsyslogd(self.directory, "imrelp"))
        self.kill_in_the_middle(collector, f"relp://127.0.0.1:{collector.port}")

    def test_killed_in_the_middle_of_tls(self):
        collector = self.start(Rsyslogd(
            self.directory, "imrelp", self.certificate, self.authority.ca_file, tls_library="openssl"))
        self.kill_in_the_middle(
            collector, f"relps://localhost:{collector.port}", "--collector-ca-file", str(self.authority.ca_file))

    def test_stopped_in_the_middle(self):
        """It lives, and its kernel takes what the window allows, but nobody acknowledges it."""
        collector = self.start(Rsyslogd(self.directory, "imrelp"))
        job = self.start_until_a_line_is_there(collector, f"relp://127.0.0.1:{collector.port}", "--send-timeout", "2s")
        collector.process.send_signal(signal.SIGSTOP)
        self.addCleanup(collector.process.kill)
        self.simulator.open_gate()
        self.assert_in_vain(job, "acknowledged nothing for 2 s")

    def test_lines_longer_than_it_takes(self):
        """As it is without a limit in its configuration, it cuts them and acknowledges them all the same."""
        simulator = self.start(Simulator(self.directory, "--hostile", "1", flows=LONG_FLOWS))
        for limit, is_cut in ((None, True), (STREAM_LIMIT, False)):
            with self.subTest(limit=limit):
                directory = self.directory / str(limit)
                directory.mkdir()
                collector = self.start(Rsyslogd(directory, "imrelp", line_limit=limit, is_raw=True))
                sent = directory / "sent"
                run = simulator.run_program(
                    directory, "--filter", f"entity_id = '{self.long_flow(simulator)}'", "--no-manifest", "--max-size", LONG_LINE,
                    "--confirm", "consumed", "--collector", f"relp://127.0.0.1:{collector.port}", "--collector", f"file://{sent}",
                    "--state-dir", directory / "state")
                self.assert_exit(run, OK)
                self.assertEqual("", run.stderr)
                collector.wait_for(1)
                line, stored = sent.read_bytes(), collector.output.read_bytes()
                self.assertGreater(len(line), RSYSLOG_LIMIT)
                self.assertEqual(line[:RSYSLOG_LIMIT] + b"\n" if is_cut else line, stored)

    def long_flow(self, simulator):
        """One whose line is cut at LONG_LINE."""
        return next(flow for flow, line in simulator.expected_lines().items()
                    if 2 * LONG_LINE < sum(map(len, line.parameters.values())))

    def test_client_certificate_missing(self):
        """imrelp with GnuTLS, its default, demands one as soon as it has one itself, and says nothing."""
        collector = self.start(Rsyslogd(self.directory, "imrelp", self.certificate, self.authority.ca_file))
        job = self.start_to_send(f"relps://localhost:{collector.port}", "--collector-ca-file", self.authority.ca_file)
        self.assert_in_vain(job, "does it speak RELP on this port", "--collector-certificate")


if __name__ == "__main__":
    main()
