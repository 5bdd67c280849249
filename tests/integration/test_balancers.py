"""Real load balancers and tunnels between the program and its collector: what a receipt is worth behind them, and what costs nothing."""

import subprocess

from support.balancer import Haproxy, Nginx, Stunnel
from support.certificates import CertificateAuthority
from support.expected_line import Window
from support.job import DAY, JobTest, parse, urls_of
from support.peers import ScriptedPeer, dies_at_the_end, never_reads, read_frames, reads_slowly, server_context
from support.process import free_port
from support.program import ROOT
from support.rsyslogd import Rsyslogd
from support.silent_listener import SilentListener
from support.testcase import main

VERIFY = ROOT / "packaging/vrni2syslog-verify"


class BalancerTest(JobTest):
    def setUp(self):
        super().setUp()
        self.authority = CertificateAuthority(self.directory / "authority")
        self.certificate = self.authority.issue("collector")

    def tls_options(self):
        return ("--collector-ca-file", self.authority.ca_file)

    def assert_all_there(self, lines):
        self.assert_complete(parse(lines), self.watermark() - DAY, self.watermark())

    def assert_all_stored(self, collector):
        """rsyslogd acknowledges what is in its queue, and has yet to write it."""
        window = Window(self.watermark() - DAY, self.watermark())
        collector.wait_for(len(self.simulator.expected_ids(window)) + 1)  # with the manifest
        self.assert_all_there(collector.lines())

    def assert_not_confirmed(self, url, *options):
        job = self.start_job([url], "--log-level", "info", *options)
        said = self.assert_in_vain(job, "was in vain")
        self.assertEqual([], [verdict for verdict in self.values("  verdict") if verdict == "consumed"])
        return said


class CollectorUp(BalancerTest):
    flows = 300

    def assert_delivered(self, balancer, peer, *options, url="tcp://127.0.0.1:{}", split=lambda data: data.decode().split("\n")[:-1]):
        self.assert_silent(self.run_job([url.format(balancer.port)], "--confirm", "consumed", *options))
        peer.stop()
        self.assertEqual(1, len(peer.deliveries))
        self.assert_all_there(split(peer.received))

    def test_haproxy(self):
        peer = self.start(ScriptedPeer())
        self.assert_delivered(self.start(Haproxy(self.directory, peer.port)), peer)

    def test_nginx(self):
        peer = self.start(ScriptedPeer())
        self.assert_delivered(self.start(Nginx(self.directory, peer.port)), peer)

    def test_stunnel_that_ends_tls(self):
        peer = self.start(ScriptedPeer())
        self.assert_delivered(self.start(Stunnel(self.directory, peer.port, self.certificate)), peer, *self.tls_options(),
                              url="tls://localhost:{}?framing=lf")

    def test_tls_passed_through(self):
        peer = self.start(ScriptedPeer(context=server_context(self.certificate)))
        self.assert_delivered(
            self.start(Haproxy(self.directory, peer.port)), peer, *self.tls_options(), url="tls://localhost:{}",
            split=lambda data: [frame.decode() for frame in read_frames(data)])

    def test_relp_passed_through(self):
        collector = self.start(Rsyslogd(self.directory, module="imrelp", is_raw=True))
        balancer = self.start(Haproxy(self.directory, collector.port))
        self.assert_silent(self.run_job([f"relp://127.0.0.1:{balancer.port}"], "--confirm", "consumed"))
        self.assert_all_stored(collector)

    def test_a_collector_with_a_small_window(self):
        peer = self.start(ScriptedPeer([reads_slowly(14)]))
        self.assert_delivered(self.start(Haproxy(self.directory, peer.port)), peer, "--send-timeout", "4s", "--close-timeout", "1m")


class CollectorDown(BalancerTest):
    flows = 20
    """Little enough for the balancer's buffer."""

    def test_haproxy_keeps_our_end_and_closes_in_order(self):
        """The limit of what can be known over TCP: nothing distinguishes this from a collector that has read everything. The archive
        shows it, because the manifest is missing as well. The balancer still tries to reach a collector that does not answer when our
        end comes: where it is refused at once, it may close the connection before that."""
        balancer = self.start(Haproxy(self.directory, self.start(SilentListener()).port))
        self.assert_silent(self.run_job(urls_of(balancer.port), "--confirm", "consumed"))
        self.assertEqual(["consumed"], self.values("  verdict"))
        verify = subprocess.run([VERIFY], input=b"", capture_output=True, timeout=60, check=False)
        self.assertEqual(2, verify.returncode)

    def test_check_does_not_call_that_consumed(self):
        balancer = self.start(Haproxy(self.directory, self.start(SilentListener()).port))
        run = self.run_job(urls_of(balancer.port), "--check")
        self.assert_exit(run, 0)
        self.assertIn("closed in order; nothing was sent", run.stdout.decode())
        self.assertNotIn("consumed", run.stdout.decode())

    def test_tls_passed_through_is_not_confirmed(self):
        balancer = self.start(Haproxy(self.directory, free_port()))
        self.assert_not_confirmed(f"tls://localhost:{balancer.port}", *self.tls_options())

    def test_relp_passed_through_is_not_confirmed(self):
        balancer = self.start(Haproxy(self.directory, free_port()))
        self.assert_not_confirmed(f"relp://127.0.0.1:{balancer.port}")

    def test_nginx_passes_the_failure_on(self):
        self.assert_not_confirmed(*urls_of(self.start(Nginx(self.directory, free_port())).port))

    def test_stunnel_passes_the_failure_on(self):
        balancer = self.start(Stunnel(self.directory, free_port(), self.certificate))
        self.assert_not_confirmed(f"tls://localhost:{balancer.port}?framing=lf", *self.tls_options())


