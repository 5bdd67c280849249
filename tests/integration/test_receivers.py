"""The recipes of packaging/receivers, run as they are: 5,000 flows in, hostile names among them, and every field must be equal."""

import datetime
import json
import re
import shlex
import socket
import urllib.request

from support.collector import Installation, Record, read_time
from support.delivery import FLOWS
from support.elasticsearch import ElasticsearchStandIn
from support.go_program import go_program
from support.process import Process, free_port, listening_ports, start_on_free_port, wait_until
from support.recipe import RecipeTest, RsyslogRecipe, SyslogNgRecipe, recipe
from support.rfc5424 import parse_line
from support.testcase import main

LINES = FLOWS + 1
"""With the manifest."""
ROOM = "60k"
"""What the collectors are set up for. A few lines are longer, and are made shorter."""


class Rsyslog(RecipeTest):
    def test_archive_over_tcp(self):
        collector = self.start(RsyslogRecipe(self.directory, "rsyslog.conf", "/var/log/vrni-flows.log"))
        self.deliver(f"tcp://127.0.0.1:{collector.port}")
        self.assert_lines_archived(collector)

    def test_archive_over_relp(self):
        collector = self.start(RsyslogRecipe(self.directory, "rsyslog.conf", "/var/log/vrni-flows.log"))
        self.deliver(f"relp://127.0.0.1:{collector.second_port}", "--confirm", "consumed")
        self.assert_lines_archived(collector)

    def test_elasticsearch_stores_what_is_sent_twice_once(self):
        stand_in = self.start(ElasticsearchStandIn())
        collector = self.start(RsyslogRecipe(
            self.directory, "rsyslog-elasticsearch.conf", "/var/log/vrni-elasticsearch-errors.log",
            {'serverport="9200"': f'serverport="{stand_in.port}"'}))
        test = self.simulator.run_program(
            self.directory, "--check", "--send-test", "--collector", f"tcp://127.0.0.1:{collector.port}?format=json-syslog", window=None)
        self.assert_exit(test, 0)
        wait_until(stand_in.count, "the document of a test")
        (_, identity), document = stand_in.documents.popitem()
        self.assertEqual(("vrni.test", "test/"), (document["event"]["dataset"], identity[:5]))
        for times, port in enumerate((f"tcp://127.0.0.1:{collector.port}", f"relp://127.0.0.1:{collector.second_port}"), 1):
            self.deliver(port + "?format=json-syslog", "--max-size", ROOM)
            wait_until(lambda sent=times * LINES: stand_in.count() >= sent, f"{times * LINES} documents", self.patience())
        # Each run has a manifest of its own.
        self.assertEqual((LINES + 1, FLOWS), (len(stand_in.documents), stand_in.conflicts))
        for (index, identity), document in stand_in.documents.items():
            self.assertEqual(document["event"]["id"], identity)
            self.assertEqual("vrni-flows-" + document["@timestamp"][:7].replace("-", "."), index)
        self.assert_same_objects([document for document in stand_in.documents.values() if document["event"]["kind"] == "event"], ROOM)

    def test_kafka(self):
        """The broker is one of librdkafka's own, in the same process, which another client reads."""
        kcat = Installation.find("kcat")
        collector = self.start(RsyslogRecipe(
            self.directory, "rsyslog-kafka.conf", "/var/spool/rsyslog/vrni-kafka.failed",
            {'confParam=["acks=all"': 'confParam=["acks=all", "test.mock.num.brokers=1"'}))
        inputs = {collector.port, collector.second_port}
        # Without a line there is no broker.
        with socket.create_connection(("127.0.0.1", collector.port)) as connection:
            connection.sendall(b'<166>1 2025-06-01T00:00:00Z host program 1 TEST [vrniflow@32473 flow_id="first"] first\n')
        broker, = wait_until(lambda: listening_ports(collector.process.pid) - inputs, "a broker")
        # While they come, because this broker forgets all but the last megabytes.
        reader = self.start(Process(
            [kcat.binary, "-C", "-u", "-q", "-b", f"127.0.0.1:{broker}", "-t", "vrni-flows", "-f", "%k %s\n"],
            self.directory, "kcat", env=kcat.environment))
        reader.wait_until(lambda: reader.output.read_bytes().count(b"\n") >= 1, "the first line")
        self.deliver(f"relp://127.0.0.1:{collector.second_port}", "--confirm", "consumed")
        reader.wait_until(lambda: reader.output.read_bytes().count(b"\n") >= LINES + 1, f"{LINES + 1} messages", self.patience())
        rows = [row.split(" ", 1) for row in reader.output.read_text(encoding="utf-8").split("\n")[1:-1]]
        records = [(key, parse_line(line)) for key, line in rows]
        for key, record in records:
            self.assertEqual(record.parameters()["run" if record.message_id == "MANIFEST" else "flow_id"], key)
        # The partitions are read one after the other, so that the manifest's digest is of another order.
        flows = [record for _, record in records if record.message_id != "MANIFEST"]
        self.assertEqual(len(self.expected), len({record.parameters()["flow_id"] for record in flows}))
        self.assertEqual(LINES, len(records))
        differences = [text for record in flows for text in self.expected[record.parameters()["flow_id"]].differences(record)]
        self.assertEqual([], differences[:10])


