"""The recipes of packaging/receivers, run as they are: 5,000 flows in, hostile names among them, and every field must be equal."""

import datetime
import ipaddress
import json
import re
import shlex
import socket
import unittest
import urllib.request

from support.collector import Installation, Record, read_time
from support.delivery import FLOWS, DeliveryTest
from support.elasticsearch import ElasticsearchStandIn
from support.go_program import go_program
from support.npm import clickhouse, vector_language
from support.process import Process, free_port, listening_ports, start_on_free_port, wait_until
from support.program import IS_SANITIZED
from support.recipe import RsyslogRecipe, SyslogNgRecipe, recipe
from support.rfc5424 import parse_line
from support.testcase import main

LINES = FLOWS + 1
"""With the manifest."""
ROOM = "60k"
"""What the collectors are set up for. A few lines are longer, and are made shorter."""


class RecipeTest(DeliveryTest):
    def assert_lines_archived(self, collector):
        """The file has every line as it was sent."""
        collector.wait_for(LINES, self.patience())
        collector.stop()
        self.assert_archived([parse_line(line) for line in collector.lines()])

    def printed(self, name, room="1M"):
        """The lines of all flows in a format, and that of their manifest."""
        run = self.simulator.run_program(
            self.directory, "--filter", "", "--dry-run", "--format", name, "--max-size", room, timeout=180)
        self.assert_exit(run, 0)
        return run.lines

    def objects_of_json(self, room="1M"):
        """What the format json-syslog makes of each flow, by the flow's id. test_formats shows that each field is right."""
        objects = [without_run(json.loads(line.partition(" - ")[2])) for line in self.printed("json-syslog", room)[:-1]]
        return {value["vrni"]["flow_id"]: value for value in objects}

    def assert_same_objects(self, flows, room="1M"):
        """These objects are those of the format json."""
        expected = self.objects_of_json(room)
        self.assertEqual(len(expected), len(flows))
        different = [value for value in map(without_run, flows) if value != expected[value["vrni"]["flow_id"]]]
        self.assertEqual([], different[:2], f"{len(different)} differences")


def without_run(value):
    value["vrni"].pop("run")
    return value


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


class Vector(RecipeTest):
    """The transform of the recipe, by Vector's language, from what Vector's source makes of a line."""

    def transformed(self, name):
        return self.transformed_lines(self.printed(name))

    @staticmethod
    def transformed_lines(lines):
        program = recipe("vector.toml").partition("source = '''\n")[2].partition("'''")[0]
        # One event at a time would be compiled anew for each. By way of JSON, so that the types are as unknown as to Vector.
        replacements = {"event = .\n": "event = object!(parse_json!(encode_json(parse_syslog!(line))))\n", "\n. = compact(": "\ncompact("}
        for old, new in replacements.items():
            if program.count(old) != 1:
                raise AssertionError(f"vector.toml has {old!r} {program.count(old)} times")
            program = program.replace(old, new)
        return vector_language(program, lines)

    def test_json_syslog(self):
        *flows, manifest = self.transformed("json-syslog")
        self.assert_same_objects(flows)
        self.assertEqual(str(FLOWS), manifest["vrni"]["flows"])

    def test_rfc5424(self):
        *flows, manifest = self.transformed("rfc5424")
        objects, differences = self.objects_of_json(), []
        for flow in flows:
            expected = self.expected[flow["vrni"]["flow_id"]]
            own = without_run(flow).pop("vrni")
            self.assertEqual(expected.parameters, own)
            # The same names as those of the format json, except for a few that only the program itself can tell.
            wanted = objects[expected.flow_id]
            differences += [f"{name}.{member}: {part!r} but {wanted.get(name, {}).get(member)!r}"
                            for name, members in flow.items() if isinstance(members, dict)
                            for member, part in members.items() if part != wanted.get(name, {}).get(member)]
            self.assertEqual((wanted["message"], read_time(wanted["@timestamp"])), (flow["message"], read_time(flow["@timestamp"])))
        self.assertEqual([], differences[:10], f"{len(differences)} differences")
        self.assertEqual(str(FLOWS), manifest["vrni"]["flows"])
        self.assertEqual("/".join([manifest["vrni"]["run"], manifest["vrni"]["window_start"]]), manifest["event"]["id"])

    def test_the_line_of_a_test(self):
        line = '<166>1 2026-11-22T12:00:00.000Z host vrni2syslog 1 TEST [vrniflow@32473 test="1"] vRNI-Test: a test'
        event, = self.transformed_lines([line])
        self.assertEqual(({"kind": "event", "dataset": "vrni.test"}, {"test": "1"}), (event["event"], event["vrni"]))


