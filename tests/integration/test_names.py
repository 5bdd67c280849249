"""The name of a collector: unknown, slow to be found, with addresses that are dead, or other ones than before."""

import time

from support.job import DAY, OK, TEMPORARY, JobTest, parse
from support.network_fault import Names
from support.peers import ScriptedPeer
from support.process import free_port
from support.program import seconds
from support.silent_listener import SilentListener
from support.testcase import main

HOST = "collector.test"
NO_WAITING = 10
"""Seconds that a run has at most where nothing is waited for; --connect-timeout is 30."""


class NamesTest(JobTest):
    flows = 50

    def setUp(self):
        super().setUp()
        self.names = Names(self.directory)

    def send(self, port, *options):
        return self.run_job([f"tcp://{HOST}:{port}"], "--connect-timeout", "30s", *options, variables=self.names.variables)

    def assert_delivered(self, peer):
        peer.stop()
        self.assert_complete(parse(peer.lines()), self.watermark() - DAY, self.watermark())


class Lookups(NamesTest):
    def test_a_name_that_is_not_found_is_looked_up_until_the_deadline(self):
        for answer, text in (("NXDOMAIN", f"cannot look up {HOST}: the name does not exist"),
                             ("SERVFAIL", f"cannot look up {HOST}: no name server could tell")):
            with self.subTest(answer):
                self.names.set(HOST, answer)
                self.assert_exit(self.send(514, "--deadline", f"{seconds(5)}s"), TEMPORARY, f"tcp://{HOST}", text, "given up after")

    def test_a_name_that_is_found_at_a_later_attempt(self):
        peer = self.start(ScriptedPeer())
        self.names.set(HOST, "SERVFAIL")
        job = self.start_job([f"tcp://{HOST}:{peer.port}"], "--log-level", "info", variables=self.names.variables)
        job.wait_until(lambda: "attempt 1 was in vain" in job.output_text(), "the first attempt")
        self.names.set(HOST, "127.0.0.1")
        self.assertEqual(OK, job.wait(seconds(60)), job.output_text())
        self.assert_delivered(peer)

    def test_a_name_server_that_does_not_answer_costs_the_time_to_connect(self):
        other = self.start(ScriptedPeer())
        self.names.set(HOST, "HANG")
        run = self.run_job([f"tcp://{HOST}:514,tcp://127.0.0.1:{other.port}"], "--connect-timeout", "1s",
                           variables=self.names.variables)
        self.assert_exit(run, OK, "the name server does not answer")
        self.assert_delivered(other)


class Addresses(NamesTest):
    def assert_reached(self, peer, *addresses):
        """Without waiting for those of the addresses that are dead."""
        self.names.set(HOST, *addresses)
        begin = time.monotonic()
        self.assert_silent(self.send(peer.port))
        self.assertLess(time.monotonic() - begin, seconds(NO_WAITING))
        self.assert_delivered(peer)

    def test_a_first_address_that_is_dead(self):
        peer = self.start(ScriptedPeer())
        self.start(SilentListener("127.0.0.2", peer.port))
        self.assert_reached(peer, "127.0.0.2", "127.0.0.1")

    def test_an_ipv6_address_that_is_dead(self):
        peer = self.start(ScriptedPeer())
        try:
            self.start(SilentListener("::1", peer.port))
        except OSError as error:
            self.skipTest(f"no IPv6 here: {error}")
        self.assert_reached(peer, "::1", "127.0.0.1")

    def test_a_first_address_that_refuses(self):
        peer = self.start(ScriptedPeer())
        self.assert_reached(peer, "127.0.0.2", "127.0.0.3", "127.0.0.1")

    def test_addresses_of_which_none_answers(self):
        self.names.set(HOST, "127.0.0.2", "127.0.0.3")
        port = free_port()
        run = self.send(port, "--deadline", "2s")
        self.assert_exit(run, TEMPORARY, f"127.0.0.2:{port}: Connection refused", f"127.0.0.3:{port}: Connection refused",
                         f"listening on port {port}?")

    def test_an_address_that_changes_between_attempts(self):
        old = self.start(ScriptedPeer([lambda peer, connection: peer.take(connection, 1000)] * 9, address="127.0.0.2"))
        new = self.start(ScriptedPeer(port=old.port))
        self.names.set(HOST, "127.0.0.2")
        job = self.start_job([f"tcp://{HOST}:{old.port}"], "--log-level", "info", variables=self.names.variables)
        job.wait_until(lambda: "attempt 1 was in vain" in job.output_text(), "the first attempt")
        self.names.set(HOST, "127.0.0.1")
        self.assertEqual(OK, job.wait(seconds(60)), job.output_text())
        self.assert_delivered(new)


if __name__ == "__main__":
    main()