class CollectorKilled(BalancerTest):
    """A collector that is connected and dies with every line unread. The rest of the limit: what reads the lines in its place closes
    its connection to us in order."""

    flows = 20

    def assert_lost(self, balancer, peer, *options, url="tcp://127.0.0.1:{}"):
        self.assert_silent(self.run_job([url.format(balancer.port)], "--confirm", "consumed", *options))
        self.assertEqual(["consumed"], self.values("  verdict"))
        peer.stop()
        self.assertEqual((1, b""), (peer.connections, bytes(peer.received)))

    def test_haproxy(self):
        peer = self.start(ScriptedPeer([dies_at_the_end]))
        self.assert_lost(self.start(Haproxy(self.directory, peer.port)), peer)

    def test_nginx_that_passes_our_end_on(self):
        peer = self.start(ScriptedPeer([dies_at_the_end]))
        self.assert_lost(self.start(Nginx(self.directory, peer.port, options="proxy_half_close on;")), peer)

    def test_nginx_answers_our_end_by_itself(self):
        peer = self.start(ScriptedPeer([never_reads]))
        self.assert_lost(self.start(Nginx(self.directory, peer.port)), peer)

    def test_stunnel(self):
        peer = self.start(ScriptedPeer([dies_at_the_end]))
        self.assert_lost(self.start(Stunnel(self.directory, peer.port, self.certificate)), peer, *self.tls_options(),
                         url="tls://localhost:{}?framing=lf")

    def test_tls_passed_through(self):
        """Many collectors do not end TLS by themselves (close_notify) before they end the connection, so its absence tells nothing."""
        peer = self.start(ScriptedPeer([dies_at_the_end], context=server_context(self.certificate)))
        self.assert_lost(self.start(Haproxy(self.directory, peer.port)), peer, *self.tls_options(), url="tls://localhost:{}")

    def test_without_anything_in_between_it_is_not_confirmed(self):
        peer = self.start(ScriptedPeer([dies_at_the_end] * 9))
        self.assert_not_confirmed(*urls_of(peer.port))


class Habits(BalancerTest):
    """What balancers do to connections of collectors that are up."""

    flows = 60
    switches = ("--page-cap", "20")
    IDLE = "3s"
    """Of a connection, before the balancer closes it. The program takes half of that for the most that may be."""

    def start_and_wait_for_end(self, url, *options):
        """A job whose connection is closed before it has a line."""
        self.simulator.close_gate()
        self.addCleanup(self.simulator.open_gate)
        job = self.start_job([url], "--log-level", "info", "--concurrency", "1", *options)
        job.wait_until(lambda: "without a line" in job.output_text(), "the end is seen")
        return job

    def test_idle_connections_are_closed_and_the_job_gets_through(self):
        peer = self.start(ScriptedPeer())
        balancer = self.start(Haproxy(self.directory, peer.port, idle=self.IDLE))
        job = self.start_and_wait_for_end(*urls_of(balancer.port), "--confirm", "consumed")
        self.pause_between_lines(job, lambda: len(peer.received), peer.is_unconnected)
        self.assertNotIn("in vain", job.output_text())
        peer.stop()
        self.assert_all_there(peer.lines())

    def test_the_same_over_relp(self):
        collector = self.start(Rsyslogd(self.directory, module="imrelp", is_raw=True))
        balancer = self.start(Haproxy(self.directory, collector.port, idle=self.IDLE))
        job = self.start_and_wait_for_end(f"relp://127.0.0.1:{balancer.port}")
        self.pause_between_lines(job, collector.count, collector.is_unconnected)
        self.assertNotIn("in vain", job.output_text())
        self.assert_all_stored(collector)

    def test_one_that_ends_by_a_reset_never_confirms_and_the_message_says_what_does(self):
        peer = self.start(ScriptedPeer())
        balancer = self.start(Haproxy(self.directory, peer.port, options="option nolinger"))
        said = self.assert_not_confirmed(*urls_of(balancer.port))
        self.assertIn("reset the connection in place of closing it", said)
        self.assertIn("relp://", said)


if __name__ == "__main__":
    main()