@unittest.skipIf(IS_SANITIZED, "nothing of the program is in it that the plain build does not show, and the engine is half a gigabyte")
class ClickHouse(RecipeTest):
    def rows(self, query):
        """The rows of a query when all lines have been read twice."""
        file = self.directory / "flows.log"
        file.write_text("".join(line + "\n" for line in self.printed("rfc5424")), encoding="utf-8")
        without_comments = re.sub(r"^ *--.*$", "", recipe("clickhouse.sql"), flags=re.MULTILINE)
        statements = [statement for statement in without_comments.split(";\n") if statement.strip()]
        insert = f"INSERT INTO vrni_lines SELECT line FROM file('{file}', LineAsString, 'line String')"
        return clickhouse([*statements, insert, insert], query)

    def test_every_field_is_there_once(self):
        rows = self.rows("SELECT * FROM vrni_flows FINAL")
        self.assertEqual(len(self.expected), len(rows))
        for row in rows:
            expected = self.expected[row["flow_id"]]
            self.assertEqual(16, len(row["fields"].pop("run")))
            self.assertEqual(expected.parameters, row["fields"])
            self.assertEqual((expected.message, expected.message_id), (row["message"], row["msgid"]))
            self.assertEqual(expected.time, read_time(row["time"] + "+00:00"))
            for name in ("action", "proto", "src_vm", "dst_vm", "rule_id", "traffic_type", "src_net", "dst_net", "src_cluster",
                         "dst_cluster"):
                self.assertEqual(expected.parameters.get(name, ""), row[name])
            port = expected.parameters.get("dst_port")
            self.assertEqual(None if port is None else int(port), row["dst_port"])
            for name in ("src_ip", "dst_ip"):
                address = ipaddress.IPv6Address(row[name])
                self.assertEqual(ipaddress.ip_address(expected.parameters[name]), address.ipv4_mapped or address)
            for name in ("window_start", "window_end", "snapshot"):
                self.assertEqual(read_time(expected.parameters[name]), read_time(row[name] + "+00:00"))

    def test_windows_are_complete(self):
        row, = self.rows("SELECT * FROM vrni_windows")
        self.assertEqual((str(FLOWS), str(FLOWS), 1), (str(row["promised"]), str(row["here"]), row["is_complete"]))


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


class Elasticsearch(RecipeTest):
    """What can be held without it."""

    types = {"ip": ipaddress.ip_address, "long": int, "integer": int, "date": read_time, "keyword": str, "match_only_text": str}

    def test_the_template_has_every_name_of_the_format(self):
        requests = re.split(r"^(?:PUT|#) ?.*\n", recipe("elasticsearch.console"), flags=re.MULTILINE)
        template, pipeline = (json.loads(text) for text in requests if text.strip())
        self.assertGreater(len(pipeline["processors"]), 10)
        for value in self.objects_of_json().values():
            value.pop("vrni")
            self.assert_mapped(template["template"]["mappings"]["properties"], value)

    def assert_mapped(self, properties, value):
        for name, member in value.items():
            if isinstance(member, dict):
                self.assert_mapped(properties[name]["properties"], member)
                continue
            for item in member if isinstance(member, list) else [member]:
                self.types[properties[name]["type"]](item)


class Splunk(RecipeTest):
    def test_the_expression_takes_every_field_and_nothing_else(self):
        expression = re.compile(re.search(r"\[vrni_sd\]\nREGEX = (.*)", recipe("splunk/default/transforms.conf"))[1])
        head = re.compile(re.search(r"\[vrni_host\]\nREGEX = (.*)", recipe("splunk/default/transforms.conf"))[1])
        for line in self.printed("rfc5424")[:-1]:
            pairs = expression.findall(line)
            fields = dict(pairs)
            self.assertEqual(len(pairs), len(fields))
            fields.pop("run")
            expected = self.expected[fields["flow_id"]]
            self.assertEqual({name: re.sub(r'(["\\\]])', r"\\\1", value) for name, value in expected.parameters.items()}, fields)
            self.assertEqual(("127.0.0.1", expected.message_id), head.match(line).groups())


if __name__ == "__main__":
    main()
