#!/usr/bin/python3
"""Makes the boards of Grafana.

  make-boards.py clickhouse   prints vrni-flows-clickhouse.json, of the tables of ../clickhouse.sql
  make-boards.py loki         prints vrni-flows-loki.json, of the lines that ../grafana-alloy.alloy sends

A test compares the files with what this prints, and runs the queries of the first.
"""

import json
import sys

WIDTH = 24
"""Columns of Grafana's grid."""

FLOWS = "FROM vrni_flows FINAL WHERE $__timeFilter(window_start)"
DENIED = f"{FLOWS} AND msgid = 'FLOW_DENY'"
SEARCHED = ("src_ip", "dst_ip", "dst_port", "src_vm", "dst_vm", "rule_id", "flow_id")
COLUMNS = "window_start, action, src_ip, src_vm, dst_ip, dst_vm, dst_port, proto, rule_id, flow_id"


def over_time(conditions, by=None):
    name = f"{by} AS series, " if by else ""
    group = "time, series" if by else "time"
    return f"SELECT $__timeInterval(window_start) AS time, {name}count() AS flows {conditions} GROUP BY {group} ORDER BY time"


def top(by, conditions=FLOWS, value="count() AS flows"):
    return f"SELECT {by}, {value} {conditions} GROUP BY {by} ORDER BY {value.split(' AS ')[1]} DESC LIMIT 20"


def searched(name):
    """A condition that holds where the user has left the box of a field empty."""
    return f"('${{{name}}}' = '' OR positionCaseInsensitive(ifNull(toString({name}), ''), '${{{name}}}') > 0)"


def clickhouse_rows():
    """Title of a row to its panels: title, kind, query and width."""
    search = " AND ".join(searched(name) for name in SEARCHED)
    return {
        "Overview": [
            ("Flows over time by action", "timeseries", over_time(FLOWS, "action"), 24),
            ("Flows", "stat", f"SELECT count() AS flows {FLOWS}", 6), ("Denied flows", "stat", f"SELECT count() AS flows {DENIED}", 6),
            ("Sources", "stat", f"SELECT uniqExact(src_ip) AS sources {FLOWS}", 6),
            ("Destinations", "stat", f"SELECT uniqExact(dst_ip) AS destinations {FLOWS}", 6)],
        "Top talkers": [
            ("Source addresses", "table", top("src_ip"), 8), ("Destination addresses", "table", top("dst_ip"), 8),
            ("Pairs of virtual machines", "table", top("src_vm, dst_vm", f"{FLOWS} AND src_vm != ''"), 8),
            ("Conversations", "table", top("src_ip, dst_ip, dst_port"), 12),
            ("Bytes by source VM", "table", top("src_vm", f"{FLOWS} AND src_vm != ''", "sum(bytes) AS bytes_sent"), 12)],
        "Denied": [
            ("Denied flows over time", "timeseries", over_time(DENIED), 24), ("By rule", "table", top("rule_id", DENIED), 8),
            ("By source VM", "table", top("src_vm", DENIED), 8),
            ("Destinations that a source has tried", "table", top("src_ip", DENIED, "uniqExact(dst_ip) AS destinations"), 8)],
        "Services and places": [
            ("Services", "table", top("dst_port, fields['port_name']"), 12),
            ("From network to network", "table", top("src_net, dst_net", f"{FLOWS} AND src_net != ''"), 12),
            ("Kinds of traffic over time", "timeseries", over_time(FLOWS, "traffic_type"), 24),
            # Only a table of all history can tell: a conversation that was not there before the time on the screen.
            ("Seen for the first time", "table",
             "SELECT src_vm, dst_vm, dst_port, min(window_start) AS first_seen FROM vrni_flows GROUP BY src_vm, dst_vm, dst_port "
             "HAVING $__timeFilter(first_seen) ORDER BY first_seen DESC LIMIT 100", 24)],
        "Audit search": [
            ("Who talked to whom", "table", f"SELECT {COLUMNS} {FLOWS} AND {search} ORDER BY window_start DESC LIMIT 1000", 24)],
        "Archive health": [
            ("Windows that are not complete", "table",
             "SELECT * FROM vrni_windows WHERE $__timeFilter(window_start) AND NOT is_complete ORDER BY window_start DESC", 24),
            ("Flows that the manifests promise, and that are here", "timeseries",
             "SELECT window_start AS time, promised, here FROM vrni_windows WHERE $__timeFilter(window_start) ORDER BY time", 24),
            ("Shortened lines", "stat", f"SELECT count() AS flows {FLOWS} AND mapContains(fields, 'truncated')", 8),
            ("Lines that were sent again", "stat", f"SELECT count() AS flows {FLOWS} AND mapContains(fields, 'attempt')", 8),
            ("The last manifest", "stat", "SELECT max(time) AS time FROM vrni_manifests", 8)],
    }


LINES = '{job="vrni-flows", msgid=~"FLOW.*", platform=~"$platform"}'
DENIED_LINES = '{job="vrni-flows", msgid="FLOW_DENY", platform=~"$platform"}'
# Loki cannot compare with history: the program marks what was never sent before.
NEW_LINES = f'{LINES} |= ` new="1"`'
MANIFESTS = '{job="vrni-flows", msgid="MANIFEST", platform=~"$platform"}'


