"""kafka:// into a real Apache Kafka: every flow stands in the topic and every manifest proves it, whoever is killed, over TLS and with
logins."""

import collections
import random
import signal
import time

from support.certificates import CertificateAuthority
from support.expected_line import Window
from support.job import DAY, JOB, OK, USAGE, parse, seconds_of
from support.kafka_broker import CURRENT, GUEST, GUEST_PASSWORD, OLDER, USER, USER_PASSWORD, KafkaBroker, unsecured_token
from support.kafka_job import LOGIN_REFUSED, MOST_DELAY, KafkaJobTest, KillsOfTheProgram
from support.kafka_reader import envelopes, java_partition, kcat, records, records_by_kafkajs
from support.kafka_rights import Right, documented_rights
from support.program import run_program
from support.testcase import IS_FULL, main

KILLS_OF_BROKER = 10 if IS_FULL else 1


class BrokerTest(KafkaJobTest):
    """One broker for all tests of a class, which have a topic each."""

    # Who is killed cannot give its token back, and an account has 100.
    switches = ("--token-limit", "100000")
    version = CURRENT

    @classmethod
    def setUpClass(cls):
        directory = cls.class_directory()
        cls.authority = CertificateAuthority(directory / "authority")
        cls.certificate = cls.authority.issue("kafka")
        cls.broker = cls.start_for_class(KafkaBroker(directory, cls.version, cls.certificate, cls.authority.ca_file))
        super().setUpClass()

    def setUp(self):
        super().setUp()
        self.broker.create_topic(self.topic, self.partitions)
        self.kafka = self.url(self.broker.brokers())

    def use_topic(self, name, settings=None):
        """A new topic, and a new state."""
        self.topic, self.state = name, self.directory / f"state-{name}"
        self.file = self.state / f"{JOB}.state"
        self.broker.create_topic(self.topic, self.partitions, settings)

    def records(self):
        return records(self.broker.brokers(), self.topic)

    def assert_delivered(self, is_once=True):
        """All that the job has confirmed stands in the topic, from its first window on. Returns it."""
        found = self.records()
        start = min(seconds_of(record.header("window_start")) for record in found)
        self.assert_archived(found, start, self.watermark(), is_once)
        self.assert_verified(self.broker.brokers(), is_all_once=is_once)
        return found


