"""The platform behind a proxy, which is named as curl has it: in the environment."""

import subprocess
import unittest

from support.certificates import CertificateAuthority
from support.connect_proxy import ConnectProxy
from support.fake_platform import FakePlatform
from support.openssl_configuration import openssl_configurations
from support.peers import server_context
from support.process import free_port
from support.program import PASSWORD, run_program
from support.testcase import IntegrationTest, main

FLOWS = 25
OK, UNAVAILABLE = 0, 69
WINDOW = ("--since", "2025-06-01T00:00:00Z", "--until", "2025-06-01T01:00:00Z")
CREDENTIALS = "clerk:pr0xy-s3cret"
AUTHORIZATION = "Basic Y2xlcms6cHIweHktczNjcmV0"
NAME = "vrni.invalid"
"""Of the platform. Only a proxy knows it."""
SYSTEM_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
AS_SYSTEM_AUTHORITIES = (
    "unshare", "--map-root-user", "--mount", "sh", "-c", f'mount --bind "$1" {SYSTEM_AUTHORITIES} && shift && exec "$@"', "sh")
"""Runs a command for which the file named first is that of the system's authorities."""


class ProxyTest(IntegrationTest):
    @classmethod
    def setUpClass(cls):
        cls.authority = CertificateAuthority(cls.class_directory())
        cls.certificate = cls.authority.issue("platform", f"DNS:{NAME}, IP:127.0.0.1")
        cls.proxy_certificate = cls.authority.issue("proxy")
        cls.other_certificate = cls.authority.issue("elsewhere", "DNS:elsewhere.example.com")
        cls.platform = cls.start_for_class(FakePlatform(cls.certificate, count=FLOWS))

    def run_with(self, variables, *options, host=NAME, mode=("--dry-run",), trust=None, through=()):
        trust = ("--platform-ca-file", self.authority.ca_file) if trust is None else trust
        return run_program(
            self.directory, "--platform-ip", f"{host}:{self.platform.port}", *trust, "--filter", "", "--no-manifest",
            "--deadline", "30s", *WINDOW, *mode, *options, variables={"VRNI2SYSLOG_PASSWORD": PASSWORD, **variables},
            through=through)

    def assert_all_flows(self, run):
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr)
        self.assertEqual(FLOWS, len(run.lines), str(run))

    def assert_out_of_reach(self, run, *texts):
        self.assert_exit(run, UNAVAILABLE, *texts)
        self.assertEqual(1, len(run.stderr.splitlines()), f"one line\n{run}")
        self.assertNotIn(CREDENTIALS.partition(":")[2], run.stderr)


class Proxies(ProxyTest):
    def test_every_variable_names_one(self):
        for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            with self.subTest(name):
                proxy = self.start(ConnectProxy(credentials=CREDENTIALS))
                self.assert_all_flows(self.run_with({name: f"http://{CREDENTIALS}@127.0.0.1:{proxy.port}"}))
                self.assertEqual(
                    {(f"CONNECT {NAME}:{self.platform.port} HTTP/1.1", AUTHORIZATION)}, set(proxy.requests))

    def test_the_platform_of_no_proxy_is_reached_without_one(self):
        for name in ("no_proxy", "NO_PROXY"):
            for value in ("127.0.0.1", "example.com,127.0.0.1", "*"):
                with self.subTest(name, value=value):
                    proxy = self.start(ConnectProxy())
                    variables = {"https_proxy": f"http://127.0.0.1:{proxy.port}", name: value}
                    self.assert_all_flows(self.run_with(variables, host="127.0.0.1"))
                    self.assertEqual([], proxy.requests)

    def test_no_proxy_of_another_host_makes_no_difference(self):
        proxy = self.start(ConnectProxy())
        variables = {"https_proxy": f"http://127.0.0.1:{proxy.port}", "no_proxy": "example.com,127.0.0.2"}
        self.assert_all_flows(self.run_with(variables, host="127.0.0.1"))
        self.assertEqual({(f"CONNECT 127.0.0.1:{self.platform.port} HTTP/1.1", None)}, set(proxy.requests))

    def test_that_wants_other_credentials(self):
        proxy = self.start(ConnectProxy(credentials="somebody:else"))
        for user in ("", CREDENTIALS + "@"):
            with self.subTest(user):
                proxy.requests.clear()
                run = self.run_with({"https_proxy": f"http://{user}127.0.0.1:{proxy.port}"})
                self.assert_out_of_reach(run, "the proxy refuses the login (407)", "https_proxy", "no_proxy")
                self.assertEqual(1, len(proxy.requests), "a refused login is not repeated: accounts are locked by that")

    def test_that_is_not_there(self):
        for proxy in (f"127.0.0.1:{free_port()}", "proxy.invalid:3128"):
            with self.subTest(proxy):
                run = self.run_with({"https_proxy": f"http://{CREDENTIALS}@{proxy}"})
                self.assert_out_of_reach(run, "cannot connect", "https_proxy")

    def test_the_platform_behind_one_is_verified(self):
        proxy = self.start(ConnectProxy())
        variables = {"https_proxy": f"http://127.0.0.1:{proxy.port}"}
        before = list(self.platform.requests)
        for name, options, text in (
            ("name", {"host": "other.invalid"}, "other.invalid"),
            ("authority", {"trust": ()}, "--platform-ca-file"),
            ("fingerprint", {"trust": ("--platform-fingerprint", self.proxy_certificate.fingerprint())}, "fingerprint"),
        ):
            with self.subTest(name):
                self.assert_out_of_reach(self.run_with(variables, **options), text, self.certificate.fingerprint())
        self.assertEqual(before, self.platform.requests, "the password was sent to a stranger")
        trust = ("--platform-fingerprint", self.certificate.fingerprint())
        self.assert_all_flows(self.run_with(variables, host="other.invalid", trust=trust))


