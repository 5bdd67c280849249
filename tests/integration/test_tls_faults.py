"""TLS connections that break, change their keys, or have certificates for something else."""

import shutil

from support.certificates import CertificateAuthority
from support.job import DAY, OK, JobTest, parse
from support.network_fault import Names, SystemCalls
from support.peers import ScriptedPeer, read_frames, server_context
from support.relay import Relay
from support.testcase import IS_FULL, main

UNAVAILABLE = 69
SEEDS = range(1, 41) if IS_FULL else range(1, 5)
POSITIONS = 64 if IS_FULL else 16
COLLECTORS_OF_A_RUN = 16


class TlsFaults(JobTest):
    flows = 8

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        directory = cls.class_directory()
        cls.authority = CertificateAuthority(directory / "authority")
        cls.certificate = cls.authority.issue("collector")
        cls.trust = ("--collector-ca-file", cls.authority.ca_file)

    def tls_peer(self, scripts=(), certificate=None):
        return self.start(ScriptedPeer(scripts, context=server_context(certificate or self.certificate)))

    def send(self, *ports, host="localhost", options=(), **more):
        return self.run_job([f"tls://{host}:{port}" for port in ports], *self.trust, *options, **more)

    def assert_delivered(self, peer):
        """By the last connection, if not before."""
        peer.stop()
        frames = [frame.decode() for frame in read_frames(peer.deliveries[-1])]
        self.assert_complete(parse(frames), self.watermark() - DAY, self.watermark())

    def test_a_reset_behind_any_byte_of_handshake_and_lines(self):
        """One run has many collectors, each behind a relay that resets the first connection behind another byte."""
        measure = self.start(Relay(self.tls_peer().port))
        self.assert_silent(self.send(measure.port))
        total = measure.bytes_from_client
        positions = [total * number // POSITIONS for number in range(POSITIONS)]
        for first in range(0, POSITIONS, COLLECTORS_OF_A_RUN):
            self.reset_behind(positions[first:first + COLLECTORS_OF_A_RUN])

    def reset_behind(self, positions):
        shutil.rmtree(self.state, ignore_errors=True)
        peers = [self.tls_peer() for _ in positions]
        relays = [self.start(Relay(peer.port, cut_after=position)) for peer, position in zip(peers, positions)]
        run = self.send(*(relay.port for relay in relays), options=("--log-level", "info"))
        self.assert_exit(run, OK)
        for peer, relay, position in zip(peers, relays, positions):
            with self.subTest(behind=position):
                self.assertIn(f"tls://localhost:{relay.port}: ", run.stderr)
                self.assertEqual(2, relay.connections)
                self.assert_delivered(peer)

    def test_interrupted_and_partial_system_calls(self):
        for seed in SEEDS:
            with self.subTest(seed=seed):
                shutil.rmtree(self.state, ignore_errors=True)
                peer = self.tls_peer()
                faults = SystemCalls(self.directory, peer.port, seed=seed)
                self.assert_silent(self.send(peer.port, variables=faults.variables))
                self.assertGreater(faults.count(), 10)
                self.assertEqual(1, peer.connections)
                self.assert_delivered(peer)

    def test_a_wildcard_covers_one_label(self):
        names = Names(self.directory)
        certificate = self.authority.issue("wildcard", "DNS:*.logs.test")
        for host, status in (("a.logs.test", OK), ("a.b.logs.test", UNAVAILABLE)):
            with self.subTest(host):
                shutil.rmtree(self.state, ignore_errors=True)
                names.set(host, "127.0.0.1")
                peer = self.tls_peer(certificate=certificate)
                run = self.send(peer.port, host=host, variables=names.variables)
                if status == OK:
                    self.assert_silent(run)
                    self.assert_delivered(peer)
                else:
                    self.assert_exit(run, status, "*.logs.test", "and not for a.b.logs.test")

    def test_a_certificate_that_is_for_clients_only(self):
        peer = self.tls_peer(certificate=self.authority.issue("client", usage="clientAuth"))
        run = self.send(peer.port)
        self.assert_exit(run, UNAVAILABLE, "not one for servers", "serverAuth", "?fingerprint=sha256:")
        peer.stop()
        self.assertEqual(b"", peer.received)

    def test_a_file_that_lacks_the_authority_is_named(self):
        other = CertificateAuthority(self.directory / "other", "another authority")
        peer = self.tls_peer(certificate=other.issue("foreign"))
        self.assert_exit(self.send(peer.port), UNAVAILABLE,
                         f"not signed by an authority of {self.authority.ca_file}, but by CN=another authority")

    def test_a_second_address_where_the_first_ones_handshake_fails(self):
        def refuse(peer, connection):
            del peer, connection
        names = Names(self.directory)
        names.set("logs.test", "127.0.0.2", "127.0.0.1")
        certificate = self.authority.issue("logs", "DNS:logs.test")
        # It does not speak TLS, and leaves.
        first = self.start(ScriptedPeer([refuse] * 9, address="127.0.0.2"))
        second = self.start(ScriptedPeer(context=server_context(certificate), port=first.port))
        self.assert_silent(self.send(first.port, host="logs.test", variables=names.variables))
        self.assertEqual(1, first.connections)
        self.assert_delivered(second)


if __name__ == "__main__":
    main()
