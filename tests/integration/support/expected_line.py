"""What a line must say of a flow: written after the program's contract and the platform's API, not after the program."""

import datetime
import re
from dataclasses import dataclass

from .line_limit import DEFAULT_LIMIT, Content, LimitedLine

UTC = datetime.timezone.utc

# Properties of the Flow entity whose parameter is not simply called like them.
_SHORT_NAMES = {
    "firewall_action": "action", "firewall_rule_id": "rule_id", "protocol": "proto", "source_l2_network": "src_net",
    "destination_l2_network": "dst_net", "source_security_groups": "src_groups",
    "destination_security_groups": "dst_groups", "source_security_tags": "src_tags",
    "destination_security_tags": "dst_tags",
}
_FLOW_NAMES = """action proto dst_port dst_port_end port_name rule_id traffic_type within_host flow_tag egress_network_policy
    ingress_network_policy k8s_egress bytes packets sessions new flow_id window_start window_end snapshot run attempt partial test truncated flows
    lines_sha256 offsets_sha256 left_out platform job format prev genesis key old_key spki key_sig sig""".split()
_END_NAMES = """ip vm net vlan_id cluster host datacenter groups tags vm_tags ip_sets folders resource_pool vnic vpc cloud_network azure_nsg
    nsx_vpc nsx_project k8s_pod k8s_node k8s_namespace k8s_service supervisor_namespace supervisor_cluster ip_network ip_netmask
    vm_type vm_vc_id vm_region bytes""".split()
_NAMES = _FLOW_NAMES + [prefix + name for prefix in ("src_", "dst_") for name in _END_NAMES]
_LOOKS_LIKE_A_FIELD = re.compile(f"({'|'.join(_NAMES)})( *)=", re.IGNORECASE | re.ASCII)
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


_DECEPTIVE = (range(0x200B, 0x2010), range(0x202A, 0x202F), range(0x2060, 0x206A), range(0xFEFF, 0xFF00))
"""Characters that are invisible or change the direction of writing."""


def clean(text):
    """One line of valid UTF-8 that reads as it is written, without blanks around it."""
    def clean_character(character):
        code = ord(character)
        if code < 0x20 or 0x7F <= code < 0xA0 or code in (0x2028, 0x2029):
            return " "
        is_replaced = 0xD800 <= code < 0xE000 or any(code in codes for codes in _DECEPTIVE)
        return "\N{REPLACEMENT CHARACTER}" if is_replaced else character

    return "".join(map(clean_character, text)).strip(" ")


def unlike_fields(text):
    """A text in which no reader of name="value" or name=value finds one of our fields."""
    return _LOOKS_LIKE_A_FIELD.sub(r"\1\2:", text.replace('"', "'"))


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


def _parameter_texts(value):
    """The items of a list, or the one text of another value."""
    if isinstance(value, list):
        return tuple(clean(_text(item)).replace(",", " ").strip(" ") for item in value)
    return (clean(_text(value)),)


def _address_parameters(name, value):
    yield name, (value.get("ip_address", ""),)
    if value.get("network_address") != value.get("ip_address"):
        yield name + "_network", (value.get("network_address", ""),)
        yield name + "_netmask", (value.get("netmask", ""),)


def _port_parameters(value):
    yield "dst_port", (str(value["start"]),)
    if value["end"] != value["start"]:
        yield "dst_port_end", (str(value["end"]),)
    yield "port_name", (value.get("iana_name", ""),)


def _entity_parameters(entity):
    """Name and texts of each, empty ones among them."""
    for api_name, value in entity.items():
        name = parameter_name(api_name)
        if api_name in _IDENTITY or value is None:
            continue
        if api_name in ("source_ip", "destination_ip"):
            yield from _address_parameters(name, value)
        elif api_name == "port":
            yield from _port_parameters(value)
        else:
            yield name, _parameter_texts(value)
        if isinstance(value, dict) and "vlan_id" in value:
            yield name.replace("_net", "_vlan_id"), (str(value["vlan_id"]),)


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
        texts = {name: tuple(filter(None, texts)) for name, texts in _entity_parameters(entity)}
        self._texts = {name: kept for name, kept in texts.items() if kept}
        self._texts |= {
            "flow_id": (self.flow_id,), "window_start": (rfc3339(window.start),), "window_end": (rfc3339(window.end),),
            "snapshot": (rfc3339(version_time),)}
        self.parameters = {name: ",".join(kept) for name, kept in self._texts.items()}

    @property
    def texts(self):
        """The items of each field."""
        return self._texts

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
        name = clean(self._entity.get("name", "")) or self._made_up_name()
        return f"vRNI-Flow: {time} " + unlike_fields(f"{action} {protocol} {name}")

    def _made_up_name(self):
        def end(side):
            return self.parameters.get(f"{side}_vm") or self.parameters.get(f"{side}_ip") or "-"
        port, last = (self.parameters.get(name) for name in ("dst_port", "dst_port_end"))
        suffix = "" if port is None else f" [port:{port}-{last}]" if last else f" [port:{port}]"
        return f"{end('src')} -> {end('dst')}{suffix}"

    def differences(self, record, limit=DEFAULT_LIMIT):
        """What is wrong with a collector's record of this flow, as sentences; an empty list where nothing is. `limit` is
        --max-size."""
        run = record.parameters().get("run", "")
        found = [] if run else ["no run"]
        pairs = [
            ("severity", self.severity, record.severity), ("facility", 20, record.facility),
            ("timestamp", self.time, record.timestamp), ("MSGID", self.message_id, record.message_id),
            ("APP-NAME", "vrni2syslog", record.app_name)]
        if "truncated" not in record.parameters():
            pairs += self._content_pairs(record)
        found += [f"{what}: expected {a!r}, received {b!r}" for what, a, b in pairs if a != b]
        whole = Content(self._texts | {"run": (run,)}, self.message)
        found += LimitedLine(record.raw, record.parameters(), record.message, whole, limit).faults()
        return [f"{self.flow_id}: {text}" for text in found]

    def _content_pairs(self, record):
        received = {name: value for name, value in record.parameters().items() if name != "run"}
        for name in sorted(self.parameters.keys() | received.keys()):
            yield name, self.parameters.get(name), received.get(name)
        yield "MSG", self.message, record.message
