"""A real rsyslogd, run as an ordinary process with a configuration and a work directory of its own."""

import json
import socket
import unittest
from pathlib import Path

from .collector import STREAM_LIMIT, Collector, Installation, Record, read_time
from .process import Process, start_on_free_port

_CONFIGURATION = """
global(workDirectory="{directory}"{line_limit}{tls_files})
module(load="{module}"{module_parameters})
module(load="mmpstrucdata")
template(name="record" type="list" option.jsonf="on") {{
  property(outname="raw" name="rawmsg-after-pri" format="jsonf")
  property(outname="pri" name="pri" format="jsonf")
  property(outname="timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="hostname" name="hostname" format="jsonf")
  property(outname="app_name" name="app-name" format="jsonf")
  property(outname="process_id" name="procid" format="jsonf")
  property(outname="message_id" name="msgid" format="jsonf")
  property(outname="sd" name="$!rfc5424-sd" format="jsonf")
  property(outname="message" name="msg" format="jsonf")
}}
template(name="raw" type="string" string="%rawmsg%\n")
ruleset(name="store"{ruleset}) {{
  action(type="mmpstrucdata" sd_name.lowercase="off")
  action(type="omfile" file="{output}" template="{template}" asyncWriting="off" flushOnTXEnd="on"{action})
}}
input(type="{module}" port="{port}" address="127.0.0.1" ruleset="store"{input_parameters})
"""

_TLS_FILES = ' defaultNetstreamDriverCAFile="{ca}" defaultNetstreamDriverCertFile="{certificate}"' \
    ' defaultNetstreamDriverKeyFile="{key}"'
_RELP_TLS = ' tls="on" tls.cacert="{ca}" tls.mycert="{certificate}" tls.myprivkey="{key}"'
_TLS_MODULE = ' streamDriver.name="ossl" streamDriver.mode="1" streamDriver.authMode="anon"'
_RECEIVE_BUFFER = 64 * 1024 * 1024
"""Which the kernel grants to root; to others it grants RECEIVE_BUFFER_FOR_ALL at least."""
_SO_RCVBUFFORCE = 33
"""Of Linux; the socket module does not name it."""

WITHOUT_QUEUE = ' queue.type="Direct"'
"""The ruleset's: what is read is stored before more is read. By default thousands of lines wait in memory, and die with it."""

RECEIVE_BUFFER_FOR_ALL = 2 * 212_992
"""Bytes: twice the default of net.core.rmem_max, of which a datagram takes DATAGRAM_COST at most."""
DATAGRAM_COST = 4_608
"""Bytes that the kernel counts for a datagram of 2,048: a buffer of 4,096 and its administration."""


def require_module(installation, module):
    """Skips the test where rsyslogd lacks this module, which is in a package of its own."""
    places = [installation.modules] if installation.modules else Path("/usr/lib").glob("*/rsyslog")
    if not any(Path(place, module + ".so").exists() for place in places):
        raise unittest.SkipTest(f"rsyslogd has no {module} here; packaging/test.sh unpacks it")


def start_rsyslogd(installation, directory, configuration, limits=()):
    """A Process of rsyslogd with this configuration. `limits` is a command that goes before it."""
    pid_file = Path(directory, "rsyslogd.pid")
    pid_file.unlink(missing_ok=True)  # of one that was killed
    command = [*limits, installation.binary, "-n", "-f", configuration, "-i", pid_file]
    if installation.modules is not None:
        command += ["-M", installation.modules]
    return Process(command, directory, "rsyslogd", env=installation.environment)


class Rsyslogd(Collector):
    """`module` is imtcp, imptcp, imudp or imrelp; with `certificate` (and the authority's `ca_file`) imtcp and imrelp speak TLS.
    imrelp does so with `tls_library`, gnutls or openssl; with gnutls it demands a client's certificate too, and with
    `client_names` one for these names. It takes lines of `line_limit` bytes, of its own default where that is None. `ruleset` and
    `action` are more parameters of these; `is_raw` stores lines as they came, and `template` may be one of rsyslog's own; no file
    may grow beyond `file_limit` bytes."""

    def __init__(self, directory, module="imtcp", certificate=None, ca_file=None, tls_library="gnutls",
                 client_names=(), line_limit=STREAM_LIMIT, ruleset="", action="", is_raw=False, template="record",
                 file_limit=None):
        self._directory = Path(directory)
        self._installation = Installation.find("rsyslogd", "lmnet.so")
        require_module(self._installation, module)
        self.output = self._directory / "rsyslogd.jsonl"
        self.kind = socket.SOCK_DGRAM if module == "imudp" else socket.SOCK_STREAM
        self._settings = {
            "directory": self._directory, "module": module, "output": self.output, "tls_files": "",
            "module_parameters": "", "input_parameters": "", "ruleset": ruleset, "action": action,
            "template": "raw" if is_raw else template,
            "line_limit": "" if line_limit is None else f' maxMessageSize="{line_limit}"'}
        self.file_limit = file_limit
        if module == "imudp":
            self._settings["input_parameters"] = f' rcvbufSize="{_RECEIVE_BUFFER}"'
        if module == "imrelp" and line_limit is not None:
            self._settings["input_parameters"] = f' maxDataSize="{line_limit}"'
        if certificate is not None:
            self._speak_tls(module, certificate, ca_file, tls_library, client_names)
        self.process, self.port = start_on_free_port(self._start, self.kind)

    def _speak_tls(self, module, certificate, ca_file, tls_library, client_names):
        files = {"ca": ca_file, "certificate": certificate.certificate_file, "key": certificate.key_file}
        if module == "imtcp":
            self._settings["tls_files"] = _TLS_FILES.format(**files)
            self._settings["module_parameters"] = _TLS_MODULE
            return
        self._settings["module_parameters"] = f' tls.tlslib="{tls_library}"'
        self._settings["input_parameters"] += _RELP_TLS.format(**files)
        if client_names:
            names = ",".join(f'"{name}"' for name in client_names)
            self._settings["input_parameters"] += f' tls.authmode="name" tls.permittedpeer=[{names}]'

    def _start(self, port):
        configuration = self._directory / "rsyslog.conf"
        configuration.write_text(_CONFIGURATION.format(port=port, **self._settings))
        return start_rsyslogd(self._installation, self._directory, configuration, self.limited())

    def parse(self, row):
        pri = int(row["pri"])
        return Record(
            raw=f"<{pri}>{row['raw']}", facility=pri // 8, severity=pri % 8, timestamp=read_time(row["timestamp"]),
            hostname=row["hostname"], app_name=row["app_name"], process_id=row["process_id"], message_id=row["message_id"],
            structured_data=json.loads(row["sd"] or "{}"), message=row["message"])

    @staticmethod
    def has_room_for(datagrams):
        """Whether the kernel grants this process, and so the daemon, a buffer for so many of them (which takes CAP_NET_ADMIN)."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, _RECEIVE_BUFFER)
            except PermissionError:
                return False
            return probe.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) >= datagrams * DATAGRAM_COST

    def dropped_datagrams(self):
        """Datagrams that the kernel threw away because the daemon was slow."""
        for row in Path("/proc/net/udp").read_text().splitlines()[1:]:
            columns = row.split()
            if int(columns[1].rsplit(":", 1)[1], 16) == self.port:
                return int(columns[12])
        return 0
