"""A real Apache Kafka: one node, which is broker and controller, run as an ordinary process on ports of 127.0.0.1."""

import base64
import json
import os
import re
import socket
import struct
import subprocess
import time
import unittest
from pathlib import Path

from .process import START_TIMEOUT, Process, find_binary, free_port, wait_until

CURRENT, OLDER = "4.1.1", "3.9.1"
"""Versions that packaging/common.sh fetches. The older one takes SCRAM from every client; Kafka 4 does not from those with a librdkafka
before 2.6.1, which repeats the client's nonce."""

USER, USER_PASSWORD = "writer", "wr1ter-s3cret"
"""May do everything, by all mechanisms."""
GUEST, GUEST_PASSWORD = "guest", "gu3st-s3cret"
"""Can log in, and may do nothing."""
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER")
"""With OAUTHBEARER the broker takes any token of unsecured_token()."""


def unsecured_token(user, life=3600):
    """A JSON Web Token without a signature (RFC 7515, appendix A.5), valid for so many seconds."""
    def part(members):
        return base64.urlsafe_b64encode(json.dumps(members).encode()).rstrip(b"=").decode()
    now = int(time.time())
    return f"{part({'alg': 'none'})}.{part({'sub': user, 'iat': now, 'exp': now + life})}."


_CONFIGURATION = """
process.roles=broker,controller
node.id=1
listeners={listeners}
listener.security.protocol.map={protocols}
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
log.dirs={directory}/kafka-data
num.partitions=3
num.network.threads=2
num.io.threads=2
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
group.initial.rebalance.delay.ms=0
controlled.shutdown.enable=false
broker.session.timeout.ms=6000
broker.heartbeat.interval.ms=500
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
super.users=User:ANONYMOUS;User:{user};User:client
"""

_TLS = """
ssl.keystore.type=PEM
ssl.keystore.location={directory}/kafka-keys.pem
ssl.truststore.type=PEM
ssl.truststore.location={ca}
listener.name.mtls.ssl.client.auth=required
ssl.principal.mapping.rules=RULE:^CN=(.*)$/$1/
"""

_SASL = """
sasl.enabled.mechanisms={mechanisms}
{name}.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
 user_{user}="{password}" user_{guest}="{guest_password}";
{name}.scram-sha-256.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
{name}.scram-sha-512.sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required;
{name}.oauthbearer.sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;
"""

_LOGGING = """
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d %p %m (%c)%n
logger.server.name=kafka.server.KafkaRaftServer
logger.server.level=info
"""

_RESOURCES = {"topic": 2, "group": 3, "transactional-id": 5}
_PATTERNS = {"literal": 3, "prefixed": 4}
_OPERATIONS = {"Read": 3, "Write": 4, "Describe": 8}
_ANY, _ALLOW = 1, 3
_CLUSTER_ID = "AAAAAAAAAAAAAAAAAAAAAA"
_CREATE_TOPICS, _CREATE_TOPICS_VERSION = 19, 4
_LIST_OFFSETS, _LIST_OFFSETS_VERSION = 2, 1
_DESCRIBE_ACLS, _CREATE_ACLS, _ACLS_VERSION = 29, 30, 1
_LATEST = -1
_NOT_READY = (41, 38)
"""Errors of Kafka's protocol: not the controller yet, and fewer brokers than replicas, because the controller does not count on a broker
that has just said that it is started."""
_REQUEST_TIMEOUT_MS = 30_000
_READY_TIMEOUT = 3 * START_TIMEOUT
"""Seconds: of nothing else so much has to be loaded before it is ready."""


def _string(text):
    """A text of Kafka's protocol."""
    data = text.encode("utf-8")
    return struct.pack(">h", len(data)) + data


