"""Certificates of a test's own authority, made with the openssl command."""

import datetime
import hashlib
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .expected_line import rfc3339

_CA_CONFIGURATION = """
[ca]
default_ca = authority
[authority]
database = {directory}/index.txt
serial = {directory}/serial
new_certs_dir = {directory}
certificate = {directory}/ca.pem
private_key = {directory}/ca.key
default_md = sha256
policy = any_subject
unique_subject = no
copy_extensions = none
[any_subject]
commonName = supplied
[req]
prompt = no
distinguished_name = subject
[subject]
CN = {subject}
[authority_extensions]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[leaf_extensions]
basicConstraints = critical, CA:FALSE
extendedKeyUsage = {usage}
{alternative_names}
"""

_USAGE = "serverAuth, clientAuth"
_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


@dataclass(frozen=True)
class Certificate:
    """A certificate and its private key, in PEM files."""

    certificate_file: Path
    key_file: Path

    def fingerprint(self):
        """SHA-256 of the certificate as --platform-fingerprint takes it."""
        der = ssl.PEM_cert_to_DER_cert(self.certificate_file.read_text())
        return "sha256:" + hashlib.sha256(der).hexdigest()

    def expiry(self):
        """When it expires, as --check tells it."""
        text = _openssl("x509", "-noout", "-enddate", "-in", self.certificate_file).strip().removeprefix("notAfter=")
        return rfc3339(ssl.cert_time_to_seconds(text))


def _openssl(*arguments):
    done = subprocess.run(["openssl", *map(str, arguments)], capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise AssertionError(f"openssl {' '.join(map(str, arguments))}: {done.stderr}")
    return done.stdout


def _stamp(days_from_now):
    time = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days_from_now)
    return time.strftime("%Y%m%d%H%M%SZ")


class CertificateAuthority:
    """An authority in `directory`. `ca_file` is what a client is told to trust."""

    def __init__(self, directory, subject="vrni2syslog test authority"):
        self._directory = Path(directory)
        self._directory.mkdir(parents=True, exist_ok=True)
        (self._directory / "index.txt").touch()
        (self._directory / "serial").write_text("1000\n")
        self.ca_file = self._directory / "ca.pem"
        configuration = self._write_configuration("ca", subject, "")
        _openssl("req", "-x509", "-new", *_NEW_KEY, "-days", "365", "-config", configuration, "-extensions",
                 "authority_extensions", "-keyout", self._directory / "ca.key", "-out", self.ca_file)

    def issue(self, name, alternative_names="DNS:localhost, IP:127.0.0.1, IP:::1", starts=-1, ends=365, usage=_USAGE):
        """A certificate with subject CN=<name>, valid from `starts` to `ends` days from now. `usage` is what it is for."""
        request = self._directory / f"{name}.csr"
        certificate = Certificate(self._directory / f"{name}.pem", self._directory / f"{name}.key")
        configuration = self._write_configuration(name, name, alternative_names, usage)
        _openssl("req", "-new", *_NEW_KEY, "-config", configuration, "-keyout", certificate.key_file, "-out", request)
        _openssl("ca", "-batch", "-notext", "-config", configuration, "-extensions", "leaf_extensions", "-startdate",
                 _stamp(starts), "-enddate", _stamp(ends), "-in", request, "-out", certificate.certificate_file)
        return certificate

    def self_signed(self, name, alternative_names="DNS:localhost, IP:127.0.0.1, IP:::1"):
        """A certificate that no authority has signed."""
        certificate = Certificate(self._directory / f"{name}.pem", self._directory / f"{name}.key")
        configuration = self._write_configuration(name, name, alternative_names)
        _openssl("req", "-x509", "-new", *_NEW_KEY, "-days", "365", "-config", configuration, "-extensions",
                 "leaf_extensions", "-keyout", certificate.key_file, "-out", certificate.certificate_file)
        return certificate

    def _write_configuration(self, name, subject, alternative_names, usage=_USAGE):
        path = self._directory / f"{name}.cnf"
        names = f"subjectAltName = {alternative_names}" if alternative_names else ""
        text = _CA_CONFIGURATION.format(directory=self._directory, subject=subject, alternative_names=names, usage=usage)
        path.write_text(text)
        return path
