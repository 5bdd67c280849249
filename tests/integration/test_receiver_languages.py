"""The recipes of packaging/receivers in the languages of their receivers: 5,000 flows in, hostile names among them, and every field
must be equal."""

import ipaddress
import json
import re
import subprocess
import sys
import tomllib

from support.collector import read_time
from support.delivery import FLOWS
from support.npm import clickhouse, vector_language
from support.recipe import RECEIVERS, RecipeTest, recipe, without_run
from support.rfc5424 import parse_line
from support.testcase import main

TEST_LINE = '<166>1 2026-11-22T12:00:00.000Z host vrni2syslog 1 TEST [vrniflow@32473 test="1"] vRNI-Test: a test'


def of_second_attempt(manifest):
    """The line of a manifest of a unit that was sent again."""
    return re.sub(r'( run="[^"]*")', r'\1 attempt="2"', manifest, count=1)


class Vector(RecipeTest):
    """The transform of the recipe, by Vector's language, from what Vector's source makes of a line."""

    def transformed(self, name):
        return self.transformed_lines(self.printed(name))

    @staticmethod
    def transformed_lines(lines):
        program = recipe("vector.toml").partition("source = '''\n")[2].partition("'''")[0]
        # One event at a time would be compiled anew for each. By way of JSON, so that the types are as unknown as to Vector.
        replacements = {"event = .\n": "event = object!(parse_json!(encode_json(parse_syslog!(line))))\n", "\n. = result": "\nresult"}
        for old, new in replacements.items():
            if program.count(old) != 1:
                raise AssertionError(f"vector.toml has {old!r} {program.count(old)} times")
            program = program.replace(old, new)
        values = vector_language(program, lines)
        for value in values:
            # By this the sink chooses the index. To Vector it is a time, and here a text.
            if read_time(value.pop("timestamp")) != read_time(value["@timestamp"]):
                raise AssertionError(f"not the time of the line: {value}")
        return values

    def test_the_sink_does_not_store_what_the_index_is_chosen_by(self):
        sink = tomllib.loads(recipe("vector.toml"))["sinks"]["vrni_elasticsearch"]
        self.assertEqual("vrni-flows-%Y.%m", sink["bulk"]["index"])
        self.assertEqual(["timestamp"], sink["encoding"]["except_fields"])

    def test_json_syslog(self):
        *flows, manifest = self.transformed("json-syslog")
        self.assert_same_objects(flows)
        self.assertEqual(str(FLOWS), manifest["vrni"]["flows"])

    def test_a_manifest_of_another_attempt_has_an_id_of_its_own(self):
        manifest = self.printed("rfc5424")[-1]
        first, second = self.transformed_lines([manifest, of_second_attempt(manifest)])
        self.assertEqual(first["event"]["id"] + "/2", second["event"]["id"])

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
        event, = self.transformed_lines([TEST_LINE])
        self.assertEqual(({"kind": "event", "dataset": "vrni.test"}, {"test": "1"}), (event["event"], event["vrni"]))


class ClickHouse(RecipeTest):
    def rows(self, *queries):
        """The rows of each query when all lines have been read twice."""
        file = self.directory / "flows.log"
        file.write_text("".join(line + "\n" for line in self.printed("rfc5424")), encoding="utf-8")
        without_comments = re.sub(r"^ *--.*$", "", recipe("clickhouse.sql"), flags=re.MULTILINE)
        statements = [statement for statement in without_comments.split(";\n") if statement.strip()]
        insert = f"INSERT INTO vrni_lines SELECT line FROM file('{file}', LineAsString, 'line String')"
        return clickhouse([*statements, insert, insert], queries)

    def test_every_field_is_there_once(self):
        rows, = self.rows("SELECT * FROM vrni_flows FINAL")
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

    def test_windows_are_complete_and_the_board_of_grafana_shows_them(self):
        panels = {panel["title"]: panel["targets"][0]["rawSql"] for panel in board("clickhouse")["panels"] if "targets" in panel}
        windows, *rows = self.rows("SELECT * FROM vrni_windows", *map(without_macros, panels.values()))
        self.assertEqual([(str(FLOWS), str(FLOWS), 1)],
                         [(str(row["promised"]), str(row["here"]), row["is_complete"]) for row in windows])
        shown = dict(zip(panels, rows, strict=True))
        denied = sum(expected.message_id == "FLOW_DENY" for expected in self.expected.values())
        for title, count in (("Flows", FLOWS), ("Denied flows", denied), ("Shortened lines", 0)):
            self.assertEqual(count, int(shown[title][0]["flows"]), title)
        self.assertEqual([], shown["Windows that are not complete"])
        self.assertEqual(1000, len(shown["Who talked to whom"]))
        rows_of_counters = {"Bytes by source VM"}
        empty = {title for title, rows in shown.items() if not rows} - {"Windows that are not complete"} - rows_of_counters
        self.assertEqual(set(), empty)


