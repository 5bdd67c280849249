"""TLS to collectors and to the platform: who is trusted, who is not, and what the user is told."""

import ssl

from support.certificates import CertificateAuthority
from support.fake_platform import FakePlatform
from support.openssl_configuration import openssl_configurations
from support.peers import PythonCollector, ScriptedPeer, read_frames, server_context
from support.program import PASSWORD, run_program, start_program
from support.testcase import IntegrationTest, main

FLOWS = 25
OK, UNAVAILABLE, CONFIGURATION = 0, 69, 78
TLS_1_2, TLS_1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


class TlsTest(IntegrationTest):
    @classmethod
    def setUpClass(cls):
        directory = cls.class_directory()
        cls.authority = CertificateAuthority(directory / "authority")
        cls.stranger = CertificateAuthority(directory / "stranger", "somebody else's authority")
        cls.good = cls.authority.issue("collector")
        cls.wrong_name = cls.authority.issue("elsewhere", "DNS:elsewhere.example.com")
        cls.expired = cls.authority.issue("expired", starts=-30, ends=-1)
        cls.not_yet_valid = cls.authority.issue("early", starts=2, ends=30)
        cls.untrusted = cls.stranger.issue("untrusted")
        cls.self_signed = cls.authority.self_signed("self-signed")
        cls.without_address = cls.authority.issue("named", "DNS:localhost")
        cls.wildcard = cls.authority.issue("wildcard", "DNS:*.localhost")
        cls.client = cls.authority.issue("client")
        cls.untrusted_client = cls.stranger.issue("foreign-client")
        cls.platform_certificate = cls.authority.issue("platform")

    def setUp(self):
        super().setUp()
        self.platform = self.start(FakePlatform(self.platform_certificate, count=FLOWS))

    def arguments(self, *options, trust=None, host="127.0.0.1"):
        trust = ("--platform-ca-file", self.authority.ca_file) if trust is None else trust
        return ("--platform-ip", f"{host}:{self.platform.port}", *map(str, trust), "--filter", "", "--no-manifest",
                "--since", "2025-06-01T00:00:00Z", "--until", "2025-06-01T01:00:00Z", *map(str, options))

    def run_against_platform(self, *options, variables=None, **more):
        return run_program(self.directory, *self.arguments(*options, **more),
                           variables={"VRNI2SYSLOG_PASSWORD": PASSWORD, **(variables or {})})


