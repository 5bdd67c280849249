"""Archives that are signed and chained, made without vrni2syslog: what it promises, written a second time. The private keys are made, and
used, by the command openssl."""

import base64
import hashlib
import subprocess
from datetime import datetime

SYSLOG = "<166>1 2025-06-01T09:00:00.000Z {host} vrni2syslog 1 "
OLD_SYSLOG = "<166>Jun  1 09:00:00 {host} "
PRODUCT = "vrni2syslog|vRNI flows|1.0|"
OBJECT = ('{{"@timestamp":"2025-06-01T09:00:00.000Z","ecs":{{"version":"9.4.0"}},"message":"x","event":{{"kind":"event",'
          '"dataset":"vrni.%s","start":"{start}","end":"{end}"}},')

# How each format writes a line of a flow, and a manifest. {begin} and {finish} are milliseconds; {evidence} is chain and signature.
LINES = {
    "rfc5424": (
        SYSLOG + 'FLOW_ALLOW [vrniflow@32473 action="ALLOW" proto="TCP" src_ip="{src}" dst_ip="{dst}" dst_port="{port}" src_vm="{vm}" '
        'flow_id="{id}" window_start="{start}" window_end="{end}" run="{run}"{mark}] vRNI-Flow: x',
        SYSLOG + 'MANIFEST [vrniflow@32473 run="{run}" window_start="{start}" window_end="{end}" flows="{flows}" '
        'lines_sha256="{digest}"{evidence}{mark}] vRNI-Manifest: x'),
    "rfc3164": (
        OLD_SYSLOG + 'vrni2syslog[1]: action="ALLOW" proto="TCP" src_ip="{src}" dst_ip="{dst}" dst_port="{port}" src_vm="{vm}" '
        'flow_id="{id}" window_start="{start}" window_end="{end}" run="{run}"{mark} vRNI-Flow: x',
        OLD_SYSLOG + 'vrni2syslog[1]: run="{run}" window_start="{start}" window_end="{end}" flows="{flows}" lines_sha256="{digest}"'
        '{evidence}{mark} vRNI-Manifest: x'),
    "cef": (
        OLD_SYSLOG + f"CEF:0|{PRODUCT}FLOW_ALLOW|Flow allowed|1|" "rt=1 start={begin} end={finish} act=ALLOW proto=TCP src={src} dst={dst} "
        "dpt={port} shost={vm} dvchost={host} externalId={id} vrni2syslogFlowRun={run}{mark} msg=vRNI-Flow: x",
        OLD_SYSLOG + f"CEF:0|{PRODUCT}MANIFEST|Manifest|1|" "rt=1 start={begin} end={finish} dvchost={host} vrni2syslogFlowRun={run} "
        "vrni2syslogFlowFlows={flows} vrni2syslogFlowLinesSha256={digest}{evidence}{mark} msg=vRNI-Manifest: x"),
    "leef": (
        OLD_SYSLOG + f"LEEF:2.0|{PRODUCT}FLOW_ALLOW|^|" "cat=Allow^devTime=1^sev=1^proto=TCP^src={src}^dst={dst}^dstPort={port}"
        "^action=ALLOW^srcVm={vm}^flowId={id}^windowStart={start}^windowEnd={end}^run={run}{mark}",
        OLD_SYSLOG + f"LEEF:2.0|{PRODUCT}MANIFEST|^|" "cat=Manifest^devTime=1^sev=1^run={run}^windowStart={start}^windowEnd={end}"
        "^vrniFlows={flows}^vrniLinesSha256={digest}{evidence}{mark}"),
    "json": (
        OBJECT % "flow" + '"source":{{"ip":"{src}"}},"destination":{{"ip":"{dst}","port":{port}}},"network":{{"transport":"tcp"}},'
        '"observer":{{"hostname":"{host}"}},"vrni":{{"action":"ALLOW","proto":"TCP","src_vm":"{vm}","flow_id":"{id}","run":"{run}"{mark}}}}}',
        OBJECT % "manifest" + '"observer":{{"hostname":"{host}"}},'
        '"vrni":{{"run":"{run}","flows":"{flows}","lines_sha256":"{digest}"{evidence}{mark}}}}}'),
}
LINES["json-syslog"] = (f"{SYSLOG}FLOW_ALLOW - {LINES['json'][0]}", f"{SYSLOG}MANIFEST - {LINES['json'][1]}")
FORMATS = tuple(LINES)
"""All that have fields."""
MESSAGE = "vRNI-Flow: 2025-06-01 09:00:00 ALLOW TCP {vm} -> {dst} [port:{port}]"
MESSAGE_MANIFEST = ("vRNI-Manifest: {flows} flows from {start} to {end}, SHA-256 {digest}, run {run} run={run} window_start={start} "
                    "window_end={end} flows={flows} lines_sha256={digest}{evidence}{mark}")
LINES["message"] = (MESSAGE, MESSAGE_MANIFEST)
LINES["logger"] = ("<166>" + MESSAGE, "<166>" + MESSAGE_MANIFEST)

ORDER = ("job", "platform", "run", "window_start", "window_end", "attempt", "format", "flows", "left_out", "late", "digest", "offsets", "prev", "genesis",
         "key", "old_key", "spki", "key_sig")