def board(kind):
    """The board of Grafana for a data source."""
    return json.loads((RECEIVERS / f"grafana/vrni-flows-{kind}.json").read_text(encoding="utf-8"))


def without_macros(query):
    """The query as Grafana sends it for the day of the simulator, with empty boxes."""
    query = re.sub(r"\$__timeFilter\((\w+)\)", r"\1 >= toDateTime('2025-06-01', 'UTC') AND \1 <= toDateTime('2025-06-02', 'UTC')", query)
    query = re.sub(r"\$__timeInterval\((\w+)\)", r"toStartOfInterval(\1, INTERVAL 60 second)", query)
    query = re.sub(r"\$\{\w+\}", "", query)
    if "$" in query:
        raise AssertionError(f"a macro that Grafana does not have: {query}")
    return query


class Grafana(RecipeTest):
    def test_the_boards_are_what_the_script_prints(self):
        for kind in ("clickhouse", "loki"):
            done = subprocess.run([sys.executable, RECEIVERS / "grafana/make-boards.py", kind], capture_output=True, text=True, timeout=60,
                                  check=True)
            self.assertEqual(board(kind), json.loads(done.stdout), f"grafana/make-boards.py {kind} > grafana/vrni-flows-{kind}.json")

    def test_the_expressions_for_loki_find_fields_and_nothing_else(self):
        queries = [panel["targets"][0]["expr"] for panel in board("loki")["panels"] if "targets" in panel]
        expressions = {match[1]: re.compile(match[0]) for query in queries for match in re.finditer(r" (\w+)=\"\(\?P<[^`]*", query)}
        self.assertGreater(len(expressions), 8)
        searched = next(panel["targets"][0]["expr"] for panel in board("loki")["panels"] if panel["title"] == "Who talked to whom")
        boxes = {re.search(r"\{(\w+)\}", text)[1]: text for text in re.findall(r"\|~ `([^`]*)`", searched)}
        for line in self.printed("rfc5424")[:-1]:
            parameters = parse_line(line).parameters()
            for name, expression in expressions.items():
                match = expression.search(line)
                value = parameters.get(name)
                expected = None if value is None else re.sub(r'(["\\\]])', r"\\\1", value)
                self.assertEqual(expected, match and match[1], name)
            for name, text in boxes.items():
                self.assertRegex(line, text.replace(f"${{{name}}}", ""), "an empty box takes every line")
                self.assertNotRegex(line, text.replace(f"${{{name}}}", "nowhere"))
                part = re.search(r"\w+", parameters.get(name, ""))
                if part and parameters[name].startswith(part[0]):
                    self.assertRegex(line, text.replace(f"${{{name}}}", part[0].swapcase()))