class TlsToCollectors(TlsTest):
    def collector(self, certificate, **more):
        version = more.pop("version", None)
        demands = more.pop("demands_client_certificate", False)
        context = server_context(certificate, self.authority.ca_file, demands, version)
        return self.start(PythonCollector(context, **more))

    def collector_options(self, collector, host="localhost", query="", trust=True):
        trusted = ("--collector-ca-file", self.authority.ca_file) if trust else ()
        return ("--collector", f"tls://{host}:{collector.port}{query}", *trusted)

    def send(self, collector, *options, **more):
        return self.run_against_platform(*self.collector_options(collector, **more), *options)

    def send_in_vain(self, collector, *texts, options=()):
        """Returns what the run has said."""
        job = self.start(start_program(
            self.directory, *self.arguments(*self.collector_options(collector), "--log-level", "info", *options),
            variables={"VRNI2SYSLOG_PASSWORD": PASSWORD}))
        return self.assert_in_vain(job, "attempt 1 was in vain", *texts)

    def assert_delivered(self, run, collector):
        self.assert_exit(run, OK)
        collector.stop()
        self.assertEqual([], collector.errors)
        self.assertEqual(FLOWS, len(read_frames(collector.received)))

    def assert_refused(self, run, collector, certificate, *texts):
        """No flow was sent; the message names the reason, and how to trust this very certificate."""
        self.assert_exit(run, UNAVAILABLE, *texts, f"?fingerprint={certificate.fingerprint()}")
        self.assertEqual(1, len(run.stderr.splitlines()), f"one line\n{run}")
        collector.stop()
        self.assertEqual(b"", collector.received)

    def test_trusted(self):
        collector = self.collector(self.good)
        run = self.send(collector)
        self.assert_delivered(run, collector)
        self.assertEqual("", run.stderr)

    def test_both_versions(self):
        for version, name in ((TLS_1_2, "TLSv1.2"), (TLS_1_3, "TLSv1.3")):
            with self.subTest(name):
                collector = self.collector(self.good, version=version)
                self.assert_delivered(self.send(collector), collector)
                self.assertEqual([name], collector.versions)

    def test_ip_address_as_subject_alternative_name(self):
        collector = self.collector(self.good)
        self.assert_delivered(self.send(collector, host="127.0.0.1"), collector)

    def test_ipv6_address_as_subject_alternative_name(self):
        try:
            collector = self.collector(self.good, address="::1")
        except OSError as error:
            self.skipTest(f"no IPv6 here: {error}")
        self.assert_delivered(self.send(collector, host="[::1]"), collector)

    def test_wrong_name(self):
        collector = self.collector(self.wrong_name)
        self.assert_refused(self.send(collector), collector, self.wrong_name, "localhost")

    def test_wrong_address(self):
        collector = self.collector(self.without_address)
        self.assert_refused(self.send(collector, host="127.0.0.1"), collector, self.without_address, "127.0.0.1")

    def test_wildcard_does_not_cover_the_domain_itself(self):
        collector = self.collector(self.wildcard)
        self.assert_refused(self.send(collector), collector, self.wildcard, "*.localhost", "localhost")

    def test_expired(self):
        collector = self.collector(self.expired)
        self.assert_refused(self.send(collector), collector, self.expired, "expired")

    def test_not_yet_valid(self):
        collector = self.collector(self.not_yet_valid)
        self.assert_refused(self.send(collector), collector, self.not_yet_valid, "not valid before", "clock")

    def test_unknown_authority(self):
        collector = self.collector(self.untrusted)
        self.assert_refused(self.send(collector), collector, self.untrusted, "--collector-ca-file")

    def test_system_authorities_do_not_know_ours(self):
        collector = self.collector(self.good)
        self.assert_refused(self.send(collector, trust=False), collector, self.good, "--collector-ca-file")

    def test_self_signed(self):
        collector = self.collector(self.self_signed)
        self.assert_refused(self.send(collector), collector, self.self_signed, "self", "--collector-ca-file")

    def test_fingerprint_pins_whatever_the_certificate_says(self):
        for name in ("self_signed", "expired", "wrong_name", "untrusted"):
            with self.subTest(name):
                certificate = getattr(self, name)
                collector = self.collector(certificate)
                run = self.send(collector, query=f"?fingerprint={certificate.fingerprint()}", trust=False)
                self.assert_delivered(run, collector)

    def test_wrong_fingerprint(self):
        collector = self.collector(self.good)
        run = self.send(collector, query=f"?fingerprint={self.self_signed.fingerprint()}")
        self.assert_exit(run, UNAVAILABLE, self.good.fingerprint())
        self.assertEqual(b"", collector.received)

    def test_insecure_warns(self):
        collector = self.collector(self.self_signed)
        run = self.send(collector, "--insecure", trust=False)
        self.assert_delivered(run, collector)
        self.assertIn("warning", run.stderr)

    def test_client_certificate(self):
        for version in (TLS_1_2, TLS_1_3):
            with self.subTest(version=version.name):
                collector = self.collector(self.good, demands_client_certificate=True, version=version)
                run = self.send(collector, "--collector-certificate", self.client.certificate_file, "--collector-key",
                                self.client.key_file)
                self.assert_delivered(run, collector)
                self.assertEqual([{"commonName": "client"}], collector.client_subjects)

    def assert_client_refused(self, alerts, message, *options):
        """The same for every version, though with TLS 1.3 the client has finished its handshake, and may have sent lines, when
        it learns that it is refused."""
        for version, alert in alerts.items():
            with self.subTest(version=version.name):
                collector = self.collector(self.good, demands_client_certificate=True, version=version)
                run = self.send(collector, *options)
                self.assert_exit(run, UNAVAILABLE, f"tls://localhost:{collector.port}: ")
                self.assertEqual(1, len(run.stderr.splitlines()), f"one line\n{run}")
                said = run.stderr.rstrip().removesuffix(f" (exit code {UNAVAILABLE})")
                self.assertEqual(message.format(f'alert "{alert}"'), said.rpartition(": ")[2])
                collector.stop()
                self.assertEqual(b"", collector.received)

    def test_client_certificate_not_given(self):
        self.assert_client_refused(
            {TLS_1_2: "handshake failure", TLS_1_3: "certificate required"},
            "the collector demands a client certificate ({}); give --collector-certificate and --collector-key")

    def test_client_certificate_untrusted(self):
        self.assert_client_refused(
            {TLS_1_2: "unknown ca", TLS_1_3: "unknown ca"},
            "the collector refuses the client certificate ({}); give one that it accepts with --collector-certificate and "
            "--collector-key",
            "--collector-certificate", self.untrusted_client.certificate_file, "--collector-key", self.untrusted_client.key_file)

    def test_client_certificate_with_another_key(self):
        collector = self.collector(self.good)
        run = self.send(collector, "--collector-certificate", self.client.certificate_file, "--collector-key",
                        self.untrusted_client.key_file)
        self.assert_exit(run, CONFIGURATION, str(self.untrusted_client.key_file))

    def test_ca_file_that_is_none(self):
        collector = self.collector(self.good)
        empty = self.directory / "empty.pem"
        empty.write_text("")
        for path in (empty, self.directory / "missing.pem", self.client.key_file):
            with self.subTest(path=path.name):
                run = self.send(collector, "--collector-ca-file", path, trust=False)
                self.assert_exit(run, CONFIGURATION, str(path))

    def test_collector_that_closes_early(self):
        # A kernel resets a connection that is closed with unread bytes.
        reset = "reset the connection( in place of closing it[^;]*)?"
        closed_or_reset = f"(closed the connection before the end|{reset})"
        for name, more, what in (
            ("after the handshake", {"close_after": 0}, closed_or_reset),
            ("after some bytes", {"close_after": 100}, closed_or_reset),
            ("with a reset", {"close_after": 0, "reset": True}, reset),
        ):
            for version in (TLS_1_2, TLS_1_3):
                with self.subTest(name, version=version.name):
                    collector = self.collector(self.good, version=version, **more)
                    self.assertRegex(
                        self.send_in_vain(collector),
                        "(?m)^vrni2syslog: flows from 2025-06-01T00:00:00Z to 2025-06-01T01:00:00Z: "
                        f"collector tls://localhost:{collector.port}: delivery is not confirmed: the collector {what}; "
                        r"none of these lines counts as delivered, so run it again; attempt 1 was in vain, the next one comes in \d\.\d s$")

    def test_collector_that_does_not_speak_tls(self):
        collector = self.start(PythonCollector(close_after=1))
        self.send_in_vain(collector, f"localhost:{collector.port}")

    def test_lines_without_tls_to_a_port_with_it(self):
        """Of a server that says so, as those with GnuTLS and Java do. OpenSSL only closes the connection."""
        def script(peer, connection):
            peer.take(connection, 100)
            connection.sendall(b"\x15\x03\x01\x00\x02\x02\x46")  # an alert: protocol_version
        collector = self.start(ScriptedPeer([script] * 20))
        job = self.start(start_program(
            self.directory, *self.arguments("--collector", f"tcp://127.0.0.1:{collector.port}", "--log-level", "info"),
            variables={"VRNI2SYSLOG_PASSWORD": PASSWORD}))
        self.assert_in_vain(job, "attempt 1 was in vain", "this looks like a TLS port; use tls://")

    def test_handshake_that_never_ends(self):
        collector = self.start(PythonCollector(stall_handshake=True))
        self.send_in_vain(collector, f"localhost:{collector.port}", options=("--connect-timeout", "1s"))


