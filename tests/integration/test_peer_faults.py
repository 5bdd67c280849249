"""Whatever a collector does to its connection, no line is lost: what it has not confirmed it gets again, or another one does."""

import shutil
import signal
import socket
import subprocess
import time

from support.certificates import CertificateAuthority
from support.expected_line import rfc3339
from support.job import DAY, OK, TEMPORARY, JobTest, parse, urls_of
from support.network_fault import SystemCalls
from support.peers import (
    PythonCollector, ScriptedPeer, never_closes, never_reads, reads_slowly, reset_after, reset_on_close, server_context,
)
from support.process import free_port, wait_until
from support.program import ROOT, seconds
from support.relp_peer import RelpPeer
from support.silent_listener import SilentListener
from support.simulator import Simulator
from support.testcase import IS_FULL, main

VERIFY = ROOT / "packaging/vrni2syslog-verify"
CLOSE_WAIT = 8
"""The state of a connection whose other side has ended its half: TCP_CLOSE_WAIT of Linux."""
POSITIONS = 40
COLLECTORS_OF_A_RUN = 100
SMALL_BUFFER = 4096
CHANGE_OF_LENGTH = 16
"""Bytes by which the lines of the same flows may differ from one run to the next: process ids and numbers of attempts."""
SEEDS = range(1, 41) if IS_FULL else range(1, 5)


