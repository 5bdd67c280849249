"""The content pack of packaging/vrli: it is what its script makes of the program's fields, has the form of VMware's own packs, and its
expressions find in each line the values of its fields and nothing else."""

import base64
import json
import re
import struct
import subprocess
import sys

from support.delivery import DeliveryTest
from support.fake_platform import FakePlatform, FakePlatformTest
from support.program import PASSWORD, ROOT, run_program
from support.rfc5424 import parse_line
from support.testcase import IntegrationTest, main

DIRECTORY = ROOT / "packaging/vrli"
PACK = json.loads((DIRECTORY / "vrni-flows.vlcp").read_text(encoding="utf-8"))
VCF_FIELDS = json.loads((DIRECTORY / "vcf-9.1-extracted-fields.json").read_text(encoding="utf-8"))
PREFIX = "vrniflow_"
STATIC_FIELDS = {"hostname", "msgid"}

# The members that 85 packs published by VMware have, and the values that they use.
KEYS = {
    "pack": {"name", "namespace", "contentPackId", "framework", "version", "extractedFields", "queries", "alerts", "dashboardSections",
             "aliasFields", "aliasRules", "author", "url", "contentVersion", "info", "instructions", "icon"},
    "field": {"displayName", "preContext", "postContext", "regexValue", "internalName", "constraints", "info"},
    "field of a query": {"displayName", "preContext", "postContext", "regexValue", "internalName", "constraints"},
    "constraints of a field": {"searchTerms", "filters"},
    "query": {"query", "startTimeMillis", "endTimeMillis", "piqlFunctionGroups", "dateFilterPreset", "shouldGroupByTime",
              "includeAllContentPackFields", "eventSortOrder", "summarySortOrder", "compareQueryOrderBy", "compareQuerySortOrder",
              "compareQueryOptions", "messageViewType", "constraintToggle", "piqlFunction", "piqlFunctionField", "fieldConstraints",
              "supplementalConstraints", "groupByFields", "contentPacksToIncludeFields", "extractedFields"},
    "group": {"displayName", "internalName", "displayNamespace", "numericGroupByType", "numericGroupByValue"},
    "function": {"label", "value", "requiresField", "numericOnly"},
    "section": {"views", "header"},
    "view": {"name", "constraints", "rows"},
    "filter": {"internalName", "displayName", "operator", "value", "fieldType", "isExtracted", "hidden"},
    "widget": {"name", "info", "gridWidth", "chartType", "chartOptions", "widgetType", "chartQuery", "messageQuery"},
    "alert": {"name", "info", "recommendation", "alertType", "chartQuery", "messageQuery", "hitCount", "hitOperator", "searchPeriod",
              "searchInterval"},
}
OPERATORS = {"CONTAINS", "EXISTS", "DOES_NOT_CONTAIN", "MATCH", "STARTS_WITH", "EQUAL", "NOT_EXISTS"}
CHART_TYPES = {None, "pie", "column", "line", "bar", "area", "number", "bubble"}
WIDGET_TYPES = {"chart", "list", "fieldTable", "summary"}
WIDTHS = {"1", "1/2", "1/3"}
FUNCTIONS = {"COUNT", "UCOUNT", "AVG", "MAX", "SUM", "MIN"}
ALERT_TYPES = {"RATE_BASED", "RATE_BASED_WITH_GROUPS", "NEW_EVENT_TYPE"}
PERIODS = {(300_000, 300_000), (300_000, 60_000), (900_000, 60_000), (3_600_000, 600_000), (21_600_000, 3_600_000), (86_400_000, 3_600_000)}


def expressions():
    """Name of a field to the expression that Log Insight makes of its definition."""
    return {field["displayName"].removeprefix(PREFIX): re.compile(f'{field["preContext"]}({field["regexValue"]}){field["postContext"]}')
            for field in PACK["extractedFields"]}


def views():
    return [view for section in PACK["dashboardSections"] for view in section["views"]]


def widgets():
    return [widget for view in views() for row in view["rows"] for widget in row["widgets"]]


def queries():
    texts = [member[name] for member in (*widgets(), *PACK["alerts"]) for name in ("chartQuery", "messageQuery")]
    return [json.loads(text) for text in texts if text]


