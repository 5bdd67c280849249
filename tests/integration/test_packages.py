"""What packaging/build-packages.sh and build-image.sh make: contents, and how it is installed, run, upgraded and removed."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from support.debian_chroot import DebianChroot
from support.expected_line import rfc3339
from support.process import wait_until
from support.program import BINARY, IS_SANITIZED, ROOT, run_program
from support.simulator import BINARY as SIMULATOR
from support.simulator import DAY, PASSWORD, Simulator
from support.testcase import IS_FULL, IntegrationTest, main
from support.throwaway_systemd import ThrowAwaySystemd
from test_build import INSTALLED
from test_documentation import dead_links
from test_setup import Person

PACKAGING = ROOT / "packaging"
BUILD = Path(BINARY).parents[1]
VERSION = re.search(r"(?m)^  version: '(.*)',$", (ROOT / "meson.build").read_text(encoding="utf-8"))[1]

UNITS = ("vrni2syslog@.service", "vrni2syslog@.timer")
"""What packages add to what Meson installs, besides the two files below."""
SYSUSERS, TMPFILES = "usr/lib/sysusers.d/vrni2syslog.conf", "usr/lib/tmpfiles.d/vrni2syslog.conf"

output = None
"""What was built once, for all tests of this file."""


def run(*command, timeout=600, **more):
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=timeout, check=False, **more)
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def build(source, folder, *arguments, **more):
    run("sh", source / "packaging/build-packages.sh", "--output", folder, *arguments, timeout=3600, **more)


def setUpModule():
    """The short form takes the program that is built; the long form of one test compiles as a release does."""
    global output
    if IS_SANITIZED:
        raise unittest.SkipTest("a program with sanitizers is not for packages")
    for tool in ("meson", "dpkg-buildpackage", "dh", "rpmbuild"):
        if shutil.which(tool) is None:
            raise unittest.SkipTest(f"{tool} is not installed")
    if not (BUILD / "build.ninja").exists():
        raise unittest.SkipTest("no build directory of Meson")
    directory = tempfile.mkdtemp(prefix="vrni2syslog-")
    unittest.addModuleCleanup(shutil.rmtree, directory, ignore_errors=True)
    output = Path(directory, "packages")
    build(ROOT, output, "--from", BUILD)


def the_only(pattern):
    found = sorted(output.glob(pattern))
    assert len(found) == 1, f"{pattern}: {found}"
    return found[0]


def deb():
    return the_only("vrni2syslog_*.deb")


def repacked(folder, version, change=lambda root: None):
    """The same package under another version; `change` is called with the folder of its files."""
    unpacked = folder / f"unpacked-{version}"
    run("dpkg-deb", "-R", deb(), unpacked)
    control = unpacked / "DEBIAN/control"
    control.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {version}-1", control.read_text(encoding="utf-8")), encoding="utf-8")
    change(unpacked)
    package = folder / f"vrni2syslog_{version}-1_all.deb"
    run("dpkg-deb", "--root-owner-group", "-b", unpacked, package)
    return package


def documentation(path):
    return path.startswith("usr/share/doc/vrni2syslog/")


class Source(IntegrationTest):
    def test_every_place_names_the_same_version(self):
        spec = (PACKAGING / "rpm/vrni2syslog.spec").read_text(encoding="utf-8")
        self.assertEqual(VERSION, re.search(r"(?m)^Version: +(.*)$", spec)[1])
        self.assertIn(f" - {VERSION}-1\n", spec)
        self.assertEqual(f"vrni2syslog-verify {VERSION}\n", run(PACKAGING / "vrni2syslog-verify", "--version"))

    def test_the_release_holds_the_source_below_a_folder_with_the_version(self):
        names = run("tar", "-tzf", output / f"vrni2syslog-{VERSION}.tar.gz").splitlines()
        self.assertTrue(all(name.startswith(f"vrni2syslog-{VERSION}/") for name in names), names[:3])
        self.assertIn(f"vrni2syslog-{VERSION}/meson.build", names)
        self.assertFalse([name for name in names if "/build" in name and name.count("/") == 2 and name.endswith("/")])

    def test_a_packager_finds_every_library_of_the_build_in_control_and_spec(self):
        control = (PACKAGING / "debian/control").read_text(encoding="utf-8")
        listed = re.search(r'build_packages="(.*?)"', (PACKAGING / "common.sh").read_text(encoding="utf-8"), re.S)[1].split()
        for package in (name for name in listed if name.endswith("-dev") and name != "libcpp-httplib-dev"):
            self.assertIn(f"\n {package}", control)


class Sums(IntegrationTest):
    def test_name_all_that_is_published(self):
        lines = dict(reversed(line.split("  ")) for line in (output / "SHA256SUMS").read_text().splitlines())
        published = {path.name: path for path in output.iterdir() if path.is_file() and path.suffix != ".changes"}
        del published["SHA256SUMS"]
        self.assertEqual(sorted(published), sorted(lines))
        for name, path in published.items():
            self.assertEqual(hashlib.sha256(path.read_bytes()).hexdigest(), lines[name])

    def test_the_list_of_components_names_every_library_that_the_program_loads(self):
        listed = json.loads((output / f"vrni2syslog-{VERSION}.spdx.json").read_text())
        names = {package["name"]: package["versionInfo"] for package in listed["packages"]}
        self.assertEqual(VERSION, names.pop("vrni2syslog"))
        for name, version in names.items():
            self.assertRegex(version, r"^\d", name)
        needed = set(re.findall(r"Shared library: \[(?:lib)?([a-z0-9_-]+)", run("readelf", "-dW", BINARY)))
        known = {"boost_program_options": "boost", "curl": "libcurl", "date-tz": "date-tz", "fmt": "fmt", "sqlite3": "sqlite3", "rdkafka": "rdkafka",
                 "ssl": "openssl", "crypto": "openssl", "z": "zlib"}
        of_the_compiler = {"c", "m", "gcc_s", "stdc++", "stdc", "ld-linux-x86-64"}
        for name in needed - of_the_compiler:
            self.assertIn(known.get(name, name), names)
        self.assertLessEqual({"asio", "RapidJSON"}, names.keys())

    def test_the_list_of_components_is_one_of_spdx(self):
        """It has what the specification of SPDX 2.3 demands in its chapters 6 (document), 7 (packages) and 11 (relationships)."""
        listed = json.loads((output / f"vrni2syslog-{VERSION}.spdx.json").read_text())
        self.assertEqual(("SPDX-2.3", "CC0-1.0", "SPDXRef-DOCUMENT"), tuple(listed[name] for name in ("spdxVersion", "dataLicense", "SPDXID")))
        self.assertTrue(listed["name"])
        self.assertRegex(listed["documentNamespace"], r"^https://[^#\s]+$")
        self.assertRegex(listed["creationInfo"]["created"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        for creator in listed["creationInfo"]["creators"]:
            self.assertRegex(creator, r"^(Tool|Organization|Person): ")
        for package in listed["packages"]:
            self.assertRegex(package["SPDXID"], r"^SPDXRef-[A-Za-z0-9.-]+$")
            self.assertRegex(package["licenseConcluded"], r"^[A-Za-z0-9.-]+$")
            self.assertTrue(package["name"] and package["downloadLocation"], package)
        known = {"SPDXRef-DOCUMENT", *(package["SPDXID"] for package in listed["packages"])}
        self.assertEqual(1 + len(listed["packages"]), len(known), "each has an identifier of its own")
        described = [one["relatedSpdxElement"] for one in listed["relationships"] if one["relationshipType"] == "DESCRIBES"]
        self.assertEqual(["SPDXRef-vrni2syslog"], described)
        self.assertEqual(known, {one[end] for one in listed["relationships"] for end in ("spdxElementId", "relatedSpdxElement")})
        program = next(package for package in listed["packages"] if package["SPDXID"] in described)
        self.assertEqual([{"algorithm": "SHA256", "checksumValue": hashlib.sha256(deb().read_bytes()).hexdigest()}], program["checksums"])


@unittest.skipUnless(shutil.which("git"), "git is not installed")
class Release(IntegrationTest):
    """packaging/release.sh, in a checkout of the source that is ready for a release of its version, and with keys for one hour."""

    def setUp(self):
        super().setUp()
        self.source = self.directory / "source"
        self.source.mkdir()
        run("tar", "-xz", "--strip-components=1", "-C", self.source, "-f", output / f"vrni2syslog-{VERSION}.tar.gz")
        changelog = self.source / "packaging/CHANGELOG.md"
        changelog.write_text(changelog.read_text(encoding="utf-8").replace("## Unreleased", f"## {VERSION} - 2026-12-01"), encoding="utf-8")
        self.git("init", "--quiet")
        self.commit()
        self.packages = self.source / "build-packages"

    def git(self, *arguments):
        return run("git", "-c", "user.name=release", "-c", "user.email=release@example.com", *arguments, cwd=self.source)

    def commit(self):
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "release")
        self.git("tag", "--force", "--annotate", f"v{VERSION}", "--message", VERSION)

    def release(self, **variables):
        return subprocess.run(["sh", self.source / "packaging/release.sh", "--from", BUILD], capture_output=True, text=True, timeout=1800,
                              check=False, env={**os.environ, **variables})

    def signatures(self):
        return sorted(path.name for path in self.packages.glob("SHA256SUMS?*"))

    def test_is_not_made_of_a_source_that_is_not_ready(self):
        changelog = self.source / "packaging/CHANGELOG.md"
        ready = changelog.read_text(encoding="utf-8")
        for reason, text, is_committed in (
            ("not committed", ready + "more\n", False), ('has no section "## ', ready.replace(f"## {VERSION} - ", "## 99.0.0 - "), True),
            ("Unreleased", ready + "## Unreleased\n", True)):
            with self.subTest(reason):
                changelog.write_text(text, encoding="utf-8")
                if is_committed:
                    self.commit()
                done = self.release()
                self.assertEqual(1, done.returncode, done.stdout)
                self.assertIn(reason, done.stderr)
        changelog.write_text(ready, encoding="utf-8")
        self.commit()
        self.git("tag", "--delete", f"v{VERSION}")
        self.assertIn(f"HEAD has no tag v{VERSION}", self.release().stderr)
        self.assertFalse(self.packages.exists(), "nothing is built")

    def test_is_not_signed_without_a_key(self):
        done = self.release()
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual([], self.signatures())

    @unittest.skipUnless(shutil.which("gpg") and shutil.which("minisign"), "gpg or minisign is not installed")
    def test_is_signed_by_the_keys_that_are_named_and_holds_what_its_sums_say(self):
        home, secret, public = (self.directory / name for name in ("gnupg", "minisign.key", "minisign.pub"))
        home.mkdir(mode=0o700)
        gpg = {"env": {**os.environ, "GNUPGHOME": str(home)}}
        self.addCleanup(run, "gpgconf", "--kill", "all", **gpg)
        run("gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "release@example.com", "ed25519", "sign", "1d", **gpg)
        run("minisign", "-G", "-W", "-p", public, "-s", secret)

        done = self.release(GNUPGHOME=str(home), RELEASE_GPG_KEY="release@example.com", RELEASE_MINISIGN_KEY=str(secret))
        self.assertEqual(0, done.returncode, done.stderr)
        self.assertEqual(["SHA256SUMS.asc", "SHA256SUMS.minisig"], self.signatures())
        checked = run("sha256sum", "--check", "SHA256SUMS", cwd=self.packages)
        for part in (r"vrni2syslog_\S+\.deb", r"vrni2syslog-\S+\.tar\.gz", r"\S+\.spdx\.json", r"\S+\.buildinfo",
                     *([r"\S+\.oci\.tar"] if shutil.which("buildah") else [])):
            self.assertRegex(checked, rf"(?m)^{part}: OK$")
        run("gpg", "--batch", "--verify", "SHA256SUMS.asc", "SHA256SUMS", cwd=self.packages, **gpg)
        run("minisign", "-V", "-p", public, "-m", "SHA256SUMS", "-x", "SHA256SUMS.minisig", cwd=self.packages)
        with (self.packages / "SHA256SUMS").open("a", encoding="utf-8") as sums:
            sums.write(f"{'0' * 64}  another.deb\n")
        for command in (("gpg", "--batch", "--verify", "SHA256SUMS.asc", "SHA256SUMS"),
                        ("minisign", "-V", "-p", public, "-m", "SHA256SUMS", "-x", "SHA256SUMS.minisig")):
            with self.assertRaises(AssertionError):
                run(*command, cwd=self.packages, **gpg)

    def test_holds_a_source_that_a_build_finds_complete(self):
        """Meson looks for every file that it is told of; Reproduction compiles them."""
        run("meson", "setup", self.directory / "build", self.source, "-Dwrap_mode=nodownload")
        if (ROOT / ".git").exists():
            self.assertEqual(run("git", "ls-files", cwd=ROOT), run("git", "ls-files", cwd=self.source))


class DebianPackage(IntegrationTest):
    def test_holds_everything_with_its_mode(self):
        run("dpkg-deb", "-x", deb(), self.directory)
        files = {str(path.relative_to(self.directory)): path.stat().st_mode & 0o777
                 for path in self.directory.rglob("*") if path.is_file()}
        expected = {f"usr/{name}": mode for name, mode in INSTALLED.items()}
        # Debian's names: a packed changelog and packed manual pages; and nothing below doc can be run.
        expected = {f"{name}.gz" if "/man/" in name else name: 0o644 if documentation(name) else mode
                    for name, mode in expected.items() if not name.endswith("/CHANGELOG.md")}
        expected = {name.replace("zsh/site-functions", "zsh/vendor-completions"): mode for name, mode in expected.items()}
        added = [SYSUSERS, TMPFILES, *(f"lib/systemd/system/{unit}" for unit in UNITS), "usr/share/lintian/overrides/vrni2syslog",
                 *(f"usr/share/doc/vrni2syslog/{name}" for name in ("changelog.gz", "changelog.Debian.gz", "copyright"))]
        self.assertEqual({**expected, **dict.fromkeys(added, 0o644)}, files)
        self.assertEqual([], dead_links(self.directory.rglob("*.md")))

    def test_units_and_users_are_those_of_the_source(self):
        run("dpkg-deb", "-x", deb(), self.directory)
        for unit in UNITS:
            self.assertEqual((PACKAGING / "systemd" / unit).read_bytes(), (self.directory / "lib/systemd/system" / unit).read_bytes())
        self.assertEqual((PACKAGING / "systemd/vrni2syslog.sysusers").read_bytes(), (self.directory / SYSUSERS).read_bytes())
        self.assertEqual((PACKAGING / "systemd/vrni2syslog.tmpfiles").read_bytes(), (self.directory / TMPFILES).read_bytes())

    @unittest.skipUnless(shutil.which("lintian"), "lintian is not installed")
    def test_lintian_finds_no_error_and_no_warning(self):
        done = subprocess.run(["lintian", "--fail-on", "error,warning", the_only("*.changes")], capture_output=True, text=True,
                              timeout=600, check=False)
        self.assertEqual((0, ""), (done.returncode, done.stdout))


class Trial(IntegrationTest):
    """packaging/try.sh --from-package, with the simulator that is built."""

    def try_package(self, *package):
        return subprocess.run(["sh", PACKAGING / "try.sh", "--from-package", *package], capture_output=True, text=True, timeout=600,
                              check=False, env={"PATH": os.environ["PATH"], "VRNI2SYSLOG_SIMULATOR": SIMULATOR})

    def test_shows_what_the_program_of_a_package_does_without_installing_it(self):
        done = self.try_package(deb())
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        shown = re.findall(r"(?m)^<16[46]>1 .* FLOW\w* \[", done.stdout)
        self.assertEqual(10, len(shown), done.stdout)
        program = re.search(r"(?m)^    (\S+)/usr/bin/vrni2syslog --platform-ip", done.stdout)[1]
        self.assertFalse(Path(program).exists(), "nothing is left")
        self.assertIn(f"sudo apt install {deb()}\n", done.stdout)
        self.assertNotIn("build-try/src", done.stdout)

    def test_says_what_to_do_where_there_is_no_package(self):
        done = self.try_package(self.directory / "nothing.deb")
        self.assertEqual((1, f"error: there is no package {self.directory / 'nothing.deb'}\n"), (done.returncode, done.stderr))


class RpmPackage(IntegrationTest):
    def package(self):
        return the_only("not-for-publishing/*.rpm")

    def test_holds_what_the_debian_package_holds(self):
        # The man pages are compressed.
        files = {name.removesuffix(".gz") for name in run("rpm", "-qlp", self.package()).splitlines()}
        self.assertLessEqual({f"/usr/{name}" for name in INSTALLED}, files)
        self.assertLessEqual({f"/usr/lib/systemd/system/{unit}" for unit in UNITS}, files)
        self.assertLessEqual({f"/{SYSUSERS}", f"/{TMPFILES}", f"/usr/share/licenses/vrni2syslog-{VERSION}/LICENSE"}, files)

    def test_directories_belong_to_the_service(self):
        listed = run("rpm", "-qp", "--qf", "[%{FILENAMES} %{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME}\n]", self.package())
        self.assertIn("/etc/vrni2syslog drwxr-x--- root vrni2syslog\n", listed)
        self.assertIn("/var/lib/vrni2syslog drwxr-x--x vrni2syslog vrni2syslog\n", listed)

    def test_makes_the_user_before_the_files(self):
        scripts = run("rpm", "-qp", "--scripts", self.package())
        before = scripts.partition("postinstall scriptlet")[0]
        self.assertIn((PACKAGING / "systemd/vrni2syslog.sysusers").read_text(encoding="utf-8").strip(), before)

    @unittest.skipUnless(shutil.which("rpmlint"), "rpmlint is not installed")
    def test_rpmlint_finds_nothing(self):
        done = run("rpmlint", "-r", PACKAGING / "rpm/vrni2syslog.rpmlintrc", self.package(), PACKAGING / "rpm/vrni2syslog.spec")
        self.assertIn(" 0 errors, 0 warnings", done)


class Life(IntegrationTest):
    """What an administrator of Debian expects of a package, from its installation to its purge."""

    BY_HAND = {
        "/etc/vrni2syslog/vrni2syslog.conf": ("platform-ip = vrni.example.com\n", 0o640),
        "/etc/vrni2syslog/password": ("secret\n", 0o600),
        "/etc/cron.d/vrni2syslog": ("15 * * * *  root  /usr/bin/vrni2syslog\n", 0o644),
    }
    """What README has told users of 0.1, which had no package, to write."""
    STATE = {"/var/lib/vrni2syslog/76c1127eff75402f.state": ("a state of 0.1\n", 0o600)}

    def setUp(self):
        super().setUp()
        self.debian = DebianChroot(self.directory)

    def assert_unchanged(self, files):
        for path, (text, mode) in files.items():
            with self.subTest(path):
                self.assertEqual(("root", "root", mode, text), self.debian.look(path))

    def test_a_new_installation_has_a_user_and_folders_and_does_nothing_by_itself(self):
        self.debian.install(deb())
        self.assertEqual(("root", "vrni2syslog", 0o750, None), self.debian.look("/etc/vrni2syslog"))
        self.assertEqual(("vrni2syslog", "vrni2syslog", 0o751, None), self.debian.look("/var/lib/vrni2syslog"))
        user = self.debian.run("getent", "passwd", "vrni2syslog").stdout.strip().split(":")
        self.assertEqual(["/var/lib/vrni2syslog", "/usr/sbin/nologin"], user[5:])
        self.assertLess(int(user[2]), 1000)
        self.assertEqual("", self.debian.run("dpkg-query", "-W", "-f", "${Conffiles}", "vrni2syslog").stdout)
        self.assertFalse(list(self.debian.root.glob("etc/systemd/system/**/vrni2syslog*")))
        self.assertEqual([], os.listdir(self.debian.root / "etc/vrni2syslog"))

    def test_the_installed_programs_run(self):
        self.debian.install(deb())
        self.assertIn(VERSION, self.debian.run("vrni2syslog", "--version").stdout)
        self.assertIn("usage", self.debian.run("vrni2syslog-verify", "--help").stdout)
        shutil.copy(PACKAGING / "debian/tests/dry-run", self.debian.root / "srv")
        self.debian.run("sh", "/srv/dry-run")

    def test_what_0_1_left_survives_installation_upgrade_and_removal(self):
        for path, (text, mode) in {**self.BY_HAND, **self.STATE, "/usr/bin/vrni2syslog": ("#!/bin/sh\n", 0o755)}.items():
            self.debian.write(path, text, mode)
        self.debian.run("chmod", "700", "/var/lib/vrni2syslog")

        for step in (lambda: self.debian.install(deb()), lambda: self.debian.install(repacked(self.directory, "99.0"))):
            step()
            self.assert_unchanged({**self.BY_HAND, **self.STATE})
            # Jobs of root go on as they are; the service takes the directory over when it first starts.
            self.assertEqual(("root", "root", 0o700, None), self.debian.look("/var/lib/vrni2syslog"))
            self.assertIn(VERSION, self.debian.run("/usr/bin/vrni2syslog", "--version").stdout)
        self.assertEqual("99.0-1", self.debian.run("dpkg-query", "-W", "-f", "${Version}", "vrni2syslog").stdout)

        self.debian.run("apt-get", "remove", "-q", "-y", "vrni2syslog")
        self.assertFalse(self.debian.exists("/usr/bin/vrni2syslog"))
        self.assert_unchanged({**self.BY_HAND, **self.STATE})

    def test_a_purge_leaves_only_what_the_administrator_wrote(self):
        self.debian.install(deb())
        for path, (text, mode) in {**self.BY_HAND, **self.STATE}.items():
            self.debian.write(path, text, mode)
        enabled = "/etc/systemd/system/timers.target.wants/vrni2syslog@main.timer"
        self.debian.run("mkdir", "-p", os.path.dirname(enabled))
        self.debian.run("ln", "-s", "/lib/systemd/system/vrni2syslog@.timer", enabled)

        self.debian.run("apt-get", "purge", "-q", "-y", "vrni2syslog")
        self.assert_unchanged(self.BY_HAND)
        self.assertFalse(self.debian.exists("/var/lib/vrni2syslog"))
        self.assertFalse(self.debian.exists(enabled))

    def test_a_purge_leaves_nothing_where_nobody_wrote_anything(self):
        self.debian.install(deb())
        self.debian.run("apt-get", "purge", "-q", "-y", "vrni2syslog")
        for path in ("/etc/vrni2syslog", "/var/lib/vrni2syslog", "/usr/share/doc/vrni2syslog"):
            self.assertFalse(self.debian.exists(path), path)


class LifeUnderSystemd(IntegrationTest):
    """The package of 0.1 and its successor, where systemd runs the jobs."""

    TIMER, SERVICE = "vrni2syslog@main.timer", "vrni2syslog@main.service"
    OFTEN = "[Timer]\nOnCalendar=\nOnCalendar=*:0/15\n"

    @classmethod
    def setUpClass(cls):
        directory = cls.class_directory()
        older = repacked(directory, "0.1", cls.make_older)
        cls.systemd = ThrowAwaySystemd({"/srv/older.deb": older, "/srv/newer.deb": deb(), "/usr/bin/vrni-simulator": SIMULATOR})
        cls.addClassCleanup(cls.systemd.stop)
        cls.systemd.start("vrni-simulator", "--listen", "127.0.0.1:6443", "--ca-out", "/srv/ca.pem", "--port-file", "/run/port",
                          "--password", PASSWORD, "--flows", "100")
        wait_until(lambda: cls.systemd.run("test", "-s", "/run/port", may_fail=True).returncode == 0, "the platform is there")
        cls.systemd.run("chmod", "644", "/srv/ca.pem")
        # What this machine may have: a state, and what keeps packages from stopping services (images of containers have that).
        cls.systemd.run("rm", "-rf", "/etc/vrni2syslog", "/var/lib/vrni2syslog", "/usr/sbin/policy-rc.d")

    @staticmethod
    def make_older(root):
        for unit in UNITS:
            path = root / "lib/systemd/system" / unit
            path.write_text(re.sub(r"(?m)^Description=", "Description=Older: ", path.read_text(encoding="utf-8")), encoding="utf-8")

    def show(self, name, unit):
        return self.systemd.run("systemctl", "show", "-P", name, unit).stdout.strip()

    def dpkg(self, *arguments):
        """The pages of manuals are indexed by a trigger, which takes long and is not ours."""
        self.systemd.run("dpkg", "--no-triggers", *arguments)

    def set_up_job(self):
        """Answers what --setup asks, and takes its offer of the timer."""
        person = Person(self, "--job", "main", through=self.systemd.inside(), program="/usr/bin/vrni2syslog")
        for question, text in (("platform", "127.0.0.1:6443"), ("account", "admin@local"), ("password", PASSWORD), ("trust", "/srv/ca.pem"),
                               ("collector", "file:///var/lib/vrni2syslog/main.log")):
            person.answer(question, text)
        person.wait_for(f"Have systemd run the job every hour (systemctl enable --now {self.TIMER})? [yes]: ")
        person.type("\n")
        self.assertEqual(0, person.end(), person.seen)

    def test_a_job_of_setup_goes_on_over_an_upgrade_and_ends_with_the_package(self):
        self.dpkg("--install", "/srv/older.deb")
        self.set_up_job()
        self.assertEqual("enabled", self.systemd.run("systemctl", "is-enabled", self.TIMER).stdout.strip())
        self.systemd.write(f"/etc/systemd/system/{self.TIMER}.d/often.conf", self.OFTEN)
        self.systemd.write("/etc/vrni2syslog/main.conf", self.systemd.read("/etc/vrni2syslog/main.conf") + "# mine\n", 0o640, "vrni2syslog")
        self.systemd.run("systemctl", "daemon-reload")
        self.systemd.run("systemctl", "start", self.SERVICE)
        files = ("/etc/vrni2syslog/main.conf", "/etc/vrni2syslog/main.password", "/var/lib/vrni2syslog/main.state",
                 f"/etc/systemd/system/{self.TIMER}.d/often.conf")
        before = self.look(files)
        self.assertIn("Older: ", self.show("Description", self.TIMER))
        next_run = self.show("NextElapseUSecRealtime", self.TIMER)

        self.dpkg("--install", "/srv/newer.deb")
        for unit in (self.TIMER, self.SERVICE):
            self.assertEqual("no", self.show("NeedDaemonReload", unit))
            self.assertNotIn("Older: ", self.show("Description", unit))
        self.assertEqual(("active", next_run), (self.show("ActiveState", self.TIMER), self.show("NextElapseUSecRealtime", self.TIMER)))
        self.assertEqual(before, self.look(files))
        self.systemd.run("systemctl", "start", self.SERVICE)
        self.assertEqual("success", self.show("Result", self.SERVICE))

        self.dpkg("--remove", "vrni2syslog")
        self.assertEqual("inactive", self.show("ActiveState", self.TIMER))
        self.assertEqual(before[:2], self.look(files[:2]))
        self.dpkg("--purge", "vrni2syslog")
        self.assertEqual(before[:2], self.look(files[:2]))
        for path in ("/var/lib/vrni2syslog", f"/etc/systemd/system/timers.target.wants/{self.TIMER}"):
            self.assertNotEqual(0, self.systemd.run("test", "-e", path, "-o", "-L", path, may_fail=True).returncode, path)

    def look(self, paths):
        """Owner, group, mode and content of files."""
        return [(self.systemd.run("stat", "-c", "%U %G %a", path).stdout, self.systemd.read(path)) for path in paths]


@unittest.skipUnless(shutil.which("buildah"), "buildah is not installed")
class Image(IntegrationTest):
    """The container, built from the package and run with the rights that it has anywhere else. Its storage is this test's own."""

    USER = 65532

    @classmethod
    def setUpClass(cls):
        if os.geteuid() != 0:
            raise unittest.SkipTest("only root can build and run images without further preparations")
        directory = cls.class_directory()
        shutil.copy(deb(), directory)
        run("sh", PACKAGING / "build-image.sh", "--packages", directory)
        cls.archive = directory / f"vrni2syslog-{VERSION}.oci.tar"
        cls.storage = ("--storage-driver", "vfs", "--root", directory / "storage", "--runroot", directory / "runroot")
        cls.image = cls.buildah("pull", "-q", f"oci-archive:{cls.archive}").strip()
        cls.container = cls.buildah("from", cls.image).strip()
        cls.root = Path(cls.buildah("mount", cls.container).strip())

    @classmethod
    def buildah(cls, *arguments):
        return run("buildah", *cls.storage, *arguments)

    def test_is_small(self):
        sizes = {path: path.lstat().st_size for path in self.root.rglob("*") if not path.is_dir()}
        program = sizes.pop(self.root / "usr/bin/vrni2syslog")
        self.assertGreater(program, 1_000_000)
        # With the program of a release, which has 2 MB, it is below 30.
        self.assertLess(sum(sizes.values()), 28_000_000)
        self.assertLess(self.archive.stat().st_size, 15_000_000)

    def test_says_how_it_is_run_and_what_it_is(self):
        config = json.loads(self.buildah("inspect", "--type", "image", self.image))["OCIv1"]["config"]
        self.assertEqual((f"{self.USER}:{self.USER}", ["/usr/bin/vrni2syslog"], {"/var/lib/vrni2syslog": {}}, "SIGTERM"),
                         (config["User"], config["Entrypoint"], config["Volumes"], config["StopSignal"]))
        labels = {name.rpartition(".")[2]: text for name, text in config["Labels"].items() if name.startswith("org.opencontainers.image.")}
        self.assertEqual((VERSION, "Apache-2.0", "vrni2syslog"), (labels["version"], labels["licenses"], labels["title"]))
        self.assertTrue(labels["description"] and labels["revision"])

    def test_only_the_state_belongs_to_its_user(self):
        owned = [str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.lstat().st_uid != 0]
        self.assertEqual(["var/lib/vrni2syslog"], owned)
        self.assertEqual(0o750, (self.root / "var/lib/vrni2syslog").stat().st_mode & 0o777)
        self.assertFalse((self.root / "usr/bin/sh").exists())

    def test_hands_the_licences_of_its_libraries_on(self):
        notice = (self.root / "NOTICE").read_text(encoding="utf-8")
        listed = re.findall(r"(?m)^([a-z0-9.+-]+) \d\S*$", notice)
        self.assertLess({"libcurl4", "libssl3", "libsqlite3-0", "librdkafka1", "libfmt9", "rapidjson-dev", "libasio-dev"}, set(listed))
        for name in listed:
            self.assertTrue((self.root / "usr/share/doc" / name / "copyright.gz").is_file(), name)

    def test_delivers_flows_and_goes_on_with_its_job(self):
        simulator = self.start(Simulator(self.directory, flows=50))
        secret, configuration = (self.directory / name for name in ("password", "vrni2syslog.conf"))
        secret.write_text(PASSWORD + "\n", encoding="utf-8")
        configuration.write_text(f"platform-ip = 127.0.0.1:{simulator.port}\nplatform-ca-file = /run/platform-ca.pem\n"
                                 "username = admin@local\npassword-file = /run/password\njob = main\nfilter =\n"
                                 "collector = file:///archive/flows.log\n", encoding="utf-8")
        archive = self.directory / "archive"
        archive.mkdir(mode=0o750)
        for path in (secret, archive, simulator.ca_file):
            os.chown(path, self.USER, self.USER)
        secret.chmod(0o400)
        volumes = [f"{archive}:/archive", f"{secret}:/run/password:ro", f"{simulator.ca_file}:/run/platform-ca.pem:ro",
                   f"{configuration}:/etc/vrni2syslog/vrni2syslog.conf:ro"]

        # The state is in the image's own volume, which buildah keeps as long as the container.
        def run_image(*arguments):
            return self.buildah("run", "--isolation", "chroot", *(part for volume in volumes for part in ("--volume", volume)),
                                self.container, "--", "/usr/bin/vrni2syslog", *arguments)
        run_image(*DAY.arguments)
        lines = (archive / "flows.log").read_text(encoding="utf-8").splitlines()
        self.assertEqual(simulator.expected_lines().keys(), set(re.findall(r'flow_id="([^"]*)"', "\n".join(lines))))
        run_image("--set-watermark", rfc3339(DAY.end))
        self.assertIn("2025-06-02T00:00:00Z", run_image("--status"))


    VOLUME_GROUP = 3000000
    """As fsGroup gives it: the group may write, and has a name nowhere."""
    READ_ONLY = """
        mount --bind "$ROOT" "$ROOT"
        mount --bind "$STATE" "$ROOT/var/lib/vrni2syslog"
        mount --bind "$FILES" "$ROOT/etc/vrni2syslog"
        mount -t tmpfs tmpfs "$ROOT/tmp"
        mount -o remount,bind,ro "$ROOT"
        if touch "$ROOT/usr/written" 2>/dev/null; then exit 1; fi
        exec setpriv --no-new-privs chroot --userspec=$USER:$USER --groups=$GROUP "$ROOT" /usr/bin/vrni2syslog "$@"
    """

    def test_runs_with_a_root_that_it_cannot_write_and_a_volume_of_its_group(self):
        if subprocess.run(["unshare", "--mount", "true"], check=False).returncode != 0:
            self.skipTest("this machine allows no mount namespace")
        now = int(time.time())
        simulator = self.start(Simulator(self.directory, flows=50, since=now - 86400, until=now))
        state, files = (self.directory / name for name in ("state", "files"))
        for folder in (state, files):
            folder.mkdir()
        shutil.copy(simulator.ca_file, files / "ca.pem")
        (files / "password").write_text(PASSWORD + "\n", encoding="utf-8")
        (files / "vrni2syslog.conf").write_text(
            f"platform-ip = 127.0.0.1:{simulator.port}\nplatform-ca-file = /etc/vrni2syslog/ca.pem\njob = main\nfilter =\n"
            "password-file = /etc/vrni2syslog/password\ncollector = file:///var/lib/vrni2syslog/flows.log\n", encoding="utf-8")
        for path, mode in ((files / "ca.pem", 0o644), (files / "password", 0o440), (state, 0o2775)):
            os.chown(path, 0, self.VOLUME_GROUP)
            path.chmod(mode)

        def run_image(*arguments):
            return run("unshare", "--mount", "--propagation", "private", "sh", "-euc", self.READ_ONLY, "sh", *arguments, env={
                "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "ROOT": str(self.root), "STATE": str(state), "FILES": str(files),
                "USER": str(self.USER), "GROUP": str(self.VOLUME_GROUP), "HOME": "/var/lib/vrni2syslog",
                "VRNI2SYSLOG_STATE_DIR": "/var/lib/vrni2syslog"})
        for _ in range(2):
            run_image()
            self.assertEqual({self.USER}, {path.stat().st_uid for path in state.rglob("*")})
            # As Kubernetes does when it mounts the volume for the next pod.
            for path in state.rglob("*"):
                os.chown(path, -1, self.VOLUME_GROUP)
                path.chmod(path.stat().st_mode | (0o2070 if path.is_dir() else 0o060))
        self.assertIn(" FLOW", (state / "flows.log").read_text(encoding="utf-8"))
        self.assertIn("job main:", run_image("--status"))