class KafkaBroker:
    """Runs from the constructor to stop(); it is ready after three seconds or so. It always has a listener without anything; with
    `certificate` (and the authority's `ca_file`) one with TLS, one with TLS that demands a certificate, for which "client" may do
    everything, and one with TLS and SASL. `through` is a command that goes before that of the broker."""

    def __init__(self, directory, version=CURRENT, certificate=None, ca_file=None, through=()):
        self._directory = Path(directory)
        self._through = through
        self._topics = {}
        """The number of partitions of those that were created here, by name."""
        self._java = self._find_java(version)
        names = {"PLAINTEXT": "PLAINTEXT", "CONTROLLER": "PLAINTEXT", "SASL": "SASL_PLAINTEXT"}
        if certificate is not None:
            names |= {"TLS": "SSL", "MTLS": "SSL", "SASLTLS": "SASL_SSL"}
            keys = self._directory / "kafka-keys.pem"
            keys.write_text(certificate.key_file.read_text() + certificate.certificate_file.read_text())
        # They stay the same when it is started again.
        self._ports = {name: free_port() for name in names}
        self.port = self._ports["PLAINTEXT"]
        self._configuration = self._write_configuration(names, ca_file)
        self._format()
        self.process = self._start()

    def _find_java(self, version):
        """The command of Java, as far as the name of the class."""
        packages = Path(os.environ.get("VRNI2SYSLOG_COLLECTORS", "/nonexistent")) / f"kafka-{version}"
        if not (packages / "complete").exists():
            raise unittest.SkipTest(f"Apache Kafka {version} is not in {packages}; packaging/test.sh fetches it from Maven Central")
        java = find_binary("java")
        if java is None:
            raise unittest.SkipTest("java is not installed")
        logging = self._directory / "kafka-log4j2.properties"
        logging.write_text(_LOGGING)
        # What starts fast and needs little, which matters more here than what runs fast for days.
        return [java, "-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData",
                f"-Dlog4j2.configurationFile={logging}", "-cp", f"{packages}/*"]

    def _write_configuration(self, names, ca_file):
        path = self._directory / "kafka.properties"
        text = _CONFIGURATION.format(
            directory=self._directory, controller=self._ports["CONTROLLER"], user=USER,
            listeners=",".join(f"{name}://127.0.0.1:{port}" for name, port in self._ports.items()),
            protocols=",".join(f"{name}:{protocol}" for name, protocol in names.items()))
        for name in sorted({"SASL", "SASLTLS"} & names.keys()):
            text += _SASL.format(name=f"listener.name.{name.lower()}", mechanisms=",".join(MECHANISMS), user=USER, password=USER_PASSWORD,
                                 guest=GUEST, guest_password=GUEST_PASSWORD)
        if ca_file is not None:
            text += _TLS.format(directory=self._directory, ca=ca_file)
        path.write_text(text)
        return path

    def _format(self):
        users = [f"{mechanism}=[name={user},password={password}]" for mechanism in MECHANISMS if mechanism.startswith("SCRAM")
                 for user, password in ((USER, USER_PASSWORD), (GUEST, GUEST_PASSWORD))]
        command = [*self._java, "kafka.tools.StorageTool", "format", "-t", _CLUSTER_ID, "-c", self._configuration, "--standalone",
                   *(word for user in users for word in ("--add-scram", user))]
        done = subprocess.run(command, capture_output=True, text=True, timeout=START_TIMEOUT, check=False)
        if done.returncode != 0:
            raise AssertionError(f"kafka.tools.StorageTool: {done.stdout[-2000:]}{done.stderr[-2000:]}")

    def _start(self):
        process = Process([*self._through, *self._java, "kafka.Kafka", self._configuration], self._directory, "kafka")
        try:
            process.wait_until(lambda: "Kafka Server started" in process.output_text(), "it is ready", _READY_TIMEOUT)
        except AssertionError:
            process.kill()
            raise
        return process

    def kill(self):
        """As a power failure would end it."""
        self.process.kill()

    def start_again(self, password=USER_PASSWORD):
        """After its end: on the same ports, with the same topics, which can be written to then. The password of USER is that of PLAIN."""
        text = self._configuration.read_text()
        self._configuration.write_text(re.sub(f'user_{USER}="[^"]*"', f'user_{USER}="{password}"', text))
        self.process = self._start()
        # What it logs comes before the controller lets it hold records again.
        for name in self._topics:
            self._await_leaders(name)

    def brokers(self, listener="PLAINTEXT", host="127.0.0.1"):
        """The address of a listener: PLAINTEXT, TLS, MTLS (with a client's certificate), SASL, SASLTLS."""
        return f"{host}:{self._ports[listener]}"

    def create_topic(self, name, partitions=3, settings=None):
        """Creates a topic, with settings of its own such as min.insync.replicas. It can be written to afterwards."""
        error = None

        def is_answered():
            nonlocal error
            error = self._create_topic(name, partitions, settings or {})
            return error not in _NOT_READY

        wait_until(is_answered, f"a broker that can hold the topic {name}")
        if error:
            raise AssertionError(f"the topic {name} cannot be created: error {error} of Kafka's protocol")
        self._topics[name] = partitions
        self._await_leaders(name)

    def _create_topic(self, name, partitions, settings):
        """The error of Kafka's protocol, 0 if there is none."""
        pairs = [_string(key) + _string(str(value)) for key, value in settings.items()]
        topic = _string(name) + struct.pack(">ihii", partitions, 1, 0, len(pairs)) + b"".join(pairs)
        body = struct.pack(">i", 1) + topic + struct.pack(">i?", _REQUEST_TIMEOUT_MS, False)
        answer = self._request(_CREATE_TOPICS, _CREATE_TOPICS_VERSION, body)
        # Behind the request's number: the time of a throttle, the number of topics, and the name of the only one.
        return struct.unpack_from(">h", answer, 4 + 4 + 4 + len(_string(name)))[0]

    def _await_leaders(self, name):
        partitions = self._topics[name]
        wait_until(lambda: not any(error for _, error, _, _ in self._list_offsets(name, partitions)), f"the leaders of the topic {name}")

    def end_offsets(self, name, partitions):
        """The offset that the next record of each partition of a topic gets."""
        return [offset for _, _, _, offset in sorted(self._list_offsets(name, partitions))]

    def _list_offsets(self, name, partitions):
        """For each partition its number, an error of Kafka's protocol, a time, and the offset that the next record gets."""
        wanted = b"".join(struct.pack(">iq", number, _LATEST) for number in range(partitions))
        body = struct.pack(">ii", -1, 1) + _string(name) + struct.pack(">i", partitions) + wanted
        answer = self._request(_LIST_OFFSETS, _LIST_OFFSETS_VERSION, body)
        # Behind the request's number, the number of topics, and the name and the number of partitions of the only one.
        return list(struct.iter_unpack(">ihqq", answer[4 + 4 + len(_string(name)) + 4:]))

    def allow(self, account, rights):
        """Gives an account, which has none yet, some rights (Right of kafka_rights). They hold afterwards."""
        principal = f"User:{account}"
        body = struct.pack(">i", len(rights))
        for right in rights:
            body += struct.pack(">b", _RESOURCES[right.kind]) + _string(right.name) + struct.pack(">b", _PATTERNS[right.pattern])
            body += _string(principal) + _string("*") + struct.pack(">bb", _OPERATIONS[right.operation], _ALLOW)
        answer = self._request(_CREATE_ACLS, _ACLS_VERSION, body)
        # Behind the request's number, the time of a throttle and the number of rights: for each its error and the text of it, of which
        # there are none.
        if answer[4 + 4 + 4:] != struct.pack(">hh", 0, 0) * len(rights):
            raise AssertionError(f"{rights} cannot be given to {account}: {answer}")
        # The controller has them, of which the broker only hears.
        wait_until(lambda: self._count_rights(principal) == len(rights), f"the rights of {account}")

    def _count_rights(self, principal):
        """How many rights of an account the broker knows."""
        nobody = struct.pack(">h", -1)
        body = struct.pack(">b", _ANY) + nobody + struct.pack(">b", _ANY) + _string(principal) + nobody + struct.pack(">bb", _ANY, _ANY)
        return self._request(_DESCRIBE_ACLS, _ACLS_VERSION, body).count(_string(principal))

    def _request(self, kind, version, body):
        """The answer to a request of Kafka's protocol."""
        request = struct.pack(">hhi", kind, version, 1) + _string("tests") + body
        with socket.create_connection(("127.0.0.1", self.port), timeout=START_TIMEOUT) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            with connection.makefile("rb") as file:
                length, = struct.unpack(">i", file.read(4))
                return file.read(length)

    def stop(self):
        self.process.kill()
