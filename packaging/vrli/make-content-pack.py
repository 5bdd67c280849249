#!/usr/bin/python3
"""Makes the content pack of vRealize Log Insight, and the same fields for VCF 9.1.

  make-content-pack.py pack     prints vrni-flows.vlcp
  make-content-pack.py fields   prints vcf-9.1-extracted-fields.json

The fields come from the program's own table, so that none is spelled otherwise, and the pack has those that its boards and alerts use:
each one costs time in every query. A test compares the files with what this prints.
"""

import base64
import functools
import json
import re
import struct
import sys
import zlib
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src"
NAMESPACE = "org.vrni2syslog.flows"
PACK_NAME = "vRNI flows"
VERSION = "1.0"
KEYWORD = "vrniflow"
"""A word of every line: the beginning of the SD-ID. The application's name can be set, and would find less."""
PREFIX = "vrniflow_"
"""Of the names of fields; cfapi:// sends the fields under the same names."""

ANY_TIME = {"startTimeMillis": 1700000000000, "endTimeMillis": 1700003600000}
"""Log Insight asks for the time that its user has chosen, but each query has to have one."""
MINUTE = 60_000
HOUR = 60 * MINUTE

# Not a single "[^"]+": a quotation mark in a name is escaped. And no group that repeats an alternative, which recurses for each
# character in Java's regular expressions.
TEXT = r'[^"\\]*(?:\\.[^"\\]*)*'
NUMBER = r"-?\d+"
"""Log Insight takes fields of this very expression for numbers."""

FLOW = ("msgid", "STARTS_WITH", "FLOW")
DENIED = ("msgid", "CONTAINS", "FLOW_DENY")
NEW = ("new", "EXISTS")
MANIFEST = ("msgid", "CONTAINS", "MANIFEST")


def strings_of(path, pattern):
    found = re.findall(pattern, (SOURCE / path).read_text(encoding="utf-8"))
    if not found:
        sys.exit(f"error: {path} is not written as this script reads it")
    return found


@functools.cache
def field_patterns():
    """Every field that a line can have, to the expression of its value: the fields of a flow, the marks, and those of a manifest."""
    rows = strings_of("flow/flow_field.cpp", r'\.kind = FieldKind::(\w+),[^}]*?\.name = "(\w+)"')
    patterns = {name: NUMBER if kind in ("Counter", "Port") else TEXT for kind, name in rows}
    for name in strings_of("format/record/line_record.h", r'std::string_view k\w+(?:Mark|Field) = "(\w+)"'):
        patterns[name] = TEXT if name == "lines_sha256" else NUMBER
    return patterns


def internal_name(name):
    """Log Insight's own name of an extracted field of this pack; one that every event has keeps its name."""
    if name in ("hostname", "msgid"):
        return name
    text = f"@@{len(NAMESPACE):02d}_{NAMESPACE}{PREFIX}{name}"
    return base64.b32encode(text.encode()).decode().lower().replace("=", "0")


def extracted_field(name):
    """The definition of a field. The blank keeps src_ip="..." from being an ip; the first field has one in front, too."""
    return {
        "displayName": PREFIX + name, "preContext": f' {name}="', "postContext": '"', "regexValue": field_patterns()[name],
        "internalName": internal_name(name), "constraints": json.dumps({"searchTerms": KEYWORD, "filters": []})}


def group_by(name):
    is_extracted = internal_name(name) != name
    return {
        "displayName": PREFIX + name if is_extracted else name, "internalName": internal_name(name),
        "displayNamespace": PACK_NAME if is_extracted else None, "numericGroupByType": "EACH_VALUE", "numericGroupByValue": None}