class IngestPipeline:
    """What Elasticsearch's processors do, as far as the recipe uses them."""

    def __init__(self, processors):
        self._processors = [(kind, options) for processor in processors for kind, options in processor.items()]

    def document(self, line):
        """What becomes of a line that Filebeat's syslog processor has taken apart."""
        record = parse_line(line)
        context = {"log": {"syslog": {"msgid": record.message_id, "structured_data": {"vrniflow@32473": record.parameters()}}}}
        for kind, options in self._processors:
            if all(self._holds(context, condition) for condition in options.get("if", "").split(" && ") if condition):
                getattr(self, f"_{kind}")(context, options)
        return context

    def _holds(self, context, condition):
        path, operator, wanted = re.fullmatch(r"ctx\.(\S+) (==|!=) (null|'[^']*')", condition).groups()
        value = self._value(context, path.replace("?", ""))
        return (value == (None if wanted == "null" else wanted[1:-1])) == (operator == "==")

    @staticmethod
    def _value(context, path):
        for name in path.split(".", 3):
            context = context.get(name) if isinstance(context, dict) else None
        return context

    @staticmethod
    def _store(context, path, value):
        *parents, name = path.split(".")
        for parent in parents:
            context = context.setdefault(parent, {})
        context[name] = value

    def _rename(self, context, options):
        self._store(context, options["target_field"], self._value(context, options["field"]))

    def _convert(self, context, options):
        value = self._value(context, options["field"])
        if value is not None and value.isascii() and value.isdigit():
            self._store(context, options["target_field"], int(value))

    def _set(self, context, options):
        value = self._value(context, options["copy_from"]) if "copy_from" in options else options["value"]
        if isinstance(value, str):
            value = re.sub(r"\{\{\{([^}]*)\}\}\}", lambda match: self._value(context, match[1]) or "", value)
        if value or not options.get("ignore_empty_value"):
            self._store(context, options["field"], value)


class Elasticsearch(RecipeTest):
    """What can be held without it."""

    types = {"ip": ipaddress.ip_address, "long": int, "integer": int, "date": read_time, "keyword": str, "match_only_text": str}

    def test_the_template_has_every_name_of_the_format(self):
        template, _ = self.requests()
        for value in self.objects_of_json().values():
            value.pop("vrni")
            self.assert_mapped(template["template"]["mappings"]["properties"], value)

    @staticmethod
    def requests():
        """The bodies of the recipe: the template and the pipeline."""
        requests = re.split(r"^(?:PUT|#) ?.*\n", recipe("elasticsearch.console"), flags=re.MULTILINE)
        return [json.loads(text) for text in requests if text.strip()]

    def test_the_pipeline_gives_a_line_the_values_of_the_format(self):
        pipeline = IngestPipeline(self.requests()[1]["processors"])
        *flows, manifest = self.printed("rfc5424")
        objects = self.objects_of_json()
        for line in flows:
            document = pipeline.document(line)
            wanted = objects[document["vrni"]["flow_id"]]
            self.assertEqual(wanted["event"].pop("id"), document["_id"])
            self.assertEqual(wanted["event"], {**document["event"], **{name: wanted["event"].get(name) for name in ("kind", "action")
                                                                       if name in wanted["event"]}})
            for name in ("source", "destination", "rule"):
                self.assertEqual(wanted.get(name), document.get(name))
        first, second = pipeline.document(manifest), pipeline.document(of_second_attempt(manifest))
        self.assertEqual("vrni.manifest", first["event"]["dataset"])
        self.assertNotIn("category", first["event"])
        self.assertEqual("/".join([first["vrni"]["run"], first["vrni"]["window_start"]]), first["_id"])
        self.assertEqual(first["_id"] + "/2", second["_id"])
        test = pipeline.document(TEST_LINE)
        self.assertEqual({"dataset": "vrni.test"}, test["event"])
        self.assertNotIn("_id", test)

    def assert_mapped(self, properties, value):
        for name, member in value.items():
            if isinstance(member, dict):
                self.assert_mapped(properties[name]["properties"], member)
                continue
            for item in member if isinstance(member, list) else [member]:
                self.types[properties[name]["type"]](item)


class Splunk(RecipeTest):
    def test_bytes_in_are_those_that_the_source_has_got(self):
        aliases = re.search(r"^FIELDALIAS-vrni = (.*)$", recipe("splunk/default/props.conf"), flags=re.MULTILINE)[1]
        names = {new: old for old, new in re.findall(r"(\w+) AS (\w+)", aliases)}
        self.assertEqual(("dst_bytes", "src_bytes"), (names["bytes_in"], names["bytes_out"]))

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
