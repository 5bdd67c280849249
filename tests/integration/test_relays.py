"""A relay between the program and its collector: one that passes every end on is as good as none, and one that answers for the
collector behind it is believed, as README.md says."""

from support.job import DAY, OK, TEMPORARY, JobTest, parse, urls_of
from support.certificates import CertificateAuthority
from support.peers import ScriptedPeer, closes_if_idle, closes_whenever_idle, read_frames, reset_after, reset_on_close, server_context
from support.process import free_port
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


class IdleRelays(JobTest):
    """A load balancer that ends what is idle, and a platform that needs longer for its first flows."""

    flows = 200
    switches = ("--latency", "300")
    IDLE_SECONDS = 0.3

    def assert_made_again(self, ends):
        peer = self.start(ScriptedPeer([closes_if_idle(self.IDLE_SECONDS, ends)] * 9))
        run = self.run_job(urls_of(peer.port), "--log-level", "info", "--confirm", "consumed")
        self.assert_exit(run, OK, f"tcp://127.0.0.1:{peer.port}: the connection ended before the first line")
        self.assertNotIn("in vain", run.stderr)
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
        run = self.run_job(urls_of(peer.port), "--log-level", "info", "--deadline", "5s")
        self.assert_exit(run, TEMPORARY, "Connection refused", "given up")


class SlowPlatform(JobTest):
    """A platform that takes longer for every answer than a load balancer lets a connection be idle. Each pause ends a connection."""

    flows = 60
    switches = ("--latency", "1500", "--page-cap", "20")
    IDLE_SECONDS = 1.2

    def assert_gets_through(self, peer, url, split, *options):
        """In the first attempt, with every line once: the pause before the first line shows how long a connection may be idle."""
        run = self.run_job([url], "--log-level", "info", "--confirm", "consumed", "--concurrency", "1", *options)
        self.assert_exit(run, OK, "the connection ended before the first line", "after 1 s without a line")
        self.assertNotIn("in vain", run.stderr)
        peer.stop()
        self.assertGreater(peer.connections, 3)
        lines = [line for delivery in peer.deliveries for line in split(delivery)]
        self.assertEqual(1, sum("MANIFEST" in line for line in lines))
        self.assert_complete(parse(lines), self.watermark() - DAY, self.watermark())

    def scripts(self):
        return [closes_whenever_idle(self.IDLE_SECONDS)] * 99

    def test_over_tcp(self):
        peer = self.start(ScriptedPeer(self.scripts()))
        self.assert_gets_through(peer, *urls_of(peer.port), lambda delivery: delivery.decode().split("\n")[:-1])

    def test_over_tls(self):
        authority = CertificateAuthority(self.directory)
        peer = self.start(ScriptedPeer(self.scripts(), context=server_context(authority.issue("collector"))))
        self.assert_gets_through(
            peer, f"tls://localhost:{peer.port}", lambda delivery: [frame.decode() for frame in read_frames(delivery)],
            "--collector-ca-file", authority.ca_file)


if __name__ == "__main__":
    main()