"""The lines of the text that is signed."""


def base64url(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def milliseconds(time):
    return int(datetime.fromisoformat(time.replace("Z", "+00:00")).timestamp() * 1000)


def field(name, key, value):
    """A field of ours as the format `name` writes it behind others."""
    pascal = "".join(word.capitalize() for word in key.split("_"))
    return {"rfc5424": f' {key}="{value}"', "rfc3164": f' {key}="{value}"', "cef": f" vrni2syslogFlow{pascal}={value}",
            "leef": f"^vrni{pascal}={value}", "message": f" {key}={value}", "logger": f" {key}={value}"}.get(name, f',"{key}":"{value}"')


class SigningKey:
    """A private key of Ed25519 in the folder `directory`."""

    def __init__(self, directory, name="signing"):
        self._file = directory / f"{name}-key.pem"
        self.public_file = directory / f"{name}-public.pem"
        self._directory = directory
        self._openssl("genpkey", "-algorithm", "ed25519", "-out", self._file)
        self._openssl("pkey", "-in", self._file, "-pubout", "-out", self.public_file)
        pem = self.public_file.read_text(encoding="ascii").splitlines()
        self.spki = base64.b64decode("".join(pem[1:-1]))
        self.id = hashlib.sha256(self.spki).hexdigest()[:16]

    @staticmethod
    def _openssl(*arguments):
        subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=60)

    def sign(self, text):
        message, signature = self._directory / "text", self._directory / "signature"
        message.write_bytes(text.encode())
        self._openssl("pkeyutl", "-sign", "-inkey", self._file, "-rawin", "-in", message, "-out", signature)
        return base64url(signature.read_bytes())


def canonical(values):
    """The text that is signed."""
    return "vrni2syslog manifest 1\n" + "".join(f"{name}={values[name]}\n" for name in ORDER if str(values.get(name, "")))


class SignedChain:
    """A job of which a collector confirms window after window."""

    def __init__(self, key, name="rfc5424", job="main", host="vrni.local"):
        """`key` may be None: the chain is not signed then. `name` is the format."""
        self.key, self.name, self.job, self.host = key, name, job, host
        self.prev, self.reason = "genesis", "first"
        self._old_key = None

    def restart(self, reason):
        """The next manifest begins a chain, for this reason."""
        self.prev, self.reason = "genesis", reason

    def change_key(self, key):
        """The next manifest is signed by that key, and by the one before it."""
        self._old_key, self.key = self.key, key

    def _key_change(self):
        if not self._old_key:
            return {}
        spki = base64url(self.key.spki)
        text = f"vrni2syslog key change 1\nold_key={self._old_key.id}\nkey={self.key.id}\nspki={spki}\nprev={self.prev}\n"
        return {"old_key": self._old_key.id, "spki": spki, "key_sig": self._old_key.sign(text)}

    def flow(self, number, **fields):
        """The line of a flow. Its addresses are made from its number."""
        values = {"host": self.host, "src": f"10.0.0.{number}", "dst": "10.0.1.9", "port": 443, "vm": f"web-{number}", "id": f"f{number}",
                  "begin": milliseconds(fields["start"]), "finish": milliseconds(fields["end"]), "mark": "", **fields}
        return LINES[self.name][0].format(**values)

    def send(self, flows, start, end, run="aaaa", attempt=1, is_confirmed=True, **more):
        """The lines of a window, its manifest last. `flows` are numbers; `more` are further values of the manifest (late, left_out).
        `offsets` may be a function that stores the lines in a topic, and returns where they are."""
        mark = field(self.name, "attempt", attempt) if attempt > 1 else ""
        lines = [self.flow(number, start=start, end=end, run=run, mark=mark) for number in flows]
        digest = hashlib.sha256("".join(line + "\n" for line in lines).encode()).hexdigest()
        if "offsets" in more:
            more["offsets"] = hashlib.sha256(more["offsets"](lines).encode()).hexdigest()
        values = {"job": self.job, "platform": self.host, "run": run, "window_start": start, "window_end": end, "attempt": attempt,
                  "format": self.name, "flows": len(lines), "digest": digest, "prev": self.prev, **more,
                  **({"genesis": self.reason} if self.prev == "genesis" else {}), **({"key": self.key.id} if self.key else {}),
                  **self._key_change()}
        if is_confirmed:
            self.prev, self._old_key = hashlib.sha256(canonical(values).encode()).hexdigest(), None
        return [*lines, self.manifest(values, mark)]

    def manifest(self, values, mark=""):
        """The manifest's line with these values, and its signature."""
        shown = {name: values[name] for name in ("left_out", "late", "platform", "job", "format", "prev", "genesis", "key", "old_key", "spki", "key_sig")
                 if values.get(name)}
        if values.get("offsets"):
            shown["offsets_sha256"] = values["offsets"]
        if self.key:
            shown["sig"] = self.key.sign(canonical(values))
        return LINES[self.name][1].format(
            **{"host": values["platform"], "run": values["run"], "start": values["window_start"], "end": values["window_end"], "mark": mark,
               "begin": milliseconds(values["window_start"]), "finish": milliseconds(values["window_end"]), "flows": values["flows"],
               "digest": values["digest"], "evidence": "".join(field(self.name, key, value) for key, value in shown.items())})
