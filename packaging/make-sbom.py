#!/usr/bin/python3
"""Writes as SPDX 2.3 what the program of a build directory is made of: libraries that it is linked with, and those whose headers are
compiled into it. To be called by build-packages.sh: make-sbom.py BUILD OUTPUT, where OUTPUT holds the Debian package."""

import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

# Meson's name: the package of Debian, and the licence by SPDX's list. What Meson finds by its header has no version there.
LIBRARIES = {
    "asio": ("libasio-dev", "BSL-1.0"),
    "boost": ("libboost-program-options-dev", "BSL-1.0"),
    "date-tz": ("libhowardhinnant-date-dev", "MIT"),
    "fmt": ("libfmt-dev", "MIT"),
    "libcurl": ("libcurl4-openssl-dev", "curl"),
    "openssl": ("libssl-dev", "Apache-2.0"),
    "RapidJSON": ("rapidjson-dev", "MIT"),
    "rdkafka": ("librdkafka-dev", "BSD-2-Clause"),
    "sqlite3": ("libsqlite3-dev", "blessing"),
    "zlib": ("zlib1g-dev", "Zlib"),
}
# Other names for a library of the table, and what belongs to the compiler or to the tests alone.
KNOWN = {"libcrypto": "openssl", "threads": None, "gtest": None, "gtest_main": None, "gmock": None, "cpp-httplib": None, "httplib": None}


def versions_of(build):
    """By the names of LIBRARIES. A library that is not in the table ends the script, so that no list is silently short."""
    found = json.loads(subprocess.run(["meson", "introspect", "--dependencies", str(build)], capture_output=True, check=True).stdout)
    versions = dict.fromkeys(LIBRARIES, "")
    for dependency in found:
        name = KNOWN.get(dependency["name"], dependency["name"])
        if name is not None and name not in LIBRARIES:
            sys.exit(f"error: {name} is not in the table of make-sbom.py")
        if name is not None and re.match(r"\d", dependency["version"]):
            versions[name] = dependency["version"]
    return versions


def package(name, version, licence, **more):
    return {"SPDXID": f"SPDXRef-{name}", "name": name, "versionInfo": version, "licenseDeclared": licence, "licenseConcluded": licence,
            "copyrightText": "NOASSERTION", "downloadLocation": "NOASSERTION", "filesAnalyzed": False, **more}


def library(name, version):
    debian, licence = LIBRARIES[name]
    asked = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", debian], capture_output=True, text=True, check=False)
    origin = f"built with Debian's package {debian} {asked.stdout}" if asked.returncode == 0 else "not from a Debian package"
    # Without the epoch and the distribution's revision it is the version of the library.
    return package(name, version or re.sub(r"^\d+:|[+-].*$", "", asked.stdout) or "NOASSERTION", licence, comment=origin)


def main():
    build, output = map(Path, sys.argv[1:])
    deb = next(path for path in sorted(output.glob("vrni2syslog_*.deb")))
    digest = hashlib.sha256(deb.read_bytes()).hexdigest()
    version = deb.name.split("_")[1].rpartition("-")[0]
    created = datetime.datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    libraries = [library(name, found) for name, found in sorted(versions_of(build).items())]
    program = package("vrni2syslog", version, "Apache-2.0", packageFileName=deb.name,
                      checksums=[{"algorithm": "SHA256", "checksumValue": digest}])
    json.dump({
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"vrni2syslog-{version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/vrni2syslog-{version}-{digest}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: vrni2syslog/packaging/make-sbom.py"]},
        "packages": [program, *libraries],
        "relationships": [
            {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": program["SPDXID"]},
            *({"spdxElementId": program["SPDXID"], "relationshipType": "DEPENDS_ON", "relatedSpdxElement": entry["SPDXID"]}
              for entry in libraries),
        ],
    }, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
