"""A real syslog-ng, installed or only unpacked, run as an ordinary process."""

from pathlib import Path

from .collector import STREAM_LIMIT, Collector, Installation, Record, read_time
from .process import Process, start_on_free_port

_CONFIGURATION = """
@version: 3.38
options {{ keep-hostname(yes); log-msg-size({limit}); stats-freq(0); ts-format(iso); frac-digits(3); }};
source incoming {{
  {driver}(ip("127.0.0.1") port({port}) transport("{transport}") flags({flags}) keep-timestamp(yes) so-rcvbuf(1048576)
    {tls} {source_options});
}};
template record {{
  template("$(format-json --key .SDATA.* {pairs})\\n");
  template-escape(no);
}};
template raw {{ template("$RAWMSG\n"); template-escape(no); }};
destination stored {{ file("{output}" template({template}) {file_options}); }};
log {{ source(incoming); destination(stored); flags(flow-control); }};
"""

_PAIRS = (
    "raw=$RAWMSG", "pri=$PRI", "timestamp=$ISODATE", "hostname=$HOST", "app_name=$PROGRAM", "process_id=$PID",
    "message_id=$MSGID", "message=$MESSAGE")

_TLS = 'tls(key-file("{key}") cert-file("{certificate}") ca-file("{ca}") peer-verify(optional-untrusted))'


def start_syslog_ng(installation, directory, configuration, limits=()):
    """A Process of syslog-ng with this configuration. `limits` is a command that goes before it."""
    command = [*limits, installation.binary, "-F", "--no-caps", "--cfgfile", configuration]
    for option, name in (("--persist-file", "persist"), ("--pidfile", "pid"), ("--control", "control")):
        command += [option, Path(directory, f"syslog-ng.{name}")]
    if installation.modules is not None:
        command += ["--module-path", installation.modules]
    return Process(command, directory, "syslog-ng", env=installation.environment)


class SyslogNg(Collector):
    """`driver` is "network" (line feeds) or "syslog" (octet counting); with `certificate` it speaks TLS. network() takes the header of
    RFC 5424, or the older one of `header`. `source_options` and
    `file_options` are more of these; `is_raw` stores lines as they came; no file may grow beyond `file_limit` bytes."""

    def __init__(self, directory, driver="network", certificate=None, ca_file=None, source_options="", file_options="", is_raw=False,
                 file_limit=None, header="rfc5424"):
        self._directory = Path(directory)
        self._installation = Installation.find("syslog-ng", "libaffile.so")
        self.output = self._directory / "syslog-ng.jsonl"
        flags = ["store-raw-message", "no-multi-line"] + (
            ["syslog-protocol"] if driver == "network" and header == "rfc5424" else [])
        tls = "" if certificate is None else _TLS.format(
            key=certificate.key_file, certificate=certificate.certificate_file, ca=ca_file)
        self._settings = {
            "limit": STREAM_LIMIT, "driver": driver, "transport": "tls" if certificate else "tcp",
            "flags": ", ".join(flags), "tls": tls, "output": self.output,
            "pairs": " ".join(_PAIRS), "template": "raw" if is_raw else "record", "source_options": source_options,
            "file_options": file_options}
        self.file_limit = file_limit
        self.process, self.port = start_on_free_port(self._start)

    def _start(self, port):
        configuration = self._directory / "syslog-ng.conf"
        configuration.write_text(_CONFIGURATION.format(port=port, **self._settings))
        return start_syslog_ng(self._installation, self._directory, configuration, self.limited())

    def parse(self, row):
        pri = int(row["pri"])
        return Record(
            raw=row["raw"], facility=pri // 8, severity=pri % 8, timestamp=read_time(row["timestamp"]), hostname=row["hostname"],
            app_name=row["app_name"], process_id=row["process_id"], message_id=row["message_id"],
            structured_data=row.get("_SDATA", {}), message=row["message"])