class TlsToThePlatform(TlsTest):
    def assert_platform_refused(self, certificate, *texts, trust=None, host="localhost"):
        self.platform.stop()
        self.platform = self.start(FakePlatform(certificate, count=FLOWS))
        run = self.run_against_platform("--dry-run", trust=trust, host=host)
        self.assert_exit(run, UNAVAILABLE, *texts, f"--platform-fingerprint {certificate.fingerprint()}")
        self.assertEqual(b"", run.stdout)
        self.assertEqual([], self.platform.requests, "the password was sent to a stranger")

    def test_trusted(self):
        run = self.run_against_platform("--dry-run")
        self.assert_exit(run, OK)
        self.assertEqual(FLOWS, len(run.lines))

    def test_wrong_name(self):
        self.assert_platform_refused(self.wrong_name, "localhost")

    def test_wrong_address(self):
        self.assert_platform_refused(self.without_address, "127.0.0.1", host="127.0.0.1")

    def test_names_that_hold_the_password_are_shown(self):
        """They come before the password is sent."""
        self.platform.stop()
        self.platform = self.start(FakePlatform(self.wrong_name, count=FLOWS))
        run = self.run_against_platform("--dry-run", host="localhost", variables={"VRNI2SYSLOG_PASSWORD": "elsewhere"})
        self.assert_exit(run, UNAVAILABLE, "is for elsewhere.example.com and not for localhost")

    def test_expired(self):
        self.assert_platform_refused(self.expired, "expired")

    def test_not_yet_valid(self):
        self.assert_platform_refused(self.not_yet_valid, "not valid before", "clock")

    def test_self_signed(self):
        self.assert_platform_refused(self.self_signed, "self", "--platform-ca-file")

    def test_unknown_authority(self):
        self.assert_platform_refused(self.untrusted, "--platform-ca-file")

    def test_system_authorities_do_not_know_ours(self):
        self.assert_platform_refused(self.good, "--platform-ca-file", trust=())

    def test_fingerprint(self):
        self.platform.stop()
        self.platform = self.start(FakePlatform(self.self_signed, count=FLOWS))
        trust = ("--platform-fingerprint", self.self_signed.fingerprint())
        self.assert_exit(self.run_against_platform("--dry-run", trust=trust), OK)

    def test_wrong_fingerprint(self):
        trust = ("--platform-fingerprint", self.self_signed.fingerprint())
        run = self.run_against_platform("--dry-run", trust=trust)
        self.assert_exit(run, UNAVAILABLE, self.platform_certificate.fingerprint())
        self.assertEqual([], self.platform.requests)

    def test_insecure_warns(self):
        run = self.run_against_platform("--dry-run", "--insecure", trust=())
        self.assert_exit(run, OK, "warning")


