"""5,000 flows, hostile names among them, in every format, read by parsers that are not ours: Vector's language, the list of the fields of
the Elastic Common Schema, rsyslogd and syslog-ng. Every field must be equal."""

import hashlib
import ipaddress
import json
import re
from pathlib import Path

from support.delivery import DeliveryTest
from support.npm import node_modules, vector_language
from support.rsyslogd import Rsyslogd
from support.syslog_ng import SyslogNg
from support.testcase import main

# More than any line takes, so that no line is made shorter.
ROOM = ("--max-size", "1M")
MESSAGE_ROOM_OF_CEF = 1023
HOST = "127.0.0.1"

# What Vector makes of a line, as an object.
PROGRAMS = {
    "rfc5424": "parse_syslog!(line)",
    "rfc3164": """event = parse_syslog!(line)
event.fields = parse_key_value!(string!(event.message))
event""",
    "cef": "parse_cef!(line)",
    "leef": """parts = split(line, "|^|", 2)
fields = parse_key_value!(parts[1], key_value_delimiter: "=", field_delimiter: "^")
{"head": parts[0], "fields": fields}""",
    "json": "parse_json!(line)",
    "json-syslog": """event = parse_syslog!(line)
event.object = parse_json!(string!(event.message))
event""",
}

_CEF_KEYS = {
    "action": "act", "proto": "proto", "dst_port": "dpt", "port_name": "destinationServiceName", "src_vm": "shost", "dst_vm": "dhost",
    "rule_id": "cs1", "traffic_type": "cs2", "src_net": "cs3", "dst_net": "cs4", "src_groups": "cs5", "dst_groups": "cs6",
    "src_bytes": "in", "dst_bytes": "out", "sessions": "cnt", "bytes": "cn1", "packets": "cn2", "flow_id": "externalId"}
_CEF_LABELS = {
    "cs1": "Rule", "cs2": "TrafficType", "cs3": "SourceNetwork", "cs4": "DestinationNetwork", "cs5": "SourceGroups",
    "cs6": "DestinationGroups", "cn1": "Bytes", "cn2": "Packets", "c6a2": "Source IPv6 Address", "c6a3": "Destination IPv6 Address"}
_CEF_LIMITS = {"act": 63, "proto": 31, "externalId": 40, "destinationServiceName": 1023, "shost": 1023, "dhost": 1023}
_LEEF_KEYS = {"proto": "proto", "src_ip": "src", "dst_ip": "dst", "dst_port": "dstPort", "src_bytes": "srcBytes", "dst_bytes": "dstBytes",
              "packets": "totalPackets"}
_ECS_PLACES = {
    "src_ip": ("source", "ip"), "dst_ip": ("destination", "ip"), "dst_port": ("destination", "port"), "rule_id": ("rule", "id"),
    "window_start": ("event", "start"), "window_end": ("event", "end")}
_IP_PROTOCOLS = {"TCP", "UDP", "ICMP"}


def pascal_case(name):
    return "".join(word.capitalize() for word in name.split("_"))


def milliseconds(time):
    return str(round(time.timestamp() * 1000))


def is_version(address, version):
    try:
        return ipaddress.ip_address(address).version == version
    except ValueError:
        return False


def expected_cef(expected):
    """Key and value of the fields of a flow. A value that the standard does not allow under its key is under a key of ours."""
    pairs = {"rt": milliseconds(expected.time), "dvchost": HOST}
    for name, value in expected.parameters.items():
        if name in ("window_start", "window_end"):
            continue
        key = _CEF_KEYS.get(name)
        if name in ("src_ip", "dst_ip"):
            side = name[:3]
            key = side if is_version(value, 4) else {"src": "c6a2", "dst": "c6a3"}[side] if is_version(value, 6) else None
        limit = _CEF_LIMITS.get(key, 4000 if key and key.startswith("cs") else 1 << 20)
        if key is None or len(value.encode()) > limit:
            key = "vrni2syslogFlow" + pascal_case(name)
        if (name, value.upper()) == ("proto", "OTHER"):
            continue
        pairs[key] = value
        if key in _CEF_LABELS:
            pairs[key + "Label"] = _CEF_LABELS[key]
    return pairs