class Kubernetes(IntegrationTest):
    def test_the_cron_job_runs_the_image_as_it_wants_to_be_run(self):
        try:
            import yaml
        except ImportError:
            self.skipTest("PyYAML is not installed")
        documents = {part["kind"]: part for part in yaml.safe_load_all((PACKAGING / "container/cronjob.yaml").read_text(encoding="utf-8"))}
        self.assertEqual({"ConfigMap", "PersistentVolumeClaim", "CronJob"}, documents.keys())
        cron = documents["CronJob"]["spec"]
        self.assertEqual("Forbid", cron["concurrencyPolicy"])
        self.assertEqual(0, cron["jobTemplate"]["spec"]["backoffLimit"])
        pod = cron["jobTemplate"]["spec"]["template"]["spec"]
        self.assertEqual(("Never", True, Image.USER), (pod["restartPolicy"], pod["securityContext"]["runAsNonRoot"],
                                                       pod["securityContext"]["fsGroup"]))
        container = pod["containers"][0]
        self.assertTrue(container["image"].endswith(f":{VERSION}"))
        self.assertEqual((True, ["ALL"]), (container["securityContext"]["readOnlyRootFilesystem"],
                                           container["securityContext"]["capabilities"]["drop"]))
        self.assertEqual({mount["name"] for mount in container["volumeMounts"]}, {volume["name"] for volume in pod["volumes"]})
        # The program accepts the configuration: what fails first is the password's file, which is not here.
        file = self.directory / "vrni2syslog.conf"
        file.write_text(documents["ConfigMap"]["data"]["vrni2syslog.conf"], encoding="utf-8")
        self.assert_exit(run_program(self.directory, "--config", file, "--state-dir", self.directory), 78, "/run/secrets/vrni2syslog/password")


@unittest.skipUnless(IS_FULL, "it compiles the program twice: test.sh --full does that")
class Reproduction(IntegrationTest):
    def test_the_source_gives_the_same_packages_anywhere_and_anytime(self):
        first, second, source = (self.directory / name for name in ("first", "second", "somewhere else"))
        build(ROOT, first, env={**os.environ, "TZ": "Pacific/Kiritimati"}, umask=0o022)
        source.mkdir()
        run("tar", "-xz", "--strip-components=1", "-C", source, "-f", first / f"vrni2syslog-{VERSION}.tar.gz")
        build(source, second, env={**os.environ, "TZ": "America/St_Johns", "LC_ALL": "C"}, umask=0o077)
        for pattern, number in (("*.deb", 2), ("*.spdx.json", 1), ("not-for-publishing/*.rpm", 1)):
            names = [path.relative_to(first) for path in first.glob(pattern)]
            self.assertEqual(number, len(names), pattern)
            for name in names:
                self.assertTrue((first / name).read_bytes() == (second / name).read_bytes(), name)


if __name__ == "__main__":
    main()
