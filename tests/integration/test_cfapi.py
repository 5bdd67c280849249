"""Log Insight's ingestion API: what counts as delivered is what the collector says that it has stored, request by request."""

import json
import re
import signal
import ssl

from support.certificates import CertificateAuthority
from support.connect_proxy import ConnectProxy
from support.job import DAY, JobTest, parse
from support.log_insight import V1, V2, VCF9, LogInsight, Reply
from support.peers import server_context
from support.prism import Prism
from support.simulator import Simulator
from support.testcase import IntegrationTest, main

FLOWS = 1_200
OK, USAGE, UNREACHABLE, TEMPORARY, LOGIN_REFUSED = 0, 64, 69, 75, 77
LOST_TIMES = "without a session Log Insight puts the time of arrival in the place of times more than 10m ago"
PASSWORD = 'pass"word\\of-the-test'
ACCOUNT = "svc"


def warnings_of(run):
    """What a run has said, except that times are lost without a session, which it says once."""
    lines = run.stderr.splitlines()
    told = [line for line in lines if LOST_TIMES in line]
    if len(told) > 1:
        raise AssertionError(f"told more than once: {told}")
    return [line for line in lines if line not in told]


class CfapiTest(IntegrationTest):
    @classmethod
    def setUpClass(cls):
        cls.simulator = cls.start_for_class(Simulator(cls.class_directory(), flows=FLOWS))
        cls.ids = sorted(cls.simulator.expected_lines())

    def send(self, server, *options, query="", variables=None, **more):
        url = server if isinstance(server, str) else server.url + query
        limit = () if "--deadline" in options else ("--deadline", "30s")
        return self.simulator.run_program(
            self.directory, "--filter", "", "--collector", url, *limit, *options, variables=variables, **more)

    def log_insight(self, **more):
        return self.start(LogInsight(**more))

    def password_file(self, text=PASSWORD):
        path = self.directory / "collector-password"
        path.write_text(text + "\n")
        path.chmod(0o600)
        return path

    def assert_whole(self, server):
        """Every flow once, and the manifest; nothing that the documentation forbids."""
        self.assertEqual([], server.errors)
        self.assertEqual(self.ids, sorted(server.flow_ids()))
        self.assertEqual(1, sum(event["text"].startswith("vRNI-Manifest: ") for event in server.events))
        self.assertEqual(len(self.ids) + 1, len(server.events))

    def assert_delivered(self, run, server, is_silent=True):
        self.assert_exit(run, OK)
        if is_silent:
            self.assertEqual([], warnings_of(run))
        self.assert_whole(server)

    def assert_failed(self, run, status, *texts):
        self.assert_exit(run, status)
        for text in texts:
            self.assertIn(text, run.stderr)
        self.assertNotIn(PASSWORD, run.stderr)