def expected_leef(expected, is_protocol):
    pairs = {"devTime": milliseconds(expected.time)}
    for name, texts in expected.texts.items():
        value = ",".join(filter(None, (re.sub(r"[\^|]", " ", text).strip(" ") for text in texts)))
        if not value or (name, value.upper()) == ("proto", "OTHER"):
            continue
        key = _LEEF_KEYS.get(name)
        if key is None:
            key = pascal_case(name)
            key = key[0].lower() + key[1:]
        elif (key == "proto" and not is_protocol(value)) or (key in ("src", "dst") and not (is_version(value, 4) or is_version(value, 6))):
            key = "vrni" + pascal_case(name)
        pairs[key] = value
    return pairs


class FormatTest(DeliveryTest):
    def printed(self, name, *options):
        """The lines of all flows in a format, and that of their manifest."""
        run = self.simulator.run_program(self.directory, "--filter", "", "--dry-run", "--format", name, *ROOM, *options, timeout=180)
        self.assert_exit(run, 0)
        self.assertEqual(len(self.expected) + 1, len(run.lines))
        return run.lines[:-1], run.lines[-1]

    def assert_equal_pairs(self, differences, flow_id, expected, received):
        differences += [f"{flow_id} {key}: expected {expected.get(key)!r}, received {received.get(key)!r}"
                        for key in sorted(expected.keys() | received.keys()) if expected.get(key) != received.get(key)]

    def assert_none(self, differences):
        self.assertEqual([], differences[:10], f"{len(differences)} differences")

    def flow_of(self, seen, flow_id):
        self.assertNotIn(flow_id, seen, "a flow came twice")
        seen.add(flow_id)
        return self.expected[flow_id]