def parsed(*names):
    """The stages that make labels of fields: of these alone, because every label costs."""
    return "".join(f' | regexp ` {name}="(?P<{name}>[^"\\\\]*(?:\\\\.[^"\\\\]*)*)"`' for name in names)


def loki_top(names, selector=LINES):
    return f"topk(20, sum by ({', '.join(names)}) (count_over_time({selector}{parsed(*names)} [$__range])))"


def loki_rows():
    # Where the box of a field is empty, the first alternative takes every line: each begins with "<".
    boxes = "".join(f' |~ `^${{{name}}}<| {name}="[^"]*(?i:${{{name}}})`' for name in SEARCHED)
    promised = f"sum(sum_over_time({MANIFESTS}{parsed('flows')} | unwrap flows [$__interval]))"
    return {
        "Overview": [
            ("Flows over time by action", "timeseries", f"sum by (action) (count_over_time({LINES} [$__interval]))", 24),
            ("Flows", "stat", f"sum(count_over_time({LINES} [$__range]))", 12),
            ("Denied flows", "stat", f"sum(count_over_time({DENIED_LINES} [$__range]))", 12)],
        "Top talkers": [
            ("Source addresses", "table", loki_top(["src_ip"]), 8), ("Destination addresses", "table", loki_top(["dst_ip"]), 8),
            ("Pairs of virtual machines", "table", loki_top(["src_vm", "dst_vm"]), 8)],
        "Denied": [
            ("Denied flows over time", "timeseries", f"sum(count_over_time({DENIED_LINES} [$__interval]))", 24),
            ("By rule", "table", loki_top(["rule_id"], DENIED_LINES), 12),
            ("By source VM", "table", loki_top(["src_vm"], DENIED_LINES), 12)],
        "Services and places": [
            ("Services", "table", loki_top(["dst_port", "port_name"]), 12),
            ("From network to network", "table", loki_top(["src_net", "dst_net"]), 12),
            ("Services seen for the first time (--mark-new)", "table", loki_top(["dst_port", "port_name"], NEW_LINES), 12),
            ("Pairs seen for the first time (--mark-new)", "table", loki_top(["src_vm", "dst_vm"], NEW_LINES), 12)],
        "Audit search": [("Who talked to whom", "logs", f"{LINES}{boxes}", 24)],
        "Archive health": [
            ("Flows that the manifests promise", "timeseries", promised, 12),
            ("Flows that are here", "timeseries", f"sum(count_over_time({LINES} [$__interval]))", 12),
            ("Shortened lines", "stat", f'sum(count_over_time({LINES} |= ` truncated="1"` [$__range]))', 12),
            ("Manifests", "logs", MANIFESTS, 12)],
    }


SOURCES = {
    "clickhouse": {
        "type": "grafana-clickhouse-datasource", "rows": clickhouse_rows, "name": "ClickHouse",
        "target": lambda query, kind: {"rawSql": query, "editorType": "sql", "format": 0 if kind == "timeseries" else 1,
                                       "queryType": "timeseries" if kind == "timeseries" else "table"}},
    "loki": {
        "type": "loki", "rows": loki_rows, "name": "Loki",
        "target": lambda query, kind: {"expr": query, "queryType": "range" if kind in ("timeseries", "logs") else "instant"}},
}


def panels(source):
    """All panels, in rows from left to right."""
    made, x, y, uid = [], 0, 0, {"type": source["type"], "uid": "${datasource}"}
    for title, row in source["rows"]().items():
        made.append({"type": "row", "title": title, "collapsed": False, "panels": [], "gridPos": {"x": 0, "y": y, "w": WIDTH, "h": 1}})
        x, y = 0, y + 1
        for name, kind, query, width in row:
            if x + width > WIDTH:
                x, y = 0, y + 8
            made.append({
                "type": kind, "title": name, "datasource": uid,
                "targets": [{"refId": "A", "datasource": uid, **source["target"](query, kind)}],
                "gridPos": {"x": x, "y": y, "w": width, "h": 8}})
            x += width
        y += 8
    return [{"id": number, **panel} for number, panel in enumerate(made, 1)]


def variables(kind, source):
    made = [{"name": "datasource", "type": "datasource", "query": source["type"], "label": "Data source"}]
    if kind == "loki":
        made.append({"name": "platform", "type": "query", "label": "Platform", "includeAll": True, "multi": True, "allValue": ".+",
                     "datasource": {"type": "loki", "uid": "${datasource}"},
                     "query": {"label": "platform", "stream": '{job="vrni-flows"}', "type": 1, "refId": "platform"}})
    return [*made, *({"name": name, "type": "textbox", "label": name, "query": ""} for name in SEARCHED)]


def board(kind):
    source = SOURCES[kind]
    return {
        "uid": f"vrni-flows-{kind}", "title": f"vRNI flows ({source['name']})", "tags": ["vrni2syslog"], "timezone": "utc",
        "schemaVersion": 39, "version": 1, "editable": True, "time": {"from": "now-24h", "to": "now"},
        "templating": {"list": variables(kind, source)}, "panels": panels(source)}


def main():
    if len(sys.argv) != 2 or sys.argv[1] not in SOURCES:
        sys.exit(__doc__.strip())
    print(json.dumps(board(sys.argv[1]), indent=1))


if __name__ == "__main__":
    main()
