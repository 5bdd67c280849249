"""What a line must say of a flow: written after the program's contract and the platform's API, not after the program."""

import datetime
from dataclasses import dataclass

UTC = datetime.timezone.utc
SD_ID = "vrniflow@32473"

# Properties of the Flow entity whose parameter is not simply called like them.
_SHORT_NAMES = {
    "firewall_action": "action", "firewall_rule_id": "rule_id", "protocol": "proto", "source_l2_network": "src_net",
    "destination_l2_network": "dst_net", "source_security_groups": "src_groups",
    "destination_security_groups": "dst_groups", "source_security_tags": "src_tags",
    "destination_security_tags": "dst_tags",
}
_IDENTITY = ("entity_id", "entity_type", "name")
_ALLOWED = ("ALLOW", "ACCEPT")
_DENIED = ("DENY", "DROP", "REJECT")
_WARNING, _INFORMATIONAL = 4, 6


@dataclass(frozen=True)
class Window:
    """Seconds since the epoch, half-open."""

    start: int
    end: int

    @property
    def arguments(self):
        return ("--since", rfc3339(self.start), "--until", rfc3339(self.end))


def rfc3339(seconds):
    return datetime.datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def clean(text):
    """One line of valid UTF-8, without blanks around it."""
    def clean_character(character):
        code = ord(character)
        if code < 0x20 or 0x7F <= code < 0xA0 or code in (0x2028, 0x2029):
            return " "
        return "\N{REPLACEMENT CHARACTER}" if 0xD800 <= code < 0xE000 else character

    return "".join(map(clean_character, text)).strip(" ")


def parameter_name(api_name):
    """"source_vm" -> "src_vm"."""
    if api_name in _SHORT_NAMES:
        return _SHORT_NAMES[api_name]
    for long_prefix, prefix in (("source_", "src_"), ("destination_", "dst_")):
        if api_name.startswith(long_prefix):
            return prefix + api_name.removeprefix(long_prefix)
    return api_name


def _text(value):
    """The text of a scalar or of a reference."""
    if isinstance(value, dict):
        return value.get("entity_name") or value.get("entity_id") or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _parameter_value(value):
    if isinstance(value, list):
        items = [clean(_text(item)).replace(",", " ").strip(" ") for item in value]
        return ",".join(item for item in items if item)
    return clean(_text(value))


def _address_parameters(name, value):
    yield name, value.get("ip_address", "")
    if value.get("network_address") != value.get("ip_address"):
        yield name + "_network", value.get("network_address", "")
        yield name + "_netmask", value.get("netmask", "")


def _port_parameters(value):
    yield "dst_port", str(value["start"])
    if value["end"] != value["start"]:
        yield "dst_port_end", str(value["end"])
    yield "port_name", value.get("iana_name", "")


def _entity_parameters(entity):
    for api_name, value in entity.items():
        name = parameter_name(api_name)
        if api_name in _IDENTITY or value is None:
            continue
        if api_name in ("source_ip", "destination_ip"):
            yield from _address_parameters(name, value)
        elif api_name == "port":
            yield from _port_parameters(value)
        else:
            yield name, _parameter_value(value)
        if isinstance(value, dict) and "vlan_id" in value:
            yield name.replace("_net", "_vlan_id"), str(value["vlan_id"])


class ExpectedLine:
    """Made of a flow of the simulator: its Flow entity with all names, the time of its version, and the unit of the run."""

    def __init__(self, entity, version_time, window):
        self.flow_id = entity["entity_id"]
        self._entity = entity
        self._clamped = max(version_time, window.start)
        self.time = datetime.datetime.fromtimestamp(self._clamped, UTC)
        if self._clamped >= window.end:
            self._clamped = window.end - 1
            self.time = datetime.datetime.fromtimestamp(window.end, UTC) - datetime.timedelta(milliseconds=1)
        self.parameters = {name: value for name, value in _entity_parameters(entity) if value != ""}
        self.parameters |= {
            "flow_id": self.flow_id, "window_start": rfc3339(window.start), "window_end": rfc3339(window.end),
            "snapshot": rfc3339(version_time)}

    @property
    def severity(self):
        return _WARNING if self.parameters.get("action") in _DENIED else _INFORMATIONAL

    @property
    def message_id(self):
        action = self.parameters.get("action")
        return "FLOW_ALLOW" if action in _ALLOWED else "FLOW_DENY" if action in _DENIED else "FLOW"

    @property
    def message(self):
        """MSG, as flows_to_vrli.py writes it."""
        time = datetime.datetime.fromtimestamp(self._clamped, UTC).strftime("%Y-%m-%d %H:%M:%S")
        action, protocol = (self.parameters.get(name, "-") for name in ("action", "proto"))
        return f"vRNI-Flow: {time} {action} {protocol} {clean(self._entity.get('name', '')) or self._made_up_name()}"

    def _made_up_name(self):
        def end(side):
            return self.parameters.get(f"{side}_vm") or self.parameters.get(f"{side}_ip") or "-"
        port, last = (self.parameters.get(name) for name in ("dst_port", "dst_port_end"))
        suffix = "" if port is None else f" [port:{port}-{last}]" if last else f" [port:{port}]"
        return f"{end('src')} -> {end('dst')}{suffix}"

    def differences(self, record):
        """What is wrong with a collector's record of this flow, as sentences; an empty list where nothing is."""
        actual = dict(record.parameters())
        run = actual.pop("run", "")
        is_truncated = actual.pop("truncated", "") == "1"
        found = [] if run else ["no run"]
        for name in sorted(self.parameters.keys() | actual.keys()):
            expected, received = self.parameters.get(name), actual.get(name)
            if expected != received and not (is_truncated and _may_be_shortened(name, expected, received)):
                found.append(f"{name}: expected {expected!r}, received {received!r}")
        pairs = [
            ("severity", self.severity, record.severity), ("facility", 20, record.facility),
            ("timestamp", self.time, record.timestamp), ("MSGID", self.message_id, record.message_id),
            ("APP-NAME", "vrni2syslog", record.app_name)]
        found += [f"{what}: expected {a!r}, received {b!r}" for what, a, b in pairs if a != b]
        if self.message != record.message and not (is_truncated and self.message.startswith(record.message)):
            found.append(f"MSG: expected {self.message!r}, received {record.message!r}")
        return [f"{self.flow_id}: {text}" for text in found]


_NEVER_SHORTENED = ("action", "proto", "src_ip", "dst_ip", "dst_port", "flow_id", "window_start", "window_end", "snapshot")


def _may_be_shortened(name, expected, received):
    """Whether a line that was too long may say `received`: nothing, or a list without some of its items."""
    if expected is None or name in _NEVER_SHORTENED:
        return False
    if received is None:
        return True
    items = iter(expected.split(","))
    return all(item in items for item in received.split(","))
