"""Lines of RFC 5424 as a strict receiver parses them."""

import re

from .collector import Record, read_time

_LINE = re.compile(
    r'<(?P<pri>\d{1,3})>1 (?P<timestamp>\S+) (?P<hostname>\S+) (?P<app_name>\S+) (?P<process_id>\S+) (?P<message_id>\S+)'
    r' \[(?P<sd_id>[^ =\]"]+)(?P<parameters>(?: [^ =\]"]+="(?:[^"\\\]]|\\["\\\]])*")*)\] (?P<message>.*)', re.DOTALL)
_PARAMETER = re.compile(r' ([^ =\]"]+)="((?:[^"\\\]]|\\["\\\]])*)"')
_ESCAPE = re.compile(r'\\(["\\\]])')


def parse_line(line):
    """A Record of one line with one element of structured data."""
    match = _LINE.fullmatch(line)
    if match is None:
        raise AssertionError(f"not a line of RFC 5424: {line[:2000]}")
    pri = int(match["pri"])
    parameters = _PARAMETER.findall(match["parameters"])
    names = [name for name, _ in parameters]
    if len(set(names)) < len(names):
        raise AssertionError(f"a parameter came twice: {names}")
    return Record(
        raw=line, facility=pri // 8, severity=pri % 8, timestamp=read_time(match["timestamp"]), hostname=match["hostname"],
        app_name=match["app_name"], process_id=match["process_id"], message_id=match["message_id"],
        structured_data={match["sd_id"]: {name: _ESCAPE.sub(r"\1", value) for name, value in parameters}},
        message=match["message"])