class Checks(ProxyTest):
    """--check tells of the proxy step by step."""

    def check(self, variables):
        return self.run_with(variables, mode=("--check", "--collector", "-"))

    def test_a_name_that_only_the_proxy_knows(self):
        proxy = self.start(ConnectProxy())
        for name in ("https_proxy", "ALL_PROXY"):
            with self.subTest(name):
                run = self.check({name: f"http://127.0.0.1:{proxy.port}"})
                self.assert_exit(run, OK)
                self.assertRegex(run.stdout.decode(), f"(?m)^ok +platform name: {NAME} is not known here; the proxy has to know it$")
                self.assertRegex(run.stdout.decode(), f"(?m)^ok +search: {FLOWS} flows ")

    def test_a_proxy_that_refuses(self):
        proxy = self.start(ConnectProxy(credentials=CREDENTIALS))
        run = self.check({"https_proxy": f"http://127.0.0.1:{proxy.port}"})
        self.assertEqual(UNAVAILABLE, run.status, str(run))
        self.assertRegex(run.stdout.decode(), r"(?m)^FAILED +platform: .*the proxy refuses the login \(407\): give https_proxy ")
        self.assertEqual(1, len(proxy.requests), "what the proxy refuses is not repeated")


class HttpsProxies(ProxyTest):
    """They must have a certificate of the system's authorities, whatever is said of the platform's."""

    def run_through(self, certificate, *, trusted, variables=None, **more):
        proxy = self.start(ConnectProxy(server_context(certificate), CREDENTIALS))
        run = self.run_with({"https_proxy": f"https://{CREDENTIALS}@localhost:{proxy.port}", **(variables or {})},
                            through=(*AS_SYSTEM_AUTHORITIES, str(self.authority.ca_file)) if trusted else (), **more)
        return run, proxy

    def require_mounts(self):
        done = subprocess.run([*AS_SYSTEM_AUTHORITIES, self.authority.ca_file, "true"], capture_output=True, timeout=60, check=False)
        if done.returncode != 0:
            raise unittest.SkipTest(f"this machine allows no mount namespaces: {done.stderr.decode().strip()}")

    def test_with_a_good_certificate(self):
        self.require_mounts()
        for name, trust in (("authority", None), ("fingerprint", ("--platform-fingerprint", self.certificate.fingerprint()))):
            with self.subTest(name):
                run, proxy = self.run_through(self.proxy_certificate, trusted=True, trust=trust)
                self.assert_all_flows(run)
                self.assertEqual(
                    {(f"CONNECT {NAME}:{self.platform.port} HTTP/1.1", AUTHORIZATION)}, set(proxy.requests))

    def assert_refused(self, run, proxy):
        self.assert_out_of_reach(run, "the certificate of the https proxy is not accepted", "no_proxy")
        self.assertEqual([], proxy.requests, "the password was sent to a stranger")

    def test_with_a_certificate_of_an_unknown_authority(self):
        """The platform's authority, or fingerprint, is not the proxy's."""
        for name, trust in (("authority", None), ("fingerprint", ("--platform-fingerprint", self.certificate.fingerprint()))):
            with self.subTest(name):
                self.assert_refused(*self.run_through(self.proxy_certificate, trusted=False, trust=trust))

    def test_with_a_certificate_of_another_name(self):
        self.require_mounts()
        self.assert_refused(*self.run_through(self.other_certificate, trusted=True))

    def test_the_platform_behind_one_is_verified(self):
        self.require_mounts()
        before = list(self.platform.requests)
        wrong_fingerprint = {"trust": ("--platform-fingerprint", self.proxy_certificate.fingerprint())}
        for name, options, text in (
            ("name", {"host": "other.invalid"}, "other.invalid"),
            ("fingerprint", wrong_fingerprint, "fingerprint"),
            *((f"fingerprint, OpenSSL from {version}", {**wrong_fingerprint, "variables": variables}, "fingerprint")
              for version, variables in openssl_configurations(self.directory)),
        ):
            with self.subTest(name):
                run, _ = self.run_through(self.proxy_certificate, trusted=True, **options)
                self.assert_out_of_reach(run, text, self.certificate.fingerprint())
        self.assertEqual(before, self.platform.requests, "the password was sent to a stranger")


if __name__ == "__main__":
    main()