class Delivery(CfapiTest):
    def test_every_event_is_counted(self):
        server = self.log_insight()
        run = self.send(server, "--confirm", "consumed")
        self.assert_delivered(run, server)
        self.assertEqual([500, 500, 201], server.batches)
        self.assertEqual([True] * 3, server.is_compressed)
        self.assertEqual(1, len(server.agents))
        self.assertLessEqual(server.connections, 2)

    def test_every_generation_of_the_api(self):
        cases = {
            V1: (dict(), "", ()),
            V2: (dict(sessions={ACCOUNT: PASSWORD}), f"?api=v2&user={ACCOUNT}", ()),
            VCF9: (dict(token="a.b.c"), "?api=vcf9", ()),
        }
        for api, (server_options, query, options) in cases.items():
            with self.subTest(api=api):
                server = self.log_insight(api=api, **server_options)
                secret = "a.b.c" if api == VCF9 else PASSWORD
                if api != V1:
                    options = ("--collector-password-file", str(self.password_file(secret)))
                run = self.send(server, *options, query=query)
                self.assert_delivered(run, server)
                self.assertEqual(api == V1, LOST_TIMES in run.stderr)

    def test_fields_are_those_of_the_scripts_and_ours(self):
        server = self.log_insight()
        self.assert_delivered(self.send(server), server)
        for event in server.events:
            fields = server.named_fields(event)
            params = dict(re.findall(r' ([a-z0-9_]+)="((?:[^"\\]|\\.)*)"', event["text"]))
            self.assertEqual({f"vrniflow_{name}" for name in params}, {name for name in fields if name.startswith("vrniflow_")})
            for name, value in params.items():
                self.assertEqual(re.sub(r"\\(.)", r"\1", value), fields[f"vrniflow_{name}"])
            if fields["msgid"] != "MANIFEST":
                self.assertEqual(fields["vrniflow_src_ip"], fields["__vrni_flow_source_ip"])
                self.assertEqual(fields.get("vrniflow_action"), fields.get("__vrni_flow_firewall_action"))
                self.assertIn("__vrni_flow_timestamp", fields)
        flow = next(event for event in server.events if event["text"].startswith("vRNI-Flow: "))
        self.assertTrue(DAY_START_MS <= flow["timestamp"] < DAY_START_MS + DAY * 1000)

    def test_uncompressed(self):
        server = self.log_insight()
        self.assert_delivered(self.send(server, query="?gzip=0"), server)
        self.assertEqual([False] * 3, server.is_compressed)

    def test_no_flows(self):
        server = self.log_insight()
        run = self.send(server, "--since", "2025-05-01", "--until", "2025-05-02", window=None)
        self.assert_exit(run, OK)
        self.assertEqual([1], server.batches)
        self.assertTrue(server.events[0]["text"].startswith("vRNI-Manifest: "))

    def test_several_epochs_over_one_session(self):
        server = self.log_insight(sessions={ACCOUNT: PASSWORD})
        run = self.send(server, "--resolution", "6h", "--collector-password-file", str(self.password_file()), query=f"?user={ACCOUNT}")
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr)
        self.assertEqual(4, sum(event["text"].startswith("vRNI-Manifest: ") for event in server.events))
        self.assertEqual(set(self.ids), set(server.flow_ids()))
        self.assertEqual(1, len(server.logins))
        self.assertEqual([], server.errors)

    def test_long_lines_stay_within_the_limits(self):
        server = self.log_insight()
        self.assert_delivered(self.send(server, "--max-size", "64k"), server)

    def test_script_ports(self):
        run = self.simulator.run_program(
            self.directory, "--filter", "", "--vrli_server", "127.0.0.1", "--vrli_port", "9000", "--dry-run")
        self.assert_exit(run, OK)
        self.assertEqual("", run.stderr, "a dry run puts no times in the place of others")
        for port, address in (("9543", "cfapi://127.0.0.1:9543"), ("9000", "cfapi+http://127.0.0.1:9000")):
            run = self.simulator.run_program(
                self.directory, "--filter", "", "--vrli_server", "127.0.0.1", "--vrli_port", port, "--connect-timeout", "2s", "--deadline", "5s")
            self.assertIn(address, run.stderr)


