"""Other defaults of OpenSSL than those of this machine."""

OLDEST_VERSIONS = ("None", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")


def openssl_configurations(directory):
    """For every oldest version of TLS that a system may allow by default: its name, and the environment that says so."""
    for version in OLDEST_VERSIONS:
        file = directory / f"openssl-{version}.cnf"
        file.write_text("openssl_conf = init\n[init]\nssl_conf = modules\n[modules]\nsystem_default = defaults\n"
                        f"[defaults]\nMinProtocol = {version}\nCipherString = DEFAULT@SECLEVEL=1\n")
        yield version, {"OPENSSL_CONF": str(file)}