def query(where, by=(), function="COUNT", of=None, over_time=False, shown=()):
    """A query as a JSON string: events that meet the constraints `where`, grouped by fields, counted or computed `of` a field. `shown`
    are fields that a table shows."""
    chosen = {"label": function.capitalize(), "value": function, "requiresField": of is not None, "numericOnly": function == "SUM"}
    used = sorted({name for name in (*by, *shown, *([of] if of else []), *(name for name, *_ in where)) if internal_name(name) != name})
    field = extracted_field(of) if of else None
    return json.dumps({
        "query": KEYWORD, **ANY_TIME, "piqlFunctionGroups": [{"functions": [chosen], "field": field}], "dateFilterPreset": "CUSTOM",
        "shouldGroupByTime": over_time, "includeAllContentPackFields": True, "eventSortOrder": "DESC", "summarySortOrder": "DESC",
        "compareQueryOrderBy": "TREND", "compareQuerySortOrder": "DESC", "compareQueryOptions": None, "messageViewType": "EVENTS",
        "constraintToggle": "ALL", "piqlFunction": chosen, "piqlFunctionField": internal_name(of) if of else None,
        "fieldConstraints": [constraint(*each) for each in (*where, *((name, "EXISTS") for name in by))],
        "supplementalConstraints": [], "groupByFields": [group_by(name) for name in by], "contentPacksToIncludeFields": [],
        "extractedFields": [extracted_field(name) for name in used]})


def constraint(name, operator, value=None):
    return {"internalName": internal_name(name), "operator": operator} | ({} if value is None else {"value": value})


def widget(name, kind, chart, info="", width="1/2", message_query="", chart_type=None, **more):
    options = {"pie": {"logaxis": False, "pielabelstyle": "legend", "piestyle": "normal"},
               "column": {"logaxis": False, "legend": True, "stacking": "normal", "spline": False}}
    return {"name": name, "info": info, "gridWidth": width, "chartType": chart_type,
            "chartOptions": json.dumps(options.get(chart_type, {})), "widgetType": kind, "chartQuery": chart,
            "messageQuery": message_query, **more}


def chart(name, chart_type, where, info="", width="1/2", **more):
    return widget(name, "chart", query(where, **more), info, width, chart_type=chart_type)


def number(name, where, info="", **more):
    return chart(name, "number", where, info, "1/3", **more)


def top(name, by, where=(FLOW,), info="", **more):
    return chart(name, "bar", where, info, by=by, **more)


def table(name, where, columns, info=""):
    text = query(where, shown=columns)
    return widget(name, "fieldTable", text, info, "1", text, columns=[group_by(column) for column in columns])


def board(name, *rows, filters=()):
    """A board. `filters` are boxes above it, each for a field."""
    boxes = [{"internalName": internal_name(field), "displayName": group_by(field)["displayName"], "operator": "CONTAINS", "value": "",
              "fieldType": "STRING", "isExtracted": internal_name(field) != field, "hidden": False} for field in filters]
    return {"name": f"{PACK_NAME} - {name}", "constraints": boxes, "rows": [{"widgets": list(row)} for row in rows]}


ABOVE_LIMITS = ("Above the platform's limits (5,000 clients of one server, 500,000 flows) the platform puts one and the same text in place of the "
               "addresses of clients.")
METRICS = "Needs counters in the lines: --metrics bytes."
HISTORY = "Needs flows that are marked when they are sent for the first time: --mark-new or --repeat-after."
AUDITED = ("window_start", "hostname", "action", "src_ip", "src_vm", "dst_ip", "dst_vm", "dst_port", "proto", "rule_id", "flow_id",
           "snapshot")


def overview():
    return board(
        "Overview",
        [chart("Flows over time by action", "column", [FLOW], ABOVE_LIMITS, "1", by=["action"], over_time=True)],
        [number("Flows", [FLOW]), number("Denied flows", [DENIED]),
         number("Sources", [FLOW], "How many addresses have begun a flow.", function="UCOUNT", of="src_ip")],
        [chart("Flows by kind of traffic", "pie", [FLOW], by=["traffic_type"]), chart("Flows by protocol", "pie", [FLOW], by=["proto"])])


def top_talkers():
    return board(
        "Top talkers",
        [top("Source addresses", ["src_ip"], info=ABOVE_LIMITS), top("Destination addresses", ["dst_ip"])],
        [top("Pairs of virtual machines", ["src_vm", "dst_vm"]), top("Conversations", ["src_ip", "dst_ip", "dst_port"])],
        [top("Bytes by source VM", ["src_vm"], info=METRICS, function="SUM", of="bytes"),
         top("Bytes by destination VM", ["dst_vm"], info=METRICS, function="SUM", of="bytes")])