class TlsWithOtherDefaults(TlsTest):
    """OpenSSL's configuration says otherwise than that of this machine; whom the program trusts is the same."""

    def configurations(self):
        return openssl_configurations(self.directory)

    def assert_refused_everywhere(self, *options, text, host="localhost"):
        for version, variables in self.configurations():
            with self.subTest(version):
                run = self.run_against_platform("--dry-run", trust=options, host=host, variables=variables)
                self.assert_exit(run, UNAVAILABLE, text, self.platform_certificate.fingerprint())
                self.assertEqual([], self.platform.requests, "the password was sent to a stranger")

    def test_a_wrong_fingerprint_is_refused(self):
        self.assert_refused_everywhere("--platform-fingerprint", self.self_signed.fingerprint(), text="fingerprint")

    def test_an_unknown_authority_is_refused(self):
        self.assert_refused_everywhere("--platform-ca-file", self.stranger.ca_file, text="not signed by an authority")

    def test_whom_the_user_trusts_is_reached(self):
        for version, variables in self.configurations():
            for trust in (("--platform-fingerprint", self.platform_certificate.fingerprint()),
                          ("--platform-ca-file", self.authority.ca_file), ("--insecure",)):
                with self.subTest(version, trust=trust):
                    run = self.run_against_platform("--dry-run", trust=trust, variables=variables)
                    self.assert_exit(run, OK)
                    self.assertEqual(FLOWS, len(run.lines))

    def test_collectors_are_verified(self):
        for version, variables in self.configurations():
            with self.subTest(version):
                collector = self.start(PythonCollector(server_context(self.self_signed, self.authority.ca_file, False, None)))
                url = f"tls://localhost:{collector.port}?fingerprint={self.good.fingerprint()}"
                self.assert_exit(self.run_against_platform("--collector", url, variables=variables), UNAVAILABLE, "fingerprint")
                collector.stop()
                self.assertEqual(b"", collector.received)


if __name__ == "__main__":
    main()