class Form(IntegrationTest):
    def test_the_files_are_what_the_script_prints(self):
        for argument, name in (("pack", "vrni-flows.vlcp"), ("fields", "vcf-9.1-extracted-fields.json")):
            done = subprocess.run([sys.executable, DIRECTORY / "make-content-pack.py", argument], capture_output=True, text=True,
                                  timeout=60, check=True)
            self.assertTrue(done.stdout == (DIRECTORY / name).read_text(encoding="utf-8"),
                            f"packaging/vrli/make-content-pack.py {argument} > packaging/vrli/{name}")

    def assert_keys(self, kind, *objects):
        for value in objects:
            self.assertEqual(KEYS[kind], set(value), kind)

    def test_members_are_those_of_published_packs(self):
        self.assert_keys("pack", PACK)
        self.assert_keys("field", *PACK["extractedFields"])
        self.assert_keys("constraints of a field", *(json.loads(field["constraints"]) for field in PACK["extractedFields"]))
        self.assert_keys("section", *PACK["dashboardSections"])
        self.assert_keys("view", *views())
        self.assert_keys("filter", *(constraint for view in views() for constraint in view["constraints"]))
        self.assert_keys("alert", *PACK["alerts"])
        for widget in widgets():
            columns = widget.pop("columns", None)
            self.assertEqual(widget["widgetType"] == "fieldTable", columns is not None)
            self.assert_keys("widget", widget)
            self.assert_keys("group", *(columns or ()))
        for query in queries():
            self.assert_keys("query", query)
            self.assert_keys("field of a query", *query["extractedFields"])
            self.assert_keys("group", *query["groupByFields"])
            self.assert_keys("function", query["piqlFunction"], *query["piqlFunctionGroups"][0]["functions"])

    def test_values_are_those_of_published_packs(self):
        for widget in widgets():
            self.assertIn(widget["chartType"], CHART_TYPES)
            self.assertIn(widget["widgetType"], WIDGET_TYPES)
            self.assertIn(widget["gridWidth"], WIDTHS)
            self.assertIsInstance(json.loads(widget["chartOptions"]), dict)
        for alert in PACK["alerts"]:
            self.assertIn(alert["alertType"], ALERT_TYPES)
            self.assertIn(alert["hitOperator"], {"GREATER_THAN", "LESS_THAN"})
            self.assertIn((alert["searchPeriod"], alert["searchInterval"]), PERIODS)
        for query in queries():
            self.assertIn(query["piqlFunction"]["value"], FUNCTIONS)
            self.assertEqual(query["piqlFunctionGroups"][0]["functions"], [query["piqlFunction"]])
            self.assertLessEqual({constraint["operator"] for constraint in query["fieldConstraints"]}, OPERATORS)

    def test_internal_names_are_as_log_insight_makes_them(self):
        namespace = PACK["namespace"]
        for field in PACK["extractedFields"]:
            decoded = base64.b32decode(field["internalName"].replace("0", "=").upper()).decode()
            self.assertEqual(f"@@{len(namespace):02d}_{namespace}{field['displayName']}", decoded)

    def test_boards_and_alerts_use_every_field_and_no_other(self):
        defined = {field["internalName"] for field in PACK["extractedFields"]}
        used = set()
        for query in queries():
            of_query = {member["internalName"] for member in (*query["fieldConstraints"], *query["groupByFields"])}
            of_query |= {query["piqlFunctionField"]} - {None}
            self.assertLessEqual(of_query - STATIC_FIELDS, {field["internalName"] for field in query["extractedFields"]})
            used |= of_query | {field["internalName"] for field in query["extractedFields"]}
        self.assertEqual(defined, used - STATIC_FIELDS)
        for view in views():
            self.assertLessEqual({constraint["internalName"] for constraint in view["constraints"]}, defined)

    def test_every_board_and_alert_is_there(self):
        self.assertEqual(["Overview", "Top talkers", "Denied", "Services and places", "First seen", "Audit search",
                          "Archive health"],
                         [view["name"].removeprefix("vRNI flows - ") for view in views()])
        self.assertEqual(5, len(PACK["alerts"]))
        names = [widget["name"] for widget in widgets()]
        self.assertEqual(sorted(set(names)), sorted(names))

    def test_icon(self):
        icon = base64.b64decode(PACK["icon"])
        self.assertEqual(b"\x89PNG\r\n\x1a\n", icon[:8])
        self.assertEqual((144, 144), struct.unpack(">II", icon[16:24]))

    def test_the_fields_of_vcf_are_those_of_the_pack(self):
        expected = [(field["displayName"], field["preContext"], field["regexValue"], field["postContext"])
                    for field in PACK["extractedFields"]]
        self.assertEqual(expected, [(field["name"], field["preContextRegex"], field["extractionRegex"], field["postContextRegex"])
                                    for field in VCF_FIELDS])