def denied():
    return board(
        "Denied",
        [chart("Denied flows over time", "column", [DENIED], width="1", over_time=True)],
        [top("By rule", ["rule_id"], [DENIED]), top("By source VM", ["src_vm"], [DENIED])],
        [top("By destination port", ["dst_port"], [DENIED]),
         top("Destinations that a source has tried", ["src_ip"], [DENIED], function="UCOUNT", of="dst_ip")],
        [table("The latest denied flows", [DENIED], AUDITED)])


def services_and_places():
    return board(
        "Services and places",
        [top("Services", ["dst_port", "port_name"]), top("From cluster to cluster", ["src_cluster", "dst_cluster"])],
        [top("From network to network", ["src_net", "dst_net"]), top("Security groups of the destination", ["dst_groups"])],
        [chart("Kinds of traffic over time", "column", [FLOW], width="1", by=["traffic_type"], over_time=True)])


def first_seen():
    return board(
        "First seen",
        [chart("New flows over time", "column", [FLOW, NEW], HISTORY, "1", by=["action"], over_time=True)],
        [top("New services", ["dst_port", "port_name"], [FLOW, NEW], HISTORY),
         top("Destinations of new flows", ["dst_ip", "dst_port"], [FLOW, NEW], HISTORY)],
        [top("Sources of new flows", ["src_ip"], [FLOW, NEW], HISTORY),
         top("New pairs of virtual machines", ["src_vm", "dst_vm"], [FLOW, NEW], HISTORY)],
        [table("The latest new flows", [FLOW, NEW], AUDITED, HISTORY)])


def audit_search():
    return board(
        "Audit search",
        [table("Who talked to whom", [FLOW], AUDITED,
               "window_start is the hour or day in which the flow was active. Over syslog the time of an event is when it arrived here.")],
        [chart("When", "column", [FLOW], width="1", over_time=True)],
        filters=["src_ip", "dst_ip", "dst_port", "src_vm", "dst_vm", "rule_id", "flow_id"])


def archive_health():
    return board(
        "Archive health",
        [chart("Windows that were sent, by platform", "column", [MANIFEST], "A manifest ends each window.", "1", by=["hostname"],
               over_time=True)],
        [number("Flows that the manifests promise", [MANIFEST], function="SUM", of="flows"),
         number("Flows that are here", [FLOW], "As many as the manifests promise, or more where a window was sent again."),
         number("Shortened lines", [FLOW, ("truncated", "EXISTS")], "Lines that were too long for --max-size.")],
        [chart("Lines that were sent again", "column", [("attempt", "EXISTS")], over_time=True),
         chart("Flows that came late", "column", [FLOW, ("late", "EXISTS")], over_time=True)],
        [table("The latest manifests", [MANIFEST], ("hostname", "window_start", "window_end", "flows", "left_out", "run", "lines_sha256"))])


def alert(name, where, period, interval, info, recommendation, operator="GREATER_THAN", count=0.0, **more):
    kind = "RATE_BASED_WITH_GROUPS" if "by" in more else "RATE_BASED"
    return {"name": f"{PACK_NAME}: {name}", "info": info, "recommendation": recommendation, "alertType": kind,
            "chartQuery": query(where, **more), "messageQuery": "", "hitCount": float(count), "hitOperator": operator,
            "searchPeriod": period, "searchInterval": interval}