class Resets(JobTest):
    flows = 4

    def test_a_reset_behind_any_byte_loses_no_line(self):
        """One run has many collectors, each of which resets its first connection behind another byte."""
        total = len(self.run_job(urls_of(9), "--dry-run").stdout)
        self.assertGreater(total, 1000)
        step = 1 if IS_FULL else max(1, total // POSITIONS)
        positions = list(range(0, total + 1, step))
        for first in range(0, len(positions), COLLECTORS_OF_A_RUN):
            self.reset_behind(positions[first:first + COLLECTORS_OF_A_RUN])

    def reset_behind(self, positions):
        """`positions` may lie a little behind the end of a run that begins later than the one that was measured."""
        shutil.rmtree(self.state, ignore_errors=True)
        peers = [self.start(ScriptedPeer([reset_after(position)] * 20)) for position in positions]
        urls = urls_of(*(peer.port for peer in peers))
        job = self.start_job(urls)
        job.wait_until(lambda: all(peer.ended for peer in peers), "every collector has reset a connection")
        job.send_signal(signal.SIGTERM)
        self.assertEqual(TEMPORARY, job.wait(seconds(60)), job.output_text())
        wait_until(lambda: all(peer.ended == peer.connections for peer in peers), "the peers have seen the end")
        self.assertEqual({self.watermark()}, set(self.watermarks().values()), "nothing is confirmed")
        start = self.watermark()
        for peer in peers:
            del peer.scripts[1:]
        run = self.run_job(urls)
        self.assertEqual(OK, run.status, str(run))
        for peer, position in zip(peers, positions):
            with self.subTest(behind=position):
                peer.stop()
                self.assertGreaterEqual(len(peer.deliveries), 3)
                self.assertLess(position - len(peer.deliveries[0]), CHANGE_OF_LENGTH)
                self.assertLessEqual(len(peer.deliveries[0]), position)
                # What the run that was stopped had begun may be read last.
                whole = max(peer.deliveries[1:], key=len)
                self.assert_complete(parse(whole.decode().split("\n")), start, self.watermark())


class Peers(JobTest):
    flows = 1500
    """More of a day than the buffers of both sides hold where the collector's is small."""

    def assert_another_gets_all(self, script, *texts, options=(), **more):
        """A collector that behaves so is left for the next one of the list, which gets every line."""
        peer, other = self.start(ScriptedPeer([script] * 9, **more)), self.start(ScriptedPeer())
        url = ",".join(urls_of(peer.port, other.port))
        run = self.run_job([url], "--log-level", "info", "--send-timeout", "2s", *options)
        self.assert_exit(run, OK, f"tcp://127.0.0.1:{peer.port}", "delivery is not confirmed", *texts)
        other.stop()
        self.assert_complete(parse(other.lines()), self.watermark() - DAY, self.watermark())

    def test_one_that_never_reads(self):
        self.assert_another_gets_all(never_reads, "took no", receive_buffer=SMALL_BUFFER)

    def test_one_that_reads_a_byte_a_second(self):
        def script(peer, connection):
            while connection.recv(1):
                peer.pause(1)
        self.assert_another_gets_all(script, "took no", receive_buffer=SMALL_BUFFER)

    def test_one_that_ends_its_side_first_though_it_reads_on(self):
        def script(peer, connection):
            connection.shutdown(socket.SHUT_WR)
            peer.take_all(connection)
        self.assert_another_gets_all(script, "closed the connection")

    def test_one_that_resets_when_it_has_read_all(self):
        def script(peer, connection):
            peer.take_all(connection)
            reset_on_close(connection)
        self.assert_another_gets_all(script, "reset the connection")

    def test_one_that_leaves_its_last_bytes_unread(self):
        def script(peer, connection):
            peer.take_until(connection, b"MANIFEST")
            peer.pause(0.3)
        self.assert_another_gets_all(script, "the collector")

    def test_one_that_never_answers_the_end_where_that_is_demanded(self):
        self.assert_another_gets_all(never_closes, "did not close its side", options=(
            "--confirm", "consumed", "--close-timeout", f"{seconds(5)}s"))

    def test_one_that_is_slow_but_reads(self):
        """For longer than its time-out, which is that without any progress."""
        self.assert_slow_one_gets_all(reads_slowly(8, count=40_000), send_timeout="2s")

    def test_one_that_reads_slowly_behind_a_window_smaller_than_a_segment(self):
        """The kernel counts the time since its first probe of such a window, although bytes are taken all the while."""
        self.assert_slow_one_gets_all(reads_slowly(17), send_timeout="3s")

    def assert_slow_one_gets_all(self, script, send_timeout):
        peer = self.start(ScriptedPeer([script]))
        self.assert_silent(self.run_job(urls_of(peer.port), "--send-timeout", send_timeout))
        peer.stop()
        self.assertEqual(1, peer.connections)
        self.assert_complete(parse(peer.lines()), self.watermark() - DAY, self.watermark())

    def test_one_whose_window_is_closed_over_relp(self):
        """Its kernel answers every probe, and nothing is taken."""
        def script(peer, connection):
            opening = connection.recv(4096)
            connection.sendall(opening.split(b" ")[0] + b" rsp 37 200 OK\nrelp_version=0\ncommands=syslog\n")
            peer.pause()
        peer = self.start(ScriptedPeer([script] * 9, receive_buffer=SMALL_BUFFER))
        job = self.start_job([f"relp://127.0.0.1:{peer.port}"], "--send-timeout", "2s", "--log-level", "info")
        self.assert_in_vain(job, "for 2 s", "was in vain")

    def test_one_that_talks_all_the_time(self):
        def script(peer, connection):
            connection.sendall(b"<13>who are you?\n" * 10_000)
            peer.take(connection, 1000)
            connection.sendall(b"\x15\x03\x03\x00\x02\x02\x28" * 1000)
            peer.take_all(connection)
        peer = self.start(ScriptedPeer([script]))
        self.assert_silent(self.run_job(urls_of(peer.port)))
        peer.stop()
        self.assert_complete(parse(peer.lines()), self.watermark() - DAY, self.watermark())


    def test_one_that_talks_all_the_time_over_tls(self):
        authority = CertificateAuthority(self.directory / "authority")

        def script(peer, connection):
            connection.sendall(b"<13>who are you?\n" * 10_000)
            peer.take_all(connection)
        peer = self.start(ScriptedPeer([script], context=server_context(authority.issue("collector"))))
        self.assert_silent(self.run_job([f"tls://localhost:{peer.port}?framing=lf"], "--collector-ca-file", authority.ca_file))
        peer.stop()
        self.assertEqual(1, peer.connections)
        self.assert_complete(parse(peer.lines()), self.watermark() - DAY, self.watermark())


class Limits(JobTest):
    flows = 50

    def test_one_that_shuts_its_side_down_before_it_has_read_is_taken_for_one_that_has(self):
        """A socket that is closed with unread bytes resets, unless its process has called shutdown(2) on it: then nobody on
        this side can know. README says so, and the missing manifest tells."""
        def script(peer, connection):
            while connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != CLOSE_WAIT:
                peer.pause(0.01)
            connection.shutdown(socket.SHUT_RDWR)
        peer = self.start(ScriptedPeer([script]))
        self.assert_silent(self.run_job(urls_of(peer.port), "--confirm", "consumed"))
        peer.stop()
        self.assertEqual(b"", peer.received)
        archive = self.directory / "archive"
        archive.write_bytes(peer.received)
        start, end = (rfc3339(time) for time in (self.watermark() - DAY, self.watermark()))
        verify = subprocess.run([VERIFY, "--since", start, "--until", end, archive], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(2, verify.returncode, verify.stdout + verify.stderr)


class Absences(JobTest):
    flows = 50

    def test_one_that_refuses_and_comes_up_later(self):
        port = free_port()
        job = self.start_job(urls_of(port), "--log-level", "info")
        job.wait_until(lambda: "attempt 1 was in vain" in job.output_text(), "the first attempt")
        peer = self.start(ScriptedPeer(port=port))
        self.assertEqual(OK, job.wait(seconds(60)), job.output_text())
        self.assertIn("Connection refused", job.output_text())
        peer.stop()
        self.assert_complete(parse(peer.lines()), self.watermark() - DAY, self.watermark())


class Idleness(JobTest):
    """The platform is slow, so that the collector hears nothing for a while."""

    @classmethod
    def setUpClass(cls):
        now = int(time.time())
        cls.simulator = cls.start_for_class(Simulator(
            cls.class_directory(), "--latency", 1100, flows=2000, since=now - 2 * DAY, until=now))

    def test_one_that_closes_every_connection_after_a_while_ends_the_run_in_time(self):
        """Idle or not, and read or not: nothing counts, and it is told why."""
        peer = self.start(ScriptedPeer([lambda peer, _: peer.pause(0.5)] * 99))
        run = self.run_job(urls_of(peer.port), "--deadline", "20s")
        self.assert_exit(run, TEMPORARY, f"tcp://127.0.0.1:{peer.port}", "--deadline leaves no time")
        self.assertRegex(run.stderr, "(closed|reset) the connection")
        self.assertGreater(peer.connections, 1)
        self.assertEqual([], peer.lines())
        self.assertIn("nothing confirmed yet", self.operate("--status").stdout.decode())

    def test_a_connection_on_which_nothing_is_sent_for_long_is_kept(self):
        peer = self.start(ScriptedPeer())
        # Each pause is longer than the time without progress, which counts only where there is something to send.
        self.assert_silent(self.run_job(urls_of(peer.port), "--send-timeout", "1s"))
        peer.stop()
        self.assertEqual(1, peer.connections)
        self.assert_complete(parse(peer.lines()), self.watermark() - DAY, self.watermark())


class NobodyAccepts(JobTest):
    flows = 50

    def test_what_a_kernel_has_taken_counts_only_where_no_more_is_demanded(self):
        listener = self.start(SilentListener(is_full=False))
        url = urls_of(listener.port)[0]
        job = self.start_job([url], "--confirm", "consumed", "--close-timeout", "1s", "--log-level", "info", ago=5)
        self.assert_in_vain(job, url, "its process may not have read them")
        start = self.watermark()
        self.assert_exit(self.run_job([url], "--close-timeout", "1s", ago=5), OK, url, "--confirm")
        self.assertAlmostEqual(start + DAY, self.watermark(), delta=seconds(60))


class SystemCallFaults(JobTest):
    """Calls that are interrupted, would have to wait, or move only some of the bytes, in any order."""

    flows = 100

    def deliver(self, port, scheme, seed):
        shutil.rmtree(self.state, ignore_errors=True)
        faults = SystemCalls(self.directory, port, seed=seed)
        run = self.run_job([f"{scheme}://127.0.0.1:{port}"], variables=faults.variables)
        self.assert_exit(run, OK)
        self.assertGreater(faults.count(), 10)
        return run

    def test_tcp(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                peer = self.start(ScriptedPeer())
                self.assertEqual("", self.deliver(peer.port, "tcp", seed).stderr)
                peer.stop()
                self.assertEqual(1, peer.connections)
                self.assert_complete(parse(peer.lines()), self.watermark() - DAY, self.watermark())

    def test_relp(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                peer = self.start(RelpPeer())
                self.assertEqual("", self.deliver(peer.port, "relp", seed).stderr)
                peer.stop()
                self.assertEqual(1, peer.connections)
                lines = [line.decode() for line in peer.lines]
                self.assert_complete(parse(lines), self.watermark() - DAY, self.watermark())

    def test_datagrams_wait_for_a_full_queue_of_the_device(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
                    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
                    receiver.bind(("127.0.0.1", 0))
                    receiver.settimeout(seconds(10))
                    self.deliver(receiver.getsockname()[1], "udp", seed)
                    lines = []
                    while not lines or "MANIFEST" not in lines[-1]:
                        lines.append(receiver.recv(65536).decode())
                self.assert_complete(parse(lines), self.watermark() - DAY, self.watermark())


class Datagrams(JobTest):
    flows = 20

    def test_nobody_listens(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        job = self.start_job([f"udp://127.0.0.1:{port}"], "--log-level", "info")
        self.assert_in_vain(job, f"udp://127.0.0.1:{port}", "nothing listens there", "is the collector running?")
        start = self.watermark()
        other = self.start(PythonCollector())
        self.assert_exit(self.run_job(urls_of(other.port)), OK)
        other.stop()
        self.assert_complete(parse(other.received.decode().split("\n")), start, self.watermark())


if __name__ == "__main__":
    main()
