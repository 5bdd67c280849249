"""A relay between the program and its collector: one that passes every end on is as good as none, and one that answers for the
collector behind it is believed, as README.md says."""

import threading

from support.job import DAY, OK, JobTest, parse, urls_of
from support.certificates import CertificateAuthority
from support.peers import ScriptedPeer, ends_when, read_frames, reset_after, reset_on_close, server_context
from support.process import IsIdle, free_port
from support.relay import Relay
from support.testcase import main


class Relays(JobTest):
    flows = 200

    def test_one_that_passes_ends_on(self):
        collector = self.start(ScriptedPeer())
        relay = self.start(Relay(collector.port))
        self.assert_silent(self.run_job(urls_of(relay.port), "--confirm", "consumed"))
        collector.stop()
        self.assert_complete(parse(collector.lines()), self.watermark() - DAY, self.watermark())

    def test_one_whose_collector_dies_in_the_middle(self):
        collector = self.start(ScriptedPeer([reset_after(5000), lambda peer, connection: peer.take(connection, 5000)]))
        relay = self.start(Relay(collector.port))
        run = self.run_job(urls_of(relay.port), "--log-level", "info")
        self.assert_exit(run, OK, "attempt 2 was in vain", "delivery is not confirmed")
        collector.stop()
        self.assert_complete(parse(collector.deliveries[-1].decode().split("\n")), self.watermark() - DAY, self.watermark())

    def test_one_whose_collector_is_down(self):
        relay = self.start(Relay(free_port()))
        other = self.start(ScriptedPeer())
        run = self.run_job([",".join(urls_of(relay.port, other.port))], "--log-level", "info")
        # While it connects, or behind that.
        self.assert_exit(run, OK, f"tcp://127.0.0.1:{relay.port}: ", "reset")
        other.stop()
        self.assert_complete(parse(other.lines()), self.watermark() - DAY, self.watermark())

    def test_one_that_dies_itself(self):
        collector = self.start(ScriptedPeer())
        relay = self.start(Relay(collector.port, cut_after=5000))
        self.assert_exit(self.run_job(urls_of(relay.port), "--log-level", "info"), OK, "attempt 1 was in vain")
        collector.stop()
        self.assert_complete(parse(collector.deliveries[-1].decode().split("\n")), self.watermark() - DAY, self.watermark())

    def test_one_that_answers_for_its_collector_is_believed(self):
        """The limit of what can be known: the lines are with the relay, and nobody else."""
        relay = self.start(Relay(free_port(), answers_itself=True))
        self.assert_silent(self.run_job(urls_of(relay.port)))
        self.assertGreater(relay.bytes_from_client, 10_000)
        self.assertEqual(["consumed"], self.values("  verdict"))


class SlowPlatform(JobTest):
    """The platform has nothing to send for longer than something in between lets a connection be idle."""

    flows = 200
    switches = ("--page-cap", "20")
    IDLE_SECONDS = 3
    """The program takes less than a second for no idle time, and leaves the next connection idle for half as long."""

    def setUp(self):
        super().setUp()
        self.simulator.close_gate()
        self.addCleanup(self.simulator.open_gate)

    def start_and_wait_for_end(self, url, *options):
        """A job whose connection ends before it has a line."""
        job = self.start_job([url], "--log-level", "info", "--confirm", "consumed", "--concurrency", "1", *options)
        job.wait_until(lambda: f"{url}: the connection ended before the first line" in job.output_text(), "the end is seen")
        return job

    def assert_made_again(self, ends):
        moment = threading.Event()
        peer = self.start(ScriptedPeer([ends_when(moment, ends)]))
        job = self.start_job(urls_of(peer.port), "--log-level", "info", "--confirm", "consumed")
        job.wait_until(self.simulator.waiting_fetches, "the collector is connected, and the platform has been asked")
        job.wait_until(IsIdle(job.pid), "the run waits for flows")
        moment.set()
        job.wait_until(lambda: "the connection ended before the first line" in job.output_text(), "the end is seen")
        self.simulator.open_gate()
        self.assertEqual(OK, job.wait(), job.output_text())
        self.assertNotIn("in vain", job.output_text())
        peer.stop()
        self.assertEqual(2, peer.connections)
        self.assertEqual(b"", peer.deliveries[0])
        self.assertNotIn(b'attempt="', peer.received)
        self.assert_complete(parse(peer.lines()), self.watermark() - DAY, self.watermark())

    def test_closed_in_order(self):
        self.assert_made_again(lambda connection: None)

    def test_reset(self):
        self.assert_made_again(reset_on_close)

    def test_gone_for_good(self):
        """It cannot be connected to again, so that the unit has to be sent again."""
        peer = self.start(ScriptedPeer([lambda peer, connection: peer.refuse()]))
        job = self.start_and_wait_for_end(*urls_of(peer.port))
        self.simulator.open_gate()
        self.assert_in_vain(job, "Connection refused", "was in vain")

    def assert_gets_through(self, peer, url, split, *options):
        """In the first attempt, with every line once: the pause before the first line shows how long a connection may be idle, and
        later ones are ended before that."""
        job = self.start_and_wait_for_end(url, *options)
        self.assertRegex(job.output_text(), r"after \d+ s without a line")
        self.pause_between_lines(job, lambda: len(peer.received), peer.is_unconnected)
        self.assertNotIn("in vain", job.output_text())
        peer.stop()
        self.assertGreater(peer.connections, 3)
        lines = [line for delivery in peer.deliveries for line in split(delivery)]
        self.assertEqual(1, sum("MANIFEST" in line for line in lines))
        self.assert_complete(parse(lines), self.watermark() - DAY, self.watermark())

    def closes_if_idle(self, peer, connection):
        """A script: the connection is closed when nothing has come for a while."""
        connection.settimeout(self.IDLE_SECONDS)
        try:
            peer.take_all(connection)
        except TimeoutError:
            pass

    def test_over_tcp(self):
        peer = self.start(ScriptedPeer([self.closes_if_idle]))
        self.assert_gets_through(peer, *urls_of(peer.port), lambda delivery: delivery.decode().split("\n")[:-1])

    def test_over_tls(self):
        authority = CertificateAuthority(self.directory)
        peer = self.start(ScriptedPeer([self.closes_if_idle], context=server_context(authority.issue("collector"))))
        self.assert_gets_through(
            peer, f"tls://localhost:{peer.port}", lambda delivery: [frame.decode() for frame in read_frames(delivery)],
            "--collector-ca-file", authority.ca_file)


if __name__ == "__main__":
    main()