class Deliveries(BrokerTest):
    def test_every_flow_once_and_a_manifest_that_proves_it(self):
        # kafkajs has no codec of its own but this one.
        url = self.url(self.broker.brokers(), "?rdkafka.compression.codec=gzip")
        self.assert_silent(self.run_job([url], "--confirm", "consumed"))
        found = self.assert_delivered()
        self.assert_lines(found, self.window_of(found))
        self.assertEqual(found, records_by_kafkajs(self.broker.brokers(), self.topic))
        self.assertEqual([], [record.key for record in found if record.partition != java_partition(record.key.encode(), self.partitions)])

    def test_units_and_runs_back_to_back(self):
        self.assert_silent(self.run_job([self.kafka], "--resolution", "1h", ago=9))
        start = self.watermark() - DAY
        self.assert_silent(self.run_job([self.kafka], "--resolution", "1h", ago=4))
        self.assert_archived(self.records(), start, self.watermark())
        self.assert_verified(self.broker.brokers())

    def test_signed_windows_in_several_partitions(self):
        private, public = self.directory / "key.pem", self.directory / "public.pem"
        made = run_program(self.directory, "--make-manifest-key", private)
        self.assert_exit(made, OK)
        public.write_bytes(made.stdout)
        self.assert_silent(self.run_job([self.kafka], "--resolution", "12h", "--manifest-key", private))
        self.assertGreater(len({record.partition for record in self.records() if not record.is_manifest}), 1)
        report = self.assert_verified(self.broker.brokers(), public_key=public)
        self.assertEqual(2, report.count("SHA-256 as signed, by partition, at the offsets of the manifest"), report)
        for manifest in (record for record in self.records() if record.is_manifest):
            for name in ("prev", "key", "sig"):
                self.assertIn(f' {name}="{manifest.header(name)}"', manifest.value)
        # Somebody who copies the topic with one record changed cannot sign what he has done.
        lines = envelopes(self.broker.brokers(), self.topic).decode().splitlines()
        number = next(number for number, line in enumerate(lines) if "FLOW_" in line)
        for what, rest, verdict in (("removed", [], "missing 1"), ("changed", [lines[number].replace("src_ip=", "SRC_ip=", 1)], "altered")):
            with self.subTest(what):
                text = self.verify("".join(line + "\n" for line in lines[:number] + rest + lines[number + 1:]).encode(), public)
                self.assertRegex(text, rf"(?m)^{verdict} ")

    def test_what_others_write_between_ours(self):
        """Offsets are of the topic, and not of a sending."""
        job = self.start_until_records_are_there(self.kafka, self.broker.brokers(), "--resolution", "6h")
        for number in range(3):
            kcat("-P", "-b", self.broker.brokers(), "-t", self.topic, "-H", "run=other", stdin=f"{number}\nx\ny\n".encode())
            self.simulator.permit_fetches(1)
        self.simulator.open_gate()
        self.assertEqual(OK, job.wait(), job.output_text())
        found = [record for record in self.records() if record.header("run") != "other"]
        start = min(seconds_of(record.header("window_start")) for record in found)
        self.assert_archived(found, start, self.watermark())
        self.assert_verified(self.broker.brokers())

    def test_two_jobs_side_by_side_in_one_topic(self):
        """Each is judged by its own manifests."""
        urls = [self.url(self.broker.brokers(), option) for option in ("", "?format=json")]
        self.assert_silent(self.run_job([urls[0]]))
        self.assert_silent(self.run_job([urls[1]], "--job", "other", "--hostname", "other.local"))
        self.assertEqual({JOB, "other"}, {record.header("job") for record in self.records()})
        self.assertIn("2 sendings checked, 0 problems", self.assert_verified(self.broker.brokers()))

    def test_jobs_that_share_the_flows_of_a_platform(self):
        """Several machines with filters that are disjoint, at the same time: together they write every flow once."""
        filters = {"tcp": "protocol = 'TCP'", "rest": "protocol != 'TCP'"}
        done = [self.machine(job, "--filter", text, "--resolution", "12h", "--settle", "1h") for job, text in filters.items()]
        self.assert_shared(done, {job: 2 for job in filters})
        found = self.records()
        lines = parse(record.value for record in found if not record.is_manifest)
        self.assert_complete(lines, min(line.start for line in lines), max(line.end for line in lines))

    def test_jobs_that_share_the_windows_of_a_platform(self):
        """A backfill by several machines, each of which has a part of the time."""
        end = int(time.time()) // DAY * DAY
        parts = [(end - DAY, end - DAY // 2), (end - DAY // 2, end)]
        done = [self.machine(f"part-{number}", "--filter", "", *Window(*part).arguments) for number, part in enumerate(parts)]
        self.assert_shared(done, {"part-0": 1, "part-1": 1})
        self.assert_complete(parse(record.value for record in self.records()), parts[0][0], parts[1][1])

    def machine(self, job, *options):
        """A running job on a machine of its own, which shares nothing with others but the topic."""
        directory = self.directory / job
        directory.mkdir()
        return self.start(self.simulator.start_program(
            directory, "--state-dir", directory / "state", "--job", job, "--collector", self.kafka, *options, window=None))

    def assert_shared(self, jobs, sendings):
        """The jobs were done, each with so many whole sendings in the topic."""
        for job in jobs:
            self.assertEqual(OK, job.wait(), job.output_text())
        self.assertEqual(sendings, collections.Counter(record.header("job") for record in self.records() if record.is_manifest))
        self.assertIn(f"{sum(sendings.values())} sendings checked, 0 problems", self.assert_verified(self.broker.brokers()))

    def test_the_time_of_a_record(self):
        before = int(time.time() * 1000)
        self.assert_silent(self.run_job([self.kafka]))
        self.assertTrue(all(record.timestamp >= before for record in self.records()))
        self.topic += "-event"
        self.broker.create_topic(self.topic, self.partitions)
        self.assert_silent(self.run_job([self.url(self.broker.brokers(), "?time=event")], "--job", "event"))
        flows = [record for record in self.records() if not record.is_manifest]
        self.assertTrue(all(record.timestamp < before for record in flows))

    def test_check_and_a_test_line(self):
        run = self.run_job([self.kafka], "--check", "--send-test")
        self.assert_exit(run, OK)
        for text in ("1 broker", f"topic {self.topic}", f"{self.partitions} partitions", "librdkafka "):
            self.assertIn(text, run.stdout.decode())
        record, = self.records()
        self.assertEqual(("TEST", None, None), tuple(map(record.header, ("msgid", "run", "window_start"))))

    def test_a_topic_that_is_not_there_is_not_made(self):
        url = self.kafka + "-mistyped"
        for more in (("--check",), ()):
            self.assert_unreachable(self.run_job([url], *more), f"the topic {self.topic}-mistyped does not exist")
        self.assertNotIn(b"mistyped", kcat("-L", "-b", self.broker.brokers()))

    def test_more_replicas_are_demanded_than_the_topic_has(self):
        """A broker demands no more than there are, so this is no reason for a warning."""
        self.topic += "-2"
        self.broker.create_topic(self.topic, 2, {"min.insync.replicas": 2})
        url = self.url(self.broker.brokers())
        run = self.run_job([url], "--check")
        self.assert_exit(run, OK)
        self.assertNotIn("in-sync", str(run))
        self.assert_silent(self.run_job([url]))

    def test_a_record_is_too_large(self):
        """A transaction drops all of its records because of that one, and the message is about the one."""
        for number, option in enumerate(("", "?transactions=on")):
            with self.subTest(option):
                self.use_topic(f"narrow-{number}", {"max.message.bytes": 300})
                run = self.run_job([self.url(self.broker.brokers(), option)])
                self.assert_unreachable(run, f"topic {self.topic}", "Message size too large; raise max.message.bytes of the topic")
                self.assertEqual([], self.records())

    def test_a_queue_that_is_full(self):
        self.assert_silent(self.run_job([self.url(self.broker.brokers(), "?rdkafka.queue.buffering.max.messages=10")]))
        self.assert_delivered()

    def test_compression(self):
        for codec in ("none", "gzip", "lz4", "zstd", "snappy"):
            with self.subTest(codec):
                self.topic = f"compressed-{codec}"
                self.broker.create_topic(self.topic, self.partitions)
                url = self.url(self.broker.brokers(), f"?rdkafka.compression.codec={codec}")
                self.assert_silent(self.run_job([url], "--job", codec))
                self.assertIn("1 sending checked, 0 problems", self.assert_verified(self.broker.brokers()))


class Security(BrokerTest):
    def setUp(self):
        super().setUp()
        self.password = self.directory / "password"
        self.password.write_text(USER_PASSWORD + "\n")
        self.password.chmod(0o600)

    def tls_url(self, listener, options="", host="localhost"):
        return f"kafka+tls://{self.broker.brokers(listener, host)}/{self.topic}{options}"

    def run_over(self, url, *options, trust=True):
        ca = ("--collector-ca-file", self.authority.ca_file) if trust else ()
        return self.run_job([url], *ca, *options)

    def assert_confirmed(self, run):
        self.assert_silent(run)
        self.assert_delivered()

    def test_tls(self):
        self.assert_confirmed(self.run_over(self.tls_url("TLS")))

    def test_certificates_that_are_not_trusted(self):
        other = CertificateAuthority(self.directory / "other").ca_file
        for options in ((), ("--collector-ca-file", other)):
            run = self.run_over(self.tls_url("TLS"), "--check", *options, trust=False)
            self.assert_unreachable(run, "certificate")

    def test_a_fingerprint_in_place_of_an_authority(self):
        pin = self.certificate.fingerprint()
        self.assert_confirmed(self.run_over(self.tls_url("TLS", f"?fingerprint={pin}"), trust=False))
        other = self.authority.issue("other").fingerprint()
        run = self.run_over(self.tls_url("TLS", f"?fingerprint={other}"), "--check", "--connect-timeout", "2s", trust=False)
        self.assert_unreachable(run, "fingerprint")

    def test_plain_text_to_a_listener_of_tls(self):
        job = self.start_job([self.url(self.broker.brokers("TLS"))], "--connect-timeout", "2s", "--log-level", "info")
        self.assert_in_vain(job, "no broker answers")

    def test_client_certificates(self):
        client = self.authority.issue("client")
        options = ("--collector-certificate", client.certificate_file, "--collector-key", client.key_file)
        self.assert_confirmed(self.run_over(self.tls_url("MTLS"), *options))
        self.assert_unreachable(self.run_over(self.tls_url("MTLS"), "--check", "--connect-timeout", "2s"), "certificate")

    def login(self, mechanism, user=USER):
        return f"?sasl={mechanism}&user={user}"

    def test_passwords(self):
        self.assert_confirmed(self.run_over(self.tls_url("SASLTLS", self.login("plain")), "--collector-password-file", self.password))

    def test_a_wrong_password(self):
        self.password.write_text("wr0ng-s3cret\n")
        run = self.run_over(self.tls_url("SASLTLS", self.login("plain")), "--check", "--collector-password-file", self.password)
        self.assert_login_refused(run)
        self.assertNotIn("wr0ng-s3cret", str(run))

    def test_a_password_that_would_go_unencrypted(self):
        url = self.url(self.broker.brokers("SASL"), self.login("plain"))
        self.assert_exit(self.run_over(url, "--collector-password-file", self.password), USAGE, "without TLS everybody on the way could read the password")

    def test_a_password_that_is_changed_in_mid_run(self):
        """The library logs in again with every connection."""
        self.simulator.close_gate()
        self.addCleanup(self.simulator.open_gate)
        job = self.start_job([self.tls_url("SASLTLS", self.login("plain"))], "--collector-ca-file", self.authority.ca_file,
                             "--collector-password-file", self.password, "--concurrency", "1", "--resolution", "1h",
                             "--send-timeout", "2s", "--connect-timeout", "2s", "--log-level", "info")
        self.simulator.permit_fetches_until(lambda: bool(self.records()), "the first records in the topic", job)
        self.broker.kill()
        try:
            self.broker.start_again(password="an0ther-s3cret")
            self.simulator.open_gate()
            status = job.wait()
        finally:
            self.broker.kill()
            self.broker.start_again()
        output = job.output_text()
        self.assertEqual(LOGIN_REFUSED, status, output)
        # Before the broker is there again, the reason may be that it is not.
        self.assertIn("no record was confirmed for 2 s", output)
        self.assertRegex(output, r"the broker refuses the login .*--collector-password-file")
        self.assertNotIn(USER_PASSWORD, output)

    def tokens(self, life):
        """A command that counts its runs, and prints a token with its life in seconds."""
        text = f"{unsecured_token(USER)}\n{life}\n"
        (self.directory / "token").write_text(text)
        return f"echo x >> {self.directory}/runs; cat {self.directory}/token"

    def test_a_token_from_a_file_and_from_a_command(self):
        url = self.tls_url("SASLTLS", "?sasl=oauthbearer")
        self.password.write_text(unsecured_token(USER) + "\n")
        self.assert_confirmed(self.run_over(url, "--collector-password-file", self.password))
        self.assert_exit(self.run_over(url, "--check", "--collector-token-command", self.tokens(3600)), OK)
        self.assertEqual("x\n", (self.directory / "runs").read_text())

    def test_a_token_that_ends_is_asked_for_again(self):
        """The run waits for the gate until the command has run once more: after four fifths of a second."""
        self.simulator.close_gate()
        self.addCleanup(self.simulator.open_gate)
        job = self.start_job([self.tls_url("SASLTLS", "?sasl=oauthbearer")], "--collector-ca-file", self.authority.ca_file,
                             "--collector-token-command", self.tokens(1))
        runs = self.directory / "runs"
        job.wait_until(lambda: runs.exists() and runs.read_text().count("x") > 1, "the command has run again")
        self.simulator.open_gate()
        self.assertEqual(OK, job.wait(), job.output_text())
        self.assert_delivered()

    def test_a_command_that_gives_no_token(self):
        url = self.tls_url("SASLTLS", "?sasl=oauthbearer")
        for command, text in (("exit 3", "--collector-token-command: the command failed with exit status 3"),
                              ("echo", "--collector-token-command: the command prints no token on its first line")):
            run = self.run_over(url, "--check", "--collector-token-command", command)
            self._assert_ended(run, LOGIN_REFUSED, [text])
        run = self.run_over(url, "--check", "--collector-token-command", "echo s3cret-t0ken")
        self.assert_login_refused(run, "check ?sasl= and --collector-token-command")
        self.assertNotIn("s3cret-t0ken", run.stdout.decode() + run.stderr)

    def test_an_account_that_may_not_write(self):
        self.password.write_text(GUEST_PASSWORD + "\n")
        for more in (("--check",), ()):
            run = self.run_over(self.tls_url("SASLTLS", self.login("plain", GUEST)), "--collector-password-file", self.password, *more)
            self.assert_unreachable(run)
            self.assertIn("give the account the right WRITE on the topic", str(run))
        self.assertEqual([], self.records())

    def run_named_as_topic(self, options, *more):
        """A run, or a check, of the account that is named as its topic."""
        self.password.write_text(unsecured_token(self.topic) + "\n")
        return self.run_over(self.tls_url("SASLTLS", "?sasl=oauthbearer" + options), "--collector-password-file", self.password, *more)

    def test_the_documented_rights_are_enough(self):
        for number, options in enumerate(("", "&transactions=on")):
            with self.subTest(options):
                self.use_topic(f"rights-{number}")
                rights = sum(documented_rights(self.topic)[:number + 1], [])
                self.broker.allow(self.topic, rights)
                self.assert_exit(self.run_named_as_topic(options, "--check"), OK)
                self.assert_confirmed(self.run_named_as_topic(options))

    def test_an_account_that_may_only_see_the_topic(self):
        """Brokers say that of the producer, and call it a right on the cluster."""
        self.use_topic("seen")
        self.broker.allow(self.topic, [Right("Describe", "topic", self.topic, "literal")])
        for more in (("--check", "--send-test"), ()):
            run = self.run_named_as_topic("", *more)
            self.assert_unreachable(run, f"topic {self.topic}", "give the account the right WRITE on the topic")

    def test_none_of_the_documented_rights_is_too_many(self):
        """Without it no flow arrives, and the run and the check say which one is missing."""
        words = {("Write", "topic"): "rights? WRITE (and READ )?on the topic", ("Read", "topic"): "rights WRITE and READ on the topic",
                 ("Read", "group"): "right READ on the groups that begin with vrni2syslog/",
                 ("Write", "transactional-id"): "right WRITE on the transactional ids that begin with vrni2syslog/"}
        for number, options in enumerate(("", "&transactions=on")):
            for missing in sum(documented_rights("")[:number + 1], []):
                with self.subTest(options, missing=missing):
                    self.use_topic(f"no-{missing.operation}-{missing.kind}-{number}")
                    rights = [right for right in sum(documented_rights(self.topic)[:number + 1], []) if right[:2] != missing[:2]]
                    self.broker.allow(self.topic, rights)
                    # Whether records can be written is known once one is.
                    checks = ["--check"] + ["--send-test"] * (missing[:2] == ("Write", "topic"))
                    for more in (checks, []):
                        run = self.run_named_as_topic(options, *more)
                        self.assert_unreachable(run)
                        self.assertRegex(str(run), f"give the account the {words[missing[:2]]}")
                    self.assertEqual([], self.records())

    def test_a_librdkafka_that_cannot_log_in_by_scram(self):
        """It depends on the one that is installed: from 2.6.1 on it can."""
        run = self.run_over(self.tls_url("SASLTLS", self.login("scram-sha-256")), "--collector-password-file", self.password)
        if run.status == OK:
            self.assert_confirmed(run)
        else:
            self.assert_login_refused(run, "librdkafka before 2.6.1")


class OlderKafka(BrokerTest):
    version = OLDER

    def test_scram(self):
        password = self.directory / "password"
        password.write_text(USER_PASSWORD + "\n")
        password.chmod(0o600)
        for mechanism in ("scram-sha-256", "scram-sha-512"):
            with self.subTest(mechanism):
                self.topic = mechanism
                self.broker.create_topic(self.topic, self.partitions)
                url = f"kafka+tls://{self.broker.brokers('SASLTLS', 'localhost')}/{self.topic}?sasl={mechanism}&user={USER}"
                run = self.run_job([url], "--job", mechanism, "--collector-ca-file", self.authority.ca_file,
                                   "--collector-password-file", password)
                self.assert_silent(run)
                self.assertIn("1 sending checked, 0 problems", self.assert_verified(self.broker.brokers()))


class Kills(KillsOfTheProgram, BrokerTest):
    def brokers(self):
        return self.broker.brokers()

    def test_the_broker_is_killed_and_comes_back(self):
        chance = random.Random(4711)
        for number in range(KILLS_OF_BROKER):
            with self.subTest(number):
                self.use_topic(f"broker-{number}")
                job = self.start_until_records_are_there(self.url(self.broker.brokers()), self.broker.brokers(), "--resolution", "2h")
                self.simulator.open_gate()
                time.sleep(chance.uniform(0, MOST_DELAY))
                self.broker.kill()
                self.broker.start_again()
                self.assertEqual(OK, job.wait(), job.output_text())
                self.assert_delivered(is_once=False)

    def test_the_broker_hangs(self):
        job = self.start_until_records_are_there(self.kafka, self.broker.brokers(), "--resolution", "2h", "--send-timeout", "2s",
                                                 "--connect-timeout", "2s", "--log-level", "info")
        self.broker.process.send_signal(signal.SIGSTOP)
        try:
            self.simulator.open_gate()
            self.assert_in_vain(job, "no record was confirmed for 2 s")
        finally:
            self.broker.process.send_signal(signal.SIGCONT)
        self.assert_exit(self.run_job([self.kafka], "--resolution", "2h"), OK)
        self.assert_delivered(is_once=False)


if __name__ == "__main__":
    main()