class VectorsLanguage(FormatTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.our_names = {name for expected in cls.expected.values() for name in expected.parameters}

    def parsed(self, name):
        """What Vector reads of each flow, and of the manifest."""
        lines, manifest = self.printed(name)
        *events, last = vector_language(PROGRAMS[name], [*lines, manifest])
        return events, last

    def assert_message(self, expected, message):
        self.assertEqual(expected.message, message)

    def test_rfc5424(self):
        events, manifest = self.parsed("rfc5424")
        seen, differences = set(), []
        for event in events:
            fields = event["vrniflow@32473"]
            expected = self.flow_of(seen, fields["flow_id"])
            self.assertEqual(16, len(fields.pop("run")))
            self.assert_equal_pairs(differences, fields["flow_id"], expected.parameters, fields)
            self.assert_message(expected, event["message"])
            self.assertEqual((HOST, "vrni2syslog", expected.message_id), (event["hostname"], event["appname"], event["msgid"]))
        self.assert_none(differences)
        self.assertEqual(str(len(events)), manifest["vrniflow@32473"]["flows"])

    def test_rfc3164(self):
        def safe(text):
            return text.replace('"', "'").replace("\\", "/").replace("]", ")")

        events, manifest = self.parsed("rfc3164")
        seen, differences = set(), []
        for event in events:
            fields = event["fields"]
            expected = self.flow_of(seen, fields["flow_id"])
            run = fields.pop("run")
            self.assertEqual(16, len(run))
            wanted = {name: safe(value) for name, value in expected.parameters.items()}
            # Words of MSG, which follows, come as fields too, but under no name of ours.
            received = {name: value for name, value in fields.items() if name in wanted or name in self.our_names}
            self.assert_equal_pairs(differences, fields["flow_id"], wanted, received)
            self.assertEqual((HOST, "vrni2syslog"), (event["hostname"], event["appname"]))
            self.assert_message(expected, event["message"].partition(f' run="{run}" ')[2])
        self.assert_none(differences)
        self.assertEqual(str(len(events)), manifest["fields"]["flows"])

    def test_cef(self):
        events, manifest = self.parsed("cef")
        seen, differences = set(), []
        names = {"FLOW_ALLOW": ("Flow allowed", "1"), "FLOW_DENY": ("Flow denied", "5"), "FLOW": ("Flow", "1")}
        for event in events:
            expected = self.flow_of(seen, event.get("externalId") or event["vrni2syslogFlowFlowId"])
            head = [event.pop(key) for key in ("cefVersion", "deviceVendor", "deviceProduct", "deviceVersion", "deviceEventClassId", "name",
                                               "severity")]
            name, severity = names[expected.message_id]
            self.assertEqual(["0", "vrni2syslog", "vRNI flows", head[3], expected.message_id, name, severity], head)
            self.assertEqual(16, len(event.pop("vrni2syslogFlowRun")))
            self.assertLess(int(event.pop("start")), int(event.pop("end")))
            message = event.pop("msg")
            if event.pop("vrni2syslogFlowTruncated", None):
                self.assertGreater(len(expected.message.encode()) + sum(expected.message.count(c) for c in "\\="), MESSAGE_ROOM_OF_CEF)
                self.assertTrue(expected.message.startswith(message))
            else:
                self.assert_message(expected, message)
            self.assert_equal_pairs(differences, expected.flow_id, expected_cef(expected), event)
        self.assert_none(differences)
        self.assertEqual(str(len(events)), manifest["vrni2syslogFlowFlows"])

    def test_leef(self):
        events, manifest = self.parsed("leef")
        seen, differences = set(), []
        kinds = {"FLOW_ALLOW": ("Allow", "1"), "FLOW_DENY": ("Deny", "5"), "FLOW": ("Flow", "1")}
        for event in events:
            fields = event["fields"]
            expected = self.flow_of(seen, fields["flowId"])
            self.assertTrue(event["head"].endswith(f"|{expected.message_id}"))
            self.assertEqual(kinds[expected.message_id], (fields.pop("cat"), fields.pop("sev")))
            self.assertEqual(16, len(fields.pop("run")))
            self.assert_equal_pairs(differences, expected.flow_id, expected_leef(expected, _IP_PROTOCOLS.__contains__), fields)
        self.assert_none(differences)
        self.assertEqual(str(len(events)), manifest["fields"]["vrniFlows"])

    def assert_object(self, seen, differences, event):
        """An object of json. Returns the paths of the fields that are not ours."""
        own = event.pop("vrni")
        expected = self.flow_of(seen, own["flow_id"])
        self.assertEqual(16, len(own.pop("run")))
        received = {name: ",".join(value) if isinstance(value, list) else value for name, value in own.items()}
        for name, (part, member) in _ECS_PLACES.items():
            if member in event.get(part, {}):
                self.assertNotIn(name, received)
                received[name] = str(event[part][member])
        self.assert_equal_pairs(differences, expected.flow_id, expected.parameters, received)
        self.assert_message(expected, event["message"])
        self.assertEqual(expected.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"), event["@timestamp"])
        self.assertEqual("/".join([expected.flow_id, expected.parameters["window_start"], expected.parameters["snapshot"]]),
                         event["event"]["id"])
        self.assertEqual(expected.parameters.get("action", "").lower(), event["event"].get("action", ""))
        hosts = [expected.parameters[name] for name in ("src_vm", "dst_vm") if name in expected.parameters]
        self.assertEqual(hosts, event.get("related", {}).get("hosts", []))
        return set(paths_of(event))

    def test_json(self):
        events, manifest = self.parsed("json")
        seen, differences, paths = set(), [], set()
        for event in events:
            paths |= self.assert_object(seen, differences, event)
        self.assert_none(differences)
        self.assertEqual(str(len(events)), manifest.pop("vrni")["flows"])
        self.assertEqual(set(), (paths | set(paths_of(manifest))) - ecs_fields(node_modules()))

    def test_json_syslog(self):
        events, manifest = self.parsed("json-syslog")
        seen, differences = set(), []
        for event in events:
            kind = self.expected[event["object"]["vrni"]["flow_id"]].message_id
            self.assertEqual((HOST, "vrni2syslog", kind), (event["hostname"], event["appname"], event["msgid"]))
            self.assert_object(seen, differences, event["object"])
        self.assert_none(differences)
        self.assertEqual(str(len(events)), manifest["object"]["vrni"]["flows"])


def paths_of(value, prefix=""):
    """"source.ip" and so on, of every member of an object."""
    for name, member in value.items():
        if isinstance(member, dict):
            yield from paths_of(member, f"{prefix}{name}.")
        else:
            yield prefix + name


def ecs_fields(modules):
    """The fields that the types of @elastic/ecs have, by their path."""
    fields = set()
    for file in Path(modules, "@elastic/ecs/generated").glob("*.ts"):
        text = re.sub(r"/\*.*?\*/", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        path = []
        for line in text.splitlines():
            line = line.strip()
            opening = re.fullmatch(r"(?:export interface Ecs\w+|'?([@\w]+)'?\??:) \{", line)
            member = re.fullmatch(r"'?([@\w]+)'?\??: .*;", line)
            if opening:
                path.append(opening[1] or ("" if file.stem == "base" else file.stem))
            elif line.startswith("}"):
                path[-1:] = []
            elif member and path:
                fields.add(".".join(filter(None, [*path, member[1]])))
    if len(fields) < 1000:
        raise AssertionError(f"only {len(fields)} fields are found in {modules}")
    return fields


class Headers(FormatTest):
    """Header and content as collectors take them apart, and the lines as they were sent."""

    flow_ids = {
        "rfc3164": re.compile(r' flow_id="([^"]*)"'), "cef": re.compile(r" (?:externalId|vrni2syslogFlowFlowId)=(\S*)"),
        "leef": re.compile(r"\^flowId=([^^]*)"), "json-syslog": re.compile(r'"flow_id":"([^"]*)"')}

    def deliver_in(self, name, collector):
        self.deliver(f"tcp://127.0.0.1:{collector.port}?format={name}")
        records = collector.records(len(self.expected) + 1, self.patience())
        self.assertEqual(len(self.expected) + 1, len(records))
        seen = set()
        for record in records[:-1]:
            expected = self.flow_of(seen, self.flow_ids[name].search(record.raw)[1])
            self.assertEqual((20, expected.severity, HOST), (record.facility, record.severity, record.hostname))
            time = record.timestamp.replace(tzinfo=None)
            self.assertEqual((expected.time.month, expected.time.day, expected.time.hour, expected.time.minute, expected.time.second),
                             (time.month, time.day, time.hour, time.minute, time.second))
        digest = hashlib.sha256("".join(record.raw + "\n" for record in records[:-1]).encode("utf-8")).hexdigest()
        self.assertIn(digest, records[-1].raw)
        return records

    def test_rsyslogd(self):
        for name, app_name in (("rfc3164", "vrni2syslog"), ("cef", "CEF"), ("leef", "LEEF"), ("json-syslog", "vrni2syslog")):
            with self.subTest(name):
                directory = self.directory / name
                directory.mkdir()
                for record in self.deliver_in(name, self.start(Rsyslogd(directory))):
                    self.assertEqual(app_name, record.app_name)
                    self.assertNotEqual("", record.message)
                    self.assertTrue(record.raw.endswith(record.message.lstrip(" ")), record)

    def test_syslog_ng(self):
        for name, app_name in (("rfc3164", "vrni2syslog"), ("cef", "CEF"), ("leef", "LEEF"), ("json-syslog", "vrni2syslog")):
            with self.subTest(name):
                directory = self.directory / name
                directory.mkdir()
                header = "rfc5424" if name == "json-syslog" else "rfc3164"
                for record in self.deliver_in(name, self.start(SyslogNg(directory, header=header))):
                    self.assertEqual(app_name, record.app_name)
                    self.assertNotEqual("", record.message)
                    self.assertTrue(record.raw.endswith(record.message.lstrip(" ")), record)


if __name__ == "__main__":
    main()