def alerts():
    check = "Look at the mail of the cron job, and at vrni2syslog --status and --check."
    return [
        alert("nothing was archived for six hours", [MANIFEST], 6 * HOUR, HOUR, "For a job that runs every hour.", check,
              "LESS_THAN", 1),
        alert("nothing was archived for a day", [MANIFEST], 24 * HOUR, HOUR, "For a job that runs once a day.", check, "LESS_THAN", 1),
        alert("many denied flows of one rule", [DENIED], HOUR, 10 * MINUTE, "More than 100 denied flows of one rule in an hour.",
              "Open the board Denied: is a service broken, or does somebody try?", count=100, by=["rule_id"]),
        alert("one source was denied many destinations", [DENIED], HOUR, 10 * MINUTE,
              "A source was denied more than 50 different destinations in an hour.", "It may be looking for open ports.",
              count=50, by=["src_ip"], function="UCOUNT", of="dst_ip"),
        alert("lines were shortened", [FLOW, ("truncated", "EXISTS")], HOUR, 10 * MINUTE,
              "Lists of some flows did not fit into a line.", "Raise --max-size; Log Insight takes lines of up to 100 KB.")]


def is_stroke(x, y):
    """Whether a point of the icon is part of its two arrows, one to the right and one to the left."""
    def is_arrow(x, y):
        return (abs(y) <= 5 and -48 <= x <= 26) or (18 <= x <= 50 and abs(y) <= (50 - x) * 0.62)
    return is_arrow(x, y + 24) or is_arrow(-x, y - 24)


def icon():
    """A PNG of 144 by 144 pixels: white arrows on blue, one bit for each pixel. Not compressed, so that it does not depend on zlib."""
    size = 144
    rows = b"".join(
        b"\0" + int("".join("01"[is_stroke(x - size // 2, y - size // 2)] for x in range(size)), 2).to_bytes(size // 8, "big")
        for y in range(size))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    png = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", size, size, 1, 3, 0, 0, 0))
           + chunk(b"PLTE", bytes.fromhex("1d428affffff")) + chunk(b"IDAT", zlib.compress(rows, 0)) + chunk(b"IEND", b""))
    return base64.b64encode(png).decode()


INFO = ("<span>Boards, alerts and fields for the network flows that vrni2syslog archives from vRealize Network Insight (VCF Operations "
        "for networks): who talked to whom, when, and what the firewall did.</span>")
INSTRUCTIONS = (
    "<span>1. On the machine of vrni2syslog: collector = cfapi://THIS-SERVER?user=NAME (events with their own time), or "
    "collector = tls://THIS-SERVER:6514 with sd-escape = safe, so that names with quotation marks are shown without backslashes. Do not "
    "change sd-id: the fields are found by the word vrniflow.</span><br>"
    "<span>2. vrni2syslog --check --send-test sends one line; search for vrniflow TEST here.</span><br>"
    "<span>3. Turn the alerts on that suit how often the job runs. Over syslog the time of an event is the time of its arrival; "
    "window_start and window_end say when the flow was active.</span>")


def pack():
    views = [overview(), top_talkers(), denied(), services_and_places(), first_seen(), audit_search(), archive_health()]
    rest = {"queries": [], "alerts": alerts(), "dashboardSections": [{"views": views, "header": ""}]}
    return {
        "name": PACK_NAME, "namespace": NAMESPACE, "contentPackId": NAMESPACE, "framework": "#9c4", "version": "2.4",
        "extractedFields": [{**extracted_field(name), "info": None} for name in used_fields(rest)], **rest, "aliasFields": [],
        "aliasRules": [], "author": "vrni2syslog", "url": "", "contentVersion": VERSION, "info": INFO, "instructions": INSTRUCTIONS,
        "icon": icon()}


def used_fields(value):
    """The fields that boards and alerts use, in the order of the lines."""
    text = json.dumps(value).replace("\\", "")
    return [name for name in field_patterns() if f'"{internal_name(name)}"' in text]


def vcf_fields():
    """What POST /api/v2/fields/extractedFields of VCF 9.1 takes, one for each field of the pack."""
    return [{"name": field["displayName"], "extractionRegex": field["regexValue"], "preContextRegex": field["preContext"],
             "postContextRegex": field["postContext"], "searchTerms": KEYWORD} for field in pack()["extractedFields"]]


def main():
    makers = {"pack": pack, "fields": vcf_fields}
    if len(sys.argv) != 2 or sys.argv[1] not in makers:
        sys.exit(__doc__.strip())
    print(json.dumps(makers[sys.argv[1]](), indent=1))


if __name__ == "__main__":
    main()