class SyslogNg(RecipeTest):
    def collector(self):
        objects = {"/var/log/vrni-flows.json": self.directory / "vrni-flows.json"}
        return self.start(SyslogNgRecipe(self.directory, "syslog-ng.conf", "/var/log/vrni-flows.log", objects))

    def test_lines_with_line_feeds(self):
        collector = self.collector()
        self.deliver(f"tcp://127.0.0.1:{collector.port}")
        self.assert_lines_archived(collector)

    def test_objects_of_json_with_octet_counting(self):
        collector = self.collector()
        self.deliver(f"tcp://127.0.0.1:{collector.second_port}?framing=octet")
        collector.output = self.directory / "vrni-flows.json"
        collector.wait_for(LINES, self.patience())
        collector.stop()
        flows = [json.loads(line) for line in collector.lines()]
        whole = [flow for flow in flows if flow["msgid"] != "MANIFEST" and "truncated" not in flow]
        self.assertGreater(len(whole), FLOWS * 0.9)
        for flow in whole:
            expected = self.expected[flow["flow_id"]]
            flow.pop("run")
            self.assertEqual((expected.message, expected.message_id), (flow.pop("message"), flow.pop("msgid")))
            self.assertEqual("127.0.0.1", flow.pop("host"))
            self.assertTrue(flow.pop("time"))
            self.assertEqual(expected.parameters, flow)


class OpenTelemetryCollector(RecipeTest):
    def test_every_field_arrives(self):
        program = go_program("otel-collector")
        output = self.directory / "flows.json"

        def start(port):
            configuration = self.directory / "collector.yaml"
            configuration.write_text(
                recipe("otel-collector.yaml", {"0.0.0.0:514": f"127.0.0.1:{port}", "/var/log/vrni-flows.json": output})
                + "  telemetry: {metrics: {level: none}}\n", encoding="utf-8")
            return Process([program, "--config", configuration], self.directory, "collector")

        process, port = start_on_free_port(start)
        self.start(process)
        self.deliver(f"tcp://127.0.0.1:{port}")

        def records():
            lines = output.read_text(encoding="utf-8").split("\n")[:-1] if output.exists() else []
            found = [record for line in lines for record in records_of_otlp(json.loads(line))]
            return found if len(found) >= LINES else None

        self.assert_archived(process.wait_until(records, f"{LINES} records", self.patience()))


def records_of_otlp(batch):
    """The records of a batch in the JSON of OTLP."""
    def plain(value):
        kind, content = next(iter(value.items()))
        if kind == "kvlistValue":
            return {pair["key"]: plain(pair["value"]) for pair in content["values"]}
        return content

    for resource in batch["resourceLogs"]:
        for scope in resource["scopeLogs"]:
            for entry in scope["logRecords"]:
                attributes = {pair["key"]: plain(pair["value"]) for pair in entry["attributes"]}
                priority = int(attributes["priority"])
                yield Record(
                    raw=entry["body"]["stringValue"], facility=priority // 8, severity=priority % 8,
                    timestamp=datetime.datetime.fromtimestamp(int(entry["timeUnixNano"]) / 1e9, datetime.timezone.utc),
                    hostname=attributes["hostname"], app_name=attributes["appname"], process_id=attributes["proc_id"],
                    message_id=attributes["msg_id"], structured_data=attributes["structured_data"], message=attributes["message"])


class VictoriaLogs(RecipeTest):
    def start_daemon(self, http_port):
        program = go_program("victoria-logs", "github.com/VictoriaMetrics/VictoriaLogs/app/victoria-logs")

        def start(port):
            unit = recipe("victorialogs.service", {
                "-storageDataPath=/var/lib/victoria-logs": f"-storageDataPath={self.directory}/data",
                "127.0.0.1:9428": f"127.0.0.1:{http_port}", "-syslog.listenAddr.tcp=:514": f"-syslog.listenAddr.tcp=127.0.0.1:{port}"})
            command = shlex.split(re.search("^ExecStart=(.*)$", unit, re.MULTILINE)[1])
            return Process([program, *command[1:]], self.directory, "victoria-logs")

        return start_on_free_port(start)

    def test_every_field_arrives(self):
        http_port = free_port()
        process, port = self.start_daemon(http_port)
        self.start(process)
        self.deliver(f"tcp://127.0.0.1:{port}")

        def entries():
            request = urllib.request.Request(f"http://127.0.0.1:{http_port}/select/logsql/query", data=b"query=*")
            with urllib.request.urlopen(request, timeout=60) as answer:
                found = answer.read().decode("utf-8").split("\n")[:-1]
            return found if len(found) >= LINES else None

        entries = [json.loads(line) for line in process.wait_until(entries, f"{LINES} entries", self.patience())]
        self.assertEqual(LINES, len(entries))
        differences, seen = [], set()
        for entry in entries:
            fields = {name.removeprefix("vrniflow@32473."): value for name, value in entry.items() if name.startswith("vrniflow@32473.")}
            if entry["msg_id"] == "MANIFEST" or "truncated" in fields:
                continue
            expected = self.expected[fields["flow_id"]]
            seen.add(expected.flow_id)
            fields.pop("run")
            found = (entry["_msg"], entry["msg_id"], read_time(entry["_time"]), int(entry["severity"]), fields)
            wanted = (expected.message, expected.message_id, expected.time, expected.severity, expected.parameters)
            differences += [(a, b) for a, b in zip(wanted, found) if a != b]
        self.assertEqual([], differences[:2], f"{len(differences)} differences")
        self.assertGreater(len(seen), FLOWS * 0.9)


if __name__ == "__main__":
    main()