def escaped(value):
    return re.sub(r'(["\\\]])', r"\\\1", value)


class Extraction(DeliveryTest):
    """What the expressions find in lines of the program."""

    def assert_extracted(self, line, escape, differences):
        parameters = parse_line(line).parameters()
        for name, expression in expressions().items():
            match = expression.search(line)
            value = parameters.get(name)
            expected = None if value is None else escape(value)
            if (match and match[1]) != expected:
                differences.append(f"{name}: expected {expected!r}, found {match and match[1]!r} in {line[:300]}")

    def assert_all_extracted(self, escape, *options):
        run = self.simulator.run_program(self.directory, "--filter", "", "--dry-run", *options, timeout=180)
        self.assert_exit(run, 0)
        self.assertEqual(len(self.expected) + 1, len(run.lines))
        differences = []
        for line in run.lines:
            self.assert_extracted(line, escape, differences)
        self.assertEqual([], differences[:10], f"{len(differences)} differences")

    def test_with_safe_escapes_values_are_exact(self):
        self.assert_all_extracted(str, "--sd-escape", "safe")

    def test_with_the_escapes_of_the_standard_values_are_as_escaped(self):
        self.assert_all_extracted(escaped)

    def test_golden_lines_and_what_imitates_fields_in_them(self):
        differences, paths = [], sorted((ROOT / "tests/golden").glob("*.rfc5424.line"))
        self.assertGreater(len(paths), 25)
        for path in paths:
            line = path.read_text(encoding="utf-8").removesuffix("\n")
            if "[vrniflow@32473 " in line:
                self.assert_extracted(line, str if "safe" in path.name else escaped, differences)
        self.assertEqual([], differences[:10])

    def test_events_of_the_ingestion_api_have_the_same_fields(self):
        differences, paths = [], sorted((ROOT / "tests/golden").glob("*.cfapi.line"))
        self.assertGreater(len(paths), 3)
        for path in paths:
            event = json.loads(path.read_text(encoding="utf-8"))
            fields = {field["name"]: field["content"] for field in event["fields"]}
            self.assertLessEqual(STATIC_FIELDS, set(fields))
            for name, expression in expressions().items():
                match, value = expression.search(event["text"]), fields.get(PREFIX + name)
                if (match and match[1]) != (None if value is None else escaped(value)):
                    differences.append((path.name, name, value, match and match[1]))
        self.assertEqual([], differences[:10])


class Forgery(FakePlatformTest):
    def test_a_name_cannot_bring_a_field_into_the_message(self):
        platform = self.start(FakePlatform(self.certificate, count=1))
        forged = "".join(f' {name}="7"' for name in expressions())
        entity = platform.flows[0]
        for member in list(entity):
            if member not in ("entity_id", "entity_type", "source_vm"):
                del entity[member]
        entity["name"] = f"x{forged} -> y"
        entity["source_vm"]["entity_name"] = f"vm{forged}"
        for options in ((), ("--sd-escape", "safe")):
            run = run_program(
                self.directory, "--platform-ip", f"127.0.0.1:{platform.port}", "--platform-ca-file", str(self.authority.ca_file),
                "--filter", "", "--last", "1h", "--dry-run", "--no-manifest", *options, variables={"VRNI2SYSLOG_PASSWORD": PASSWORD})
            self.assert_exit(run, 0)
            line, = run.lines
            found = {name for name, expression in expressions().items() if expression.search(line)}
            self.assertEqual({"src_vm", "flow_id", "window_start", "window_end", "snapshot", "run"}, found)


if __name__ == "__main__":
    main()
