"""A collector whose host falls silent: nothing comes from it any more, not even a refusal."""

import threading

from support.certificates import CertificateAuthority
from support.job import DAY, OK, TEMPORARY, JobTest, parse, urls_of
from support.network_namespace import FAR, FarHost
from support.peers import ACCEPT_TIMEOUT, ScriptedPeer, server_context
from support.process import wait_until
from support.program import seconds
from support.testcase import main

LIMITS = ("--connect-timeout", "2s", "--send-timeout", "2s", "--close-timeout", "1s", "--log-level", "info")


class DeadNetwork(JobTest):
    flows = 1500

    @classmethod
    def setUpClass(cls):
        cls.far = cls.start_for_class(FarHost())
        super().setUpClass()
        cls.authority = CertificateAuthority(cls.class_directory() / "authority")
        cls.certificate = cls.authority.issue("collector", f"IP:{FAR}")

    def setUp(self):
        super().setUp()
        self.is_under_way, self.is_silent = threading.Event(), threading.Event()
        self.near = self.start(ScriptedPeer())

    def far_peer(self, **more):
        """It has read a little when is_under_way tells, and reads on when its network is silent: only that can end the connection."""
        def script(peer, connection):
            peer.take(connection, 3000)
            self.is_under_way.set()
            self.is_silent.wait(ACCEPT_TIMEOUT)
            while data := connection.recv(1024):
                peer.received += data
        return self.start(self.far.call(ScriptedPeer, [script] * 9, address=FAR, **more))

    def fall_silent(self):
        self.far.fall_silent()
        self.is_silent.set()
        self.addCleanup(self.far.speak_again)

    def assert_near_gets_all(self, job):
        self.assertEqual(OK, job.wait(seconds(90)), job.output_text())
        self.near.stop()
        self.assert_complete(parse(self.near.lines()), self.watermark() - DAY, self.watermark())

    def start_with(self, scheme, port):
        near = urls_of(self.near.port)[0]
        return self.start_job([f"{scheme}://{FAR}:{port},{near}"], *LIMITS, "--collector-ca-file", self.authority.ca_file)

    def test_the_network_works(self):
        collector = self.start(self.far.call(ScriptedPeer, address=FAR))
        self.assert_silent(self.run_job([f"tcp://{FAR}:{collector.port}"]))
        collector.stop()
        self.assert_complete(parse(collector.lines()), self.watermark() - DAY, self.watermark())

    def test_a_host_that_is_silent_from_the_first_is_left_for_the_next(self):
        self.fall_silent()
        job = self.start_with("tcp", 514)
        self.assert_near_gets_all(job)
        self.assertIn("Connection timed out (is the collector up,", job.output_text())

    def test_a_host_that_falls_silent_in_the_middle_is_left_for_the_next(self):
        self.assert_left_in_the_middle("tcp")

    def test_a_host_that_falls_silent_in_the_middle_of_tls_is_left_for_the_next(self):
        self.assert_left_in_the_middle("tls", context=server_context(self.certificate))

    def assert_left_in_the_middle(self, scheme, **more):
        peer = self.far_peer(**more)
        job = self.start_with(scheme, peer.port)
        wait_until(self.is_under_way.is_set, "lines are under way")
        self.fall_silent()
        self.assert_near_gets_all(job)
        # The kernel's limit and the program's are the same.
        self.assertRegex(job.output_text(), "delivery is not confirmed: the collector (took no|stopped answering)")

    def test_a_host_that_falls_silent_before_its_answer_has_confirmed_no_more_than_its_kernel(self):
        def script(peer, connection):
            peer.take_until(connection, b"MANIFEST")
            peer.take_until(connection, b"\n")  # so that the kernel acknowledges it
            self.is_under_way.set()
            peer.pause()
        peer = self.start(self.far.call(ScriptedPeer, [script], address=FAR))
        job = self.start_with("tcp", peer.port)
        wait_until(self.is_under_way.is_set, "all lines are under way")
        self.fall_silent()
        # The kernel of the silent host has all of it, which is told; its process has not answered.
        self.assertEqual(OK, job.wait(seconds(90)), job.output_text())
        self.assertIn("the collector did not close its side", job.output_text())

    def test_without_another_collector_the_run_ends_with_its_deadline(self):
        self.fall_silent()
        run = self.run_job([f"tcp://{FAR}:514"], *LIMITS, "--deadline", "3s")
        self.assert_exit(run, TEMPORARY, f"tcp://{FAR}:514")
        self.assertEqual([""], self.values("  confirmed"))


if __name__ == "__main__":
    main()