class Faults(CfapiTest):
    def test_a_wrong_count_is_no_proof(self):
        for reply, text in (
                (Reply(200, {"ingested": 499}, stores=True), "stored 499 of the 500 events"),
                (Reply(200, {"ingested": 501}, stores=True), "stored 501 of the 500 events"),
                (Reply(200, {"status": "ok"}, stores=True), "does not say how many events"),
                (Reply(200, b"<html>OK</html>", stores=True), "does not say how many events"),
                (Reply(204, stores=True), "does not say how many events"),
                (Reply(302, headers={"Location": "https://example.com/"}), "no answer of the ingestion API")):
            with self.subTest(reply=reply):
                server = self.log_insight()
                server.replace(reply)
                run = self.send(server, "--log-level", "info")
                self.assert_exit(run, OK)
                self.assertIn(text, run.stderr)
                resent = [event for event in server.events if 'attempt="2"' in event["text"]]
                self.assertEqual(len(self.ids) + 1, len(resent), "the whole epoch again")

    def test_counts_that_stay_wrong_are_never_delivered(self):
        server = self.log_insight()
        server.replace(*[Reply(200, {"ingested": 0})] * 500)
        run = self.send(server, "--deadline", "8s")
        self.assert_failed(run, TEMPORARY, "stored 0 of the 500 events")

    def test_one_refused_event_is_sent_reduced(self):
        culprit = self.ids[FLOWS // 2]
        has_fields_of_culprit = lambda event: "no such field" if culprit in json.dumps(event.get("fields", [])) else None
        server = self.log_insight(refuses=has_fields_of_culprit)
        run = self.send(server)
        self.assert_delivered(run, server, is_silent=False)
        self.assertIn(f"(flow {culprit}) (status 400: no such field); the event is sent without its fields", run.stderr)
        self.assertEqual(1, len(warnings_of(run)), run.stderr)
        reduced = [event for event in server.events if "fields" not in event]
        self.assertEqual([f'flow_id="{culprit}"'], [re.search(r'flow_id="[^"]*"', event["text"])[0] for event in reduced])

    def test_many_refused_events_are_named_up_to_a_number(self):
        server = self.log_insight(refuses=lambda event: "bad" if event.get("fields") else None)
        run = self.send(server)
        self.assert_delivered(run, server, is_silent=False)
        self.assertEqual(21, len(warnings_of(run)), run.stderr)
        self.assertIn(f"{FLOWS + 1 - 20} more events were sent without their fields", run.stderr)

    def test_an_event_that_is_refused_for_good_fails_the_epoch(self):
        culprit = self.ids[3]
        server = self.log_insight(refuses=lambda event: "evil" if culprit in event["text"] else None)
        run = self.send(server, "--deadline", "8s")
        self.assert_failed(run, TEMPORARY, f"(flow {culprit}) even without its fields", "evil")

    def test_too_large_a_body_is_halved(self):
        server = self.log_insight()
        server.replace(Reply(413, b"too large"), Reply(413))
        self.assert_delivered(self.send(server), server)
        self.assertEqual([125, 125, 250], server.batches[:3])

    def test_overload_is_waited_for(self):
        for reply in (Reply(503, headers={"Retry-After": "1"}), Reply(429, headers={"Retry-After": "1"}), Reply(500, b"oops"),
                      Reply(400, {"errorCode": "RESOURCE_EXHAUSTED", "errorMessage": "later"})):
            with self.subTest(reply=reply):
                server = self.log_insight()
                server.replace(reply, None, reply)
                self.assert_delivered(self.send(server), server)

    def test_overload_ends_with_the_deadline(self):
        server = self.log_insight()
        server.replace(*[Reply(503, headers={"Retry-After": "3600"})] * 50)
        run = self.send(server, "--deadline", "6s")
        self.assert_failed(run, TEMPORARY, "deadline")
        self.assertEqual([], server.events)
        self.assertEqual(2, len(server.requests), "the first without events, and none before Retry-After is over")

    def test_a_connection_that_breaks_is_no_loss(self):
        for reply in (Reply(leaves_early=True), Reply(cut=True)):
            with self.subTest(reply=reply):
                server = self.log_insight()
                server.replace(reply, None, reply)
                self.assert_delivered(self.send(server), server)

    def test_a_lost_answer_may_double_and_never_loses(self):
        server = self.log_insight()
        server.replace(Reply(cut=True, stores=True))
        run = self.send(server)
        self.assert_exit(run, OK)
        self.assertEqual(set(self.ids), set(server.flow_ids()))
        self.assertEqual(FLOWS + 500, len(server.flow_ids()))

    def test_a_collector_that_hangs_is_given_up(self):
        server = self.log_insight()
        server.replace(*[Reply(is_held=True)] * 50)
        run = self.send(server, "--send-timeout", "1s", "--deadline", "20s")
        self.assert_failed(run, TEMPORARY)

    def test_an_answer_that_is_slow_is_waited_for(self):
        server = self.log_insight()
        server.replace(Reply(200, {"status": "ok", "message": "events ingested", "ingested": 500}, stores=True, pause=0.02))
        # Longer in all than the time-out, which is for the time without a byte.
        self.assert_delivered(self.send(server, "--send-timeout", "1s"), server)

    def test_stopped_while_it_waits(self):
        server = self.log_insight()
        server.replace(*[Reply(is_held=True)] * 50)
        job = self.start(self.simulator.start_program(self.directory, "--filter", "", "--collector", server.url))
        job.wait_until(lambda: len(server.requests) > 1, "a request with events")
        job.send_signal(signal.SIGTERM)
        self.assertEqual(TEMPORARY, job.wait(), job.output_text())

    def test_fails_over(self):
        good = self.log_insight()
        run = self.send(f"cfapi+http://127.0.0.1:1,{good.url}")
        self.assert_delivered(run, good, is_silent=False)
        self.assertIn("cfapi+http://127.0.0.1:1", run.stderr)


class Logins(CfapiTest):
    def setUp(self):
        super().setUp()
        self.server = self.log_insight(sessions={ACCOUNT: PASSWORD})

    def send_as(self, account, *options, password=PASSWORD, query="", **more):
        return self.send(self.server, "--collector-password-file", str(self.password_file(password)), *options,
                         query=f"?user={account}{query}", **more)

    def test_a_session_is_opened_once(self):
        self.assert_delivered(self.send_as(ACCOUNT, query="&provider=ActiveDirectory"), self.server)
        self.assertEqual([{"username": ACCOUNT, "password": PASSWORD, "provider": "ActiveDirectory"}], self.server.logins)

    def test_ways_to_give_the_password(self):
        credentials = self.directory / "credentials"
        credentials.mkdir()
        (credentials / "vrni2syslog.collector-password").write_text(PASSWORD)
        for variables in ({"VRNI2SYSLOG_COLLECTOR_PASSWORD": PASSWORD}, {"CREDENTIALS_DIRECTORY": str(credentials)}):
            with self.subTest(variables=variables):
                self.server.events.clear()
                run = self.send(self.server, query=f"?user={ACCOUNT}", variables=variables)
                self.assert_delivered(run, self.server)

    def test_a_session_that_ends_is_opened_again(self):
        for status in (401, 440):
            with self.subTest(status=status):
                self.server.events.clear()
                self.server.logins.clear()
                self.server.replace(None, Reply(status, {"errorMessage": "Session timed out"}))
                self.assert_delivered(self.send_as(ACCOUNT), self.server)
                self.assertEqual(2, len(self.server.logins))

    def test_a_session_is_opened_again_only_once(self):
        self.server.replace(*[Reply(440)] * 50)
        run = self.send_as(ACCOUNT, "--deadline", "10s")
        self.assert_failed(run, LOGIN_REFUSED, "demands a login")
        self.assertEqual(2, len(self.server.logins))

    def test_a_wrong_password_is_refused(self):
        run = self.send_as(ACCOUNT, password="wrong-password-9")
        self.assert_failed(run, LOGIN_REFUSED, "refuses the login of svc", "Invalid credentials", "--collector-password-file")
        self.assertNotIn("wrong-password-9", run.stderr)
        self.assertEqual(1, len(self.server.logins))

    def test_a_server_that_repeats_the_password_does_not_get_it_shown(self):
        self.server.login_replies.append(Reply(401, {"errorMessage": f"no {PASSWORD}"}))
        self.assert_failed(self.send_as(ACCOUNT), LOGIN_REFUSED, "<hidden>")

    def test_no_part_of_what_a_server_repeats_is_shown(self):
        secret = "Zk3vQ9xT7mB2nR8sL4wY6pC1dF5gH0jKzzPqWxVu"
        for padding in (0, 130, 150, 170, 185, 198):
            words = {"errorMessage": "y" * padding + ' "password":"' + secret}
            for at_login in (True, False):
                with self.subTest(padding=padding, at_login=at_login):
                    server = self.log_insight(sessions={ACCOUNT: secret})
                    if at_login:
                        server.login_replies.append(Reply(401, words))
                    else:
                        server.replace(*[Reply(403, words)] * 9)
                    run = self.send(server, "--collector-password-file", str(self.password_file(secret)), query=f"?user={ACCOUNT}")
                    self.assert_exit(run, LOGIN_REFUSED)
                    self.assertNotIn(secret[:4], run.stderr)

    def test_a_token_that_is_over_is_named(self):
        token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
        server = self.log_insight(api=VCF9, token="a.b.c")
        run = self.send(server, "--collector-password-file", str(self.password_file(token)), query="?api=vcf9")
        self.assert_failed(run, LOGIN_REFUSED, "the token in --collector-password-file is not valid, or no longer: write a new one")
        self.assertNotIn("?user=", run.stderr)
        self.assertNotIn("<hidden>", run.stderr)
        self.assertEqual([], server.events)

    def test_no_account(self):
        self.assert_failed(self.send(self.server), LOGIN_REFUSED, "?user=")

    def test_no_password(self):
        self.assert_failed(self.send(self.server, query=f"?user={ACCOUNT}"), USAGE, "--collector-password-file")


class Checks(CfapiTest):
    def check(self, server, *options, query=""):
        return self.send(server, "--check", *options, query=query)

    def test_proves_the_way_and_stores_nothing(self):
        server = self.log_insight(sessions={ACCOUNT: PASSWORD})
        run = self.check(server, "--collector-password-file", str(self.password_file()), query=f"?user={ACCOUNT}")
        self.assert_exit(run, OK)
        self.assertIn(f"127.0.0.1:{server.port}, ingestion API v1, session of svc", run.stdout.decode())
        self.assertEqual([], server.events)

    def test_says_that_times_are_lost_without_a_session(self):
        run = self.check(self.log_insight())
        self.assert_exit(run, OK)
        self.assertIn("without a session (?user=)", run.stdout.decode())

    def test_sends_a_test_event(self):
        server = self.log_insight()
        self.assert_exit(self.check(server, "--send-test"), OK)
        self.assertEqual(["TEST"], [server.named_fields(event)["msgid"] for event in server.events])

    def test_finds_what_is_no_ingestion_api(self):
        for reply, text in ((Reply(404, b"not here"), "no such API"), (Reply(400, b"plain"), "no answer of the ingestion API"),
                            (Reply(302), "no answer of the ingestion API"), (Reply(500, b"oops"), "does not work"),
                            (Reply(403, {"errorMessage": "no"}), "does not let this account")):
            with self.subTest(reply=reply):
                server = self.log_insight()
                server.probe_reply = reply
                run = self.check(server)
                self.assertEqual(LOGIN_REFUSED if reply.status == 403 else UNREACHABLE, run.status, str(run))
                self.assertIn(text, run.stdout.decode())

    def test_takes_an_overloaded_collector_for_one_that_is_there(self):
        server = self.log_insight()
        server.probe_reply = Reply(503, headers={"Retry-After": "100"})
        self.assert_exit(self.check(server), OK)


class Tls(CfapiTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.authority = CertificateAuthority(cls.class_directory())
        cls.certificate = cls.authority.issue("vrli")
        cls.client = cls.authority.issue("client")

    def secured(self, **more):
        return self.log_insight(context=server_context(self.certificate, **more))

    def test_verified_by_authority_or_fingerprint(self):
        server = self.secured()
        self.assert_delivered(self.send(server, "--collector-ca-file", str(self.authority.ca_file)), server)
        server = self.secured()
        self.assert_delivered(self.send(server, query=f"?fingerprint={self.certificate.fingerprint()}"), server)
        server = self.secured()
        self.assert_delivered(self.send(server, query="?insecure=1"), server, is_silent=False)

    def test_refused(self):
        server = self.secured()
        run = self.send(server)
        self.assert_failed(run, UNREACHABLE, "--collector-ca-file", f"?fingerprint={self.certificate.fingerprint()}")
        run = self.send(server, query="?fingerprint=sha256:" + "0" * 64)
        self.assert_failed(run, UNREACHABLE, "fingerprint")
        self.assertEqual([], server.requests)

    def test_client_certificate(self):
        server = self.secured(ca_file=self.authority.ca_file, demands_client_certificate=True)
        options = ("--collector-ca-file", str(self.authority.ca_file))
        # The server resets the connection once it has refused: a client that is slow finds it gone, and no alert.
        run = self.send(server, *options)
        self.assert_failed(run, UNREACHABLE if "alert" in run.stderr else TEMPORARY, "client certificate", "--collector-certificate")
        run = self.send(server, *options, "--collector-certificate", str(self.client.certificate_file), "--collector-key",
                        str(self.client.key_file))
        self.assert_delivered(run, server)

    def test_a_server_whose_settings_allow_no_handshake(self):
        old = server_context(self.certificate)
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        strict = server_context(self.certificate)
        strict.sni_callback = lambda *_: ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
        for context, text in ((old, "neither TLS 1.2 nor TLS 1.3"), (strict, "connect by a name that it knows")):
            with self.subTest(text):
                server = self.log_insight(context=context)
                run = self.send(server, "--collector-ca-file", str(self.authority.ca_file), "--deadline", "60s")
                self.assert_failed(run, UNREACHABLE, text)
                self.assertEqual([], server.requests)

    def test_through_a_proxy(self):
        proxy = self.start(ConnectProxy())
        server = self.secured()
        run = self.send(
            f"cfapi://vrli:{server.port}?fingerprint={self.certificate.fingerprint()}",
            variables={"https_proxy": f"http://127.0.0.1:{proxy.port}", "no_proxy": "127.0.0.1"})
        self.assert_delivered(run, server)
        self.assertIn(f"CONNECT vrli:{server.port} HTTP/1.1", [line for line, _ in proxy.requests])

    def test_no_tls_behind_the_port(self):
        server = self.log_insight()
        run = self.send(f"cfapi://127.0.0.1:{server.port}", "--deadline", "3s")
        self.assert_failed(run, TEMPORARY, "cannot connect")


class PublishedDescription(CfapiTest):
    """Prism validates every request by the description of VCF 9.1."""

    def setUp(self):
        super().setUp()
        self.prism = self.start(Prism(self.directory, "log-management-openapi.json"))

    def complaint(self, path, body):
        return self.prism.complaint(path, {"X-JWT-Token": "a.b.c"}, body)

    def test_every_request_is_valid(self):
        culprit = self.ids[7]
        server = self.log_insight(
            api=VCF9, token="a.b.c", refuses=lambda event: "no" if culprit in json.dumps(event.get("fields", [])) else None)
        run = self.send(server, "--collector-password-file", str(self.password_file("a.b.c")), query="?api=vcf9")
        self.assert_delivered(run, server, is_silent=False)
        self.assertGreater(len(server.bodies), 3)
        for path, body in server.bodies:
            self.assertEqual("", self.complaint(path, body))

    def test_finds_the_faults_of_the_scripts(self):
        path = "/api/v2/events/ingest/52938ee1-0000-8000-8000-000000000000"
        event = {"text": "vRNI-FLOW", "timestamp": 1_700_000_000_000, "fields": [{"name": "a", "content": "b"}]}
        self.assertEqual("", self.complaint(path, json.dumps({"events": [event]})))
        for content in (["TAG_A"], 10, None):
            event["fields"][0]["content"] = content
            self.assertIn("content", self.complaint(path, json.dumps({"events": [event]})))


class Jobs(JobTest):
    flows = 900

    def test_goes_on_where_the_collector_failed(self):
        server = self.start(LogInsight())
        server.replace(*[Reply(503)] * 100)
        run = self.run_job([server.url], "--deadline", "4s", ago=2)
        self.assert_exit(run, TEMPORARY)
        start = self.watermark()
        server._replies.clear()
        run = self.run_job([server.url], ago=1)
        self.assert_exit(run, OK)
        self.assertEqual([], warnings_of(run))
        self.assertEqual([], server.errors)
        lines = parse(event["text"] for event in server.events)
        self.assertGreater(len(lines), 100)
        self.assert_complete(lines, start, self.watermark())


DAY_START_MS = 1_748_736_000_000

if __name__ == "__main__":
    main()
