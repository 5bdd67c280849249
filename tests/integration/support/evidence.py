"""Checks chains of signed manifests without the program's own verifier: the text that is signed is put together from a line's fields, and
the command openssl checks the signatures."""

import base64
import hashlib
import json
import re
import subprocess

from support.expected_line import rfc3339

NAMES = ("job", "platform", "run", "window_start", "window_end", "attempt", "format", "flows", "left_out", "late", "digest", "offsets", "prev",
         "genesis", "key", "old_key", "spki", "key_sig")
"""In the order of the text that is signed."""
PAIR = re.compile(r'(?:^|[ \[])([a-z_0-9]+)=(?:"([^"]*)"|([^ "\]]+))')
FORMATS = ("rfc5424", "rfc3164", "json", "json-syslog", "cef", "leef", "message", "logger")


def _snake(name):
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _fields(line):
    """What the line says, by the names that a line of RFC 5424 has."""
    if '"vrni":' in line:
        record = json.loads(line[line.index("{"):])
        fields = {**record["vrni"], "window_start": record["event"]["start"], "window_end": record["event"]["end"]}
    elif "LEEF:2.0" in line:
        pairs = (pair.partition("=") for pair in line.split("^")[1:])
        fields = {_snake(name.removeprefix("vrni")): value for name, _, value in pairs}
    elif "CEF:0" in line:
        found = dict(re.findall(r"[ |](\w+)=(\S+)", line))
        fields = {_snake(name.removeprefix("vrni2syslogFlow")): value for name, value in found.items()}
        fields.update(window_start=rfc3339(int(found["start"]) // 1000), window_end=rfc3339(int(found["end"]) // 1000))
    else:
        fields = {name: quoted or plain for name, quoted, plain in PAIR.findall(line)}
    return {name: str(value) for name, value in fields.items()}


class Manifest:
    """One manifest that a collector has got."""

    def __init__(self, line):
        self.fields = _fields(line)
        self.fields["digest"], self.fields["offsets"] = self["lines_sha256"], self["offsets_sha256"]
        self.fields.setdefault("attempt", "1")
        self.text = "vrni2syslog manifest 1\n" + "".join(
            f"{name}={self.fields[name]}\n" for name in NAMES if self.fields.get(name))
        self.digest = hashlib.sha256(self.text.encode()).hexdigest()

    def __getitem__(self, name):
        return self.fields.get(name, "")

    def is_signed_by(self, key):
        """Whether its signature is one of the public key `key`."""
        return self["key"] == key.id and key.has_signed(self.text, self["sig"])


def manifests_of(lines):
    """The manifests among the lines of a collector."""
    return [Manifest(line) for line in lines if "lines_sha256" in line or "LinesSha256" in line]


def _decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class PublicKey:
    """A public key in PEM, as --make-manifest-key prints it, and a file for it in `directory`."""

    def __init__(self, directory, text):
        pem = re.search(r"-----BEGIN PUBLIC KEY-----\n.*?-----END PUBLIC KEY-----\n", text, re.DOTALL)[0]
        der = base64.b64decode("".join(pem.splitlines()[1:-1]))
        self.id = hashlib.sha256(der).hexdigest()[:16]
        self.spki = base64.urlsafe_b64encode(der).rstrip(b"=").decode()
        self._directory = directory
        self._file = directory / f"{self.id}.pem"
        self._file.write_text(pem, encoding="ascii")

    def has_signed(self, text, signature):
        message, file = self._directory / "signed-text", self._directory / "signature"
        message.write_bytes(text.encode())
        file.write_bytes(_decode(signature))
        done = subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", self._file, "-rawin", "-in", message, "-sigfile", file],
            capture_output=True, check=False, timeout=60)
        return done.returncode == 0

    def has_changed_to(self, manifest):
        """Whether this key has signed the key of the manifest, which is another one."""
        text = "vrni2syslog key change 1\n" + "".join(f"{name}={manifest[name]}\n" for name in ("old_key", "key", "spki", "prev"))
        return manifest["old_key"] == self.id and self.has_signed(text, manifest["key_sig"])
